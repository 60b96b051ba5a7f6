//! `russell2000.csv` and `markets.csv`.

use std::path::Path;

use chrono::{Datelike, NaiveDate};

use crate::Fault;
use crate::raw::{Dated, closes, correlation_of_changes, day, largest_difference, rows};
use crate::write::{Writer, cell};

/// First day of both tables.
const FIRST: NaiveDate = day(1999, 1, 4);

/// Writes both tables; returns the sessions of the New York Stock Exchange.
pub(crate) fn write(folder: &Path, writer: &mut Writer) -> Result<Vec<NaiveDate>, Fault> {
    let sp500 = closes(&folder.join("gspc_yahoo.csv"))?;
    let sessions: Vec<NaiveDate> = sp500.keys().copied().filter(|d| *d >= FIRST).collect();
    russell(folder, &sessions, writer)?;
    markets(folder, &sp500, &sessions, writer)?;
    Ok(sessions)
}

fn russell(folder: &Path, sessions: &[NaiveDate], writer: &mut Writer) -> Result<(), Fault> {
    let oldest = rows(&folder.join("rut_yahoo_a.csv"))?;
    let middle = closes(&folder.join("rut_yahoo_b_close.csv"))?;
    let newest = rows(&folder.join("rut_ibkr.csv"))?;
    let fund = rows(&folder.join("iwm_yahoo.csv"))?;
    let pick = |rows: &[eventstudy::panel::vendor::VendorRow],
                of: fn(&eventstudy::panel::vendor::VendorRow) -> Option<f64>|
     -> Dated { rows.iter().filter_map(|r| Some((r.date, of(r)?))).collect() };
    let (a, a_high) = (pick(&oldest, |r| r.close), pick(&oldest, |r| r.high));
    let (c, c_high) = (pick(&newest, |r| r.close), pick(&newest, |r| r.high));
    let volume = pick(&fund, |r| r.volume.filter(|v| *v > 0.0));
    let close: Dated = sessions
        .iter()
        .filter_map(|d| Some((*d, *a.get(d).or_else(|| middle.get(d)).or_else(|| c.get(d))?)))
        .collect();
    let high: Dated = sessions
        .iter()
        .filter_map(|d| Some((*d, *a_high.get(d).or_else(|| c_high.get(d))?)))
        .collect();
    let missing = sessions.iter().filter(|d| !close.contains_key(d)).count();
    println!(
        "russell2000: {} closes, {} highs, {missing} sessions missing",
        close.len(),
        high.len()
    );
    for (name, x, y) in [("a and b", &a, &middle), ("a and c", &a, &c), ("b and c", &middle, &c)] {
        let (difference, date, n) = largest_difference(x, y);
        println!(
            "  closes of sources {name}: {n} common days, largest difference {difference:.1e} {}",
            date.map_or_else(String::new, |d| d.to_string())
        );
    }
    let (difference, date, n) = largest_difference(&a_high, &c_high);
    println!(
        "  highs of sources a and c: {n} common days, largest difference {difference:.1e} {date:?}"
    );
    let iwm: Dated = pick(&fund, |r| r.close);
    let after = |series: &Dated, from: NaiveDate| -> Dated {
        series.range(from..).map(|(d, v)| (*d, *v)).collect()
    };
    for from in [day(2000, 5, 26), day(2010, 1, 4), day(2025, 9, 24)] {
        let (r, n) = correlation_of_changes(&after(&close, from), &after(&iwm, from));
        println!("  log changes of index and IWM from {from}: correlation {r:.4}, n {n}");
    }
    for (date, value) in &high {
        if close.get(date).is_some_and(|c| (c * 100.0).round() > (value * 100.0).round()) {
            return Err(Fault::new(format!("russell2000 {date}: high {value} below the close")));
        }
    }
    let points = |v: Option<&f64>| v.map_or_else(String::new, |v| format!("{v:.2}"));
    writer.table(
        "russell2000.csv",
        "date,high,close,volume",
        close.keys().map(|d| {
            let volume = volume.get(d).map_or_else(String::new, |v| format!("{v:.0}"));
            format!("{d},{},{},{volume}", points(high.get(d)), points(close.get(d)))
        }),
    )
}

fn markets(
    folder: &Path,
    sp500: &Dated,
    sessions: &[NaiveDate],
    writer: &mut Writer,
) -> Result<(), Fault> {
    let read = |name: &str| closes(&folder.join(name));
    let vix = vix(folder)?;
    let columns = [
        ("sp500", sp500.clone()),
        ("nasdaq100", read("qqq_yahoo.csv")?),
        ("treasuries", read("tlt_yahoo.csv")?),
        ("treasuries_total_return", read("tlt_adj_yahoo.csv")?),
        ("high_yield", read("hyg_yahoo.csv")?),
        ("high_yield_total_return", read("hyg_adj_yahoo.csv")?),
        ("vix", vix),
        ("dollar", read("uup_adj_yahoo.csv")?),
    ];
    println!("markets");
    for (name, series) in &columns {
        let inside = series.keys().filter(|d| **d >= FIRST);
        let gaps = sessions
            .iter()
            .filter(|d| series.keys().next() < Some(d) && series.keys().next_back() > Some(d))
            .filter(|d| !series.contains_key(d))
            .count();
        println!("  {name:<24} {} days, {gaps} sessions missing inside", inside.count());
    }
    let (r, n) = correlation_of_changes(&columns[7].1, &read("dxy_ice.csv")?);
    println!("  log changes of UUP (adjusted) and the DXY index: correlation {r:.4}, n {n}");
    let (difference, date, n) = largest_difference(sp500, &read("spx_ibkr.csv")?);
    println!(
        "  sp500, Yahoo and Interactive Brokers: {n} common days, largest difference {difference:.1e} {date:?}"
    );
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    debug_assert!(sessions.iter().all(|d| d.weekday().number_from_monday() < 6));
    writer.table(
        "markets.csv",
        &format!("date,{}", names.join(",")),
        sessions.iter().map(|d| {
            let cells: Vec<String> =
                columns.iter().map(|(_, series)| cell(series.get(d).copied(), 6)).collect();
            format!("{d},{}", cells.join(","))
        }),
    )
}

/// The index as its exchange publishes it; Yahoo's copy on days that are missing there.
fn vix(folder: &Path) -> Result<Dated, Fault> {
    let mut vix = closes(&folder.join("../macro/VIX_cboe.csv"))?;
    let copy = closes(&folder.join("vix_yahoo.csv"))?;
    let (difference, date, n) = largest_difference(&vix, &copy);
    let far = vix.iter().filter(|(d, v)| copy.get(d).is_some_and(|c| (c / *v - 1.0).abs() > 0.01));
    println!(
        "vix of the exchange and of Yahoo: {n} common days, {} apart by more than 1 %, largest \
         difference {difference:.1e} {date:?}",
        far.count()
    );
    for (date, value) in copy {
        vix.entry(date).or_insert(value);
    }
    Ok(vix)
}
