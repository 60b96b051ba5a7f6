use super::*;
use CapitulationState::{Absent, Ongoing, Over, OverIfVolume};

fn day(n: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2021, 1, 1).unwrap() + Days::new(n as u64)
}

fn series(closes: &[f64]) -> PriceSeries {
    let dated = closes.iter().enumerate().map(|(n, p)| (day(n), *p)).collect();
    PriceSeries::from_closes("btc", dated).unwrap()
}

const RULE: CapitulationRule = CapitulationRule {
    high_rows: 6,
    depth: 0.2,
    return_rows: 5,
    return_share: 0.1,
    volume_rows: 3,
    volume_multiple: 2.0,
    trough_from: TroughFrom::FirstOfEpisode,
};

/// Seven ordinary days, a crash, a lower close two days later, four days above it.
const CLOSES: [f64; 14] =
    [100.0, 101.0, 100.0, 101.0, 100.0, 101.0, 100.0, 78.0, 80.0, 77.0, 79.0, 81.0, 80.0, 82.0];

fn at(series: &PriceSeries, n: usize, quiet: u32) -> Capitulation {
    capitulation(series, &RULE, day(n), u32::try_from(n - 6).unwrap(), quiet, 0).unwrap()
}

fn with_volume(on_crash: f64) -> PriceSeries {
    let mut volumes = [10.0; 14];
    volumes[7] = on_crash;
    series(&CLOSES).with_volumes(volumes.to_vec()).unwrap()
}

#[test]
fn the_states_by_hand() {
    let loud = with_volume(20.0);
    let found = at(&loud, 13, 4);
    assert_eq!(found.sell_offs.len(), 1);
    let crash = found.sell_offs[0];
    assert_eq!((crash.date, crash.volume_ratio), (day(7), Some(2.0)));
    assert!((crash.depth - (1.0 - 78.0 / 101.0)).abs() < 1e-15);
    assert!((crash.fall + 0.22).abs() < 1e-15);
    // The low came two days after the crash.
    assert_eq!(found.trough, Some((day(9), 77.0)));
    assert!((found.rebound.unwrap() - 5.0 / 77.0).abs() < 1e-15);
    assert_eq!([found.state, at(&loud, 13, 5).state], [Over, Ongoing]);
    assert_eq!(at(&loud, 9, 1).state, Ongoing);
    let quiet = at(&with_volume(19.0), 13, 4);
    assert_eq!((quiet.state, quiet.n_without_volume, quiet.trough), (Absent, 1, None));
    assert_eq!(at(&series(&CLOSES), 13, 4).state, OverIfVolume);
    assert_eq!(at(&with_volume(f64::NAN), 13, 4).state, OverIfVolume);
    assert_eq!(at(&with_volume(0.0), 13, 4).state, Absent);
}

#[test]
fn a_fall_must_be_deep_and_sudden() {
    let mut shallow = CLOSES;
    shallow[7] = 81.0;
    shallow[9] = 80.9;
    assert_eq!(at(&series(&shallow), 13, 1).state, Absent);
    // The same depth by steps that are no larger than those before.
    let slow: Vec<f64> = (0..14).map(|n: i32| 100.0 * 0.5_f64.powi(n)).collect();
    assert_eq!(at(&series(&slow), 13, 1).state, Absent);
}

#[test]
fn later_rows_play_no_part() {
    let mut changed = CLOSES;
    changed[12] = 1.0;
    changed[13] = 500.0;
    for n in 7..12 {
        assert_eq!(at(&series(&changed), n, 2), at(&series(&CLOSES), n, 2));
    }
    assert_ne!(at(&series(&changed), 12, 2), at(&series(&CLOSES), 12, 2));
}

#[test]
fn faults_are_errors() {
    let s = series(&CLOSES);
    let text = capitulation(&s, &RULE, day(13), 9, 2, 0).unwrap_err().to_string();
    assert_eq!(
        text,
        "a capitulation of btc in the 9 days up to 2021-01-14 needs at least 6 closes before \
         them, found 5"
    );
    let text = capitulation(&s, &RULE, day(20), 3, 2, 5).unwrap_err().to_string();
    assert_eq!(text, "btc has no value in the 5 days up to 2021-01-21");
    for rule in [
        CapitulationRule { volume_rows: 0, ..RULE },
        CapitulationRule { depth: 1.0, ..RULE },
        CapitulationRule { return_share: 0.0, ..RULE },
        CapitulationRule { volume_multiple: f64::NAN, ..RULE },
    ] {
        let found = capitulation(&s, &rule, day(13), 3, 2, 0);
        assert!(matches!(found, Err(Error::Setting { .. })));
    }
}

#[test]
fn a_later_sell_off_above_the_low_does_not_start_the_wait_anew() {
    // A crash on day 7 to 70, a rise to 79, and a fall on day 13 that stays above 70.
    let closes = [
        100.0, 101.0, 100.0, 101.0, 100.0, 101.0, 100.0, 70.0, 77.0, 78.0, 79.0, 79.0, 79.0, 74.0,
        75.0, 76.0,
    ];
    let series = series(&closes);
    let rule = CapitulationRule { high_rows: 7, depth: 0.05, ..RULE };
    let on = |rule: &CapitulationRule| capitulation(&series, rule, day(14), 8, 5, 0).unwrap();
    let found = on(&rule);
    let dates: Vec<NaiveDate> = found.sell_offs.iter().map(|s| s.date).collect();
    assert_eq!(dates, [day(7), day(13)]);
    assert_eq!((found.trough, found.state), (Some((day(7), 70.0)), OverIfVolume));
    let last = CapitulationRule { trough_from: TroughFrom::LastSellOff, ..rule };
    let found = on(&last);
    assert_eq!((found.trough, found.state), (Some((day(13), 74.0)), Ongoing));
}

#[test]
fn a_recovery_ends_the_episode() {
    // A crash to 70, all of it made good on day 9, and a shallower crash on day 13.
    let closes = [
        100.0, 101.0, 100.0, 101.0, 100.0, 101.0, 100.0, 70.0, 90.0, 102.0, 101.0, 102.0, 101.0,
        78.0, 79.0, 80.0,
    ];
    let found = capitulation(&series(&closes), &RULE, day(15), 9, 1, 0).unwrap();
    assert_eq!(found.sell_offs.len(), 2);
    assert_eq!(found.trough, Some((day(13), 78.0)));
    // Without the recovery the low is that of the first crash.
    let mut open = closes;
    open[9..13].fill(95.0);
    let rule = CapitulationRule { high_rows: 7, depth: 0.17, ..RULE };
    let found = capitulation(&series(&open), &rule, day(15), 9, 1, 0).unwrap();
    assert_eq!((found.sell_offs.len(), found.trough), (2, Some((day(7), 70.0))));
}
