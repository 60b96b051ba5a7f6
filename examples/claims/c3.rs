//! C3: what followed the breakout of 2016/17.

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::context::{
    ALTCOIN_SEASON_DAYS, ALTCOIN_SEASON_SHARE, Levels, Period, altcoin_season_index, rank_turnover,
    share_positive,
};
use eventstudy::panel::{AssetId, Candidate, Universe};
use eventstudy::report::{Align, Cell, Table, fraction, percent};
use eventstudy::time::add_months;

use crate::claim::{
    Claim, Evidence, event_table, judge, lag_table, rule_in_words, with_other_date,
};
use crate::figure::Figure;
use crate::market::Market;
use crate::specifications;
use crate::studies::{Assets, Run, WHOLE};

/// Oldest price or snapshot that stands for a date, in days.
const PRICE_AGE: u32 = 3;
const SNAPSHOT_AGE: u32 = 45;
const TOP: usize = 50;

/// `single` holds the runs of the two events that are said to be the breakout of 2017, one each.
pub(crate) fn claim(market: &Market, single: &Run, runs: &[Run]) -> Result<Claim> {
    let dates: Vec<NaiveDate> = single.outcomes.iter().flat_map(|o| o.events.dates()).collect();
    let names = ["altcoins after the rule's event", "altcoins after the article's event"];
    let figures = names.iter().zip(&single.outcomes);
    let evidence = vec![
        Evidence::Measured(
            "The abnormal return of the altcoins among the fifty largest of the day over the three \
             months after the rule's event of 2016, against that after every other date; beside it \
             breadth, altcoin season and rotation."
                .to_owned(),
        ),
        Evidence::Figures(
            figures.filter_map(|(name, outcome)| Figure::of_lag(name, outcome, WHOLE)).collect(),
        ),
        Evidence::Table("Altcoins after the rule's event of 2016", lag_table(&[single], 0)),
        Evidence::Table("Altcoins after the article's event of 2017", lag_table(&[single], 1)),
        Evidence::Table("Each event of the rule", event_table(&runs[0], 0)),
        Evidence::Table(
            "Both events under every specification, [0,3) months",
            specifications::of_events(runs, &dates),
        ),
        Evidence::Table("Breadth, altcoin season and rotation", breadth_table(market, &dates)?),
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
        rule: format!("altcoins over [0,3) months after 2016-11-14: {}", rule_in_words()),
        judgement: with_other_date(&judge(&single.outcomes[0], WHOLE), &single.outcomes[1]),
        evidence,
    })
}

/// Breadth over the three months after each date.
pub(crate) fn breadth_table(market: &Market, dates: &[NaiveDate]) -> Result<Table> {
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
        let members = members(market, date)?;
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

/// The altcoins of an event as the studies select them.
pub(crate) fn members(market: &Market, date: NaiveDate) -> Result<Vec<AssetId>> {
    Ok(members_of(&Assets::Altcoins.universe(market)?, market, date))
}

/// The assets of an event as a study of that universe selects them.
pub(crate) fn members_of(universe: &Universe, market: &Market, date: NaiveDate) -> Vec<AssetId> {
    universe
        .select(&market.prices, date)
        .into_iter()
        .filter_map(|candidate| match candidate {
            Candidate::Member { asset, .. } => Some(asset),
            _ => None,
        })
        .collect()
}
