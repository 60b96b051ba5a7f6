use super::*;
use chrono::Days;
use proptest::prelude::*;

fn day(n: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2021, 1, 1).unwrap() + Days::new(n as u64)
}

fn series(closes: &[f64]) -> PriceSeries {
    let dated = closes.iter().enumerate().map(|(n, p)| (day(n), *p)).collect();
    PriceSeries::from_closes("s", dated).unwrap()
}

fn row(n: usize, high: f64, low: f64, close: f64) -> HighLowClose {
    HighLowClose { date: day(n), high, low, close }
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{found:e}, {expected:e}");
}

#[test]
fn roll_by_plain_sums() {
    // Python: means, products and square root by hand over two windows of six log returns.
    let found =
        roll_spread(&series(&[100.0, 101.0, 99.5, 100.5, 98.75, 99.25, 101.5, 100.25]), 6).unwrap();
    assert_eq!(found.iter().map(|s| s.date).collect::<Vec<_>>(), [day(6), day(7)]);
    close(found[0].autocovariance, -8.844_941_256_763_55e-5);
    close(found[0].spread, 0.018_809_509_570_175_99);
    close(found[1].spread, 0.021_651_744_682_478_803);
    assert!(found[0].is_defined());
}

#[test]
fn roll_has_no_spread_where_returns_go_on() {
    // Two days up, two days down: the sum of products of neighbours is above zero.
    let closes = [1.0, 1.1, 1.2, 1.1, 1.0, 1.1, 1.2, 1.1, 1.0, 1.1, 1.2];
    let found = roll_spread(&series(&closes), 10).unwrap();
    assert!(found[0].autocovariance > 0.0 && !found[0].is_defined());
    assert!(found[0].spread.abs() < f64::MIN_POSITIVE);
    // A price that grows at one rate has none either, and no rounding that looks like one.
    let steady: Vec<f64> = (0..20).map(|n| (0.01 * f64::from(n)).exp()).collect();
    for spread in roll_spread(&series(&steady), 9).unwrap() {
        assert!(spread.spread < 1e-9, "{spread:?}");
    }
}

#[test]
fn a_still_price_with_a_spread_gives_the_spread() {
    for spread in [1e-4, 0.003, 0.05, 0.4] {
        let (ask, bid) = (7.0 * (1.0 + spread / 2.0), 7.0 * (1.0 - spread / 2.0));
        let rows: Vec<_> = (0..4).map(|n| row(n, ask, bid, bid)).collect();
        for found in corwin_schultz_spread("s", &rows).unwrap() {
            assert!((found.spread - spread).abs() <= 1e-11 * spread, "{found:?}");
            assert!(!found.moved_overnight);
        }
    }
}

#[test]
fn a_range_that_grows_with_the_root_of_time_has_no_spread() {
    // One day spans r, both together √2 r: γ = β.
    let r = 0.02_f64;
    let both = std::f64::consts::SQRT_2 * r;
    let rows = [row(0, r.exp(), 1.0, 1.0), row(1, both.exp(), (both - r).exp(), 1.02)];
    let rows = [HighLowClose { close: (both - r).exp(), ..rows[0] }, rows[1]];
    let found = corwin_schultz_spread("s", &rows).unwrap();
    assert!(found[0].spread.abs() < 1e-14, "{found:?}");
}

#[test]
fn corwin_schultz_by_plain_formula() {
    // Python: the formula as the paper prints it, with (3 − 2√2) and e^α.
    let first = row(0, 10.2, 9.8, 10.0);
    let of = |first, second| corwin_schultz_spread("s", &[first, second]).unwrap()[0];
    let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-13, "{found}");
    near(of(first, row(1, 10.3, 9.9, 10.0)).spread, 0.015_776_850_613_837_892);
    let gap_up = of(first, row(1, 11.3, 10.9, 11.0));
    near(gap_up.spread, -0.008_206_825_744_894_81);
    assert!(gap_up.moved_overnight && gap_up.or_zero() < f64::MIN_POSITIVE);
    let gap_down = of(first, row(1, 9.0, 8.5, 8.7));
    near(gap_down.spread, -0.014_597_253_680_335_53);
    assert!(gap_down.moved_overnight);
    let touching = of(row(0, 10.2, 9.8, 9.9), row(1, 12.0, 9.9, 10.0));
    near(touching.spread, -0.014_573_569_603_048_805);
    assert!(!touching.moved_overnight);
}

#[test]
fn faults_are_errors() {
    let text = |rows: &[HighLowClose]| corwin_schultz_spread("s", rows).unwrap_err().to_string();
    let good = row(0, 2.0, 1.0, 1.5);
    assert_eq!(text(&[good]), "the high-low spread of s needs at least 2 days, found 1");
    assert_eq!(
        text(&[good, row(1, 0.5, 1.0, 1.0)]),
        "high of s on 2021-01-02: 0.5 is not a finite price at or above the low"
    );
    assert!(text(&[good, row(1, 2.0, 0.0, 1.0)]).starts_with("low of s on 2021-01-02: 0 is not"));
    assert!(text(&[good, row(1, 2.0, 1.0, 2.5)]).starts_with("close of s on 2021-01-02"));
    assert!(text(&[row(1, 2.0, 1.0, 1.5), good]).contains("does not come after"));
    let far = [row(0, 1e308, 1e-308, 1.0), row(1, 1e308, 1e-308, 1.0)];
    assert!(text(&far).starts_with("high-low spread of s on 2021-01-02: NaN is not a finite"));
    let far = roll_spread(&series(&[1e-308, 1e308, 1.0, 1.0]), 3);
    assert!(matches!(far, Err(Error::BadValue { .. })));
    assert!(matches!(roll_spread(&series(&[1.0; 9]), 2), Err(Error::Setting { .. })));
    let text = roll_spread(&series(&[1.0; 4]), 4).unwrap_err().to_string();
    assert_eq!(text, "the spread of s over 4 rows needs at least 5 closes, found 4");
}

proptest! {
    #[test]
    fn spreads_have_no_price_scale(
        rows in prop::collection::vec((1_u32..50, 0_u32..50, 0_u32..=4), 4..20), shift in -9_i32..9,
    ) {
        let factor = 2.0_f64.powi(shift);
        let of = |scale: f64| {
            let rows: Vec<HighLowClose> = rows
                .iter()
                .enumerate()
                .map(|(n, (low, range, part))| {
                    let (low, range) = (f64::from(*low), f64::from(*range));
                    let close = (low + range * f64::from(*part) / 4.0) * scale;
                    row(n, (low + range) * scale, low * scale, close)
                })
                .collect();
            let closes: Vec<f64> = rows.iter().map(|r| r.close).collect();
            (corwin_schultz_spread("s", &rows).unwrap(), roll_spread(&series(&closes), 3).unwrap())
        };
        let (high_low, roll) = of(1.0);
        prop_assert!(high_low.iter().all(|s| s.spread > -2.0 && s.spread < 2.0));
        prop_assert!(roll.iter().all(|s| s.spread >= 0.0 && s.spread.is_finite()));
        prop_assert_eq!((high_low, roll), of(factor));
    }
}
