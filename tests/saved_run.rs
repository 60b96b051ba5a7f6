//! Runs over blocks of assets, interrupted and taken up again, give the bits of one run in memory.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod accumulation_support;
mod common;

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use accumulation_support::*;
use chrono::NaiveDate;
use common::day;
use eventstudy::abnormal::{Accumulated, Accumulator, Partial, ResponseDates, SavedRun};
use eventstudy::models::{ConstantMeanModel, ExpectedReturnModel, MarketModel};
use eventstudy::panel::{AssetBlock, Compounding, CsvBlock, PricePanel};
use eventstudy::{Error, Result, ShardFault};
use proptest::prelude::*;

/// Prices in memory, whose readings are counted.
struct Block<'a> {
    prices: PricePanel,
    mark: String,
    n_reads: &'a AtomicUsize,
    is_lost: bool,
}

impl AssetBlock for Block<'_> {
    fn fingerprint(&self) -> Result<String> {
        Ok(self.mark.clone())
    }

    fn read(&self) -> Result<PricePanel> {
        if self.is_lost {
            return Err(Error::EmptyAxis);
        }
        self.n_reads.fetch_add(1, Ordering::Relaxed);
        Ok(self.prices.clone())
    }
}

fn blocks<'a>(prices: &PricePanel, size: usize, n_reads: &'a AtomicUsize) -> Vec<Block<'a>> {
    let of = |names: &[String]| Block {
        prices: prices.select(names).unwrap(),
        mark: format!("from {} on, {}", names[0], names.len()),
        n_reads,
        is_lost: false,
    };
    prices.names().chunks(size).map(of).collect()
}

struct Setting {
    world: World,
    own: Vec<Vec<NaiveDate>>,
    run: Accumulator,
    expected: Accumulated,
}

fn setting(model: &dyn ExpectedReturnModel) -> Setting {
    let world = World::new(5, 0.04);
    let own = own_dates(5);
    let data = world.returns(Compounding::Simple);
    let (run, _, expected) = accumulate(&data, model, &designs().swap_remove(0), &own);
    Setting { world, own, run, expected }
}

impl Setting {
    /// The dates of assets by their names, `a000` on.
    fn dates(&self, names: &[String]) -> Result<ResponseDates> {
        let of = |name: &String| self.own[name[1..].parse::<usize>().unwrap()].clone();
        ResponseDates::of_assets(names.iter().map(of))
    }
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("es-saved-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn files(&self) -> Vec<(String, String)> {
        let read = |entry: std::fs::DirEntry| {
            let name = entry.file_name().into_string().unwrap();
            (name, std::fs::read_to_string(entry.path()).unwrap())
        };
        let mut all: Vec<_> =
            std::fs::read_dir(&self.0).unwrap().map(|entry| read(entry.unwrap())).collect();
        all.sort();
        all
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Text tells apart what `==` does not, such as zeros of two signs.
fn text(found: &Accumulated) -> String {
    serde_json::to_string(found).unwrap()
}

#[test]
fn an_interrupted_run_goes_on_in_the_same_bits() {
    let setting = setting(&MarketModel::on("m"));
    let expected = text(&setting.expected);
    let dates = |names: &[String]| setting.dates(names);
    let of_files: RefCell<Vec<_>> = RefCell::default();
    for (threads, size) in [(1, 32), (2, 32), (1, 64), (2, 64), (2, 96)] {
        let folder = Folder::new(&format!("resume-{threads}-{size}"));
        let n_reads = AtomicUsize::new(0);
        let all = || blocks(&setting.world.prices, size, &n_reads);
        let n_blocks = all().len();
        let saved = SavedRun::new(&setting.run, folder.0.join("parts"), dates);
        let within = |blocks: Vec<Block<'_>>| {
            // The pool is given by hand: blocks count in a cell of this thread.
            eventstudy::with_threads(threads, || saved.run(blocks)).unwrap()
        };
        let mut lost = all();
        lost[n_blocks - 1].is_lost = true;
        assert!(within(lost).is_err());
        assert_eq!(n_reads.swap(0, Ordering::Relaxed), n_blocks - 1);
        assert_eq!(text(&within(all()).unwrap()), expected);
        assert_eq!(n_reads.swap(0, Ordering::Relaxed), 1, "only what was not finished");
        assert_eq!(text(&within(all()).unwrap()), expected);
        assert_eq!(n_reads.load(Ordering::Relaxed), 0);

        // A part in memory and the same from its file.
        let first = all().swap_remove(0);
        let from_file = saved.part(0, &first).unwrap();
        let again = SavedRun::new(&setting.run, folder.0.join("again"), dates);
        let computed = again.part(0, &first).unwrap();
        let json = |partial: &Partial| serde_json::to_string(partial).unwrap();
        assert_eq!(json(&from_file), json(&computed));
        if size == 32 {
            let parts = Folder(folder.0.join("parts")).files();
            let names: Vec<&str> = parts.iter().map(|(name, _)| &name[..]).collect();
            let shards = ["shard-000000.json", "shard-000001.json", "shard-000002.json"];
            assert_eq!(names, shards);
            of_files.borrow_mut().push(parts);
        }
        // Without files.
        let streamed = eventstudy::with_threads(threads, || {
            setting.run.run_blocks(all(), |prices| setting.dates(prices.names()))
        });
        assert_eq!(text(&streamed.unwrap().unwrap()), expected);
    }
    let of_files = of_files.into_inner();
    assert_eq!(of_files[0], of_files[1], "the files, too, whatever the number of threads");
}

#[test]
fn parts_may_be_made_and_merged_in_any_order() {
    let setting = setting(&ConstantMeanModel);
    let folder = Folder::new("order");
    let n_reads = AtomicUsize::new(0);
    let saved = SavedRun::new(&setting.run, &folder.0, |names: &[String]| setting.dates(names));
    let blocks = blocks(&setting.world.prices, 32, &n_reads);
    let [a, b, c] = [2, 0, 1].map(|k| saved.part(32 * k, &blocks[k]).unwrap());
    let left = a.clone().merge(b.clone()).unwrap().merge(c.clone()).unwrap();
    let right = a.merge(b.merge(c).unwrap()).unwrap();
    for merged in [left, right] {
        assert_eq!(text(&setting.run.finish(&merged).unwrap()), text(&setting.expected));
    }
    assert_eq!(text(&saved.run(blocks).unwrap()), text(&setting.expected));
    assert_eq!(n_reads.load(Ordering::Relaxed), 3);
}

#[test]
fn parts_of_other_runs_are_refused() {
    let setting = setting(&MarketModel::on("m"));
    let folder = Folder::new("refuse");
    let n_reads = AtomicUsize::new(0);
    let all = || blocks(&setting.world.prices, 32, &n_reads);
    let dates = |names: &[String]| setting.dates(names);
    let saved = SavedRun::new(&setting.run, &folder.0, dates);
    saved.run(all()).unwrap();
    let whole = folder.files();
    let refused = |result: Result<Accumulated>, what: &str| {
        let error = result.unwrap_err();
        let Error::Shard(ShardFault::FileOfAnotherRun { what: found, .. }) = &error else {
            panic!("{error}")
        };
        assert_eq!(*found, what);
        assert!(error.to_string().contains("shard-00000"), "{error}");
        assert!(error.to_string().contains("is of another run: its "), "{error}");
    };

    let data = setting.world.returns(Compounding::Simple);
    let dates_of_run = setting.run.dates().to_vec();
    let design = designs().swap_remove(0);
    let other = Accumulator::new(&data.1, &ConstantMeanModel, design.clone(), dates_of_run.clone());
    let other = other.unwrap();
    refused(SavedRun::new(&other, &folder.0, dates).run(all()), "fingerprint of the settings");
    let model = MarketModel::on("m");
    let other = Accumulator::new(&data.1, &model, design, dates_of_run).unwrap();
    let other = other.mean_correlation(false);
    refused(SavedRun::new(&other, &folder.0, dates).run(all()), "fingerprint of the settings");

    let mut changed = all();
    changed[1].mark.push('x');
    refused(saved.run(changed), "fingerprint of the prices");
    let larger = blocks(&setting.world.prices, 64, &n_reads);
    refused(saved.run(larger), "fingerprint of the prices");
    let fewer = |names: &[String]| {
        let mut all: Vec<Vec<NaiveDate>> =
            names.iter().map(|n| setting.own[n[1..].parse::<usize>().unwrap()].clone()).collect();
        all[3].pop();
        ResponseDates::of_assets(all)
    };
    let fewer = SavedRun::new(&setting.run, &folder.0, fewer);
    refused(fewer.run(all()), "fingerprint of the response dates");
    // Nothing was overwritten on the way.
    assert_eq!(folder.files(), whole);

    let path = saved.path(32);
    let good = std::fs::read_to_string(&path).unwrap();
    let with = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        std::fs::write(&path, good.replacen(from, to, 1)).unwrap();
        saved.run(all())
    };
    let version = format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION"));
    refused(with(&version, "\"version\":\"0.0.0\""), "version of the crate");
    refused(with("\"format\":1", "\"format\":2"), "format");
    refused(with("\"first_asset\":32", "\"first_asset\":64"), "first asset");
    refused(with("\"first_shard\":1", "\"first_shard\":5"), "assets");
    let not_one = |result: Result<Accumulated>| {
        assert!(matches!(result, Err(Error::Deserialise { what: "saved part of a run", .. })));
    };
    not_one(with("\"format\":1", "\"format\":1,\"more\":2"));
    not_one(with("\"n_fitted\":", "\"n_fitted\":-"));
    std::fs::write(&path, &good[..good.len() / 2]).unwrap();
    not_one(saved.run(all()));
    std::fs::write(&path, &good).unwrap();
    // What a process that was ended left behind is in nobody's way.
    std::fs::write(folder.0.join("shard-000001.json.77.tmp"), "half").unwrap();
    assert_eq!(text(&saved.run(all()).unwrap()), text(&setting.expected));
}

#[test]
fn blocks_end_at_whole_shards_and_share_no_asset() {
    let setting = setting(&ConstantMeanModel);
    let folder = Folder::new("blocks");
    let n_reads = AtomicUsize::new(0);
    let dates = |names: &[String]| setting.dates(names);
    let saved = SavedRun::new(&setting.run, &folder.0, dates);
    let odd = blocks(&setting.world.prices, 40, &n_reads);
    let message = saved.run(odd).unwrap_err().to_string();
    assert!(message.contains("= 40: expected a multiple of 32"), "{message}");
    std::fs::remove_dir_all(&folder.0).unwrap();

    let twice = || {
        let mut twice = blocks(&setting.world.prices, 32, &n_reads);
        twice.truncate(2);
        twice.push(blocks(&setting.world.prices, 32, &n_reads).swap_remove(0));
        twice
    };
    let by_prices = |prices: &PricePanel| setting.dates(prices.names());
    for result in [saved.run(twice()), setting.run.run_blocks(twice(), by_prices)] {
        assert_eq!(result.unwrap_err().to_string(), "asset `a000` occurs twice");
    }
    let none: [Block<'_>; 0] = [];
    assert!(saved.run(none).is_err());
}

#[test]
fn delimited_files_are_blocks() {
    let setting = setting(&MarketModel::on("m"));
    let folder = Folder::new("csv");
    let prices = &setting.world.prices;
    let paths: Vec<PathBuf> = prices
        .names()
        .chunks(32)
        .enumerate()
        .map(|(k, names)| {
            let block = prices.select(names).unwrap();
            let mut text = format!("date,{}\n", names.join(","));
            for t in 0..block.n_dates() {
                text += &day(t).to_string();
                for asset in block.assets() {
                    text.push(',');
                    text += &block.price(asset, t).map_or(String::new(), |p| p.to_string());
                }
                text.push('\n');
            }
            let path = folder.0.join(format!("{k}.csv"));
            std::fs::write(&path, text).unwrap();
            path
        })
        .collect();
    let blocks = || paths.iter().map(CsvBlock::new);
    let parts = folder.0.join("parts");
    let saved = SavedRun::new(&setting.run, &parts, |names: &[String]| setting.dates(names));
    for _ in 0..2 {
        assert_eq!(text(&saved.run(blocks()).unwrap()), text(&setting.expected));
    }
    let file = std::fs::read_to_string(&paths[1]).unwrap();
    std::fs::write(&paths[1], file.replacen("a032", "A032", 1)).unwrap();
    let error = saved.run(blocks()).unwrap_err().to_string();
    assert!(error.contains("fingerprint of the prices"), "{error}");
}

proptest! {
    #[test]
    fn numbers_read_back_bit_by_bit(bits in any::<u64>()) {
        let value = f64::from_bits(bits);
        prop_assume!(value.is_finite());
        let text = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(serde_json::from_str::<f64>(&text).unwrap().to_bits(), bits);
    }
}
