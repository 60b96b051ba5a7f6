//! Tables of abnormal returns that are given: events by assets, or days by events.
//!
//! They go through the crate as returns under a constant-mean model whose estimation rows are +1 %
//! and −1 % in turn, so that the expected return is zero and the abnormal return is the return.

use std::path::Path;

use chrono::{Days, NaiveDate};
use eventstudy::abnormal::{AbnormalReturns, Design, EventRequest};
use eventstudy::events::EventSet;
use eventstudy::inference::samples::{
    DesignEffect, GroupDegreesOfFreedom, GroupDifference, IbragimovMueller, LabelPermutation,
};
use eventstudy::inference::{
    Alternative, CrossSectionalT, ResidualCorrelation, SignificanceTest, WindowSample,
};
use eventstudy::models::ConstantMeanModel;
use eventstudy::panel::{Compounding, PricePanel, Universe};
use eventstudy::resampling::{
    BootstrapDistribution, EventDateBootstrap, SignFlip, TTestPower, WildBootstrap, WildWeights,
};
use eventstudy::study::{EventStudy, StudyData, WindowEstimate};
use eventstudy::time::{EstimationWindow, EventWindow};

use super::{Found, Leaf, Under, read_csv, read_json};

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
            let wild = WildBootstrap::new(WildWeights::Rademacher).test(&sample.cars()).unwrap();
            assert!(wild.exact && wild.of_mean.p_values == flips.p_values);
            assert!((wild.mean - sample.caar()).abs() < 1e-16);
            let t = CrossSectionalT.test(&sample).unwrap().statistic;
            assert!((wild.t / t - 1.0).abs() < 1e-12);
            under.put("mean", wild.mean);
            under.put("t", wild.t);
            under.put("p_mean", wild.of_mean.p_values.two_sided);
            under.put("p_studentised", wild.studentised.p_values.two_sided);
            under.prefix.clear();
            under.put_count("n", wild.n_event_dates);
            under.put_count("total", wild.n_weight_vectors);
            if (name, number.as_str()) == ("AAR", "1") {
                under.put("scipy_check_day1_p_mean", flips.p_values.two_sided);
                "webb6_first5_events_day1.".clone_into(&mut under.prefix);
                let first = &sample.cars()[..5];
                let webb = WildBootstrap::new(WildWeights::Webb).test(first).unwrap();
                assert!(webb.exact && webb.n_weight_vectors == 7_776);
                under.put("mean", webb.mean);
                under.put("t", webb.t);
                under.put("p_mean", webb.of_mean.p_values.two_sided);
                under.put("p_studentised", webb.studentised.p_values.two_sided);
            }
        }
    }
    "mammen_two_point.".clone_into(&mut under.prefix);
    let outcomes = WildWeights::Mammen.outcomes().unwrap();
    under.put("low", outcomes[0].0);
    under.put("p_low", outcomes[0].1);
    under.put("high", outcomes[1].0);
    for (name, k) in [("mean", 1), ("var", 2), ("third_moment", 3)] {
        under.put(name, outcomes.iter().map(|(w, p)| p * w.powi(k)).sum());
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
    let groups = groups_of(&rows);
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
    let one_group = IbragimovMueller::new().one_group(&means_a).unwrap();
    assert!((one_group.result.statistic / t.t - 1.0).abs() < 1e-12);
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
    correlation(names, &cars);
    two_groups(&means_a, &means_b, &mut under);
    spread_over_assets(&cars, &groups, &mut under);
    let drawn = EventDateBootstrap::new().run_mean(&means_a).unwrap();
    let levels = &wanted["exact_iid_bootstrap_mean_of_3"]["quantiles_type7"];
    "exact_iid_bootstrap_mean_of_3.".clone_into(&mut under.prefix);
    atoms(&drawn, levels.as_object().unwrap().keys(), &mut under);
    under.prefix.clear();
    let ceiling = EventDateBootstrap::coverage_ceiling(means_a.len());
    under.put("coverage_of_[min,max]_for_zero_mean_n3.exact", ceiling);
    let path = "coverage_of_[min,max]_for_zero_mean_n3";
    let coverage = wanted[path]["monte_carlo"].as_f64().unwrap();
    let standard_error = error_of_share(ceiling, fewest_draws(coverage));
    let drawn = Leaf::Drawn { value: ceiling, standard_error };
    under.put_leaf(&format!("{path}.monte_carlo"), drawn);
    let n_draws = wanted["event_block_bootstrap_diff_peer_mc"]["n_boot"].as_f64().unwrap();
    differences(&means_a, &means_b, n_draws, &mut under);
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
fn correlation(names: &[String], cars: &[Vec<f64>]) {
    let mut returns = cars.to_vec();
    returns.push(cars[0].clone());
    let prices = prices(names, &returns);
    let window = EventWindow::rows(0, 0).unwrap();
    let table = table(&prices, prices.axis().last(), cars.len(), window);
    let sample = WindowSample::new(&table, &window).unwrap();
    let found = ResidualCorrelation::of(&sample).unwrap();
    // The same figures as the design effect of the assets.
    let columns: Vec<Vec<f64>> =
        (0..names.len()).map(|asset| cars.iter().map(|car| car[asset]).collect()).collect();
    let effect = DesignEffect::of_columns(&columns).unwrap();
    assert!((found.mean - effect.mean_correlation()).abs() < 1e-9);
    assert!((found.design_effect() - effect.factor()).abs() < 1e-9);
    assert!((found.effective_responses() - effect.effective_size()).abs() < 1e-9);
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

/// Tests and sizes of the difference between the events of two groups.
fn two_groups(a: &[f64], b: &[f64], under: &mut Under<'_>) {
    let test = IbragimovMueller::new().degrees_of_freedom(GroupDegreesOfFreedom::Satterthwaite);
    let found = test.two_groups(a, b).unwrap();
    let ends = [("ci[0]", "ci[1]"), ("ci_low", "ci_high")];
    let blocks = ["ibragimov_mueller_welch", "ibragimov_mueller_peer"];
    for (block, (lower, upper)) in blocks.into_iter().zip(ends) {
        under.put(&format!("{block}.diff"), found.estimate);
        under.put(&format!("{block}.se"), found.std_error);
        under.put(&format!("{block}.t"), found.result.statistic);
        under.put_some(&format!("{block}.df"), found.result.degrees_of_freedom());
        under.put(&format!("{block}.p"), found.result.p_value(Alternative::TwoSided));
        under.put(&format!("{block}.{lower}"), found.interval.lower);
        under.put(&format!("{block}.{upper}"), found.interval.upper);
    }
    let block = "minimum_detectable_effect_normal_approx_peer";
    let size = GroupDifference::of(a, b).unwrap();
    under.put(&format!("{block}.pooled_sd"), size.pooled_std_dev);
    under.put(&format!("{block}.cohens_d_obs"), size.cohens_d);
    let detectable = size.minimum_detectable_d(0.8, 0.05).unwrap();
    under.put(&format!("{block}.cohens_d_mde"), detectable);
    let detectable = size.minimum_detectable_difference(0.8, 0.05).unwrap();
    under.put(&format!("{block}.mde"), detectable);
    let power = TTestPower::two_samples(a.len(), b.len()).unwrap();
    let same = power.minimum_detectable_effect_normal(0.8, 0.05).unwrap() * size.pooled_std_dev;
    assert!((same / detectable - 1.0).abs() < 1e-14);
    let permuted = LabelPermutation::new().test(a, b).unwrap();
    assert!(permuted.result.is_exact());
    under.put_count("exact_label_permutation.total", permuted.n_splits);
    let (two, one) = (Alternative::TwoSided, Alternative::Greater);
    under.put("exact_label_permutation.p_two", permuted.result.p_value(two));
    under.put("exact_label_permutation.p_greater", permuted.result.p_value(one));
}

fn groups_of(rows: &[Vec<String>]) -> Vec<&str> {
    rows.iter().map(|r| r[1].as_str()).collect()
}

/// The t test over assets of the difference between the groups, by the design effect.
fn spread_over_assets(cars: &[Vec<f64>], groups: &[&str], under: &mut Under<'_>) {
    let columns: Vec<Vec<f64>> =
        (0..cars[0].len()).map(|asset| cars.iter().map(|car| car[asset]).collect()).collect();
    let effect = DesignEffect::of_columns(&columns).unwrap();
    let mean = |column: &[f64], group: &str| {
        let of: Vec<f64> =
            column.iter().zip(groups).filter(|(_, g)| **g == group).map(|(v, _)| *v).collect();
        of.iter().sum::<f64>() / of.len() as f64
    };
    let differences: Vec<f64> = columns.iter().map(|c| mean(c, "a") - mean(c, "b")).collect();
    for (i, difference) in differences.iter().enumerate() {
        under.put(&format!("design_effect.per_asset_diff[{i}]"), *difference);
    }
    let found = effect.t_test(&differences).unwrap();
    let p = found.result.p_value(Alternative::TwoSided);
    let names = [
        ("design_effect", "rho_bar", "p_two_t_dfeff", "p_two_t_n1"),
        ("design_effect_peer", "rho", "p_t_dfeff", "p_t_n1"),
    ];
    for (block, correlation, p_effective, p_nominal) in names {
        under.put(&format!("{block}.{correlation}"), effect.mean_correlation());
        under.put(&format!("{block}.deff"), effect.factor());
        under.put(&format!("{block}.n_eff"), effect.effective_size());
        under.put(&format!("{block}.df_eff"), effect.degrees_of_freedom());
        under.put(&format!("{block}.se_naive"), found.naive_std_error);
        under.put(&format!("{block}.t"), found.result.statistic);
        under.put(&format!("{block}.{p_effective}"), p);
        under.put(&format!("{block}.{p_nominal}"), found.p_values_nominal.two_sided);
    }
    under.put("design_effect_peer.mean", found.mean);
    under.put("design_effect_peer.se_corrected", found.std_error);
    under.put("design_effect_peer.p_normal", found.p_values_normal.two_sided);
}

/// All pairs of resamples of both groups, and what a package drew of them.
fn differences(a: &[f64], b: &[f64], n_draws: f64, under: &mut Under<'_>) {
    let bootstrap = EventDateBootstrap::new().replicates(1_000_000);
    let exact = bootstrap.run_mean_difference(a, b).unwrap();
    assert!(exact.is_exact());
    let at = |p: f64| exact.quantile(p).unwrap();
    "event_block_bootstrap_diff_exact.".clone_into(&mut under.prefix);
    under.put_count("atoms", exact.n_replicates());
    under.put("se", exact.std_error());
    under.put("ci_type7[0]", at(0.025));
    under.put("ci_type7[1]", at(0.975));
    under.put("p_two_zero_crossing", exact.zero_crossing_share());

    "event_block_bootstrap_diff_peer_mc.".clone_into(&mut under.prefix);
    under.put("diff", exact.point_estimate());
    let mut drawn = |name: &str, value, standard_error| {
        under.put_leaf(name, Leaf::Drawn { value, standard_error });
    };
    for (name, p) in [("ci_low", 0.025), ("ci_high", 0.975)] {
        // Half of the distance between the quantiles one standard error of their share apart.
        let error = error_of_share(p, n_draws);
        drawn(name, at(p), (at(p + error) - at(p - error)) / 2.0);
    }
    // Var(s²) = (m₄ − m₂²)/n of the replicates' own moments.
    let mean = exact.mean();
    let power = |k: i32| {
        let powers = exact.replicates().iter().map(|v| (v - mean).powi(k));
        powers.sum::<f64>() / exact.n_replicates() as f64
    };
    let error = ((power(4) - power(2).powi(2)) / n_draws).sqrt() / (2.0 * exact.std_error());
    drawn("se", exact.std_error(), error);
    let share = exact.zero_crossing_share();
    drawn("p_one", share / 2.0, error_of_share(share / 2.0, n_draws));
    drawn("p_two", share, 2.0 * error_of_share(share / 2.0, n_draws));
}

/// Standard error of a share of draws, which is known to one draw at best.
fn error_of_share(share: f64, n_draws: f64) -> f64 {
    (share * (1.0 - share) / n_draws).sqrt().max(1.0 / n_draws)
}

/// The fewest draws of which this share is a whole number.
fn fewest_draws(share: f64) -> f64 {
    let is_whole = |n: &u32| {
        let count = share * f64::from(*n);
        (count - count.round()).abs() < 1e-6
    };
    f64::from((1..=1_000_000).find(is_whole).unwrap())
}
