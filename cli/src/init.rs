//! `eventstudy init`.

use std::fs;
use std::io::Write as _;
use std::process::ExitCode;

use eventstudy::Error;
use eventstudy::study::StudyFile;

use crate::arguments::{Global, InitOptions};
use crate::failure::{Failure, note};

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
    let write = |source| Failure::from(Error::Write { path: path.clone(), source });
    let mut file = fs::File::create_new(path).map_err(write)?;
    if let Err(source) = file.write_all(text.as_bytes()) {
        let _ = fs::remove_file(path);
        return Err(write(source));
    }
    if !global.quiet {
        note(&format!("wrote {}", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}
