//! C9: whether liquidity drives it.
//!
//! The rule, fixed before any result. *Liquidity* is net liquidity: assets of the Federal Reserve less the
//! account of the Treasury less reverse repos, as published by the end of the day. It is *rising* where it
//! stands above its level of 13 weeks (three months) before. Two parts:
//!
//! - *It was there*: net liquidity was rising at the rule's events (base ≥ 250). Supported where it
//!   was at all of them, refuted where it was at none, else undecided. A fact, not a test: the chance
//!   of it is shown beside.
//! - *It matters*: the abnormal return of the altcoins over [0,3) months from all dates since 2016 with
//!   rising liquidity, less that from all dates with falling liquidity, against every circular
//!   shift of the regimes; level 5 % and margin 10 %.
//!
//! Supported where both are; refuted where one of them is; else undecided. Fiscal easing is not
//! measured beyond the account of the Treasury: the tables hold no outlays, receipts or deficits.
