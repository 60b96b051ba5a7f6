//! Faults that packages of this field are known for: tests, p-values and intervals.
//!
//! One test per fault, named for what it guards. Those of responses and fits are in `defects.rs`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{Noise, close, compound, day, design, events, market, panel, table};
use eventstudy::Error;
use eventstudy::abnormal::{AbnormalReturns, Design, Reason};
use eventstudy::events::{Event, EventSet};
use eventstudy::inference::{
    Alternative, Bmp, BrownWarner1980, BrownWarner1985, CrossSectionalT, KolariPynnonen,
    NullDistribution, PatellZ, ResidualCorrelation, SignificanceTest, Standardisation, TestResult,
    WindowSample, all_tests,
};
use eventstudy::models::{ConstantMeanModel, FitFault, MarketModel};
use eventstudy::panel::{Compounding, PricePanel, Universe};
use eventstudy::resampling::{
    BootstrapDistribution, EventDateBootstrap, IntervalMethod, PlaceboDesign, PlaceboGrid,
    ResamplingScheme, SeriesBootstrap, SeriesScheme, SignFlip,
};
use eventstudy::study::{DateBootstrapFault, EventStudy, StudyData};
use eventstudy::time::{EstimationWindow, EventWindow};

const SCAR: Standardisation = Standardisation::Scar;
const CSAR: Standardisation = Standardisation::Csar;

fn constant_mean(prices: &PricePanel, design: &Design, events: &EventSet) -> AbnormalReturns {
    let names: Vec<&str> = prices.names().iter().map(String::as_str).collect();
    table(prices, Compounding::Simple, &ConstantMeanModel, design, events, &names)
}

fn sample(table: &AbnormalReturns, first: i32, last: i32) -> WindowSample {
    WindowSample::new(table, &EventWindow::rows(first, last).unwrap()).unwrap()
}

fn statistic(test: &dyn SignificanceTest, sample: &WindowSample) -> f64 {
    test.test(sample).unwrap().statistic
}

#[test]
fn patell_divides_by_the_variance_of_student_t_with_m_minus_k() {
    let prices = market(21, 5, 80);
    let model = MarketModel::on("m");
    let assets = ["a0", "a1", "a2", "a3", "a4"];
    let (simple, design) = (Compounding::Simple, design(0, 4, 30));
    let table = table(&prices, simple, &model, &design, &events(&[60]), &assets);
    let sample = sample(&table, 0, 4);
    let scar: f64 = sample.standardised(SCAR).iter().sum();
    close(
        statistic(&PatellZ { form: SCAR }, &sample),
        scar / (5.0_f64 * 28.0 / 26.0).sqrt(),
        1e-13,
    );
}

#[test]
fn the_standardisation_has_the_covariance_of_the_shared_mean() {
    // Var(sum AR) = s²(L + L²/M) and Var(AR) = s²(1 + 1/M), so CSAR/√L is SCAR √((M + L)/(M + 1)).
    let prices = panel(&[("a", compound(&Noise::new(22).take(120, 0.02)))]);
    for (length, m) in [(1, 30), (10, 30), (30, 30), (10, 80)] {
        let design = design(0, length - 1, m);
        let table = constant_mean(&prices, &design, &events(&[90]));
        let sample = sample(&table, 0, length - 1);
        let (l, m) = (f64::from(length), m as f64);
        let cumulative = sample.responses()[0].cumulative;
        let s = table.responses()[0].fit().residual_std_dev();
        close(cumulative.forecast_std_dev, s * (l + l * l / m).sqrt(), 1e-12);
        let ratio = sample.standardised(CSAR)[0] / sample.standardised(SCAR)[0];
        close(ratio, ((m + l) / (m + 1.0)).sqrt(), 1e-11);
    }
}

#[test]
fn the_adjusted_patell_has_a_factor_of_its_own() {
    let table = constant_mean(&market(23, 4, 80), &design(0, 4, 40), &events(&[60]));
    let sample = sample(&table, 0, 4);
    let correlation = ResidualCorrelation::of(&sample).unwrap();
    let (r, n) = (correlation.mean, 5.0);
    assert!(r > 0.1, "{r}");
    let effect = 1.0 + (n - 1.0) * r;
    let patell = statistic(&PatellZ { form: SCAR }, &sample);
    let adjusted = statistic(&KolariPynnonen::adjusted_patell(SCAR), &sample);
    close(adjusted, patell / effect.sqrt(), 1e-13);
    let bmp = statistic(&Bmp { form: SCAR }, &sample);
    let adjusted = statistic(&KolariPynnonen::adjusted_bmp(SCAR), &sample);
    close(adjusted, bmp * ((1.0 - r) / effect).sqrt(), 1e-13);
}

/// Two assets with one event each, `apart` rows from each other, over windows of ten rows.
fn two_events_apart(a: Vec<f64>, b: Vec<f64>, apart: usize) -> f64 {
    let prices = panel(&[("a", a), ("b", b)]);
    let listed = [Event::of_asset(day(100), "a", "x"), Event::of_asset(day(100 + apart), "b", "x")];
    let events = EventSet::new(listed.to_vec()).unwrap();
    let table = constant_mean(&prices, &design(0, 9, 50), &events);
    ResidualCorrelation::of(&sample(&table, 0, 9)).unwrap().mean
}

#[test]
fn residuals_are_paired_by_calendar_date() {
    let returns = Noise::new(24).take(199, 0.02);
    let series = compound(&returns);
    for apart in [0, 3, 9] {
        // The same series: correlation 1 on every date, weighted by the share of common dates.
        let expected = (10 - apart) as f64 / 10.0;
        close(two_events_apart(series.clone(), series.clone(), apart), expected, 1e-12);
        // Alike on the same day relative to the event, but not on the same date.
        let mut late = vec![0.01; apart];
        late.extend_from_slice(&returns[..199 - apart]);
        let by_date = two_events_apart(series.clone(), compound(&late), apart);
        assert!(apart == 0 || by_date.abs() < 0.5 * expected, "{apart}: {by_date}");
    }
    assert_eq!(two_events_apart(series.clone(), series, 10), 0.0);
}

#[test]
fn an_event_without_the_window_does_not_dilute_the_correlation() {
    let prices = market(25, 3, 120);
    let correlation = |rows: &[usize]| {
        let windows = vec![EventWindow::rows(0, 0).unwrap(), EventWindow::rows(0, 30).unwrap()];
        let design = Design::new(windows, EstimationWindow::trailing(40).unwrap()).unwrap();
        let table = constant_mean(&prices, &design, &events(rows));
        let sample = sample(&table, 0, 30);
        let n = sample.n_responses();
        (n, ResidualCorrelation::of(&sample).unwrap().mean)
    };
    // The second event covers the first window only.
    assert_eq!(correlation(&[80, 110]), correlation(&[80]));
}

#[test]
fn variances_come_from_the_estimation_window() {
    let quiet = market(26, 3, 80);
    let loud = {
        let rows: Vec<(String, Vec<f64>)> = common::market_rows(26, 3, 80);
        let scaled: Vec<(&str, Vec<f64>)> = rows
            .iter()
            .map(|(name, prices)| {
                let shifted = prices.iter().enumerate();
                let jump = |(t, p): (usize, &f64)| if t >= 60 { 1.5 * p } else { *p };
                (name.as_str(), shifted.map(jump).collect())
            })
            .collect();
        panel(&scaled)
    };
    let [quiet, loud] = [quiet, loud]
        .map(|prices| sample(&constant_mean(&prices, &design(0, 0, 40), &events(&[60])), 0, 0));
    let tests: [&dyn SignificanceTest; 3] =
        [&BrownWarner1980, &BrownWarner1985, &PatellZ { form: SCAR }];
    for test in tests {
        let std_dev = |s: &WindowSample| match test.card().name {
            "Patell Z" => s.standardised(SCAR).iter().sum::<f64>() / statistic(test, s),
            _ => s.caar() / statistic(test, s),
        };
        close(std_dev(&loud), std_dev(&quiet), 1e-9);
    }
}

#[test]
fn every_day_has_its_own_statistic() {
    let table = constant_mean(&market(27, 4, 80), &design(-3, 3, 40), &events(&[60]));
    for test in all_tests() {
        let mut found: Vec<f64> =
            (-3..=3).map(|tau| statistic(test.as_ref(), &sample(&table, tau, tau))).collect();
        found.sort_by(f64::total_cmp);
        found.dedup();
        // Counts of five responses take the same value now and then.
        let is_count = ["sign z", "Wilcoxon"].iter().any(|word| test.card().name.contains(word));
        let fewest = if is_count { 2 } else { 7 };
        assert!(found.len() >= fewest, "{}: {found:?}", test.card().name);
    }
}

#[test]
fn p_values_are_never_zero_and_never_nan() {
    let mut distributions = vec![NullDistribution::Normal];
    for degrees_of_freedom in [0.5, 1.0, 2.0, 5.45, 30.0, 1e3, 1e6] {
        distributions.push(NullDistribution::StudentT { degrees_of_freedom });
    }
    let sides = [Alternative::TwoSided, Alternative::Greater, Alternative::Less];
    for distribution in distributions {
        let p = |statistic: f64, side| {
            let (test, n) = (String::new(), 9);
            let (n_responses, n_events, n_event_dates) = (n, n, n);
            TestResult { test, statistic, distribution, n_responses, n_events, n_event_dates }
                .p_value(side)
        };
        let mut last = 1.0;
        for exponent in -30..=1_000 {
            let statistic = 1e-3 * 2.0_f64.powi(exponent);
            for side in sides {
                for signed in [statistic, -statistic] {
                    let found = p(signed, side);
                    assert!(found > 0.0 && found <= 1.0, "{distribution:?} {signed:e}: {found:e}");
                }
            }
            let two_sided = p(statistic, Alternative::TwoSided);
            assert!(two_sided <= last * (1.0 + 1e-9), "{distribution:?} {statistic:e}");
            assert_eq!(two_sided, p(-statistic, Alternative::TwoSided));
            last = two_sided;
        }
    }
}

#[test]
fn tails_of_student_t_keep_their_digits() {
    let p = |statistic: f64, degrees_of_freedom| {
        let distribution = NullDistribution::StudentT { degrees_of_freedom };
        let (test, n) = (String::new(), 3);
        let (n_responses, n_events, n_event_dates) = (n, n, n);
        TestResult { test, statistic, distribution, n_responses, n_events, n_event_dates }
            .p_value(Alternative::TwoSided)
    };
    for exponent in -12..=12 {
        let t = 10.0_f64.powi(exponent);
        close(p(t, 1.0), std::f64::consts::FRAC_2_PI * (1.0 / t).atan(), 1e-11);
        let root = (2.0 + t * t).sqrt();
        close(p(t, 2.0), 2.0 / (root * (root + t)), 1e-11);
    }
}

#[test]
fn a_degenerate_variance_is_an_error() {
    // Two assets whose abnormal returns are each other's negative, and two that are the same.
    let up = Noise::new(28).take(80, 0.02);
    let down: Vec<f64> = up.iter().map(|r| 0.004 - r).collect();
    let of = |second: &[f64]| {
        let prices = panel(&[("a", compound(&up)), ("b", compound(second))]);
        sample(&constant_mean(&prices, &design(0, 4, 40), &events(&[60])), 0, 4)
    };
    let degenerate = |test: &dyn SignificanceTest, sample: &WindowSample| match test.test(sample) {
        Err(Error::DegenerateVariance { .. }) => {}
        other => panic!("{}: {other:?}", test.card().name),
    };
    degenerate(&BrownWarner1985, &of(&down));
    degenerate(&KolariPynnonen::adjusted_bmp(SCAR), &of(&down));
    degenerate(&KolariPynnonen::adjusted_patell(SCAR), &of(&down));
    degenerate(&CrossSectionalT, &of(&up));
    degenerate(&Bmp { form: SCAR }, &of(&up));
    degenerate(&Bmp { form: CSAR }, &of(&up));
    // A wrapped asset: the same but for the rounding of its prices.
    let prices = compound(&up);
    let wrapped = prices.iter().map(|p| 1.0373 * p).collect();
    let prices = panel(&[("a", prices), ("wrapped", wrapped)]);
    let twins = sample(&constant_mean(&prices, &design(0, 4, 40), &events(&[60])), 0, 4);
    let [first, second] = [0, 1].map(|k| twins.cars()[k]);
    assert!(first != second, "rounding alone tells them apart");
    degenerate(&CrossSectionalT, &twins);
    degenerate(&Bmp { form: SCAR }, &twins);
    degenerate(&Bmp { form: CSAR }, &twins);
    let model = MarketModel::on("a");
    let (simple, design) = (Compounding::Simple, design(0, 4, 40));
    let table = table(&prices, simple, &model, &design, &events(&[60]), &["wrapped"]);
    assert_eq!(table.exclusions()[0].reason, Reason::Fit { fault: FitFault::ZeroVariance });
}

#[test]
fn a_single_response_has_no_cross_sectional_test() {
    let prices = panel(&[("a", compound(&Noise::new(29).take(80, 0.02)))]);
    let sample = sample(&constant_mean(&prices, &design(0, 4, 40), &events(&[60])), 0, 4);
    for test in all_tests() {
        let cross_sectional = test.card().distribution == "t, N - 1";
        match test.test(&sample) {
            Err(Error::TooFew { n_needed: 2 | 3, n_found: 1, .. }) => {}
            Ok(_) if !cross_sectional && !test.card().name.starts_with("Kolari") => {}
            other => panic!("{}: {other:?}", test.card().name),
        }
    }
}

#[test]
fn two_events_on_one_date_are_one_event_date() {
    let prices = market(30, 3, 200);
    let listed = vec![
        Event::of_asset(day(100), "a0", "first"),
        Event::of_asset(day(100), "a1", "second"),
        Event::market(day(140), "third"),
        Event::market(day(180), "fourth"),
    ];
    let window = EventWindow::rows(0, 4).unwrap();
    let study = EventStudy::builder(Universe::of(["a0", "a1", "a2"]), MarketModel::on("m"))
        .windows([window])
        .estimation_window(EstimationWindow::trailing(60).unwrap())
        .placebo(None)
        .build()
        .unwrap();
    let data = StudyData::new(prices, Compounding::Simple);
    let outcome = study.run(&data, &EventSet::new(listed).unwrap()).unwrap();
    let found = outcome.window(&window).unwrap();
    assert_eq!((found.n_responses, found.n_events, found.n_event_dates), (8, 4, 3));
    let value = |k: usize| found.events[k].value;
    let by_date = [f64::midpoint(value(0), value(1)), value(2), value(3)];
    close(found.mean, by_date.iter().sum::<f64>() / 3.0, 1e-13);
    assert_eq!(found.event_t.as_ref().unwrap().degrees_of_freedom, 2.0);
    assert_eq!((found.sign_flip.n_events, found.sign_flip.n_sign_vectors), (3, 8));
    assert!(matches!(
        found.event_bootstrap_fault,
        Some(DateBootstrapFault::TooFewDates { n_found: 3, .. })
    ));
    for test in &found.tests {
        let result = test.result.as_ref().unwrap();
        assert_eq!((result.n_responses, result.n_event_dates), (8, 3), "{}", test.name);
        let allow = ["CDA", "Lamb", "Kolari", "Corrado", "cumulative rank", "GRANK-T"];
        let allows = allow.iter().any(|word| test.name.contains(word));
        assert_eq!(test.misled_by_shared_dates, !allows, "{}", test.name);
    }
}

#[test]
fn three_events_cannot_be_significant_at_five_percent() {
    let values = [0.3, 0.5, 0.4];
    let flips = SignFlip::new().test(&values).unwrap();
    assert_eq!((flips.p_values.two_sided, flips.attainable_two_sided), (0.25, 0.25));
    let drawn = EventDateBootstrap::new().run_mean(&values).unwrap();
    assert_eq!(EventDateBootstrap::coverage_ceiling(3), 0.75);
    let interval = drawn.interval(IntervalMethod::Percentile, 0.9999).unwrap();
    assert!(interval.lower >= 0.3 && interval.upper <= 0.5);
}

#[test]
fn p_values_of_draws_have_plus_one() {
    let dates: Vec<_> = (0..200).map(day).collect();
    let grid =
        PlaceboGrid::new(dates, Noise::new(31).take(200, 0.1).into_iter().map(Some).collect());
    let design = PlaceboDesign::new().min_separation_days(20).sets(999);
    let placebo = design.run(&grid.unwrap(), &[day(20), day(90), day(160)], 5.0).unwrap();
    close(placebo.p_values().two_sided, 1.0 / 1_000.0, 1e-12);
    let series: Vec<f64> = Noise::new(32).take(60, 0.01).iter().map(|r| r + 1.0).collect();
    let scheme = SeriesScheme::Stationary { mean_block_length: 5.0 };
    let drawn = SeriesBootstrap::new(scheme).unwrap().replicates(499).run_mean(&series).unwrap();
    close(drawn.p_values().two_sided, 1.0 / 500.0, 1e-12);
}

#[test]
fn bca_of_block_draws_is_refused_with_an_error_of_its_own() {
    let series = Noise::new(33).take(60, 0.01);
    let scheme = SeriesScheme::Stationary { mean_block_length: 5.0 };
    let blocks = SeriesBootstrap::new(scheme).unwrap().replicates(499).run_mean(&series).unwrap();
    let left_out: Vec<f64> = series.iter().map(|r| -r / 59.0).collect();
    let given = |scheme| {
        let replicates = blocks.replicates().to_vec();
        BootstrapDistribution::from_replicates(blocks.point_estimate(), replicates, scheme)
            .unwrap()
            .with_jackknife(&left_out)
    };
    // The same draws as if they were independent have an interval, which is the wrong one.
    let wrong = given(ResamplingScheme::GivenIndependent).interval(IntervalMethod::Bca, 0.95);
    assert!(wrong.is_ok_and(|interval| interval.lower < interval.upper));
    for drawn in [&blocks, &given(ResamplingScheme::GivenBlocks)] {
        let refused = drawn.interval(IntervalMethod::Bca, 0.95);
        assert!(matches!(refused, Err(Error::IntervalNotDefined { .. })), "{refused:?}");
        assert!(drawn.interval(IntervalMethod::Percentile, 0.95).is_ok());
    }
}

#[test]
fn estimation_windows_of_different_length_have_the_degrees_of_freedom_of_their_mean() {
    let found = |n_missing: usize| {
        let mut rows = common::market_rows(34, 2, 80);
        rows[1].1[30..30 + n_missing].fill(f64::NAN);
        let rows: Vec<_> = rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect();
        let window = EventWindow::rows(0, 2).unwrap();
        let estimation = EstimationWindow::trailing(40).unwrap().min_observations(20);
        let design = Design::new(vec![window], estimation).unwrap();
        let table = constant_mean(&panel(&rows), &design, &events(&[60]));
        let lengths: Vec<f64> =
            table.responses().iter().map(|r| r.fit().n_observations() as f64).collect();
        let of = |test: &dyn SignificanceTest| {
            assert_eq!(test.card().distribution, "t, mean(M) - 1");
            test.test(&sample(&table, 0, 2)).unwrap().distribution
        };
        (lengths, vec![of(&BrownWarner1980), of(&BrownWarner1985)])
    };
    let t = |degrees_of_freedom| vec![NullDistribution::StudentT { degrees_of_freedom }; 2];
    // With one length that of the papers. Else not the shortest less one, 28, and not the sum, 106.
    assert_eq!(found(0), (vec![40.0; 3], t(39.0)));
    assert_eq!(found(10), (vec![40.0, 29.0, 40.0], t(109.0 / 3.0 - 1.0)));
}
