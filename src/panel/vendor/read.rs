//! The reader behind [`VendorSeries`].

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Days, NaiveDate};

use super::layout::is_epoch;
use super::{DayStamp, Layout, VendorOptions, VendorRow, VendorSeries};
use crate::panel::CsvOptions;
use crate::panel::csv_source::{CsvSource, DateOrder};
use crate::{Error, Result};

/// Columns of klines as the exchange publishes them, for files without a header.
const KLINE_COLUMNS: [&str; 12] = [
    "open_time",
    "open",
    "high",
    "low",
    "close",
    "volume",
    "close_time",
    "quote_volume",
    "count",
    "taker_buy_volume",
    "taker_buy_quote_volume",
    "ignore",
];

/// Where the columns of a layout stand.
#[derive(Debug, Default)]
struct Columns {
    date: usize,
    open: Option<usize>,
    high: Option<usize>,
    low: Option<usize>,
    close: Option<usize>,
    adjusted_close: Option<usize>,
    volume: Option<usize>,
    market_value: Option<usize>,
    source: Option<usize>,
}

pub(super) fn read(path: &Path, options: VendorOptions) -> Result<VendorSeries> {
    let first_line = CsvSource::first_line(path)?;
    let Some(layout) = options.layout.or_else(|| Layout::detect(&first_line)) else {
        return Err(Error::UnknownLayout {
            path: path.to_owned(),
            header: first_line,
            known: Layout::NAMES,
        });
    };
    let first_field = first_line.split([',', ';', '\t', '|']).next().unwrap_or("").trim();
    let mut source = if layout == Layout::Binance && is_epoch(first_field) {
        CsvSource::open_without_header(path, &KLINE_COLUMNS)?
    } else {
        CsvSource::open(path, &CsvOptions::default())?
    };
    let columns = columns(&source, layout)?;
    let stamp = options.stamp.unwrap_or(match layout {
        Layout::CoinMetrics2019 | Layout::CoinGecko => DayStamp::StartOfDay,
        _ => DayStamp::EndOfDay,
    });
    let (mut rows, mut n_blank, mut n_partial) = (Vec::new(), 0, 0);
    let mut order = DateOrder::default();
    while source.advance()? {
        let date = date(&source, layout, columns.date)?;
        if layout == Layout::CoinGecko && !is_midnight(source.text(columns.date)) {
            n_partial += 1;
            continue;
        }
        order.check(&source, date)?;
        let row = row(&source, layout, &columns, date)?;
        if row.is_blank() {
            n_blank += 1;
        } else {
            rows.push(row);
        }
    }
    if stamp == DayStamp::StartOfDay {
        rows = moved_back(rows, layout == Layout::CoinMetrics2019);
    }
    Ok(VendorSeries { layout, rows, n_blank, n_partial })
}

fn columns(source: &CsvSource, layout: Layout) -> Result<Columns> {
    let any = |names: &[&str]| names.iter().find_map(|name| source.find_column(name));
    let need = |names: &[&str]| any(names).map_or_else(|| source.column(names[0]), Ok);
    let traded = |date: usize| Columns {
        date,
        open: any(&["open", "<OPEN>"]),
        high: any(&["high", "<HIGH>"]),
        low: any(&["low", "<LOW>"]),
        adjusted_close: any(&["adj close", "adj_close"]),
        ..Columns::default()
    };
    Ok(match layout {
        Layout::Yahoo | Layout::Stooq => Columns {
            close: Some(need(&["close"])?),
            volume: any(&["volume"]),
            ..traded(need(&["date"])?)
        },
        Layout::StooqBulk => Columns {
            close: Some(need(&["<CLOSE>"])?),
            volume: any(&["<VOL>"]),
            ..traded(need(&["<DATE>"])?)
        },
        Layout::Binance => Columns {
            close: Some(need(&["close"])?),
            volume: any(&["quote_volume", "quote_asset_volume", "quote asset volume"]),
            ..traded(need(&["open_time", "open time"])?)
        },
        Layout::CoinMetrics => Columns {
            date: need(&["time"])?,
            close: Some(need(&["PriceUSD"])?),
            market_value: any(&["CapMrktCurUSD"]),
            ..Columns::default()
        },
        Layout::CoinMetrics2019 => Columns {
            date: need(&["date"])?,
            close: Some(need(&["price(USD)"])?),
            market_value: any(&["marketcap(USD)"]),
            volume: any(&["exchangeVolume(USD)"]),
            ..Columns::default()
        },
        Layout::CoinGecko => Columns {
            date: need(&["snapped_at"])?,
            close: Some(need(&["price"])?),
            market_value: any(&["market_cap"]),
            volume: any(&["total_volume"]),
            ..Columns::default()
        },
        Layout::Fred => {
            let date = need(&["observation_date", "date"])?;
            let value = (0..source.header().len()).find(|c| *c != date);
            Columns { date, close: value, ..Columns::default() }
        }
        Layout::Plain => Columns {
            close: Some(need(&["close", "value"])?),
            volume: any(&["volume_usd", "volume"]),
            market_value: any(&["market_cap"]),
            source: any(&["src"]),
            ..traded(need(&["date"])?)
        },
    })
}

fn row(
    source: &CsvSource,
    layout: Layout,
    columns: &Columns,
    date: NaiveDate,
) -> Result<VendorRow> {
    let price = |column: Option<usize>| match column {
        Some(c) if source.text(c) != "." => source.price(c),
        _ => Ok(None),
    };
    let amount = |column: Option<usize>| match column {
        Some(c) if source.text(c) != "." => source.amount(c),
        _ => Ok(None),
    };
    let is_value =
        layout == Layout::Fred || layout == Layout::Plain && source.find_column("close").is_none();
    let close = match columns.close {
        Some(c) if is_value && source.text(c) != "." => {
            source.number(c, "a finite number", |_| true)?
        }
        other => price(other)?,
    };
    Ok(VendorRow {
        open: price(columns.open)?,
        high: price(columns.high)?,
        low: price(columns.low)?,
        close,
        adjusted_close: price(columns.adjusted_close)?,
        volume: amount(columns.volume)?,
        // A market value of zero is how several vendors write "not known".
        market_value: amount(columns.market_value)?.filter(|v| *v > 0.0),
        source: columns.source.and_then(|c| source.text(c).chars().next()),
        ..VendorRow::of(date)
    })
}

fn date(source: &CsvSource, layout: Layout, column: usize) -> Result<NaiveDate> {
    let text = source.text(column);
    if layout != Layout::Binance || !is_epoch(text) {
        return source.date(column);
    }
    let divisor = if text.len() == 16 { 1_000_000 } else { 1_000 };
    text.parse::<i64>()
        .ok()
        .and_then(|t| DateTime::from_timestamp(t / divisor, 0))
        .map(|t| t.date_naive())
        .ok_or_else(|| source.fault(column, "milli- or microseconds since 1970"))
}

/// True for a date without a time, and for one at 00:00:00.
fn is_midnight(text: &str) -> bool {
    text.get(10..).is_none_or(|time| {
        time.trim_start_matches(['T', ' ']).bytes().take(8).all(|b| matches!(b, b'0' | b':'))
            || time.is_empty()
    })
}

/// Every row under the date before; volumes stay where they are if `keep_volume`.
fn moved_back(rows: Vec<VendorRow>, keep_volume: bool) -> Vec<VendorRow> {
    let mut by_date: BTreeMap<NaiveDate, VendorRow> = BTreeMap::new();
    for row in rows {
        if keep_volume && row.volume.is_some() {
            by_date.entry(row.date).or_insert_with(|| VendorRow::of(row.date)).volume = row.volume;
        }
        let Some(date) = row.date.checked_sub_days(Days::new(1)) else { continue };
        let slot = by_date.entry(date).or_insert_with(|| VendorRow::of(date));
        let volume = if keep_volume { slot.volume } else { row.volume };
        *slot = VendorRow { date, volume, ..row };
    }
    by_date.into_values().filter(|row| !row.is_blank()).collect()
}
