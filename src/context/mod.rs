//! The state of the market around an event.
//!
//! | question | measure |
//! |---|---|
//! | How broad was the move? | [`share_positive`], [`share_above`], [`altcoin_season_index`], [`advance_decline`] |
//! | Did the ranks of assets change hands? | [`rank_turnover`], [`total_value`], [`dominance`] |
//! | Did assets of high beta do better? | [`betas`], [`BetaTerciles::spread`] |
//! | How deep was the fall, how long the rise? | [`max_drawdown`], [`drawdown_after_peak`], [`drawdown_on`], [`time_to_peak`] |
//! | Who moves first? | [`WeeklyReturns`], [`cross_correlations`] |
//! | Was the volume unusual, how far was the year? | [`volume_ratio`], [`year_to_date`] |
//! | How did it come up to the date? | [`trailing_return`], [`trailing_volatility`] |
//! | Did the trigger lead a broad index? | [`RelativeStrength`], [`LeadRule`] |
//! | Was liquidity rising? | [`NetLiquidity`] |
//! | On which dates did a condition hold, and what followed? | [`ConditionSplit`], [`monthly_slope`] |
//!
//! A [`Period`] holds the dates after its first bound and through its second. The level of an asset
//! on a date is its last price on or before it, no older than a number of days ([`Levels`]). An
//! asset without a level is counted as lacking; it is never given a return of zero. No measure reads
//! a value dated after the last date that it is asked about.
//!
//! The measures describe; none but [`cross_correlations`] and [`monthly_slope`] is a test, and all of them need the
//! distribution under placebo dates beside them before a difference between events means anything.

mod beta;
mod breadth;
mod condition;
mod drawdown;
mod lead_lag;
mod levels;
mod net_liquidity;
mod paired;
mod relative_strength;
mod terciles;
mod trailing;
mod turnover;
mod volume;
mod weekly;
mod year_to_date;

pub use beta::{Beta, BetaFault, BetaLack, Betas, betas};
pub use breadth::{
    ALTCOIN_SEASON_DAYS, ALTCOIN_SEASON_SHARE, AdvanceDecline, Breadth, advance_decline,
    altcoin_season_index, share_above, share_positive,
};
pub use condition::{ConditionSplit, MonthlySlope, monthly_slope};
pub use drawdown::{
    Drawdown, DrawdownFromHigh, TimeToPeak, drawdown_after_peak, drawdown_on, max_drawdown,
    time_to_peak,
};
pub use lead_lag::{CrossCorrelation, LeadLag, LeadLagPeak, MIN_PAIRS, cross_correlations};
pub use levels::{Levels, Period};
pub use net_liquidity::{
    LiquidityChange, LiquidityLevel, LiquidityRegime, LiquidityTercile, LiquidityThird,
    NetLiquidity,
};
pub use paired::PairedReturns;
pub use relative_strength::{LeadRule, RatioSlope, RelativeStrength, RelativeStrengthOn};
pub use terciles::{BetaSpread, BetaTerciles, TercileReturn};
pub use trailing::{trailing_return, trailing_volatility};
pub use turnover::{Dominance, RankTurnover, TotalValue, dominance, rank_turnover, total_value};
pub use volume::{VolumeRatio, volume_ratio};
pub use weekly::{BarAlignment, WeeklyReturns};
pub use year_to_date::{YearToDate, year_to_date};
