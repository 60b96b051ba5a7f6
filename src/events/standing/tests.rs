use chrono::Days;
use proptest::prelude::*;

use super::*;
use crate::events::Basis;

fn day(k: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(k as u64)
}

fn series(closes: &[f64]) -> PriceSeries {
    PriceSeries::from_closes("x", (0..).map(day).zip(closes.iter().copied()).collect()).unwrap()
}

#[test]
fn the_last_breakout_by_hand() {
    let closes = [10.0, 12.0, 11.0, 11.0, 13.0, 15.0, 12.0, 12.5];
    let series = series(&closes);
    let rule = BreakoutRule::all_time_high().base(3);
    let found = rule.standing(&series, day(7), 3).unwrap();
    assert_eq!((found.as_of, found.close, found.n_events), (day(7), 12.5, 1));
    assert_eq!(found.phase, Phase::Active);
    let last = found.last.unwrap();
    assert_eq!(last.event.date, day(4));
    assert_eq!(last.event.qualification.as_ref().unwrap().base_sessions, Some(3));
    assert_eq!((last.days_since, last.sessions_since, last.sessions_above), (3, 3, 2));
    // Closes of 12 are not above the old high of 12.
    assert_eq!(last.first_not_above, Some(day(6)));
    assert_eq!((last.above_level, last.return_since), (12.5 / 12.0 - 1.0, 12.5 / 13.0 - 1.0));
    assert_eq!((last.highest_close, last.highest_close_date), (15.0, day(5)));
    assert_eq!(last.drawdown, 12.5 / 15.0 - 1.0);
    // On the day of the event, on the day below, and when the months are over.
    let phase = |date, months| rule.standing(&series, date, months).unwrap().phase;
    assert_eq!(phase(day(4), 3), Phase::Active);
    assert_eq!(phase(day(6), 3), Phase::FellBack);
    assert_eq!((phase(day(4), 0), phase(day(5), 0)), (Phase::Active, Phase::Over));
    assert_eq!(phase(day(3), 3), Phase::None);
    // Without a later session the last one stands.
    let later = rule.standing(&series, day(40), 3).unwrap();
    assert_eq!((later.as_of, later.last.unwrap().days_since), (day(7), 3));
}

#[test]
fn the_next_trigger_by_hand() {
    let closes = [10.0, 12.0, 11.0, 11.0, 13.0, 15.0, 12.0, 12.5];
    let series = series(&closes);
    let next = |rule: &BreakoutRule, k| rule.standing(&series, day(k), 3).unwrap().next;
    let rule = BreakoutRule::all_time_high().base(3);
    let found = next(&rule.clone().margin(0.1), 7).unwrap();
    assert_eq!((found.level, found.level_date), (15.0, Some(day(5))));
    assert_eq!((found.price, found.distance), (15.0 * 1.1, 15.0 * 1.1 / 12.5 - 1.0));
    assert_eq!((found.base_sessions, found.sessions_to_wait), (Some(3), Some(0)));
    // A record on the morrow of one has a base of 1.
    let found = next(&rule, 5).unwrap();
    assert_eq!((found.base_sessions, found.sessions_to_wait), (Some(1), Some(2)));
    // The first row may not be a record, so the base is not known.
    let found = next(&rule, 0).unwrap();
    assert_eq!((found.base_sessions, found.sessions_to_wait), (None, None));
    let found = next(&rule.clone().min_separation(9).confirmations(2), 5).unwrap();
    assert_eq!(found.sessions_to_wait, Some(7));
    let level = BreakoutRule::level(14.0);
    assert_eq!(next(&level, 4).unwrap().level, 14.0);
    assert_eq!(next(&level, 4).unwrap().level_date, None);
    assert_eq!(next(&level, 5), None);
    let channel = BreakoutRule::channel(2);
    assert_eq!(next(&channel, 0), None);
    let found = next(&channel, 7).unwrap();
    assert_eq!((found.level, found.level_date, found.base_sessions), (12.5, Some(day(7)), Some(3)));
}

#[test]
fn dates_and_rules_that_have_no_standing() {
    let series = series(&[10.0, 11.0]);
    let text = |rule: BreakoutRule, date| rule.standing(&series, date, 3).unwrap_err().to_string();
    let before = day(0).pred_opt().unwrap();
    let said = text(BreakoutRule::all_time_high(), before);
    assert!(said.contains("2025-12-31") && said.contains("on or after the first"), "{said}");
    let said = text(BreakoutRule::all_time_high().first_in_years(&[2026]), day(1));
    assert!(said.contains("first_in_years"), "{said}");
    let highs = BreakoutRule::all_time_high().basis(Basis::Intraday);
    assert!(text(highs, day(1)).contains("high"));
}

proptest! {
    /// What the next session does at the trigger decides as the trigger says.
    #[test]
    fn a_close_above_the_trigger_is_the_next_event(
        steps in prop::collection::vec(-3_i32..=3, 3..60),
        kind in 0_u8..3,
        base in 0_usize..6,
        separation in 0_usize..6,
        cluster in 0_usize..4,
    ) {
        let mut price = 100.0;
        let closes: Vec<f64> = steps.iter().map(|step| { price += f64::from(*step); price }).collect();
        let rule = match kind {
            0 => BreakoutRule::all_time_high(),
            1 => BreakoutRule::channel(4),
            _ => BreakoutRule::level(102.0),
        };
        let rule = rule.base(base).min_separation(separation).cluster(cluster);
        let now = day(closes.len() - 1);
        let standing = rule.standing(&series(&closes), now, 3).unwrap();
        let Some(next) = standing.next else { return Ok(()) };
        let after = |close: f64| {
            let longer = [closes.clone(), vec![close]].concat();
            let found = rule.standing(&series(&longer), now.succ_opt().unwrap(), 3).unwrap();
            found.last.is_some_and(|last| last.event.date > now)
        };
        prop_assert!(!after(next.price));
        prop_assert_eq!(after(next.price + 0.5), next.sessions_to_wait == Some(0));
    }
}
