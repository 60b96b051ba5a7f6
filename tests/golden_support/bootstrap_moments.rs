//! Mean and variance of the resampled mean, by drawing.

use std::path::Path;

use eventstudy::resampling::{BootstrapDistribution, EventDateBootstrap, StationaryBootstrap};

use super::{Found, Leaf, Under, read_csv, read_json};

const REPLICATES: usize = 40_000;
const SEED: u64 = 20_170_101;

pub(crate) fn leaves(folder: &Path) -> Found {
    let wanted = read_json(&folder.join("expected.json"));
    let (_, rows) = read_csv(&folder.join("input.csv"));
    let x: Vec<f64> = rows.iter().map(|r| r[0].parse().unwrap()).collect();
    let mut out = Found::new();
    let mut under = Under { prefix: String::new(), out: &mut out };
    let iid = EventDateBootstrap::new().replicates(REPLICATES).seed(SEED).run_mean(&x).unwrap();
    under.put_count("n", x.len());
    under.put("mean", iid.point_estimate());
    moments("iid", &iid, &mut under);
    for (length, _) in wanted["stationary"].as_object().unwrap() {
        let scheme = stationary(length.parse().unwrap()).unwrap();
        let drawn = scheme.replicates(REPLICATES).seed(SEED).run_mean(&x).unwrap();
        moments(&format!("stationary.{length}"), &drawn, &mut under);
    }
    out
}

/// The mean of B draws is off by √(var/B), their variance by √(2/B) of itself.
fn moments(name: &str, drawn: &BootstrapDistribution, under: &mut Under<'_>) {
    let n = drawn.n_replicates() as f64;
    let std_dev = drawn.std_error();
    let mean = Leaf::Drawn { value: drawn.mean(), standard_error: std_dev / n.sqrt() };
    under.put_leaf(&format!("{name}.mean"), mean);
    let value = std_dev * std_dev;
    let variance = Leaf::Drawn { value, standard_error: (2.0 / n).sqrt() * value };
    under.put_leaf(&format!("{name}.var"), variance);
}
