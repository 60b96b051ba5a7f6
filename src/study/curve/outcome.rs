//! What a specification curve answers: data, of which every report is a view.

use std::fmt;
use std::path::Path;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::files::{json_text, read_json};
use crate::resampling::{JointStatistic, PValues, ShiftedCurves};
use crate::study::{InputFile, StudyFile};
use crate::{Error, Result};

/// The estimates of all specifications of a grid, sorted, and what the grid as a whole says
/// (Simonsohn, Simmons and Nelson 2020, <https://doi.org/10.1038/s41562-020-0912-z>).
///
/// # The null
///
/// Let the dates on which an event could have been be numbered 0 to n − 1, the last beside the
/// first. A specification k has events on some of them, and a value g(j) on each: what its event
/// portfolio would have earned after an event on date j. Shift s moves the events of *all*
/// specifications by s dates, so that the distances of the events of one specification and the
/// overlap of different ones stay as they are, and gives each the estimate `x(s)`, the mean of g
/// over its shifted events. All n shifts are taken. Shift 0 is what happened; it is one of the n, so
/// that no p-value is below 1/n, the "+1" of a permutation test. *Null*: the pattern of the events
/// fell anywhere on the circle with equal probability, whatever the returns.
///
/// A p-value is the share of the n shifts at least as extreme as shift 0, by the statistic that the
/// default test of a study has ([`PlaceboTest`](crate::resampling::PlaceboTest)):
///
/// ```text
/// t(s) = (x(s) − m)/e(s),   e(s)² = ΣV/k²
/// ```
///
/// m the mean of x over the shifts, which is what other dates earned and is not zero, V the variance of
/// a value from the daily abnormal returns of its own window, summed over the k shifted events. Every
/// shift has its t from the same formula, so that under the null each p-value is exact: at most a share
/// α of the n shifts has p ≤ α. What this rests on is the null alone: dates that follow from the state
/// of the market are not anywhere on the circle, and an event that falls between two of its dates
/// stands, among the shifts, for the later one. *Robust to* events that raise or lower the variance of
/// returns, since x(0) and e(0) grow together, where the mean itself rejects too often; this is not
/// exact, but measured: `tests/size_of_curves.rs`. A window of one row tells no variance; its
/// specifications, and all of them under
/// [`PlaceboStatistic::Mean`](crate::resampling::PlaceboStatistic::Mean), are compared by x(s) − m.
///
/// Shifts by a few dates share most of the window with the events and are no more left out than the
/// real dates are; a true effect shows in them too, which costs some power. Neither
/// are n shifts n independent comparisons: [`JointTest::effective_periods`] says how many windows
/// the circle holds side by side.
///
/// A date without a value (no prices, too few assets, a window beyond the data) drops the event that
/// is shifted to it, as it would drop a real one, and a specification none of whose events has a
/// value is missing at that shift ([`Specification::n_shifts`], [`JointTest::n_missing`]). The
/// pattern of a specification holds the events that have a value.
///
/// # Statistics
///
/// Of one specification: excess `x(0) − m`; t; p-values among its shifts;
/// `z = t(0)/√(Σt(s)²/(n − 1))`, t in units of its own size over the shifts (where e = 1 that is the
/// excess over the standard deviation of the shifts); and a p-value that allows for the number of
/// specifications, by the step-down max |z| of Westfall and Young. Of the curve: the median estimate,
/// whose p-values are those of its distance from its mean over the shifts in units of the median e(s)
/// of the specifications that have one; mean z, two-sided by its size; and the share of specifications that are on the side of
/// most of them and significant on their own, where at every shift the significance of a specification
/// is taken among its shifts alike. The bands of [`shifted`](Self::shifted) are of the estimates
/// themselves: they show what other dates gave, and are no test.
///
/// # Copies
///
/// Specifications with the same events, values and window under different names (a condition that
/// changes nothing) are one: the curve and its tests hold the first of them. The others stand in the
/// table as copies, and count where choices are compared, so that each choice meets the same others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpecificationCurve {
    /// Version of this form.
    pub format: u32,
    /// Version of the crate that wrote it.
    pub crate_version: String,
    /// The study file, where it was run from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub study_file: Option<StudyFile>,
    /// Files that went in, where the caller named them.
    pub inputs: Vec<InputFile>,
    /// Confidence level; a specification is significant where its p-value is at most one minus it.
    pub level: f64,
    /// What was varied, and what each choice does.
    pub dimensions: Vec<CurveDimension>,
    /// The specifications by rank, copies right after what they copy.
    pub specifications: Vec<Specification>,
    /// Combinations of choices, those left out and copies included.
    pub n_named: usize,
    /// Specifications without copies: those of the curve.
    pub n_distinct: usize,
    /// How many combinations have no estimate, by reason.
    pub excluded: Vec<ExcludedSpecifications>,
    /// Medians, ranges and shares over the curve.
    pub summary: CurveSummary,
    /// All specifications together, among their shifts.
    pub joint: JointTest,
    /// What the sorted curves of all shifts span.
    pub shifted: ShiftedCurves,
}

/// One combination of choices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Specification {
    /// Its choice in each of [`SpecificationCurve::dimensions`].
    pub choices: Vec<String>,
    /// Mean over event dates of the event portfolios' abnormal returns, a decimal fraction.
    pub estimate: f64,
    /// Mean over its shifts, shift 0 among them: what other dates earned, a decimal fraction.
    pub placebo_mean: f64,
    /// Standard deviation over its shifts, divisor N − 1.
    pub placebo_std_dev: f64,
    /// Estimate − placebo mean, a decimal fraction.
    pub excess: f64,
    /// Standard error of the estimate from the windows of its events, a decimal fraction; `None` where
    /// it is compared without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub std_error: Option<f64>,
    /// Excess over standard error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub t: Option<f64>,
    /// t in units of its own size over the shifts; without a standard error, excess over placebo
    /// standard deviation.
    pub z: f64,
    /// Shares of its shifts at least as extreme by t, shift 0 among them; two-sided by its size.
    pub p_values: PValues,
    /// Two-sided p-value that allows for all specifications of the curve.
    pub adjusted_p: f64,
    /// Events of the set in the period.
    pub n_events: usize,
    /// Distinct dates of those that have a value: the unit of inference.
    pub n_event_dates: usize,
    /// Shifts at which it has a value.
    pub n_shifts: usize,
    /// Place on the curve, from 1 at the lowest estimate; a copy has that of what it copies.
    pub rank: usize,
    /// Whether it is another name of the specification of its rank.
    pub copy: bool,
}

/// Why combinations of choices have no place on the curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ExcludedBecause {
    /// The set has no event in the period.
    NoEvents,
    /// No event has a value in the window.
    NoData,
    /// Fewer event dates with a value than the grid asks for.
    TooFewEventDates,
    /// Weights by market value, which the universe does not know.
    NoMarketValues,
    /// The one asset of the universe is a factor of its model.
    BenchmarkOfItself,
    /// The estimate is the same at every shift.
    NoSpread,
}

impl fmt::Display for ExcludedBecause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoEvents => "no event in the period",
            Self::NoData => "no event with data",
            Self::TooFewEventDates => "too few event dates with data",
            Self::NoMarketValues => "weights by market value, which the universe does not know",
            Self::BenchmarkOfItself => "the asset is a factor of its own model",
            Self::NoSpread => "the same estimate on all dates",
        })
    }
}

/// Combinations of choices without an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExcludedSpecifications {
    /// Why.
    pub reason: ExcludedBecause,
    /// How many.
    pub n: usize,
}

/// One dimension of the grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CurveDimension {
    /// Its name.
    pub name: String,
    /// Its choices, in the order in which they were given.
    pub choices: Vec<ChoiceSummary>,
    /// Share of the variance of all estimates, copies included, that lies between the means of the
    /// choices (η², between over total sum of squares); `None` for a single choice.
    pub share_of_variance: Option<f64>,
}

/// The specifications with one choice, copies included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChoiceSummary {
    /// Name of the choice.
    pub name: String,
    /// Specifications with an estimate.
    pub n_specifications: usize,
    /// Their median, and what else there is to say of them; `None` where there are none.
    pub summary: Option<CurveSummary>,
}

/// Several estimates in a few numbers, decimal fractions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurveSummary {
    /// Median estimate.
    pub median: f64,
    /// Smallest estimate.
    pub lowest: f64,
    /// Largest estimate.
    pub highest: f64,
    /// Median excess over the placebo mean.
    pub median_excess: f64,
    /// Share of estimates above zero.
    pub share_positive: f64,
    /// Share of estimates above their placebo mean.
    pub share_above: f64,
    /// Share of specifications that are significant on their own.
    pub share_significant: f64,
}

/// All specifications together, among the shifts of all of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JointTest {
    /// The median estimate; its p-values are studentised, see [`SpecificationCurve`].
    pub median: JointStatistic,
    /// The mean z.
    pub mean_z: JointStatistic,
    /// The share of specifications that are on the side of most of them, above or below their
    /// placebo mean, and significant on their own. The p-value `upper` is of the share above,
    /// `lower` of the share below, and `two_sided` of that on the side of most.
    pub significant: JointStatistic,
    /// Share of specifications above their placebo mean and significant.
    pub share_above_significant: f64,
    /// Share below it and significant.
    pub share_below_significant: f64,
    /// Smallest p-value that allows for the number of specifications.
    pub least_adjusted_p: f64,
    /// Shifts, shift 0 among them.
    pub n_shifts: usize,
    /// The smallest p-value there can be, 1 over the number of shifts.
    pub attainable_p: f64,
    /// Pairs of a specification and a shift at which it has no value.
    pub n_missing: usize,
    /// First date of the circle.
    pub first: NaiveDate,
    /// Last date of the circle.
    pub last: NaiveDate,
    /// Calendar days of the longest window.
    pub window_days: u32,
    /// How many of the longest windows the circle holds without overlap: its length over theirs.
    pub effective_periods: f64,
}

impl SpecificationCurve {
    /// The specifications with these choices, each a dimension and the name of a choice, in the order
    /// of the curve; copies included.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a dimension or a choice that there is not.
    pub fn find(&self, choices: &[(&str, &str)]) -> Result<Vec<&Specification>> {
        let mut wanted = Vec::with_capacity(choices.len());
        for (dimension, choice) in choices {
            let place = self.dimensions.iter().position(|d| d.name == *dimension);
            let known = place.filter(|place| {
                self.dimensions[*place].choices.iter().any(|known| known.name == *choice)
            });
            let Some(place) = known else {
                return Err(Error::Setting {
                    name: "choice of a specification",
                    value: format!("{dimension} `{choice}`"),
                    expected: "a dimension of the curve and one of its choices",
                });
            };
            wanted.push((place, *choice));
        }
        let holds = |specification: &&Specification| {
            wanted.iter().all(|(place, choice)| specification.choices[*place] == *choice)
        };
        Ok(self.specifications.iter().filter(holds).collect())
    }

    /// Whether a specification is significant on its own, at one minus the level.
    pub fn is_significant(&self, specification: &Specification) -> bool {
        specification.p_values.two_sided <= 1.0 - self.level + 1e-12
    }

    /// Adds the files that went in.
    #[must_use]
    pub fn with_inputs(mut self, inputs: Vec<InputFile>) -> Self {
        self.inputs = inputs;
        self
    }

    /// Adds the study file.
    #[must_use]
    pub fn with_study_file(mut self, file: StudyFile) -> Self {
        self.study_file = Some(file);
        self
    }

    /// The versioned JSON form, indented, with a line feed at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Serialise`] where a number is not finite.
    pub fn to_json(&self) -> Result<String> {
        json_text(self, "the specification curve")
    }

    /// Reads a curve back.
    ///
    /// # Errors
    ///
    /// [`Error::Read`]; [`Error::Deserialise`] for anything that is not a curve of this format.
    pub fn from_json_path(path: impl AsRef<Path>) -> Result<Self> {
        read_json(path.as_ref(), "specification curve")
    }
}
