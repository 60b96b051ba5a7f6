//! Block lengths chosen from the data, as two packages choose them.

use std::path::Path;

use eventstudy::resampling::{BlockLength, LagRule};

use super::{Found, Under, read_csv, read_json};

pub(crate) fn leaves(folder: &Path) -> Found {
    let wanted = read_json(&folder.join("expected.json"));
    let (header, rows) = read_csv(&folder.join("input.csv"));
    let n_first = usize::try_from(wanted["arch_first_rows"]["n"].as_u64().unwrap()).unwrap();
    let mut out = Found::new();
    let mut under = Under { prefix: String::new(), out: &mut out };
    under.put_count("arch_first_rows.n", n_first);
    for (name, rule, n) in [
        ("arch", LagRule::PairedCorrelation, rows.len()),
        ("arch_first_rows", LagRule::PairedCorrelation, n_first),
        ("np_b_star", LagRule::Autocorrelation, rows.len()),
    ] {
        for (at, series) in wanted["arch"]["series"].as_array().unwrap().iter().enumerate() {
            let column = header.iter().position(|name| name == series.as_str().unwrap()).unwrap();
            let x: Vec<f64> = rows[..n].iter().map(|row| row[column].parse().unwrap()).collect();
            let found = BlockLength::politis_white_with(&x, rule).unwrap();
            under.put(&format!("{name}.stationary[{at}]"), found.stationary);
            under.put(&format!("{name}.circular[{at}]"), found.circular);
        }
    }
    out
}
