//! Why the prices of assets end.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;

use super::CsvOptions;
use super::csv_source::CsvSource;
use crate::{Error, Result};

/// Why there are no prices of an asset after its last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceEnd {
    /// It stopped trading.
    Death,
    /// The table goes no further, which says nothing of the asset: its source ends, the column was
    /// cut, or the data end.
    Source,
}

/// Why the prices of assets end, with the date of the last one.
///
/// A price panel cannot tell an asset that died from one whose source went silent. Who keeps the
/// table knows, and whoever was there on the day knew as well: this is a note on the data, and no
/// price is read from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssetEnds {
    ends: BTreeMap<String, (NaiveDate, PriceEnd)>,
}

impl AssetEnds {
    /// Takes assets with the date of the last price and why there is none behind it.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateAsset`].
    pub fn new(rows: impl IntoIterator<Item = (String, NaiveDate, PriceEnd)>) -> Result<Self> {
        let mut ends = BTreeMap::new();
        for (name, last, end) in rows {
            if ends.insert(name.clone(), (last, end)).is_some() {
                return Err(Error::DuplicateAsset { name });
            }
        }
        Ok(Self { ends })
    }

    /// Reads columns `asset`, `last` and `end`. `death` is a death; `source`, `left the ranks` (the
    /// column was cut) and `data end` are ends of the source; `no source` is an asset without prices,
    /// which is passed over.
    ///
    /// # Errors
    ///
    /// Those of [`PricePanel::from_csv_path`](super::PricePanel::from_csv_path); [`Error::Cell`] for
    /// another word in `end`; as [`new`](Self::new).
    pub fn from_csv_path(path: impl AsRef<Path>) -> Result<Self> {
        let mut source = CsvSource::open(path.as_ref(), &CsvOptions::default())?;
        let (asset, last) = (source.column("asset")?, source.column("last")?);
        let end = source.column("end")?;
        let mut rows = Vec::new();
        while source.advance()? {
            let kind = match source.text(end) {
                "death" => PriceEnd::Death,
                "source" | "left the ranks" | "data end" => PriceEnd::Source,
                "no source" => continue,
                _ => {
                    let expected = "`death`, `source`, `left the ranks`, `data end` or `no source`";
                    return Err(source.fault(end, expected));
                }
            };
            rows.push((source.text(asset).to_owned(), source.date(last)?, kind));
        }
        Self::new(rows)
    }

    /// Why an asset has no price after `last`, the date of one; `None` where the table does not say.
    ///
    /// Prices that stop before the date of the table come back: a hole in the source. Prices after
    /// that date are not those that the table speaks of.
    pub fn after(&self, asset: &str, last: NaiveDate) -> Option<PriceEnd> {
        let (of_table, end) = self.ends.get(asset)?;
        match last.cmp(of_table) {
            std::cmp::Ordering::Less => Some(PriceEnd::Source),
            std::cmp::Ordering::Equal => Some(*end),
            std::cmp::Ordering::Greater => None,
        }
    }

    /// Number of assets whose prices end for this reason.
    pub fn n(&self, end: PriceEnd) -> usize {
        self.ends.values().filter(|(_, other)| *other == end).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2021, 3, d).unwrap_or_default()
    }

    fn written(name: &str, text: &str) -> std::path::PathBuf {
        let path = std::env::temp_dir().join(format!("{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn an_end_is_that_of_the_last_price_and_a_hole_is_the_source() {
        let rows = [("a", PriceEnd::Death), ("b", PriceEnd::Source)];
        let ends = AssetEnds::new(rows.map(|(name, end)| (name.to_owned(), day(10), end))).unwrap();
        assert_eq!(ends.after("a", day(10)), Some(PriceEnd::Death));
        assert_eq!(ends.after("a", day(9)), Some(PriceEnd::Source));
        assert_eq!(ends.after("a", day(11)), None);
        assert_eq!(ends.after("b", day(10)), Some(PriceEnd::Source));
        assert_eq!(ends.after("c", day(10)), None);
        let twice = ["a", "a"].map(|name| (name.to_owned(), day(1), PriceEnd::Death));
        assert!(matches!(AssetEnds::new(twice), Err(Error::DuplicateAsset { .. })));
    }

    #[test]
    fn a_table_is_read_by_its_words() {
        let text = "asset,last,end\na,2021-03-10,death\nb,2021-03-10,left the ranks\n\
                    c,,no source\nd,2021-03-10,data end\ne,2021-03-10,source\n";
        let path = written("ends.csv", text);
        let ends = AssetEnds::from_csv_path(&path).unwrap();
        assert_eq!((ends.n(PriceEnd::Death), ends.n(PriceEnd::Source)), (1, 3));
        assert_eq!(ends.after("a", day(10)), Some(PriceEnd::Death));
        assert_eq!(ends.after("c", day(10)), None);
        std::fs::remove_file(path).unwrap();
        let path = written("ends-word.csv", "asset,last,end\na,2021-03-10,gone\n");
        let fault = AssetEnds::from_csv_path(&path).unwrap_err();
        assert!(matches!(&fault, Error::Cell { line: 2, text, .. } if text == "gone"), "{fault}");
        std::fs::remove_file(path).unwrap();
    }
}
