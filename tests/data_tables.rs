//! The tables under `data/` are what `data/README.md` says they are.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate, Weekday};
use eventstudy::panel::{AuditOptions, Fault, PricePanel, PriceSeries, Seam};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name)
}

/// Rows of a wide table.
type Rows = Vec<(NaiveDate, Vec<Option<f64>>)>;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is not a date"))
}

/// Rows of a table whose header is `header`, split at the commas; quoted text is the last field.
fn table(name: &str, header: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(data(name)).unwrap();
    assert!(!text.contains('\r') && text.ends_with('\n'), "{name}: lines end in LF");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(header), "{name}");
    let n = header.split(',').count();
    lines
        .map(|line| {
            let row: Vec<String> = line.splitn(n, ',').map(str::to_owned).collect();
            assert_eq!(row.len(), n, "{name}: {line}");
            row
        })
        .collect()
}

/// The header of a wide table, and its rows with numbers.
fn wide(name: &str) -> (Vec<String>, Rows) {
    let text = std::fs::read_to_string(data(name)).unwrap();
    assert!(!text.contains('\r') && text.ends_with('\n'), "{name}: lines end in LF");
    let mut lines = text.lines();
    let mut header = lines.next().unwrap().split(',').map(str::to_owned);
    assert_eq!(header.next().as_deref(), Some("date"));
    let names: Vec<String> = header.collect();
    let rows = lines
        .map(|line| {
            let mut cells = line.split(',');
            let date = day(cells.next().unwrap());
            let values: Vec<Option<f64>> =
                cells.map(|c| (!c.is_empty()).then(|| c.parse().unwrap())).collect();
            assert_eq!(values.len(), names.len(), "{name}: {date}");
            (date, values)
        })
        .collect();
    (names, rows)
}

fn n_significant(text: &str) -> usize {
    let mantissa = text.split('e').next().unwrap();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    if mantissa.contains('.') { digits.len() } else { digits.trim_end_matches('0').len() }
}

fn closes() -> (Vec<String>, BTreeMap<String, BTreeMap<NaiveDate, f64>>) {
    let (names, rows) = wide("crypto_close.csv");
    let mut coins: BTreeMap<String, BTreeMap<NaiveDate, f64>> = BTreeMap::new();
    for (date, values) in rows {
        for (name, value) in names.iter().zip(values) {
            if let Some(value) = value {
                coins.entry(name.clone()).or_default().insert(date, value);
            }
        }
    }
    (names, coins)
}

fn russell() -> PriceSeries {
    PriceSeries::from_csv_path(data("russell2000.csv"), "russell2000").unwrap()
}

const MARKET_VALUE: &str = "date,asset,rank,market_value_usd,basis";
const ASSETS: &str = "asset,kind,first,last,n_days,n_missing,sources,end";
const CORRECTIONS: &str = "table,asset,date,raw,corrected,reason";

#[test]
fn all_tables_together_have_at_most_eight_megabytes() {
    let total: u64 = std::fs::read_dir(data(""))
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum();
    assert!(total <= 8_000_000, "{total} bytes");
}

#[test]
fn wide_tables_are_sorted_unique_and_positive() {
    let exchange = ["russell2000.csv", "markets.csv"];
    for name in ["crypto_close.csv", "crypto_volume.csv", exchange[0], exchange[1]] {
        let (_, rows) = wide(name);
        for pair in rows.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{name}: {} before {}", pair[0].0, pair[1].0);
        }
        for (date, values) in &rows {
            for value in values.iter().flatten() {
                assert!(*value > 0.0 && value.is_finite(), "{name}: {value} on {date}");
            }
            if exchange.contains(&name) {
                let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
                assert!(!weekend, "{name}: {date} is on a weekend");
            }
        }
    }
    let (names, _) = wide("crypto_close.csv");
    assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "columns are sorted by name");
}

#[test]
fn crypto_closes_have_every_calendar_day_and_both_exchange_tables_the_same_sessions() {
    let (_, rows) = wide("crypto_close.csv");
    assert!(rows.windows(2).all(|pair| pair[0].0.succ_opt() == Some(pair[1].0)));
    let days = |name| wide(name).1.into_iter().map(|(date, _)| date).collect::<Vec<_>>();
    assert_eq!(days("russell2000.csv"), days("markets.csv"));
}

#[test]
fn figures_have_the_stated_digits() {
    let limits = [("crypto_close.csv", 5), ("crypto_volume.csv", 4), ("markets.csv", 6)];
    for (name, digits) in limits {
        let text = std::fs::read_to_string(data(name)).unwrap();
        for line in text.lines().skip(1) {
            for cell in line.split(',').skip(1) {
                assert!(n_significant(cell) <= digits, "{name}: `{cell}` in {}", &line[..10]);
            }
        }
    }
    for row in table("russell2000.csv", "date,high,close,volume") {
        for cell in &row[1..3] {
            assert_eq!(cell.split_once('.').unwrap().1.len(), 2, "{row:?}");
        }
    }
    for row in table("crypto_market_value.csv", MARKET_VALUE) {
        assert!(n_significant(&row[3]) <= 5, "{row:?}");
    }
}

#[test]
fn the_russell_2000_is_the_index_of_the_literature() {
    let series = russell();
    let close = |text: &str| series.closes()[series.axis().row_of(day(text)).unwrap()];
    assert_eq!(series.axis().first(), day("1999-01-04"));
    let first_above = (0..series.axis().len()).find(|row| series.closes()[*row] > 2600.0).unwrap();
    assert_eq!(series.axis().date(first_above), day("2026-01-08"));
    assert_eq!(series.closes()[first_above], 2603.91);
    let year_to_date = close("2026-01-08") / close("2025-12-31") - 1.0;
    assert_eq!((year_to_date * 1e4).round() / 1e4, 0.0492);

    let mut record = 0.0;
    for (row, &price) in series.closes().iter().enumerate() {
        let date = series.axis().date(row);
        if date == day("2024-11-25") {
            assert_eq!(((record - price) * 100.0f64).round() / 100.0, 0.71);
        }
        assert!(price <= record || date.year() != 2024, "a record close on {date}");
        record = price.max(record);
    }
    let high = series.highs().unwrap();
    assert!(high.iter().zip(series.closes()).all(|(high, close)| high >= close));
    let first_volume = (0..series.axis().len()).find(|row| series.volume(*row).is_some());
    assert_eq!(series.axis().date(first_volume.unwrap()), day("2000-05-26"));
}

#[test]
fn macro_values_are_known_after_they_are_observed() {
    let rows = table("macro.csv", "series,observed,known,value");
    let mut previous: Option<(String, NaiveDate, NaiveDate)> = None;
    for row in &rows {
        let (observed, known) = (day(&row[1]), day(&row[2]));
        assert!(known >= observed && (known - observed).num_days() <= 62, "{row:?}");
        assert!(row[3].parse::<f64>().unwrap().is_finite(), "{row:?}");
        if let Some((series, before, known_before)) = previous {
            let sorted = (&series, before) < (&row[0], observed);
            assert!(sorted, "{row:?} is out of order");
            assert!(series != row[0] || known_before <= known, "{row:?} is known before its elder");
        }
        if ["WALCL", "WRESBAL", "WTREGEN"].contains(&row[0].as_str()) {
            assert_eq!(observed.weekday(), Weekday::Wed, "{row:?}");
            assert!(known > observed, "{row:?}: the balance sheet of Wednesday is out on Thursday");
        }
        previous = Some((row[0].clone(), observed, known));
    }
    let series: BTreeSet<&str> = rows.iter().map(|r| r[0].as_str()).collect();
    for name in ["WALCL", "WTREGEN", "RRPONTSYD", "M2SL", "BAMLH0A0HYM2", "DGS10", "DGS2", "DFF"] {
        assert!(series.contains(name), "no {name}");
    }
    // The M2 of December 2024 was published on the fourth Tuesday of January.
    assert!(rows.iter().any(|r| r[..3] == ["M2SL", "2024-12-01", "2025-01-28"]));
}

#[test]
fn the_coverage_that_is_stated_is_the_coverage_there_is() {
    let (names, coins) = closes();
    let mut described = BTreeSet::new();
    for row in table("crypto_assets.csv", ASSETS) {
        let asset = &row[0];
        assert!(described.insert(asset.clone()), "{asset} is described twice");
        let Some(closes) = coins.get(asset) else {
            assert_eq!(&row[2..], ["", "", "0", "0", "", "no source"], "{asset}");
            continue;
        };
        let (first, last) = (*closes.keys().next().unwrap(), *closes.keys().next_back().unwrap());
        assert_eq!((day(&row[2]), day(&row[3])), (first, last), "{asset}");
        assert_eq!(row[4].parse::<usize>().unwrap(), closes.len(), "{asset}");
        let n_missing = (last - first).num_days() + 1 - i64::try_from(closes.len()).unwrap();
        assert_eq!(row[5].parse::<i64>().unwrap(), n_missing, "{asset}");
        assert!(["source", "data end", "left the ranks"].contains(&row[7].as_str()), "{row:?}");
    }
    assert!(names.iter().all(|name| described.contains(name)));
    assert!(["btc", "eth"].iter().all(|name| coins.contains_key(*name)));
}

#[test]
fn market_values_are_ranked_and_every_asset_has_closes_or_is_listed() {
    let excluded: BTreeSet<String> = table("excluded_assets.csv", "asset,kind,place,reason")
        .into_iter()
        .map(|r| r[0].clone())
        .collect();
    for name in ["usdt", "usdc", "usdf", "tusd", "usde", "wbtc", "steth", "paxg"] {
        assert!(excluded.contains(name), "{name} is not excluded");
    }
    let (names, _) = closes();
    assert!(names.iter().all(|name| !excluded.contains(name)));
    let listed: BTreeSet<String> =
        table("crypto_assets.csv", ASSETS).into_iter().map(|r| r[0].clone()).collect();
    let mut before: Option<(NaiveDate, usize, f64)> = None;
    let mut seen = BTreeSet::new();
    for row in table("crypto_market_value.csv", MARKET_VALUE) {
        let (date, rank) = (day(&row[0]), row[2].parse::<usize>().unwrap());
        let value: f64 = row[3].parse().unwrap();
        assert_eq!(date.day(), 1);
        match before {
            Some((d, r, v)) if d == date => assert!(rank == r + 1 && value <= v, "{row:?}"),
            Some((d, ..)) => {
                assert_eq!((d.checked_add_months(chrono::Months::new(1)), rank), (Some(date), 1));
            }
            None => assert_eq!((date, rank), (day("2013-06-01"), 1)),
        }
        assert!(seen.insert((date, row[1].clone())), "{row:?} twice");
        assert!(["reported", "carried", "ranked"].contains(&row[4].as_str()), "{row:?}");
        assert!(excluded.contains(&row[1]) || listed.contains(&row[1]), "{} is nowhere", row[1]);
        before = Some((date, rank, value));
    }
}

#[test]
fn no_column_of_the_ninety_largest_was_cut_within_a_year() {
    let excluded: BTreeSet<String> = table("excluded_assets.csv", "asset,kind,place,reason")
        .into_iter()
        .map(|r| r[0].clone())
        .collect();
    let assets: BTreeMap<String, Vec<String>> =
        table("crypto_assets.csv", ASSETS).into_iter().map(|r| (r[0].clone(), r)).collect();
    let mut by_month: BTreeMap<NaiveDate, Vec<String>> = BTreeMap::new();
    for row in table("crypto_market_value.csv", MARKET_VALUE) {
        if !excluded.contains(&row[1]) {
            by_month.entry(day(&row[0])).or_default().push(row[1].clone());
        }
    }
    for (month, members) in by_month {
        for asset in members.iter().take(90) {
            let row = &assets[asset];
            // A column that was cut was cut more than a year later, not at a source's end.
            if row[7] == "left the ranks" {
                assert!(
                    (day(&row[3]) - month).num_days() >= 365,
                    "{asset} ends too soon for {month}"
                );
            }
        }
    }
}

#[test]
fn every_correction_is_applied() {
    let (_, coins) = closes();
    let mut seen = BTreeSet::new();
    for row in table("corrections.csv", CORRECTIONS) {
        let (asset, date, raw) = (&row[1], day(&row[2]), row[3].parse::<f64>().unwrap());
        assert_eq!(row[0], "crypto_close");
        assert!(raw > 0.0 && !row[5].is_empty(), "{row:?}");
        assert!(seen.insert((asset.clone(), date)), "{row:?} twice");
        let corrected = (!row[4].is_empty()).then(|| row[4].parse::<f64>().unwrap());
        assert_eq!(coins[asset].get(&date).copied(), corrected, "{row:?}");
    }
    for gone in [("aave", "2020-10-02"), ("xaur", "2016-08-21"), ("kmd", "2017-03-14")] {
        assert!(seen.contains(&(gone.0.to_owned(), day(gone.1))), "{gone:?}");
    }
}

#[test]
fn collapses_and_rallies_that_happened_are_still_there() {
    let (_, coins) = closes();
    let change =
        |asset: &str, from: &str, to: &str| coins[asset][&day(to)] / coins[asset][&day(from)];
    assert!(change("luna", "2022-05-05", "2022-05-12") < 0.001);
    assert!(change("ftt", "2022-11-05", "2022-11-10") < 0.2);
    assert!(change("om", "2025-04-12", "2025-04-13") < 0.2);
    assert!(change("doge", "2021-01-27", "2021-01-28") > 4.0);
    assert!(change("bcconnect", "2018-01-15", "2018-01-16") < 0.1);
}

#[test]
fn seams_lie_inside_their_columns_and_the_audit_finds_no_large_thin_spike() {
    let (_, coins) = closes();
    let seams: Vec<Seam> = table("crypto_seams.csv", "asset,date,from,to")
        .into_iter()
        .map(|r| Seam {
            asset: r[0].clone(),
            date: day(&r[1]),
            from: r[2].clone(),
            to: r[3].clone(),
        })
        .collect();
    for seam in &seams {
        let closes = &coins[&seam.asset];
        assert!(closes.contains_key(&seam.date) && closes.keys().next() < Some(&seam.date));
        assert_ne!(seam.from, seam.to);
    }
    let panel = PricePanel::from_csv_path(data("crypto_close.csv")).unwrap();
    let options = AuditOptions::default().jump_factor(3.0).jump_deviations(None).seams(seams);
    let audit = panel.audit(&options).unwrap();
    let reversals: Vec<(&str, String)> = audit
        .findings()
        .iter()
        .filter(|f| matches!(f.fault, Fault::Reversal { .. }))
        .map(|f| (f.asset.as_str(), f.date.to_string()))
        .collect();
    assert!(reversals.is_empty(), "{reversals:?}");
}
