//! Binomial tails.

/// `P(X ≤ k)` and `P(X ≥ k)` of a binomial X of n trials with probability p in [0, 1].
///
/// The probabilities are built up from the mode by their ratios and divided by their sum, so that
/// neither tail is a difference, and no logarithm of a factorial loses digits.
pub(super) fn tails(n: usize, k: usize, p: f64) -> (f64, f64) {
    if p <= 0.0 {
        return (1.0, if k == 0 { 1.0 } else { 0.0 });
    }
    if p >= 1.0 {
        return (if k >= n { 1.0 } else { 0.0 }, 1.0);
    }
    let weights = weights(n, p);
    let total: f64 = weights.iter().sum();
    let k = k.min(n);
    (weights[..=k].iter().sum::<f64>() / total, weights[k..].iter().sum::<f64>() / total)
}

/// The probabilities of 0, …, n for p in (0, 1), up to a common factor; 1 at the mode.
fn weights(n: usize, p: f64) -> Vec<f64> {
    let odds = p / (1.0 - p);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between 0 and n
    let mode = ((((n + 1) as f64) * p).floor() as usize).min(n);
    let mut weights = vec![0.0; n + 1];
    weights[mode] = 1.0;
    for k in mode..n {
        weights[k + 1] = weights[k] * odds * (n - k) as f64 / (k + 1) as f64;
    }
    for k in (0..mode).rev() {
        weights[k] = weights[k + 1] * (k + 1) as f64 / ((n - k) as f64 * odds);
    }
    weights
}

/// Probability of a count in any of `counts`.
pub(super) fn probability_of(n: usize, counts: impl Iterator<Item = usize>, p: f64) -> f64 {
    if p <= 0.0 || p >= 1.0 {
        let certain = if p <= 0.0 { 0 } else { n };
        return if counts.into_iter().any(|k| k == certain) { 1.0 } else { 0.0 };
    }
    let weights = weights(n, p);
    let total: f64 = weights.iter().sum();
    counts.map(|k| weights[k]).sum::<f64>() / total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_forms() {
        let (at_most, at_least) = tails(14, 9, 0.5);
        assert!((at_least - 3_473.0 / 16_384.0).abs() < 1e-15);
        assert!((at_most - 14_913.0 / 16_384.0).abs() < 1e-15);
        let (none, _) = tails(50, 0, 0.1);
        assert!((none / 0.9_f64.powi(50) - 1.0).abs() < 1e-13);
        let (_, all) = tails(300, 300, 0.01);
        assert!(all == 0.0 || (all / 1e-600 - 1.0).abs() < 1e-9);
        assert_eq!((tails(5, 0, 0.0), tails(5, 2, 1.0)), ((1.0, 1.0), (0.0, 1.0)));
    }

    #[test]
    fn many_trials_keep_their_digits() {
        // P(X ≥ k) of 2 k − 1 trials with p = ½ is ½.
        let (_, at_least) = tails(99_999, 50_000, 0.5);
        assert!((at_least - 0.5).abs() < 1e-12);
        assert!((probability_of(9, [0, 9].into_iter(), 0.5) * 256.0 - 1.0).abs() < 1e-14);
    }
}
