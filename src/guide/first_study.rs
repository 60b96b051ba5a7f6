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
//!   [`models`](crate::models). It is fitted on the *estimation window*: rows that end before the
//!   event or its first window, whichever is earlier, with `.gap(n)` rows left free between.
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
//! write_text("target/guide/estimates.csv", &estimates_csv(&outcome))?;
//! write_text("target/guide/outcome.json", &outcome.to_json()?)?;
//!
//! let again = Outcome::from_json_path("target/guide/outcome.json")?;
//! assert_eq!(again, outcome);
//! # Ok(()) }
//! ```
//!
//! What the columns of the table of estimates mean, and which of its p-values to believe:
//! [`few_events`](super::few_events). The table rounds and shows percent; [`estimates_csv`] and its
//! neighbours [`event_values_csv`], [`response_tests_csv`] and [`responses_csv`] write one number per
//! column, in full and as decimal fractions, for R, pandas or a spreadsheet.
//!
//! # 5. Every response
//!
//! A response is one event × one asset. [`keep_responses`] keeps them in the outcome: CAR, SCAR, and
//! the α, β and residual deviation of the fit behind them, for a cross-sectional regression, say.
//!
//! ```
//! # use eventstudy::prelude::*;
//! # fn main() -> Result<()> {
//! # let coins = CsvOptions::default().assets(["btc", "eth", "ltc"]);
//! # let prices = PricePanel::from_csv_path_with("data/crypto_close.csv", &coins)?;
//! # let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
//! # let events = EventSet::from_dates(&[day(2020, 11, 13), day(2025, 9, 18)])?;
//! # let data = StudyData::new(prices, Compounding::Simple);
//! let month = EventWindow::months(0, 1)?;
//! let study = EventStudy::builder(Universe::of(["eth", "ltc"]), MarketModel::on("btc"))
//!     .estimation_window(EstimationWindow::trailing(250)?)
//!     .windows([month])
//! #   .placebo(None)
//!     .keep_responses(true)
//!     .build()?;
//! let outcome = study.run(&data, &events)?;
//! for r in &outcome.windows[0].responses {
//!     println!("{} {}: CAR {:+.3}, beta {:.2}", r.event, r.asset, r.car, r.betas[0].beta);
//! }
//! assert_eq!(outcome.windows[0].responses.len(), 4); // two events × two assets
//! write_text("target/guide/responses.csv", &responses_csv(&outcome))?;
//!
//! // Day by day, and in any window within those of the study: the table behind them.
//! let table = study.responses(&data, &events)?;
//! let (week, _) = table.cumulative(&EventWindow::days(1, 7)?)?;
//! let (eth, car) = week[0];
//! let first_day = table.ar(eth, 1).unwrap();
//! assert!(first_day.abs() < 0.1 && car.n_rows == 7);
//! # Ok(()) }
//! ```
//!
//! # Without writing Rust
//!
//! The command-line tool does all this from a study file: `eventstudy init` writes one with every
//! key explained, `eventstudy check study.toml` and `eventstudy run study.toml` do the rest.
//!
//! [`estimates_csv`]: crate::report::estimates_csv
//! [`event_values_csv`]: crate::report::event_values_csv
//! [`response_tests_csv`]: crate::report::response_tests_csv
//! [`responses_csv`]: crate::report::responses_csv
//! [`keep_responses`]: crate::study::EventStudyBuilder::keep_responses
//! [`EventSet::from_csv_path`]: crate::events::EventSet::from_csv_path
//! [`Universe::top`]: crate::panel::Universe::top
//! [`Universe::excluding`]: crate::panel::Universe::excluding
