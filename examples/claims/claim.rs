//! A claim with its verdict and what was measured.

use eventstudy::events::EventSet;
use eventstudy::report::{Align, Table, effect_interval, fraction, p_value, percent};
use eventstudy::study::{Judgement, Outcome, PlaceboEstimate, VerdictRule};

use crate::studies::{LAGS, Run, lag};

/// One claim, tested.
pub(crate) struct Claim {
    pub(crate) id: &'static str,
    pub(crate) statement: &'static str,
    /// The rule behind the verdict, in words.
    pub(crate) rule: String,
    pub(crate) judgement: Judgement,
    pub(crate) evidence: Vec<Evidence>,
}

/// A part of the section of a claim.
pub(crate) enum Evidence {
    Text(String),
    Table(&'static str, Table),
}

/// Level and margin of every verdict on abnormal returns, fixed before the data are seen.
#[allow(clippy::expect_used)]
pub(crate) fn verdict_rule() -> VerdictRule {
    VerdictRule::new(0.05, 0.10).expect("a significance and a margin in their ranges")
}

/// The rule of [`verdict_rule`] in words.
pub(crate) fn rule_in_words() -> String {
    verdict_rule().to_string()
}

/// The verdict of the event mean over one lag.
pub(crate) fn judge(outcome: &Outcome, index: usize) -> Judgement {
    let Some(w) = lag(outcome, index) else {
        return Judgement::without_placebo("no event covers the window");
    };
    match (&w.placebo, &w.placebo_fault) {
        (Some(placebo), _) => verdict_rule().judge(placebo),
        (None, Some(fault)) => Judgement::without_placebo(fault),
        (None, None) => Judgement::without_placebo("none was asked for"),
    }
}

/// The interval on which the verdict of [`verdict_rule`] rests, in words.
pub(crate) fn interval_in_words(placebo: &PlaceboEstimate) -> String {
    placebo.equal_tailed.as_ref().map_or_else(|| "–".to_owned(), effect_interval)
}

/// The judgement with what it would be on the article's dates, which do not count.
pub(crate) fn with_other_date(judgement: &Judgement, other: &Outcome) -> Judgement {
    let dates: Vec<String> = other.events.dates().iter().map(ToString::to_string).collect();
    let found = lag(other, crate::studies::WHOLE).and_then(|w| w.placebo.as_ref()).map_or_else(
        || "no estimate".to_owned(),
        |p| format!("{} with p = {}", percent(p.excess), p_value(p.p_values.two_sided)),
    );
    let because = format!(
        "{}; after the article's {} the excess is {found}",
        judgement.because,
        dates.join(", ")
    );
    Judgement { because, verdict: judgement.verdict }
}

/// One row per run and lag for the event set at `set`.
pub(crate) fn lag_table(runs: &[&Run], set: usize) -> Table {
    let mut table = Table::new([
        ("specification", Align::Left),
        ("months", Align::Left),
        ("events", Align::Right),
        ("assets", Align::Right),
        ("effective", Align::Right),
        ("design effect", Align::Right),
        ("abnormal return", Align::Right),
        ("one date left out", Align::Right),
        ("placebo mean", Align::Right),
        ("excess", Align::Right),
        ("95 % interval", Align::Right),
        ("one-sided p", Align::Right),
        ("placebo p", Align::Right),
        ("sign-flip p", Align::Right),
        ("t p", Align::Right),
        ("cross-sectional p", Align::Right),
        ("detectable", Align::Right),
    ]);
    for run in runs {
        for (index, (from, to)) in LAGS.iter().enumerate() {
            let Some(w) = lag(&run.outcomes[set], index) else { continue };
            let placebo = w.placebo.as_ref();
            let overlap = if w.n_overlapping_dates > 0 { " (!)" } else { "" };
            let none = || "–".to_owned();
            let assets: Vec<String> = w.events.iter().map(|e| e.n_assets.to_string()).collect();
            let cross_sectional = w.test("cross-sectional-t").and_then(|t| Some((t.p_value?, t)));
            table.row([
                run.label(),
                format!("[{from},{to})"),
                w.n_event_dates.to_string(),
                if assets.len() > 4 { w.n_responses.to_string() } else { assets.join("+") },
                w.effective_responses.map_or_else(none, |n| format!("{n:.1}")),
                w.design_effect.map_or_else(none, |effect| format!("{effect:.1}")),
                percent(w.mean),
                w.leave_one_out.map_or_else(none, |[low, high]| {
                    format!("{} to {}", percent(low), percent(high))
                }),
                placebo.map_or_else(none, |p| percent(p.mean)),
                placebo.map_or_else(none, |p| percent(p.excess)),
                placebo.map_or_else(none, interval_in_words),
                placebo.map_or_else(none, |p| p_value(p.p_values.upper)),
                placebo.map_or_else(none, |p| {
                    format!("{} (≥ {})", p_value(p.p_values.two_sided), p_value(p.attainable_p))
                }),
                format!(
                    "{}{overlap} (≥ {})",
                    p_value(w.sign_flip.p_values.two_sided),
                    p_value(w.sign_flip.attainable_two_sided)
                ),
                w.event_t
                    .as_ref()
                    .map_or_else(none, |t| format!("{}{overlap}", p_value(t.p_value))),
                cross_sectional.map_or_else(none, |(p, t)| {
                    let mark = if t.misled_by_shared_dates { " (!)" } else { "" };
                    format!("{}{mark}", p_value(p))
                }),
                placebo.and_then(|p| p.minimum_detectable_effect).map_or_else(none, percent),
            ]);
        }
    }
    table
}

/// One row per event: abnormal return and breadth in every lag.
pub(crate) fn event_table(run: &Run, set: usize) -> Table {
    let mut columns = vec![("event".to_owned(), Align::Left), ("assets".to_owned(), Align::Right)];
    columns.extend(LAGS.iter().map(|(from, to)| (format!("[{from},{to})"), Align::Right)));
    columns.push(("share > 0 in [0,3)".to_owned(), Align::Right));
    columns.push(("placebo rank p".to_owned(), Align::Right));
    let mut table = Table::new(columns);
    let outcome = &run.outcomes[set];
    for event in &outcome.events {
        let found: Vec<_> = (0..LAGS.len())
            .map(|i| lag(outcome, i)?.events.iter().find(|e| e.date == event.date))
            .collect();
        let any = found.iter().flatten().next();
        let whole = found[crate::studies::WHOLE];
        let none = || "–".to_owned();
        let mut row = vec![
            event.date.to_string(),
            any.map_or_else(|| "0".to_owned(), |e| e.n_assets.to_string()),
        ];
        row.extend(found.iter().map(|e| e.map_or_else(none, |e| percent(e.value))));
        row.push(whole.map_or_else(none, |e| fraction(e.share_positive)));
        row.push(whole.and_then(|e| e.placebo).map_or_else(none, |p| p_value(p.two_sided)));
        table.row(row);
    }
    table
}

/// One row per breakout: why it qualified.
pub(crate) fn reasons(events: &EventSet) -> Table {
    let mut table = Table::new([
        ("event", Align::Left),
        ("rule", Align::Left),
        ("close", Align::Right),
        ("old high", Align::Right),
        ("of", Align::Left),
        ("base", Align::Right),
        ("margin", Align::Right),
        ("year to date", Align::Right),
        ("volume / median", Align::Right),
    ]);
    for event in events {
        let Some(b) = &event.qualification else { continue };
        let none = || "–".to_owned();
        table.row([
            event.date.to_string(),
            event.label.clone(),
            format!("{:.2}", b.close),
            format!("{:.2}", b.old_high),
            b.old_high_date.to_string(),
            b.base_sessions.map_or_else(none, |n| n.to_string()),
            format!("{:+.2} %", 100.0 * b.margin),
            b.year_to_date.map_or_else(none, |y| format!("{:+.2} %", 100.0 * y)),
            b.volume_ratio.map_or_else(none, |v| format!("{v:.2}")),
        ]);
    }
    table
}
