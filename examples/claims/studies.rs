//! The studies that the claims read: one primary specification, fixed beforehand, and a grid around
//! it that shows how much the answer hangs on the choice.

use std::sync::Arc;

use eventstudy::Result;
use eventstudy::abnormal::PortfolioRule;
use eventstudy::models::{
    ConstantMeanModel, ExpectedReturnModel, MarketAdjustedModel, MarketModel,
};
use eventstudy::panel::Universe;
use eventstudy::study::{
    BootstrapSettings, EventStudy, Outcome, PlaceboSettings, StudyData, Weighting, WindowEstimate,
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
const SEED: u64 = 2_600;

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
            Self::Altcoins => {
                let excluded = market
                    .excluded
                    .clone()
                    .with("btc", "studied on its own")
                    .with("eth", "studied on its own");
                Universe::top(TOP, market.values.clone())?
                    .excluding(excluded)
                    .min_history(MIN_OBSERVATIONS)
            }
            Self::Eth => Universe::of(["eth"]),
            Self::Btc => Universe::of(["btc"]),
        })
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

/// What is run.
#[derive(Clone)]
pub(crate) struct Specification {
    pub(crate) assets: Assets,
    pub(crate) model: Arc<dyn ExpectedReturnModel>,
    pub(crate) weighting: Weighting,
    pub(crate) portfolio: PortfolioRule,
    /// With bootstrap and paths.
    pub(crate) whole: bool,
}

impl Specification {
    /// Market model on the S&P 500, equal weight, mean of CARs: the field's usual choice, so that
    /// a rise of the stock market itself is not credited to crypto.
    pub(crate) fn primary(assets: Assets) -> Self {
        Self {
            assets,
            model: Arc::new(MarketModel::on("sp500")),
            weighting: Weighting::Equal,
            portfolio: PortfolioRule::MeanOfCars,
            whole: true,
        }
    }

    pub(crate) fn study(&self, market: &Market) -> Result<EventStudy> {
        let windows = LAGS
            .iter()
            .map(|(from, to)| EventWindow::months(*from, *to))
            .collect::<Result<Vec<_>>>()?;
        let estimation =
            EstimationWindow::trailing(ESTIMATION_DAYS)?.min_observations(MIN_OBSERVATIONS);
        let min_assets = if self.assets == Assets::Altcoins { MIN_ALTCOINS } else { 1 };
        EventStudy::builder_of(self.assets.universe(market)?, Arc::clone(&self.model))
            .windows(windows)
            .estimation_window(estimation)
            .weighting(self.weighting)
            .portfolio(self.portfolio)
            .min_assets(min_assets)
            .placebo(Some(PlaceboSettings { buffer_days: 31, ..PlaceboSettings::default() }))
            .bootstrap(self.whole.then(BootstrapSettings::default))
            .keep_paths(self.whole)
            .seed(SEED)
            .build()
    }

    pub(crate) fn run(
        &self,
        market: &Market,
        data: &StudyData,
        sets: &[NamedEvents],
    ) -> Result<Run> {
        let study = self.study(market)?;
        let prepared = study.prepare(data)?;
        let outcomes = sets.iter().map(|s| prepared.run(&s.events)).collect::<Result<Vec<_>>>()?;
        Ok(Run {
            assets: self.assets,
            model: self.model.name(),
            weighting: self.weighting,
            portfolio: self.portfolio,
            outcomes,
        })
    }
}

/// The grid: the primary specification of each asset group first, then one choice changed.
pub(crate) fn grid() -> Vec<Specification> {
    let mut grid: Vec<Specification> =
        [Assets::Altcoins, Assets::Eth, Assets::Btc].map(Specification::primary).into();
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
            let base = Specification::primary(assets);
            grid.push(Specification { model: Arc::clone(model), whole: false, ..base });
        }
    }
    for weighting in [Weighting::Equal, Weighting::MarketValue] {
        for portfolio in
            [PortfolioRule::MeanOfCars, PortfolioRule::DailyRebalanced, PortfolioRule::BuyAndHold]
        {
            if (weighting, portfolio) != (Weighting::Equal, PortfolioRule::MeanOfCars) {
                let base = Specification::primary(Assets::Altcoins);
                grid.push(Specification { weighting, portfolio, whole: false, ..base });
            }
        }
    }
    grid
}

/// The estimate of one of [`LAGS`]; `None` where no event covers it.
pub(crate) fn lag(outcome: &Outcome, index: usize) -> Option<&WindowEstimate> {
    let (from, to) = LAGS[index];
    outcome.window(&EventWindow::months(from, to).ok()?)
}
