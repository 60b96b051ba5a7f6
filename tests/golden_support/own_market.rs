//! Events in a long table, each with returns of its own market, lined up by relative day.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::{Days, NaiveDate};
use eventstudy::abnormal::{AbnormalReturns, Design, EventRequest, MissingPolicy};
use eventstudy::events::EventSet;
use eventstudy::inference::{
    Alternative, Grank, KolariPynnonen, SignificanceTest, Standardisation, WindowSample,
};
use eventstudy::models::{
    EstimationSample, ExpectedReturnModel, FitFault, FittedModel, MarketModel,
};
use eventstudy::panel::{Compounding, ReturnPanel};
use eventstudy::time::{DateAxis, EstimationWindow, EventWindow};
use ndarray::Array2;
use serde_json::Value;

use super::response_tests::{EventDays, model_leaves};
use super::{Found, Leaf, Under, read_csv, read_json};

pub(crate) fn leaves(folder: &Path) -> Found {
    let expected = read_json(&folder.join("expected.json"));
    let days = event_days(&expected);
    let table = run(&days, &folder.join("input.csv"));
    let mut out = Found::new();
    let mut under = Under { prefix: "market_model.".to_owned(), out: &mut out };
    model_leaves(&days, &table, &expected["expected"]["market_model"], &mut under);
    paper_formula(&table, &expected["paper_formula"], &mut out);
    out
}

/// From the relative days that the positions of windows refer to.
fn event_days(expected: &Value) -> EventDays {
    let text = expected["windows_positions"].as_str().unwrap();
    let (before, last) = text.rsplit_once("..").unwrap();
    let first: i32 = before.rsplit_once(' ').unwrap().1.parse().unwrap();
    let windows = expected["expected"]["market_model"]["windows"].as_array().unwrap();
    let bounds = windows.iter().map(|window| {
        let bound = |k: usize| first + i32::try_from(window["pos"][k].as_i64().unwrap()).unwrap();
        (bound(0), bound(1))
    });
    EventDays { first, last: last.parse().unwrap(), windows: bounds.collect() }
}

/// One asset and one market per event on an axis of relative days; the estimation window reaches
/// from the first of them to the event days.
fn run(days: &EventDays, path: &Path) -> AbnormalReturns {
    let (header, rows) = read_csv(path);
    let column = |name: &str| header.iter().position(|h| h == name).unwrap();
    let (event, day) = (column("event_id"), column("rel_day"));
    let mut names: Vec<String> = Vec::new();
    for row in &rows {
        if !names.contains(&row[event]) {
            names.push(row[event].clone());
        }
    }
    let tau = |row: &[String]| -> i32 { row[day].parse().unwrap() };
    let taus: Vec<i32> = rows.iter().map(|r| tau(r)).collect::<BTreeSet<_>>().into_iter().collect();
    let panel = |name: &str| {
        let value = column(name);
        let mut values = Array2::from_elem((names.len(), taus.len()), f64::NAN);
        for row in &rows {
            let asset = names.iter().position(|n| *n == row[event]).unwrap();
            let at = taus.binary_search(&tau(row)).unwrap();
            values[[asset, at]] = row[value].parse().unwrap();
        }
        let dates = taus.iter().map(|tau| date_of(*tau)).collect();
        let axis = DateAxis::new(dates).unwrap();
        ReturnPanel::new(axis, names.clone(), values, Compounding::Simple).unwrap()
    };
    let (returns, markets) = (panel("ret"), panel("ret_m"));
    let length = usize::try_from(days.first - taus[0]).unwrap();
    let estimation = EstimationWindow::trailing(length).unwrap();
    let design =
        Design::new(vec![days.window()], estimation).unwrap().missing(MissingPolicy::Available);
    let events = EventSet::from_dates(&[date_of(0)]).unwrap();
    let request = events.entries().map(|(event, listed)| EventRequest {
        event,
        date: listed.date,
        label: listed.label.clone(),
        assets: names.iter().map(|name| returns.asset(name).unwrap()).collect(),
    });
    let requests: Vec<_> = request.collect();
    let model = OwnMarket { names };
    AbnormalReturns::compute(&returns, &markets, &model, &design, &requests).unwrap()
}

fn date_of(tau: i32) -> NaiveDate {
    let zero = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap();
    let days = Days::new(tau.unsigned_abs().into());
    if tau < 0 { zero - days } else { zero + days }
}

/// The market model on the market that bears the name of the asset.
#[derive(Debug)]
struct OwnMarket {
    names: Vec<String>,
}

impl ExpectedReturnModel for OwnMarket {
    fn name(&self) -> String {
        "market model on the market of each event".to_owned()
    }

    fn factors(&self) -> &[String] {
        &[]
    }

    fn factors_of(&self, asset: &str, _: NaiveDate) -> Option<&[String]> {
        let place = self.names.iter().position(|name| name == asset)?;
        Some(&self.names[place..=place])
    }

    fn fit(&self, sample: &EstimationSample<'_>) -> Result<Box<dyn FittedModel>, FitFault> {
        MarketModel::on("its own").fit(sample)
    }
}

/// Names such as `grank_t[0,1]`: a test and the relative days of its window.
fn paper_formula(table: &AbnormalReturns, wanted: &Value, out: &mut Found) {
    for name in wanted.as_object().unwrap().keys() {
        let (test, bounds) = name.strip_suffix(']').unwrap().split_once('[').unwrap();
        let (first, last) = bounds.split_once(',').unwrap();
        let window = EventWindow::rows(first.parse().unwrap(), last.parse().unwrap()).unwrap();
        let sample = WindowSample::new(table, &window).unwrap();
        let statistic = |test: &dyn SignificanceTest| test.test(&sample).unwrap().statistic;
        let value = match test {
            "bmp_kp_scar" => statistic(&KolariPynnonen::adjusted_bmp(Standardisation::Scar)),
            "grank_t" => statistic(&Grank::t()),
            "grank_t_p" => Grank::t().test(&sample).unwrap().p_value(Alternative::TwoSided),
            "grank_z" => statistic(&Grank::z()),
            _ => continue,
        };
        out.insert(format!("paper_formula.{name}"), Leaf::Number(value));
    }
}
