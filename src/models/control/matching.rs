//! The nearest assets by what was known before the event.

use std::fmt;

use chrono::NaiveDate;

use super::{Characteristics, ControlModel};
use crate::numeric::cholesky::Cholesky;
use crate::numeric::moments::{is_negligible, mean};
use crate::{Error, Result};

/// How controls are chosen: filters on characteristics, then the nearest of those that pass.
///
/// Only values known before the event are read, see [`Characteristics::known_before`]; values older
/// than a year are not, unless [`max_age_days`](Self::max_age_days) says otherwise. Candidates with
/// an event of their own in the windows are no controls. Of candidates at the same distance the
/// first by name is taken.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::models::{Characteristics, ControlMatching, MatchRequest};
///
/// let day = |d| NaiveDate::from_ymd_opt(2024, 1, d).unwrap();
/// let mut known = Characteristics::new(["market value", "book-to-market"])?;
/// for (asset, size, ratio) in
///     [("a", 100.0, 0.5), ("b", 120.0, 0.8), ("c", 90.0, 0.6), ("d", 200.0, 0.5)]
/// {
///     known.insert(asset, day(2), &[size, ratio])?;
/// }
/// let request = MatchRequest {
///     asset: "a".to_owned(),
///     event: day(20),
///     from: day(5),
///     to: day(31),
/// };
/// let matching = ControlMatching::barber_lyon("market value", "book-to-market");
/// let found = matching.find(&known, &["a", "b", "c", "d"], &[request], &[])?;
/// // `d` has the same ratio and twice the size.
/// assert_eq!(found.matches[0].controls[0].0, "c");
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ControlMatching {
    by: Vec<String>,
    distance: Distance,
    bands: Vec<Band>,
    n_controls: usize,
    max_age_days: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Distance {
    Absolute,
    Standardised,
    Mahalanobis,
}

#[derive(Debug, Clone, PartialEq)]
struct Band {
    name: String,
    low: f64,
    high: f64,
}

/// An asset and event for which controls are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchRequest {
    /// The asset.
    pub asset: String,
    /// Date of its event.
    pub event: NaiveDate,
    /// First date on which a control may have no event of its own.
    pub from: NaiveDate,
    /// Last such date.
    pub to: NaiveDate,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchResult {
    /// The model with the controls of every asset that has some, equally weighted.
    pub model: ControlModel,
    /// The controls, in the order of the requests.
    pub matches: Vec<MatchedControls>,
    /// Requests without controls. The model has none for them, so a study excludes and counts them.
    pub unmatched: Vec<Unmatched>,
}

/// The controls of an asset at one event.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchedControls {
    /// The asset.
    pub asset: String,
    /// Date of its event.
    pub event: NaiveDate,
    /// The controls with their distances, nearest first.
    pub controls: Vec<(String, f64)>,
}

/// A request without controls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// The asset.
    pub asset: String,
    /// Date of its event.
    pub event: NaiveDate,
    /// The fault, with counts.
    pub fault: MatchFault,
}

/// Why there are no controls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MatchFault {
    /// Nothing was known of the asset before the event.
    NothingKnown,
    /// The characteristics of the candidates do not vary, or one follows from the others, so there
    /// are no units to measure distance in.
    NoSpread,
    /// Too few candidates are left.
    TooFewCandidates {
        /// Candidates that pass every filter.
        n_found: usize,
        /// Controls wanted.
        n_needed: usize,
        /// Candidates that have an event of their own in the windows.
        n_with_events: usize,
        /// Candidates of which nothing was known before the event.
        n_unknown: usize,
        /// Candidates outside a band.
        n_outside: usize,
    },
}

impl fmt::Display for MatchFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingKnown => write!(f, "nothing was known of the asset before the event"),
            Self::NoSpread => {
                write!(f, "the characteristics of the candidates do not vary or are collinear")
            }
            Self::TooFewCandidates { n_found, n_needed, n_with_events, n_unknown, n_outside } => {
                write!(
                    f,
                    "{n_found} candidates left, {n_needed} needed ({n_with_events} have an event \
                     of their own, of {n_unknown} nothing was known, {n_outside} are outside the \
                     bands)"
                )
            }
        }
    }
}

impl ControlMatching {
    fn by<S: Into<String>>(names: impl IntoIterator<Item = S>, distance: Distance) -> Self {
        let by = names.into_iter().map(Into::into).collect();
        Self { by, distance, bands: Vec::new(), n_controls: 1, max_age_days: 366 }
    }

    /// The candidate with the smallest difference in one characteristic.
    pub fn nearest(characteristic: impl Into<String>) -> Self {
        Self::by([characteristic], Distance::Absolute)
    }

    /// The candidate with the smallest sum of squared differences, each characteristic in units of
    /// its standard deviation among the candidates (divisor n − 1).
    pub fn standardised<S: Into<String>>(characteristics: impl IntoIterator<Item = S>) -> Self {
        Self::by(characteristics, Distance::Standardised)
    }

    /// The candidate at the smallest distance after Mahalanobis, `√(d'S⁻¹d)` with S the covariance
    /// of the characteristics among the candidates (divisor n − 1).
    pub fn mahalanobis<S: Into<String>>(characteristics: impl IntoIterator<Item = S>) -> Self {
        Self::by(characteristics, Distance::Mahalanobis)
    }

    /// Barber and Lyon's control firm: of those with 70 to 130 % of the asset's size the nearest in
    /// book-to-market.
    pub fn barber_lyon(size: impl Into<String>, book_to_market: impl Into<String>) -> Self {
        let band = Band { name: size.into(), low: 0.7, high: 1.3 };
        Self { bands: vec![band], ..Self::nearest(book_to_market) }
    }

    /// Lets pass only candidates whose characteristic is between `low` and `high` times the
    /// asset's, ends included.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] unless `low ≤ high`, both finite.
    pub fn band(mut self, characteristic: impl Into<String>, low: f64, high: f64) -> Result<Self> {
        if !(low <= high && low.is_finite() && high.is_finite()) {
            return Err(Error::Setting {
                name: "band",
                value: format!("{low} to {high}"),
                expected: "two numbers in increasing order",
            });
        }
        self.bands.push(Band { name: characteristic.into(), low, high });
        Ok(self)
    }

    /// Takes the `n` nearest as a portfolio with equal weights; 1 unless set.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for 0.
    pub fn controls(mut self, n: usize) -> Result<Self> {
        if n == 0 {
            return Err(Error::Setting {
                name: "controls",
                value: "0".to_owned(),
                expected: "at least one",
            });
        }
        self.n_controls = n;
        Ok(self)
    }

    /// Sets how old a value may be at the event; 366 days unless set.
    #[must_use]
    pub fn max_age_days(mut self, days: u32) -> Self {
        self.max_age_days = days;
        self
    }

    /// Finds the controls of every request among the candidates.
    ///
    /// The events of the requests themselves and `other_events` keep the assets that have them from
    /// being controls of a request whose period holds their date.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownAsset`] for a characteristic that the table does not have, [`Error::Setting`]
    /// where matching goes by none.
    pub fn find(
        &self,
        known: &Characteristics,
        candidates: &[&str],
        requests: &[MatchRequest],
        other_events: &[(&str, NaiveDate)],
    ) -> Result<MatchResult> {
        if self.by.is_empty() {
            return Err(Error::Setting {
                name: "characteristics to match by",
                value: "none".to_owned(),
                expected: "at least one",
            });
        }
        let by = self.by.iter().map(|name| known.position(name)).collect::<Result<Vec<_>>>()?;
        let bands = self.bands.iter().map(|b| Ok((known.position(&b.name)?, b.low, b.high)));
        let bands = bands.collect::<Result<Vec<_>>>()?;
        let mut events: Vec<(&str, NaiveDate)> =
            requests.iter().map(|r| (r.asset.as_str(), r.event)).collect();
        events.extend(other_events);
        let mut names = candidates.to_vec();
        names.sort_unstable();
        names.dedup();
        let pool = Pool { known, names, events, by, bands };
        let mut result =
            MatchResult { model: ControlModel::default(), matches: vec![], unmatched: vec![] };
        for request in requests {
            let (asset, event) = (request.asset.clone(), request.event);
            match self.controls_of(request, &pool) {
                Ok(controls) => {
                    let names = controls.iter().map(|(name, _)| name.as_str());
                    result.model.add_equal(asset.as_str(), Some(event), names)?;
                    result.matches.push(MatchedControls { asset, event, controls });
                }
                Err(fault) => result.unmatched.push(Unmatched { asset, event, fault }),
            }
        }
        Ok(result)
    }

    fn controls_of(
        &self,
        request: &MatchRequest,
        pool: &Pool<'_>,
    ) -> std::result::Result<Vec<(String, f64)>, MatchFault> {
        let value_of = |asset| pool.known.known_before(asset, request.event, self.max_age_days);
        let own = value_of(&request.asset).ok_or(MatchFault::NothingKnown)?;
        let (mut n_with_events, mut n_unknown) = (0, 0);
        let mut values: Vec<(&str, &[f64])> = Vec::new();
        for name in pool.names.iter().filter(|name| **name != request.asset) {
            let period = request.from..=request.to;
            if pool.events.iter().any(|(asset, date)| asset == name && period.contains(date)) {
                n_with_events += 1;
            } else if let Some(value) = value_of(name) {
                values.push((*name, value));
            } else {
                n_unknown += 1;
            }
        }
        let within = |value: &[f64]| {
            pool.bands.iter().all(|(at, low, high)| {
                let (a, b) = (low * own[*at], high * own[*at]);
                (a.min(b)..=a.max(b)).contains(&value[*at])
            })
        };
        let n_found = values.iter().filter(|(_, value)| within(value)).count();
        if n_found < self.n_controls {
            let (n_needed, n_outside) = (self.n_controls, values.len() - n_found);
            return Err(MatchFault::TooFewCandidates {
                n_found,
                n_needed,
                n_with_events,
                n_unknown,
                n_outside,
            });
        }
        let factor = self.units(&values, &pool.by)?;
        let mut found: Vec<(String, f64)> = values
            .iter()
            .filter(|(_, value)| within(value))
            .map(|(name, value)| {
                let d: Vec<f64> = pool.by.iter().map(|at| value[*at] - own[*at]).collect();
                let d = factor.half_solve(&d);
                ((*name).to_owned(), d.iter().map(|v| v * v).sum::<f64>().sqrt())
            })
            .collect();
        // Stable, and the candidates are in the order of their names.
        found.sort_by(|a, b| a.1.total_cmp(&b.1));
        found.truncate(self.n_controls);
        Ok(found)
    }

    /// The factor of the matrix whose inverse measures squared distances.
    fn units(
        &self,
        values: &[(&str, &[f64])],
        by: &[usize],
    ) -> std::result::Result<Cholesky, MatchFault> {
        let k = by.len();
        let mut matrix = vec![0.0; k * k];
        if self.distance == Distance::Absolute {
            for a in 0..k {
                matrix[a * k + a] = 1.0;
            }
            return Cholesky::new(&matrix, k).ok_or(MatchFault::NoSpread);
        }
        let n = values.len();
        let column = |a: usize| -> Vec<f64> { values.iter().map(|(_, v)| v[by[a]]).collect() };
        let centred: Vec<Vec<f64>> = (0..k)
            .map(|a| {
                let x = column(a);
                let centre = mean(&x).unwrap_or_default();
                x.iter().map(|v| v - centre).collect()
            })
            .collect();
        for a in 0..k {
            for b in 0..=a {
                if a != b && self.distance == Distance::Standardised {
                    continue;
                }
                let sum: f64 = centred[a].iter().zip(&centred[b]).map(|(x, y)| x * y).sum();
                if a == b {
                    let largest = column(a).iter().fold(0.0_f64, |m, v| m.max(v.abs()));
                    if is_negligible(sum, largest, n) {
                        return Err(MatchFault::NoSpread);
                    }
                }
                matrix[a * k + b] = sum / n.saturating_sub(1).max(1) as f64;
            }
        }
        Cholesky::new(&matrix, k).ok_or(MatchFault::NoSpread)
    }
}

/// What all requests share.
struct Pool<'a> {
    known: &'a Characteristics,
    /// Candidates in increasing order.
    names: Vec<&'a str>,
    events: Vec<(&'a str, NaiveDate)>,
    by: Vec<usize>,
    bands: Vec<(usize, f64, f64)>,
}
