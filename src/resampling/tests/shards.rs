//! Runs in parts.

use proptest::prelude::*;
use serde_json::Value;

use super::{all_schemes, skewed, stationary, values};
use crate::resampling::{BootstrapDistribution, BootstrapShard, SeriesBootstrap, SeriesScheme};
use crate::{Error, ShardFault, with_threads};

const N: usize = 60;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_cut_and_any_order_gives_the_bits_of_the_run(
        x in values(8..30), cuts in prop::collection::vec(1..N, 0..6), turn in 0..7_usize,
        seed in any::<u64>(), n_threads in 1..4_usize,
    ) {
        for scheme in all_schemes(3) {
            let bootstrap = SeriesBootstrap::new(scheme).unwrap().replicates(N).seed(seed);
            let run = bootstrap.prepare_mean(&x).unwrap();
            let n = run.n_replicates();
            let mut ends: Vec<usize> = cuts.iter().map(|c| c * n / N).chain([0, n]).collect();
            ends.sort_unstable();
            ends.dedup();
            let mut shards: Vec<BootstrapShard> = with_threads(n_threads, || {
                ends.windows(2).map(|e| run.run_shard(e[0]..e[1]).unwrap()).collect()
            }).unwrap();
            let turn = turn % shards.len();
            shards.rotate_left(turn);
            shards.reverse();
            // By way of a file.
            let text = serde_json::to_string(&shards).unwrap();
            let read: Vec<BootstrapShard> = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&read, &shards);
            let whole = run.run().unwrap();
            let parts = BootstrapDistribution::from_shards(read).unwrap();
            prop_assert_eq!(&parts, &whole);
            let bits = |d: &BootstrapDistribution| {
                d.replicates().iter().map(|v| v.to_bits()).collect::<Vec<_>>()
            };
            prop_assert_eq!(bits(&parts), bits(&whole));
            // In one piece it has the acceleration of independent rows as well.
            prop_assert_eq!(bits(&whole), bits(&bootstrap.run_mean(&x).unwrap()));
        }
    }
}

fn bootstrap() -> SeriesBootstrap {
    stationary(4.0).unwrap().replicates(100).seed(1)
}

fn text(of: Result<BootstrapDistribution, Error>) -> String {
    of.unwrap_err().to_string()
}

#[test]
fn what_is_missing_is_found_and_computed() {
    let x = skewed(50);
    let run = bootstrap().prepare_mean(&x).unwrap();
    assert_eq!(run.missing(&[]).unwrap(), std::slice::from_ref(&(0..100)));
    let mut shards = vec![run.run_shard(60..80).unwrap(), run.run_shard(10..20).unwrap()];
    assert_eq!(run.missing(&shards).unwrap(), [0..10, 20..60, 80..100]);
    for range in run.missing(&shards).unwrap() {
        shards.push(run.run_shard(range).unwrap());
    }
    assert!(run.missing(&shards).unwrap().is_empty());
    assert_eq!((shards[0].range(), shards[0].replicates().len()), (60..80, 20));
    assert_eq!(shards[0].n_replicates_of_run(), 100);
    assert_eq!(BootstrapDistribution::from_shards(shards).unwrap(), run.run().unwrap());
}

#[test]
fn gaps_and_overlaps_are_named() {
    let x = skewed(50);
    let run = bootstrap().prepare_mean(&x).unwrap();
    let shards = |ranges: &[std::ops::Range<usize>]| -> Vec<BootstrapShard> {
        ranges.iter().map(|r| run.run_shard(r.clone()).unwrap()).collect()
    };
    let gap = BootstrapDistribution::from_shards(shards(&[50..100, 0..40]));
    assert!(matches!(gap, Err(Error::Shard(ShardFault::Gap { first: 40, end: 50 }))));
    assert_eq!(text(gap), "no shard holds the replicates 40..50");
    let end = BootstrapDistribution::from_shards([run.run_shard(0..99).unwrap()]);
    assert!(matches!(end, Err(Error::Shard(ShardFault::Gap { first: 99, end: 100 }))));
    let overlap = BootstrapDistribution::from_shards(shards(&[40..100, 0..55]));
    assert!(matches!(overlap, Err(Error::Shard(ShardFault::Overlap { first: 40, end: 55 }))));
    assert_eq!(text(overlap), "two shards hold the replicates 40..55");
    let inside = shards(&[0..100, 20..30]);
    assert!(matches!(
        run.missing(&inside),
        Err(Error::Shard(ShardFault::Overlap { first: 20, end: 30 }))
    ));
    assert_eq!(
        text(BootstrapDistribution::from_shards([])),
        "a bootstrap from shards needs at least 1 shards, found 0"
    );
    for range in [3..3, 90..101] {
        assert!(matches!(run.run_shard(range), Err(Error::Setting { .. })));
    }
}

#[test]
fn shards_of_another_run_are_refused() {
    let x = skewed(50);
    let mut other = x.clone();
    other.swap(3, 4);
    let run = bootstrap().prepare_mean(&x).unwrap();
    let first = run.run_shard(0..40).unwrap();
    let with = |rest: Result<BootstrapShard, Error>| {
        text(BootstrapDistribution::from_shards([first.clone(), rest.unwrap()]))
    };
    let of =
        |bootstrap: SeriesBootstrap| with(bootstrap.prepare_mean(&x).unwrap().run_shard(40..100));
    let start = "the shard 40..100 is of another run: its ";
    assert_eq!(of(bootstrap().seed(2)), format!("{start}seed is 2, not 1"));
    assert_eq!(
        of(stationary(5.0).unwrap().replicates(100).seed(1)),
        format!(
            "{start}scheme is StationaryBlock {{ mean_block_length: 5.0 }}, not StationaryBlock {{ \
             mean_block_length: 4.0 }}"
        )
    );
    assert_eq!(
        of(bootstrap().replicates(101)),
        format!("{start}number of replicates is 101, not 100")
    );
    // Two values in another order: the same mean.
    let swapped = with(bootstrap().prepare_mean(&other).unwrap().run_shard(40..100));
    assert!(swapped.starts_with(&format!("{start}hash of the data is ")), "{swapped}");
    let shorter = with(bootstrap().prepare_mean(&x[1..]).unwrap().run_shard(40..100));
    assert_eq!(shorter, format!("{start}number of rows is 49, not 50"));
    let median = bootstrap().prepare(&x, |v| v[0]).unwrap().run_shard(40..100);
    assert!(with(median).starts_with(&format!("{start}statistic of the sample is ")));
    let exact = SeriesScheme::NonOverlapping { block_length: 25 };
    let exact = SeriesBootstrap::new(exact).unwrap().prepare_mean(&x).unwrap().run_shard(0..4);
    assert!(run.missing(&[exact.unwrap()]).is_err());
}

#[test]
fn a_file_that_was_changed_is_refused() {
    let x = skewed(50);
    let run = bootstrap().prepare_mean(&x).unwrap();
    let mut json = serde_json::to_value(run.run_shard(0..100).unwrap()).unwrap();
    let replicates = json["replicates"].as_array_mut().unwrap();
    replicates.pop();
    let shard: BootstrapShard = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(
        text(BootstrapDistribution::from_shards([shard])),
        "shard 0..100 of 100 replicates has length 99, expected 100"
    );
    json["range"]["end"] = Value::from(99);
    let shard: BootstrapShard = serde_json::from_value(json).unwrap();
    assert!(matches!(
        BootstrapDistribution::from_shards([shard]),
        Err(Error::Shard(ShardFault::Gap { first: 99, end: 100 }))
    ));
}

#[test]
fn undefined_statistics_stop_a_shard() {
    let x = skewed(20);
    let bootstrap = stationary(2.0).unwrap().replicates(50);
    let log = |v: &[f64]| (v[0] - x[0]).ln();
    let fault = bootstrap.prepare(&x, log).unwrap().run_shard(0..10).unwrap_err();
    assert!(matches!(fault, Error::StatisticUndefined { .. }));
    let first = |v: &[f64]| if v[0].to_bits() == x[3].to_bits() { f64::NAN } else { v[0] };
    let run = bootstrap.prepare(&x, first).unwrap();
    let faults = (0..50).filter(|k| run.run_shard(*k..k + 1).is_err()).count();
    assert!(faults > 0 && faults < 20, "{faults}");
}
