//! `eventstudy status`.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use chrono::NaiveDate;
use eventstudy::events::{BreakoutRule, EventDetector, Standing};
use eventstudy::panel::PriceSeries;
use eventstudy::report;
use eventstudy::study::{AtLag, EventSource, StudyFile};
use serde::Serialize;

use crate::arguments::{Global, StatusOptions};
use crate::failure::{Failure, print};
use crate::output::section;
use crate::rule;
use crate::run::study_file;

/// What `--json` prints.
#[derive(Serialize)]
struct Report {
    standing: Standing,
    /// What the study says; nothing without a study, or before the first event.
    responses: Option<AtLag>,
    caveat: Option<String>,
}

pub(crate) fn status(options: &StatusOptions, global: &Global) -> Result<ExitCode, Failure> {
    let series = rule::series(&options.file, options.name.as_deref(), &options.close_column)?;
    let as_of = options.as_of.unwrap_or(series.axis().last());
    let file = options.study.as_deref().map(|path| study_file(path, global)).transpose()?;
    let rule = match (&file, &options.study) {
        (Some(file), Some(path)) => rule_of(file, path)?,
        _ => rule::of(&options.rule)?,
    };
    let standing = rule.standing(&series, as_of, options.months)?;
    let responses = match &file {
        Some(file) if standing.n_events > 0 => Some(responses(file, &rule, &series, as_of)?),
        _ => None,
    };
    let caveat = responses.as_ref().map(AtLag::caveat);
    let report = Report { standing, responses, caveat };
    if global.json {
        let text = serde_json::to_string_pretty(&report)
            .map_err(|source| eventstudy::Error::Serialise { what: "the status", source })?;
        print(&(text + "\n"))?;
    } else {
        print(&tables(&report))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn rule_of(file: &StudyFile, path: &Path) -> Result<BreakoutRule, Failure> {
    match &file.tables.events {
        EventSource::Rule(rule) => Ok(rule.clone()),
        EventSource::List(_) => Err(Failure::Usage(format!(
            "{}: the events are a list; a status needs a rule under [events]",
            path.display()
        ))),
    }
}

/// The study's assets around the events of the series, which may be longer than the study's trigger.
fn responses(
    file: &StudyFile,
    rule: &BreakoutRule,
    series: &PriceSeries,
    as_of: NaiveDate,
) -> Result<AtLag, Failure> {
    let known = series.through(as_of)?;
    let loaded = file.load()?;
    let data = loaded.data.with_sessions(known.axis().clone())?;
    Ok(loaded.study.at_lag(&data, &rule.detect(&known)?, as_of)?)
}

fn tables(report: &Report) -> String {
    let standing = &report.standing;
    let mut text = format!("{}\n", report::standing_summary(standing));
    text += &section(&format!("Rule: {}", standing.rule), &report::standing(standing));
    let (Some(at), Some(caveat)) = (&report.responses, &report.caveat) else { return text };
    let _ =
        writeln!(text, "Responses over {} after each event, known through {}", at.window, at.as_of);
    text += &section("Events one by one", &report::lag_events(at));
    text += &section("Means over the earlier event dates", &report::lag_estimates(at));
    text += &section("What single ordinary dates gave", &report::lag_ordinary(at));
    let _ = writeln!(text, "{caveat}");
    text
}
