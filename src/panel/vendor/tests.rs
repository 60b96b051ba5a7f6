use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::Error;

/// A file that is removed when the test ends.
struct TempFile(PathBuf);

impl TempFile {
    fn new(text: &str) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("eventstudy-vendor-{}-{n}.csv", std::process::id()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn read(text: &str) -> VendorSeries {
    VendorSeries::from_csv_path(&TempFile::new(text).0).unwrap()
}

fn fails(text: &str) -> String {
    let file = TempFile::new(text);
    let error = VendorSeries::from_csv_path(&file.0).unwrap_err().to_string();
    error.replace(&file.0.display().to_string(), "FILE")
}

fn closes(series: &VendorSeries) -> Vec<(String, f64)> {
    series.closes().iter().map(|(d, p)| (d.to_string(), *p)).collect()
}

#[test]
fn yahoo_keeps_both_closes_and_counts_rows_of_null() {
    let series = read(
        "Date,Open,High,Low,Close,Adj Close,Volume\n\
         2026-01-07,1,3,0.5,2,1.5,100\n\
         2026-01-08,null,null,null,null,null,null\n\
         2026-01-09,2,4,1,3,2.5,0\n",
    );
    assert_eq!((series.layout(), series.n_blank()), (Layout::Yahoo, 1));
    assert_eq!(closes(&series), [("2026-01-07".to_owned(), 2.0), ("2026-01-09".to_owned(), 3.0)]);
    assert_eq!(series.adjusted_closes()[1], (day("2026-01-09"), 2.5));
    let row = series.rows()[0];
    assert_eq!((row.open, row.high, row.low), (Some(1.0), Some(3.0), Some(0.5)));
    assert_eq!(series.rows()[1].volume, Some(0.0));
    let prices = series.to_price_series("x").unwrap();
    assert_eq!((prices.highs(), prices.volume(0)), (Some([3.0, 4.0].as_slice()), Some(100.0)));
}

#[test]
fn yahoo_in_lower_case_with_and_without_the_adjusted_close() {
    let with = read("date,open,high,low,close,adj_close,volume\n2026-01-07,1,3,0.5,2,1.5,9\n");
    assert_eq!((with.layout(), with.adjusted_closes().len()), (Layout::Yahoo, 1));
    let without = read("date,open,high,low,close,volume\n2026-01-07,1,3,0.5,2,9\n");
    assert_eq!((without.layout(), without.adjusted_closes().len()), (Layout::Yahoo, 0));
}

#[test]
fn stooq_in_both_forms() {
    let single = read("Date,Open,High,Low,Close,Volume\n2026-01-07,1,3,0.5,2,9\n");
    assert_eq!(single.layout(), Layout::Stooq);
    let bulk = read(
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n\
         ^SPX,D,20260107,000000,1,3,0.5,2,9,0\n",
    );
    assert_eq!(bulk.layout(), Layout::StooqBulk);
    assert_eq!(closes(&bulk), [("2026-01-07".to_owned(), 2.0)]);
    assert_eq!((bulk.rows()[0].high, bulk.rows()[0].volume), (Some(3.0), Some(9.0)));
}

#[test]
fn coin_metrics_of_today_stays_on_its_day() {
    let series = read(
        "time,AdrActCnt,CapMrktCurUSD,PriceUSD\n\
         2026-01-07,5,2000,20\n\
         2026-01-08,5,,21\n",
    );
    assert_eq!(series.layout(), Layout::CoinMetrics);
    assert_eq!(closes(&series)[0], ("2026-01-07".to_owned(), 20.0));
    assert_eq!(series.rows()[0].market_value, Some(2000.0));
    assert_eq!(series.rows()[1].market_value, None);
}

#[test]
fn coin_metrics_of_2019_moves_price_and_value_back_one_day_and_not_the_volume() {
    let text = "date,txVolume(USD),marketcap(USD),price(USD),exchangeVolume(USD)\n\
                2019-01-01,1,1000,10,500\n\
                2019-01-02,1,1100,11,600\n\
                2019-01-03,1,0,12,700\n";
    let series = read(text);
    assert_eq!(series.layout(), Layout::CoinMetrics2019);
    let rows: Vec<_> = series
        .rows()
        .iter()
        .map(|r| (r.date.to_string(), r.close, r.market_value, r.volume))
        .collect();
    assert_eq!(
        rows,
        [
            ("2018-12-31".to_owned(), Some(10.0), Some(1000.0), None),
            ("2019-01-01".to_owned(), Some(11.0), Some(1100.0), Some(500.0)),
            ("2019-01-02".to_owned(), Some(12.0), None, Some(600.0)),
            ("2019-01-03".to_owned(), None, None, Some(700.0)),
        ]
    );
    let file = TempFile::new(text);
    let asis = VendorOptions::default().stamp(DayStamp::EndOfDay);
    let series = VendorSeries::from_csv_path_with(&file.0, asis).unwrap();
    assert_eq!(closes(&series)[0], ("2019-01-01".to_owned(), 10.0));
}

#[test]
fn coin_gecko_moves_everything_back_and_leaves_the_last_snapshot_out() {
    let series = read(
        "snapped_at,price,market_cap,total_volume\n\
         2026-01-07 00:00:00 UTC,10,1000,50\n\
         2026-01-08 00:00:00 UTC,11,0.0,60\n\
         2026-01-08 13:45:10 UTC,12,1200,70\n",
    );
    assert_eq!((series.layout(), series.n_partial()), (Layout::CoinGecko, 1));
    assert_eq!(closes(&series), [("2026-01-06".to_owned(), 10.0), ("2026-01-07".to_owned(), 11.0)]);
    assert_eq!((series.rows()[0].volume, series.rows()[1].market_value), (Some(50.0), None));
}

#[test]
fn binance_without_a_header_in_milli_and_in_microseconds() {
    let series = read(
        "1767744000000,1,3,0.5,2,100,1767830399999,200,7,50,100,0\n\
         1767830400000000,2,4,1,3,100,1767916799999999,300,7,50,100,0\n",
    );
    assert_eq!(series.layout(), Layout::Binance);
    assert_eq!(closes(&series), [("2026-01-07".to_owned(), 2.0), ("2026-01-08".to_owned(), 3.0)]);
    assert_eq!(series.rows()[1].volume, Some(300.0), "in quote currency");
}

#[test]
fn binance_with_a_header() {
    let series = read(
        "open_time,open,high,low,close,volume,close_time,quote_volume,count,x,y,ignore\n\
         1767744000000,1,3,0.5,2,100,1767830399999,200,7,50,100,0\n",
    );
    assert_eq!((series.layout(), closes(&series).len()), (Layout::Binance, 1));
    assert_eq!(series.rows()[0].volume, Some(200.0));
}

#[test]
fn fred_has_dots_negative_values_and_two_names_for_the_date() {
    for date in ["DATE", "observation_date"] {
        let series = read(&format!("{date},T10Y2Y\n2026-01-07,-0.5\n2026-01-08,.\n"));
        assert_eq!((series.layout(), series.n_blank()), (Layout::Fred, 1));
        assert_eq!(closes(&series), [("2026-01-07".to_owned(), -0.5)]);
    }
}

#[test]
fn plain_files_with_a_source_and_with_a_value() {
    let series =
        read("date,close,volume_usd,market_cap,src\n2026-01-07,2,,5e9,c\n2026-01-08,3,1e6,,y\n");
    assert_eq!(series.layout(), Layout::Plain);
    assert_eq!((series.rows()[0].source, series.rows()[0].market_value), (Some('c'), Some(5e9)));
    assert_eq!((series.rows()[1].volume, series.rows()[1].source), (Some(1e6), Some('y')));
    assert_eq!(closes(&read("date,value\n2026-01-07,-1\n")), [("2026-01-07".to_owned(), -1.0)]);
}

#[test]
fn a_byte_order_mark_crlf_and_semicolons_are_read() {
    let series = read("\u{feff}date;close\r\n2026-01-07;2.5\r\n");
    assert_eq!(closes(&series), [("2026-01-07".to_owned(), 2.5)]);
}

#[test]
fn errors_point_at_the_cell() {
    assert_eq!(
        fails("Date,Open,High,Low,Close,Volume\n2026-01-07,1,3,0.5,2,9\n2026-01-08,1,3,0.5,-2,9\n"),
        "FILE: line 3, column `Close`: `-2` is not a positive, finite price"
    );
    assert_eq!(
        fails("DATE,DGS10\n2026-01-07,4.x\n"),
        "FILE: line 2, column `DGS10`: `4.x` is not a finite number"
    );
    assert_eq!(
        fails("snapped_at,price,market_cap,total_volume\n07/01/2026,1,1,1\n"),
        "FILE: line 2, column `snapped_at`: `07/01/2026` is not a date such as 2026-01-08"
    );
    assert_eq!(
        fails("date,close\n2026-01-08,1\n2026-01-07,1\n"),
        "FILE: line 3: 2026-01-07 comes after 2026-01-08; sort the rows by date"
    );
    assert_eq!(
        fails("date,close\n2026-01-08,1\n2026-01-08,1\n"),
        "FILE: line 3: 2026-01-08 is there already on line 2"
    );
    assert_eq!(
        fails("1767744000000,1,3,0.5,2,100,1767830399999,200\n1767830400000,1,3\n"),
        "FILE: line 2: 3 fields where the header has 8"
    );
}

#[test]
fn an_unknown_header_is_an_error_that_lists_what_is_known() {
    let file = TempFile::new("when,what\n2026-01-07,2\n");
    let error = VendorSeries::from_csv_path(&file.0).unwrap_err();
    assert!(matches!(&error, Error::UnknownLayout { header, .. } if header == "when,what"));
    assert!(error.to_string().contains("Coin Metrics of 2019"), "{error}");
}

#[test]
fn a_layout_can_be_asked_for() {
    let file = TempFile::new("date,close\n2026-01-07,2\n");
    let options = VendorOptions::default().layout(Layout::CoinGecko);
    let error = VendorSeries::from_csv_path_with(&file.0, options).unwrap_err();
    assert!(error.to_string().contains("no column `snapped_at`"), "{error}");
}
