//! C10: whether crypto was primed by early 2026.
//!
//! The rule, fixed before any result: "early 2026" is 2026-01-08, the first close of the Russell 2000
//! above 2,600. Three parts, each from what was known at the end of that day:
//!
//! - *Capitulation over*, a fact of BTC. A capitulation is a day within the 180 days before with a
//!   close at least 20 % below the highest of the 365 days up to it (the customary bear market), a
//!   return among the lowest 5 % of the 250 days before, and a volume of at least 1.5 times the median
//!   of the 50 days before (C2's "huge"). It is over where the lowest close since it is at least 30 days
//!   old. Supported where it is over; refuted where there was none by the prices alone, or it is not
//!   over; undecided where the prices fulfil the rule and the volume is not known.
//! - *Depth better*: one less the percentile of Amihud's illiquidity within the coin's own year before,
//!   mean over the 50 largest coins; where no volume is known on the date, of Roll's spread.
//! - *Sellers exhausted*: one less the percentile of the 30-day realised volatility within the coin's
//!   own year before, mean over the 50 largest coins.
//!
//! The second and the third are set against all ordinary dates since 2016 by the flagship's rule: 5 %,
//! and a margin of 10 points. Refuted where a part is; supported where all three are; else
//! undecided. What followed the date is shown and not counted.
