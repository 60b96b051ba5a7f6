use super::*;
use chrono::Days;
use proptest::prelude::*;

fn day(n: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2021, 1, 1).unwrap() + Days::new(n as u64)
}

fn series(closes: &[f64]) -> PriceSeries {
    let dated = closes.iter().enumerate().map(|(n, p)| (day(n), *p)).collect();
    PriceSeries::from_closes("btc", dated).unwrap()
}

fn period(from: usize, to: usize) -> Period {
    Period::new(day(from), day(to)).unwrap()
}

#[test]
fn a_cycle_ends_with_the_first_deep_fall() {
    let path = series(&[50.0, 10.0, 20.0, 40.0, 30.0, 19.0, 60.0, 1.0]);
    let found = cycle(&path, day(1), 0.5, day(7)).unwrap();
    assert_eq!((found.start, found.peak, found.peak_date), (10.0, 40.0, day(3)));
    assert_eq!((found.end_date, found.end), (day(5), CycleEnd::Fell));
    assert_eq!((found.days_to_peak, found.days, found.rise()), (2, 4, 3.0));
    assert_eq!(found.period(), Some(period(1, 5)));
    let cut = cycle(&path, day(1), 0.5, day(4)).unwrap();
    assert_eq!((cut.end_date, cut.end, cut.peak), (day(4), CycleEnd::Censored, 40.0));
    // A fall by just the share ends it.
    let just = cycle(&series(&[8.0, 4.0, 9.0]), day(0), 0.5, day(2)).unwrap();
    assert_eq!((just.end_date, just.days_to_peak), (day(1), 0));
    // The close of the event is the last one before a day without.
    let gap = series(&[5.0, 6.0]).through(day(1)).unwrap();
    assert!(matches!(cycle(&gap, day(1), 0.5, day(9)), Err(Error::TooFew { .. })));
    assert!(matches!(cycle(&gap, day(0), 1.5, day(1)), Err(Error::Setting { .. })));
    assert!(matches!(cycle(&gap, day(1), 0.5, day(1)), Err(Error::PeriodReversed { .. })));
}

#[test]
fn time_above_trend_by_hand() {
    // Means of three: –, –, 2, 8/3, 3, 2, 2, 7/3, 8/3.
    let path = series(&[1.0, 2.0, 3.0, 3.0, 3.0, 0.0 + 1e-9, 3.0, 4.0, 1.0 + 3.0]);
    let found = time_above_trend(&path, period(0, 8), 3).unwrap();
    assert_eq!((found.n_rows, found.n_lacking), (7, 1));
    // Above on days 2, 3, 6, 7 and 8; level with its mean on day 4, below on day 5.
    assert_eq!((found.n_above, found.longest_run, found.longest_run_is_open), (5, 3, true));
    let cut = time_above_trend(&path, period(0, 5), 3).unwrap();
    assert_eq!((cut.n_above, cut.longest_run, cut.longest_run_is_open), (2, 2, false));
    assert_eq!(cut.share, 0.5);
    // Closes before the period are in the mean.
    let late = time_above_trend(&path, period(5, 6), 3).unwrap();
    assert_eq!((late.n_rows, late.n_above), (1, 1));
    assert!(matches!(time_above_trend(&path, period(0, 1), 3), Err(Error::TooFew { .. })));
    assert!(matches!(time_above_trend(&path, period(0, 8), 1), Err(Error::Setting { .. })));
}

#[test]
fn dips_by_hand() {
    let path = series(&[10.0, 8.0, 7.0, 9.0, 10.0, 9.0, 12.0, 9.6, 9.7, 12.0, 6.0, 11.0]);
    let found = dips(&path, period(0, 11), 0.2).unwrap();
    let dates: Vec<_> = found
        .dips
        .iter()
        .map(|d| (d.peak_date, d.start_date, d.trough_date, d.recovery_date, d.days))
        .collect();
    assert_eq!(
        dates,
        [
            (day(0), day(1), day(2), Some(day(4)), 3),
            (day(6), day(7), day(7), Some(day(9)), 2),
            (day(6), day(10), day(10), None, 1),
        ]
    );
    assert!((found.dips[0].depth - 0.3).abs() < 1e-15);
    assert_eq!((found.n_recovered, found.n_rows), (2, 11));
    // Days 1 to 3, 7 and 8, 10 and 11.
    assert_eq!(found.share_open, 7.0 / 11.0);
    // One is censored after a day, two recover after two and three days.
    assert_eq!(found.median_days, Some(2.0));
    let none = dips(&path, period(3, 6), 0.2).unwrap();
    assert_eq!((none.dips.len(), none.median_days, none.share_open), (0, None, 0.0));
    assert!(matches!(dips(&path, period(0, 11), 0.0), Err(Error::Setting { .. })));
    assert!(matches!(dips(&path, period(11, 19), 0.2), Err(Error::TooFew { .. })));
}

#[test]
fn the_median_counts_those_who_still_wait() {
    // Freireich and others' 6-MP arm, the classic table: the median remission is 23 weeks.
    let ended = [6, 6, 6, 7, 10, 13, 16, 22, 23].map(|t| (t, true));
    let censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map(|t| (t, false));
    let all: Vec<_> = ended.into_iter().chain(censored).collect();
    assert_eq!(kaplan_meier_median(all), Some(23.0));
    // Placebo arm, none censored: 8 weeks.
    let placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23];
    assert_eq!(kaplan_meier_median(placebo.map(|t| (t, true)).to_vec()), Some(8.0));
    assert_eq!(kaplan_meier_median(vec![(5, true), (9, false), (9, false)]), None);
    assert_eq!(kaplan_meier_median(Vec::new()), None);
}

proptest! {
    #[test]
    fn regimes_know_neither_scale_nor_what_comes_after(
        closes in prop::collection::vec(1_u32..40, 20..50), shift in -9_i32..9, future in 1_u32..99,
    ) {
        let closes: Vec<f64> = closes.into_iter().map(f64::from).collect();
        let through = 15;
        let measure = |closes: &[f64]| {
            let path = series(closes);
            (
                cycle(&path, day(2), 0.5, day(through)).unwrap(),
                time_above_trend(&path, period(2, through), 4).unwrap(),
                dips(&path, period(2, through), 0.25).unwrap(),
            )
        };
        let expected = measure(&closes);
        let mut other = closes.clone();
        other[through + 1..].fill(f64::from(future));
        prop_assert_eq!(&measure(&other), &expected);
        let factor = 2.0_f64.powi(shift);
        let scaled: Vec<f64> = closes.iter().map(|p| factor * p).collect();
        let (cycle, trend, dips) = measure(&scaled);
        prop_assert_eq!((trend, &dips), (expected.1, &expected.2));
        prop_assert_eq!(cycle.end_date, expected.0.end_date);
        // The parts of the days: above or not, open or not, and every dip but the last made good.
        prop_assert!((0.0..=1.0).contains(&dips.share_open) && (0.0..=1.0).contains(&trend.share));
        prop_assert!(dips.dips.len() - dips.n_recovered <= 1);
        prop_assert!(dips.dips.iter().all(|d| d.depth >= 0.25 - 1e-12 && d.days >= 0));
    }
}
