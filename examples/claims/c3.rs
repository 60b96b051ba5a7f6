//! C3: what followed the breakout of 2016/17.
//!
//! The rule. Two parts over the three months after the rule's event, 2016-11-14 to 2017-02-14, each by
//! the flagship's rule (5 %, margin 10 points) against all ordinary dates since 2016:
//!
//! - *Surged*: the abnormal return of the altcoins.
//! - *Broadly*: the share of the altcoins whose price rose.
//!
//! Supported where both are, refuted where one is, else undecided. The altcoin-season index and the
//! turnover of ranks stand beside, compared in the same way: the parenthesis of the claim names
//! what the surge was made of. So do the months after the article's date, 2017-02-10: the spring of 2017
//! is outside the verdict, as no rule of a breakout puts an event there.
//!
//! Revised after results had been seen: the first part alone made the verdict.

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::context::{
    ALTCOIN_SEASON_DAYS, ALTCOIN_SEASON_SHARE, Levels, MeasureWindow, Period, altcoin_season_index,
    rank_turnover, share_positive,
};
use eventstudy::report::{Align, Cell, Table, fraction, percent};
use eventstudy::study::{Judgement, PlaceboSettings, Verdict};
use eventstudy::time::add_months;

use crate::altcoins::Altcoins;
use crate::claim::{
    Claim, Evidence, event_table, judge, lag_table, rule_in_words, with_other_date,
};
use crate::figure::Figure;
use crate::market::Market;
use crate::ordinary::{Compared, EventRule, Measure, figure, judgement, table};
use crate::specifications;
use crate::studies::{Run, WHOLE};

/// Oldest price or snapshot that stands for a date, in days.
const PRICE_AGE: u32 = 3;
const SNAPSHOT_AGE: u32 = 45;
const TOP: usize = 50;
/// Fewest altcoins of a share.
const MIN_ALTCOINS: usize = 10;
/// The most days of three months.
const DAYS: u32 = 92;

/// `single` holds the runs of the two events that are said to be the breakout of 2017, one each.
pub(crate) fn claim(
    market: &Market,
    altcoins: &Altcoins,
    placebo: &PlaceboSettings,
    single: &Run,
    runs: &[Run],
) -> Result<Claim> {
    let dates: Vec<NaiveDate> = single.outcomes.iter().flat_map(|o| o.events.dates()).collect();
    let names = ["altcoins after the rule's event", "altcoins after the article's event"];
    let figures = names.iter().zip(&single.outcomes);
    let mut figures: Vec<Figure> =
        figures.filter_map(|(name, outcome)| Figure::of_lag(name, outcome, WHOLE)).collect();
    let surge = with_other_date(&judge(&single.outcomes[0], WHOLE), &single.outcomes[1]);
    let mut compared: Vec<Compared> = Vec::new();
    let mut broad = judgement(None);
    for (at, measure) in breadth(market, altcoins, placebo)?.iter().enumerate() {
        for (date, which) in dates.iter().zip(["rule's", "article's"]) {
            let found = measure.compare(&[*date])?;
            let counts = at == 0 && which == "rule's";
            if counts {
                broad = judgement(found.as_ref());
            }
            let name = format!(
                "{} after the {which} event{}",
                measure.name,
                if counts { "" } else { ", not counted" }
            );
            figures.push(figure(&name, found.as_ref())?);
            compared.extend(found.map(|found| if counts { found } else { found.without_margin() }));
        }
    }
    let verdict = Verdict::all_of([surge.verdict, broad.verdict]);
    let because = format!(
        "in the three months after {}, which the verdict is on, surged {} ({}); broadly {} ({})",
        dates[0], surge.verdict, surge.because, broad.verdict, broad.because
    );
    let evidence = vec![
        Evidence::Measured(
            "The abnormal return of the altcoins among the fifty largest of the day over the three \
             months after the rule's event of 2016, and the share of them that rose, each against that \
             after every other date; beside them altcoin season and rotation, and the same after the \
             article's date, whose months are outside the verdict."
                .to_owned(),
        ),
        Evidence::Figures(figures),
        Evidence::Table("Altcoins after the rule's event of 2016", lag_table(&[single], 0)),
        Evidence::Table("Altcoins after the article's event of 2017", lag_table(&[single], 1)),
        Evidence::Table("Each event of the rule", event_table(&runs[0], 0)),
        Evidence::Table(
            "Both events under every specification, [0,3) months",
            specifications::of_events(runs, &dates),
        ),
        Evidence::Table("Breadth, altcoin season and rotation", breadth_table(market, altcoins, &dates)?),
        Evidence::Table("Breadth, season and rotation against ordinary dates", table(&compared)?),
        Evidence::Text(format!(
            "The altcoin-season index is the share of the altcoins that beat BTC over the {} days \
             up to the end of the third month; {} is the customary threshold, not a test.",
            ALTCOIN_SEASON_DAYS,
            fraction(ALTCOIN_SEASON_SHARE)
        )),
    ];
    Ok(Claim {
        id: "C3",
        statement: "2017: after the breakout crypto surged broadly (ICO boom, altcoin season, coin \
                    rotation).",
        rule: format!(
            "both of the altcoins over [0,3) months after 2016-11-14: their abnormal return, and the \
             share of them that rose ({}). Refuted where one of them is. The window after the article's \
             2017-02-10 is outside the verdict",
            rule_in_words()
        ),
        revised: Some("the abnormal return alone made the verdict"),
        judgement: Judgement { verdict, because },
        evidence,
    })
}

/// Share of the altcoins that rose over the three months after a date, the altcoin-season index at
/// their end, and who left the ranks over them.
fn breadth(
    market: &Market,
    altcoins: &Altcoins,
    placebo: &PlaceboSettings,
) -> Result<[Measure; 3]> {
    let rule = EventRule::new(market, placebo);
    let levels = Levels::new(&market.prices, PRICE_AGE);
    let btc = market.prices.asset("btc")?;
    let last = market.prices.axis().last().min(market.values.dates().last().unwrap_or_default());
    let end_of = |date| add_months(date, 3).filter(|end| *end <= last);
    let enough = |share: Option<f64>, n: usize| share.filter(|_| n >= MIN_ALTCOINS);
    let window = MeasureWindow::after(DAYS);
    Ok([
        Measure::new("share of the altcoins that rose", &rule, window, |date| {
            let Some(end) = end_of(date) else { return Ok(None) };
            let held = altcoins.on(date);
            let found = share_positive(levels, &held, Period::new(date, end)?)?;
            Ok(enough(found.share, found.n_assets))
        })?,
        Measure::new("altcoin-season index", &rule, window, |date| {
            let Some(end) = end_of(date) else { return Ok(None) };
            let held = altcoins.on(date);
            let found = altcoin_season_index(levels, &held, btc, end)?;
            Ok(enough(found.share, found.n_assets))
        })?,
        Measure::new("share that left the top 50", &rule, window, |date| {
            let Some(end) = end_of(date) else { return Ok(None) };
            let (values, excluded) = (&market.values, &market.excluded);
            Ok(Some(rank_turnover(values, excluded, TOP, date, end, SNAPSHOT_AGE)?.share_left))
        })?,
    ])
}

/// Breadth over the three months after each date.
pub(crate) fn breadth_table(
    market: &Market,
    altcoins: &Altcoins,
    dates: &[NaiveDate],
) -> Result<Table> {
    let mut table = Table::new([
        ("event", Align::Left),
        ("through", Align::Left),
        ("altcoins", Align::Right),
        ("share with positive return", Align::Right),
        ("altcoin-season index", Align::Right),
        ("left the top 50", Align::Right),
        ("BTC over 3 months", Align::Right),
    ]);
    let levels = Levels::new(&market.prices, PRICE_AGE);
    let btc = market.prices.asset("btc")?;
    for &date in dates {
        let Some(end) = add_months(date, 3) else { continue };
        let members = altcoins.on(date);
        let period = Period::new(date, end)?;
        let positive = share_positive(levels, &members, period)?;
        let season = altcoin_season_index(levels, &members, btc, end)?;
        let turnover =
            rank_turnover(&market.values, &market.excluded, TOP, date, end, SNAPSHOT_AGE);
        table.row([
            Cell::from(date.to_string()),
            Cell::from(end.to_string()),
            Cell::from(positive.n_assets.to_string()),
            Cell::optional(positive.share, fraction),
            Cell::optional(season.share, fraction),
            Cell::optional(turnover.ok().map(|t| t.share_left), fraction),
            Cell::optional(levels.gross_return(btc, period).map(|g| g - 1.0), percent),
        ]);
    }
    Ok(table)
}
