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
            let drawn = BootstrapDistribution::from_draws(&x, &draws, kind, statistic).unwrap();
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
            }
        }
    }
    out
}

/// Keys are `method|level|tail`.
fn intervals(drawn: &BootstrapDistribution, wanted: &Value, under: &mut Under<'_>) {
    for key in wanted.as_object().unwrap().keys() {
        let parts: Vec<&str> = key.split('|').collect();
        let method = match parts[0] {
            "basic" => IntervalMethod::Basic,
            "percentile" => IntervalMethod::Percentile,
            "bca" => IntervalMethod::Bca,
            _ => continue,
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
    if drawn.scheme().is_independent() {
        let (z0, acceleration) = drawn.bca_constants().unwrap();
        under.put("z0", z0);
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
