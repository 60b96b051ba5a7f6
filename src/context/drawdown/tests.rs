use super::*;
use proptest::prelude::*;

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2021, 1, 1).unwrap() + chrono::Days::new(n)
}

/// Closes from day 1 on.
fn series(closes: &[f64]) -> PriceSeries {
    let dated = (1..).map(day).zip(closes.iter().copied()).collect();
    PriceSeries::from_closes("eth", dated).unwrap()
}

fn period(from: u64, to: u64) -> Period {
    Period::new(day(from), day(to)).unwrap()
}

#[test]
fn the_deepest_fall_need_not_start_at_the_highest_close() {
    let path = series(&[8.0, 4.0, 6.0, 10.0, 7.0, 9.0]);
    let found = max_drawdown(&path, period(0, 6)).unwrap();
    let dates = (found.peak_date, found.trough_date, found.recovery_date);
    assert_eq!(dates, (day(1), day(2), Some(day(4))));
    assert_eq!(found.depth, 0.5);
    let after = drawdown_after_peak(&path, period(0, 6), day(6)).unwrap();
    assert_eq!((after.peak_date, after.trough_date), (day(4), day(5)));
    assert!((after.depth - 0.3).abs() < 1e-15);
    assert_eq!(after.recovery_date, None);
}

#[test]
fn bounds_of_the_period_hold() {
    let path = series(&[8.0, 4.0, 6.0, 10.0, 7.0, 9.0]);
    // Day 1 is the start that the period leaves out; day 4 is its last.
    let found = max_drawdown(&path, period(1, 4)).unwrap();
    assert_eq!((found.depth, found.peak_date, found.trough_date), (0.0, day(4), day(4)));
    let text = max_drawdown(&path, period(20, 30)).unwrap_err().to_string();
    assert_eq!(
        text,
        "a drawdown of eth in (2021-01-21, 2021-01-31] needs at least 1 closes, found 0"
    );
    assert!(drawdown_after_peak(&path, period(1, 4), day(3)).is_err());
}

#[test]
fn the_fall_after_a_peak_ends_with_its_recovery() {
    let path = series(&[5.0, 10.0, 10.0, 8.0, 6.0, 10.0, 12.0, 1.0]);
    let found = drawdown_after_peak(&path, period(0, 3), day(8)).unwrap();
    let dates = (found.peak_date, found.trough_date, found.recovery_date);
    assert_eq!(dates, (day(2), day(5), Some(day(6))));
    assert_eq!(found.trough, 6.0);
    let cut = drawdown_after_peak(&path, period(0, 3), day(4)).unwrap();
    assert_eq!((cut.trough_date, cut.recovery_date), (day(4), None));
    let at_end = drawdown_after_peak(&path, period(0, 2), day(2)).unwrap();
    assert_eq!((at_end.depth, at_end.trough_date), (0.0, day(2)));
}

#[test]
fn a_flat_or_rising_path_has_no_drawdown() {
    for closes in [[3.0, 3.0, 3.0], [1.0, 2.0, 3.0]] {
        let path = series(&closes);
        for found in [
            max_drawdown(&path, period(0, 3)).unwrap(),
            drawdown_after_peak(&path, period(0, 3), day(3)).unwrap(),
        ] {
            assert_eq!((found.depth, found.recovery_date), (0.0, None));
            assert_eq!((found.peak, found.peak_date), (3.0, found.trough_date));
        }
    }
}

#[test]
fn drawdown_on_a_date_sees_no_later_high() {
    let path = series(&[8.0, 10.0, 10.0, 7.5, 20.0]);
    let found = drawdown_on(&path, day(4), 0).unwrap();
    assert_eq!((found.high_date, found.depth, found.days_since_high), (day(2), 0.25, 2));
    let at_high = drawdown_on(&path, day(5), 0).unwrap();
    assert_eq!((at_high.depth, at_high.days_since_high), (0.0, 0));
    assert_eq!(drawdown_on(&path, day(7), 2).unwrap().days_since_high, 2);
    let text = drawdown_on(&path, day(8), 2).unwrap_err().to_string();
    assert_eq!(text, "eth has no value in the 2 days up to 2021-01-09");
}

#[test]
fn time_to_peak_counts_calendar_days_and_marks_an_open_end() {
    let at = |values: &[(u64, f64)]| {
        let path: Vec<_> = values.iter().map(|(n, v)| (day(*n), *v)).collect();
        time_to_peak(day(1), &path)
    };
    let found = at(&[(2, 0.1), (5, 0.3), (9, 0.3), (10, -0.2)]).unwrap();
    assert_eq!((found.days, found.value, found.is_last), (4, 0.3, false));
    let rising = at(&[(2, 0.1), (5, 0.3)]).unwrap();
    assert_eq!((rising.days, rising.is_last), (4, true));
    let falling = at(&[(2, -0.1), (5, -0.3)]).unwrap();
    assert_eq!((falling.days, falling.value, falling.date), (0, 0.0, day(1)));
    assert!(matches!(at(&[]), Err(Error::TooFew { .. })));
    assert!(matches!(at(&[(1, 0.1)]), Err(Error::UnsortedAxis { .. })));
    assert!(matches!(at(&[(2, f64::NAN)]), Err(Error::BadValue { .. })));
}

proptest! {
    #[test]
    fn drawdowns_agree_with_all_pairs_and_know_neither_scale_nor_future(
        closes in prop::collection::vec(1_u32..40, 3..25),
        exponent in -4_i32..5,
        future in 1_u32..40,
    ) {
        let closes: Vec<f64> = closes.into_iter().map(f64::from).collect();
        let last = closes.len() as u64 - 1;
        let period = period(0, last);
        let path = series(&closes);
        let known = &closes[..closes.len() - 1];
        let found = max_drawdown(&path, period).unwrap();
        let mut deepest = 0.0_f64;
        for (t, p) in known.iter().enumerate() {
            for q in &known[..=t] {
                deepest = deepest.max(1.0 - p / q);
            }
        }
        prop_assert_eq!(found.depth, deepest);
        prop_assert!((found.depth - (1.0 - found.trough / found.peak)).abs() < 1e-15);
        prop_assert!(found.peak_date <= found.trough_date);

        let factor = 2.0_f64.powi(exponent);
        let mut changed: Vec<f64> = closes.iter().map(|p| factor * p).collect();
        *changed.last_mut().unwrap() = factor * f64::from(future);
        let changed = series(&changed);
        let shape = |d: Drawdown| (d.peak_date, d.trough_date, d.depth, d.recovery_date);
        prop_assert_eq!(shape(max_drawdown(&changed, period).unwrap()), shape(found));
        let after = |s: &PriceSeries| shape(drawdown_after_peak(s, period, day(last)).unwrap());
        prop_assert_eq!(after(&changed), after(&path));
        let on = |s: &PriceSeries| {
            let d = drawdown_on(s, day(last), 0).unwrap();
            (d.high_date, d.depth)
        };
        prop_assert_eq!(on(&changed), on(&path));
    }
}

#[test]
fn the_rise_starts_at_the_last_lowest_close_of_the_lookback() {
    let path = series(&[1.0, 8.0, 4.0, 6.0, 4.0, 5.0, 2.0]);
    let found = rise_from_low(&path, day(6), 5, 0).unwrap();
    assert_eq!((found.low_date, found.low, found.days_since_low), (day(5), 4.0, 1));
    assert_eq!(found.rise, 0.25);
    // The first close is the lowest; six days back from day 6 start after day 0.
    let longer = rise_from_low(&path, day(6), 6, 0).unwrap();
    assert_eq!((longer.low_date, longer.rise), (day(1), 4.0));
    let at_low = rise_from_low(&path, day(9), 3, 2).unwrap();
    assert_eq!((at_low.date, at_low.rise, at_low.days_since_low), (day(7), 0.0, 2));
    assert!(matches!(rise_from_low(&path, day(6), 2, 2), Err(Error::Setting { .. })));
    assert!(matches!(rise_from_low(&path, day(11), 9, 3), Err(Error::NoLevel { .. })));
}
