use chrono::Days;

use super::*;

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2016, 1, 1).unwrap() + Days::new(n)
}

fn measured(n: u64, window: MeasureWindow, value: fn(u64) -> f64) -> MeasuredDates {
    let of = |date: NaiveDate| value(u64::try_from((date - day(0)).num_days()).unwrap());
    MeasuredDates::new((0..n).map(day), window, |date| Ok(Some(of(date)))).unwrap()
}

/// Squares, so that all means of dates differ.
fn square(n: u64) -> f64 {
    (n * n) as f64
}

#[test]
fn a_single_event_by_hand() {
    let dates = measured(9, MeasureWindow::after(2), square);
    let found = dates.compare(&[day(8)], PlaceboDesign::new()).unwrap();
    // The eight other days: 0, 1, 4, … 49 with the mean 17.5; that before the event shares half.
    assert_eq!((found.mean(), found.ordinary_mean()), (64.0, 140.0 / 8.0));
    assert!((found.excess() - (64.0 - 17.5) / (1.0 - 0.5 / 8.0)).abs() < 1e-12);
    assert_eq!((found.p_values().upper, found.p_values().lower), (1.0 / 9.0, 1.0));
    assert_eq!((found.n_ordinary(), found.attainable_p()), (9, 1.0 / 9.0));
    let plain = dates.undiluted().compare(&[day(8)], PlaceboDesign::new()).unwrap();
    assert_eq!(plain.excess(), 64.0 - 17.5);
    assert_eq!(plain.p_values(), found.p_values());
    assert_eq!(plain.event_level().p_values.two_sided, 1.0);
}

#[test]
fn shares_are_those_of_days() {
    // Windows (−2, 3]: five days. Events on days 10 and 13 cover (8, 16] together.
    let window = MeasureWindow { before_days: 2, after_days: 3 };
    let dates = measured(30, window, square);
    let events = [day(10), day(13)];
    for (date, days) in
        [(3, 0), (5, 0), (6, 1), (8, 3), (10, 5), (12, 5), (14, 4), (17, 1), (18, 0)]
    {
        let by_hand = (1..=5).filter(|k| (9..=16).contains(&(date + k - 2))).count();
        assert_eq!(by_hand, days, "day {date}");
        let share = dates.share_of(day(u64::try_from(date).unwrap()), &events);
        assert!((share - days as f64 / 5.0).abs() < 1e-15, "day {date}");
    }
}

#[test]
fn events_that_bunch_are_shifted_as_they_are() {
    let dates = measured(40, MeasureWindow::after(5), square);
    let design = PlaceboDesign::new().min_separation_days(2);
    let apart = dates.compare(&[day(10), day(15)], design).unwrap();
    assert!(!apart.is_shifted());
    let bunched = dates.compare(&[day(14), day(10), day(10), day(30)], design).unwrap();
    assert_eq!((bunched.n_overlapping(), bunched.n_events()), (2, 3));
    // Every shift of the pattern but the one where it stands.
    let mean = |s: u64| [10, 14, 30].map(|d| square((d + s) % 40)).iter().sum::<f64>() / 3.0;
    let mut all: Vec<f64> = (1..40).map(mean).collect();
    all.sort_by(f64::total_cmp);
    assert_eq!(bunched.test().means().statistics(), all);
    let n_as_high = all.iter().filter(|m| **m >= mean(0)).count();
    assert!((bunched.p_values().upper - (1 + n_as_high) as f64 / 40.0).abs() < 1e-15);
}

#[test]
fn sets_are_as_far_apart_as_rule_and_window_ask() {
    let smallest_gap = |window: u32, separation: u32| {
        let dates = measured(12, MeasureWindow::before(window), square);
        let design = PlaceboDesign::new().min_separation_days(separation);
        let found = dates.compare(&[day(0), day(11)], design).unwrap();
        // All pairs at least a gap g apart, without that of the events: (12 − g)(13 − g)/2 − 1.
        let n = found.test().means().n_sets();
        (1..12).find(|g| (12 - g) * (13 - g) / 2 - 1 == n).unwrap()
    };
    assert_eq!((smallest_gap(3, 5), smallest_gap(5, 3), smallest_gap(0, 1)), (5, 5, 1));
}

#[test]
fn dates_without_a_value_are_no_ordinary_dates() {
    let measure = |date: NaiveDate| match (date - day(0)).num_days() {
        0..=2 => Ok(None),
        3 => Err(Error::NoLevel { series: "x".to_owned(), date, max_age_days: 0 }),
        4 => Err(Error::TooFew { what: String::new(), unit: "x", n_needed: 1, n_found: 0 }),
        n => Ok(Some(n as f64)),
    };
    let dates = MeasuredDates::new((0..20).map(day), MeasureWindow::after(0), measure).unwrap();
    assert_eq!((dates.n_known(), dates.values().len()), (15, 20));
    assert_eq!((dates.value_on(day(4)), dates.value_on(day(5))), (None, Some(5.0)));
    assert_eq!((dates.value_on(day(77)), dates.percentile_on(day(19))), (None, Some(14.5 / 15.0)));
    let found = dates.compare(&[day(3), day(9), day(77)], PlaceboDesign::new()).unwrap();
    assert_eq!(found.without(), [day(3), day(77)]);
    assert_eq!((found.n_ordinary(), found.events()), (15, &[(day(9), 9.0)][..]));
    let text = dates.compare(&[day(0)], PlaceboDesign::new()).unwrap_err().to_string();
    assert_eq!(text, "a comparison with ordinary dates needs at least 1 events, found 0");
}

#[test]
fn an_effect_is_found_and_undone() {
    // A level of 3 over the 30 days after three events, among ordinary days of 0 and 1.
    let events = [day(300), day(900), day(1_500)];
    let of_day = |n: i64| {
        let within = events.iter().any(|e| (1..=30).contains(&((day(0) - *e).num_days() + n)));
        (n % 2) as f64 + if within { 3.0 } else { 0.0 }
    };
    let measure = |date: NaiveDate| {
        let n = (date - day(0)).num_days();
        Ok(Some((n + 1..=n + 30).map(of_day).sum::<f64>() / 30.0))
    };
    let dates = MeasuredDates::new((0..2_000).map(day), MeasureWindow::after(30), measure).unwrap();
    let found = dates.compare(&events, PlaceboDesign::new().min_separation_days(100)).unwrap();
    // The dilution is undone for the shares of the very sets, so up to rounding.
    assert!((found.excess() - 3.0).abs() < 1e-9, "{}", found.excess());
    assert!(found.excess() > found.mean() - found.ordinary_mean());
    assert!(found.p_values().upper < 0.001);
    let ends = found.interval(0.95).unwrap().ends().unwrap();
    assert!(ends.0 > 2.0 && ends.0 <= 3.0 && ends.1 >= 3.0, "{ends:?}");
    assert!(found.detectable(0.8, 0.05).unwrap().unwrap().upward < 3.0);
    assert_eq!(found.event_level().p_values.two_sided, 0.25);
}

#[test]
fn faults_are_errors() {
    let new = |dates: Vec<NaiveDate>, value: f64| {
        MeasuredDates::new(dates, MeasureWindow::after(1), |_| Ok(Some(value)))
    };
    assert!(matches!(new(vec![day(1), day(1)], 0.0), Err(Error::UnsortedAxis { .. })));
    assert!(matches!(new(vec![day(1)], f64::NAN), Err(Error::BadValue { .. })));
    let fault = MeasuredDates::new([day(1)], MeasureWindow::after(1), |_| {
        Err(Error::Setting { name: "x", value: String::new(), expected: "y" })
    });
    assert!(matches!(fault, Err(Error::Setting { .. })));
    let few = new((0..5).map(day).collect(), 1.0).unwrap();
    let design = PlaceboDesign::new().min_separation_days(3);
    assert!(matches!(
        few.compare(&[day(0), day(1), day(2), day(4)], design),
        Err(Error::PlaceboSpace { .. })
    ));
}
