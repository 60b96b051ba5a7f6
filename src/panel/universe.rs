//! Who belongs to the universe, as known on a date.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use chrono::{Days, NaiveDate};

use super::csv_source::CsvSource;
use super::{AssetId, CsvOptions, PricePanel};
use crate::{Error, Result};

/// Market values of assets at dated snapshots, each complete in itself.
///
/// A snapshot dated d holds what was known before d began, so it may be used for an event on d.
/// Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub struct MarketValues {
    /// Per snapshot, name and value in decreasing order of value.
    snapshots: Arc<BTreeMap<NaiveDate, Vec<(String, f64)>>>,
}

impl MarketValues {
    /// Takes rows of snapshot date, asset and value in currency units.
    ///
    /// # Errors
    ///
    /// [`Error::BadValue`] for a value that is not positive and finite; [`Error::DuplicateAsset`]
    /// for an asset that a snapshot holds twice.
    pub fn new(rows: impl IntoIterator<Item = (NaiveDate, String, f64)>) -> Result<Self> {
        let mut snapshots: BTreeMap<NaiveDate, Vec<(String, f64)>> = BTreeMap::new();
        for (date, name, value) in rows {
            if !value.is_finite() || value <= 0.0 {
                return Err(Error::BadValue {
                    series: name,
                    date,
                    value,
                    expected: "a positive, finite market value",
                });
            }
            snapshots.entry(date).or_default().push((name, value));
        }
        for values in snapshots.values_mut() {
            let mut seen = BTreeSet::new();
            if let Some((name, _)) = values.iter().find(|(name, _)| !seen.insert(name.clone())) {
                return Err(Error::DuplicateAsset { name: name.clone() });
            }
            values.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        }
        Ok(Self { snapshots: Arc::new(snapshots) })
    }

    /// Reads columns `date`, `asset` and `market_value_usd` (or `market_value`).
    ///
    /// # Errors
    ///
    /// Those of [`PricePanel::from_csv_path`] and of [`MarketValues::new`].
    pub fn from_csv_path(path: impl AsRef<Path>) -> Result<Self> {
        let mut source = CsvSource::open(path.as_ref(), &CsvOptions::default())?;
        let date = source.column("date")?;
        let asset = source.column("asset")?;
        let value = source
            .find_column("market_value_usd")
            .map_or_else(|| source.column("market_value"), Ok)?;
        let mut rows = Vec::new();
        while source.advance()? {
            let Some(amount) = source.price(value)? else {
                return Err(source.fault(value, "a positive market value"));
            };
            rows.push((source.date(date)?, source.text(asset).to_owned(), amount));
        }
        Self::new(rows)
    }

    /// The last snapshot on or before a date, largest value first.
    pub fn as_of(&self, date: NaiveDate) -> Option<(NaiveDate, &[(String, f64)])> {
        self.snapshots.range(..=date).next_back().map(|(d, values)| (*d, values.as_slice()))
    }

    /// Dates of the snapshots.
    pub fn dates(&self) -> impl Iterator<Item = NaiveDate> + '_ {
        self.snapshots.keys().copied()
    }
}

/// Assets that a universe leaves out by rule, with their kind.
///
/// What an asset *is* (a stablecoin, a wrapped token) is known when it is listed, so it takes no place
/// among the top n. What later turned out of its *prices* was not: such an asset keeps its place,
/// and the universe has one asset less, since the next in rank would have come in by hindsight.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExcludedAssets {
    kinds: BTreeMap<String, (String, Place)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Freed,
    Kept,
}

impl ExcludedAssets {
    /// Reads columns `asset` and `kind`, and `place` where there is one: `kept` or `freed`, freed
    /// unless said.
    ///
    /// # Errors
    ///
    /// Those of [`PricePanel::from_csv_path`]; [`Error::Cell`] for another word in `place`.
    pub fn from_csv_path(path: impl AsRef<Path>) -> Result<Self> {
        let mut source = CsvSource::open(path.as_ref(), &CsvOptions::default())?;
        let (asset, kind) = (source.column("asset")?, source.column("kind")?);
        let mut excluded = Self::default();
        let place = source.find_column("place");
        while source.advance()? {
            let (asset, kind) = (source.text(asset).to_owned(), source.text(kind).to_owned());
            excluded = match place.map(|column| (column, source.text(column))) {
                None | Some((_, "freed" | "")) => excluded.with(&asset, &kind),
                Some((_, "kept")) => excluded.with_place(&asset, &kind),
                Some((column, _)) => return Err(source.fault(column, "`kept` or `freed`")),
            };
        }
        Ok(excluded)
    }

    /// Adds an asset that takes no place.
    #[must_use]
    pub fn with(mut self, asset: &str, kind: &str) -> Self {
        self.kinds.insert(asset.to_owned(), (kind.to_owned(), Place::Freed));
        self
    }

    /// Adds an asset that keeps its place among the top n.
    #[must_use]
    pub fn with_place(mut self, asset: &str, kind: &str) -> Self {
        self.kinds.insert(asset.to_owned(), (kind.to_owned(), Place::Kept));
        self
    }

    /// Kind of an excluded asset; `None` where it is not excluded.
    pub fn kind(&self, asset: &str) -> Option<&str> {
        self.kinds.get(asset).map(|(kind, _)| kind.as_str())
    }

    /// Whether it takes a place among the top n although it is excluded.
    pub fn keeps_place(&self, asset: &str) -> bool {
        self.kinds.get(asset).is_some_and(|(_, place)| *place == Place::Kept)
    }
}

/// A rule that names the assets of an event from what was known on its date.
#[derive(Debug, Clone)]
pub struct Universe {
    members: Members,
    excluded: ExcludedAssets,
    min_history: usize,
    max_stale_days: u64,
}

#[derive(Debug, Clone)]
enum Members {
    Named(Vec<String>),
    Top { n: usize, values: MarketValues },
}

/// Names that a rule in words spells out.
const NAMED_IN_RULE: usize = 8;

/// One asset of a universe, or why it is not one.
#[derive(Debug, Clone, PartialEq)]
pub enum Candidate {
    /// A member, with its market value where the universe knows it.
    Member {
        /// The asset.
        asset: AssetId,
        /// Its market value at the snapshot.
        market_value: Option<f64>,
    },
    /// Left out by rule; takes no place among the top n.
    ByRule {
        /// Name.
        name: String,
        /// The kind, in words.
        kind: String,
    },
    /// Named by the rule, but the panel has no prices of it.
    NotInPanel {
        /// Name.
        name: String,
    },
    /// Its last price is too old.
    NotTraded {
        /// The asset.
        asset: AssetId,
        /// Date of the last price up to the event.
        last_price: Option<NaiveDate>,
    },
    /// Fewer prices up to the event than the rule wants.
    HistoryTooShort {
        /// The asset.
        asset: AssetId,
        /// Prices up to the event.
        n_found: usize,
        /// Prices wanted.
        n_needed: usize,
    },
}

impl Universe {
    /// Whether the rule spells the names of its assets out.
    pub(crate) fn names_its_assets(&self) -> bool {
        matches!(self.members, Members::Named(_))
    }

    /// These assets, whatever their value.
    pub fn of<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self::with_members(Members::Named(names.into_iter().map(Into::into).collect()))
    }

    /// The n largest assets by market value at the last snapshot on or before the event.
    ///
    /// Assets excluded by rule take no place among the n. An asset that the panel lacks, or that has
    /// too few prices, does take its place and is reported: replacing it by a smaller one would
    /// hide how much of the universe is missing.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for n = 0.
    pub fn top(n: usize, values: MarketValues) -> Result<Self> {
        if n == 0 {
            return Err(Error::Setting {
                name: "top",
                value: n.to_string(),
                expected: "at least one asset",
            });
        }
        Ok(Self::with_members(Members::Top { n, values }))
    }

    fn with_members(members: Members) -> Self {
        let excluded = ExcludedAssets::default();
        Self { members, excluded, min_history: 1, max_stale_days: 3 }
    }

    /// Leaves these assets out by rule.
    #[must_use]
    pub fn excluding(mut self, excluded: ExcludedAssets) -> Self {
        self.excluded = excluded;
        self
    }

    /// Fewest prices up to and including the event date; 1 unless set.
    #[must_use]
    pub fn min_history(mut self, n_prices: usize) -> Self {
        self.min_history = n_prices;
        self
    }

    /// Oldest last price, in calendar days before the event; 3 unless set.
    #[must_use]
    pub fn max_stale_days(mut self, days: u64) -> Self {
        self.max_stale_days = days;
        self
    }

    /// The rule in words.
    pub fn rule(&self) -> String {
        match &self.members {
            Members::Named(names) if names.len() > NAMED_IN_RULE => {
                let n_more = names.len() - NAMED_IN_RULE;
                format!("{} and {n_more} more", names[..NAMED_IN_RULE].join(", "))
            }
            Members::Named(names) => names.join(", "),
            Members::Top { n, .. } => format!("top {n} by market value"),
        }
    }

    /// Whether its members come with market values.
    pub fn has_market_values(&self) -> bool {
        matches!(self.members, Members::Top { .. })
    }

    /// The asset that it consists of, where that is a single one named by the rule.
    pub(crate) fn only_asset(&self) -> Option<&str> {
        match &self.members {
            Members::Named(names) if names.len() == 1 => Some(&names[0]),
            _ => None,
        }
    }

    /// The assets for an event on `date`, largest first, and those that are left out. Nothing after
    /// `date` is looked at.
    pub fn select(&self, prices: &PricePanel, date: NaiveDate) -> Vec<Candidate> {
        let (wanted, n): (Vec<(&str, Option<f64>)>, usize) = match &self.members {
            Members::Named(names) => {
                (names.iter().map(|name| (name.as_str(), None)).collect(), names.len())
            }
            Members::Top { n, values } => {
                let snapshot = values.as_of(date).map_or(&[][..], |(_, snapshot)| snapshot);
                (snapshot.iter().map(|(name, v)| (name.as_str(), Some(*v))).collect(), *n)
            }
        };
        let mut candidates = Vec::new();
        let mut n_places = 0;
        for (name, market_value) in wanted {
            if n_places == n {
                break;
            }
            if let Some(kind) = self.excluded.kind(name) {
                let (name, kind) = (name.to_owned(), kind.to_owned());
                n_places += usize::from(self.excluded.keeps_place(&name));
                candidates.push(Candidate::ByRule { name, kind });
                continue;
            }
            n_places += 1;
            candidates.push(self.judge(prices, date, name, market_value));
        }
        candidates
    }

    fn judge(
        &self,
        prices: &PricePanel,
        date: NaiveDate,
        name: &str,
        market_value: Option<f64>,
    ) -> Candidate {
        let Some(asset) = prices.find(name) else {
            return Candidate::NotInPanel { name: name.to_owned() };
        };
        let last = prices.last_price(asset, date).map(|(row, _)| row);
        let oldest = date.checked_sub_days(Days::new(self.max_stale_days)).unwrap_or(date);
        match last {
            Some(row) if prices.axis().date(row) >= oldest => {
                let n_found = prices.n_prices_up_to(asset, row, self.min_history);
                if n_found < self.min_history {
                    let n_needed = self.min_history;
                    return Candidate::HistoryTooShort { asset, n_found, n_needed };
                }
                Candidate::Member { asset, market_value }
            }
            _ => {
                let last_price = last.map(|row| prices.axis().date(row));
                Candidate::NotTraded { asset, last_price }
            }
        }
    }
}
