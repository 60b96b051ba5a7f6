//! Which test for which design, and how each behaves where nothing happened.
//!
//! # First the unit
//!
//! Assets that answer one event share its date, and what moves one of them on that day moves the
//! others. Where responses share dates, the number of draws is the number of *dates*, and inference
//! over dates comes first: placebo dates, sign flips over dates, Ibragimov and Müller's t; see
//! [`few_events`](super::few_events). Tests over *responses* answer a narrower question, whether
//! this cross-section on these dates is out of the ordinary for its own estimation windows.
//!
//! A study computes all of them and says which to read. [`SampleDesign::choice`] is that rule:
//!
//! | design | to be read | why |
//! |---|---|---|
//! | windows of different dates overlap | adjusted BMP | pairs responses by calendar date |
//! | responses share dates | adjusted BMP, GRANK-T | take the correlation between responses into account, and bear a variance that rises with the event |
//! | own dates, 30 responses and more, short window | BMP, GRANK-T | bear a variance that rises with the event; GRANK-T any distribution |
//! | own dates, 30 and more, window from a quarter of the estimation window on | skewness-adjusted t, GRANK-T | sums and products of many days are skewed |
//! | own dates, fewer than 30 | Wilcoxon (exact), BMP | no approximation, or a t distribution |
//!
//! What the rule leaves is marked: *misled* where an assumption that the test hangs on is broken,
//! *doubtful* where one is in question, else *valid*.
//!
//! ```
//! use eventstudy::inference::{SampleDesign, Suitability, registry};
//!
//! // Fifty coins on three dates, a month of days, a year of estimation.
//! let design = SampleDesign {
//!     n_responses: 150,
//!     n_event_dates: 3,
//!     windows_overlap: false,
//!     window_rows: 30.0,
//!     estimation_rows: 365.0,
//! };
//! let of = |id: &str| {
//!     let test = registry().iter().find(|test| test.id() == id).unwrap();
//!     design.choice(&test.card())
//! };
//! assert_eq!(of("grank-t").suitability, Suitability::Default);
//! assert_eq!(of("cross-sectional-t").suitability, Suitability::Misled);
//! assert_eq!(of("cross-sectional-t").why, "responses share dates: p far too small");
//! ```
//!
//! # How often each rejects when nothing happened
//!
//! Share of samples with p ≤ 0.05, without an effect. Where all have dates of their own there are
//! thirty assets with one event each, else fifteen assets with market-wide events; the correlation is
//! that of their abnormal returns, and a variance × 2 is that of event windows over that of other days.
//! The last column has the claims' altcoins after random dates, so that the truth is known there as
//! well. Windows are of ten days, or a month. What each assumes is as on its card. More set-ups, the
//! tests over dates, intervals, power and verdicts are in `docs/calibration.md` of the repository, which
//! says how all of it was simulated.
//!
#![doc = include_str!("size_of_tests.md")]
//!
//! With shared dates and a correlation of 0.3, tests that take responses for independent reject in a
//! fifth to half of all samples. A variance that doubles with the event sends those that take the
//! variance of other days well above their level. The adjusted BMP statistic holds under both; GRANK-T
//! lies a little above its level with one date, since all ranks move together.
//!
//! Dates of their own do not make responses independent: where windows overlap they share days, and
//! with a correlation of 0.3 a test at 5 % rejects in one sample of three to five. Tests that get by
//! with one shared date (Brown–Warner 1985, Lamb, rank tests, GRANK-T) do not get by with this, for
//! they line days up by their distance from the event, where returns of one date no longer stand side
//! by side. Those of Kolari and Pynnönen pair responses by calendar date and hold; of them only the
//! adjusted BMP statistic bears a variance that rises as well.
//!
//! Real coins are worse than any of these: their abnormal returns move together more closely in some
//! months than in others, their volatility clusters, and over a month a market model is a poor
//! expectation. No test over responses is to be read there without one over dates beside it.
//!
//! # Other questions
//!
//! | question | item |
//! |---|---|
//! | one number per event date: is their mean zero? | [`samples::IbragimovMueller`], [`resampling`](crate::resampling) |
//! | two groups of events | [`samples::TwoSampleT`] (Welch), [`samples::MannWhitney`], [`samples::KolmogorovSmirnov`], [`samples::LabelPermutation`] |
//! | how many independent responses is this? | [`samples::DesignEffect`], [`ResidualCorrelation`](crate::inference::ResidualCorrelation) |
//! | horizons of months and years, overlapping | [`CalendarTime`](crate::abnormal::CalendarTime), [`LongRun`](crate::abnormal::LongRun) |
//! | buy-and-hold abnormal returns | [`samples::BootstrappedSkewnessT`] on [`MatchedReturns`](crate::abnormal::MatchedReturns) |
//! | do CARs depend on size, beta, liquidity? | [`CarRegression`](crate::inference::CarRegression), errors clustered by date |
//! | does volume or volatility rise? | [`LogVolumes`](crate::abnormal::LogVolumes) as returns; [`AbnormalReturns::variance_ratios`](crate::abnormal::AbnormalReturns::variance_ratios) |
//! | one treated asset, many donors | [`PlaceboUnits`](crate::inference::PlaceboUnits) |
//!
//! # By name
//!
//! Every test has a name, under which a study file asks for it (`tests = ["bmp", "grank-t"]`), the
//! outcome reports it and `eventstudy list tests` shows its card. The tests of samples have cards too
//! ([`samples::cards`]), but no place in a study file: they take numbers, not responses. A test of your own is a value that
//! implements [`SignificanceTest`](crate::inference::SignificanceTest), handed to
//! [`EventStudyBuilder::tests`](crate::study::EventStudyBuilder::tests); the example `custom_model`
//! has one.
//!
//! [`SampleDesign::choice`]: crate::inference::SampleDesign::choice
//! [`samples::IbragimovMueller`]: crate::inference::samples::IbragimovMueller
//! [`samples::TwoSampleT`]: crate::inference::samples::TwoSampleT
//! [`samples::MannWhitney`]: crate::inference::samples::MannWhitney
//! [`samples::KolmogorovSmirnov`]: crate::inference::samples::KolmogorovSmirnov
//! [`samples::LabelPermutation`]: crate::inference::samples::LabelPermutation
//! [`samples::cards`]: crate::inference::samples::cards
//! [`samples::DesignEffect`]: crate::inference::samples::DesignEffect
//! [`samples::BootstrappedSkewnessT`]: crate::inference::samples::BootstrappedSkewnessT
