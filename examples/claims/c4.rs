//! C4: what followed the breakout of 2020/21.

use chrono::NaiveDate;
use eventstudy::context::{BetaTerciles, Levels, Period, betas, drawdown_after_peak};
use eventstudy::panel::{Compounding, PricePanel, PriceSeries, ReturnPanel};
use eventstudy::report::{Align, Cell, Table, fraction, percent};
use eventstudy::resampling::{ExcessIntervalKind, PlaceboDesign, PlaceboGrid, PseudoEvent};
use eventstudy::study::{Judgement, PlaceboSettings, Verdict};
use eventstudy::time::{EstimationWindow, add_months};
use eventstudy::{Error, Result};

use crate::c3::{breadth_table, members};
use crate::claim::{
    Claim, Evidence, judge, lag_table, rule_in_words, verdict_rule, with_other_date,
};
use crate::figure::Figure;
use crate::market::Market;
use crate::specifications;
use crate::studies::{Run, WHOLE};

const PRICE_AGE: u32 = 3;
/// Power at which detectable effects are given.
const POWER: f64 = 0.8;
/// Days of a month, near enough for the share of it that another month covers.
const MONTH_DAYS: f64 = 30.4;
/// Months after the event in which the peak is looked for, and in which the fall is followed.
const PEAK_MONTHS: i32 = 12;
const FALL_MONTHS: i32 = 24;
/// A fall by this share from the peak is a bubble that burst.
const BURST: f64 = 0.5;

/// `single` holds the runs of the two events that are said to be the breakout of 2021, one each.
pub(crate) fn claim(
    market: &Market,
    placebo: &PlaceboSettings,
    single: &Run,
    runs: &[Run],
) -> Result<Claim> {
    let dates: Vec<NaiveDate> = single.outcomes.iter().flat_map(|o| o.events.dates()).collect();
    let surge = with_other_date(&judge(&single.outcomes[0], WHOLE), &single.outcomes[1]);
    let spreads = spread_table(market, &dates)?;
    let (high_beta, ahead) = ordinary_spreads(market, placebo, dates[0])?;
    let (falls, deepest) = fall_table(market, dates[0])?;
    let burst = match deepest {
        Some(fall) if fall >= BURST => Verdict::Supported,
        Some(_) => Verdict::Refuted,
        None => Verdict::Undecided,
    };
    let parts = [surge.verdict, ahead.verdict, burst];
    let verdict = if parts.contains(&Verdict::Refuted) {
        Verdict::Refuted
    } else if parts.contains(&Verdict::Undecided) {
        Verdict::Undecided
    } else {
        Verdict::Supported
    };
    let names = ["altcoins after the rule's event", "altcoins after the article's event"];
    let pairs = names.iter().zip(&single.outcomes);
    let mut figures: Vec<Figure> =
        pairs.filter_map(|(name, outcome)| Figure::of_lag(name, outcome, WHOLE)).collect();
    figures.extend(high_beta);
    let because = format!(
        "surge {} ({}); high beta ahead of low beta {} ({}); deepest fall after the peak {}",
        surge.verdict,
        surge.because,
        ahead.verdict,
        ahead.because,
        deepest.map_or_else(|| "unknown".to_owned(), fraction)
    );
    Ok(Claim {
        id: "C4",
        statement: "2021: another breakout, then an altcoin surge that ended in a bursting bubble; \
                    high-beta assets outperformed in the short run.",
        rule: format!(
            "all three of: altcoins over [0,3) months after 2020-11-13 ({}); by the same rule the \
             return of the high-beta less that of the low-beta tercile over [0,1) months; a fall of \
             at least {} from the peak. Refuted where one of them is",
            rule_in_words(),
            fraction(BURST)
        ),
        judgement: Judgement { verdict, because },
        evidence: vec![
            Evidence::Measured(
                "The abnormal return of the altcoins over the three months after the rule's event of \
                 2020, and the return of the altcoins of high beta less that of low beta over one \
                 month, each against what followed every other date; the deepest fall after the peak."
                    .to_owned(),
            ),
            Evidence::Figures(figures),
            Evidence::Table("Altcoins after the rule's event of 2020", lag_table(&[single], 0)),
            Evidence::Table("Altcoins after the article's event of 2021", lag_table(&[single], 1)),
            Evidence::Table("Breadth, altcoin season and rotation", breadth_table(market, &dates)?),
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
            Evidence::Table("After the peak", falls),
        ],
    })
}

/// Buy-and-hold return of beta terciles.
fn spread_table(market: &Market, dates: &[NaiveDate]) -> Result<Table> {
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
    for &date in dates {
        let terciles = terciles(market, &returns, date)?;
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

/// Terciles of the altcoins of a date, betas on BTC from the 365 days before.
pub(crate) fn terciles(
    market: &Market,
    returns: &ReturnPanel,
    date: NaiveDate,
) -> Result<BetaTerciles> {
    let window = EstimationWindow::trailing(365)?.min_observations(180);
    betas(returns, &members(market, date)?, returns.asset("btc")?, date, &window)?.terciles()
}

/// The spread over one month after the event against that after every ordinary date.
fn ordinary_spreads(
    market: &Market,
    placebo: &PlaceboSettings,
    event: NaiveDate,
) -> Result<(Option<Figure>, Judgement)> {
    let levels = Levels::new(&market.prices, PRICE_AGE);
    let returns = market.prices.to_returns(Compounding::Simple);
    let spread = |date: NaiveDate| -> Result<Option<f64>> {
        let Some(end) = add_months(date, 1) else { return Ok(None) };
        match terciles(market, &returns, date) {
            Ok(terciles) => Ok(terciles.spread(levels, Period::new(date, end)?)?.buy_and_hold),
            Err(Error::TooFew { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    };
    let last = market.prices.axis().last();
    let period = placebo.from.unwrap_or(event)..=add_months(last, -1).unwrap_or(last);
    let sessions = market.russell.axis().dates().iter().copied();
    let dates: Vec<NaiveDate> = sessions.filter(|date| period.contains(date)).collect();
    let values = dates.iter().map(|date| spread(*date)).collect::<Result<Vec<_>>>()?;
    // A month that begins some days from the event shares the rest of its days with it.
    let pseudo_event = |(date, value): (&NaiveDate, Option<f64>)| {
        let shared = 1.0 - (*date - event).num_days().abs() as f64 / MONTH_DAYS;
        let event_share = shared.max(0.0);
        value.map(|value| PseudoEvent { value, variance: None, event_share })
    };
    let events: Vec<_> = dates.iter().zip(values).map(pseudo_event).collect();
    let grid = PlaceboGrid::of_pseudo_events(dates, &events)?;
    let Some(observed) = spread(event)? else {
        let because = "no spread on the event date".to_owned();
        return Ok((None, Judgement { verdict: Verdict::Undecided, because }));
    };
    let sets = PlaceboDesign::new().seed(market.seed).draw(&grid, &[event], 1)?;
    let drawn = sets.test(&grid, observed, None)?;
    let rule = verdict_rule();
    let level = 1.0 - rule.significance();
    let interval = drawn.effect_interval(ExcessIntervalKind::EqualTailed, level)?;
    let p = drawn.p_values();
    let figure = Figure {
        measure: "high less low beta after the rule's event, [0,1) months".to_owned(),
        n_event_dates: 1,
        estimate: Some(observed),
        excess: Some(drawn.excess()),
        interval: interval.ends(),
        event_p: None,
        one_sided_p: Some(p.upper),
        placebo_p: Some((p.two_sided, drawn.attainable_p())),
        detectable: Some(drawn.minimum_detectable_effect(POWER, rule.significance())?.upward),
    };
    Ok((Some(figure), rule.judge_test(&drawn)?))
}

/// Peak within a year of the event and the fall after it, for ETH and the altcoins held from the
/// event on; also the fall of the altcoins.
fn fall_table(market: &Market, event: NaiveDate) -> Result<(Table, Option<f64>)> {
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
        return Ok((table, None));
    };
    let period = Period::new(event, peak_by)?;
    let mut deepest = None;
    for (name, series) in [
        ("ETH", market.prices.series("eth")?),
        ("altcoins, equal weight, held", held(market, event, through)?),
    ] {
        let fall = drawdown_after_peak(&series, period, through)?;
        table.row([
            Cell::from(name),
            Cell::from(fall.peak_date.to_string()),
            Cell::from(fall.trough_date.to_string()),
            Cell::number(fall.depth, fraction),
            Cell::from(
                fall.recovery_date.map_or_else(|| format!("not by {through}"), |d| d.to_string()),
            ),
        ]);
        deepest = Some(fall.depth);
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
