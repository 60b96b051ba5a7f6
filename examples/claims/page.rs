//! What the reader sees: terminal text, a Markdown report, every table as CSV, and the outcomes as
//! JSON.

use std::path::Path;

use eventstudy::report::{
    Align, Cell, Table, count, exclusion_counts, exclusions, percent_interval, response_tests,
    write_text,
};
use eventstudy::study::{Judgement, Outcome};
use eventstudy::{Error, Result};
use serde::Serialize;

use crate::claim::{Claim, Evidence, reasons};
use crate::figure::figure_table;
use crate::market::{Market, NamedEvents};
use crate::robust::Robustness;
use crate::studies::{LAGS, Run, WHOLE, lag};
use crate::tables::Tables;
use crate::trace::Line;

/// How a table and a heading look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Terminal,
    Markdown,
}

/// A page as it grows, with its tables.
struct Sheet {
    style: Style,
    text: String,
    tables: Tables,
}

impl Sheet {
    fn new(style: Style) -> Self {
        Self { style, text: String::new(), tables: Tables::default() }
    }

    fn heading(&mut self, level: usize, text: &str) {
        let marks = "#".repeat(level);
        let line = match self.style {
            Style::Terminal if level == 1 => {
                format!("\n{text}\n{}", "=".repeat(text.chars().count()))
            }
            Style::Terminal => format!("\n{text}"),
            Style::Markdown => format!("\n{marks} {text}\n"),
        };
        self.line(&line);
    }

    fn line(&mut self, text: &str) {
        self.text += text;
        self.text.push('\n');
    }

    /// A table under its heading, with the name of its file.
    fn table(&mut self, section: &str, title: &str, table: &Table) {
        let file = self.tables.add(section, title, table);
        match self.style {
            Style::Terminal => {
                self.heading(2, &format!("{title} [{file}]"));
                self.text += &table.to_text();
            }
            Style::Markdown => {
                self.heading(2, title);
                self.text += &table.to_markdown();
                self.line(&format!("\n[{file}]({file})"));
            }
        }
    }
}

/// Everything that is printed and written.
pub(crate) struct Page<'a> {
    pub(crate) market: &'a Market,
    pub(crate) sets: &'a [NamedEvents],
    /// In their order.
    pub(crate) claims: &'a [Claim],
    pub(crate) runs: &'a [Run],
    pub(crate) robustness: &'a Robustness,
    /// Verdicts and reasons under each seed.
    pub(crate) seeds: Table,
    pub(crate) charts: &'a [String],
}

impl Page<'_> {
    pub(crate) fn terminal(&self) -> String {
        let mut sheet = Sheet::new(Style::Terminal);
        self.body(&mut sheet);
        sheet.text
    }

    /// The verdicts as they are printed, for the test that their numbers have tables.
    pub(crate) fn lines(&self) -> Vec<Line> {
        let line = |claim: &Claim| Line {
            id: claim.id.to_owned(),
            because: claim.judgement.because.clone(),
            rule: claim.rule.clone(),
        };
        self.claims.iter().map(line).collect()
    }

    fn body(&self, sheet: &mut Sheet) {
        sheet.heading(1, "Verdicts");
        for claim in self.claims {
            let Judgement { verdict, because } = &claim.judgement;
            let line = match sheet.style {
                Style::Terminal => {
                    format!("{:<4} {:<10} {}", claim.id, verdict.to_string(), claim.statement)
                }
                Style::Markdown => {
                    format!("- **{} {verdict}**: {} *{because}.*", claim.id, claim.statement)
                }
            };
            sheet.line(&line);
        }
        for claim in self.claims {
            section(sheet, claim);
        }
        sheet.heading(1, "Breakouts of the Russell 2000");
        for set in self.sets {
            sheet.table("events", &format!("Events: {}", set.name), &reasons(&set.events));
        }
        sheet.heading(1, "How to read the tables");
        sheet.text += &legend(self.runs);
        sheet.heading(1, "Corrected prices");
        sheet.text += &corrected(self.robustness);
        if self.robustness.table.n_rows() > 0 {
            let title = "Corrections that move an estimate";
            sheet.table("prices", title, &self.robustness.table);
        }
        sheet.heading(1, "Exclusions");
        sheet.text += "Altcoins, and events whose windows the prices do not reach:\n";
        let outcomes = self.runs.first().map_or(&[][..], |r| &r.outcomes);
        for (set, outcome) in self.sets.iter().zip(outcomes) {
            sheet.table(
                "exclusions",
                &format!("Left out: {}", set.name),
                &exclusion_counts(outcome),
            );
        }
    }

    /// Writes report, tables and outcomes.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let mut sheet = Sheet::new(Style::Markdown);
        sheet.line("# Russell 2000 breakouts and crypto");
        for chart in self.charts {
            sheet.line(&format!("\n![{chart}]({chart})"));
        }
        self.body(&mut sheet);
        if let Some(outcome) = self.runs.first().and_then(|r| r.outcomes.first()) {
            let tests = response_tests(outcome);
            sheet.table("tests", "Tests over responses, altcoins, base ≥ 250", &tests);
            sheet.table("exclusions", "Who was left out", &exclusions(outcome));
            let (from, to) = LAGS[WHOLE];
            let title = format!("Intervals of the mean over [{from},{to}) months, 95 %");
            sheet.table("intervals", &title, &intervals(outcome));
        }
        sheet.table("seeds", "Verdicts and seeds", &self.seeds);
        sheet.heading(2, "Inputs");
        for input in &self.market.inputs {
            let (path, sha256) = (input.path.display(), &input.sha256);
            sheet.line(&format!("- `{path}` SHA-256 `{sha256}`"));
        }
        sheet.line(&format!(
            "\nSeed {}. The tables are listed in [tables.csv](tables.csv).",
            self.market.seed
        ));
        sheet.tables.write(folder)?;
        write_text(folder.join("report.md"), &sheet.text)?;
        write_text(folder.join("outcome.json"), &self.json()?)
    }

    fn json(&self) -> Result<String> {
        let of_claim = |c: &'_ Claim| ClaimRecord {
            id: c.id,
            statement: c.statement,
            rule: c.rule.clone(),
            judgement: c.judgement.clone(),
        };
        let of_run = |run: &Run| {
            let pairs = run.outcomes.iter().zip(self.sets);
            let records = pairs.map(|(outcome, set)| RunRecord {
                specification: run.label(),
                events: set.name,
                outcome: outcome.clone().with_inputs(self.market.inputs.clone()),
            });
            records.collect::<Vec<_>>()
        };
        let document = Document {
            format: 1,
            seed: self.market.seed,
            claims: self.claims.iter().map(of_claim).collect(),
            runs: self.runs.iter().flat_map(of_run).collect(),
        };
        let mut json = serde_json::to_string_pretty(&document)
            .map_err(|source| Error::Serialise { what: "the claims", source })?;
        json.push('\n');
        Ok(json)
    }
}

/// The section of a claim: statement, verdict with its rule, what was measured, and the evidence.
fn section(sheet: &mut Sheet, claim: &Claim) {
    sheet.heading(1, &format!("{}: {}", claim.id, claim.judgement.verdict));
    sheet.line(&format!("{}\n", claim.statement));
    sheet.line(&format!("Because {}.", claim.judgement.because));
    sheet.line(&format!("Rule: {}.", claim.rule));
    for evidence in &claim.evidence {
        match evidence {
            Evidence::Measured(text) => sheet.line(&format!("\nMeasured: {text}")),
            Evidence::Text(text) => sheet.line(&format!("\n{text}")),
            Evidence::Figures(figures) => {
                let title = "Estimates, p-values and power";
                sheet.table(claim.id, title, &figure_table(figures));
            }
            Evidence::Table(title, table) => sheet.table(claim.id, title, table),
        }
    }
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
     data. *Sign-flip p* is exact; *event-level p* is that of abnormal returns about zero, and of other \
     measures about their mean on ordinary dates, marked (!) where windows of events overlap, so that \
     they are not independent and it is too small. *t p* is a t-test over event dates. *Cross-sectional p* takes every coin for \
     independent: marked (!) where coins share dates, it is far too small and stands here for \
     comparison alone. *Detectable* is the smallest excess that would be found with 80 % power.\n",
        format_args!("{periods:.0}")
    )
}

fn corrected(robustness: &Robustness) -> String {
    format!(
        "{} prices were dropped or repaired; {} times one of them touches the windows of an event. \
         Undone one at a time, for the altcoins (all event sets, and the dates of 2017 and 2021 alone) \
         and for ETH, against the placebo dates of the corrected prices, they move the mean of a lag and event set by at most {:.1} \
         points and change {} verdicts.\n",
        count(robustness.n_corrections),
        count(robustness.n_relevant),
        100.0 * robustness.largest,
        robustness.n_flips
    )
}

/// The JSON of a whole run.
#[derive(Serialize)]
struct Document {
    format: u32,
    seed: u64,
    claims: Vec<ClaimRecord>,
    runs: Vec<RunRecord>,
}

#[derive(Serialize)]
struct ClaimRecord {
    id: &'static str,
    statement: &'static str,
    rule: String,
    judgement: Judgement,
}

#[derive(Serialize)]
struct RunRecord {
    specification: String,
    events: &'static str,
    outcome: Outcome,
}

/// Every interval of the whole lag side by side.
fn intervals(outcome: &Outcome) -> Table {
    let mut table =
        Table::new([("interval", Align::Left), ("95 %", Align::Right), ("note", Align::Left)]);
    let mut add = |name: &str, ends: Option<(f64, f64)>, note: &str| {
        let cell = |(lower, upper)| Cell::interval(lower, upper, percent_interval);
        table.row([Cell::from(name), ends.map_or_else(Cell::none, cell), Cell::from(note)]);
    };
    let Some(w) = lag(outcome, WHOLE) else { return table };
    if let Some(t) = &w.event_t {
        add("t over event dates", Some((t.lower, t.upper)), "");
    }
    if let Some(b) = &w.event_bootstrap {
        let ends = (b.percentile.lower, b.percentile.upper);
        add("percentile over event dates", Some(ends), "");
    }
    if let Some(fault) = &w.event_bootstrap_fault {
        add("percentile over event dates", None, &format!("it {fault}"));
    }
    if let Some(p) = &w.placebo {
        let ends = p.equal_tailed.and_then(|interval| interval.ends());
        add("excess over placebo dates", ends, &format!("{} sets", count(p.n_sets)));
    }
    table
}
