//! Equal sums in some assets, bought on a date and held.

use serde::Serialize;

use super::{Levels, Period};
use crate::panel::{AssetId, PriceSeries};
use crate::{Error, Result};

/// The value of a basket that is bought once.
#[derive(Debug, Clone)]
pub struct HeldBasket {
    /// Its value on every row of the prices from the purchase on, 1 at the start.
    pub series: PriceSeries,
    /// Who is in it.
    pub counts: HeldBasketCounts,
}

/// How many assets a basket holds, lacks, and lost sight of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct HeldBasketCounts {
    /// Assets bought.
    pub n_assets: usize,
    /// Assets without a level on the date of the purchase: not bought.
    pub n_lacking: usize,
    /// Assets bought whose prices end, by the age allowed, before the last date.
    pub n_ended: usize,
}

/// Equal sums in these assets at their levels on the first date of a period, held through its last.
///
/// ```text
/// V_t = (1/n) Σ P_it / P_i0
/// ```
///
/// over the n assets with a level on the first date. An asset without a price on a day stands at its
/// last one, also where its prices end for good: a coin whose source ends keeps its last price, and
/// is counted. So the value of a basket with dead coins is an upper bound. `V_t` reads nothing dated
/// after t.
///
/// # Errors
///
/// [`Error::DuplicateAsset`]; [`Error::TooFew`] where no asset has a level on the first date, or fewer
/// than two rows of the prices lie in the period.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::context::{Levels, Period, held_basket};
/// use eventstudy::panel::PricePanel;
///
/// let day = |d| NaiveDate::from_ymd_opt(2021, 1, d).unwrap();
/// let row = |name: &str, prices: &[f64]| {
///     (name.to_owned(), (1..).map(day).zip(prices.iter().copied()).collect::<Vec<_>>())
/// };
/// let panel = PricePanel::from_series(vec![row("a", &[1.0, 2.0, 4.0]), row("b", &[5.0, 4.0])])?;
/// let assets = [panel.asset("a")?, panel.asset("b")?];
/// let found = held_basket(Levels::new(&panel, 0), &assets, "coins", Period::new(day(1), day(3))?)?;
/// assert_eq!(found.series.closes(), [1.0, 1.4, 2.4]); // b stands at its last price
/// assert_eq!((found.counts.n_assets, found.counts.n_ended), (2, 1));
/// # Ok::<(), eventstudy::Error>(())
/// ```
pub fn held_basket(
    levels: Levels<'_>,
    assets: &[AssetId],
    name: &str,
    period: Period,
) -> Result<HeldBasket> {
    levels.check_distinct(assets)?;
    let prices = levels.prices();
    let level = |asset: &AssetId| levels.level(*asset, period.from()).map(|(_, p)| (*asset, p, p));
    let mut held: Vec<(AssetId, f64, f64)> = assets.iter().filter_map(level).collect();
    let axis = prices.axis();
    let start = axis.last_on_or_before(period.from()).unwrap_or(0);
    let rows = start..axis.rows_between(period.from(), period.to()).end;
    for (unit, n_needed, n_found) in [
        ("assets with a level on the first date", 1, held.len()),
        ("rows of prices", 2, rows.len()),
    ] {
        if n_found < n_needed {
            let what = format!("a basket held over {period}");
            return Err(Error::TooFew { what, unit, n_needed, n_found });
        }
    }
    let n = held.len() as f64;
    let mut values = Vec::with_capacity(rows.len());
    for row in rows {
        let mut sum = 0.0;
        for (asset, first, last) in &mut held {
            if let Some(price) = prices.price(*asset, row) {
                *last = price;
            }
            sum += *last / *first;
        }
        values.push((axis.date(row), sum / n));
    }
    let has_ended = |of: &&(AssetId, f64, f64)| levels.level(of.0, period.to()).is_none();
    Ok(HeldBasket {
        series: PriceSeries::from_closes(name, values)?,
        counts: HeldBasketCounts {
            n_assets: held.len(),
            n_lacking: assets.len() - held.len(),
            n_ended: held.iter().filter(has_ended).count(),
        },
    })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::panel::PricePanel;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2021, 1, d).unwrap()
    }

    fn panel() -> PricePanel {
        let row = |name: &str, prices: &[(u32, f64)]| {
            (name.to_owned(), prices.iter().map(|(d, p)| (day(*d), *p)).collect())
        };
        PricePanel::from_series(vec![
            row("a", &[(1, 2.0), (2, 2.0), (3, 3.0), (4, 1.0), (5, 4.0)]),
            row("gap", &[(1, 10.0), (4, 30.0)]),
            row("late", &[(3, 1.0), (4, 9.0), (5, 9.0)]),
        ])
        .unwrap()
    }

    fn held(names: &[&str], max_age_days: u32, from: u32, to: u32) -> Result<HeldBasket> {
        let panel = panel();
        let assets: Vec<AssetId> = names.iter().map(|n| panel.asset(n).unwrap()).collect();
        let period = Period::new(day(from), day(to)).unwrap();
        held_basket(Levels::new(&panel, max_age_days), &assets, "basket", period)
    }

    #[test]
    fn values_by_hand() {
        let found = held(&["a", "gap", "late"], 1, 2, 5).unwrap();
        // The gap's level of the first stands for the second; the late one is not bought.
        assert_eq!(found.series.closes(), [1.0, 1.25, 1.75, 2.5]);
        assert_eq!(found.series.axis().first(), day(2));
        let counts = HeldBasketCounts { n_assets: 2, n_lacking: 1, n_ended: 0 };
        assert_eq!(found.counts, counts);
        let strict = held(&["a", "gap"], 0, 1, 5).unwrap();
        assert_eq!(strict.series.closes(), [1.0, 1.0, 1.25, 1.75, 2.5]);
        assert_eq!(strict.counts, HeldBasketCounts { n_assets: 2, n_lacking: 0, n_ended: 1 });
    }

    #[test]
    fn faults_are_named() {
        let text = held(&["late"], 0, 1, 5).unwrap_err().to_string();
        assert_eq!(
            text,
            "a basket held over (2021-01-01, 2021-01-05] needs at least 1 assets with a level on the \
             first date, found 0"
        );
        assert!(matches!(held(&["a"], 0, 5, 9), Err(Error::TooFew { n_found: 1, .. })));
        assert!(matches!(held(&["a", "a"], 0, 1, 5), Err(Error::DuplicateAsset { .. })));
    }
}
