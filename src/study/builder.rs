//! What a study asks.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::one_event::not_of_cars;
use super::{
    AssetSet, BootstrapSettings, ConformalSettings, PlaceboAssetsSettings, PlaceboSettings,
    VerdictRule, Weighting,
};
use crate::abnormal::{MissingPolicy, PortfolioRule};
use crate::inference::{SignificanceTest, all_tests};
use crate::models::ExpectedReturnModel;
use crate::panel::Universe;
use crate::time::{EstimationWindow, EventWindow};
use crate::{Error, Result};

/// Levels at which intervals can be told apart from the estimate and from everything.
const LEVELS: RangeInclusive<f64> = 0.5..=0.999_999;

/// A checked study: windows, model, universe, and how its uncertainty is measured.
#[derive(Debug, Clone)]
pub struct EventStudy {
    pub(super) windows: Vec<EventWindow>,
    pub(super) estimation: EstimationWindow,
    pub(super) model: Arc<dyn ExpectedReturnModel>,
    pub(super) universe: Universe,
    pub(super) weighting: Weighting,
    pub(super) rule: PortfolioRule,
    pub(super) missing: MissingPolicy,
    pub(super) asset_set: AssetSet,
    pub(super) min_assets: usize,
    pub(super) placebo: Option<PlaceboSettings>,
    pub(super) bootstrap: Option<BootstrapSettings>,
    pub(super) placebo_assets: Option<PlaceboAssetsSettings>,
    pub(super) conformal: Option<ConformalSettings>,
    pub(super) verdict: Option<VerdictRule>,
    pub(super) level: f64,
    pub(super) paths: bool,
    pub(super) responses: bool,
    pub(super) tests: Vec<Arc<dyn SignificanceTest>>,
    pub(super) seed: u64,
}

impl EventStudy {
    /// Starts a study of this universe under this model.
    pub fn builder(
        universe: Universe,
        model: impl ExpectedReturnModel + 'static,
    ) -> EventStudyBuilder {
        Self::builder_of(universe, Arc::new(model))
    }

    /// As [`EventStudy::builder`] for a model chosen at run time.
    pub fn builder_of(
        universe: Universe,
        model: Arc<dyn ExpectedReturnModel>,
    ) -> EventStudyBuilder {
        EventStudyBuilder {
            windows: Vec::new(),
            estimation: None,
            model,
            universe,
            weighting: Weighting::default(),
            rule: PortfolioRule::default(),
            missing: MissingPolicy::default(),
            asset_set: AssetSet::default(),
            min_assets: 1,
            placebo: Some(PlaceboSettings::default()),
            bootstrap: Some(BootstrapSettings::default()),
            placebo_assets: None,
            conformal: None,
            verdict: None,
            level: 0.95,
            paths: false,
            responses: false,
            tests: all_tests().into_iter().map(Arc::from).collect(),
            seed: 1,
        }
    }

    /// One line that names universe, model, weighting and portfolio definition.
    pub fn summary(&self) -> String {
        format!(
            "{}; {}; {}, {}",
            self.universe.rule(),
            self.model.name(),
            self.weighting.name(),
            self.rule.name()
        )
    }
}

/// A study in the making; [`build`](EventStudyBuilder::build) checks it once.
#[derive(Debug, Clone)]
#[must_use]
pub struct EventStudyBuilder {
    windows: Vec<EventWindow>,
    estimation: Option<EstimationWindow>,
    model: Arc<dyn ExpectedReturnModel>,
    universe: Universe,
    weighting: Weighting,
    rule: PortfolioRule,
    missing: MissingPolicy,
    asset_set: AssetSet,
    min_assets: usize,
    placebo: Option<PlaceboSettings>,
    bootstrap: Option<BootstrapSettings>,
    placebo_assets: Option<PlaceboAssetsSettings>,
    conformal: Option<ConformalSettings>,
    verdict: Option<VerdictRule>,
    level: f64,
    paths: bool,
    responses: bool,
    tests: Vec<Arc<dyn SignificanceTest>>,
    seed: u64,
}

impl EventStudyBuilder {
    /// Event windows; at least one is needed.
    pub fn windows(mut self, windows: impl IntoIterator<Item = EventWindow>) -> Self {
        self.windows = windows.into_iter().collect();
        self
    }

    /// Estimation window; needed.
    pub fn estimation_window(mut self, window: EstimationWindow) -> Self {
        self.estimation = Some(window);
        self
    }

    /// Weights of the event portfolio; equal unless set.
    pub fn weighting(mut self, weighting: Weighting) -> Self {
        self.weighting = weighting;
        self
    }

    /// Definition of the event portfolio; the mean of the CARs unless set.
    pub fn portfolio(mut self, rule: PortfolioRule) -> Self {
        self.rule = rule;
        self
    }

    /// Treatment of missing returns in event windows; bridged unless set.
    pub fn missing(mut self, policy: MissingPolicy) -> Self {
        self.missing = policy;
        self
    }

    /// Which assets the windows of one event use; one fixed set unless set.
    pub fn asset_set(mut self, set: AssetSet) -> Self {
        self.asset_set = set;
        self
    }

    /// Fewest assets of an event portfolio; 1 unless set.
    pub fn min_assets(mut self, n: usize) -> Self {
        self.min_assets = n;
        self
    }

    /// How placebo dates are drawn; `None` leaves them out.
    pub fn placebo(mut self, settings: Option<PlaceboSettings>) -> Self {
        self.placebo = settings;
        self
    }

    /// How replicates are drawn; `None` leaves the bootstrap out.
    pub fn bootstrap(mut self, settings: Option<BootstrapSettings>) -> Self {
        self.bootstrap = settings;
        self
    }

    /// Assets that the responding ones are compared with, at the same events; none unless set.
    pub fn placebo_assets(mut self, settings: Option<PlaceboAssetsSettings>) -> Self {
        self.placebo_assets = settings;
        self
    }

    /// The conformal test of every event by itself; not run unless set. For the mean of CARs.
    pub fn conformal(mut self, settings: Option<ConformalSettings>) -> Self {
        self.conformal = settings;
        self
    }

    /// The rule by which every window is judged, fixed before the data are seen; none unless set.
    pub fn verdict(mut self, rule: Option<VerdictRule>) -> Self {
        self.verdict = rule;
        self
    }

    /// Confidence level of every interval, from 0.5 to 0.999999; 0.95 unless set.
    pub fn level(mut self, level: f64) -> Self {
        self.level = level;
        self
    }

    /// Keeps the day-by-day path of every event portfolio, with the band that placebo dates span.
    pub fn keep_paths(mut self, keep: bool) -> Self {
        self.paths = keep;
        self
    }

    /// Keeps every response of every window with its fit, see [`WindowEstimate::responses`]; not
    /// unless set.
    ///
    /// [`WindowEstimate::responses`]: super::WindowEstimate::responses
    pub fn keep_responses(mut self, keep: bool) -> Self {
        self.responses = keep;
        self
    }

    /// Tests over responses, in the order of reports; all that the crate has unless set. Your own take
    /// part like these; [`tests_named`](crate::inference::tests_named) picks some by name.
    pub fn tests(mut self, tests: impl IntoIterator<Item = Box<dyn SignificanceTest>>) -> Self {
        self.tests = tests.into_iter().map(Arc::from).collect();
        self
    }

    /// Seed of every draw; 1 unless set.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] without windows or estimation window, for comparison periods that share
    /// rows with a window, for a level outside 0.5 to 0.999999, no sets or replicates, a number of a
    /// [`MatchRule`](super::MatchRule) outside its domain, a conformal test of another portfolio
    /// than the mean of CARs, or a rule of verdicts without placebo dates.
    pub fn build(self) -> Result<EventStudy> {
        let fault = |name, value: String, expected| Err(Error::Setting { name, value, expected });
        if self.windows.is_empty() {
            return fault("windows", "none".to_owned(), "at least one event window");
        }
        let Some(estimation) = self.estimation else {
            return fault("estimation window", "none".to_owned(), "a length in rows");
        };
        estimation.check_apart_from(&self.windows)?;
        if !LEVELS.contains(&self.level) {
            let expected = "a confidence level from 0.5 to 0.999999, such as 0.95";
            return fault("level", format!("{:?}", self.level), expected);
        }
        if self.placebo.as_ref().is_some_and(|p| p.n_sets == 0) {
            return fault("placebo n_sets", "0".to_owned(), "at least one set");
        }
        for rule in self.placebo.iter().flat_map(|p| &p.matching) {
            rule.check()?;
        }
        if self.placebo_assets.as_ref().is_some_and(|p| p.n_sets == 0) {
            return fault("placebo assets n_sets", "0".to_owned(), "at least one set");
        }
        if self.conformal.is_some_and(|c| c.n_draws == 0) {
            return fault("conformal draws", "0".to_owned(), "at least one permutation");
        }
        if self.conformal.is_some() && self.rule != PortfolioRule::MeanOfCars {
            return Err(not_of_cars(self.rule));
        }
        if self.bootstrap.is_some_and(|b| b.replicates == 0) {
            return fault("bootstrap replicates", "0".to_owned(), "at least one replicate");
        }
        if self.verdict.is_some() && self.placebo.is_none() {
            let expected = "placebo dates, on which verdicts rest";
            return fault("placebo", "none".to_owned(), expected);
        }
        Ok(EventStudy {
            windows: self.windows,
            estimation,
            model: self.model,
            universe: self.universe,
            weighting: self.weighting,
            rule: self.rule,
            missing: self.missing,
            asset_set: self.asset_set,
            min_assets: self.min_assets.max(1),
            placebo: self.placebo,
            bootstrap: self.bootstrap,
            placebo_assets: self.placebo_assets,
            conformal: self.conformal,
            verdict: self.verdict,
            level: self.level,
            paths: self.paths,
            responses: self.responses,
            tests: self.tests,
            seed: self.seed,
        })
    }
}
