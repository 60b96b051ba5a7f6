//! Intervals of bootstrap distributions.

use proptest::prelude::*;
use statrs::distribution::{ContinuousCDF, Normal};

use super::{close, skewed, stationary, values};
use crate::resampling::IntervalMethod::{Basic, Bca, Percentile};
use crate::resampling::{
    BootstrapDistribution, EventDateBootstrap, IntervalMethod, ResamplingScheme,
};

fn drawn(values: &[f64]) -> BootstrapDistribution {
    EventDateBootstrap::new().replicates(499).seed(5).run_mean_studentised(values).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_higher_level_holds_a_lower_one(x in values(2..12), low in 0.05..0.95_f64) {
        let drawn = drawn(&x);
        for method in IntervalMethod::ALL {
            let wide = drawn.interval(*method, low + 0.04);
            let narrow = drawn.interval(*method, low);
            if let (Ok(wide), Ok(narrow)) = (wide, narrow) {
                prop_assert!(wide.lower <= narrow.lower && narrow.lower <= narrow.upper);
                prop_assert!(narrow.upper <= wide.upper);
            }
        }
    }

    #[test]
    fn shift_and_scale_go_through(x in values(3..10), shift in -2.0..2.0_f64, scale in 0.1..9.0_f64) {
        let moved: Vec<f64> = x.iter().map(|v| shift + scale * v).collect();
        let (before, after) = (drawn(&x), drawn(&moved));
        prop_assert!(close(after.std_error(), scale * before.std_error(), 1e-11));
        for method in IntervalMethod::ALL {
            let Ok(a) = before.interval(*method, 0.9) else { continue };
            let b = after.interval(*method, 0.9).unwrap();
            let tolerance = 1e-10 * (1.0 + b.upper - b.lower);
            prop_assert!(close(b.lower, shift + scale * a.lower, tolerance), "{method}");
            prop_assert!(close(b.upper, shift + scale * a.upper, tolerance), "{method}");
        }
    }

    #[test]
    fn percentile_of_symmetric_values_holds_their_mean(half in values(1..3), centre in -1.0..1.0_f64) {
        let x: Vec<f64> = half.iter().flat_map(|v| [centre + v, centre - v]).collect();
        let drawn = EventDateBootstrap::new().run_mean(&x).unwrap();
        prop_assert!(drawn.is_exact());
        let interval = drawn.interval(Percentile, 0.1).unwrap();
        prop_assert!(interval.lower <= drawn.point_estimate() + 1e-12);
        prop_assert!(interval.upper >= drawn.point_estimate() - 1e-12);
    }

    #[test]
    fn p_values_are_probabilities(x in values(2..9)) {
        let p = drawn(&x).p_values();
        for p in [p.upper, p.lower, p.two_sided] {
            prop_assert!(p > 0.0 && p <= 1.0);
        }
    }
}

#[test]
fn one_sided_bounds_are_the_ends_of_a_wider_two_sided_interval() {
    let drawn = drawn(&skewed(11));
    for method in IntervalMethod::ALL {
        let two_sided = drawn.interval(*method, 0.9).unwrap();
        assert!(close(drawn.lower_bound(*method, 0.95).unwrap(), two_sided.lower, 1e-12));
        assert!(close(drawn.upper_bound(*method, 0.95).unwrap(), two_sided.upper, 1e-12));
    }
}

#[test]
fn bca_by_hand() {
    // 100 replicates 1..100, 30 of them below the estimate; delete-one values 0, 0, 3, so that
    // u = 1, 1, -2 and a = (1 + 1 - 8) / (6 * 6^1.5).
    let replicates: Vec<f64> = (1..=100).map(f64::from).collect();
    let scheme = ResamplingScheme::GivenIndependent;
    let drawn = BootstrapDistribution::from_replicates(30.5, replicates, scheme).unwrap();
    let drawn = drawn.with_jackknife(&[0.0, 0.0, 3.0]);
    let (z0, a) = drawn.bca_constants().unwrap();
    assert!(close(a, -1.0 / 6.0_f64.powf(1.5), 1e-15));
    assert!(close(z0, -0.524_400_512_708_041, 1e-12)); // R: qnorm(0.3)
    let normal = Normal::standard();
    let at = |p: f64| {
        let z = z0 + normal.inverse_cdf(p);
        1.0 + 99.0 * normal.cdf(z0 + z / (1.0 - a * z))
    };
    let interval = drawn.interval(Bca, 0.9).unwrap();
    assert!(close(interval.lower, at(0.05), 1e-10) && close(interval.upper, at(0.95), 1e-10));
}

#[test]
fn without_bias_and_skew_bca_is_the_percentile_interval() {
    let replicates: Vec<f64> = (1..=100).map(f64::from).collect();
    let scheme = ResamplingScheme::GivenIndependent;
    let drawn = BootstrapDistribution::from_replicates(50.5, replicates, scheme).unwrap();
    let drawn = drawn.with_jackknife(&[-1.0, 0.0, 1.0]);
    let (bca, percentile) = (drawn.interval(Bca, 0.9).unwrap(), drawn.interval(Percentile, 0.9));
    let percentile = percentile.unwrap();
    assert!(close(bca.lower, percentile.lower, 1e-9) && close(bca.upper, percentile.upper, 1e-9));
    assert!(close(percentile.lower, 1.0 + 99.0 * 0.05, 1e-12));
}

#[test]
fn basic_reflects_the_percentile_interval() {
    let drawn = drawn(&skewed(7));
    let (basic, percentile) = (drawn.interval(Basic, 0.95), drawn.interval(Percentile, 0.95));
    let (basic, percentile, twice) =
        (basic.unwrap(), percentile.unwrap(), 2.0 * drawn.point_estimate());
    assert!(close(basic.lower, twice - percentile.upper, 1e-13));
    assert!(close(basic.upper, twice - percentile.lower, 1e-13));
}

#[test]
fn bca_says_why_it_is_not_defined() {
    let message =
        |drawn: &BootstrapDistribution| drawn.interval(Bca, 0.95).unwrap_err().to_string();
    let blocks = stationary(3.0).unwrap().replicates(99).run_mean(&skewed(30));
    assert_eq!(
        message(&blocks.unwrap()),
        "the BCa interval is not defined for the stationary block bootstrap: its blocks are \
         dependent, so the delete-one jackknife behind the acceleration is not valid; take the \
         percentile or the basic interval"
    );
    assert_eq!(
        message(&EventDateBootstrap::new().run_mean(&[0.1; 5]).unwrap()),
        "the BCa interval is not defined for the bootstrap by event date: leaving one value out \
         does not change the statistic"
    );
    let given = |estimate| {
        let scheme = ResamplingScheme::GivenIndependent;
        BootstrapDistribution::from_replicates(estimate, vec![1.0, 2.0, 3.0], scheme).unwrap()
    };
    assert_eq!(
        message(&given(2.0)),
        "the BCa interval is not defined for a bootstrap from given independent draws: the \
         delete-one values were not given"
    );
    assert_eq!(
        message(&given(0.5).with_jackknife(&[1.0, 2.0, 4.0])),
        "the BCa interval is not defined for a bootstrap from given independent draws: all \
         replicates lie on one side of the estimate, so its bias correction is infinite"
    );
    let spread = |x: &[f64]| (x[1] - x[0]).abs();
    let two = EventDateBootstrap::new()
        .run(&[1.0, 2.0], |x| if x.len() == 2 { spread(x) } else { f64::NAN });
    assert_eq!(
        message(&two.unwrap()),
        "the BCa interval is not defined for the bootstrap by event date: the statistic is not \
         defined with one value left out"
    );
}

#[test]
fn levels_are_strictly_between_zero_and_one() {
    let drawn = drawn(&skewed(5));
    for level in [0.0, 1.0, 95.0, f64::NAN, -0.1] {
        for method in IntervalMethod::ALL {
            assert!(drawn.interval(*method, level).is_err());
        }
    }
    assert_eq!(
        drawn.interval(Percentile, 95.0).unwrap_err().to_string(),
        "level = 95: expected a level between 0 and 1, both excluded"
    );
}
