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
    let scaled: Vec<f64> = member.residuals().iter().map(|e| e / member.residual_std_dev).collect();
    let mut sorted: Vec<f64> = scaled.iter().copied().filter(|v| !v.is_nan()).collect();
    sorted.push(pseudo);
    sorted.sort_unstable_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let u = |value: f64| {
        if value.is_nan() {
            return f64::NAN;
        }
        let below = sorted.partition_point(|other| *other < value);
        let up_to = sorted.partition_point(|other| *other <= value);
        // Ranks below + 1 … up_to, on average; ranks that mirror each other cancel to the last bit.
        let rank = (below + up_to + 1) as f64 / 2.0;
        (rank - f64::midpoint(n, 1.0)) / (n + 1.0)
    };
    (scaled.iter().map(|v| u(*v)).collect(), u(pseudo), n)
}
