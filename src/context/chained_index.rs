//! One series for a universe: an index of its members.

use chrono::{Datelike, NaiveDate};

use crate::panel::{AssetId, Candidate, PricePanel, PriceSeries, Universe};
use crate::{Error, Result};

/// An index of a universe, equally weighted anew at the start of each month and held inside it.
///
/// At the last row of a month the members are those that the universe selects on that date, and equal
/// sums go into them:
///
/// ```text
/// I_t = I_s · (1/n) Σ P_it/P_is,   s the last row of the month before
/// ```
///
/// starting at 100. Inside a month a member without a price stands at its last one: a coin that dies
/// keeps its last price until the month ends. A row with prices of fewer than `min_assets` members is
/// left out of the series, and a month that would start with fewer members is left out whole: the
/// index goes on from its last level in the next month that has enough. Nothing dated after t is in
/// `I_t`.
///
/// Monthly and not daily weights: daily ones sell what rose and buy what fell at closes that nobody
/// could have traded, which in small coins adds up to a large return.
///
/// # Errors
///
/// [`Error::Setting`] for no asset at all; [`Error::TooFew`] where the index would have fewer than two
/// rows.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::context::chained_index;
/// use eventstudy::panel::{PricePanel, Universe};
///
/// let first = NaiveDate::from_ymd_opt(2021, 1, 30).unwrap();
/// let row = |name: &str, prices: [f64; 4]| {
///     (name.to_owned(), first.iter_days().zip(prices).collect::<Vec<_>>())
/// };
/// let panel = PricePanel::from_series(vec![row("a", [1.0, 1.0, 3.0, 2.0]), row("b", [5.0, 5.0, 5.0, 5.0])])?;
/// let index = chained_index(&panel, &Universe::of(["a", "b"]), "coins", 2)?;
/// assert_eq!(index.closes(), [100.0, 200.0, 150.0]); // from the last day of January on
/// # Ok::<(), eventstudy::Error>(())
/// ```
pub fn chained_index(
    prices: &PricePanel,
    universe: &Universe,
    name: &str,
    min_assets: usize,
) -> Result<PriceSeries> {
    if min_assets == 0 {
        return Err(Error::Setting {
            name: "min_assets",
            value: "0".to_owned(),
            expected: "at least 1",
        });
    }
    let axis = prices.axis();
    let month = |row: usize| (axis.date(row).year(), axis.date(row).month());
    // Last rows of the months, and the row after the last one.
    let starts: Vec<usize> =
        (1..axis.len()).filter(|row| month(*row) != month(row - 1)).map(|row| row - 1).collect();
    let mut closes: Vec<(NaiveDate, f64)> = Vec::new();
    let mut level = 100.0;
    for (at, start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).map_or(axis.len() - 1, |next| *next);
        let mut held: Vec<(AssetId, f64, f64)> = universe
            .select(prices, axis.date(*start))
            .into_iter()
            .filter_map(|candidate| match candidate {
                Candidate::Member { asset, .. } => Some(asset),
                _ => None,
            })
            .filter_map(|asset| prices.price(asset, *start).map(|p| (asset, p, p)))
            .collect();
        if held.len() < min_assets {
            continue;
        }
        if closes.last().is_none_or(|(date, _)| *date < axis.date(*start)) {
            closes.push((axis.date(*start), level));
        }
        let base = level;
        for row in start + 1..=end {
            let mut n_priced = 0;
            for (asset, _, last) in &mut held {
                if let Some(price) = prices.price(*asset, row) {
                    *last = price;
                    n_priced += 1;
                }
            }
            let growth: f64 = held.iter().map(|(_, first, last)| last / first).sum();
            level = base * (growth / held.len() as f64);
            if n_priced >= min_assets {
                closes.push((axis.date(row), level));
            }
        }
    }
    if closes.len() < 2 {
        return Err(Error::TooFew {
            what: format!("the index `{name}`"),
            unit: "rows",
            n_needed: 2,
            n_found: closes.len(),
        });
    }
    PriceSeries::from_closes(name, closes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(rows: &[(&str, &[f64])]) -> PricePanel {
        let first = NaiveDate::from_ymd_opt(2021, 1, 30).unwrap();
        let series = rows.iter().map(|(name, prices)| {
            let dated = first.iter_days().zip(prices.iter().copied()).filter(|(_, p)| !p.is_nan());
            ((*name).to_owned(), dated.collect())
        });
        PricePanel::from_series(series.collect()).unwrap()
    }

    #[test]
    fn a_member_that_dies_keeps_its_last_price_and_leaves_at_the_end_of_the_month() {
        let nan = f64::NAN;
        // 30 and 31 January, 28 days of February, 1 and 2 March.
        let mut dying = vec![2.0, 2.0, 1.0];
        dying.resize(32, nan);
        let mut steady = vec![1.0; 30];
        steady.extend([2.0, 3.0]);
        let panel = panel(&[("dying", &dying), ("steady", &steady)]);
        let universe = Universe::of(["dying", "steady"]);
        let index = chained_index(&panel, &universe, "i", 1).unwrap();
        assert_eq!(index.axis().len(), 31);
        assert_eq!(index.closes()[1], 75.0);
        assert_eq!(index.closes()[28], 75.0, "half of the sum is still in the dead coin");
        assert_eq!(index.closes()[29..], [150.0, 225.0], "in March it is out");
        // With two assets needed, only the rows with both are there.
        let both = chained_index(&panel, &universe, "i", 2).unwrap();
        assert_eq!(both.closes(), [100.0, 75.0]);
        assert!(chained_index(&panel, &universe, "i", 0).is_err());
        let text = chained_index(&panel, &universe, "i", 3).unwrap_err().to_string();
        assert_eq!(text, "the index `i` needs at least 2 rows, found 0");
    }
}
