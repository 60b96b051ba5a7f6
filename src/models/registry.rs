//! The models of the crate by name.

use serde::Serialize;

use super::{control, huber, rolling, thin_trading, weighted};

/// What a reader has to know of a model before choosing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ModelCard {
    /// Name in study files and on the command line: lower case, words joined by hyphens.
    pub id: &'static str,
    /// Name for tables.
    pub name: &'static str,
    /// The expected return, in words.
    pub formula: &'static str,
    /// Settings that it takes.
    pub parameters: &'static [&'static str],
    /// Feature of the crate that it needs; `None` where it is always there.
    pub feature: Option<&'static str>,
    /// Paper.
    pub reference: &'static str,
    /// Its DOI, where it has one.
    pub doi: Option<&'static str>,
}

const CONSTANT_MEAN: ModelCard = ModelCard {
    id: "constant-mean",
    name: "constant mean",
    formula: "mean of the estimation window",
    parameters: &[],
    feature: None,
    reference: "MacKinlay 1997, Journal of Economic Literature 35, 13-39",
    doi: None,
};

const COMPARISON_PERIOD_MEAN: ModelCard = ModelCard {
    id: "comparison-period-mean",
    name: "comparison-period mean",
    formula: "mean of comparison periods around the event",
    parameters: &[],
    feature: None,
    reference: "Masulis 1980, Journal of Financial Economics 8, 139-178",
    doi: None,
};

const MARKET_ADJUSTED: ModelCard = ModelCard {
    id: "market-adjusted",
    name: "market-adjusted",
    formula: "benchmark",
    parameters: &["benchmark"],
    feature: None,
    reference: "Brown and Warner 1980, Journal of Financial Economics 8, 205-258",
    doi: Some("10.1016/0304-405X(80)90002-1"),
};

const MARKET_MODEL: ModelCard = ModelCard {
    id: "market-model",
    name: "market model",
    formula: "alpha + beta * benchmark, ordinary least squares",
    parameters: &["benchmark"],
    feature: None,
    reference: "Fama, Fisher, Jensen and Roll 1969, International Economic Review 10, 1-21",
    doi: Some("10.2307/2525569"),
};

const FACTOR_MODEL: ModelCard = ModelCard {
    id: "factor-model",
    name: "factor model",
    formula: "alpha + sum of beta * factor, ordinary least squares",
    parameters: &["factors"],
    feature: None,
    reference: "Fama and French 1993, Journal of Financial Economics 33, 3-56",
    doi: Some("10.1016/0304-405X(93)90023-5"),
};

/// One line per model, in the order of reports. A model that needs a feature is listed where the
/// crate is built with it; its card stands in its own file.
static CARDS: &[&ModelCard] = &[
    &CONSTANT_MEAN,
    &COMPARISON_PERIOD_MEAN,
    &MARKET_ADJUSTED,
    &MARKET_MODEL,
    &FACTOR_MODEL,
    &thin_trading::ScholesWilliamsModel::CARD,
    &thin_trading::DimsonModel::CARD,
    &huber::HuberModel::CARD,
    &weighted::ExponentiallyWeightedModel::CARD,
    &rolling::RollingModel::CARD,
    &control::ControlModel::CARD,
    #[cfg(feature = "garch")]
    super::volatility::GarchModel::CARDS[0],
    #[cfg(feature = "garch")]
    super::volatility::GarchModel::CARDS[1],
    #[cfg(feature = "garch")]
    super::volatility::GarchModel::CARDS[2],
    #[cfg(feature = "synthetic")]
    &super::synthetic::SyntheticControl::CARD,
];

/// The cards of all models that this build has.
///
/// ```
/// let ids: Vec<_> = eventstudy::models::model_cards().map(|card| card.id).collect();
/// assert!(ids.contains(&"market-model") && ids.contains(&"dimson"));
/// ```
pub fn model_cards() -> impl ExactSizeIterator<Item = &'static ModelCard> {
    CARDS.iter().copied()
}

/// The card of one model; `None` where this build has none of that name.
pub fn model_card(id: &str) -> Option<&'static ModelCard> {
    model_cards().find(|card| card.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_in_kebab_case() {
        let mut ids: Vec<_> = model_cards().map(|card| card.id).collect();
        let kebab = |id: &str| {
            id.split('-').all(|word| {
                !word.is_empty()
                    && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            })
        };
        assert!(ids.iter().all(|id| kebab(id)), "{ids:?}");
        let n = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), n);
    }

    #[test]
    fn cards_are_filled_in() {
        for card in model_cards() {
            let words = [card.name, card.formula, card.reference];
            assert!(words.iter().all(|text| !text.is_empty()), "{card:?}");
            assert!(card.doi.is_none_or(|doi| doi.starts_with("10.")), "{card:?}");
            assert_eq!(model_card(card.id), Some(card));
        }
        assert_eq!(model_card("no-such-model"), None);
    }
}
