//! Supported, refuted, undecided: by a rule that is fixed before the data are seen.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::PlaceboEstimate;
use crate::resampling::ExcessInterval;

/// What the data say of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The data show it.
    Supported,
    /// The data exclude it.
    Refuted,
    /// The data can do neither.
    Undecided,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Supported => "supported",
            Self::Refuted => "refuted",
            Self::Undecided => "undecided",
        })
    }
}

/// The rule for a claim of a positive abnormal return.
///
/// The estimate is the excess of the event mean over the mean of the placebo dates, and its
/// interval comes from the placebo distribution.
///
/// - *Supported*: the excess is positive and the two-sided placebo p-value is at most
///   `significance`.
/// - *Refuted*: the upper end of the interval lies below `margin`, so an effect worth the name is
///   excluded.
/// - *Undecided* otherwise.
///
/// The rule supports a claim of nothing in at most a share `significance` of studies: in half of it
/// where means of ordinary dates are as often far above their centre as far below, in up to 4 of 100
/// at 5 % in crypto prices, which are skewed (`docs/calibration.md` in the repository).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VerdictRule {
    /// Largest p-value that supports a claim.
    pub significance: f64,
    /// Smallest abnormal return that the claim is about, a decimal fraction.
    pub margin: f64,
}

impl Default for VerdictRule {
    fn default() -> Self {
        Self { significance: 0.05, margin: 0.05 }
    }
}

/// A verdict with the reason in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in one sentence without a full stop.
    pub because: String,
}

impl VerdictRule {
    /// Judges a claim of a positive abnormal return from its placebo evidence.
    pub fn judge(&self, placebo: &PlaceboEstimate) -> Judgement {
        self.judge_excess(placebo.excess, placebo.p_values.two_sided, &placebo.interval)
    }

    /// Judges a claim of a positive excess of anything over its placebo distribution: the excess and
    /// the interval are decimal fractions, `p` is two-sided.
    pub fn judge_excess(&self, excess: f64, p: f64, interval: &ExcessInterval) -> Judgement {
        let percent = |x: f64| format!("{:+.1} %", 100.0 * x);
        let shown = if p < 0.001 { format!("{p:.0e}") } else { format!("{p:.3}") };
        let upper = interval.upper;
        if excess > 0.0 && p <= self.significance {
            let because = format!(
                "the excess over placebo dates is {} with p = {shown}, at most {}",
                percent(excess),
                self.significance
            );
            return Judgement { verdict: Verdict::Supported, because };
        }
        if upper < self.margin {
            let because = format!(
                "the interval ends at {}, below the {} that the claim is about",
                percent(upper),
                percent(self.margin)
            );
            return Judgement { verdict: Verdict::Refuted, because };
        }
        let because = format!(
            "p = {shown} and the interval [{}, {}] holds both nothing and {}",
            percent(interval.lower),
            percent(upper),
            percent(self.margin)
        );
        Judgement { verdict: Verdict::Undecided, because }
    }
}
