//! C7: capital moves in order.
//!
//! The rule, fixed before any result was seen.
//!
//! Four classes, one series each, so that nothing counts twice: treasuries (price of TLT), S&P 500,
//! Russell 2000, BTC; all on the sessions of the New York exchange, BTC at the bar of the same UTC day.
//! A turn is the first close above the mean of the last 200 sessions after at least 20 sessions in a row
//! not above it. Of each class the turn nearest to the event counts, at most 365 days before and 183
//! days after it. The measure is Kendall's distance D to the claimed order, as a share of the largest
//! distance, averaged over the rule's events (base of at least 250 sessions).
//!
//! Supported where the sum of distances is small at 5 % under its exact null (dates dealt out at
//! random, events independent) and the mean is below that of ordinary dates with two-sided p of at most
//! 5 %. Refuted where the sum is large at 5 % under the null (P(D ≥ d)) and the mean is above that of
//! ordinary dates with p of at most 5 %: the order is then reversed more than chance has it. Else
//! undecided.
//!
//! Beside it, outside the verdict: the first 252-session high after at least 60 sessions without one as
//! the turn; the seven classes with bonds and credit in one group and BTC, ETH and the altcoins in
//! another; the previous day's bar; the article's events and those with a base of 20.
