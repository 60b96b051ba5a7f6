//! C6: an amplifier and not a leader.
//!
//! The rule, fixed before any result was seen. Crypto is BTC; ETH and an index of the altcoins stand
//! beside it and do not enter the verdict.
//!
//! 1. *Lead*. Granger's tests of the Russell 2000 and BTC, both ways, HC1, F at 5 %: 4 weeks of lags in
//!    Friday returns and 5 sessions of lags in session returns, each under both bar alignments, with all
//!    returns, without those that start at a VIX of at least 30, and without March 2020 and November
//!    2022: twelve cells. Supported where the Russell leads, and BTC does not, in all twelve; refuted
//!    where BTC leads in all twelve, alone or beside the Russell; else undecided.
//! 2. *Amplifier*. The up-beta of BTC's weekly return to the Russell's, cut at the mean, HC3, in the
//!    six weekly cells. Supported where the 95 % interval is above 1 in all six; refuted where it is
//!    below 1 in all six; else undecided.
//! 3. *Larger move after the breakout*. BTC's return less the Russell's over [0,3) months after the
//!    rule's events, against all ordinary dates, by the rule of the flagship (5 %, margin 10 %).
//!
//! The claim is supported where all three parts are, refuted where one is, else undecided.
