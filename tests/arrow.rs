//! Record batches are read as delimited files are, and results are written as such.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod accumulation_support;
mod common;

use std::sync::Arc;

use accumulation_support::*;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int32Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Date64Array, Float32Array, Float64Array,
    Int64Array, LargeStringArray, RecordBatch, StringArray, StringViewArray,
    TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray,
    TimestampSecondArray,
};
use chrono::{Datelike, NaiveDate};
use eventstudy::models::MarketModel;
use eventstudy::panel::{ColumnarOptions, Compounding, PricePanel, VolumePanel};

const FIRST: i32 = 20_454; // 2026-01-01

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter(columns).unwrap()
}

fn dates(days: &[i32]) -> ArrayRef {
    Arc::new(Date32Array::from(days.iter().map(|d| FIRST + d).collect::<Vec<_>>()))
}

fn prices(values: &[f64]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

fn texts(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn message(batches: &[RecordBatch]) -> String {
    PricePanel::from_record_batches(batches).unwrap_err().to_string()
}

fn row(panel: &PricePanel, name: &str) -> Vec<Option<f64>> {
    let asset = panel.asset(name).unwrap();
    (0..panel.n_dates()).map(|t| panel.price(asset, t)).collect()
}

#[test]
fn wide_batches_follow_one_another() {
    let of = |days: &[i32], a: &[f64], b: Vec<Option<f32>>, c: Vec<Option<i64>>| {
        let (b, c): (ArrayRef, ArrayRef) =
            (Arc::new(Float32Array::from(b)), Arc::new(Int64Array::from(c)));
        batch(vec![("a", prices(a)), ("Date", dates(days)), ("b", b), ("c", c)])
    };
    let first = of(&[0, 1], &[1.0, f64::NAN], vec![None, Some(1.5)], vec![Some(7), None]);
    // A slice starts within its buffers.
    let rest = of(&[1, 2, 4], &[9.0, 2.0, 3.0], vec![None, Some(2.5), None], vec![Some(8); 3]);
    let batches = [first, rest.slice(1, 2)];
    let panel = PricePanel::from_record_batches(&batches).unwrap();
    assert_eq!(panel.names(), ["a", "b", "c"]);
    assert_eq!(panel.axis().last().to_string(), "2026-01-05");
    assert_eq!(row(&panel, "a"), [Some(1.0), None, Some(2.0), Some(3.0)]);
    assert_eq!(row(&panel, "b"), [None, Some(1.5), Some(2.5), None]);
    assert_eq!(row(&panel, "c"), [Some(7.0), None, Some(8.0), Some(8.0)]);
    let options = ColumnarOptions::default().assets(["c", "a"]);
    let two = PricePanel::from_record_batches_with(&batches, &options).unwrap();
    assert_eq!(two.names(), ["c", "a"]);
}

#[test]
fn types_that_hold_dates() {
    let at = |per_second: i64| {
        let of = |d: i64| ((i64::from(FIRST) + d) * 86_400 + 75_600) * per_second;
        vec![of(0), of(1)]
    };
    let text = ["2026-01-01", "2026/01/02"];
    let all: Vec<ArrayRef> = vec![
        dates(&[0, 1]),
        Arc::new(Date64Array::from(at(1_000))),
        Arc::new(TimestampSecondArray::from(at(1))),
        Arc::new(TimestampMillisecondArray::from(at(1_000)).with_timezone("UTC")),
        Arc::new(TimestampMicrosecondArray::from(at(1_000_000))),
        Arc::new(TimestampNanosecondArray::from(at(1_000_000_000))),
        texts(&text),
        Arc::new(LargeStringArray::from(text.to_vec())),
        Arc::new(StringViewArray::from(text.to_vec())),
    ];
    for dates in all {
        let what = dates.data_type().to_string();
        let batch = batch(vec![("date", dates), ("a", prices(&[1.0, 2.0]))]);
        let panel = PricePanel::from_record_batches(&[batch]).unwrap();
        let found: Vec<String> = panel.axis().dates().iter().map(NaiveDate::to_string).collect();
        assert_eq!(found, ["2026-01-01", "2026-01-02"], "{what}");
    }
}

#[test]
fn long_batches_and_their_volumes() {
    let of = |days: &[i32], names: &[&str], close: &[f64], volume: &[f64]| {
        let columns = vec![
            ("date", dates(days)),
            ("symbol", texts(names)),
            ("close", prices(close)),
            ("volume", prices(volume)),
        ];
        batch(columns)
    };
    let one = of(&[1, 0], &["y", "x"], &[5.0, 1.0], &[0.0, 3.0]);
    let two = of(&[1, 2], &["x", "y"], &[2.0, f64::NAN], &[4.0, f64::NAN]);
    let panel = PricePanel::from_record_batches(&[one.clone(), two.clone()]).unwrap();
    assert_eq!(panel.names(), ["y", "x"]);
    assert_eq!(row(&panel, "y"), [None, Some(5.0), None]);
    assert_eq!(row(&panel, "x"), [Some(1.0), Some(2.0), None]);
    let volumes = VolumePanel::from_record_batches(&[one.clone(), two.clone()]).unwrap();
    let y = volumes.asset("y").unwrap();
    assert_eq!((volumes.volume(y, 1), volumes.volume(y, 2)), (Some(0.0), None));
    assert_eq!(
        message(&[one.clone(), two.clone(), one.clone()]),
        "record batches: row 4 (batch 2): 2026-01-02 of `y` is there already in row 0 (batch 0)"
    );
    let bad = of(&[3], &["y"], &[f64::INFINITY], &[-1.0]);
    assert_eq!(
        message(&[one.clone(), bad.clone()]),
        "record batches: row 2 (batch 1), column `close`: `inf` is not a positive, finite price"
    );
    assert_eq!(
        VolumePanel::from_record_batches(&[one.clone(), bad]).unwrap_err().to_string(),
        "record batches: row 2 (batch 1), column `volume`: `-1` is not a number of zero or more"
    );
    let nameless = of(&[3], &[" "], &[1.0], &[1.0]);
    assert_eq!(
        message(&[one, nameless]),
        "record batches: row 2 (batch 1), column `symbol`: `` is not the name of an asset"
    );
}

#[test]
fn hostile_batches_are_refused_with_their_place() {
    let wide = |days: &[i32], a: &[f64]| batch(vec![("date", dates(days)), ("a", prices(a))]);
    let good = wide(&[0, 1], &[1.0, 2.0]);
    let second = |days: &[i32], a: &[f64]| message(&[good.clone(), wide(days, a)]);
    assert_eq!(
        second(&[2, 3], &[1.0, -4.0]),
        "record batches: row 3 (batch 1), column `a`: `-4` is not a positive, finite price"
    );
    assert_eq!(
        second(&[1, 3], &[1.0, 4.0]),
        "record batches: row 2 (batch 1): 2026-01-02 is there already in row 1 (batch 0)"
    );
    assert_eq!(
        second(&[3, 2], &[1.0, 4.0]),
        "record batches: row 3 (batch 1): 2026-01-03 comes after 2026-01-04; sort the rows by date"
    );
    let days: ArrayRef = Arc::new(Date32Array::from(vec![Some(FIRST + 2), None]));
    assert_eq!(
        message(&[good.clone(), batch(vec![("date", days), ("a", prices(&[1.0; 2]))])]),
        "record batches: row 3 (batch 1), column `date`: `null` is not a date such as 2026-01-08"
    );
    assert_eq!(
        message(&[batch(vec![("date", texts(&["yesterday"])), ("a", prices(&[1.0]))])]),
        "record batches: row 0 (batch 0), column `date`: `yesterday` is not a date such as 2026-01-08"
    );
    let flags: ArrayRef = Arc::new(BooleanArray::from(vec![true]));
    assert_eq!(
        message(&[batch(vec![("date", dates(&[0])), ("a", flags)])]),
        "record batches: column `a` holds Boolean; expected 64- or 32-bit floats or signed integers"
    );
    assert_eq!(
        message(&[batch(vec![("date", prices(&[1.0])), ("a", prices(&[1.0]))])]),
        "record batches: column `date` holds Float64; expected dates, timestamps, or text such as \
         2026-01-08"
    );
    assert!(message(&[batch(vec![("a", prices(&[1.0]))])]).contains("no column `date`"));
    assert!(message(&[]).contains("no rows"));
    assert!(message(&[good.slice(0, 0)]).contains("no rows"));
    let other = batch(vec![("date", dates(&[2])), ("b", prices(&[1.0]))]);
    assert!(message(&[good, other]).contains("the columns of batch 1"));
}

#[test]
fn results_as_batches() {
    let world = World::new(3, 0.05);
    let data = world.returns(Compounding::Simple);
    let design = designs().swap_remove(0);
    let table = table(&data, &MarketModel::on("m"), &design, &own_dates(3));
    let days = |date: NaiveDate| date.num_days_from_ce() - 719_163;

    let ars = table.ar_batch().unwrap();
    let column = |name: &str| ars.column_by_name(name).unwrap();
    let (events, taus) =
        (column("event").as_primitive::<Date32Type>(), column("tau").as_primitive::<Int32Type>());
    let values = column("ar").as_primitive::<Float64Type>();
    let names = column("asset").as_string::<i64>();
    let on = column("date").as_primitive::<Date32Type>();
    let (mut row, mut n_missing) = (0, 0);
    for response in table.responses() {
        let event = table.event_rows(response.event()).unwrap();
        for date_row in event.span.clone() {
            assert_eq!(events.value(row), days(event.date));
            assert_eq!(on.value(row), days(table.axis().date(date_row)));
            assert_eq!(names.value(row), table.name(response.asset()));
            let found = values.is_valid(row).then(|| values.value(row));
            assert_eq!(found, table.ar(response, taus.value(row)));
            n_missing += usize::from(found.is_none());
            row += 1;
        }
    }
    assert_eq!(row, ars.num_rows());
    assert!(n_missing > 0 && n_missing < row);

    for window in design.windows() {
        let (expected, excluded) = table.cumulative(window).unwrap();
        let (cars, exclusions) = table.car_batch(window).unwrap();
        assert_eq!((cars.num_rows(), exclusions.len()), (expected.len(), excluded.len()));
        let number = |name: &str| {
            cars.column_by_name(name).unwrap().as_primitive::<Float64Type>().values().to_vec()
        };
        let all = number("car").into_iter().zip(number("scar")).zip(number("forecast_std_dev"));
        for (((car, scar), deviation), (_, of)) in all.zip(&expected) {
            assert_eq!((car, scar, deviation), (of.car, of.scar(), of.forecast_std_dev));
        }
    }
}
