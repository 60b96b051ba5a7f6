//! Tests that need no other date: placebo assets, and the conformal test of one event.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::evaluate::{Evaluation, EventValues};
use super::placebo::fault_in_words;
use super::{EventStudy, StudyData};
use crate::abnormal::{AbnormalReturns, EventRequest, PortfolioRule, Response};
use crate::events::EventId;
use crate::inference::{AssetDraw, PlaceboAssets, PlaceboAssetsResult, conformal_series};
use crate::panel::{AssetId, Candidate, Universe};
use crate::resampling::{
    ConformalInterval, ConformalPermutations, ConformalResult, ConformalStatistic, ConformalTest,
};
use crate::{Error, Result};

/// How the conformal test of every event is run, see [`ConformalTest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConformalSettings {
    /// What is computed from the residuals of the window; the sum of their sizes unless set.
    pub statistic: ConformalStatistic,
    /// In which orders the residuals might have come; shifts unless set.
    pub permutations: ConformalPermutations,
    /// Permutations in any order to draw, and the most to enumerate; 9,999 unless set. Shifts are
    /// all evaluated.
    pub n_draws: usize,
}

impl Default for ConformalSettings {
    fn default() -> Self {
        Self {
            statistic: ConformalStatistic::default(),
            permutations: ConformalPermutations::default(),
            n_draws: 9_999,
        }
    }
}

impl ConformalSettings {
    fn test(self, seed: u64) -> ConformalTest {
        ConformalTest::new()
            .statistic(self.statistic)
            .permutations(self.permutations)
            .draws(self.n_draws)
            .seed(seed)
    }
}

/// The conformal test of one event in one window.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ConformalEstimate {
    /// Statistic, p-value, rows.
    pub result: ConformalResult,
    /// Interval at the level of the study of an effect that is the same on every row, a decimal
    /// fraction per row; `None` where too few permutations reject at that level, or effects of any
    /// size or none are accepted.
    pub interval: Option<ConformalInterval>,
}

/// Which assets the responding ones are compared with, see [`PlaceboAssets`].
///
/// The pool of an event are the assets of a universe on its date, without those that respond to an
/// event of that date and without the factors of the model, which are fitted to themselves. They are
/// fitted as the responding ones are; where windows of other events are left out of the estimation,
/// those are the events that the pool has as well.
#[derive(Debug, Clone)]
pub struct PlaceboAssetsSettings {
    /// The universe of the pool, which may hold the responding assets too.
    pub pool: Universe,
    /// Which assets a set takes at several events; unless set, the same at all of them where the
    /// responding ones are the same, and others at each event where not.
    pub draw: Option<AssetDraw>,
    /// Sets to draw, and the most to enumerate.
    pub n_sets: usize,
}

impl PlaceboAssetsSettings {
    /// Assets of this universe, 9,999 sets.
    pub fn of(pool: Universe) -> Self {
        Self { pool, draw: None, n_sets: 9_999 }
    }

    pub(super) fn stated(&self) -> StatedPlaceboAssets {
        StatedPlaceboAssets { pool: self.pool.rule(), draw: self.draw, n_sets: self.n_sets }
    }
}

/// [`PlaceboAssetsSettings`] as an outcome states them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedPlaceboAssets {
    /// The universe of the pool, in words.
    pub pool: String,
    /// Which assets a set takes at several events, where that was set.
    pub draw: Option<AssetDraw>,
    /// Sets.
    pub n_sets: usize,
}

/// What there is of an answer, and else why not.
type Found<T> = (Option<T>, Option<String>);

impl EventStudy {
    /// The conformal test of one event.
    pub(super) fn conformal(
        &self,
        data: &StudyData,
        evaluation: &Evaluation,
        window: usize,
        event: &EventValues,
    ) -> Result<Found<ConformalEstimate>> {
        let (Some(settings), Some(value)) = (self.conformal, &event.windows[window]) else {
            return Ok((None, None));
        };
        if self.rule != PortfolioRule::MeanOfCars {
            return Ok((None, Some(not_of_cars(self.rule).to_string())));
        }
        let weight = |asset: &AssetId| (*asset, evaluation.weights[&(event.id, *asset)]);
        let members: Vec<(AssetId, f64)> = value.assets.iter().map(weight).collect();
        let series = conformal_series(
            &evaluation.table,
            data.factors(),
            self.model.as_ref(),
            event.id,
            &members,
            &self.windows[window],
        );
        let test = settings.test(self.seed);
        let found = series.and_then(|series| {
            let interval = match test.interval(&series, self.level) {
                Ok(interval) => Some(interval),
                Err(Error::TooFew { .. } | Error::IntervalNotDefined { .. }) => None,
                Err(error) => return Err(error),
            };
            Ok(ConformalEstimate { result: test.test(&series)?, interval })
        });
        match found {
            // Rows that do not vary are the event's misfortune, not the study's.
            Err(error @ (Error::DegenerateVariance { .. } | Error::NoResponses { .. })) => {
                Ok((None, Some(error.to_string())))
            }
            found => fault_in_words(found),
        }
    }

    /// The responding assets and their pools, fitted together.
    pub(super) fn with_pool(
        &self,
        data: &StudyData,
        evaluation: &Evaluation,
    ) -> Result<Option<AbnormalReturns>> {
        let Some(settings) = &self.placebo_assets else { return Ok(None) };
        let prices = data.prices();
        let factors: Vec<AssetId> =
            self.model.factors().iter().filter_map(|name| prices.find(name)).collect();
        let mut requests = Vec::with_capacity(evaluation.events.len());
        for event in &evaluation.events {
            let members = event.windows.iter().flatten().flat_map(|window| &window.assets);
            let mut assets: BTreeSet<AssetId> = members.copied().collect();
            let of_date = responding(evaluation, event.day_zero);
            for candidate in settings.pool.select(prices, event.date) {
                let Candidate::Member { asset, .. } = candidate else { continue };
                if !of_date.contains(&asset) && !factors.contains(&asset) {
                    assets.insert(asset);
                }
            }
            requests.push(EventRequest {
                event: event.id,
                date: event.date,
                label: evaluation
                    .table
                    .event_rows(event.id)
                    .map_or_else(String::new, |rows| rows.label.clone()),
                assets: assets.into_iter().collect(),
            });
        }
        let nobody: Arc<[EventRequest]> = Arc::new([]);
        self.table(data, &requests, &nobody, false).map(Some)
    }

    /// The members of a window among the assets of their pools.
    pub(super) fn against_pool(
        &self,
        pool: Option<&AbnormalReturns>,
        window: usize,
        members: &[(EventId, AssetId)],
    ) -> Result<Found<PlaceboAssetsResult>> {
        let (Some(settings), Some(table)) = (&self.placebo_assets, pool) else {
            return Ok((None, None));
        };
        let draw = settings.draw.unwrap_or_else(|| own_draw(members));
        let test = PlaceboAssets::new().draw(draw).sets(settings.n_sets).seed(self.seed);
        match test.compare_members(table, members, &self.windows[window]) {
            Err(error @ Error::NoResponses { .. }) => Ok((None, Some(error.to_string()))),
            found => fault_in_words(found),
        }
    }
}

/// The conformal test is of the abnormal returns that the mean of CARs adds up.
pub(super) fn not_of_cars(rule: PortfolioRule) -> Error {
    Error::Setting {
        name: "conformal test of a portfolio",
        value: rule.name().to_owned(),
        expected: "the mean of CARs, whose abnormal returns it permutes",
    }
}

/// The assets with a fit to an event of that day 0, whether or not a window has them.
fn responding(evaluation: &Evaluation, day_zero: NaiveDate) -> BTreeSet<AssetId> {
    let events = evaluation.events.iter().filter(|event| event.day_zero == day_zero);
    events.flat_map(|event| evaluation.table.responses_of(event.id)).map(Response::asset).collect()
}

/// The same assets at all events, where the members are.
fn own_draw(members: &[(EventId, AssetId)]) -> AssetDraw {
    let of_event = |event: EventId| -> BTreeSet<AssetId> {
        members.iter().filter(|(e, _)| *e == event).map(|(_, asset)| *asset).collect()
    };
    let events: BTreeSet<EventId> = members.iter().map(|(event, _)| *event).collect();
    let mut sets = events.into_iter().map(of_event);
    match sets.next() {
        Some(first) if sets.all(|set| set == first) => AssetDraw::SameAtAllEvents,
        _ => AssetDraw::AnewAtEachEvent,
    }
}
