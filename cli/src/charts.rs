//! One chart per event, from the paths of an outcome.

use std::path::{Path, PathBuf};

use eventstudy::events::Scope;
use eventstudy::report::chart::{Band, CarPath, Chart};
use eventstudy::report::{self, count, percent};
use eventstudy::study::{EventPath, Outcome};
use eventstudy::time::EventWindow;

use crate::failure::Failure;

pub(crate) fn charts(folder: &Path, outcome: &Outcome) -> Result<Vec<(PathBuf, String)>, Failure> {
    let mut charts = Vec::new();
    for (k, path) in outcome.paths.iter().enumerate() {
        let name = format!("path-{}-{}.svg", k + 1, path.event);
        charts.push((folder.join(name), chart(outcome, path).to_svg()?));
    }
    Ok(charts)
}

fn chart(outcome: &Outcome, path: &EventPath) -> CarPath {
    let settings = &outcome.settings;
    let level = report::level(settings.level);
    let interval = match (&path.lower, &path.upper) {
        (Some(lower), Some(upper)) => Some(Band {
            label: format!("{level} interval, block bootstrap, too narrow"),
            days: path.days.clone(),
            lower: lower.clone(),
            upper: upper.clone(),
            median: None,
        }),
        _ => None,
    };
    let placebo = outcome.band_of(path).map(|band| Band {
        label: format!("{level} of {} ordinary dates", count(band.n_dates)),
        days: band.days.clone(),
        lower: band.lower.clone(),
        upper: band.upper.clone(),
        median: Some(band.median.clone()),
    });
    let n = path.n_assets;
    let title = format!("{} of {}", path.label, path.event);
    let (title, who, of) = if let Some(Scope::Asset(name)) = &path.scope {
        (format!("{name}: {title}"), name.clone(), name.clone())
    } else {
        let who = format!("{}, {}", settings.universe, settings.weighting.name());
        (title, who, format!("{n} {}", if n == 1 { "asset" } else { "assets" }))
    };
    CarPath {
        title,
        verdict: verdict(outcome, path),
        subtitle: vec![format!("{who}; {}; n = {n}", settings.model)],
        event_date: path.event,
        n_months: n_months(outcome, path),
        measure: settings.portfolio.name().to_owned(),
        label: format!("{} of {of}", settings.portfolio.name()),
        days: path.days.clone(),
        values: path.values.clone(),
        interval,
        note: placebo.is_none().then(|| no_band(outcome)),
        placebo,
    }
}

/// Why there is no range of ordinary dates.
fn no_band(outcome: &Outcome) -> String {
    let fault = outcome.windows.iter().find_map(|w| w.placebo_fault.as_deref());
    let why = match fault {
        _ if outcome.settings.placebo.is_none() => "placebo dates are switched off",
        Some(fault) => fault,
        None => "no ordinary date has every window",
    };
    format!("Without the range of ordinary dates: {why}")
}

/// Where the path ends, and whether ordinary dates end there too.
fn verdict(outcome: &Outcome, path: &EventPath) -> String {
    let (Some(value), Some(day)) = (path.values.last(), path.days.last()) else {
        return String::new();
    };
    let end = format!("{} after {day} days", percent(*value));
    let Some(band) = outcome.band_of(path) else { return end };
    let Some(at) = band.days.iter().rposition(|of_band| of_band <= day) else { return end };
    let level = report::level(outcome.settings.level);
    let place =
        if (band.lower[at]..=band.upper[at]).contains(value) { "inside" } else { "outside" };
    format!("{end}, {place} what {level} of ordinary dates give")
}

/// Months that a chart can mark.
const MAX_MONTHS: u32 = 120;

/// Months that the chart marks: those of the longest lag, else as many as hold the path.
fn n_months(outcome: &Outcome, path: &EventPath) -> u32 {
    let lags = outcome.settings.windows.iter().filter_map(|window| match window {
        EventWindow::Months(lag) => Some(lag.to_month()),
        _ => None,
    });
    let days = path.days.last().and_then(|day| u32::try_from(*day).ok()).unwrap_or(0);
    lags.max().unwrap_or_else(|| days.div_ceil(31)).clamp(1, MAX_MONTHS)
}
