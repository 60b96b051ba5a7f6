//! Monthly returns held against control firms for many months, and calendar-time portfolios.

use std::path::Path;

use eventstudy::abnormal::{
    CalendarTime, CalendarTimePortfolio, EventRequest, LongRun, LongRunErrors, LongRunForm,
    MatchedRequest, MatchedReturns, MissingPolicy, RowWeights,
};
use eventstudy::events::{EventId, EventSet};
use eventstudy::inference::Alternative;
use eventstudy::inference::samples::{
    BootstrappedSkewnessT, OneSampleT, SkewnessAdjustedT, SkewnessEstimator,
};
use eventstudy::panel::{Compounding, ReturnPanel};
use eventstudy::regression::{Covariance, Lags};
use eventstudy::time::{DateAxis, EventWindow};
use ndarray::Array2;

use super::{Found, Under, date, read_csv, read_json};

pub(crate) fn leaves(folder: &Path) -> Found {
    let json = read_json(&folder.join("expected.json"));
    let horizon = super::integer(&json, "horizon_months");
    let window = EventWindow::rows(0, horizon - 1).unwrap();
    let returns = read_months(&folder.join("input.csv"));
    let (_, listed) = read_csv(&folder.join("events.csv"));
    let mut out = Found::new();
    let mut under = Under { prefix: String::new(), out: &mut out };
    under.put("horizon_months", f64::from(horizon));

    let requests = |control: &dyn Fn(&[String]) -> String| -> Vec<MatchedRequest> {
        let ids = ids(listed.len());
        let request = |(row, event): (&Vec<String>, EventId)| MatchedRequest {
            event,
            date: month(&row[3]),
            label: row[0].clone(),
            asset: returns.asset(&row[1]).unwrap(),
            controls: vec![control(row)],
        };
        listed.iter().zip(ids).map(request).collect()
    };
    let by_firm = requests(&|row| row[2].clone());
    let by_market = requests(&|_| "market".to_owned());
    let hold = |requests: &[MatchedRequest]| {
        let missing = MissingPolicy::Exclude;
        MatchedReturns::compute(&returns, &returns, requests, &window, missing, None).unwrap()
    };
    let held = hold(&by_firm);
    let samples =
        [("bhar", held.bhars()), ("bhar_market", hold(&by_market).bhars()), ("car", held.cars())];
    for (name, values) in &samples {
        for (i, value) in values.iter().enumerate() {
            under.put(&format!("{name}[{i}]"), *value);
        }
        tests(values, &mut Under { prefix: format!("{name}_tests."), out: under.out });
    }
    let (_, draws) = read_csv(&folder.join("lbt_indices.csv"));
    let prefix = "lbt_bootstrap.".to_owned();
    bootstrap(&samples[0].1, &draws, &mut Under { prefix, out: under.out });

    let events: Vec<EventRequest> = by_firm
        .iter()
        .map(|r| EventRequest {
            event: r.event,
            date: r.date,
            label: r.label.clone(),
            assets: vec![r.asset],
        })
        .collect();
    let portfolio = CalendarTime::new(window).portfolio(&returns, &events).unwrap();
    for (t, row) in portfolio.rows().iter().enumerate() {
        under.put_count(&format!("calendar_time.n_units[{t}]"), row.n_assets);
        under.put_some(&format!("calendar_time.portfolio[{t}]"), row.value);
    }
    regressions("capm", &["market"], &portfolio, &returns, under.out);
    regressions("ff3", &["market", "smb", "hml"], &portfolio, &returns, under.out);

    let long_run = LongRun::new(window);
    for (name, form) in [
        ("crse_sar", LongRunForm::StandardisedAbnormal),
        ("crse_asr", LongRunForm::AbnormalStandardised),
    ] {
        let long_run = long_run.clone().form(form);
        let mut under = Under { prefix: format!("peers.{name}."), out: under.out };
        clustered(&long_run, &returns, &by_firm, &mut under);
    }
    out
}

/// Distinct events; the dates of the requests are their own.
fn ids(n: usize) -> Vec<EventId> {
    let start = date("2000-01-01");
    let dates: Vec<_> = start.iter_days().take(n).collect();
    EventSet::from_dates(&dates).unwrap().ids().collect()
}

fn month(text: &str) -> chrono::NaiveDate {
    date(&format!("{text}-01"))
}

fn read_months(path: &Path) -> ReturnPanel {
    let (header, rows) = read_csv(path);
    let axis = DateAxis::new(rows.iter().map(|r| month(&r[0])).collect()).unwrap();
    let values = Array2::from_shape_fn((header.len() - 1, rows.len()), |(asset, row)| {
        rows[row][asset + 1].parse().unwrap()
    });
    ReturnPanel::new(axis, header[1..].to_vec(), values, Compounding::Simple).unwrap()
}

fn tests(values: &[f64], under: &mut Under<'_>) {
    let johnson = SkewnessAdjustedT::johnson().test(values).unwrap();
    let hall = SkewnessAdjustedT::hall();
    let unbiased = hall.test(values).unwrap();
    let biased = hall.estimator(SkewnessEstimator::LyonBarberTsai).test(values).unwrap();
    under.put_skewness(&johnson, &unbiased, biased.result.statistic);
    under.put("p_johnson_normal", johnson.result.p_value(Alternative::TwoSided));
    under.put("p_hall_normal", unbiased.result.p_value(Alternative::TwoSided));
    let plain = OneSampleT::new().test(values).unwrap();
    under.put("p_t", plain.result.p_value(Alternative::TwoSided));
}

/// The skewness-adjusted t of given resamples.
fn bootstrap(values: &[f64], draws: &[Vec<String>], under: &mut Under<'_>) {
    let draws: Vec<Vec<usize>> =
        draws.iter().map(|row| row.iter().map(|cell| cell.parse().unwrap()).collect()).collect();
    let found = BootstrappedSkewnessT::new().test_with_rows(values, &draws).unwrap();
    under.put_count("resample_size", found.resample_size);
    under.put("t_observed", found.result.statistic);
    for (name, significance) in [("2_5", 0.05), ("0_5", 0.01)] {
        under.put(&format!("crit_lower_{name}"), found.critical_values(significance).unwrap().0);
    }
    for (name, significance) in [("97_5", 0.05), ("99_5", 0.01)] {
        under.put(&format!("crit_upper_{name}"), found.critical_values(significance).unwrap().1);
    }
    for (i, t) in found.statistics.iter().take(5).enumerate() {
        under.put(&format!("first5[{i}]"), *t);
    }
    under.put_count("degenerate_draws", found.n_degenerate);
}

/// Also under the names of another package, whose lags are the same rule.
fn regressions(
    name: &str,
    factors: &[&str],
    portfolio: &CalendarTimePortfolio,
    returns: &ReturnPanel,
    out: &mut Found,
) {
    let mut under = Under { prefix: format!("calendar_time.{name}."), out };
    let fit = portfolio.regress(returns, factors, RowWeights::Equal).unwrap();
    let classical = fit.estimates(&Covariance::Classical).unwrap();
    let newey_west = fit.estimates(&Covariance::newey_west(Lags::TwoNinths)).unwrap();
    let weighted = portfolio.regress(returns, factors, RowWeights::NumberOfAssets).unwrap();
    let weighted = weighted.estimates(&Covariance::Classical).unwrap();
    for j in 0..=factors.len() {
        let at = |text: &str| format!("{text}[{j}]");
        let (plain, robust) = (&classical.coefficients[j], &newey_west.coefficients[j]);
        under.put(&at("coef"), plain.estimate);
        under.put(&at("t_ols"), plain.t);
        under.put(&at("p_ols"), plain.p_value);
        under.put(&at("t_nw"), robust.t);
        under.put(&at("wls_sqrt_n_coef"), weighted.coefficients[j].estimate);
    }
    under.put_std_errors("se_ols", &classical);
    under.put_std_errors("se_nw", &newey_west);
    under.put_std_errors("se_hc1", &fit.estimates(&Covariance::Hc1).unwrap());
    under.put_std_errors("wls_se", &weighted);
    under.put_count("nw_lag", newey_west.n_lags.unwrap());
    for (kind, estimates) in [("ols", &classical), ("nw", &newey_west)] {
        let mut under = Under { prefix: format!("peers.feventr_{name}_{kind}."), out: under.out };
        for (j, c) in estimates.coefficients.iter().enumerate() {
            under.put(&format!("coef[{j}]"), c.estimate);
        }
        under.put_std_errors("se", estimates);
        under.put_count("n", fit.n_observations());
        under.put_some("lag", estimates.n_lags.map(|lags| lags as f64));
    }
}

fn clustered(
    long_run: &LongRun,
    returns: &ReturnPanel,
    requests: &[MatchedRequest],
    under: &mut Under<'_>,
) {
    let sample = long_run.sample(returns, returns, requests).unwrap();
    under.put_count("N", sample.observations().len());
    under.put("mean", sample.mean());
    for (i, observation) in sample.observations().iter().take(3).enumerate() {
        under.put(&format!("first3[{i}]"), observation.value);
    }
    let test = |errors| sample.test(errors).unwrap();
    under.put("t0", test(LongRunErrors::Independent).coefficients[0].t);
    under.put("t_firm", test(LongRunErrors::Asset).coefficients[0].t);
    let month = test(LongRunErrors::Month);
    under.put("t_month", month.coefficients[0].t);
    under.put_count("n_months", month.n_clusters.unwrap());
    let two_way = test(LongRunErrors::MonthAndAsset);
    under.put("t_two_way", two_way.coefficients[0].t);
    // The package takes as many degrees of freedom as there are clusters.
    for (name, estimates) in [("p_month", month), ("p_two_way", two_way)] {
        let n_clusters = estimates.n_clusters.unwrap() as f64;
        let read = estimates.at_degrees_of_freedom(n_clusters).unwrap();
        under.put(name, read.coefficients[0].p_value);
    }
}
