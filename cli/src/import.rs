//! `eventstudy import`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use chrono::Days;
use eventstudy::Error;
use eventstudy::panel::vendor::{VendorOptions, VendorRow, VendorSeries};
use eventstudy::report::write_text;

use crate::arguments::{Global, ImportOptions};
use crate::failure::{Failure, note};
use crate::output::refuse_to_overwrite;

pub(crate) fn import(options: &ImportOptions, global: &Global) -> Result<ExitCode, Failure> {
    let names = names(options)?;
    if options.series && options.files.len() > 1 {
        return Err(Failure::Usage("--series takes one file".to_owned()));
    }
    let outputs = [Some(&options.output), options.market_values.as_ref()];
    for path in outputs.into_iter().flatten() {
        refuse_to_overwrite(path, options.force)?;
    }
    let mut vendor = VendorOptions::default();
    vendor.layout = options.layout;
    vendor.stamp = options.stamp;
    let mut read = Vec::with_capacity(names.len());
    for (path, name) in options.files.iter().zip(names) {
        let series = VendorSeries::from_csv_path_with(path, vendor)?;
        check(options, path, &name, &series)?;
        if !global.quiet {
            note(&described(path, &name, &series));
        }
        read.push((name, series));
    }
    let table = match &read[..] {
        [(_, series)] if options.series => series_table(series.rows()),
        _ => price_table(&read, options.adjusted),
    };
    let market_values = options.market_values.as_ref().map(|path| (path, value_table(&read)));
    if let Some((path, table)) = &market_values
        && table.lines().nth(1).is_none()
    {
        return Err(Failure::Usage(format!("{}: no file has market values", path.display())));
    }
    write_text(&options.output, &table)?;
    if let Some((path, table)) = market_values {
        write_text(path, &table)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// One name per file, without duplicates.
fn names(options: &ImportOptions) -> Result<Vec<String>, Failure> {
    let (n_files, n_names) = (options.files.len(), options.names.len());
    if n_names != 0 && n_names != n_files {
        return Err(Failure::Usage(format!("{n_names} names for {n_files} files")));
    }
    let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let names: Vec<String> = if n_names == 0 {
        options.files.iter().map(|path| stem(path)).collect()
    } else {
        options.names.clone()
    };
    let mut seen = BTreeSet::new();
    match names.iter().find(|name| !seen.insert(*name)) {
        Some(name) => Err(Error::DuplicateAsset { name: name.clone() }.into()),
        None => Ok(names),
    }
}

/// A series must be one of prices, and hold what is asked of it.
fn check(
    options: &ImportOptions,
    path: &Path,
    name: &str,
    series: &VendorSeries,
) -> Result<(), Failure> {
    if options.adjusted && series.adjusted_closes().is_empty() {
        let path = path.display();
        return Err(Failure::Usage(format!("{path}: the file has no adjusted closes")));
    }
    if series.closes().is_empty() {
        return Err(Failure::Usage(format!("{}: the file has no closes", path.display())));
    }
    match series.to_price_series(name) {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::Usage(format!("{}: {error}", path.display()))),
    }
}

fn described(path: &Path, name: &str, series: &VendorSeries) -> String {
    let rows = series.rows();
    let span = match (rows.first(), rows.last()) {
        (Some(first), Some(last)) => format!("{} to {}", first.date, last.date),
        _ => "no rows".to_owned(),
    };
    let mut text = format!(
        "{}: `{name}`, layout {:?}, {} rows, {span}",
        path.display(),
        series.layout(),
        rows.len()
    );
    for (n, what) in [(series.n_blank(), "blank"), (series.n_partial(), "of an unfinished day")] {
        if n > 0 {
            let _ = write!(text, ", {n} {what} left out");
        }
    }
    text
}

/// `date,asset,close`, asset by asset.
fn price_table(read: &[(String, VendorSeries)], adjusted: bool) -> String {
    let mut text = "date,asset,close\n".to_owned();
    for (name, series) in read {
        let closes = if adjusted { series.adjusted_closes() } else { series.closes() };
        for (date, close) in closes {
            let _ = writeln!(text, "{date},{},{close}", quoted(name));
        }
    }
    text
}

/// `date,high,close,volume`, with the columns that the series has; highs only where every row has
/// one, as a missing one would pass for the close.
fn series_table(rows: &[VendorRow]) -> String {
    let rows: Vec<&VendorRow> = rows.iter().filter(|row| row.close.is_some()).collect();
    let has_high = rows.iter().all(|row| row.high.is_some());
    let has_volume = rows.iter().any(|row| row.volume.is_some());
    let columns = [(true, "date"), (has_high, "high"), (true, "close"), (has_volume, "volume")];
    let line = |cells: [String; 4]| {
        let kept = cells.into_iter().zip(columns).filter(|(_, (keep, _))| *keep);
        kept.map(|(cell, _)| cell).collect::<Vec<_>>().join(",") + "\n"
    };
    let number = |value: Option<f64>| value.map_or_else(String::new, |v| v.to_string());
    let mut text = line(columns.map(|(_, name)| name.to_owned()));
    for row in rows {
        let high = number(row.high);
        text += &line([row.date.to_string(), high, number(row.close), number(row.volume)]);
    }
    text
}

/// `date,asset,market_value`: a value at the end of a day is known on the day after.
fn value_table(read: &[(String, VendorSeries)]) -> String {
    let mut text = "date,asset,market_value\n".to_owned();
    for (name, series) in read {
        for row in series.rows() {
            let known = row.date.checked_add_days(Days::new(1));
            if let (Some(known), Some(value)) = (known, row.market_value) {
                let _ = writeln!(text, "{known},{},{value}", quoted(name));
            }
        }
    }
    text
}

fn quoted(name: &str) -> String {
    if name.contains([',', '"', '\n']) {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        name.to_owned()
    }
}
