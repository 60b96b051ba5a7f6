//! Tables of abnormal returns that are given: events by assets, or days by events.
//!
//! They go through the crate as returns under a constant-mean model whose estimation rows are +1 %
//! and −1 % in turn, so that the expected return is zero and the abnormal return is the return.

use std::path::Path;

use chrono::{Days, NaiveDate};
use eventstudy::abnormal::{AbnormalReturns, Design, EventRequest};
use eventstudy::events::EventSet;
use eventstudy::inference::{
    Alternative, CrossSectionalT, ResidualCorrelation, SignificanceTest, WindowSample,
};
use eventstudy::models::ConstantMeanModel;
use eventstudy::panel::{Compounding, PricePanel, Universe};
use eventstudy::resampling::{
    BootstrapDistribution, EventDateBootstrap, ResamplingScheme, SignFlip, TTestPower,
};
use eventstudy::study::{EventStudy, StudyData, WindowEstimate};
use eventstudy::time::{EstimationWindow, EventWindow};

use super::{Found, Under, read_csv, read_json};

/// Rows of the estimation window, an even number.
const ESTIMATION: usize = 10;

/// Prices that give these returns, one row of returns per day, from the second day on.
fn prices(names: &[String], returns: &[Vec<f64>]) -> PricePanel {
    let first = NaiveDate::from_ymd_opt(2001, 1, 1).unwrap();
    let series = names.iter().enumerate().map(|(asset, name)| {
        let mut dated = vec![(first, 100.0)];
        for (row, day) in returns.iter().enumerate() {
            let price = dated[row].1 * (1.0 + day[asset]);
            dated.push((first + Days::new(row as u64 + 1), price));
        }
        (name.clone(), dated)
    });
    PricePanel::from_series(series.collect()).unwrap()
}

fn estimation_rows(n_assets: usize) -> impl Iterator<Item = Vec<f64>> {
    (0..ESTIMATION).map(move |row| vec![if row % 2 == 0 { 0.01 } else { -0.01 }; n_assets])
}

fn table(
    prices: &PricePanel,
    event: NaiveDate,
    estimation: usize,
    window: EventWindow,
) -> AbnormalReturns {
    let returns = prices.to_returns(Compounding::Simple);
    let estimation = EstimationWindow::trailing(estimation).unwrap();
    let design = Design::new(vec![window], estimation).unwrap();
    let events = EventSet::from_dates(&[event]).unwrap();
    let (id, listed) = events.entries().next().unwrap();
    let request = EventRequest {
        event: id,
        date: event,
        label: listed.label.clone(),
        assets: prices.assets().collect(),
    };
    let model = ConstantMeanModel;
    AbnormalReturns::compute(&returns, &returns, &model, &design, &[request]).unwrap()
}

/// Columns are events, rows the days from day 0 on; the last column is the number of the day.
pub(crate) fn sign_flips(folder: &Path) -> Found {
    let (header, rows) = read_csv(&folder.join("input.csv"));
    let n = header.len() - 1;
    assert_eq!(header[n], "day");
    let days: Vec<Vec<f64>> =
        rows.iter().map(|r| r[..n].iter().map(|c| c.parse().unwrap()).collect()).collect();
    let returns: Vec<Vec<f64>> = estimation_rows(n).chain(days).collect();
    let prices = prices(&header[..n], &returns);
    let last = i32::try_from(rows.len()).unwrap() - 1;
    let all = EventWindow::rows(0, last).unwrap();
    let event = prices.axis().date(ESTIMATION + 1);
    let table = table(&prices, event, ESTIMATION, all);
    let mut out = Found::new();
    let mut under = Under { prefix: String::new(), out: &mut out };
    for tau in 0..=last {
        let number = &rows[usize::try_from(tau).unwrap()][n];
        for (name, first) in [("AAR", tau), ("CAAR", 0)] {
            let window = EventWindow::rows(first, tau).unwrap();
            let sample = WindowSample::new(&table, &window).unwrap();
            let flips = SignFlip::new().test(&sample.cars()).unwrap();
            under.prefix = format!("{name}.{number}.");
            under.put("mean", sample.caar());
            under.put("t", CrossSectionalT.test(&sample).unwrap().statistic);
            under.put("p_mean", flips.p_values.two_sided);
            // The sum of squares is the same for all signs, so |t| orders them as |mean| does.
            under.put("p_studentised", flips.p_values.two_sided);
            under.prefix.clear();
            under.put_count("n", flips.n_events);
            under.put_count("total", flips.n_sign_vectors);
            if (name, number.as_str()) == ("AAR", "1") {
                under.put("scipy_check_day1_p_mean", flips.p_values.two_sided);
            }
        }
    }
    out
}

/// Rows are events with a group, the columns after these two are assets.
pub(crate) fn leaves(folder: &Path) -> Found {
    let wanted = read_json(&folder.join("expected.json"));
    let (header, rows) = read_csv(&folder.join("input.csv"));
    let names = &header[2..];
    let cars: Vec<Vec<f64>> =
        rows.iter().map(|r| r[2..].iter().map(|c| c.parse().unwrap()).collect()).collect();
    let groups: Vec<&str> = rows.iter().map(|r| r[1].as_str()).collect();
    let [a, b] = ["a", "b"].map(|group| estimate(names, &cars, &groups, group));
    let mut out = Found::new();
    let mut under = Under { prefix: String::new(), out: &mut out };
    let [means_a, means_b] =
        [&a, &b].map(|e| e.events.iter().map(|v| v.value).collect::<Vec<f64>>());
    for (name, means) in [("event_means_a", &means_a), ("event_means_b", &means_b)] {
        for (i, mean) in means.iter().enumerate() {
            under.put(&format!("{name}[{i}]"), *mean);
        }
    }
    under.put("ibragimov_mueller_peer.mean_a", a.mean);
    under.put("ibragimov_mueller_peer.mean_b", b.mean);
    let t = a.event_t.as_ref().unwrap();
    under.put("im_one_group_a.t", t.t);
    under.put("im_one_group_a.df", t.degrees_of_freedom);
    under.put("im_one_group_a.p", t.p_value);
    let name = CrossSectionalT.card().name;
    let pooled = a.tests.iter().find(|t| t.name == name).unwrap();
    assert!(pooled.misled_by_shared_dates);
    let result = pooled.result.as_ref().unwrap();
    under.put_count("pooled_pseudoreplication_a.n", result.n_responses);
    under.put("pooled_pseudoreplication_a.t", result.statistic);
    under.put("pooled_pseudoreplication_a.p", result.p_value(Alternative::TwoSided));
    correlation(names, &cars, &mut under);
    let power = TTestPower::two_samples(means_a.len(), means_b.len()).unwrap();
    let detectable = power.minimum_detectable_effect_normal(0.8, 0.05).unwrap();
    under.put("minimum_detectable_effect_normal_approx_peer.cohens_d_mde", detectable);
    let exact = |means: &[f64]| EventDateBootstrap::new().run_mean(means).unwrap();
    let (drawn_a, drawn_b) = (exact(&means_a), exact(&means_b));
    let levels = &wanted["exact_iid_bootstrap_mean_of_3"]["quantiles_type7"];
    "exact_iid_bootstrap_mean_of_3.".clone_into(&mut under.prefix);
    atoms(&drawn_a, levels.as_object().unwrap().keys(), &mut under);
    under.prefix.clear();
    let ceiling = EventDateBootstrap::coverage_ceiling(means_a.len());
    under.put("coverage_of_[min,max]_for_zero_mean_n3.exact", ceiling);
    "event_block_bootstrap_diff_exact.".clone_into(&mut under.prefix);
    differences(&drawn_a, &drawn_b, &mut under);
    out
}

/// The estimate of a study of the events of one group.
fn estimate(names: &[String], cars: &[Vec<f64>], groups: &[&str], group: &str) -> WindowEstimate {
    let mut returns = Vec::new();
    let mut rows = Vec::new();
    for car in cars {
        returns.extend(estimation_rows(names.len()));
        returns.push(car.clone());
        rows.push(returns.len());
    }
    let prices = prices(names, &returns);
    let in_group = rows.iter().zip(groups).filter(|(_, g)| **g == group);
    let dates: Vec<NaiveDate> = in_group.map(|(row, _)| prices.axis().date(*row)).collect();
    let window = EventWindow::rows(0, 0).unwrap();
    let study = EventStudy::builder(Universe::of(names), ConstantMeanModel)
        .windows([window])
        .estimation_window(EstimationWindow::trailing(ESTIMATION).unwrap())
        .placebo(None)
        .build()
        .unwrap();
    let data = StudyData::new(prices, Compounding::Simple);
    let outcome = study.run(&data, &EventSet::from_dates(&dates).unwrap()).unwrap();
    outcome.window(&window).unwrap().clone()
}

/// The given returns of all events as the estimation window of one more day.
fn correlation(names: &[String], cars: &[Vec<f64>], under: &mut Under<'_>) {
    let mut returns = cars.to_vec();
    returns.push(cars[0].clone());
    let prices = prices(names, &returns);
    let window = EventWindow::rows(0, 0).unwrap();
    let table = table(&prices, prices.axis().last(), cars.len(), window);
    let sample = WindowSample::new(&table, &window).unwrap();
    let found = ResidualCorrelation::of(&sample).unwrap();
    for (block, name) in [("design_effect", "rho_bar"), ("design_effect_peer", "rho")] {
        under.put(&format!("{block}.{name}"), found.mean);
        under.put(&format!("{block}.deff"), found.design_effect());
        under.put(&format!("{block}.n_eff"), found.effective_responses());
    }
}

fn atoms<'a>(
    drawn: &BootstrapDistribution,
    levels: impl Iterator<Item = &'a String>,
    under: &mut Under<'_>,
) {
    assert!(drawn.is_exact());
    let replicates = drawn.replicates();
    let n = replicates.len();
    for (i, atom) in replicates.iter().enumerate() {
        under.put(&format!("atoms[{i}]"), *atom);
    }
    under.put_count("n", n);
    let share = |count: usize| count as f64 / n as f64;
    under.put("p_le_zero", share(replicates.iter().filter(|v| **v <= 0.0).count()));
    under.put("prob_of_min", share(replicates.iter().filter(|v| **v == replicates[0]).count()));
    for level in levels {
        let quantile = drawn.quantile(level.parse().unwrap()).unwrap();
        under.put(&format!("quantiles_type7.{level}"), quantile);
    }
}

/// The difference of two independent exact distributions.
fn differences(a: &BootstrapDistribution, b: &BootstrapDistribution, under: &mut Under<'_>) {
    assert!(a.is_exact() && b.is_exact());
    let pairs = a.replicates().iter().flat_map(|x| b.replicates().iter().map(move |y| x - y));
    let estimate = a.point_estimate() - b.point_estimate();
    let scheme = ResamplingScheme::GivenIndependent;
    let drawn = BootstrapDistribution::from_replicates(estimate, pairs.collect(), scheme).unwrap();
    under.put_count("atoms", drawn.n_replicates());
    under.put("se", a.std_error().hypot(b.std_error()));
    under.put("ci_type7[0]", drawn.quantile(0.025).unwrap());
    under.put("ci_type7[1]", drawn.quantile(0.975).unwrap());
}
