//! `eventstudy curve`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use eventstudy::report;
#[cfg(feature = "plot")]
use eventstudy::report::chart::{Chart, SpecificationChart};
use eventstudy::study::{OutputFormat, SpecificationCurve};

use crate::arguments::{CurveOptions, Global};
use crate::failure::{Failure, note, print};
use crate::output::{self, section};
use crate::run::{compare_inputs, study_file, with_bar};

pub(crate) fn curve(options: &CurveOptions, global: &Global) -> Result<ExitCode, Failure> {
    let file = study_file(&options.study, global)?;
    let folder = output::folder(&file, options.output.as_deref())?;
    let formats = file.tables.output.formats.clone();
    let loaded = file.load_curve()?;
    if !global.quiet {
        compare_inputs(&options.study, &loaded.inputs);
    }
    let curve = with_bar(global.quiet, |listener| loaded.run_with_progress(listener))?;
    if let Some(folder) = folder {
        for (path, text) in files(&folder, &formats, &curve)? {
            report::write_text(&path, &text)?;
            if !global.quiet {
                note(&format!("wrote {}", path.display()));
            }
        }
    }
    if global.json {
        print(&curve.to_json()?)?;
    } else {
        print(&tables(&curve))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Every file of the curve with its text: all are made before the first is written.
fn files(
    folder: &Path,
    formats: &[OutputFormat],
    curve: &SpecificationCurve,
) -> Result<Vec<(PathBuf, String)>, Failure> {
    let mut files = Vec::new();
    for format in formats {
        match format {
            OutputFormat::Json => files.push((folder.join("curve.json"), curve.to_json()?)),
            OutputFormat::Markdown => {
                files.push((folder.join("curve.md"), report::curve_markdown(curve)));
            }
            OutputFormat::Csv => {
                files.push((folder.join("curve.csv"), report::specifications_csv(curve)));
            }
            #[cfg(feature = "plot")]
            OutputFormat::Svg => {
                let chart = SpecificationChart::of("Specification curve", curve);
                files.push((folder.join("curve.svg"), chart.to_svg()?));
            }
            #[cfg(not(feature = "plot"))]
            OutputFormat::Svg => {}
        }
    }
    Ok(files)
}

fn tables(curve: &SpecificationCurve) -> String {
    let mut text = format!("{}\n", report::curve_summary(curve));
    text += &section("All specifications together", &report::curve_joint(curve));
    text += &section("What each choice does", &report::curve_choices(curve));
    text += &report::curve_legend(curve);
    if !curve.excluded.is_empty() {
        text.push('\n');
        text += &section("Combinations without an estimate", &report::curve_exclusions(curve));
    }
    text
}
