//! Who leads, cell by cell.

use eventstudy::Result;
use eventstudy::context::{
    BarAlignment, LeadLagCell, LeadLagReading, LeadLagVerdicts, ReturnFrequency,
};
use eventstudy::report::{Align, Cell, Table, p_value};
use eventstudy::study::{Judgement, Verdict};

use super::beta;
use crate::claim::verdict_rule;
use crate::figure::{Figure, POWER, Unit};

/// Cells in which the Russell alone leads by session returns with the bar of the previous day, where
/// most of a day that it has seen and the coin's bar has not would look like a lead.
fn n_by_the_clock(verdicts: &LeadLagVerdicts) -> usize {
    let by_clock = |cell: &&LeadLagCell| {
        cell.reading == LeadLagReading::FirstLeads
            && cell.frequency == ReturnFrequency::Session
            && cell.alignment == BarAlignment::PreviousDay
    };
    verdicts.cells.iter().filter(by_clock).count()
}

pub(super) fn lead(verdicts: &LeadLagVerdicts) -> Judgement {
    use LeadLagReading::{Feedback, FirstLeads, SecondLeads};
    let n = verdicts.cells.len();
    let (first, second, both) =
        (verdicts.count(FirstLeads), verdicts.count(SecondLeads), verdicts.count(Feedback));
    let verdict = if verdicts.agreement() == Some(FirstLeads) {
        Verdict::Supported
    } else if n > 0 && second + both == n {
        Verdict::Refuted
    } else {
        Verdict::Undecided
    };
    let [against, against_coin] = verdicts.count_against_the_sign();
    let because = format!(
        "of {n} cells the Russell alone leads BTC in {first}, {} of these by sessions against the \
         previous day's bar, where the clock alone leans that way; BTC alone in {second}, both in {both}; \
         not counted, since the other fell after a rise: Russell {against}, BTC {against_coin}",
        n_by_the_clock(verdicts)
    );
    Judgement { verdict, because }
}

pub(super) fn readings(verdicts: &[LeadLagVerdicts]) -> Table {
    use LeadLagReading::{Feedback, FirstLeads, Neither, SecondLeads};
    let mut table = Table::new([
        ("coin", Align::Left),
        ("cells", Align::Right),
        ("Russell alone", Align::Right),
        ("of these by sessions, previous day's bar", Align::Right),
        ("coin alone", Align::Right),
        ("both", Align::Right),
        ("neither", Align::Right),
        ("Russell's p ≤ 5 % against the sign", Align::Right),
        ("coin's p ≤ 5 % against the sign", Align::Right),
    ]);
    for of in verdicts {
        let mut row = vec![of.second.clone(), of.cells.len().to_string()];
        row.extend([FirstLeads, SecondLeads, Feedback, Neither].map(|r| of.count(r).to_string()));
        row.insert(3, n_by_the_clock(of).to_string());
        row.extend(of.count_against_the_sign().map(|n| n.to_string()));
        table.row(row);
    }
    table
}

fn frequency(cell: &LeadLagCell) -> &'static str {
    match cell.frequency {
        ReturnFrequency::Weekly => "weekly",
        ReturnFrequency::Session => "session",
    }
}

pub(super) fn cells(verdicts: &[LeadLagVerdicts]) -> Result<Table> {
    let mut table = Table::new([
        ("coin", Align::Left),
        ("returns", Align::Left),
        ("bar", Align::Left),
        ("left out", Align::Left),
        ("rows", Align::Right),
        ("Russell leads, p", Align::Right),
        ("sum", Align::Right),
        ("detectable", Align::Right),
        ("coin leads, p", Align::Right),
        ("sum", Align::Right),
        ("reading", Align::Left),
        ("largest", Align::Right),
        ("at lag", Align::Right),
        ("p with search", Align::Right),
    ]);
    for of in verdicts {
        for cell in &of.cells {
            let (russell, coin) = (&cell.granger.first_leads, &cell.granger.second_leads);
            let detectable =
                russell.sum.minimum_detectable(POWER, verdict_rule().significance())?;
            table.row([
                Cell::from(of.second.as_str()),
                Cell::from(frequency(cell)),
                Cell::from(cell.alignment.name()),
                Cell::from(format!("{} ({})", cell.crises, cell.n_left_out)),
                Cell::from(cell.granger.n_observations.to_string()),
                Cell::number(russell.test.p_f, p_value),
                Cell::number(russell.sum.estimate, beta),
                Cell::number(detectable, beta),
                Cell::number(coin.test.p_f, p_value),
                Cell::number(coin.sum.estimate, beta),
                Cell::from(match cell.reading {
                    LeadLagReading::FirstLeads => "Russell leads",
                    LeadLagReading::SecondLeads => "coin leads",
                    LeadLagReading::Feedback => "both lead",
                    LeadLagReading::Neither => "neither leads",
                }),
                Cell::number(cell.peak.correlation, beta),
                Cell::from(cell.peak.lag.to_string()),
                Cell::optional(cell.peak.search_p_value, p_value),
            ]);
        }
    }
    Ok(table)
}

/// The sum of the Russell's coefficients in the cells of all returns.
pub(super) fn figures(verdicts: &LeadLagVerdicts) -> Result<Vec<Figure>> {
    let significance = verdict_rule().significance();
    let of_cell = |cell: &LeadLagCell| -> Result<Figure> {
        let lead = &cell.granger.first_leads;
        let sum = &lead.sum;
        Ok(Figure {
            measure: format!(
                "the Russell's lags on BTC, sum, {}, {}",
                frequency(cell),
                cell.alignment.name()
            ),
            unit: Unit::Ratio,
            estimate: Some(sum.estimate),
            excess: Some(sum.estimate),
            interval: Some(sum.interval(1.0 - significance, lead.test.denominator_df)?),
            detectable: Some(sum.minimum_detectable(POWER, significance)?),
            ..Figure::default()
        })
    };
    // Rules for crises follow one another, all returns first.
    let crises: Vec<&str> = verdicts.cells.iter().map(|c| c.crises.as_str()).collect();
    let all = |cell: &&LeadLagCell| crises.first().is_some_and(|first| *first == cell.crises);
    verdicts.cells.iter().filter(all).map(of_cell).collect()
}
