//! Robust regressions.

use std::collections::BTreeMap;
use std::path::Path;

use eventstudy::models::{EstimationSample, ExpectedReturnModel, HuberModel};

use super::{Found, Under, integer, read_csv, read_json, text};

pub(crate) fn leaves(folder: &Path) -> Found {
    let spec = read_json(&folder.join("spec.json"));
    let columns = columns(&folder.join("input.csv"));
    let mut out = Found::new();
    for (name, case) in spec["fits"].as_object().unwrap() {
        let n = usize::try_from(integer(case, "rows")).unwrap();
        let names: Vec<&str> =
            case["factors"].as_array().unwrap().iter().map(|f| f.as_str().unwrap()).collect();
        let factors: Vec<&[f64]> = names.iter().map(|f| &columns[*f][..n]).collect();
        let sample = EstimationSample::new(&columns[&text(case, "asset")][..n], &factors);
        let tuning = case["tuning"].as_f64().unwrap();
        let model = HuberModel::on_factors(names).tuning(tuning).unwrap();
        let estimate = model.estimate(&sample).unwrap();
        let fit = model.fit(&sample).unwrap();
        let (alpha, betas) = fit.coefficients();
        let mut under = Under { prefix: format!("{name}."), out: &mut out };
        under.put("alpha", alpha);
        for (j, beta) in betas.iter().enumerate() {
            under.put(&format!("beta[{j}]"), *beta);
        }
        for (j, error) in fit.standard_errors().unwrap().iter().enumerate() {
            under.put(&format!("standard_errors[{j}]"), *error);
        }
        under.put("scale", estimate.scale);
        under.put("sum_of_weights", estimate.weights.iter().sum());
        under.put("residual_std_dev", fit.residual_std_dev());
    }
    out
}

/// A table of numbers by the names of its columns.
fn columns(path: &Path) -> BTreeMap<String, Vec<f64>> {
    let (header, rows) = read_csv(path);
    let column = |at: usize| rows.iter().map(|row| row[at].parse().unwrap()).collect();
    header.into_iter().enumerate().map(|(at, name)| (name, column(at))).collect()
}
