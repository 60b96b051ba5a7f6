//! What the reader sees: terminal text, a Markdown report, and the outcomes as JSON.

use std::fmt::Write as _;
use std::path::Path;

use eventstudy::report::{Table, count, exclusion_counts, exclusions, response_tests, write_text};
use eventstudy::study::{Judgement, Outcome};
use eventstudy::{Error, Result};
use serde::Serialize;

use crate::claim::{Claim, Evidence, interval_in_words, reasons};
use crate::market::{Market, NamedEvents};
use crate::robust::Robustness;
use crate::studies::{LAGS, Run, WHOLE, lag};

/// How a table and a heading look.
#[derive(Clone, Copy)]
enum Style {
    Terminal,
    Markdown,
}

impl Style {
    fn heading(self, level: usize, text: &str) -> String {
        match self {
            Self::Terminal if level == 1 => {
                format!("\n{text}\n{}\n", "=".repeat(text.chars().count()))
            }
            Self::Terminal => format!("\n{text}\n"),
            Self::Markdown => format!("\n{} {text}\n\n", "#".repeat(level)),
        }
    }

    fn table(self, table: &Table) -> String {
        match self {
            Self::Terminal => table.to_text(),
            Self::Markdown => table.to_markdown(),
        }
    }
}

pub(crate) fn terminal(
    sets: &[NamedEvents],
    claims: &[Claim],
    runs: &[Run],
    robustness: &Robustness,
) -> String {
    body(Style::Terminal, sets, claims, runs, robustness)
}

fn body(
    style: Style,
    sets: &[NamedEvents],
    claims: &[Claim],
    runs: &[Run],
    robustness: &Robustness,
) -> String {
    let mut out = style.heading(1, "Breakouts of the Russell 2000");
    for set in sets {
        out += &style.heading(2, &format!("Events: {}", set.name));
        out += &style.table(&reasons(&set.events));
    }
    out += &style.heading(1, "Verdicts");
    for claim in claims {
        let _ = match style {
            Style::Terminal => writeln!(
                out,
                "{:<4} {:<10} {}",
                claim.id,
                claim.judgement.verdict.to_string(),
                claim.statement
            ),
            Style::Markdown => writeln!(
                out,
                "- **{} {}**: {} *{}.*",
                claim.id, claim.judgement.verdict, claim.statement, claim.judgement.because
            ),
        };
    }
    for claim in claims {
        out += &style.heading(1, &format!("{}: {}", claim.id, claim.judgement.verdict));
        let _ = writeln!(out, "{}\n", claim.statement);
        let _ = writeln!(out, "Because {}.", claim.judgement.because);
        let _ = writeln!(out, "Rule: {}.", claim.rule);
        for evidence in &claim.evidence {
            match evidence {
                Evidence::Text(text) => {
                    let _ = writeln!(out, "\n{text}");
                }
                Evidence::Table(title, table) => {
                    out += &style.heading(2, title);
                    out += &style.table(table);
                }
            }
        }
    }
    out += &style.heading(1, "How to read the tables");
    out += &legend(runs);
    out += &style.heading(1, "Corrected prices");
    out += &corrected(style, robustness);
    out += &style.heading(1, "Exclusions");
    out += "Altcoins, and events whose windows the prices do not reach:\n";
    for (set, outcome) in sets.iter().zip(runs.first().map_or(&[][..], |r| &r.outcomes)) {
        out += &style.heading(2, &format!("Events: {}", set.name));
        out += &style.table(&exclusion_counts(outcome));
    }
    out
}

fn legend(runs: &[Run]) -> String {
    let periods = runs
        .first()
        .and_then(|r| lag(&r.outcomes[0], WHOLE)?.placebo.as_ref())
        .map_or(0.0, |p| p.effective_periods);
    format!(
        "The unit is the event date: all coins of one date are one draw. *Abnormal return* is the mean \
     over event dates of the event portfolio; *placebo mean* is what the same study earns on other \
     dates since 2016, as far apart as the rule puts its events, whose own dates are among them \
     (where windows of events overlap: the pattern of their dates, shifted), which is not zero; \
     *excess* is their difference, with the equal-tailed interval and the one-sided p-value from the \
     placebo test on which verdicts rest; *placebo p* is the two-sided one. \
     *Effective* is the number of independent assets that would carry as much as those there are, \
     which are more by the *design effect*; *one date left out* is the range of the mean without one of \
     its event dates. A p-value cannot fall below the figure in brackets; with \
     some {} windows of three months side by side, that of single placebo dates is finer than the \
     data. *Sign-flip p* is exact. *t p* is a t-test over event dates. *Cross-sectional p* takes every coin for \
     independent: marked (!) where coins share dates, it is far too small and stands here for \
     comparison alone. *Detectable* is the smallest excess that would be found with 80 % power.\n",
        format_args!("{periods:.0}")
    )
}

fn corrected(style: Style, robustness: &Robustness) -> String {
    let mut out = format!(
        "{} prices were dropped or repaired; {} times one of them touches the windows of an event. \
         Undone one at a time, for the altcoins (all event sets, and the dates of 2017 and 2021 alone) \
         and for ETH, against the placebo dates of the corrected prices, they move the mean of a lag and event set by at most {:.1} \
         points and change {} verdicts.\n",
        count(robustness.n_corrections),
        count(robustness.n_relevant),
        100.0 * robustness.largest,
        robustness.n_flips
    );
    if robustness.table.n_rows() > 0 {
        out.push('\n');
        out += &style.table(&robustness.table);
    }
    out
}

/// The JSON of a whole run.
#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    claims: Vec<ClaimRecord<'a>>,
    runs: Vec<RunRecord<'a>>,
}

#[derive(Serialize)]
struct ClaimRecord<'a> {
    id: &'a str,
    statement: &'a str,
    rule: &'a str,
    judgement: &'a Judgement,
}

#[derive(Serialize)]
struct RunRecord<'a> {
    specification: String,
    events: &'a str,
    outcome: Outcome,
}

pub(crate) fn write(
    folder: &Path,
    market: &Market,
    sets: &[NamedEvents],
    claims: &[Claim],
    runs: &[Run],
    robustness: &Robustness,
    charts: &[String],
) -> Result<()> {
    let mut report = String::from("# Russell 2000 breakouts and crypto\n");
    for chart in charts {
        let _ = write!(report, "\n![{chart}]({chart})\n");
    }
    report += &body(Style::Markdown, sets, claims, runs, robustness);
    if let Some(outcome) = runs.first().and_then(|r| r.outcomes.first()) {
        report += "\n## Tests over responses, altcoins, base ≥ 250\n\n";
        report += &response_tests(outcome).to_markdown();
        report += "\n## Who was left out\n\n";
        report += &exclusions(outcome).to_markdown();
        report += "\n## Intervals of the primary specification\n\n";
        report += &intervals(outcome);
    }
    report += "\n## Inputs\n\n";
    for input in &market.inputs {
        let _ = writeln!(report, "- `{}` SHA-256 `{}`", input.path.display(), input.sha256);
    }
    write_text(folder.join("report.md"), &report)?;
    let document = Document {
        format: 1,
        claims: claims
            .iter()
            .map(|c| ClaimRecord {
                id: c.id,
                statement: c.statement,
                rule: &c.rule,
                judgement: &c.judgement,
            })
            .collect(),
        runs: runs
            .iter()
            .flat_map(|run| {
                run.outcomes.iter().zip(sets).map(|(outcome, set)| RunRecord {
                    specification: run.label(),
                    events: set.name,
                    outcome: outcome.clone().with_inputs(market.inputs.clone()),
                })
            })
            .collect(),
    };
    let mut json = serde_json::to_string_pretty(&document)
        .map_err(|source| Error::Serialise { what: "the claims", source })?;
    json.push('\n');
    write_text(folder.join("outcome.json"), &json)
}

/// Every interval of the whole lag side by side.
fn intervals(outcome: &Outcome) -> String {
    use eventstudy::report::percent_interval;
    let Some(w) = lag(outcome, WHOLE) else { return String::new() };
    let (from, to) = LAGS[WHOLE];
    let mut out = format!("Mean over [{from},{to}) months, 95 %:\n\n");
    if let Some(t) = &w.event_t {
        let _ = writeln!(out, "- t over event dates {}", percent_interval(t.lower, t.upper));
    }
    if let Some(b) = &w.event_bootstrap {
        let ends = percent_interval(b.percentile.lower, b.percentile.upper);
        let _ = writeln!(out, "- percentile over event dates {ends}");
    }
    if let Some(fault) = &w.event_bootstrap_fault {
        let _ = writeln!(out, "- no bootstrap over event dates: it {fault}");
    }
    if let Some(p) = &w.placebo {
        let _ = writeln!(out, "- excess over placebo dates {}", interval_in_words(p));
    }
    out
}
