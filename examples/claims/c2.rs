//! C2: how far and on what volume.
//!
//! The claim needs all of its three facts: one that is not so refutes it. Revised after results had been
//! seen: one false fact of two left it undecided, and the third, which the tables cannot test, played
//! no part.

use eventstudy::Result;
use eventstudy::context::{volume_ratio, year_to_date};
use eventstudy::report::{Align, Cell, Table, fraction};
use eventstudy::study::{Judgement, Verdict};

use crate::claim::{Claim, Evidence, fine_percent, two_decimals};
use crate::market::{Market, level_event};

/// The figure of the claim, and how near counts as "about".
const CLAIMED: f64 = 0.15;
const ABOUT: f64 = 0.025;
/// Volume this many times its trailing median would be huge.
const HUGE: f64 = 1.5;
const MEDIAN_SESSIONS: usize = 50;
const HISTORY_SESSIONS: usize = 250;
/// Other lengths of that median.
const OTHER_MEDIANS: [usize; 4] = [20, 100, 150, 250];

pub(crate) fn claim(market: &Market) -> Result<Claim> {
    let date = level_event(&market.russell)?.dates()[0];
    let year = year_to_date(&market.russell, date, 0)?;
    let volume = volume_ratio(&market.russell, date, MEDIAN_SESSIONS, HISTORY_SESSIONS)?;
    let far_enough = (year.value - CLAIMED).abs() <= ABOUT;
    let huge = volume.ratio >= HUGE;
    let of_fact = |holds| if holds { Verdict::Supported } else { Verdict::Refuted };
    // The tables hold no constituents, so that broad participation is neither.
    let verdict = Verdict::all_of([of_fact(far_enough), of_fact(huge), Verdict::Undecided]);
    let because = format!(
        "on {date} the index stood {:+.2} % on the year and traded {:.2} times its median volume",
        100.0 * year.value,
        volume.ratio
    );
    let mut of_year = Table::new([
        ("date", Align::Left),
        ("close", Align::Right),
        ("last session of the year before", Align::Left),
        ("its close", Align::Right),
        ("year to date", Align::Right),
        ("first close 15 % up", Align::Left),
        ("sessions later", Align::Right),
    ]);
    let closes = market.russell.closes();
    let axis = market.russell.axis();
    let first = axis.first_on_or_after(date).unwrap_or(0);
    let reached = (first..axis.len()).find(|row| closes[*row] >= (1.0 + CLAIMED) * year.base_close);
    of_year.row([
        Cell::from(date.to_string()),
        Cell::number(year.close, two_decimals),
        Cell::from(year.base_date.to_string()),
        Cell::number(year.base_close, two_decimals),
        Cell::number(year.value, fine_percent),
        Cell::from(
            reached.map_or_else(
                || format!("not by {}", axis.last()),
                |row| axis.date(row).to_string(),
            ),
        ),
        reached.map_or_else(Cell::none, |row| Cell::from((row - first).to_string())),
    ]);
    let mut of_volume = Table::new([
        ("date", Align::Left),
        ("shares traded, million", Align::Right),
        ("sessions of the median", Align::Right),
        ("volume / median", Align::Right),
        ("sessions before with less", Align::Right),
        ("of", Align::Right),
    ]);
    for window in [MEDIAN_SESSIONS].into_iter().chain(OTHER_MEDIANS) {
        let found = volume_ratio(&market.russell, date, window, HISTORY_SESSIONS)?;
        of_volume.row([
            Cell::from(date.to_string()),
            Cell::number(found.volume / 1e6, |x| format!("{x:.1}")),
            Cell::from(window.to_string()),
            Cell::number(found.ratio, two_decimals),
            Cell::optional(found.percentile, fraction),
            Cell::from(found.n_ratios.to_string()),
        ]);
    }
    let mut evidence = vec![
        Evidence::Measured(
            "The return of the index since the last close of 2025, and the volume of its fund against \
             the median of the sessions before. Facts of the prices: there is no interval, no p-value \
             and no power."
                .to_owned(),
        ),
        Evidence::Table("The year to date", of_year),
        Evidence::Table("Volume of the index fund, the first row by the rule", of_volume),
    ];
    evidence.push(Evidence::Text(
        "Broad participation cannot be tested: the tables hold no constituents of the index."
            .to_owned(),
    ));
    Ok(Claim {
        id: "C2",
        statement: "By then it was up about 15 % since the start of the year, on huge volume and \
                    broad participation.",
        rule: format!(
            "refuted where the year-to-date return is not within {:.1} points of 15 %, or volume not at \
             least {HUGE} times its median; else undecided, since broad participation cannot be tested",
            100.0 * ABOUT
        ),
        revised: Some("refuted where neither held, supported where both did"),
        judgement: Judgement { verdict, because },
        evidence,
    })
}
