//! Several assets, one event date each or one for all, under three models.

use std::path::Path;

use eventstudy::abnormal::{AbnormalReturns, Design, EventRequest, MissingPolicy};
use eventstudy::events::EventSet;
use eventstudy::inference::{
    Alternative, SignFlipResponses, SignificanceTest, TestResult, WindowSample,
};
use eventstudy::models::{
    ConstantMeanModel, ExpectedReturnModel, MarketAdjustedModel, MarketModel,
};
use eventstudy::resampling::SignFlip;
use eventstudy::time::{EstimationWindow, EventWindow};
use serde_json::Value;

use super::response_tests::{EventDays, model_leaves};
use super::{Found, Under, date, integer, read_json, read_returns};

const WILD: &str = "wild_bootstrap_exact_rademacher";

pub(crate) fn leaves(folder: &Path) -> Found {
    let spec = read_json(&folder.join("spec.json"));
    let expected = read_json(&folder.join("expected.json"));
    let returns = read_returns(&folder.join("input.csv"));
    let days = event_days(&spec);
    let models: [(&str, Box<dyn ExpectedReturnModel>); 3] = [
        ("mean_adjusted", Box::new(ConstantMeanModel)),
        ("market_adjusted", Box::new(MarketAdjustedModel::on("market"))),
        ("market_model", Box::new(MarketModel::on("market"))),
    ];
    let mut out = Found::new();
    for (name, model) in models {
        let wanted = &expected["expected"][name];
        if wanted.is_null() {
            continue;
        }
        let table = run(&spec, &returns, model.as_ref());
        let mut under = Under { prefix: format!("{name}."), out: &mut out };
        model_leaves(&days, &table, wanted, &mut under);
        if name == "market_model" && !expected["expected"][WILD].is_null() {
            let peer = &expected["peer_values"]["sipemu"]["wild_bootstrap_rademacher"];
            let mut under = Under { prefix: format!("{WILD}."), out: &mut out };
            wild_bootstrap(&days, &table, peer, &mut under);
        }
    }
    out
}

fn event_days(spec: &Value) -> EventDays {
    let windows = spec["windows_rel"].as_array().unwrap().iter().map(|bounds| {
        let bound = |k: usize| i32::try_from(bounds[k].as_i64().unwrap()).unwrap();
        (bound(0), bound(1))
    });
    EventDays {
        first: integer(spec, "rel_start"),
        last: integer(spec, "rel_end"),
        windows: windows.collect(),
    }
}

fn run(
    spec: &Value,
    returns: &eventstudy::panel::ReturnPanel,
    model: &dyn ExpectedReturnModel,
) -> AbnormalReturns {
    let days = event_days(spec);
    let gap = usize::try_from(days.first - integer(spec, "est_shift") - 1).unwrap();
    let length = usize::try_from(integer(spec, "est_len")).unwrap();
    let estimation =
        EstimationWindow::trailing(length).unwrap().gap(gap).min_observations(length / 2);
    let design =
        Design::new(vec![days.window()], estimation).unwrap().missing(MissingPolicy::Available);
    let firms: Vec<&str> =
        spec["firms"].as_array().unwrap().iter().map(|f| f.as_str().unwrap()).collect();
    let assets: Vec<_> = firms.iter().map(|f| returns.asset(f).unwrap()).collect();
    let dates: Vec<_> = match &spec["event_date"] {
        Value::Array(dates) => dates.iter().map(|d| date(d.as_str().unwrap())).collect(),
        one => vec![date(one.as_str().unwrap())],
    };
    let events = EventSet::from_dates(&dates).unwrap();
    let requests: Vec<EventRequest> = events
        .entries()
        .map(|(event, listed)| EventRequest {
            event,
            date: listed.date,
            label: listed.label.clone(),
            assets: if dates.len() == 1 {
                assets.clone()
            } else {
                let of_date = assets.iter().zip(&dates).filter(|(_, d)| **d == listed.date);
                of_date.map(|(a, _)| *a).collect()
            },
        })
        .collect();
    AbnormalReturns::compute(returns, returns, model, &design, &requests).unwrap()
}

/// Flips of the signs of responses, and how far the draws of a peer are from them in Monte-Carlo
/// standard errors.
fn wild_bootstrap(days: &EventDays, table: &AbnormalReturns, peer: &Value, under: &mut Under<'_>) {
    let mut farthest = 0.0_f64;
    for (j, tau) in (days.first..=days.last).enumerate() {
        for (name, first, drawn) in
            [("p_aar", tau, "boot_p_aar"), ("p_caar_running", days.first, "boot_p_caar")]
        {
            let window = EventWindow::rows(first, tau).unwrap();
            let sample = WindowSample::new(table, &window).unwrap();
            let result: TestResult = SignFlipResponses::new().test(&sample).unwrap();
            let p = result.p_value(Alternative::TwoSided);
            under.put(&format!("{name}[{j}]"), p);
            under.put_count("total", SignFlip::new().test(&sample.cars()).unwrap().n_sign_vectors);
            let n_draws = peer["n_boot"].as_f64().or(peer["n_boot"][0].as_f64()).unwrap();
            let standard_error = (p * (1.0 - p) / n_draws).sqrt();
            let distance = (peer[drawn][j].as_f64().unwrap() - p).abs() / standard_error;
            farthest = farthest.max(distance);
        }
    }
    under.put("sipemu_mc_max_dev_in_mc_se", farthest);
}
