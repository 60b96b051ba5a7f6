//! What three events can show and what they cannot, and how a study says so.
//!
//! # In short
//!
//! Three events **can** show an effect that is large beside what ordinary dates do. In the simulations
//! below an effect of two standard deviations of what one event gives is found in four of five studies.
//! In real crypto prices it takes more than 40 % in a month to be found as often, and over three months
//! even 40 % is missed in four of five.
//!
//! Three events **cannot** show that
//!
//! - there is *no* effect. "Not significant" after three events is what a study says in most cases
//!   also where there is an effect, unless it is huge. Only an interval that lies below anything worth
//!   the name refutes a claim;
//! - the effect is *small but real*: what they can see at all is in the column *detectable*, for effects
//!   that are spread over the days of the window;
//! - a window of several days holds *no jump of a single day*, see [below](#an-effect-of-one-day);
//! - it will come *again*: three dates are a sample of three, from the years that happened;
//! - the event was the *cause*: what else happened in the same weeks is in the same number.
//!
//! More assets change none of that. More *dates* do.
//!
//! # Fifty coins are one observation
//!
//! Fifty assets that answer one event share one news day and one market: if the whole market rises in
//! the month after, for whatever reason, fifty abnormal returns rise together, and look like fifty
//! confirmations of one story. With N responses of one date and a mean correlation r̄ between them the
//! variance of their mean is `1 + (N − 1) r̄` times what independence would give: at N = 50 and r̄ = 0.4
//! the fifty carry as much as 2.4 independent ones, and five hundred would carry no more than 2.5.
//! Tests that take responses for independent then find effects everywhere. Reports mark their
//! p-values with (!).
//!
//! An [`Outcome`](crate::study::Outcome) therefore first forms one number per event date, the abnormal
//! return of its portfolio, and asks what those few numbers show.
//!
//! # How often it errs, measured
//!
//! Whether a procedure can be trusted is no matter of opinion: let it judge thousands of studies of
//! which the truth is known, and count. Three words for what is counted:
//!
//! - *size*: how often it finds an effect where there is none. At 5 % that should be 5 of 100 studies;
//!   a test that finds one in 70 of 100 says nothing when it finds one.
//! - *coverage*: how often its interval holds the true effect. At 95 % that should be 95 of 100.
//! - *power*: how often it finds an effect that is there. It should be high, and with few events it is
//!   not, which no method can change. The power of a test without its size means nothing.
//!
//! The set-ups: fifteen assets on common dates, whose abnormal returns have a correlation r of 0, 0.3
//! or 0.6; the same with restless, fat-tailed returns whose variance doubles after events; and random
//! dates in the real crypto prices of the repository, where nothing is simulated but the dates. An
//! *sd* is the standard deviation of what one event gives without an effect. Everything else, and all
//! other tests and intervals, is in `docs/calibration.md` of the repository, from which these tables
//! are made.
//!
#![doc = include_str!("size_and_power.md")]
//!
//! To be read from them:
//!
//! - The default holds its size with one date as with thirty; the worst is 5.7 of 100, with two dates
//!   in the real panel. Where assets move together the cross-sectional t finds effects in a quarter to
//!   four fifths of studies that have none, and *more dates do not mend it*.
//! - A bootstrap over three dates gives an interval that fails one time in three. Its resamples stay
//!   between the smallest and the largest value, and that range holds the true median in at most 75 of
//!   100 studies ([`coverage_ceiling`](crate::resampling::EventDateBootstrap::coverage_ceiling)). A
//!   study shows none below
//!   [30 dates](crate::resampling::EventDateBootstrap::FEWEST_DATES), and says so.
//! - The default finds more than the t over dates where that keeps its size, for it knows from other
//!   dates what is ordinary. It is not magic: three months of crypto hide an effect of 40 %.
//! - *Undecided* is the usual answer where power is nil, and rightly so. A wrong *supported* stays as
//!   rare as the level says.
//! - *Windows left out*: where estimation windows hold the windows of earlier events, large effects are
//!   taken for ordinary. `eventstudy check` warns of it
//!   ([`EstimationOverlap`](crate::study::EstimationOverlap)).
//! - The least p of the default hangs on the number of sets, not of dates: 1/10,000 with 9,999 of them.
//!   That is finer than the data, see below. A sign flip of 30 dates is drawn at random, 9,999 times,
//!   which is what its least p comes from.
//!
//! # When it says undecided
//!
//! [`VerdictRule`](crate::study::VerdictRule) is fixed before the data are seen: a significance, and a
//! margin, the smallest effect worth the name; in a study file as the table `[verdict]`. At 5 %, a claim
//! of a positive effect is *refuted* where the whole equal-tailed interval at 95 % lies below the margin,
//! even if there is a smaller effect; else *supported* where the one-sided p is at most 2.5 %; and
//! *undecided* where the interval holds both nothing and the margin. Nothing is then called supported,
//! and an effect of the margin refuted, in at most 2.5 of 100 studies each. The two-sided p would not do:
//! where placebo values are skewed, most of its 5 % lie on one side. Undecided is a statement about the
//! data, not about the world.
//!
//! # The floor of p
//!
//! If events do nothing and abnormal returns are symmetric about zero, each sign is a coin toss.
//! Three tosses have eight results, so that three values of one sign still have a two-sided p of
//! 2/8: no data can do better.
//!
//! ```
//! use eventstudy::resampling::SignFlip;
//!
//! let test = SignFlip::new().test(&[0.9, 1.4, 2.2])?; // +90 %, +140 %, +220 %
//! assert_eq!((test.n_sign_vectors, test.p_values.two_sided), (8, 0.25));
//!
//! // Six events are the first that can reach 5 %.
//! let floor = |n| SignFlip::new().test(&vec![0.1; n]).map(|t| t.attainable_two_sided);
//! assert_eq!((floor(5)?, floor(6)?), (0.0625, 0.03125));
//! # Ok::<(), eventstudy::Error>(())
//! ```
//!
//! The t-test can go below by assuming normal values: with three events it asks for |t| > 4.30, and
//! 80 % power needs an effect of more than three standard deviations of a single event.
//!
//! ```
//! use eventstudy::resampling::TTestPower;
//!
//! let effect = |n| TTestPower::one_sample(n).and_then(|t| t.minimum_detectable_effect(0.8, 0.05));
//! assert_eq!(format!("{:.2} {:.2} {:.2}", effect(3)?, effect(6)?, effect(20)?), "3.26 1.43 0.66");
//! # Ok::<(), eventstudy::Error>(())
//! ```
//!
//! # Placebo dates
//!
//! What more can be known lies in the days that were *not* events. Every session on which an event
//! could have been is run as a pseudo-event: same assets or a universe chosen anew, model fitted
//! anew, same windows. Sets of as many pseudo-events as there are events, drawn under the rule of
//! the events, make the placebo distribution. The p-value is the share of sets as extreme as the
//! events, the events counted among them: `(1 + count) / (1 + n)`.
//!
//! What the rule of the events is, [`PlaceboSettings`](crate::study::PlaceboSettings) says:
//!
//! - the period in which events could have been found (`from`, `through`);
//! - how far apart it puts them (`min_separation_days`), at least one window;
//! - from which dates it stays clear, where the study leaves events out (`avoid`).
//!
//! The events' own dates are among those that pseudo-events fall on. If the events do nothing, their
//! set is one more of the sets, and the test holds its size exactly, for one event as for thirty. A
//! buffer around the events (`buffer_days`) looks cleaner and is not: it takes the neighbourhood of
//! the events out of what they are compared with, and the more events there are the more often the
//! comparison rejects. An effect dilutes the placebo mean a little; the excess is put right for it.
//!
//! What is compared is the mean over its own daily variation
//! ([`PlaceboTest`](crate::resampling::PlaceboTest)). Returns after an event are often restless, and
//! a mean of restless months is extreme without an effect; mean and variation then grow together. What
//! that costs is [below](#an-effect-of-one-day).
//!
//! Events whose windows overlap are no independent draws, nor are events of several assets. Sets of
//! dates that stand apart would vary less than such events do, so their whole pattern is shifted
//! through the sample instead, gaps kept; sign flip and t, which know nothing of gaps, are marked.
//!
//! ```
//! use chrono::{Days, NaiveDate};
//! use eventstudy::resampling::{PlaceboDesign, PlaceboGrid, PseudoEvent};
//!
//! // The mean of three events was 3 %, 2 % about it; what did other dates give?
//! let day = |k| NaiveDate::from_ymd_opt(2017, 1, 1).unwrap() + Days::new(k);
//! let on_day = |k: u64| PseudoEvent {
//!     value: 0.02 + 0.03 * (k as f64 * 0.05).sin(),
//!     variance: Some(0.0012 + 0.0004 * (k as f64 * 0.11).cos()), // of its own daily steps
//!     event_share: 0.0,
//! };
//! let dates: Vec<_> = (0..1_500).map(day).collect();
//! let values: Vec<_> = (0..1_500).map(|k| Some(on_day(k))).collect();
//! let grid = PlaceboGrid::of_pseudo_events(dates, &values)?;
//! let events = [day(100), day(700), day(1_300)];
//! let design = PlaceboDesign::new().min_separation_days(250).sets(999).seed(1);
//! let test = design.draw(&grid, &events, 3)?.test(&grid, 0.03, Some(0.02))?;
//! assert!(test.means().mean() > 0.015); // other dates earned about 2 %
//! assert!(test.p_values().two_sided > 0.3); // so 3 % is nothing out of the ordinary
//! assert!(test.interval(0.95)?.contains_zero());
//! # Ok::<(), eventstudy::Error>(())
//! ```
//!
//! # An effect of one day
//!
//! The studentised test is for what is spread over the days of a window, as drifts are. An effect that
//! comes on one day of several raises the variation of its window, by which it is then divided: a jump
//! that dwarfs the rest brings n events no further than to t = √n, however large it is. *Detectable* is
//! the power for the first kind, and no promise for the second:
//!
#![doc = include_str!("power_by_shape.md")]
//!
//! The events are five random dates in 700 days of one series, the *detectable* effect is that of each
//! study at 80 % power, and the test `power_by_shape` makes the table. Over twenty days the larger jump
//! is found less often than the smaller one. The plain mean finds both shapes alike, and is misled by
//! restless days, in two to four times as many studies as it should.
//!
//! No test is best for both questions, so the question has to be fixed before the data are seen:
//!
//! - *did the days after the events bring more than other days?* The default, over those days;
//! - *did the event move the price when it came?* The window of day 0 alone,
//!   [`EventWindow::rows(0, 0)`](crate::time::EventWindow::rows): of one day there is no variation, and
//!   means are compared. Or, where the day is not certain, a short window with
//!   [`PlaceboStatistic::Mean`](crate::resampling::PlaceboStatistic::Mean), in a study file
//!   `statistic = "mean"` under `[placebo]`.
//!
//! `eventstudy check` says which windows of several days hold day 0 where none is of day 0 alone. Where
//! the studentised test and the plain mean disagree at the significance of the study, one at or below it and the other above,
//! reports and `eventstudy status` show both p-values with the reason
//! ([`PlaceboEstimate::disagreement`](crate::study::PlaceboEstimate::disagreement)). Verdicts stay with
//! the test that the study was set up with: to take the smaller of two p-values is to test twice.
//!
//! # Why not against zero
//!
//! The mean of the placebo distribution is not zero. Sums of abnormal returns drift: prices that
//! rise in bursts have fat right tails, alphas fitted before an event do not last, and a universe of
//! the largest coins has just had its rise. In the crypto tables here the three-month abnormal
//! return of the large altcoins on *ordinary* dates is −2 % under a market model on the S&P 500, and
//! −20 % under one on BTC. A test of the events against
//! zero takes that for an effect of the events. The crate tests against the placebo mean; the
//! p-value against zero is in
//! [`biased_p_against_zero`](crate::study::PlaceboEstimate::biased_p_against_zero), for comparison.
//!
//! # How much the placebo dates are
//!
//! Three thousand sessions are not three thousand observations of a three-month window: the windows
//! overlap. [`effective_periods`](crate::study::PlaceboEstimate::effective_periods) says how many
//! fit side by side, some fifty in twelve years. The comparison remains valid, but its tails are no
//! finer than that.
//!
//! # What to report
//!
//! - *Excess* over the placebo mean with its interval, and the placebo p.
//! - The *detectable* effect: the smallest excess found with 80 % power, were it spread over the days of
//!   the window. Where it is +69 %, "not significant" means "not found by an instrument that cannot see
//!   less than 69 %".
//! - The p of a single event as what it is: the *studentised p* is of its value over its own daily
//!   variation, the *rank p* of its value among those of ordinary dates.
//! - Every event by itself, and the range of the mean when one is left out.
//! - Several windows are several chances to find something: the p-values that allow for all of them,
//!   from sets of pseudo-events that every window shares ([`PlaceboFamily`](crate::study::PlaceboFamily)),
//!   or after Holm where the windows do not have the same dates.
//! - The answer under the other choices that were open: rule, window, model, weights.
