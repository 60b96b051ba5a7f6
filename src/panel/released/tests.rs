use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::Days;
use proptest::prelude::*;

use super::*;

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + Days::new(n)
}

fn release(observed: u64, known: u64, value: f64) -> Release {
    Release { observed: day(observed), known: day(known), value }
}

fn releases() -> impl Strategy<Value = Vec<Release>> {
    prop::collection::btree_map((0_u64..30, 0_u64..15), -5.0..5.0_f64, 1..40).prop_map(|map| {
        map.into_iter().map(|((day, lag), value)| release(day, day + lag, value)).collect()
    })
}

proptest! {
    #[test]
    fn what_was_known_is_what_a_search_through_everything_finds(
        all in releases(), by in 0_u64..50, on in 0_u64..50,
    ) {
        let series = ReleasedSeries::new("s", all.clone()).unwrap();
        let (by, on) = (day(by), day(on));
        let expected = all
            .iter()
            .filter(|r| r.observed <= by && r.known <= on)
            .max_by_key(|r| (r.observed, r.known));
        prop_assert_eq!(series.observed_by(by, on), expected.copied());
        let history = series.history_as_known_on(on);
        prop_assert_eq!(history.last().copied(), series.as_known_on(on));
        prop_assert!(history.windows(2).all(|pair| pair[0].observed < pair[1].observed));
        for one in &history {
            prop_assert_eq!(series.observed_by(one.observed, on), Some(*one));
        }
    }

    #[test]
    fn later_releases_change_nothing(all in releases(), on in 0_u64..50, other in -9.0..9.0_f64) {
        let on = day(on);
        let known = ReleasedSeries::new("s", all.clone()).unwrap();
        let changed = all
            .into_iter()
            .map(|r| if r.known > on { Release { value: other, ..r } } else { r })
            .collect();
        let changed = ReleasedSeries::new("s", changed).unwrap();
        prop_assert_eq!(changed.as_known_on(on), known.as_known_on(on));
        prop_assert_eq!(changed.history_as_known_on(on), known.history_as_known_on(on));
    }
}

fn read(text: &str) -> Result<ReleasedTable> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("eventstudy-macro-{}-{n}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("macro.csv");
    std::fs::write(&path, text).unwrap();
    let table = ReleasedTable::from_csv_path(&path);
    std::fs::remove_dir_all(&folder).unwrap();
    table
}

#[test]
fn reads_series_in_any_order() {
    let table = read(
        "series,observed,known,value\nB,2020-01-02,2020-01-02,-1\nA,2020-01-08,2020-01-09,2.5\n\
         B,2020-01-01,2020-01-03,4\nA,2020-01-01,2020-01-02,\n",
    )
    .unwrap();
    assert_eq!(table.iter().map(ReleasedSeries::name).collect::<Vec<_>>(), ["B", "A"]);
    assert_eq!(table.series("A").unwrap().releases(), [release(7, 8, 2.5)]);
    let b = table.series("B").unwrap();
    assert_eq!(b.releases(), [release(0, 2, 4.0), release(1, 1, -1.0)]);
    assert_eq!(b.as_known_on(day(2)).unwrap().value, -1.0);
    assert_eq!(b.scaled(0.5).unwrap().releases()[0].value, 2.0);
    assert_eq!(b.recent(day(4), day(4), 3).unwrap().value, -1.0);
    let change = b.change_as_known_on(day(4), 1, 3).unwrap();
    assert_eq!((change.from.observed, change.to.observed), (day(0), day(1)));
    assert_eq!((change.absolute(), change.relative()), (-5.0, -1.25));
    // On the day of its second value the first was not public.
    assert!(matches!(b.change_as_known_on(day(1), 1, 3), Err(Error::NoLevel { .. })));
    assert!(matches!(b.change_as_known_on(day(4), u32::MAX, 3), Err(Error::NoLevel { .. })));
    let text = b.recent(day(5), day(5), 3).unwrap_err().to_string();
    assert_eq!(text, "B, as public on 2020-01-06, has no value in the 3 days up to 2020-01-06");
    let text = table.series("C").unwrap_err().to_string();
    assert!(text.contains("`C`"), "{text}");
}

#[test]
fn faults_name_the_place() {
    let end = |text: &str| {
        let message = read(text).unwrap_err().to_string();
        message.split_once("macro.csv: ").map(|(_, end)| end.to_owned()).unwrap()
    };
    assert_eq!(
        end("series,observed,known,value\nA,2020-01-02,2020-01-01,1\n"),
        "line 2, column `known`: `2020-01-01` is not a date on or after the date observed"
    );
    assert_eq!(
        end("series,observed,known,value\nA,2020-01-02,2020-01-02,x\n"),
        "line 2, column `value`: `x` is not a finite number"
    );
    assert_eq!(
        end("series,observed,known,value\nA,2020-01-02,2020-01-02,1\nA,2020-01-02,2020-01-02,1\n"),
        "line 3: `A` of 2020-01-02, known 2020-01-02, is there already on line 2"
    );
    assert!(end("series,observed,value\nA,2020-01-02,1\n").starts_with("no column `known`"));
}

#[test]
fn bad_releases_are_errors() {
    assert!(matches!(ReleasedSeries::new("s", vec![]), Err(Error::EmptyAxis)));
    for bad in [
        vec![release(3, 2, 1.0)],
        vec![release(3, 4, f64::NAN)],
        vec![release(3, 4, 1.0), release(3, 4, 2.0)],
    ] {
        assert!(matches!(ReleasedSeries::new("s", bad), Err(Error::BadValue { .. })));
    }
    let one = ReleasedSeries::new("s", vec![release(0, 0, 1e300)]).unwrap();
    assert!(one.scaled(1e300).is_err());
    assert!(matches!(
        ReleasedTable::new(vec![one.clone(), one]),
        Err(Error::DuplicateAsset { .. })
    ));
}
