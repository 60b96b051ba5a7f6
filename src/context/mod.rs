//! The state of the market around an event.
//!
//! | question | measure |
//! |---|---|
//! | How broad was the move? | [`share_positive`], [`share_above`], [`altcoin_season_index`], [`advance_decline`] |
//! | How broad was it day by day? | [`altcoin_season_over_time`], [`advance_decline_line`], [`diffusion`], [`share_above_own_mean`] |
//! | Did the ranks of assets change hands? | [`rank_turnover`], [`total_value`], [`dominance`], [`concentration`] |
//! | Did value move on, or leave? | [`rotation`], [`RotationBalance`], [`return_dispersion`] |
//! | Did assets of high beta do better? | [`betas`], [`BetaTerciles::spread`] |
//! | Who moves first? | [`WeeklyReturns`], [`SessionReturns`], [`cross_correlations`], [`LeadLagBootstrap`], [`GrangerCausality`] |
//! | Does the answer hang on the clock or on a crisis? | [`LeadLagDesign`], [`CrisisRule`] |
//! | How much follows a move, and how fast? | [`LocalProjections`], [`response_lags`] |
//! | Does the one amplify the other? | [`up_down_betas`] |
//! | In what order did classes of assets turn? | [`turns`], [`nearest_turn`], [`ClaimedOrder`], [`DistanceNull`] |
//! | What did a universe do as one series? | [`chained_index`], [`held_basket`] |
//! | How deep was the fall, how long the rise? | [`max_drawdown`], [`drawdown_after_peak`], [`drawdown_on`], [`rise_from_low`], [`time_to_peak`] |
//! | Did the rise hold, were dips made good? | [`cycle`], [`time_above_trend`], [`dips`] |
//! | Was the selling over? | [`capitulation`] |
//! | What did a trade cost, how thin was the market? | [`amihud_illiquidity`], [`roll_spread`], [`corwin_schultz_spread`] |
//! | Was the volume unusual, how far was the year? | [`volume_ratio`], [`year_to_date`] |
//! | How did it come up to the date? | [`trailing_return`], [`trailing_volatility`] |
//! | Did the trigger lead a broad index? | [`RelativeStrength`], [`LeadRule`] |
//! | Was liquidity rising? | [`NetLiquidity`] |
//! | On which dates did a condition hold, and what followed? | [`ConditionSplit`], [`monthly_slope`] |
//! | Was that much, next to ordinary dates? | [`MeasuredDates`] |
//! | Was that much, for the asset itself? | [`percentile_in_past`], [`percentile_among`], [`AssetPercentiles`] |
//!
//! A [`Period`] holds the dates after its first bound and through its second. The level of an asset
//! on a date is its last price on or before it, no older than a number of days ([`Levels`]). An
//! asset without a level is counted as lacking; it is never given a return of zero. No measure reads
//! a value dated after the last date that it is asked about. A pair of weekly returns is known when the
//! later of the two closes at its end is ([`WeeklyReturns`]); measures of pairs read all that they are
//! given, so hand them those that end by the date ([`PairedReturns::within`],
//! [`LeadLagDesign::through`]).
//!
//! The measures describe. Those of lead and lag, of up- and down-betas, of the order of rotation and
//! [`monthly_slope`] are tests as well; all of them need the distribution on ordinary dates beside
//! them before a difference between events means anything: [`MeasuredDates`] takes any measure of a
//! date, and tests its mean over events against it.

mod asymmetric_beta;
mod beta;
mod breadth;
mod capitulation;
mod chained_index;
mod condition;
mod crisis;
mod diffusion;
mod drawdown;
mod granger;
mod held_basket;
mod illiquidity;
mod impulse_response;
mod lead_lag;
mod lead_lag_design;
mod levels;
mod measured_dates;
mod net_liquidity;
mod paired;
mod percentile;
mod regime;
mod relative_strength;
mod response_lag;
mod rotation;
mod rotation_order;
mod session_returns;
mod spreads;
mod terciles;
mod trailing;
mod turnover;
mod turns;
mod volume;
mod weekly;
mod year_to_date;

pub use asymmetric_beta::{BetaCut, MIN_SIDE, UpDownBetas, up_down_betas};
pub use beta::{Beta, BetaFault, BetaLack, Betas, betas};
pub use breadth::{
    ALTCOIN_SEASON_DAYS, ALTCOIN_SEASON_SHARE, AdvanceDecline, Breadth, advance_decline,
    altcoin_season_index, share_above, share_positive,
};
pub use capitulation::{
    Capitulation, CapitulationRule, CapitulationState, SellOff, TroughFrom, capitulation,
};
pub use chained_index::chained_index;
pub use condition::{ConditionSplit, MonthlySlope, monthly_slope};
pub use crisis::CrisisRule;
pub use diffusion::{
    AdvanceDeclinePoint, DatedBreadth, advance_decline_line, altcoin_season_over_time, diffusion,
    share_above_own_mean, share_above_own_mean_over_time,
};
pub use drawdown::{
    Drawdown, DrawdownFromHigh, RiseFromLow, TimeToPeak, drawdown_after_peak, drawdown_on,
    max_drawdown, rise_from_low, time_to_peak,
};
pub use granger::{
    Granger, GrangerCausality, GrangerDirection, InformationCriterion, LagOrder, OrderCriteria,
};
pub use held_basket::{HeldBasket, HeldBasketCounts, held_basket};
pub use illiquidity::{Illiquidity, VolumeUnit, amihud_illiquidity};
pub use impulse_response::{HorizonResponse, ImpulseResponse, LocalProjections};
pub use lead_lag::{
    BootstrappedCorrelation, BootstrappedLeadLag, CrossCorrelation, LeadLag, LeadLagBootstrap,
    LeadLagPeak, MIN_PAIRS, cross_correlations,
};
pub use lead_lag_design::{
    LeadLagCell, LeadLagDesign, LeadLagReading, LeadLagVerdicts, ReturnFrequency,
};
pub use levels::{Levels, Period};
pub use measured_dates::{MeasureComparison, MeasureWindow, MeasuredDates};
pub use net_liquidity::{
    LiquidityChange, LiquidityLevel, LiquidityRegime, LiquidityTercile, LiquidityThird,
    NetLiquidity,
};
pub use paired::PairedReturns;
pub use percentile::{
    AssetPercentiles, MeanPercentile, PastPercentile, percentile_among, percentile_in_past,
    percentiles_in_past,
};
pub use regime::{Cycle, CycleEnd, Dip, Dips, TimeAboveTrend, cycle, dips, time_above_trend};
pub use relative_strength::{LeadRule, RatioSlope, RelativeStrength, RelativeStrengthOn};
pub use response_lag::{ResponseLag, ResponseLags, response_lags};
pub use rotation::{
    Concentration, ReturnDispersion, Rotation, RotationBalance, RotationRule, ValueFlow,
    concentration, return_dispersion, rotation, rotations,
};
pub use rotation_order::{ClaimedOrder, DistanceNull, MAX_CLASSES, OrderDistance};
pub use session_returns::SessionReturns;
pub use spreads::{HighLowClose, HighLowSpread, RollSpread, corwin_schultz_spread, roll_spread};
pub use terciles::{BetaSpread, BetaTerciles, TercileReturn};
pub use trailing::{trailing_return, trailing_volatility};
pub use turnover::{Dominance, RankTurnover, TotalValue, dominance, rank_turnover, total_value};
pub use turns::{Turn, TurnRule, nearest_turn, turns};
pub use volume::{VolumeRatio, volume_ratio};
pub use weekly::{BarAlignment, WeeklyReturns};
pub use year_to_date::{YearToDate, year_to_date};
