//! Views of a specification curve.

use std::fmt::Write as _;

use super::format::{count, fraction, level, p_value, percent, percent_interval};
use super::{Align, Table};
use crate::files::csv_text;
use crate::resampling::JointStatistic;
use crate::study::{InputFile, Specification, SpecificationCurve};

/// Name of a column, and the cell of a specification.
type Column = (&'static str, fn(&Specification) -> String);

const BEFORE: [Column; 2] = [("rank", |s| s.rank.to_string()), ("copy", |s| s.copy.to_string())];

const AFTER: [Column; 14] = [
    ("estimate", |s| number(s.estimate)),
    ("placebo_mean", |s| number(s.placebo_mean)),
    ("placebo_std_dev", |s| number(s.placebo_std_dev)),
    ("excess", |s| number(s.excess)),
    ("std_error", |s| s.std_error.map(number).unwrap_or_default()),
    ("t", |s| s.t.map(number).unwrap_or_default()),
    ("z", |s| number(s.z)),
    ("p", |s| number(s.p_values.two_sided)),
    ("p_upper", |s| number(s.p_values.upper)),
    ("p_lower", |s| number(s.p_values.lower)),
    ("adjusted_p", |s| number(s.adjusted_p)),
    ("n_events", |s| s.n_events.to_string()),
    ("n_event_dates", |s| s.n_event_dates.to_string()),
    ("n_shifts", |s| s.n_shifts.to_string()),
];

/// As short as brings the same double back.
fn number(value: f64) -> String {
    format!("{value:?}")
}

/// One row per specification, by rank and with copies: its choice in each dimension, its estimate,
/// and what stands beside it. Returns are decimal fractions, numbers are in full.
pub fn specifications_csv(curve: &SpecificationCurve) -> String {
    let names = |columns: &'static [Column]| columns.iter().map(|(name, _)| (*name).to_owned());
    let header =
        names(&BEFORE).chain(curve.dimensions.iter().map(|d| d.name.clone())).chain(names(&AFTER));
    let rows = curve.specifications.iter().map(|s| {
        let cells = |columns: &'static [Column]| columns.iter().map(|(_, cell)| cell(s));
        cells(&BEFORE).chain(s.choices.iter().cloned()).chain(cells(&AFTER)).collect()
    });
    csv_text(std::iter::once(header.collect::<Vec<String>>()).chain(rows))
}

/// With a sign, also of zero, which is never below itself.
fn two_decimals(x: f64) -> String {
    let x = if x.abs() < 0.005 { 0.0 } else { x };
    format!("{x:+.2}")
}

/// One row per statistic of the whole curve: what was observed, what the shifts span, p-values.
pub fn curve_joint(curve: &SpecificationCurve) -> Table {
    let joint = &curve.joint;
    let span = format!("{} of shifts", level(curve.level));
    let mut table = Table::new([
        ("all specifications together", Align::Left),
        ("observed", Align::Right),
        ("mean over shifts", Align::Right),
        (span.as_str(), Align::Right),
        ("p", Align::Right),
        ("p above", Align::Right),
        ("p below", Align::Right),
    ]);
    let mut add = |name: &str, of: &JointStatistic, texts: [String; 3]| {
        let p = of.p_values;
        let p = [p.two_sided, p.upper, p.lower].map(p_value);
        table.row([name.to_owned()].into_iter().chain(texts).chain(p));
    };
    let of = joint.median;
    add(
        "median estimate",
        &of,
        [
            percent(of.observed),
            percent(of.shifted_mean),
            percent_interval(of.shifted_lower, of.shifted_upper),
        ],
    );
    let of = joint.significant;
    add(
        "share on the side of most and significant",
        &of,
        [
            fraction(of.observed),
            fraction(of.shifted_mean),
            format!("[{:.0}, {:.0}] %", 100.0 * of.shifted_lower, 100.0 * of.shifted_upper),
        ],
    );
    let of = joint.mean_z;
    add(
        "mean z",
        &of,
        [
            two_decimals(of.observed),
            two_decimals(of.shifted_mean),
            format!("[{}, {}]", two_decimals(of.shifted_lower), two_decimals(of.shifted_upper)),
        ],
    );
    table
}

/// One row per choice of every dimension that has several, copies included.
pub fn curve_choices(curve: &SpecificationCurve) -> Table {
    let mut table = Table::new([
        ("dimension", Align::Left),
        ("choice", Align::Left),
        ("specifications", Align::Right),
        ("median", Align::Right),
        ("lowest", Align::Right),
        ("highest", Align::Right),
        ("median excess", Align::Right),
        ("above zero", Align::Right),
        ("significant", Align::Right),
        ("share of variance", Align::Right),
    ]);
    for dimension in curve.dimensions.iter().filter(|d| d.choices.len() > 1) {
        for (k, choice) in dimension.choices.iter().enumerate() {
            let mut row = vec![
                if k == 0 { dimension.name.replace('_', " ") } else { String::new() },
                choice.name.clone(),
                count(choice.n_specifications),
            ];
            row.extend(match &choice.summary {
                Some(of) => [
                    percent(of.median),
                    percent(of.lowest),
                    percent(of.highest),
                    percent(of.median_excess),
                    fraction(of.share_positive),
                    fraction(of.share_significant),
                ],
                None => std::array::from_fn(|_| "–".to_owned()),
            });
            row.push(match dimension.share_of_variance {
                Some(share) if k == 0 => fraction(share),
                _ => String::new(),
            });
            table.row(row);
        }
    }
    table
}

/// How many combinations of choices have no estimate, by reason.
pub fn curve_exclusions(curve: &SpecificationCurve) -> Table {
    let mut table =
        Table::new([("combinations", Align::Right), ("without an estimate", Align::Left)]);
    for excluded in &curve.excluded {
        table.row([count(excluded.n), excluded.reason.to_string()]);
    }
    table
}

/// Three lines: how many specifications, what they estimate, and what the shifts say of all of them
/// together.
pub fn curve_summary(curve: &SpecificationCurve) -> String {
    let (summary, joint) = (&curve.summary, &curve.joint);
    let n_copies = curve.specifications.len() - curve.n_distinct;
    let n_without = curve.n_named - curve.specifications.len();
    let specifications = format!(
        "{} specifications, of {} combinations of choices; {} are copies of others, {} have no \
         estimate.",
        count(curve.n_distinct),
        count(curve.n_named),
        count(n_copies),
        count(n_without),
    );
    let estimates = format!(
        "Their median is {}, from {} to {}; {} are above zero, {} above what other dates gave, {} \
         significant on their own.",
        percent(summary.median),
        percent(summary.lowest),
        percent(summary.highest),
        fraction(summary.share_positive),
        fraction(summary.share_above),
        fraction(summary.share_significant),
    );
    let together = format!(
        "All of them together: p = {} for the median, {} for the share that is significant on the \
         side of most, {} for the mean z; the least p of a single one that allows for all is {}.",
        p_value(joint.median.p_values.two_sided),
        p_value(joint.significant.p_values.two_sided),
        p_value(joint.mean_z.p_values.two_sided),
        p_value(joint.least_adjusted_p),
    );
    format!("{specifications}\n{estimates}\n{together}\n")
}

/// Four lines under the tables of a curve: what the shifts are, how much they can tell, and what the
/// columns mean.
pub fn curve_legend(curve: &SpecificationCurve) -> String {
    let joint = &curve.joint;
    let shifts = format!(
        "The events of all specifications are shifted together around the {} dates from {} to {}; p \
         is the share of shifts at least as extreme as what happened, each in standard errors from its \
         own windows, at least {}.",
        count(joint.n_shifts),
        joint.first,
        joint.last,
        p_value(joint.attainable_p),
    );
    let periods = format!(
        "These dates hold {:.0} windows of the longest length ({} days) side by side: no more \
         independent comparisons are there, however many shifts.",
        joint.effective_periods, joint.window_days,
    );
    let missing = match joint.n_missing {
        0 => String::new(),
        n => format!(
            " At {} of {} pairs of a specification and a shift none of its events has a value.",
            count(n),
            count(curve.n_distinct * joint.n_shifts)
        ),
    };
    let significance = (1e6 * (1.0 - curve.level)).round() / 1e6;
    format!(
        "{shifts}\n{periods}{missing}\nExcess is the estimate less what other dates gave; significant \
         is a p of at most {significance} among the shifts of the specification itself.\nChoices are \
         compared with copies included; share of variance is what lies between the means of the \
         choices.\n"
    )
}

/// The curve as Markdown: summary, the joint test, what each choice does, the ends of the curve,
/// what was left out, inputs.
pub fn curve_markdown(curve: &SpecificationCurve) -> String {
    let joined = |lines: String| lines.trim_end().replace('\n', " ");
    let mut out = format!("# Specification curve\n\n{}\n\n", joined(curve_summary(curve)));
    let mut section = |title: &str, body: &str| {
        let _ = writeln!(out, "## {title}\n\n{body}");
    };
    section("All specifications together", &curve_joint(curve).to_markdown());
    section("How to read it", &(joined(curve_legend(curve)) + "\n"));
    section("What each choice does", &curve_choices(curve).to_markdown());
    section("Lowest and highest", &ends(curve).to_markdown());
    if !curve.excluded.is_empty() {
        section("Left out", &curve_exclusions(curve).to_markdown());
    }
    if !curve.inputs.is_empty() {
        let line = |input: &InputFile| {
            let (path, n, sha) = (input.path.display(), input.n_bytes, &input.sha256);
            format!("- `{path}`, {n} bytes, SHA-256 `{sha}`\n")
        };
        section("Inputs", &curve.inputs.iter().map(line).collect::<String>());
    }
    out
}

/// Specifications at each end of the curve that are listed.
const LISTED: usize = 3;

/// The first and the last specifications of the curve.
fn ends(curve: &SpecificationCurve) -> Table {
    let varied: Vec<usize> =
        (0..curve.dimensions.len()).filter(|k| curve.dimensions[*k].choices.len() > 1).collect();
    let columns = [("rank".to_owned(), Align::Right)]
        .into_iter()
        .chain(varied.iter().map(|k| (curve.dimensions[*k].name.replace('_', " "), Align::Left)))
        .chain(
            ["estimate", "excess", "p", "p for all", "dates"].map(|n| (n.to_owned(), Align::Right)),
        );
    let mut table = Table::new(columns);
    let last = curve.n_distinct;
    let listed = |s: &&Specification| !s.copy && (s.rank <= LISTED || s.rank + LISTED > last);
    for s in curve.specifications.iter().filter(listed) {
        let chosen = varied.iter().map(|k| s.choices[*k].clone());
        table.row([count(s.rank)].into_iter().chain(chosen).chain([
            percent(s.estimate),
            percent(s.excess),
            p_value(s.p_values.two_sided),
            p_value(s.adjusted_p),
            s.n_event_dates.to_string(),
        ]));
    }
    table
}
