//! Ranks and signs of abnormal returns within their own series, added up day by day.

use super::member::Member;
use crate::numeric::parallel;

/// What the responses with an abnormal return on one day add up to there.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Day {
    /// How many those are, `N_t`.
    pub(super) n: f64,
    /// Σ K, the ranks.
    pub(super) rank: f64,
    /// `Σ (K − (T + 1)/2)`.
    pub(super) centred: f64,
    /// `Σ (K/(1 + T) − ½)`.
    pub(super) scaled: f64,
    /// `Σ sign(AR − median)`.
    pub(super) sign: f64,
}

/// The ranks K of each response's abnormal returns among its T rows, 1 for the smallest and ties
/// averaged, added up over the responses.
///
/// The T rows are those of the estimation window and of all event windows, from the start of the
/// first to the end of the last; rows between the two are used nowhere. Days line up by their
/// distance from the event. In the window that is tested only the responses that cover it count. An
/// abnormal return over a bridged hole of n rows is ranked as `AR/√n`.
#[derive(Debug, Clone)]
pub(super) struct RankSeries {
    /// All days on which a response has an abnormal return.
    pub(super) days: Vec<Day>,
    /// The days of the window; one day of all rows of each response where windows have different
    /// lengths, so that their days do not line up.
    pub(super) window: Vec<Day>,
    /// All rows of all responses inside the window.
    pub(super) cells: Day,
    /// Rows of the window, L: those on which a response has an abnormal return, or their mean number
    /// where lengths differ.
    pub(super) length: f64,
    /// Mean number of ranked rows, `mean(T)`.
    pub(super) mean_ranked: f64,
}

/// The ranks of one response.
struct Ranked {
    /// NaN where an abnormal return is missing.
    ranks: Vec<f64>,
    signs: Vec<f64>,
    n_rows: f64,
}

impl RankSeries {
    /// `length` is that of the windows where it is the same for all that cover them.
    pub(super) fn new(members: &[Member], length: Option<usize>) -> Self {
        let ranked = parallel::map(members.len(), |i| Ranked::new(&members[i].daily_ar()));
        let n_estimation = members.iter().map(|m| m.residuals().len()).max().unwrap_or(0);
        let first_tau = members.iter().map(Member::first_tau).min().unwrap_or(0);
        let end_tau = members.iter().map(Member::end_tau).max().unwrap_or(0);
        let n_taus = (end_tau - first_tau).unsigned_abs();
        let mut days = vec![Day::default(); n_estimation + n_taus];
        let mut window = vec![Day::default(); length.unwrap_or(0)];
        let mut cells = Day::default();
        let mut n_covering = 0.0;
        for (member, ranked) in members.iter().zip(&ranked) {
            let n_own = member.residuals().len();
            let shift = n_estimation + (member.first_tau() - first_tau).unsigned_abs();
            let inside = member.window_places();
            for place in ranked.present() {
                let is_inside = inside.contains(&place);
                if is_inside && !member.covers {
                    continue;
                }
                let day = if place < n_own { place } else { shift + place - n_own };
                ranked.add(place, &mut days[day]);
                if is_inside {
                    ranked.add(place, &mut cells);
                    if length.is_some() {
                        ranked.add(place, &mut window[place - inside.start]);
                    }
                }
            }
            n_covering += f64::from(u8::from(member.covers));
        }
        let is_there = |day: &Day| day.n > 0.0;
        days.retain(is_there);
        window.retain(is_there);
        let mut length = window.len() as f64;
        if window.is_empty() {
            // As one day on which each response has the sum over its window.
            length = cells.n / n_covering;
            window.push(Day { n: n_covering, ..cells });
        }
        let total: f64 = ranked.iter().map(|r| r.n_rows).sum();
        Self { days, window, cells, length, mean_ranked: total / members.len() as f64 }
    }

    /// `Σ x_t / (√L s)` over the days of the window, where `s² = Σ x_t² / mean(T)` over all days;
    /// `None` where s is no more than the rounding of values of size `level`.
    pub(super) fn standardised_sum(&self, level: f64, x: impl Fn(&Day) -> f64) -> Option<f64> {
        let std_dev = self.std_dev(level, &x)?;
        Some(self.window.iter().map(x).sum::<f64>() / (self.length.sqrt() * std_dev))
    }

    /// `√(Σ x_t² / mean(T))` over all days; `None` as for [`Self::standardised_sum`].
    pub(super) fn std_dev(&self, level: f64, x: impl Fn(&Day) -> f64) -> Option<f64> {
        let sum_squares: f64 = self.days.iter().map(|day| x(day).powi(2)).sum();
        let is_negligible =
            crate::numeric::moments::is_negligible(sum_squares, level, self.days.len());
        (!is_negligible).then(|| (sum_squares / self.mean_ranked).sqrt())
    }
}

impl Ranked {
    /// Ranks and median from one sort, which is most of the work of all rank tests.
    fn new(ar: &[f64]) -> Self {
        let mut order: Vec<(f64, usize)> =
            ar.iter().enumerate().filter(|(_, v)| !v.is_nan()).map(|(i, v)| (*v, i)).collect();
        order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let n = order.len();
        let (mut ranks, mut signs) = (vec![f64::NAN; ar.len()], vec![0.0; ar.len()]);
        let median = match n {
            0 => f64::NAN,
            _ => f64::midpoint(order[(n - 1) / 2].0, order[n / 2].0),
        };
        let mut n_below = 0;
        for group in order.chunk_by(|a, b| a.0 >= b.0) {
            let rank = n_below as f64 + (group.len() + 1) as f64 / 2.0;
            n_below += group.len();
            for (value, index) in group {
                ranks[*index] = rank;
                signs[*index] =
                    f64::from(i8::from(*value > median)) - f64::from(i8::from(*value < median));
            }
        }
        Self { ranks, signs, n_rows: n as f64 }
    }

    fn present(&self) -> impl Iterator<Item = usize> {
        (0..self.ranks.len()).filter(|place| !self.ranks[*place].is_nan())
    }

    fn add(&self, place: usize, day: &mut Day) {
        let (rank, n) = (self.ranks[place], self.n_rows);
        day.n += 1.0;
        day.rank += rank;
        day.centred += rank - f64::midpoint(n, 1.0);
        // Not `rank / (1 + n) − ½`: ranks that mirror each other then cancel to the last bit.
        day.scaled += (rank - f64::midpoint(n, 1.0)) / (n + 1.0);
        day.sign += self.signs[place];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_ranks_and_the_median_has_no_sign() {
        let nan = f64::NAN;
        let ranked = Ranked::new(&[2.0, 1.0, nan, 2.0, 3.0, 4.0]);
        assert_eq!(ranked.present().collect::<Vec<_>>(), [0, 1, 3, 4, 5]);
        let ranks: Vec<f64> = ranked.present().map(|p| ranked.ranks[p]).collect();
        assert_eq!(ranks, [2.5, 1.0, 2.5, 4.0, 5.0]);
        // The median is 2, which is not where the mean rank 3 lies.
        assert_eq!(ranked.signs, [0.0, -1.0, 0.0, 0.0, 1.0, 1.0]);
        let even = Ranked::new(&[-1.0, 0.0, 0.0, 5.0]);
        assert_eq!(even.signs, [-1.0, 0.0, 0.0, 1.0]);
        // Zero is zero, whatever its sign.
        assert_eq!(Ranked::new(&[0.0, -0.0, 1.0]).ranks, [1.5, 1.5, 3.0]);
    }
}
