//! The difference between labels, and what is read from it.

use super::labellings::{Labellings, Weights};
use super::{Drawn, LabelScheme};
use crate::numeric::parallel;
use crate::resampling::interval::check_level;
use crate::resampling::placebo::{ExcessInterval, ExcessIntervalKind, MinimumDetectableShift};
use crate::resampling::power::check_power;
use crate::resampling::tails::{PValues, TIE};
use crate::{Error, Result};

/// Most permutations of labels that stand for the truth when power is computed.
const MOST_TRUTHS: usize = 400;

/// Outcome of [`LabelRandomisation::test`](super::LabelRandomisation::test).
#[derive(Debug, Clone, PartialEq)]
pub struct LabelDifference {
    drawn: Drawn,
    mean_with: f64,
    mean_without: f64,
    difference: f64,
    slack: f64,
    differences: Vec<f64>,
    /// c of each labelling with the observed one.
    shares: Vec<f64>,
    /// Values less the difference where they have the label, about their mean.
    without_effect: Vec<f64>,
    labellings: Labellings,
    weight: Weights,
}

impl LabelDifference {
    /// `labellings` hold that of `label`, which has some values and not others.
    pub(super) fn new(
        values: &[f64],
        label: &[bool],
        labellings: Labellings,
        drawn: Drawn,
    ) -> Self {
        let n = values.len();
        let k = label.iter().filter(|has| **has).count();
        let weight = Weights { n, k };
        let mean = values.iter().sum::<f64>() / n as f64;
        let centred: Vec<f64> = values.iter().map(|v| v - mean).collect();
        let sum: f64 = centred.iter().zip(label).filter(|(_, has)| **has).map(|(v, _)| v).sum();
        let difference = weight.difference(sum);
        let differences = labellings.differences(&centred, weight);
        let share = |j| weight.share(labellings.n_inside(j, label));
        // The mean falls by k/n of what is taken off k of n values.
        let moved = difference * k as f64 / n as f64;
        let without = |(v, has): (&f64, &bool)| v + moved - if *has { difference } else { 0.0 };
        Self {
            drawn,
            mean_with: mean + sum / k as f64,
            mean_without: mean - sum / (n - k) as f64,
            difference,
            slack: TIE * weight.difference(values.iter().map(|v| v.abs()).sum()),
            shares: parallel::map(differences.len(), share),
            differences,
            without_effect: centred.iter().zip(label).map(without).collect(),
            labellings,
            weight,
        }
    }

    /// Which labellings are compared.
    pub fn scheme(&self) -> LabelScheme {
        self.drawn.scheme
    }

    /// Whether all of them are, each once.
    pub fn is_exact(&self) -> bool {
        self.drawn.seed.is_none()
    }

    /// The seed where they are drawn.
    pub fn seed(&self) -> Option<u64> {
        self.drawn.seed
    }

    /// Mean of the values with the label.
    pub fn mean_with(&self) -> f64 {
        self.mean_with
    }

    /// Mean of the values without it.
    pub fn mean_without(&self) -> f64 {
        self.mean_without
    }

    /// D, the one less the other.
    pub fn difference(&self) -> f64 {
        self.difference
    }

    /// Number of values with the label.
    pub fn n_with(&self) -> usize {
        self.weight.k
    }

    /// Number of values without it.
    pub fn n_without(&self) -> usize {
        self.weight.n - self.weight.k
    }

    /// Number of labellings N, the observed one among them.
    pub fn n_labellings(&self) -> usize {
        self.differences.len()
    }

    /// Shares of the labellings with a difference at least as large, as small, and as far from
    /// zero; ties count.
    pub fn p_values(&self) -> PValues {
        let share = |extreme: &dyn Fn(f64) -> bool| {
            let n = self.differences.iter().filter(|d| extreme(**d)).count();
            n as f64 / self.differences.len() as f64
        };
        PValues {
            upper: share(&|d| d >= self.difference - self.slack),
            lower: share(&|d| d <= self.difference + self.slack),
            two_sided: share(&|d| d.abs() >= self.difference.abs() - self.slack),
        }
    }

    /// The smallest two-sided p-value that values without ties can give: of 1/N, twice that where
    /// labellings have mirror images.
    pub fn attainable_p(&self) -> f64 {
        let mirrored = self.shares.iter().any(|c| *c <= TIE - 1.0);
        (if mirrored { 2.0 } else { 1.0 }) / self.differences.len() as f64
    }

    /// The interval of the difference: every δ with a two-sided p above 1 − level when it is taken off
    /// the values with the label.
    ///
    /// That leaves `D − δ` of the difference and `D_π − c_π δ` of labelling π, c the difference of means
    /// of the observed label under π, so π is at least as extreme between the two δ at which both are
    /// equally far from zero. The ends are the ⌊(1 − level)N⌋-th of these from outside. Assumes one
    /// effect for all values with the label; p does not.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a level outside (0, 1); [`Error::TooFew`] where there are too few
    /// labellings to reject at that level, so that the interval is the whole line.
    pub fn interval(&self, level: f64) -> Result<ExcessInterval> {
        check_level(level)?;
        let d = self.difference;
        let pairs = self.differences.iter().zip(&self.shares).filter(|(_, c)| c.abs() < 1.0 - TIE);
        let ends = pairs.map(|(other, c)| [(d - other) / (1.0 - c), (d + other) / (1.0 + c)]);
        let (mut lower, mut upper): (Vec<f64>, Vec<f64>) =
            ends.map(|[a, b]| (a.min(b), a.max(b))).unzip();
        lower.sort_by(f64::total_cmp);
        upper.sort_by(|a, b| b.total_cmp(a));
        let end = self.rejecting_rank(1.0 - level, lower.len())?;
        let kind = ExcessIntervalKind::Centred;
        Ok(ExcessInterval { lower: lower[end], upper: upper[end], level, kind })
    }

    /// The smallest differences that this comparison finds with probability `power` in the two-sided
    /// test at `significance`.
    ///
    /// The values without the difference that was found are taken as they are, any labelling for
    /// the true one, and δ is put on its values; for each truth there is a smallest δ that the test
    /// finds, and the ⌈power⌉ quantile of these over the truths is the answer. Of permutations at
    /// most 400, evenly spaced, are taken for the truth. Rejections on the wrong side of zero are not
    /// counted as power.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] unless 0 < significance < power < 1; [`Error::TooFew`] where there are too
    /// few labellings to reject at that significance.
    pub fn minimum_detectable_difference(
        &self,
        power: f64,
        significance: f64,
    ) -> Result<MinimumDetectableShift> {
        check_power(power, significance)?;
        let nulls = self.labellings.differences(&self.without_effect, self.weight);
        let step = match self.drawn.scheme {
            LabelScheme::CircularShifts => 1,
            LabelScheme::Permutations => nulls.len().div_ceil(MOST_TRUTHS),
        };
        let of_truth = |j: usize| -> Result<[f64; 2]> {
            let truth = j * step;
            let common = self.labellings.common_with(truth, self.weight.n);
            let mut needed = [Vec::with_capacity(nulls.len()), Vec::with_capacity(nulls.len())];
            for (other, n_common) in nulls.iter().zip(common) {
                let c = self.weight.share(n_common);
                if c.abs() >= 1.0 - TIE {
                    continue;
                }
                for (list, sign) in needed.iter_mut().zip([1.0, -1.0]) {
                    let (own, other) = (sign * nulls[truth], sign * other);
                    list.push(((other - own) / (1.0 - c)).max((-other - own) / (1.0 + c)));
                }
            }
            let end = self.rejecting_rank(significance, needed[0].len())?;
            let at =
                |list: &mut Vec<f64>| *list.select_nth_unstable_by(end, |a, b| b.total_cmp(a)).1;
            let [mut upward, mut downward] = needed;
            Ok([at(&mut upward), at(&mut downward)])
        };
        let found = parallel::map(nulls.len().div_ceil(step), of_truth);
        let found = found.into_iter().collect::<Result<Vec<_>>>()?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 < power < 1
        let rank = ((power * found.len() as f64 - 1e-9).ceil() as usize).clamp(1, found.len());
        let quantile = |side: usize| {
            let mut sizes: Vec<f64> = found.iter().map(|both| both[side]).collect();
            sizes.sort_by(f64::total_cmp);
            sizes[rank - 1]
        };
        Ok(MinimumDetectableShift {
            upward: quantile(0),
            downward: quantile(1),
            power,
            significance,
        })
    }

    /// Position from outside, from 0, of the end of what the test does not reject, where `n_between`
    /// labellings are as extreme between two effects and the rest under every effect.
    fn rejecting_rank(&self, significance: f64, n_between: usize) -> Result<usize> {
        let n = self.differences.len();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 < significance < 1
        let rejected = (significance * n as f64 + 1e-9).floor() as usize;
        let n_always = n - n_between;
        rejected.checked_sub(n_always).filter(|end| *end < n_between).ok_or_else(|| {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let n_needed = (n_always as f64 / significance - 1e-9).ceil() as usize;
            Error::TooFew {
                what: format!("a comparison of labels at significance {significance:.4}"),
                unit: "labellings",
                n_needed,
                n_found: n,
            }
        })
    }
}
