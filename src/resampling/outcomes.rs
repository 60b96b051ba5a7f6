//! Replicates with the number of resamples that each stands for.

use rand::RngExt;

use super::distribution::{BootstrapDistribution, ResamplingScheme};
use crate::Result;
use crate::numeric::streams::stream;
use crate::numeric::{moments, parallel, quantile};

/// Values in increasing order, each counted as often as its weight says: read as the longer list that
/// holds it that often.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outcomes {
    values: Vec<f64>,
    /// `None` where each counts once.
    weights: Option<Weights>,
}

#[derive(Debug, Clone, PartialEq)]
struct Weights {
    each: Vec<u64>,
    /// Weight of each value and of those before it.
    through: Vec<u64>,
}

impl Outcomes {
    pub(super) fn new(values: &[f64], weights: Option<&[u64]>) -> Self {
        let Some(weights) = weights else {
            return Self { values: quantile::sorted(values), weights: None };
        };
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
        let each: Vec<u64> = order.iter().map(|k| weights[*k]).collect();
        let mut total = 0;
        let through = each.iter().map(|weight| {
            total += weight;
            total
        });
        let through = through.collect();
        let values = order.iter().map(|k| values[*k]).collect();
        Self { values, weights: Some(Weights { each, through }) }
    }

    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    pub(super) fn weights(&self) -> Option<&[u64]> {
        self.weights.as_ref().map(|weights| weights.each.as_slice())
    }

    /// Sum of the weights.
    pub(super) fn total(&self) -> u64 {
        let last = self.weights.as_ref().map(|weights| weights.through.last().copied());
        last.map_or(self.values.len() as u64, Option::unwrap_or_default)
    }

    /// Values with their weights.
    pub(super) fn iter(&self) -> impl Iterator<Item = (f64, f64)> + Clone {
        let weight = |k: usize| self.weights.as_ref().map_or(1.0, |weights| weights.each[k] as f64);
        self.values.iter().enumerate().map(move |(k, value)| (*value, weight(k)))
    }

    pub(super) fn mean(&self) -> f64 {
        self.iter().map(|(value, weight)| weight * value).sum::<f64>() / self.total() as f64
    }

    pub(super) fn sum_squared_deviations(&self) -> f64 {
        let mean = self.mean();
        match &self.weights {
            None => moments::sum_squared_deviations(&self.values, mean),
            Some(_) => self.iter().map(|(value, weight)| weight * (value - mean).powi(2)).sum(),
        }
    }

    /// Weight of the values below a bound.
    pub(super) fn n_below(&self, bound: f64) -> u64 {
        self.of_first(self.values.partition_point(|v| *v < bound))
    }

    /// Weight of the values at or below a bound.
    pub(super) fn n_at_most(&self, bound: f64) -> u64 {
        self.of_first(self.values.partition_point(|v| *v <= bound))
    }

    fn of_first(&self, n: usize) -> u64 {
        match &self.weights {
            None => n as u64,
            Some(_) if n == 0 => 0,
            Some(weights) => weights.through[n - 1],
        }
    }

    /// Type-7 quantile of the longer list; `None` for `p` outside `[0, 1]`.
    pub(super) fn quantile(&self, p: f64) -> Option<f64> {
        let Some(Weights { through, .. }) = &self.weights else {
            return quantile::quantile_sorted(&self.values, p);
        };
        if !(0.0..=1.0).contains(&p) {
            return None;
        }
        let last = through.last()?.checked_sub(1)?;
        let h = last as f64 * p;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 <= h <= last
        let below = (h.floor() as u64).min(last);
        let above = (below + u64::from(h > below as f64)).min(last);
        let at = |place: u64| self.values.get(through.partition_point(|t| *t <= place)).copied();
        let (low, high) = (at(below)?, at(above)?);
        // Of two places with one value it is that value, infinite as it may be.
        Some(if low < high { low + (h - below as f64) * (high - low) } else { low })
    }
}

/// Replicate `k` of as many units as there are, such as event dates: a word of the stream for each.
pub(super) fn units_drawn(n: usize, seed: u64, k: usize) -> Vec<usize> {
    let mut stream = stream(seed, k as u64);
    (0..n).map(|_| stream.random_range(0..n)).collect()
}

/// The statistic of every resample that was evaluated.
#[derive(Debug)]
pub(super) struct Drawn<T> {
    pub(super) replicates: Vec<T>,
    /// `None` where each is one resample.
    pub(super) weights: Option<Vec<u64>>,
    /// `None` for an enumeration.
    pub(super) seed: Option<u64>,
}

impl<T> Drawn<T> {
    pub(super) fn is_exact(&self) -> bool {
        self.seed.is_none()
    }

    /// Each replicate as often as its weight says.
    pub(super) fn repeated(self) -> Self
    where
        T: Clone,
    {
        let Some(weights) = self.weights else { return self };
        let each = self.replicates.into_iter().zip(weights);
        let repeated = each.flat_map(|(outcome, weight)| {
            std::iter::repeat_n(outcome, usize::try_from(weight).unwrap_or(usize::MAX))
        });
        Self { replicates: repeated.collect(), weights: None, seed: self.seed }
    }
}

impl Drawn<f64> {
    pub(super) fn distribution(
        self,
        estimate: f64,
        scheme: ResamplingScheme,
    ) -> Result<BootstrapDistribution> {
        let exact = self.is_exact();
        BootstrapDistribution::assemble(estimate, self.replicates, scheme, exact, self.seed)
            .map(|drawn| drawn.with_weights(self.weights))
    }
}

impl Drawn<(f64, f64)> {
    pub(super) fn studentised(
        self,
        (estimate, std_error): (f64, f64),
        scheme: ResamplingScheme,
    ) -> Result<BootstrapDistribution> {
        let Self { replicates, weights, seed } = self;
        let (replicates, errors): (Vec<f64>, Vec<f64>) = replicates.into_iter().unzip();
        Drawn { replicates, weights, seed }
            .distribution(estimate, scheme)?
            .with_std_errors(std_error, &errors)
    }
}

/// How a statistic that does not depend on the order of its n units is evaluated on draws of n of
/// them with replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OrderFree {
    /// All nⁿ ordered draws, those that hold the same units evaluated once and repeated.
    Ordered,
    /// Every multiset of n units once, with its number of orders, n!/∏ mᵢ!.
    Multisets,
    /// At random.
    Random,
}

/// Beyond this weights, and sums of them, are no longer exact as floating-point numbers.
pub(super) const MOST_RESAMPLES: u64 = 1 << 53;

impl OrderFree {
    /// For n units and a number of replicates asked for: enumerated where there are no more outcomes
    /// than that.
    pub(super) fn of(n: usize, n_replicates: usize) -> Self {
        let few = |outcomes: Option<u64>| outcomes.is_some_and(|m| m <= n_replicates as u64);
        let n_ordered = n_ordered(n);
        if few(n_ordered) {
            Self::Ordered
        } else if n_ordered.is_some_and(|m| m <= MOST_RESAMPLES) && few(n_multisets(n)) {
            Self::Multisets
        } else {
            Self::Random
        }
    }

    /// The statistic of the rows of every resample; `draw` gives those of replicate k.
    pub(super) fn evaluate<T: Clone + Send>(
        self,
        n: usize,
        (n_replicates, seed): (usize, u64),
        of_rows: impl Fn(&[usize]) -> T + Sync + Send,
        draw: impl Fn(usize) -> T + Sync + Send,
    ) -> Drawn<T> {
        if self == Self::Random {
            let replicates = parallel::map(n_replicates, draw);
            return Drawn { replicates, weights: None, seed: Some(seed) };
        }
        let (rows, weights) = multisets(n);
        let outcomes = parallel::map(weights.len(), |k| of_rows(&rows[k * n..(k + 1) * n]));
        if self == Self::Multisets {
            return Drawn { replicates: outcomes, weights: Some(weights), seed: None };
        }
        Drawn { replicates: outcomes, weights: Some(weights), seed: None }.repeated()
    }
}

/// nⁿ, where it can be held.
pub(super) fn n_ordered(n: usize) -> Option<u64> {
    (n as u64).checked_pow(u32::try_from(n).ok()?)
}

/// C(2n − 1, n), where it can be held.
pub(super) fn n_multisets(n: usize) -> Option<u64> {
    // Each step is a binomial, C(n − 1 + k, k).
    (1..=n as u64).try_fold(1_u64, |c, k| Some(c.checked_mul(n as u64 - 1 + k)? / k))
}

/// Every multiset of n of n rows, one after the other, with its number of orders.
pub(super) fn multisets(n: usize) -> (Vec<usize>, Vec<u64>) {
    let (mut all, mut weights) = (Vec::new(), Vec::new());
    let mut rows = vec![0; n];
    loop {
        all.extend_from_slice(&rows);
        weights.push(n_orders(&rows));
        // The next non-decreasing sequence of rows.
        let Some(at) = (0..n).rev().find(|at| rows[*at] + 1 < n) else { return (all, weights) };
        let next = rows[at] + 1;
        rows[at..].fill(next);
    }
}

/// Number of orders of a sorted sequence: the product of binomials over its runs.
fn n_orders(sorted: &[usize]) -> u64 {
    let (mut orders, mut run) = (1, 0);
    for (at, row) in sorted.iter().enumerate() {
        run = if at > 0 && sorted[at - 1] == *row { run + 1 } else { 1 };
        orders = orders * (at as u64 + 1) / run;
    }
    orders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_counted_before_they_are_enumerated() {
        let counts: Vec<Option<u64>> = [1, 2, 3, 6, 7, 8].map(n_multisets).to_vec();
        assert_eq!(counts, [1, 3, 10, 462, 1_716, 6_435].map(Some));
        for n in 1..=7 {
            let (rows, weights) = multisets(n);
            assert_eq!(rows.len(), n * weights.len());
            assert_eq!(Some(weights.len() as u64), n_multisets(n));
            assert_eq!(Some(weights.iter().sum()), n_ordered(n));
        }
        let way = |n| OrderFree::of(n, 9_999);
        assert_eq!((way(2), way(5)), (OrderFree::Ordered, OrderFree::Ordered));
        assert_eq!((way(6), way(8)), (OrderFree::Multisets, OrderFree::Multisets));
        assert_eq!((way(9), way(5_000)), (OrderFree::Random, OrderFree::Random));
        // 14¹⁴ is more than 2⁵³.
        assert_eq!(OrderFree::of(13, 5_200_300), OrderFree::Multisets);
        assert_eq!(OrderFree::of(13, 5_200_299), OrderFree::Random);
        assert_eq!(OrderFree::of(14, 1 << 40), OrderFree::Random);
    }

    #[test]
    fn weights_read_as_the_longer_list() {
        let (values, weights) = ([3.0, -1.0, 8.0, 2.5, -1.0], [2, 1, 4, 3, 2]);
        let each = values.iter().zip(&weights);
        let long: Vec<f64> = each.flat_map(|(v, n)| std::iter::repeat_n(*v, *n)).collect();
        let short = Outcomes::new(&values, Some(&weights.map(|n| n as u64)));
        let long = Outcomes::new(&long, None);
        assert_eq!((short.total(), long.total()), (12, 12));
        for p in (0..=40).map(|k| f64::from(k) / 40.0) {
            assert_eq!(short.quantile(p), long.quantile(p), "{p}");
        }
        assert!(short.quantile(1.1).is_none() && short.quantile(-0.1).is_none());
        for bound in [-2.0, -1.0, 0.0, 2.5, 2.6, 8.0, 9.0] {
            assert_eq!(short.n_below(bound), long.n_below(bound), "{bound}");
            assert_eq!(short.n_at_most(bound), long.n_at_most(bound), "{bound}");
        }
        assert!((short.mean() - long.mean()).abs() < 1e-15);
        let squares = short.sum_squared_deviations() / long.sum_squared_deviations();
        assert!((squares - 1.0).abs() < 1e-14);
        let infinite = Outcomes::new(&[f64::INFINITY, 0.0], Some(&[5, 1]));
        assert_eq!(
            (infinite.quantile(0.9), infinite.quantile(0.0)),
            (Some(f64::INFINITY), Some(0.0))
        );
    }
}
