//! Where papers, authors and packages differ, and which form is used here.
//!
//! Formulas stand with each item; this page lists the forks. "Elsewhere" is what a package in use
//! computes, looked up in its source or its output in November 2026.
//!
//! # Residuals and standardisation
//!
//! | fork | here | elsewhere |
//! |---|---|---|
//! | residual variance of a regression | divisor M − k | M − 1 (estudy2), M (LemaireJean-Baptiste/eventstudy) |
//! | its degrees of freedom | M − k | M − 1 for two parameters (the same) |
//! | standard deviation of an abnormal return | with the forecast error of the parameters | without, in the BMP and Kolari–Pynnönen tests of `EventStudy` (R) |
//! | variance of a cumulative one | `L + L²/M + …` by default ([`Standardisation::Scar`]); sum of the daily ones as [`Standardisation::Csar`] | the latter, in most packages: Patell's z then has a variance of 1.4 at 30 estimation rows |
//! | market-adjusted returns | variance around their own mean, M − 1, that mean counted in forecasts | around zero, divisor M |
//! | standardisation in eventstudy2 and its ports | `AR / (s √C)` | the fourth root of C |
//! | conditional variance | forecast from the estimation window; row by row from the rows before as `VarianceForecast::OneStep` (feature `garch`) | filtered through the event window |
//!
//! # Tests over responses
//!
//! | fork | here | elsewhere |
//! |---|---|---|
//! | adjusted Patell | `z / √(1 + (N − 1) r̄)` (Kolari and Pynnönen 2010, p. 4003) | the factor of the BMP form, `√((1 − r̄)/(1 + (N − 1) r̄))` (eventstudy2) |
//! | mean correlation with several dates | residuals paired by calendar date, weighted by the overlap of the event windows | by relative day |
//! | Brown–Warner where estimation windows differ in length | t with mean(M) − 1, as in estudy2 | M − 1 in the papers, which have one length |
//! | BMP | t with N − 1 | normal (the paper); L₁ − 2 (eventstudy2) |
//! | GRANK | SCAR over its cross-sectional standard *deviation*; t with T − 2 | over the standard *error*, which rejects four times too often (eventstudy2) |
//! | rank tests | standard deviation over all days with divisor T; ranks by response | divisor T − 1; ranks by asset, so that two events of an asset are ranked together; the statistic of day one on every day (`EventStudy` 0.50) |
//! | windows in rank tests | `Σ D / (√L s)` | the mean rank of the window, as [`CumulativeRank`] |
//! | generalised sign | expected share as the mean over responses (Cowan 1992) | pooled over all days (estudy2), as `generalised-sign-pooled` |
//! | a return of zero | not positive | positive (eventstudy2) |
//! | Wilcoxon | zeros dropped, both tails; Pratt and zero-split in [`WilcoxonSignedRank`] | upper cut-off one-sided (estudy2) |
//! | skewness-adjusted t | Johnson's form with the estimator of Lyon, Barber and Tsai; Hall's with the unbiased one | one of the two, unnamed |
//! | missing abnormal returns | responses on that day; a hole is bridged or excludes | zero (`EventStudy`); sums scaled by all over those present (estudy2) |
//! | random signs | one for each response, or for each event date | one for each asset, so that its events share a sign (wild bootstrap of `EventStudy`) |
//! | a p-value from draws | (1 + count)/(1 + n) | count / n, which can be zero |
//!
//! # Long horizons and regressions
//!
//! | fork | here | elsewhere |
//! |---|---|---|
//! | calendar-time portfolio | grouped by calendar date | by relative day, over the event window itself (`EventStudy`) |
//! | an asset with two open events | once a row, or once per event on request | unsaid |
//! | Newey–West | Bartlett, no factor unless asked for; bandwidths not prewhitened | small-sample factor, or prewhitened |
//! | cluster-robust t | G/(G − 1) · (n − 1)/(n − k), t with G − 1 | normal or n − k |
//! | long-run test of Dutta, Knif, Kolari and Pynnönen | by calendar month; [`LongRun`] has the forms | |
//! | log volume | a day of zero volume excludes; `ln(c + v)` on request | `ln(v + small number)` |
//! | two groups of few events | Ibragimov and Müller 2016: min(n₁, n₂) − 1 | Satterthwaite's degrees of freedom |
//! | p-value of few events | sign flips and permutations with the smallest p attainable, Ibragimov and Müller; a bootstrap has its + 1 and its [ceiling of coverage](crate::resampling::EventDateBootstrap::coverage_ceiling) | a block bootstrap of events, 2 · 10⁻⁵ with three of them in one group (robust-eventstudy) |
//! | BCa interval of block draws | an error | a delete-one jackknife, which takes rows for independent (arch) |
//!
//! # Models
//!
//! | fork | here | elsewhere |
//! |---|---|---|
//! | leads of Scholes–Williams and Dimson betas | inside the estimation window | beyond it, which looks ahead |
//! | EGARCH with t errors | `E|z|` of that distribution | `√(2/π)` of the normal (arch), which shifts ω |
//! | rolling beta | from rows before the day in question alone | |
//! | synthetic control | weights not negative, sum one, no intercept | |
//!
//! [`Standardisation::Scar`]: crate::inference::Standardisation::Scar
//! [`Standardisation::Csar`]: crate::inference::Standardisation::Csar
//! [`CumulativeRank`]: crate::inference::CumulativeRank
//! [`LongRun`]: crate::abnormal::LongRun
//! [`WilcoxonSignedRank`]: crate::inference::samples::WilcoxonSignedRank
