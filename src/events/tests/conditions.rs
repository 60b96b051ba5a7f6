use super::*;
use crate::events::{Basis, EventSet, Scope};

/// Records at rows 1 (base unknown), 2 (base 1), 5 (base 3), 6 (base 1) and 9 (base 3).
const CLOSES: [f64; 10] = [100.0, 101.0, 104.0, 102.0, 103.0, 105.0, 107.1, 104.0, 106.0, 110.0];

fn ath() -> BreakoutRule {
    BreakoutRule::all_time_high()
}

#[test]
fn base_counts_rows_from_the_record_before() {
    let series = series(&CLOSES);
    assert_eq!(rows(&ath(), &series), [1, 2, 5, 6, 9]);
    // The base of row 1 is hidden by the start of the data, so it meets no condition on it.
    assert_eq!(rows(&ath().base(1), &series), [2, 5, 6, 9]);
    assert_eq!(rows(&ath().base(2), &series), [5, 9]);
    assert_eq!(rows(&ath().base(3), &series), [5, 9]);
    assert_eq!(rows(&ath().base(4), &series), [0_usize; 0]);
}

#[test]
fn margin_is_measured_from_the_old_high_and_forgives_rounding() {
    let series = series(&CLOSES);
    // 101/100, 104/101, 105/104, 107.1/105 (2 % exactly), 110/107.1.
    assert_eq!(rows(&ath().margin(0.02), &series), [2, 6, 9]);
    assert_eq!(rows(&ath().margin(0.020_000_1), &series), [2, 9]);
    // 100 · 0.07 is 7.000000000000001 in binary.
    assert_eq!(rows(&ath().margin(0.07), &super::series(&[100.0, 107.0])), [1]);
    let level = |margin| BreakoutRule::level(104.5).margin(margin);
    assert_eq!(rows(&level(0.004), &series), [5]);
    assert_eq!(rows(&level(0.005), &series), [0_usize; 0]);
}

#[test]
fn confirmation_dates_the_event_on_the_last_close_above_the_old_high() {
    let series = series(&CLOSES);
    assert_eq!(rows(&ath().confirmations(1), &series), [1, 2, 5, 6, 9]);
    // Row 1: 101, 104 above 100. Row 2: 104, 102 above 101. Row 5: 105, 107.1 above 104. Row 6: 104
    // is not above 105. Row 9: no close after it yet.
    assert_eq!(rows(&ath().confirmations(2), &series), [2, 3, 6]);
    // Row 5: the third close, 104, is not above 104.
    assert_eq!(rows(&ath().confirmations(3), &series), [3, 4]);
    let set = ath().confirmations(3).detect(&series).unwrap();
    let first = set.iter().next().unwrap();
    assert_eq!((first.date, first.qualification.as_ref().unwrap().date), (day(3), day(1)));
    assert_eq!(rows(&BreakoutRule::level(103.5).confirmations(2), &series), [0_usize; 0]);
    assert_eq!(rows(&BreakoutRule::level(101.5).confirmations(4), &series), [5]);
}

#[test]
fn intraday_compares_session_highs_with_session_highs() {
    let closes = [100.0, 101.0, 100.0, 102.0, 104.0];
    let highs = vec![103.0, 102.0, 104.0, 103.0, 104.5];
    let intraday = ath().basis(Basis::Intraday);
    let error = intraday.detect(&series(&closes)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "series `index` has no session highs, which the intraday basis needs; add a column `high`"
    );
    let series = series(&closes).with_highs(highs).unwrap();
    assert_eq!(rows(&intraday, &series), [2, 4]);
    assert_eq!(rows(&intraday.clone().base(2), &series), [4]);
    // The close of row 2, 100, is not above the old high of 103; that of row 4, 104, equals 104.
    assert_eq!(rows(&intraday.clone().confirmations(1), &series), [0_usize; 0]);
    let set = intraday.base(2).detect(&series).unwrap();
    let breakout = set.iter().next().unwrap().qualification.clone().unwrap();
    assert_eq!((breakout.old_high, breakout.old_high_date), (104.0, day(2)));
    assert_eq!((breakout.close, breakout.high), (104.0, Some(104.5)));
    assert!((breakout.margin - 0.5 / 104.0).abs() < 1e-15);
}

#[test]
fn volume_is_measured_against_the_median_of_the_sessions_before() {
    let rule = |multiple| ath().volume_multiple(multiple).volume_window(3);
    let error = rule(1.0).detect(&series(&CLOSES)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "series `index` has no volumes, which a volume multiple needs; add a column `volume`"
    );
    let nan = f64::NAN;
    // Row 5: 30 over the median 15 of (20, nan, 10). Row 6: no volume. Row 9: 16 over 8 of
    // (nan, 8, 8). Rows 1 and 2 have fewer than three rows before them.
    let volumes = vec![10.0, 50.0, 20.0, nan, 10.0, 30.0, nan, 8.0, 8.0, 16.0];
    let with_volumes = series(&CLOSES).with_volumes(volumes).unwrap();
    assert_eq!(rows(&rule(2.0), &with_volumes), [5, 9]);
    assert_eq!(rows(&rule(2.01), &with_volumes), [0_usize; 0]);
    let ratios: Vec<Option<f64>> = ath()
        .volume_window(3)
        .detect(&with_volumes)
        .unwrap()
        .iter()
        .map(|event| event.qualification.as_ref().unwrap().volume_ratio)
        .collect();
    assert_eq!(ratios, [None, None, Some(2.0), None, Some(2.0)]);
    // One of three known is fewer than half; a median of zero gives no ratio.
    let sparse = vec![1.0, 1.0, nan, nan, 1.0, 9.0, 9.0, 0.0, 0.0, 9.0];
    let sparse = series(&CLOSES).with_volumes(sparse).unwrap();
    assert_eq!(rows(&rule(0.1), &sparse), [6]);
}

#[test]
fn trend_is_the_return_that_ends_with_the_breakout() {
    let series = series(&CLOSES);
    // Over three sessions: row 5 105/104, row 6 107.1/102 (5 %), row 9 110/107.1.
    assert_eq!(rows(&ath().trend(3, 0.0), &series), [5, 6, 9]);
    assert_eq!(rows(&ath().trend(3, 0.05), &series), [6]);
    let set = ath().trend(3, 0.05).detect(&series).unwrap();
    let trend = set.iter().next().unwrap().qualification.as_ref().unwrap().trend_return.unwrap();
    assert!((trend - 0.05).abs() < 1e-12);
}

#[test]
fn clusters_chain_and_separation_counts_from_the_last_kept() {
    // Every row after the first is a record but rows 4 and 8: 1 2 3 5 6 7 9.
    let series = series(&[10.0, 11.0, 12.0, 13.0, 12.0, 14.0, 15.0, 16.0, 15.0, 17.0]);
    assert_eq!(rows(&ath(), &series), [1, 2, 3, 5, 6, 7, 9]);
    assert_eq!(rows(&ath().cluster(2), &series), [1, 5, 9]);
    assert_eq!(rows(&ath().cluster(3), &series), [1]);
    assert_eq!(rows(&ath().min_separation(2), &series), [1, 3, 5, 7, 9]);
    assert_eq!(rows(&ath().min_separation(3), &series), [1, 5, 9]);
    assert_eq!(rows(&ath().cluster(2).min_separation(5), &series), [1, 9]);
    // Thinning counts from the start of the series, also for what is not reported.
    assert_eq!(rows(&ath().min_separation(3).from(day(2)), &series), [5, 9]);
    assert_eq!(rows(&ath().min_separation(3).from(day(2)).through(day(8)), &series), [5]);
}

#[test]
fn level_and_channel() {
    let series = series(&CLOSES);
    assert_eq!(rows(&BreakoutRule::level(104.0), &series), [5]);
    assert_eq!(rows(&BreakoutRule::channel(2), &series), [2, 5, 6, 9]);
    assert_eq!(rows(&BreakoutRule::channel(2).base(2), &series), [5, 9]);
    let set = BreakoutRule::level(104.5).detect(&series).unwrap();
    let event = set.iter().next().unwrap();
    assert_eq!((event.label.as_str(), &event.scope), ("first above 104.5", &Scope::Market));
    let breakout = event.qualification.as_ref().unwrap();
    assert_eq!((breakout.level, breakout.old_high), (104.5, 104.0));
    assert_eq!((breakout.old_high_date, breakout.base_sessions), (day(2), Some(3)));
}

#[test]
fn year_to_date_is_measured_from_the_last_close_of_the_year_before() {
    let set = ath().detect(&series(&CLOSES)).unwrap();
    let of = |set: &EventSet| -> Vec<Option<f64>> {
        set.iter().map(|e| e.qualification.as_ref().unwrap().year_to_date).collect()
    };
    // Row 2 is 2020-12-31 at 104.
    let expected = [None, None, Some(105.0 / 104.0 - 1.0), Some(107.1 / 104.0 - 1.0)];
    assert_eq!(of(&set)[..4], expected);
    // No close in 2020: none of the year before.
    let jump = vec![(date("2019-12-31"), 1.0), (date("2021-01-04"), 2.0)];
    let set = ath().detect(&PriceSeries::from_closes("index", jump).unwrap()).unwrap();
    assert_eq!(of(&set), [None]);
}

#[test]
fn the_first_of_a_year() {
    let series = series(&CLOSES);
    assert_eq!(rows(&ath().first_in_years(&[2021]), &series), [5]);
    assert_eq!(rows(&ath().first_in_years(&[2021, 2020, 2021]), &series), [1, 5]);
    assert_eq!(rows(&ath().first_in_years(&[2021]).margin(0.02), &series), [6]);
    assert_eq!(
        ath().first_in_years(&[2021, 2022]).detect(&series).unwrap_err().to_string(),
        "no events: `index` has none in 2022 under the rule: a close above every earlier one of \
         the series, the first in each of the years 2021, 2022"
    );
}

#[test]
fn no_events_names_rule_series_and_period() {
    let series = series(&CLOSES);
    let message = |rule: BreakoutRule| rule.detect(&series).unwrap_err().to_string();
    assert_eq!(
        message(ath().base(4).from(day(3))),
        "no events: `index` has none from 2021-01-01 to 2021-01-07 under the rule: a close above \
         every earlier one of the series, at least 4 sessions after the record before, \
         from 2021-01-01 on; none of the 3 new highs there meets every condition"
    );
    assert_eq!(
        message(BreakoutRule::level(200.0)),
        "no events: `index` has none from 2020-12-29 to 2021-01-07 under the rule: \
         the first close above 200"
    );
    assert_eq!(
        message(BreakoutRule::level(99.5)),
        "no events: `index` has none from 2020-12-29 to 2021-01-07 under the rule: \
         the first close above 99.5; the series starts above it"
    );
    assert_eq!(
        message(ath().from(date("2030-01-01"))),
        "no events: `index` runs from 2020-12-29 to 2021-01-07, outside the period of the rule"
    );
}

#[test]
fn the_sentence_names_every_condition() {
    let rule = BreakoutRule::channel(60)
        .basis(Basis::Intraday)
        .base(20)
        .margin(0.01)
        .trend(120, 0.1)
        .volume_multiple(1.5)
        .confirmations(3)
        .cluster(20)
        .min_separation(40)
        .through(date("2026-01-08"));
    assert_eq!(
        rule.rule(),
        "a session high above the session highs of the 60 sessions before, at least 20 sessions \
         after the record before, at least 1 % above the old high, with a return of at least 10 % \
         over 120 sessions, on a volume of at least 1.5 times the median of 50 sessions before, \
         dated on the last of 3 consecutive closes above the old high, the first of those less \
         than 20 sessions apart, at least 40 sessions after the event before, through 2026-01-08"
    );
}

#[test]
fn lengths_beyond_the_data_give_no_events() {
    let (series, long) = (series(&CLOSES), usize::MAX);
    for rule in [
        ath().base(long),
        ath().confirmations(long),
        ath().trend(long, 0.0),
        BreakoutRule::channel(long),
    ] {
        assert_eq!(rows(&rule, &series), [0_usize; 0]);
    }
    assert_eq!(rows(&ath().cluster(long), &series), [1]);
    assert_eq!(rows(&ath().min_separation(long).volume_window(long), &series), [1]);
}
