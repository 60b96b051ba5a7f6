//! A lead-lag verdict under every choice that can flip it.

use std::fmt;

use chrono::{NaiveDate, Weekday};
use serde::Serialize;

use super::{
    BarAlignment, CrisisRule, Granger, GrangerCausality, LagOrder, LeadLagPeak, PairedReturns,
    Period, SessionReturns, WeeklyReturns, cross_correlations,
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
        match (p_first_leads <= significance, p_second_leads <= significance) {
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
                    let reading = LeadLagReading::of(
                        granger.first_leads.test.p_f,
                        granger.second_leads.test.p_f,
                        self.significance,
                    );
                    cells.push(LeadLagCell {
                        frequency,
                        alignment,
                        crises: crises.name().to_owned(),
                        n_left_out: all.n_common() - pairs.n_common(),
                        peak: cross_correlations(&pairs, max_lag, None)?.peak,
                        granger,
                        reading,
                    });
                }
            }
        }
        Ok(LeadLagVerdicts { first: first.to_owned(), second: second.to_owned(), cells })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::streams::stream;
    use rand::Rng;

    fn day(n: usize) -> NaiveDate {
        NaiveDate::from_ymd_opt(2015, 1, 1).unwrap() + chrono::Days::new(n as u64)
    }

    fn noise(seed: u64, n: usize) -> Vec<f64> {
        let mut stream = stream(seed, 0);
        let mut uniform = || (stream.next_u64() >> 11) as f64 / (1_u64 << 53) as f64 - 0.5;
        (0..n).map(|_| 0.04 * uniform()).collect()
    }

    fn panel(name: &str, returns: &[f64]) -> PricePanel {
        let closes = returns.iter().scan(0.0, |sum, r| {
            *sum += r;
            Some(f64::exp(*sum))
        });
        let dated = closes.enumerate().map(|(n, c)| (day(n), c)).collect();
        PricePanel::from_series(vec![(name.to_owned(), dated)]).unwrap()
    }

    fn design() -> LeadLagDesign {
        LeadLagDesign::new(LagOrder::Rows(3), LagOrder::Rows(1))
            .without(CrisisRule::dates("first spring", [Period::new(day(60), day(150)).unwrap()]))
    }

    #[test]
    fn a_lead_of_a_week_is_found_under_every_choice() {
        let x = noise(1, 1400);
        let own = noise(2, 1400);
        let y: Vec<f64> =
            (0..1400).map(|t| own[t] + if t < 7 { 0.0 } else { 1.5 * x[t - 7] }).collect();
        let all_days = LeadLagDesign::new(LagOrder::Rows(8), LagOrder::Rows(1))
            .without(CrisisRule::dates("first spring", [Period::new(day(60), day(150)).unwrap()]));
        let found = all_days.run(&panel("x", &x), "x", &panel("y", &y), "y").unwrap();
        assert_eq!(found.cells.len(), 8);
        assert_eq!(found.agreement(), Some(LeadLagReading::FirstLeads));
        assert_eq!(found.count(LeadLagReading::FirstLeads), 8);
        assert_eq!(found.of(ReturnFrequency::Weekly).cells.len(), 4);
        assert_eq!(found.cells[0].n_left_out, 0);
        assert_eq!(found.cells[1].n_left_out, 13, "Fridays of 90 days");
        assert_eq!(found.cells[5].n_left_out, 90);
        assert_eq!((found.cells[0].peak.lag, found.cells[4].peak.lag), (1, 7));
    }

    #[test]
    fn the_clock_alone_can_make_a_lead() {
        // The same series on both calendars: under the previous day's bar y is x of the day before,
        // so x leads; under the same day's bar neither does.
        let x = noise(3, 1400);
        let noisy: Vec<f64> = x.iter().zip(noise(4, 1400)).map(|(x, e)| x + 0.3 * e).collect();
        let design = design().significance(0.001);
        let found = design.run(&panel("x", &x), "x", &panel("y", &noisy), "y").unwrap();
        let daily = found.of(ReturnFrequency::Session);
        assert_eq!(daily.cells[0].reading, LeadLagReading::Neither);
        assert_eq!(daily.cells[2].reading, LeadLagReading::FirstLeads);
        assert_eq!((daily.cells[0].peak.lag, daily.cells[2].peak.lag), (0, 1));
        assert_eq!(daily.agreement(), None);
    }

    #[test]
    fn returns_end_after_the_one_date_and_by_the_other() {
        let (x, y) = (panel("x", &noise(1, 200)), panel("y", &noise(2, 200)));
        let dates = |design: LeadLagDesign| {
            let pairs = design.pairs(
                ReturnFrequency::Session,
                BarAlignment::SameDay,
                (&x, "x"),
                (&y, "y"),
            )?;
            Ok::<_, Error>((pairs.axis().first(), pairs.axis().last()))
        };
        assert_eq!(dates(design()).unwrap(), (day(1), day(199)));
        assert_eq!(dates(design().since(day(20))).unwrap(), (day(21), day(199)));
        assert_eq!(dates(design().through(day(90))).unwrap(), (day(1), day(90)));
        assert_eq!(dates(design().since(day(20)).through(day(90))).unwrap(), (day(21), day(90)));
        assert_eq!(dates(design().through(day(900))).unwrap(), (day(1), day(199)));
        // A span without returns is no span of all.
        let none = dates(design().since(day(300)).through(day(400)));
        assert!(matches!(none, Err(Error::EmptyAxis)));
        for reversed in [design().since(day(199)), design().since(day(90)).through(day(20))] {
            assert!(matches!(dates(reversed), Err(Error::PeriodReversed { .. })));
        }
    }

    #[test]
    fn faults_are_named() {
        let x = panel("x", &noise(1, 200));
        let text = design().significance(0.0).run(&x, "x", &x, "x").unwrap_err().to_string();
        assert!(text.starts_with("significance = 0"));
        assert!(matches!(design().run(&x, "z", &x, "x"), Err(Error::UnknownAsset { .. })));
    }
}
