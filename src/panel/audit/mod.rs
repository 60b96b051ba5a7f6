//! What looks wrong in a panel of prices, before a study leans on it.
//!
//! An audit changes nothing and drops nothing: it lists what a person should look at. Real collapses
//! look like faults too, so each finding has to be judged.

mod find;
mod seams;
#[cfg(test)]
mod tests;

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::PricePanel;
use crate::{Error, Result};

/// The first day on which the prices of an asset come from another source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Seam {
    /// Name of the asset in the panel.
    pub asset: String,
    /// First day of the new source.
    pub date: NaiveDate,
    /// The source before.
    pub from: String,
    /// The source from that day on.
    pub to: String,
}

/// What an audit looks for, and from where on it counts.
///
/// Thresholds in deviations are multiples of the asset's own volatility: 1.4826 times the median
/// absolute log return from row to row, which estimates the standard deviation of normal returns and
/// is not moved by the faults that are looked for (Rousseeuw and Croux 1993,
/// [doi:10.1080/01621459.1993.10476408](https://doi.org/10.1080/01621459.1993.10476408)). A return
/// over missing rows is divided by the square root of the rows it spans.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AuditOptions {
    /// A jump is a move up or down by more than this factor; 1.6.
    pub jump_factor: f64,
    /// A jump is also a move of more deviations than this, where there is a number; 20.
    pub jump_deviations: Option<f64>,
    /// A jump is a reversal where the price comes back within this many rows; 3.
    pub reversal_rows: usize,
    /// The price has come back where what is left of the log move is below this share of it; 0.25.
    pub reversal_share: f64,
    /// A stale run has at least this many equal prices in a row; 10.
    pub stale_rows: usize,
    /// A gap has at least this many missing rows; 1.
    pub gap_rows: usize,
    /// A level shift at a seam is a move of more deviations than this; 6.
    pub seam_deviations: f64,
    /// Changes of source, where they are known.
    pub seams: Vec<Seam>,
}

impl Default for AuditOptions {
    fn default() -> Self {
        Self {
            jump_factor: 1.6,
            jump_deviations: Some(20.0),
            reversal_rows: 3,
            reversal_share: 0.25,
            stale_rows: 10,
            gap_rows: 1,
            seam_deviations: 6.0,
            seams: Vec::new(),
        }
    }
}

impl AuditOptions {
    /// Looks at these changes of source too.
    #[must_use]
    pub fn seams(mut self, seams: Vec<Seam>) -> Self {
        self.seams = seams;
        self
    }

    /// Counts moves by more than this factor as jumps.
    #[must_use]
    pub fn jump_factor(mut self, factor: f64) -> Self {
        self.jump_factor = factor;
        self
    }

    /// Counts moves of more deviations than this as jumps, or no move for its deviations.
    #[must_use]
    pub fn jump_deviations(mut self, deviations: Option<f64>) -> Self {
        self.jump_deviations = deviations;
        self
    }

    fn check(&self) -> Result<()> {
        let positive = |name: &'static str, value: f64, least: f64, expected: &'static str| {
            if value.is_finite() && value > least {
                Ok(())
            } else {
                Err(Error::Setting { name, value: value.to_string(), expected })
            }
        };
        positive("jump_factor", self.jump_factor, 1.0, "a factor above 1")?;
        positive("seam_deviations", self.seam_deviations, 0.0, "a positive number")?;
        positive("reversal_share", self.reversal_share, 0.0, "a share between 0 and 1")?;
        positive("1 - reversal_share", 1.0 - self.reversal_share, 0.0, "a share between 0 and 1")?;
        if let Some(deviations) = self.jump_deviations {
            positive("jump_deviations", deviations, 0.0, "a positive number")?;
        }
        if self.stale_rows < 2 || self.gap_rows < 1 {
            let (name, value) = if self.gap_rows < 1 {
                ("gap_rows", self.gap_rows)
            } else {
                ("stale_rows", self.stale_rows)
            };
            let expected = "at least 1 missing row and at least 2 equal prices";
            return Err(Error::Setting { name, value: value.to_string(), expected });
        }
        Ok(())
    }
}

/// What was found, with its numbers. Log returns are natural logarithms.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// A move that stayed. Real news, an exchange of units, or a change of source.
    Jump {
        /// Log return from the price before.
        log_return: f64,
        /// The same in deviations; `None` where the asset has no volatility.
        deviations: Option<f64>,
        /// Rows since the price before; 1 where no row is missing.
        n_rows: usize,
    },
    /// A move that the next rows undo: most often a bad print.
    Reversal {
        /// Log return of the first row that is off.
        log_return: f64,
        /// What is left of it after the price came back.
        log_return_left: f64,
        /// Rows that are off.
        n_rows: usize,
    },
    /// Equal prices in a row.
    StaleRun {
        /// How many.
        n_rows: usize,
    },
    /// Rows without a price between the first price and the last.
    Gap {
        /// How many.
        n_rows: usize,
    },
    /// A move at a change of source that is large for the asset.
    SeamShift {
        /// Log return from the last price of the source before.
        log_return: f64,
        /// The same in deviations; `None` where the asset has no volatility.
        deviations: Option<f64>,
    },
    /// Missing rows at a change of source.
    SeamGap {
        /// How many.
        n_rows: usize,
    },
}

impl Fault {
    /// Position of the kind in the order of a report.
    fn order(&self) -> u8 {
        match self {
            Self::Jump { .. } => 0,
            Self::Reversal { .. } => 1,
            Self::StaleRun { .. } => 2,
            Self::Gap { .. } => 3,
            Self::SeamShift { .. } => 4,
            Self::SeamGap { .. } => 5,
        }
    }

    /// Rows from the first date concerned on: 1 for a move that stayed.
    pub(crate) fn n_rows(&self) -> usize {
        match self {
            Self::Jump { .. } | Self::SeamShift { .. } | Self::SeamGap { .. } => 1,
            Self::Reversal { n_rows, .. } | Self::StaleRun { n_rows } | Self::Gap { n_rows } => {
                *n_rows
            }
        }
    }

    /// Name of the kind, as in the serialised record.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Jump { .. } => "jump",
            Self::Reversal { .. } => "reversal",
            Self::StaleRun { .. } => "stale_run",
            Self::Gap { .. } => "gap",
            Self::SeamShift { .. } => "seam_shift",
            Self::SeamGap { .. } => "seam_gap",
        }
    }
}

/// One line of an audit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Name of the asset.
    pub asset: String,
    /// First date concerned: of the price after a jump, of the first row that is off, equal or
    /// missing, of the first price of a new source.
    pub date: NaiveDate,
    /// What was found.
    #[serde(flatten)]
    pub fault: Fault,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let factor = |log_return: f64| log_return.exp();
        match self {
            Self::Jump { log_return, deviations, n_rows } => {
                write!(f, "jump to {:.4} times the price before", factor(*log_return))?;
                write_deviations(f, *deviations)?;
                if *n_rows > 1 {
                    write!(f, " over {n_rows} rows")?;
                }
                Ok(())
            }
            Self::Reversal { log_return, log_return_left, n_rows } => write!(
                f,
                "{n_rows} row{} at {:.4} times the price before, which comes back to {:.4} of it",
                plural(*n_rows),
                factor(*log_return),
                factor(*log_return_left)
            ),
            Self::StaleRun { n_rows } => write!(f, "the same price in {n_rows} rows"),
            Self::Gap { n_rows } => write!(f, "{n_rows} row{} without a price", plural(*n_rows)),
            Self::SeamShift { log_return, deviations } => {
                write!(f, "new source at {:.4} times the last price", factor(*log_return))?;
                write_deviations(f, *deviations)
            }
            Self::SeamGap { n_rows } => {
                write!(f, "{n_rows} row{} without a price before a new source", plural(*n_rows))
            }
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.asset, self.date, self.fault)
    }
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

fn write_deviations(f: &mut fmt::Formatter<'_>, deviations: Option<f64>) -> fmt::Result {
    match deviations {
        Some(deviations) => write!(f, " ({deviations:+.1} deviations)"),
        None => Ok(()),
    }
}

/// The findings of an audit, by asset in the order of the panel, then by date, then by kind.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    findings: Vec<Finding>,
}

impl Audit {
    /// The findings.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Those of the findings for which `keep` holds.
    pub(crate) fn keeping(mut self, keep: impl Fn(&Finding) -> bool) -> Self {
        self.findings.retain(keep);
        self
    }

    /// True where nothing was found.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// How many findings there are of each kind that occurs, in the order of the kinds.
    pub fn counts(&self) -> Vec<(&'static str, usize)> {
        let mut counts: Vec<(u8, &'static str, usize)> = Vec::new();
        for finding in &self.findings {
            let (order, name) = (finding.fault.order(), finding.fault.name());
            match counts.iter_mut().find(|c| c.0 == order) {
                Some(count) => count.2 += 1,
                None => counts.push((order, name, 1)),
            }
        }
        counts.sort_unstable();
        counts.into_iter().map(|(_, name, n)| (name, n)).collect()
    }
}

impl fmt::Display for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        Ok(())
    }
}

impl PricePanel {
    /// Looks for jumps, reversals, stale runs, gaps and seams.
    ///
    /// Jumps and stale runs are looked for between prices that follow one another, whether rows are
    /// missing between them or not. A move that is a reversal is not listed as a jump too.
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use eventstudy::panel::{AuditOptions, PricePanel};
    ///
    /// let day = |d| NaiveDate::from_ymd_opt(2026, 1, d).unwrap();
    /// let prices = [100.0, 101.0, 9.9, 100.0, 102.0];
    /// let dated = prices.iter().zip(1..).map(|(p, d)| (day(d), *p)).collect();
    /// let panel = PricePanel::from_series(vec![("xyz".to_owned(), dated)])?;
    /// let audit = panel.audit(&AuditOptions::default())?;
    /// assert_eq!(
    ///     audit.to_string(),
    ///     "xyz 2026-01-03: 1 row at 0.0980 times the price before, \
    ///      which comes back to 0.9901 of it\n"
    /// );
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a threshold outside its domain; [`Error::UnknownAsset`] for a seam of an
    /// asset that the panel does not hold.
    pub fn audit(&self, options: &AuditOptions) -> Result<Audit> {
        options.check()?;
        let mut seams: Vec<(super::AssetId, NaiveDate)> = Vec::with_capacity(options.seams.len());
        for seam in &options.seams {
            seams.push((self.asset(&seam.asset)?, seam.date));
        }
        seams.sort_unstable();
        let findings = self
            .assets()
            .flat_map(|asset| {
                let seams: Vec<NaiveDate> =
                    seams.iter().filter(|s| s.0 == asset).map(|s| s.1).collect();
                let mut found = find::find(self, asset, &seams, options);
                found.sort_by_key(|(date, fault)| (*date, fault.order()));
                let name = self.name(asset).to_owned();
                found.into_iter().map(move |(date, fault)| Finding {
                    asset: name.clone(),
                    date,
                    fault,
                })
            })
            .collect();
        Ok(Audit { findings })
    }
}
