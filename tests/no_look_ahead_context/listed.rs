//! The public functions of the module, read from its sources, and those that are no measure.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Public functions that look at no dated value of the market, with why.
pub(crate) const NO_MEASURES: &[(&str, &[&str])] = &[
    (
        "sets what a measure does later",
        &[
            "ClaimedOrder::new",
            "CrisisRule::close_at_least",
            "CrisisRule::dates",
            "CrisisRule::none",
            "GrangerCausality::covariance",
            "GrangerCausality::new",
            "LeadLagBootstrap::level",
            "LeadLagBootstrap::mean_block_length",
            "LeadLagBootstrap::new",
            "LeadLagBootstrap::replicates",
            "LeadLagBootstrap::seed",
            "LeadLagDesign::covariance",
            "LeadLagDesign::max_lags",
            "LeadLagDesign::new",
            "LeadLagDesign::significance",
            "LeadLagDesign::same_direction",
            "LeadLagDesign::since",
            "LeadLagDesign::through",
            "LeadLagDesign::without",
            "Levels::new",
            "LocalProjections::first_horizon",
            "LocalProjections::lags",
            "LocalProjections::level",
            "LocalProjections::mean_block_length",
            "LocalProjections::new",
            "LocalProjections::replicates",
            "LocalProjections::seed",
            "MeasureWindow::after",
            "MeasureWindow::before",
            "NetLiquidity::new",
            "NetLiquidity::of_fred",
            "PairedReturns::new",
            "Period::new",
            "SessionReturns::compounding",
            "SessionReturns::max_age_days",
            "SessionReturns::new",
            "WeeklyReturns::compounding",
            "WeeklyReturns::max_age_days",
            "WeeklyReturns::on",
        ],
    ),
    (
        "says what was set or given",
        &[
            "BarAlignment::name",
            "ClaimedOrder::groups",
            "ClaimedOrder::n_pairs",
            "CrisisRule::name",
            "Levels::max_age_days",
            "Levels::prices",
            "MeasureWindow::length_days",
            "PairedReturns::axis",
            "PairedReturns::n_common",
            "PairedReturns::values",
            "Period::contains",
            "Period::from",
            "Period::to",
        ],
    ),
    (
        "reads a result that is there",
        &[
            "Cycle::period",
            "Cycle::rise",
            "HighLowSpread::or_zero",
            "LeadLagReading::of",
            "LeadLagVerdicts::agreement",
            "LeadLagVerdicts::count",
            "LeadLagVerdicts::count_against_the_sign",
            "LeadLagVerdicts::of",
            "LiquidityChange::assets",
            "LiquidityChange::net",
            "LiquidityChange::regime",
            "LiquidityChange::relative",
            "LiquidityChange::reverse_repo",
            "LiquidityChange::treasury_account",
            "LiquidityLevel::net",
            "MeasureComparison::attainable_p",
            "MeasureComparison::detectable",
            "MeasureComparison::effective_periods",
            "MeasureComparison::event_level",
            "MeasureComparison::events",
            "MeasureComparison::excess",
            "MeasureComparison::interval",
            "MeasureComparison::is_shifted",
            "MeasureComparison::mean",
            "MeasureComparison::n_events",
            "MeasureComparison::n_ordinary",
            "MeasureComparison::n_overlapping",
            "MeasureComparison::ordinary_mean",
            "MeasureComparison::p_values",
            "MeasureComparison::test",
            "MeasureComparison::without",
            "RollSpread::is_defined",
            "UpDownBetas::p_value_up_above_one",
            "UpDownBetas::p_value_up_below_one",
        ],
    ),
    (
        "is arithmetic of permutations",
        &[
            "DistanceNull::critical_distance",
            "DistanceNull::distances",
            "DistanceNull::mean",
            "DistanceNull::p_at_least",
            "DistanceNull::p_at_most",
            "DistanceNull::sum_of",
        ],
    ),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/context")
}

/// Names as `function` or `Type::function`.
pub(crate) fn public_functions() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name != "tests.rs") {
                read(&std::fs::read_to_string(&path).unwrap(), &mut found);
            }
        }
    }
    found
}

/// Reads one file up to its tests. The sources are formatted, so that a line begins an item.
fn read(text: &str, found: &mut BTreeSet<String>) {
    let mut owner: Option<String> = None;
    for line in text.lines().take_while(|line| *line != "#[cfg(test)]") {
        if let Some(rest) = line.strip_prefix("impl") {
            let after = if rest.starts_with('<') { rest.split_once('>').unwrap().1 } else { rest };
            owner = Some(name(after.trim_start()));
        } else if line == "}" {
            owner = None;
        }
        let item = line.trim_start();
        let function = ["pub fn ", "pub const fn "].iter().find_map(|p| item.strip_prefix(p));
        if let Some(function) = function.map(name) {
            found.insert(match &owner {
                Some(owner) => format!("{owner}::{function}"),
                None => function,
            });
        }
    }
}

fn name(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The functions in the `pub use` items of the module.
pub(crate) fn reexported_functions() -> BTreeSet<String> {
    let text = std::fs::read_to_string(folder().join("mod.rs")).unwrap();
    let items = text.split("pub use ").skip(1).map(|item| item.split(';').next().unwrap());
    let names = items.flat_map(|item| {
        let names = item.split_once("::").unwrap().1;
        names.trim_matches(['{', '}']).split(',').map(str::trim).collect::<Vec<_>>()
    });
    let is_function = |name: &&str| name.starts_with(|c: char| c.is_ascii_lowercase());
    names.filter(is_function).map(str::to_owned).collect()
}
