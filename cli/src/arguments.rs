//! The command line.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use eventstudy::events::Basis;
use eventstudy::panel::TableLayout;
use eventstudy::panel::vendor::{DayStamp, Layout};
use serde::de::DeserializeOwned;
use serde::de::value::{Error as WordError, StrDeserializer};

/// More threads than that take longer to start than they save.
const MAX_THREADS: usize = 1024;

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  no events found, or nothing of the study is left to run
  2  bad usage, bad settings or bad input
  3  output could not be written";

/// Heading of the flags that every command has.
const EVERYWHERE: &str = "Options of every command";

/// Event studies: do prices move abnormally after an event, and what can so few events prove?
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES, subcommand_required = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: Global,
}

/// Flags of every command.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Print JSON instead of tables
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub(crate) json: bool,
    /// Threads to use; 0 is one per core. Results are the same at any number
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "N", default_value_t = 0, value_parser = threads)]
    pub(crate) threads: usize,
    /// Seed of every draw, instead of the one in the study file
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// No progress bar and no notes, errors alone
    #[arg(long, short, global = true, help_heading = EVERYWHERE)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a study and print its estimates
    #[command(after_help = EXIT_CODES)]
    Run(RunOptions),
    /// Say what a study would run and what it would exclude, event by event, and why
    #[command(after_help = EXIT_CODES)]
    Check(CheckOptions),
    /// Run a study under every combination of the choices in its table [curve], and test all of them
    /// together
    #[command(after_help = EXIT_CODES)]
    Curve(CurveOptions),
    /// Find breakouts in a price series
    #[command(after_help = EXIT_CODES)]
    Detect(Box<DetectOptions>),
    /// Say whether a breakout is active in a price series, how strong it is, and what followed earlier
    /// ones
    #[command(after_help = EXIT_CODES)]
    Status(Box<StatusOptions>),
    /// List what looks wrong in a table of prices: jumps, reversals, stale runs, gaps
    #[command(after_help = EXIT_CODES)]
    Audit(AuditOptions),
    /// List the tests or the models that a study file can name, with their papers
    #[command(after_help = EXIT_CODES)]
    List(ListOptions),
    /// Write a commented study file to start from
    #[command(after_help = EXIT_CODES)]
    Init(InitOptions),
    /// Turn vendor files into a table of prices that a study reads
    #[command(after_help = EXIT_CODES)]
    Import(ImportOptions),
}

#[derive(Debug, Args)]
pub(crate) struct RunOptions {
    /// A study file, or the outcome.json of an earlier run, to run again
    pub(crate) study: PathBuf,
    /// Folder to write files to, instead of the one in the study file
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct CheckOptions {
    /// A study file, or the outcome.json of an earlier run
    pub(crate) study: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct CurveOptions {
    /// A study file with a table [curve], or the curve.json of an earlier run, to run again
    pub(crate) study: PathBuf,
    /// Folder to write files to, instead of the one in the study file
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}

/// The kinds of breakouts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RuleKind {
    /// Above every earlier price of the series
    AllTimeHigh,
    /// The first price above `--level`
    Level,
    /// Above the `--sessions` sessions before
    Channel,
}

/// A rule for breakouts.
#[derive(Debug, Args)]
pub(crate) struct RuleOptions {
    /// What has to be exceeded
    #[arg(long = "rule", value_enum, default_value = "all-time-high")]
    pub(crate) kind: RuleKind,
    /// Price of `--rule level`
    #[arg(long, value_name = "PRICE")]
    pub(crate) level: Option<f64>,
    /// Sessions of `--rule channel`
    #[arg(long, value_name = "N")]
    pub(crate) sessions: Option<usize>,
    /// Closes or session highs: close, intraday
    #[arg(long, value_parser = word::<Basis>, default_value = "close")]
    pub(crate) basis: Basis,
    /// At least this many sessions since the record before. Where the start of the file hides that
    /// one, the base is `unknown`, which is less than any N but 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) base: usize,
    /// At least this fraction above what is exceeded, such as 0.01
    #[arg(long, value_name = "FRACTION", default_value_t = 0.0)]
    pub(crate) margin: f64,
    /// Consecutive closes above; the event is dated on the last of them
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) confirmations: usize,
    /// Volume at least this multiple of its median
    #[arg(long, value_name = "MULTIPLE")]
    pub(crate) volume_multiple: Option<f64>,
    /// Sessions of the volume median
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) volume_window: usize,
    /// Sessions of the trend condition
    #[arg(long, value_name = "N", requires = "trend_return")]
    pub(crate) trend_sessions: Option<usize>,
    /// Return of at least this fraction over `--trend-sessions`
    #[arg(
        long,
        value_name = "FRACTION",
        requires = "trend_sessions",
        allow_negative_numbers = true
    )]
    pub(crate) trend_return: Option<f64>,
    /// Keep the first of breakouts less than this many sessions apart
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) cluster: usize,
    /// At least this many sessions after the event before
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) min_separation: usize,
    /// Events on or after this date
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<NaiveDate>,
    /// Events on or before this date
    #[arg(long, value_name = "DATE")]
    pub(crate) through: Option<NaiveDate>,
}

#[derive(Debug, Args)]
pub(crate) struct DetectOptions {
    /// A file with columns date, close, and high and volume where it has them
    pub(crate) file: PathBuf,
    /// Name of the series; that of the file unless set
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Column of the closes
    #[arg(long, value_name = "COLUMN", default_value = "close")]
    pub(crate) close_column: String,
    #[command(flatten)]
    pub(crate) rule: RuleOptions,
    /// Keep the first of each of these years, such as 2017,2021
    #[arg(long, value_name = "YEARS", value_delimiter = ',')]
    pub(crate) first_in_years: Vec<i32>,
    /// Write the events as a list too, for `list = "FILE"` under [events] of a study; it must not be
    /// there yet, unless `--force`
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Replace a file that is there already
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StatusOptions {
    /// A file with columns date, close, and high and volume where it has them
    pub(crate) file: PathBuf,
    /// Name of the series; that of the file unless set
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Column of the closes
    #[arg(long, value_name = "COLUMN", default_value = "close")]
    pub(crate) close_column: String,
    /// Say how things stood at the end of this date, from nothing later; the last of the file unless
    /// set
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<NaiveDate>,
    /// A study file with a rule under [events]: its rule is taken, and what its assets did after
    /// earlier events is set beside what they have done after the last
    #[arg(long, value_name = "FILE", conflicts_with = "RuleOptions")]
    pub(crate) study: Option<PathBuf>,
    /// Calendar months after its event in which a breakout can be active
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) months: u32,
    #[command(flatten)]
    pub(crate) rule: RuleOptions,
}

#[derive(Debug, Args)]
pub(crate) struct ListOptions {
    /// What to list
    pub(crate) what: Registry,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Registry {
    /// Tests over responses, for `tests` in `[study]`; and those of samples in the library
    Tests,
    /// Expected-return models, for `kind` in `[model]`
    Models,
}

#[derive(Debug, Args)]
pub(crate) struct AuditOptions {
    /// A table of prices, wide or long
    pub(crate) prices: PathBuf,
    /// Changes of source, with columns asset, date, from and to
    #[arg(long, value_name = "FILE")]
    pub(crate) seams: Option<PathBuf>,
    /// A jump is a move up or down by more than this factor
    #[arg(long, value_name = "FACTOR", default_value_t = 1.6)]
    pub(crate) jump_factor: f64,
    /// A jump is also a move of more than this many deviations of the asset; `none` leaves that out
    #[arg(long, value_name = "N", default_value = "20", value_parser = deviations)]
    pub(crate) jump_deviations: Deviations,
    /// A jump is a reversal where the price comes back within this many rows
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) reversal_rows: usize,
    /// The price has come back where less than this share of the log move is left
    #[arg(long, value_name = "SHARE", default_value_t = 0.25)]
    pub(crate) reversal_share: f64,
    /// A stale run has at least this many equal prices in a row
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) stale_rows: usize,
    /// A gap has at least this many missing rows
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) gap_rows: usize,
    /// A shift at a change of source is a move of more than this many deviations
    #[arg(long, value_name = "N", default_value_t = 6.0, requires = "seams")]
    pub(crate) seam_deviations: f64,
    /// Look at these assets alone, such as btc,eth
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) assets: Vec<String>,
    /// Layout of the table, found out from its header unless set: wide, long
    #[arg(long, value_parser = word::<TableLayout>)]
    pub(crate) layout: Option<TableLayout>,
    /// Price column of a long table
    #[arg(long, value_name = "COLUMN")]
    pub(crate) price_column: Option<String>,
}

/// A number of deviations, or none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deviations(pub(crate) Option<f64>);

#[derive(Debug, Args)]
pub(crate) struct InitOptions {
    /// The file to write; one that is there already is left alone, unless `--force`
    #[arg(default_value = "study.toml")]
    pub(crate) path: PathBuf,
    /// Folder of the tables that the study names, as seen from the file
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub(crate) data: String,
    /// Replace a file that is there already
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ImportOptions {
    /// Files of one series each: Yahoo, Stooq, Coin Metrics, Binance, CoinGecko, FRED, or columns
    /// date and close
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The table to write; it must not be there yet, unless `--force`
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Names of the assets, in the order of the files; those of the files unless set
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) names: Vec<String>,
    /// Layout of the files, found out from their headers unless set: yahoo, stooq, stooq-bulk,
    /// coin-metrics, coin-metrics2019, binance, coin-gecko, fred, plain
    #[arg(long, value_parser = word::<Layout>)]
    pub(crate) layout: Option<Layout>,
    /// When the vendor takes the price of a day, that of the layout unless set: end-of-day,
    /// start-of-day
    #[arg(long, value_parser = word::<DayStamp>)]
    pub(crate) stamp: Option<DayStamp>,
    /// Take closes adjusted for dividends; never for finding new highs
    #[arg(long)]
    pub(crate) adjusted: bool,
    /// Write one series with highs and volumes, for a trigger, instead of date, asset, close
    #[arg(long, conflicts_with = "adjusted")]
    pub(crate) series: bool,
    /// Write the market values too: each under the day after it, when it was known
    #[arg(long, value_name = "FILE")]
    pub(crate) market_values: Option<PathBuf>,
    /// Replace files that are there already
    #[arg(long)]
    pub(crate) force: bool,
}

/// A number of threads that a machine can start.
fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if n <= MAX_THREADS => Ok(n),
        _ => Err(format!("expected 0 to {MAX_THREADS}")),
    }
}

fn deviations(text: &str) -> Result<Deviations, String> {
    match (text, text.parse()) {
        ("none", _) => Ok(Deviations(None)),
        (_, Ok(n)) => Ok(Deviations(Some(n))),
        (_, Err(_)) => Err("expected a number or none".to_owned()),
    }
}

/// A word of the library, spelled as in a study file.
fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    T::deserialize(StrDeserializer::<WordError>::new(text)).map_err(|error| error.to_string())
}
