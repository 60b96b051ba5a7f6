//! `eventstudy run`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use eventstudy::report;
use eventstudy::study::{
    InputFile, Outcome, OutputFormat, Progress, ProgressListener, SpecificationCurve, StudyFile,
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::arguments::{Global, RunOptions};
use crate::failure::{Failure, note, print};
use crate::output::{self, section};

pub(crate) fn run(options: &RunOptions, global: &Global) -> Result<ExitCode, Failure> {
    let file = study_file(&options.study, global)?;
    let folder = output::folder(&file, options.output.as_deref())?;
    let formats = file.tables.output.formats.clone();
    let loaded = file.load()?;
    if !global.quiet {
        compare_inputs(&options.study, &loaded.inputs);
    }
    let outcome = with_bar(global.quiet, |listener| loaded.run_with_progress(listener))?;
    if let Some(folder) = folder {
        for (path, text) in files(&folder, &formats, &outcome)? {
            report::write_text(&path, &text)?;
            if !global.quiet {
                note(&format!("wrote {}", path.display()));
            }
        }
    }
    if global.json {
        print(&outcome.to_json()?)?;
    } else {
        print(&tables(&outcome))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The study file, or the one recorded in an outcome, with the seed of the command line.
pub(crate) fn study_file(path: &Path, global: &Global) -> Result<StudyFile, Failure> {
    let mut file = if is_outcome(path) {
        StudyFile::from_outcome_path(path)?
    } else {
        StudyFile::from_path(path)?
    };
    if let Some(seed) = global.seed {
        file.tables.study.seed = seed;
    }
    Ok(file)
}

fn is_outcome(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

/// Says which inputs are no longer those of the run that is repeated.
pub(crate) fn compare_inputs(path: &Path, inputs: &[InputFile]) {
    if !is_outcome(path) {
        return;
    }
    let of_curve = || SpecificationCurve::from_json_path(path).map(|curve| curve.inputs);
    let of_run = Outcome::from_json_path(path).map(|outcome| outcome.inputs);
    let Ok(before) = of_run.or_else(|_| of_curve()) else { return };
    for input in inputs {
        let same = before.iter().any(|b| b.path == input.path && b.sha256 == input.sha256);
        if !same {
            note(&format!("note: {} is not the file of that run", input.path.display()));
        }
    }
}

/// The work with a progress bar.
pub(crate) fn with_bar<T>(
    quiet: bool,
    work: impl FnOnce(ProgressListener<'_>) -> eventstudy::Result<T>,
) -> Result<T, Failure> {
    let bar = ProgressBar::with_draw_target(
        None,
        if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() },
    );
    if let Ok(style) = ProgressStyle::with_template("{msg:14} {wide_bar} {pos}/{len} {elapsed}") {
        bar.set_style(style);
    }
    let done = work(&|progress| match progress {
        Progress::Begun { what, n_steps } => {
            bar.reset();
            bar.set_length(n_steps as u64);
            bar.set_message(what);
        }
        Progress::Step => bar.inc(1),
        _ => {}
    });
    bar.finish_and_clear();
    Ok(done?)
}

/// Every file of the run with its text: all are made before the first is written.
fn files(
    folder: &Path,
    formats: &[OutputFormat],
    outcome: &Outcome,
) -> Result<Vec<(PathBuf, String)>, Failure> {
    let mut files = Vec::new();
    for format in formats {
        match format {
            OutputFormat::Json => files.push((folder.join("outcome.json"), outcome.to_json()?)),
            OutputFormat::Markdown => {
                files.push((folder.join("report.md"), report::markdown(outcome)));
            }
            OutputFormat::Csv => {
                let mut texts = vec![
                    ("events.csv", report::events(&outcome.events).to_csv()),
                    ("estimates.csv", report::estimates_csv(outcome)),
                    ("event_values.csv", report::event_values_csv(outcome)),
                    ("response_tests.csv", report::response_tests_csv(outcome)),
                    ("exclusions.csv", report::exclusions(outcome).to_csv()),
                ];
                if outcome.windows.iter().any(|w| !w.responses.is_empty()) {
                    texts.push(("responses.csv", report::responses_csv(outcome)));
                }
                files.extend(texts.into_iter().map(|(name, text)| (folder.join(name), text)));
            }
            #[cfg(feature = "plot")]
            OutputFormat::Svg => files.extend(crate::charts::charts(folder, outcome)?),
            #[cfg(not(feature = "plot"))]
            OutputFormat::Svg => {}
        }
    }
    Ok(files)
}

fn tables(outcome: &Outcome) -> String {
    let settings = &outcome.settings;
    let mut text = format!(
        "{}; {}; {}, {}; {} intervals, seed {}\n\n",
        settings.universe,
        settings.model,
        settings.weighting.name(),
        settings.portfolio.name(),
        report::level(settings.level),
        settings.seed
    );
    text += &section("Events", &report::events(&outcome.events));
    for moved in &outcome.moved {
        let _ = writeln!(text, "{}", moved_in_words(moved.event, &moved.label, moved.day_zero));
    }
    text += &section("Estimates (means over event dates)", &report::estimates(outcome));
    let verdicts = report::verdicts(outcome);
    if let Some(rule) = settings.verdict.filter(|_| verdicts.n_rows() > 0) {
        text += &section("Verdicts", &verdicts);
        let _ = writeln!(text, "Each window is {rule}.\n");
    }
    text += &section("Events one by one", &report::event_values(outcome));
    let beside = [
        ("Matched placebo dates", report::matched_placebo(outcome)),
        ("Placebo assets", report::placebo_assets(outcome)),
        ("Events by themselves", report::single_events(outcome)),
    ];
    for (title, table) in beside.iter().filter(|(_, table)| table.n_rows() > 0) {
        text += &section(title, table);
    }
    text += &section("Tests over responses", &report::default_tests(outcome));
    text += &report::legend(outcome);
    text += &report::beside_legend(outcome);
    text.push('\n');
    if outcome.exclusions.is_empty() {
        text += "No exclusions\n";
    } else {
        text += &section("Exclusions", &report::exclusion_counts(outcome));
        for exclusion in outcome.exclusions.iter().filter(|e| e.asset.is_none()) {
            let _ = writeln!(text, "{exclusion}");
        }
    }
    text
}

/// Where an event that is not on a date of the prices was placed.
pub(crate) fn moved_in_words(
    event: impl std::fmt::Display,
    label: &str,
    day_zero: impl std::fmt::Display,
) -> String {
    let event = event.to_string();
    let label = if label == event { String::new() } else { format!(" {label}") };
    format!("{event}{label}: not a date of the prices, day 0 is {day_zero}")
}
