//! One chart per event, from the paths of an outcome.

use std::path::{Path, PathBuf};

use eventstudy::report::chart::{Band, CarPath, Chart};
use eventstudy::report::count;
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
    let level = format!("{:.0} %", 100.0 * settings.level);
    let months = settings.windows.iter().filter_map(|window| match window {
        EventWindow::Months(lag) => Some(lag.to_month()),
        _ => None,
    });
    let interval = match (&path.lower, &path.upper) {
        (Some(lower), Some(upper)) => Some(Band {
            label: format!("{level} interval, block bootstrap"),
            days: path.days.clone(),
            lower: lower.clone(),
            upper: upper.clone(),
            median: None,
        }),
        _ => None,
    };
    let placebo = outcome.placebo_band.as_ref().map(|band| Band {
        label: format!("{level} of {} ordinary dates", count(band.n_dates)),
        days: band.days.clone(),
        lower: band.lower.clone(),
        upper: band.upper.clone(),
        median: Some(band.median.clone()),
    });
    CarPath {
        title: format!("{} of {}", path.label, path.event),
        verdict: String::new(),
        subtitle: vec![format!(
            "{}, {}; {}; n = {}",
            settings.universe,
            settings.weighting.name(),
            settings.model,
            path.n_assets
        )],
        event_date: path.event,
        n_months: months.max().unwrap_or(0),
        measure: settings.portfolio.name().to_owned(),
        label: format!("{} of {} assets", settings.portfolio.name(), path.n_assets),
        days: path.days.clone(),
        values: path.values.clone(),
        interval,
        placebo,
        note: None,
    }
}
