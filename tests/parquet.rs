//! Parquet files are read as delimited files are, and refused as clearly.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;
mod parquet_support;

use std::fmt::Write as _;
use std::path::Path;

use chrono::{Datelike, NaiveDate};
use common::{Noise, axis, day};
use eventstudy::panel::{
    AuditOptions, ColumnarOptions, PricePanel, TableLayout, VolumePanel, WideParquet,
};
use ndarray::Array2;
use parquet::basic::{Compression, TimeUnit};
use parquet_support::{Folder, Values, Values::*, write};

const DAY: i32 = 86_400;

/// Days since 1970 of the t-th date.
fn days(t: usize) -> i32 {
    day(t).num_days_from_ce() - NaiveDate::default().num_days_from_ce()
}

fn some_days(n: usize) -> Values {
    Days((0..n).map(|t| Some(days(t))).collect())
}

fn panel(n_assets: usize, n_dates: usize) -> PricePanel {
    let mut noise = Noise::new(11);
    let values = Array2::from_shape_fn((n_assets, n_dates), |_| {
        let price = 50.0 * (1.0 + 0.5 * noise.next());
        if noise.next() > 0.8 { f64::NAN } else { price }
    });
    let names = (0..n_assets).map(|i| format!("a{i}")).collect();
    PricePanel::new(axis(n_dates), names, values).unwrap()
}

fn assert_same(a: &PricePanel, b: &PricePanel) {
    assert_eq!(a.names(), b.names());
    assert_eq!(a.axis(), b.axis());
    for asset in a.assets() {
        for row in 0..a.n_dates() {
            let bits = |p: &PricePanel| p.price(asset, row).map(f64::to_bits);
            assert_eq!(bits(a), bits(b), "{} at {row}", a.name(asset));
        }
    }
}

fn message(path: &Path) -> String {
    let error = PricePanel::from_parquet_path(path).unwrap_err();
    error.to_string().replace(&path.display().to_string(), "FILE")
}

#[test]
fn what_was_written_reads_back_bit_by_bit() {
    let folder = Folder::new("round");
    let written = panel(70, 300);
    let path = folder.path("deep/prices.parquet");
    written.write_parquet(&path).unwrap();
    for threads in [1, 2] {
        let read = eventstudy::with_threads(threads, || PricePanel::from_parquet_path(&path));
        assert_same(&read.unwrap().unwrap(), &written);
    }
    let again = PricePanel::from_parquet_path(&path).unwrap();
    let options = AuditOptions::default();
    assert_eq!(again.audit(&options).unwrap(), written.audit(&options).unwrap());
    assert!(!again.audit(&options).unwrap().is_clean());
    // Nothing is left beside it.
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);

    let file = WideParquet::open(&path).unwrap();
    assert_eq!((file.n_assets(), file.axis()), (70, written.axis()));
    let names: Vec<String> = file.names()[33..41].to_vec();
    assert_same(&file.read(33..41).unwrap(), &written.select(&names).unwrap());
    assert_eq!(file.blocks(32).unwrap().last().unwrap().assets(), 64..70);
    assert!(file.read(60..71).unwrap_err().to_string().contains("60..71 of 70"));
    assert!(file.blocks(0).is_err());
    let options = ColumnarOptions::default().assets(["a9", "a2"]);
    let two = PricePanel::from_parquet_path_with(&path, &options).unwrap();
    assert_same(&two, &written.select(&["a9", "a2"]).unwrap());
}

#[test]
fn types_that_hold_dates_and_prices() {
    let folder = Folder::new("types");
    let expected = [Some(1.5), None, Some(3.0), Some(4.0)];
    let texts = ["2020-01-01", "2020/01/02", "20200103", "2020-01-04T21:00:00Z"];
    let start = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
    let from = start.num_days_from_ce() - NaiveDate::default().num_days_from_ce();
    // The time of the day is dropped.
    let stamps = |unit, per_second: i64| {
        let of = |t: i32| Some((i64::from(from + t) * i64::from(DAY) + 75_600) * per_second);
        Timestamps(unit, (0..4).map(of).collect())
    };
    let dates = [
        Days((0..4).map(|t| Some(from + t)).collect()),
        stamps(TimeUnit::MILLIS, 1_000),
        stamps(TimeUnit::MICROS, 1_000_000),
        stamps(TimeUnit::NANOS, 1_000_000_000),
        Texts(texts.map(Some).to_vec()),
        Bytes(texts.map(|t| Some(t.as_bytes())).to_vec()),
    ];
    for dates in dates {
        let doubles = Doubles(vec![Some(1.5), Some(f64::NAN), Some(3.0), Some(4.0)]);
        let floats = Floats(vec![Some(1.5), None, Some(3.0), Some(4.0)]);
        let ints = Ints(vec![Some(1), None, Some(3), Some(4)]);
        let small = Small(vec![Some(1), None, Some(3), Some(4)]);
        let columns = [("Date", dates), ("d", doubles), ("f", floats), ("i", ints), ("s", small)];
        let prices = PricePanel::from_parquet_path(folder.write("t.parquet", &columns)).unwrap();
        assert_eq!(prices.axis().dates(), start.iter_days().take(4).collect::<Vec<_>>());
        for name in ["d", "f", "i", "s"] {
            let asset = prices.asset(name).unwrap();
            let found: Vec<_> = (1..4).map(|t| prices.price(asset, t)).collect();
            assert_eq!(found, expected[1..], "{name}");
        }
    }
    // Before 1970, a time belongs to the day it is on.
    let early = Timestamps(TimeUnit::MILLIS, vec![Some(-1), Some(0)]);
    let columns = [("date", early), ("a", Doubles(vec![Some(1.0); 2]))];
    let prices = PricePanel::from_parquet_path(folder.write("t.parquet", &columns)).unwrap();
    assert_eq!(prices.axis().first().to_string(), "1969-12-31");
}

#[test]
fn long_files_are_read_as_delimited_ones() {
    let folder = Folder::new("long");
    let written = panel(5, 9);
    let (mut dates, mut names, mut closes, mut volumes) = (vec![], vec![], vec![], vec![]);
    let mut csv = String::from("date,ticker,close,volume\n");
    for asset in written.assets() {
        // Not in the order of dates, and the last asset first.
        for t in (0..9).rev() {
            let name: &'static str = ["x4", "x0", "x1", "x2", "x3"][asset.index()];
            let price = written.price(asset, t);
            dates.push(Some(days(t)));
            names.push(Some(name));
            closes.push(price);
            volumes.push((t > 0).then(|| i64::try_from(t).unwrap() - 1));
            let cell = price.map_or_else(String::new, |p| p.to_string());
            writeln!(csv, "{},{name},{cell},", day(t)).unwrap();
        }
    }
    let columns = [
        ("date", Days(dates)),
        ("ticker", Texts(names)),
        ("close", Doubles(closes)),
        ("volume", Ints(volumes)),
    ];
    let path = folder.write("long.parquet", &columns);
    let text = folder.path("long.csv");
    std::fs::write(&text, csv).unwrap();
    let read = PricePanel::from_parquet_path(&path).unwrap();
    assert_same(&read, &PricePanel::from_csv_path(&text).unwrap());
    let options = ColumnarOptions::default().assets(["x2", "x4"]).layout(TableLayout::Long);
    let two = PricePanel::from_parquet_path_with(&path, &options).unwrap();
    assert_same(&two, &read.select(&["x2", "x4"]).unwrap());
    let unknown = ColumnarOptions::default().assets(["x2", "y"]);
    let fault = PricePanel::from_parquet_path_with(&path, &unknown).unwrap_err().to_string();
    assert_eq!(fault, "no series `y`; the panel has `x0`, `x1`, `x2`, `x3`, `x4`");

    let volumes = VolumePanel::from_parquet_path(&path).unwrap();
    let x1 = volumes.asset("x1").unwrap();
    assert_eq!((volumes.volume(x1, 0), volumes.volume(x1, 1)), (None, Some(0.0)));
    assert_eq!(volumes.volume(x1, 8), Some(7.0));
}

#[test]
fn bad_cells_are_named_with_their_row_and_column() {
    let folder = Folder::new("cells");
    let good = || Doubles((0..7).map(|t| Some(1.0 + f64::from(t))).collect());
    let with = |at: usize, value: Option<f64>| {
        let mut all: Vec<_> = (0..7).map(|t| Some(1.0 + f64::from(t))).collect();
        all[at] = value;
        Doubles(all)
    };
    let wide = |name: &str, dates: Values, b: Values| {
        message(&folder.write(name, &[("date", dates), ("a", good()), ("b", b)]))
    };
    for (value, text) in [
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
        (0.0, "0"),
        (-0.0, "-0"),
        (-2.5, "-2.5"),
    ] {
        assert_eq!(
            wide("cell", some_days(7), with(5, Some(value))),
            format!(
                "FILE: row 5 (row group 1), column `b`: `{text}` is not a positive, finite price"
            )
        );
    }
    let order =
        |rows: [usize; 7]| wide("order", Days(rows.map(|t| Some(days(t))).to_vec()), good());
    assert_eq!(
        order([0, 1, 2, 3, 5, 4, 6]),
        format!(
            "FILE: row 5 (row group 1): {} comes after {}; sort the rows by date",
            day(4),
            day(5)
        )
    );
    assert_eq!(
        order([0, 1, 2, 2, 4, 5, 6]),
        format!("FILE: row 3 (row group 1): {} is there already in row 2 (row group 0)", day(2))
    );
    let mut dates: Vec<_> = (0..7).map(|t| Some(days(t))).collect();
    dates[6] = None;
    let no_date = "is not a date such as 2026-01-08";
    assert_eq!(
        wide("null", Days(dates.clone()), good()),
        format!("FILE: row 6 (row group 2), column `date`: `null` {no_date}")
    );
    dates[6] = Some(i32::MAX);
    assert_eq!(
        wide("far", Days(dates), good()),
        format!(
            "FILE: row 6 (row group 2), column `date`: `day 2147483647 from 1970-01-01` {no_date}"
        )
    );
    let texts = Texts(vec![Some("2026-01-08"), Some("08/01/2026")]);
    let two = || Doubles(vec![Some(1.0); 2]);
    assert_eq!(
        message(&folder.write("text", &[("date", texts), ("a", two())])),
        format!("FILE: row 1 (row group 0), column `date`: `08/01/2026` {no_date}")
    );

    let long = |dates: [usize; 5], names: Values, close: [f64; 5]| {
        let columns = [
            ("date", Days(dates.map(|t| Some(days(t))).to_vec())),
            ("asset", names),
            ("close", Doubles(close.map(Some).to_vec())),
        ];
        message(&folder.write("long", &columns))
    };
    let names = || Texts([Some("x"), Some("y"), Some("x"), Some("y"), Some("x")].to_vec());
    assert_eq!(
        long([0, 0, 1, 1, 0], names(), [1.0; 5]),
        format!(
            "FILE: row 4 (row group 1): {} of `x` is there already in row 0 (row group 0)",
            day(0)
        )
    );
    let close = [1.0, 1.0, 1.0, f64::INFINITY, 1.0];
    assert_eq!(
        long([0, 0, 1, 1, 2], names(), close),
        "FILE: row 3 (row group 1), column `close`: `inf` is not a positive, finite price"
    );
    let without = Texts([Some("x"), Some("y"), None, Some("y"), Some("x")].to_vec());
    assert_eq!(
        long([0, 0, 1, 1, 2], without, [1.0; 5]),
        "FILE: row 2 (row group 0), column `asset`: `null` is not the name of an asset"
    );
    let bytes: [&'static [u8]; 5] = [b"x", b"y", b"\xff", b"y", b"x"];
    let broken = Bytes(bytes.map(Some).to_vec());
    assert_eq!(
        long([0, 0, 1, 1, 2], broken, [1.0; 5]),
        "FILE: row 2 (row group 0), column `asset`: `\u{fffd}` is not a name in UTF-8"
    );
}

#[test]
fn wrong_types_and_columns_are_named() {
    let folder = Folder::new("wrong");
    let prices = || Doubles(vec![Some(1.0); 4]);
    let numbers = "expected floating-point numbers or signed integers";
    for (values, found) in [
        (Texts(vec![Some("1.0"); 4]), "BYTE_ARRAY (String)"),
        (Bools(vec![Some(true); 4]), "BOOLEAN"),
        (some_days(4), "INT32 (Date)"),
        (Lists(vec![Some(1.0); 4]), "DOUBLE inside a group or list"),
    ] {
        let path = folder.write("type", &[("date", some_days(4)), ("a", prices()), ("b", values)]);
        assert_eq!(message(&path), format!("FILE: column `b` holds {found}; {numbers}"));
        // It is in nobody's way who does not ask for it.
        let options = ColumnarOptions::default().assets(["a"]);
        assert!(PricePanel::from_parquet_path_with(&path, &options).is_ok());
    }
    let decimals = [("date", some_days(4)), ("b", Decimals(vec![Some(100); 4]))];
    assert!(message(&folder.write("type", &decimals)).contains("column `b` holds INT64 (Decimal"));
    let dates = "expected dates, timestamps, or text such as 2026-01-08";
    for (values, found) in [(prices(), "DOUBLE"), (Ints(vec![Some(1); 4]), "INT64")] {
        let path = folder.write("dates", &[("date", values), ("a", prices())]);
        assert_eq!(message(&path), format!("FILE: column `date` holds {found}; {dates}"));
    }
    let asset = [("date", some_days(4)), ("asset", prices()), ("close", prices())];
    assert_eq!(
        message(&folder.write("asset", &asset)),
        "FILE: column `asset` holds DOUBLE; expected text"
    );
    let path = folder.write("none", &[("day", some_days(4)), ("a", prices())]);
    assert_eq!(message(&path), "FILE: no column `date`; the file has `day`, `a`");
    let path = folder.write("long", &[("date", some_days(4)), ("id", Texts(vec![Some("x"); 4]))]);
    assert_eq!(message(&path), "FILE: no column `close`; the file has `date`, `id`");
    let twice = [("date", some_days(4)), ("a", prices()), ("a", prices())];
    assert_eq!(message(&folder.write("twice", &twice)), "asset `a` occurs twice");
}

#[test]
fn files_that_are_none_are_refused_without_a_panic() {
    let folder = Folder::new("broken");
    let path = folder.path("none");
    std::fs::write(&path, b"").unwrap();
    assert!(message(&path).contains("the file is empty"));
    std::fs::write(&path, b"date,a\n2026-01-08,1\n").unwrap();
    assert_eq!(message(&path), "FILE: cannot decode the footer");
    assert_eq!(message(&folder.path("absent")), "FILE: cannot read the file");
    let none = folder.write("empty", &[("date", some_days(0)), ("a", Doubles(vec![]))]);
    assert_eq!(message(&none), "FILE: the file has a header but no rows");

    let written = panel(3, 40);
    let path = folder.path("prices.parquet");
    written.write_parquet(&path).unwrap();
    let whole = std::fs::read(&path).unwrap();
    for n in (0..whole.len()).step_by(37) {
        std::fs::write(&path, &whole[..n]).unwrap();
        assert!(PricePanel::from_parquet_path(&path).is_err(), "{n} bytes");
    }
    // A byte that is off is refused, or is a price that is off; it never ends the process.
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0x55;
        std::fs::write(&path, changed).unwrap();
        let _ = PricePanel::from_parquet_path(&path);
    }
    let named_date = PricePanel::new(axis(1), vec!["Date".to_owned()], Array2::ones((1, 1)));
    assert!(named_date.unwrap().write_parquet(&path).is_err());
}

#[test]
fn an_unknown_codec_is_named() {
    let folder = Folder::new("codec");
    let path = folder.path("plain");
    write(
        &path,
        &[("date", some_days(4)), ("a", Doubles(vec![Some(1.0); 4]))],
        3,
        Compression::UNCOMPRESSED,
    );
    assert!(PricePanel::from_parquet_path(&path).is_ok());
    // The codec stands in the footer alone: 0 is none, 6 is Zstandard.
    let bytes = std::fs::read(&path).unwrap();
    let error = (bytes.len() / 2..bytes.len()).find_map(|at| {
        let mut changed = bytes.clone();
        if changed[at] != 0 {
            return None;
        }
        changed[at] = 12; // 6 as a zigzag varint
        std::fs::write(&path, changed).unwrap();
        let error = PricePanel::from_parquet_path(&path).err()?;
        let cause = std::error::Error::source(&error)?.to_string();
        cause.contains("zstd").then_some(error.to_string())
    });
    assert!(error.unwrap().contains("cannot decode column `"));
}
