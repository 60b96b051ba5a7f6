//! `[model]`: every model that the registry lists, by its name.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::Result;
#[cfg(feature = "garch")]
use crate::models::volatility::{
    ConditionalVariance, ErrorDistribution, GarchModel, VarianceForecast,
};
use crate::models::{
    ComparisonPeriodMeanModel, ConstantMeanModel, ControlModel, DimsonModel, ExpectedReturnModel,
    ExponentiallyWeightedModel, FactorModel, HuberModel, MarketAdjustedModel, MarketModel,
    ModelCard, RollingModel, ScholesWilliamsModel, model_card, model_cards,
};

/// Name of a model of the [registry](model_cards).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ModelId(String);

impl ModelId {
    /// The name, as the registry has it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ModelId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        if model_card(&id).is_some() {
            return Ok(Self(id));
        }
        let known: Vec<String> = model_cards().map(|card| format!("`{}`", card.id)).collect();
        Err(D::Error::custom(format!("no model `{id}`, expected one of {}", known.join(", "))))
    }
}

/// `[model]`. Which keys a model takes, its card says: `eventstudy list models`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelTable {
    /// Which one.
    pub kind: ModelId,
    /// Name of an asset or benchmark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benchmark: Option<String>,
    /// Names of assets or benchmarks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factors: Option<Vec<String>>,
    /// Lagged returns of the benchmark, for `dimson`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lags: Option<usize>,
    /// Leading returns of the benchmark, for `dimson`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leads: Option<usize>,
    /// Whether `dimson` is corrected as by Fowler and Rorke; not unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fowler_rorke: Option<bool>,
    /// Tuning constant of `huber`; 1.345 unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tuning: Option<f64>,
    /// Rows after which a weight of `exponentially-weighted` is halved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half_life: Option<f64>,
    /// Rows of a fit of `rolling`; those of the estimation window unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<usize>,
    /// Rows between a fit of `rolling` and the row it is for; 0 unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<usize>,
    /// Controls of every asset, for `control`: `{ eth = ["btc", "ltc"] }`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controls: Option<BTreeMap<String, Vec<String>>>,
    /// Distribution of the errors of `garch`, `gjr` and `egarch`; normal unless set.
    #[cfg(feature = "garch")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors: Option<ErrorDistribution>,
    /// What `garch`, `gjr` and `egarch` forecast variances from; the estimation window unless set.
    #[cfg(feature = "garch")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forecast: Option<VarianceForecast>,
    /// Assets that a `synthetic-control` is mixed from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub donors: Option<Vec<String>>,
}

impl ModelTable {
    /// The names of factors, whether given as one benchmark or as a list.
    fn series(&self) -> std::result::Result<Vec<String>, String> {
        match (&self.benchmark, &self.factors) {
            (Some(_), Some(_)) => Err("has both `benchmark` and `factors`; keep one".to_owned()),
            (Some(one), None) => Ok(vec![one.clone()]),
            (None, Some(some)) => Ok(some.clone()),
            (None, None) => Err("of this kind needs `benchmark` or `factors`".to_owned()),
        }
    }

    /// The keys that are set, by name.
    fn keys(&self) -> Vec<&'static str> {
        let set = [
            ("benchmark", self.benchmark.is_some()),
            ("factors", self.factors.is_some()),
            ("lags", self.lags.is_some()),
            ("leads", self.leads.is_some()),
            ("fowler_rorke", self.fowler_rorke.is_some()),
            ("tuning", self.tuning.is_some()),
            ("half_life", self.half_life.is_some()),
            ("length", self.length.is_some()),
            ("gap", self.gap.is_some()),
            ("controls", self.controls.is_some()),
            #[cfg(feature = "garch")]
            ("errors", self.errors.is_some()),
            #[cfg(feature = "garch")]
            ("forecast", self.forecast.is_some()),
            ("donors", self.donors.is_some()),
        ];
        set.into_iter().filter(|(_, is_set)| *is_set).map(|(key, _)| key).collect()
    }

    /// Every name in a list of names, for the check that none stands twice.
    pub(super) fn names(&self) -> impl Iterator<Item = (&'static str, &[String])> {
        [("[model] factors", &self.factors), ("[model] donors", &self.donors)]
            .into_iter()
            .filter_map(|(key, names)| Some((key, names.as_deref()?)))
    }

    /// The model, or what is wrong, to be read after `[model] `.
    pub(super) fn model(&self) -> std::result::Result<Arc<dyn ExpectedReturnModel>, String> {
        let card = model_card(self.kind.as_str()).ok_or("of a kind that this build lacks")?;
        let takes = |key: &&str| card.parameters.contains(key);
        if let Some(key) = self.keys().iter().find(|key| !takes(key)) {
            return Err(has_no(card, key));
        }
        let needs = |key: &str| format!("of this kind needs `{key}`");
        let benchmark = || self.benchmark.clone().ok_or_else(|| needs("benchmark"));
        let settings = |result: Result<Arc<dyn ExpectedReturnModel>>| {
            result.map_err(|error| error.to_string())
        };
        Ok(match card.id {
            "constant-mean" => Arc::new(ConstantMeanModel),
            "comparison-period-mean" => Arc::new(ComparisonPeriodMeanModel),
            "market-adjusted" => Arc::new(MarketAdjustedModel::on(benchmark()?)),
            "market-model" => Arc::new(MarketModel::on(benchmark()?)),
            "factor-model" => {
                Arc::new(FactorModel::on(self.factors.clone().ok_or_else(|| needs("factors"))?))
            }
            "scholes-williams" => Arc::new(ScholesWilliamsModel::on(benchmark()?)),
            "dimson" => {
                let lags = self.lags.ok_or_else(|| needs("lags"))?;
                let leads = self.leads.ok_or_else(|| needs("leads"))?;
                let model = DimsonModel::on(benchmark()?, lags, leads);
                if self.fowler_rorke != Some(true) {
                    return Ok(Arc::new(model));
                }
                settings(model.fowler_rorke().map(|m| Arc::new(m) as _))?
            }
            "huber" => {
                let model = HuberModel::on_factors(self.series()?);
                match self.tuning {
                    Some(c) => settings(model.tuning(c).map(|m| Arc::new(m) as _))?,
                    None => Arc::new(model),
                }
            }
            "exponentially-weighted" => {
                let half_life = self.half_life.ok_or_else(|| needs("half_life"))?;
                let model = ExponentiallyWeightedModel::on_factors(self.series()?, half_life);
                settings(model.map(|m| Arc::new(m) as _))?
            }
            "rolling" => {
                let model = RollingModel::on(benchmark()?).gap(self.gap.unwrap_or(0));
                match self.length {
                    Some(rows) => settings(model.length(rows).map(|m| Arc::new(m) as _))?,
                    None => Arc::new(model),
                }
            }
            "control" => {
                let controls = self.controls.as_ref().ok_or_else(|| needs("controls"))?;
                let mut model = ControlModel::default();
                for (asset, of_asset) in controls {
                    model
                        .add_equal(asset.clone(), None, of_asset.clone())
                        .map_err(|error| error.to_string())?;
                }
                Arc::new(model)
            }
            #[cfg(feature = "garch")]
            "garch" => Arc::new(self.garch(ConditionalVariance::Garch)?),
            #[cfg(feature = "garch")]
            "gjr" => Arc::new(self.garch(ConditionalVariance::Gjr)?),
            #[cfg(feature = "garch")]
            "egarch" => Arc::new(self.garch(ConditionalVariance::Egarch)?),
            #[cfg(feature = "synthetic")]
            "synthetic-control" => {
                let donors = self.donors.clone().ok_or_else(|| needs("donors"))?;
                Arc::new(crate::models::SyntheticControl::of(donors))
            }
            _ => return Err("of a kind that this build lacks".to_owned()),
        })
    }
}

#[cfg(feature = "garch")]
impl ModelTable {
    /// Without benchmark and factors the mean is constant.
    fn garch(&self, variance: ConditionalVariance) -> std::result::Result<GarchModel, String> {
        let constant = self.benchmark.is_none() && self.factors.is_none();
        let series = if constant { Vec::new() } else { self.series()? };
        Ok(GarchModel::on_factors(series)
            .variance(variance)
            .errors(self.errors.unwrap_or_default())
            .forecast(self.forecast.unwrap_or_default()))
    }
}

fn has_no(card: &ModelCard, key: &str) -> String {
    match card.parameters {
        [] => format!("of this kind has no `{key}`; it takes no other key"),
        keys => format!("of this kind has no `{key}`; it takes `{}`", keys.join("`, `")),
    }
}

#[cfg(all(test, feature = "garch"))]
mod garch_tests {
    use super::*;

    fn read(text: &str) -> std::result::Result<String, String> {
        let table: ModelTable = toml::from_str(text).map_err(|e| e.message().to_owned())?;
        table.model().map(|model| format!("{model:?}"))
    }

    #[test]
    fn models_of_conditional_variance_are_read() {
        let made = |model: GarchModel| Ok(format!("{model:?}"));
        assert_eq!(read("kind = \"garch\""), made(GarchModel::constant_mean()));
        assert_eq!(
            read("kind = \"gjr\"\nbenchmark = \"m\"\nerrors = \"student-t\""),
            made(
                GarchModel::on("m")
                    .variance(ConditionalVariance::Gjr)
                    .errors(ErrorDistribution::StudentT)
            )
        );
        assert_eq!(
            read("kind = \"egarch\"\nfactors = [\"m\", \"s\"]\nforecast = \"one-step\""),
            made(
                GarchModel::on_factors(["m", "s"])
                    .variance(ConditionalVariance::Egarch)
                    .forecast(VarianceForecast::OneStep)
            )
        );
    }

    #[test]
    fn their_settings_are_theirs_alone() {
        let both = "kind = \"garch\"\nbenchmark = \"m\"\nfactors = [\"m\"]";
        assert!(read(both).unwrap_err().contains("keep one"));
        let other = "kind = \"market-model\"\nbenchmark = \"m\"\nerrors = \"normal\"";
        assert!(read(other).unwrap_err().contains("has no `errors`"));
        let unknown = "kind = \"garch\"\nerrors = \"cauchy\"";
        assert!(read(unknown).unwrap_err().contains("unknown variant `cauchy`"));
    }
}
