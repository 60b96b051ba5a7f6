//! Bootstrap of the difference between two groups of event dates.

use super::distribution::{BootstrapDistribution, ResamplingScheme, check_values};
use super::event_date::EventDateBootstrap;
use super::outcomes::{Drawn, MOST_RESAMPLES, multisets, n_multisets, n_ordered};
use crate::numeric::{moments, parallel};
use crate::{Error, Result};

impl EventDateBootstrap {
    /// Draws event dates of both groups, independently of each other, and takes the difference of
    /// the means, first less second.
    ///
    /// All nⁿmᵐ equally likely pairs of resamples are enumerated where there are no more of them
    /// than the replicates asked for, else the C(2n − 1, n) C(2m − 1, m) distinct ones with
    /// [weights](BootstrapDistribution::weights) where these are no more. Else replicate k draws the first group from the stream
    /// (seed, 2k) and the second from (seed, 2k + 1). `BCa` is not defined for it: leaving one value
    /// of one group out is no jackknife of a difference.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] for fewer than two event dates in a group; [`Error::Setting`] for a value
    /// that is not finite.
    ///
    /// ```
    /// use eventstudy::resampling::EventDateBootstrap;
    ///
    /// let bootstrap = EventDateBootstrap::new().replicates(200);
    /// let drawn = bootstrap.run_mean_difference(&[0.1, 0.2, 0.6], &[0.0, 0.1])?;
    /// assert_eq!((drawn.n_replicates(), drawn.is_exact()), (27 * 4, true));
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    pub fn run_mean_difference(
        &self,
        first: &[f64],
        second: &[f64],
    ) -> Result<BootstrapDistribution> {
        for group in [first, second] {
            check_values(group)?;
            if group.len() < 2 {
                return Err(Error::TooFew {
                    what: "the bootstrap of a difference".to_owned(),
                    unit: "event dates in each group",
                    n_needed: 2,
                    n_found: group.len(),
                });
            }
        }
        let mean = |x: &[f64]| moments::mean(x).unwrap_or(f64::NAN);
        let estimate = mean(first) - mean(second);
        let (n, m) = (first.len(), second.len());
        let product = |of: fn(usize) -> Option<u64>| of(n)?.checked_mul(of(m)?);
        let few = |pairs: Option<u64>| pairs.is_some_and(|k| k <= self.n_replicates as u64);
        let n_pairs = product(n_ordered);
        let all_orders = few(n_pairs);
        let by_order = n_pairs.is_some_and(|k| k <= MOST_RESAMPLES) && few(product(n_multisets));
        let drawn = if all_orders || by_order {
            let (first, second) = (means(first), means(second));
            let pairs = first.iter().flat_map(|a| second.iter().map(move |b| (a, b)));
            let outcomes = pairs.map(|((a, n), (b, m))| (a - b, n * m));
            let (replicates, weights): (Vec<f64>, Vec<u64>) = outcomes.unzip();
            Drawn { replicates, weights: Some(weights), seed: None }
        } else {
            let replicates = parallel::map(self.n_replicates, |k| {
                let drawn = |x: &[f64], k| mean(&self.resample(x, k));
                drawn(first, 2 * k) - drawn(second, 2 * k + 1)
            });
            Drawn { replicates, weights: None, seed: Some(self.seed) }
        };
        let drawn = if all_orders { drawn.repeated() } else { drawn };
        drawn.distribution(estimate, ResamplingScheme::EventDate)
    }
}

/// The mean of every multiset of values, with its number of orders.
fn means(x: &[f64]) -> Vec<(f64, u64)> {
    let (rows, weights) = multisets(x.len());
    let mean = |rows: &[usize]| {
        moments::mean(&rows.iter().map(|row| x[*row]).collect::<Vec<_>>()).unwrap_or(f64::NAN)
    };
    rows.chunks_exact(x.len()).map(mean).zip(weights).collect()
}

impl BootstrapDistribution {
    /// Twice the smaller share of replicates on either side of zero, zero included:
    /// `min(1, 2 min(#{θ*ₖ ≤ 0}, #{θ*ₖ ≥ 0}) / B)`.
    ///
    /// Other packages print this as a two-sided p-value. It is not one: nothing in it is computed
    /// under a null, it has no +1, and with a few event dates on one side of zero it is 0 or close
    /// to it even where all resamples are enumerated. It is the significance at which a percentile
    /// interval would touch zero, and is here to be compared with such figures; a p-value is
    /// [`p_values`](Self::p_values).
    pub fn zero_crossing_share(&self) -> f64 {
        let n = self.n_resamples();
        let (n_above, n_below) = (n - self.n_below(0.0), self.n_at_most(0.0));
        (2.0 * n_above.min(n_below) as f64 / n as f64).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resampling::{IntervalMethod, PValues};

    const FIRST: [f64; 3] = [0.05, 0.69, 0.66];
    const SECOND: [f64; 4] = [-0.08, 0.12, -0.04, 0.01];

    #[test]
    fn the_exact_law_has_the_closed_standard_error() {
        let drawn = EventDateBootstrap::new().run_mean_difference(&FIRST, &SECOND).unwrap();
        assert!(drawn.is_exact() && drawn.n_replicates() == 27 * 256);
        let part = |x: &[f64]| {
            let mean = moments::mean(x).unwrap();
            moments::sum_squared_deviations(x, mean) / (x.len() * x.len()) as f64
        };
        let expected = (part(&FIRST) + part(&SECOND)).sqrt();
        assert!((drawn.std_error() / expected - 1.0).abs() < 1e-12);
        assert!((drawn.mean() - drawn.point_estimate()).abs() < 1e-12);
        assert!(drawn.interval(IntervalMethod::Bca, 0.9).is_err());
        assert!(drawn.interval(IntervalMethod::Percentile, 0.9).unwrap().lower > 0.0);
    }

    #[test]
    fn draws_agree_with_the_enumeration() {
        let exact = EventDateBootstrap::new().run_mean_difference(&FIRST, &SECOND).unwrap();
        // Of three and four dates 10 · 35 pairs of resamples are distinct.
        let bootstrap = EventDateBootstrap::new().replicates(349).seed(3);
        let drawn = bootstrap.run_mean_difference(&FIRST, &SECOND).unwrap();
        assert_eq!((drawn.is_exact(), drawn.seed()), (false, Some(3)));
        assert!((drawn.mean() - exact.mean()).abs() < 4.0 * exact.std_error() / 349_f64.sqrt());
        assert!((drawn.std_error() / exact.std_error() - 1.0).abs() < 4.0 * (0.5 / 349_f64).sqrt());
        assert_eq!(bootstrap.run_mean_difference(&FIRST, &SECOND).unwrap(), drawn);
    }

    #[test]
    fn the_share_beyond_zero_is_not_a_p_value() {
        let apart =
            EventDateBootstrap::new().run_mean_difference(&[2.0, 3.0], &[-1.0, 0.0]).unwrap();
        assert_eq!(apart.zero_crossing_share(), 0.0);
        let PValues { upper, lower, two_sided } = apart.p_values();
        assert!([upper, lower, two_sided].iter().all(|p| *p > 0.0 && *p <= 1.0));
        let same = EventDateBootstrap::new().run_mean_difference(&[1.0, 2.0], &[1.0, 2.0]).unwrap();
        assert_eq!(same.zero_crossing_share(), 1.0);
    }

    #[test]
    fn bad_input() {
        let bootstrap = EventDateBootstrap::new();
        let few = bootstrap.run_mean_difference(&FIRST, &[0.1]);
        assert!(matches!(few, Err(Error::TooFew { n_needed: 2, n_found: 1, .. })));
        let bad = bootstrap.run_mean_difference(&[0.1, f64::NAN], &SECOND);
        assert!(matches!(bad, Err(Error::Setting { .. })));
    }
}
