//! Which asset responds on which date, in a few bytes per response.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::abnormal::{Exclusion, Reason};
use crate::events::{EventSet, Scope};
use crate::panel::{Candidate, PricePanel, Universe};
use crate::{Error, Result};

/// The dates on which each of a list of assets responds.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::abnormal::ResponseDates;
///
/// let day = |d| NaiveDate::from_ymd_opt(2026, 1, d).unwrap();
/// let all = ResponseDates::shared(3, &[day(8), day(20)])?;
/// assert_eq!((all.n_assets(), all.n_responses(), all.dates().len()), (3, 6, 2));
/// let own = ResponseDates::of_assets([vec![day(8)], vec![], vec![day(9), day(8)]])?;
/// assert_eq!(own.n_responses(), 3);
/// assert_eq!(own.of(2).collect::<Vec<_>>(), [day(8), day(9)]);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseDates {
    /// Distinct dates in order.
    dates: Vec<NaiveDate>,
    /// Responses of asset i are `places[ends[i - 1]..ends[i]]`.
    ends: Vec<usize>,
    /// Positions among the dates, increasing within an asset.
    places: Vec<u32>,
}

impl ResponseDates {
    /// Every asset responds on every date.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateEvent`] for a date that stands there twice.
    pub fn shared(n_assets: usize, dates: &[NaiveDate]) -> Result<Self> {
        let one = Self::of_assets([dates.to_vec()])?;
        let n = one.places.len();
        Ok(Self {
            dates: one.dates,
            ends: (1..=n_assets).map(|i| i * n).collect(),
            places: one.places.repeat(n_assets),
        })
    }

    /// Each asset responds on its own dates, in any order.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateEvent`] for a date that an asset has twice.
    pub fn of_assets(dates: impl IntoIterator<Item = Vec<NaiveDate>>) -> Result<Self> {
        let mut own: Vec<Vec<NaiveDate>> = dates.into_iter().collect();
        let mut all: Vec<NaiveDate> = own.iter().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        let mut ends = Vec::with_capacity(own.len());
        let mut places = Vec::with_capacity(own.iter().map(Vec::len).sum());
        for dates in &mut own {
            dates.sort_unstable();
            if let Some(&[twice, _]) = dates.windows(2).find(|pair| pair[0] == pair[1]) {
                let event = format!("asset {} on {twice}", ends.len());
                return Err(Error::DuplicateEvent { event });
            }
            // Every date is among them all.
            let place = |date: &NaiveDate| all.partition_point(|d| d < date);
            places.extend(dates.iter().map(place).filter_map(|place| u32::try_from(place).ok()));
            ends.push(places.len());
        }
        Ok(Self { dates: all, ends, places })
    }

    /// Events of a set: those of the market for every asset, the others for the asset they name.
    /// An asset that several events fall on at one date responds once.
    ///
    /// # Errors
    ///
    /// None of its own; the signature is that of the other constructors.
    pub fn of_events(events: &EventSet, assets: &[String]) -> Result<Self> {
        let market: Vec<NaiveDate> = events
            .iter()
            .filter(|event| event.scope == Scope::Market)
            .map(|event| event.date)
            .collect();
        let mut own = BTreeMap::<&str, Vec<NaiveDate>>::new();
        for event in events {
            if let Scope::Asset(name) = &event.scope {
                own.entry(name).or_default().push(event.date);
            }
        }
        Self::of_assets(assets.iter().map(|name| {
            let mut dates = market.clone();
            dates.extend(own.get(name.as_str()).into_iter().flatten());
            dates.sort_unstable();
            dates.dedup();
            dates
        }))
    }

    /// Events of a set, with the assets of the universe as known on each date, of a block of assets; and
    /// the assets of the block that the universe leaves out.
    ///
    /// Events of one asset are for that asset, whether or not the universe has it. Names that the
    /// block does not hold belong to other blocks and are not reported.
    ///
    /// # Errors
    ///
    /// None of its own; the signature is that of the other constructors.
    pub fn of_universe(
        events: &EventSet,
        universe: &Universe,
        block: &PricePanel,
    ) -> Result<(Self, Vec<Exclusion>)> {
        let mut own = vec![Vec::new(); block.n_assets()];
        let mut exclusions = Vec::new();
        for event in events {
            let candidates = match &event.scope {
                Scope::Market => universe.select(block, event.date),
                Scope::Asset(name) => {
                    let found = block.find(name);
                    found
                        .map(|asset| Candidate::Member { asset, market_value: None })
                        .into_iter()
                        .collect()
                }
            };
            for candidate in candidates {
                let (asset, reason) = match candidate {
                    Candidate::Member { asset, .. } => {
                        own[asset.index()].push(event.date);
                        continue;
                    }
                    Candidate::NotInPanel { .. } => continue,
                    Candidate::ByRule { name, kind } => match block.find(&name) {
                        Some(asset) => (asset, Reason::ByRule { kind }),
                        None => continue,
                    },
                    Candidate::NotTraded { asset, last_price } => {
                        (asset, Reason::NotTraded { last_price })
                    }
                    Candidate::HistoryTooShort { asset, n_found, n_needed } => {
                        (asset, Reason::HistoryTooShort { n_found, n_needed })
                    }
                };
                exclusions.push(Exclusion {
                    event: event.date,
                    label: event.label.clone(),
                    asset: Some(block.name(asset).to_owned()),
                    window: None,
                    reason,
                });
            }
        }
        for dates in &mut own {
            dates.sort_unstable();
            dates.dedup();
        }
        Ok((Self::of_assets(own)?, exclusions))
    }

    /// Number of assets.
    pub fn n_assets(&self) -> usize {
        self.ends.len()
    }

    /// Number of responses, events × assets.
    pub fn n_responses(&self) -> usize {
        self.places.len()
    }

    /// Distinct dates in order.
    pub fn dates(&self) -> &[NaiveDate] {
        &self.dates
    }

    /// The dates of one asset in order.
    ///
    /// # Panics
    ///
    /// Where there is no such asset.
    pub fn of(&self, asset: usize) -> impl ExactSizeIterator<Item = NaiveDate> + '_ {
        self.places_of(asset).iter().map(|place| self.dates[*place as usize])
    }

    /// Position of the first response of an asset among all.
    pub(super) fn first_of(&self, asset: usize) -> usize {
        asset.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    /// Positions among the dates.
    pub(super) fn places_of(&self, asset: usize) -> &[u32] {
        &self.places[self.first_of(asset)..self.ends[asset]]
    }
}
