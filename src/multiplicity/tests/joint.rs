use super::*;
use crate::inference::Alternative::{Greater, Less, TwoSided};

const B: usize = 199;

fn relative(series: &Array2<f64>) -> RelativePerformance {
    RelativePerformance::of_differences(series).unwrap()
}

#[test]
fn losses_and_performances_have_one_sign() {
    let table = series(3, 20);
    let benchmark: Vec<f64> = (0..20).map(|t| f64::from(t).sin()).collect();
    let losses = RelativePerformance::of_losses(&benchmark, &table).unwrap();
    let minus: Vec<f64> = benchmark.iter().map(|v| -v).collect();
    let performances = RelativePerformance::of_performances(&minus, &table.mapv(|v| -v)).unwrap();
    assert_eq!(losses, performances);
    close(losses.means()[1], (benchmark.iter().sum::<f64>() - table.row(1).sum()) / 20.0);
    assert_eq!((losses.n_models(), losses.n_rows()), (3, 20));
}

#[test]
fn reality_check_as_it_is_written() {
    let table = series(5, 60);
    let (means, resampled) = (means(&table), resampled_means(&table, &draws(B)));
    let found = RealityCheck.test(&relative(&table), &draws(B)).unwrap();
    let maxima = resampled
        .iter()
        .map(|row| row.iter().zip(&means).map(|(a, b)| a - b).fold(f64::NEG_INFINITY, f64::max));
    let best = means.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    close(found.distribution.statistic(), best);
    assert_eq!(means[found.best_model], best);
    assert_eq!(found.p_value(), p_value(maxima, best));
}

#[test]
fn superior_predictive_ability_as_it_is_written() {
    let table = series(5, 60);
    let relative = relative(&table);
    let (means, resampled) = (means(&table), resampled_means(&table, &draws(B)));
    let variance = HansenVariance::new(3.0).unwrap();
    let root = 60.0_f64.sqrt();
    let omega: Vec<f64> = table
        .rows()
        .into_iter()
        .map(|r| variance.of(r.as_slice().unwrap()).unwrap().sqrt())
        .collect();
    for studentised in [true, false] {
        let test = SuperiorPredictiveAbility::new(3.0).unwrap().studentised(studentised);
        let found = test.test(&relative, &draws(B)).unwrap();
        let factor = |k: usize| if studentised { root / omega[k] } else { 1.0 };
        let statistic = (0..5).map(|k| means[k] * factor(k)).fold(0.0, f64::max);
        close(found.statistic, statistic);
        for recentring in [Recentring::Lower, Recentring::Consistent, Recentring::Upper] {
            let centre = |k: usize| match recentring {
                Recentring::Lower => means[k].max(0.0),
                Recentring::Upper => means[k],
                Recentring::Consistent => {
                    let reach = (2.0 * 60.0_f64.ln().ln()).sqrt();
                    if root * means[k] / omega[k] >= -reach { means[k] } else { 0.0 }
                }
            };
            let maximum = |row: &Vec<f64>| {
                (0..5).map(|k| (row[k] - centre(k)) * factor(k)).fold(0.0, f64::max)
            };
            let p = p_value(resampled.iter().map(maximum), statistic);
            assert_eq!(found.p_value(recentring), p, "{studentised} {recentring:?}");
        }
    }
}

#[test]
fn a_model_far_below_the_benchmark_counts_only_in_the_upper_p_value() {
    let mut table = series(2, 60);
    table.row_mut(0).mapv_inplace(|v| v + 0.4);
    let alone = relative(&table.select(ndarray::Axis(0), &[0]));
    table.row_mut(1).mapv_inplace(|v| 40.0 * (v - 5.0));
    let test = SuperiorPredictiveAbility::new(3.0).unwrap();
    let p = |x: &RelativePerformance, rule| test.test(x, &draws(999)).unwrap().p_value(rule);
    let both = relative(&table);
    assert_eq!(p(&both, Recentring::Consistent), p(&alone, Recentring::Consistent));
    assert!(p(&both, Recentring::Upper) > p(&alone, Recentring::Upper));
    // The reality check is led by the scale of the poor model alone.
    let white = |x| RealityCheck.test(x, &draws(999)).unwrap().p_value();
    assert!(white(&both) > 10.0 * white(&alone), "{} {}", white(&both), white(&alone));
}

#[test]
fn the_first_step_of_step_m_is_the_test_of_the_best() {
    let table = series(6, 80);
    let relative = relative(&table);
    for recentring in [Recentring::Consistent, Recentring::Upper] {
        let spa = SuperiorPredictiveAbility::new(3.0).unwrap().test(&relative, &draws(B)).unwrap();
        let step_m = StepM::new(3.0).unwrap().recentring(recentring).unwrap();
        for significance in [0.05, 0.1, 0.3, 0.6] {
            let found = step_m.test(&relative, &draws(B), significance).unwrap();
            let rule = CriticalValue::OrderStatistic;
            let first = spa.better_models(recentring, significance, rule).unwrap();
            assert_eq!(found.steps[0].better, first);
            let critical = spa.distribution(recentring).critical_value(significance, rule);
            close(found.steps[0].critical_value, critical.unwrap());
            assert_eq!(first.is_empty(), spa.p_value(recentring) > significance);
            // Later steps are over fewer models, with lower bars.
            for pair in found.steps.windows(2) {
                assert_eq!(pair[1].n_models, pair[0].n_models - pair[0].better.len());
                assert!(pair[1].critical_value <= pair[0].critical_value);
            }
        }
    }
}

#[test]
fn romano_wolf_as_it_is_written() {
    let (n_series, n) = (5, 60);
    let table = series(n_series, n);
    let centre = means(&table);
    let t = |rows: &[usize], k: usize, centre: f64| {
        let mean = rows.iter().map(|r| table[[k, *r]]).sum::<f64>() / n as f64;
        let squares: f64 = rows.iter().map(|r| (table[[k, *r]] - mean).powi(2)).sum();
        (mean - centre) / (squares / (n - 1) as f64 / n as f64).sqrt()
    };
    let in_order: Vec<usize> = (0..n).collect();
    let observed: Vec<f64> = (0..n_series).map(|k| t(&in_order, k, 0.0)).collect();
    let resampled: Vec<Vec<f64>> = (0..B)
        .map(|b| {
            let rows = RowDraws::rows(&draws(B), n, b).unwrap();
            (0..n_series).map(|k| t(&rows, k, centre[k])).collect()
        })
        .collect();
    for side in [TwoSided, Greater, Less] {
        let extreme = |t: f64| match side {
            TwoSided => t.abs(),
            Greater => t,
            Less => -t,
        };
        let found = RomanoWolf::new().alternative(side).test(&relative(&table), &draws(B)).unwrap();
        let mut order: Vec<usize> = (0..n_series).collect();
        order.sort_by(|a, b| extreme(observed[*b]).total_cmp(&extreme(observed[*a])));
        let mut running = 0.0_f64;
        for (place, k) in order.iter().enumerate() {
            let most = |members: &[usize], row: &Vec<f64>| {
                members.iter().map(|j| extreme(row[*j])).fold(f64::NEG_INFINITY, f64::max)
            };
            let bar = extreme(observed[*k]);
            let p = |members: &[usize]| p_value(resampled.iter().map(|r| most(members, r)), bar);
            running = running.max(p(&order[place..]));
            let hypothesis = &found.hypotheses[*k];
            close(hypothesis.statistic, observed[*k]);
            assert_eq!(hypothesis.raw.p_value(), p(&[*k]));
            assert_eq!(hypothesis.single_step.p_value(), p(&order));
            assert_eq!(hypothesis.step_down.p_value(), running);
        }
        assert_eq!(found.joint_p_value(), found.hypotheses[order[0]].single_step.p_value());
    }
}

#[test]
fn by_the_scale_of_the_sample_it_is_westfall_young_on_the_means() {
    let table = series(4, 60);
    let relative = relative(&table);
    let (means, errors) = (means(&table), relative.std_errors());
    let resampled = resampled_means(&table, &draws(B));
    let replicates =
        Array2::from_shape_fn((B, 4), |(b, k)| (resampled[b][k] - means[k]) / errors[k]);
    let observed: Vec<f64> = means.iter().zip(&errors).map(|(m, s)| m / s).collect();
    for side in [TwoSided, Greater, Less] {
        let test = RomanoWolf::new().scale(ResampleScale::OfSample).alternative(side);
        let found = test.test(&relative, &draws(B)).unwrap();
        let young = WestfallYoung::max_t().alternative(side);
        let young = young.test(&observed, &replicates).unwrap();
        assert_eq!(found.p_values(), young.p_values());
    }
}

#[test]
fn smallest_p_values_do_not_ask_for_the_scale() {
    let replicates = Array2::from_shape_fn((300, 4), |(b, k)| {
        let b = b as f64;
        (0.37 * b).sin() + (1.0 + k as f64) * (b * (1.1 + 0.3 * k as f64)).cos()
    });
    let observed = [1.6, -2.9, 3.0, 5.0];
    let scales = [1.0, 1e-6, 1e4, 3.0];
    let scaled = Array2::from_shape_fn((300, 4), |(b, k)| scales[k] * replicates[[b, k]]);
    let by: Vec<f64> = observed.iter().zip(scales).map(|(x, s)| x * s).collect();
    for side in [TwoSided, Greater, Less] {
        let test = WestfallYoung::min_p().alternative(side);
        let found = test.test(&observed, &replicates).unwrap();
        let other = test.test(&by, &scaled).unwrap();
        assert_eq!(found.p_values(), other.p_values());
        // The p-value of each column alone is the same by the largest statistic.
        let max_t = WestfallYoung::max_t().alternative(side);
        let max_t = max_t.test(&observed, &replicates).unwrap();
        for (a, b) in found.hypotheses.iter().zip(&max_t.hypotheses) {
            assert_eq!(a.raw, b.raw);
        }
    }
    let max_t = |x: &[f64], r: &Array2<f64>| WestfallYoung::max_t().test(x, r).unwrap();
    assert_ne!(max_t(&observed, &replicates).p_values(), max_t(&by, &scaled).p_values());
}

#[test]
fn smallest_p_values_by_hand() {
    // Three replicates; each column ranks them otherwise.
    let replicates = ndarray::array![[1.0, 20.0], [2.0, 10.0], [3.0, 30.0]];
    let test = WestfallYoung::min_p().alternative(Greater);
    let found = test.test(&[2.5, 40.0], &replicates).unwrap();
    // Column 0: 3 is first of four, 2.5 second, 2 third. Column 1: 40 first, 30 second.
    let raw: Vec<f64> = found.hypotheses.iter().map(|h| h.raw.p_value()).collect();
    assert_eq!(raw, [0.5, 0.25]);
    // Smallest ranks of the replicates: 3, 3, 1. The second hypothesis, rank 1, is reached by one of
    // them; the first, rank 2, alone by one.
    assert_eq!(found.p_values(), [0.5, 0.5]);
}

#[test]
fn equal_series_are_one_hypothesis() {
    let table = series(1, 60);
    let twice = ndarray::concatenate![ndarray::Axis(0), table, table, table];
    let alone = RomanoWolf::new().test(&relative(&table), &draws(B)).unwrap();
    let found = RomanoWolf::new().test(&relative(&twice), &draws(B)).unwrap();
    assert_eq!(found.p_values(), [alone.p_values()[0]; 3]);
    // Holm's rule does not know that they are one, and multiplies by three.
    let raw: Vec<f64> = found.hypotheses.iter().map(|h| h.raw.p_value()).collect();
    let holm = Adjustment::Holm.adjust(&raw).unwrap();
    assert_eq!(holm, [(3.0 * raw[0]).min(1.0); 3]);
}

#[test]
fn replicates_equal_to_the_sample_are_ties() {
    let table = series(2, 30);
    let in_order: Vec<usize> = (0..30).collect();
    let turned: Vec<usize> = (5..30).chain(0..5).collect();
    let same = GivenDraws::new(vec![in_order, turned]).unwrap();
    let replicates = ndarray::array![[0.3, 0.1], [0.3 + 1e-16, 0.1]];
    let found = WestfallYoung::max_t().test(&[0.1 + 0.2, 0.1], &replicates).unwrap();
    assert_eq!(found.hypotheses[0].raw, Exceedances { n_above: 0, n_at_least: 2, n_replicates: 2 });
    assert_eq!(found.hypotheses[0].raw.share_above(), 0.0);
    assert_eq!(found.hypotheses[0].raw.p_value(), 1.0);
    // Every resample is the series: no deviation at all, so nothing is reached.
    let white = RealityCheck.test(&relative(&table), &same).unwrap();
    assert!(white.distribution.maxima().iter().all(|v| v.abs() < 1e-15));
}

#[test]
fn results_read_back_from_json() {
    let table = series(3, 40);
    let found = RomanoWolf::new().test(&relative(&table), &draws(B)).unwrap();
    let json = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<StepDownTest>(&json).unwrap(), found);
    let step_m = StepM::new(3.0).unwrap().test(&relative(&table), &draws(B), 0.1).unwrap();
    let json = serde_json::to_string(&step_m).unwrap();
    assert_eq!(serde_json::from_str::<StepMTest>(&json).unwrap(), step_m);
}

#[test]
fn the_bits_are_the_same_at_any_number_of_threads() {
    let table = series(5, 60);
    let relative = relative(&table);
    let run = || {
        let spa = SuperiorPredictiveAbility::new(3.0).unwrap().test(&relative, &draws(B)).unwrap();
        let joint = RomanoWolf::new().test(&relative, &draws(B)).unwrap();
        let sets = [ModelConfidenceSet::range(), ModelConfidenceSet::maximum()]
            .map(|test| test.of_losses(&table, &draws(B)).unwrap());
        (spa, joint, sets)
    };
    let [one, three] = [1, 3].map(|n| crate::with_threads(n, run).unwrap());
    assert_eq!(one, three);
}
