//! C10: whether crypto was primed by early 2026.
//!
//! The rule: "early 2026" is 2026-01-08, the first close of the Russell 2000 above 2,600. Three parts,
//! each from what was known at the end of that day:
//!
//! - *Capitulation over*, a fact of BTC. A capitulation is a day within the 180 days before with a
//!   close at least 20 % below the highest of the 365 days up to it (the customary bear market), a
//!   return among the lowest 5 % of the 250 days before, and a volume of at least 1.5 times the median
//!   of the 50 days before (C2's "huge"). It is over where no close was lower for 30 days: the lowest
//!   close from the first such day of the episode on is at least 30 days old. Supported where it is
//!   over; refuted where there was none by the prices alone, or it is not over; undecided where the
//!   prices fulfil the rule and the volume is not known.
//! - *Depth better*: one less the percentile of Amihud's illiquidity within the coin's own year before,
//!   mean over the 50 largest coins; undecided where no volume is known on the date.
//! - *Sellers exhausted*: one less the percentile of the 30-day realised volatility within the coin's
//!   own year before, mean over the 50 largest coins.
//!
//! The second and the third are set against all ordinary dates since 2016 by the flagship's rule: 5 %,
//! and a margin of 10 points. Refuted where a part is; supported where all three are; else
//! undecided. Roll's spread and what followed the date are shown and not counted.
//!
//! Fixed before any result but for two readings, revised after results had been seen: the low was that
//! since the last sell-off, so that a later and higher sell-off started the 30 days anew, against the
//! words of the rule (now the first of the episode); and Roll's spread stood for depth where no volume
//! was known, though it measures reversal from day to day and no depth.

use chrono::NaiveDate;
use eventstudy::context::{
    AssetPercentiles, Capitulation, CapitulationRule, CapitulationState, MeasureWindow, TroughFrom,
    VolumeUnit, amihud_illiquidity, capitulation, drawdown_on, percentile_in_past, rise_from_low,
};
use eventstudy::panel::{AssetId, PriceSeries};
use eventstudy::report::{Align, Cell, Table, fraction, percent};
use eventstudy::study::{Judgement, Verdict};
use eventstudy::time::add_months;
use eventstudy::{Error, Result};

use crate::claim::{Claim, Evidence, rule_in_words, two_decimals};
use crate::figure::{Figure, Unit};
use crate::market::{Market, NamedEvents, level_event};
use crate::ordinary::{Compared, EventRule, Measure, figure, judgement, table, yes_or_no};
use crate::own_past::{
    Held, LARGEST, PRICE_AGE, calm_rank, known, roll_rank, volumes, with_volumes,
};

/// The past that a coin is ranked in, in days.
const YEAR: usize = 365;
const VOLATILITY_DAYS: u32 = 30;
const SPREAD_DAYS: u32 = 60;
const ILLIQUIDITY_DAYS: u32 = 30;
const ILLIQUIDITY_ROWS: usize = ILLIQUIDITY_DAYS as usize;
/// A mean of volumes needs most of its days.
const MIN_VOLUMES: usize = 20;
const LOOKBACK_DAYS: u32 = 180;
const QUIET_DAYS: u32 = 30;
/// What followed is shown for so long.
const AFTER_MONTHS: i32 = 3;

pub(crate) fn claim(market: &Market, sets: &[NamedEvents]) -> Result<Claim> {
    let rule = EventRule::new(market, &sets[0].placebo);
    let date = level_event(&market.russell)?.dates()[0];
    let state = State::new(market, &rule)?;
    let capitulated = judge_capitulation(&capitulation_on(&state.btc, date)?);
    let single = [date];
    let [over, illiquid, spread, calm] =
        [&state.over, &state.depth, &state.spread, &state.calm].map(|of| of.compare(&single));
    let (over, illiquid, spread, calm) = (over?, illiquid?, spread?, calm?);
    let (depth, exhausted) = (judgement(illiquid.as_ref()), judgement(calm.as_ref()));
    let figures: Vec<Figure> = vec![
        figure("capitulation of BTC over, by prices; 1 where it is", over.as_ref())?,
        figure("depth: 1 − percentile of illiquidity", illiquid.as_ref())?,
        figure("sellers exhausted: 1 − percentile of volatility", calm.as_ref())?,
        figure("1 − percentile of Roll's spread, not counted", spread.as_ref())?,
    ];
    let rule_dates = sets[0].events.dates();
    let others = [&state.spread, &state.calm].map(|o| o.compare(&rule_dates));
    let spread = spread.map(Compared::without_margin);
    let mut compared: Vec<Compared> =
        [over, illiquid, spread, calm].into_iter().flatten().collect();
    for other in others {
        compared.extend(other?.map(Compared::without_margin));
    }
    let verdict = Verdict::all_of([capitulated.verdict, depth.verdict, exhausted.verdict]);
    let because = format!(
        "on {date}: capitulation over {} ({}); depth better {} ({}); sellers exhausted {} ({})",
        capitulated.verdict,
        capitulated.because,
        depth.verdict,
        if state.depth.on(date).is_none() { "no volume is known" } else { &depth.because },
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
             high of a year, with a return among the lowest 5 % of the 250 days before and a volume of \
             1.5 times the median of the 50 days before, and no close below the lowest since the first \
             such day of the episode for {QUIET_DAYS} days (undecided where the volume is not known); mean over the {LARGEST} largest coins of one \
             less the percentile of Amihud's illiquidity in the coin's own year before (undecided \
             without volumes); the same of the volatility of {VOLATILITY_DAYS} days. Each of the last \
             two: {}. Refuted where a part is",
            rule_in_words()
        ),
        revised: Some(
            "the low was looked for since the last such day, against the words of the rule, and Roll's spread \
             stood for depth without volumes; the claim was refuted, by a later and higher sell-off",
        ),
        judgement: Judgement { verdict, because },
        evidence: vec![
            Evidence::Measured(format!(
                "What was to be seen at the end of {date}, each against all sessions since 2016: whether \
                 BTC had sold off and found its low, how little prices moved for the money traded, and \
                 how little they moved at all. With one date the sign flip tells nothing."
            )),
            Evidence::Figures(figures),
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
            Evidence::Table("Against ordinary dates", table(&compared)?),
            Evidence::Table("Other specifications", table(&robust(market, date, &rule)?)?),
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
    high: Measure,
    low: Measure,
    over: Measure,
    btc_illiquidity: Measure,
    depth: Measure,
    spread: Measure,
    calm: Measure,
}

impl State {
    fn new(market: &Market, rule: &EventRule) -> Result<Self> {
        let volumes = volumes(market)?;
        let btc = with_volumes(&market.prices.series("btc")?, &volumes)?;
        let illiquidity =
            known(amihud_illiquidity(&btc, VolumeUnit::Money, ILLIQUIDITY_ROWS, MIN_VOLUMES)?);
        let over = |date| -> Result<Option<f64>> {
            use CapitulationState::{Over, OverIfVolume};
            let state = capitulation_on(&btc, date)?.state;
            Ok(Some(yes_or_no(matches!(state, Over | OverIfVolume))))
        };
        let traded = market.prices.select(volumes.names())?;
        let illiquid = AssetPercentiles::new(&traded, YEAR, |series| {
            let series = with_volumes(series, &volumes)?;
            let found =
                amihud_illiquidity(&series, VolumeUnit::Money, ILLIQUIDITY_ROWS, MIN_VOLUMES)?;
            Ok(known(found))
        })?;
        let held = Held::new(market, rule)?;
        let in_traded = |date| -> Result<Vec<AssetId>> {
            let names = held.on(date).iter().map(|a| market.prices.name(*a));
            Ok(names.filter_map(|name| traded.find(name)).collect())
        };
        Ok(Self {
            high: Measure::new("BTC below its high", rule, MeasureWindow::before(365), |date| {
                Ok(Some(drawdown_on(&btc, date, PRICE_AGE)?.depth))
            })?,
            low: Measure::new(
                "days since the low of BTC in a year",
                rule,
                MeasureWindow::before(365),
                |date| Ok(Some(rise_from_low(&btc, date, 365, PRICE_AGE)?.days_since_low as f64)),
            )?
            .in_unit(Unit::Days),
            // The days of the search, not those of the highs and medians before them.
            over: Measure::new(
                "capitulation of BTC over, by prices",
                rule,
                MeasureWindow::before(LOOKBACK_DAYS),
                over,
            )?
            .in_unit(Unit::Ratio)
            .undiluted(),
            btc_illiquidity: Measure::new(
                "BTC",
                rule,
                MeasureWindow::before(ILLIQUIDITY_DAYS),
                |date| {
                    let found = percentile_in_past(&illiquidity, date, YEAR, PRICE_AGE)?;
                    Ok(Some(found.percentile))
                },
            )?,
            depth: Measure::new(
                "1 − percentile of illiquidity",
                rule,
                MeasureWindow::before(ILLIQUIDITY_DAYS),
                |date| {
                    let found = illiquid.mean(&in_traded(date)?, date, PRICE_AGE);
                    Ok(found.mean.map(|m| 1.0 - m))
                },
            )?,
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
        let mut row = |name: &str, cells: Vec<Cell>| {
            table.row(std::iter::once(Cell::from(name)).chain(cells));
        };
        let states =
            dates.iter().map(|d| Ok(Cell::from(state_name(capitulation_on(&self.btc, *d)?.state))));
        row("capitulation of BTC", states.collect::<Result<_>>()?);
        let mut show = |name: &str, measure: &Measure, value: fn(f64) -> String| {
            let cells = dates.iter().map(|date| measure.ranked(*date, value));
            let (values, ranks) = cells.map(|[value, rank]| (value, rank)).unzip();
            row(name, values);
            row(&format!("{name}: percentile among sessions"), ranks);
        };
        let whole = |x: f64| format!("{x:.0}");
        show(&self.high.name, &self.high, fraction);
        show(&self.low.name, &self.low, whole);
        show(&self.over.name, &self.over, whole);
        show("illiquidity of BTC, percentile in its year", &self.btc_illiquidity, fraction);
        for measure in [&self.depth, &self.spread, &self.calm] {
            show(&measure.name, measure, fraction);
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
            ("lowest close of the episode", Align::Left),
            ("days before the event", Align::Right),
            ("rebound to the event", Align::Right),
        ]);
        for date in dates {
            let found = capitulation_on(&self.btc, *date)?;
            for sell_off in &found.sell_offs {
                table.row([
                    Cell::from(date.to_string()),
                    Cell::from(sell_off.date.to_string()),
                    Cell::number(sell_off.depth, fraction),
                    Cell::number(sell_off.fall, percent),
                    Cell::optional(sell_off.volume_ratio, two_decimals),
                    found.trough.map_or_else(Cell::none, |(d, _)| Cell::from(d.to_string())),
                    found.trough.map_or_else(Cell::none, |(d, _)| {
                        Cell::from((*date - d).num_days().to_string())
                    }),
                    Cell::optional(found.rebound, percent),
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
                Cell::from(date.to_string()),
                Cell::number(after.low / before.close - 1.0, percent),
                Cell::from(after.low_date.to_string()),
                Cell::number(after.low / before.low - 1.0, percent),
            ]);
        }
        Ok(table)
    }
}

/// Other lengths and pasts for the measures that are tested.
fn robust(market: &Market, date: NaiveDate, rule: &EventRule) -> Result<Vec<Compared>> {
    let held = Held::new(market, rule)?;
    let btc = market.prices.asset("btc")?;
    let members = rule.sessions.iter().map(|date| (*date, vec![btc])).collect();
    let btc = Held { rule: rule.clone(), members };
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
        found.extend(measure.compare(&[date])?);
    }
    Ok(found)
}

/// What other depths, waits and readings of the low say of the capitulation on a date.
fn other_capitulations(btc: &PriceSeries, date: NaiveDate) -> Result<Table> {
    let mut table = Table::new([
        ("low looked for since", Align::Left),
        ("at least below the high", Align::Right),
        ("lowest close at least this old, days", Align::Right),
        ("sell-offs", Align::Right),
        ("lowest close", Align::Left),
        ("days before", Align::Right),
        ("state", Align::Left),
    ]);
    for (name, trough_from) in [
        ("first sell-off of the episode", TroughFrom::FirstOfEpisode),
        ("last sell-off", TroughFrom::LastSellOff),
    ] {
        for depth in [0.10, 0.20, 0.30] {
            for quiet in [15, QUIET_DAYS, 60] {
                let rule = CapitulationRule { depth, trough_from, ..CapitulationRule::default() };
                let found = capitulation(btc, &rule, date, LOOKBACK_DAYS, quiet, PRICE_AGE)?;
                let low = found.trough.map(|(day, _)| day);
                let days = |day: NaiveDate| Cell::from((date - day).num_days().to_string());
                table.row([
                    Cell::from(name),
                    Cell::number(depth, fraction),
                    Cell::from(quiet.to_string()),
                    Cell::from(found.sell_offs.len().to_string()),
                    low.map_or_else(Cell::none, |day| Cell::from(day.to_string())),
                    low.map_or_else(Cell::none, days),
                    Cell::from(state_name(found.state)),
                ]);
            }
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
    let low = found.trough.map_or_else(String::new, |(date, _)| {
        format!("lowest close on {date}, {} days before", (found.date - date).num_days())
    });
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
