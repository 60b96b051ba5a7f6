//! Numbers and dates of golden cases as the crate computes them, under the paths of
//! `expected.json`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub(crate) mod block_length;
pub(crate) mod bootstrap_moments;
pub(crate) mod calendars;
pub(crate) mod cross_section;
pub(crate) mod few_events;
pub(crate) mod intervals;
pub(crate) mod left_out;
pub(crate) mod long_run;
pub(crate) mod multiple_testing;
pub(crate) mod nonparametric;
pub(crate) mod own_market;
pub(crate) mod power;
pub(crate) mod regression;
pub(crate) mod response_tests;
pub(crate) mod robust;
pub(crate) mod single;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use chrono::NaiveDate;
use eventstudy::inference::samples::SkewnessAdjusted;
use eventstudy::panel::{Compounding, ReturnPanel};
use eventstudy::time::DateAxis;
use ndarray::Array2;
use serde_json::Value;

/// What stands at one path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Leaf {
    Number(f64),
    Date(NaiveDate),
    /// A figure of random draws with its Monte-Carlo standard error.
    Drawn {
        value: f64,
        standard_error: f64,
    },
    /// A figure in closed form, and the same by random draws.
    NumberAndDrawn {
        number: f64,
        value: f64,
        standard_error: f64,
    },
}

impl fmt::Display for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(value) => write!(f, "{value:e}"),
            Self::Date(date) => date.fmt(f),
            Self::Drawn { value, standard_error } => write!(f, "{value:e} ± {standard_error:e}"),
            Self::NumberAndDrawn { number, value, standard_error } => {
                write!(f, "{number:e}, drawn {value:e} ± {standard_error:e}")
            }
        }
    }
}

/// Leaves by their paths, such as `market_model.daily.t_cross[2]`.
pub(crate) type Leaves = BTreeMap<String, Leaf>;
/// Those that the crate computes.
pub(crate) type Found = Leaves;

pub(crate) fn read_json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// All numbers and dates below a value; other texts, truth values and nulls are passed over.
pub(crate) fn flatten(value: &Value) -> Leaves {
    fn walk(value: &Value, path: &str, out: &mut Leaves) {
        match value {
            Value::Number(n) => {
                out.insert(path.to_owned(), Leaf::Number(n.as_f64().unwrap()));
            }
            Value::String(text) => {
                if let Ok(date) = text.parse() {
                    out.insert(path.to_owned(), Leaf::Date(date));
                }
            }
            Value::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    walk(item, &format!("{path}[{i}]"), out);
                }
            }
            Value::Object(fields) => {
                for (key, field) in fields {
                    let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    walk(field, &path, out);
                }
            }
            _ => {}
        }
    }
    let mut out = Leaves::new();
    walk(value, "", &mut out);
    out
}

/// Collects leaves under a common prefix.
pub(crate) struct Under<'a> {
    pub(crate) prefix: String,
    pub(crate) out: &'a mut Found,
}

impl Under<'_> {
    pub(crate) fn put(&mut self, name: &str, value: f64) {
        self.put_leaf(name, Leaf::Number(value));
    }

    pub(crate) fn put_count(&mut self, name: &str, n: usize) {
        self.put(name, n as f64);
    }

    /// Johnson's and Hall's t, and Hall's with the biased estimate of the skewness.
    pub(crate) fn put_skewness(
        &mut self,
        johnson: &SkewnessAdjusted,
        hall: &SkewnessAdjusted,
        hall_biased: f64,
    ) {
        self.put_count("n", johnson.n);
        self.put("mean", johnson.mean);
        self.put("sd", johnson.std_dev);
        self.put("S", johnson.mean_over_std_dev);
        self.put("t", johnson.t);
        self.put("gamma_lbt", johnson.skewness);
        self.put("gamma_unbiased", hall.skewness);
        self.put("t_johnson_lbt", johnson.result.statistic);
        self.put("t_hall_gamma_unbiased", hall.result.statistic);
        self.put("t_hall_gamma_lbt", hall_biased);
    }

    pub(crate) fn put_leaf(&mut self, name: &str, leaf: Leaf) {
        self.out.insert(format!("{}{name}", self.prefix), leaf);
    }

    /// Nothing is put where there is no value: `null` in the reference.
    pub(crate) fn put_some(&mut self, name: &str, value: Option<f64>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }
}

/// Text cells of a CSV file: header and rows.
pub(crate) fn read_csv(path: &Path) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
    (header, rows)
}

/// The returns of `input.csv`: a date column and one column of returns per series.
pub(crate) fn read_returns(path: &Path) -> ReturnPanel {
    let (header, rows) = read_csv(path);
    let dates = rows.iter().map(|r| date(&r[0])).collect();
    let values = Array2::from_shape_fn((header.len() - 1, rows.len()), |(asset, row)| {
        let cell = &rows[row][asset + 1];
        if cell.is_empty() { f64::NAN } else { cell.parse().unwrap() }
    });
    let axis = DateAxis::new(dates).unwrap();
    ReturnPanel::new(axis, header[1..].to_vec(), values, Compounding::Simple).unwrap()
}

pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

pub(crate) fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("no text `{key}`")).to_owned()
}

pub(crate) fn integer(value: &Value, key: &str) -> i32 {
    i32::try_from(value[key].as_i64().unwrap_or_else(|| panic!("no integer `{key}`"))).unwrap()
}
