//! Sets of positions whose days are a minimum distance apart: counted, enumerated, drawn uniformly.

use rand::RngExt;

use crate::numeric::streams::Stream;

/// Rows of counts beyond this are scaled down by `SCALE`; only ratios within a row matter.
const LARGE: f64 = 1e200;
const SCALE: f64 = 1.0 / (1u64 << 63) as f64;

/// All sets of k positions with days at least a separation apart.
///
/// `counts[j][i]` is the number of such sets of j positions from position i on. A set either leaves
/// position i out or holds it and then continues at the first position that is far enough, so
/// `counts[j][i] = counts[j][i + 1] + counts[j − 1][next(i)]`.
#[derive(Debug)]
pub(super) struct SpacedSets {
    next: Vec<usize>,
    counts: Vec<Vec<f64>>,
    scaled: bool,
}

impl SpacedSets {
    /// `days` increase.
    pub(super) fn new(days: &[i64], separation: i64, k: usize) -> Self {
        let next: Vec<usize> = next_positions(days, separation);
        let n = days.len();
        let mut counts = vec![vec![1.0; n + 1]];
        let mut scaled = false;
        for j in 1..=k {
            let mut row = vec![0.0; n + 1];
            for i in (0..n).rev() {
                row[i] = row[i + 1] + counts[j - 1][next[i]];
            }
            while row[0] > LARGE {
                for count in &mut row {
                    *count *= SCALE;
                }
                scaled = true;
            }
            counts.push(row);
        }
        Self { next, counts, scaled }
    }

    /// Number of positions in a set.
    fn k(&self) -> usize {
        self.counts.len() - 1
    }

    /// Number of distinct sets: exact below 2⁵³, `None` where it cannot be held.
    pub(super) fn count(&self) -> Option<f64> {
        (!self.scaled).then(|| self.counts[self.k()][0])
    }

    /// One set, each with the same probability.
    ///
    /// The first position i has probability `(counts[k][0..] holding i first) / counts[k][0]`; given
    /// it the rest is a uniform set of k − 1 from `next(i)` on. Counts are doubles, so probabilities
    /// are equal to a relative error of about the number of positions times 10⁻¹⁶.
    pub(super) fn draw(&self, stream: &mut Stream) -> Vec<usize> {
        let mut from = 0;
        (1..=self.k())
            .rev()
            .map(|j| {
                let row = &self.counts[j];
                let u = stream.random::<f64>() * row[from];
                let i = from + row[from..].partition_point(|count| *count > u).saturating_sub(1);
                from = self.next[i];
                i
            })
            .collect()
    }

    /// All sets one after another, in lexicographic order, k positions each.
    pub(super) fn enumerate(&self) -> Vec<usize> {
        let (mut flat, mut chosen) = (Vec::new(), Vec::with_capacity(self.k()));
        self.extend(0, &mut chosen, &mut flat);
        flat
    }

    fn extend(&self, from: usize, chosen: &mut Vec<usize>, flat: &mut Vec<usize>) {
        let n_missing = self.k() - chosen.len();
        if n_missing == 0 {
            flat.extend_from_slice(chosen);
            return;
        }
        for i in from..self.next.len() {
            if self.counts[n_missing][i] <= 0.0 {
                return;
            }
            chosen.push(i);
            self.extend(self.next[i], chosen, flat);
            chosen.pop();
        }
    }
}

/// For each position the first later one whose day is at least `separation` after it.
fn next_positions(days: &[i64], separation: i64) -> Vec<usize> {
    days.iter()
        .enumerate()
        .map(|(i, day)| i + 1 + days[i + 1..].partition_point(|later| *later < day + separation))
        .collect()
}

/// The most positions that can be chosen: the earliest one, then always the next that is far enough.
pub(super) fn most_that_fit(days: &[i64], separation: i64) -> usize {
    let next = next_positions(days, separation);
    let (mut at, mut n) = (0, 0);
    while at < days.len() {
        at = next[at];
        n += 1;
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::streams::stream;
    use std::collections::BTreeMap;

    const DAYS: [i64; 12] = [0, 1, 2, 5, 6, 9, 10, 11, 12, 20, 21, 40];

    fn brute_force(days: &[i64], separation: i64, k: usize) -> Vec<Vec<usize>> {
        (0..1_usize << days.len())
            .map(|mask| (0..days.len()).filter(|i| mask >> i & 1 == 1).collect::<Vec<_>>())
            .filter(|set| set.len() == k)
            .filter(|set| set.windows(2).all(|p| days[p[1]] - days[p[0]] >= separation))
            .collect()
    }

    #[test]
    fn counts_and_enumerates_like_brute_force() {
        for separation in [0, 1, 3, 5, 10, 50] {
            for k in 1..=5 {
                let sets = SpacedSets::new(&DAYS, separation, k);
                let mut expected = brute_force(&DAYS, separation, k);
                expected.sort();
                assert_eq!(sets.count().unwrap(), expected.len() as f64);
                let flat = sets.enumerate();
                let found: Vec<Vec<usize>> = flat.chunks(k).map(<[usize]>::to_vec).collect();
                assert_eq!(found, expected);
                assert_eq!(most_that_fit(&DAYS, separation) >= k, !expected.is_empty());
            }
        }
    }

    #[test]
    fn draws_every_set_equally_often() {
        let (k, separation) = (3, 5);
        let sets = SpacedSets::new(&DAYS, separation, k);
        let all = brute_force(&DAYS, separation, k);
        let n_draws = 400 * all.len();
        let mut counts: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
        for i in 0..n_draws {
            *counts.entry(sets.draw(&mut stream(11, i as u64))).or_default() += 1.0;
        }
        assert_eq!(counts.len(), all.len());
        // Chi-square with c - 1 degrees of freedom; five standard deviations.
        let chi: f64 = counts.values().map(|c| (c - 400.0).powi(2) / 400.0).sum();
        let df = (all.len() - 1) as f64;
        assert!((chi - df).abs() < 5.0 * (2.0 * df).sqrt(), "{chi} on {df}");
    }

    #[test]
    fn counts_that_overflow_still_draw_valid_sets() {
        let days: Vec<i64> = (0..4_000).collect();
        let sets = SpacedSets::new(&days, 2, 900);
        assert!(sets.count().is_none());
        let set = sets.draw(&mut stream(1, 0));
        assert_eq!(set.len(), 900);
        assert!(set.windows(2).all(|p| days[p[1]] - days[p[0]] >= 2));
    }
}
