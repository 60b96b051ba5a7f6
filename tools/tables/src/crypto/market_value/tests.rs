//! Market values on made-up coins.
#![allow(clippy::unwrap_used)]

use super::super::Row;
use super::super::lists::Stated;
use super::*;

/// Six coins of steady prices; `change` alters everything after the last day of 2019.
fn world(change: f64) -> (Coins, Lists, Config) {
    let names = ["a", "b", "c", "d", "e", "f"];
    let mut coins = Coins::new();
    for (i, name) in names.iter().enumerate() {
        let mut coin = Coin::default();
        for date in day(2019, 1, 1).iter_days().take_while(|d| *d < day(2020, 7, 1)) {
            let factor = if date < day(2020, 1, 1) { 1.0 } else { change };
            coin.rows.insert(date, Row { close: (i + 1) as f64 * factor, source: 'c' });
            if i < 5 {
                coin.market_values.insert(date, 1e9 / (i + 1) as f64 * factor * factor);
            }
        }
        coins.insert((*name).to_owned(), coin);
    }
    let order = |last: &str| -> Vec<String> {
        ["a", "b", "c", "f", "d", last].iter().map(|s| (*s).to_owned()).collect()
    };
    let after = if change > 1.0 { vec!["f".to_owned(), "a".to_owned()] } else { order("e") };
    let ordered = BTreeMap::from([(day(2019, 12, 1), order("e")), (day(2020, 1, 1), after)]);
    let stated = vec![Stated { asset: "f".to_owned(), market_value: change, supply: None }];
    let stated = BTreeMap::from([(day(2020, 1, 1), stated)]);
    let config: Config = toml::from_str(
        "rename = {}\nsame_coin = []\nalias = []\nexcluded = []\ndrop = []\nkeep = []\n\
         no_value = []\n",
    )
    .unwrap();
    (coins, Lists { ordered, stated }, config)
}

fn values(change: f64, date: NaiveDate) -> Vec<(String, f64, Basis)> {
    let (coins, lists, config) = world(change);
    at(&coins, &lists, &config, Rule::ALL, &[day(2019, 12, 1), date]).pop().unwrap().values
}

#[test]
fn a_snapshot_knows_nothing_of_its_own_day_and_later() {
    assert_eq!(values(1.0, day(2020, 1, 1)), values(7.0, day(2020, 1, 1)));
    // The same change is seen a day later, so the first line can fail.
    assert_ne!(values(1.0, day(2020, 1, 2)), values(7.0, day(2020, 1, 2)));
}

#[test]
fn a_coin_without_a_report_lies_between_its_neighbours_in_the_list() {
    let values = values(1.0, day(2020, 1, 1));
    let of = |name: &str| values.iter().find(|v| v.0 == name).unwrap().clone();
    let (c, f, d) = (of("c").1, of("f").1, of("d").1);
    assert!((f / (c * d).sqrt() - 1.0).abs() < 1e-9, "{c} {f} {d}");
    assert_eq!((of("f").2, of("c").2), (Basis::Ranked, Basis::Reported));
}

#[test]
fn pools_are_weighted_means_of_what_violates_the_order() {
    let fitted = decreasing(&[(0, 5.0, 1.0), (1, 2.0, 1.0), (2, 4.0, 3.0), (3, 1.0, 1.0)]);
    assert_eq!(fitted, [5.0, 3.5, 3.5, 1.0]);
}
