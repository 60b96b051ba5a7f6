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
    /// That the date which was asked for is not a date of the series.
    note: Option<String>,
    /// What the study says; nothing without a study, or before the first event.
    responses: Option<AtLag>,
    caveat: Option<String>,
}

pub(crate) fn status(options: &StatusOptions, global: &Global) -> Result<ExitCode, Failure> {
    if let Some(hint) = rule::of_study_file(&options.file) {
        return Err(swapped(options, &hint));
    }
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
    let note =
        options.as_of.and_then(|asked| not_a_session(&standing, asked, series.axis().last()));
    let report = Report { standing, note, responses, caveat };
    if global.json {
        let text = serde_json::to_string_pretty(&report)
            .map_err(|source| eventstudy::Error::Serialise { what: "the status", source })?;
        print(&(text + "\n"))?;
    } else {
        print(&tables(&report))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Where the study file stands in the place of the series, the command that was meant.
fn swapped(options: &StatusOptions, hint: &str) -> Failure {
    let path = options.file.display();
    let of_study = StudyFile::from_path(&options.file).ok();
    let trigger = of_study.and_then(|file| Some(file.resolve(&file.tables.trigger.as_ref()?.path)));
    let series = trigger.map_or_else(|| "FILE".to_owned(), |path| path.display().to_string());
    Failure::Usage(format!("{path}: {hint}; try `eventstudy status {series} --study {path}`"))
}

/// What the figures are as of, where that is not the date that was asked for.
fn not_a_session(standing: &Standing, asked: NaiveDate, last: NaiveDate) -> Option<String> {
    let as_of = standing.as_of;
    if asked > last {
        return Some(format!(
            "the file ends on {last}, before {asked}: this is how things stood then, and nothing later is \
             known"
        ));
    }
    (asked != as_of)
        .then(|| format!("{asked} is no date of the file: as of {as_of}, the last before it"))
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
    if let Some(note) = &report.note {
        let _ = writeln!(text, "{note}");
    }
    text += &section(&format!("Rule: {}", standing.rule), &report::standing(standing));
    let (Some(at), Some(caveat)) = (&report.responses, &report.caveat) else { return text };
    let _ =
        writeln!(text, "Responses over {} after each event, known through {}", at.window, at.as_of);
    text += &section("Events one by one", &report::lag_events(at));
    text += &section("Means over the earlier event dates", &report::lag_estimates(at));
    text += &section("What single ordinary dates gave", &report::lag_ordinary(at));
    text += &report::lag_legend(at);
    let _ = writeln!(text, "{caveat}");
    text
}
