//! A rule for breakouts and the series it is put to, from the command line.

use std::path::Path;

use eventstudy::events::BreakoutRule;
use eventstudy::panel::{CsvOptions, PriceSeries};

use crate::arguments::{RuleKind, RuleOptions};
use crate::failure::Failure;

/// What is wrong where a study file stands in the place of prices.
pub(crate) fn of_study_file(file: &Path) -> Option<String> {
    let is =
        |wanted| file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted));
    is("toml").then(|| "a study file where a file of prices is expected".to_owned())
}

/// The series of a file, under a name of its own or that of the file.
pub(crate) fn series(
    file: &Path,
    name: Option<&str>,
    close_column: &str,
) -> Result<PriceSeries, Failure> {
    if let Some(fault) = of_study_file(file) {
        return Err(Failure::Usage(format!("{}: {fault}", file.display())));
    }
    let name = match (name, file.file_stem()) {
        (Some(name), _) => name.to_owned(),
        (None, Some(stem)) => stem.to_string_lossy().into_owned(),
        (None, None) => "series".to_owned(),
    };
    Ok(PriceSeries::from_csv_columns(file, &name, close_column, &CsvOptions::default())?)
}

/// The rule of the flags.
pub(crate) fn of(options: &RuleOptions) -> Result<BreakoutRule, Failure> {
    let rule = match (options.kind, options.level, options.sessions) {
        (RuleKind::AllTimeHigh, None, None) => BreakoutRule::all_time_high(),
        (RuleKind::Level, Some(level), None) => BreakoutRule::level(level),
        (RuleKind::Channel, None, Some(sessions)) => BreakoutRule::channel(sessions),
        (RuleKind::Level, None, _) => return Err(needs("--rule level", "--level")),
        (RuleKind::Channel, _, None) => return Err(needs("--rule channel", "--sessions")),
        (_, Some(_), _) => return Err(needs("--level", "--rule level")),
        (_, _, Some(_)) => return Err(needs("--sessions", "--rule channel")),
    };
    let mut rule = rule
        .basis(options.basis)
        .base(options.base)
        .margin(options.margin)
        .confirmations(options.confirmations)
        .volume_window(options.volume_window)
        .cluster(options.cluster)
        .min_separation(options.min_separation);
    if let Some(multiple) = options.volume_multiple {
        rule = rule.volume_multiple(multiple);
    }
    if let (Some(sessions), Some(trend)) = (options.trend_sessions, options.trend_return) {
        rule = rule.trend(sessions, trend);
    }
    if let Some(from) = options.from {
        rule = rule.from(from);
    }
    if let Some(through) = options.through {
        rule = rule.through(through);
    }
    Ok(rule)
}

fn needs(this: &str, that: &str) -> Failure {
    Failure::Usage(format!("{this} needs {that}"))
}
