use super::*;

fn day(m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2021, m, d).unwrap()
}

fn panel() -> PricePanel {
    let run = |name: &str, from: u32, to: u32| {
        (name.to_owned(), (from..=to).map(|d| (day(1, d), 1.0)).collect())
    };
    PricePanel::from_series(vec![run("a", 1, 31), run("dead", 1, 10), run("new", 28, 31)]).unwrap()
}

fn values() -> MarketValues {
    let rows = [
        (day(1, 1), "a", 9.0),
        (day(1, 1), "dead", 8.0),
        (day(1, 15), "usdx", 10.0),
        (day(1, 15), "dead", 8.0),
        (day(1, 15), "ghost", 7.0),
        (day(1, 15), "new", 6.0),
        (day(1, 15), "a", 5.0),
    ];
    MarketValues::new(rows.map(|(d, n, v)| (d, n.to_owned(), v))).unwrap()
}

#[test]
fn faults_of_the_data_keep_their_place_and_rules_do_not() {
    let universe = Universe::top(3, values())
        .unwrap()
        .excluding(ExcludedAssets::default().with("usdx", "stablecoin"))
        .min_history(10);
    let panel = panel();
    let found = universe.select(&panel, day(1, 31));
    let (name, kind) = ("usdx".to_owned(), "stablecoin".to_owned());
    assert_eq!(
        found,
        [
            Candidate::ByRule { name, kind },
            Candidate::NotTraded {
                asset: panel.asset("dead").unwrap(),
                last_price: Some(day(1, 10))
            },
            Candidate::NotInPanel { name: "ghost".to_owned() },
            Candidate::HistoryTooShort {
                asset: panel.asset("new").unwrap(),
                n_found: 4,
                n_needed: 10
            },
        ]
    );
}

#[test]
fn a_later_snapshot_is_not_seen() {
    let universe = Universe::top(1, values()).unwrap();
    let panel = panel();
    let members = |date| match &universe.select(&panel, date)[..] {
        [Candidate::Member { asset, .. }] => panel.name(*asset).to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(members(day(1, 9)), "a");
    assert!(universe.select(&panel, NaiveDate::from_ymd_opt(2020, 12, 31).unwrap()).is_empty());
}
