//! p-values of many hypotheses, each adjusted for the others.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// A rule by which the p-values of a family of m hypotheses are adjusted for their number.
///
/// An adjusted p-value is the smallest significance at which the rule rejects that hypothesis, so it
/// is read as a p-value is. With `p₍₁₎ ≤ … ≤ p₍ₘ₎`, all capped at 1:
///
/// | variant | adjusted `p₍ᵢ₎` | controls | assumes of the p-values |
/// |---|---|---|---|
/// | `Bonferroni` | `m p₍ᵢ₎` | any false rejection | nothing |
/// | `Sidak` | `1 − (1 − p₍ᵢ₎)ᵐ` | any | independence, or normal statistics (two-sided) |
/// | `Holm` | `max_{j≤i} (m − j + 1) p₍ⱼ₎` | any | nothing |
/// | `HolmSidak` | `max_{j≤i} 1 − (1 − p₍ⱼ₎)^(m−j+1)` | any | as `Sidak` |
/// | `Hochberg` | `min_{j≥i} (m − j + 1) p₍ⱼ₎` | any | independence, or positive dependence |
/// | `Hommel` | closed test of Simes' tests | any | as `Hochberg` |
/// | `BenjaminiHochberg` | `min_{j≥i} (m/j) p₍ⱼ₎` | false discovery rate | as `Hochberg` |
/// | `BenjaminiYekutieli` | the same times `1 + 1/2 + … + 1/m` | false discovery rate | nothing |
/// | `TwoStageBenjaminiHochberg` | see below | false discovery rate | independence |
/// | `BenjaminiKriegerYekutieli` | see below | false discovery rate | independence |
///
/// *Any false rejection*: the family-wise error rate, the probability of one wrong rejection or
/// more. *False discovery rate*: the expected share of wrong ones among the rejections, a weaker
/// promise that a search over many rules can keep and a claim about one event cannot lean on.
///
/// The two-stage rules estimate how many hypotheses are true. r of them are rejected by
/// Benjamini–Hochberg at q (Benjamini, Krieger and Yekutieli: at `q/(1 + q)`), then the
/// Benjamini–Hochberg p-values are multiplied by `(m − r)/m` (and by `1 + q`). Where r is 0 or m
/// they are not multiplied by the share. They are the only ones that can fall below the raw
/// p-values, and they hold for the significance q that they were made for.
///
/// # References
///
/// Šidák 1967, <https://doi.org/10.1080/01621459.1967.10482935>; Holm 1979, Scandinavian Journal of
/// Statistics 6; Holland and Copenhaver 1987, Biometrics 43 (Holm–Šidák); Hochberg 1988,
/// <https://doi.org/10.1093/biomet/75.4.800>; Hommel 1988,
/// <https://doi.org/10.1093/biomet/75.2.383>; Benjamini and Hochberg 1995,
/// <https://doi.org/10.1111/j.2517-6161.1995.tb02031.x>; Benjamini and Yekutieli 2001,
/// <https://doi.org/10.1214/aos/1013699998>; Benjamini, Krieger and Yekutieli 2006,
/// <https://doi.org/10.1093/biomet/93.3.491>.
///
/// None of them knows how the statistics move together: where draws of all of them at once are at
/// hand, [`RomanoWolf`](super::RomanoWolf) and [`WestfallYoung`](super::WestfallYoung) reject more.
///
/// ```
/// use eventstudy::multiplicity::Adjustment;
///
/// let p = [0.01, 0.04, 0.03];
/// let holm = Adjustment::Holm.adjust(&p)?;
/// assert_eq!(holm, [0.03, 0.06, 0.06]);
/// assert_eq!(Adjustment::Holm.reject(&p, 0.05)?, [true, false, false]);
/// assert_eq!(Adjustment::Hochberg.reject(&p, 0.05)?, [true, true, true]);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Adjustment {
    /// Times the number of hypotheses.
    Bonferroni,
    /// Šidák: the chance of the smallest of m independent p-values.
    Sidak,
    /// Holm's step-down Bonferroni.
    Holm,
    /// Step-down Šidák, after Holland and Copenhaver.
    HolmSidak,
    /// Hochberg's step-up.
    Hochberg,
    /// Hommel's closed test; takes time in proportion to m².
    Hommel,
    /// Benjamini and Hochberg's step-up.
    BenjaminiHochberg,
    /// Benjamini and Yekutieli's, valid under any dependence.
    BenjaminiYekutieli,
    /// Benjamini–Hochberg in two stages.
    TwoStageBenjaminiHochberg {
        /// The false discovery rate q of the first stage.
        significance: f64,
    },
    /// Benjamini, Krieger and Yekutieli's two stages.
    BenjaminiKriegerYekutieli {
        /// The false discovery rate q that the procedure is for.
        significance: f64,
    },
}

impl Adjustment {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bonferroni => "Bonferroni",
            Self::Sidak => "Šidák",
            Self::Holm => "Holm",
            Self::HolmSidak => "Holm–Šidák",
            Self::Hochberg => "Hochberg",
            Self::Hommel => "Hommel",
            Self::BenjaminiHochberg => "Benjamini–Hochberg",
            Self::BenjaminiYekutieli => "Benjamini–Yekutieli",
            Self::TwoStageBenjaminiHochberg { .. } => "two-stage Benjamini–Hochberg",
            Self::BenjaminiKriegerYekutieli { .. } => "Benjamini–Krieger–Yekutieli",
        }
    }

    /// The adjusted p-values, in the order of the raw ones; equal ones stay equal.
    ///
    /// # Errors
    ///
    /// [`Error::BadEntry`] for a p-value that is not from 0 to 1; [`Error::Setting`] for a
    /// significance of a two-stage rule that is not between 0 and 1.
    pub fn adjust(self, p_values: &[f64]) -> Result<Vec<f64>> {
        if let Some((row, p)) = p_values.iter().enumerate().find(|(_, p)| !is_probability(**p)) {
            return Err(Error::BadEntry {
                what: "p-values".to_owned(),
                row,
                value: *p,
                expected: "a probability from 0 to 1",
            });
        }
        let mut order: Vec<usize> = (0..p_values.len()).collect();
        order.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
        let sorted: Vec<f64> = order.iter().map(|k| p_values[*k]).collect();
        let mut adjusted = vec![0.0; p_values.len()];
        for (k, p) in order.iter().zip(self.of_sorted(&sorted)?) {
            adjusted[*k] = p.min(1.0);
        }
        Ok(adjusted)
    }

    /// Which hypotheses are rejected at `significance`: adjusted p-value at most as large. A
    /// two-stage rule is applied for that significance, whatever its own.
    ///
    /// # Errors
    ///
    /// As [`adjust`](Self::adjust); [`Error::Setting`] for a significance that is not between 0
    /// and 1.
    pub fn reject(self, p_values: &[f64], significance: f64) -> Result<Vec<bool>> {
        check_significance(significance)?;
        let rule = match self {
            Self::TwoStageBenjaminiHochberg { .. } => {
                Self::TwoStageBenjaminiHochberg { significance }
            }
            Self::BenjaminiKriegerYekutieli { .. } => {
                Self::BenjaminiKriegerYekutieli { significance }
            }
            other => other,
        };
        Ok(rule.adjust(p_values)?.iter().map(|p| *p <= significance).collect())
    }

    /// Of increasing p-values, not capped.
    fn of_sorted(self, p: &[f64]) -> Result<Vec<f64>> {
        let m = p.len();
        let left = |i: usize| (m - i) as f64;
        Ok(match self {
            Self::Bonferroni => p.iter().map(|p| m as f64 * p).collect(),
            Self::Sidak => p.iter().map(|p| any_of(*p, m as f64)).collect(),
            Self::Holm => step_down(p, |i, p| left(i) * p),
            Self::HolmSidak => step_down(p, |i, p| any_of(p, left(i))),
            Self::Hochberg => step_up(p, |i, p| left(i) * p),
            Self::Hommel => hommel(p),
            Self::BenjaminiHochberg => discoveries(p),
            Self::BenjaminiYekutieli => {
                let harmonic: f64 = (1..=m).rev().map(|i| 1.0 / i as f64).sum();
                discoveries(p).iter().map(|p| harmonic * p).collect()
            }
            Self::TwoStageBenjaminiHochberg { significance } => {
                check_significance(significance)?;
                two_stages(p, significance, 1.0)
            }
            Self::BenjaminiKriegerYekutieli { significance } => {
                check_significance(significance)?;
                two_stages(p, significance, 1.0 + significance)
            }
        })
    }
}

fn is_probability(p: f64) -> bool {
    (0.0..=1.0).contains(&p)
}

/// A significance is between 0 and 1.
pub(super) fn check_significance(significance: f64) -> Result<()> {
    if significance > 0.0 && significance < 1.0 {
        return Ok(());
    }
    Err(Error::Setting {
        name: "significance",
        value: significance.to_string(),
        expected: "a number between 0 and 1",
    })
}

/// `1 − (1 − p)^n` without loss of digits at small p.
fn any_of(p: f64, n: f64) -> f64 {
    -(n * (-p).ln_1p()).exp_m1()
}

/// Running maximum from the smallest p-value up.
fn step_down(p: &[f64], adjusted: impl Fn(usize, f64) -> f64) -> Vec<f64> {
    let mut most = 0.0_f64;
    let mut next = |(i, p): (usize, &f64)| {
        most = most.max(adjusted(i, *p));
        most
    };
    p.iter().enumerate().map(&mut next).collect()
}

/// Running minimum from the largest p-value down.
fn step_up(p: &[f64], adjusted: impl Fn(usize, f64) -> f64) -> Vec<f64> {
    let mut least = f64::INFINITY;
    let mut out = vec![0.0; p.len()];
    for (i, p) in p.iter().enumerate().rev() {
        least = least.min(adjusted(i, *p));
        out[i] = least;
    }
    out
}

fn discoveries(p: &[f64]) -> Vec<f64> {
    let m = p.len() as f64;
    step_up(p, |i, p| (m / (i + 1) as f64 * p).min(1.0))
}

/// Closed testing with Simes' test, `min_j s p₍ⱼ₎/j` over a subset of s hypotheses. Of the subsets
/// of s that hold a hypothesis, the one with the largest p-values beside it has the largest p-value,
/// so that one subset per size is looked at.
fn hommel(p: &[f64]) -> Vec<f64> {
    let m = p.len();
    let mut out = p.to_vec();
    for s in 2..=m {
        let size = s as f64;
        // The largest s − 1, at places 2 to s of a subset.
        let beside = &p[m - s + 1..];
        let rest = beside.iter().zip(2_u32..).map(|(p, place)| size * p / f64::from(place));
        let rest = rest.fold(f64::INFINITY, f64::min);
        for (i, adjusted) in out.iter_mut().enumerate() {
            *adjusted = adjusted.max(rest.min(size * p[i.min(m - s)]));
        }
    }
    out
}

/// The second stage multiplies by the share of hypotheses that the first has not rejected.
fn two_stages(p: &[f64], significance: f64, factor: f64) -> Vec<f64> {
    let m = p.len();
    let first = discoveries(p);
    let n_rejected = first.iter().filter(|p| **p <= significance / factor).count();
    let share = if n_rejected == m { 1.0 } else { (m - n_rejected) as f64 / m as f64 };
    first.iter().map(|p| p * share * factor).collect()
}
