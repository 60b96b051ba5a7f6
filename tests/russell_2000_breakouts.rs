//! Facts about the Russell 2000 that the detectors must find in `data/russell2000.csv`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

use std::path::Path;

use chrono::NaiveDate;
use eventstudy::events::{Basis, Breakout, BreakoutRule, EventDetector, EventSet};
use eventstudy::panel::PriceSeries;

fn index() -> PriceSeries {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/russell2000.csv");
    PriceSeries::from_csv_path(path, "Russell 2000").unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn since_2004(rule: BreakoutRule) -> EventSet {
    rule.from(date("2004-01-01")).detect(&index()).unwrap()
}

fn dates(set: &EventSet) -> Vec<String> {
    set.dates().iter().map(ToString::to_string).collect()
}

fn breakout(set: &EventSet, day: &str) -> Breakout {
    let event = set.iter().find(|event| event.date == date(day)).unwrap();
    event.qualification.clone().unwrap()
}

#[test]
fn six_all_time_high_closes_since_2004_end_a_base_of_250_sessions() {
    let set = since_2004(BreakoutRule::all_time_high().base(250));
    assert_eq!(
        dates(&set),
        ["2004-04-05", "2011-04-27", "2013-01-02", "2016-11-14", "2020-11-13", "2025-09-18"]
    );
    for (day, base) in [("2016-11-14", 353), ("2020-11-13", 555), ("2025-09-18", 968)] {
        assert_eq!(breakout(&set, day).base_sessions, Some(base), "{day}");
    }
    assert_eq!(breakout(&set, "2025-09-18").old_high_date, date("2021-11-08"));
}

#[test]
fn on_session_highs_the_last_three_are_other_days() {
    let set = since_2004(BreakoutRule::all_time_high().basis(Basis::Intraday).base(250));
    let found = dates(&set);
    assert_eq!(found[found.len() - 3..], ["2016-11-14", "2020-11-09", "2024-11-25"]);
}

#[test]
fn the_first_close_above_2600_is_on_2026_01_08() {
    let set = BreakoutRule::level(2_600.0).detect(&index()).unwrap();
    assert_eq!(dates(&set), ["2026-01-08"]);
    let breakout = breakout(&set, "2026-01-08");
    assert!((breakout.close - 2_603.91).abs() < 0.005, "{}", breakout.close);
    assert!((breakout.year_to_date.unwrap() - 0.0492).abs() < 0.000_05, "{breakout}");
}

#[test]
fn no_close_of_2024_is_an_all_time_high() {
    let of_2024 =
        BreakoutRule::all_time_high().from(date("2024-01-01")).through(date("2024-12-31"));
    assert_eq!(
        of_2024.detect(&index()).unwrap_err().to_string(),
        "no events: `Russell 2000` has none from 2024-01-01 to 2024-12-31 under the rule: \
         a close above every earlier one of the series, from 2024-01-01 through 2024-12-31"
    );
    let series = index();
    let row = series.axis().row_of(date("2024-11-25")).unwrap();
    let high = series.closes()[..row].iter().copied().fold(f64::MIN, f64::max);
    assert!((high - series.closes()[row] - 0.71).abs() < 0.005);
}

#[test]
fn the_first_all_time_high_closes_of_2017_and_2021() {
    let rule = BreakoutRule::all_time_high().first_in_years(&[2017, 2021]);
    let set = rule.detect(&index()).unwrap();
    let of_all = BreakoutRule::all_time_high().detect(&index()).unwrap();
    assert_eq!(dates(&of_all.first_in_years(&[2017, 2021]).unwrap()), dates(&set));
    assert_eq!(dates(&set), ["2017-02-10", "2021-01-06"]);
}
