//! C5: one to three months.

use chrono::Weekday;
use eventstudy::Result;
use eventstudy::context::{
    BarAlignment, LeadLag, PairedReturns, WeeklyReturns, cross_correlations, time_to_peak,
};
use eventstudy::panel::PricePanel;
use eventstudy::report::{Align, Table, p_value, percent};
use eventstudy::study::{Judgement, Verdict};

use crate::claim::{Claim, Evidence, judge, lag_table, rule_in_words, with_other_date};
use crate::market::Market;
use crate::studies::{Run, WHOLE};

/// Weeks by which one series may lead the other.
const MAX_LAG_WEEKS: u16 = 13;

pub(crate) fn claim(market: &Market, altcoins: &Run, eth: &Run, btc: &Run) -> Result<Claim> {
    let parts = [
        ("altcoins", with_other_date(&judge(&altcoins.outcomes[0], WHOLE), &altcoins.outcomes[1])),
        ("ETH", with_other_date(&judge(&eth.outcomes[0], WHOLE), &eth.outcomes[1])),
    ];
    let all = |verdict| parts.iter().all(|(_, j)| j.verdict == verdict);
    let verdict = if all(Verdict::Supported) {
        Verdict::Supported
    } else if all(Verdict::Refuted) {
        Verdict::Refuted
    } else {
        Verdict::Undecided
    };
    let because = parts
        .iter()
        .map(|(name, j)| format!("{name} {}: {}", j.verdict, j.because))
        .collect::<Vec<_>>()
        .join("; ");
    Ok(Claim {
        id: "C5",
        statement: "ETH and altcoins respond within one to three months.",
        rule: format!("both over [0,3) months after the rule's events: {}", rule_in_words()),
        judgement: Judgement { verdict, because },
        evidence: vec![
            Evidence::Table("Rule: base ≥ 250", lag_table(&[altcoins, eth, btc], 0)),
            Evidence::Table("Article's events", lag_table(&[altcoins, eth, btc], 1)),
            Evidence::Table("Days to the peak within three months", peaks(&[altcoins, eth, btc])?),
            Evidence::Table("Weekly lead and lag against the Russell 2000", lead_lag(market)?),
            Evidence::Text(format!(
                "Positive lags: the Russell leads. Weekly log returns to Friday, at most \
                 {MAX_LAG_WEEKS} weeks; the p-value of the largest correlation allows for the \
                 search over all lags."
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
                run.assets.name().to_owned(),
                path.event.to_string(),
                peak.days.to_string(),
                percent(peak.value),
                if peak.is_last { format!("still rising on day {last}") } else { String::new() },
            ]);
        }
    }
    Ok(table)
}

fn lead_lag(market: &Market) -> Result<Table> {
    let mut table = Table::new([
        ("asset", Align::Left),
        ("crypto bar", Align::Left),
        ("weeks", Align::Right),
        ("same week", Align::Right),
        ("p", Align::Right),
        ("largest", Align::Right),
        ("at lag", Align::Right),
        ("p with search", Align::Right),
    ]);
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
            let found: LeadLag =
                cross_correlations(&PairedReturns::of(&weekly, x, y)?, MAX_LAG_WEEKS, None)?;
            let same = found.lags.iter().find(|l| l.lag == 0);
            let none = || "–".to_owned();
            table.row([
                asset.to_uppercase(),
                name.to_owned(),
                found.n_common.to_string(),
                same.map_or_else(none, |l| format!("{:+.2}", l.correlation)),
                same.and_then(|l| l.p_value).map_or_else(none, p_value),
                format!("{:+.2}", found.peak.correlation),
                found.peak.lag.to_string(),
                found.peak.search_p_value.map_or_else(none, p_value),
            ]);
        }
    }
    Ok(table)
}
