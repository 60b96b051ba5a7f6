//! What was set before any price was read, beside the rules: figures that texts name.

use chrono::NaiveDate;
use eventstudy::context::{ALTCOIN_SEASON_DAYS, ALTCOIN_SEASON_SHARE};
use eventstudy::report::{Align, Cell, Table, fraction, percent};
use eventstudy::{Error, Result};

use crate::claim::{Claim, verdict_rule};
use crate::market::Market;
use crate::trace::ALL_CLAIMS;

/// Statement and rule of every claim: where their numbers are set.
pub(crate) fn rules(claims: &[Claim]) -> Table {
    let mut table = Table::new([
        ("claim", Align::Left),
        ("statement", Align::Left),
        ("rule", Align::Left),
        ("before its revision", Align::Left),
        ("verdict", Align::Left),
    ]);
    for claim in claims {
        let verdict = claim.judgement.verdict.to_string();
        let before = claim.revised.unwrap_or_default();
        table.row([claim.id, claim.statement, &claim.rule, before, &verdict]);
    }
    table
}

/// Settings of all claims, and of single ones where their texts name them.
pub(crate) fn table(market: &Market, first_day: NaiveDate, seeds: &[u64]) -> Result<Table> {
    let mut table =
        Table::new([("claim", Align::Left), ("setting", Align::Left), ("value", Align::Left)]);
    let mut add = |claim: &str, setting: &str, value: Cell| {
        table.row([Cell::from(claim), Cell::from(setting), value]);
    };
    let whole = |n: u32, unit: &'static str| Cell::number(f64::from(n), |n| format!("{n} {unit}"));
    let per_cent = |x: f64, of: &'static str| Cell::number(x, |x| fraction(x) + of);
    let rule = verdict_rule();
    add(ALL_CLAIMS, "level of the verdicts", per_cent(rule.significance(), " level"));
    add(ALL_CLAIMS, "intervals", per_cent(1.0 - rule.significance(), " interval"));
    add(ALL_CLAIMS, "margin of the verdicts", Cell::number(rule.margin(), percent));
    add(ALL_CLAIMS, "power at the smallest effect that is detectable", per_cent(0.8, " power"));
    add(ALL_CLAIMS, "first day of the studies", Cell::from(first_day.to_string()));
    for seed in seeds {
        add(ALL_CLAIMS, "seed of the draws", Cell::from(format!("seed {seed}")));
    }

    add("C3", "days of the altcoin-season index", whole(ALTCOIN_SEASON_DAYS, "days"));
    add("C3", "its customary threshold", Cell::number(ALTCOIN_SEASON_SHARE, fraction));
    add("C5", "longest lag", whole(13, "weeks"));
    add("C6", "lags of Granger's tests, weekly", whole(4, "weeks"));
    add("C6", "lags of Granger's tests, sessions", whole(5, "sessions"));
    add("C6", "power at the sum that is detectable", Cell::number(0.8, |p| p.to_string()));
    add("C6", "longest lag of the cross-correlations, sessions", whole(20, "sessions"));
    add("C6", "longest lag of the cross-correlations, weekly", whole(13, "weeks"));
    add("C7", "level of the exact test", Cell::number(0.05, fraction));
    add("C7", "longest way from a turn to the event", whole(365, "days"));
    add("C7", "longest way from the event to a turn", whole(183, "days"));
    let credit = last_date(market, "markets.csv", "high_yield")?;
    add("C7", "last day of the series of credit", Cell::from(credit.to_string()));
    add("C9", "months of the monthly slopes", Cell::from("[0,1) months"));
    let coins = u32::try_from(columns(market, "crypto_volume.csv")?.len() - 1).unwrap_or(u32::MAX);
    add("C10", "coins with volumes", whole(coins, "coins"));
    add("C10", "last day of the volumes of all exchanges", Cell::from("2022-02-14"));
    add("C11", "fall that ends a cycle", Cell::number(0.5, fraction));
    add("C12", "largest order, of a day's volume", per_cent(0.01, " of a day's volume"));
    Ok(table)
}

/// The inputs by their checksums.
pub(crate) fn inputs(market: &Market) -> Table {
    let mut table = Table::new([("file", Align::Left), ("SHA-256", Align::Left)]);
    for input in &market.inputs {
        table.row([input.path.display().to_string(), input.sha256.clone()]);
    }
    table
}

fn reader(market: &Market, file: &str) -> Result<csv::Reader<std::fs::File>> {
    let path = market.path(file);
    csv::Reader::from_path(&path).map_err(|source| Error::Csv { path, source })
}

fn columns(market: &Market, file: &str) -> Result<Vec<String>> {
    let fault = |source| Error::Csv { path: market.path(file), source };
    let mut reader = reader(market, file)?;
    Ok(reader.headers().map_err(fault)?.iter().map(str::to_owned).collect())
}

/// The last date on which a column of a table of dates has a value.
fn last_date(market: &Market, file: &str, column: &str) -> Result<NaiveDate> {
    let path = market.path(file);
    let names = columns(market, file)?;
    let no_column = || Error::MissingColumn {
        path: path.clone(),
        column: column.to_owned(),
        found: names.clone(),
    };
    let at = names.iter().position(|name| name == column).ok_or_else(no_column)?;
    let mut last = None;
    for record in reader(market, file)?.records() {
        let record = record.map_err(|source| Error::Csv { path: path.clone(), source })?;
        if !record.get(at).unwrap_or_default().is_empty() {
            last = record.get(0).and_then(|date| date.parse().ok());
        }
    }
    last.ok_or(Error::EmptyAxis)
}
