//! C2: how far and on what volume.

use eventstudy::Result;
use eventstudy::context::{volume_ratio, year_to_date};
use eventstudy::study::{Judgement, Verdict};

use crate::claim::{Claim, Evidence};
use crate::market::{Market, level_event};

/// The figure of the claim, and how near counts as "about".
const CLAIMED: f64 = 0.15;
const ABOUT: f64 = 0.025;
/// Volume this many times its trailing median would be huge.
const HUGE: f64 = 1.5;
const MEDIAN_SESSIONS: usize = 50;
const HISTORY_SESSIONS: usize = 250;

pub(crate) fn claim(market: &Market) -> Result<Claim> {
    let date = level_event(&market.russell)?.dates()[0];
    let year = year_to_date(&market.russell, date, 0)?;
    let volume = volume_ratio(&market.russell, date, MEDIAN_SESSIONS, HISTORY_SESSIONS)?;
    let far_enough = (year.value - CLAIMED).abs() <= ABOUT;
    let huge = volume.ratio >= HUGE;
    let verdict = match (far_enough, huge) {
        (true, true) => Verdict::Supported,
        (false, false) => Verdict::Refuted,
        _ => Verdict::Undecided,
    };
    let because = format!(
        "on {date} the index stood {:+.2} % on the year and traded {:.2} times its median volume",
        100.0 * year.value,
        volume.ratio
    );
    let mut evidence = vec![
        Evidence::Text(format!(
            "Close {:.2} on {date} against {:.2} on {}, the last session of the year before: \
             {:+.2} %.",
            year.close,
            year.base_close,
            year.base_date,
            100.0 * year.value
        )),
        Evidence::Text(format!(
            "Shares of the index fund traded: {:.1} million, {:.2} times the median of the {} \
             sessions before; {}.",
            volume.volume / 1e6,
            volume.ratio,
            volume.window,
            volume.percentile.map_or_else(
                || "its rank is not known".to_owned(),
                |p| format!(
                    "{:.0} % of the {} sessions before had a lower ratio",
                    100.0 * p,
                    volume.n_ratios
                )
            )
        )),
    ];
    let closes = market.russell.closes();
    let axis = market.russell.axis();
    let first = axis.first_on_or_after(date).unwrap_or(0);
    let reached = (first..axis.len()).find(|row| closes[*row] >= (1.0 + CLAIMED) * year.base_close);
    evidence.push(Evidence::Text(match reached {
        Some(row) => format!(
            "The index first closed 15 % up on the year on {}, {} sessions later.",
            axis.date(row),
            row - first
        ),
        None => format!("By {} the index had not closed 15 % up on the year.", axis.last()),
    }));
    evidence.push(Evidence::Text(
        "Broad participation cannot be tested: the tables hold no constituents of the index."
            .to_owned(),
    ));
    Ok(Claim {
        id: "C2",
        statement: "By then it was up about 15 % since the start of the year, on huge volume and \
                    broad participation.",
        rule: format!(
            "supported where the year-to-date return is within {:.1} points of 15 % and volume at \
             least {HUGE} times its median; refuted where neither holds; else undecided",
            100.0 * ABOUT
        ),
        judgement: Judgement { verdict, because },
        evidence,
    })
}
