//! Every number and date of every golden case that the crate can produce.
//!
//! Walks the case folders of `tests/golden/`, or of `$GOLDEN_DIR` where that is set. A case holds
//! `expected.json`, the data it was computed from and, where its layout needs one, `spec.json`.
//! Every number and every date under `expected` is looked up among those computed here under the
//! same path: numbers agree to 1e-9 relative, dates to the day, and what was drawn at random agrees
//! within its Monte-Carlo error. Whatever is not computed must stand in a list with the reason, and
//! an entry that no longer stands for anything fails the test: the lists can only shrink.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod golden_support;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use golden_support::left_out::{GIVEN, LAYOUTS_NOT_COMPARED, NOT_COMPARED};
use golden_support::{Found, Leaf, Leaves, flatten, read_json};
use serde_json::Value;

/// Relative tolerance of every comparison.
const RELATIVE: f64 = 1e-9;
/// Relative tolerance of counts, sums of ranks and enumerated p-values.
const RELATIVE_EXACT: f64 = 1e-12;
/// Layout (or all that start alike) and names of those.
const EXACT: &[(&str, &[&str])] = &[
    ("*", &["n", "total"]),
    ("tests-*", &["n_t", "wilcoxon_w", "*_p_exact"]),
    ("tests-clustered", &["p_aar", "p_caar_running"]),
    ("real-data-eventstudyjl", &["n_t", "wilcoxon_w"]),
    ("wild-bootstrap-enumeration", &["p_studentised", "p_mean"]),
    ("power", &["smallest_two_sided_p"]),
    ("bootstrap-exact-moments", &["mean", "var"]),
    (
        "longrun-bhar-calendar-time",
        &[
            "horizon_months",
            "resample_size",
            "degenerate_draws",
            "n_units",
            "nw_lag",
            "lag",
            "N",
            "n_months",
        ],
    ),
    (
        "nonparametric",
        &[
            "wilcoxon_*.stat",
            "wilcoxon_exact_no_ties|*.p",
            "sign_test_exact.*",
            "pos",
            "nonzero",
            "U",
            "mannwhitney|exact|*.p",
            "ks_2samp_*.D",
            "ks_2samp_exact|*.p",
            "exact_two_sample_permutation_mean_diff.p",
            "exact_two_sample_permutation_mean_diff.scipy_p",
            "wilcox_*.stat",
            "wilcox_exact_no_ties.p",
            "binom_p",
        ],
    ),
    (
        "multiple-testing",
        &[
            "spa*.pvalues.*",
            "spa.better_models",
            "spa_unstudentised_own.*",
            "superior_models",
            "mcs_*.pvalues.*",
            "mcs_*.included",
            "p_raw_bootstrap",
            "p_adjusted",
            "white_*_p",
        ],
    ),
    (
        "few-events-many-assets",
        &[
            "im_one_group_a.df",
            "exact_iid_bootstrap_mean_of_3.p_le_zero",
            "exact_iid_bootstrap_mean_of_3.prob_of_min",
            "coverage_of_*.exact",
            "exact_label_permutation.p_*",
            "event_block_bootstrap_diff_exact.atoms",
            "event_block_bootstrap_diff_exact.p_*",
        ],
    ),
];
/// Layout, path, relative tolerance and reason of a number that two sound routines agree on to fewer
/// digits, as the README of its case says.
const APPROXIMATE: &[(&str, &str, f64, &str)] = &[(
    "nonparametric",
    "moments|big.shapiro[1]",
    1e-6,
    "the p-value of an approximation whose published routine has a shorter normal integral",
)];
/// Differences this small pass whatever they are relative to: the rounding of sums near zero.
const ABSOLUTE: f64 = 1e-15;
/// Standard errors by which a figure drawn at random may be off.
const STANDARD_ERRORS: f64 = 4.0;
/// What stands beside `expected` where a package and a paper differ: the paper's form.
const PAPER: &str = "paper_formula";
/// What stands beside `expected` and is a setting of the case, not a result.
const SETTINGS: &[&str] = &["spec", "tolerance_rel", "tolerance_abs"];

/// Layouts that are compared, by what follows the number in the name of the folder.
type Case = fn(&Path) -> Found;
const LAYOUTS: &[(&str, Case)] = &[
    ("models-single", golden_support::single::leaves),
    ("tests-clustered", golden_support::cross_section::leaves),
    ("tests-staggered", golden_support::cross_section::leaves),
    ("tests-missing", golden_support::cross_section::leaves),
    ("real-data-eventstudyjl", golden_support::own_market::leaves),
    ("three-events-two-calendars", golden_support::calendars::leaves),
    ("bootstrap-ci-fixed-index", golden_support::intervals::leaves),
    ("block-length", golden_support::block_length::leaves),
    ("bootstrap-exact-moments", golden_support::bootstrap_moments::leaves),
    ("nonparametric", golden_support::nonparametric::leaves),
    ("longrun-bhar-calendar-time", golden_support::long_run::leaves),
    ("regression-hac", golden_support::regression::leaves),
    ("power", golden_support::power::leaves),
    ("wild-bootstrap-enumeration", golden_support::few_events::sign_flips),
    ("few-events-many-assets", golden_support::few_events::leaves),
    ("multiple-testing", golden_support::multiple_testing::leaves),
    ("robust-regression", golden_support::robust::leaves),
];

/// Patterns that stand for leaves, each with whether it was needed.
struct Patterns(Vec<(&'static str, &'static str, bool)>);

impl Patterns {
    fn new(of_layouts: impl Iterator<Item = (&'static str, &'static [&'static str])>) -> Self {
        let all = of_layouts.flat_map(|(of, names)| names.iter().map(move |p| (of, *p, false)));
        Self(all.collect())
    }

    fn covers(&mut self, layout: &str, path: &str) -> bool {
        let plain = without_indices(path);
        let mut covered = false;
        for (of, pattern, needed) in &mut self.0 {
            if matches(of, layout) && stands_for(pattern, &plain) {
                *needed = true;
                covered = true;
            }
        }
        covered
    }
}

#[derive(Default)]
struct Counts {
    numbers: usize,
    dates: usize,
    drawn: usize,
    left_out: usize,
    /// Numbers beside `expected` that are results of other packages.
    beside: usize,
}

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
    let not_compared = NOT_COMPARED.iter().map(|(layout, patterns, _)| (*layout, *patterns));
    let mut left_out = Patterns::new(not_compared.chain(GIVEN.iter().copied()));
    let mut exact = Patterns::new(EXACT.iter().copied());
    let mut layouts = Vec::new();
    for folder in &folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let layout = name.split_once('-').map_or(name.as_str(), |(_, rest)| rest).to_owned();
        let Some((_, compute)) = LAYOUTS.iter().find(|(l, _)| *l == layout) else {
            assert!(
                LAYOUTS_NOT_COMPARED.iter().any(|(l, _)| *l == layout),
                "{name}: unknown layout `{layout}`"
            );
            println!("{name}: 0 numbers compared");
            continue;
        };
        let ours = compute(folder);
        let n = compare(&name, &layout, folder, &ours, &mut left_out, &mut exact, &mut faults);
        let Counts { numbers, dates, drawn, left_out, beside } = n;
        println!(
            "{name}: {numbers} numbers and {dates} dates compared, {drawn} within Monte-Carlo \
             error, {left_out} left out, {beside} figures of other packages beside"
        );
        assert!(numbers + drawn > 0, "{name}: nothing compared");
        layouts.push(layout);
    }
    for (of, pattern, needed) in left_out.0.iter().chain(&exact.0) {
        if !needed && layouts.iter().any(|layout| matches(of, layout)) {
            let _ = writeln!(faults, "{of}: `{pattern}` is listed but stands for nothing");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

fn compare(
    name: &str,
    layout: &str,
    folder: &Path,
    ours: &Found,
    left_out: &mut Patterns,
    exact: &mut Patterns,
    faults: &mut String,
) -> Counts {
    let json = read_json(&folder.join("expected.json"));
    let mut expected: Leaves = flatten(json.get("expected").unwrap_or(&json));
    if let (Some(_), Some(paper)) = (json.get("expected"), json.get(PAPER)) {
        let leaves = flatten(paper).into_iter();
        expected.extend(leaves.map(|(path, leaf)| (format!("{PAPER}.{path}"), leaf)));
    }
    let mut counts = Counts { beside: beside(&json), ..Counts::default() };
    for (path, wanted) in &expected {
        let Some(found) = ours.get(path) else {
            counts.left_out += 1;
            if !left_out.covers(layout, path) {
                let _ = writeln!(faults, "{name}: {path} is neither computed nor listed");
            }
            continue;
        };
        let mut agree = |found: f64, wanted: f64| {
            let is_exact = exact.covers(layout, path);
            let of_path = APPROXIMATE.iter().find(|(l, p, ..)| *l == layout && p == path);
            let relative = match of_path {
                Some((_, _, relative, _)) => *relative,
                None if is_exact => RELATIVE_EXACT,
                None => RELATIVE,
            };
            within(found, wanted, (relative * wanted.abs()).max(ABSOLUTE))
        };
        let agrees = match (*found, *wanted) {
            (Leaf::Number(found), Leaf::Number(wanted)) => {
                counts.numbers += 1;
                agree(found, wanted)
            }
            (Leaf::Drawn { value, standard_error }, Leaf::Number(wanted)) => {
                counts.drawn += 1;
                within(value, wanted, STANDARD_ERRORS * standard_error)
            }
            (Leaf::NumberAndDrawn { number, value, standard_error }, Leaf::Number(wanted)) => {
                counts.numbers += 1;
                counts.drawn += 1;
                agree(number, wanted) && within(value, wanted, STANDARD_ERRORS * standard_error)
            }
            (Leaf::Date(found), Leaf::Date(wanted)) => {
                counts.dates += 1;
                found == wanted
            }
            _ => false,
        };
        if !agrees {
            let _ = writeln!(faults, "{name}: {path}: expected {wanted}, found {found}");
        }
    }
    for path in ours.keys().filter(|p| !expected.contains_key(*p)) {
        let _ = writeln!(faults, "{name}: {path} is computed but not in expected.json");
    }
    counts
}

/// How many numbers stand beside `expected` that are neither compared nor settings.
fn beside(json: &Value) -> usize {
    if json.get("expected").is_none() {
        return 0;
    }
    let is_figure = |(path, leaf): &(String, Leaf)| {
        let mut names = path.split(['.', '[']);
        let is_compared = names.clone().next().is_some_and(|n| n == "expected" || n == PAPER);
        matches!(leaf, Leaf::Number(_)) && !is_compared && names.all(|n| !SETTINGS.contains(&n))
    };
    flatten(json).into_iter().filter(is_figure).count()
}

/// False for NaN on either side.
fn within(found: f64, wanted: f64, tolerance: f64) -> bool {
    (found - wanted).abs() <= tolerance
}

/// A layout, or all that start with what comes before a star.
fn matches(pattern: &str, layout: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == layout, |start| layout.starts_with(start))
}

/// True where the pattern is the whole path, or what follows one of its dots; a star stands for any
/// text.
fn stands_for(pattern: &str, path: &str) -> bool {
    let starts = std::iter::once(0).chain(path.match_indices('.').map(|(at, _)| at + 1));
    starts.into_iter().any(|at| glob(pattern, &path[at..]))
}

fn glob(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            (0..=text.len()).any(|at| text.is_char_boundary(at) && glob(rest, &text[at..]))
        }),
    }
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

#[test]
fn every_case_has_its_formulas_in_the_readme() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let headings: Vec<&str> =
        readme.lines().filter_map(|l| l.strip_prefix("## ")).flat_map(|l| l.split(", ")).collect();
    for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let described = headings.contains(&name.as_str());
        assert!(described || !entry.path().is_dir(), "{name} has no section in the README");
    }
}

#[test]
fn patterns_stand_for_whole_names() {
    assert!(stands_for("AAR", "market.AAR") && !stands_for("AR", "market.AAR"));
    assert!(stands_for("norm|*", "statistics.iid.mean.norm|0.95|two"));
    assert!(stands_for("*_block_*.bca|*", "statistics.circular_block_6.mean.bca|0.9|two"));
    assert!(!stands_for("*_block_*.bca|*", "statistics.iid.mean.bca|0.9|two"));
    assert_eq!(without_indices("a.[x,y].b[3][1].c"), "a..b.c");
}
