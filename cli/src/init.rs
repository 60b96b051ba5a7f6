//! `eventstudy init`.

use std::process::ExitCode;

use eventstudy::report::write_text;
use eventstudy::study::StudyFile;

use crate::arguments::{Global, InitOptions};
use crate::failure::{Failure, note};
use crate::output::refuse_to_overwrite;

const TEMPLATE: &str = include_str!("template.toml");

pub(crate) fn init(options: &InitOptions, global: &Global) -> Result<ExitCode, Failure> {
    let path = &options.path;
    let data = match options.data.trim_end_matches('/') {
        "" if options.data.is_empty() => ".",
        data => data,
    };
    // As TOML writes them between quotes.
    let data = data.replace('\\', "\\\\").replace('"', "\\\"");
    let text = TEMPLATE.replace("{data}", &data);
    // A folder name that TOML cannot hold must not become a file that nobody can read.
    StudyFile::parse(&text, path)?;
    refuse_to_overwrite(path, options.force)?;
    write_text(path, &text)?;
    if !global.quiet {
        note(&format!("wrote {}", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}
