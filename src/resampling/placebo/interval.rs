//! Intervals of the effect beyond what other dates gave, and why there is none.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Error;

/// Which test an [`ExcessInterval`] inverts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExcessIntervalKind {
    /// The two-sided test by distance from the centre of the placebo values: about as long on either
    /// side of the excess.
    Centred,
    /// Both one-sided tests, each at half of the significance.
    EqualTailed,
}

/// Confidence interval of the effect beyond the placebo mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ExcessInterval {
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
    /// Confidence level, such as 0.95.
    pub level: f64,
    /// The test that it inverts.
    pub kind: ExcessIntervalKind,
}

impl ExcessInterval {
    /// Whether no effect is one of the effects that it holds.
    pub fn contains_zero(&self) -> bool {
        self.contains(0.0)
    }

    /// Whether that effect is one of those that it holds.
    pub fn contains(&self, effect: f64) -> bool {
        self.lower <= effect && effect <= self.upper
    }
}

/// An interval of the effect, or that it is the whole line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum EffectInterval {
    /// It has two ends.
    Bounded(ExcessInterval),
    /// The test at this level rejects no effect at all.
    Unbounded(UnboundedInterval),
}

/// The whole line as an interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct UnboundedInterval {
    /// Confidence level.
    pub level: f64,
    /// The test that would have been inverted.
    pub kind: ExcessIntervalKind,
    /// Why no effect is excluded.
    pub unbounded: UnboundedBecause,
}

/// Why a test excludes no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnboundedBecause {
    /// So few sets that the smallest p-value lies above the significance.
    TooFewSets {
        /// Fewest that reach it.
        n_needed: usize,
        /// How many there are.
        n_found: usize,
    },
    /// Too many sets share windows with the events and move with their effect at least as much as
    /// they do themselves: whatever is taken off, they stay as extreme.
    TooFewApart {
        /// Fewest sets that must move less than the events.
        n_needed: usize,
        /// How many do.
        n_found: usize,
    },
}

impl From<ExcessInterval> for EffectInterval {
    fn from(interval: ExcessInterval) -> Self {
        Self::Bounded(interval)
    }
}

impl EffectInterval {
    /// The interval where it has ends.
    pub fn bounded(&self) -> Option<&ExcessInterval> {
        match self {
            Self::Bounded(interval) => Some(interval),
            Self::Unbounded(_) => None,
        }
    }

    /// Lower and upper end; `None` for the whole line.
    pub fn ends(&self) -> Option<(f64, f64)> {
        self.bounded().map(|interval| (interval.lower, interval.upper))
    }

    /// Why it is the whole line.
    pub fn unbounded(&self) -> Option<UnboundedBecause> {
        match self {
            Self::Bounded(_) => None,
            Self::Unbounded(interval) => Some(interval.unbounded),
        }
    }

    /// Confidence level.
    pub fn level(&self) -> f64 {
        match self {
            Self::Bounded(interval) => interval.level,
            Self::Unbounded(interval) => interval.level,
        }
    }

    /// Whether it holds that effect; the whole line holds every effect.
    pub fn contains(&self, effect: f64) -> bool {
        self.bounded().is_none_or(|interval| interval.contains(effect))
    }
}

impl UnboundedInterval {
    /// The same as an error.
    pub(super) fn error(self) -> Error {
        let (unit, n_needed, n_found) = match self.unbounded {
            UnboundedBecause::TooFewSets { n_needed, n_found } => {
                ("placebo sets", n_needed, n_found)
            }
            UnboundedBecause::TooFewApart { n_needed, n_found } => {
                ("placebo sets apart from the events", n_needed, n_found)
            }
        };
        let what = format!("a placebo interval at level {}", self.level);
        Error::TooFew { what, unit, n_needed, n_found }
    }
}

impl fmt::Display for UnboundedBecause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFewSets { n_needed, n_found } => {
                write!(f, "{n_found} placebo sets exclude no effect, {n_needed} could")
            }
            Self::TooFewApart { n_needed, n_found } => write!(
                f,
                "{n_found} placebo sets move less with an effect than the events do, where \
                 {n_needed} must for one to be excluded"
            ),
        }
    }
}
