//! Ranks of cumulative abnormal returns among those of single days.

use super::member::Member;
use crate::numeric::parallel;

/// What Kolari and Pynnönen's tests need of the responses that cover a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct GeneralisedRanks {
    /// `Ū₀`, the mean of the demeaned ranks of the pseudo-day.
    pub(super) mean_rank: f64,
    /// `Σ_t (N_t/N) Ū_t²` over the rows of the estimation window and the pseudo-day.
    pub(super) sum_squares: f64,
    /// Rows that this runs over, T.
    pub(super) n_rows: usize,
    /// Variance of `Ū₀` for independent ranks that are uniform on `1…T_i`: the mean over responses of
    /// `(T_i − 1)/(12 (T_i + 1))`, over N.
    pub(super) independent_variance: f64,
}

impl GeneralisedRanks {
    /// Of responses with their standardised cumulative abnormal return.
    ///
    /// Each response has `T_i` values: its abnormal returns AR/s over the `M_i` estimation rows, lined
    /// up by their distance from the event, and the cumulative one on a pseudo-day. With ranks K
    /// among them, `U = K/(T_i + 1) − ½`.
    pub(super) fn new(members: &[(&Member, f64)]) -> Self {
        let ranked = parallel::map(members.len(), |i| demeaned_ranks(members[i].0, members[i].1));
        let n = members.len() as f64;
        let n_days = members.iter().map(|(m, _)| m.residuals().len()).max().unwrap_or(0);
        // Sum of U and number of responses, day by day.
        let mut days = vec![(0.0, 0.0_f64); n_days];
        let (mut pseudo_day, mut variances) = (0.0, 0.0);
        for (ranks, pseudo_rank, n_ranked) in &ranked {
            for (day, u) in days.iter_mut().zip(ranks).filter(|(_, u)| !u.is_nan()) {
                day.0 += u;
                day.1 += 1.0;
            }
            pseudo_day += pseudo_rank;
            variances += (n_ranked - 1.0) / (12.0 * (n_ranked + 1.0));
        }
        days.push((pseudo_day, n));
        days.retain(|(_, n_t)| *n_t > 0.0);
        Self {
            mean_rank: pseudo_day / n,
            sum_squares: days.iter().map(|(sum, n_t)| (n_t / n) * (sum / n_t).powi(2)).sum(),
            n_rows: days.len(),
            independent_variance: variances / (n * n),
        }
    }
}

/// U of the estimation rows, NaN where missing, U of the pseudo-day, and `T_i`.
fn demeaned_ranks(member: &Member, pseudo: f64) -> (Vec<f64>, f64, f64) {
    let residuals = member.residuals();
    // The pseudo-day comes last.
    let scaled = residuals.iter().map(|e| e / member.residual_std_dev).chain([pseudo]).enumerate();
    let mut order: Vec<(f64, usize)> =
        scaled.filter(|(_, v)| !v.is_nan()).map(|(row, v)| (v, row)).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let n = order.len() as f64;
    let mut u = vec![f64::NAN; residuals.len() + 1];
    let mut below = 0;
    for group in order.chunk_by(|a, b| a.0 >= b.0) {
        let up_to = below + group.len();
        // Ranks below + 1 … up_to, on average; ranks that mirror each other cancel to the last bit.
        let rank = (below + up_to + 1) as f64 / 2.0;
        for (_, row) in group {
            u[*row] = (rank - f64::midpoint(n, 1.0)) / (n + 1.0);
        }
        below = up_to;
    }
    let of_pseudo_day = u.pop().unwrap_or(f64::NAN);
    (u, of_pseudo_day, n)
}
