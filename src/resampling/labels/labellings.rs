//! Sets of labels, and what they give.

use crate::numeric::parallel;

/// Numbers of values, and of those with the label.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weights {
    pub(super) n: usize,
    pub(super) k: usize,
}

impl Weights {
    /// The difference of means where the sum of centred values over the set with the label is this.
    pub(super) fn difference(self, sum: f64) -> f64 {
        sum * (1.0 / self.k as f64 + 1.0 / (self.n - self.k) as f64)
    }

    /// c: the difference of means of the indicator of another labelling, with which it has so many
    /// values in common.
    pub(super) fn share(self, n_common: usize) -> f64 {
        let rest = (self.k - n_common) as f64 / (self.n - self.k) as f64;
        n_common as f64 / self.k as f64 - rest
    }
}

/// The labellings that are compared.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Labellings {
    /// Positions with the label, one list each.
    Sets(Vec<Vec<usize>>),
    /// Shift s has the label at `(i + s) mod n` for the positions i; `common[s]` of them fall on
    /// positions that have it unshifted.
    Shifts { observed: Vec<usize>, n: usize, common: Vec<usize> },
}

impl Labellings {
    pub(super) fn shifts(observed: &[usize], n: usize) -> Self {
        let mut inside = vec![false; n];
        for i in observed {
            inside[*i] = true;
        }
        let common = |s: usize| observed.iter().filter(|i| inside[(*i + s) % n]).count();
        let common = parallel::map(n, common);
        Self::Shifts { observed: observed.to_vec(), n, common }
    }

    fn len(&self) -> usize {
        match self {
            Self::Sets(sets) => sets.len(),
            Self::Shifts { n, .. } => *n,
        }
    }

    fn positions(&self, j: usize) -> Box<dyn Iterator<Item = usize> + '_> {
        match self {
            Self::Sets(sets) => Box::new(sets[j].iter().copied()),
            Self::Shifts { observed, n, .. } => Box::new(observed.iter().map(move |i| (i + j) % n)),
        }
    }

    pub(super) fn differences(&self, centred: &[f64], weight: Weights) -> Vec<f64> {
        let of = |j: usize| weight.difference(self.positions(j).map(|i| centred[i]).sum());
        parallel::map(self.len(), of)
    }

    /// How many positions of labelling j are inside.
    pub(super) fn n_inside(&self, j: usize, inside: &[bool]) -> usize {
        self.positions(j).filter(|i| inside[*i]).count()
    }

    /// Values in common of labelling `truth` with every labelling.
    pub(super) fn common_with(&self, truth: usize, n_values: usize) -> Vec<usize> {
        match self {
            Self::Shifts { n, common, .. } => {
                (0..*n).map(|j| common[(j + n - truth) % n]).collect()
            }
            Self::Sets(_) => {
                let mut inside = vec![false; n_values];
                for i in self.positions(truth) {
                    inside[i] = true;
                }
                (0..self.len()).map(|j| self.n_inside(j, &inside)).collect()
            }
        }
    }
}
