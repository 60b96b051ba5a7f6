//! The one error type of the crate.
//!
//! Messages are written for the person who has to mend the input: they name the file, the line,
//! the column and the text where there is one, what was expected, and what was found. A fault of
//! one event or of one asset is not an [`Error`]: it is an exclusion, counted in the outcome.

mod columnar;
mod lists;
pub(crate) mod names;
mod shards;

use std::path::PathBuf;

use chrono::NaiveDate;

pub use columnar::{ColumnFault, TableRow};
use lists::{list, meant, steps};
pub use shards::ShardFault;

/// Shorthand for a result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can stop a run.
///
/// The enum is non-exhaustive: match with a wildcard arm. Causes are in
/// [`source`](std::error::Error::source) and are not repeated in the text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be opened or read.
    #[error("{}: cannot read the file", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file could not be written; whatever stood there before is untouched.
    #[error("{}: cannot write the file", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file has no bytes, or nothing but blank lines.
    #[error("{}: the file is empty; expected a header line and rows", path.display())]
    EmptyFile {
        /// The file.
        path: PathBuf,
    },
    /// A file has a header but no rows.
    #[error("{}: the file has a header but no rows", path.display())]
    NoRows {
        /// The file.
        path: PathBuf,
    },
    /// The header has a single field although a delimiter was expected.
    #[error(
        "{}: line {line}: the header `{text}` has one column when split at {delimiter}; \
         expected at least two (is the delimiter another one?)", path.display()
    )]
    Delimiter {
        /// The file.
        path: PathBuf,
        /// Line of the header, from 1.
        line: u64,
        /// The header as it stands.
        text: String,
        /// The delimiter that was tried, in words.
        delimiter: String,
    },
    /// A column is not in the header.
    #[error(
        "{}: no column `{column}`{}; the file has {}", path.display(), meant(column, found), list(found)
    )]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// The column that was asked for.
        column: String,
        /// The columns of the header.
        found: Vec<String>,
    },
    /// A column name occurs twice in the header.
    #[error("{}: line {line}: the header names column `{column}` twice", path.display())]
    DuplicateColumn {
        /// The file.
        path: PathBuf,
        /// Line of the header, from 1.
        line: u64,
        /// The repeated name.
        column: String,
    },
    /// A row has another number of fields than the header.
    #[error(
        "{}: line {line}: {n_found} fields where the header has {n_expected}", path.display()
    )]
    RaggedRow {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: u64,
        /// Fields in the row.
        n_found: usize,
        /// Fields in the header.
        n_expected: usize,
    },
    /// A cell does not hold what its column needs.
    #[error("{}: line {line}, column `{column}`: `{text}` is not {expected}", path.display())]
    Cell {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: u64,
        /// Name of the column.
        column: String,
        /// The text of the cell.
        text: String,
        /// What the column needs, with its article: "a positive price".
        expected: &'static str,
    },
    /// Text that is not UTF-8, or a quote that is never closed.
    #[error("{}: not readable as delimited text", path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// What the reader said, with record, line and byte.
        source: csv::Error,
    },
    /// A date (in a long file: a date and asset) occurs twice.
    #[error(
        "{}: line {line}: {key} is there already on line {first_line}", path.display()
    )]
    DuplicateRow {
        /// The file.
        path: PathBuf,
        /// Line of the second occurrence, from 1.
        line: u64,
        /// Line of the first one.
        first_line: u64,
        /// The repeated date, with the asset where there is one.
        key: String,
    },
    /// A table in columns, a Parquet file or record batches, that is not what was expected.
    #[error("{}: {fault}", table.display())]
    Columns {
        /// The file, or `record batches`.
        table: PathBuf,
        /// What is wrong, and where.
        fault: Box<ColumnFault>,
    },
    /// Bytes of a Parquet file that are not what its format asks for, or packed in a way that this
    /// build does not read.
    #[error("{}: cannot decode {what}", path.display())]
    Decode {
        /// The file.
        path: PathBuf,
        /// Which part of it.
        what: String,
        /// What the decoder said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Dates do not increase from row to row.
    #[error(
        "{}: line {line}: {date} comes after {previous}; sort the rows by date", path.display()
    )]
    UnsortedRows {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: u64,
        /// The date of that line.
        date: NaiveDate,
        /// The date of the line before.
        previous: NaiveDate,
    },
    /// A date axis built in memory does not increase.
    #[error("date {date} at row {row} does not come after {previous}")]
    UnsortedAxis {
        /// Position on the axis, from 0.
        row: usize,
        /// The date there.
        date: NaiveDate,
        /// The date before it.
        previous: NaiveDate,
    },
    /// A date axis without dates.
    #[error("a date axis needs at least one date")]
    EmptyAxis,
    /// Two inputs that must have the same extent do not.
    #[error("{what} has length {n_found}, expected {n_expected}")]
    ShapeMismatch {
        /// The input at fault.
        what: String,
        /// Its length.
        n_found: usize,
        /// The length that was expected.
        n_expected: usize,
    },
    /// A value in memory is outside its domain.
    #[error("{series} on {date}: {value} is not {expected}")]
    BadValue {
        /// Name of the series or asset.
        series: String,
        /// Date of the value.
        date: NaiveDate,
        /// The value.
        value: f64,
        /// What was expected, with its article.
        expected: &'static str,
    },
    /// An asset or series that the panel does not hold.
    #[error("no series `{name}`{}; the panel has {}", meant(name, known), list(known))]
    UnknownAsset {
        /// The name that was asked for.
        name: String,
        /// Names in the panel.
        known: Vec<String>,
    },
    /// An asset name occurs twice in a panel.
    #[error("asset `{name}` occurs twice")]
    DuplicateAsset {
        /// The name.
        name: String,
    },
    /// A window that ends before it starts.
    #[error("event window [{first:+}, {last:+}] ends before it starts")]
    WindowReversed {
        /// First event time.
        first: i32,
        /// Last event time.
        last: i32,
    },
    /// A month lag that does not end after it starts.
    #[error("month lag [{from}, {to}) must end after it starts")]
    LagReversed {
        /// First month.
        from: u32,
        /// Month after the last.
        to: u32,
    },
    /// A window in sessions without the series that defines them.
    #[error("a window in sessions needs the dates of the series that trades in sessions")]
    SessionsMissing,
    /// A setting outside its domain.
    #[error("{name} = {value}: expected {expected}")]
    Setting {
        /// Name of the setting.
        name: &'static str,
        /// Its value, as text.
        value: String,
        /// What was expected.
        expected: &'static str,
    },
    /// Buy-and-hold returns asked of log returns.
    #[error(
        "BHAR compounds simple returns, but the panel holds log returns; \
         build it with Compounding::Simple"
    )]
    BharOfLogReturns,
    /// Too few units for a statistic.
    #[error("{what} needs at least {n_needed} {unit}, found {n_found}")]
    TooFew {
        /// The statistic.
        what: String,
        /// The unit that is counted, in the plural: "events", "responses".
        unit: &'static str,
        /// The smallest number that works.
        n_needed: usize,
        /// The number that is there.
        n_found: usize,
    },
    /// A variance that a statistic divides by is zero.
    #[error("{what}: the variance of {of} is zero, so the statistic is not defined")]
    DegenerateVariance {
        /// The statistic.
        what: String,
        /// Of what the variance is zero.
        of: String,
    },
    /// A statistic that needs windows of one length was given several.
    #[error("{what} needs windows of one length; event windows have {shortest} to {longest} rows")]
    UnequalWindows {
        /// The statistic.
        what: String,
        /// Shortest window in rows.
        shortest: usize,
        /// Longest window in rows.
        longest: usize,
    },
    /// A detector or a list gave no events.
    #[error("no events: {why}")]
    NoEvents {
        /// What was searched, and over what period.
        why: String,
    },
    /// A test that is not in the registry.
    #[error("no test `{name}`{}; there are {}", meant(name, known), known.join(", "))]
    UnknownTest {
        /// The name that was asked for.
        name: String,
        /// Names of all tests.
        known: Vec<&'static str>,
    },
    /// Every response was excluded.
    #[error(
        "no response is left: all {n_excluded} were excluded, the first because {first_reason}"
    )]
    NoResponses {
        /// How many were excluded.
        n_excluded: usize,
        /// Reason of the first exclusion.
        first_reason: String,
    },
    /// An interval method that is not valid for how the replicates were drawn.
    #[error("{interval} is not defined for {scheme}: {why}")]
    IntervalNotDefined {
        /// The interval method.
        interval: &'static str,
        /// The resampling scheme.
        scheme: &'static str,
        /// The reason.
        why: &'static str,
    },
    /// A study file that cannot be read as one: syntax, an unknown key, a wrong type.
    #[error("{}: {message}", path.display())]
    StudyFile {
        /// The file.
        path: PathBuf,
        /// Line, column and what was expected.
        message: String,
    },
    /// A file whose columns match none of the known vendor layouts.
    #[error(
        "{}: the header `{header}` is none of the known layouts ({known})", path.display()
    )]
    UnknownLayout {
        /// The file.
        path: PathBuf,
        /// The header line.
        header: String,
        /// Names of the known layouts.
        known: &'static str,
    },
    /// A value could not be written as JSON.
    #[error("cannot serialise {what}")]
    Serialise {
        /// What was to be written.
        what: &'static str,
        /// What the serialiser said.
        source: serde_json::Error,
    },
    /// A JSON file that is not what was expected.
    #[error("{}: not a valid {what}", path.display())]
    Deserialise {
        /// The file.
        path: PathBuf,
        /// What was to be read.
        what: &'static str,
        /// Line, column and what was expected.
        source: serde_json::Error,
    },
    /// A statistic that is not a finite number on the sample or on some resamples of it.
    #[error(
        "the statistic is not a finite number on {on}; use one that is defined on every resample"
    )]
    StatisticUndefined {
        /// Where it is undefined: the sample, or how many resamples of which scheme.
        on: String,
    },
    /// Pseudo-events do not fit into the admissible dates.
    #[error(
        "{n_events} pseudo-events at least {min_separation_days} days apart do not fit into \
         {n_admissible} admissible dates ({n_buffered} more are within {buffer_days} days of an \
         event); at most {n_fit} do, so lower the separation or the buffer, or take a longer series"
    )]
    PlaceboSpace {
        /// Pseudo-events in a set.
        n_events: usize,
        /// Smallest number of days between two of them.
        min_separation_days: u32,
        /// Dates to draw from.
        n_admissible: usize,
        /// Dates lost to the buffer around the events.
        n_buffered: usize,
        /// The buffer.
        buffer_days: u32,
        /// The most pseudo-events that fit.
        n_fit: usize,
    },
    /// An event without the value that its placebo dates are to be matched on.
    #[error(
        "{covariate} has no value in the {max_age_days} days up to the event of {event}, so that no \
         placebo date can be matched to it"
    )]
    NoCovariate {
        /// What dates are matched on.
        covariate: String,
        /// The event date.
        event: NaiveDate,
        /// Oldest value allowed, in calendar days.
        max_age_days: u32,
    },
    /// No date matches an event.
    #[error(
        "no placebo date matches the event of {event}: of {n_dates} other dates there are left {}",
        steps(left)
    )]
    NoMatch {
        /// The event date.
        event: NaiveDate,
        /// Other dates with a value.
        n_dates: usize,
        /// The rules in turn, with how many dates each leaves.
        left: Vec<(String, usize)>,
    },
    /// Matched dates that are far enough apart were not found.
    #[error(
        "no set of {n_events} matched dates at least {min_separation_days} days apart was found in \
         {n_tries} tries; lower the separation or match more dates"
    )]
    MatchedSpace {
        /// Pseudo-events in a set.
        n_events: usize,
        /// Smallest number of days between two of them.
        min_separation_days: u32,
        /// Combinations that were looked at.
        n_tries: usize,
    },
    /// An event date at which the placebo grid has no value.
    #[error(
        "the placebo grid has no value on the event date {date}; the event pattern cannot be shifted"
    )]
    NotOnPlaceboGrid {
        /// The event date.
        date: NaiveDate,
    },
    /// A column that a file of this kind does not have.
    #[error("{}: unknown column `{column}`; expected {expected}", path.display())]
    UnknownColumn {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// The columns that there may be.
        expected: &'static str,
    },
    /// Two events with the same date, scope and label.
    #[error("event {event} occurs twice; give the two different labels or drop one")]
    DuplicateEvent {
        /// Date, scope and label.
        event: String,
    },
    /// A series without the figures that a rule needs.
    #[error("series `{series}` has no {what}, which {condition} needs; add a column `{column}`")]
    SeriesLacks {
        /// Name of the series.
        series: String,
        /// The figures, in the plural.
        what: &'static str,
        /// The condition of the rule.
        condition: &'static str,
        /// The column that would hold them.
        column: &'static str,
    },
    /// A value that a chart cannot show.
    #[error("chart `{chart}`: {what} is {value}; expected {expected}")]
    ChartValue {
        /// Title of the chart.
        chart: String,
        /// Which value, with its position where it is one of several.
        what: String,
        /// The value, as text.
        value: String,
        /// What was expected, with its article.
        expected: &'static str,
    },
    /// A chart could not be drawn.
    #[error("chart `{chart}`: the drawing failed: {message}")]
    ChartDrawing {
        /// Title of the chart.
        chart: String,
        /// What the drawing backend said.
        message: String,
    },
    /// A period that does not end after it starts.
    #[error("period ({from}, {to}] does not end after it starts")]
    PeriodReversed {
        /// The date it starts after.
        from: NaiveDate,
        /// Its last date.
        to: NaiveDate,
    },
    /// A series without a recent value on a date where a measure needs one.
    #[error("{series} has no value in the {max_age_days} days up to {date}")]
    NoLevel {
        /// Name of the series or asset.
        series: String,
        /// The date.
        date: NaiveDate,
        /// Oldest value allowed, in calendar days.
        max_age_days: u32,
    },
    /// A date on which a series did not trade.
    #[error("{series} has no session on {date}")]
    NoSession {
        /// Name of the series.
        series: String,
        /// The date.
        date: NaiveDate,
    },
    /// An event outside the data that a measure is taken from.
    #[error("event {event} is outside the data ({first_date} to {last_date})")]
    EventOutsideData {
        /// The event date.
        event: NaiveDate,
        /// First date of the data.
        first_date: NaiveDate,
        /// Last date of the data.
        last_date: NaiveDate,
    },
    /// Market values without a recent snapshot.
    #[error(
        "no snapshot of market values in the {max_age_days} days up to {date}; {}",
        last.map_or_else(|| "all are later".to_owned(), |d| format!("the last one is of {d}"))
    )]
    NoSnapshot {
        /// The date.
        date: NaiveDate,
        /// Oldest snapshot allowed, in calendar days.
        max_age_days: u32,
        /// The last snapshot on or before the date.
        last: Option<NaiveDate>,
    },
    /// Two dates that fall on one snapshot, where a change between two is asked for.
    #[error("{first} and {second} both fall on the snapshot of {snapshot}; two are needed")]
    SameSnapshot {
        /// The first date.
        first: NaiveDate,
        /// The second date.
        second: NaiveDate,
        /// The snapshot of both.
        snapshot: NaiveDate,
    },
    /// A value of a list that is not what a statistic can be taken of.
    #[error("{what}, row {row}: {value} is not {expected}")]
    BadEntry {
        /// The list, by its name.
        what: String,
        /// Position in the list, from 0.
        row: usize,
        /// The value.
        value: f64,
        /// What was expected, with its article.
        expected: &'static str,
    },
    /// Two regressors of one name.
    #[error("regressor `{name}` occurs twice")]
    DuplicateRegressor {
        /// The name.
        name: String,
    },
    /// A variance made of differences that came out below zero.
    #[error("{what}: the variance of {of} is estimated as {value}; expected one above zero")]
    NegativeVariance {
        /// The statistic.
        what: String,
        /// Of what the variance is.
        of: String,
        /// The estimate.
        value: f64,
    },
    /// A coefficient that a regression does not have.
    #[error("no coefficient `{name}`{}; the regression has {}", meant(name, known), list(known))]
    UnknownRegressor {
        /// The name that was asked for.
        name: String,
        /// Names of the coefficients.
        known: Vec<String>,
    },
    /// Parts of a run that do not make one run.
    #[error(transparent)]
    Shard(ShardFault),
    /// Regressors of which one does not vary, or is a combination of the others.
    #[error(
        "the regressors are linearly dependent, so they have no coefficients of their own; \
         they are {}",
        list(regressors)
    )]
    DependentRegressors {
        /// Their names.
        regressors: Vec<String>,
    },
}
