//! Runs over blocks of assets: one block in memory, and what is finished in files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use super::partial::SHARD;
use super::{Accumulated, Accumulator, Partial, ResponseDates};
use crate::files::{self, hexadecimal};
use crate::panel::{AssetBlock, PricePanel};
use crate::{Error, Result, ShardFault};

/// What the file of a block is called in errors.
const WHAT: &str = "saved part of a run";

/// Version of the layout of the files.
const FORMAT: u32 = 1;

/// A run over blocks of assets that keeps what is finished, so that it can be interrupted.
///
/// Each block of assets gives a [`Partial`], which is written to a JSON file of its own in a folder,
/// called by the first shard of 32 assets that it holds: `shard-000064.json` starts with asset 2,048.
/// A run over the same blocks reads what is there and computes the rest, in the bits of a run that
/// was never interrupted; numbers are written so that they read back bit by bit. A file appears
/// under its name when it is complete.
///
/// With each part are saved, and compared before it is used: the version of this crate, the settings
/// of the run (model, windows, event dates, factors), the
/// [fingerprint](AssetBlock::fingerprint) of the block's prices, and the response dates of its
/// assets. Where one differs the run stops with [`ShardFault::FileOfAnotherRun`]: nothing is mixed,
/// and nothing overwritten.
///
/// Several processes may work on one folder, each on [parts](Self::part) of its own.
///
/// ```
/// use eventstudy::abnormal::{Accumulator, Design, ResponseDates, SavedRun};
/// use eventstudy::models::MarketModel;
/// use eventstudy::panel::{Compounding, CsvBlock, PricePanel};
/// use eventstudy::time::{EstimationWindow, EventWindow};
/// # use chrono::NaiveDate;
/// # let folder = std::env::temp_dir().join(format!("es-saved-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder).unwrap();
/// # let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
/// # let price = |i: usize, t: usize| 50.0 + ((i + 3) * (t + 5) * (t + i) % 991) as f64 * 0.01;
/// # let table = |assets: std::ops::Range<usize>| {
/// #     let names: Vec<String> = assets.clone().map(|i| format!("a{i}")).collect();
/// #     let mut text = format!("date,{}\n", names.join(","));
/// #     for (t, date) in first.iter_days().take(120).enumerate() {
/// #         let prices: Vec<String> = assets.clone().map(|i| price(i, t).to_string()).collect();
/// #         text += &format!("{date},{}\n", prices.join(","));
/// #     }
/// #     text
/// # };
/// # let [market, one, two] = ["market", "one", "two"].map(|n| folder.join(format!("{n}.csv")));
/// # std::fs::write(&market, table(99..100)).unwrap();
/// # std::fs::write(&one, table(0..32)).unwrap();
/// # std::fs::write(&two, table(32..40)).unwrap();
/// let factors = PricePanel::from_csv_path(&market)?.to_returns(Compounding::Simple);
/// let dates = [factors.axis().date(80), factors.axis().date(100)];
/// let design = Design::new(vec![EventWindow::rows(1, 10)?], EstimationWindow::trailing(60)?)?;
/// let run = Accumulator::new(&factors, &MarketModel::on("a99"), design, dates.to_vec())?;
/// let on_all = |names: &[String]| ResponseDates::shared(names.len(), &dates);
///
/// let saved = SavedRun::new(&run, folder.join("parts"), on_all);
/// let found = saved.run([CsvBlock::new(&one), CsvBlock::new(&two)])?;
/// assert_eq!((found.n_assets, found.n_fitted), (40, 80));
/// // Once more: both parts are read, and no price is.
/// assert_eq!(saved.run([CsvBlock::new(&one), CsvBlock::new(&two)])?, found);
/// # std::fs::remove_dir_all(folder).unwrap();
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug)]
pub struct SavedRun<'a, F> {
    run: &'a Accumulator,
    folder: PathBuf,
    responses: F,
}

/// What the file of a block holds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedPart {
    format: u32,
    version: String,
    run: String,
    prices: String,
    responses: String,
    first_asset: usize,
    assets: Vec<String>,
    partial: Partial,
}

impl Accumulator {
    /// The averages over blocks of assets that are read one after the other: no more than one is in
    /// memory. `responses` gives the dates on which the assets of a block respond.
    ///
    /// The bits are those of one run over all assets, however they are split. [`SavedRun`] also
    /// keeps what is finished.
    ///
    /// # Errors
    ///
    /// Those of the blocks; [`Error::DuplicateAsset`] for an asset in two of them; else as
    /// [`run_chunks`](Self::run_chunks).
    pub fn run_blocks<B: AssetBlock>(
        &self,
        blocks: impl IntoIterator<Item = B>,
        mut responses: impl FnMut(&PricePanel) -> Result<ResponseDates>,
    ) -> Result<Accumulated> {
        let mut seen = BTreeSet::new();
        self.run_chunks(blocks.into_iter().map(|block| {
            let prices = block.read()?;
            drop(block);
            check_new(&mut seen, prices.names())?;
            Ok((prices.to_returns(self.compounding), responses(&prices)?))
        }))
    }
}

impl<'a, F: Fn(&[String]) -> Result<ResponseDates>> SavedRun<'a, F> {
    /// Keeps the parts of `run` in `folder`, which is made when it is needed. `responses` gives the
    /// dates on which assets of these names respond.
    pub fn new(run: &'a Accumulator, folder: impl AsRef<Path>, responses: F) -> Self {
        Self { run, folder: folder.as_ref().to_owned(), responses }
    }

    /// The averages over blocks of assets that come one after the other, of which all but the last
    /// hold a multiple of 32 assets. No more than one is in memory.
    ///
    /// # Errors
    ///
    /// As [`part`](Self::part); [`Error::DuplicateAsset`] for an asset in two blocks; as
    /// [`Accumulator::finish`].
    pub fn run<B: AssetBlock>(&self, blocks: impl IntoIterator<Item = B>) -> Result<Accumulated> {
        let mut seen = BTreeSet::new();
        let mut all = self.run.start(0)?;
        let mut first_asset = 0;
        for block in blocks {
            let part = self.saved_part(first_asset, &block)?;
            check_new(&mut seen, &part.assets)?;
            first_asset += part.assets.len();
            all = all.merge(part.partial)?;
        }
        self.run.finish(&all)
    }

    /// The part of one block, whose first asset has this position among all assets: from its file
    /// where that is there, else computed and saved.
    ///
    /// # Errors
    ///
    /// Those of the block; [`Error::Setting`] unless the position is a multiple of 32;
    /// [`ShardFault::FileOfAnotherRun`], [`Error::Read`] or [`Error::Deserialise`] for a file that is
    /// not of this run; [`Error::Write`]; as [`Accumulator::extend`].
    pub fn part(&self, first_asset: usize, block: &(impl AssetBlock + ?Sized)) -> Result<Partial> {
        self.saved_part(first_asset, block).map(|part| part.partial)
    }

    /// Where the part is kept whose first asset has this position.
    pub fn path(&self, first_asset: usize) -> PathBuf {
        self.folder.join(format!("shard-{:06}.json", first_asset / SHARD))
    }

    fn saved_part(
        &self,
        first_asset: usize,
        block: &(impl AssetBlock + ?Sized),
    ) -> Result<SavedPart> {
        if !first_asset.is_multiple_of(SHARD) {
            return Err(Error::Setting {
                name: "assets before a block",
                value: first_asset.to_string(),
                expected: "a multiple of 32 in every block but the last",
            });
        }
        let path = self.path(first_asset);
        let prices = block.fingerprint()?;
        if path.exists() {
            let part: SavedPart = files::read_json(&path, WHAT)?;
            self.check_part(&path, &part, first_asset, &prices)?;
            return Ok(part);
        }
        let panel = block.read()?;
        let responses = (self.responses)(panel.names())?;
        let returns = panel.to_returns(self.run.compounding);
        let assets = panel.names().to_vec();
        drop(panel);
        let mut partial = self.run.start(first_asset)?;
        self.run.extend(&mut partial, &returns, &responses)?;
        let part = SavedPart {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            run: self.run.run_name(),
            prices,
            responses: digest(&responses),
            first_asset,
            assets,
            partial,
        };
        files::write_text(&path, &files::json_line(&part, WHAT)?)?;
        Ok(part)
    }

    fn check_part(
        &self,
        path: &Path,
        part: &SavedPart,
        first_asset: usize,
        prices: &str,
    ) -> Result<()> {
        let same = |what, found: &str, expected: &str| {
            if found == expected {
                return Ok(());
            }
            let (expected, found) = (expected.to_owned(), found.to_owned());
            let path = path.to_owned();
            Err(Error::Shard(ShardFault::FileOfAnotherRun { path, what, expected, found }))
        };
        same("format", &part.format.to_string(), &FORMAT.to_string())?;
        same("version of the crate", &part.version, env!("CARGO_PKG_VERSION"))?;
        same("fingerprint of the settings", &part.run, &self.run.run_name())?;
        same("first asset", &part.first_asset.to_string(), &first_asset.to_string())?;
        same("fingerprint of the prices", &part.prices, prices)?;
        let responses = digest(&(self.responses)(&part.assets)?);
        same("fingerprint of the response dates", &part.responses, &responses)?;
        // What follows cannot differ unless the file was changed by hand.
        let range = first_asset..first_asset + part.assets.len();
        let ranges = Some(range).filter(|range| !range.is_empty());
        let ranges: Vec<_> = ranges.into_iter().collect();
        same("assets", &format!("{:?}", part.partial.assets()), &format!("{ranges:?}"))?;
        self.run.check_run(&part.partial)
    }
}

/// An error where an asset was in a block before.
fn check_new(seen: &mut BTreeSet<String>, names: &[String]) -> Result<()> {
    match names.iter().find(|name| !seen.insert((*name).clone())) {
        Some(name) => Err(Error::DuplicateAsset { name: name.clone() }),
        None => Ok(()),
    }
}

/// SHA-256 of the dates of each asset.
fn digest(responses: &ResponseDates) -> String {
    let mut hash = hmac_sha256::Hash::new();
    for asset in 0..responses.n_assets() {
        let dates = responses.of(asset);
        hash.update((dates.len() as u64).to_le_bytes());
        for date in dates {
            hash.update(date.num_days_from_ce().to_le_bytes());
        }
    }
    hexadecimal(&hash.finalize())
}
