//! Faults that packages of this field are known for: sign tests, rank tests, missing responses.
//!
//! One test per fault, named for what it guards; each computes the wrong form too and finds it
//! elsewhere.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{Noise, close, compound, day, design, events, market, market_rows, panel, table};
use eventstudy::abnormal::{AbnormalReturns, MissingPolicy};
use eventstudy::events::{Event, EventSet};
use eventstudy::inference::{
    Alternative, Bmp, CorradoRank, CorradoZivney, GeneralisedSign, Grank, KolariPynnonen, PatellZ,
    ResidualCorrelation, Sign, SignFlipResponses, SignificanceTest, Standardisation, Wilcoxon,
    WindowSample,
};
use eventstudy::models::{ConstantMeanModel, MarketModel};
use eventstudy::panel::{Compounding, PricePanel};
use eventstudy::time::EventWindow;

const SCAR: Standardisation = Standardisation::Scar;
const M: usize = 40;

fn sample(table: &AbnormalReturns, first: i32, last: i32) -> WindowSample {
    WindowSample::new(table, &EventWindow::rows(first, last).unwrap()).unwrap()
}

fn statistic(test: &dyn SignificanceTest, sample: &WindowSample) -> f64 {
    test.test(sample).unwrap().statistic
}

#[track_caller]
fn far(found: f64, wrong: f64) {
    assert!((found - wrong).abs() > 1e-3 * (1.0 + wrong.abs()), "{found} is the wrong form");
}

/// Constant-mean abnormal returns of an asset: estimation rows, then the rows of the span, which
/// starts `first` rows from the event.
fn by_hand(prices: &[f64], event: usize, first: i32, n_rows: usize) -> (Vec<f64>, Vec<f64>) {
    let start = event.checked_add_signed(first as isize).unwrap();
    let end = start.min(event);
    let returns = |t: usize| prices[t] / prices[t - 1] - 1.0;
    let mean = (end - M..end).map(returns).sum::<f64>() / M as f64;
    let ar = |t: usize| returns(t) - mean;
    ((end - M..end).map(ar).collect(), (start..start + n_rows).map(ar).collect())
}

fn constant_mean(prices: &PricePanel, first: i32, last: i32, events: &EventSet) -> AbnormalReturns {
    let names: Vec<&str> = prices.names().iter().map(String::as_str).collect();
    let design = design(first, last, M).missing(MissingPolicy::Available);
    table(prices, Compounding::Simple, &ConstantMeanModel, &design, events, &names)
}

/// Rank from 1 of a value among others that hold it.
fn rank(value: f64, among: &[f64]) -> f64 {
    let below = among.iter().filter(|v| **v < value).count() as f64;
    let same = among.iter().filter(|v| **v == value).count() as f64;
    below + f64::midpoint(same, 1.0)
}

/// Z of GRANK by the definition, with what the SCARs are divided by.
fn grank_ratio(series: &[(Vec<f64>, f64, f64)], divisor: f64) -> f64 {
    let t = (M + 1) as f64;
    let mut mean_ranks = vec![0.0; M + 1];
    for (estimation, s, scar) in series {
        let mut values: Vec<f64> = estimation.iter().map(|e| e / s).collect();
        values.push(scar / divisor);
        for (mean, value) in mean_ranks.iter_mut().zip(&values) {
            *mean += (rank(*value, &values) / (t + 1.0) - 0.5) / series.len() as f64;
        }
    }
    mean_ranks[M] / (mean_ranks.iter().map(|u| u * u).sum::<f64>() / t).sqrt()
}

#[test]
fn grank_divides_by_the_standard_deviation_not_by_the_standard_error() {
    let rows = market_rows(101, 8, 80);
    let named: Vec<(&str, Vec<f64>)> = rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
    let table = constant_mean(&panel(&named), 0, 4, &events(&[60]));
    let sample = sample(&table, 0, 4);
    let scars = sample.standardised(SCAR);
    let series: Vec<(Vec<f64>, f64, f64)> = rows
        .iter()
        .zip(table.responses())
        .zip(&scars)
        .map(|(((_, prices), response), scar)| {
            let (estimation, _) = by_hand(prices, 60, 0, 5);
            (estimation, response.fit().residual_std_dev(), *scar)
        })
        .collect();
    let n = scars.len() as f64;
    let mean = scars.iter().sum::<f64>() / n;
    let std_dev = (scars.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let ratio = Grank::t().rank_ratio(&sample).unwrap();
    close(ratio, grank_ratio(&series, std_dev), 1e-12);
    far(ratio, grank_ratio(&series, std_dev / n.sqrt()));
}

/// z of Corrado's test by the definition, for one row of the span.
fn corrado_z(series: &[Vec<f64>], row: usize) -> f64 {
    let n_rows = series[0].len();
    let deviation = |t: usize| {
        let centred = |x: &Vec<f64>| rank(x[t], x) - f64::midpoint(n_rows as f64, 1.0);
        series.iter().map(centred).sum::<f64>() / series.len() as f64
    };
    let squares: f64 = (0..n_rows).map(|t| deviation(t).powi(2)).sum();
    deviation(row) / (squares / n_rows as f64).sqrt()
}

#[test]
fn a_rank_test_has_another_statistic_every_day() {
    let rows = market_rows(102, 5, 80);
    let named: Vec<(&str, Vec<f64>)> = rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
    let table = constant_mean(&panel(&named), -3, 3, &events(&[60]));
    let series: Vec<Vec<f64>> = rows
        .iter()
        .map(|(_, prices)| {
            let (estimation, event) = by_hand(prices, 60, -3, 7);
            [estimation, event].concat()
        })
        .collect();
    let first_day = corrado_z(&series, M);
    for (row, tau) in (-3..=3).enumerate() {
        let found = statistic(&CorradoRank, &sample(&table, tau, tau));
        close(found, corrado_z(&series, M + row), 1e-11);
        if row > 0 {
            far(found, first_day);
        }
    }
}

#[test]
fn an_asset_with_two_events_is_ranked_within_each() {
    let prices = compound(&Noise::new(103).take(240, 0.02));
    let table = constant_mean(&panel(&[("a", prices.clone())]), 0, 0, &events(&[60, 180]));
    let sample = sample(&table, 0, 0);
    assert_eq!(sample.n_responses(), 2);
    let each: Vec<Vec<f64>> = [60, 180]
        .iter()
        .map(|row| {
            let (estimation, event) = by_hand(&prices, *row, 0, 1);
            [estimation, event].concat()
        })
        .collect();
    let found = statistic(&CorradoRank, &sample);
    close(found, corrado_z(&each, M), 1e-11);
    // Ranks over the rows of both events at once, as where rows are grouped by asset.
    let both = each.concat();
    let deviation = |t: usize| {
        let centred = |x: &Vec<f64>| rank(x[t], &both) - f64::midpoint(both.len() as f64, 1.0);
        each.iter().map(centred).sum::<f64>() / 2.0
    };
    let squares: f64 = (0..=M).map(|t| deviation(t).powi(2)).sum();
    far(found, deviation(M) / (squares / (M + 1) as f64).sqrt());
}

#[test]
fn two_events_of_an_asset_have_signs_of_their_own() {
    let mut returns = Noise::new(104).take(240, 0.02);
    for row in [60, 180] {
        returns[row - 1] = 0.3;
    }
    let table = constant_mean(&panel(&[("a", compound(&returns))]), 0, 0, &events(&[60, 180]));
    let flips = SignFlipResponses::new().test(&sample(&table, 0, 0)).unwrap();
    // Of four sign vectors two are as extreme; with one sign for the asset all of two would be.
    assert_eq!(flips.p_value(Alternative::TwoSided), 0.5);
    assert_eq!(flips.p_value(Alternative::Greater), 0.25);
}

#[test]
fn a_day_with_missing_responses_counts_those_that_are_there() {
    let mut rows = market_rows(112, 6, 80);
    let named = |rows: &[(String, Vec<f64>)]| {
        let named: Vec<(&str, Vec<f64>)> =
            rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
        panel(&named)
    };
    // Three of seven lack the event day: the price of the last day there is.
    for (_, prices) in &mut rows[4..] {
        prices[60] = f64::NAN;
    }
    let holes = constant_mean(&named(&rows), 0, 0, &events(&[60]));
    let holes = sample(&holes, 0, 0);
    let complete = constant_mean(&named(&rows[..4]), 0, 0, &events(&[60]));
    let complete = sample(&complete, 0, 0);
    let (n, n_t) = (7.0, 4.0);
    assert_eq!((holes.n_responses(), complete.n_responses()), (4, 4));
    let tests: [&dyn SignificanceTest; 3] = [&Sign, &Wilcoxon::default(), &PatellZ { form: SCAR }];
    for test in tests {
        let found = statistic(test, &holes);
        close(found, statistic(test, &complete), 1e-12);
        far(found, found * n / n_t);
    }
    // The count of positive responses, by hand.
    let n_positive = holes.cars().iter().filter(|car| **car > 0.0).count() as f64;
    let share = GeneralisedSign::default().expected_share(&holes);
    let z = |n_positive: f64, n: f64| (n_positive - n * share) / (n * share * (1.0 - share)).sqrt();
    let found = statistic(&GeneralisedSign::default(), &holes);
    close(found, z(n_positive, n_t), 1e-12);
    far(found, z(n_positive * n / n_t, n));
    // Mean rank and sum of signs over the four, beside the other days of all seven.
    let series: Vec<Vec<f64>> = rows
        .iter()
        .map(|(_, prices)| {
            let (mut estimation, event) = by_hand(prices, 60, 0, 1);
            estimation.extend(event.into_iter().filter(|ar| !ar.is_nan()));
            estimation
        })
        .collect();
    for (test, is_rank) in
        [(&CorradoRank as &dyn SignificanceTest, true), (&CorradoZivney::sign(), false)]
    {
        let found = statistic(test, &holes);
        let z = |inflated: f64| day_with_holes(&series, is_rank, inflated);
        close(found, z(1.0), 1e-11);
        far(found, z(n / n_t));
    }
}

/// z of the last day, which not all series have; its sum multiplied by `inflated`.
fn day_with_holes(series: &[Vec<f64>], is_rank: bool, inflated: f64) -> f64 {
    let score = |x: &Vec<f64>, t: usize| {
        let from_middle = rank(x[t], x) - f64::midpoint(x.len() as f64, 1.0);
        if is_rank { from_middle } else { from_middle.signum() * f64::from(from_middle != 0.0) }
    };
    let day = |t: usize| {
        let present: Vec<&Vec<f64>> = series.iter().filter(|x| t < x.len()).collect();
        let n_t = present.len() as f64;
        let sum: f64 = present.iter().map(|x| score(x, t)).sum();
        let factor = if t == M { inflated } else { 1.0 };
        factor * sum / if is_rank { n_t } else { n_t.sqrt() }
    };
    let squares: f64 = (0..=M).map(|t| day(t).powi(2)).sum();
    let lengths: usize = series.iter().map(Vec::len).sum();
    day(M) / (squares / (lengths as f64 / series.len() as f64)).sqrt()
}

#[test]
fn wilcoxon_is_two_sided_on_both_sides() {
    for sign in [1.0, -1.0] {
        let mut rows = market_rows(106, 4, 80);
        for (asset, (_, prices)) in rows.iter_mut().enumerate() {
            let jump = 1.0 + sign * (0.3 + 0.02 * asset as f64);
            prices[60..].iter_mut().for_each(|p| *p *= jump);
        }
        let named: Vec<(&str, Vec<f64>)> =
            rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
        let table = constant_mean(&panel(&named), 0, 0, &events(&[60]));
        let result = Wilcoxon::default().test(&sample(&table, 0, 0)).unwrap();
        // All five on one side: 1/16 two-sided, not significant at 5 %; a one-sided cut-off of 5 %
        // takes 1/32.
        assert_eq!(result.p_value(Alternative::TwoSided), 0.0625);
        let side = if sign > 0.0 { Alternative::Greater } else { Alternative::Less };
        assert_eq!(result.p_value(side), 0.03125);
    }
}

#[test]
fn patell_takes_the_residual_deviation_of_the_regression() {
    let prices = market(107, 4, 80);
    let model = MarketModel::on("m");
    let assets = ["a0", "a1", "a2", "a3"];
    let design = design(0, 0, M);
    let table = table(&prices, Compounding::Simple, &model, &design, &events(&[60]), &assets);
    let sample = sample(&table, 0, 0);
    let (m, n) = (M as f64, 4.0);
    let q = (m - 2.0) / (m - 4.0);
    let z = |divisor: f64| {
        let standardised = sample.responses().iter().map(|r| {
            let fit = table.responses().iter().find(|f| f.asset() == r.asset).unwrap().fit();
            let s = fit.residual_std_dev();
            // Forecast error of the fit beside s; residuals have mean zero, so that their sum of
            // squares over the divisor is the variance.
            let error = r.cumulative.forecast_std_dev / s;
            let deviation = (r.estimation_variance * (m - 1.0) / divisor).sqrt();
            r.cumulative.car / (deviation * error)
        });
        standardised.sum::<f64>() / (n * q).sqrt()
    };
    let found = statistic(&PatellZ { form: SCAR }, &sample);
    close(found, z(m - 2.0), 1e-11);
    close(found / z(m - 1.0), ((m - 2.0) / (m - 1.0)).sqrt(), 1e-11);
    far(found, z(m - 1.0));
}

#[test]
fn the_adjusted_patell_has_not_the_factor_of_bmp() {
    let table = constant_mean(&market(108, 5, 80), 0, 4, &events(&[60]));
    let sample = sample(&table, 0, 4);
    let (r, n) = (ResidualCorrelation::of(&sample).unwrap().mean, 6.0);
    assert!(r > 0.1, "{r}");
    let effect = 1.0 + (n - 1.0) * r;
    let patell = statistic(&PatellZ { form: SCAR }, &sample);
    let adjusted = statistic(&KolariPynnonen::adjusted_patell(SCAR), &sample);
    close(adjusted, patell / effect.sqrt(), 1e-12);
    far(adjusted, patell * ((1.0 - r) / effect).sqrt());
    let bmp = statistic(&Bmp { form: SCAR }, &sample);
    far(statistic(&KolariPynnonen::adjusted_bmp(SCAR), &sample), bmp / effect.sqrt());
}

#[test]
fn residuals_alike_on_the_same_relative_day_are_not_correlated() {
    let returns = Noise::new(109).take(199, 0.02);
    let mut late = vec![0.01; 5];
    late.extend_from_slice(&returns[..194]);
    let prices = panel(&[("a", compound(&returns)), ("b", compound(&late))]);
    let listed = [Event::of_asset(day(100), "a", "x"), Event::of_asset(day(105), "b", "x")];
    let events = EventSet::new(listed.to_vec()).unwrap();
    let table = constant_mean(&prices, 0, 9, &events);
    let found = ResidualCorrelation::of(&sample(&table, 0, 9)).unwrap().mean;
    // By relative day the two are one series, and half of their windows overlap.
    assert!(found.abs() < 0.2, "{found}");
    far(found, 0.5);
}
