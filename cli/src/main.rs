//! Command-line tool of `eventstudy`.
//!
//! Results go to standard output, everything else to standard error. Files are written whole or not
//! at all, and before anything is printed, so that a closed pipe costs nothing.

mod arguments;
mod audit;
#[cfg(feature = "plot")]
mod charts;
mod check;
mod curve;
mod detect;
mod failure;
mod import;
mod init;
mod list;
mod output;
mod rule;
mod run;
mod status;

use std::process::ExitCode;

use arguments::{Arguments, Command, Global};
use clap::Parser;
use failure::Failure;

fn main() -> ExitCode {
    let Arguments { command, global } = Arguments::parse();
    let result = match eventstudy::with_threads(global.threads, || dispatch(&command, &global)) {
        Ok(result) => result,
        Err(error) => Err(error.into()),
    };
    match result {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

fn dispatch(command: &Command, global: &Global) -> Result<ExitCode, Failure> {
    match command {
        Command::Run(options) => run::run(options, global),
        Command::Check(options) => check::check(options, global),
        Command::Curve(options) => curve::curve(options, global),
        Command::Detect(options) => detect::detect(options, global),
        Command::Status(options) => status::status(options, global),
        Command::Audit(options) => audit::audit(options, global),
        Command::Init(options) => init::init(options, global),
        Command::List(options) => list::list(options, global),
        Command::Import(options) => import::import(options, global),
    }
}
