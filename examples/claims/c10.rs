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

use chrono::NaiveDate;
use eventstudy::context::{
    AssetPercentiles, Capitulation, CapitulationRule, CapitulationState, VolumeUnit,
    amihud_illiquidity, capitulation, drawdown_on, percentile_in_past, rise_from_low,
};
use eventstudy::panel::{AssetId, PriceSeries};
use eventstudy::report::{Align, Table, fraction, percent};
use eventstudy::study::{Judgement, PlaceboSettings, Verdict};
use eventstudy::time::add_months;
use eventstudy::{Error, Result};

use crate::against_ordinary::{Comparison, Ordinary, all_of, judgement, sessions, table};
use crate::claim::{Claim, Evidence, rule_in_words};
use crate::market::{Market, NamedEvents, level_event};
use crate::own_past::{
    Held, LARGEST, PRICE_AGE, calm_rank, known, roll_rank, volumes, with_volumes,
};

/// The past that a coin is ranked in, in days.
const YEAR: usize = 365;
const VOLATILITY_DAYS: usize = 30;
const SPREAD_DAYS: usize = 60;
const ILLIQUIDITY_DAYS: usize = 30;
/// A mean of volumes needs most of its days.
const MIN_VOLUMES: usize = 20;
const LOOKBACK_DAYS: u32 = 180;
const QUIET_DAYS: u32 = 30;
/// What followed is shown for so long.
const AFTER_MONTHS: i32 = 3;

pub(crate) fn claim(market: &Market, sets: &[NamedEvents]) -> Result<Claim> {
    let placebo = &sets[0].placebo;
    let date = level_event(&market.russell)?.dates()[0];
    let state = State::new(market, placebo)?;
    let capitulated = judge_capitulation(&capitulation_on(&state.btc, date)?);
    let single = [date];
    let illiquid = state.depth.compare(&single, placebo)?;
    let spread = state.spread.compare(&single, placebo)?;
    let depth = judgement(illiquid.as_ref().or(spread.as_ref()));
    let calm = state.calm.compare(&single, placebo)?;
    let exhausted = judgement(calm.as_ref());
    let rule_dates = sets[0].events.dates();
    let others = [&state.spread, &state.calm].map(|o| o.compare(&rule_dates, placebo));
    let mut compared: Vec<Comparison> = illiquid.into_iter().chain(spread).chain(calm).collect();
    for other in others {
        compared.extend(other?);
    }
    let verdict = all_of(&[capitulated.verdict, depth.verdict, exhausted.verdict]);
    let because = format!(
        "on {date}: capitulation over {} ({}); depth better {} ({}{}); sellers exhausted {} ({})",
        capitulated.verdict,
        capitulated.because,
        depth.verdict,
        if state.depth.on(date).is_none() { "no volume is known, by the spread: " } else { "" },
        depth.because,
        exhausted.verdict,
        exhausted.because
    );
    let mut dates: Vec<NaiveDate> = rule_dates;
    dates.extend(sets[1].events.dates());
    dates.sort_unstable();
    Ok(Claim {
        id: "C10",
        statement: "Crypto was primed by early 2026: capitulation over, trading depth better, \
                    sellers exhausted.",
        rule: format!(
            "on {date}, all three of: a day of BTC within {LOOKBACK_DAYS} days at least 20 % under its \
             high of a year, with a return among the lowest 5 % and 1.5 times the usual volume, and no \
             lower close for {QUIET_DAYS} days (undecided where the volume is not known); mean over the \
             {LARGEST} largest coins of one less the percentile of Amihud's illiquidity, or without \
             volumes of Roll's spread, in the coin's own year before; the same of the volatility of \
             {VOLATILITY_DAYS} days. Each of the last two: {}. Refuted where a part is",
            rule_in_words()
        ),
        judgement: Judgement { verdict, because },
        evidence: vec![
            Evidence::Table(
                "State of the market on each event, with its percentile among ordinary dates",
                state.by_event(&dates)?,
            ),
            Evidence::Text(
                "Percentiles in a coin's own past compare it with its year before and are then set \
                 among all sessions since 2016. Volumes are those of all exchanges, of 12 coins, and end on \
                 2022-02-14; with those of single exchanges they do not compare, so that after it \
                 illiquidity and the volume of a sell-off are not known. Low prices of the day \
                 are in no table, so that the spread is Roll's, from closes: it measures reversal \
                 from day to day as much as cost."
                    .to_owned(),
            ),
            Evidence::Table("Sell-offs of BTC before each event", state.sell_offs(&dates)?),
            Evidence::Table("Against ordinary dates", table(&compared)),
            Evidence::Table("Other specifications", table(&robust(market, date, placebo)?)),
            Evidence::Table(
                "Other rules of the capitulation",
                other_capitulations(&state.btc, date)?,
            ),
            Evidence::Table("What followed, not counted", state.after(&dates)?),
        ],
    })
}

/// The measures of the claim on every session.
struct State {
    btc: PriceSeries,
    high: Ordinary,
    low: Ordinary,
    over: Ordinary,
    btc_illiquidity: Ordinary,
    depth: Ordinary,
    spread: Ordinary,
    calm: Ordinary,
}

impl State {
    fn new(market: &Market, placebo: &PlaceboSettings) -> Result<Self> {
        let dates = sessions(market, placebo);
        let volumes = volumes(market)?;
        let btc = with_volumes(&market.prices.series("btc")?, &volumes)?;
        let illiquidity =
            known(amihud_illiquidity(&btc, VolumeUnit::Money, ILLIQUIDITY_DAYS, MIN_VOLUMES)?);
        let over = |date| -> Result<Option<f64>> {
            use CapitulationState::{Over, OverIfVolume};
            let state = capitulation_on(&btc, date)?.state;
            Ok(Some(f64::from(u8::from(matches!(state, Over | OverIfVolume)))))
        };
        let traded = market.prices.select(volumes.names())?;
        let illiquid = AssetPercentiles::new(&traded, YEAR, |series| {
            let series = with_volumes(series, &volumes)?;
            let found =
                amihud_illiquidity(&series, VolumeUnit::Money, ILLIQUIDITY_DAYS, MIN_VOLUMES)?;
            Ok(known(found))
        })?;
        let held = Held::new(market, &dates)?;
        let in_traded = |date| -> Result<Vec<AssetId>> {
            let names = held.on(date).iter().map(|a| market.prices.name(*a));
            Ok(names.filter_map(|name| traded.find(name)).collect())
        };
        Ok(Self {
            high: Ordinary::new("BTC below its high", &dates, 30.0, |date| {
                Ok(Some(drawdown_on(&btc, date, PRICE_AGE)?.depth))
            })?,
            low: Ordinary::new("days since the low of BTC in a year", &dates, 30.0, |date| {
                Ok(Some(rise_from_low(&btc, date, 365, PRICE_AGE)?.days_since_low as f64))
            })?,
            over: Ordinary::new("capitulation of BTC over, by prices", &dates, 30.0, over)?,
            btc_illiquidity: Ordinary::new("BTC", &dates, 30.0, |date| {
                match percentile_in_past(&illiquidity, date, YEAR, PRICE_AGE) {
                    Ok(found) => Ok(Some(found.percentile)),
                    Err(Error::TooFew { .. }) => Ok(None),
                    Err(error) => Err(error),
                }
            })?,
            depth: Ordinary::new("1 − percentile of illiquidity", &dates, 30.0, |date| {
                let found = illiquid.mean(&in_traded(date)?, date, PRICE_AGE);
                Ok(found.mean.map(|m| 1.0 - m))
            })?,
            spread: roll_rank("1 − percentile of Roll's spread", market, &held, SPREAD_DAYS, YEAR)?,
            calm: calm_rank("1 − percentile of volatility", market, &held, VOLATILITY_DAYS, YEAR)?,
            btc,
        })
    }

    /// One row per measure, one column per event.
    fn by_event(&self, dates: &[NaiveDate]) -> Result<Table> {
        let mut columns = vec![("measure".to_owned(), Align::Left)];
        columns.extend(dates.iter().map(|d| (d.to_string(), Align::Right)));
        let mut table = Table::new(columns);
        let show = |measure: &Ordinary, value: &dyn Fn(f64) -> String| -> Vec<String> {
            let cell = |date: &NaiveDate| match (measure.on(*date), measure.percentile(*date)) {
                (Some(found), Some(rank)) => format!("{} ({})", value(found), fraction(rank)),
                _ => "not known".to_owned(),
            };
            dates.iter().map(cell).collect()
        };
        let mut row = |name: String, cells: Vec<String>| {
            table.row(std::iter::once(name).chain(cells));
        };
        row(self.high.name.clone(), show(&self.high, &fraction));
        row(self.low.name.clone(), show(&self.low, &|days| format!("{days:.0}")));
        let states =
            dates.iter().map(|d| Ok(state_name(capitulation_on(&self.btc, *d)?.state).to_owned()));
        row("capitulation of BTC".to_owned(), states.collect::<Result<_>>()?);
        row(self.over.name.clone(), show(&self.over, &|x| format!("{x:.0}")));
        row(
            "percentile of the illiquidity of BTC".to_owned(),
            show(&self.btc_illiquidity, &fraction),
        );
        for measure in [&self.depth, &self.spread, &self.calm] {
            row(measure.name.clone(), show(measure, &fraction));
        }
        Ok(table)
    }

    fn sell_offs(&self, dates: &[NaiveDate]) -> Result<Table> {
        let mut table = Table::new([
            ("event", Align::Left),
            ("sell-off", Align::Left),
            ("below the high", Align::Right),
            ("return", Align::Right),
            ("volume / median", Align::Right),
            ("lowest close since the last", Align::Left),
            ("rebound to the event", Align::Right),
        ]);
        for date in dates {
            let found = capitulation_on(&self.btc, *date)?;
            for sell_off in &found.sell_offs {
                table.row([
                    date.to_string(),
                    sell_off.date.to_string(),
                    fraction(sell_off.depth),
                    percent(sell_off.fall),
                    sell_off.volume_ratio.map_or_else(|| "–".to_owned(), |v| format!("{v:.2}")),
                    found.trough.map_or_else(String::new, |(d, _)| d.to_string()),
                    found.rebound.map_or_else(String::new, percent),
                ]);
            }
        }
        Ok(table)
    }

    /// The lowest close of the months after, against that of the year before.
    fn after(&self, dates: &[NaiveDate]) -> Result<Table> {
        let mut table = Table::new([
            ("event", Align::Left),
            ("BTC below the event at the lowest close within 3 months", Align::Right),
            ("on", Align::Left),
            ("against the low of the year before", Align::Right),
        ]);
        for date in dates {
            let end = add_months(*date, AFTER_MONTHS).unwrap_or(*date);
            let days = u32::try_from((end - *date).num_days()).unwrap_or(0);
            let before = rise_from_low(&self.btc, *date, 365, PRICE_AGE)?;
            let after = match rise_from_low(&self.btc, end, days, PRICE_AGE) {
                Ok(after) => after,
                Err(Error::NoLevel { .. }) => continue,
                Err(error) => return Err(error),
            };
            table.row([
                date.to_string(),
                percent(after.low / before.close - 1.0),
                after.low_date.to_string(),
                percent(after.low / before.low - 1.0),
            ]);
        }
        Ok(table)
    }
}

/// Other lengths and pasts for the measures that are tested.
fn robust(market: &Market, date: NaiveDate, placebo: &PlaceboSettings) -> Result<Vec<Comparison>> {
    let dates = sessions(market, placebo);
    let held = Held::new(market, &dates)?;
    let btc = market.prices.asset("btc")?;
    let members = dates.iter().map(|date| (*date, vec![btc])).collect();
    let btc = Held { sessions: dates.clone(), members };
    let all = [
        roll_rank("1 − percentile of Roll's spread, 30 days", market, &held, 30, YEAR)?,
        roll_rank("1 − percentile of Roll's spread, in 2 years", market, &held, SPREAD_DAYS, 730)?,
        roll_rank("1 − percentile of Roll's spread, BTC", market, &btc, SPREAD_DAYS, YEAR)?,
        calm_rank("1 − percentile of volatility, 60 days", market, &held, 60, YEAR)?,
        calm_rank("1 − percentile of volatility, in 2 years", market, &held, VOLATILITY_DAYS, 730)?,
        calm_rank("1 − percentile of volatility, BTC", market, &btc, VOLATILITY_DAYS, YEAR)?,
    ];
    let mut found = Vec::new();
    for measure in &all {
        found.extend(measure.compare(&[date], placebo)?);
    }
    Ok(found)
}

/// What other depths and waits say of the capitulation on a date.
fn other_capitulations(btc: &PriceSeries, date: NaiveDate) -> Result<Table> {
    let mut table = Table::new([
        ("at least below the high", Align::Right),
        ("lowest close at least this old, days", Align::Right),
        ("sell-offs", Align::Right),
        ("lowest close since the last", Align::Left),
        ("state", Align::Left),
    ]);
    for depth in [0.10, 0.20, 0.30] {
        for quiet in [15, QUIET_DAYS, 60] {
            let rule = CapitulationRule { depth, ..CapitulationRule::default() };
            let found = capitulation(btc, &rule, date, LOOKBACK_DAYS, quiet, PRICE_AGE)?;
            table.row([
                fraction(depth),
                quiet.to_string(),
                found.sell_offs.len().to_string(),
                found.trough.map_or_else(|| "–".to_owned(), |(d, _)| d.to_string()),
                state_name(found.state).to_owned(),
            ]);
        }
    }
    Ok(table)
}

fn state_name(state: CapitulationState) -> &'static str {
    match state {
        CapitulationState::Absent => "none",
        CapitulationState::Ongoing => "not over",
        CapitulationState::Over => "over",
        CapitulationState::OverIfVolume => "over, volume not known",
    }
}

fn capitulation_on(btc: &PriceSeries, date: NaiveDate) -> Result<Capitulation> {
    let rule = CapitulationRule::default();
    capitulation(btc, &rule, date, LOOKBACK_DAYS, QUIET_DAYS, PRICE_AGE)
}

fn judge_capitulation(found: &Capitulation) -> Judgement {
    let low = found.trough.map_or_else(String::new, |(date, _)| format!("lowest close {date}"));
    let (verdict, because) = match found.state {
        CapitulationState::Absent => (Verdict::Refuted, "no day of the rule".to_owned()),
        CapitulationState::Ongoing => (Verdict::Refuted, low),
        CapitulationState::Over => (Verdict::Supported, low),
        CapitulationState::OverIfVolume => {
            (Verdict::Undecided, format!("{low}, whether on high volume is not known"))
        }
    };
    Judgement { verdict, because }
}
