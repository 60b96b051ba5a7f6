//! Long files in any order: the panel that a map of their rows gives, or the first fault.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use eventstudy::Error;
use eventstudy::panel::{CsvOptions, PricePanel};
use proptest::prelude::*;

const NAMES: [&str; 5] = ["e", "b", "été", "a b", "d"];

/// A row of a file: its cells as they stand there.
#[derive(Debug, Clone)]
struct Row {
    date: String,
    asset: String,
    close: String,
}

/// One row in forty has a fault.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let date = (1_u32..9, 0..4_u32).prop_map(|(day, spelling)| match spelling {
        0 => format!("2026-01-{day:02}"),
        1 => format!(" 2026/01/{day:02}\u{a0}"),
        2 => format!("202601{day:02}"),
        _ => format!("2026-01-{day:02}T21:00:00Z"),
    });
    let fault =
        prop::sample::select(vec!["2026-02-30", "2026-01/08", "+2026-1-1", "é026-01-01", ""]);
    let date = prop_oneof![120 => date, 1 => fault.prop_map(str::to_owned)];
    let asset = prop::sample::select(NAMES.to_vec());
    let asset = prop_oneof![
        100 => asset.clone().prop_map(str::to_owned), 20 => asset.prop_map(|name| format!("  {name} ")),
        1 => Just(" ".to_owned())
    ];
    let close = prop_oneof![
        100 => (0.01..1e6_f64).prop_map(|price| price.to_string()),
        20 => prop::sample::select(vec!["", "NA", " nan ", "NaN", "Null"]).prop_map(str::to_owned),
        1 => prop::sample::select(vec!["0", "-1", "inf", "1,5", "x"]).prop_map(str::to_owned),
    ];
    let row = (date, asset, close).prop_map(|(date, asset, close)| Row { date, asset, close });
    let mixed = prop::collection::vec(row, 1..30);
    // Sorted as tables mostly are, by dates or by assets, which have few rows twice.
    let sorted =
        (mixed.clone(), any::<bool>(), any::<bool>()).prop_map(|(mut rows, by_asset, once)| {
            let key = |row: &Row| {
                let (day, name) =
                    (place(&row.date).map_or(0, |d| d.1), row.asset.trim().to_owned());
                if by_asset { (name, day.to_string()) } else { (day.to_string(), name) }
            };
            rows.sort_by_key(key);
            if once {
                rows.dedup_by_key(|row| key(row));
            }
            rows
        });
    prop_oneof![mixed, sorted]
}

/// Date and its day of January 2026, where the text spells one of those above.
fn place(text: &str) -> Option<(NaiveDate, u32)> {
    let day = (1..9).find(|day| {
        ["2026-01-0D", "2026/01/0D", "2026010D", "2026-01-0DT21:00:00Z"]
            .iter()
            .any(|spelling| spelling.replace('D', &day.to_string()) == text.trim())
    })?;
    Some((NaiveDate::from_ymd_opt(2026, 1, day).unwrap(), day))
}

/// What a file holds: prices by asset and date, in the order of the assets, and all dates.
type Held = (Vec<(String, BTreeMap<NaiveDate, Option<f64>>)>, BTreeSet<NaiveDate>);

/// As the documentation says, row by row.
fn expected(path: &Path, rows: &[Row], wanted: Option<&[String]>) -> Result<Held, String> {
    let at = |line: usize, column: &str, text: &str, expected: &str| {
        format!(
            "{}: line {line}, column `{column}`: `{}` is not {expected}",
            path.display(),
            text.trim()
        )
    };
    let mut held: Vec<(String, BTreeMap<NaiveDate, Option<f64>>)> = Vec::new();
    let (mut dates, mut others) = (BTreeSet::new(), BTreeSet::new());
    let mut lines = BTreeMap::new();
    for (line, row) in (2..).zip(rows) {
        let Some((date, _)) = place(&row.date) else {
            return Err(at(line, "date", &row.date, "a date such as 2026-01-08"));
        };
        dates.insert(date);
        let name = row.asset.trim().to_owned();
        if name.is_empty() {
            return Err(at(line, "asset", "", "the name of an asset"));
        }
        if wanted.is_some_and(|wanted| !wanted.contains(&name)) {
            others.insert(name);
            continue;
        }
        let price = match row.close.trim().to_lowercase().as_str() {
            "" | "na" | "nan" | "null" => None,
            text => match text.parse::<f64>() {
                Ok(price) if price > 0.0 && price < f64::INFINITY => Some(price),
                _ => return Err(at(line, "close", &row.close, "a positive, finite price")),
            },
        };
        if let Some(first) = lines.insert((date, name.clone()), line) {
            let path = path.display();
            return Err(format!(
                "{path}: line {line}: {date} of `{name}` is there already on line {first}"
            ));
        }
        match held.iter_mut().find(|(known, _)| *known == name) {
            Some((_, prices)) => drop(prices.insert(date, price)),
            None => held.push((name, BTreeMap::from([(date, price)]))),
        }
    }
    let Some(wanted) = wanted else { return Ok((held, dates)) };
    let mut chosen = Vec::new();
    for name in wanted {
        let Some(found) = held.iter().find(|(known, _)| known == name) else {
            let known = held.into_iter().map(|(name, _)| name).chain(others).collect();
            return Err(Error::UnknownAsset { name: name.clone(), known }.to_string());
        };
        chosen.push(found.clone());
    }
    if chosen.is_empty() { Err(Error::EmptyAxis.to_string()) } else { Ok((chosen, dates)) }
}

fn written(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("{}-long-{name}.csv", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path
}

fn text(rows: &[Row]) -> String {
    let mut text = "date,asset,close\n".to_owned();
    for Row { date, asset, close } in rows {
        let _ = writeln!(text, "{date},{asset},\"{close}\"");
    }
    text
}

fn check(name: &str, rows: &[Row], wanted: Option<&[String]>) {
    let path = written(name, &text(rows));
    let mut options = CsvOptions::default().delimiter(b',');
    options.assets = wanted.map(<[String]>::to_vec);
    let read = PricePanel::from_csv_path_with(&path, &options);
    match (expected(&path, rows, wanted), read) {
        (Err(expected), read) => assert_eq!(read.unwrap_err().to_string(), expected),
        (Ok((held, dates)), read) => {
            let panel = read.unwrap();
            assert!(panel.axis().dates().iter().eq(&dates));
            assert!(panel.names().iter().eq(held.iter().map(|(name, _)| name)));
            for (asset, (_, prices)) in panel.assets().zip(&held) {
                for (row, date) in dates.iter().enumerate() {
                    let expected = prices.get(date).copied().flatten();
                    assert_eq!(
                        panel.price(asset, row).map(f64::to_bits),
                        expected.map(f64::to_bits)
                    );
                }
            }
        }
    }
    std::fs::remove_file(path).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_file_is_the_map_of_its_rows_or_its_first_fault(
        rows in rows(),
        wanted in prop::option::of(prop::sample::subsequence(NAMES.to_vec(), 0..4).prop_shuffle()),
    ) {
        let wanted: Option<Vec<String>> =
            wanted.map(|names| names.into_iter().map(str::to_owned).collect());
        check("rows", &rows, wanted.as_deref());
    }
}

#[test]
fn the_first_fault_is_told() {
    let row = |date: &str, asset: &str, close: &str| Row {
        date: date.to_owned(),
        asset: asset.to_owned(),
        close: close.to_owned(),
    };
    let good =
        [row("2026-01-05", "a", "1"), row("2026-01-05", "b", "2"), row("20260106", "a", "3")];
    let twice = row("2026/01/05", " a ", "4");
    let bad = [row("2026-01-07", "a", "x"), row("x", "a", "1"), row("2026-01-07", "", "1")];
    check("faults", &good, None);
    for fault in &bad {
        for order in [[&twice, fault], [fault, &twice]] {
            let rows: Vec<Row> = good.iter().chain(order).cloned().collect();
            check("faults", &rows, None);
            check("faults", &rows, Some(&["b".to_owned()]));
        }
    }
    // A line is that where the row starts, also behind a cell of two lines.
    let path = written(
        "lines",
        "date;asset;close;note\n2026-01-05;a;1;\"one\ntwo\"\n\n2026-01-06;a;2;\n2026-01-05;a;3;\n",
    );
    let fault = PricePanel::from_csv_path(&path).unwrap_err();
    assert!(matches!(&fault, Error::DuplicateRow { line: 6, first_line: 2, .. }), "{fault}");
    // Twice asked for is twice in the panel.
    let options = CsvOptions::default().assets(["a", "a"]);
    std::fs::write(&path, "date,asset,close\n2026-01-05,a,1\n").unwrap();
    let fault = PricePanel::from_csv_path_with(&path, &options).unwrap_err();
    assert!(matches!(&fault, Error::DuplicateAsset { name } if name == "a"), "{fault}");
    std::fs::remove_file(path).unwrap();
}

#[test]
fn names_of_columns_are_without_blanks_and_marks() {
    let path = written("header", "\u{feff} date , ticker ,\tclose\n 2026-01-05 , a , 1.5 \n");
    let panel = PricePanel::from_csv_path(&path).unwrap();
    assert_eq!((panel.names(), panel.n_dates()), (&["a".to_owned()][..], 1));
    assert_eq!(panel.price(panel.asset("a").unwrap(), 0), Some(1.5));
    std::fs::remove_file(path).unwrap();
}
