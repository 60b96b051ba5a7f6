//! C4: what followed the breakout of 2020/21.
//!
//! The rule. Three parts, each of the rule's event, 2020-11-13, and by the flagship's rule (5 %, margin
//! 10 points) against all ordinary dates since 2016:
//!
//! - *Surge*: the abnormal return of the altcoins over the three months after it.
//! - *High beta*: the return of the high-beta less that of the low-beta tercile over one month.
//! - *Burst*: equal sums in the altcoins, held from the event, fall from their peak within 12 months by
//!   at least half through 24 months (else refuted), and by more than after ordinary dates. ETH
//!   and BTC stand beside: the claim is of an altcoin surge.
//!
//! Supported where all three are, refuted where one is, else undecided. Revised after results had been
//! seen: any fall by half passed for the third part, which most dates of these years would have
//! done.

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::context::{
    Drawdown, HeldBasket, Levels, MeasureWindow, Period, drawdown_after_peak, held_basket,
};
use eventstudy::report::{Align, Cell, Table, fraction, percent};
use eventstudy::study::{Judgement, PlaceboSettings, Verdict};
use eventstudy::time::add_months;

use crate::altcoins::Altcoins;
use crate::c3::breadth_table;
use crate::claim::{Claim, Evidence, judge, lag_table, rule_in_words, with_other_date};
use crate::figure::Figure;
use crate::market::Market;
use crate::ordinary::{Compared, EventRule, Measure, figure, judgement, table};
use crate::specifications;
use crate::studies::{Run, WHOLE};

const PRICE_AGE: u32 = 3;
/// The most days of a month and of 24 months.
const MONTH_DAYS: u32 = 31;
const FALL_DAYS: u32 = 731;
/// Months after the event in which the peak is looked for, and in which the fall is followed.
const PEAK_MONTHS: i32 = 12;
const FALL_MONTHS: i32 = 24;
/// A fall by this share from the peak is a bubble that burst.
const BURST: f64 = 0.5;

/// `single` holds the runs of the two events that are said to be the breakout of 2021, one each.
pub(crate) fn claim(
    market: &Market,
    altcoins: &Altcoins,
    placebo: &PlaceboSettings,
    single: &Run,
    runs: &[Run],
) -> Result<Claim> {
    let dates: Vec<NaiveDate> = single.outcomes.iter().flat_map(|o| o.events.dates()).collect();
    let surge = with_other_date(&judge(&single.outcomes[0], WHOLE), &single.outcomes[1]);
    let spreads = spread_table(market, altcoins, &dates)?;
    let rule = EventRule::new(market, placebo);
    let single_date = [dates[0]];
    let spread = spread(market, altcoins, &rule)?.compare(&single_date)?;
    let ahead = judgement(spread.as_ref());
    let after_peak = Falls { market, altcoins };
    let mut fallen = Vec::new();
    for of in Held::ALL {
        fallen.push(after_peak.measure(of, &rule)?.compare(&single_date)?);
    }
    let deeper = judgement(fallen[0].as_ref());
    let depth = after_peak.after(Held::Altcoins, dates[0])?.map(|fall| fall.depth);
    let burst = match depth {
        Some(depth) if depth < BURST => Verdict::Refuted,
        Some(_) => deeper.verdict,
        None => Verdict::Undecided,
    };
    let verdict = Verdict::all_of([surge.verdict, ahead.verdict, burst]);
    let names = ["altcoins after the rule's event", "altcoins after the article's event"];
    let pairs = names.iter().zip(&single.outcomes);
    let mut figures: Vec<Figure> =
        pairs.filter_map(|(name, outcome)| Figure::of_lag(name, outcome, WHOLE)).collect();
    figures
        .push(figure("high less low beta after the rule's event, [0,1) months", spread.as_ref())?);
    for (of, found) in Held::ALL.iter().zip(&fallen) {
        let counted = if *of == Held::Altcoins { "" } else { ", not counted" };
        let name = format!("fall of {} after the peak, 24 months{counted}", of.name());
        figures.push(figure(&name, found.as_ref())?);
    }
    let mut compared: Vec<Compared> = spread.into_iter().collect();
    for (of, found) in Held::ALL.into_iter().zip(fallen) {
        let counts = of == Held::Altcoins;
        compared.extend(found.map(|found| if counts { found } else { found.without_margin() }));
    }
    let because = format!(
        "surge {} ({}); high beta ahead of low beta {} ({}); bubble burst {burst} (the altcoins fell by \
         {} after the peak; {})",
        surge.verdict,
        surge.because,
        ahead.verdict,
        ahead.because,
        depth.map_or_else(|| "an unknown share".to_owned(), fraction),
        deeper.because
    );
    Ok(Claim {
        id: "C4",
        statement: "2021: another breakout, then an altcoin surge that ended in a bursting bubble; \
                    high-beta assets outperformed in the short run.",
        rule: format!(
            "all three of: altcoins over [0,3) months after 2020-11-13 ({}); by the same rule the \
             return of the high-beta less that of the low-beta tercile over [0,1) months; a fall of the \
             altcoins, held in equal sums, by at least {} from the peak, and by the same rule deeper \
             than after ordinary dates. Refuted where one of them is",
            rule_in_words(),
            fraction(BURST)
        ),
        revised: Some(
            "the fall was that of BTC alone, and was not compared with those after ordinary dates",
        ),
        judgement: Judgement { verdict, because },
        evidence: vec![
            Evidence::Measured(
                "The abnormal return of the altcoins over the three months after the rule's event of \
                 2020, and the return of the altcoins of high beta less that of low beta over one \
                 month, and how deep equal sums in the altcoins fell from their peak, each against what \
                 followed every other date."
                    .to_owned(),
            ),
            Evidence::Figures(figures),
            Evidence::Table("Altcoins after the rule's event of 2020", lag_table(&[single], 0)),
            Evidence::Table("Altcoins after the article's event of 2021", lag_table(&[single], 1)),
            Evidence::Table("Breadth, altcoin season and rotation", breadth_table(market, altcoins, &dates)?),
            Evidence::Table(
                "Returns of beta terciles, betas on BTC from the 365 days before",
                spreads,
            ),
            Evidence::Text(
                "Every altcoin with a beta and prices at both ends counts here; the studies above \
                 also ask for prices through all three months."
                    .to_owned(),
            ),
            Evidence::Table(
                "Both events under every specification, [0,3) months",
                specifications::of_events(runs, &dates),
            ),
            Evidence::Table("After the peak", after_peak.table(dates[0])?),
            Evidence::Table("High beta and falls against ordinary dates", table(&compared)?),
        ],
    })
}

/// Buy-and-hold return of beta terciles.
fn spread_table(market: &Market, altcoins: &Altcoins, dates: &[NaiveDate]) -> Result<Table> {
    let mut table = Table::new([
        ("event", Align::Left),
        ("months", Align::Left),
        ("assets", Align::Right),
        ("high beta", Align::Right),
        ("middle", Align::Right),
        ("low beta", Align::Right),
        ("high − low", Align::Right),
    ]);
    let levels = Levels::new(&market.prices, PRICE_AGE);
    for &date in dates {
        let Some(terciles) = altcoins.terciles(date)? else { continue };
        for months in [1, 3] {
            let Some(end) = add_months(date, months) else { continue };
            let spread = terciles.spread(levels, Period::new(date, end)?)?;
            let show = |x: Option<f64>| Cell::optional(x, percent);
            let groups = [&spread.high, &spread.middle, &spread.low];
            table.row([
                Cell::from(date.to_string()),
                Cell::from(format!("[0,{months})")),
                Cell::from(groups.map(|g| g.n_assets.to_string()).join("+")),
                show(spread.high.buy_and_hold),
                show(spread.middle.buy_and_hold),
                show(spread.low.buy_and_hold),
                show(spread.buy_and_hold),
            ]);
        }
    }
    Ok(table)
}

/// The spread over one month after a date.
fn spread(market: &Market, altcoins: &Altcoins, rule: &EventRule) -> Result<Measure> {
    let levels = Levels::new(&market.prices, PRICE_AGE);
    let last = market.prices.axis().last();
    let window = MeasureWindow::after(MONTH_DAYS);
    Measure::new("high less low beta, [0,1) months", rule, window, |date| {
        let end = add_months(date, 1).filter(|end| *end <= last);
        let Some(end) = end else { return Ok(None) };
        let Some(split) = altcoins.terciles(date)? else { return Ok(None) };
        Ok(split.spread(levels, Period::new(date, end)?)?.buy_and_hold)
    })
}

/// What is held from the event on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Altcoins,
    Eth,
    Btc,
}

impl Held {
    /// The one of the claim first.
    const ALL: [Self; 3] = [Self::Altcoins, Self::Eth, Self::Btc];

    fn name(self) -> &'static str {
        match self {
            Self::Altcoins => "altcoins, equal sums",
            Self::Eth => "ETH",
            Self::Btc => "BTC",
        }
    }
}

/// Peaks within a year of a date and the falls after them.
struct Falls<'a> {
    market: &'a Market,
    altcoins: &'a Altcoins,
}

impl Falls<'_> {
    /// Equal sums in the altcoins of a date.
    fn basket(&self, date: NaiveDate, through: NaiveDate) -> Result<HeldBasket> {
        let members = self.altcoins.on(date);
        let levels = Levels::new(&self.market.prices, PRICE_AGE);
        held_basket(levels, &members, Held::Altcoins.name(), Period::new(date, through)?)
    }

    /// `None` where the prices do not reach as far.
    fn after(&self, of: Held, date: NaiveDate) -> Result<Option<Drawdown>> {
        let prices = &self.market.prices;
        let ends = add_months(date, PEAK_MONTHS).zip(add_months(date, FALL_MONTHS));
        let Some((peak_by, through)) = ends.filter(|ends| ends.1 <= prices.axis().last()) else {
            return Ok(None);
        };
        let series = match of {
            Held::Eth => prices.series("eth")?,
            Held::Btc => prices.series("btc")?,
            Held::Altcoins => self.basket(date, through)?.series,
        };
        drawdown_after_peak(&series, Period::new(date, peak_by)?, through).map(Some)
    }

    fn measure(&self, of: Held, rule: &EventRule) -> Result<Measure> {
        let name = format!("fall of {} after the peak", of.name());
        let window = MeasureWindow::after(FALL_DAYS);
        let depth = |date| Ok(self.after(of, date)?.map(|fall| fall.depth));
        Ok(Measure::new(name, rule, window, depth)?.undiluted())
    }

    fn table(&self, event: NaiveDate) -> Result<Table> {
        let mut table = Table::new([
            ("series", Align::Left),
            ("peak", Align::Left),
            ("trough", Align::Left),
            ("fall", Align::Right),
            ("recovered", Align::Left),
            ("coins held", Align::Right),
            ("not held for want of a price", Align::Right),
            ("at their last price in the end", Align::Right),
        ]);
        for of in Held::ALL {
            let Some(fall) = self.after(of, event)? else { continue };
            let mut counts = [Cell::none(), Cell::none(), Cell::none()];
            if let Some(through) = add_months(event, FALL_MONTHS).filter(|_| of == Held::Altcoins) {
                let of = self.basket(event, through)?.counts;
                counts = [of.n_assets, of.n_lacking, of.n_ended].map(|n| Cell::from(n.to_string()));
            }
            let recovered = fall
                .recovery_date
                .map_or_else(|| format!("not within {FALL_MONTHS} months"), |d| d.to_string());
            let row = [
                Cell::from(of.name()),
                Cell::from(fall.peak_date.to_string()),
                Cell::from(fall.trough_date.to_string()),
                Cell::number(fall.depth, fraction),
                Cell::from(recovered),
            ];
            table.row(row.into_iter().chain(counts));
        }
        Ok(table)
    }
}
