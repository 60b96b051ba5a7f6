//! From events to one abnormal return per event and window.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;

use super::{AssetSet, EventStudy, StudyData, Weighting};
use crate::abnormal::{
    AbnormalReturns, Design, EventPortfolio, EventRequest, EventRows, Exclusion, PortfolioRule,
    Reason, Response, variance_of_sum,
};
use crate::events::{EventId, Scope};
use crate::panel::{AssetId, Candidate};
use crate::{Error, Result};

/// An event or pseudo-event as the study sees it.
#[derive(Debug, Clone)]
pub(super) struct Occurrence<'a> {
    pub(super) id: EventId,
    pub(super) date: NaiveDate,
    pub(super) label: &'a str,
    pub(super) scope: &'a Scope,
}

/// What an event gave in one window.
#[derive(Debug, Clone)]
pub(super) struct WindowValue {
    /// Abnormal return of the event portfolio, a decimal fraction.
    pub(super) value: f64,
    /// Its variance from the steps of its own path; `None` where they do not tell.
    pub(super) variance: Option<f64>,
    /// First and last date of the window.
    pub(super) dates: (NaiveDate, NaiveDate),
    /// Assets in it.
    pub(super) assets: Vec<AssetId>,
    /// Share of them with a CAR above zero.
    pub(super) share_positive: f64,
}

/// What an event gave.
#[derive(Debug, Clone)]
pub(super) struct EventValues {
    pub(super) id: EventId,
    pub(super) date: NaiveDate,
    /// First date of the responses on or after it. Events that share it are one draw.
    pub(super) day_zero: NaiveDate,
    /// One per window of the study; `None` where the event does not cover it.
    pub(super) windows: Vec<Option<WindowValue>>,
    /// Dates and abnormal return from the start of the span through each of them.
    pub(super) path: Vec<(NaiveDate, f64)>,
}

/// Market values of the members by event and asset, where the universe knows them.
pub(super) type Members = BTreeMap<(EventId, AssetId), Option<f64>>;

/// Weights of the members by event and asset.
pub(super) type Weights = BTreeMap<(EventId, AssetId), f64>;

/// Responses of all events, before they are weighted.
pub(super) struct Responses {
    pub(super) table: AbnormalReturns,
    members: Members,
    exclusions: Vec<Exclusion>,
}

/// All events of a study.
pub(super) struct Evaluation {
    pub(super) table: AbnormalReturns,
    pub(super) events: Vec<EventValues>,
    pub(super) weights: Weights,
    pub(super) exclusions: Vec<Exclusion>,
}

impl EventStudy {
    /// Selects, fits and averages.
    pub(super) fn evaluate(
        &self,
        data: &StudyData,
        occurrences: &[Occurrence<'_>],
    ) -> Result<Evaluation> {
        let nobody: Arc<[EventRequest]> = Arc::new([]);
        let mut responses = self.fit_responses(data, occurrences, &nobody, true)?;
        let mut exclusions = std::mem::take(&mut responses.exclusions);
        self.name_causes(data, occurrences, &mut exclusions);
        let (weights, events) = self.values(&responses, self.paths, &mut exclusions)?;
        Ok(Evaluation { table: responses.table, events, weights, exclusions })
    }

    /// Selects the assets of every event and fits the model to them. `beside` are events whose
    /// windows the estimation may have to leave out, though they are not asked about.
    pub(super) fn fit_responses(
        &self,
        data: &StudyData,
        occurrences: &[Occurrence<'_>],
        beside: &Arc<[EventRequest]>,
        keep_residuals: bool,
    ) -> Result<Responses> {
        let (requests, members, mut exclusions) = self.requests(data, occurrences);
        let table = self.table(data, &requests, beside, keep_residuals)?;
        exclusions.extend(table.exclusions().iter().cloned());
        Ok(Responses { table, members, exclusions })
    }

    /// Fits the model to these assets.
    pub(super) fn table(
        &self,
        data: &StudyData,
        requests: &[EventRequest],
        beside: &Arc<[EventRequest]>,
        keep_residuals: bool,
    ) -> Result<AbnormalReturns> {
        let mut design = Design::new(self.windows.clone(), self.estimation.clone())?
            .missing(self.missing)
            .beside(beside.clone());
        if let Some(sessions) = data.sessions() {
            design = design.sessions(sessions.clone());
        }
        AbnormalReturns::compute_keeping(
            data.returns(),
            data.factors(),
            self.model.as_ref(),
            &design,
            requests,
            keep_residuals,
        )
    }

    /// The assets of every event, and what is left out of its universe.
    pub(super) fn requests(
        &self,
        data: &StudyData,
        occurrences: &[Occurrence<'_>],
    ) -> (Vec<EventRequest>, Members, Vec<Exclusion>) {
        let mut exclusions = Vec::new();
        let mut members = Members::new();
        let mut requests = Vec::new();
        for occurrence in occurrences {
            let found = self.members(data, occurrence, &mut exclusions);
            members.extend(found.iter().map(|(a, value)| ((occurrence.id, *a), *value)));
            requests.push(EventRequest {
                event: occurrence.id,
                date: occurrence.date,
                label: occurrence.label.to_owned(),
                assets: found.into_iter().map(|(a, _)| a).collect(),
            });
        }
        (requests, members, exclusions)
    }

    /// Weighs the responses and averages them, event by event.
    pub(super) fn values(
        &self,
        responses: &Responses,
        with_paths: bool,
        exclusions: &mut Vec<Exclusion>,
    ) -> Result<(Weights, Vec<EventValues>)> {
        let weight = |value: Option<f64>| match (self.weighting, value) {
            (Weighting::Equal, _) => Ok(1.0),
            (Weighting::MarketValue, Some(value)) => Ok(value),
            (Weighting::MarketValue, None) => Err(Error::Setting {
                name: "weighting",
                value: "market value".to_owned(),
                expected: "a universe that knows market values (the top n)",
            }),
        };
        let weights = responses
            .members
            .iter()
            .map(|(key, value)| Ok((*key, weight(*value)?)))
            .collect::<Result<Weights>>()?;
        let table = &responses.table;
        let mut events = Vec::with_capacity(table.events().len());
        for event in table.events() {
            events.push(self.event_values(table, event, &weights, with_paths, exclusions)?);
        }
        Ok((weights, events))
    }

    /// The assets of an event with their market values, where the universe knows them.
    pub(super) fn members(
        &self,
        data: &StudyData,
        occurrence: &Occurrence<'_>,
        exclusions: &mut Vec<Exclusion>,
    ) -> Vec<(AssetId, Option<f64>)> {
        let prices = data.prices();
        let candidates = match occurrence.scope {
            Scope::Market => self.universe.select(prices, occurrence.date),
            Scope::Asset(name) => match prices.find(name) {
                Some(asset) => vec![Candidate::Member { asset, market_value: None }],
                None => vec![Candidate::NotInPanel { name: name.clone() }],
            },
        };
        let mut members = Vec::new();
        for candidate in candidates {
            let (name, reason) = match candidate {
                Candidate::Member { asset, market_value } => {
                    members.push((asset, market_value));
                    continue;
                }
                Candidate::ByRule { name, kind } => (name, Reason::ByRule { kind }),
                Candidate::NotInPanel { name } => (name, Reason::NotInPanel { meant: None }),
                Candidate::NotTraded { asset, last_price } => {
                    (prices.name(asset).to_owned(), Reason::NotTraded { last_price })
                }
                Candidate::HistoryTooShort { asset, n_found, n_needed } => {
                    let reason = Reason::HistoryTooShort { n_found, n_needed };
                    (prices.name(asset).to_owned(), reason)
                }
            };
            exclusions.push(Exclusion {
                event: occurrence.date,
                label: occurrence.label.to_owned(),
                asset: Some(name),
                window: None,
                reason,
            });
        }
        members
    }

    fn event_values(
        &self,
        table: &AbnormalReturns,
        event: &EventRows,
        weights: &Weights,
        with_paths: bool,
        exclusions: &mut Vec<Exclusion>,
    ) -> Result<EventValues> {
        let responses: Vec<&Response> = table.responses_of(event.event).collect();
        let mut rows: Vec<Option<Range<usize>>> = Vec::with_capacity(self.windows.len());
        for window in &self.windows {
            // Windows that leave the data were counted when the event was placed.
            rows.push(table.window_rows(event, window)?.ok());
        }
        let mut lacking: Vec<(usize, Reason)> = Vec::new();
        let sets = self.asset_sets(table, &responses, &mut rows, &mut lacking);
        for (window, reason) in lacking {
            exclusions.push(Exclusion {
                event: event.date,
                label: event.label.clone(),
                asset: None,
                window: Some(self.windows[window].to_string()),
                reason,
            });
        }
        // Sums over windows with the same members add up the same days.
        let hull = self.shared_days(&rows);
        let days = match (&hull, sets.first()) {
            (Some(hull), Some(set)) => portfolio_of(table, set, weights)?.daily(hull.clone()),
            _ => Vec::new(),
        };
        let date = |row: usize| table.axis().date(event.span.start + row);
        let mut windows = Vec::with_capacity(rows.len());
        let mut longest: Option<(Range<usize>, &Vec<&Response>)> = None;
        for (rows, set) in rows.iter().zip(&sets) {
            let Some(rows) = rows else {
                windows.push(None);
                continue;
            };
            let (value, variance) = if let Some(hull) = &hull {
                let steps = &days[rows.start - hull.start..rows.end - hull.start];
                (steps.iter().sum(), variance_of_sum(steps))
            } else {
                let path = portfolio_of(table, set, weights)?
                    .path(self.rule, rows.clone())?
                    .map_err(|r| uncovered(&r))?;
                let value = path.last().copied().unwrap_or_default();
                (value, variance_of_sum(&steps_of(&path)))
            };
            let mut n_positive = 0;
            for response in set {
                let car = response.sum(rows.clone());
                n_positive += usize::from(car > 0.0);
            }
            windows.push(Some(WindowValue {
                value,
                variance,
                dates: (date(rows.start), date(rows.end - 1)),
                assets: set.iter().map(|r| r.asset()).collect(),
                share_positive: n_positive as f64 / set.len() as f64,
            }));
            if longest.as_ref().is_none_or(|(l, _)| rows.len() > l.len()) {
                longest = Some((rows.clone(), set));
            }
        }
        let path = match longest {
            Some((rows, set)) if with_paths => {
                let portfolio = portfolio_of(table, set, weights)?;
                let values = portfolio.path(self.rule, rows.clone())?.map_err(|r| uncovered(&r))?;
                rows.map(date).zip(values).collect()
            }
            _ => Vec::new(),
        };
        let day_zero = table.axis().date(event.event_row);
        Ok(EventValues { id: event.event, date: event.date, day_zero, windows, path })
    }

    /// The rows from the first to the last of any window, where all windows have the same members and
    /// their values are sums over days.
    fn shared_days(&self, rows: &[Option<Range<usize>>]) -> Option<Range<usize>> {
        if self.rule != PortfolioRule::MeanOfCars || self.asset_set != AssetSet::Fixed {
            return None;
        }
        let start = rows.iter().flatten().map(|r| r.start).min()?;
        Some(start..rows.iter().flatten().map(|r| r.end).max()?)
    }

    /// The responses of each window. A window with too few is set to `None` in `rows`.
    pub(super) fn asset_sets<'t>(
        &self,
        table: &AbnormalReturns,
        responses: &[&'t Response],
        rows: &mut [Option<Range<usize>>],
        lacking: &mut Vec<(usize, Reason)>,
    ) -> Vec<Vec<&'t Response>> {
        let covers = |response: &Response, rows: &Option<Range<usize>>| match rows {
            Some(rows) => table.check_coverage(response, rows).is_ok(),
            None => true,
        };
        let too_few = |n_found| Reason::TooFewAssets { n_found, n_needed: self.min_assets };
        if self.asset_set == AssetSet::PerWindow {
            let mut sets = Vec::with_capacity(rows.len());
            for (window, rows) in rows.iter_mut().enumerate() {
                let set: Vec<&Response> =
                    responses.iter().copied().filter(|r| covers(r, rows)).collect();
                if rows.is_some() && set.len() < self.min_assets {
                    lacking.push((window, too_few(set.len())));
                    *rows = None;
                }
                sets.push(set);
            }
            return sets;
        }
        loop {
            let set: Vec<&Response> = responses
                .iter()
                .copied()
                .filter(|r| rows.iter().all(|rows| covers(r, rows)))
                .collect();
            let last =
                (0..rows.len()).filter_map(|w| rows[w].as_ref().map(|r| (r.end, r.len(), w))).max();
            match last {
                Some((_, _, window)) if set.len() < self.min_assets => {
                    lacking.push((window, too_few(set.len())));
                    rows[window] = None;
                }
                _ => return vec![set; rows.len()],
            }
        }
    }
}

fn portfolio_of<'t>(
    table: &'t AbnormalReturns,
    set: &[&'t Response],
    weights: &Weights,
) -> Result<EventPortfolio<'t>> {
    let members = set.iter().map(|r| (*r, weights[&(r.event(), r.asset())])).collect();
    EventPortfolio::new(table, members)
}

/// What a path gains on each row.
pub(super) fn steps_of(path: &[f64]) -> Vec<f64> {
    let before = std::iter::once(&0.0).chain(path);
    path.iter().zip(before).map(|(x, before)| x - before).collect()
}

/// Members were chosen because they cover the window, so this is never reached with them.
pub(super) fn uncovered(reason: &Reason) -> Error {
    Error::NoResponses { n_excluded: 1, first_reason: reason.to_string() }
}
