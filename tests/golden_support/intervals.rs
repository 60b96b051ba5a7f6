//! Intervals of three statistics from draws that stand in files.

use std::path::Path;

use eventstudy::resampling::{BootstrapDistribution, Interval, IntervalMethod, ResamplingScheme};
use serde_json::Value;

use super::{Found, Under, read_csv, read_json};

type Statistic = fn(&[f64]) -> f64;
const STATISTICS: [(&str, Statistic); 3] = [("mean", mean), ("sharpe", sharpe), ("median", median)];

pub(crate) fn leaves(folder: &Path) -> Found {
    let wanted = read_json(&folder.join("expected.json"));
    let (_, rows) = read_csv(&folder.join("input.csv"));
    let x: Vec<f64> = rows.iter().map(|r| r[0].parse().unwrap()).collect();
    let mut out = Found::new();
    for (scheme, of_scheme) in wanted["statistics"].as_object().unwrap() {
        let (file, kind) = match scheme.split_once('_') {
            None => (scheme.as_str(), ResamplingScheme::GivenIndependent),
            Some((file, _)) => (file, ResamplingScheme::GivenBlocks),
        };
        let draws = read_draws(&folder.join(format!("indices_{file}.csv")));
        for (name, statistic) in STATISTICS {
            let drawn = if name == "mean" {
                BootstrapDistribution::from_draws_studentised(&x, &draws, kind, with_std_error)
            } else {
                BootstrapDistribution::from_draws(&x, &draws, kind, statistic)
            };
            let drawn = drawn.unwrap();
            let prefix = format!("statistics.{scheme}.{name}");
            let mut under = Under { prefix: format!("{prefix}."), out: &mut out };
            intervals(&drawn, &of_scheme[name], &mut under);
            if !of_scheme[format!("{name}_pieces")].is_null() {
                under.prefix = format!("{prefix}_pieces.");
                pieces(&drawn, &mut under);
            }
            if name == "mean" {
                let p = drawn.p_values().two_sided;
                under.prefix = format!("statistics.{scheme}.p_two_sided_recentered_mean.");
                under.put("value", p);
                if !of_scheme["bootstrap_t_textbook_95"].is_null() {
                    under.prefix = format!("statistics.{scheme}.bootstrap_t_textbook_95.");
                    under.put("se_original", drawn.sample_std_error().unwrap());
                    under.put("t_quantiles[0]", drawn.studentised_quantile(0.025).unwrap());
                    under.put("t_quantiles[1]", drawn.studentised_quantile(0.975).unwrap());
                    let interval = drawn.interval(IntervalMethod::Studentised, 0.95).unwrap();
                    ends("ci", interval, &mut under);
                }
            }
        }
    }
    out
}

/// Keys are `method|level|tail`. The package that they come from takes the draws for the whole
/// distribution: its standard deviations of replicates have the divisor B.
fn intervals(drawn: &BootstrapDistribution, wanted: &Value, under: &mut Under<'_>) {
    let whole = drawn.clone().taken_as_exact();
    for key in wanted.as_object().unwrap().keys() {
        let parts: Vec<&str> = key.split('|').collect();
        let (method, drawn) = match parts[0] {
            "norm" => (IntervalMethod::Normal, &whole),
            "basic" => (IntervalMethod::Basic, drawn),
            "percentile" => (IntervalMethod::Percentile, drawn),
            "debiased" => (IntervalMethod::BiasCorrected, drawn),
            "bca" => (IntervalMethod::Bca, drawn),
            "studentized" => (IntervalMethod::StudentisedByReplicates, &whole),
            other => panic!("unknown method `{other}`"),
        };
        let level = parts[1].parse().unwrap();
        if method == IntervalMethod::Bca && !drawn.scheme().is_independent() {
            assert!(drawn.interval(method, level).is_err());
            continue;
        }
        match parts[2] {
            "two" => ends(key, drawn.interval(method, level).unwrap(), under),
            "lower" => under.put(&format!("{key}[0]"), drawn.lower_bound(method, level).unwrap()),
            "upper" => under.put(&format!("{key}[1]"), drawn.upper_bound(method, level).unwrap()),
            other => panic!("unknown tail `{other}`"),
        }
    }
}

fn pieces(drawn: &BootstrapDistribution, under: &mut Under<'_>) {
    under.put("theta", drawn.point_estimate());
    under.put("boot_mean", drawn.mean());
    under.put("boot_sd_ddof1", drawn.std_error());
    under.put("boot_sd_ddof0", drawn.clone().taken_as_exact().std_error());
    for (k, value) in drawn.replicates_as_drawn().iter().take(5).enumerate() {
        under.put(&format!("first5[{k}]"), *value);
    }
    under.put("z0", drawn.bias_correction().unwrap());
    if drawn.scheme().is_independent() {
        let (z0, acceleration) = drawn.bca_constants().unwrap();
        assert_eq!(z0, drawn.bias_correction().unwrap());
        under.put("jackknife_a", acceleration);
        let (lower, upper) = drawn.bca_levels(0.95).unwrap();
        under.put("bca_levels[0]", lower);
        under.put("bca_levels[1]", upper);
        ends("bca_own", drawn.interval(IntervalMethod::Bca, 0.95).unwrap(), under);
    }
}

fn ends(name: &str, interval: Interval, under: &mut Under<'_>) {
    under.put(&format!("{name}[0]"), interval.lower);
    under.put(&format!("{name}[1]"), interval.upper);
}

/// One draw per row; the first row is the header.
pub(crate) fn read_draws(path: &Path) -> Vec<Vec<usize>> {
    let (_, rows) = read_csv(path);
    rows.iter().map(|row| row.iter().map(|cell| cell.parse().unwrap()).collect()).collect()
}

fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

/// The mean and s/√n.
fn with_std_error(x: &[f64]) -> (f64, f64) {
    let (centre, n) = (mean(x), x.len() as f64);
    let squares: f64 = x.iter().map(|v| (v - centre).powi(2)).sum();
    (centre, (squares / (n - 1.0)).sqrt() / n.sqrt())
}

fn sharpe(x: &[f64]) -> f64 {
    let centre = mean(x);
    let squares: f64 = x.iter().map(|v| (v - centre).powi(2)).sum();
    centre / (squares / (x.len() - 1) as f64).sqrt()
}

fn median(x: &[f64]) -> f64 {
    let mut sorted = x.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[half] } else { f64::midpoint(sorted[half - 1], sorted[half]) }
}
