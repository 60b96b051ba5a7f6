//! A claim with its verdict and what was measured.

use eventstudy::events::EventSet;
use eventstudy::report::{
    Align, Cell, Table, effect_interval, fraction, p_value, percent, percent_interval,
};
use eventstudy::study::{EventEstimate, Judgement, Outcome, PlaceboEstimate, VerdictRule};

use crate::figure::Figure;
use crate::studies::{LAGS, Run, lag};

/// One claim, tested.
pub(crate) struct Claim {
    pub(crate) id: &'static str,
    pub(crate) statement: &'static str,
    /// The rule behind the verdict, in words.
    pub(crate) rule: String,
    /// What of the rule was changed after results had been seen, and what it was before.
    pub(crate) revised: Option<&'static str>,
    pub(crate) judgement: Judgement,
    pub(crate) evidence: Vec<Evidence>,
}

/// A part of the section of a claim.
pub(crate) enum Evidence {
    /// What was measured, in a sentence or two.
    Measured(String),
    /// Estimates with interval, event-level and placebo p, and power.
    Figures(Vec<Figure>),
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

/// The interval on which the verdict of [`verdict_rule`] rests, with its ends in full.
pub(crate) fn interval_of(placebo: Option<&PlaceboEstimate>) -> Cell {
    placebo
        .and_then(|p| p.equal_tailed?.ends())
        .map_or_else(Cell::none, |(a, b)| Cell::interval(a, b, percent_interval))
}

/// The same in words.
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
            let assets: Vec<String> = w.events.iter().map(|e| e.n_assets.to_string()).collect();
            let cross_sectional = w.test("cross-sectional-t").and_then(|t| Some((t.p_value?, t)));
            table.row([
                Cell::from(run.label()),
                Cell::from(format!("[{from},{to})")),
                Cell::from(w.n_event_dates.to_string()),
                if assets.len() > 4 {
                    Cell::from(w.n_responses.to_string())
                } else {
                    Cell::from(assets.join("+"))
                },
                Cell::optional(w.effective_responses, |n| format!("{n:.1}")),
                Cell::optional(w.design_effect, |effect| format!("{effect:.1}")),
                Cell::number(w.mean, percent),
                w.leave_one_out.map_or_else(Cell::none, |[low, high]| {
                    Cell::interval(low, high, |a, b| format!("{} to {}", percent(a), percent(b)))
                }),
                Cell::optional(placebo.map(|p| p.mean), percent),
                Cell::optional(placebo.map(|p| p.excess), percent),
                interval_of(placebo),
                Cell::optional(placebo.map(|p| p.p_values.upper), p_value),
                placebo.map_or_else(Cell::none, |p| {
                    let least = format!(" (≥ {})", p_value(p.attainable_p));
                    Cell::number(p.p_values.two_sided, p_value).with_remark(&least)
                }),
                Cell::number(w.sign_flip.p_values.two_sided, p_value).with_remark(&format!(
                    "{overlap} (≥ {})",
                    p_value(w.sign_flip.attainable_two_sided)
                )),
                w.event_t.as_ref().map_or_else(Cell::none, |t| {
                    Cell::number(t.p_value, p_value).with_remark(overlap)
                }),
                cross_sectional.map_or_else(Cell::none, |(p, t)| {
                    let mark = if t.misled_by_shared_dates { " (!)" } else { "" };
                    Cell::number(p, p_value).with_remark(mark)
                }),
                Cell::optional(placebo.and_then(|p| p.minimum_detectable_effect), percent),
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
    columns.push(("studentised p".to_owned(), Align::Right));
    columns.push(("rank p".to_owned(), Align::Right));
    let mut table = Table::new(columns);
    let outcome = &run.outcomes[set];
    for event in &outcome.events {
        let found: Vec<_> = (0..LAGS.len())
            .map(|i| lag(outcome, i)?.events.iter().find(|e| e.date == event.date))
            .collect();
        let any = found.iter().flatten().next();
        let whole = found[crate::studies::WHOLE];
        let mut row = vec![
            Cell::from(event.date.to_string()),
            Cell::from(any.map_or_else(|| "0".to_owned(), |e| e.n_assets.to_string())),
        ];
        row.extend(found.iter().map(|e| Cell::optional(e.map(|e| e.value), percent)));
        row.push(Cell::optional(whole.map(|e| e.share_positive), fraction));
        let studentised = whole.and_then(EventEstimate::studentised);
        row.push(Cell::optional(studentised.map(|p| p.two_sided), p_value));
        row.push(Cell::optional(whole.and_then(|e| e.rank).map(|p| p.two_sided), p_value));
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
        table.row([
            Cell::from(event.date.to_string()),
            Cell::from(event.label.as_str()),
            Cell::number(b.close, two_decimals),
            Cell::number(b.old_high, two_decimals),
            Cell::from(b.old_high_date.to_string()),
            b.base_sessions.map_or_else(Cell::none, |n| Cell::from(n.to_string())),
            Cell::number(b.margin, fine_percent),
            Cell::optional(b.year_to_date, fine_percent),
            Cell::optional(b.volume_ratio, two_decimals),
        ]);
    }
    table
}

/// A price or a ratio.
pub(crate) fn two_decimals(x: f64) -> String {
    format!("{x:.2}")
}

/// A decimal fraction in percent with two decimals.
pub(crate) fn fine_percent(x: f64) -> String {
    format!("{:+.2} %", 100.0 * x)
}
