//! The figures behind a verdict: estimate, interval, p-values, power.

use eventstudy::report::{Align, Cell, Table, p_value, percent, percent_interval};
use eventstudy::study::{Outcome, WindowEstimate};

use crate::claim::verdict_rule;
use crate::studies::{LAGS, lag};

/// One measure of a claim with what stands beside it. Values are decimal fractions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figure {
    /// What was measured, in words.
    pub(crate) measure: String,
    /// Event dates, the unit of inference.
    pub(crate) n_event_dates: usize,
    /// The estimate itself, and its excess over ordinary dates.
    pub(crate) estimate: Option<f64>,
    pub(crate) excess: Option<f64>,
    /// Equal-tailed interval of the excess, and p among ordinary dates of more than nothing: what
    /// verdicts rest on.
    pub(crate) interval: Option<(f64, f64)>,
    pub(crate) one_sided_p: Option<f64>,
    /// p over the event dates alone, by exact sign flip, and the least that can be reached.
    pub(crate) event_p: Option<(f64, f64)>,
    /// Two-sided p among ordinary dates, and the least that can be reached.
    pub(crate) placebo_p: Option<(f64, f64)>,
    /// Smallest excess that would be found with 80 % power.
    pub(crate) detectable: Option<f64>,
}

impl Figure {
    /// The event mean over one of [`LAGS`]; `None` where no event covers it.
    pub(crate) fn of_lag(measure: &str, outcome: &Outcome, index: usize) -> Option<Self> {
        let (from, to) = LAGS[index];
        lag(outcome, index).map(|w| Self::of_window(format!("{measure}, [{from},{to}) months"), w))
    }

    fn of_window(measure: String, w: &WindowEstimate) -> Self {
        let placebo = w.placebo.as_ref();
        Self {
            measure,
            n_event_dates: w.n_event_dates,
            estimate: Some(w.mean),
            excess: placebo.map(|p| p.excess),
            interval: placebo.and_then(|p| p.equal_tailed?.ends()),
            one_sided_p: placebo.map(|p| p.p_values.upper),
            event_p: Some((w.sign_flip.p_values.two_sided, w.sign_flip.attainable_two_sided)),
            placebo_p: placebo.map(|p| (p.p_values.two_sided, p.attainable_p)),
            detectable: placebo.and_then(|p| p.minimum_detectable_effect),
        }
    }
}

/// One row per figure, with level and margin of the rule.
pub(crate) fn figure_table(figures: &[Figure]) -> Table {
    let mut table = Table::new([
        ("measure", Align::Left),
        ("event dates", Align::Right),
        ("estimate", Align::Right),
        ("excess", Align::Right),
        ("95 % interval", Align::Right),
        ("one-sided p", Align::Right),
        ("event-level p", Align::Right),
        ("least event-level p", Align::Right),
        ("placebo p", Align::Right),
        ("least placebo p", Align::Right),
        ("detectable", Align::Right),
        ("level of the rule", Align::Right),
        ("margin of the rule", Align::Right),
    ]);
    let rule = verdict_rule();
    for f in figures {
        let least = |p: Option<(f64, f64)>| Cell::optional(p.map(|p| p.1), p_value);
        let p = |p: Option<(f64, f64)>| Cell::optional(p.map(|p| p.0), p_value);
        table.row([
            Cell::from(f.measure.as_str()),
            Cell::from(f.n_event_dates.to_string()),
            Cell::optional(f.estimate, percent),
            Cell::optional(f.excess, percent),
            f.interval.map_or_else(Cell::none, |(a, b)| Cell::interval(a, b, percent_interval)),
            Cell::optional(f.one_sided_p, p_value),
            p(f.event_p),
            least(f.event_p),
            p(f.placebo_p),
            least(f.placebo_p),
            Cell::optional(f.detectable, percent),
            Cell::number(rule.significance(), |x| x.to_string()),
            Cell::number(rule.margin(), percent),
        ]);
    }
    table
}
