//! File formats, errors, and prices that look wrong.
//!
//! # Formats
//!
//! | for | reads | columns |
//! |---|---|---|
//! | [`PricePanel`], wide | one column per asset | `date`, then the assets; sorted by date |
//! | [`PricePanel`], long | one row per date and asset | `date`, `asset`, `close`; any order |
//! | [`PriceSeries`] | one series, for breakouts | `date`, `close`; `high`, `volume` where it has them |
//! | [`EventSet`] | a list of events | `date`; `label`, `asset` where wanted |
//! | [`MarketValues`] | who was how large, when | see [`MarketValues::from_csv_path`] |
//! | [`ExcludedAssets`] | what takes no place in a ranking | `asset`, `kind` |
//! | [`VendorSeries`] | Yahoo, Stooq, Coin Metrics, Binance, CoinGecko, FRED | as the vendor writes them |
//!
//! Dates are `YYYY-MM-DD`. Comma, semicolon and tab are told apart; a byte-order mark and CRLF do no
//! harm; an empty cell is a missing price. `eventstudy import` turns vendor files into a table.
//!
//! Use closes that are adjusted for splits, and for dividends where returns are wanted; but look for
//! new highs in prices that are *not* adjusted for dividends, because adjustment moves every old high.
//!
//! # Errors
//!
//! A fault of a file is an [`Error`](crate::Error) with the place and what was expected:
//!
//! ```
//! use eventstudy::panel::PricePanel;
//!
//! let folder = std::env::temp_dir().join(format!("eventstudy-guide-{}", std::process::id()));
//! std::fs::create_dir_all(&folder).unwrap();
//! let path = folder.join("prices.csv");
//! std::fs::write(&path, "date,btc,eth\n2026-01-02,90000,3100\n2026-01-03,0,3150\n").unwrap();
//!
//! let message = PricePanel::from_csv_path(&path).unwrap_err().to_string();
//! let place = message.strip_prefix(&format!("{}: ", path.display())).unwrap();
//! assert_eq!(place, "line 3, column `btc`: `0` is not a positive, finite price");
//! # std::fs::remove_dir_all(&folder).unwrap();
//! ```
//!
//! A fault of one event or one asset stops nothing: it is an
//! [`Exclusion`](crate::abnormal::Exclusion), with what was found and what was needed, in the
//! [`Outcome`](crate::study::Outcome) and in every report. [`EventStudy::check`] lists exclusions
//! without running anything.
//!
//! # Holes
//!
//! A missing price is missing: it is not filled. Inside an event window a hole is stepped over by the
//! prices at its ends, which keeps the sum of returns right; a hole that reaches the end of the window
//! excludes the response. [`MissingPolicy`](crate::abnormal::MissingPolicy) has the other choices.
//! The end of a series is not the end of a coin: know which it is before a study leans on it.
//!
//! # Audit
//!
//! [`PricePanel::audit`] lists what a person should look at, and `eventstudy audit prices.csv` does
//! the same at a prompt; `eventstudy check` counts what it finds in the windows of a study. It changes
//! nothing, because a real collapse looks like a fault.
//!
//! ```
//! use chrono::{Days, NaiveDate};
//! use eventstudy::panel::{AuditOptions, PricePanel};
//!
//! let day = |k: usize| NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(k as u64);
//! let mut prices: Vec<f64> = (0..60).map(|k| 100.0 + (k % 7) as f64).collect();
//! prices[20] *= 10.0; // a misplaced decimal point
//! prices[40..].iter_mut().for_each(|price| *price /= 1_000.0); // one old unit is 1,000 new ones
//! let dated = prices.into_iter().enumerate().map(|(k, price)| (day(k), price)).collect();
//! let panel = PricePanel::from_series(vec![("coin".to_owned(), dated)])?;
//!
//! let audit = panel.audit(&AuditOptions::default())?;
//! let found: Vec<_> = audit.findings().iter().map(|f| (f.date, f.fault.name())).collect();
//! assert_eq!(found, [(day(20), "reversal"), (day(40), "jump")]);
//! # Ok::<(), eventstudy::Error>(())
//! ```
//!
//! # Corrections
//!
//! Repair the file, row by row, and keep a list of what was changed and why, as
//! `data/corrections.csv` of this repository does. Then ask what hangs on it:
//! [`PricePanel::with_price`] sets one price or takes it away, and the study runs again.
//!
//! ```
//! use chrono::NaiveDate;
//! use eventstudy::panel::PricePanel;
//!
//! let day = |d| NaiveDate::from_ymd_opt(2026, 1, d).unwrap();
//! let series = vec![("coin".to_owned(), vec![(day(1), 10.0), (day(2), 980.0), (day(3), 10.2)])];
//! let panel = PricePanel::from_series(series)?;
//! let repaired = panel.with_price("coin", day(2), Some(9.8))?;
//! let dropped = panel.with_price("coin", day(2), None)?;
//!
//! let coin = panel.asset("coin")?;
//! assert_eq!((repaired.price(coin, 1), dropped.price(coin, 1)), (Some(9.8), None));
//! # Ok::<(), eventstudy::Error>(())
//! ```
//!
//! [`PricePanel`]: crate::panel::PricePanel
//! [`PricePanel::audit`]: crate::panel::PricePanel::audit
//! [`PricePanel::with_price`]: crate::panel::PricePanel::with_price
//! [`PriceSeries`]: crate::panel::PriceSeries
//! [`EventSet`]: crate::events::EventSet
//! [`EventStudy::check`]: crate::study::EventStudy::check
//! [`MarketValues`]: crate::panel::MarketValues
//! [`MarketValues::from_csv_path`]: crate::panel::MarketValues::from_csv_path
//! [`ExcludedAssets`]: crate::panel::ExcludedAssets
//! [`VendorSeries`]: crate::panel::vendor::VendorSeries
