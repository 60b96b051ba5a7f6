//! C12: entering on the Russell's breakout against waiting for crypto's own.
//!
//! The rule, fixed before a result was seen. *Early*: the fifty largest altcoins, equal weight, are
//! bought at the first close after a breakout of the Russell 2000 (all-time high, base ≥ 250
//! sessions, since 2016) is known, and sold three months later. *Waiting*: the same rule buys at the
//! first close after bitcoin's own breakout is known and sells on the same date; it stays in cash
//! where none comes in those three months. Bitcoin's breakout is the same rule in days of a market
//! that never closes: an all-time high, at least 365 days after the record before. Both pay 0.1 % fee
//! and 0.2 % half spread on every fill. The *missed move* is the return of the first less that of the
//! second. Its excess over ordinary dates is judged at 5 % and a margin of 10 %, as everywhere; beyond
//! that, supported needs a positive excess under each holding of one, two and three months and
//! each lag of 0, 1 and 5 days.
