//! C1: the level and the new high of January 2026.

use chrono::Datelike;
use eventstudy::Result;
use eventstudy::events::{Basis, BreakoutRule, EventDetector};
use eventstudy::study::{Judgement, Verdict};

use crate::claim::{Claim, Evidence, reasons};
use crate::market::{Market, level_event};

pub(crate) fn claim(market: &Market) -> Result<Claim> {
    let events = level_event(&market.russell)?;
    let by_highs = BreakoutRule::level(2_600.0).basis(Basis::Intraday).detect(&market.russell)?;
    let mut judgement = Judgement {
        verdict: Verdict::Refuted,
        because: "the first close above 2,600 was no breakout in January 2026".to_owned(),
    };
    for event in &events {
        let Some(b) = &event.qualification else { continue };
        if b.date.year() == 2026 && b.date.month() == 1 && b.close > b.old_high {
            judgement = Judgement {
                verdict: Verdict::Supported,
                because: format!(
                    "first close above 2,600 on {} at {:.2}, above the old record of {:.2} of {}",
                    b.date, b.close, b.old_high, b.old_high_date
                ),
            };
        }
    }
    Ok(Claim {
        id: "C1",
        statement: "In January 2026 the Russell 2000 rose above 2,600 to a new all-time high.",
        rule: "a fact: the first close above 2,600 and the record before it".to_owned(),
        revised: None,
        judgement,
        evidence: vec![
            Evidence::Measured(
                "The first close above 2,600 and the highest close before it. A fact of the prices: \
                 there is no interval, no p-value and no power."
                    .to_owned(),
            ),
            Evidence::Table("The breakout", reasons(&events)),
            Evidence::Table("The breakout by session highs", reasons(&by_highs)),
        ],
    })
}
