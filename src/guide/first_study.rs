//! From CSV files to a report.
//!
//! # 1. Prices
//!
//! ```
//! use eventstudy::prelude::*;
//! # fn main() -> Result<()> {
//!
//! let coins = CsvOptions::default().assets(["btc", "eth", "ltc", "xrp"]);
//! let prices = PricePanel::from_csv_path_with("data/crypto_close.csv", &coins)?;
//! let stocks = PricePanel::from_csv_path("data/markets.csv")?
//!     .select(&["sp500"])?
//!     .carried_onto(prices.axis(), 7)?;
//! assert_eq!(prices.n_assets(), 4);
//! # Ok(()) }
//! ```
//!
//! Without options every column is read. The layout, wide or long, is found out; see
//! [`your_data`](super::your_data). The benchmark trades on other days than the coins, so it is
//! brought onto their dates first, and how is yours to state: see
//! [`two_calendars`](super::two_calendars).
//!
//! # 2. Events
//!
//! Either a rule finds them in a series, or a file lists them ([`EventSet::from_csv_path`]).
//!
//! ```
//! # use eventstudy::prelude::*;
//! # fn main() -> Result<()> {
//! let index = PriceSeries::from_csv_path("data/russell2000.csv", "Russell 2000")?;
//! let rule = BreakoutRule::all_time_high()
//!     .base(250)                                          // sessions since the last record
//!     .from(NaiveDate::from_ymd_opt(2016, 1, 1).unwrap());
//! let events = rule.detect(&index)?;
//!
//! let dates: Vec<String> = events.dates().iter().map(|d| d.to_string()).collect();
//! assert_eq!(dates, ["2016-11-14", "2020-11-13", "2025-09-18"]);
//! let first = events.iter().next().unwrap().qualification.as_ref().unwrap();
//! assert_eq!(first.base_sessions, Some(353));
//! # Ok(()) }
//! ```
//!
//! Whether a day is an event hangs on that day and the days before it alone. Fix the rule before
//! looking at what follows: with a base of 20 sessions instead of 250 the same index gives fifteen
//! events since 2016, and another answer.
//!
//! # 3. The study
//!
//! ```
//! # use eventstudy::prelude::*;
//! # fn main() -> Result<()> {
//! # let coins = CsvOptions::default().assets(["btc", "eth", "ltc", "xrp"]);
//! # let prices = PricePanel::from_csv_path_with("data/crypto_close.csv", &coins)?;
//! # let stocks = PricePanel::from_csv_path("data/markets.csv")?
//! #     .select(&["sp500"])?
//! #     .carried_onto(prices.axis(), 7)?;
//! # let index = PriceSeries::from_csv_path("data/russell2000.csv", "Russell 2000")?;
//! # let rule = BreakoutRule::all_time_high().base(250);
//! # let events = rule.from(NaiveDate::from_ymd_opt(2016, 1, 1).unwrap()).detect(&index)?;
//! let study = EventStudy::builder(Universe::of(["eth", "ltc", "xrp"]), MarketModel::on("sp500"))
//!     .estimation_window(EstimationWindow::trailing(365)?.min_observations(180))
//!     .windows([EventWindow::months(0, 1)?, EventWindow::months(1, 3)?, EventWindow::months(0, 3)?])
//!     .min_assets(2)
//!     .seed(1)
//!     .build()?;
//! let data = StudyData::new(prices, Compounding::Simple)
//!     .with_benchmarks(&stocks)?
//!     .with_sessions(index.axis().clone())?;
//!
//! // What would run, and what would be left out, before anything is estimated.
//! let check = study.check(&data, &events)?;
//! assert_eq!((check.n_used(), check.exclusions.len()), (3, 0));
//!
//! let outcome = study.run(&data, &events)?;
//! let whole = outcome.window(&EventWindow::months(0, 3)?).unwrap();
//! assert_eq!((whole.n_responses, whole.n_event_dates), (9, 3));
//! let parts: f64 = outcome.windows[..2].iter().map(|w| w.mean).sum();
//! assert!((parts - whole.mean).abs() < 1e-12); // adjoining lags add up
//! # Ok(()) }
//! ```
//!
//! - The **model** says what would have been earned without the event:
//!   [`MarketModel`](crate::models::MarketModel) on a benchmark, or one of the others in
//!   [`models`](crate::models). It is fitted on the *estimation window*, rows before the event.
//! - A **window** of months `[0,1)` begins the day after the event and ends on the same day of the
//!   next month. Windows in rows, days or sessions are there as well.
//! - The **sessions** are the days on which a pseudo-event may fall: those of the index, since no
//!   breakout can happen on a day without trading.
//! - **Universes** that change with time come from [`Universe::top`]: the n largest by the market
//!   values known at the event, without what [`Universe::excluding`] names.
//!
//! # 4. The report
//!
//! ```
//! # use eventstudy::prelude::*;
//! # fn main() -> Result<()> {
//! # let coins = CsvOptions::default().assets(["btc", "eth"]);
//! # let prices = PricePanel::from_csv_path_with("data/crypto_close.csv", &coins)?;
//! # let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
//! # let events = EventSet::from_dates(&[day(2020, 11, 13), day(2025, 9, 18)])?;
//! # let study = EventStudy::builder(Universe::of(["eth"]), MarketModel::on("btc"))
//! #     .estimation_window(EstimationWindow::trailing(250)?)
//! #     .windows([EventWindow::months(0, 1)?])
//! #     .placebo(None)
//! #     .build()?;
//! # let outcome = study.run(&StudyData::new(prices, Compounding::Simple), &events)?;
//! print!("{}", estimates(&outcome).to_text());
//! write_text("target/guide/report.md", &markdown(&outcome))?;
//! write_text("target/guide/estimates.csv", &estimates(&outcome).to_csv())?;
//! write_text("target/guide/outcome.json", &outcome.to_json()?)?;
//!
//! let again = Outcome::from_json_path("target/guide/outcome.json")?;
//! assert_eq!(again, outcome);
//! # Ok(()) }
//! ```
//!
//! What the columns of the table of estimates mean, and which of its p-values to believe:
//! [`few_events`](super::few_events).
//!
//! # Without writing Rust
//!
//! The command-line tool does all this from a study file: `eventstudy init` writes one with every
//! key explained, `eventstudy check study.toml` and `eventstudy run study.toml` do the rest.
//!
//! [`EventSet::from_csv_path`]: crate::events::EventSet::from_csv_path
//! [`Universe::top`]: crate::panel::Universe::top
//! [`Universe::excluding`]: crate::panel::Universe::excluding
