use super::*;
use crate::abnormal::AbnormalReturns;
use crate::events::EventSet;
use crate::inference::{WindowSample, all_tests};
use crate::models::MarketModel;
use crate::time::{DateAxis, EstimationWindow};
use chrono::NaiveDate;
use proptest::prelude::*;

const NONE: f64 = f64::NAN;

fn axis(n: usize) -> DateAxis {
    let start = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
    DateAxis::new(start.iter_days().take(n).collect()).unwrap()
}

fn panel(rows: &[Vec<f64>]) -> VolumePanel {
    let n = rows[0].len();
    let values = Array2::from_shape_fn((rows.len(), n), |(a, t)| rows[a][t]);
    let names = (0..rows.len()).map(|a| format!("a{a}")).collect();
    VolumePanel::new(axis(n), names, values).unwrap()
}

/// One event on a row, to which all assets respond.
fn request(volumes: &VolumePanel, row: usize) -> EventRequest {
    let date = volumes.axis().date(row);
    let event = EventSet::from_dates(&[date]).unwrap().ids().next().unwrap();
    EventRequest { event, date, label: String::new(), assets: volumes.assets().collect() }
}

fn design(window: EventWindow, rows: usize, needed: usize) -> Design {
    let estimation = EstimationWindow::trailing(rows).unwrap().min_observations(needed);
    Design::new(vec![window], estimation).unwrap()
}

#[test]
fn days_without_a_trade_are_counted_or_take_part() {
    let volumes = panel(&[vec![1.0, 0.0, NONE, 0.0, 3.0]]);
    let asset = volumes.asset("a0").unwrap();
    let plain = LogVolumes::new(&volumes, VolumeLog::Plain).unwrap();
    assert_eq!((plain.n_zero(asset), plain.n_missing(asset)), (2, 1));
    assert_eq!(plain.panel().value(asset, 0), Some(0.0));
    assert_eq!(plain.panel().value(asset, 1), None);
    let plus = LogVolumes::new(&volumes, VolumeLog::Plus(1.0)).unwrap();
    assert_eq!((plus.n_zero(asset), plus.n_missing(asset)), (0, 1));
    assert_eq!(plus.panel().value(asset, 1), Some(0.0));
    assert!((plus.panel().value(asset, 4).unwrap() - 4.0_f64.ln()).abs() < 1e-15);
    assert_eq!(plus.panel().value(asset, 2), None);
    let error = LogVolumes::new(&volumes, VolumeLog::Plus(0.0)).unwrap_err().to_string();
    assert_eq!(error, "the constant added to volumes = 0: expected a finite number above zero");
}

#[test]
fn the_market_is_the_mean_of_those_that_trade() {
    let volumes = panel(&[vec![1.0, 0.0, 0.0], vec![4.0, 2.0, NONE]]);
    let market = LogVolumes::new(&volumes, VolumeLog::Plain).unwrap().market("all").unwrap();
    let all = market.asset("all").unwrap();
    assert!((market.value(all, 0).unwrap() - 2.0_f64.ln()).abs() < 1e-15);
    assert!((market.value(all, 1).unwrap() - 2.0_f64.ln()).abs() < 1e-15);
    assert_eq!(market.value(all, 2), None);
}

#[test]
fn market_adjusted_volume_is_tested_like_a_return() {
    let noise = |a: i32, t: i32| f64::from((t * (7 + a) + a * 3) % 13) / 40.0;
    let rows: Vec<Vec<f64>> = (0..6)
        .map(|a| {
            let shock = |t: i32| if t == 50 { 1.0 + f64::from(a) / 20.0 } else { 0.0 };
            (0..60)
                .map(|t| (9.0 + f64::from(t * t % 17) / 8.0 + noise(a, t) + shock(t)).exp())
                .collect()
        })
        .collect();
    let volumes = panel(&rows);
    let logs = LogVolumes::new(&volumes, VolumeLog::Plain).unwrap();
    let window = EventWindow::rows(0, 0).unwrap();
    let calm = (0..60).map(|t| (9.0 + f64::from(t * t % 17) / 8.0).exp()).collect();
    let market = LogVolumes::new(&panel(&[calm]), VolumeLog::Plain).unwrap().market("all").unwrap();
    let table = AbnormalReturns::compute(
        logs.panel(),
        &market,
        &MarketModel::on("all"),
        &design(window, 40, 40),
        &[request(&volumes, 50)],
    )
    .unwrap();
    let found = table.cars(&window).unwrap().numbers();
    for (a, value) in (0..6).zip(&found) {
        assert!((value - 1.0 - f64::from(a) / 20.0).abs() < 0.3, "{a}: {value}");
    }
    let sample = WindowSample::new(&table, &window).unwrap();
    assert!(all_tests().iter().all(|test| test.test(&sample).is_ok()));
    assert!(table.bhars(&window).is_err());
}

#[test]
fn ratios_and_faults_by_hand() {
    let volumes = panel(&[
        vec![1.0, 3.0, 2.0, 8.0, 4.0],
        vec![1.0, NONE, 3.0, 8.0, NONE],
        vec![1.0, 0.0, 2.0, 0.0, 0.0],
        vec![NONE, NONE, 2.0, 1.0, 1.0],
    ]);
    let window = EventWindow::rows(0, 1).unwrap();
    let ratios = |missing, row| {
        let design = design(window, 3, 2).missing(missing);
        log_volume_ratios(&volumes, &design, &window, &[request(&volumes, row)]).unwrap()
    };
    let found = ratios(MissingPolicy::Exclude, 3);
    assert_eq!(found.numbers(), [3.0_f64.ln()]);
    let kinds: Vec<_> = found.exclusions.iter().map(|e| e.reason.kind()).collect();
    assert_eq!(
        kinds,
        [
            "returns missing in the event window",
            "nothing traded",
            "too few returns in the estimation window"
        ]
    );
    let available = ratios(MissingPolicy::Available, 3);
    assert_eq!(available.numbers(), [3.0_f64.ln(), 4.0_f64.ln()]);
    for (row, kind) in
        [(4, "event window outside the data"), (2, "estimation window outside the data")]
    {
        let found = ratios(MissingPolicy::Exclude, row);
        assert_eq!((found.values.len(), found.exclusions[0].reason.kind()), (0, kind));
    }
}

proptest! {
    #[test]
    fn the_unit_is_of_no_account(
        volumes in prop::collection::vec(0.5..50.0_f64, 12),
        unit in 0.001..1000.0_f64,
    ) {
        let window = EventWindow::rows(0, 2).unwrap();
        let design = design(window, 9, 9);
        let measure = |times: f64| {
            let volumes = panel(&[volumes.iter().map(|v| v * times).collect()]);
            let ratios = log_volume_ratios(&volumes, &design, &window, &[request(&volumes, 9)]);
            let logs = LogVolumes::new(&volumes, VolumeLog::Plain).unwrap();
            let model = crate::models::ConstantMeanModel;
            let table = AbnormalReturns::compute(
                logs.panel(), logs.panel(), &model, &design, &[request(&volumes, 9)],
            ).unwrap();
            (ratios.unwrap().numbers()[0], table.cars(&window).unwrap().numbers()[0])
        };
        let (a, b) = (measure(1.0), measure(unit));
        prop_assert!((a.0 - b.0).abs() < 1e-12 && (a.1 - b.1).abs() < 1e-12);
    }
}
