//! Dates on which to buy.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::events::{EventSet, Scope};
use crate::numeric::quantile::median;
use crate::panel::PriceSeries;
use crate::{Error, Result};

/// When a signal is known, against the close of the traded market on its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Known {
    /// Before that close, which is then the first price that can be traded: a session of New York
    /// ends hours before the daily bar of crypto.
    BeforeClose,
    /// At that close, so that the next one is the first that can be traded: a breakout of the traded
    /// market itself.
    AtClose,
}

/// One signal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// Its day.
    pub date: NaiveDate,
    /// When on that day it is known.
    pub known: Known,
    /// The price of the trigger below which the signal has failed: the old high that a breakout
    /// exceeded. `None` where the signal has none.
    pub level: Option<f64>,
}

/// Signals in order of date, one a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Signals {
    list: Vec<Signal>,
}

impl Signals {
    /// One signal per event date, with the old high of the first breakout of that date as its level.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for an event of a single asset: a signal is for the whole universe.
    pub fn of_events(events: &EventSet, known: Known) -> Result<Self> {
        let mut list: Vec<Signal> = Vec::with_capacity(events.len());
        for event in events {
            if event.scope != Scope::Market {
                return Err(Error::Setting {
                    name: "signal",
                    value: event.to_string(),
                    expected: "an event of the whole market",
                });
            }
            if list.last().is_some_and(|last| last.date == event.date) {
                continue;
            }
            let level = event.qualification.as_ref().map(|breakout| breakout.old_high);
            list.push(Signal { date: event.date, known, level });
        }
        Ok(Self { list })
    }

    /// Signals without a level on these dates, which increase.
    ///
    /// # Errors
    ///
    /// [`Error::UnsortedAxis`] where they do not.
    pub fn on_dates(dates: &[NaiveDate], known: Known) -> Result<Self> {
        Self::new(dates.iter().map(|date| Signal { date: *date, known, level: None }).collect())
    }

    /// These signals, whose dates increase.
    ///
    /// # Errors
    ///
    /// [`Error::UnsortedAxis`] where they do not.
    pub fn new(list: Vec<Signal>) -> Result<Self> {
        for (row, pair) in list.windows(2).enumerate() {
            let (previous, date) = (pair[0].date, pair[1].date);
            if date <= previous {
                return Err(Error::UnsortedAxis { row: row + 1, date, previous });
            }
        }
        Ok(Self { list })
    }

    /// The signals in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Signal> {
        self.list.iter()
    }

    /// Their number.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// True without signals.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Their dates.
    pub fn dates(&self) -> Vec<NaiveDate> {
        self.list.iter().map(|signal| signal.date).collect()
    }

    /// The first signal on or after a date.
    pub fn first_on_or_after(&self, date: NaiveDate) -> Option<&Signal> {
        self.list.get(self.list.partition_point(|signal| signal.date < date))
    }

    /// A signal as these are, on another date: known alike, and with a level as far from the
    /// trigger's last close as the median of theirs is from the closes of their days.
    ///
    /// The level of a breakout is the old high, a little below its close. Ordinary dates have no old
    /// high just below; under a level that they are far away from they would be sold at once, or never.
    pub(super) fn alike(&self, date: NaiveDate, trigger: Option<&PriceSeries>) -> Signal {
        let known = self.list.first().map_or(Known::BeforeClose, |signal| signal.known);
        let close = |date| {
            let series = trigger?;
            Some(series.closes()[series.axis().last_on_or_before(date)?])
        };
        let ratios: Vec<f64> =
            self.list.iter().filter_map(|s| Some(s.level? / close(s.date)?)).collect();
        let level = median(&ratios).zip(close(date)).map(|(ratio, close)| ratio * close);
        Signal { date, known, level }
    }
}

impl<'a> IntoIterator for &'a Signals {
    type Item = &'a Signal;
    type IntoIter = std::slice::Iter<'a, Signal>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
