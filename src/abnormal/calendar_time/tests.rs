use super::*;
use crate::events::{EventId, EventSet};
use crate::panel::AssetId;
use crate::regression::Covariance;
use ndarray::Array2;
use proptest::prelude::*;

const NONE: f64 = f64::NAN;

fn day(row: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + Days::new(row as u64)
}

fn axis(n: usize) -> DateAxis {
    DateAxis::new((0..n).map(day).collect()).unwrap()
}

fn panel(rows: &[(&str, Vec<f64>)]) -> ReturnPanel {
    let n = rows[0].1.len();
    let values = Array2::from_shape_fn((rows.len(), n), |(a, t)| rows[a].1[t]);
    let names = rows.iter().map(|r| r.0.to_owned()).collect();
    ReturnPanel::new(axis(n), names, values, Compounding::Simple).unwrap()
}

/// Events of assets (by position) on rows.
fn requests(events: &[(usize, usize)]) -> Vec<EventRequest> {
    let ids: Vec<EventId> = EventSet::from_dates(&(0..events.len()).map(day).collect::<Vec<_>>())
        .unwrap()
        .ids()
        .collect();
    let request = |((asset, row), event): (&(usize, usize), EventId)| EventRequest {
        event,
        date: day(*row),
        label: String::new(),
        assets: vec![AssetId(*asset)],
    };
    events.iter().zip(ids).map(request).collect()
}

fn rows(first: i32, last: i32) -> CalendarTime<'static> {
    CalendarTime::new(EventWindow::rows(first, last).unwrap())
}

fn values(portfolio: &CalendarTimePortfolio) -> Vec<Option<f64>> {
    portfolio.rows().iter().map(|row| row.value).collect()
}

#[test]
fn overlapping_events_count_once_or_each() {
    let returns =
        panel(&[("a", vec![0.1, 0.2, 0.3, 0.4, 0.5]), ("b", vec![0.0, 0.0, 0.0, 0.1, 0.2])]);
    // Asset a on rows 1 and 2, two rows each: both hold row 2. Asset b on row 2.
    let events = requests(&[(0, 1), (0, 2), (1, 2)]);
    let once = rows(0, 1).portfolio(&returns, &events).unwrap();
    assert_eq!(values(&once), [None, Some(0.2), Some(0.15), Some(0.25), None]);
    let each = rows(0, 1).overlap(Overlap::OncePerEvent).portfolio(&returns, &events).unwrap();
    let third = each.rows()[2];
    assert_eq!((third.n_assets, third.n_responses), (2, 3));
    assert!((third.value.unwrap() - 0.2).abs() < 1e-15);
    assert_eq!(each.rows()[3].value, Some(0.25));
}

#[test]
fn few_assets_and_missing_returns_are_counted() {
    let returns = panel(&[("a", vec![0.1, 0.2, NONE, 0.4]), ("b", vec![0.0, 0.1, 0.3, 0.1])]);
    let events = requests(&[(0, 1), (1, 1)]);
    let portfolio = rows(0, 2).min_assets(2).portfolio(&returns, &events).unwrap();
    let n_assets: Vec<usize> = portfolio.rows().iter().map(|row| row.n_assets).collect();
    assert_eq!((n_assets, portfolio.n_missing()), (vec![0, 2, 1, 2], 1));
    assert_eq!((portfolio.n_returns(), portfolio.rows()[2].value), (2, None));
    let error = rows(0, 2).min_assets(0).portfolio(&returns, &events).unwrap_err();
    assert_eq!(error.to_string(), "min_assets = 0: expected at least one asset");
}

#[test]
fn market_values_of_the_row_before_are_the_weights() {
    let returns = panel(&[("a", vec![0.1, 0.2, 0.4]), ("b", vec![0.0, 0.1, 0.2])]);
    let events = requests(&[(0, 0), (1, 0)]);
    let caps = |a: [f64; 3]| {
        let caps = Array2::from_shape_vec((2, 3), [a, [1.0, 1.0, 1.0]].concat()).unwrap();
        PricePanel::new(axis(3), vec!["a".to_owned(), "b".to_owned()], caps).unwrap()
    };
    let market_values = caps([3.0, NONE, 9.0]);
    let found = rows(0, 2).weighted_by(&market_values).portfolio(&returns, &events).unwrap();
    // Row 0 has none before it; on row 1 weights 3 and 1; on row 2 asset a has none.
    assert_eq!(found.rows()[0].value, None);
    assert!((found.rows()[1].value.unwrap() - 0.175).abs() < 1e-15);
    assert_eq!(found.rows()[2].value, Some(0.2));
    assert_eq!(found.n_missing(), 3);
    // What is known on the last row changes nothing.
    let market_values = caps([3.0, NONE, 1.0]);
    let again = rows(0, 2).weighted_by(&market_values).portfolio(&returns, &events).unwrap();
    assert_eq!(values(&found), values(&again));
}

#[test]
fn a_window_past_the_data_is_left_out_or_cut() {
    let returns = panel(&[("a", vec![0.1, 0.2, 0.3, 0.4]), ("b", vec![0.5; 4])]);
    let events = requests(&[(0, 2), (1, 0)]);
    let whole = rows(1, 2).portfolio(&returns, &events).unwrap();
    assert_eq!(whole.exclusions().len(), 1);
    assert_eq!(values(&whole), [None, Some(0.5), Some(0.5), None]);
    let cut = rows(1, 2).truncated().portfolio(&returns, &events).unwrap();
    assert_eq!((values(&cut)[3], cut.exclusions().len()), (Some(0.4), 0));
    let before = rows(-2, 0).truncated().portfolio(&returns, &requests(&[(0, 1)])).unwrap();
    assert_eq!(values(&before), [Some(0.1), Some(0.2), None, None]);
    let days = CalendarTime::new(EventWindow::days(0, 9).unwrap()).truncated();
    assert_eq!(days.portfolio(&returns, &requests(&[(0, 3)])).unwrap().n_returns(), 1);
    let months = CalendarTime::new(EventWindow::months(0, 1).unwrap()).truncated();
    let portfolio = months.portfolio(&returns, &requests(&[(0, 1)])).unwrap();
    assert_eq!(values(&portfolio), [None, None, Some(0.3), Some(0.4)]);
    let nothing = months.portfolio(&returns, &requests(&[(0, 3)])).unwrap_err();
    assert!(matches!(nothing, Error::NoResponses { n_excluded: 1, .. }));
}

#[test]
fn faults_of_the_data_are_errors() {
    let returns = panel(&[("a", vec![0.1, 0.2, 0.3, 0.5]), ("m", vec![0.1, NONE, 0.0, 0.2])]);
    let portfolio = rows(0, 3).portfolio(&returns, &requests(&[(0, 0)])).unwrap();
    let error = portfolio.regress(&returns, &["m"], RowWeights::Equal).unwrap_err().to_string();
    assert_eq!(
        error,
        "m on 2024-01-02: NaN is not a return, which every date of the portfolio needs"
    );
    let mean = portfolio.regress(&returns, &[], RowWeights::Equal).unwrap();
    assert!((mean.params()[0] - 0.275).abs() < 1e-15);
    let logs =
        ReturnPanel::new(axis(2), vec!["a".to_owned()], Array2::zeros((1, 2)), Compounding::Log)
            .unwrap();
    let error = rows(0, 0).portfolio(&logs, &requests(&[(0, 0)])).unwrap_err().to_string();
    assert!(error.starts_with("returns = log: expected simple returns"), "{error}");
}

#[test]
fn excess_returns_leave_the_intercept_alone() {
    let a: Vec<f64> = (0..12).map(|t| f64::from(t * 5 % 7) / 50.0).collect();
    let m: Vec<f64> = (0..12).map(|t| f64::from(t * 3 % 11) / 80.0).collect();
    let returns = panel(&[("a", a), ("m", m), ("rf", vec![0.001; 12])]);
    let portfolio = rows(0, 11).portfolio(&returns, &requests(&[(0, 0)])).unwrap();
    let fit = |p: &CalendarTimePortfolio| {
        p.regress(&returns, &["m"], RowWeights::NumberOfAssets).unwrap().params().to_vec()
    };
    let (plain, excess) =
        (fit(&portfolio), fit(&portfolio.clone().in_excess_of(&returns, "rf").unwrap()));
    assert!((plain[0] - excess[0] - 0.001).abs() < 1e-15 && (plain[1] - excess[1]).abs() < 1e-14);
}

proptest! {
    #[test]
    fn one_asset_is_its_return(
        own in prop::collection::vec(-0.5..0.9_f64, 30),
        event in 0..20_usize,
        last in 4..9_i32,
    ) {
        let returns = panel(&[("a", own.clone()), ("b", vec![0.7; 30])]);
        let portfolio = rows(0, last).portfolio(&returns, &requests(&[(0, event)])).unwrap();
        let end = event + usize::try_from(last).unwrap();
        for (t, row) in portfolio.rows().iter().enumerate() {
            prop_assert_eq!(row.value, (t >= event && t <= end).then(|| own[t]));
        }
        // With the same number of assets on every row the weights do nothing.
        let estimates = |weights| {
            let fit = portfolio.regress(&returns, &[], weights).unwrap();
            fit.estimates(&Covariance::Classical).unwrap().coefficients.remove(0)
        };
        let (a, b) = (estimates(RowWeights::Equal), estimates(RowWeights::NumberOfAssets));
        prop_assert!((a.std_error / b.std_error - 1.0).abs() < 1e-12);
    }
}
