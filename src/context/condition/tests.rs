use chrono::{Days, Months};

use super::*;

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + Days::new(n)
}

fn unknown(date: NaiveDate) -> Error {
    Error::NoLevel { series: "s".to_owned(), date, max_age_days: 3 }
}

#[test]
fn dates_without_data_are_kept_apart() {
    let dates: Vec<NaiveDate> = (0..6).map(day).collect();
    let split = ConditionSplit::of(&dates, |date| {
        if date == day(2) { Err(unknown(date)) } else { Ok(date > day(3)) }
    })
    .unwrap();
    assert_eq!(
        (split.with.clone(), split.without.clone()),
        (vec![day(4), day(5)], vec![day(0), day(1), day(3)])
    );
    let why = "s has no value in the 3 days up to 2020-01-03";
    assert_eq!(split.unknown, [(day(2), why.to_owned())]);
    let values: Vec<(NaiveDate, f64)> = [5, 2, 1, 9].map(|n| (day(n), n as f64)).to_vec();
    assert_eq!(split.labelled(&values), (vec![5.0, 1.0], vec![true, false]));
    let fault = ConditionSplit::of(&dates, |_| Err(Error::EmptyAxis));
    assert!(matches!(fault, Err(Error::EmptyAxis)));
}

#[test]
fn the_first_date_of_a_month_counts() {
    // Response 3 + 2 x with an error that x does not see, on the second date of each month; other
    // dates have responses that would spoil it.
    let mut responses = Vec::new();
    let start = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
    let first = |m: u32| start + Months::new(m);
    let x = |m: u32| f64::from(m * 7 % 11);
    for m in 0..24_u32 {
        responses.push((first(m), 1e6));
        let error = if m % 2 == 0 { 0.5 } else { -0.5 };
        responses.push((first(m) + Days::new(1), 3.0 + 2.0 * x(m) + error));
        responses.push((first(m) + Days::new(9), -1e6));
    }
    let month = |date: NaiveDate| date.years_since(start).unwrap() * 12 + date.month0();
    let measure = |date: NaiveDate| {
        if date.day() == 1 { Err(unknown(date)) } else { Ok(x(month(date))) }
    };
    let found = monthly_slope(&responses, measure).unwrap();
    assert_eq!((found.n_months, found.n_lags), (24, 2));
    let values: Vec<f64> = (0..24).map(x).collect();
    let s = moments::std_dev(&values).unwrap();
    assert!((found.measure_std_dev / s - 1.0).abs() < 1e-12);
    // The slope of the hand-made line, with what the alternating error adds to it.
    let mean = moments::mean(&values).unwrap();
    let of = |y: &dyn Fn(u32) -> f64| {
        let sum: f64 = (0..24).map(|m| (x(m) - mean) * y(m)).sum();
        sum / values.iter().map(|v| (v - mean).powi(2)).sum::<f64>()
    };
    let expected = 2.0 + of(&|m| if m % 2 == 0 { 0.5 } else { -0.5 });
    assert!((found.slope / (s * expected) - 1.0).abs() < 1e-10, "{found:?}");
    assert!(found.p_value < 1e-6 && (found.t - found.slope / found.std_error).abs() < 1e-9);
}

#[test]
fn faults_are_errors() {
    let responses: Vec<(NaiveDate, f64)> = (0..700).map(|n| (day(n), (n % 5) as f64)).collect();
    let few = monthly_slope(&responses[..300], |_| Ok(1.0));
    assert!(matches!(few, Err(Error::TooFew { n_needed: 12, n_found: 10, .. })));
    let still = monthly_slope(&responses, |_| Ok(1.0));
    assert!(matches!(still, Err(Error::DegenerateVariance { .. })));
    let fault = monthly_slope(&responses, |_| Err(Error::EmptyAxis));
    assert!(matches!(fault, Err(Error::EmptyAxis)));
}
