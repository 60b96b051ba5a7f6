//! The step-down maximum: a family of statistics against joint replicates of all of them.

use super::exceedances::{Bar, Exceedances};

/// Observed statistics, by how extreme they are, against which replicates are counted.
///
/// Each is held against the largest, replicate by replicate, of those that are no more extreme
/// (Westfall and Young 1993, Resampling-Based Multiple Testing; algorithm of Ge, Dudoit and Speed 2003,
/// <https://doi.org/10.1007/BF02595811>).
#[derive(Debug)]
pub(crate) struct Ladder {
    /// Hypotheses, the most extreme first; equal ones in the order of the input.
    order: Vec<usize>,
    bars: Vec<Bar>,
}

/// Counts of one hypothesis: its own statistic, the family's, those not yet passed.
pub(crate) type Counts = [Exceedances; 3];

impl Ladder {
    /// Of how extreme each statistic is; `scales` say what a tie is.
    pub(crate) fn new(extreme: &[f64], scales: impl IntoIterator<Item = f64>) -> Self {
        let mut order: Vec<usize> = (0..extreme.len()).collect();
        order.sort_by(|a, b| extreme[*b].total_cmp(&extreme[*a]));
        let bars = extreme.iter().zip(scales).map(|(x, scale)| Bar::new(*x, scale)).collect();
        Self { order, bars }
    }

    /// How many hypotheses there are.
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// Of each hypothesis, how many of `n` replicates have a statistic beyond it among those that are
    /// no more extreme; and the largest statistic of every replicate.
    ///
    /// Replicates are given as hypotheses × replicates, NaN where there is none. One in which all that
    /// are no more extreme are missing does not count.
    pub(crate) fn step_down(&self, extreme: &[f64], n: usize) -> (Vec<Exceedances>, Vec<f64>) {
        let mut counts = vec![Exceedances::NONE; self.len()];
        let mut most = vec![f64::NEG_INFINITY; n];
        for k in self.order.iter().rev() {
            for (most, value) in most.iter_mut().zip(&extreme[k * n..][..n]) {
                if *value > *most {
                    *most = *value;
                }
            }
            counts[*k] = Exceedances::of(&most, self.bars[*k]);
        }
        (counts, most)
    }

    /// All counts over `n` replicates, given as hypotheses × replicates.
    pub(crate) fn count(&self, extreme: &[f64], n: usize) -> Vec<Counts> {
        let (step_down, most) = self.step_down(extreme, n);
        let of = |(k, step_down): (usize, Exceedances)| {
            let (own, bar) = (&extreme[k * n..][..n], self.bars[k]);
            [Exceedances::of(own, bar), Exceedances::of(&most, bar), step_down]
        };
        step_down.into_iter().enumerate().map(of).collect()
    }

    /// Makes what each hypothesis has no smaller than what a more extreme one has.
    pub(crate) fn rising<T: Copy>(&self, of: &mut [T], larger: impl Fn(T, T) -> T) {
        for pair in self.order.windows(2) {
            of[pair[1]] = larger(of[pair[1]], of[pair[0]]);
        }
    }
}
