//! The cards of all tests of this module.

use super::{
    Adjustment, model_confidence_set, reality_check, romano_wolf, spa, step_m, westfall_young,
};
use crate::inference::Card;

const ANY: &str = "any dependence between the p-values";
const POSITIVE: &str = "p-values valid one by one; independence or positive dependence";
const INDEPENDENT: &str = "p-values valid one by one; independence";

static CARDS: &[Card] = &[
    Adjustment::Bonferroni.card(),
    Adjustment::Sidak.card(),
    Adjustment::Holm.card(),
    Adjustment::HolmSidak.card(),
    Adjustment::Hochberg.card(),
    Adjustment::Hommel.card(),
    Adjustment::BenjaminiHochberg.card(),
    Adjustment::BenjaminiYekutieli.card(),
    Adjustment::TwoStageBenjaminiHochberg { significance: 0.05 }.card(),
    Adjustment::BenjaminiKriegerYekutieli { significance: 0.05 }.card(),
    westfall_young::CARD,
    romano_wolf::CARD,
    reality_check::CARD,
    spa::CARD,
    step_m::CARD,
    model_confidence_set::CARD,
];

/// The cards of the adjustments and of the joint tests. Their ids are apart from those of the
/// [tests over responses](crate::inference::registry) and of
/// [samples](crate::inference::samples::cards).
///
/// ```
/// use eventstudy::multiplicity::{Adjustment, cards};
///
/// assert!(cards().contains(&Adjustment::Holm.card()));
/// ```
pub fn cards() -> &'static [Card] {
    CARDS
}

impl Adjustment {
    /// What it controls and assumes, and where it is from.
    pub const fn card(self) -> Card {
        let (id, name, [assumes, robust_to], reference, doi) = match self {
            Self::Bonferroni => (
                "bonferroni",
                "Bonferroni",
                ["p-values valid one by one", ANY],
                "Dunn 1961",
                "10.1080/01621459.1961.10482090",
            ),
            Self::Sidak => (
                "sidak",
                "Sidak",
                ["independence, or two-sided tests of normal statistics", "nothing beyond that"],
                "Sidak 1967",
                "10.1080/01621459.1967.10482935",
            ),
            Self::Holm => (
                "holm",
                "Holm",
                ["p-values valid one by one", ANY],
                "Holm 1979, Scandinavian Journal of Statistics 6, 65-70",
                "",
            ),
            Self::HolmSidak => (
                "holm-sidak",
                "Holm-Sidak",
                ["independence, or two-sided tests of normal statistics", "nothing beyond that"],
                "Holland and Copenhaver 1987, Biometrics 43, 417-423",
                "",
            ),
            Self::Hochberg => (
                "hochberg",
                "Hochberg",
                [POSITIVE, "nothing beyond that"],
                "Hochberg 1988",
                "10.1093/biomet/75.4.800",
            ),
            Self::Hommel => (
                "hommel",
                "Hommel",
                [POSITIVE, "nothing beyond that"],
                "Hommel 1988",
                "10.1093/biomet/75.2.383",
            ),
            Self::BenjaminiHochberg => (
                "benjamini-hochberg",
                "Benjamini-Hochberg",
                [POSITIVE, "nothing beyond that"],
                "Benjamini and Hochberg 1995",
                "10.1111/j.2517-6161.1995.tb02031.x",
            ),
            Self::BenjaminiYekutieli => (
                "benjamini-yekutieli",
                "Benjamini-Yekutieli",
                ["p-values valid one by one", ANY],
                "Benjamini and Yekutieli 2001",
                "10.1214/aos/1013699998",
            ),
            Self::TwoStageBenjaminiHochberg { .. } => (
                "two-stage-benjamini-hochberg",
                "two-stage Benjamini-Hochberg",
                [INDEPENDENT, "nothing beyond that"],
                "Benjamini, Krieger and Yekutieli 2006",
                "10.1093/biomet/93.3.491",
            ),
            Self::BenjaminiKriegerYekutieli { .. } => (
                "benjamini-krieger-yekutieli",
                "Benjamini-Krieger-Yekutieli",
                [INDEPENDENT, "nothing beyond that"],
                "Benjamini, Krieger and Yekutieli 2006",
                "10.1093/biomet/93.3.491",
            ),
        };
        Card {
            id,
            name,
            null: "each hypothesis of the family",
            assumes,
            robust_to,
            distribution: "none of its own",
            allows_for_shared_dates: true,
            reference,
            doi,
            departures: match self {
                Self::TwoStageBenjaminiHochberg { .. } => {
                    "the first stage is at the level itself, as packages have it"
                }
                _ => "none",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::inference::{RegisteredTest, registry, samples};

    #[test]
    fn ids_are_unique_among_all_tests() {
        let registered = registry().iter().map(RegisteredTest::id);
        let others = samples::cards().iter().chain(cards()).map(|card| card.id);
        let all: Vec<&str> = registered.chain(others).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{all:?}");
    }

    #[test]
    fn an_adjustment_has_one_name_in_card_and_json() {
        for card in &cards()[..10] {
            let with = format!("{{\"{}\":{{\"significance\":0.05}}}}", card.id);
            let read = serde_json::from_str::<Adjustment>(&format!("\"{}\"", card.id))
                .or_else(|_| serde_json::from_str(&with));
            assert_eq!(read.unwrap().card(), *card);
        }
    }

    #[test]
    fn every_card_is_filled() {
        for card in cards() {
            let texts = [card.id, card.name, card.null, card.assumes, card.robust_to];
            let more = [card.distribution, card.reference, card.departures];
            assert!(texts.iter().chain(&more).all(|text| !text.is_empty()), "{card:?}");
            assert!(card.doi.is_empty() || card.doi.starts_with("10."), "{card:?}");
        }
    }
}
