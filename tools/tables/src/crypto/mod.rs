//! The crypto tables.

mod clean;
mod compare;
mod isotonic;
mod lists;
mod market_value;
mod output;

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Days, NaiveDate};

use crate::Fault;
use crate::config::Config;
use crate::raw::{Dated, rows};
use crate::write::Writer;

/// One row of a coin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) close: f64,
    pub(crate) source: char,
}

/// One coin after loading, keyed by the name it has in the tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Coin {
    pub(crate) rows: BTreeMap<NaiveDate, Row>,
    /// Market values on their own day.
    pub(crate) market_values: Dated,
    /// Volumes of all exchanges in US dollars on their own day.
    pub(crate) volumes: Dated,
}

impl Coin {
    /// Last close on or before a day and not more than `n_days` before it.
    pub(crate) fn last_close(&self, day: NaiveDate, n_days: u64) -> Option<(NaiveDate, f64)> {
        self.rows.range(day - Days::new(n_days)..=day).next_back().map(|(d, r)| (*d, r.close))
    }
}

impl Coin {
    /// True where the last close is not more than a month before a day.
    pub(crate) fn ends_near(&self, day: Option<NaiveDate>) -> bool {
        match (self.rows.keys().next_back(), day) {
            (Some(last), Some(day)) => (day - *last).num_days() <= 31,
            _ => false,
        }
    }
}

/// Coins by name.
pub(crate) type Coins = BTreeMap<String, Coin>;

/// Sources whose volume is that of all exchanges together.
const ALL_EXCHANGES: [char; 6] = ['c', 'r', 'n', 'm', 'y', 'z'];
/// Sources that state the market value of the day before.
const VALUE_OF_DAY_BEFORE: [char; 2] = ['r', 'n'];
/// The source whose prices were moved back one day when the raw files were made, but whose volumes
/// were moved with them.
const VOLUME_OF_DAY_AFTER: char = 'm';

/// Writes the crypto tables.
pub(crate) fn write(raw: &Path, config: &Config, writer: &mut Writer) -> Result<(), Fault> {
    let mut coins = load(&raw.join("crypto"), config)?;
    println!("crypto: {} raw series", coins.len());
    let corrections = clean::clean(&mut coins, config);
    let lists = lists::Lists::read(raw, &coins, config)?;
    let snapshots = market_value::snapshots(&coins, &lists, config, market_value::Rule::ALL);
    compare::compare(&coins, &lists, config, &snapshots);
    let until = output::columns_end(&snapshots);
    let unreliable = clean::unreliable(&coins, &until, config);
    output::write(&coins, &corrections, &unreliable, &snapshots, config, writer)
}

fn load(folder: &Path, config: &Config) -> Result<Coins, Fault> {
    let fault = |e: std::io::Error| Fault::new(format!("{}: {e}", folder.display()));
    let mut coins = Coins::new();
    for entry in std::fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        let Some(stem) = path.file_stem().and_then(|s| s.to_str()) else { continue };
        if path.extension().is_none_or(|e| e != "csv") {
            continue;
        }
        let name = config.rename.get(stem).map_or(stem, String::as_str);
        let mut coin = Coin::default();
        let mut of_day_before = Dated::new();
        for row in rows(&path)? {
            let source = row.source.ok_or_else(|| {
                Fault::new(format!("{}: {} has no source letter", path.display(), row.date))
            })?;
            if let Some(close) = row.close {
                coin.rows.insert(row.date, Row { close, source });
            }
            match row.market_value {
                Some(value) if VALUE_OF_DAY_BEFORE.contains(&source) => {
                    of_day_before.insert(row.date - Days::new(1), value);
                }
                Some(value) => {
                    coin.market_values.insert(row.date, value);
                }
                None => {}
            }
            if let Some(volume) = row.volume.filter(|v| *v > 0.0 && ALL_EXCHANGES.contains(&source))
            {
                let date =
                    if source == VOLUME_OF_DAY_AFTER { row.date + Days::new(1) } else { row.date };
                coin.volumes.insert(date, volume);
            }
        }
        for (date, value) in of_day_before {
            coin.market_values.entry(date).or_insert(value);
        }
        if coins.insert(name.to_owned(), coin).is_some() {
            return Err(Fault::new(format!("two raw files are called `{name}` after renaming")));
        }
    }
    Ok(coins)
}
