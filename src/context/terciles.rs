//! Return of high-beta assets over low-beta assets after an event.

use chrono::NaiveDate;
use serde::Serialize;

use super::{Levels, Period};
use crate::numeric::moments::mean;
use crate::{Error, Result};

/// Assets in three groups by a beta that was known before the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BetaTerciles {
    /// The event date.
    pub event: NaiveDate,
    /// The lowest betas, in increasing order.
    pub low: Vec<String>,
    /// The betas between.
    pub middle: Vec<String>,
    /// The highest betas, in increasing order.
    pub high: Vec<String>,
}

/// Return of one tercile over a period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TercileReturn {
    /// Assets with a level at both ends.
    pub n_assets: usize,
    /// Assets without one, which are in neither mean.
    pub n_lacking: usize,
    /// Equal-weight buy and hold, `(1/n) Σ P_i(to) / P_i(from) − 1`: equal sums are put in at the
    /// start and left alone. A decimal fraction; `None` without assets.
    pub buy_and_hold: Option<f64>,
    /// Mean of log returns, `(1/n) Σ ln(P_i(to) / P_i(from))`: the return of the typical asset, not
    /// of a portfolio. `None` without assets.
    pub mean_log_return: Option<f64>,
}

/// High-beta tercile minus low-beta tercile.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BetaSpread {
    /// The period, after the event.
    pub period: Period,
    /// The low tercile.
    pub low: TercileReturn,
    /// The middle tercile.
    pub middle: TercileReturn,
    /// The high tercile.
    pub high: TercileReturn,
    /// High minus low, equal-weight buy and hold; `None` where either is.
    pub buy_and_hold: Option<f64>,
    /// High minus low, mean of log returns; `None` where either is.
    pub mean_log_return: Option<f64>,
}

impl BetaTerciles {
    /// Returns of the terciles over a period after the event, and the spread between the outer two.
    ///
    /// The two definitions can differ in sign: a few assets that multiply lift the buy and hold and
    /// hardly move the mean of logs. An asset that stops trading inside the period lacks its end;
    /// where high-beta assets do so more often, the spread is biased upwards, and `n_lacking` of each
    /// tercile shows how much room there is for that.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a period that starts before the event.
    pub fn spread(&self, levels: Levels<'_>, period: Period) -> Result<BetaSpread> {
        if period.from() < self.event {
            return Err(Error::Setting {
                name: "period of the spread",
                value: period.to_string(),
                expected: "a period that starts on or after the event",
            });
        }
        let [low, middle, high] =
            [&self.low, &self.middle, &self.high].map(|names| group(levels, names, period));
        let minus = |a: Option<f64>, b: Option<f64>| a.zip(b).map(|(a, b)| a - b);
        Ok(BetaSpread {
            period,
            low,
            middle,
            high,
            buy_and_hold: minus(high.buy_and_hold, low.buy_and_hold),
            mean_log_return: minus(high.mean_log_return, low.mean_log_return),
        })
    }
}

fn group(levels: Levels<'_>, names: &[String], period: Period) -> TercileReturn {
    let gross: Vec<f64> = names
        .iter()
        .filter_map(|name| levels.gross_return(levels.prices().find(name)?, period))
        .collect();
    let logs: Vec<f64> = gross.iter().map(|g| g.ln()).collect();
    TercileReturn {
        n_assets: gross.len(),
        n_lacking: names.len() - gross.len(),
        buy_and_hold: mean(&gross).map(|g| g - 1.0),
        mean_log_return: mean(&logs),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Beta, Betas};
    use super::*;
    use crate::panel::PricePanel;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2021, 1, d).unwrap()
    }

    fn ranked(betas: &[(&str, f64)]) -> Betas {
        let estimate = |(name, beta): &(&str, f64)| Beta {
            asset: (*name).to_owned(),
            beta: *beta,
            std_error: 0.1,
            n_observations: 9,
        };
        Betas {
            event: day(10),
            benchmark: "btc".to_owned(),
            first_date: day(1),
            last_date: day(9),
            estimates: betas.iter().map(estimate).collect(),
            lacking: Vec::new(),
        }
    }

    /// Prices on the tenth, the twentieth and the thirtieth; zero stands for none.
    fn panel(prices: &[(&str, [f64; 3])]) -> PricePanel {
        let series = prices.iter().map(|(name, run)| {
            let dated = [10, 20, 30].map(day).into_iter().zip(*run).filter(|(_, p)| *p > 0.0);
            ((*name).to_owned(), dated.collect())
        });
        PricePanel::from_series(series.collect()).unwrap()
    }

    const PRICES: [(&str, [f64; 3]); 6] = [
        ("a", [1.0, 1.5, 9.0]),
        ("b", [1.0, 0.5, 9.0]),
        ("c", [1.0, 1.0, 9.0]),
        ("d", [2.0, 1.0, 9.0]),
        ("e", [1.0, 4.0, 9.0]),
        ("f", [1.0, 0.5, 9.0]),
    ];
    const RANKS: [(&str, f64); 6] =
        [("a", 0.1), ("b", 0.2), ("c", 0.9), ("d", 1.0), ("e", 1.5), ("f", 2.0)];

    #[test]
    fn outer_terciles_have_one_size() {
        for (n, sizes) in [(3, [1, 1, 1]), (4, [1, 2, 1]), (5, [1, 3, 1]), (6, [2, 2, 2])] {
            let split = ranked(&RANKS[..n]).terciles().unwrap();
            assert_eq!([split.low.len(), split.middle.len(), split.high.len()], sizes);
        }
    }

    #[test]
    fn the_two_definitions_by_hand() {
        let terciles = ranked(&RANKS).terciles().unwrap();
        let panel = panel(&PRICES);
        let period = Period::new(day(10), day(20)).unwrap();
        let found = terciles.spread(Levels::new(&panel, 0), period).unwrap();
        // Low: 1.5 and 0.5. High: 4 and 0.5.
        assert_eq!(found.low.buy_and_hold, Some(0.0));
        assert_eq!(found.high.buy_and_hold, Some(1.25));
        assert_eq!(found.buy_and_hold, Some(1.25));
        let (low, high) = (0.75_f64.ln() / 2.0, 2.0_f64.ln() / 2.0);
        assert!((found.mean_log_return.unwrap() - (high - low)).abs() < 1e-15);
        assert!((found.middle.mean_log_return.unwrap() + 2.0_f64.ln() / 2.0).abs() < 1e-15);
    }

    #[test]
    fn lacks_are_counted_per_tercile() {
        let mut prices = PRICES;
        prices[4].1[1] = 0.0;
        prices[5].1[1] = 0.0;
        prices[0].1[0] = 0.0;
        let period = Period::new(day(10), day(20)).unwrap();
        let terciles = ranked(&RANKS).terciles().unwrap();
        let panel = panel(&prices);
        let found = terciles.spread(Levels::new(&panel, 5), period).unwrap();
        assert_eq!((found.low.n_assets, found.low.n_lacking), (1, 1));
        assert_eq!((found.high.n_assets, found.high.n_lacking), (0, 2));
        assert_eq!((found.high.buy_and_hold, found.buy_and_hold), (None, None));
        assert_eq!(found.low.buy_and_hold, Some(-0.5));
    }

    #[test]
    fn knows_neither_price_scale_nor_future_and_starts_after_the_event() {
        let terciles = ranked(&RANKS).terciles().unwrap();
        let period = Period::new(day(10), day(20)).unwrap();
        let spread = |prices: &[(&str, [f64; 3])]| {
            terciles.spread(Levels::new(&panel(prices), 3), period).unwrap()
        };
        let mut changed = PRICES;
        for (i, (_, run)) in changed.iter_mut().enumerate() {
            let factor = [0.5, 4.0, 1024.0][i % 3];
            *run = [factor * run[0], factor * run[1], 0.001];
        }
        changed.reverse();
        assert_eq!(spread(&changed), spread(&PRICES));
        let early = Period::new(day(9), day(20)).unwrap();
        let text = terciles.spread(Levels::new(&panel(&PRICES), 3), early).unwrap_err().to_string();
        assert_eq!(
            text,
            "period of the spread = (2021-01-09, 2021-01-20]: \
             expected a period that starts on or after the event"
        );
    }
}
