//! From text to tables, strictly: what is not understood is named, with its place.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::{Spanned, Value};

use super::{EventList, StudyTables};
use crate::events::BreakoutRule;

/// A file of which only the events are looked at.
#[derive(Deserialize)]
struct Only<E> {
    events: E,
}

/// A file of which only the design is looked at, as it is written.
#[derive(Deserialize)]
struct Written {
    study: WrittenDesign,
    #[serde(default)]
    curve: WrittenCurve,
}

/// The alternatives, as they are written.
#[derive(Default, Deserialize)]
struct WrittenCurve {
    #[serde(default)]
    windows: Vec<BTreeMap<String, Spanned<Vec<Value>>>>,
    #[serde(default)]
    estimations: Vec<WrittenEstimation>,
}

#[derive(Deserialize)]
struct WrittenDesign {
    estimation: Spanned<Value>,
    windows: Vec<BTreeMap<String, Spanned<Vec<Value>>>>,
}

/// A file of which only the windows are looked at, whatever they are.
#[derive(Deserialize)]
struct Any {
    study: AnyDesign,
    #[serde(default)]
    curve: AnyCurve,
}

/// The lists of alternatives, whatever they hold.
#[derive(Default, Deserialize)]
struct AnyCurve {
    rule: Option<Spanned<Value>>,
    #[serde(default)]
    windows: Vec<Spanned<Value>>,
    #[serde(default)]
    periods: Vec<Spanned<Value>>,
    #[serde(default)]
    models: Vec<Spanned<Value>>,
    #[serde(default)]
    estimations: Vec<Spanned<Value>>,
    #[serde(default)]
    universes: Vec<Spanned<Value>>,
}

#[derive(Deserialize)]
struct AnyDesign {
    windows: Vec<Spanned<Value>>,
}

/// The tables that there is one of.
const TABLES: [&str; 13] = [
    "prices",
    "trigger",
    "events",
    "universe",
    "model",
    "study",
    "placebo",
    "placebo_assets",
    "conformal",
    "bootstrap",
    "verdict",
    "output",
    "curve",
];

/// How the parser names what it expected, and how a person would.
const KINDS: [(&str, &str); 10] = [
    ("unknown field", "unknown key"),
    ("missing field", "missing key"),
    ("expected usize", "expected a whole number of 0 or more"),
    ("expected u64", "expected a whole number of 0 or more"),
    ("expected u32", "expected a whole number of 0 or more"),
    ("expected i32", "expected a whole number of at most ten digits"),
    ("expected f64", "expected a number"),
    ("expected a map", "expected a table"),
    ("expected path string", "expected a path in quotes"),
    ("wanted string or table", "expected a word in quotes"),
];

pub(super) fn parse(text: &str) -> Result<StudyTables, String> {
    check_tables(text)?;
    let events = read::<Only<toml::Table>>(text)?.events;
    // The events are read on their own first, as the kind that they are, so that a fault in them is
    // found at its place.
    match (events.contains_key("list"), events.contains_key("rule")) {
        (true, false) => drop(read::<Only<EventList>>(text)?.events),
        (false, true) => drop(read::<Only<BreakoutRule>>(text)?.events),
        (true, true) => {
            return Err("[events] has both `rule` and `list`; keep one of them".to_owned());
        }
        (false, false) => {
            return Err("[events] needs `rule`, for breakouts of the trigger, \
                        or `list`, for the file that lists them"
                .to_owned());
        }
    }
    check_lists(text)?;
    let tables = read(text)?;
    check_design(text)?;
    Ok(tables)
}

/// The parser takes a list for a table, value by value.
fn check_tables(text: &str) -> Result<(), String> {
    let written: BTreeMap<String, Spanned<Value>> = read(text)?;
    for (name, value) in &written {
        let (expected, right) = if name == "benchmarks" {
            let tables = |values: &Vec<Value>| values.iter().all(Value::is_table);
            ("[[benchmarks]], a table per file", value.get_ref().as_array().is_none_or(tables))
        } else {
            let is_list = TABLES.contains(&name.as_str()) && value.get_ref().is_array();
            ("one table", !is_list)
        };
        if !right {
            let place = place(text, &value.span());
            return Err(format!("{place}: `{name}` is a list, expected {expected}"));
        }
    }
    Ok(())
}

/// The parser takes a list for a word, and for a table.
fn check_lists(text: &str) -> Result<(), String> {
    // What else there is to say of the lists is said when they are read.
    let Ok(Any { study, curve }) = toml::from_str::<Any>(text) else { return Ok(()) };
    check_windows(text, &study.windows)?;
    check_windows(text, &curve.windows)?;
    let lists = [
        ("[curve.rule]", curve.rule.as_slice()),
        ("{ from = 2016-01-01 }", &curve.periods),
        ("{ kind = … }", &curve.models),
        ("{ length = … }", &curve.estimations),
        ("{ top = … } or { assets = … }", &curve.universes),
    ];
    for (expected, values) in lists {
        if let Some(value) = values.iter().find(|value| !value.get_ref().is_table()) {
            let place = place(text, &value.span());
            return Err(format!("{place}: expected {expected}"));
        }
    }
    Ok(())
}

fn check_windows(text: &str, windows: &[Spanned<Value>]) -> Result<(), String> {
    let Some(first) = windows.iter().find(|window| !window.get_ref().is_table()) else {
        return Ok(());
    };
    let numbers = match first.get_ref() {
        Value::Array(numbers) => numbers.clone(),
        Value::Integer(_) => windows.iter().map(|w| w.get_ref().clone()).collect(),
        _ => Vec::new(),
    };
    let window = match &numbers[..] {
        [Value::Integer(first), Value::Integer(last)] => format!("{{ rows = [{first}, {last}] }}"),
        _ => "{ rows = [0, 5] }".to_owned(),
    };
    let place = place(text, &first.span());
    Err(format!(
        "{place}: a window needs a unit, expected {window}, or `days`, `sessions` or `months` in \
         place of `rows`"
    ))
}

/// A file of which only the periods of the estimation window are looked at.
#[derive(Deserialize)]
struct WrittenPeriods {
    study: WrittenEstimations,
}

#[derive(Deserialize)]
struct WrittenEstimations {
    estimation: WrittenEstimation,
}

#[derive(Deserialize)]
struct WrittenEstimation {
    #[serde(default)]
    comparison: Vec<Spanned<Vec<Value>>>,
    #[serde(default)]
    exclude: Vec<Spanned<Vec<Value>>>,
}

/// As [`check_tables`] for the estimation window; and the parser takes the first two of any number
/// of values for a pair.
fn check_design(text: &str) -> Result<(), String> {
    let Written { study: design, curve } = read::<Written>(text)?;
    if !design.estimation.get_ref().is_table() {
        let place = place(text, &design.estimation.span());
        return Err(format!("{place}: expected {{ length = … }}"));
    }
    let windows = design.windows.iter().chain(&curve.windows).flatten();
    check_pairs(text, windows.map(|(unit, ends)| (unit.as_str(), ends)), "numbers")?;
    let of_study = read::<WrittenPeriods>(text)?.study.estimation;
    for WrittenEstimation { comparison, exclude } in curve.estimations.iter().chain([&of_study]) {
        check_pairs(text, comparison.iter().map(|period| ("comparison", period)), "numbers")?;
        check_pairs(text, exclude.iter().map(|period| ("exclude", period)), "dates")?;
    }
    Ok(())
}

fn check_pairs<'a>(
    text: &str,
    mut pairs: impl Iterator<Item = (&'a str, &'a Spanned<Vec<Value>>)>,
    of: &str,
) -> Result<(), String> {
    match pairs.find(|(_, ends)| ends.get_ref().len() != 2) {
        Some((key, ends)) => {
            let (place, n) = (place(text, &ends.span()), ends.get_ref().len());
            Err(format!("{place}: `{key}` has {n} {of}, expected a first and a last"))
        }
        None => Ok(()),
    }
}

fn read<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|error| {
        let message = in_words(error.message());
        match error.span() {
            Some(span) => format!("{}: {message}", place(text, &span)),
            None => message,
        }
    })
}

fn in_words(message: &str) -> String {
    let mut message = message.trim_end().replace('\n', ", ");
    for (parser, person) in KINDS {
        message = message.replace(parser, person);
    }
    if message.starts_with("wanted exactly 1 element") {
        "expected one of `rows`, `days`, `sessions`, `months`, and one alone".to_owned()
    } else if let Some((found, _)) = message.split_once("expected struct") {
        format!("{found}expected a table")
    } else {
        message
    }
}

/// Line and column, from 1, in characters.
fn place(text: &str, span: &Range<usize>) -> String {
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    format!("line {line}, column {column}")
}
