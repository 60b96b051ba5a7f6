//! Whether value moves between assets or leaves them.

use chrono::NaiveDate;
use serde::Serialize;

use super::turnover::{snapshot, too_few};
use super::{Levels, Period, RankTurnover, rank_turnover};
use crate::numeric::moments::std_dev;
use crate::numeric::quantile::{median, quantile_sorted, sorted};
use crate::panel::{AssetId, ExcludedAssets, MarketValues};
use crate::time::add_months;
use crate::{Error, Result};

/// How concentrated market value is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Concentration {
    /// Date of the snapshot.
    pub snapshot: NaiveDate,
    /// Herfindahl index `Σ wᵢ²` of the value shares, from 1/n (all equal) to 1 (all in one).
    pub herfindahl: f64,
    /// `1 / Σ wᵢ²`: the number of equal assets that would be as concentrated.
    pub effective_number: f64,
    /// Assets in the sum.
    pub n_assets: usize,
}

/// Herfindahl index of the market values at the last snapshot on or before `date`, without the
/// excluded assets.
///
/// `H = Σ wᵢ²`, `wᵢ = Vᵢ / Σ V`. Small assets hardly count, so that lists of different length
/// compare, unlike their shares of turnover. In crypto it is mostly the square of the share of
/// bitcoin.
///
/// # Errors
///
/// [`Error::NoSnapshot`]; [`Error::TooFew`] where every asset is excluded.
pub fn concentration(
    values: &MarketValues,
    excluded: &ExcludedAssets,
    date: NaiveDate,
    max_age_days: u32,
) -> Result<Concentration> {
    let (of, listed) = snapshot(values, date, max_age_days)?;
    let kept: Vec<f64> = kept(listed, excluded).collect();
    if kept.is_empty() {
        return Err(too_few(of, 1, 0));
    }
    let total: f64 = kept.iter().sum();
    let herfindahl: f64 = kept.iter().map(|v| (v / total).powi(2)).sum();
    Ok(Concentration {
        snapshot: of,
        herfindahl,
        effective_number: 1.0 / herfindahl,
        n_assets: kept.len(),
    })
}

/// How far the returns of assets lie apart over one period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ReturnDispersion {
    /// Standard deviation across assets of their log returns, divisor n − 1; `None` for fewer than
    /// two assets.
    pub std_dev: Option<f64>,
    /// Upper less lower quartile of the same, by linear interpolation; a single asset that
    /// multiplies moves it little. `None` without assets.
    pub interquartile_range: Option<f64>,
    /// Assets with a level at both ends.
    pub n_assets: usize,
    /// Assets without one.
    pub n_lacking: usize,
}

/// Cross-sectional dispersion of log returns over a period.
///
/// `√(1/(n − 1) Σ (rᵢ − r̄)²)` of Christie and Huang 1995,
/// <https://doi.org/10.2469/faj.v51.n4.1918>, with `rᵢ = ln(Pᵢ(to) / Pᵢ(from))` in place of simple
/// returns, whose dispersion a single winner makes. Low dispersion: all move together; high: some
/// are sold for others, or news differ.
///
/// # Errors
///
/// [`Error::DuplicateAsset`] for an asset listed twice.
pub fn return_dispersion(
    levels: Levels<'_>,
    assets: &[AssetId],
    period: Period,
) -> Result<ReturnDispersion> {
    levels.check_distinct(assets)?;
    let returns: Vec<f64> =
        assets.iter().filter_map(|a| levels.gross_return(*a, period)).map(f64::ln).collect();
    let ordered = sorted(&returns);
    let quartiles = quantile_sorted(&ordered, 0.25).zip(quantile_sorted(&ordered, 0.75));
    Ok(ReturnDispersion {
        std_dev: std_dev(&returns),
        interquartile_range: quartiles.map(|(low, high)| high - low),
        n_assets: returns.len(),
        n_lacking: assets.len() - returns.len(),
    })
}

/// Where value went over a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueFlow {
    /// The total held, and more assets than usual changed ranks.
    Rotation,
    /// The total held, and no more than usual did.
    Standstill,
    /// The total fell, whatever the ranks did.
    Withdrawal,
}

/// When a span is a rotation and when a withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RotationRule {
    /// The n largest assets that are looked at, at each end of the span.
    pub n: usize,
    /// Length of the span in months.
    pub months: u32,
    /// Spans of that length before it whose median turnover is the usual one, ending one, two, …
    /// months earlier.
    pub history_months: u32,
    /// Fewest of these spans that must be known.
    pub min_history: usize,
    /// A fall of the total by more than this share is a withdrawal, a decimal fraction.
    pub hold: f64,
}

impl Default for RotationRule {
    /// The 50 largest, one month, against 24 months of which 6 must be known; 10 %.
    fn default() -> Self {
        Self { n: 50, months: 1, history_months: 24, min_history: 6, hold: 0.10 }
    }
}

/// A span with its turnover, its change of value and what they make of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rotation {
    /// Turnover of the top n over the span.
    pub turnover: RankTurnover,
    /// Median share that left over the spans before.
    pub usual_share_left: f64,
    /// Spans in that median.
    pub n_history: usize,
    /// Spans of the history without two snapshots that rank n assets.
    pub n_lacking: usize,
    /// Value of the n largest at the start, currency units.
    pub first_value: f64,
    /// Value of the n largest at the end.
    pub last_value: f64,
    /// `last / first − 1`, a decimal fraction.
    pub change: f64,
    /// The classification.
    pub flow: ValueFlow,
}

/// Rotation or withdrawal over the months up to `date`.
///
/// With V the value of the n largest assets at the snapshots of both ends and `u` the share of the
/// first n that left ([`rank_turnover`]): *withdrawal* where `V₂/V₁ − 1 < −hold`; else *rotation*
/// where u is above the median u of the spans before; else *standstill*. Nothing after the last
/// snapshot on or before `date` is read.
///
/// A change of value is price and issuance together, no flow of money: a fall of all prices by 20 %
/// without a single sale is a withdrawal here. Where market values are estimates carried from list
/// to list, turnover is that of the lists.
///
/// # Errors
///
/// [`Error::Setting`] for a rule with no assets, months or history, or a `hold` outside [0, 1);
/// those of [`rank_turnover`] for the span itself; [`Error::TooFew`] where fewer than `min_history`
/// earlier spans are known.
pub fn rotation(
    values: &MarketValues,
    excluded: &ExcludedAssets,
    rule: &RotationRule,
    date: NaiveDate,
    max_age_days: u32,
) -> Result<Rotation> {
    rule.check()?;
    let back = |months: u32| {
        i32::try_from(months).ok().and_then(|m| add_months(date, -m)).unwrap_or(NaiveDate::MIN)
    };
    let turnover_of =
        |first, second| rank_turnover(values, excluded, rule.n, first, second, max_age_days);
    let turnover = turnover_of(back(rule.months), date)?;
    let history: Vec<Option<f64>> = (1..=rule.history_months)
        .map(|k| match turnover_of(back(k.saturating_add(rule.months)), back(k)) {
            Ok(found) => Ok(Some(found.share_left)),
            Err(Error::NoSnapshot { .. } | Error::SameSnapshot { .. } | Error::TooFew { .. }) => {
                Ok(None)
            }
            Err(error) => Err(error),
        })
        .collect::<Result<_>>()?;
    let known: Vec<f64> = history.iter().copied().flatten().collect();
    let usual = median(&known).filter(|_| known.len() >= rule.min_history.max(1));
    let Some(usual_share_left) = usual else {
        return Err(Error::TooFew {
            what: format!("the usual turnover before {date}"),
            unit: "earlier spans",
            n_needed: rule.min_history.max(1),
            n_found: known.len(),
        });
    };
    let value_at = |of: NaiveDate| -> Result<f64> {
        let (_, listed) = snapshot(values, of, 0)?;
        Ok(kept(listed, excluded).take(rule.n).sum())
    };
    let first_value = value_at(turnover.first_snapshot)?;
    let last_value = value_at(turnover.second_snapshot)?;
    let change = last_value / first_value - 1.0;
    let flow = if change < -rule.hold {
        ValueFlow::Withdrawal
    } else if turnover.share_left > usual_share_left {
        ValueFlow::Rotation
    } else {
        ValueFlow::Standstill
    };
    Ok(Rotation {
        turnover,
        usual_share_left,
        n_history: known.len(),
        n_lacking: history.len() - known.len(),
        first_value,
        last_value,
        change,
        flow,
    })
}

/// [`rotation`] at every snapshot that has what it needs, in order of date.
///
/// # Errors
///
/// [`Error::Setting`] as [`rotation`].
pub fn rotations(
    values: &MarketValues,
    excluded: &ExcludedAssets,
    rule: &RotationRule,
    max_age_days: u32,
) -> Result<Vec<Rotation>> {
    let of_date = |date| match rotation(values, excluded, rule, date, max_age_days) {
        Ok(found) => Some(Ok(found)),
        Err(Error::NoSnapshot { .. } | Error::SameSnapshot { .. } | Error::TooFew { .. }) => None,
        Err(error) => Some(Err(error)),
    };
    values.dates().filter_map(of_date).collect()
}

/// Rotations against withdrawals over a period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RotationBalance {
    /// Spans that end in the period.
    pub n_spans: usize,
    /// Of these, rotations.
    pub n_rotation: usize,
    /// Of these, withdrawals.
    pub n_withdrawal: usize,
    /// `(rotations − withdrawals) / spans`, in −1 to 1; `None` without a span.
    pub balance: Option<f64>,
}

impl RotationBalance {
    /// Counts the spans whose second snapshot lies in the period.
    pub fn over(rotations: &[Rotation], period: Period) -> Self {
        let inside = rotations.iter().filter(|r| period.contains(r.turnover.second_snapshot));
        let (mut n_spans, mut n_rotation, mut n_withdrawal) = (0, 0, 0);
        for rotation in inside {
            n_spans += 1;
            n_rotation += usize::from(rotation.flow == ValueFlow::Rotation);
            n_withdrawal += usize::from(rotation.flow == ValueFlow::Withdrawal);
        }
        let balance = (n_rotation as f64 - n_withdrawal as f64) / n_spans as f64;
        Self { n_spans, n_rotation, n_withdrawal, balance: (n_spans > 0).then_some(balance) }
    }
}

impl RotationRule {
    fn check(&self) -> Result<()> {
        let counts = [("months", self.months), ("history_months", self.history_months)];
        if let Some((name, value)) = counts.into_iter().find(|(_, n)| *n == 0) {
            return Err(Error::Setting {
                name,
                value: value.to_string(),
                expected: "at least one month",
            });
        }
        if (0.0..1.0).contains(&self.hold) {
            return Ok(());
        }
        let value = self.hold.to_string();
        Err(Error::Setting { name: "hold", value, expected: "a fraction from 0 to below 1" })
    }
}

/// Values of the assets that are not excluded, largest first.
fn kept<'a>(
    listed: &'a [(String, f64)],
    excluded: &'a ExcludedAssets,
) -> impl Iterator<Item = f64> + 'a {
    listed.iter().filter(|(name, _)| excluded.kind(name).is_none()).map(|(_, value)| *value)
}

#[cfg(test)]
mod tests;
