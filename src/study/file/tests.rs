use std::path::Path;

use super::*;
use crate::inference::AssetDraw;
use crate::resampling::{ConformalPermutations, ConformalStatistic};
use crate::study::{
    Alignment, ClaimedSide, ConformalSettings, MatchRule, MatchSeries, MatchTolerance,
    OutputFormat, SchemeChoice, VerdictRule,
};
use crate::time::EstimationReturns;

/// Every table, most keys away from their defaults.
const FULL: &str = r#"
[prices]
paths = ["a.csv", "b.csv"]
layout = "long"
price_column = "price"
assets = ["btc", "eth"]

[[benchmarks]]
path = "markets.csv"
columns = ["sp500"]
alignment = "carry-forward"
max_age_days = 3

[[benchmarks]]
path = "/elsewhere/dollar.csv"
name = "dollar"
close_column = "value"
alignment = "common-dates"

[trigger]
path = "index.csv"
close_column = "last"

[events]
rule = "channel"
sessions = 60
from = 2016-01-01

[universe]
top = 20
market_values = "values.csv"
exclude = "excluded.csv"
exclude_assets = ["btc"]
min_history = 100
max_stale_days = 1

[model]
kind = "factor-model"
factors = ["btc", "sp500"]

[study]
windows = [{ months = [0, 1] }, { rows = [-1, 1] }, { days = [0, 9] }, { sessions = [0, 5] }]
estimation = { length = 250, gap = 10, min_observations = 120, exclude = [
    [2020-03-01, 2020-04-30], ["2021-05-10", "2021-05-20"],
], exclude_other_events = true, returns = "trade-to-trade" }
compounding = "log"
weighting = "market-value"
portfolio = "daily-rebalanced"
missing = "exclude"
asset_set = "per-window"
min_assets = 5
level = 0.9
seed = 42
paths = true
responses = false

[placebo]
n_sets = 999
min_separation_days = 200
buffer_days = 10
statistic = "mean"
scheme = "shifted"
match = ["calendar-month", { by = "trailing-return", of = "trigger", rows = 20, nearest = 50 }]

[placebo_assets]
top = 100
draw = "anew-at-each-event"
n_sets = 99

[conformal]
statistic = "sum"
permutations = "iid"
draws = 499

[bootstrap]
enabled = false

[verdict]
margin = 0.1
significance = 0.01
side = "below"

[output]
directory = "out"
formats = ["json", "csv"]
"#;

/// The smallest file, with a line of the caller's in `[study]`.
fn smallest(line: &str) -> String {
    format!(
        "[prices]\npath = \"p.csv\"\n[events]\nlist = \"e.csv\"\n[model]\nkind = \"constant-mean\"\n\
         [study]\nwindows = [{{ rows = [0, 1] }}]\nestimation = {{ length = 10 }}\n{line}\n"
    )
}

#[test]
fn a_file_comes_back_from_json_with_every_key() {
    let comparison = smallest("").replace("length = 10", "comparison = [[-60, -6], [6, 60]]");
    for text in [FULL, &smallest(""), &comparison] {
        let file = StudyFile::parse(text, "folder/study.toml").unwrap();
        let json = serde_json::to_string(&file).unwrap();
        let back: StudyFile = serde_json::from_str(&json).unwrap();
        assert_eq!(back, file);
        assert_eq!(serde_json::to_string(&back).unwrap(), json);
    }
}

#[test]
fn keys_arrive_where_they_belong() {
    let tables = StudyFile::parse(FULL, "study.toml").unwrap().tables;
    assert_eq!(tables.benchmarks[0].alignment, Alignment::CarryForward);
    assert_eq!(tables.benchmarks[1].close_column.as_deref(), Some("value"));
    assert_eq!(tables.model.kind.as_str(), "factor-model");
    assert_eq!(tables.study.windows.len(), 4);
    assert_eq!((tables.study.seed, tables.study.level), (42, 0.9));
    assert!(tables.study.paths && !tables.study.responses);
    let day = |month, day| chrono::NaiveDate::from_ymd_opt(2021, month, day).unwrap();
    assert_eq!(tables.study.estimation.exclude[1], (day(5, 10), day(5, 20)));
    assert_eq!(tables.study.estimation.returns, EstimationReturns::TradeToTrade);
    assert_eq!(tables.output.formats, [OutputFormat::Json, OutputFormat::Csv]);
    assert!(matches!(tables.events, EventSource::Rule(_)));
    assert!(!tables.bootstrap.enabled && tables.placebo.enabled);
    let trigger = MatchRule::trailing_return(MatchSeries::Trigger, 20);
    let trigger = trigger.tolerance(MatchTolerance::Nearest(50));
    assert_eq!(tables.placebo.matching, [MatchRule::CalendarMonth, trigger]);
    let settings = tables.placebo.settings(&tables.events).unwrap();
    assert_eq!(settings.matching, tables.placebo.matching);
    assert_eq!(settings.scheme, SchemeChoice::Shifted);
    let assets = tables.placebo_assets.unwrap();
    assert_eq!((assets.top, assets.n_sets), (Some(100), 99));
    assert_eq!(assets.draw, Some(AssetDraw::AnewAtEachEvent));
    let conformal = tables.conformal.unwrap().settings();
    assert_eq!(conformal.statistic, ConformalStatistic::Sum);
    assert_eq!(conformal.permutations, ConformalPermutations::Iid);
    assert_eq!(conformal.n_draws, 499);
    let rule = VerdictRule::new(0.01, 0.1).unwrap().side(ClaimedSide::Below);
    assert_eq!(tables.verdict, Some(rule));
}

#[test]
fn defaults_are_those_of_the_builder() {
    let tables = StudyFile::parse(&smallest(""), "study.toml").unwrap().tables;
    let table = &tables.study;
    assert_eq!((table.level, table.seed, table.min_assets), (0.95, 1, 1));
    // But for the responses, which a file keeps and the builder does not.
    assert!(table.responses);
    let defaults = crate::study::PlaceboSettings::default();
    assert_eq!(tables.placebo.n_sets, defaults.n_sets);
    assert_eq!(tables.placebo.buffer_days, defaults.buffer_days);
    assert_eq!(tables.placebo.settings(&tables.events), Some(defaults));
    assert!(tables.placebo_assets.is_none() && tables.conformal.is_none());
    let empty = smallest("") + "[placebo_assets]\n[conformal]\n";
    let empty = StudyFile::parse(&empty, "study.toml").unwrap().tables;
    assert_eq!(empty.conformal.unwrap().settings(), ConformalSettings::default());
    assert_eq!(empty.placebo_assets, Some(PlaceboAssetsTable::default()));
    assert_eq!(tables.universe.max_stale_days, 3);
    assert_eq!((tables.output.directory, tables.verdict), (None, None));
    let estimation = StudyFile::parse(&smallest(""), "study.toml").unwrap().estimation().unwrap();
    assert_eq!(estimation, crate::time::EstimationWindow::trailing(10).unwrap());
}

#[test]
fn relative_paths_start_from_the_folder_of_the_file() {
    let resolve = |file: &str, path: &str| {
        StudyFile::parse(&smallest(""), file).unwrap().resolve(Path::new(path))
    };
    assert_eq!(resolve("study.toml", "p.csv"), Path::new("p.csv"));
    assert_eq!(resolve("a/study.toml", "../p.csv"), Path::new("a/../p.csv"));
    assert_eq!(resolve("a/study.toml", "/p.csv"), Path::new("/p.csv"));
}

#[test]
fn a_fault_names_line_column_and_the_keys_there_are() {
    let message = |text: &str| StudyFile::parse(text, "study.toml").unwrap_err().to_string();
    assert_eq!(
        message(&smallest("sede = 3")),
        "study.toml: line 10, column 1: unknown key `sede`, expected one of `windows`, \
         `estimation`, `compounding`, `weighting`, `portfolio`, `missing`, `asset_set`, \
         `min_assets`, `level`, `seed`, `paths`, `tests`, `responses`"
    );
    assert_eq!(
        message(&smallest("weighting = \"cap\"")),
        "study.toml: line 10, column 13: unknown variant `cap`, expected `equal` or `market-value`"
    );
    // Columns are counted in characters.
    assert_eq!(
        message("events = { list = \"é\", bse = 1 }\n"),
        "study.toml: line 1, column 24: unknown key `bse`, expected `list`"
    );
}

/// The smallest file with this table of the model.
fn with_model(table: &str) -> Result<StudyFile, String> {
    let text = smallest("").replace("kind = \"constant-mean\"", table);
    StudyFile::parse(&text, "study.toml").map_err(|error| error.to_string())
}

#[test]
fn every_model_of_the_registry_is_made_from_its_name() {
    let keys = |id: &str| match id {
        "constant-mean" | "comparison-period-mean" => "",
        "factor-model" | "huber" => "factors = [\"m\", \"n\"]",
        "dimson" => "benchmark = \"m\"\nlags = 2\nleads = 2\nfowler_rorke = true",
        "exponentially-weighted" => "benchmark = \"m\"\nhalf_life = 60.0",
        "rolling" => "benchmark = \"m\"\nlength = 60\ngap = 5",
        "control" => "controls = { a = [\"b\", \"c\"], b = [\"c\"] }",
        "synthetic-control" => "donors = [\"b\", \"c\"]",
        "garch" | "gjr" | "egarch" => "benchmark = \"m\"\nerrors = \"student-t\"",
        _ => "benchmark = \"m\"",
    };
    for card in crate::models::model_cards() {
        let file = with_model(&format!("kind = \"{}\"\n{}", card.id, keys(card.id))).unwrap();
        let model = file.model().unwrap();
        assert!(!model.name().is_empty(), "{}", card.id);
        // What the card says of its keys is what there is.
        let table = serde_json::to_value(&file.tables.model).unwrap();
        for key in table.as_object().unwrap().keys().filter(|key| *key != "kind") {
            assert!(card.parameters.contains(&key.as_str()), "{}: {key}", card.id);
        }
    }
}

#[test]
fn keys_of_another_model_are_refused() {
    let fault = |table: &str| with_model(table).unwrap().model().unwrap_err().to_string();
    assert_eq!(
        fault("kind = \"dimson\"\nbenchmark = \"m\"\ntuning = 2.0"),
        "study.toml: [model] of this kind has no `tuning`; it takes `benchmark`, `lags`, `leads`, \
         `fowler_rorke`"
    );
    assert_eq!(
        fault("kind = \"dimson\"\nbenchmark = \"m\"\nlags = 1"),
        "study.toml: [model] of this kind needs `leads`"
    );
    assert_eq!(
        fault("kind = \"huber\"\nbenchmark = \"m\"\nfactors = [\"n\"]"),
        "study.toml: [model] has both `benchmark` and `factors`; keep one"
    );
}

#[test]
fn a_rule_of_verdicts_is_checked_where_it_stands() {
    let read = |text: &str| {
        let file = StudyFile::parse(&format!("{}[verdict]\n{text}", smallest("")), "study.toml");
        file.map(|file| file.tables.verdict).map_err(|error| error.to_string())
    };
    assert_eq!(read("margin = 0.1"), Ok(Some(VerdictRule::new(0.05, 0.1).unwrap())));
    assert_eq!(
        read("significance = 0.05").unwrap_err(),
        "study.toml: line 11, column 1: missing key `margin`"
    );
    assert_eq!(
        read("margin = 0.1\nlevel = 0.9").unwrap_err(),
        "study.toml: line 13, column 1: unknown key `level`, expected one of `significance`, \
         `margin`, `side`"
    );
    assert_eq!(
        read("margin = 0.1\nsignificance = 5.0").unwrap_err(),
        "study.toml: line 11, column 1: significance of verdicts = 5.0: expected a share between 0 \
         and 0.5, such as 0.05"
    );
    let text = format!("{}[verdict]\nmargin = 0.1\n[placebo]\nenabled = false\n", smallest(""));
    let fault = StudyFile::parse(&text, "study.toml").unwrap().load().unwrap_err().to_string();
    assert!(fault.ends_with("as the verdicts of [verdict] rest on placebo dates"), "{fault}");
}

#[test]
fn dates_of_the_placebo_are_text_or_bare() {
    let read = |text: &str| {
        let file = StudyFile::parse(&format!("{}[placebo]\n{text}", smallest("")), "study.toml");
        file.map(|file| file.tables.placebo).map_err(|error| error.to_string())
    };
    let text = read("from = \"2016-01-01\"\navoid = [\"2024-11-25\"]").unwrap();
    assert_eq!(read("from = 2016-01-01\navoid = [2024-11-25]").unwrap(), text);
    assert_eq!(text.avoid.len(), 1);
    let fault = read("through = \"soon\"").unwrap_err();
    assert!(fault.ends_with("`soon` is not a date such as 2026-01-08"), "{fault}");
}
