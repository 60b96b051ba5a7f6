//! Choices of k of n.

use rand::RngExt;

use super::streams::Stream;

/// Number of ways to choose k of n, as a float.
pub(crate) fn n_choices(n: usize, k: usize) -> f64 {
    (1..=k.min(n - k)).map(|i| (n - k.min(n - k) + i) as f64 / i as f64).product()
}

/// All choices of k of the numbers below n, in lexicographic order.
pub(crate) fn choices(n: usize, k: usize) -> Vec<Vec<usize>> {
    let mut chosen: Vec<usize> = (0..k).collect();
    let mut all = vec![chosen.clone()];
    while let Some(last) = (0..k).rev().find(|i| chosen[*i] < n - k + i) {
        chosen[last] += 1;
        for i in last + 1..k {
            chosen[i] = chosen[i - 1] + 1;
        }
        all.push(chosen.clone());
    }
    all
}

/// k of the numbers below n, each choice equally likely, in increasing order.
pub(crate) fn draw(stream: &mut Stream, n: usize, k: usize) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..n).collect();
    // The first places of a Fisher–Yates shuffle.
    for place in 0..k {
        numbers.swap(place, stream.random_range(place..n));
    }
    numbers.truncate(k);
    numbers.sort_unstable();
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::streams::stream;
    use std::collections::BTreeMap;

    #[test]
    fn all_choices_once_and_in_order() {
        for n in 0..8 {
            for k in 0..=n {
                let all = choices(n, k);
                assert!((n_choices(n, k) - all.len() as f64).abs() < 1e-9);
                assert!(all.is_sorted() && all.windows(2).all(|pair| pair[0] != pair[1]));
                assert!(all.iter().all(|c| c.len() == k && c.is_sorted()));
            }
        }
    }

    #[test]
    fn draws_every_choice_equally_often() {
        let mut counts: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
        for i in 0..6_000 {
            *counts.entry(draw(&mut stream(2, i), 6, 3)).or_default() += 1.0;
        }
        assert_eq!(counts.len(), 20);
        // Chi-square with 19 degrees of freedom; five standard deviations.
        let chi: f64 = counts.values().map(|c| (c - 300.0).powi(2) / 300.0).sum();
        assert!((chi - 19.0).abs() < 5.0 * 38.0_f64.sqrt(), "{chi}");
    }
}
