//! `eventstudy check`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::ExitCode;

use eventstudy::report::{Align, Table};
use eventstudy::study::{
    EstimationDates, LoadedStudy, MatchedDates, SharedDay, StudyCheck, ThinFits,
};
use serde::Serialize;

use crate::arguments::{CheckOptions, Global};
use crate::audit::{extent, in_words};
use crate::failure::{Failure, NOTHING, print};
use crate::output::{self, section};
use crate::run::{moved_in_words, study_file};

/// Days 0 of several events, and labels of each, that are named.
const LISTED: usize = 5;

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    study: String,
    n_events: usize,
    n_used: usize,
    #[serde(flatten)]
    check: &'a StudyCheck,
}

pub(crate) fn check(options: &CheckOptions, global: &Global) -> Result<ExitCode, Failure> {
    let file = study_file(&options.study, global)?;
    output::folder(&file, None)?;
    let loaded = file.load()?;
    let check = loaded.check()?;
    let report = Report {
        study: loaded.study.summary(),
        n_events: check.events.len(),
        n_used: check.n_used(),
        check: &check,
    };
    if global.json {
        let text = serde_json::to_string_pretty(&report)
            .map_err(|source| eventstudy::Error::Serialise { what: "the check", source })?;
        print(&(text + "\n"))?;
    } else {
        print(&tables(&report, &loaded))?;
    }
    Ok(if report.n_used == 0 { NOTHING.into() } else { ExitCode::SUCCESS })
}

fn tables(report: &Report<'_>, loaded: &LoadedStudy) -> String {
    let check = report.check;
    let mut text = format!("{}\n{}\n\n", report.study, extent(loaded.data.prices()));
    text += &section("Events, and the number of assets in each window", &events(check));
    for moved in &check.moved {
        let _ = writeln!(text, "{}", moved_in_words(moved.event, &moved.label, moved.day_zero));
    }
    for day in check.shared_days.iter().take(LISTED) {
        let SharedDay { day_zero, labels } = day;
        let n_more = labels.len().saturating_sub(LISTED);
        let more = if n_more > 0 { format!(" and {n_more} more") } else { String::new() };
        let shown = labels[..labels.len() - n_more].join(", ");
        let n = labels.len();
        let _ =
            writeln!(text, "{day_zero}: day 0 of {n} events, which are one draw: {shown}{more}");
    }
    let n_more = check.shared_days.len().saturating_sub(LISTED);
    if n_more > 0 {
        let _ = writeln!(text, "… and {n_more} more days 0 of several events");
    }
    let n_excluded = report.n_events - report.n_used;
    let _ = writeln!(
        text,
        "{} of {} events would run, {n_excluded} would be excluded",
        report.n_used, report.n_events
    );
    text += &warnings(check);
    text.push('\n');
    if !check.matched.is_empty() {
        let title = "Placebo dates that match each event, and windows without overlap among them";
        text += &section(title, &matched(check));
        text += &unmatched(check);
    }
    if check.exclusions.is_empty() {
        text += "No exclusions\n";
        return text;
    }
    text += &section("Exclusions by reason", &counts(check));
    text += "Exclusions one by one\n";
    for exclusion in &check.exclusions {
        let _ = writeln!(text, "{exclusion}");
    }
    text
}

/// What weakens the answer, a line each.
fn warnings(check: &StudyCheck) -> String {
    let mut text = String::new();
    for (window, n) in &check.overlaps {
        let _ = writeln!(
            text,
            "{window}: windows of {n} dates overlap, so that sign flip and t over dates reject too \
             often"
        );
    }
    if !check.blind_to_one_day.is_empty() {
        let windows = check.blind_to_one_day.iter().map(ToString::to_string);
        let windows = windows.collect::<Vec<_>>().join(", ");
        let _ = writeln!(
            text,
            "{windows}: the placebo test is for an effect spread over the days of a window, and may miss \
             one that comes on a single day; for such an effect fix the window {{ rows = [0, 0] }}, or \
             [placebo] statistic = \"mean\", before the results are seen"
        );
    }
    if let Some(overlap) = check.estimation_overlap.filter(|overlap| !overlap.left_out) {
        let _ = writeln!(text, "{overlap}");
    }
    if let Some(fault) = &check.placebo_fault {
        let _ = writeln!(text, "no placebo: {fault}");
    }
    if let Some(ThinFits { n_responses, fewest }) = check.thin_fits {
        let fits = if n_responses == 1 { "1 fit has" } else { &format!("{n_responses} fits have") };
        let _ = writeln!(
            text,
            "{fits} fewer than 10 degrees of freedom, {fewest} at the least: the estimation window \
             is too short for the model"
        );
    }
    if !check.audit.is_clean() {
        let found = in_words(&check.audit);
        let _ =
            writeln!(text, "prices: {found} in the windows of the events; see `eventstudy audit`");
    }
    text
}

fn events(check: &StudyCheck) -> Table {
    let windows = check.events.first().map_or(&[][..], |event| &event.windows);
    let columns = [("event", Align::Left), ("label", Align::Left), ("scope", Align::Left)]
        .map(|(name, side)| (name.to_owned(), side))
        .into_iter()
        .chain(windows.iter().map(|(window, _)| (window.to_string(), Align::Right)))
        .chain(["runs", "estimation window"].map(|name| (name.to_owned(), Align::Left)));
    let mut table = Table::new(columns);
    for event in &check.events {
        let counts = event.windows.iter().map(|(_, n_assets)| n_assets.to_string());
        let estimation = event.estimation.map_or_else(
            || "–".to_owned(),
            |EstimationDates { first, last, n_rows }| format!("{first} to {last}, {n_rows} rows"),
        );
        let runs = if event.runs() { "yes" } else { "no" };
        table.row(
            [event.date.to_string(), event.label.clone(), event.scope.to_string()]
                .into_iter()
                .chain(counts)
                .chain([runs.to_owned(), estimation]),
        );
    }
    table
}

/// One row per day 0, one column per window.
fn matched(check: &StudyCheck) -> Table {
    let windows: BTreeSet<String> = check.matched.iter().map(|m| m.window.to_string()).collect();
    let in_order = check.events.first().map_or(&[][..], |event| &event.windows);
    let names: Vec<String> = in_order
        .iter()
        .map(|(window, _)| window.to_string())
        .filter(|window| windows.contains(window))
        .collect();
    let columns = names.iter().map(|name| (name.clone(), Align::Right));
    let mut table = Table::new([("event".to_owned(), Align::Left)].into_iter().chain(columns));
    let days: BTreeSet<_> = check.matched.iter().map(|m| m.event).collect();
    for day in days {
        let cell = |name: &String| {
            let of = |m: &&MatchedDates| m.event == day && m.window.to_string() == *name;
            check.matched.iter().find(of).map_or_else(
                || "–".to_owned(),
                |m| format!("{} dates, {} windows", m.n_dates, m.n_periods),
            )
        };
        table.row([day.to_string()].into_iter().chain(names.iter().map(cell)));
    }
    table
}

/// Why dates are not matched, each reason once.
fn unmatched(check: &StudyCheck) -> String {
    let mut said: Vec<String> = Vec::new();
    for matched in &check.matched {
        let Some(fault) = &matched.fault else { continue };
        let line = format!("{}: no matched placebo: {fault}\n", matched.window);
        if !said.contains(&line) {
            said.push(line);
        }
    }
    if said.is_empty() { String::new() } else { said.concat() + "\n" }
}

fn counts(check: &StudyCheck) -> Table {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for exclusion in &check.exclusions {
        *counts.entry(exclusion.reason.kind()).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let mut table = Table::new([("exclusions", Align::Right), ("reason", Align::Left)]);
    for (kind, n) in counts {
        table.row([n.to_string(), kind.to_owned()]);
    }
    table
}
