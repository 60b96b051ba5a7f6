//! What `eventstudy curve` prints and writes.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod support;

use eventstudy::study::{SpecificationCurve, StudyFile};
use support::{Folder, days, prices};

const TABLE: &str = r#"
[curve]
windows = [{ rows = [0, 2] }, { rows = [1, 5] }, { days = [1, 10] }]
periods = [{}, { from = 2025-02-15 }]
models = [{ kind = "constant-mean" }, { kind = "market-adjusted", benchmark = "b" }]
estimations = [{ length = 30 }, { length = 40, gap = 2, min_observations = 35 }]
universes = [{ assets = ["a", "b"] }, { name = "b alone", assets = ["b"] }]
weightings = ["equal"]
portfolios = ["mean-of-cars", "buy-and-hold"]
"#;

fn with_curve(name: &str) -> Folder {
    let folder = Folder::with_study(name);
    folder.write("prices.csv", &prices(&["a", "b"], 200));
    folder.write("study.toml", &(folder.read("study.toml") + TABLE));
    folder
}

fn curve(folder: &Folder, arguments: &[&str]) -> SpecificationCurve {
    let all: Vec<&str> =
        ["curve", "study.toml", "--json"].iter().chain(arguments).copied().collect();
    serde_json::from_str(&folder.prints(&all)).unwrap()
}

#[test]
fn every_combination_is_a_row_of_the_table() {
    let folder = with_curve("curve-table");
    let found = curve(&folder, &[]);
    assert_eq!(found.n_named, 3 * 2 * 2 * 2 * 2 * 2);
    // b on itself, for each window, period, estimation and portfolio.
    let n_excluded: usize = found.excluded.iter().map(|e| e.n).sum();
    assert_eq!((n_excluded, found.excluded.len()), (24, 1));
    assert_eq!(found.specifications.len(), 72);
    let dimensions: Vec<(&str, usize)> =
        found.dimensions.iter().map(|d| (d.name.as_str(), d.choices.len())).collect();
    assert_eq!(
        dimensions,
        [
            ("window", 3),
            ("period", 2),
            ("model", 2),
            ("estimation", 2),
            ("universe", 2),
            ("weights", 1),
            ("portfolio", 2)
        ]
    );
    // The study itself is one of them.
    let outcome = folder.outcome();
    for w in &outcome.windows {
        let of = found
            .find(&[
                ("window", &w.window.to_string()),
                ("period", "all dates"),
                ("model", "constant mean"),
                ("estimation", &outcome.settings.estimation.to_string()),
                ("universe", "a, b"),
                ("portfolio", "mean of CARs"),
            ])
            .unwrap();
        assert_eq!((of.len(), of[0].n_event_dates), (1, w.n_event_dates));
        // The days of an event are added up in another order.
        assert!((of[0].estimate - w.mean).abs() < 1e-15, "{} is not {}", of[0].estimate, w.mean);
    }
    assert_eq!(found.inputs, outcome.inputs);
    let mut file = StudyFile::from_path(folder.path("study.toml")).unwrap();
    file.path = "study.toml".into();
    assert_eq!(found.study_file, Some(file));
}

#[test]
fn files_are_written_in_the_formats_of_the_study_and_the_curve_is_run_again_from_its_own() {
    let folder = with_curve("curve-files");
    folder.edit(
        "directory = \"results\"",
        "directory = \"results\"\nformats = [\"json\", \"markdown\", \"csv\"]",
    );
    let output = folder.run(&["curve", "study.toml"]);
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "wrote results/curve.json\nwrote results/curve.md\nwrote results/curve.csv\n"
    );
    let text = String::from_utf8(output.stdout).unwrap();
    for wanted in [
        "specifications, of 96 combinations of choices; ",
        "All specifications together\n",
        "What each choice does\n",
        "Combinations without an estimate\n",
        "the asset is a factor of its own model",
    ] {
        assert!(text.contains(wanted), "{wanted} in\n{text}");
    }
    let json = folder.read("results/curve.json");
    assert_eq!(folder.read("results/curve.csv").lines().count(), 1 + 72);
    assert!(folder.read("results/curve.md").starts_with("# Specification curve\n"));
    assert!(folder.contents().iter().all(|(path, _)| path.extension().is_some_and(|e| e != "tmp")));

    let again = ["curve", "results/curve.json", "--output", "other", "--threads", "1"];
    std::fs::rename(folder.path("study.toml"), folder.path("gone.toml")).unwrap();
    assert!(folder.run(&again).status.success());
    assert_eq!(folder.read("other/curve.json"), json);
    // A file that is not the one of that run is named.
    let changed = folder.read("prices.csv").replacen("2025-01-01,", "2025-01-01,1", 1);
    folder.write("prices.csv", &changed);
    let said = folder.run(&again);
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.starts_with("note: prices.csv is not the file of that run\n"), "{said}");
}

#[cfg(feature = "plot")]
#[test]
fn the_chart_is_one_of_the_formats() {
    let folder = with_curve("curve-svg");
    folder.edit("directory = \"results\"", "directory = \"results\"\nformats = [\"svg\"]");
    assert!(folder.run(&["curve", "study.toml", "--quiet"]).status.success());
    assert!(folder.read("results/curve.svg").contains("rank of the estimate"));
}

#[test]
fn parameters_of_a_rule_are_varied_in_a_trigger() {
    let folder = with_curve("curve-rule");
    let rising: Vec<String> = days(200)
        .enumerate()
        .map(|(k, day)| format!("{day},{}\n", 100.0 + k as f64 * 0.2 + [0.0, 3.0, 1.0, 2.0][k % 4]))
        .collect();
    folder.write("index.csv", &format!("date,close\n{}", rising.concat()));
    folder.edit(
        "[events]\nlist = \"events.csv\"",
        "[trigger]\npath = \"index.csv\"\n\n[events]\nrule = \"all-time-high\"\nfrom = 2025-02-10",
    );
    folder.edit(
        "periods = [{}, { from = 2025-02-15 }]",
        "rule = { base = [1, 4], min_separation = [0, 20, 900], confirmations = [0, 2] }",
    );
    let found = curve(&folder, &[]);
    let named: Vec<(&str, Vec<&str>)> = found.dimensions[..5]
        .iter()
        .map(|d| (d.name.as_str(), d.choices.iter().map(|c| c.name.as_str()).collect()))
        .collect();
    assert_eq!(named[0], ("base", vec!["1 session", "4 sessions"]));
    assert_eq!(named[1], ("confirmations", vec!["0 closes", "2 closes"]));
    assert_eq!(named[2], ("min_separation", vec!["0 sessions", "20 sessions", "900 sessions"]));
    // Without periods of its own the curve has that of the rule.
    assert_eq!(named[4], ("period", vec!["from 2025-02-10"]));
    assert_eq!(found.n_named, 2 * 2 * 3 * 3 * 2 * 2 * 2 * 2);
    assert!(found.joint.first.to_string().as_str() >= "2025-02-10");
    // No close is above the high of the day before for long enough.
    let two = &found.dimensions[1].choices[1];
    assert_eq!(two.n_specifications, 0);
}

/// A study file with a fault in its table, and what is said of it.
struct Faults {
    folder: Folder,
    study: String,
}

impl Faults {
    fn new(name: &str) -> Self {
        let folder = with_curve(name);
        let study = folder.read("study.toml");
        Self { folder, study }
    }

    fn fails(&self, from: &str, to: &str, message: &str) {
        assert!(self.study.contains(from), "{from}");
        self.folder.write("study.toml", &self.study.replacen(from, to, 1));
        let message = format!("error: study.toml: {message}");
        self.folder.fails(&["curve", "study.toml"], 2, &message);
    }
}

#[test]
fn faults_of_the_table_are_named_with_their_place() {
    let faults = Faults::new("curve-places");
    let study = &faults.study;
    let fails = |from: &str, to: &str, message: &str| faults.fails(from, to, message);
    let n_lines = study.lines().take_while(|line| *line != "[curve]").count();
    let line = |k: usize| n_lines + 1 + k;
    fails(
        TABLE,
        "",
        "no table [curve]; it lists the alternatives, such as `windows`, `models`, `universes`, \
         `periods`, and `base` under [curve.rule]",
    );
    fails(
        "weightings = [\"equal\"]",
        "weights = [\"equal\"]",
        &format!(
            "line {}, column 1: unknown key `weights`, expected one of `rule`, `windows`, `periods`, \
             `models`, `estimations`, `universes`, `weightings`, `portfolios`, `min_event_dates`",
            line(6)
        ),
    );
    fails(
        "weightings = [\"equal\"]",
        "weightings = [\"cap\"]",
        &format!(
            "line {}, column 15: unknown variant `cap`, expected `equal` or `market-value`",
            line(6)
        ),
    );
    fails(
        "{ rows = [0, 2] }, { rows = [1, 5] }, { days",
        "[0, 2], { days",
        &format!(
            "line {}, column 12: a window needs a unit, expected {{ rows = [0, 2] }}, or `days`, \
             `sessions` or `months` in place of `rows`",
            line(1)
        ),
    );
    fails(
        "{ days = [1, 10] }",
        "{ days = [1, 10, 20] }",
        &format!("line {}, column 59: `days` has 3 numbers, expected a first and a last", line(1)),
    );
    fails(
        "periods = [{},",
        "periods = [[],",
        &format!("line {}, column 12: expected {{ from = 2016-01-01 }}", line(2)),
    );
}

#[test]
fn what_contradicts_itself_is_named() {
    let faults = Faults::new("curve-faults");
    let Faults { folder, study } = &faults;
    let fails = |from: &str, to: &str, message: &str| faults.fails(from, to, message);
    fails(
        "{ kind = \"constant-mean\" },",
        "{ kind = \"constant-mean\", benchmark = \"b\" },",
        "[curve] models: \"constant-mean\" of this kind has no `benchmark`; it takes no other key",
    );
    fails(
        "benchmark = \"b\" }",
        "benchmark = \"c\" }",
        "[curve] models: no series `c`; the panel has `a`, `b`",
    );
    fails(
        "weightings = [\"equal\"]",
        "weightings = []",
        "[curve] weightings = []: expected at least one",
    );
    fails(
        "{ assets = [\"a\", \"b\"] }",
        "{ top = 2 }",
        "[curve] universes: `top` needs `market_values` under [universe]",
    );
    fails(
        "{ assets = [\"a\", \"b\"] }",
        "{ assets = [\"a\", \"c\"] }",
        "[curve] universes: no series `c`; the panel has `a`, `b`",
    );
    fails(
        "{ length = 40, gap = 2, min_observations = 35 }",
        "{ length = 40, min_observations = 50 }",
        "[curve] min_observations = 50: expected at most the length of 40",
    );
    fails(
        "{ length = 40, gap = 2, min_observations = 35 }",
        "{ gap = 2 }",
        "[curve] estimations: needs `length`, for rows before the event, or `comparison`, for \
         periods around it",
    );
    fails(
        "weightings = [\"equal\"]",
        "weightings = [\"equal\", \"equal\"]",
        "[curve] specification grid = weights `equal weight` twice: expected different choices",
    );
    fails(
        "weightings = [\"equal\"]",
        "rule = { base = [3] }",
        "[curve.rule] needs a `rule` under [events], not a `list`",
    );
    fails(
        "weightings = [\"equal\"]",
        "min_event_dates = 0",
        "[curve] min_event_dates = 0: expected at least 1",
    );
    folder.write("study.toml", &study.replacen("[curve]\n", "[curve]\nmin_event_dates = 3\n", 1));
    folder.fails(
        &["curve", "study.toml"],
        1,
        "error: no response is left: all 96 were excluded, the first because too few event dates \
         with data",
    );
    // Nothing but `curve` reads the table.
    assert!(folder.run(&["run", "study.toml", "--quiet"]).status.success());
}
