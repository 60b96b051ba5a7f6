//! Events listed in a file.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Event, EventSet, Scope};
use crate::files::csv_text;
use crate::panel::CsvOptions;
use crate::panel::csv_source::CsvSource;
use crate::{Error, Result};

const ASSET_COLUMNS: [&str; 3] = ["asset", "ticker", "symbol"];

impl EventSet {
    /// Reads events from a delimited file with a column `date` and, where wanted, columns `label`
    /// and `asset` (or `ticker`, `symbol`), in any order.
    ///
    /// Without a label an event is labelled with its date; without an asset it is an event of the
    /// whole market. The delimiter is detected; a byte-order mark and CRLF are accepted. The dates
    /// need not be trading days: a study takes the first row on or after the date.
    ///
    /// # Errors
    ///
    /// Every fault names the file, and the line, column and text where there is one:
    /// [`Error::Read`], [`Error::EmptyFile`], [`Error::NoRows`], [`Error::MissingColumn`],
    /// [`Error::UnknownColumn`], [`Error::DuplicateColumn`], [`Error::RaggedRow`],
    /// [`Error::Cell`], and [`Error::DuplicateRow`] for the same date, asset and label twice.
    pub fn from_csv_path(path: impl AsRef<Path>) -> Result<Self> {
        Self::from_csv_path_with(path, &CsvOptions::default())
    }

    /// As [`EventSet::from_csv_path`] with a delimiter of your own.
    ///
    /// # Errors
    ///
    /// As [`EventSet::from_csv_path`].
    pub fn from_csv_path_with(path: impl AsRef<Path>, options: &CsvOptions) -> Result<Self> {
        let mut source = CsvSource::open_columns(path.as_ref(), options, 1)?;
        let date_column = source.column("date")?;
        let label_column = source.find_column("label");
        let asset_column = ASSET_COLUMNS.iter().find_map(|name| source.find_column(name));
        let known = [Some(date_column), label_column, asset_column];
        if let Some(column) = (0..source.header().len()).find(|c| !known.contains(&Some(*c))) {
            return Err(Error::UnknownColumn {
                path: source.path().to_owned(),
                column: source.header()[column].clone(),
                expected: "`date`, and `label` and `asset` where wanted",
            });
        }
        let cell = |source: &CsvSource, column: Option<usize>| {
            column.map(|c| source.text(c).to_owned()).filter(|text| !text.is_empty())
        };
        let mut events = Vec::new();
        let mut lines = BTreeMap::new();
        while source.advance()? {
            let date = source.date(date_column)?;
            let label = cell(&source, label_column).unwrap_or_else(|| date.to_string());
            let scope = cell(&source, asset_column).map_or(Scope::Market, Scope::Asset);
            let key = (date, scope.clone(), label.clone());
            if let Some(first_line) = lines.insert(key, source.line()) {
                return Err(Error::DuplicateRow {
                    path: source.path().to_owned(),
                    line: source.line(),
                    first_line,
                    key: format!("event `{label}` ({scope}) on {date}"),
                });
            }
            events.push(Event { date, label, scope, qualification: None });
        }
        Self::new(events)
    }

    /// The list that [`from_csv_path`](Self::from_csv_path) reads back: `date`, `label` and, where
    /// there are events of single assets, `asset`. Why events qualified is not in it.
    pub fn to_csv(&self) -> String {
        let of_assets = self.iter().any(|event| event.scope != Scope::Market);
        let row = |date: String, label: &str, asset: &str| {
            let mut row = vec![date, label.to_owned()];
            row.extend(of_assets.then(|| asset.to_owned()));
            row
        };
        let events = self.iter().map(|event| {
            let asset = match &event.scope {
                Scope::Market => "",
                Scope::Asset(name) => name,
            };
            row(event.date.to_string(), &event.label, asset)
        });
        csv_text(std::iter::once(row("date".to_owned(), "label", "asset")).chain(events))
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// A file that is removed with the value.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str, text: &str) -> Self {
            let name = format!("eventstudy-listed-{}-{name}.csv", std::process::id());
            let path = std::env::temp_dir().join(name);
            std::fs::write(&path, text).unwrap();
            Self(path)
        }

        /// The message, with the directory cut off.
        fn fault(&self) -> String {
            let message = EventSet::from_csv_path(&self.0).unwrap_err().to_string();
            let path = self.0.display().to_string();
            assert!(message.starts_with(&path), "{message}");
            message[path.len()..].to_owned()
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    #[test]
    fn an_unsorted_list_with_gaps_in_label_and_asset() {
        let file = Scratch::new(
            "list",
            "\u{feff}asset;date;label\r\nbtc;2021-02-08;bought\r\n;2020-03-12;\r\nbtc;2020-05-11;\r\n",
        );
        let set = EventSet::from_csv_path(&file.0).unwrap();
        let shown: Vec<String> = set.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["2020-03-12 (market)", "2020-05-11 (btc)", "2021-02-08 bought (btc)"]);
    }

    #[test]
    fn a_list_comes_back_from_its_file() {
        let day = |d| chrono::NaiveDate::from_ymd_opt(2021, 2, d).unwrap();
        let market = Event::market(day(8), "bought, \"at once\"");
        for (events, text) in [
            (vec![market.clone()], "date,label\n2021-02-08,\"bought, \"\"at once\"\"\"\n"),
            (
                vec![market, Event::of_asset(day(9), "eth", "split")],
                "date,label,asset\n2021-02-08,\"bought, \"\"at once\"\"\",\n2021-02-09,split,eth\n",
            ),
        ] {
            let set = EventSet::new(events).unwrap();
            assert_eq!(set.to_csv(), text);
            let file = Scratch::new(&format!("back-{}", set.len()), text);
            assert_eq!(EventSet::from_csv_path(&file.0).unwrap(), set);
        }
    }

    #[test]
    fn a_list_of_dates_alone() {
        let file = Scratch::new("dates", "date\n2021-02-08\n\n2020-03-12\n");
        let set = EventSet::from_csv_path(&file.0).unwrap();
        assert_eq!(set.labels().collect::<Vec<_>>(), ["2020-03-12", "2021-02-08"]);
    }

    #[test]
    fn faults_name_line_column_and_text() {
        for (name, text, expected) in [
            (
                "date",
                "date,label\n2021-02-08,a\n8 Feb 2021,b\n",
                ": line 3, column `date`: `8 Feb 2021` is not a date such as 2026-01-08",
            ),
            (
                "twice",
                "date,asset,label\n2021-02-08,btc,a\n2021-02-08,eth,a\n2021-02-08,btc,a\n",
                ": line 4: event `a` (btc) on 2021-02-08 is there already on line 2",
            ),
            (
                "unknown",
                "date,lable\n2021-02-08,a\n",
                ": unknown column `lable`; expected `date`, and `label` and `asset` where wanted",
            ),
            (
                "missing",
                "day,label\n2021-02-08,a\n",
                ": no column `date`; the file has `day`, `label`",
            ),
            ("ragged", "date,label\n2021-02-08\n", ": line 2: 1 fields where the header has 2"),
            ("rows", "date,label\n", ": the file has a header but no rows"),
            ("empty", "", ": the file is empty; expected a header line and rows"),
        ] {
            assert_eq!(Scratch::new(name, text).fault(), expected);
        }
        let missing = std::env::temp_dir().join("eventstudy-no-such-list.csv");
        let error = EventSet::from_csv_path(&missing).unwrap_err();
        assert_eq!(error.to_string(), format!("{}: cannot read the file", missing.display()));
    }
}
