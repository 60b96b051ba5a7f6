//! What was known of the market at the end of a date, for matching.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::comparison::{Admissible, Unit};
use super::evaluate::Occurrence;
use super::placebo::{Ordinary, Placebos};
use super::{
    EventStudy, MatchRule, MatchSeries, MatchTolerance, StudyData, TrailingMatch, TrailingMeasure,
    Weighting,
};
use crate::context::{trailing_return, trailing_volatility};
use crate::events::{EventId, Scope};
use crate::numeric::parallel;
use crate::panel::{AssetId, PricePanel, PriceSeries};
use crate::resampling::{MatchedDesign, PlaceboCovariate, PlaceboMatch};
use crate::{Error, Result};

/// Oldest value that stands for a date, in calendar days.
const MAX_AGE_DAYS: u32 = 7;

/// Values of the universe by date.
type Values = BTreeMap<NaiveDate, Option<f64>>;

/// Trailing returns and volatilities on any date, each computed once.
pub(super) struct States<'a> {
    study: &'a EventStudy,
    data: &'a StudyData,
    /// Those of the universe by measure and rows.
    of_universe: BTreeMap<(TrailingMeasure, usize), Values>,
}

impl EventStudy {
    /// An error where a rule looks at a series that the data lack.
    pub(super) fn check_matching(&self, data: &StudyData) -> Result<()> {
        for rule in self.placebo.iter().flat_map(|settings| &settings.matching) {
            match rule {
                MatchRule::Trailing(TrailingMatch { of: MatchSeries::Trigger, .. })
                    if data.trigger().is_none() =>
                {
                    return Err(Error::Setting {
                        name: "match of",
                        value: "the trigger".to_owned(),
                        expected: "data with a trigger",
                    });
                }
                MatchRule::Trailing(TrailingMatch { of: MatchSeries::Named(name), .. }) => {
                    data.series(name)?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl<'a> States<'a> {
    pub(super) fn new(study: &'a EventStudy, data: &'a StudyData) -> Self {
        Self { study, data, of_universe: BTreeMap::new() }
    }

    /// The rules of the study for events in a window, with the values of all dates that may match.
    pub(super) fn design(
        &mut self,
        placebos: &Placebos,
        window: usize,
        units: &[Unit],
        ordinary: &Ordinary,
        found: &Admissible,
    ) -> Result<MatchedDesign> {
        let before =
            |date: NaiveDate, start: NaiveDate| date.min(start.pred_opt().unwrap_or(start));
        let mut known: BTreeMap<NaiveDate, NaiveDate> =
            found.dates.iter().zip(&found.starts).map(|(d, s)| (*d, before(*d, *s))).collect();
        for unit in units {
            let start = ordinary.spans[window].iter().find(|span| span.0 == unit.date);
            let until = start.map_or(unit.known, |(_, start, _)| before(unit.known, *start));
            known.insert(unit.date, until);
        }
        let mut rules = Vec::with_capacity(ordinary.settings.matching.len());
        for rule in &ordinary.settings.matching {
            rules.push(match rule {
                MatchRule::CalendarMonth => PlaceboMatch::CalendarMonth,
                MatchRule::Trailing(of) => {
                    let covariate = self.covariate(of, placebos, found, &known)?;
                    match of.tolerance {
                        MatchTolerance::Bins(n_bins) => PlaceboMatch::Bin { covariate, n_bins },
                        MatchTolerance::Nearest(k) => PlaceboMatch::Nearest { covariate, k },
                        MatchTolerance::Within(within) => {
                            PlaceboMatch::Caliper { covariate, within }
                        }
                    }
                }
            });
        }
        Ok(MatchedDesign::new(rules)?
            .min_separation_days(
                ordinary.settings.min_separation_days.unwrap_or(0).max(ordinary.lengths[window]),
            )
            .window_days(ordinary.lengths[window])
            .sets(ordinary.settings.n_sets)
            .seed(self.study.seed))
    }

    /// The value of each date, from what was known on the date beside it.
    fn covariate(
        &mut self,
        of: &TrailingMatch,
        placebos: &Placebos,
        found: &Admissible,
        known: &BTreeMap<NaiveDate, NaiveDate>,
    ) -> Result<PlaceboCovariate> {
        let series = match &of.of {
            MatchSeries::Trigger => self.data.trigger().cloned().ok_or(Error::SessionsMissing)?,
            MatchSeries::Named(name) => self.data.series(name)?,
            MatchSeries::Response => match &found.used[..] {
                [only] => match &placebos[*only].scope {
                    Scope::Asset(name) => self.data.series(name)?,
                    Scope::Market => return self.of_universe(of, known),
                },
                _ => {
                    return Err(Error::Setting {
                        name: "match of",
                        value: "the response".to_owned(),
                        expected: "events that agree in who responds to them",
                    });
                }
            },
        };
        let all = PlaceboCovariate::new(of.name(), trailing(of, &series)?)?;
        let all = all.max_age_days(MAX_AGE_DAYS);
        let values = known.iter().filter_map(|(date, until)| Some((*date, all.on(*until)?)));
        Ok(PlaceboCovariate::new(of.name(), values.collect())?.max_age_days(0))
    }

    /// As [`covariate`](Self::covariate) for the assets of the universe.
    fn of_universe(
        &mut self,
        of: &TrailingMatch,
        known: &BTreeMap<NaiveDate, NaiveDate>,
    ) -> Result<PlaceboCovariate> {
        let (study, data) = (self.study, self.data);
        let there = self.of_universe.entry((of.measure, of.n_rows)).or_default();
        let mut wanted: Vec<NaiveDate> =
            known.values().filter(|date| !there.contains_key(date)).copied().collect();
        wanted.sort_unstable();
        wanted.dedup();
        let on = |k: usize| match study.universe_series(data, wanted[k], of.n_rows)? {
            Some(series) => Ok(trailing(of, &series)?.last().map(|(_, value)| *value)),
            None => Ok(None),
        };
        let values: Vec<Option<f64>> =
            parallel::map(wanted.len(), on).into_iter().collect::<Result<_>>()?;
        there.extend(wanted.into_iter().zip(values));
        let values = known
            .iter()
            .filter_map(|(date, until)| Some((*date, there.get(until).copied().flatten()?)));
        Ok(PlaceboCovariate::new(of.name(), values.collect())?.max_age_days(0))
    }
}

/// The values of a design stand for their own date alone, and are of prices as old as this.
pub(super) fn with_age(error: Error) -> Error {
    match error {
        Error::NoCovariate { covariate, event, .. } => {
            Error::NoCovariate { covariate, event, max_age_days: MAX_AGE_DAYS }
        }
        error => error,
    }
}

fn trailing(of: &TrailingMatch, series: &PriceSeries) -> Result<Vec<(NaiveDate, f64)>> {
    match of.measure {
        TrailingMeasure::TrailingReturn => trailing_return(series, of.n_rows),
        TrailingMeasure::TrailingVolatility => trailing_volatility(series, of.n_rows),
    }
}

impl EventStudy {
    /// The universe of a date as one series of `n_rows` + 1 closes up to that date: the assets that
    /// are members on it, weighted as in the study and rebalanced at each close. `None` where there
    /// are not so many rows, or the last one is too old.
    ///
    /// An asset that lacks a price has its next return from its last price, as one asset by itself
    /// has; on each row the mean is over those that have a return.
    fn universe_series(
        &self,
        data: &StudyData,
        date: NaiveDate,
        n_rows: usize,
    ) -> Result<Option<PriceSeries>> {
        let (prices, axis) = (data.prices(), data.prices().axis());
        let scope = &Scope::Market;
        let occurrence = Occurrence { id: EventId::FIRST, date, label: "state", scope };
        let mut members: Vec<(AssetId, f64)> = Vec::new();
        for (asset, value) in self.members(data, &occurrence, &mut Vec::new()) {
            let weight = match self.weighting {
                Weighting::Equal => Some(1.0),
                Weighting::MarketValue => value,
            };
            members.extend(weight.map(|weight| (asset, weight)));
        }
        let Some(last) = axis.last_on_or_before(date) else { return Ok(None) };
        let mut returns: Vec<(usize, f64)> = Vec::with_capacity(n_rows);
        for row in (1..=last).rev() {
            if returns.len() == n_rows {
                break;
            }
            returns.extend(mean_return(prices, &members, row).map(|mean| (row, mean)));
        }
        let (Some((newest, _)), Some((oldest, _))) = (returns.first(), returns.last()) else {
            return Ok(None);
        };
        let age = (date - axis.date(*newest)).num_days();
        if returns.len() < n_rows || age > i64::from(MAX_AGE_DAYS) {
            return Ok(None);
        }
        let mut closes = vec![(axis.date(oldest - 1), 1.0)];
        let mut close = 1.0;
        for (row, mean) in returns.iter().rev() {
            close *= 1.0 + mean;
            closes.push((axis.date(*row), close));
        }
        PriceSeries::from_closes("the response", closes).map(Some)
    }
}

/// Weighted mean of the simple returns that end on a row; `None` where no member has one.
fn mean_return(prices: &PricePanel, members: &[(AssetId, f64)], row: usize) -> Option<f64> {
    let (mut sum, mut total) = (0.0, 0.0);
    for (asset, weight) in members {
        let Some(price) = prices.price(*asset, row) else { continue };
        let before = prices
            .price(*asset, row - 1)
            .or_else(|| (0..row - 1).rev().find_map(|row| prices.price(*asset, row)));
        if let Some(before) = before {
            sum += weight * (price / before - 1.0);
            total += weight;
        }
    }
    (total > 0.0).then(|| sum / total)
}
