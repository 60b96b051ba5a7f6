//! Counts over samples.

use eventstudy::inference::registry;
use eventstudy::study::Verdict;
use serde::{Deserialize, Serialize};

use crate::reading::{INTERVALS, P_VALUES, Reading, SIGNIFICANCES};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// p-values at most as large as a significance.
    Test,
    /// Intervals that hold the true effect.
    Interval,
    /// Verdicts of the default rule.
    Verdict,
}

/// What one procedure did in the samples of a cell, at each of [`SIGNIFICANCES`].
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) kind: Kind,
    pub(crate) id: &'static str,
    /// Samples in which it is defined.
    pub(crate) n: [u32; 3],
    pub(crate) hits: [u32; 3],
    /// Sum of the widths of the intervals at 95 % that have ends, decimal fractions.
    pub(crate) width: f64,
    /// Intervals at 95 % without ends.
    pub(crate) n_unbounded: u32,
}

const VERDICTS: [(&str, Verdict); 3] = [
    ("supported", Verdict::Supported),
    ("refuted", Verdict::Refuted),
    ("undecided", Verdict::Undecided),
];

/// What all procedures did.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    pub(crate) n_samples: u32,
    pub(crate) lines: Vec<Line>,
}

impl Tally {
    pub(crate) fn new() -> Self {
        let line =
            |kind| move |id| Line { kind, id, n: [0; 3], hits: [0; 3], width: 0.0, n_unbounded: 0 };
        let dates = P_VALUES.iter().map(|(id, ..)| *id);
        let responses = registry().iter().map(eventstudy::inference::RegisteredTest::id);
        let intervals = INTERVALS.iter().map(|(id, ..)| *id);
        let lines = dates.chain(responses).map(line(Kind::Test));
        let lines = lines.chain(intervals.map(line(Kind::Interval)));
        let lines = lines.chain(VERDICTS.iter().map(|(id, _)| *id).map(line(Kind::Verdict)));
        Self { n_samples: 0, lines: lines.collect() }
    }

    pub(crate) fn add(&mut self, reading: &Reading) {
        self.n_samples += 1;
        let of = |kind| move |line: &&mut Line| line.kind == kind;
        for (line, p) in self.lines.iter_mut().filter(of(Kind::Test)).zip(reading.p_values()) {
            let Some(p) = p else { continue };
            for (level, significance) in SIGNIFICANCES.iter().enumerate() {
                line.n[level] += 1;
                // 0.05 as a share of counts may be a bit off.
                line.hits[level] += u32::from(p <= significance + 1e-12);
            }
        }
        for (level, significance) in SIGNIFICANCES.iter().enumerate() {
            let ends = reading.intervals(1.0 - significance);
            for (line, ends) in self.lines.iter_mut().filter(of(Kind::Interval)).zip(ends) {
                let Some([lower, upper]) = ends else { continue };
                line.n[level] += 1;
                line.hits[level] += u32::from((lower..=upper).contains(&reading.effect()));
                if level == MAIN && (upper - lower).is_finite() {
                    line.width += upper - lower;
                } else if level == MAIN {
                    line.n_unbounded += 1;
                }
            }
        }
        let Some(verdict) = reading.verdict() else { return };
        let lines = self.lines.iter_mut().filter(of(Kind::Verdict));
        for (line, (_, of_line)) in lines.zip(&VERDICTS) {
            line.n[MAIN] += 1;
            line.hits[MAIN] += u32::from(verdict == *of_line);
        }
    }

    /// Adds the counts of other samples of the same cell.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.n_samples += other.n_samples;
        for (line, other) in self.lines.iter_mut().zip(&other.lines) {
            for level in 0..SIGNIFICANCES.len() {
                line.n[level] += other.n[level];
                line.hits[level] += other.hits[level];
            }
            line.width += other.width;
            line.n_unbounded += other.n_unbounded;
        }
    }
}

/// Position of 5 % among [`SIGNIFICANCES`].
pub(crate) const MAIN: usize = 1;
