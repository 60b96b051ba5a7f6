//! Comparisons that stand beside the estimates, where they were asked for.

use super::format::{effect_interval, p_value, percent};
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
            effect_interval(&e.interval),
            floored(e.p_values.two_sided, "", e.attainable_p),
            e.minimum_detectable_effect.map_or_else(|| "–".to_owned(), percent),
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
            "Matched p compares each event with dates like it: {}, by the statistic of the placebo p; \
             detectable as there. It assumes that nothing else sets \
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::markdown;
    use crate::report::tests::{outcome, outcome_with_all};
    use crate::resampling::{ExcessInterval, ExcessIntervalKind};

    fn row(table: &Table, k: usize) -> String {
        table.rows().nth(k).unwrap().join(" | ")
    }

    #[test]
    fn a_report_has_them_only_where_they_were_asked_for() {
        let plain = outcome(false);
        for table in [matched_placebo(&plain), placebo_assets(&plain), single_events(&plain)] {
            assert_eq!(table.n_rows(), 0);
        }
        assert_eq!(beside_legend(&plain), "");
        let headings = ["## Matched placebo dates", "## Placebo assets", "## Events by themselves"];
        let (without, with) = (markdown(&plain), markdown(&outcome_with_all()));
        for heading in headings {
            assert!(!without.contains(heading) && with.contains(heading), "{heading}");
        }
        assert!(!without.contains("Matched p") && with.contains("Matched p compares each event"));
    }

    #[test]
    fn rows_show_counts_figures_and_what_is_wrong() {
        let mut outcome = outcome_with_all();
        let tables = |outcome: &Outcome| {
            [matched_placebo(outcome), placebo_assets(outcome), single_events(outcome)]
        };
        assert_eq!(tables(&outcome).map(|table| table.n_rows()), [2, 2, 4]);
        let w = &mut outcome.windows[0];
        w.mean = 0.1;
        let matched = w.matched_placebo.as_mut().unwrap();
        for (pool, n) in matched.pools.iter_mut().zip([30, 28]) {
            (pool.n_dates, pool.n_periods) = (n, n / 2);
        }
        let e = &mut matched.estimate;
        (e.mean, e.excess, e.minimum_detectable_effect) = (0.04, 0.07, Some(0.2));
        let kind = ExcessIntervalKind::Centred;
        e.interval = ExcessInterval { lower: -0.05, upper: 0.15, level: 0.95, kind }.into();
        (e.p_values.two_sided, e.attainable_p) = (0.32, 0.01);
        let assets = w.placebo_assets.as_mut().unwrap();
        let r = &mut assets.reference;
        (r.observed, r.mean, r.excess, r.p_values.two_sided) = (0.1, 0.02, 0.08, 0.5);
        let event = &mut w.events[0];
        event.value = -0.02;
        event.matched_placebo.as_mut().unwrap().two_sided = 0.4;
        event.placebo_assets = None;
        event.placebo_assets_fault = Some("no pool".to_owned());
        event.conformal.as_mut().unwrap().result.p_value = 0.25;
        let [dates, pools, alone] = tables(&outcome);
        assert_eq!(
            row(&dates, 0),
            "[+0, +1] | 30, 28 | 15, 14 | +10.0 % | +4.0 % | +7.0 % | [-5.0, +15.0] % | 0.320 (least \
             0.010) | +20.0 % | "
        );
        assert_eq!(
            row(&pools, 0),
            "[+0, +1] | 1, 1 | 1, 1 | +10.0 % | +2.0 % | +8.0 % | 0.500 (least 0.500) | the same \
             assets at all events"
        );
        assert_eq!(
            row(&alone, 0),
            "[+0, +1] | 2026-03-22 | one, first | -2.0 % | 0.400 | – | 0.250 (least 0.024) | no pool"
        );
        let w = &mut outcome.windows[0];
        (w.matched_placebo, w.placebo_assets) = (None, None);
        w.matched_placebo_fault = Some("no match".to_owned());
        w.placebo_assets_fault = Some("no pool".to_owned());
        let [dates, pools, _] = tables(&outcome);
        assert_eq!(row(&dates, 0), "[+0, +1] | – | – | – | – | – | – | – | – | no match");
        assert_eq!(row(&pools, 0), "[+0, +1] | – | – | – | – | – | – | no pool");
    }
}
