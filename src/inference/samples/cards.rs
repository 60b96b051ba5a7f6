//! The cards of all tests of samples.

use super::{
    bootstrapped_t, correlation, design_effect, ibragimov_mueller, kolmogorov, mann_whitney,
    moments, permutation, shapiro_wilk, sign, skewness, t, wilcoxon,
};
use crate::inference::{Card, PlaceboUnits};

static CARDS: &[Card] = &[
    ibragimov_mueller::ONE_GROUP_CARD,
    ibragimov_mueller::TWO_GROUPS_CARD,
    t::ONE_SAMPLE_CARD,
    t::WELCH_CARD,
    t::POOLED_CARD,
    sign::CARD,
    wilcoxon::CARD,
    mann_whitney::CARD,
    kolmogorov::ONE_SAMPLE_CARD,
    kolmogorov::TWO_SAMPLES_CARD,
    permutation::CARD,
    skewness::JOHNSON_CARD,
    skewness::HALL_CARD,
    bootstrapped_t::CARD,
    design_effect::CARD,
    moments::JARQUE_BERA_CARD,
    moments::DAGOSTINO_CARD,
    shapiro_wilk::CARD,
    correlation::PEARSON_CARD,
    correlation::SPEARMAN_CARD,
    correlation::KENDALL_CARD,
    PlaceboUnits::CARD,
];

/// The cards of the tests of this module, and of [`PlaceboUnits`]; their ids are apart from those of
/// the [tests over responses](crate::inference::registry) and are not names for a study file.
///
/// ```
/// use eventstudy::inference::samples::cards;
///
/// let over_dates = cards().iter().find(|card| card.id == "ibragimov-mueller").unwrap();
/// assert_eq!(over_dates.distribution, "t, n - 1");
/// ```
pub fn cards() -> &'static [Card] {
    CARDS
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::{
        BootstrappedSkewnessT, DesignEffect, IbragimovMueller, KolmogorovSmirnov, LabelPermutation,
        MannWhitney, OneSampleT, SignTest, SkewnessAdjustedT, TwoSampleT, WilcoxonSignedRank,
        dagostino_pearson, jarque_bera, kendall, pearson, shapiro_wilk, spearman,
    };
    use super::*;
    use crate::inference::{RegisteredTest, registry};

    #[test]
    fn ids_are_unique_also_among_tests_over_responses() {
        let registered = registry().iter().map(RegisteredTest::id);
        let all: Vec<&str> = registered.chain(cards().iter().map(|card| card.id)).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{all:?}");
        for id in all {
            let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(id.chars().all(kebab) && !id.starts_with('-') && !id.ends_with('-'), "{id}");
        }
    }

    #[test]
    fn every_card_is_filled() {
        for card in cards() {
            let texts = [
                card.id,
                card.name,
                card.null,
                card.assumes,
                card.robust_to,
                card.distribution,
                card.reference,
                card.departures,
            ];
            assert!(texts.iter().all(|text| !text.trim().is_empty()), "{card:?}");
            assert!(card.doi.is_empty() || card.doi.starts_with("10."), "{card:?}");
            let has_year = card.reference.split([' ', ',', ';']).any(|word| {
                word.len() == 4 && word.parse::<u32>().is_ok_and(|y| (1900..2030).contains(&y))
            });
            assert!(has_year, "{}", card.reference);
        }
    }

    #[test]
    fn every_test_has_a_card_of_its_name() {
        let x: Vec<f64> = (0..24).map(|i| f64::from(i * 7 % 24).powi(2) / 100.0 - 1.0).collect();
        let y: Vec<f64> = x.iter().rev().map(|v| v.sin()).collect();
        let units = DesignEffect::new(x.len(), 0.3).unwrap();
        let found = [
            OneSampleT::new().test(&x).unwrap().result,
            TwoSampleT::welch().test(&x, &y).unwrap().result,
            TwoSampleT::pooled().test(&x, &y).unwrap().result,
            IbragimovMueller::new().one_group(&x).unwrap().result,
            IbragimovMueller::new().two_groups(&x, &y).unwrap().result,
            SignTest.test(&x).unwrap().result,
            WilcoxonSignedRank::new().test(&x).unwrap().result,
            MannWhitney::new().test(&x, &y).unwrap().result,
            KolmogorovSmirnov::new().one_sample(&x, |v| v.clamp(0.0, 1.0)).unwrap().result,
            KolmogorovSmirnov::new().two_samples(&x, &y).unwrap().result,
            LabelPermutation::new().draws(9).test(&x, &y).unwrap().result,
            SkewnessAdjustedT::johnson().test(&x).unwrap().result,
            SkewnessAdjustedT::hall().test(&x).unwrap().result,
            BootstrappedSkewnessT::new().draws(9).test(&x).unwrap().result,
            units.t_test(&x).unwrap().result,
            jarque_bera(&x).unwrap(),
            dagostino_pearson(&x).unwrap(),
            shapiro_wilk(&x).unwrap(),
            pearson(&x, &y).unwrap().result,
            spearman(&x, &y).unwrap().result,
            kendall(&x, &y).unwrap().result,
        ];
        let mut names: BTreeSet<&str> = found.iter().map(|test| test.test.as_str()).collect();
        names.insert(PlaceboUnits::CARD.name);
        assert_eq!(names, cards().iter().map(|card| card.name).collect());
        assert_eq!(names.len(), cards().len());
    }
}
