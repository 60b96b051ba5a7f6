use super::*;
use crate::panel::PricePanel;
use proptest::prelude::*;

fn day(m: i32) -> NaiveDate {
    add_months(NaiveDate::from_ymd_opt(2020, 1, 1).unwrap(), m).unwrap()
}

/// Snapshots month by month: names from the largest on, with the value of each.
fn values(months: &[(&str, f64)]) -> MarketValues {
    let rows = (0..).zip(months).flat_map(|(m, (names, value))| {
        names
            .chars()
            .zip(0..)
            .map(move |(name, place)| (day(m), name.to_string(), value * (10.0 - f64::from(place))))
    });
    MarketValues::new(rows).unwrap()
}

const RULE: RotationRule =
    RotationRule { n: 2, months: 1, history_months: 3, min_history: 2, hold: 0.1 };

fn at(values: &MarketValues, month: i32) -> Result<Rotation> {
    rotation(values, &ExcludedAssets::default(), &RULE, day(month), 20)
}

#[test]
fn the_three_flows_by_hand() {
    // In the first months nobody leaves the top two; then one does, and the total stays; then
    // one does and the total falls by a fifth; then nobody does.
    let values = values(&[
        ("abc", 1.0),
        ("abc", 1.0),
        ("bac", 1.0),
        ("abc", 1.0),
        ("acb", 1.0),
        ("abc", 0.8),
        ("abc", 0.9),
    ]);
    let turned = at(&values, 4).unwrap();
    assert_eq!((turned.turnover.share_left, turned.usual_share_left), (0.5, 0.0));
    assert_eq!((turned.flow, turned.n_history, turned.n_lacking), (ValueFlow::Rotation, 3, 0));
    assert_eq!((turned.first_value, turned.change), (19.0, 0.0));
    let left = at(&values, 5).unwrap();
    assert_eq!(left.flow, ValueFlow::Withdrawal);
    assert!((left.change + 0.2).abs() < 1e-15);
    // Half the spans before had a turnover of one half, which is not exceeded.
    let still = at(&values, 6).unwrap();
    assert_eq!((still.flow, still.usual_share_left), (ValueFlow::Standstill, 0.5));
    assert_eq!(at(&values, 3).unwrap().n_lacking, 1);
    assert_eq!(
        at(&values, 2).unwrap_err().to_string(),
        "the usual turnover before 2020-03-01 needs at least 2 earlier spans, found 1"
    );
    let all = rotations(&values, &ExcludedAssets::default(), &RULE, 20).unwrap();
    assert_eq!(all.len(), 4);
    let balance = RotationBalance::over(&all, Period::new(day(3), day(6)).unwrap());
    assert_eq!((balance.n_spans, balance.n_rotation, balance.n_withdrawal), (3, 1, 1));
    assert_eq!(balance.balance, Some(0.0));
    assert_eq!(RotationBalance::over(&all, Period::new(day(7), day(9)).unwrap()).balance, None);
}

#[test]
fn a_fall_by_just_the_share_is_no_withdrawal() {
    let flow = |to: f64| {
        let months = [("ab", 1.0), ("ab", 1.0), ("ab", 1.0), ("ab", to)];
        at(&values(&months), 3).unwrap().flow
    };
    assert_eq!(flow(0.91), ValueFlow::Standstill);
    assert_eq!(flow(0.89), ValueFlow::Withdrawal);
}

#[test]
fn concentration_by_hand() {
    let rows = [("btc", 60.0), ("usdt", 500.0), ("eth", 30.0), ("xrp", 10.0)];
    let values =
        MarketValues::new(rows.map(|(name, value)| (day(0), name.to_owned(), value))).unwrap();
    let stable = ExcludedAssets::default().with("usdt", "stablecoin");
    let found = concentration(&values, &stable, day(0), 0).unwrap();
    assert!((found.herfindahl - 0.46).abs() < 1e-15);
    assert!((found.effective_number - 1.0 / 0.46).abs() < 1e-14);
    assert_eq!(found.n_assets, 3);
    let none = rows.iter().fold(stable, |all, (name, _)| all.with(name, "kind"));
    assert!(matches!(concentration(&values, &none, day(0), 0), Err(Error::TooFew { .. })));
    assert!(matches!(concentration(&values, &none, day(2), 20), Err(Error::NoSnapshot { .. })));
}

#[test]
fn dispersion_by_hand() {
    let run = |name: &str, to: f64| (name.to_owned(), vec![(day(0), 1.0), (day(1), to)]);
    let e = std::f64::consts::E;
    let mut series = vec![run("a", 1.0), run("b", e), run("c", e * e), run("d", e * e * e)];
    series.push(("gone".to_owned(), vec![(day(0), 1.0)]));
    let panel = PricePanel::from_series(series).unwrap();
    let assets: Vec<AssetId> = panel.assets().collect();
    let period = Period::new(day(0), day(1)).unwrap();
    let found = return_dispersion(Levels::new(&panel, 0), &assets, period).unwrap();
    // Log returns 0, 1, 2, 3: variance 5/3, quartiles 0.75 and 2.25.
    assert!((found.std_dev.unwrap() - (5.0_f64 / 3.0).sqrt()).abs() < 1e-14);
    assert!((found.interquartile_range.unwrap() - 1.5).abs() < 1e-14);
    assert_eq!((found.n_assets, found.n_lacking), (4, 1));
    let one = return_dispersion(Levels::new(&panel, 0), &assets[..1], period).unwrap();
    assert_eq!((one.std_dev, one.interquartile_range), (None, Some(0.0)));
    assert!(return_dispersion(Levels::new(&panel, 0), &[assets[0]; 2], period).is_err());
}

#[test]
fn faults_are_errors() {
    let values = values(&[("ab", 1.0), ("ab", 1.0)]);
    for rule in [
        RotationRule { months: 0, ..RULE },
        RotationRule { history_months: 0, ..RULE },
        RotationRule { hold: 1.0, ..RULE },
        RotationRule { n: 0, ..RULE },
    ] {
        let none = ExcludedAssets::default();
        assert!(matches!(rotation(&values, &none, &rule, day(1), 20), Err(Error::Setting { .. })));
        assert!(matches!(rotations(&values, &none, &rule, 20), Err(Error::Setting { .. })));
    }
}

proptest! {
    #[test]
    fn concentration_is_between_equal_and_all_in_one(
        amounts in prop::collection::vec(1_u32..1_000, 1..20), shift in -9_i32..9,
    ) {
        let of = |scale: f64| {
            let rows = amounts.iter().enumerate().map(|(i, v)| (day(0), format!("a{i}"), scale * f64::from(*v)));
            let values = MarketValues::new(rows).unwrap();
            concentration(&values, &ExcludedAssets::default(), day(0), 0).unwrap()
        };
        let found = of(1.0);
        let n = amounts.len() as f64;
        prop_assert!(found.herfindahl >= 1.0 / n - 1e-12 && found.herfindahl <= 1.0 + 1e-12);
        prop_assert_eq!(found, of(2.0_f64.powi(shift)));
    }
}
