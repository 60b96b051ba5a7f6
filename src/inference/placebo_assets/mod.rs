//! The treated assets among sets of as many others.

mod event_cars;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use event_cars::{AtEvent, Group, keep_common, mean, mean_group};

use super::Card;
use crate::abnormal::AbnormalReturns;
use crate::events::EventId;
use crate::numeric::streams::stream;
use crate::numeric::{combinations, parallel};
use crate::panel::AssetId;
use crate::resampling::draws::draws;
use crate::resampling::{ReferenceDistribution, ReferenceSummary};
use crate::time::EventWindow;
use crate::{Error, Result};

const NAME: &str = "placebo assets";

/// Which assets a set takes at several events.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum AssetDraw {
    /// The same assets at all events: whole histories change places, so that an asset may respond
    /// to one event as it did to the last. The treated assets must be the same at all of them.
    #[default]
    SameAtAllEvents,
    /// Other assets at each event, as where the universe is chosen anew: the responses of an asset to
    /// different events are taken for independent.
    AnewAtEachEvent,
}

/// Inference by placebo assets: the mean CAR of the treated assets among those of random sets of as
/// many assets of a pool, at the same events.
///
/// With m treated assets and q in the pool, any m of the m + q might have been the treated ones. The
/// statistic of a set is the mean over the events of the mean CAR of its assets. All sets are
/// evaluated where there are no more than asked for, `p = #{sets at least as extreme} / #{sets}`, the
/// treated one among them; else set k is drawn from the stream (seed, k) and p has the +1. The
/// two-sided p-value is by distance from the mean over all sets.
///
/// - *Null*: the event does nothing to the treated assets that it does not do to the others. It is a
///   null about the *difference*: whatever moves all assets of that date cancels, also an effect of
///   the event on all of them.
/// - *Assumes* assets that are exchangeable under the null: of like volatility, like dependence on
///   each other, like fit of the model. Treated assets that move together more than the pool does
///   (one sector among many) have a mean that varies more, and p is too small.
/// - *Robust to* common shocks, few events (one is enough), any law of returns.
/// - *Distribution*: all choices of m of m + q, or draws of them.
/// - *Reference*: Fisher 1935, The Design of Experiments, section 21; sets of placebo units, Abadie,
///   Diamond and Hainmueller 2010, <https://doi.org/10.1198/jasa.2009.ap08746>, whose
///   [`PlaceboUnits`](super::PlaceboUnits) rank one asset.
/// - *Departures*: means of several treated units, and CARs in place of ratios of RMSPEs.
///
/// ```
/// use eventstudy::inference::PlaceboAssets;
/// use eventstudy::prelude::*;
///
/// let names = ["btc", "eth", "ltc", "xrp", "doge", "xmr", "dash"];
/// let options = CsvOptions::default().assets(names);
/// let prices = PricePanel::from_csv_path_with("data/crypto_close.csv", &options)?;
/// let window = EventWindow::days(1, 20)?;
/// let study = EventStudy::builder(Universe::of(names[1..].to_vec()), MarketModel::on("btc"))
///     .estimation_window(EstimationWindow::trailing(250)?)
///     .windows([window])
///     .build()?;
/// let events = EventSet::from_dates(&[NaiveDate::from_ymd_opt(2020, 11, 13).unwrap()])?;
/// let table = study.responses(&StudyData::new(prices.clone(), Compounding::Simple), &events)?;
///
/// let treated = [prices.asset("eth")?, prices.asset("ltc")?];
/// let found = PlaceboAssets::new().compare(&table, &treated, &window)?;
/// // Any two of six.
/// assert_eq!((found.reference.n, found.reference.exact), (14, true));
/// assert_eq!(found.reference.attainable_p, 1.0 / 15.0);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlaceboAssets {
    draw: AssetDraw,
    n_sets: usize,
    seed: u64,
}

/// Treated and placebo assets at one event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlaceboAssetsEvent {
    /// Date of the event.
    pub event: NaiveDate,
    /// Its label.
    pub label: String,
    /// Treated assets.
    pub n_treated: usize,
    /// Assets of the pool.
    pub n_placebo: usize,
    /// Assets of the pool without a CAR, or, with the same assets at all events, without one at
    /// every event.
    pub n_excluded: usize,
    /// Mean CAR of the treated assets, a decimal fraction.
    pub treated_caar: f64,
    /// Mean CAR of the pool, a decimal fraction.
    pub placebo_caar: f64,
}

/// Outcome of [`PlaceboAssets::compare`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlaceboAssetsResult {
    /// The mean CAR of the treated assets among those of the other sets.
    pub reference: ReferenceSummary,
    /// Who was compared at each event.
    pub events: Vec<PlaceboAssetsEvent>,
    /// Which assets a set takes at several events.
    pub draw: AssetDraw,
}

draws! {
    PlaceboAssets: sets -> n_sets, "Number of sets to draw, and the largest number to enumerate.",
    "The seed; set k is drawn from the stream (seed, k)."
}

impl PlaceboAssets {
    const CARD: Card = Card {
        id: "placebo-assets",
        name: NAME,
        null: "the event does nothing to the treated assets that it does not do to the others",
        assumes: "assets that are exchangeable under the null",
        robust_to: "whatever moves all assets at that date; any law of returns; few events",
        distribution: "all choices of as many assets, or draws of them with +1",
        allows_for_shared_dates: true,
        reference: "Fisher 1935; Abadie, Diamond and Hainmueller 2010",
        doi: "10.1198/jasa.2009.ap08746",
        departures: "means over several treated units; CARs in place of ratios of RMSPEs",
    };

    /// The same assets at all events, up to 9,999 sets enumerated or drawn, seed 0.
    pub fn new() -> Self {
        Self { draw: AssetDraw::default(), n_sets: 9_999, seed: 0 }
    }

    /// Null, assumptions, distribution, reference.
    pub fn card(&self) -> Card {
        Self::CARD
    }

    /// Which assets a set takes at several events.
    #[must_use]
    pub fn draw(mut self, draw: AssetDraw) -> Self {
        self.draw = draw;
        self
    }

    /// Compares assets, treated at every event of the table, with all others that respond there.
    ///
    /// The pool are the assets of the table that should not respond; make it with a universe that
    /// holds both.
    ///
    /// # Errors
    ///
    /// As [`compare_members`](Self::compare_members).
    pub fn compare(
        &self,
        table: &AbnormalReturns,
        treated: &[AssetId],
        window: &EventWindow,
    ) -> Result<PlaceboAssetsResult> {
        let events = table.events().iter().map(|rows| rows.event);
        let members: Vec<(EventId, AssetId)> =
            events.flat_map(|event| treated.iter().map(move |asset| (event, *asset))).collect();
        self.compare_members(table, &members, window)
    }

    /// Compares members that may differ from event to event; events without one are left out.
    ///
    /// # Errors
    ///
    /// [`Error::NoResponses`] where a treated asset has no response that covers the window;
    /// [`Error::DuplicateAsset`] for one that is listed twice under an event; [`Error::TooFew`]
    /// without treated assets or without a pool; [`Error::Setting`] for no sets, or treated assets
    /// that differ between the events of [`AssetDraw::SameAtAllEvents`]; [`Error::SessionsMissing`].
    pub fn compare_members(
        &self,
        table: &AbnormalReturns,
        treated: &[(EventId, AssetId)],
        window: &EventWindow,
    ) -> Result<PlaceboAssetsResult> {
        if self.n_sets == 0 {
            return Err(Error::Setting {
                name: "placebo sets",
                value: "0".to_owned(),
                expected: "at least one set",
            });
        }
        let mut at_events = Vec::new();
        for rows in table.events() {
            let own: Vec<AssetId> =
                treated.iter().filter(|(e, _)| *e == rows.event).map(|(_, a)| *a).collect();
            if !own.is_empty() {
                at_events.push(AtEvent::new(table, rows, &own, window)?);
            }
        }
        if self.draw == AssetDraw::SameAtAllEvents {
            keep_common(&mut at_events)?;
        }
        let n_placebo = at_events.iter().map(|e| e.pool.len()).min().unwrap_or(0);
        if n_placebo == 0 {
            let unit = if at_events.is_empty() { "treated assets" } else { "assets of the pool" };
            return Err(Error::TooFew { what: NAME.to_owned(), unit, n_needed: 1, n_found: 0 });
        }
        let groups: Vec<Group> = match self.draw {
            AssetDraw::AnewAtEachEvent => at_events.iter().map(AtEvent::group).collect(),
            AssetDraw::SameAtAllEvents => vec![mean_group(&at_events)],
        };
        Ok(PlaceboAssetsResult {
            reference: self.reference(&groups)?.summary(),
            events: at_events.into_iter().map(AtEvent::described).collect(),
            draw: self.draw,
        })
    }

    fn reference(&self, groups: &[Group]) -> Result<ReferenceDistribution> {
        let n_groups = groups.len() as f64;
        let observed =
            groups.iter().map(|g| mean(g.treated.iter().copied())).sum::<f64>() / n_groups;
        let n_choices =
            |g: &Group| combinations::n_choices(g.treated.len() + g.pool.len(), g.treated.len());
        let exact = groups.iter().map(n_choices).product::<f64>() <= self.n_sets as f64;
        let values = if exact {
            // The first choice of each group is the treated assets.
            let all: Vec<Vec<f64>> = groups.iter().map(Group::all_means).collect();
            let mut sums = vec![0.0];
            for means in &all {
                sums = sums.iter().flat_map(|s| means.iter().map(move |m| s + m)).collect();
            }
            sums.into_iter().skip(1).map(|sum| sum / n_groups).collect()
        } else {
            parallel::map(self.n_sets, |k| {
                let mut stream = stream(self.seed, k as u64);
                let mean = |group: &Group| {
                    let n = group.treated.len() + group.pool.len();
                    group.mean_of(&combinations::draw(&mut stream, n, group.treated.len()))
                };
                groups.iter().map(mean).sum::<f64>() / n_groups
            })
        };
        ReferenceDistribution::new(NAME, observed, values, (!exact).then_some(self.seed))
    }
}

impl Default for PlaceboAssets {
    fn default() -> Self {
        Self::new()
    }
}
