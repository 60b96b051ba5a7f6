//! The figures behind a verdict: estimate, interval, p-values, power.

use eventstudy::context::MeasureComparison;
use eventstudy::report::{Align, Cell, Table, p_value, percent, percent_interval};
use eventstudy::resampling::LabelDifference;
use eventstudy::study::{Outcome, PlaceboEstimate, WindowEstimate};
use eventstudy::{Error, Result};

use crate::claim::verdict_rule;
use crate::studies::{LAGS, lag};

/// Share of the effects of the smallest detectable size that would be found.
pub(crate) const POWER: f64 = 0.8;

/// What a measure is shown in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A decimal fraction in percent, to which level and margin of the flagship's rule apply.
    #[default]
    Percent,
    /// A plain number with two decimals, to which the margin does not apply.
    Ratio,
    Days,
}

impl Unit {
    pub(crate) fn show(self, x: f64) -> String {
        match self {
            Self::Percent => percent(x),
            Self::Ratio => format!("{x:+.2}"),
            Self::Days => format!("{x:+.0}"),
        }
    }

    pub(crate) fn span(self, a: f64, b: f64) -> String {
        match self {
            Self::Percent => percent_interval(a, b),
            _ => format!("[{}, {}]", self.show(a), self.show(b)),
        }
    }

    pub(crate) fn interval(self, ends: Option<(f64, f64)>) -> Cell {
        ends.map_or_else(Cell::none, |(a, b)| Cell::interval(a, b, |a, b| self.span(a, b)))
    }
}

/// One measure of a claim with what stands beside it. Values are decimal fractions, or in their unit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figure {
    /// What was measured, in words.
    pub(crate) measure: String,
    pub(crate) unit: Unit,
    /// Event dates, the unit of inference; zero where the figure is of ordinary dates alone.
    pub(crate) n_event_dates: usize,
    /// The estimate itself, and its excess over ordinary dates.
    pub(crate) estimate: Option<f64>,
    pub(crate) excess: Option<f64>,
    /// Equal-tailed interval of the excess, and p among ordinary dates of more than nothing: what
    /// verdicts rest on.
    pub(crate) interval: Option<(f64, f64)>,
    pub(crate) one_sided_p: Option<f64>,
    /// p over the event dates alone, by exact sign flip or permutation of labels, and the least that
    /// can be reached.
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

    /// A measure that is not known at the events.
    pub(crate) fn not_known(measure: impl Into<String>) -> Self {
        Self { measure: measure.into(), ..Self::default() }
    }

    /// The mean of a measure over events against ordinary dates.
    pub(crate) fn of_comparison(
        measure: impl Into<String>,
        found: &MeasureComparison,
        unit: Unit,
    ) -> Result<Self> {
        let significance = verdict_rule().significance();
        let (p, flips) = (found.p_values(), found.event_level());
        Ok(Self {
            measure: measure.into(),
            unit,
            n_event_dates: found.n_events(),
            estimate: Some(found.mean()),
            excess: Some(found.excess()),
            interval: found.interval(1.0 - significance)?.ends(),
            one_sided_p: Some(p.upper),
            event_p: Some((flips.p_values.two_sided, flips.attainable_two_sided)),
            placebo_p: Some((p.two_sided, found.attainable_p())),
            detectable: found.detectable(POWER, significance)?.map(|d| d.upward),
        })
    }

    /// A mean over events against its placebo dates, without what the event dates say alone.
    pub(crate) fn of_placebo(
        measure: impl Into<String>,
        (n_event_dates, mean): (usize, f64),
        p: &PlaceboEstimate,
    ) -> Self {
        Self {
            measure: measure.into(),
            n_event_dates,
            estimate: Some(mean),
            excess: Some(p.excess),
            interval: p.equal_tailed.and_then(|interval| interval.ends()),
            one_sided_p: Some(p.p_values.upper),
            placebo_p: Some((p.p_values.two_sided, p.attainable_p)),
            detectable: p.minimum_detectable_effect,
            ..Self::default()
        }
    }

    /// Values with a label less values without it: of `n_event_dates` events, or of ordinary dates
    /// where that is zero.
    pub(crate) fn of_labels(
        measure: impl Into<String>,
        n_event_dates: usize,
        d: &LabelDifference,
    ) -> Result<Self> {
        let significance = verdict_rule().significance();
        let p = d.p_values();
        let two_sided = Some((p.two_sided, d.attainable_p()));
        let detectable = match d.minimum_detectable_difference(POWER, significance) {
            Ok(found) => Some(found.upward),
            Err(Error::TooFew { .. }) => None,
            Err(error) => return Err(error),
        };
        let interval = match d.interval(1.0 - significance) {
            Ok(interval) => Some((interval.lower, interval.upper)),
            Err(Error::TooFew { .. }) => None,
            Err(error) => return Err(error),
        };
        Ok(Self {
            measure: measure.into(),
            n_event_dates,
            estimate: Some(d.mean_with()),
            excess: Some(d.difference()),
            interval,
            one_sided_p: Some(p.upper),
            event_p: two_sided.filter(|_| n_event_dates > 0),
            placebo_p: two_sided.filter(|_| n_event_dates == 0),
            detectable,
            ..Self::default()
        })
    }

    fn of_window(measure: String, w: &WindowEstimate) -> Self {
        let placebo = w.placebo.as_ref();
        Self {
            measure,
            unit: Unit::Percent,
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
            match f.n_event_dates {
                0 => Cell::none(),
                n => Cell::from(n.to_string()),
            },
            Cell::optional(f.estimate, |x| f.unit.show(x)),
            Cell::optional(f.excess, |x| f.unit.show(x)),
            f.unit.interval(f.interval),
            Cell::optional(f.one_sided_p, p_value),
            p(f.event_p),
            least(f.event_p),
            p(f.placebo_p),
            least(f.placebo_p),
            Cell::optional(f.detectable, |x| f.unit.show(x)),
            Cell::number(rule.significance(), |x| x.to_string()),
            Cell::optional((f.unit == Unit::Percent).then_some(rule.margin()), percent),
        ]);
    }
    table
}
