//! The pictures.

use std::path::Path;

use eventstudy::Result;
use eventstudy::report::chart::{
    Band, CarPanels, CarPath, Chart, EstimateForest, ForestGroup, ForestRow,
};
use eventstudy::report::{among_ordinary_dates, p_value, percent};
use eventstudy::study::{EventPath, Outcome};

use crate::claim::{interval_in_words, judge};
use crate::market::NamedEvents;
use crate::studies::{LAGS, Run, WHOLE, lag};

/// Writes all charts and answers their names.
pub(crate) fn write(folder: &Path, sets: &[NamedEvents], runs: &[Run]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for (run, name) in runs[..3].iter().zip(["altcoins", "eth", "btc"]) {
        for (index, set) in ["rule", "article"].into_iter().enumerate() {
            let file = format!("{name}-{set}.svg");
            panels(run, index, sets).write_svg(folder.join(&file))?;
            names.push(file);
        }
        for path in &run.outcomes[0].paths {
            let file = format!("{name}-{}.svg", path.event);
            car_path(run, &run.outcomes[0], path).write_svg(folder.join(&file))?;
            names.push(file);
        }
    }
    forest(sets, runs).write_svg(folder.join("estimates.svg"))?;
    names.push("estimates.svg".to_owned());
    Ok(names)
}

fn car_path(run: &Run, outcome: &Outcome, path: &EventPath) -> CarPath {
    let event = lag(outcome, WHOLE).and_then(|w| w.events.iter().find(|e| e.date == path.event));
    let verdict = match event.and_then(|e| Some((e, among_ordinary_dates(e)?))) {
        Some((e, place)) => format!("{} over three months, {place}", percent(e.value)),
        None => "Three months are not covered by the data".to_owned(),
    };
    CarPath {
        title: format!("{} after {}: {}", capital(run.assets.name()), path.event, path.label),
        verdict,
        subtitle: vec![format!("{}; {}", run.label(), assets(path.n_assets))],
        event_date: path.event,
        n_months: 3,
        measure: "CAAR".to_owned(),
        label: format!("CAAR of {}", assets(path.n_assets)),
        days: path.days.clone(),
        values: path.values.clone(),
        interval: None,
        placebo: outcome.placebo_band.as_ref().map(|band| Band {
            label: "95 % of ordinary dates".to_owned(),
            days: band.days.clone(),
            lower: band.lower.clone(),
            upper: band.upper.clone(),
            median: Some(band.median.clone()),
        }),
        note: None,
    }
}

fn panels(run: &Run, set: usize, sets: &[NamedEvents]) -> CarPanels {
    let outcome = &run.outcomes[set];
    let mut panels: Vec<CarPath> =
        outcome.paths.iter().map(|path| car_path(run, outcome, path)).collect();
    for (panel, path) in panels.iter_mut().zip(&outcome.paths) {
        panel.title = format!("{}, {}", path.event, assets(path.n_assets));
        "CAAR".clone_into(&mut panel.label);
        panel.subtitle.clear();
    }
    CarPanels {
        title: format!(
            "{} after Russell 2000 breakouts ({})",
            capital(run.assets.name()),
            sets[set].name
        ),
        verdict: verdict(outcome),
        subtitle: vec![run.label()],
        panels,
    }
}

/// The judgement with its figures, which are not those of any path.
fn verdict(outcome: &Outcome) -> String {
    let judgement = judge(outcome, WHOLE);
    let word = capital(&judgement.verdict.to_string());
    match lag(outcome, WHOLE).and_then(|w| w.placebo.as_ref()) {
        Some(placebo) => format!(
            "{word}. Excess over ordinary dates: {}, interval {}, one-sided p = {}",
            percent(placebo.excess),
            interval_in_words(placebo),
            p_value(placebo.p_values.upper)
        ),
        None => format!("{word}: {}", judgement.because),
    }
}

fn assets(n: usize) -> String {
    if n == 1 { "1 asset".to_owned() } else { format!("{n} assets") }
}

fn forest(sets: &[NamedEvents], runs: &[Run]) -> EstimateForest {
    let mut groups = Vec::new();
    for run in &runs[..3] {
        for (set, outcome) in sets.iter().zip(&run.outcomes) {
            let rows = LAGS.iter().enumerate().filter_map(|(index, (from, to))| {
                let w = lag(outcome, index)?;
                let p = w.placebo.as_ref()?;
                Some(ForestRow {
                    label: format!("[{from},{to}) months"),
                    estimate: p.excess,
                    interval: p.equal_tailed.and_then(|interval| interval.ends()),
                    placebo: None,
                    placebo_p: Some(p.p_values.two_sided),
                    n: w.n_event_dates,
                })
            });
            let rows: Vec<ForestRow> = rows.collect();
            if !rows.is_empty() {
                groups.push(ForestGroup {
                    heading: format!("{}, {}", capital(run.assets.name()), set.name),
                    rows,
                });
            }
        }
    }
    EstimateForest {
        title: "How much the answer hangs on the events and the lag".to_owned(),
        verdict: "Excess abnormal return over ordinary dates, with what those dates allow"
            .to_owned(),
        subtitle: vec!["market model on the S&P 500; equal weight, mean of CARs".to_owned()],
        measure: "excess".to_owned(),
        interval_label: "95 % interval".to_owned(),
        placebo_label: "ordinary dates".to_owned(),
        n_label: "dates".to_owned(),
        significance: 0.05,
        groups,
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
}
