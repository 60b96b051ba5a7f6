//! What the default promises, held against counts: its size from both sides, its coverage, the error
//! rates of its verdicts, an answer in every sample, and power where there must be some.

use statrs::distribution::{ContinuousCDF, Normal};

use crate::reading::{INTERVALS, P_VALUES};
use crate::record::Record;
use crate::set_ups::{Dates, SET_UPS, SetUp, World};
use crate::tally::Kind;

/// Standard errors off nominal that are too many, among the figures of a short run.
pub(crate) const FRESH: f64 = 3.0;
/// Chance that any stored figure is off by too many where all promises hold.
const BY_CHANCE: f64 = 0.01;
/// A set-up, number of dates and effect, and the least share in which it must be found at 5 %.
const POWER: (&str, usize, f64, f64) = ("shared-0.3", 3, 2.0, 75.0);
/// Share of verdicts on either side that may be wrong, in percent.
const WRONG_VERDICTS: f64 = 2.5;
/// Intervals of the default: of the two-sided test, and of both one-sided ones.
const OF_DEFAULT: [&str; 2] = [INTERVALS[0].0, INTERVALS[1].0];

/// Every promise of the default that the records break by more than so many standard errors.
pub(crate) fn faults(records: &[Record], tolerated: f64) -> Vec<String> {
    let mut faults: Vec<String> =
        records.iter().flat_map(|record| of_record(record, tolerated)).collect();
    // What has no answer has none at any level.
    faults.dedup();
    faults
}

/// Standard errors that the furthest of all figures is off by in one of a hundred runs, where every
/// promise holds: each may be off by chance (Bonferroni).
pub(crate) fn tolerated(records: &[Record]) -> f64 {
    let n = records.iter().flat_map(promises).map(|promise| promise.n_sides()).sum::<u32>();
    let normal = Normal::standard();
    normal.inverse_cdf(1.0 - BY_CHANCE / f64::from(n.max(1)))
}

/// The figure that is furthest on the wrong side, of all that were promised.
pub(crate) fn furthest(records: &[Record]) -> Option<Furthest<'_>> {
    let all: Vec<Promise<'_>> = records.iter().flat_map(promises).collect();
    let n_promises = all.len();
    let promise = all.into_iter().max_by(|a, b| a.errors_off().total_cmp(&b.errors_off()))?;
    Some(Furthest { promise, n_promises })
}

/// Of so many promises the one that is furthest off.
pub(crate) struct Furthest<'a> {
    pub(crate) promise: Promise<'a>,
    pub(crate) n_promises: usize,
}

/// A share of samples that is said beforehand.
pub(crate) struct Promise<'a> {
    pub(crate) record: &'a Record,
    percent: u32,
    nominal: f64,
    /// Whether more of them, and whether fewer, break it.
    sides: (bool, bool),
}

impl Promise<'_> {
    fn n_sides(&self) -> u32 {
        u32::from(self.sides.0) + u32::from(self.sides.1)
    }

    /// In percent.
    pub(crate) fn rate(&self) -> f64 {
        let (n, hits) = self.record.counts(self.percent);
        share(n, hits)
    }

    /// Standard errors on the wrong side of nominal; below zero on the right one.
    pub(crate) fn errors_off(&self) -> f64 {
        let (n, _) = self.record.counts(self.percent);
        let above = (self.rate() - self.nominal) / error(self.nominal, n);
        match self.sides {
            (true, true) => above.abs(),
            (true, false) => above,
            (false, _) => -above,
        }
    }

    /// What was found and what was promised.
    pub(crate) fn in_words(&self) -> String {
        let (rate, nominal, percent) = (self.rate(), self.nominal, self.percent);
        format!("{}: {rate:.2} % in place of {nominal} %, at {percent} %", place(self.record))
    }
}

/// What a record of the default must keep.
fn promises(record: &Record) -> Vec<Promise<'_>> {
    let Some(set_up) = SET_UPS.iter().find(|set_up| set_up.id == record.set_up) else {
        return Vec::new();
    };
    let procedure = record.procedure.as_str();
    let nothing = record.effect < 1e-9;
    let exact = nothing && set_up.dates_are_exchangeable();
    let sound = nothing || set_up.windows_are_kept_apart(record.n_events);
    let promise = |percent, nominal, sides| Promise { record, percent, nominal, sides };
    let all = match record.kind {
        Kind::Test if procedure == P_VALUES[0].0 => {
            [1, 5, 10].map(|percent| promise(percent, f64::from(percent), (nothing, exact))).into()
        }
        Kind::Interval if OF_DEFAULT.contains(&procedure) => {
            vec![promise(5, 95.0, (exact, sound))]
        }
        Kind::Verdict => {
            let wrong = sound && is_wrong(procedure, set_up, record.effect);
            vec![promise(5, WRONG_VERDICTS, (wrong, false))]
        }
        _ => Vec::new(),
    };
    all.into_iter().filter(|promise| promise.n_sides() > 0).collect()
}

/// Whether that verdict is wrong under that effect: nothing is supported, an effect of the margin
/// or more refuted.
pub(crate) fn is_wrong(verdict: &str, set_up: &SetUp, effect: f64) -> bool {
    match verdict {
        "supported" => effect < 1e-9,
        "refuted" => effect >= set_up.margin() - 1e-9,
        _ => false,
    }
}

/// Percent, and its standard error where it is nominal.
pub(crate) fn wrong_verdicts(n: u32) -> (f64, f64) {
    (WRONG_VERDICTS, error(WRONG_VERDICTS, n))
}

fn of_record(record: &Record, tolerated: f64) -> Vec<String> {
    if !SET_UPS.iter().any(|set_up| set_up.id == record.set_up) {
        return vec![format!("{}: unknown set-up", record.set_up)];
    }
    let mut faults = Vec::new();
    let is_default = match record.kind {
        Kind::Test => record.procedure == P_VALUES[0].0,
        Kind::Interval => OF_DEFAULT.contains(&record.procedure.as_str()),
        Kind::Verdict => true,
    };
    let percents: &[u32] = if record.kind == Kind::Test { &[1, 5, 10] } else { &[5] };
    for n in percents.iter().filter(|_| is_default).map(|percent| record.counts(*percent).0) {
        if n < record.n_samples {
            let none = record.n_samples - n;
            faults.push(format!("{}: no answer in {none} samples", place(record)));
        }
    }
    for promise in promises(record).iter().filter(|promise| promise.errors_off() > tolerated) {
        let off = promise.errors_off();
        faults.push(format!("{}, {off:.1} standard errors", promise.in_words()));
    }
    let (id, n_events, effect, floor) = POWER;
    let is_power = record.kind == Kind::Test
        && is_default
        && record.set_up == id
        && record.n_events == n_events
        && (record.effect - effect).abs() < 1e-9;
    let (n, hits) = record.counts(5);
    if is_power && share(n, hits) < floor {
        let power = share(n, hits);
        faults.push(format!("{}: power {power:.1} %, at least {floor} %", place(record)));
    }
    faults
}

/// Where, and of what.
pub(crate) fn place(record: &Record) -> String {
    let Record { set_up, n_events, effect, procedure, kind, .. } = record;
    let effect = if *effect < 1e-9 { String::new() } else { format!(", effect {effect}") };
    let kind = match kind {
        Kind::Test => "test",
        Kind::Interval => "interval",
        Kind::Verdict => "verdict",
    };
    format!("{set_up}, {n_events} events{effect}, {kind} {procedure}")
}

/// In percent.
pub(crate) fn share(n: u32, hits: u32) -> f64 {
    100.0 * f64::from(hits) / f64::from(n.max(1))
}

fn error(percent: f64, n: u32) -> f64 {
    (percent * (100.0 - percent) / f64::from(n.max(1))).sqrt()
}

impl SetUp {
    /// The effect that claims are about, in the units of the effects.
    fn margin(&self) -> f64 {
        match self.world {
            World::Simulated(_) => 1.0,
            World::Crypto { .. } => crate::crypto::MARGIN,
        }
    }

    /// Whether without an effect the events are exactly one more of the sets that they are held
    /// against: the size is then not only kept but met.
    fn dates_are_exchangeable(&self) -> bool {
        match self.world {
            World::Simulated(world) => {
                world.dates == Dates::Shared && world.variance <= 1.0 && !world.leaves_out
            }
            World::Crypto { .. } => true,
        }
    }

    /// Whether estimation windows are free of the effects of other events.
    fn windows_are_kept_apart(&self, n_events: usize) -> bool {
        match self.world {
            World::Simulated(world) => n_events == 1 || world.leaves_out,
            World::Crypto { .. } => true,
        }
    }
}
