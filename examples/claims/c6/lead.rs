//! Who leads, cell by cell.

use eventstudy::Result;
use eventstudy::context::{LeadLagReading, LeadLagVerdicts, ReturnFrequency};
use eventstudy::report::{Align, Table, p_value};
use eventstudy::study::{Judgement, Verdict};

use crate::claim::verdict_rule;
use crate::ordinary::POWER;

pub(super) fn lead(verdicts: &LeadLagVerdicts) -> Judgement {
    use LeadLagReading::{Feedback, FirstLeads, SecondLeads};
    let n = verdicts.cells.len();
    let (first, second, both) =
        (verdicts.count(FirstLeads), verdicts.count(SecondLeads), verdicts.count(Feedback));
    let verdict = if verdicts.agreement() == Some(FirstLeads) {
        Verdict::Supported
    } else if second + both == n {
        Verdict::Refuted
    } else {
        Verdict::Undecided
    };
    let because = format!(
        "of {n} cells the Russell alone leads BTC in {first}, BTC alone in {second}, both in {both}"
    );
    Judgement { verdict, because }
}

pub(super) fn readings(verdicts: &[LeadLagVerdicts]) -> Table {
    use LeadLagReading::{Feedback, FirstLeads, Neither, SecondLeads};
    let mut table = Table::new([
        ("coin", Align::Left),
        ("cells", Align::Right),
        ("Russell alone", Align::Right),
        ("coin alone", Align::Right),
        ("both", Align::Right),
        ("neither", Align::Right),
    ]);
    for of in verdicts {
        let mut row = vec![of.second.clone(), of.cells.len().to_string()];
        row.extend([FirstLeads, SecondLeads, Feedback, Neither].map(|r| of.count(r).to_string()));
        table.row(row);
    }
    table
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
        ("largest", Align::Right),
        ("at lag", Align::Right),
        ("p with search", Align::Right),
    ]);
    for of in verdicts {
        for cell in &of.cells {
            let (russell, coin) = (&cell.granger.first_leads, &cell.granger.second_leads);
            let detectable =
                russell.sum.minimum_detectable(POWER, verdict_rule().significance())?;
            let frequency = match cell.frequency {
                ReturnFrequency::Weekly => "weekly",
                ReturnFrequency::Session => "session",
            };
            table.row([
                of.second.clone(),
                frequency.to_owned(),
                cell.alignment.name().to_owned(),
                format!("{} ({})", cell.crises, cell.n_left_out),
                cell.granger.n_observations.to_string(),
                p_value(russell.test.p_f),
                format!("{:+.2}", russell.sum.estimate),
                format!("{detectable:.2}"),
                p_value(coin.test.p_f),
                format!("{:+.2}", cell.peak.correlation),
                cell.peak.lag.to_string(),
                cell.peak.search_p_value.map_or_else(|| "–".to_owned(), p_value),
            ]);
        }
    }
    Ok(table)
}
