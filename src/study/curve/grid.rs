//! What a specification curve varies.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::alternatives::{EventAlternatives, Period, UniverseAlternative};
use super::columns::{Fit, Portfolio};
use super::outcome::ExcludedBecause;
use crate::abnormal::PortfolioRule;
use crate::events::Scope;
use crate::models::ExpectedReturnModel;
use crate::resampling::PlaceboStatistic;
use crate::study::{EventStudy, Weighting};
use crate::time::EstimationWindow;
use crate::{Error, Result};

/// Most specifications of a grid; beyond them the table is read by nobody.
const MOST: usize = 250_000;

/// Every combination of defensible choices around one study: sets of events, windows, periods,
/// models, estimation windows, universes, weights and portfolio definitions.
///
/// A *specification* takes one choice of each. Its estimate is what [`EventStudy::run`] gives as the
/// mean over event dates for the same choices. The windows are those of the study, and as in every
/// study they share the estimation window, and the assets of an event where its
/// [`AssetSet`](crate::study::AssetSet) is fixed. [`run`](Self::run) evaluates all specifications
/// and tests them together, see [`SpecificationCurve`](super::SpecificationCurve).
///
/// List what somebody who knows the field could have chosen, and nothing that answers another
/// question: a curve of different questions has no one answer.
///
/// ```
/// use std::sync::Arc;
///
/// use eventstudy::events::RuleAlternatives;
/// use eventstudy::prelude::*;
/// use eventstudy::study::{EventAlternatives, SpecificationGrid};
///
/// let index = PriceSeries::from_csv_path("data/russell2000.csv", "Russell 2000")?;
/// let coins = CsvOptions::default().assets(["btc", "eth"]);
/// let prices = PricePanel::from_csv_path_with("data/crypto_close.csv", &coins)?;
/// let data = StudyData::new(prices, Compounding::Simple).with_sessions(index.axis().clone())?;
///
/// let study = EventStudy::builder(Universe::of(["eth"]), MarketModel::on("btc"))
///     .estimation_window(EstimationWindow::trailing(250)?)
///     .windows([EventWindow::months(0, 1)?, EventWindow::months(0, 3)?])
///     .build()?;
/// let mut alternatives = RuleAlternatives::default();
/// alternatives.base = vec![60, 125, 250];
/// let rule = BreakoutRule::all_time_high();
/// let events = EventAlternatives::breakouts(&index, &rule, &alternatives)?;
/// let curve = SpecificationGrid::around(study, events)
///     .models([Arc::new(MarketModel::on("btc")) as _, Arc::new(ConstantMeanModel) as _])
///     .run(&data)?;
///
/// // Three bases, two windows, two models.
/// assert_eq!(curve.n_named, 12);
/// let one = curve.find(&[("base", "250 sessions"), ("window", "[0,3) months")])?;
/// assert_eq!(one.len(), 2);
/// assert!(curve.joint.median.p_values.two_sided >= curve.joint.attainable_p);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct SpecificationGrid {
    pub(super) study: EventStudy,
    pub(super) events: EventAlternatives,
    pub(super) models: Vec<Arc<dyn ExpectedReturnModel>>,
    pub(super) estimations: Vec<EstimationWindow>,
    pub(super) universes: Vec<UniverseAlternative>,
    pub(super) weightings: Vec<Weighting>,
    pub(super) portfolios: Vec<PortfolioRule>,
    pub(super) periods: Vec<Period>,
    pub(super) min_event_dates: usize,
}

impl SpecificationGrid {
    /// The choices of a study, with these sets of events; every other choice is the study's own
    /// until alternatives are given. Of its placebo the
    /// [statistic](crate::study::PlaceboSettings::statistic) alone plays a part, which is studentised
    /// unless set; its bootstrap and tests play none. Its level is that of all intervals, and one minus
    /// it the significance of single specifications.
    pub fn around(study: EventStudy, events: EventAlternatives) -> Self {
        let universe = UniverseAlternative::new(study.universe.rule(), study.universe.clone());
        Self {
            events,
            models: vec![Arc::clone(&study.model)],
            estimations: vec![study.estimation.clone()],
            universes: vec![universe.min_assets(study.min_assets)],
            weightings: vec![study.weighting],
            portfolios: vec![study.rule],
            periods: vec![Period::default()],
            min_event_dates: 1,
            study,
        }
    }

    /// Models of expected returns, named as they name themselves.
    pub fn models(mut self, all: impl IntoIterator<Item = Arc<dyn ExpectedReturnModel>>) -> Self {
        self.models = all.into_iter().collect();
        self
    }

    /// Estimation windows.
    pub fn estimation_windows(mut self, all: impl IntoIterator<Item = EstimationWindow>) -> Self {
        self.estimations = all.into_iter().collect();
        self
    }

    /// Universes, each with its own fewest assets.
    pub fn universes(mut self, all: impl IntoIterator<Item = UniverseAlternative>) -> Self {
        self.universes = all.into_iter().collect();
        self
    }

    /// Weights of the event portfolios. Weights by market value are left out, and counted, where a
    /// universe does not know market values.
    pub fn weightings(mut self, all: impl IntoIterator<Item = Weighting>) -> Self {
        self.weightings = all.into_iter().collect();
        self
    }

    /// Definitions of the event portfolio.
    pub fn portfolios(mut self, all: impl IntoIterator<Item = PortfolioRule>) -> Self {
        self.portfolios = all.into_iter().collect();
        self
    }

    /// Periods that events are taken from; all events unless set. Sets of events are shifted within
    /// the dates from the first to the last of all periods.
    pub fn periods(mut self, all: impl IntoIterator<Item = Period>) -> Self {
        self.periods = all.into_iter().collect();
        self
    }

    /// Fewest event dates of a specification; 1 unless set. Those with fewer are left out and
    /// counted.
    pub fn min_event_dates(mut self, n: usize) -> Self {
        self.min_event_dates = n.max(1);
        self
    }

    /// Number of combinations, those without an estimate and copies included.
    pub fn n_named(&self) -> usize {
        let sizes = [
            self.events.sets.len(),
            self.study.windows.len(),
            self.periods.len(),
            self.models.len(),
            self.estimations.len(),
            self.universes.len(),
            self.weightings.len(),
            self.portfolios.len(),
        ];
        sizes.into_iter().fold(1, usize::saturating_mul)
    }

    pub(super) fn is_studentised(&self) -> bool {
        let of_study = self.study.placebo.as_ref().map(|placebo| placebo.statistic);
        of_study.unwrap_or_default() == PlaceboStatistic::Studentised
    }

    /// Why a portfolio is not defined under a model.
    pub(super) fn undefined(&self, fit: Fit, portfolio: Portfolio) -> Option<ExcludedBecause> {
        let universe = &self.universes[portfolio.universe].universe;
        let factors = self.models[fit.model].factors();
        if universe.only_asset().is_some_and(|asset| factors.iter().any(|f| f == asset)) {
            return Some(ExcludedBecause::BenchmarkOfItself);
        }
        let weighting = self.weightings[portfolio.weighting];
        let lacks_values = weighting == Weighting::MarketValue && !universe.has_market_values();
        lacks_values.then_some(ExcludedBecause::NoMarketValues)
    }

    /// Names of the dimensions with those of their choices, in the order of
    /// [`SpecificationCurve::dimensions`](super::SpecificationCurve::dimensions).
    pub(super) fn dimensions(&self) -> Vec<(String, Vec<String>)> {
        let mut dimensions: Vec<(String, Vec<String>)> = Vec::new();
        for (k, name) in self.events.dimensions.iter().enumerate() {
            let mut choices: Vec<String> = Vec::new();
            for (of_set, _) in &self.events.sets {
                if !choices.contains(&of_set[k]) {
                    choices.push(of_set[k].clone());
                }
            }
            dimensions.push((name.clone(), choices));
        }
        let others = [
            ("window", texts(&self.study.windows, ToString::to_string)),
            ("period", texts(&self.periods, ToString::to_string)),
            ("model", texts(&self.models, |model| model.name())),
            ("estimation", texts(&self.estimations, ToString::to_string)),
            ("universe", texts(&self.universes, |universe| universe.name.clone())),
            ("weights", texts(&self.weightings, |weighting| weighting.name().to_owned())),
            ("portfolio", texts(&self.portfolios, |rule| rule.name().to_owned())),
        ];
        dimensions.extend(others.map(|(name, choices)| (name.to_owned(), choices)));
        dimensions
    }

    /// Who responds to the events of all sets.
    ///
    /// Checks besides what concerns the grid as a whole.
    pub(super) fn checked_scope(&self) -> Result<Scope> {
        let fault = |value: String, expected| {
            Err(Error::Setting { name: "specification grid", value, expected })
        };
        for (dimension, choices) in self.dimensions() {
            if choices.is_empty() {
                return fault(format!("no {dimension}"), "at least one choice of everything");
            }
            let mut seen = BTreeSet::new();
            if let Some(twice) = choices.iter().find(|choice| !seen.insert(*choice)) {
                return fault(format!("{dimension} `{twice}` twice"), "different choices");
            }
        }
        if self.n_named() > MOST {
            let n = self.n_named();
            return fault(format!("{n} specifications"), "at most 250,000");
        }
        if self.estimations.iter().any(EstimationWindow::excludes_other_events) {
            return fault(
                "an estimation window without the windows of other events".to_owned(),
                "estimation windows that do not depend on the events",
            );
        }
        for estimation in &self.estimations {
            estimation.check_apart_from(&self.study.windows)?;
        }
        let mut scopes = self.events.sets.iter().flat_map(|(_, events)| events.iter());
        let Some(first) = scopes.next().map(|event| event.scope.clone()) else {
            return Err(Error::NoEvents { why: "every set of events is empty".to_owned() });
        };
        if scopes.any(|event| event.scope != first) {
            return fault("events of different scopes".to_owned(), "events of one scope");
        }
        Ok(first)
    }
}

fn texts<T>(all: &[T], text: impl Fn(&T) -> String) -> Vec<String> {
    all.iter().map(text).collect()
}
