//! C11: what would tell a supercycle from an altcoin season.
//!
//! Read as: the cycle of 2025/26 bears the four marks, and the altcoin seasons of 2017 and 2021 bore them
//! less. The rule, fixed before any result; since then the comparison with ordinary dates alone has
//! been revised (sets of dates never nearer than the six months of a mark, shares by days). Over the
//! six months after the event (as long as most coins of the last event have prices):
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

use chrono::NaiveDate;
use eventstudy::context::{
    Levels, MeasureWindow, Period, Rotation, RotationBalance, RotationRule, TimeAboveTrend, cycle,
    dips, rotations, time_above_trend,
};
use eventstudy::report::{Align, Cell, Table, fraction, percent};
use eventstudy::study::{Judgement, Verdict};
use eventstudy::time::add_months;
use eventstudy::{Error, Result};

use crate::altcoins::Altcoins;
use crate::claim::{Claim, Evidence, rule_in_words};
use crate::cycles::{
    DIP, MONTHS, PRICE_AGE, SNAPSHOT_AGE, TREND_DAYS, breadth_table, price_table, value_table,
};
use crate::market::{Market, NamedEvents};
use crate::ordinary::{Compared, EventRule, Measure, figure, judgement, table};

/// A cycle ends with a fall by this share from its high: the bubble that burst of C4.
const END: f64 = 0.5;
/// Fewest assets of an outer tercile.
const MIN_TERCILE: usize = 5;

pub(crate) fn claim(market: &Market, altcoins: &Altcoins, sets: &[NamedEvents]) -> Result<Claim> {
    let event_rule = EventRule::new(market, &sets[0].placebo);
    let dates = sets[0].events.dates();
    let [season_2017, season_2021, last] = dates[..] else {
        let (what, unit) = ("C11".to_owned(), "breakouts");
        return Err(Error::TooFew { what, unit, n_needed: 3, n_found: dates.len() });
    };
    let all = Marks::new(market, altcoins, &event_rule, &Choice::default())?;
    let (mut verdicts, mut because, mut figures) = (Vec::new(), Vec::new(), Vec::new());
    let (mut compared, mut together) = (Vec::new(), Vec::new());
    let mut above_both = true;
    for mark in &all.0 {
        let found = mark.compare(&[last])?;
        let judged = judgement(found.as_ref());
        figures
            .push(figure(&format!("{}, {MONTHS} months after {last}", mark.name), found.as_ref())?);
        let values = [season_2017, season_2021, last].map(|date| mark.on(date));
        let higher = matches!(values, [Some(a), Some(b), Some(c)] if c > a.max(b));
        above_both &= higher;
        verdicts.push(judged.verdict);
        because.push(format!(
            "{} {} ({}; {} both earlier events)",
            mark.name,
            judged.verdict,
            judged.because,
            if higher { "above" } else { "not above" }
        ));
        compared.extend(found);
        let both = mark.compare(&dates)?;
        figures
            .push(figure(&format!("{}, all three events, not counted", mark.name), both.as_ref())?);
        together.extend(both.map(Compared::without_margin));
    }
    let verdict = match Verdict::all_of(verdicts) {
        Verdict::Supported if !above_both => Verdict::Undecided,
        verdict => verdict,
    };
    compared.extend(together);
    let series = market.prices.series("btc")?;
    let cycles = dates
        .iter()
        .map(|date| cycle(&series, *date, END, series.axis().last()))
        .collect::<Result<Vec<_>>>()?;
    let flows = flows(market, RotationRule::default().hold)?;
    let mut every = dates.clone();
    every.extend(sets[1].events.dates());
    every.sort_unstable();
    Ok(Claim {
        id: "C11",
        statement: "A supercycle differs from an altcoin season: longer structural support, dips \
                    absorbed, rotation rather than exit, high-beta assets revived.",
        rule: format!(
            "over {MONTHS} months after {last}, all four of: share of days of BTC above its mean of \
             {TREND_DAYS} days; one less the share of days in a fall of at least {} from the high since \
             the event that is not made good; months of rotation less months of withdrawal; high-beta less \
             low-beta tercile. Each: {}; and each above its value after {season_2017} and \
             {season_2021}. Refuted where one of them is",
            fraction(DIP),
            rule_in_words()
        ),
        revised: Some(
            "the ordinary dates of a set could be nearer to each other than a mark is long",
        ),
        judgement: Judgement { verdict, because: because.join("; ") },
        evidence: vec![
            Evidence::Measured(format!(
                "Four marks of the {MONTHS} months after {last}, each against the same {MONTHS} months \
                 after every other session on which the prices reach that far, and beside the two \
                 earlier events. With one event the sign flip tells nothing."
            )),
            Evidence::Figures(figures),
            Evidence::Table(
                "The four marks, with percentiles among ordinary dates",
                all.by_event(&every),
            ),
            Evidence::Table("Against ordinary dates", table(&compared)?),
            Evidence::Table("Cycles of BTC: support and dips", price_table(&series, &cycles)?),
            Evidence::Table(
                "Cycles: dominance, turnover and total value",
                value_table(market, &flows, &cycles)?,
            ),
            Evidence::Text(format!(
                "A cycle runs from the event to the first close at least {} below the highest since, or \
                 to the end of the prices (censored: lengths, highs and recoveries are then lower bounds). \
                 It holds the fall that ends it, so that its last dip is never made good. Market values \
                 after 2020 are mostly estimates from ranks and old supplies: shares and turnover are \
                 rougher than totals. The total is over the coins in the list of the month, \
                 which differ in number. Three cycles, one of them of the kind that is claimed, cannot \
                 establish a difference of kinds; the verdict is on the marks of the last one.",
                fraction(END)
            )),
            Evidence::Table(
                "Breadth and dispersion after each event",
                breadth_table(market, altcoins, &every)?,
            ),
            Evidence::Table(
                "Other specifications",
                table(&robust(market, altcoins, last, &event_rule)?)?,
            ),
        ],
    })
}

/// What the marks are measured with.
struct Choice {
    name: &'static str,
    asset: &'static str,
    months: i32,
    trend_days: usize,
    dip: f64,
    hold: f64,
    /// The mean of log returns in place of buy and hold.
    logs: bool,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            name: "",
            asset: "btc",
            months: MONTHS,
            trend_days: TREND_DAYS,
            dip: DIP,
            hold: RotationRule::default().hold,
            logs: false,
        }
    }
}

/// The four marks on every session.
struct Marks([Measure; 4]);

impl Marks {
    fn new(
        market: &Market,
        altcoins: &Altcoins,
        rule: &EventRule,
        choice: &Choice,
    ) -> Result<Self> {
        let series = market.prices.series(choice.asset)?;
        let last = market.prices.axis().last();
        let flows = flows(market, choice.hold)?;
        let after = |date: NaiveDate| {
            let end = add_months(date, choice.months).filter(|end| *end <= last)?;
            Period::new(date, end).ok()
        };
        let window = MeasureWindow::after(months_in_days(choice.months));
        let named = |name: &str| format!("{name}{}", choice.name);
        Ok(Self([
            Measure::new(named("support"), rule, window, |date| {
                let Some(period) = after(date) else { return Ok(None) };
                let found: TimeAboveTrend = time_above_trend(&series, period, choice.trend_days)?;
                Ok(Some(found.share))
            })?,
            Measure::new(named("dips absorbed"), rule, window, |date| {
                let Some(period) = after(date) else { return Ok(None) };
                Ok(Some(1.0 - dips(&series, period, choice.dip)?.share_open))
            })?,
            Measure::new(named("rotation less exit"), rule, window, |date| {
                let end = add_months(date, choice.months).unwrap_or(date);
                let found = RotationBalance::over(&flows, Period::new(date, end)?);
                let whole = i32::try_from(found.n_spans).is_ok_and(|n| n == choice.months);
                Ok(found.balance.filter(|_| whole))
            })?,
            Measure::new(named("high less low beta"), rule, window, |date| {
                let Some(period) = after(date) else { return Ok(None) };
                spread(market, altcoins, date, period, choice.logs)
            })?,
        ]))
    }

    /// One row per event, for each mark the value and its percentile.
    fn by_event(&self, dates: &[NaiveDate]) -> Table {
        let mut columns = vec![("event".to_owned(), Align::Left)];
        for mark in &self.0 {
            columns.push((mark.name.clone(), Align::Right));
            columns.push(("percentile".to_owned(), Align::Right));
        }
        let mut table = Table::new(columns);
        for date in dates {
            let cells = self.0.iter().flat_map(|mark| mark.ranked(*date, percent));
            table.row(std::iter::once(Cell::from(date.to_string())).chain(cells));
        }
        table
    }
}

/// The most days that so many months have.
fn months_in_days(months: i32) -> u32 {
    match months {
        3 => 92,
        6 => 184,
        _ => 31 * months.unsigned_abs(),
    }
}

fn flows(market: &Market, hold: f64) -> Result<Vec<Rotation>> {
    let rule = RotationRule { hold, ..RotationRule::default() };
    rotations(&market.values, &market.excluded, &rule, SNAPSHOT_AGE)
}

/// Return of the high-beta less that of the low-beta tercile, where both have assets enough.
fn spread(
    market: &Market,
    altcoins: &Altcoins,
    date: NaiveDate,
    period: Period,
    logs: bool,
) -> Result<Option<f64>> {
    let Some(split) = altcoins.terciles(date)? else { return Ok(None) };
    let found = split.spread(Levels::new(&market.prices, PRICE_AGE), period)?;
    if found.high.n_assets.min(found.low.n_assets) < MIN_TERCILE {
        return Ok(None);
    }
    Ok(if logs { found.mean_log_return } else { found.buy_and_hold })
}

fn robust(
    market: &Market,
    altcoins: &Altcoins,
    date: NaiveDate,
    rule: &EventRule,
) -> Result<Vec<Compared>> {
    let choices = [
        Choice { name: ", 3 months", months: 3, ..Choice::default() },
        Choice {
            name: ", other lines",
            trend_days: 100,
            dip: 0.10,
            hold: 0.20,
            logs: true,
            ..Choice::default()
        },
        Choice { name: ", ETH", asset: "eth", ..Choice::default() },
    ];
    let mut found = Vec::new();
    for choice in &choices {
        let marks = Marks::new(market, altcoins, rule, choice)?;
        // The value of all coins and the terciles do not hang on the asset.
        let n = if choice.asset == "btc" { marks.0.len() } else { 2 };
        for mark in &marks.0[..n] {
            found.extend(mark.compare(&[date])?);
        }
    }
    Ok(found)
}
