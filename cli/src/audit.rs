//! `eventstudy audit`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use eventstudy::panel::{Audit, AuditOptions, CsvOptions, Finding, PricePanel, Seam};
use eventstudy::report::{Align, Table, count};
use serde::Serialize;

use crate::arguments::{self, Global};
use crate::failure::{Failure, print};
use crate::output::drawn;
use crate::rule;

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    file: &'a Path,
    n_assets: usize,
    n_dates: usize,
    counts: BTreeMap<&'static str, usize>,
    findings: &'a [Finding],
}

pub(crate) fn audit(
    options: &arguments::AuditOptions,
    global: &Global,
) -> Result<ExitCode, Failure> {
    if let Some(fault) = rule::of_study_file(&options.prices) {
        let path = options.prices.display();
        return Err(Failure::Usage(format!(
            "{path}: {fault}; `eventstudy check {path}` looks at the prices of a study"
        )));
    }
    let mut csv = CsvOptions::default();
    csv.layout = options.layout;
    csv.price_column.clone_from(&options.price_column);
    if !options.assets.is_empty() {
        csv = csv.assets(options.assets.clone());
    }
    let panel = PricePanel::from_csv_path_with(&options.prices, &csv)?;
    let audit = panel.audit(&thresholds(options)?)?;
    let report = Report {
        file: &options.prices,
        n_assets: panel.n_assets(),
        n_dates: panel.n_dates(),
        counts: audit.counts().into_iter().collect(),
        findings: audit.findings(),
    };
    if global.json {
        let text = serde_json::to_string_pretty(&report)
            .map_err(|source| eventstudy::Error::Serialise { what: "the audit", source })?;
        print(&(text + "\n"))?;
    } else {
        print(&tables(&report, &panel, &audit))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn thresholds(options: &arguments::AuditOptions) -> Result<AuditOptions, Failure> {
    let mut thresholds = AuditOptions::default();
    if let Some(path) = &options.seams {
        thresholds.seams = Seam::from_csv_path(path)?;
    }
    thresholds.jump_factor = options.jump_factor;
    thresholds.jump_deviations = options.jump_deviations.0;
    thresholds.reversal_rows = options.reversal_rows;
    thresholds.reversal_share = options.reversal_share;
    thresholds.stale_rows = options.stale_rows;
    thresholds.gap_rows = options.gap_rows;
    thresholds.seam_deviations = options.seam_deviations;
    Ok(thresholds)
}

fn tables(report: &Report<'_>, panel: &PricePanel, audit: &Audit) -> String {
    let mut text = format!("{}: {}\n", report.file.display(), extent(panel));
    if audit.is_clean() {
        text += "nothing found\n";
        return text;
    }
    let _ = writeln!(text, "{}\n", in_words(audit));
    let mut table = Table::new(["asset", "date", "kind", "finding"].map(|n| (n, Align::Left)));
    for finding in audit.findings() {
        table.row([
            finding.asset.clone(),
            finding.date.to_string(),
            finding.fault.name().replace('_', " "),
            finding.fault.to_string(),
        ]);
    }
    text + &drawn(&table)
}

/// What a panel holds: `370 assets on 4863 dates, 2013-04-28 to 2026-08-20`.
pub(crate) fn extent(panel: &PricePanel) -> String {
    let (n_assets, n_dates) = (panel.n_assets(), panel.n_dates());
    let assets = if n_assets == 1 { "asset" } else { "assets" };
    let (first, last) = (panel.axis().first(), panel.axis().last());
    format!("{n_assets} {assets} on {n_dates} dates, {first} to {last}")
}

/// How many findings there are of each kind: `1 jump, 2 stale runs`.
pub(crate) fn in_words(audit: &Audit) -> String {
    let in_words = audit.counts().into_iter().map(|(kind, n)| {
        let plural = if n == 1 { "" } else { "s" };
        format!("{} {}{plural}", count(n), kind.replace('_', " "))
    });
    in_words.collect::<Vec<_>>().join(", ")
}
