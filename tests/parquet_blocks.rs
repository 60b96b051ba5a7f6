//! A universe in one Parquet file, read in blocks of columns, gives the bits of one in memory.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accumulation_support;
mod common;

use std::path::Path;

use accumulation_support::*;
use chrono::NaiveDate;
use eventstudy::abnormal::{Accumulated, ResponseDates, SavedRun};
use eventstudy::models::MarketModel;
use eventstudy::panel::{Compounding, WideParquet};
use eventstudy::{Error, Result, ShardFault};

fn text(found: &Accumulated) -> String {
    serde_json::to_string(found).unwrap()
}

#[test]
fn blocks_of_columns_give_the_bits_of_the_whole() {
    let folder = std::env::temp_dir().join(format!("es-pq-blocks-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let world = World::new(9, 0.04);
    let own = own_dates(9);
    let data = world.returns(Compounding::Simple);
    let design = designs().swap_remove(0);
    let (run, _, expected) = accumulate(&data, &MarketModel::on("m"), &design, &own);
    let path = folder.join("prices.parquet");
    world.prices.write_parquet(&path).unwrap();
    let dates = |names: &[String]| {
        let of =
            |name: &String| -> Vec<NaiveDate> { own[name[1..].parse::<usize>().unwrap()].clone() };
        ResponseDates::of_assets(names.iter().map(of))
    };
    let file = WideParquet::open(&path).unwrap();
    let within = |threads, work: &(dyn Fn() -> Result<Accumulated> + Sync)| {
        eventstudy::with_threads(threads, work).unwrap()
    };
    for threads in [1, 2] {
        for size in [1, 32, 50, 64, 100] {
            let blocks = file.blocks(size).unwrap();
            let streamed =
                within(threads, &|| run.run_blocks(blocks.clone(), |p| dates(p.names())));
            assert_eq!(text(&streamed.unwrap()), text(&expected), "blocks of {size}");
        }
        let parts = folder.join(format!("parts-{threads}"));
        // Two blocks are finished; then all are asked for, twice.
        let saved = SavedRun::new(&run, &parts, dates);
        for block in &file.blocks(32).unwrap()[1..] {
            let _ = saved.part(block.assets().start, block).unwrap();
        }
        for _ in 0..2 {
            let found = within(threads, &|| saved.run(file.blocks(32).unwrap()));
            assert_eq!(text(&found.unwrap()), text(&expected));
        }
    }

    // One price of one asset changes: the parts of other blocks still hold.
    let changed = folder.join("changed.parquet");
    let date = world.prices.axis().date(200);
    world.prices.with_price("a040", date, Some(51.0)).unwrap().write_parquet(&changed).unwrap();
    let file = WideParquet::open(&changed).unwrap();
    let saved = SavedRun::new(&run, folder.join("parts-1"), dates);
    let blocks = file.blocks(32).unwrap();
    let part = |k: usize| saved.part(32 * k, &blocks[k]);
    assert!(part(0).is_ok() && part(2).is_ok());
    let Err(Error::Shard(ShardFault::FileOfAnotherRun { path, what, .. })) = part(1) else {
        panic!("a stale part")
    };
    assert_eq!(what, "fingerprint of the prices");
    assert_eq!(path.file_name(), Some(Path::new("shard-000001.json").as_os_str()));
    std::fs::remove_dir_all(&folder).unwrap();
}
