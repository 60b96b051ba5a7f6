//! One event of one asset under several models.

use std::path::Path;

use eventstudy::abnormal::{AbnormalReturns, Design, EventRequest};
use eventstudy::events::EventSet;
use eventstudy::inference::{Alternative, NullDistribution, TestResult};
use eventstudy::models::{
    ConstantMeanModel, ExpectedReturnModel, FactorModel, MarketAdjustedModel, MarketModel,
};
use eventstudy::panel::{Compounding, ReturnPanel};
use eventstudy::time::{EstimationWindow, EventWindow};
use ndarray::Array2;
use serde_json::Value;

use super::{Found, Under, date, integer, read_json, read_returns, text};

pub(crate) fn leaves(folder: &Path) -> Found {
    let spec = read_json(&folder.join("spec.json"));
    let returns = read_returns(&folder.join("input.csv"));
    let asset = spec["firms"][0].as_str().unwrap().to_owned();
    let mut out = Found::new();
    let models: [(&str, Box<dyn ExpectedReturnModel>); 3] = [
        ("mean_adjusted", Box::new(ConstantMeanModel)),
        ("market_adjusted", Box::new(MarketAdjustedModel::on("market"))),
        ("market_model", Box::new(MarketModel::on("market"))),
    ];
    let log_returns = transformed(&returns, Compounding::Log, |panel, name, row| {
        panel.value(panel.asset(name).unwrap(), row).map(f64::ln_1p)
    });
    for (name, model) in &models {
        let table = run(&spec, &returns, &asset, model.as_ref());
        let prefix = format!("{name}.");
        whole(&spec, &returns, &asset, &table, &mut Under { prefix, out: &mut out });
        let table = run(&spec, &log_returns, &asset, model.as_ref());
        let mut under = Under { prefix: format!("log_returns.{name}."), out: &mut out };
        fit(&table, &mut under);
        paths(&spec, &table, &mut under);
    }
    let table = run(&spec, &returns, &asset, &MarketModel::on("market"));
    let response = &table.responses()[0];
    let fit = table.estimation_regression(response, &returns, &returns, &["market"]).unwrap();
    let prefix = "market_model.".to_owned();
    let acf = fit.residual_autocorrelations(1).unwrap();
    Under { prefix, out: &mut out }.put("residual_acf1", acf[0]);
    three_factors(&spec, &returns, &asset, &mut out);
    out
}

fn run(
    spec: &Value,
    returns: &ReturnPanel,
    asset: &str,
    model: &dyn ExpectedReturnModel,
) -> AbnormalReturns {
    let (first, last) = (integer(spec, "rel_start"), integer(spec, "rel_end"));
    let gap = usize::try_from(first - integer(spec, "est_shift") - 1).unwrap();
    let length = usize::try_from(integer(spec, "est_len")).unwrap();
    let window = EventWindow::rows(first, last).unwrap();
    let estimation = EstimationWindow::trailing(length).unwrap().gap(gap);
    let design = Design::new(vec![window], estimation).unwrap();
    let events = EventSet::from_dates(&[date(&text(spec, "event_date"))]).unwrap();
    let (event, listed) = events.entries().next().unwrap();
    let request = EventRequest {
        event,
        date: listed.date,
        label: listed.label.clone(),
        assets: vec![returns.asset(asset).unwrap()],
    };
    AbnormalReturns::compute(returns, returns, model, &design, &[request]).unwrap()
}

fn fit(table: &AbnormalReturns, under: &mut Under<'_>) {
    let fit = table.responses()[0].fit();
    let (alpha, beta) = fit.coefficients();
    under.put("alpha", alpha);
    under.put("beta", beta.first().copied().unwrap_or(0.0));
    under.put("sigma", fit.residual_std_dev());
}

fn paths(spec: &Value, table: &AbnormalReturns, under: &mut Under<'_>) {
    let response = &table.responses()[0];
    for (j, tau) in (integer(spec, "rel_start")..=integer(spec, "rel_end")).enumerate() {
        under.put(&format!("AR[{j}]"), table.ar(response, tau).unwrap());
        under.put(&format!("CAR[{j}]"), table.cumulate(response, 0..j + 1).unwrap().car);
    }
}

fn whole(
    spec: &Value,
    returns: &ReturnPanel,
    asset: &str,
    table: &AbnormalReturns,
    under: &mut Under<'_>,
) {
    fit(table, under);
    paths(spec, table, under);
    let response = &table.responses()[0];
    let fit = response.fit();
    under.put("n", fit.n_observations() as f64);
    under.put("df", fit.degrees_of_freedom() as f64);
    under.put_some("r2", fit.r_squared());
    let p_value = |statistic| {
        let degrees_of_freedom = fit.degrees_of_freedom() as f64;
        TestResult {
            test: "forecast t".to_owned(),
            statistic,
            distribution: NullDistribution::StudentT { degrees_of_freedom },
            n_responses: 1,
            n_events: 1,
            n_event_dates: 1,
        }
        .p_value(Alternative::TwoSided)
    };
    let benchmark = run(spec, returns, asset, &MarketAdjustedModel::on("market"));
    let s = fit.residual_std_dev();
    for (j, tau) in (integer(spec, "rel_start")..=integer(spec, "rel_end")).enumerate() {
        let ar = table.ar(response, tau).unwrap();
        let sar = table.sar(response, tau).unwrap();
        let day = table.cumulate(response, j..j + 1).unwrap();
        under.put(&format!("s_ar[{j}]"), day.forecast_std_dev);
        under.put(&format!("forecast_error_factor[{j}]"), day.forecast_std_dev / s);
        under.put(&format!("ar_t_plain[{j}]"), ar / s);
        under.put(&format!("ar_t_forecast[{j}]"), sar);
        under.put(&format!("ar_p_forecast[{j}]"), p_value(sar));
        let window = table.cumulate(response, 0..j + 1).unwrap();
        let plain = window.car / (s * (window.n_rows as f64).sqrt());
        under.put(&format!("car_t_plain[{j}]"), plain);
        under.put(&format!("s_car_forecast[{j}]"), window.forecast_std_dev);
        under.put(&format!("car_t_forecast[{j}]"), window.scar());
        under.put(&format!("car_p_forecast[{j}]"), p_value(window.scar()));
        let against = &benchmark.responses()[0];
        let bhar = benchmark.bhar(against, 0..j + 1).unwrap().unwrap();
        under.put(&format!("bhar_vs_market[{j}]"), bhar);
        let bhar = table.bhar(response, 0..j + 1).unwrap().unwrap();
        under.put(&format!("bhar_vs_model[{j}]"), bhar);
    }
}

/// Three factors on excess returns.
fn three_factors(spec: &Value, returns: &ReturnPanel, asset: &str, out: &mut Found) {
    let excess = transformed(returns, Compounding::Simple, |panel, name, row| {
        let value = panel.value(panel.asset(name).unwrap(), row)?;
        let risk_free = panel.value(panel.asset("rf").unwrap(), row)?;
        let is_excess = name == asset || name == "market";
        Some(if is_excess { value - risk_free } else { value })
    });
    let model = FactorModel::on(["market", "smb", "hml"]);
    let table = run(spec, &excess, asset, &model);
    let mut under = Under { prefix: "fama_french_3.".to_owned(), out };
    paths(spec, &table, &mut under);
    let response = &table.responses()[0];
    let fit = response.fit();
    let (alpha, beta) = fit.coefficients();
    for (j, value) in std::iter::once(alpha).chain(beta.iter().copied()).enumerate() {
        under.put(&format!("params[{j}]"), value);
    }
    for (j, value) in fit.standard_errors().unwrap().into_iter().enumerate() {
        under.put(&format!("bse[{j}]"), value);
    }
    under.put("sigma", fit.residual_std_dev());
    under.put_some("r2", fit.r_squared());
    under.put("df", fit.degrees_of_freedom() as f64);
    for j in 0..table.events()[0].span.len() {
        let day = table.cumulate(response, j..j + 1).unwrap();
        under.put(&format!("s_ar[{j}]"), day.forecast_std_dev);
        let window = table.cumulate(response, 0..j + 1).unwrap();
        under.put(&format!("s_car[{j}]"), window.forecast_std_dev);
    }
}

fn transformed(
    returns: &ReturnPanel,
    compounding: Compounding,
    value: impl Fn(&ReturnPanel, &str, usize) -> Option<f64>,
) -> ReturnPanel {
    let names = returns.names().to_vec();
    let values = Array2::from_shape_fn((names.len(), returns.n_dates()), |(asset, row)| {
        value(returns, &names[asset], row).unwrap_or(f64::NAN)
    });
    ReturnPanel::new(returns.axis().clone(), names, values, compounding).unwrap()
}
