//! The mean correlation between responses.

use std::collections::BTreeMap;

use super::member::Member;
use crate::numeric::{moments, parallel};

/// Mean over all pairs of the correlation of the estimation residuals, each pair weighted by the
/// share of dates that its event windows have in common.
///
/// Responses with the same windows and no hole take one pass together: with residuals z that are
/// centred and scaled to length one, the pairs of N responses add up to `(Σ_t (Σ_i z_it)² − N)/2`.
/// The others are taken pair by pair.
pub(super) fn mean_correlation(members: &[Member]) -> f64 {
    let n = members.len();
    let mut alike: BTreeMap<[usize; 4], Vec<usize>> = BTreeMap::new();
    for (i, member) in members.iter().enumerate() {
        if member.residuals().iter().all(|e| !e.is_nan()) {
            alike.entry(member.rows()).or_default().push(i);
        }
    }
    let groups: Vec<Vec<usize>> = alike.into_values().collect();
    let mut group_of = vec![None; n];
    for (group, of_group) in groups.iter().enumerate() {
        for i in of_group {
            group_of[*i] = Some(group);
        }
    }
    let together = parallel::map(groups.len(), |k| sum_of_pairs(members, &groups[k]));
    let apart = parallel::map(n, |i| {
        let mut total = 0.0;
        for j in i + 1..n {
            if group_of[i].is_some() && group_of[i] == group_of[j] {
                continue;
            }
            let overlap = members[i].window_overlap(&members[j]);
            if overlap > 0.0 {
                total += overlap * members[i].correlation(&members[j]);
            }
        }
        total
    });
    let total = together.iter().sum::<f64>() + apart.iter().sum::<f64>();
    total / (n * (n - 1) / 2) as f64
}

/// Sum over the pairs of responses with the same rows and no hole, whose weight is one.
fn sum_of_pairs(members: &[Member], of_group: &[usize]) -> f64 {
    let n_rows = members[of_group[0]].residuals().len();
    if n_rows < 3 {
        return 0.0;
    }
    let (mut sums, mut own) = (vec![0.0; n_rows], 0.0);
    for i in of_group {
        let residuals = members[*i].residuals();
        let mean = moments::mean(residuals).unwrap_or(0.0);
        let squares = moments::sum_squared_deviations(residuals, mean);
        // One that does not vary has a correlation of 0 with all others.
        if moments::is_negligible(squares, mean, n_rows) {
            continue;
        }
        let scale = 1.0 / squares.sqrt();
        for (sum, e) in sums.iter_mut().zip(residuals) {
            let z = (e - mean) * scale;
            *sum += z;
            own += z * z;
        }
    }
    (sums.iter().map(|s| s * s).sum::<f64>() - own) / 2.0
}
