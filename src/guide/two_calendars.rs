//! An index that trades in sessions beside assets that trade every day.
//!
//! There are no holiday tables. The calendar of a series is the dates that it has, a
//! [`DateAxis`](crate::time::DateAxis), and the two meet in three places.
//!
//! # The event date
//!
//! An event is dated by the series in which it was found, and that date is looked up among the dates
//! of the responses: the first one on or after it. For assets that trade every day it is the same
//! day. The other way round, a Saturday's event in a panel of sessions is placed on the Monday, and
//! the outcome lists it under [`moved`](crate::study::Outcome::moved).
//!
//! The day ends at different hours. A close of New York is known three to four hours before the
//! close of the UTC day with the same date. Windows that start the day after the event (`[0,1)`
//! months) hold nothing of the event day itself.
//!
//! # Windows
//!
//! A window of months `[a, b)` holds the dates after `event + a months` and through
//! `event + b months`, the day clamped to the end of the month. Adjoining windows neither overlap
//! nor leave a gap, whatever the calendar.
//!
//! ```
//! use chrono::{Datelike, NaiveDate, Weekday};
//! use eventstudy::time::{DateAxis, EventWindow};
//!
//! let day = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
//! let all: Vec<NaiveDate> = day(1, 1).iter_days().take(120).collect();
//! let weekend = |d: &NaiveDate| matches!(d.weekday(), Weekday::Sat | Weekday::Sun);
//! let sessions = DateAxis::new(all.iter().copied().filter(|d| !weekend(d)).collect())?;
//! let days = DateAxis::new(all)?;
//!
//! let month = EventWindow::months(0, 1)?;
//! let in_days = month.resolve(&days, day(1, 30), None)?.unwrap();
//! let in_sessions = month.resolve(&sessions, day(1, 30), None)?.unwrap();
//! assert_eq!((in_days.len(), in_sessions.len()), (29, 20));
//! assert_eq!(days.date(in_days.start), day(1, 31)); // the day after
//! assert_eq!(days.date(in_days.end - 1), day(2, 28)); // 30 January and a month
//!
//! // Five sessions of the index, in days of the assets: a weekend lies between.
//! let week = EventWindow::sessions(1, 5)?.resolve(&days, day(1, 30), Some(&sessions))?.unwrap();
//! assert_eq!((days.date(week.start), days.date(week.end - 1)), (day(1, 31), day(2, 6)));
//! # Ok::<(), eventstudy::Error>(())
//! ```
//!
//! A window that the data do not reach to the end of is left out and counted; it is never made
//! shorter.
//!
//! # The benchmark
//!
//! Returns of two series can be set against each other only on common dates. Which they are is a
//! choice, so it has to be written down:
//!
//! ```
//! use chrono::NaiveDate;
//! use eventstudy::panel::{Compounding, PricePanel};
//!
//! let day = |d| NaiveDate::from_ymd_opt(2026, 1, d).unwrap(); // 2 January 2026 is a Friday
//! let coin = PricePanel::from_series(vec![(
//!     "coin".to_owned(),
//!     vec![(day(2), 100.0), (day(3), 110.0), (day(4), 121.0), (day(5), 133.1)],
//! )])?;
//! let stocks =
//!     PricePanel::from_series(vec![("stocks".to_owned(), vec![(day(2), 50.0), (day(5), 51.0)])])?;
//!
//! // Every day, with stocks standing still over the weekend: the coin keeps all its returns.
//! let daily = coin.beside(&stocks.carried_onto(coin.axis(), 7)?)?;
//! let returns = daily.to_returns(Compounding::Simple);
//! let stocks_daily: Vec<f64> =
//!     (1..4).filter_map(|row| returns.value(returns.find("stocks")?, row)).collect();
//! assert_eq!((stocks_daily[0], stocks_daily[1]), (0.0, 0.0));
//! assert!((stocks_daily[2] - 0.02).abs() < 1e-12);
//!
//! // Sessions alone, with the coin compounded over the weekend: the cleaner beta.
//! let common = coin.on_common_dates(stocks.axis())?.beside(&stocks)?;
//! let returns = common.to_returns(Compounding::Simple);
//! let coin_weekend = returns.value(returns.asset("coin")?, 1).unwrap();
//! assert!((coin_weekend - 0.331).abs() < 1e-12);
//! # Ok::<(), eventstudy::Error>(())
//! ```
//!
//! Carried forward, two returns in seven of the benchmark are zero and its beta is estimated from
//! the rest; windows in rows count days. On common dates windows in rows count sessions. A study
//! file says which by `alignment`: `"carry-forward"`, `"common-dates"`, or `"exact"`, which wants
//! equal dates and is the default.
