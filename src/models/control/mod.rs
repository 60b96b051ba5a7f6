//! Control assets and control portfolios.

mod characteristics;
mod matching;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::NaiveDate;

pub use characteristics::Characteristics;
pub use matching::{
    ControlMatching, MatchFault, MatchRequest, MatchResult, MatchedControls, Unmatched,
};

use super::adjusted::{fitted, mean_and_squares};
use super::registry::ModelCard;
use super::{EstimationSample, ExpectedReturnModel, FitFault, FittedModel};
use crate::{Error, Result};

/// The expected return is that of a control asset, or of a portfolio of controls, matched to the
/// asset before the event.
///
/// ```text
/// AR_t = R_t − Σⱼ wⱼ R_jt        Σ w = 1
/// ```
///
/// Nothing is estimated for the expectation. As in
/// [`MarketAdjustedModel`](super::MarketAdjustedModel) the residual variance is taken around the
/// mean of the estimation window's abnormal returns with divisor M − 1 (k = 1), and that mean
/// counts in forecasts: `s² (L + L²/M)` for a sum over L rows. Weights hold on every row, as those
/// of a portfolio rebalanced daily; trade-to-trade returns are held against the controls' returns over
/// the same rows. Returns are decimal fractions.
///
/// - *Assumes* that asset and controls would have had the same expected return without the event.
/// - *Controls differ by asset and event.* They are given to the model beforehand, by hand or from
///   [`ControlMatching`]; an asset without any is excluded with [`FitFault::TooFewFactors`], one
///   whose control lacks a return in the windows is excluded too, and both are counted.
/// - *Departure*: Barber and Lyon put in the next nearest control where one is delisted in the event
///   window; here such a response is excluded, since a control chosen after the event would depend
///   on what happened after it.
///
/// Reference: B. M. Barber and J. D. Lyon (1997), Detecting long-run abnormal stock returns: the
/// empirical power and specification of test statistics, Journal of Financial Economics 43, 341–372,
/// <https://doi.org/10.1016/S0304-405X(96)00890-2>.
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::models::{ControlModel, ExpectedReturnModel};
///
/// let mut model = ControlModel::default();
/// model.add_control("uni", None, "aave")?;
/// let event = NaiveDate::from_ymd_opt(2024, 3, 1).unwrap();
/// model.add("sol", Some(event), [("eth", 0.75), ("bnb", 0.25)])?;
///
/// assert_eq!(model.factors_of("uni", event).unwrap(), ["aave"]);
/// assert_eq!(model.factors_of("sol", event).unwrap(), ["eth", "bnb"]);
/// assert!(model.factors_of("btc", event).unwrap().is_empty());
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ControlModel {
    /// By asset and event, `None` for every event of the asset.
    portfolios: BTreeMap<String, BTreeMap<Option<NaiveDate>, Portfolio>>,
}

#[derive(Debug, Clone, PartialEq)]
struct Portfolio {
    assets: Vec<String>,
    weights: Vec<f64>,
}

impl ControlModel {
    /// Its card.
    pub(super) const CARD: ModelCard = ModelCard {
        id: "control",
        name: "control asset or portfolio",
        formula: "weighted return of the asset's own matched controls",
        parameters: &["controls"],
        feature: None,
        reference: "Barber and Lyon 1997, Journal of Financial Economics 43, 341-372",
        doi: Some("10.1016/S0304-405X(96)00890-2"),
    };

    /// Gives an asset one control, for one event or for every event that has none of its own.
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add).
    pub fn add_control(
        &mut self,
        asset: impl Into<String>,
        event: Option<NaiveDate>,
        control: impl Into<String>,
    ) -> Result<()> {
        self.add(asset, event, [(control, 1.0)])
    }

    /// Gives an asset a portfolio of controls with equal weights.
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add).
    pub fn add_equal<S: Into<String>>(
        &mut self,
        asset: impl Into<String>,
        event: Option<NaiveDate>,
        controls: impl IntoIterator<Item = S>,
    ) -> Result<()> {
        let controls: Vec<String> = controls.into_iter().map(Into::into).collect();
        let weight = 1.0 / controls.len() as f64;
        self.add(asset, event, controls.into_iter().map(|control| (control, weight)))
    }

    /// Gives an asset a portfolio of controls with weights, which takes the place of an earlier one.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for no controls, an asset that is its own control or a control that occurs
    /// twice, a weight that is not a number, and weights that do not sum to one.
    pub fn add<S: Into<String>>(
        &mut self,
        asset: impl Into<String>,
        event: Option<NaiveDate>,
        controls: impl IntoIterator<Item = (S, f64)>,
    ) -> Result<()> {
        let asset = asset.into();
        let (assets, weights): (Vec<String>, Vec<f64>) =
            controls.into_iter().map(|(control, weight)| (control.into(), weight)).unzip();
        let fault = |value: String, expected| {
            Err(Error::Setting { name: "controls", value: format!("{value} of {asset}"), expected })
        };
        if assets.is_empty() {
            return fault("none".to_owned(), "at least one control");
        }
        for (at, control) in assets.iter().enumerate() {
            if *control == asset || assets[..at].contains(control) {
                return fault(control.clone(), "distinct assets other than the asset itself");
            }
        }
        let total: f64 = weights.iter().sum();
        if total.is_nan() || (total - 1.0).abs() > 1e-9 {
            return fault(format!("weights with sum {total}"), "weights that sum to one");
        }
        let portfolio = Portfolio { assets, weights };
        self.portfolios.entry(asset).or_default().insert(event, portfolio);
        Ok(())
    }

    /// Number of portfolios.
    pub fn n_portfolios(&self) -> usize {
        self.portfolios.values().map(BTreeMap::len).sum()
    }

    fn portfolio(&self, asset: &str, event: Option<NaiveDate>) -> Option<&Portfolio> {
        let of_asset = self.portfolios.get(asset)?;
        of_asset.get(&event).or_else(|| of_asset.get(&None))
    }
}

impl ExpectedReturnModel for ControlModel {
    fn name(&self) -> String {
        "control assets".to_owned()
    }

    /// None: every asset has its own.
    fn factors(&self) -> &[String] {
        &[]
    }

    fn factors_of(&self, asset: &str, event: NaiveDate) -> Option<&[String]> {
        let portfolio = self.portfolio(asset, Some(event));
        Some(portfolio.map_or(&[], |portfolio| portfolio.assets.as_slice()))
    }

    fn takes_long_returns(&self) -> bool {
        true
    }

    fn fit(
        &self,
        sample: &EstimationSample<'_>,
    ) -> std::result::Result<Box<dyn FittedModel>, FitFault> {
        let Some(portfolio) = self.portfolio(sample.asset(), sample.event()) else {
            return Err(FitFault::TooFewFactors { n_found: 0, n_needed: 1 });
        };
        let weights = &portfolio.weights;
        let excess: Vec<f64> = sample
            .returns()
            .iter()
            .enumerate()
            .map(|(t, r)| {
                let controls = weights.iter().zip(sample.factors());
                r - controls.map(|(w, f)| w * f[t]).sum::<f64>()
            })
            .collect();
        let (_, sum_squares) = mean_and_squares(&excess, sample)?;
        Ok(Box::new(fitted(0.0, weights.clone(), sum_squares, sample)?))
    }
}
