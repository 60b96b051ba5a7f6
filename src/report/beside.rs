//! Comparisons that stand beside the estimates, where they were asked for.

use super::format::{p_value, percent, percent_interval};
use super::tables::{NONE, floored};
use super::{Align, Table};
use crate::inference::{AssetDraw, PlaceboAssetsResult};
use crate::resampling::{ConformalPermutations, ConformalStatistic};
use crate::study::{EventEstimate, Outcome, WindowEstimate};

/// One row per window with matched placebo dates, or with the reason why there are none; no row where
/// no dates were to be matched.
pub fn matched_placebo(outcome: &Outcome) -> Table {
    let mut table = Table::new([
        ("window", Align::Left),
        ("matched dates", Align::Right),
        ("without overlap", Align::Right),
        ("mean", Align::Right),
        ("matched mean", Align::Right),
        ("excess", Align::Right),
        ("interval", Align::Right),
        ("matched p", Align::Right),
        ("detectable", Align::Right),
        ("note", Align::Left),
    ]);
    for w in &outcome.windows {
        let fault = w.matched_placebo_fault.clone();
        let Some(matched) = &w.matched_placebo else {
            if let Some(fault) = fault {
                table.row(without_figures(w, 8, fault));
            }
            continue;
        };
        let (e, pools) = (&matched.estimate, &matched.pools);
        table.row([
            w.window.to_string(),
            in_turn(pools.iter().map(|pool| pool.n_dates)),
            in_turn(pools.iter().map(|pool| pool.n_periods)),
            percent(w.mean),
            percent(e.mean),
            percent(e.excess),
            percent_interval(e.interval.lower, e.interval.upper),
            floored(e.p_values.two_sided, "", e.attainable_p),
            percent(e.minimum_detectable_effect),
            fault.unwrap_or_default(),
        ]);
    }
    table
}

/// One row per window with placebo assets, or with the reason why there are none; no row where there
/// was to be no pool.
pub fn placebo_assets(outcome: &Outcome) -> Table {
    let mut table = Table::new([
        ("window", Align::Left),
        ("assets", Align::Right),
        ("pool", Align::Right),
        ("CAAR", Align::Right),
        ("placebo mean", Align::Right),
        ("excess", Align::Right),
        ("placebo-asset p", Align::Right),
        ("note", Align::Left),
    ]);
    for w in &outcome.windows {
        let Some(found) = &w.placebo_assets else {
            if let Some(fault) = w.placebo_assets_fault.clone() {
                table.row(without_figures(w, 6, fault));
            }
            continue;
        };
        let reference = &found.reference;
        table.row([
            w.window.to_string(),
            in_turn(found.events.iter().map(|event| event.n_treated)),
            in_turn(found.events.iter().map(|event| event.n_placebo)),
            percent(reference.observed),
            percent(reference.mean),
            percent(reference.excess),
            asset_p(found),
            match found.draw {
                AssetDraw::SameAtAllEvents => "the same assets at all events".to_owned(),
                AssetDraw::AnewAtEachEvent => "other assets at each event".to_owned(),
            },
        ]);
    }
    table
}

/// One row per window and event with the tests of that event alone; no row where none was asked for.
pub fn single_events(outcome: &Outcome) -> Table {
    let mut table = Table::new([
        ("window", Align::Left),
        ("event", Align::Left),
        ("label", Align::Left),
        ("abnormal return", Align::Right),
        ("matched p", Align::Right),
        ("placebo-asset p", Align::Right),
        ("conformal p", Align::Right),
        ("note", Align::Left),
    ]);
    if !is_asked_for(outcome) {
        return table;
    }
    for w in &outcome.windows {
        for event in &w.events {
            let or_none = |text: Option<String>| text.unwrap_or_else(|| NONE.to_owned());
            let conformal = event.conformal.map(|c| c.result);
            table.row([
                w.window.to_string(),
                event.date.to_string(),
                event.label.clone(),
                percent(event.value),
                or_none(event.matched_placebo.map(|p| p_value(p.two_sided))),
                or_none(event.placebo_assets.as_ref().map(asset_p)),
                or_none(conformal.map(|c| floored(c.p_value, "", c.attainable_p))),
                faults(event),
            ]);
        }
    }
    table
}

/// Lines that say what these tables are; empty where none was asked for.
pub fn beside_legend(outcome: &Outcome) -> String {
    let settings = &outcome.settings;
    let mut lines = Vec::new();
    let rules: Vec<String> =
        settings.placebo.iter().flat_map(|p| &p.matching).map(ToString::to_string).collect();
    if !rules.is_empty() {
        lines.push(format!(
            "Matched p compares each event with dates like it: {}. It assumes that nothing else sets \
             the event dates apart; it stands beside the placebo p and decides nothing.",
            rules.join(", then ")
        ));
    }
    if let Some(assets) = &settings.placebo_assets {
        lines.push(format!(
            "Placebo-asset p compares the CARs of the responding assets with those of as many others \
             at the same events: {}. What moves all assets on a date cancels, and assets that move \
             together more than the pool does make it too small.",
            assets.pool
        ));
    }
    if let Some(conformal) = settings.conformal {
        let statistic = match conformal.statistic {
            ConformalStatistic::Absolute => "the sum of their sizes",
            ConformalStatistic::Square => "the sum of their squares",
            ConformalStatistic::Sum => "the size of their sum",
        };
        let orders = match conformal.permutations {
            ConformalPermutations::MovingBlock => "shifted",
            ConformalPermutations::Iid => "in any order",
        };
        lines.push(format!(
            "Conformal p compares the abnormal returns of the window with those of the estimation \
             window, {orders}, by {statistic}. It says whether the event was unlike the days before \
             it, and is too small where returns are more restless after the event."
        ));
    }
    if lines.is_empty() { String::new() } else { lines.join("\n") + "\n" }
}

fn is_asked_for(outcome: &Outcome) -> bool {
    let settings = &outcome.settings;
    settings.conformal.is_some()
        || settings.placebo_assets.is_some()
        || settings.placebo.as_ref().is_some_and(|p| !p.matching.is_empty())
}

fn asset_p(found: &PlaceboAssetsResult) -> String {
    floored(found.reference.p_values.two_sided, "", found.reference.attainable_p)
}

/// Counts of the events, one after another.
fn in_turn(counts: impl Iterator<Item = usize>) -> String {
    counts.map(|n| n.to_string()).collect::<Vec<_>>().join(", ")
}

fn without_figures(w: &WindowEstimate, n: usize, note: String) -> Vec<String> {
    let mut cells = vec![w.window.to_string()];
    cells.extend(std::iter::repeat_n(NONE.to_owned(), n));
    cells.push(note);
    cells
}

fn faults(event: &EventEstimate) -> String {
    let faults = [&event.placebo_assets_fault, &event.conformal_fault];
    faults.into_iter().flatten().cloned().collect::<Vec<_>>().join("; ")
}
