//! Joint tests on replicates that were drawn elsewhere.

use ndarray::Array2;

use super::relative::largest;
use super::step_down::{StepDownTest, extremeness};
use crate::inference::{Alternative, Card};
use crate::numeric::parallel;
use crate::resampling::{Bar, Counts, Ladder};
use crate::{Error, Result};

/// Replicates that are looked at together.
const CHUNK: usize = 256;

/// Westfall and Young's step-down test of k statistics on replicates of all of them at once.
///
/// It takes k observed statistics and B × k replicates of them under the null of all hypotheses:
/// permutations, sign flips, sets of placebo dates. A replicate must be *one* draw that served all
/// statistics; then the dependence between the hypotheses is in the replicates, and the test is less
/// severe than [`Adjustment::Holm`](super::Adjustment::Holm) by as much as the statistics move
/// together.
///
/// - [`max_t`](Self::max_t): each statistic is held against the largest of those that are no more
///   extreme, replicate by replicate. Statistics must be on one scale, such as t, or those with the
///   widest distribution decide.
/// - [`min_p`](Self::min_p): each statistic, in the sample and in every replicate, is first turned
///   into its p-value among all B + 1 of its own column, so that any scales will do.
///
/// Two-sided, a statistic is as extreme as it is far from zero: hand over statistics less the centre
/// of their null, for placebo dates the placebo mean.
///
/// - *Null*: each statistic has the distribution of its replicates.
/// - *Assumes*: the observed statistics and the replicates are exchangeable if all hypotheses hold;
///   subset pivotality, that the statistics of true hypotheses are distributed the same whether or not
///   the others hold.
/// - *Robust to*: any dependence between the statistics.
/// - *Distribution*: the replicates; `p = (1 + count)/(1 + B)`.
/// - *Reference*: Westfall and Young 1993, Resampling-Based Multiple Testing; algorithms in Ge,
///   Dudoit and Speed 2003, <https://doi.org/10.1007/BF02595811>.
/// - *Departures*: p-values have +1, of the whole as of the columns.
///
/// ```
/// use eventstudy::multiplicity::WestfallYoung;
/// use ndarray::array;
///
/// // Two windows of one study in three placebo sets, which they share.
/// let replicates = array![[0.01, 0.02], [-0.02, -0.05], [0.00, 0.01]];
/// let found = WestfallYoung::max_t().test(&[0.015, 0.06], &replicates)?;
/// assert_eq!(found.p_values(), [0.5, 0.25]);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WestfallYoung {
    by_rank: bool,
    alternative: Alternative,
}

impl WestfallYoung {
    /// By the largest statistic, two-sided.
    pub fn max_t() -> Self {
        Self { by_rank: false, alternative: Alternative::TwoSided }
    }

    /// By the smallest p-value, two-sided.
    pub fn min_p() -> Self {
        Self { by_rank: true, alternative: Alternative::TwoSided }
    }

    /// The side of the alternative.
    #[must_use]
    pub fn alternative(mut self, alternative: Alternative) -> Self {
        self.alternative = alternative;
        self
    }

    /// Null, assumptions, reference.
    pub fn card(&self) -> Card {
        CARD
    }

    /// Tests the observed statistics against replicates × hypotheses.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] unless there is one column per statistic; [`Error::TooFew`] without
    /// statistics or for fewer than two replicates; [`Error::BadEntry`] for a value that is not
    /// finite.
    pub fn test(&self, observed: &[f64], replicates: &Array2<f64>) -> Result<StepDownTest> {
        let (n_replicates, n_columns) = replicates.dim();
        for (unit, n_needed, n_found) in
            [("statistics", 1, observed.len()), ("replicates", 2, n_replicates)]
        {
            if n_found < n_needed {
                let what = CARD.name.to_owned();
                return Err(Error::TooFew { what, unit, n_needed, n_found });
            }
        }
        if n_columns != observed.len() {
            return Err(Error::ShapeMismatch {
                what: "columns of replicates".to_owned(),
                n_found: n_columns,
                n_expected: observed.len(),
            });
        }
        if let Some((row, value)) = observed.iter().enumerate().find(|(_, v)| !v.is_finite()) {
            let (what, expected) = ("observed statistics".to_owned(), "a finite number");
            return Err(Error::BadEntry { what, row, value: *value, expected });
        }
        if let Some(((row, k), value)) = replicates.indexed_iter().find(|(_, v)| !v.is_finite()) {
            let what = format!("replicates of statistic {k}");
            return Err(Error::BadEntry { what, row, value: *value, expected: "a finite number" });
        }
        let extreme: Vec<f64> =
            observed.iter().map(|t| extremeness(*t, self.alternative)).collect();
        let columns = parallel::map(n_columns, |k| -> Vec<f64> {
            replicates.column(k).iter().map(|t| extremeness(*t, self.alternative)).collect()
        });
        let scales: Vec<f64> = columns.iter().map(|column| largest(column)).collect();
        let raw = Ladder::new(&extreme, scales);
        if !self.by_rank {
            return Ok(StepDownTest::of(&raw, observed, &tiles(&raw, &columns), self.alternative));
        }
        let ranked = parallel::map(n_columns, |k| ranks(extreme[k], &columns[k]));
        let observed_ranks: Vec<f64> = ranked.iter().map(|(observed, _)| *observed).collect();
        let columns: Vec<Vec<f64>> = ranked.into_iter().map(|(_, column)| column).collect();
        // Ranks are whole numbers, far apart.
        let ladder = Ladder::new(&observed_ranks, std::iter::repeat(0.0));
        Ok(StepDownTest::of(&ladder, observed, &tiles(&ladder, &columns), self.alternative))
    }
}

/// Counts over the replicates, some at a time.
fn tiles(ladder: &Ladder, columns: &[Vec<f64>]) -> Vec<Vec<Counts>> {
    let n = columns.first().map_or(0, Vec::len);
    parallel::map(n.div_ceil(CHUNK), |chunk| {
        let replicates = chunk * CHUNK..((chunk + 1) * CHUNK).min(n);
        let table: Vec<f64> =
            columns.iter().flat_map(|c| c[replicates.clone()].iter().copied()).collect();
        ladder.count(&table, replicates.len())
    })
}

/// Of the observed value and of each replicate: how many of all of them are at least as extreme,
/// with a minus, so that more extreme is larger.
fn ranks(observed: f64, column: &[f64]) -> (f64, Vec<f64>) {
    let scale = largest(column);
    let mut sorted = column.to_vec();
    sorted.push(observed);
    sorted.sort_by(f64::total_cmp);
    let rank = |value: f64| {
        let bar = Bar::new(value, scale);
        -((sorted.len() - sorted.partition_point(|other| bar.exceeds(*other))) as f64)
    };
    (rank(observed), column.iter().map(|value| rank(*value)).collect())
}

pub(super) const CARD: Card = Card {
    id: "westfall-young",
    name: "Westfall-Young step-down",
    null: "each statistic has the distribution of its replicates",
    assumes: "replicates exchangeable with the sample, subset pivotality",
    robust_to: "dependence between the statistics",
    distribution: "that of the replicates, (1 + count)/(1 + replicates)",
    allows_for_shared_dates: true,
    reference: "Westfall and Young 1993; Ge, Dudoit and Speed 2003",
    doi: "10.1007/BF02595811",
    departures: "p-values have +1",
};
