//! C5: one to three months.
//!
//! The rule: the abnormal returns of the altcoins and of ETH over [0,3) months after the rule's events, each
//! by the flagship's rule. Supported where both are, refuted where one is, else undecided. Revised after
//! results had been seen: it was refuted only where both were, which no other claim asks for.

use chrono::Weekday;
use eventstudy::Result;
use eventstudy::context::{
    BarAlignment, LeadLag, PairedReturns, WeeklyReturns, cross_correlations, time_to_peak,
};
use eventstudy::panel::PricePanel;
use eventstudy::report::{Align, Cell, Table, p_value, percent};
use eventstudy::study::{Judgement, Verdict};

use crate::claim::{
    Claim, Evidence, event_table, judge, lag_table, rule_in_words, with_other_date,
};
use crate::crises::crises;
use crate::figure::Figure;
use crate::market::Market;
use crate::specifications;
use crate::studies::{Assets, Run, WHOLE};

/// Weeks by which one series may lead the other.
const MAX_LAG_WEEKS: u16 = 13;

/// `runs` begin with the primary specifications of altcoins, ETH and BTC.
pub(crate) fn claim(market: &Market, runs: &[Run]) -> Result<Claim> {
    let (altcoins, eth, btc) = (&runs[0], &runs[1], &runs[2]);
    let parts = [
        ("altcoins", with_other_date(&judge(&altcoins.outcomes[0], WHOLE), &altcoins.outcomes[1])),
        ("ETH", with_other_date(&judge(&eth.outcomes[0], WHOLE), &eth.outcomes[1])),
    ];
    let verdict = Verdict::all_of(parts.each_ref().map(|(_, j)| j.verdict));
    let because = parts
        .iter()
        .map(|(name, j)| format!("{name} {}: {}", j.verdict, j.because))
        .collect::<Vec<_>>()
        .join("; ");
    let of_run = |run: &Run| {
        let sets = ["rule's", "article's"].iter().zip(&run.outcomes);
        let figures = sets.filter_map(|(set, outcome)| {
            let measure = format!("{} after the {set} events", run.assets.name());
            Figure::of_lag(&measure, outcome, WHOLE)
        });
        figures.collect::<Vec<_>>()
    };
    let figures = [altcoins, eth].into_iter().flat_map(of_run).collect();
    Ok(Claim {
        id: "C5",
        statement: "ETH and altcoins respond within one to three months.",
        rule: format!(
            "both over [0,3) months after the rule's events: {}. Refuted where one of them is",
            rule_in_words()
        ),
        revised: Some("refuted only where both were"),
        judgement: Judgement { verdict, because },
        evidence: vec![
            Evidence::Measured(
                "The abnormal return of altcoins and of ETH over the three months after the rule's \
                 events, against that after every other date; beside it the days to the peak and the \
                 lead or lag of weekly returns."
                    .to_owned(),
            ),
            Evidence::Figures(figures),
            Evidence::Table("Rule: base ≥ 250", lag_table(&[altcoins, eth, btc], 0)),
            Evidence::Table("Article's events", lag_table(&[altcoins, eth, btc], 1)),
            Evidence::Table("Each event of the rule", event_table(altcoins, 0)),
            Evidence::Table("Each event of the article", event_table(altcoins, 1)),
            Evidence::Table(
                "Every specification, [0,3) months, events with base ≥ 250",
                specifications::of_set(runs, 0, &[Assets::Altcoins, Assets::Eth]),
            ),
            Evidence::Table("Days to the peak within three months", peaks(&[altcoins, eth, btc])?),
            Evidence::Table("Weekly lead and lag against the Russell 2000", lead_lag(market)?),
            Evidence::Text(format!(
                "Positive lags: the Russell leads. Weekly log returns to Friday, at most \
                 {MAX_LAG_WEEKS} weeks; the p-value of the largest correlation allows for the \
                 search over all lags. The same without weeks that begin at a VIX of at least 30, and \
                 without two crises."
            )),
        ],
    })
}

fn peaks(runs: &[&Run]) -> Result<Table> {
    let mut table = Table::new([
        ("assets", Align::Left),
        ("event", Align::Left),
        ("days to peak", Align::Right),
        ("CAR at peak", Align::Right),
        ("path", Align::Left),
    ]);
    for run in runs {
        for path in &run.outcomes[0].paths {
            let dated: Vec<_> = path
                .days
                .iter()
                .zip(&path.values)
                .map(|(days, value)| {
                    (path.event + chrono::Duration::days(i64::from(*days)), *value)
                })
                .collect();
            let peak = time_to_peak(path.event, &dated)?;
            let last = path.days.last().copied().unwrap_or(0);
            table.row([
                Cell::from(run.assets.name()),
                Cell::from(path.event.to_string()),
                Cell::from(peak.days.to_string()),
                Cell::number(peak.value, percent),
                Cell::from(if peak.is_last {
                    format!("still rising on day {last}")
                } else {
                    String::new()
                }),
            ]);
        }
    }
    Ok(table)
}

fn lead_lag(market: &Market) -> Result<Table> {
    let mut table = Table::new([
        ("asset", Align::Left),
        ("crypto bar", Align::Left),
        ("left out", Align::Left),
        ("weeks", Align::Right),
        ("same week", Align::Right),
        ("p", Align::Right),
        ("largest", Align::Right),
        ("at lag", Align::Right),
        ("p with search", Align::Right),
    ]);
    let crises = crises(market)?;
    let dated =
        market.russell.axis().dates().iter().copied().zip(market.russell.closes().iter().copied());
    let russell = PricePanel::from_series(vec![("russell 2000".to_owned(), dated.collect())])?;
    for asset in ["eth", "btc"] {
        for (name, alignment) in
            [("same day", BarAlignment::SameDay), ("previous day", BarAlignment::PreviousDay)]
        {
            let crypto = market.prices.select(&[asset])?;
            let weekly = WeeklyReturns::on(Weekday::Fri, alignment).of(&russell, &crypto)?;
            let (x, y) = (weekly.asset("russell 2000")?, weekly.asset(asset)?);
            let pairs = PairedReturns::of(&weekly, x, y)?;
            for crises in &crises {
                let pairs = pairs.without(&crises.periods(pairs.axis()));
                let found: LeadLag = cross_correlations(&pairs, MAX_LAG_WEEKS, None)?;
                let same = found.lags.iter().find(|l| l.lag == 0);
                let correlation = |r: f64| format!("{r:+.2}");
                table.row([
                    Cell::from(asset.to_uppercase()),
                    Cell::from(name),
                    Cell::from(crises.name()),
                    Cell::from(found.n_common.to_string()),
                    Cell::optional(same.map(|l| l.correlation), correlation),
                    Cell::optional(same.and_then(|l| l.p_value), p_value),
                    Cell::number(found.peak.correlation, correlation),
                    Cell::from(found.peak.lag.to_string()),
                    Cell::optional(found.peak.search_p_value, p_value),
                ]);
            }
        }
    }
    Ok(table)
}
