//! `eventstudy detect`.

use std::process::ExitCode;

use eventstudy::events::{BreakoutRule, EventDetector};
use eventstudy::panel::{CsvOptions, PriceSeries};
use eventstudy::report;

use crate::arguments::{DetectOptions, Global, RuleKind};
use crate::failure::{Failure, note, print};
use crate::output::{drawn, refuse_to_overwrite};

pub(crate) fn detect(options: &DetectOptions, global: &Global) -> Result<ExitCode, Failure> {
    let rule = rule(options)?;
    if let Some(path) = &options.output {
        refuse_to_overwrite(path, options.force)?;
    }
    let name = match (&options.name, options.file.file_stem()) {
        (Some(name), _) => name.clone(),
        (None, Some(stem)) => stem.to_string_lossy().into_owned(),
        (None, None) => "series".to_owned(),
    };
    let series = PriceSeries::from_csv_columns(
        &options.file,
        &name,
        &options.close_column,
        &CsvOptions::default(),
    )?;
    let events = rule.detect(&series)?;
    if let Some(path) = &options.output {
        report::write_text(path, &events.to_csv())?;
        if !global.quiet {
            note(&format!("wrote {}", path.display()));
        }
    }
    if global.json {
        let text = serde_json::to_string_pretty(&events)
            .map_err(|source| eventstudy::Error::Serialise { what: "the events", source })?;
        print(&(text + "\n"))?;
    } else {
        let n = events.len();
        let noun = if n == 1 { "event" } else { "events" };
        let found = format!("{name}: {n} {noun} under the rule: {}\n", rule.rule());
        print(&(found + &drawn(&report::events(&events))))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn rule(options: &DetectOptions) -> Result<BreakoutRule, Failure> {
    let rule = match (options.rule, options.level, options.sessions) {
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
        .min_separation(options.min_separation)
        .first_in_years(&options.first_in_years);
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
