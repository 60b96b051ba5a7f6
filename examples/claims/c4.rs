//! C4: what followed the breakout of 2020/21.

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::context::{Levels, Period, betas, drawdown_after_peak};
use eventstudy::panel::{Compounding, PricePanel, PriceSeries};
use eventstudy::report::{Align, Table, fraction, percent};
use eventstudy::study::{Judgement, Verdict};
use eventstudy::time::{EstimationWindow, add_months};

use crate::c3::{breadth_table, members};
use crate::claim::{Claim, Evidence, judge, lag_table, rule_in_words};
use crate::market::Market;
use crate::studies::{Run, WHOLE};

const PRICE_AGE: u32 = 3;
/// Months after the event in which the peak is looked for, and in which the fall is followed.
const PEAK_MONTHS: i32 = 12;
const FALL_MONTHS: i32 = 24;
/// A fall by this share from the peak is a bubble that burst.
const BURST: f64 = 0.5;

/// `single` holds the runs of the two events that are said to be the breakout of 2021, one each.
pub(crate) fn claim(market: &Market, single: &Run) -> Result<Claim> {
    let dates: Vec<NaiveDate> = single.outcomes.iter().flat_map(|o| o.events.dates()).collect();
    let surge = judge(&single.outcomes[0], WHOLE);
    let (spreads, short_run) = spread_table(market, &dates)?;
    let (falls, deepest) = fall_table(market, dates[0])?;
    let burst = deepest >= BURST;
    let verdict = match (surge.verdict, short_run > 0.0, burst) {
        (Verdict::Supported, true, true) => Verdict::Supported,
        (Verdict::Refuted, _, _) | (_, false, _) | (_, _, false) => Verdict::Refuted,
        _ => Verdict::Undecided,
    };
    let because = format!(
        "surge {} ({}); high minus low beta over the first month {}; deepest fall after the peak {}",
        surge.verdict,
        surge.because,
        percent(short_run),
        fraction(deepest)
    );
    Ok(Claim {
        id: "C4",
        statement: "2021: another breakout, then an altcoin surge that ended in a bursting bubble; \
                    high-beta assets outperformed in the short run.",
        rule: format!(
            "all three of: altcoins over [0,3) months after 2020-11-13 ({}); high-beta tercile \
             ahead of the low-beta one over [0,1) months; a fall of at least {} from the peak. \
             Refuted where one fails",
            rule_in_words(),
            fraction(BURST)
        ),
        judgement: Judgement { verdict, because },
        evidence: vec![
            Evidence::Table("Altcoins after the rule's event of 2020", lag_table(&[single], 0)),
            Evidence::Table("Altcoins after the article's event of 2021", lag_table(&[single], 1)),
            Evidence::Table("Breadth, altcoin season and rotation", breadth_table(market, &dates)?),
            Evidence::Table("Beta terciles, betas on BTC from the 365 days before", spreads),
            Evidence::Table("After the peak", falls),
        ],
    })
}

/// Buy-and-hold return of beta terciles; also the spread of the first event over one month.
fn spread_table(market: &Market, dates: &[NaiveDate]) -> Result<(Table, f64)> {
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
    let returns = market.prices.to_returns(Compounding::Simple);
    let btc = returns.asset("btc")?;
    let window = EstimationWindow::trailing(365)?.min_observations(180);
    let mut short_run = None;
    for &date in dates {
        let terciles = betas(&returns, &members(market, date)?, btc, date, window)?.terciles()?;
        for months in [1, 3] {
            let Some(end) = add_months(date, months) else { continue };
            let spread = terciles.spread(levels, Period::new(date, end)?)?;
            let show = |x: Option<f64>| x.map_or_else(|| "–".to_owned(), percent);
            let groups = [&spread.high, &spread.middle, &spread.low];
            table.row([
                date.to_string(),
                format!("[0,{months})"),
                groups.map(|g| g.n_assets.to_string()).join("+"),
                show(spread.high.buy_and_hold),
                show(spread.middle.buy_and_hold),
                show(spread.low.buy_and_hold),
                show(spread.buy_and_hold),
            ]);
            short_run = short_run.or(spread.buy_and_hold);
        }
    }
    Ok((table, short_run.unwrap_or(f64::NAN)))
}

/// Peak within a year of the event and the fall after it, for ETH and the altcoins held from the
/// event on; also the fall of the altcoins.
fn fall_table(market: &Market, event: NaiveDate) -> Result<(Table, f64)> {
    let mut table = Table::new([
        ("series", Align::Left),
        ("peak", Align::Left),
        ("trough", Align::Left),
        ("fall", Align::Right),
        ("recovered", Align::Left),
    ]);
    let (Some(peak_by), Some(through)) =
        (add_months(event, PEAK_MONTHS), add_months(event, FALL_MONTHS))
    else {
        return Ok((table, f64::NAN));
    };
    let period = Period::new(event, peak_by)?;
    let mut deepest = f64::NAN;
    for (name, series) in [
        ("ETH", market.prices.series("eth")?),
        ("altcoins, equal weight, held", held(market, event, through)?),
    ] {
        let fall = drawdown_after_peak(&series, period, through)?;
        table.row([
            name.to_owned(),
            fall.peak_date.to_string(),
            fall.trough_date.to_string(),
            fraction(fall.depth),
            fall.recovery_date.map_or_else(|| format!("not by {through}"), |d| d.to_string()),
        ]);
        deepest = fall.depth;
    }
    Ok((table, deepest))
}

/// Value of equal sums put into the altcoins at the event; a coin without later prices stands at
/// its last one.
fn held(market: &Market, event: NaiveDate, through: NaiveDate) -> Result<PriceSeries> {
    let members = members(market, event)?;
    let prices: &PricePanel = &market.prices;
    let axis = prices.axis();
    let start = axis.last_on_or_before(event).unwrap_or(0);
    let end = axis.last_on_or_before(through).unwrap_or(start);
    let mut shares = vec![(0.0, 0.0); members.len()];
    let mut closes = Vec::new();
    for row in start..=end {
        let mut total = 0.0;
        for (asset, (first, last)) in members.iter().zip(&mut shares) {
            if let Some(price) = prices.price(*asset, row) {
                if *first <= 0.0 {
                    *first = price;
                }
                *last = price;
            }
            total += if *first > 0.0 { *last / *first } else { 1.0 };
        }
        closes.push((axis.date(row), total / members.len() as f64));
    }
    PriceSeries::from_closes("altcoins", closes)
}
