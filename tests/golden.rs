//! Every number of every golden case that the crate can produce.
//!
//! Walks the case folders of `tests/golden/`, or of `$GOLDEN_DIR` where that is set. A case holds
//! `input.csv`, `expected.json` and, where its layout needs one, `spec.json`. Every number under
//! `expected` is looked up among the numbers computed here under the same path, and compared to
//! 1e-9 relative. A number that is not computed must stand in [`NOT_COMPARED`], and an entry of
//! that list that no longer stands for any number fails the test: the list can only shrink.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod golden_support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use golden_support::{Numbers, flatten, read_json};

/// Relative tolerance of every comparison.
const RELATIVE: f64 = 1e-9;
/// Differences this small pass whatever they are relative to: the rounding of sums near zero.
const ABSOLUTE: f64 = 1e-15;

/// Layouts that are compared, by what follows the number in the name of the folder.
type Case = fn(&Path) -> Numbers;
const LAYOUTS: &[(&str, Case)] = &[
    ("models-single", golden_support::single::numbers),
    ("tests-clustered", golden_support::cross_section::numbers),
    ("tests-staggered", golden_support::cross_section::numbers),
    ("tests-missing", golden_support::cross_section::numbers),
];

/// Numbers that no function of the crate produces yet: layout, name of the quantity, why.
const NOT_COMPARED: &[(&str, &[&str], &str)] = &[
    ("models-single", &["residual_acf1"], "autocorrelation of residuals comes with HAC errors"),
    ("tests-*", &["lamb_z"], "Lamb's test"),
    (
        "tests-*",
        &[
            "sign_z",
            "sign_p",
            "gsign_z",
            "gsign_p",
            "gsign_pooled_z",
            "csign_z",
            "p_hat_cowan",
            "p_hat_pooled",
        ],
        "sign tests",
    ),
    (
        "tests-*",
        &[
            "corrado_rank_z",
            "corrado_rank_p",
            "corrado_zivney_rank_z",
            "corrado_zivney_sign_z",
            "corrado_rank_cum_z",
            "grank_Z",
            "grank_t",
            "grank_t_df",
            "grank_t_p",
            "grank_z",
            "grank_z_p",
            "grank_pseudo_day_mean_rank_with_kp_factor",
        ],
        "rank tests",
    ),
    ("tests-*", &["wilcoxon_w", "wilcoxon_z", "wilcoxon_p_exact"], "Wilcoxon's test"),
    (
        "tests-*",
        &[
            "skew_johnson_lbt_t",
            "skew_hall_t",
            "skew.n",
            "skew.mean",
            "skew.sd",
            "skew.S",
            "skew.t",
            "skew.gamma_lbt",
            "skew.gamma_unbiased",
            "skew.t_johnson_lbt",
            "skew.t_hall_gamma_unbiased",
            "skew.t_hall_gamma_lbt",
            "skew.p_t",
            "skew.p_johnson_normal",
            "skew.p_hall_normal",
        ],
        "skewness-adjusted tests",
    ),
    (
        "tests-clustered",
        &[
            "wild_bootstrap_exact_rademacher.p_aar",
            "wild_bootstrap_exact_rademacher.p_caar_running",
            "wild_bootstrap_exact_rademacher.total",
            "wild_bootstrap_exact_rademacher.sipemu_mc_max_dev_in_mc_se",
        ],
        "wild bootstrap over responses",
    ),
];

/// Layouts of which nothing is compared yet.
const LAYOUTS_NOT_COMPARED: &[&str] = &[
    "longrun-bhar-calendar-time",
    "three-events-two-calendars",
    "regression-hac",
    "block-length",
    "bootstrap-ci-fixed-index",
    "bootstrap-exact-moments",
    "multiple-testing",
    "nonparametric",
    "power",
    "wild-bootstrap-enumeration",
    "real-data-eventstudyjl",
    "few-events-many-assets",
];

#[test]
fn golden_numbers() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let root = std::env::var_os("GOLDEN_DIR").map_or(committed, PathBuf::from);
    let mut folders: Vec<PathBuf> = std::fs::read_dir(&root)
        .unwrap_or_else(|e| panic!("{}: {e}", root.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    assert!(!folders.is_empty(), "{}: no cases", root.display());
    let mut faults = String::new();
    for folder in &folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let layout = name.split_once('-').map_or(name.as_str(), |(_, rest)| rest);
        let Some((_, compute)) = LAYOUTS.iter().find(|(l, _)| *l == layout) else {
            assert!(LAYOUTS_NOT_COMPARED.contains(&layout), "{name}: unknown layout `{layout}`");
            println!("{name}: 0 numbers compared");
            continue;
        };
        let n = compare(&name, layout, folder, &compute(folder), &mut faults);
        println!("{name}: {n} numbers compared");
        assert!(n > 0, "{name}: nothing compared");
    }
    assert!(faults.is_empty(), "{faults}");
}

fn compare(name: &str, layout: &str, folder: &Path, ours: &Numbers, faults: &mut String) -> usize {
    let json = read_json(&folder.join("expected.json"));
    let expected = flatten(json.get("expected").unwrap_or(&json));
    let mut used: BTreeMap<&str, bool> = BTreeMap::new();
    for (_, quantities, _) in NOT_COMPARED.iter().filter(|(l, _, _)| matches(l, layout)) {
        used.extend(quantities.iter().map(|q| (*q, false)));
    }
    let mut n = 0;
    for (path, value) in &expected {
        let plain = without_indices(path);
        if let Some(found) = ours.get(path) {
            n += 1;
            let difference = (found - value).abs();
            if difference.is_nan() || difference > (RELATIVE * value.abs()).max(ABSOLUTE) {
                let _ = writeln!(faults, "{name}: {path}: expected {value:e}, found {found:e}");
            }
        } else if let Some((_, seen)) =
            used.iter_mut().find(|(q, _)| plain == **q || plain.ends_with(&format!(".{q}")))
        {
            *seen = true;
        } else {
            let _ = writeln!(faults, "{name}: {path} is neither computed nor listed");
        }
    }
    for path in ours.keys().filter(|p| !expected.contains_key(*p)) {
        let _ = writeln!(faults, "{name}: {path} is computed but not in expected.json");
    }
    // A quantity may be missing from one of the cases that share a list, but not from all of them.
    if !layout.starts_with("tests-") || layout == "tests-clustered" {
        for (quantity, _) in used.iter().filter(|(_, seen)| !**seen) {
            let _ = writeln!(faults, "{name}: `{quantity}` is listed but stands for no number");
        }
    }
    n
}

fn matches(pattern: &str, layout: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == layout, |start| layout.starts_with(start))
}

/// `a.b[3].c` as `a.b.c`.
fn without_indices(path: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in path.chars() {
        match c {
            '[' => inside = true,
            ']' => inside = false,
            _ if !inside => out.push(c),
            _ => {}
        }
    }
    out
}
