//! The wild bootstrap.

use proptest::prelude::*;

use super::{close, skewed, values};
use crate::Error;
use crate::numeric::moments;
use crate::resampling::{
    PValues, SignFlip, WildBootstrap, WildBootstrapTest, WildPValues, WildWeights,
};
use crate::with_threads;

const DISCRETE: [WildWeights; 3] =
    [WildWeights::Rademacher, WildWeights::Mammen, WildWeights::Webb];

/// Responses of up to five dates, one to four each.
fn by_date() -> impl Strategy<Value = Vec<Vec<f64>>> {
    prop::collection::vec(values(1..5), 2..6)
}

/// Mean and cluster-robust t of responses by date, from the responses themselves.
fn mean_and_t(by_date: &[Vec<f64>]) -> (f64, f64) {
    let pooled: Vec<f64> = by_date.concat();
    let (n, g) = (pooled.len() as f64, by_date.len() as f64);
    let mean = moments::mean(&pooled).unwrap();
    let scores = by_date.iter().map(|d| d.iter().map(|v| v - mean).sum::<f64>());
    let variance = g / (g - 1.0) * scores.map(|s| s * s).sum::<f64>() / (n * n);
    (mean, mean / variance.sqrt())
}

/// Probabilities by running through all weight vectors: mean, then t; upper, lower, two-sided. `None`
/// where a t is so close to the observed one that rounding would decide.
fn brute_force(by_date: &[Vec<f64>], law: WildWeights) -> Option<[[f64; 3]; 2]> {
    let outcomes = law.outcomes().unwrap();
    let observed = mean_and_t(by_date);
    let mut p = [[0.0; 3]; 2];
    for k in 0..outcomes.len().pow(u32::try_from(by_date.len()).unwrap()) {
        let (mut left, mut probability, mut weighed) = (k, 1.0, by_date.to_vec());
        for date in &mut weighed {
            let (weight, share) = outcomes[left % outcomes.len()];
            left /= outcomes.len();
            probability *= share;
            for value in date {
                *value *= weight;
            }
        }
        let drawn = mean_and_t(&weighed);
        let sides = [(drawn.0, observed.0, 1.0), (drawn.1, observed.1, observed.1.abs())];
        for (p, (value, seen, size)) in p.iter_mut().zip(sides) {
            let slack = 1e-11 * size;
            let near = (value.abs() - seen.abs()).abs();
            if near > slack && near < 1e-6 * size {
                return None;
            }
            p[0] += if value >= seen - slack { probability } else { 0.0 };
            p[1] += if value <= seen + slack { probability } else { 0.0 };
            p[2] += if value.abs() >= seen.abs() - slack { probability } else { 0.0 };
        }
    }
    Some(p)
}

fn agree(found: PValues, wanted: [f64; 3]) -> bool {
    let found = [found.upper, found.lower, found.two_sided];
    found.iter().zip(wanted).all(|(a, b)| close(*a, b, 1e-12))
}

fn exact(law: WildWeights, by_date: &[Vec<f64>]) -> WildBootstrapTest {
    let found = WildBootstrap::new(law).replicates(8_000).test_responses(by_date).unwrap();
    assert!(found.exact && found.seed.is_none());
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn equals_brute_force(by_date in by_date()) {
        for law in DISCRETE {
            let found = exact(law, &by_date);
            let (mean, t) = mean_and_t(&by_date);
            prop_assert!(close(found.mean, mean, 1e-14) && close(found.t, t, 1e-9 * t.abs()));
            let Some([of_mean, of_t]) = brute_force(&by_date, law) else { continue };
            prop_assert!(agree(found.of_mean.p_values, of_mean), "{:?} {:?}", found.of_mean, of_mean);
            prop_assert!(agree(found.studentised.p_values, of_t), "{:?} {:?}", found, of_t);
        }
    }

    #[test]
    fn one_value_a_date_is_the_sign_test(x in values(2..12)) {
        let flips = SignFlip::new().test(&x).unwrap();
        let found = WildBootstrap::new(WildWeights::Rademacher).test(&x).unwrap();
        prop_assert_eq!(found.of_mean.p_values, flips.p_values);
        prop_assert_eq!(found.studentised.p_values, flips.p_values);
        prop_assert_eq!(found.of_mean.attainable_two_sided, flips.attainable_two_sided);
        prop_assert_eq!(found.studentised.attainable_one_sided, flips.attainable_one_sided);
        let one_each: Vec<[f64; 1]> = x.iter().map(|v| [*v]).collect();
        let by_date = WildBootstrap::new(WildWeights::Rademacher).test_responses(&one_each);
        prop_assert_eq!(by_date.unwrap(), found);
    }

    #[test]
    fn scale_order_and_direction(by_date in by_date(), scale in 0.01..50.0_f64) {
        for law in DISCRETE {
            let found = exact(law, &by_date);
            let mut moved: Vec<Vec<f64>> =
                by_date.iter().map(|d| d.iter().map(|v| -scale * v).collect()).collect();
            moved.reverse();
            let turned = exact(law, &moved);
            prop_assert!(close(turned.t, -found.t, 1e-9 * found.t.abs()));
            for (a, b) in [(found.of_mean, turned.of_mean), (found.studentised, turned.studentised)] {
                let p = b.p_values;
                prop_assert!(agree(a.p_values, [p.lower, p.upper, p.two_sided]));
                prop_assert!(close(a.attainable_two_sided, b.attainable_two_sided, 1e-12));
            }
        }
    }

    #[test]
    fn no_p_value_is_below_the_attainable_one(by_date in by_date()) {
        for law in DISCRETE {
            let found = exact(law, &by_date);
            let within = |p: WildPValues| {
                let PValues { upper, lower, two_sided } = p.p_values;
                [upper, lower].iter().all(|q| *q >= p.attainable_one_sided * (1.0 - 1e-12))
                    && two_sided >= p.attainable_two_sided * (1.0 - 1e-12)
            };
            prop_assert!(within(found.studentised), "{:?}", found);
            // By the mean it is the smallest over the signs where the weights are symmetric.
            prop_assert!(law == WildWeights::Mammen || within(found.of_mean), "{:?}", found);
        }
    }

    #[test]
    fn signs_keep_their_level_whatever_the_sizes(x in values(2..7)) {
        // Over all signs of the same values the p-values have at most their own level: exact size.
        let n = x.len();
        let test = WildBootstrap::new(WildWeights::Rademacher);
        let mut p = Vec::new();
        for k in 0..1_usize << n {
            let flipped: Vec<f64> =
                x.iter().enumerate().map(|(i, v)| if k >> i & 1 == 1 { -v } else { *v }).collect();
            let Ok(found) = test.test(&flipped) else { return Ok(()) };
            p.push(found.studentised.p_values.two_sided);
        }
        for level in [0.05, 0.1, 0.25, 0.5, 0.8] {
            let rejected = p.iter().filter(|p| **p <= level).count();
            prop_assert!(rejected as f64 <= level * p.len() as f64 + 1e-9);
        }
    }
}

#[test]
fn large_t_ties_with_itself() {
    // t of 10⁷ and more: the digits of the spread are lost, not the ties.
    for spread in [1e-3, 1e-6, 1e-8] {
        let x: Vec<f64> = (0..6).map(|k| 1.0 + spread * f64::from(k * k % 5)).collect();
        let by_date: Vec<Vec<f64>> = x.iter().map(|v| vec![*v, 1.1 * v]).collect();
        for law in DISCRETE {
            let test = WildBootstrap::new(law).replicates(50_000);
            let (plain, dates) = (test.test(&x).unwrap(), test.test_responses(&by_date).unwrap());
            assert!(plain.t > 300.0 && dates.t > 300.0);
            for found in [plain, dates] {
                assert!(found.studentised.p_values.two_sided < 0.2);
                let least = found.studentised.attainable_two_sided;
                assert!(close(found.studentised.p_values.two_sided, least, 1e-15), "{found:?}");
            }
        }
    }
}

#[test]
fn mammen_by_hand() {
    // Two values 1 and 2: low l with probability q, high h. Means times two of (l,l), (h,l), (l,h),
    // (h,h): 3l, h + 2l, l + 2h, 3h; the observed 3 is reached by 3h alone, l + 2h = 2.618.
    let found = WildBootstrap::new(WildWeights::Mammen).test(&[1.0, 2.0]).unwrap();
    let high = 1.0 - (5.0_f64.sqrt() + 1.0) / (2.0 * 5.0_f64.sqrt());
    assert!((found.n_weight_vectors, found.exact) == (4, true));
    assert!(close(found.of_mean.p_values.upper, high * high, 1e-15));
    assert!(close(found.of_mean.p_values.two_sided, high * high, 1e-15));
    assert!(close(found.of_mean.p_values.lower, 1.0 - high * high, 1e-15));
    // t = 3: equal weights have ±3, (h,l) and (l,h) have less: 0.38/2.85 and 2.62/3.85.
    let low = 1.0 - high;
    assert!(close(found.t, 3.0, 1e-15));
    assert!(close(found.studentised.p_values.two_sided, high * high + low * low, 1e-15));
    assert!(close(found.studentised.p_values.upper, high * high, 1e-15));
    assert!(close(found.studentised.attainable_one_sided, high * high, 1e-15));
}

#[test]
fn dates_of_unequal_size_by_hand() {
    // Dates (1, 2) and (3): sums 3, 3 of N = 3, mean 2; scores 3 − 4 = −1 and 3 − 2 = 1.
    let found = WildBootstrap::new(WildWeights::Rademacher)
        .test_responses(&[vec![1.0, 2.0], vec![3.0]])
        .unwrap();
    assert_eq!((found.n_event_dates, found.n_responses), (2, 3));
    assert!(close(found.mean, 2.0, 1e-15) && close(found.std_error, 2.0 / 3.0, 1e-15));
    assert!(close(found.t, 3.0, 1e-15));
    // Signs (+,−) have sum 0.
    assert_eq!(found.of_mean.p_values.two_sided, 0.5);
    assert_eq!(found.studentised.p_values.two_sided, 0.5);
    assert_eq!(found.studentised.p_values.upper, 0.25);
}

#[test]
fn random_vectors_agree_with_the_enumeration() {
    let by_date: Vec<Vec<f64>> =
        skewed(14).chunks(2).map(|c| c.iter().map(|v| v - 0.2).collect()).collect();
    for law in DISCRETE {
        let exact = WildBootstrap::new(law).replicates(300_000).test_responses(&by_date).unwrap();
        let n = if law == WildWeights::Webb { 20_000 } else { 127 };
        let test = WildBootstrap::new(law).replicates(n);
        // Averaged over seeds where there are few vectors.
        let runs: Vec<WildBootstrapTest> = (0..160)
            .map(|s| test.seed(s).test_responses(&by_date).unwrap())
            .take(20_000 / n + 1)
            .collect();
        assert!(exact.exact && runs.iter().all(|r| !r.exact && r.n_weight_vectors == n));
        let total = (runs.len() * n) as f64;
        let by_mean = |t: &WildBootstrapTest| t.of_mean.p_values;
        let by_t = |t: &WildBootstrapTest| t.studentised.p_values;
        for of in [by_mean as fn(&WildBootstrapTest) -> PValues, by_t] {
            let p = of(&exact).two_sided;
            let mean = runs.iter().map(|r| of(r).two_sided).sum::<f64>() / runs.len() as f64;
            // (1 + count)/(1 + n) has the mean (1 + n p)/(1 + n).
            let expected = (1.0 + n as f64 * p) / (1.0 + n as f64);
            assert!(
                close(mean, expected, 4.0 * (p * (1.0 - p) / total).sqrt()),
                "{law:?} {mean} {p}"
            );
        }
    }
}

#[test]
fn normal_weights_are_drawn() {
    // The law of the mean is normal given the values: P(|Z| ≥ |Σx|/√Σx²).
    let x = skewed(9);
    let (sum, squares) = x.iter().fold((0.0, 0.0), |(a, b), v| (a + v, b + v * v));
    let z: f64 = sum / f64::sqrt(squares);
    let p = crate::numeric::tails::chi_squared_above(z * z, 1.0);
    let test = WildBootstrap::new(WildWeights::Normal).replicates(20_000).seed(3);
    let found = test.test(&x).unwrap();
    assert_eq!((found.exact, found.seed, found.n_weight_vectors), (false, Some(3), 20_000));
    assert!(close(found.of_mean.p_values.two_sided, p, 4.0 * (p / 20_000.0).sqrt()));
    assert_eq!(found.studentised.attainable_two_sided, 1.0 / 20_001.0);
    assert_eq!(found, with_threads(4, || test.test(&x)).unwrap().unwrap());
    assert_eq!(found, with_threads(1, || test.test(&x)).unwrap().unwrap());
    assert_ne!(found.of_mean, test.seed(4).test(&x).unwrap().of_mean);
}

#[test]
fn a_test_goes_to_json_and_back() {
    let found = WildBootstrap::new(WildWeights::Webb).test(&[0.1, -0.3, 0.5]).unwrap();
    let text = serde_json::to_string(&found).unwrap();
    assert!(text.contains(r#""weights":"webb""#), "{text}");
    assert_eq!(serde_json::from_str::<WildBootstrapTest>(&text).unwrap(), found);
}

#[test]
fn bad_input() {
    let test = WildBootstrap::new(WildWeights::Rademacher);
    assert_eq!(
        test.test(&[0.1]).unwrap_err().to_string(),
        "the wild bootstrap needs at least 2 event dates, found 1"
    );
    assert_eq!(
        test.test_responses(&[vec![0.1], vec![]]).unwrap_err().to_string(),
        "event date 2 of the wild bootstrap needs at least 1 responses, found 0"
    );
    assert!(matches!(test.test(&[0.1, f64::NAN]), Err(Error::Setting { .. })));
    assert!(matches!(test.replicates(0).test(&[0.1, 0.2]), Err(Error::TooFew { .. })));
    assert_eq!(
        test.test(&[0.1, 0.1, 0.1]).unwrap_err().to_string(),
        "the wild bootstrap: the variance of the event dates is zero, so the statistic is not \
         defined"
    );
}
