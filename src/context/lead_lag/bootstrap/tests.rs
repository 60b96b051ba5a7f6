use super::super::tests::{ar1, normal, pairs};
use super::*;
use crate::numeric::streams::stream;

#[test]
fn errors_of_independent_rows_are_those_of_the_textbook() {
    // Rows drawn one at a time from a bivariate normal: se of r is (1 − ρ²)/√n.
    let mut stream = stream(3, 0);
    let x: Vec<f64> = (0..400).map(|_| normal(&mut stream)).collect();
    let y: Vec<f64> = x.iter().map(|x| 0.6 * x + 0.8 * normal(&mut stream)).collect();
    let found = LeadLagBootstrap::new(1).mean_block_length(1.0).run(&pairs(&x, &y)).unwrap();
    let same = found.lags[1];
    let expected = (1.0 - same.correlation.powi(2)) / 20.0;
    assert!((same.std_error / expected - 1.0).abs() < 0.15, "{} {expected}", same.std_error);
    assert!(same.lower < same.correlation && same.correlation < same.upper);
    assert_eq!((same.p_value, found.peak.lag), (0.001, 0));
    assert_eq!(found.peak.search_p_value, Some(0.001));
    assert!(found.lags[0].p_value > 0.01);
}

#[test]
fn observed_correlations_are_those_of_the_function_and_threads_change_nothing() {
    let mut stream = stream(4, 0);
    let (x, mut y) = (ar1(0.5, 120, &mut stream), ar1(0.5, 120, &mut stream));
    y[30] = f64::NAN;
    let plain = cross_correlations(&pairs(&x, &y), 3, None).unwrap();
    let run = || LeadLagBootstrap::new(3).replicates(60).seed(5).run(&pairs(&x, &y)).unwrap();
    let found = run();
    for (a, b) in found.lags.iter().zip(&plain.lags) {
        assert_eq!((a.lag, a.correlation), (b.lag, b.correlation));
        assert!(
            a.p_value >= 1.0 / 61.0
                && a.p_value <= found.peak.search_p_value.unwrap().max(a.p_value)
        );
    }
    assert_eq!((found.peak.lag, found.peak.correlation), (plain.peak.lag, plain.peak.correlation));
    assert!(found.peak.search_p_value >= found.peak.p_value);
    assert!(found.mean_block_length >= 1.0);
    assert_eq!(crate::with_threads(1, run).unwrap(), found);
}

/// Share of 400 pairs of independent AR(1) series in which the search over five lags rejects at 5 %.
fn size(phi: f64) -> f64 {
    let rejected = (0..400).filter(|k| {
        let mut stream = stream(88, *k);
        let (x, y) = (ar1(phi, 120, &mut stream), ar1(phi, 120, &mut stream));
        let found = LeadLagBootstrap::new(2).replicates(59).seed(*k).run(&pairs(&x, &y)).unwrap();
        found.peak.search_p_value.unwrap() <= 0.05
    });
    rejected.count() as f64 / 400.0
}

#[test]
fn the_search_holds_its_size_for_returns_and_not_for_levels() {
    // The binomial standard error of 5 % is 1.1 points. Blocks cut the autocorrelation that makes
    // correlations of persistent series large, and the docs say so.
    let returns = size(0.1);
    assert!((0.02..0.08).contains(&returns), "{returns}");
    let persistent = size(0.6);
    assert!((0.05..0.16).contains(&persistent), "{persistent}");
}

#[test]
fn faults_are_named() {
    let mut stream = stream(9, 0);
    let x = ar1(0.0, 60, &mut stream);
    let text = |of: LeadLagBootstrap| of.run(&pairs(&x, &x)).unwrap_err().to_string();
    assert!(text(LeadLagBootstrap::new(2).level(0.0)).starts_with("level = 0"));
    assert!(text(LeadLagBootstrap::new(2).replicates(1)).contains("2 replicates"));
    assert!(text(LeadLagBootstrap::new(2).mean_block_length(0.0)).contains('0'));
    assert!(text(LeadLagBootstrap::new(55)).contains("pairs of returns"));
}
