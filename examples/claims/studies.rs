//! The studies that the claims read: one primary specification, fixed beforehand, and a grid around
//! it that shows how much the answer hangs on the choice.

use std::sync::Arc;

use eventstudy::Result;
use eventstudy::abnormal::PortfolioRule;
use eventstudy::inference::tests_named;
use eventstudy::models::{
    ConstantMeanModel, ExpectedReturnModel, MarketAdjustedModel, MarketModel,
};
use eventstudy::panel::{Compounding, Universe};
use eventstudy::study::{
    BootstrapSettings, EventStudy, EventStudyBuilder, Outcome, PreparedStudy, StudyData, Weighting,
    WindowEstimate,
};
use eventstudy::time::{EstimationWindow, EventWindow};

use crate::market::{Market, NamedEvents};

/// Lags in months after the event.
pub(crate) const LAGS: [(u32, u32); 5] = [(0, 1), (1, 2), (2, 3), (0, 3), (1, 3)];
/// The lag that verdicts are read from.
pub(crate) const WHOLE: usize = 3;
const ESTIMATION_DAYS: usize = 365;
const MIN_OBSERVATIONS: usize = 180;
const TOP: usize = 50;
/// Fewest altcoins of an event portfolio.
const MIN_ALTCOINS: usize = 10;
/// Tests over responses: the one that everybody knows, of which alone the grid takes note, then those
/// that suit a shared date, and some that do not.
const READ: [&str; 8] = [
    "cross-sectional-t",
    "kolari-pynnonen-bmp",
    "grank-t",
    "kolari-pynnonen-patell",
    "brown-warner-1985",
    "corrado-rank",
    "patell-z",
    "bmp",
];

/// Whose abnormal returns are studied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Assets {
    Altcoins,
    Eth,
    Btc,
}

impl Assets {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Altcoins => "altcoins (top 50)",
            Self::Eth => "ETH",
            Self::Btc => "BTC",
        }
    }

    /// The universe, as known on the event date. Altcoins are what is left of the ranking without
    /// BTC, ETH, stablecoins and wrapped tokens.
    pub(crate) fn universe(self, market: &Market) -> Result<Universe> {
        Ok(match self {
            Self::Altcoins => Self::altcoins(TOP, market)?,
            Self::Eth => Universe::of(["eth"]),
            Self::Btc => Universe::of(["btc"]),
        })
    }

    /// The n largest altcoins.
    pub(crate) fn altcoins(n: usize, market: &Market) -> Result<Universe> {
        let excluded = market
            .excluded
            .clone()
            .with("btc", "studied on its own")
            .with("eth", "studied on its own");
        let top = Universe::top(n, market.values.clone())?;
        Ok(top.excluding(excluded).min_history(MIN_OBSERVATIONS))
    }
}

/// One cell of the grid with its outcome for every event set, in their order.
pub(crate) struct Run {
    pub(crate) assets: Assets,
    pub(crate) model: String,
    pub(crate) weighting: Weighting,
    pub(crate) portfolio: PortfolioRule,
    pub(crate) outcomes: Vec<Outcome>,
}

impl Run {
    pub(crate) fn label(&self) -> String {
        let weights = match (self.assets, self.weighting) {
            (Assets::Altcoins, weighting) => format!(", {}", weighting.name()),
            _ => String::new(),
        };
        format!("{}{weights}; {}; {}", self.assets.name(), self.model, self.portfolio.name())
    }
}

/// Responses of one asset group under one model, and the event portfolios made of them.
pub(crate) struct Specification {
    pub(crate) assets: Assets,
    model: Arc<dyn ExpectedReturnModel>,
    compounding: Compounding,
    portfolios: Vec<(Weighting, PortfolioRule)>,
    /// With bootstrap and paths.
    whole: bool,
}

impl Specification {
    /// Market model on the S&P 500, equal weight, mean of CARs: the field's usual choice, so that
    /// a rise of the stock market itself is not credited to crypto.
    pub(crate) fn primary(assets: Assets) -> Self {
        Self {
            assets,
            model: Arc::new(MarketModel::on("sp500")),
            compounding: Compounding::Simple,
            portfolios: vec![(Weighting::Equal, PortfolioRule::MeanOfCars)],
            whole: true,
        }
    }

    /// The study of the first portfolio.
    pub(crate) fn study(&self, market: &Market) -> Result<EventStudy> {
        self.builder(market)?.build()
    }

    /// The study without anything but the estimates.
    pub(crate) fn bare_study(&self, market: &Market) -> Result<EventStudy> {
        self.builder(market)?.placebo(None).bootstrap(None).keep_paths(false).build()
    }

    pub(crate) fn builder(&self, market: &Market) -> Result<EventStudyBuilder> {
        let windows = LAGS
            .iter()
            .map(|(from, to)| EventWindow::months(*from, *to))
            .collect::<Result<Vec<_>>>()?;
        let estimation =
            EstimationWindow::trailing(ESTIMATION_DAYS)?.min_observations(MIN_OBSERVATIONS);
        let min_assets = if self.assets == Assets::Altcoins { MIN_ALTCOINS } else { 1 };
        Ok(EventStudy::builder_of(self.assets.universe(market)?, Arc::clone(&self.model))
            .windows(windows)
            .estimation_window(estimation)
            .min_assets(min_assets)
            .tests(if self.whole { tests_named(&READ)? } else { tests_named(&READ[..1])? })
            .bootstrap(self.whole.then(BootstrapSettings::default))
            .keep_paths(self.whole)
            .seed(market.seed))
    }

    pub(crate) fn prepare<'a>(
        &self,
        market: &Market,
        data: &'a Data,
    ) -> Result<Vec<PreparedStudy<'a>>> {
        let data = match self.compounding {
            Compounding::Simple => &data.simple,
            Compounding::Log => &data.log,
        };
        self.study(market)?.prepare_portfolios(data, &self.portfolios)
    }

    pub(crate) fn run(
        &self,
        prepared: &[PreparedStudy<'_>],
        sets: &[NamedEvents],
        seed: u64,
    ) -> Result<Vec<Run>> {
        let runs = prepared.iter().zip(&self.portfolios).map(|(study, (weighting, portfolio))| {
            let study = study.with_seed(seed);
            let of_set =
                |set: &NamedEvents| study.with_placebo(set.placebo.clone()).run(&set.events);
            let outcomes = sets.iter().map(of_set).collect::<Result<_>>()?;
            let log = if self.compounding == Compounding::Log { ", log returns" } else { "" };
            Ok(Run {
                assets: self.assets,
                model: format!("{}{log}", self.model.name()),
                weighting: *weighting,
                portfolio: *portfolio,
                outcomes,
            })
        });
        runs.collect()
    }
}

/// The data in simple and in log returns.
pub(crate) struct Data {
    pub(crate) simple: StudyData,
    pub(crate) log: StudyData,
}

/// Around the primary specifications, one choice changed at a time.
pub(crate) fn grid() -> Vec<Specification> {
    use PortfolioRule::{BuyAndHold, DailyRebalanced, MeanOfCars};
    let means = || vec![(Weighting::Equal, MeanOfCars), (Weighting::MarketValue, MeanOfCars)];
    let of = |assets, model, portfolios| Specification {
        assets,
        model,
        compounding: Compounding::Simple,
        portfolios,
        whole: false,
    };
    let on_sp500: Arc<dyn ExpectedReturnModel> = Arc::new(MarketModel::on("sp500"));
    let mut grid = vec![
        of(Assets::Altcoins, Arc::clone(&on_sp500), vec![(Weighting::MarketValue, MeanOfCars)]),
        Specification {
            compounding: Compounding::Log,
            ..of(Assets::Altcoins, on_sp500, vec![(Weighting::Equal, MeanOfCars)])
        },
    ];
    let other_models: [Arc<dyn ExpectedReturnModel>; 3] = [
        Arc::new(ConstantMeanModel),
        Arc::new(MarketAdjustedModel::on("btc")),
        Arc::new(MarketModel::on("btc")),
    ];
    for assets in [Assets::Altcoins, Assets::Eth, Assets::Btc] {
        for model in &other_models {
            if assets == Assets::Btc && model.factors().iter().any(|f| f == "btc") {
                continue;
            }
            let weights = if assets == Assets::Altcoins {
                means()
            } else {
                vec![(Weighting::Equal, MeanOfCars)]
            };
            grid.push(of(assets, Arc::clone(model), weights));
        }
    }
    // Compounded definitions are set against the benchmark itself: an intercept, compounded over
    // three months, would swamp them.
    let definitions = [Weighting::Equal, Weighting::MarketValue]
        .into_iter()
        .flat_map(|w| [MeanOfCars, DailyRebalanced, BuyAndHold].map(|rule| (w, rule)));
    let adjusted = Arc::new(MarketAdjustedModel::on("sp500"));
    grid.push(of(Assets::Altcoins, adjusted, definitions.collect()));
    grid
}

/// The estimate of one of [`LAGS`]; `None` where no event covers it.
pub(crate) fn lag(outcome: &Outcome, index: usize) -> Option<&WindowEstimate> {
    let (from, to) = LAGS[index];
    outcome.window(&EventWindow::months(from, to).ok()?)
}
