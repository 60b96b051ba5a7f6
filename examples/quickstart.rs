//! Breakouts of an index, and what two assets earned beyond expectation in the months after them.
//!
//! `cargo run --release --example quickstart`
#![allow(dead_code, clippy::unwrap_used)] // the tests call what `main` calls

use std::path::Path;

use eventstudy::prelude::*;

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    print!("{}", quickstart(&root.join("data"), &root.join("target/quickstart"))?);
    println!(
        "\nThe whole report: target/quickstart/report.md, every response: responses.csv there"
    );
    Ok(())
}

/// Runs the study, writes its report to a folder, and answers the table of estimates.
pub(crate) fn quickstart(data: &Path, output: &Path) -> Result<String> {
    // Prices: the assets on every day, the benchmark carried over the days on which it is closed.
    let coins = CsvOptions::default().assets(["btc", "eth"]);
    let prices = PricePanel::from_csv_path_with(data.join("crypto_close.csv"), &coins)?;
    let benchmark = PricePanel::from_csv_path(data.join("markets.csv"))?
        .select(&["sp500"])?
        .carried_onto(prices.axis(), 7)?;

    // Events: all-time highs of the index after at least 250 sessions without one.
    let index = PriceSeries::from_csv_path(data.join("russell2000.csv"), "Russell 2000")?;
    let since = NaiveDate::from_ymd_opt(2016, 1, 1).unwrap();
    let events = BreakoutRule::all_time_high().base(250).from(since).detect(&index)?;

    // The study: what is expected, over which days it is learned, and which months are looked at.
    let study = EventStudy::builder(Universe::of(["btc", "eth"]), MarketModel::on("sp500"))
        .estimation_window(EstimationWindow::trailing(365)?.min_observations(180))
        .windows([EventWindow::months(0, 1)?, EventWindow::months(0, 3)?])
        .keep_responses(true)
        .seed(1)
        .build()?;
    let data = StudyData::new(prices, Compounding::Simple)
        .with_benchmarks(&benchmark)?
        .with_sessions(index.axis().clone())?;
    let outcome = study.run(&data, &events)?;

    // For people, and for a program: every asset after every event with its fit, in numbers.
    write_text(output.join("report.md"), &markdown(&outcome))?;
    write_text(output.join("responses.csv"), &responses_csv(&outcome))?;
    Ok(format!("{}\n{}", event_values(&outcome).to_text(), estimates(&outcome).to_text()))
}
