//! Stored results, and figures from them.

use crate::gate;
use crate::reading::{INTERVALS, PROCEDURES};
use crate::record::Record;
use crate::set_ups::SET_UPS;
use crate::tally::Kind;

/// Monte-Carlo standard errors on the wrong side of nominal from which a figure is marked.
const MARKED: f64 = 2.0;
/// Stands where there is no figure.
const NONE: &str = "–";

/// A figure to look up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key<'a> {
    pub(crate) kind: Kind,
    pub(crate) set_up: &'a str,
    pub(crate) n_events: usize,
    pub(crate) effect: f64,
    pub(crate) procedure: &'a str,
}

/// What was stored, with the lines of comment above it.
pub(crate) struct Results {
    pub(crate) comments: Vec<String>,
    pub(crate) records: Vec<Record>,
}

impl Results {
    fn find(&self, key: Key<'_>) -> Option<&Record> {
        self.records.iter().find(|r| {
            r.kind == key.kind
                && r.set_up == key.set_up
                && r.n_events == key.n_events
                && (r.effect - key.effect).abs() < 1e-9
                && r.procedure == key.procedure
        })
    }

    /// A share of samples in percent, and its standard error where it is nominal.
    pub(crate) fn rate(&self, key: Key<'_>, percent: u32) -> Option<(f64, f64)> {
        let (n, hits) = self.find(key)?.counts(percent);
        let rate = 100.0 * f64::from(hits) / f64::from(n);
        (n > 0).then(|| (rate, standard_error(percent, n)))
    }

    fn n(&self, key: Key<'_>, percent: u32) -> u32 {
        self.find(key).map_or(0, |record| record.counts(percent).0)
    }

    /// Whether they are of the procedures as they are now.
    pub(crate) fn are_current(&self) -> bool {
        self.comments.iter().any(|line| line == PROCEDURES)
    }

    /// The same as text, bold where it is on the wrong side of nominal.
    pub(crate) fn share(&self, key: Key<'_>, percent: u32) -> String {
        let Some((rate, error)) = self.rate(key, percent) else { return NONE.to_owned() };
        let level = f64::from(percent);
        let off = match key.kind {
            Kind::Test => key.effect.abs() < 1e-9 && rate > level + MARKED * error,
            Kind::Interval => rate < 100.0 - level - MARKED * error,
            Kind::Verdict => {
                let wrong = SET_UPS
                    .iter()
                    .filter(|set_up| set_up.id == key.set_up)
                    .any(|set_up| gate::is_wrong(key.procedure, set_up, key.effect));
                let (nominal, error) = gate::wrong_verdicts(self.n(key, percent));
                wrong && rate > nominal + MARKED * error
            }
        };
        if off { format!("**{rate:.1}**") } else { format!("{rate:.1}") }
    }

    /// Share of intervals at 95 % that hold the truth, and their mean width over that of the default.
    pub(crate) fn coverage(&self, key: Key<'_>) -> String {
        let default = Key { procedure: INTERVALS[0].0, ..key };
        let share = self.share(key, 5);
        match self.width(key).zip(self.width(default)) {
            Some((width, default)) => format!("{share} ({:.2})", width / default),
            None => share,
        }
    }

    /// Mean width of the intervals at 95 %, a decimal fraction.
    pub(crate) fn width(&self, key: Key<'_>) -> Option<f64> {
        self.find(key)?.mean_width
    }

    /// Samples of a cell without an effect.
    pub(crate) fn n_samples(&self) -> u32 {
        self.records.iter().map(|record| record.n_samples).max().unwrap_or(0)
    }
}

/// In percent, of a share that is nominal.
pub(crate) fn standard_error(percent: u32, n: u32) -> f64 {
    let level = f64::from(percent);
    (level * (100.0 - level) / f64::from(n.max(1))).sqrt()
}
