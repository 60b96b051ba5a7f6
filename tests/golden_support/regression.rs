//! One regression under many covariances.

use std::path::Path;

use eventstudy::regression::{Bandwidth, Clusters, Covariance, Estimates, Lags, LeastSquares};
use serde_json::Value;

use super::{Found, Under, read_csv, read_json};

/// A regression of `y` on the columns of `input.csv` that follow it; the last one holds clusters.
pub(crate) fn leaves(folder: &Path) -> Found {
    let (header, rows) = read_csv(&folder.join("input.csv"));
    let column = |j: usize| -> Vec<f64> { rows.iter().map(|r| r[j].parse().unwrap()).collect() };
    let y = column(0);
    let regressors: Vec<(String, Vec<f64>)> =
        (1..header.len() - 1).map(|j| (header[j].clone(), column(j))).collect();
    let clusters = Clusters::by(rows.iter().map(|r| r[header.len() - 1].clone()));
    let mut regression = LeastSquares::of(&y);
    for (name, x) in &regressors {
        regression = regression.on(name, x);
    }
    let fit = regression.fit().unwrap();
    let mut out = Found::new();
    let mut under = Under { prefix: String::new(), out: &mut out };
    let classical = fit.estimates(&Covariance::Classical).unwrap();
    for (j, c) in classical.coefficients.iter().enumerate() {
        under.put(&format!("params[{j}]"), c.estimate);
        under.put(&format!("t[{j}]"), c.t);
        under.put(&format!("p[{j}]"), c.p_value);
    }
    under.put_std_errors("bse", &classical);
    under.put("sigma", fit.sigma());
    under.put_some("r2", fit.r_squared());
    under.put_some("r2_adj", fit.adjusted_r_squared());
    under.put_some("fvalue", fit.f_test().map(|f| f.statistic));
    under.put("durbin_watson", fit.durbin_watson());

    let robust = |covariance: &Covariance| fit.estimates(covariance).unwrap();
    for kind in [Covariance::Hc0, Covariance::Hc1, Covariance::Hc2, Covariance::Hc3] {
        under.put_std_errors(&format!("{}.bse", kind.name()), &robust(&kind));
        under.put_std_errors(&format!("R_sandwich.{}", kind.name()), &robust(&kind));
    }
    under.put_std_errors("R_sandwich.HC4", &robust(&Covariance::Hc4));
    let clustered =
        |small_sample| Covariance::Clustered { clusters: clusters.clone(), small_sample };
    under.put_std_errors("cluster.bse", &robust(&clustered(true)));
    under.put_std_errors("R_sandwich.cl", &robust(&clustered(true)));
    under.put_std_errors("R_sandwich.cl_HC0_nocadj", &robust(&clustered(false)));

    let json = read_json(&folder.join("expected.json"));
    for (key, lags) in lags_in(&json, "newey_west_lag") {
        let small_sample = key.ends_with("_small_sample");
        let lags = Lags::Rows(lags);
        let found = robust(&Covariance::NeweyWest { lags, small_sample });
        under.put_std_errors(&format!("{key}.bse"), &found);
    }
    for (key, lags) in lags_in(&json["R_sandwich"], "nw") {
        let small_sample = key.ends_with("_adj");
        let lags = Lags::Rows(lags);
        let found = robust(&Covariance::NeweyWest { lags, small_sample });
        under.put_std_errors(&format!("R_sandwich.{key}"), &found);
    }
    under.put("R_sandwich.bw_newey_west", fit.newey_west_bandwidth().unwrap());
    let automatic = robust(&Covariance::newey_west(Lags::Automatic));
    under.put_std_errors("R_sandwich.nw_auto_noprewhite", &automatic);
    let quadratic_spectral = robust(&Covariance::QuadraticSpectral {
        bandwidth: Bandwidth::Automatic,
        small_sample: true,
    });
    under.put_some("R_sandwich.andrews_qs_bw", quadratic_spectral.bandwidth);
    under.put_std_errors("R_sandwich.kernHAC_qs", &quadratic_spectral);
    let rules = [
        ("floor_4_n100_2_9", Lags::TwoNinths),
        ("floor_0_75_n_1_3", Lags::CubeRoot),
        ("floor_n_1_4", Lags::FourthRoot),
    ];
    for (name, rule) in rules {
        under.put_count(&format!("nw_rules.{name}"), rule.for_rows(y.len()).unwrap());
    }

    let mean = LeastSquares::of(&y).fit().unwrap();
    for (key, lags) in lags_in(&json, "mean_of_y_newey_west_lag") {
        let found = mean.estimates(&Covariance::newey_west(Lags::Rows(lags))).unwrap();
        under.put(&format!("{key}.mean"), found.coefficients[0].estimate);
        under.put(&format!("{key}.se"), found.coefficients[0].std_error);
    }
    for (i, lags) in json["ljung_box_resid"]["lags"].as_array().unwrap().iter().enumerate() {
        let n_lags = usize::try_from(lags.as_u64().unwrap()).unwrap();
        let test = fit.ljung_box(n_lags).unwrap();
        under.put(&format!("ljung_box_resid.stat[{i}]"), test.statistic);
        under.put(&format!("ljung_box_resid.p[{i}]"), test.p_value);
        under.put_count(&format!("ljung_box_resid.lags[{i}]"), test.n_lags);
    }
    out
}

/// Names that start so, with the number that follows.
fn lags_in(value: &Value, start: &str) -> Vec<(String, usize)> {
    let keys = value.as_object().unwrap().keys();
    keys.filter_map(|key| {
        let rest = key.strip_prefix(start)?;
        let digits = rest.split('_').next()?;
        digits.parse().ok().map(|lags| (key.clone(), lags))
    })
    .collect()
}

impl Under<'_> {
    pub(crate) fn put_std_errors(&mut self, name: &str, estimates: &Estimates) {
        for (j, c) in estimates.coefficients.iter().enumerate() {
            self.put(&format!("{name}[{j}]"), c.std_error);
        }
    }
}
