//! The tables of docs/performance.md, from what bare kernels, other packages and this crate printed in
//! one run.

use std::collections::BTreeMap;
use std::path::Path;

/// What a task is held against.
#[derive(Clone, Copy, PartialEq)]
enum Against {
    /// A loop that does the arithmetic and nothing else: no checks, no missing data.
    Bare,
    /// Another package.
    Peer,
    /// Another task of this crate.
    Own,
    /// Another task of this crate, of what the task takes on top of the sums of a million responses.
    OwnOnTop,
}

use Against::{Bare, Own, OwnOnTop, Peer};

const LARGE: &str = "10000x100, 1 factor";
const PANEL: &str = "panel 1e6 asset-events: MM fit O(1) prefix + AAR+CAR";
const STATIONARY: &str = "stationary bootstrap mean n=250 L=10, percentile interval";
const CURVE: &str = "curve of 5400 specifications, joint placebo test";

/// Task, line of this crate, against what, line of the other. Lines are given by their first words.
type Row = (&'static str, String, Against, String);

#[allow(clippy::too_many_lines)] // one line per row
fn rows() -> Vec<Row> {
    let large = |of: &str, thr: u8| format!("{LARGE}, {of}, {thr} thr");
    let panel = |thr: u8| format!("{PANEL}, {thr} thr");
    let (sums, all) = ("fit + AAR + 5 CARs, complete", "and correlation, complete");
    let (sums_holes, all_holes) = ("fit + AAR + 5 CARs, holes", "and correlation, holes");
    let caar = "CAAR of 10000 responses, 10000 iid replicates";
    let path = "CAAR path, 111 days, 10000 responses, 10000 replicates, band";
    let of = str::to_owned;
    vec![
        (
            "a million responses: fit, AAR, CARs of five windows, sums of the tests",
            large(sums, 1),
            Bare,
            panel(1),
        ),
        ("the same on two threads", large(sums, 2), Bare, panel(2)),
        ("with holes, two threads", large(sums_holes, 2), Bare, panel(2)),
        ("with the mean correlation of all residuals, two threads", large(all, 2), Bare, panel(2)),
        ("with both, two threads", large(all_holes, 2), Bare, panel(2)),
        (
            "three factors against one, two threads",
            of("10000x100, 3 factors, fit + AAR + 5 CARs, complete, 2 thr"),
            Own,
            large(sums, 2),
        ),
        (
            "AR table of a million responses, on top of the sums, against writing as many numbers",
            large("AR table kept, complete", 1),
            OwnOnTop,
            of("limit: writing as many numbers as the AR table has, 1 thr"),
        ),
        (
            "20,000 responses, AR table and CARs",
            of("1000x20, AR table + AAR + CAR, complete, 1 thr"),
            Bare,
            of("ES 1000x20 direct 250-obs fit, AR matrix+AAR+CAR, 1 thr"),
        ),
        (
            "the same",
            of("1000x20, AR table + AAR + CAR, complete, 1 thr"),
            Peer,
            of("numpy vectorised prefix-sum, 1000x20 events"),
        ),
        (
            "the same",
            of("1000x20, AR table + AAR + CAR, complete, 1 thr"),
            Peer,
            of("numpy lstsq loop, 1000x20 events"),
        ),
        (
            "stationary bootstrap of a mean, 10,000 replicates, interval",
            format!("{STATIONARY}, 1 thr"),
            Bare,
            of("stationary bootstrap 10,000 reps n=250 L=10 + sort"),
        ),
        (
            "the same",
            format!("{STATIONARY}, 1 thr"),
            Peer,
            of("arch StationaryBootstrap(10) mean n=250 x 10,000 apply"),
        ),
        (
            "BCa interval of a mean, 10,000 replicates",
            of("iid bootstrap mean n=250, BCa, 1 thr"),
            Peer,
            of("scipy.stats.bootstrap BCa mean n=250 x 9,999 vectorised"),
        ),
        (
            "CAAR of 10,000 responses, 10,000 replicates",
            format!("{caar}, 1 thr"),
            Bare,
            of("CAAR scalar: 10000 iid draws of N=10000, gather, 1 thr"),
        ),
        (
            "the same on two threads",
            format!("{caar}, 2 thr"),
            Bare,
            of("CAAR scalar: 10000 iid draws of N=10000, gather, 2 thr"),
        ),
        (
            "CAAR path of 111 days, simultaneous band",
            format!("{path}, 1 thr"),
            Bare,
            of("CAAR path (111 days): count-matrix GEMM, 1 thr"),
        ),
        (
            "the same on two threads",
            format!("{path}, 2 thr"),
            Bare,
            of("CAAR path (111 days): count-matrix GEMM, 2 thr"),
        ),
        (
            "blocks of dates, 1,000 assets × 2,500 dates, against one reading of the panel",
            of("blocks of dates, 1000 assets x 2500 dates, CAAR of 20 days, 1 thr"),
            Own,
            of("limit: one reading of 1000 assets x 2500 dates, 1 thr"),
        ),
        (
            "5,000,000 prices from a wide CSV, checked, against records and numbers alone",
            of("2000x2500 prices, wide CSV, checked panel, 1 thr"),
            Own,
            of("2000x2500 prices, wide CSV, prices parsed, 1 thr"),
        ),
        (
            "5,000,000 prices from a long CSV, checked, against records and numbers alone",
            of("2000x2500 prices, long CSV, checked panel, 1 thr"),
            Own,
            of("2000x2500 prices, long CSV, prices parsed, 1 thr"),
        ),
        (
            "specification curve, 5,400 specifications: second thread",
            format!("{CURVE}, 1 thr"),
            Own,
            format!("{CURVE}, 2 thr"),
        ),
    ]
}

/// Prints the table of three files of lines; `folder` holds `bare.txt`, `peers.txt` and `crate.txt`.
pub fn print(folder: &Path) -> Result<(), String> {
    let read = |name: &str| {
        let path = folder.join(name);
        let text = std::fs::read_to_string(&path);
        text.map(|text| lines(&text)).map_err(|error| format!("{}: {error}", path.display()))
    };
    let (bare, peers, own) = (read("bare.txt")?, read("peers.txt")?, read("crate.txt")?);
    let find = |lines: &BTreeMap<String, f64>, name: &str| {
        let found = lines.iter().find(|(line, _)| line.starts_with(name));
        found.map(|(_, seconds)| *seconds).ok_or_else(|| format!("no line `{name}`"))
    };
    println!("| task | seconds | against | seconds | |");
    println!("|:--|--:|:--|--:|--:|");
    for (task, line, against, other) in rows() {
        let mut seconds = find(&own, &line)?;
        if against == OwnOnTop {
            seconds -= find(&own, &format!("{LARGE}, fit + AAR + 5 CARs, complete, 1 thr"))?;
        }
        let (of_other, what) = match against {
            Bare => (find(&bare, &other)?, "bare loop".to_owned()),
            Peer => (
                find(&peers, &other)?,
                other.split_once([' ', ',']).map_or(&*other, |p| p.0).to_owned(),
            ),
            Own | OwnOnTop => (find(&own, &other)?, "this crate".to_owned()),
        };
        let ratio = if against == Peer {
            format!("{:.1} × faster", of_other / seconds)
        } else {
            format!("{:.2} ×", seconds / of_other)
        };
        println!("| {task} | {seconds:.4} | {what} | {of_other:.4} | {ratio} |");
    }
    Ok(())
}

/// The least seconds of each line: the number in brackets at its end where there is one, else the one
/// after `min`.
fn lines(text: &str) -> BTreeMap<String, f64> {
    text.lines()
        .filter_map(|line| {
            let (name, rest) = line.split_once(" min ")?;
            let in_brackets = rest.rsplit_once('(').and_then(|(_, end)| end.split(' ').next());
            let seconds = in_brackets.or_else(|| rest.split_whitespace().next())?;
            Some((name.trim().to_owned(), seconds.parse().ok()?))
        })
        .collect()
}
