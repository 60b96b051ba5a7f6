//! Writes the tables under `data/` from raw vendor files.
//!
//! `cargo run --release -p tables -- RAW_FOLDER DATA_FOLDER [CONFIG]`
//!
//! The raw folder holds `equities/`, `macro/`, `crypto/` and three lists of market values, each file in
//! one of the layouts that `eventstudy::panel::vendor` reads. Decisions made by hand stand with
//! their reasons in `tables.toml`. The same input gives the same bytes.

mod config;
mod crypto;
mod equities;
mod macros;
mod raw;
mod write;

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What went wrong, for the person who runs the tool.
#[derive(Debug)]
pub(crate) struct Fault(String);

impl Fault {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<eventstudy::Error> for Fault {
    fn from(error: eventstudy::Error) -> Self {
        let cause = std::error::Error::source(&error).map(|s| format!(": {s}"));
        Self(format!("{error}{}", cause.unwrap_or_default()))
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.as_slice() {
        [raw, data] => run(raw.as_ref(), data.as_ref(), &default_config()),
        [raw, data, config] => run(raw.as_ref(), data.as_ref(), config.as_ref()),
        _ => {
            eprintln!("usage: tables RAW_FOLDER DATA_FOLDER [CONFIG]");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn default_config() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tables.toml"))
}

fn run(raw: &Path, data: &Path, config: &Path) -> Result<(), Fault> {
    let config = config::Config::read(config)?;
    let mut writer = write::Writer::new(data)?;
    let sessions = equities::write(&raw.join("equities"), &mut writer)?;
    macros::write(&raw.join("macro"), &sessions, &mut writer)?;
    crypto::write(raw, &config, &mut writer)?;
    writer.summary();
    Ok(())
}
