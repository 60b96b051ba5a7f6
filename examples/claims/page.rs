//! What the reader sees: terminal text, a Markdown report, every table as CSV, and the outcomes as
//! JSON.

use std::path::Path;

use chrono::NaiveDate;
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
use crate::robust::{Robustness, points};
use crate::seeds::Seeds;
use crate::settings;
use crate::sheet::{Piece, Sheet, Style};
use crate::studies::{LAGS, Run, WHOLE, lag};
use crate::trace::SETTINGS;

/// The section of the table of statements and rules.
const RULES: &str = "rules";
const SEEDS: &str = "Verdicts and seeds";

/// Everything that is printed and written.
pub(crate) struct Page<'a> {
    pub(crate) market: &'a Market,
    pub(crate) sets: &'a [NamedEvents],
    /// In their order.
    pub(crate) claims: &'a [Claim],
    pub(crate) runs: &'a [Run],
    pub(crate) robustness: &'a Robustness,
    pub(crate) seeds: &'a Seeds,
    pub(crate) charts: &'a [String],
}

impl Page<'_> {
    pub(crate) fn terminal(&self) -> Result<Sheet> {
        let mut sheet = Sheet::new(Style::Terminal);
        self.body(&mut sheet)?;
        Ok(sheet)
    }

    fn body(&self, sheet: &mut Sheet) -> Result<()> {
        sheet.part("Verdicts", "Verdicts");
        for claim in self.claims {
            verdict(sheet, claim);
        }
        sheet.line(&[Piece::mark("\n"), Piece::of(&revised(self.claims), &[RULES])]);
        sheet.file(RULES, "Statements and rules", &settings::rules(self.claims));
        for claim in self.claims {
            section(sheet, claim);
        }
        sheet.part("Breakouts of the Russell 2000", "Breakouts of the Russell 2000");
        for set in self.sets {
            sheet.table("events", &format!("Events: {}", set.name), &reasons(&set.events));
        }
        sheet.part("How to read the tables", "How to read the tables");
        let periods = periods(self.runs);
        sheet.line(&[Piece::of(&legend(periods), &["reading", SETTINGS])]);
        sheet.table("reading", "How much the placebo dates can tell", &effective(periods));
        let settings = settings::table(self.market, self.first_day(), &self.seeds.all())?;
        sheet.table(SETTINGS, "What was set beforehand", &settings);
        sheet.part("Corrected prices", "Corrected prices");
        sheet.line(&[Piece::of(&corrected(self.robustness), &["prices"])]);
        sheet.table("prices", "Corrections undone one at a time", &self.robustness.judged);
        if self.robustness.table.n_rows() > 0 {
            let title = "Corrections that move an estimate";
            sheet.table("prices", title, &self.robustness.table);
        }
        sheet.part("Seeds", "Seeds");
        sheet.line(&[Piece::of(&self.seeds.in_words(), &["seeds"])]);
        match sheet.style() {
            Style::Terminal => sheet.file("seeds", SEEDS, &self.seeds.table()),
            Style::Markdown => sheet.table("seeds", SEEDS, &self.seeds.table()),
        }
        sheet.part("Exclusions", "Exclusions");
        sheet.line(&[Piece::mark("Altcoins, and events whose windows the prices do not reach:")]);
        let outcomes = self.runs.first().map_or(&[][..], |r| &r.outcomes);
        for (set, outcome) in self.sets.iter().zip(outcomes) {
            sheet.table(
                "exclusions",
                &format!("Left out: {}", set.name),
                &exclusion_counts(outcome),
            );
        }
        Ok(())
    }

    /// The first day on which a pseudo-event may fall.
    fn first_day(&self) -> NaiveDate {
        self.sets.first().and_then(|set| set.placebo.from).unwrap_or(NaiveDate::MIN)
    }

    /// Writes report, tables and outcomes, and answers the report.
    pub(crate) fn write(&self, folder: &Path) -> Result<Sheet> {
        let mut sheet = Sheet::new(Style::Markdown);
        sheet.part("Russell 2000 breakouts and crypto", "Russell 2000 breakouts and crypto");
        for chart in self.charts {
            sheet.chart(chart);
        }
        self.body(&mut sheet)?;
        if let Some(outcome) = self.runs.first().and_then(|r| r.outcomes.first()) {
            let tests = response_tests(outcome);
            sheet.table("tests", "Tests over responses, altcoins, base ≥ 250", &tests);
            sheet.table("exclusions", "Who was left out", &exclusions(outcome));
            let (from, to) = LAGS[WHOLE];
            let title = format!("Intervals of the mean over [{from},{to}) months, 95 %");
            sheet.table("intervals", &title, &intervals(outcome));
        }
        sheet.part("Inputs", "Inputs");
        sheet.table("inputs", "Files and their checksums", &settings::inputs(self.market));
        let seed = format!("Seed {}. ", self.market.seed);
        sheet.line(&[
            Piece::mark("\n"),
            Piece::of(&seed, &[SETTINGS]),
            Piece::mark("The tables are listed in [tables.csv](tables.csv)."),
        ]);
        sheet.tables().write(folder)?;
        write_text(folder.join("report.md"), sheet.text())?;
        write_text(folder.join("outcome.json"), &self.json()?)?;
        Ok(sheet)
    }

    fn json(&self) -> Result<String> {
        let of_claim = |c: &'_ Claim| ClaimRecord {
            id: c.id,
            statement: c.statement,
            rule: c.rule.clone(),
            revised: c.revised,
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

/// The line of a claim.
fn verdict(sheet: &mut Sheet, claim: &Claim) {
    let Judgement { verdict, because } = &claim.judgement;
    let (id, verdict) = (claim.id, verdict.to_string());
    let statement = Piece::of(claim.statement, &[RULES]);
    let of_claim = [id, SETTINGS];
    match sheet.style() {
        Style::Terminal => {
            sheet.line_of(id, &[Piece::mark(&format!("{id:<4} {verdict:<10} ")), statement]);
        }
        Style::Markdown => sheet.line_of(
            id,
            &[
                Piece::mark(&format!("- **{id} {verdict}**: ")),
                statement,
                Piece::mark(" *"),
                Piece::of(because, &of_claim),
                Piece::mark(".*"),
            ],
        ),
    }
}

/// The section of a claim: statement, verdict with its rule, what was measured, and the evidence.
///
/// What the verdict rests on is looked for in the tables of the claim; statement, rule and explanations may
/// also take a number from where the rules are written down.
fn section(sheet: &mut Sheet, claim: &Claim) {
    let id = claim.id;
    sheet.part(id, &format!("{id}: {}", claim.judgement.verdict));
    let (found, said) = ([id, SETTINGS], [id, SETTINGS, RULES]);
    sheet.line(&[Piece::of(claim.statement, &[RULES]), Piece::mark("\n")]);
    let because = Piece::of(&claim.judgement.because, &found);
    sheet.line(&[Piece::mark("Because "), because, Piece::mark(".")]);
    sheet.line(&[Piece::mark("Rule: "), Piece::of(&claim.rule, &[RULES]), Piece::mark(".")]);
    if let Some(before) = claim.revised {
        let before = Piece::of(before, &[RULES]);
        sheet.line(&[
            Piece::mark("Revised after results had been seen. Before: "),
            before,
            Piece::mark("."),
        ]);
    }
    for evidence in &claim.evidence {
        match evidence {
            Evidence::Measured(text) => {
                sheet.line(&[Piece::mark("\nMeasured: "), Piece::of(text, &said)]);
            }
            Evidence::Text(text) => sheet.line(&[Piece::mark("\n"), Piece::of(text, &said)]),
            Evidence::Figures(figures) => {
                let title = "Estimates, p-values and power";
                sheet.table(id, title, &figure_table(figures));
            }
            Evidence::Table(title, table) => sheet.table(id, title, table),
        }
    }
}

/// Which rules are not those that stood before any result.
fn revised(claims: &[Claim]) -> String {
    let revised = claims.iter().filter(|claim| claim.revised.is_some());
    let ids: Vec<&str> = revised.map(|claim| claim.id).collect();
    match &ids[..] {
        [] => "No rule was changed after results had been seen.".to_owned(),
        [one] => format!("The rule of {one} was changed after results had been seen; it says how."),
        [all @ .., last] => format!(
            "The rules of {} and {last} were changed after results had been seen; each says what it \
             was before.",
            all.join(", ")
        ),
    }
}

/// Windows of three months that lie side by side on the placebo dates.
fn periods(runs: &[Run]) -> f64 {
    let first = runs.first().and_then(|r| lag(&r.outcomes[0], WHOLE)?.placebo.as_ref());
    first.map_or(0.0, |p| p.effective_periods)
}

fn effective(periods: f64) -> Table {
    let mut table = Table::new([("what", Align::Left), ("number", Align::Right)]);
    let shown = |n: f64| format!("{n:.0}");
    let what = "windows of three months side by side";
    table.row([Cell::from(what), Cell::number(periods, shown)]);
    table
}

fn legend(periods: f64) -> String {
    format!(
        "The unit is the event date: all coins of one date are one draw. *Abnormal return* is the mean \
     over event dates of the event portfolio; *placebo mean* is what the same study earns on other \
     dates since 2016, as far apart as the rule puts its events, whose own dates are among them \
     (where windows of events overlap: the pattern of their dates, shifted), which is not zero; \
     *excess* is their difference, with the equal-tailed interval and the one-sided p-value from the \
     placebo test on which verdicts rest; *placebo p* is the two-sided one. Of one event *studentised p* \
     compares the value over its own daily variation with those of ordinary dates, and *rank p* the \
     value as it is. An effect is *detectable* where it is spread over the days of a lag. \
     *Effective* is the number of independent assets that would carry as much as those there are, \
     which are more by the *design effect*; *one date left out* is the range of the mean without one of \
     its event dates. A p-value cannot fall below the figure in brackets; with \
     some {} windows of three months side by side, that of single placebo dates is finer than the \
     data. *Sign-flip p* is exact; *event-level p* is that of abnormal returns about zero, and of other \
     measures about their mean on ordinary dates, marked (!) where windows of events overlap, so that \
     they are not independent and it is too small. *t p* is a t-test over event dates. *Cross-sectional p* takes every coin for \
     independent: marked (!) where coins share dates, it is far too small and stands here for \
     comparison alone. *Detectable* is the smallest excess that would be found with 80 % power.",
        format_args!("{periods:.0}")
    )
}

fn corrected(robustness: &Robustness) -> String {
    let all = &robustness.all;
    format!(
        "{} prices were dropped or repaired; {} times one of them touches the windows of an event. \
         Undone one at a time, for the altcoins (all event sets, and the first and the second event \
         alone) and for ETH, against the placebo dates of the corrected prices, they move the mean \
         of a lag and event set by at most {} points and change {} verdicts.",
        count(robustness.n_corrections),
        count(all.n_relevant),
        points(all.largest),
        all.n_flips
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
    revised: Option<&'static str>,
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
