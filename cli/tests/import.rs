//! Vendor files as tables.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod support;

use eventstudy::panel::{MarketValues, PricePanel, PriceSeries};
use support::Folder;

#[test]
fn vendor_files_become_tables_that_a_study_reads() {
    let folder = Folder::empty("import");
    folder.write(
        "spy.csv",
        "Date,Open,High,Low,Close,Adj Close,Volume\n\
         2025-01-02,10,12,9,11,10.5,1000\n2025-01-03,11,13,10,12,11.5,2000\n",
    );
    folder.write(
        "coin.csv",
        "snapped_at,price,market_cap,total_volume\n\
         2025-01-02 00:00:00 UTC,5,500,9\n2025-01-03 00:00:00 UTC,6,600,9\n",
    );
    let arguments = [
        "import",
        "spy.csv",
        "coin.csv",
        "--names",
        "spy,btc",
        "-o",
        "prices.csv",
        "--market-values",
        "values.csv",
    ];
    let output = folder.run(&arguments);
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "spy.csv: `spy`, layout Yahoo, 2 rows, 2025-01-02 to 2025-01-03\n\
         coin.csv: `btc`, layout CoinGecko, 2 rows, 2025-01-01 to 2025-01-02\n"
    );
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        folder.read("prices.csv"),
        "date,asset,close\n2025-01-02,spy,11\n2025-01-03,spy,12\n2025-01-01,btc,5\n2025-01-02,btc,6\n"
    );
    assert_eq!(
        PricePanel::from_csv_path(folder.path("prices.csv")).unwrap().names(),
        ["spy", "btc"]
    );
    // The value of the end of a day is known on the next.
    assert_eq!(
        folder.read("values.csv"),
        "date,asset,market_value\n2025-01-02,btc,500\n2025-01-03,btc,600\n"
    );
    assert_eq!(MarketValues::from_csv_path(folder.path("values.csv")).unwrap().dates().count(), 2);
    folder.fails(
        &arguments,
        3,
        "error: prices.csv: already exists; not overwritten (--force overwrites)",
    );
    folder.prints(&["import", "spy.csv", "--series", "-o", "trigger.csv", "--quiet"]);
    assert_eq!(
        folder.read("trigger.csv"),
        "date,high,close,volume\n2025-01-02,12,11,1000\n2025-01-03,13,12,2000\n"
    );
    assert!(PriceSeries::from_csv_path(folder.path("trigger.csv"), "spy").unwrap().has_volume());
    folder.prints(&["import", "spy.csv", "--adjusted", "-o", "prices.csv", "--force"]);
    assert_eq!(
        folder.read("prices.csv"),
        "date,asset,close\n2025-01-02,spy,10.5\n2025-01-03,spy,11.5\n"
    );
    folder.write("notes.txt", "day,rain\n2025-01-02,3\n");
    folder.fails(
        &["import", "notes.txt", "-o", "rain.csv"],
        2,
        "error: notes.txt: the header `day,rain` is none of the known layouts (Yahoo, Stooq, \
         Stooq bulk, Coin Metrics, Coin Metrics of 2019, Binance klines, CoinGecko, FRED, \
         date with close or value)",
    );
}

/// The same two closes as every vendor writes them.
const VENDORS: [(&str, &str, &str); 9] = [
    (
        "yahoo",
        "Yahoo",
        "Date,Open,High,Low,Close,Adj Close,Volume\n\
         2026-01-07,1,3,0.5,2,1.5,9\n2026-01-08,2,4,1,3,2.5,9\n",
    ),
    (
        "stooq",
        "Stooq",
        "Date,Open,High,Low,Close,Volume\n2026-01-07,1,3,0.5,2,9\n2026-01-08,2,4,1,3,9\n",
    ),
    (
        "stooq-bulk",
        "StooqBulk",
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n\
         X,D,20260107,000000,1,3,0.5,2,9,0\nX,D,20260108,000000,2,4,1,3,9,0\n",
    ),
    (
        "coin-metrics",
        "CoinMetrics",
        "time,AdrActCnt,CapMrktCurUSD,PriceUSD\n2026-01-07,5,200,2\n2026-01-08,5,300,3\n",
    ),
    // Stamped with the instant, so that the close of a day stands under the next.
    (
        "coin-metrics2019",
        "CoinMetrics2019",
        "date,txVolume(USD),marketcap(USD),price(USD),exchangeVolume(USD)\n\
         2026-01-08,1,200,2,9\n2026-01-09,1,300,3,9\n",
    ),
    (
        "coin-gecko",
        "CoinGecko",
        "snapped_at,price,market_cap,total_volume\n\
         2026-01-08 00:00:00 UTC,2,200,9\n2026-01-09 00:00:00 UTC,3,300,9\n",
    ),
    (
        "binance",
        "Binance",
        "1767744000000,1,3,0.5,2,100,1767830399999,200,7,50,100,0\n\
         1767830400000,2,4,1,3,100,1767916799999,300,7,50,100,0\n",
    ),
    ("fred", "Fred", "observation_date,SP500\n2026-01-07,2\n2026-01-08,3\n"),
    ("plain", "Plain", "date,close\n2026-01-07,2\n2026-01-08,3\n"),
];

#[test]
fn every_layout_gives_the_same_table() {
    let folder = Folder::empty("layouts");
    for (word, layout, text) in VENDORS {
        folder.write("x.csv", text);
        for arguments in [&["--force"][..], &["--force", "--layout", word]] {
            let all = [&["import", "x.csv", "-o", "out.csv"][..], arguments].concat();
            let output = folder.run(&all);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(0), "{word}: {said}");
            let first = said.lines().next().unwrap();
            assert!(first.starts_with(&format!("x.csv: `x`, layout {layout}, ")), "{first}");
            assert_eq!(
                folder.read("out.csv"),
                "date,asset,close\n2026-01-07,x,2\n2026-01-08,x,3\n",
                "{word}"
            );
        }
    }
}

#[test]
fn what_cannot_be_imported_leaves_nothing() {
    let folder = Folder::empty("import-faults");
    folder.write("x.csv", "date,close\n2026-01-07,2\n2026-01-08,3\n");
    folder.write("negative.csv", "date,value\n2026-01-07,2\n2026-01-08,-3\n");
    folder.write("empty.csv", "");
    for (arguments, message) in [
        (
            &["no.csv"][..],
            "no.csv: cannot read the file\n  caused by: No such file or directory (os error 2)",
        ),
        (&["empty.csv"], "empty.csv: the file is empty; expected a header line and rows"),
        (&["x.csv", "--adjusted"], "x.csv: the file has no adjusted closes"),
        (&["x.csv", "x.csv"], "asset `x` occurs twice"),
        (&["x.csv", "--names", "a,b"], "2 names for 1 files"),
        (&["x.csv", "negative.csv", "--series"], "--series takes one file"),
        (&["x.csv", "--quiet", "--market-values", "v.csv"], "v.csv: no file has market values"),
        (
            &["negative.csv"],
            "negative.csv: negative on 2026-01-08: -3 is not a positive, finite price",
        ),
    ] {
        let all = [&["import", "-o", "out.csv"][..], arguments].concat();
        folder.fails(&all, 2, &format!("error: {message}"));
    }
    // A good file before a bad one is not written either.
    let output = folder.run(&["import", "x.csv", "negative.csv", "-o", "out.csv"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!folder.path("out.csv").exists());
}
