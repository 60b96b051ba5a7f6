//! Values with a label against the same values under other labels.

mod difference;
mod labellings;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::distribution::check_values;
use crate::numeric::combinations::{choices, draw, n_choices};
use crate::numeric::parallel;
use crate::numeric::streams::stream;
use crate::{Error, Result};

pub use difference::LabelDifference;
use labellings::Labellings;

/// Which other labels are as likely as those that were seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LabelScheme {
    /// All that give the label to as many values: for values that are exchangeable.
    Permutations,
    /// All circular shifts of the labels along the values: for values in order of time whose labels
    /// last, such as days by regime.
    CircularShifts,
}

impl fmt::Display for LabelScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Permutations => "permutations of the labels",
            Self::CircularShifts => "circular shifts of the labels",
        })
    }
}

/// The randomisation test of a label: the mean of the values with it less that of the values without
/// it, against the same difference under other labels.
///
/// With n values of which k have the label, and `D_π` the difference where the set π has it,
///
/// ```text
/// D_π = Σ_π y / k − Σ_rest y / (n − k),   p = #{|D_π| ≥ |D|} / N
/// ```
///
/// over the N equally likely labellings, the observed one among them; the mean of `D_π` over them is
/// zero under both schemes. *Null*: the label says nothing, whatever the values are. *Permutations*
/// assume exchangeable values: event dates whose windows do not overlap, with one law. There are
/// C(n, k) of them, all taken up to a number of them, else that many are drawn and the observed one is
/// added. *Circular shifts* need no independence of neighbours: values of overlapping windows and
/// labels that last keep their order, and only where one lies against the other is random. They
/// assume that neither has a trend, take the end for the neighbour of the start, and hold as many
/// independent comparisons as there are stretches of the longer memory of the two, not N.
///
/// With one value, one label and p alone, permutations are those of
/// [`LabelPermutation`](crate::inference::samples::LabelPermutation).
///
/// *Reference*: Fisher 1935, The Design of Experiments, section 21; Lehmann and Romano 2005, section
/// 15.2, <https://doi.org/10.1007/0-387-27605-X>; shifts: Lancaster and others 2018,
/// <https://doi.org/10.1016/j.physrep.2018.06.001>.
///
/// ```
/// use eventstudy::resampling::LabelRandomisation;
///
/// let values = [0.05, 0.69, 0.66, -0.08, -0.02, -0.04, -0.24, 0.01];
/// let label = [true, true, true, false, false, false, false, false];
/// let found = LabelRandomisation::permutations().test(&values, &label)?;
/// assert_eq!((found.n_labellings(), found.p_values().upper), (56, 1.0 / 56.0));
/// let interval = found.interval(0.95)?;
/// assert!(interval.lower > 0.0 && found.difference() < interval.upper);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelRandomisation {
    scheme: LabelScheme,
    most: usize,
    seed: u64,
}

impl LabelRandomisation {
    /// All permutations of the labels, or 9,999 of them with seed 0 where there are more than
    /// [`most`](Self::most).
    pub fn permutations() -> Self {
        Self { scheme: LabelScheme::Permutations, most: 20_000, seed: 0 }
    }

    /// All circular shifts of the labels.
    pub fn circular_shifts() -> Self {
        Self { scheme: LabelScheme::CircularShifts, ..Self::permutations() }
    }

    /// The largest number of permutations that are enumerated; 20,000 unless set.
    #[must_use]
    pub fn most(mut self, n_permutations: usize) -> Self {
        self.most = n_permutations;
        self
    }

    /// The seed of drawn permutations; permutation k is drawn from the stream (seed, k).
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Compares the values that have the label with those that have not.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for another number of labels than values; [`Error::Setting`] for a
    /// value that is not finite; [`Error::TooFew`] where no value has the label or all have it.
    pub fn test(&self, values: &[f64], label: &[bool]) -> Result<LabelDifference> {
        const N_DRAWS: usize = 9_999;
        if label.len() != values.len() {
            return Err(Error::ShapeMismatch {
                what: "the labels".to_owned(),
                n_found: label.len(),
                n_expected: values.len(),
            });
        }
        check_values(values)?;
        let observed: Vec<usize> = (0..label.len()).filter(|i| label[*i]).collect();
        let (n, k) = (values.len(), observed.len());
        if k == 0 || k == n {
            return Err(Error::TooFew {
                what: "a comparison of values with and without a label".to_owned(),
                unit: if k == 0 { "values with it" } else { "values without it" },
                n_needed: 1,
                n_found: 0,
            });
        }
        let exact =
            self.scheme == LabelScheme::CircularShifts || n_choices(n, k) <= self.most as f64;
        let labellings = match self.scheme {
            LabelScheme::CircularShifts => Labellings::shifts(&observed, n),
            LabelScheme::Permutations if exact => Labellings::Sets(choices(n, k)),
            LabelScheme::Permutations => {
                let drawn = |j: usize| draw(&mut stream(self.seed, j as u64), n, k);
                let mut sets = vec![observed.clone()];
                sets.extend(parallel::map(N_DRAWS, drawn));
                Labellings::Sets(sets)
            }
        };
        Ok(LabelDifference::new(
            values,
            label,
            labellings,
            Drawn { scheme: self.scheme, seed: (!exact).then_some(self.seed) },
        ))
    }
}

/// How the labellings came about.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Drawn {
    scheme: LabelScheme,
    seed: Option<u64>,
}
