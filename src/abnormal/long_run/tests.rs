use super::*;
use crate::events::EventSet;
use ndarray::Array2;

const NONE: f64 = f64::NAN;

fn axis(n: usize) -> DateAxis {
    let start = NaiveDate::from_ymd_opt(2020, 1, 15).unwrap();
    let dates = (0..n).map(|m| start + chrono::Months::new(u32::try_from(m).unwrap())).collect();
    DateAxis::new(dates).unwrap()
}

fn panel(rows: &[(&str, Vec<f64>)], compounding: Compounding) -> ReturnPanel {
    let n = rows[0].1.len();
    let values = Array2::from_shape_fn((rows.len(), n), |(a, t)| rows[a].1[t]);
    let names = rows.iter().map(|r| r.0.to_owned()).collect();
    ReturnPanel::new(axis(n), names, values, compounding).unwrap()
}

/// Requests of (asset, control, row).
fn requests(panel: &ReturnPanel, events: &[(&str, &[&str], usize)]) -> Vec<MatchedRequest> {
    let dates: Vec<NaiveDate> = events.iter().map(|(_, _, row)| panel.axis().date(*row)).collect();
    let scopes: Vec<NaiveDate> =
        (0..events.len()).map(|k| dates[0] + chrono::Days::new(k as u64)).collect();
    let ids = EventSet::from_dates(&scopes).unwrap().ids().collect::<Vec<_>>();
    events
        .iter()
        .zip(ids)
        .map(|((asset, controls, row), event)| MatchedRequest {
            event,
            date: panel.axis().date(*row),
            label: String::new(),
            asset: panel.asset(asset).unwrap(),
            controls: controls.iter().map(|c| (*c).to_owned()).collect(),
        })
        .collect()
}

fn made_up() -> ReturnPanel {
    let of = |step: i32| (0..12).map(|t| f64::from((t * step + 3) % 11 - 5) / 50.0).collect();
    panel(&[("a", of(7)), ("b", of(4)), ("c", of(5)), ("d", of(3))], Compounding::Log)
}

fn values(sample: &LongRunSample) -> Vec<f64> {
    sample.observations().iter().map(|o| o.value).collect()
}

fn window() -> LongRun {
    LongRun::new(EventWindow::rows(0, 2).unwrap())
}

#[test]
fn the_three_forms_by_hand() {
    let r = panel(&[("a", vec![0.1, 0.3, 0.2]), ("c", vec![0.0, 0.0, 0.3])], Compounding::Log);
    let request = requests(&r, &[("a", &["c"], 0)]);
    let of = |form| values(&window().form(form).sample(&r, &r, &request).unwrap());
    let near = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-14);
    assert!(near(&of(LongRunForm::Compounded), &[0.1, 0.3, -0.1]));
    // The differences have the mean 0.1 and the squares 0, 0.04 and 0.04.
    assert!(near(&of(LongRunForm::StandardisedAbnormal), &[0.5, 1.5, -0.5]));
    let s = 0.03_f64.sqrt();
    let wanted = [1.0, 3.0, 2.0 - 0.3 / s];
    assert!(near(&of(LongRunForm::AbnormalStandardised), &wanted));
}

#[test]
fn simple_returns_are_taken_as_logs() {
    let logs = made_up();
    let simple: Vec<(&str, Vec<f64>)> = ["a", "b", "c", "d"]
        .map(|n| (n, logs.row(logs.asset(n).unwrap()).iter().map(|r| r.exp_m1()).collect()))
        .to_vec();
    let simple = panel(&simple, Compounding::Simple);
    let events: [(&str, &[&str], usize); 2] = [("a", &["c", "d"], 1), ("b", &["d"], 4)];
    let found = window().sample(&simple, &simple, &requests(&simple, &events)).unwrap();
    let wanted = window().sample(&logs, &logs, &requests(&logs, &events)).unwrap();
    let pairs = values(&found).into_iter().zip(values(&wanted));
    assert!(pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-12));
    let error =
        window().form(LongRunForm::Compounded).sample(&logs, &logs, &requests(&logs, &events));
    assert!(error.unwrap_err().to_string().starts_with("controls = c, d: expected one control"));
}

#[test]
fn months_with_one_row_are_the_plain_t() {
    // No month and no asset occurs twice, so clusters are rows: the factor n/(n - 1) is that of the
    // plain t.
    let r = made_up();
    let events: [(&str, &[&str], usize); 3] =
        [("a", &["c"], 0), ("b", &["c"], 3), ("d", &["c"], 6)];
    let sample = window().sample(&r, &r, &requests(&r, &events)).unwrap();
    let t = |errors| sample.test(errors).unwrap().coefficients[0].t;
    assert!((t(LongRunErrors::Month) / t(LongRunErrors::Independent) - 1.0).abs() < 1e-12);
    let two_way = sample.test(LongRunErrors::MonthAndAsset).unwrap();
    assert_eq!((two_way.n_clusters, two_way.degrees_of_freedom), (Some(3), 2.0));
    assert_eq!(sample.test(LongRunErrors::Month).unwrap().degrees_of_freedom, 8.0);
    // Two groupings of which one has single rows are the other, but for the factors.
    assert!((t(LongRunErrors::MonthAndAsset) / t(LongRunErrors::Asset) - 1.0).abs() < 1e-12);
}

#[test]
fn days_of_one_month_are_one_cluster() {
    let start = NaiveDate::from_ymd_opt(2024, 1, 30).unwrap();
    let axis = DateAxis::new(start.iter_days().take(6).collect()).unwrap();
    let data = [[0.1, -0.2, 0.3, 0.1, 0.2, -0.1], [0.0, 0.1, 0.0, 0.3, 0.0, 0.1]].concat();
    let names = vec!["a".to_owned(), "c".to_owned()];
    let values = Array2::from_shape_vec((2, 6), data).unwrap();
    let r = ReturnPanel::new(axis, names, values, Compounding::Log).unwrap();
    let long_run = LongRun::new(EventWindow::rows(0, 5).unwrap());
    let sample = long_run.sample(&r, &r, &requests(&r, &[("a", &["c"], 0)])).unwrap();
    assert_eq!(sample.test(LongRunErrors::Month).unwrap().n_clusters, Some(2));
    let error = sample.test(LongRunErrors::Asset).unwrap_err().to_string();
    assert_eq!(error, "a clustered covariance needs at least 2 clusters, found 1");
}

#[test]
fn holes_and_faults_are_counted() {
    let mut rows = vec![0.1, 0.3, 0.2, 0.1, -0.2, 0.1];
    rows[1] = NONE;
    let r = panel(
        &[("a", rows), ("c", vec![0.0, 0.0, 0.3, 0.1, 0.2, 0.1]), ("z", vec![0.1; 6])],
        Compounding::Log,
    );
    let sample = |long_run: LongRun, events: &[(&str, &[&str], usize)]| {
        long_run.sample(&r, &r, &requests(&r, events))
    };
    let found = sample(window(), &[("a", &["c"], 0), ("c", &["z"], 0), ("a", &["c"], 4)]).unwrap();
    assert_eq!((found.observations().len(), found.n_rows_left_out()), (2, 1));
    // In the order in which they are met: windows first, then returns.
    let reasons: Vec<_> = found.exclusions().iter().map(|e| e.reason.kind()).collect();
    assert_eq!(reasons, ["event window outside the data", "model not fitted"]);
    let earlier = ScaleRows::Before(EstimationWindow::trailing(3).unwrap().min_observations(2));
    let found = sample(window().scale(earlier.clone()), &[("a", &["c"], 3)]).unwrap();
    // Standard deviations of the logs on rows 0 and 2: 0.1/√2 and 0.3/√2.
    let first = (0.1 - 0.1 / 3.0) / (0.1 / 2.0_f64.sqrt());
    assert!((found.observations()[0].value - first).abs() < 1e-13);
    let none = sample(window().scale(earlier), &[("a", &["c"], 1)]).unwrap_err();
    assert!(none.to_string().contains("the estimation window needs 3"), "{none}");
}
