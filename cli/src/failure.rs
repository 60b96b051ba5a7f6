//! What stops a command, and the exit code that says so.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use eventstudy::Error;

/// Nothing is left to run, or nothing was found.
pub(crate) const NOTHING: u8 = 1;
/// Bad usage or bad input.
const BAD_INPUT: u8 = 2;
/// Output could not be written.
const NOT_WRITTEN: u8 = 3;

/// Why a command stops.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The library's.
    Study(Error),
    /// Arguments that do not go together.
    Usage(String),
    /// A file that is there already and was not to be replaced.
    Exists(PathBuf),
    /// A file where the output folder should be.
    NoFolder(PathBuf),
    /// Standard output cannot be written.
    Print(io::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Study(error)
    }
}

impl Failure {
    /// Prints the failure with its causes, one line each, and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        match self {
            Self::Study(error) => {
                chain(error);
                match error {
                    Error::NoEvents { .. } | Error::NoResponses { .. } => NOTHING.into(),
                    Error::Write { .. } => NOT_WRITTEN.into(),
                    _ => BAD_INPUT.into(),
                }
            }
            Self::Usage(message) => {
                note(&format!("error: {message}"));
                BAD_INPUT.into()
            }
            Self::Exists(path) => {
                let path = path.display();
                note(&format!(
                    "error: {path}: already exists; not overwritten (--force overwrites)"
                ));
                NOT_WRITTEN.into()
            }
            Self::NoFolder(path) => {
                note(&format!("error: {}: is a file, expected a folder", path.display()));
                NOT_WRITTEN.into()
            }
            // Whoever read has had enough: `eventstudy … | head`.
            Self::Print(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Self::Print(error) => {
                note(&format!("error: standard output: {error}"));
                NOT_WRITTEN.into()
            }
        }
    }
}

fn chain(error: &Error) {
    note(&format!("error: {error}"));
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        note(&format!("  caused by: {error}"));
        cause = error.source();
    }
}

/// A line on standard error; a closed one is nobody's loss.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Text on standard output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Failure::Print)
}
