//! Event studies of few events and many assets: find the dates, measure abnormal returns, and learn
//! what so few events can prove.
//!
//! A study takes prices and event dates, fits a model of expected returns before each event, and
//! adds up what was earned beyond it afterwards. Its unit of inference is the *event date*: fifty
//! assets that answer one event are one observation, and beside every estimate stands what other
//! dates would have given, the smallest p-value that can be reached, and the smallest effect that
//! could have been found.
//!
//! ```
//! use eventstudy::prelude::*;
//!
//! let index = PriceSeries::from_csv_path("data/russell2000.csv", "Russell 2000")?;
//! let events = BreakoutRule::all_time_high().base(250).detect(&index)?;
//!
//! let coins = CsvOptions::default().assets(["btc", "eth"]);
//! let prices = PricePanel::from_csv_path_with("data/crypto_close.csv", &coins)?;
//! let study = EventStudy::builder(Universe::of(["eth"]), MarketModel::on("btc"))
//!     .estimation_window(EstimationWindow::trailing(250)?)
//!     .windows([EventWindow::months(0, 1)?, EventWindow::months(0, 3)?])
//!     .build()?;
//! let data = StudyData::new(prices, Compounding::Simple).with_sessions(index.axis().clone())?;
//!
//! let outcome = study.run(&data, &events)?;
//! println!("{}", estimates(&outcome).to_text());
//! // Three of the breakouts since 1999 have prices of ETH around them; the others are counted.
//! assert_eq!(outcome.windows[1].n_event_dates, 3);
//! assert!(exclusion_counts(&outcome).n_rows() > 0);
//! assert_eq!(outcome.windows[1].sign_flip.attainable_two_sided, 0.25);
//! # Ok::<(), eventstudy::Error>(())
//! ```
//!
//! # From files to a report
//!
//! ```text
//! one series, CSV ─► PriceSeries ─► BreakoutRule ─┐
//! list of dates, CSV ─────────────────────────────┴► EventSet ──────┐
//! prices, CSV ─────► PricePanel ─► StudyData ───────────────────────┼► EventStudy ─► Outcome
//! Universe · model · EstimationWindow · EventWindow ─► builder ─────┘                   │
//!                                                 text · Markdown · CSV · JSON · SVG ◄──┘
//! ```
//!
//! - A [`PricePanel`](panel::PricePanel) holds many assets on one date axis, a
//!   [`PriceSeries`](panel::PriceSeries) one series with highs and volumes, in which breakouts are
//!   looked for.
//! - An [`EventSet`](events::EventSet) holds the dates, each with its label, its scope, and why it
//!   qualified.
//! - An [`EventStudy`](study::EventStudy) is what is asked: a [`Universe`](panel::Universe) chosen
//!   anew at every event, an [expected-return model](models), windows, and settings of inference.
//! - An [`Outcome`](study::Outcome) is what came out: numbers with their uncertainty, and every
//!   exclusion with its reason. Reports are views of it.
//!
//! The parts stand alone too: [`abnormal`] makes tables of responses; [`inference`],
//! [`resampling`], [`multiplicity`] and [`regression`] work on numbers from anywhere.
//!
//! # Where to read on
//!
//! | | |
//! |---|---|
//! | [`guide::first_study`] | from CSV files to a report, step by step |
//! | [`guide::few_events`] | what three events can prove, and how to say so |
//! | [`guide::choosing_a_test`] | which test for which design, and how each behaves where nothing happened |
//! | [`guide::two_calendars`] | an index that trades in sessions beside assets that trade every day |
//! | [`guide::your_data`] | file formats, errors, auditing and correcting prices |
//! | [`guide::variants`] | where papers and packages differ, and what is used here |
//!
//! | module | holds |
//! |---|---|
//! | [`time`] | date axes, event and estimation windows, calendar months |
//! | [`panel`] | prices, returns, universes, vendor files, the audit |
//! | [`events`] | breakouts, lists of events |
//! | [`models`] | expected returns: means, factors, thin trading, robust, moving betas, controls, conditional variance |
//! | [`regression`] | least squares with robust covariances |
//! | [`abnormal`] | AR, CAR, SAR, SCAR, BHAR; AAR, CAAR; event portfolios, calendar time, long runs, volume, volatility |
//! | [`inference`] | tests over responses, by name; tests of plain samples; regressions of CARs |
//! | [`resampling`] | sign flips, placebo dates, bootstraps, power |
//! | [`multiplicity`] | tests of many hypotheses: adjusted p-values, joint tests, the best of many models |
//! | [`context`] | the state of the market around an event |
//! | [`backtest`] | the signal as a trade: costs, equity curve, Sharpe ratios, the same trade on other dates |
//! | [`study`] | the whole study, study files, outcomes |
//! | [`report`] | tables, Markdown, charts |
//! | [`prelude`] | what the happy path needs |
//!
//! # What it does not do
//!
//! - It does not download data, and it has no calendar of holidays: the dates of a series are its
//!   calendar.
//! - It works on daily or slower data. Intraday events and panel difference-in-differences are
//!   outside its scope.
//! - It does not trade: a [`backtest`] works on daily closes, with costs by rule, not with orders and
//!   quotes.
//! - It never fills a missing price with zero return and never drops a row in silence. What cannot
//!   be used is an [`Error`] or a counted [`Exclusion`](abnormal::Exclusion).
//!
//! # Features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `parallel` | yes | threads; results are the same bits with and without, at any [number](with_threads) |
//! | `plot` | no | charts as SVG, in `report::chart` |
//! | `synthetic` | no | synthetic controls, in [`models`] |
//! | `garch` | no | models with conditional variance, in `models::volatility` |
//! | `parquet` | no | prices from and to Parquet files, whole or in blocks of assets, in [`panel`] |
//! | `arrow` | no | prices from Arrow record batches, abnormal returns as such |
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)
)]

pub mod abnormal;
pub mod backtest;
pub mod context;
mod error;
pub mod events;
mod files;
pub mod guide;
pub mod inference;
pub mod models;
pub mod multiplicity;
mod numeric;
pub mod panel;
pub mod prelude;
pub mod regression;
pub mod report;
pub mod resampling;
pub mod study;
pub mod time;

pub use error::{ColumnFault, Error, Result, ShardFault, TableRow};
pub use numeric::parallel::with_threads;

/// The code of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
