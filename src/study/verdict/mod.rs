//! Supported, refuted, undecided: by a rule that is fixed before the data are seen.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::PlaceboEstimate;
use crate::resampling::{EffectInterval, ExcessIntervalKind, PValues, PlaceboTest};
use crate::{Error, Result};

#[cfg(test)]
mod tests;

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

impl Verdict {
    /// A claim of several parts, all of which it needs: refuted where one is, supported where all
    /// are, else undecided; undecided without a part.
    ///
    /// ```
    /// use eventstudy::study::Verdict::{self, Refuted, Supported, Undecided};
    ///
    /// assert_eq!(Verdict::all_of([Supported, Undecided]), Undecided);
    /// assert_eq!(Verdict::all_of([Supported, Undecided, Refuted]), Refuted);
    /// ```
    pub fn all_of(parts: impl IntoIterator<Item = Self>) -> Self {
        let (mut n, mut all_supported) = (0_usize, true);
        for part in parts {
            n += 1;
            match part {
                Self::Refuted => return Self::Refuted,
                Self::Undecided => all_supported = false,
                Self::Supported => {}
            }
        }
        if n > 0 && all_supported { Self::Supported } else { Self::Undecided }
    }
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

/// On which side of nothing a claimed effect lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimedSide {
    /// More than on other dates.
    #[default]
    Above,
    /// Less than on other dates.
    Below,
}

/// The rule for a claim of an abnormal return of at least `margin`.
///
/// The estimate is the excess of the event mean over what other dates gave. With α the significance,
/// of a claim of more:
///
/// | one-sided p ≤ α/2 | interval ends below the margin | verdict |
/// |:--|:--|:--|
/// | yes | no | *supported* |
/// | no | yes | *refuted*: an effect worth the name is excluded |
/// | yes | yes | *refuted*: there is an effect, but a smaller one than the claim is about |
/// | no | no | *undecided* |
///
/// p is that of the placebo test for more than nothing, and the interval the equal-tailed one at
/// 1 − α of the same test ([`PlaceboTest::effect_interval`]), so that each verdict rests on one test
/// of one side at α/2. *Error rates*, as exact as the placebo test: nothing, or an effect on the
/// other side, is called supported in at most α/2 of studies, whatever the skew of the placebo
/// values; an effect of the margin or more is called refuted in at most α/2. `docs/calibration.md` in
/// the repository counts both. An interval without ends, or one at a lower level than 1 − α, refutes
/// nothing. A claim of less ([`ClaimedSide::Below`]) is judged by the mirror image.
///
/// *Reference*: the two tests are those of a difference and of equivalence side by side, Tryon 2001,
/// <https://doi.org/10.1037/1082-989X.6.4.371>; Schuirmann 1987,
/// <https://doi.org/10.1007/BF01068419>.
///
/// ```
/// use eventstudy::study::VerdictRule;
///
/// let rule = VerdictRule::new(0.05, 0.10)?; // 5 %, and an excess of 10 % or more
/// assert_eq!((rule.significance(), rule.margin()), (0.05, 0.10));
/// assert!(VerdictRule::new(5.0, 0.10).is_err());
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "WrittenRule")]
pub struct VerdictRule {
    significance: f64,
    margin: f64,
    side: ClaimedSide,
}

/// A rule as it stands in a file, not yet checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    #[serde(default = "default_significance")]
    significance: f64,
    margin: f64,
    #[serde(default)]
    side: ClaimedSide,
}

/// What is customary.
const SIGNIFICANCE: f64 = 0.05;
const MARGIN: f64 = 0.05;
/// 1 − 0.95 is a little more than 0.05.
const ROUNDING: f64 = 1e-9;

fn default_significance() -> f64 {
    SIGNIFICANCE
}

impl TryFrom<WrittenRule> for VerdictRule {
    type Error = Error;

    fn try_from(written: WrittenRule) -> Result<Self> {
        Ok(Self::new(written.significance, written.margin)?.side(written.side))
    }
}

impl Default for VerdictRule {
    /// 5 %, of an excess of 5 % or more.
    fn default() -> Self {
        Self { significance: SIGNIFICANCE, margin: MARGIN, side: ClaimedSide::Above }
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

impl Judgement {
    /// Undecided, for want of a placebo.
    pub fn without_placebo(why: &str) -> Self {
        Self { verdict: Verdict::Undecided, because: format!("there is no placebo: {why}") }
    }
}

impl VerdictRule {
    /// A claim of more than on other dates, of at least `margin`, a decimal fraction; with zero, of
    /// anything at all.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a significance outside 0 to 0.5, both excluded, or a margin that is
    /// negative or no number.
    pub fn new(significance: f64, margin: f64) -> Result<Self> {
        if !(significance > 0.0 && significance < 0.5) {
            return Err(Error::Setting {
                name: "significance of verdicts",
                value: format!("{significance:?}"),
                expected: "a share between 0 and 0.5, such as 0.05",
            });
        }
        if !(margin.is_finite() && margin >= 0.0) {
            return Err(Error::Setting {
                name: "margin of verdicts",
                value: format!("{margin:?}"),
                expected: "a decimal fraction of 0 or more, such as 0.05; a claim of less has its own \
                           side",
            });
        }
        Ok(Self { significance, margin, side: ClaimedSide::Above })
    }

    /// On which side of nothing the claimed effect lies.
    #[must_use]
    pub fn side(self, side: ClaimedSide) -> Self {
        Self { side, ..self }
    }

    /// α: twice the error rate of *supported* and of *refuted*.
    pub fn significance(&self) -> f64 {
        self.significance
    }

    /// Size of the smallest effect that the claim is about, a decimal fraction.
    pub fn margin(&self) -> f64 {
        self.margin
    }

    /// On which side of nothing it lies.
    pub fn claimed_side(&self) -> ClaimedSide {
        self.side
    }

    /// Judges the mean of a placebo test.
    ///
    /// # Errors
    ///
    /// As [`PlaceboTest::effect_interval`].
    pub fn judge_test(&self, test: &PlaceboTest) -> Result<Judgement> {
        let level = 1.0 - self.significance;
        let interval = test.effect_interval(ExcessIntervalKind::EqualTailed, level)?;
        Ok(self.judge_excess(test.excess(), &test.p_values(), interval))
    }

    /// Judges the estimate of a study, whose level should be 1 − α.
    pub fn judge(&self, placebo: &PlaceboEstimate) -> Judgement {
        match placebo.equal_tailed {
            Some(interval) => self.judge_excess(placebo.excess, &placebo.p_values, interval),
            None => Judgement {
                verdict: Verdict::Undecided,
                because: "the outcome is of a version without equal-tailed intervals".to_owned(),
            },
        }
    }

    /// Judges an excess of anything over its placebo values from p-values and interval of one test:
    /// the excess and the interval are decimal fractions.
    ///
    /// The interval should be equal-tailed: a centred one of the same level refutes an effect of the
    /// margin in up to α of studies, not α/2.
    pub fn judge_excess(
        &self,
        excess: f64,
        p_values: &PValues,
        interval: impl Into<EffectInterval>,
    ) -> Judgement {
        let interval = interval.into();
        let (p, sign) = match self.side {
            ClaimedSide::Above => (p_values.upper, 1.0),
            ClaimedSide::Below => (p_values.lower, -1.0),
        };
        let is_shown = p <= self.significance / 2.0;
        let is_at_level = interval.level() >= 1.0 - self.significance - ROUNDING;
        let far_end = interval.ends().map(|(lower, upper)| (sign * lower).max(sign * upper));
        let is_short = is_at_level && far_end.is_some_and(|end| end < self.margin);
        let because = self.because(excess, p, &interval, (is_shown, is_short, is_at_level));
        let verdict = match (is_shown, is_short) {
            (_, true) => Verdict::Refuted,
            (true, false) => Verdict::Supported,
            (false, false) => Verdict::Undecided,
        };
        Judgement { verdict, because }
    }

    fn because(
        &self,
        excess: f64,
        p: f64,
        interval: &EffectInterval,
        (is_shown, is_short, is_at_level): (bool, bool, bool),
    ) -> String {
        let claimed = match self.side {
            ClaimedSide::Above => self.margin,
            ClaimedSide::Below => -self.margin,
        };
        let (excess, claimed_words) = (percent(excess), percent(claimed));
        let p = format!("one-sided p = {}", in_digits(p));
        let ends = match interval {
            EffectInterval::Bounded(i) => {
                format!("interval [{}, {}]", percent(i.lower), percent(i.upper))
            }
            EffectInterval::Unbounded(i) => {
                format!("interval is the whole line ({})", i.unbounded)
            }
        };
        match (is_shown, is_short) {
            (true, false) => format!(
                "the excess over placebo dates is {excess} with {p}, at most {}",
                self.significance / 2.0
            ),
            (true, true) => format!(
                "the excess over placebo dates is {excess} with {p}, but its {ends} ends short of the \
                 {claimed_words} that the claim is about"
            ),
            (false, true) => {
                format!("the {ends} ends short of the {claimed_words} that the claim is about, {p}")
            }
            (false, false) if interval.ends().is_none() => format!("{p} and the {ends}"),
            (false, false) if !is_at_level => format!(
                "{p} and the {ends} is at {}, less than the {} of the rule",
                level_of(interval.level()),
                level_of(1.0 - self.significance)
            ),
            (false, false) => {
                let held = match (interval.contains(0.0), interval.contains(claimed)) {
                    (true, true) if self.margin > 0.0 => {
                        format!("holds both nothing and {claimed_words}")
                    }
                    (true, _) => "holds nothing as well as more".to_owned(),
                    (false, true) => format!("holds {claimed_words}, but p is too large"),
                    (false, false) => format!("lies beyond {claimed_words}, but p is too large"),
                };
                format!("{p} and the {ends} {held}")
            }
        }
    }
}

impl fmt::Display for VerdictRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (side, end) = match self.side {
            ClaimedSide::Above => ("above", "below"),
            ClaimedSide::Below => ("below", "above"),
        };
        let margin = match self.side {
            ClaimedSide::Above => self.margin,
            ClaimedSide::Below => -self.margin,
        };
        write!(
            f,
            "refuted where the equal-tailed {} interval of the excess over placebo dates ends {end} \
             {}; else supported where the excess is {side} nothing with a one-sided placebo p ≤ {}; \
             else undecided",
            level_of(1.0 - self.significance),
            percent(margin),
            self.significance / 2.0
        )
    }
}

fn percent(x: f64) -> String {
    format!("{:+.1} %", 100.0 * x)
}

/// A p-value with three decimals, in powers of ten below 0.001.
fn in_digits(p: f64) -> String {
    if p < 0.001 { format!("{p:.0e}") } else { format!("{p:.3}") }
}

/// A level in percent without digits that rounding put there.
fn level_of(level: f64) -> String {
    format!("{} %", (1e6 * level).round() / 1e4)
}
