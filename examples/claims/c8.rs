//! C8: whether the signal counts when small caps lead the broad index.
//!
//! The rule, fixed before any result. *Small caps lead* where the Russell 2000 has earned more than the
//! S&P 500 over the 63 sessions (three months, as long as the response) up to and including the
//! event. The events are all breakouts with base ≥ 20 since 2016: a split of three events reaches no
//! p-value below 1/3. Two parts, altcoins over [0,3) months, level 5 % and margin 10 %:
//!
//! - *With the lead the signal counts*: the breakouts with the lead against ordinary dates with the
//!   lead. What a lead gives without a breakout is thereby no part of the effect.
//! - *The lead makes the difference*: breakouts with the lead less breakouts without it, by all
//!   permutations of the labels.
//!
//! Supported where both are; refuted where one of them is; else undecided. Whether a lead without a
//! breakout says anything is shown beside and does not count.
