//! The cost of a trade, read from prices alone.

use chrono::NaiveDate;
use serde::Serialize;

use crate::numeric::moments::{mean, sum_squared_deviations};
use crate::panel::PriceSeries;
use crate::{Error, Result};

/// Roll's effective spread over the rows up to a date.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RollSpread {
    /// The date.
    pub date: NaiveDate,
    /// First-order autocovariance of the log returns.
    pub autocovariance: f64,
    /// `2 √−autocovariance`, a fraction of the price; zero where the autocovariance is above zero.
    pub spread: f64,
}

impl RollSpread {
    /// False where the autocovariance is above zero: the model of the spread does not hold, and its
    /// zero stands for "not seen".
    pub fn is_defined(&self) -> bool {
        self.autocovariance <= 0.0
    }
}

/// Roll's effective bid-ask spread from the last `n_rows` log returns of the closes up to and
/// including each date.
///
/// `S = 2 √−c`, `c = (1/m) Σ (r_s − r̄₁)(r_{s−1} − r̄₀)` over the m = `n_rows` − 1 pairs of
/// neighbouring returns, each side with its own mean. Roll 1984,
/// <https://doi.org/10.1111/j.1540-6261.1984.tb03897.x>: closes bounce between bid and ask, so that
/// returns of an efficient price are negatively autocorrelated. *Assumes* that buys and sells are
/// independent and equally likely, and that the price itself is a random walk. *Departures*: log
/// returns, so that S is relative; where c is above zero, as in about half of short samples of
/// daily data, the formula has no value and zero is put in, as is customary. Roll also reports −2
/// √c; here [`RollSpread::is_defined`] tells the cases apart.
///
/// On daily closes a spread of a few hundredths of a percent drowns in the sampling error of c, of
/// the order σ²/√m: with volatile assets S measures short-term reversal more than cost. Reversal is
/// what thin depth leaves behind, but no measure of depth. Returns span the days between two
/// closes.
///
/// The first `n_rows` rows have no value and are not in the list.
///
/// # Errors
///
/// [`Error::Setting`] for fewer than three rows; [`Error::TooFew`] where the series has no more
/// rows than that.
///
/// ```
/// use chrono::{Days, NaiveDate};
/// use eventstudy::context::roll_spread;
/// use eventstudy::panel::PriceSeries;
///
/// // Trades at bid (−) and ask (+), each triple once: + + + − + − − − + +.
/// let first = NaiveDate::from_ymd_opt(2021, 1, 1).unwrap();
/// let sides = [1.0, 1.0, 1.0, -1.0, 1.0, -1.0, -1.0, -1.0, 1.0, 1.0];
/// let closes = (0..).zip(sides).map(|(n, side)| {
///     (first + Days::new(n), (0.01_f64 * side).exp())
/// });
/// let series = PriceSeries::from_closes("s", closes.collect())?;
/// let found = roll_spread(&series, 9)?;
/// assert!((found[0].spread - 0.02).abs() < 1e-15);
/// # Ok::<(), eventstudy::Error>(())
/// ```
pub fn roll_spread(series: &PriceSeries, n_rows: usize) -> Result<Vec<RollSpread>> {
    if n_rows < 3 {
        return Err(Error::Setting {
            name: "rows of the spread",
            value: n_rows.to_string(),
            expected: "at least 3 rows",
        });
    }
    let (closes, dates) = (series.closes(), series.axis().dates());
    if closes.len() <= n_rows {
        return Err(Error::TooFew {
            what: format!("the spread of {} over {n_rows} rows", series.name()),
            unit: "closes",
            n_needed: n_rows + 1,
            n_found: closes.len(),
        });
    }
    let returns: Vec<f64> = closes.windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect();
    if let Some(row) = returns.iter().position(|r| !r.is_finite()) {
        return Err(Error::BadValue {
            series: format!("log return of {}", series.name()),
            date: dates[row + 1],
            value: returns[row],
            expected: "a finite number",
        });
    }
    let ends = dates[n_rows..].iter().zip(returns.windows(n_rows));
    Ok(ends
        .map(|(date, window)| {
            let autocovariance = autocovariance(window);
            let spread = 2.0 * (-autocovariance).max(0.0).sqrt();
            RollSpread { date: *date, autocovariance, spread }
        })
        .collect())
}

/// Covariance of neighbours, divisor the number of pairs, each side about its own mean.
fn autocovariance(x: &[f64]) -> f64 {
    let (before, after) = (&x[..x.len() - 1], &x[1..]);
    let (Some(m0), Some(m1)) = (mean(before), mean(after)) else { return 0.0 };
    let sum: f64 = before.iter().zip(after).map(|(a, b)| (a - m0) * (b - m1)).sum();
    // A constant series leaves the rounding of its mean.
    let scale = sum_squared_deviations(x, mean(x).unwrap_or(0.0));
    if sum.abs() <= f64::EPSILON * scale { 0.0 } else { sum / before.len() as f64 }
}

/// High, low and close of one day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct HighLowClose {
    /// The day.
    pub date: NaiveDate,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
}

/// The Corwin–Schultz spread of two days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct HighLowSpread {
    /// The second of the two days.
    pub date: NaiveDate,
    /// The estimate of these two days, a fraction of the price; it may be below zero.
    pub spread: f64,
    /// Whether the second day was moved to meet the close of the first, because it traded wholly
    /// above or below it.
    pub moved_overnight: bool,
}

impl HighLowSpread {
    /// The estimate with zero for values below it, as its authors use it.
    pub fn or_zero(&self) -> f64 {
        self.spread.max(0.0)
    }
}

/// Corwin and Schultz's bid-ask spread from the highs and lows of each two neighbouring rows.
///
/// With `β = Σ_{j=0,1} ln²(H_{t+j} / L_{t+j})` and `γ = ln²(H / L)` over both days together, `α =
/// (√(2β) − √β) / (3 − 2√2) − √(γ / (3 − 2√2))` and `S = 2 (e^α − 1) / (1 + e^α)`. Corwin and
/// Schultz 2012, <https://doi.org/10.1111/j.1540-6261.2012.01729.x>, equations 14 and 18: a high is
/// almost always a buy and a low a sell, so a day's range holds the spread once, and the variance
/// of one day; the range of two days holds it once too, and the variance of two.
///
/// Where the second day lies wholly above or below the close of the first, its high and low are
/// moved by the gap, as the paper does for overnight returns. *Assumes* continuous trade and a
/// constant spread over the two days. Single estimates scatter widely; average them over a month,
/// with values below zero set to zero ([`HighLowSpread::or_zero`]; biased upwards for small
/// spreads) or kept.
///
/// Rows must be sorted; a row is taken for the neighbour of the one before it, whatever days lie
/// between.
///
/// # Errors
///
/// [`Error::TooFew`] for fewer than two rows; [`Error::UnsortedAxis`]; [`Error::BadValue`] for a
/// low that is not positive, a high that is not finite or below the low, or a close outside the
/// two.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::context::{HighLowClose, corwin_schultz_spread};
///
/// // A price that does not move, bought 1 % above and sold 1 % below its middle.
/// let day = |d| NaiveDate::from_ymd_opt(2021, 1, d).unwrap();
/// let rows = [1, 2].map(|d| HighLowClose { date: day(d), high: 101.0, low: 99.0, close: 99.0 });
/// let found = corwin_schultz_spread("s", &rows)?;
/// assert!((found[0].spread - 0.02).abs() < 1e-15);
/// # Ok::<(), eventstudy::Error>(())
/// ```
pub fn corwin_schultz_spread(name: &str, rows: &[HighLowClose]) -> Result<Vec<HighLowSpread>> {
    if rows.len() < 2 {
        return Err(Error::TooFew {
            what: format!("the high-low spread of {name}"),
            unit: "days",
            n_needed: 2,
            n_found: rows.len(),
        });
    }
    for (index, row) in rows.iter().enumerate() {
        if let Some(previous) = index.checked_sub(1).map(|before| rows[before].date)
            && row.date <= previous
        {
            return Err(Error::UnsortedAxis { row: index, date: row.date, previous });
        }
        let fault = |what, value, expected| {
            Err(Error::BadValue {
                series: format!("{what} of {name}"),
                date: row.date,
                value,
                expected,
            })
        };
        if !(row.low.is_finite() && row.low > 0.0) {
            return fault("low", row.low, "a positive, finite price");
        }
        if !(row.high.is_finite() && row.high >= row.low) {
            return fault("high", row.high, "a finite price at or above the low");
        }
        if !(row.low..=row.high).contains(&row.close) {
            return fault("close", row.close, "a price from the low to the high");
        }
    }
    let spreads: Vec<_> = rows.windows(2).map(|pair| two_days(pair[0], pair[1])).collect();
    match spreads.iter().find(|s| !s.spread.is_finite()) {
        None => Ok(spreads),
        Some(s) => Err(Error::BadValue {
            series: format!("high-low spread of {name}"),
            date: s.date,
            value: s.spread,
            expected: "a finite number: the prices of the two days lie too far apart",
        }),
    }
}

fn two_days(first: HighLowClose, second: HighLowClose) -> HighLowSpread {
    let above = (second.low - first.close).max(0.0);
    let below = (first.close - second.high).max(0.0);
    let shift = below - above;
    let (high, low) = (second.high + shift, second.low + shift);
    let squared_log = |high: f64, low: f64| (high / low).ln().powi(2);
    let beta = squared_log(first.high, first.low) + squared_log(high, low);
    let gamma = squared_log(first.high.max(high), first.low.min(low));
    let root = std::f64::consts::SQRT_2;
    // √(3 − 2√2) = √2 − 1, without the cancellation.
    let small = root - 1.0;
    let alpha = beta.sqrt() / small - gamma.sqrt() / small;
    HighLowSpread {
        date: second.date,
        // 2 (e^α − 1)/(e^α + 1)
        spread: 2.0 * (0.5 * alpha).tanh(),
        moved_overnight: above > 0.0 || below > 0.0,
    }
}

#[cfg(test)]
mod tests;
