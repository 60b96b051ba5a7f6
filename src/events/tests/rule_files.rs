use serde::Deserialize;

use super::*;
use crate::events::Basis;

#[derive(Debug, Deserialize)]
struct Study {
    events: BreakoutRule,
}

fn read(lines: &str) -> Result<BreakoutRule, String> {
    let study: Result<Study, _> = toml::from_str(&format!("[events]\n{lines}\n"));
    study.map(|study| study.events).map_err(|error| error.to_string())
}

#[test]
fn every_key_of_a_file_is_a_setter() {
    let rule = read(
        r#"
        rule = "channel"
        sessions = 60
        basis = "intraday"
        base = 20
        margin = 0.01
        confirmations = 3
        volume_multiple = 1.5
        volume_window = 20
        trend_sessions = 120
        trend_return = 0.1
        cluster = 5
        min_separation = 40
        first_in_years = [2017, 2021]
        from = 2016-01-01
        through = "2026-01-08"
        "#,
    );
    let built = BreakoutRule::channel(60)
        .basis(Basis::Intraday)
        .base(20)
        .margin(0.01)
        .confirmations(3)
        .volume_multiple(1.5)
        .volume_window(20)
        .trend(120, 0.1)
        .cluster(5)
        .min_separation(40)
        .first_in_years(&[2017, 2021])
        .from(date("2016-01-01"))
        .through(date("2026-01-08"));
    assert_eq!(rule, Ok(built.clone()));
    let json = serde_json::to_string(&built).unwrap();
    assert_eq!(serde_json::from_str::<BreakoutRule>(&json).unwrap(), built);
}

#[test]
fn the_rule_alone_has_every_condition_off() {
    for (lines, built) in [
        ("rule = \"all-time-high\"", BreakoutRule::all_time_high()),
        ("rule = \"level\"\nlevel = 2600", BreakoutRule::level(2_600.0)),
        ("rule = \"channel\"\nsessions = 20", BreakoutRule::channel(20)),
    ] {
        assert_eq!(read(lines).unwrap(), built);
        let json = serde_json::to_string(&built).unwrap();
        assert_eq!(serde_json::from_str::<BreakoutRule>(&json).unwrap(), built);
    }
}

#[test]
fn faults_of_a_file_say_what_was_expected() {
    let ath = "rule = \"all-time-high\"\n";
    for (lines, expected) in [
        (format!("{ath}bse = 250"), "unknown field `bse`"),
        (format!("{ath}basis = \"low\""), "unknown variant `low`, expected `close` or `intraday`"),
        ("base = 250".to_owned(), "missing field `rule`"),
        (
            "rule = \"breakout\"".to_owned(),
            "unknown variant `breakout`, expected one of `all-time-high`, `level`, `channel`",
        ),
        (format!("{ath}base = -1"), "invalid value: integer `-1`, expected usize"),
        (format!("{ath}from = \"8 Jan\""), "`8 Jan` is not a date such as 2026-01-08"),
        (format!("{ath}from = 2026"), "expected a date such as 2026-01-08"),
        (
            "rule = \"level\"".to_owned(),
            "level = none: expected a positive price, for a rule `level`",
        ),
        (
            "rule = \"level\"\nlevel = nan".to_owned(),
            "level = NaN: expected a positive price, for a rule `level`",
        ),
        (
            format!("{ath}level = 2600"),
            "level = 2600: expected no level unless the rule is `level`",
        ),
        (
            "rule = \"channel\"\nsessions = 0".to_owned(),
            "sessions = 0: expected 1 or more, for a rule `channel`",
        ),
        (
            format!("{ath}sessions = 60"),
            "sessions = 60: expected none unless the rule is `channel`",
        ),
        (format!("{ath}margin = -0.1"), "margin = -0.1: expected a fraction of 0 or more"),
        (format!("{ath}volume_multiple = 0"), "volume_multiple = 0: expected a positive multiple"),
        (format!("{ath}volume_window = 0"), "volume_window = 0: expected 1 session or more"),
        (
            format!("{ath}trend_return = 0.1"),
            "trend_sessions = none: expected 1 or more, together with `trend_return`",
        ),
        (
            format!("{ath}trend_sessions = 20"),
            "trend_return = none: expected a fraction above -1, together with `trend_sessions`",
        ),
        (
            format!("{ath}from = 2021-01-01\nthrough = 2020-01-01"),
            "through = 2020-01-01: expected a date on or after `from`",
        ),
    ] {
        let message = read(&lines).unwrap_err();
        assert!(message.contains(expected), "{lines}: {message}");
    }
}

#[test]
fn a_rule_built_in_code_is_checked_when_it_runs() {
    let error = BreakoutRule::channel(0).detect(&series(&[1.0, 2.0])).unwrap_err();
    assert_eq!(error.to_string(), "sessions = 0: expected 1 or more, for a rule `channel`");
}
