//! C11: what would tell a supercycle from an altcoin season.
//!
//! Read as: the cycle of 2025/26 bears the four marks, and the altcoin seasons of 2017 and 2021 bore them
//! less. The rule, fixed before any result. Over the six months after the event (as long as most
//! coins of the last event have prices):
//!
//! - *Support*: share of days on which BTC closes above its mean of 200 days.
//! - *Dips absorbed*: one less the share of days on which a fall of BTC of at least 20 % from the highest
//!   close since the event has not been made good.
//! - *Rotation rather than exit*: share of months that are a rotation less the share that are a
//!   withdrawal. Withdrawal: the value of the 50 largest coins falls by more than 10 % in the month;
//!   rotation: it does not, and more of the 50 leave the ranks than in the median month of the two
//!   years before.
//! - *High beta revived*: return of the high-beta less that of the low-beta tercile, betas from the
//!   365 days before.
//!
//! Each mark of the event of 2025-09-18 is set against ordinary dates since 2016 by the flagship's rule:
//! 5 %, and a margin of 10 points. Supported where all four are and each is above that of both
//! earlier events of the rule; refuted where one of them is; else undecided.
