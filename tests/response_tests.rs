//! All tests over responses: the registry, what each of them refuses, and windows of several days.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use std::collections::BTreeSet;

use common::{Noise, close, compound, design, events, market, market_rows, panel, table};
use eventstudy::Error;
use eventstudy::abnormal::{AbnormalReturns, Design, MissingPolicy};
use eventstudy::inference::{
    Alternative, BrownWarner1985, CorradoRank, CorradoZivney, CumulativeRank, Grank, Lamb,
    NullDistribution, Sign, SignFlipResponses, SignificanceTest, Wilcoxon, WindowSample, all_tests,
    registry, tests_named,
};
use eventstudy::models::{
    ConstantMeanModel, ExpectedReturnModel, MarketAdjustedModel, MarketModel,
};
use eventstudy::panel::{Compounding, PricePanel};
use eventstudy::time::{EstimationWindow, EventWindow};

const SIDES: [Alternative; 3] = [Alternative::TwoSided, Alternative::Greater, Alternative::Less];

fn run(prices: &PricePanel, model: &dyn ExpectedReturnModel, design: &Design) -> AbnormalReturns {
    let names: Vec<&str> =
        prices.names().iter().map(String::as_str).filter(|name| *name != "m").collect();
    table(prices, Compounding::Simple, model, design, &events(&[60]), &names)
}

fn sample(table: &AbnormalReturns, first: i32, last: i32) -> WindowSample {
    WindowSample::new(table, &EventWindow::rows(first, last).unwrap()).unwrap()
}

fn statistic(test: &dyn SignificanceTest, sample: &WindowSample) -> f64 {
    test.test(sample).unwrap().statistic
}

#[test]
fn every_test_has_one_name_and_a_whole_card() {
    let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
    for entry in registry() {
        let card = entry.card();
        assert_eq!(entry.id(), card.id);
        assert_eq!(entry.build().card(), card);
        let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(!card.id.is_empty() && card.id.chars().all(is_kebab), "{}", card.id);
        assert!(ids.insert(card.id), "{} twice", card.id);
        assert!(names.insert(card.name), "{} twice", card.name);
        for text in [
            card.name,
            card.null,
            card.assumes,
            card.robust_to,
            card.distribution,
            card.reference,
            card.departures,
        ] {
            assert!(text.len() > 3 && !text.ends_with('.'), "{}: `{text}`", card.id);
        }
        assert!(card.doi.starts_with("10."), "{}: `{}`", card.id, card.doi);
    }
    assert_eq!(all_tests().len(), registry().len());
    assert!(registry().len() >= 24);
}

#[test]
fn tests_are_found_by_name_in_the_order_of_the_names() {
    let found = tests_named(&["wilcoxon", "bmp-csar", "wilcoxon"]).unwrap();
    let ids: Vec<&str> = found.iter().map(|test| test.card().id).collect();
    assert_eq!(ids, ["wilcoxon", "bmp-csar", "wilcoxon"]);
    let message = tests_named(&["bmp", "boehmer"]).unwrap_err().to_string();
    assert!(message.starts_with("no test `boehmer`"), "{message}");
    for entry in registry() {
        assert!(message.contains(entry.id()), "{message}");
    }
}

#[test]
fn every_test_answers_with_probabilities() {
    for (n_assets, last) in [(5, 0), (12, 4), (30, 9)] {
        let prices = market(201, n_assets, 80);
        let table = run(&prices, &MarketModel::on("m"), &design(0, last, 50));
        let sample = sample(&table, 0, last);
        for test in all_tests() {
            let id = test.card().id;
            let result = test.test(&sample).unwrap();
            assert!(result.statistic.is_finite(), "{id}");
            let p = SIDES.map(|side| result.p_value(side));
            assert!(p.iter().all(|p| *p > 0.0 && *p <= 1.0), "{id}: {p:?}");
            // Twice the smaller tail, up to the probability of the statistic itself.
            let smaller = p[1].min(p[2]);
            assert!((p[0] - (2.0 * smaller).min(1.0)).abs() < 0.02, "{id}: {p:?}");
            assert!(p[1] + p[2] >= 1.0 - 1e-12, "{id}: {p:?}");
        }
    }
}

/// Prices that differ between the assets by a factor alone.
fn the_same_three_times() -> PricePanel {
    let prices = compound(&Noise::new(202).take(80, 0.02));
    let scaled = |factor: f64| prices.iter().map(|p| factor * p).collect::<Vec<f64>>();
    panel(&[("a", prices.clone()), ("b", scaled(1.31)), ("c", scaled(0.77))])
}

/// Log returns that cancel between two assets.
fn mirrored() -> PricePanel {
    let prices = compound(&Noise::new(203).take(80, 0.02));
    let inverse = prices.iter().map(|p| 1e4 / p).collect();
    panel(&[("a", prices), ("b", inverse)])
}

/// From the event on every asset is the market; before it, each lags behind.
fn the_market_itself() -> PricePanel {
    let mut noise = Noise::new(204);
    let market = compound(&noise.take(80, 0.02));
    let asset = |noise: &mut Noise| {
        let behind: Vec<f64> = noise.take(59, 0.001).iter().map(|e| -0.002 + e).collect();
        let mut level = 1.0;
        let mut factors = vec![1.0];
        factors.extend(behind.iter().map(|b| {
            level *= 1.0 + b;
            level
        }));
        // A power of two, so that quotients of prices are those of the market to the bit.
        factors.resize(market.len(), 0.25);
        market.iter().zip(&factors).map(|(m, f)| m * f).collect::<Vec<f64>>()
    };
    let assets = [0; 3].map(|_| asset(&mut noise));
    let [a, b, c] = assets;
    panel(&[("m", market), ("a", a), ("b", b), ("c", c)])
}

#[test]
fn a_variance_of_zero_is_an_error() {
    let constant = ConstantMeanModel;
    let twins = the_same_three_times();
    let twins = sample(&run(&twins, &constant, &design(0, 4, 50)), 0, 4);
    let opposite = mirrored();
    let design_of_five = design(0, 4, 50);
    let (log, dates) = (Compounding::Log, events(&[60]));
    let opposite = table(&opposite, log, &constant, &design_of_five, &dates, &["a", "b"]);
    let opposite = sample(&opposite, 0, 4);
    let market = MarketAdjustedModel::on("m");
    let none = sample(&run(&the_market_itself(), &market, &design(1, 5, 50)), 1, 5);
    assert!(none.cars().iter().all(|car| *car == 0.0), "{:?}", none.cars());
    // Variances of single responses, or of signs: a fit without variance has been refused before.
    let never = ["brown-warner-1980", "patell-z", "patell-z-csar", "sign"];
    for test in all_tests() {
        let id = test.card().id;
        let mut n_degenerate = 0;
        for sample in [&twins, &opposite, &none] {
            match test.test(sample) {
                Err(Error::DegenerateVariance { what, .. }) => {
                    assert_eq!(what, test.card().name);
                    n_degenerate += 1;
                }
                Err(Error::TooFew { .. }) if id.starts_with("skewness") => {}
                Ok(result) => assert!(result.statistic.is_finite(), "{id}"),
                other => panic!("{id}: {other:?}"),
            }
        }
        assert_eq!(n_degenerate == 0, never.contains(&id), "{id}: {n_degenerate}");
    }
}

#[test]
fn ranks_and_signs_do_not_know_the_scale_of_an_asset() {
    let rows = market_rows(205, 6, 80);
    let scaled: Vec<(String, Vec<f64>)> = rows
        .iter()
        .enumerate()
        .map(|(k, (name, prices))| {
            let power = if k == 2 { 3.0 } else { 1.0 };
            (name.clone(), prices.iter().map(|p: &f64| p.powf(power)).collect())
        })
        .collect();
    let of = |rows: &[(String, Vec<f64>)]| {
        let named: Vec<(&str, Vec<f64>)> =
            rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
        let (prices, design) = (panel(&named), design(0, 4, 50));
        let names: Vec<&str> = rows.iter().map(|(n, _)| n.as_str()).collect();
        let (log, dates) = (Compounding::Log, events(&[60]));
        sample(&table(&prices, log, &ConstantMeanModel, &design, &dates, &names), 0, 4)
    };
    let (plain, scaled) = (of(&rows), of(&scaled));
    for test in tests_named(&[
        "sign",
        "generalised-sign",
        "corrado-rank",
        "corrado-zivney-rank",
        "corrado-zivney-sign",
        "cumulative-rank",
        "grank-t",
        "grank-z",
        "patell-z",
    ])
    .unwrap()
    {
        close(statistic(test.as_ref(), &plain), statistic(test.as_ref(), &scaled), 1e-9);
    }
    let cda = [&plain, &scaled].map(|sample| statistic(&BrownWarner1985, sample));
    assert!((cda[0] - cda[1]).abs() > 1e-3);
}

#[test]
fn the_rank_tests_agree_where_nothing_is_missing() {
    let table = run(&market(206, 7, 90), &MarketModel::on("m"), &design(-2, 9, 40));
    for (first, last) in [(0, 0), (-2, 9), (1, 3)] {
        let sample = sample(&table, first, last);
        let corrado = statistic(&CorradoRank, &sample);
        close(corrado, statistic(&CumulativeRank, &sample), 1e-11);
        close(corrado, statistic(&CorradoZivney::rank(), &sample), 1e-11);
        // A window is the sum of its days over √L.
        let days =
            (first..=last).map(|tau| statistic(&CorradoRank, &self::sample(&table, tau, tau)));
        let length = f64::from(last - first + 1);
        close(corrado, days.sum::<f64>() / length.sqrt(), 1e-11);
    }
}

#[test]
fn windows_of_different_lengths_average_over_responses() {
    let prices = market(207, 3, 200);
    let month = EventWindow::months(0, 1).unwrap();
    let design = Design::new(vec![month], EstimationWindow::trailing(40).unwrap()).unwrap();
    // 28 days from 20 February, 31 from 26 March.
    let rows = [50_usize, 84];
    let (model, dates) = (ConstantMeanModel, events(&rows));
    let assets = ["a0", "a1", "a2"];
    let table = table(&prices, Compounding::Simple, &model, &design, &dates, &assets);
    let sample = WindowSample::new(&table, &month).unwrap();
    let lengths: Vec<usize> = sample.responses().iter().map(|r| r.cumulative.n_rows).collect();
    assert_eq!(lengths, [28, 28, 28, 31, 31, 31]);
    for test in all_tests() {
        let result = test.test(&sample).unwrap();
        let p = result.p_value(Alternative::TwoSided);
        assert!(result.statistic.is_finite() && p > 0.0 && p <= 1.0, "{}", test.card().id);
    }
    // Corrado's test by hand: the event day is in neither window.
    let returns = prices.to_returns(Compounding::Simple);
    let mut days = vec![(0.0, 0.0); 40 + 31];
    let (mut inside, mut n_ranked) = (0.0, 0.0);
    for (response, length) in sample.responses().iter().zip(&lengths) {
        let event = if *length == 28 { rows[0] } else { rows[1] };
        let value = |row: usize| returns.value(response.asset, row).unwrap();
        let series: Vec<f64> =
            (event - 40..event).chain(event + 1..=event + length).map(value).collect();
        let n = series.len() as f64;
        n_ranked += n;
        for (place, x) in series.iter().enumerate() {
            // Ranks of returns are those of abnormal returns around a constant.
            let rank = 1.0 + series.iter().filter(|other| *other < x).count() as f64;
            let deviation = rank - f64::midpoint(n, 1.0);
            days[place].0 += deviation;
            days[place].1 += 1.0;
            inside += if place >= 40 { deviation } else { 0.0 };
        }
    }
    let squares: f64 = days.iter().map(|(sum, n)| (sum / n).powi(2)).sum();
    let std_dev = (squares / (n_ranked / 6.0)).sqrt();
    let expected = inside / 6.0 / (29.5_f64.sqrt() * std_dev);
    close(statistic(&CorradoRank, &sample), expected, 1e-11);
}

#[test]
fn lamb_has_the_forecast_error_of_the_portfolio() {
    let prices = market(208, 4, 100);
    let (m, length) = (40.0, 3.0);
    let table = run(&prices, &MarketModel::on("m"), &design(0, 2, 40));
    let sample = sample(&table, 0, 2);
    let returns = prices.to_returns(Compounding::Simple);
    let market = |row: usize| returns.value(returns.asset("m").unwrap(), row).unwrap();
    let mean = (20..60).map(market).sum::<f64>() / m;
    let squares: f64 = (20..60).map(|row| (market(row) - mean).powi(2)).sum();
    let d = (60..63).map(|row| market(row) - mean).sum::<f64>();
    let error = length + length * length / m + d * d / squares;
    // The crude dependence adjustment has the same deviation and L for the error.
    let cda = statistic(&BrownWarner1985, &sample);
    close(statistic(&Lamb, &sample), cda * (length / error).sqrt(), 1e-11);
    // Without slopes nothing but the mean is estimated.
    let table = run(&prices, &MarketAdjustedModel::on("m"), &design(0, 2, 40));
    let sample = self::sample(&table, 0, 2);
    let cda = statistic(&BrownWarner1985, &sample);
    close(statistic(&Lamb, &sample), cda * (1.0 + length / m).sqrt().recip(), 1e-11);
}

#[test]
fn a_bridged_hole_is_one_return_of_its_length() {
    let mut rows = market_rows(209, 3, 80);
    for prices in rows.iter_mut().skip(1).map(|(_, prices)| prices) {
        prices[61..64].fill(f64::NAN);
    }
    let named: Vec<(&str, Vec<f64>)> = rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
    let bridged = run(&panel(&named), &MarketAdjustedModel::on("m"), &design(0, 5, 50));
    let whole = sample(&bridged, 0, 5);
    assert_eq!(whole.responses()[0].cumulative.n_rows, 6);
    // Returns on three of six days, one of them over four rows: it ranks as half of itself.
    let scaled = {
        let mut rows = rows.clone();
        let market = rows[0].1.clone();
        for prices in rows.iter_mut().skip(1).map(|(_, prices)| prices) {
            let beyond = (prices[64] / prices[60] - market[64] / market[60]) / 2.0;
            let expected = market[64] / market[63];
            prices[61..64].fill(f64::NAN);
            prices[63] = prices[64] / (expected + beyond);
        }
        let named: Vec<(&str, Vec<f64>)> =
            rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
        let design = design(0, 5, 50).missing(MissingPolicy::Available);
        sample(&run(&panel(&named), &MarketAdjustedModel::on("m"), &design), 0, 5)
    };
    for test in [CorradoZivney::rank(), CorradoZivney::sign()] {
        close(statistic(&test, &whole), statistic(&test, &scaled), 1e-9);
    }
    close(statistic(&CorradoRank, &whole), statistic(&CorradoRank, &scaled), 1e-9);
}

#[test]
fn more_than_twenty_responses_have_drawn_signs() {
    let table = run(&market(210, 25, 80), &MarketModel::on("m"), &design(0, 4, 50));
    let sample = sample(&table, 0, 4);
    let drawn = SignFlipResponses::new().replicates(4_999).seed(3).test(&sample).unwrap();
    let NullDistribution::Drawn { n_draws, seed, two_sided, .. } = drawn.distribution else {
        panic!("{:?}", drawn.distribution);
    };
    assert_eq!((n_draws, seed), (4_999, 3));
    // Near the normal law of Σ w CAR, and never below 1/(B + 1).
    let cars = sample.cars();
    let scale = cars.iter().map(|car| car * car).sum::<f64>().sqrt();
    let z = cars.iter().sum::<f64>() / scale;
    let normal = eventstudy::inference::TestResult {
        distribution: NullDistribution::Normal,
        statistic: z,
        ..drawn
    };
    assert!((two_sided - normal.p_value(Alternative::TwoSided)).abs() < 0.03, "{two_sided}");
    let exact = [Wilcoxon::default().test(&sample).unwrap().distribution];
    assert!(matches!(exact[0], NullDistribution::Exact { .. }));
    assert_eq!(statistic(&SignFlipResponses::new(), &sample), sample.caar());
}

#[test]
fn outcomes_of_tests_survive_their_json_form() {
    let table = run(&market(211, 25, 80), &MarketModel::on("m"), &design(0, 4, 50));
    let sample = sample(&table, 0, 4);
    for test in all_tests() {
        let result = test.test(&sample).unwrap();
        let text = serde_json::to_string(&result).unwrap();
        let read: eventstudy::inference::TestResult = serde_json::from_str(&text).unwrap();
        assert_eq!(read, result, "{text}");
    }
    let stored = r#"{"test":"t","statistic":1.5,"distribution":{"kind":"student_t",
        "degrees_of_freedom":3.0},"n_responses":4,"n_events":4,"n_event_dates":4}"#;
    let read: eventstudy::inference::TestResult = serde_json::from_str(stored).unwrap();
    assert_eq!(read.degrees_of_freedom(), Some(3.0));
    let json = serde_json::to_value(Sign.test(&sample).unwrap().distribution).unwrap();
    assert_eq!(json, serde_json::json!({ "kind": "normal" }));
    let grank = Grank::t().test(&sample).unwrap();
    assert_eq!(grank.degrees_of_freedom(), Some(49.0));
}
