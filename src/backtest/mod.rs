//! The signal as a trade: from signals to positions, costs, an equity curve, and what it is worth.
//!
//! | step | item |
//! |---|---|
//! | what there is to trade | [`BacktestData`]: prices and why they end, the trigger, volumes, the return of cash |
//! | when | [`Signals`]: dates, each with when on its day it was [`Known`] |
//! | how | [`Strategy`]: universe, [`Weights`], lag, [`ExitRules`], [`Overlap`], [`Costs`], [`Delisting`] |
//! | what came of it | [`BacktestOutcome`]: equity curve, trades, positions, costs; [`Performance`] |
//! | what it is worth | [`SharpeRatio`]: its standard error, probabilistic and deflated; [`TriedStrategies`], all that were tried, and [`Trials`], how many they are |
//! | against what | [`Strategy::buy_and_hold`]; [`RandomEntry`], the same trade on other dates; [`MissedMove`], the same trade entered later |
//!
//! # When a signal can be traded
//!
//! A signal of day d is known before the close of d of the market that is traded
//! ([`Known::BeforeClose`]: an index whose session ends hours before the daily bar of crypto), or
//! only at that close ([`Known::AtClose`]: a breakout of the traded market itself). The first price is
//! that of d, or of the day after; a lag adds days. An exit that is seen at a close (a trailing stop)
//! is filled at the next one.
//!
//! # Whose money it is
//!
//! Performance is measured from the capital before the first fill, so that buying costs what it costs.
//! Between two closes, on what stood at the first of them, with E the equity, C the cash and H the
//! value of all positions:
//!
//! ```text
//! interest  = rate of cash · max(E − H, 0)
//! funding   = rate of funding · loan,   loan = max(−C, 0) long, H short
//! ```
//!
//! E − H is the cash of a long account. Of a short one it is what is left beside the proceeds of the
//! sale and as much again, which are collateral and earn nothing. Both hang on the account, not on the
//! exposure that was asked for: a position that doubles leaves its loan as it was.
//!
//! # Two engines
//!
//! [`Strategy::run`] works asset by asset on whole slices. [`Strategy::run_by_day`] walks through the
//! days with nothing in hand but the days so far, and is slower. Both give the same trades and the same equity to
//! 1e-12, which is a test over random markets; it is also the proof that the fast one does not look
//! ahead.
//!
//! # What three trades can show
//!
//! A backtest of three trades has thousands of daily returns and three observations. [`SharpeRatio`]
//! on daily returns takes every day for one. On the returns of the trades, n = 3, its standard error
//! is never below 0.7, and even a ratio of 2 per trade is not told from zero at 5 %. [`RandomEntry`] asks
//! the better question: what did the same rules earn on dates that were drawn under the rule of the
//! signals?
//!
//! ```
//! use chrono::{Days, NaiveDate};
//! use eventstudy::backtest::{BacktestData, Costs, ExitRules, Known, Signals, Strategy};
//! use eventstudy::panel::{PricePanel, Universe};
//!
//! let day = |d| NaiveDate::from_ymd_opt(2021, 1, 1).unwrap() + Days::new(d);
//! let prices = (0..200).map(|d| (day(d), 100.0 * 1.001_f64.powi(d as i32))).collect();
//! let data = BacktestData::new(PricePanel::from_series(vec![("eth".to_owned(), prices)])?);
//! let signals = Signals::on_dates(&[day(40)], Known::BeforeClose)?;
//!
//! let strategy = Strategy::new(Universe::of(["eth"]))
//!     .exits(ExitRules::new().months(1))
//!     .costs(Costs::new().fee(0.001));
//! let outcome = strategy.run(&data, &signals)?;
//! let trade = &outcome.trades[0];
//! assert_eq!((trade.entry, trade.exit), (day(40), day(68))); // 10 February to 10 March
//! let expected = 1.001_f64.powi(28) * 0.999 * 0.999 - 1.0;
//! assert!((trade.net_return.unwrap() - expected).abs() < 1e-14);
//! # Ok::<(), eventstudy::Error>(())
//! ```

mod basket;
mod book;
mod by_day;
mod costs;
mod data;
mod exits;
mod outcome;
mod performance;
mod random_entry;
mod rules;
mod sharpe;
mod signals;
mod strategy;
mod tried;
mod vectorised;
mod waiting;

pub use costs::{CostTotals, Costs, FundingBase};
pub use data::{BacktestData, CashRates};
pub use outcome::{BacktestOutcome, ExitReason, Position, SignalFate, SignalRecord, Trade};
pub use performance::Performance;
pub use random_entry::{PlaceboComparison, RandomEntry, WholeStrategy};
pub use rules::{Delisting, ExitRules, Overlap, Weights};
pub use sharpe::{SharpeRatio, Trials};
pub use signals::{Known, Signal, Signals};
pub use strategy::Strategy;
pub use tried::{TriedStrategies, TriedStrategy};
pub use waiting::MissedMove;
