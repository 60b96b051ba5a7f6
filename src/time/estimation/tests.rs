use super::*;

fn axis(n: usize) -> DateAxis {
    let first = day(1, 1);
    DateAxis::new(first.iter_days().take(n).collect()).unwrap()
}

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

#[test]
fn a_trailing_window_ends_before_the_event_and_its_windows() {
    let window = EstimationWindow::trailing(10).unwrap().gap(2);
    let ranges = |event, windows: &[Range<usize>]| {
        let rows = window.resolve(&axis(60), event, windows)?;
        assert_eq!(rows.first_after(), rows.hull().end);
        Ok(rows.ranges().to_vec())
    };
    assert_eq!(ranges(30, &[28..31, 40..45]).unwrap(), [16..26]);
    assert_eq!(ranges(30, &[33..34]).unwrap(), [18..28]);
    assert_eq!(ranges(12, &[]).unwrap(), [0..10]);
    let outside = |n_found| EstimationFault::TrailingOutsideData { n_found, n_needed: 12 };
    assert_eq!(ranges(11, &[]), Err(outside(11)));
    assert_eq!(ranges(0, &[]), Err(outside(0)));
}

#[test]
fn excluded_dates_shorten_the_window() {
    let dates = [(day(1, 12), day(1, 14)), (day(1, 14), day(1, 15)), (day(7, 1), day(7, 2))];
    let window = EstimationWindow::trailing(20).unwrap().excluding_dates(dates).unwrap();
    let rows = window.resolve(&axis(60), 25, &[25..26]).unwrap();
    // January 12 is row 11.
    assert_eq!(rows.ranges(), [5..11, 15..25]);
    assert_eq!((rows.hull(), rows.n_rows(), rows.n_used()), (5..25, 20, 16));
    assert_eq!(rows.first_after(), 25);
    let reversed =
        EstimationWindow::trailing(20).unwrap().excluding_dates([(day(2, 1), day(1, 1))]);
    assert_eq!(
        reversed.unwrap_err().to_string(),
        "excluded dates = 2026-02-01 to 2026-01-01: expected a first date and a last date that is \
         not before it"
    );
}

#[test]
fn comparison_periods_lie_around_the_event() {
    let window = EstimationWindow::comparison([(6, 9), (-20, -11)]).unwrap();
    assert_eq!((window.length(), window.n_needed()), (14, 14));
    let rows = window.resolve(&axis(60), 30, &[25..32]).unwrap();
    assert_eq!(rows.ranges(), [10..20, 36..40]);
    assert_eq!((rows.hull(), rows.first_after()), (10..40, 20));
    let fault = |event, windows: &[Range<usize>]| {
        window.resolve(&axis(60), event, windows).unwrap_err().to_string()
    };
    assert_eq!(fault(30, &[25..37]), "1 rows of the comparison periods lie in the event windows");
    let held = |n| format!("the data hold {n} of the 14 rows of the comparison periods");
    assert_eq!(fault(15, &[15..16]), held(9));
    assert_eq!(fault(52, &[52..53]), held(12));
    // Periods after the event alone: step 1 is the first row of the windows.
    let after = EstimationWindow::comparison([(5, 9)]).unwrap();
    assert_eq!(after.resolve(&axis(20), 0, &[0..2]).unwrap().first_after(), 0);
}

#[test]
fn comparison_periods_are_checked() {
    let message = |periods: &[(i32, i32)]| {
        EstimationWindow::comparison(periods.iter().copied()).unwrap_err().to_string()
    };
    assert_eq!(message(&[(3, 2)]), "event window [+3, +2] ends before it starts");
    assert_eq!(
        message(&[(-20, -10), (-10, -5)]),
        "comparison periods = [-20, -10] and [-10, -5]: expected periods that do not overlap"
    );
    assert_eq!(message(&[]), "comparison periods = none: expected at least 3 rows together");
    let window = EstimationWindow::comparison([(-20, -2), (5, 9)]).unwrap();
    let apart = |first, last| window.check_apart_from(&[EventWindow::rows(first, last).unwrap()]);
    assert!(apart(-1, 4).is_ok() && apart(-50, -21).is_ok());
    for (first, last) in [(-1, 5), (-2, 4), (-30, 30), (-10, -9)] {
        assert!(apart(first, last).is_err(), "{first} {last}");
    }
}

#[test]
fn it_comes_back_from_json_and_plain_ones_as_they_always_were() {
    let trailing = EstimationWindow::trailing(250).unwrap().gap(10).min_observations(120);
    let json = serde_json::to_string(&trailing).unwrap();
    assert_eq!(json, r#"{"length":250,"gap":10,"min_observations":120}"#);
    let full = EstimationWindow::comparison([(-60, -6), (6, 60)])
        .unwrap()
        .min_observations(90)
        .excluding_dates([(day(1, 2), day(1, 3))])
        .unwrap()
        .excluding_other_events(true)
        .with_returns(EstimationReturns::TradeToTrade);
    for window in [trailing, full] {
        let json = serde_json::to_string(&window).unwrap();
        assert_eq!(serde_json::from_str::<EstimationWindow>(&json).unwrap(), window);
    }
    assert!(serde_json::from_str::<EstimationWindow>(r#"{"min_observations":3}"#).is_err());
}

#[test]
fn it_says_what_it_is() {
    let window = EstimationWindow::trailing(250).unwrap().gap(10).min_observations(120);
    assert_eq!(
        window.to_string(),
        "250 rows, 120 needed, 10 left free before the event and its windows"
    );
    let window = EstimationWindow::comparison([(-60, -6), (6, 60)])
        .unwrap()
        .excluding_dates([(day(1, 2), day(1, 3))])
        .unwrap()
        .excluding_other_events(true)
        .with_returns(EstimationReturns::TradeToTrade);
    assert_eq!(
        window.to_string(),
        "110 rows, [-60, -6] and [+6, +60], 110 needed; without 2026-01-02 to 2026-01-03; \
         without the windows of other events; trade-to-trade over holes"
    );
}
