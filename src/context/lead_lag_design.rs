//! A lead-lag verdict under every choice that can flip it.

use std::fmt;

use chrono::{NaiveDate, Weekday};
use serde::Serialize;

use super::{
    BarAlignment, CrisisRule, Granger, GrangerCausality, GrangerDirection, LagOrder, LeadLagPeak,
    PairedReturns, Period, SessionReturns, WeeklyReturns, cross_correlations,
};
use crate::panel::PricePanel;
use crate::regression::Covariance;
use crate::{Error, Result};

/// From when to when a return goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnFrequency {
    /// From one session to the next.
    Session,
    /// From Friday to Friday.
    Weekly,
}

/// Who moves first, by Granger's tests of both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadLagReading {
    /// Only the past of the first series helps to predict the other.
    FirstLeads,
    /// Only that of the second.
    SecondLeads,
    /// Both do.
    Feedback,
    /// Neither does. With few rows this is no evidence that nothing leads.
    Neither,
}

impl LeadLagReading {
    /// From the two p-values.
    pub fn of(p_first_leads: f64, p_second_leads: f64, significance: f64) -> Self {
        Self::from_leads(p_first_leads <= significance, p_second_leads <= significance)
    }

    /// From whether each series leads.
    fn from_leads(first: bool, second: bool) -> Self {
        match (first, second) {
            (true, false) => Self::FirstLeads,
            (false, true) => Self::SecondLeads,
            (true, true) => Self::Feedback,
            (false, false) => Self::Neither,
        }
    }
}

impl fmt::Display for LeadLagReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FirstLeads => "first leads",
            Self::SecondLeads => "second leads",
            Self::Feedback => "both lead",
            Self::Neither => "neither leads",
        })
    }
}

/// One choice with what it gives.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeadLagCell {
    /// Sessions or weeks.
    pub frequency: ReturnFrequency,
    /// The bar of the every-day asset.
    pub alignment: BarAlignment,
    /// The rule for crises.
    pub crises: String,
    /// Common returns that it left out.
    pub n_left_out: usize,
    /// Granger's tests.
    pub granger: Granger,
    /// The largest cross-correlation, with Bartlett's errors.
    pub peak: LeadLagPeak,
    /// Who leads.
    pub reading: LeadLagReading,
    /// The direction, of the first series and of the second, that p alone would have called a lead,
    /// where the sum of its coefficients is not above zero and the design
    /// [asks for that](LeadLagDesign::same_direction).
    pub against_the_sign: [bool; 2],
}

/// The same question under every choice.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeadLagVerdicts {
    /// Name of the first series, which trades in sessions.
    pub first: String,
    /// Name of the second, which trades every day.
    pub second: String,
    /// One for each frequency, alignment and rule for crises.
    pub cells: Vec<LeadLagCell>,
}

impl LeadLagVerdicts {
    /// The reading where it is the same in all cells.
    pub fn agreement(&self) -> Option<LeadLagReading> {
        let first = self.cells.first()?.reading;
        self.cells.iter().all(|cell| cell.reading == first).then_some(first)
    }

    /// Number of cells with that reading.
    pub fn count(&self, reading: LeadLagReading) -> usize {
        self.cells.iter().filter(|cell| cell.reading == reading).count()
    }

    /// Number of cells in which the past of the first series, or of the second, helps to predict the
    /// other one in the opposite direction, which the design does not count for a lead.
    pub fn count_against_the_sign(&self) -> [usize; 2] {
        [0, 1].map(|of| self.cells.iter().filter(|cell| cell.against_the_sign[of]).count())
    }

    /// The cells of one frequency.
    #[must_use]
    pub fn of(&self, frequency: ReturnFrequency) -> Self {
        let cells = self.cells.iter().filter(|cell| cell.frequency == frequency).cloned().collect();
        Self { cells, ..self.clone() }
    }
}

/// A lead-lag question of a series that trades in sessions and one that trades every day, asked under
/// both bar alignments, with and without crises, from session to session and from week to week.
///
/// Any one of these choices can flip the answer: [`BarAlignment::SameDay`] leans towards a lead of the
/// every-day asset, [`BarAlignment::PreviousDay`] towards one of the session, by hours and by most of
/// a day. An answer that holds under all of them is one of the data and not of the clock.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::context::{LagOrder, LeadLagDesign, LeadLagReading};
/// use eventstudy::panel::PricePanel;
///
/// let first = NaiveDate::from_ymd_opt(2015, 1, 1).unwrap();
/// let walk = |name: &str, shift: u64| {
///     let steps = (0..700_u64).map(move |t| (((t + shift) * (t + shift) * 31 + t) % 97) as f64 - 48.0);
///     let closes = steps.scan(0.0, |sum, step| { *sum += step; Some((*sum * 0.001_f64).exp()) });
///     PricePanel::from_series(vec![(name.to_owned(), first.iter_days().zip(closes).collect())])
/// };
/// let design = LeadLagDesign::new(LagOrder::Rows(2), LagOrder::Rows(1));
/// let found = design.run(&walk("rut", 0)?, "rut", &walk("btc", 40)?, "btc")?;
/// assert_eq!(found.cells.len(), 4); // two frequencies, two alignments, no rule for crises
/// if let Some(LeadLagReading::FirstLeads) = found.agreement() {
///     println!("{} leads under every choice", found.first);
/// }
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is tested until `run` is called"]
pub struct LeadLagDesign {
    sessions: LagOrder,
    weeks: LagOrder,
    covariance: Covariance,
    significance: f64,
    max_lag: [u16; 2],
    crises: Vec<CrisisRule>,
    since: Option<NaiveDate>,
    same_direction: bool,
    through: Option<NaiveDate>,
}

impl LeadLagDesign {
    /// Lags of the Granger tests in sessions and in weeks; HC1 errors, 5 %, cross-correlations up to
    /// 20 sessions and 13 weeks, all returns.
    pub fn new(sessions: LagOrder, weeks: LagOrder) -> Self {
        Self {
            sessions,
            weeks,
            covariance: Covariance::Hc1,
            significance: 0.05,
            max_lag: [20, 13],
            crises: vec![CrisisRule::none()],
            since: None,
            same_direction: false,
            through: None,
        }
    }

    /// The covariance of the Granger tests.
    pub fn covariance(mut self, covariance: Covariance) -> Self {
        self.covariance = covariance;
        self
    }

    /// Largest p (of F) that counts as a lead.
    pub fn significance(mut self, significance: f64) -> Self {
        self.significance = significance;
        self
    }

    /// Largest lags of the cross-correlations, in sessions and in weeks.
    pub fn max_lags(mut self, sessions: u16, weeks: u16) -> Self {
        self.max_lag = [sessions, weeks];
        self
    }

    /// Asks once more without the returns of a crisis.
    pub fn without(mut self, crises: CrisisRule) -> Self {
        self.crises.push(crises);
        self
    }

    /// Returns that end after this date alone.
    pub fn since(mut self, date: NaiveDate) -> Self {
        self.since = Some(date);
        self
    }

    /// A lead counts only where the sum of the coefficients on the lags is above zero: the series
    /// that follows moves the same way.
    ///
    /// F tells that the past of one series helps to predict the other, not in which direction: a
    /// market that turns after each rise of another one is "led" by it as well.
    pub fn same_direction(mut self) -> Self {
        self.same_direction = true;
        self
    }

    /// Returns that end on or before this date alone: what was known then, see [`WeeklyReturns`] for the
    /// hour. Nothing dated later is read, the closes behind a rule for crises among it.
    pub fn through(mut self, date: NaiveDate) -> Self {
        self.through = Some(date);
        self
    }

    /// The pairs of one cell.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownAsset`]; [`Error::PeriodReversed`] or [`Error::EmptyAxis`] where no return lies
    /// between [`since`](Self::since) and [`through`](Self::through); those of [`WeeklyReturns::of`], [`SessionReturns::of`] and
    /// [`PairedReturns::of`].
    pub fn pairs(
        &self,
        frequency: ReturnFrequency,
        alignment: BarAlignment,
        sessions: (&PricePanel, &str),
        every_day: (&PricePanel, &str),
    ) -> Result<PairedReturns> {
        let (one, other) = (sessions.0.select(&[sessions.1])?, every_day.0.select(&[every_day.1])?);
        let returns = match frequency {
            ReturnFrequency::Session => SessionReturns::new(alignment).of(&one, &other)?,
            ReturnFrequency::Weekly => {
                WeeklyReturns::on(Weekday::Fri, alignment).of(&one, &other)?
            }
        };
        let pairs =
            PairedReturns::of(&returns, returns.asset(sessions.1)?, returns.asset(every_day.1)?)?;
        if self.since.is_none() && self.through.is_none() {
            return Ok(pairs);
        }
        let before = |date: NaiveDate| date.pred_opt().unwrap_or(date);
        let since = self.since.unwrap_or_else(|| before(pairs.axis().first()));
        let through = self.through.unwrap_or_else(|| pairs.axis().last());
        pairs.within(Period::new(since, through)?)
    }

    /// Asks under every choice.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a significance outside (0, 1); those of [`pairs`](Self::pairs), of
    /// [`GrangerCausality::test`] and of [`cross_correlations`].
    pub fn run(
        &self,
        sessions: &PricePanel,
        first: &str,
        every_day: &PricePanel,
        second: &str,
    ) -> Result<LeadLagVerdicts> {
        if !(self.significance > 0.0 && self.significance < 1.0) {
            return Err(Error::Setting {
                name: "significance",
                value: self.significance.to_string(),
                expected: "a share between 0 and 1, both excluded",
            });
        }
        let mut cells = Vec::new();
        for (frequency, order, max_lag) in [
            (ReturnFrequency::Weekly, self.weeks, self.max_lag[1]),
            (ReturnFrequency::Session, self.sessions, self.max_lag[0]),
        ] {
            for alignment in BarAlignment::ALL {
                let all =
                    self.pairs(frequency, alignment, (sessions, first), (every_day, second))?;
                for crises in &self.crises {
                    let pairs = all.without(&crises.periods(all.axis()));
                    let test = GrangerCausality::new(order).covariance(self.covariance.clone());
                    let granger = test.test(&pairs)?;
                    let significant = |of: &GrangerDirection| of.test.p_f <= self.significance;
                    let against =
                        |of: &GrangerDirection| self.same_direction && of.sum.estimate <= 0.0;
                    let both = [&granger.first_leads, &granger.second_leads];
                    let [first, second] = both.map(|of| significant(of) && !against(of));
                    let against_the_sign = both.map(|of| significant(of) && against(of));
                    cells.push(LeadLagCell {
                        frequency,
                        alignment,
                        crises: crises.name().to_owned(),
                        n_left_out: all.n_common() - pairs.n_common(),
                        peak: cross_correlations(&pairs, max_lag, None)?.peak,
                        granger,
                        reading: LeadLagReading::from_leads(first, second),
                        against_the_sign,
                    });
                }
            }
        }
        Ok(LeadLagVerdicts { first: first.to_owned(), second: second.to_owned(), cells })
    }
}

#[cfg(test)]
mod tests;
