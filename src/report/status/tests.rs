use chrono::{Days, NaiveDate};

use super::*;
use crate::events::BreakoutRule;
use crate::panel::PriceSeries;

fn day(k: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(k)
}

fn stands(closes: &[f64], months: u32) -> Standing {
    let dated = (0..).map(day).zip(closes.iter().copied()).collect();
    let series = PriceSeries::from_closes("x", dated).unwrap();
    let rule = BreakoutRule::all_time_high().base(3);
    rule.standing(&series, day(closes.len() as u64 - 1), months).unwrap()
}

#[test]
fn one_sentence_for_each_phase() {
    let text = |closes: &[f64], months| standing_summary(&stands(closes, months));
    assert_eq!(
        text(&[10.0, 12.0], 3),
        "x on 2026-01-02: no breakout; the rule has found none so far"
    );
    let closes = [10.0, 12.0, 11.0, 11.0, 13.0, 15.0, 12.0];
    assert_eq!(
        text(&closes[..6], 3),
        "x on 2026-01-06: a breakout is active since 2026-01-05, for 1 day (1 session)"
    );
    assert_eq!(
        text(&closes, 3),
        "x on 2026-01-07: no breakout is active; the close is back at or below what that of \
         2026-01-05, 2 days (2 sessions) ago, exceeded"
    );
    assert_eq!(
        text(&closes, 0),
        "x on 2026-01-07: no breakout is active; the last, of 2026-01-05, was 2 days (2 sessions) ago, \
         more than 0 months"
    );
}

#[test]
fn figures_of_the_breakout_and_of_the_next() {
    let table = standing(&stands(&[10.0, 12.0, 11.0, 11.0, 13.0, 15.0, 12.0], 3));
    let row = |name: &str| {
        let mut rows = table.rows().filter(|row| row[0] == name);
        rows.next().map(|row| row[1].clone()).unwrap_or_default()
    };
    assert_eq!(row("closes above what it exceeded"), "1 of 2 sessions, first not on 2026-01-07");
    assert_eq!(row("close over what it exceeded"), "+0.00 %");
    assert_eq!(row("drawdown from it"), "-20.00 %");
    assert_eq!(row("highest close since"), "15.00 on 2026-01-06");
    assert_eq!(row("next to be exceeded"), "15.00 of 2026-01-06");
    assert_eq!(row("distance from the close"), "+25.00 %");
    assert_eq!(row("base, were it exceeded now"), "2 sessions");
    assert_eq!(row("an event of the rule"), "not before 1 session more without a record");
}
