//! Mean and variance of the resampled mean, in closed form and by drawing.

use std::path::Path;

use eventstudy::resampling::{SeriesBootstrap, SeriesScheme};

use super::{Found, Leaf, Under, read_csv, read_json};

const REPLICATES: usize = 40_000;
const SEED: u64 = 20_170_101;

pub(crate) fn leaves(folder: &Path) -> Found {
    let wanted = read_json(&folder.join("expected.json"));
    let (_, rows) = read_csv(&folder.join("input.csv"));
    let x: Vec<f64> = rows.iter().map(|r| r[0].parse().unwrap()).collect();
    let mut out = Found::new();
    let mut under = Under { prefix: String::new(), out: &mut out };
    under.put_count("n", x.len());
    under.put("mean", x.iter().sum::<f64>() / x.len() as f64);
    moments("iid", SeriesScheme::Iid, &x, &mut under);
    for name in ["circular", "moving", "stationary"] {
        for (length, _) in wanted[name].as_object().unwrap() {
            let block_length = length.parse().unwrap();
            let scheme = match name {
                "circular" => SeriesScheme::Circular { block_length },
                "moving" => SeriesScheme::Moving { block_length },
                _ => SeriesScheme::Stationary { mean_block_length: length.parse().unwrap() },
            };
            moments(&format!("{name}.{length}"), scheme, &x, &mut under);
        }
    }
    out
}

/// The mean of B draws is off by √(var/B), their variance by √(2/B) of itself.
fn moments(name: &str, scheme: SeriesScheme, x: &[f64], under: &mut Under<'_>) {
    let bootstrap = SeriesBootstrap::new(scheme).unwrap().replicates(REPLICATES).seed(SEED);
    let drawn = bootstrap.run_mean(x).unwrap();
    let n = drawn.n_replicates() as f64;
    let (std_dev, variance) = (drawn.std_error(), drawn.std_error().powi(2));
    let mean = Leaf::NumberAndDrawn {
        number: scheme.exact_mean(x).unwrap(),
        value: drawn.mean(),
        standard_error: std_dev / n.sqrt(),
    };
    under.put_leaf(&format!("{name}.mean"), mean);
    let variance = Leaf::NumberAndDrawn {
        number: scheme.exact_variance(x).unwrap(),
        value: variance,
        standard_error: (2.0 / n).sqrt() * variance,
    };
    under.put_leaf(&format!("{name}.var"), variance);
}
