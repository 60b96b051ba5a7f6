//! What there is to trade.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use chrono::{Days, NaiveDate};

use super::ExitReason;
use super::costs::Liquidity;
use crate::numeric::moments;
use crate::panel::csv_source::CsvSource;
use crate::panel::{
    AssetEnds, AssetId, CsvOptions, PriceEnd, PricePanel, PriceSeries, VolumePanel,
};
use crate::{Error, Result};

/// Days before a fill over which volume and volatility are taken.
const LIQUIDITY_DAYS: u64 = 30;
/// Fewest of them that must be known.
const LEAST_LIQUIDITY_DAYS: usize = 10;

/// Yearly rates that free cash earns, each from the day on which it is known.
#[derive(Debug, Clone, PartialEq)]
pub struct CashRates {
    dated: Vec<(NaiveDate, f64)>,
}

impl CashRates {
    /// Takes dates, which increase, and yearly rates as decimal fractions (0.05 for 5 %).
    ///
    /// # Errors
    ///
    /// [`Error::UnsortedAxis`]; [`Error::BadValue`] for a rate that is not finite or not above −1.
    pub fn new(dated: Vec<(NaiveDate, f64)>) -> Result<Self> {
        for (row, pair) in dated.windows(2).enumerate() {
            let (previous, date) = (pair[0].0, pair[1].0);
            if date <= previous {
                return Err(Error::UnsortedAxis { row: row + 1, date, previous });
            }
        }
        if let Some(&(date, value)) = dated.iter().find(|(_, r)| !(r.is_finite() && *r > -1.0)) {
            let (series, expected) = ("cash rate".to_owned(), "a finite rate above -1");
            return Err(Error::BadValue { series, date, value, expected });
        }
        Ok(Self { dated })
    }

    /// Reads the rows of `series` from a file with columns `series`, `known` and `value`: yearly rates
    /// in percent, each with the day from whose close on it is known. Of two that become known on one
    /// day the later row counts.
    ///
    /// # Errors
    ///
    /// Those of reading a table; [`Error::UnknownAsset`] where no row is of that series; as
    /// [`new`](Self::new).
    pub fn from_csv_path(path: impl AsRef<Path>, series: &str) -> Result<Self> {
        let mut source = CsvSource::open(path.as_ref(), &CsvOptions::default())?;
        let name = source.column("series")?;
        let (known, value) = (source.column("known")?, source.column("value")?);
        let mut dated: Vec<(NaiveDate, f64)> = Vec::new();
        let mut others = BTreeSet::new();
        while source.advance()? {
            if source.text(name) != series {
                others.insert(source.text(name).to_owned());
                continue;
            }
            let expected = "a finite rate in percent";
            let Some(percent) = source.number(value, expected, f64::is_finite)? else {
                return Err(source.fault(value, expected));
            };
            let date = source.date(known)?;
            match dated.last_mut().filter(|last| last.0 == date) {
                Some(last) => last.1 = percent / 100.0,
                None => dated.push((date, percent / 100.0)),
            }
        }
        if dated.is_empty() {
            let known = others.into_iter().collect();
            return Err(Error::UnknownAsset { name: series.to_owned(), known });
        }
        Self::new(dated)
    }

    /// The last rate known on a date; 0 before the first one.
    pub fn on(&self, date: NaiveDate) -> f64 {
        let after = self.dated.partition_point(|(d, _)| *d <= date);
        after.checked_sub(1).map_or(0.0, |row| self.dated[row].1)
    }
}

/// Prices and what goes with them. Cloning copies the prices.
#[derive(Debug, Clone)]
pub struct BacktestData {
    prices: PricePanel,
    trigger: Option<PriceSeries>,
    volumes: Option<VolumePanel>,
    cash: Option<CashRates>,
    ends: AssetEnds,
    rows: Range<usize>,
}

impl BacktestData {
    /// Prices of all that may be bought, each row of the panel a close.
    pub fn new(prices: PricePanel) -> Self {
        let rows = 0..prices.n_dates();
        let ends = AssetEnds::default();
        Self { prices, trigger: None, volumes: None, cash: None, ends, rows }
    }

    /// The series whose breakdown closes a trade. Its close of a day is taken to be known before the
    /// close of that day in the panel.
    #[must_use]
    pub fn with_trigger(mut self, trigger: PriceSeries) -> Self {
        self.trigger = Some(trigger);
        self
    }

    /// Daily traded values, in the currency of the capital.
    #[must_use]
    pub fn with_volumes(mut self, volumes: VolumePanel) -> Self {
        self.volumes = Some(volumes);
        self
    }

    /// Why the prices of assets end: at which haircut one without a price is sold.
    #[must_use]
    pub fn with_asset_ends(mut self, ends: AssetEnds) -> Self {
        self.ends = ends;
        self
    }

    /// What free cash earns; nothing unless set.
    #[must_use]
    pub fn with_cash(mut self, rates: CashRates) -> Self {
        self.cash = Some(rates);
        self
    }

    /// Trades in this period alone, both ends included. Prices before it are known, those after it
    /// are not.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] where fewer than two rows of the panel are left.
    pub fn between(mut self, first: NaiveDate, last: NaiveDate) -> Result<Self> {
        let axis = self.prices.axis();
        let start = axis.first_on_or_after(first).unwrap_or(axis.len());
        let end = axis.last_on_or_before(last).map_or(0, |row| row + 1);
        self.rows = start..end.max(start);
        self.check()?;
        Ok(self)
    }

    /// The prices.
    pub fn prices(&self) -> &PricePanel {
        &self.prices
    }

    /// The trigger.
    pub fn trigger(&self) -> Option<&PriceSeries> {
        self.trigger.as_ref()
    }

    /// Whether there are volumes.
    pub fn has_volumes(&self) -> bool {
        self.volumes.is_some()
    }

    /// Rows of the panel that are traded.
    pub fn rows(&self) -> Range<usize> {
        self.rows.clone()
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.rows.len() >= 2 {
            return Ok(());
        }
        Err(Error::TooFew {
            what: "a backtest".to_owned(),
            unit: "rows of prices",
            n_needed: 2,
            n_found: self.rows.len(),
        })
    }

    pub(super) fn date(&self, row: usize) -> NaiveDate {
        self.prices.axis().date(row)
    }

    /// Calendar days from the row before.
    pub(super) fn days_to(&self, row: usize) -> f64 {
        (self.date(row) - self.date(row - 1)).num_days() as f64
    }

    /// Why an asset is given up whose last price is of that day.
    pub(super) fn gone(&self, asset: AssetId, last: NaiveDate) -> ExitReason {
        match self.ends.after(self.prices.name(asset), last) {
            Some(PriceEnd::Source) => ExitReason::SourceEnd,
            Some(PriceEnd::Death) | None => ExitReason::Delisted,
        }
    }

    /// What one unit of free cash earns from the row before to this one: the rate known then, without
    /// compounding, over 365 days.
    pub(super) fn cash_return(&self, row: usize) -> f64 {
        let rate = self.cash.as_ref().map_or(0.0, |rates| rates.on(self.date(row - 1)));
        rate * self.days_to(row) / 365.0
    }

    /// Volume and volatility over the days before a row.
    pub(super) fn liquidity(&self, asset: AssetId, row: usize) -> Liquidity {
        let Some(volumes) = &self.volumes else { return Liquidity::default() };
        let date = self.date(row);
        let from = date.checked_sub_days(Days::new(LIQUIDITY_DAYS + 1)).unwrap_or(date);
        let before = date.pred_opt().unwrap_or(date);
        let Ok(in_volumes) = volumes.asset(self.prices.name(asset)) else {
            return Liquidity::default();
        };
        let known: Vec<f64> = volumes
            .axis()
            .rows_between(from, before)
            .filter_map(|t| volumes.volume(in_volumes, t))
            .filter(|v| *v > 0.0)
            .collect();
        let enough = known.len() >= LEAST_LIQUIDITY_DAYS;
        let rows = self.prices.axis().rows_between(from, before);
        Liquidity {
            volume: if enough { moments::mean(&known) } else { None },
            sigma: volatility(&self.prices, asset, rows, LEAST_LIQUIDITY_DAYS),
        }
    }
}

/// Standard deviation of the simple returns between neighbouring prices of these rows; `None` for
/// fewer than `least` or for a price that does not move.
pub(super) fn volatility(
    prices: &PricePanel,
    asset: AssetId,
    rows: Range<usize>,
    least: usize,
) -> Option<f64> {
    let known: Vec<f64> = rows.filter_map(|row| prices.price(asset, row)).collect();
    let returns: Vec<f64> = known.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect();
    if returns.len() < least {
        return None;
    }
    let centre = moments::mean(&returns)?;
    let squares = moments::sum_squared_deviations(&returns, centre);
    if moments::is_negligible(squares, moments::return_level(&returns), returns.len()) {
        return None;
    }
    moments::std_dev(&returns)
}
