//! The report of an outcome.

use std::fmt::Write as _;

use super::beside::{beside_legend, matched_placebo, placebo_assets, single_events};
use super::format::{count, p_value, percent, percent_interval};
use super::legend::{alone, lines};
use super::tables;
use crate::multiplicity::Adjustment;
use crate::study::{EventEstimation, Outcome, PlaceboScheme, WindowEstimate};

/// The whole outcome as Markdown: settings, events, estimates with what stands beside them, tests,
/// exclusions, inputs.
pub fn markdown(outcome: &Outcome) -> String {
    let s = &outcome.settings;
    let mut out = String::from("# Event study\n\n");
    let windows: Vec<String> = s.windows.iter().map(ToString::to_string).collect();
    let settings = [
        format!("- Universe: {}", s.universe),
        format!("- Expected returns: {}", s.model),
        format!("- Event portfolio: {}, {}", s.weighting.name(), s.portfolio.name()),
        format!("- Windows: {}", windows.join(", ")),
        format!("- Estimation: {}", s.estimation),
        format!("- Seed {}, eventstudy {}", s.seed, outcome.crate_version),
    ];
    let _ = writeln!(out, "{}\n", settings.join("\n"));
    section(&mut out, "Events", &tables::events(&outcome.events).to_markdown());
    for moved in &outcome.moved {
        let (event, label, day_zero) = (moved.event, &moved.label, moved.day_zero);
        let _ = writeln!(out, "- {event} {label}: not a date of the prices, day 0 is {day_zero}\n");
    }
    for estimation in &outcome.estimation {
        if let Some(line) = contamination(estimation, s.estimation.excludes_other_events()) {
            let _ = writeln!(out, "- {} {}: {line}\n", estimation.event, estimation.label);
        }
    }
    if let Some(overlap) = outcome.estimation_overlap().filter(|overlap| !overlap.left_out) {
        let _ = writeln!(out, "- {overlap}\n");
    }
    section(&mut out, "Estimates", &tables::estimates(outcome).to_markdown());
    let _ = writeln!(out, "{}\n", lines(outcome, "*").join(" "));
    let verdicts = tables::verdicts(outcome);
    if let Some(rule) = s.verdict.filter(|_| verdicts.n_rows() > 0) {
        section(&mut out, "Verdicts", &verdicts.to_markdown());
        let _ = writeln!(out, "Each window is {rule}.\n");
    }
    for window in &outcome.windows {
        let _ = writeln!(out, "- {}: {}", window.window, beside(window));
    }
    if let Some(line) = family(outcome) {
        let _ = writeln!(out, "- {line}");
    }
    out.push('\n');
    section(&mut out, "Events one by one", &tables::event_values(outcome).to_markdown());
    if let Some(line) = alone(outcome) {
        let _ = writeln!(out, "{line}\n");
    }
    let beside = [
        ("Matched placebo dates", matched_placebo(outcome)),
        ("Placebo assets", placebo_assets(outcome)),
        ("Events by themselves", single_events(outcome)),
    ];
    for (title, table) in beside.iter().filter(|(_, table)| table.n_rows() > 0) {
        section(&mut out, title, &table.to_markdown());
    }
    for line in beside_legend(outcome).lines() {
        let _ = writeln!(out, "{line}\n");
    }
    section(&mut out, "Tests over responses", &tables::response_tests(outcome).to_markdown());
    if !outcome.exclusions.is_empty() {
        section(&mut out, "Exclusions", &tables::exclusion_counts(outcome).to_markdown());
        out += &tables::exclusions(outcome).to_markdown();
        out.push('\n');
    }
    if !outcome.inputs.is_empty() {
        out += "## Inputs\n\n";
        for input in &outcome.inputs {
            let _ = writeln!(
                out,
                "- `{}`, {} bytes, SHA-256 `{}`",
                input.path.display(),
                input.n_bytes,
                input.sha256
            );
        }
    }
    out
}

/// Placebo p-values that allow for the other windows, where there are several: by common sets of
/// pseudo-events, else by their number.
fn family(outcome: &Outcome) -> Option<String> {
    if let Some(family) = &outcome.placebo_family {
        let of_window = |w: &WindowEstimate| {
            Some(format!("{} {}", w.window, p_value(w.placebo.as_ref()?.family_p?)))
        };
        let all: Vec<String> = outcome.windows.iter().filter_map(of_window).collect();
        return Some(format!(
            "placebo p that allows for all {} windows, on {} common sets: {}; that none has an effect \
             {}",
            family.n_windows,
            count(family.n_sets),
            all.join(", "),
            p_value(family.p_value)
        ));
    }
    let adjusted = outcome.adjusted_p_values(Adjustment::Holm).ok()?;
    let of_window =
        |(w, p): (&WindowEstimate, &Option<f64>)| p.map(|p| format!("{} {}", w.window, p_value(p)));
    let all: Vec<String> = outcome.windows.iter().zip(&adjusted).filter_map(of_window).collect();
    let why = outcome.placebo_family_fault.as_ref().map_or_else(String::new, |f| format!(" ({f})"));
    (all.len() > 1).then(|| {
        format!("placebo p after Holm over {} windows: {}{why}", all.len(), all.join(", "))
    })
}

fn section(out: &mut String, title: &str, body: &str) {
    let _ = writeln!(out, "## {title}\n\n{body}");
}

/// What lies in the estimation window that should not, in words.
fn contamination(estimation: &EventEstimation, left_out: bool) -> Option<String> {
    let found = estimation.contamination;
    let mut parts = Vec::new();
    if found.n_excluded > 0 {
        parts.push(format!("{} are on excluded dates", found.n_excluded));
    }
    if found.n_overlapping > 0 {
        let others = match found.n_other_events {
            1 => "another event".to_owned(),
            n => format!("{n} other events"),
        };
        let fate = if left_out { "left out" } else { "kept" };
        parts.push(format!("{} lie in the windows of {others}, {fate}", found.n_overlapping));
    }
    let n_rows = found.n_rows;
    (!parts.is_empty()).then(|| format!("of {n_rows} estimation rows {}", parts.join("; ")))
}

/// Intervals and limits of one window in words.
fn beside(w: &WindowEstimate) -> String {
    let mut parts = Vec::new();
    if let Some(t) = &w.event_t {
        parts.push(format!("t interval over dates {}", percent_interval(t.lower, t.upper)));
    }
    if let Some(b) = &w.event_bootstrap {
        let (low, high) = (b.percentile.lower, b.percentile.upper);
        parts.push(format!("bootstrap over dates {}", percent_interval(low, high)));
    }
    if let Some(fault) = &w.event_bootstrap_fault {
        parts.push(format!("no bootstrap over dates: it {fault}"));
    }
    if let Some(b) = &w.block_bootstrap {
        let interval = percent_interval(b.lower, b.upper);
        parts.push(format!(
            "block bootstrap {interval}, p = {}, which is too narrow and rejects too often",
            p_value(b.p_value)
        ));
    }
    if let Some([low, high]) = w.leave_one_out {
        parts.push(format!("leaving one date out {} to {}", percent(low), percent(high)));
    }
    if let Some((n, effect)) = w.effective_responses.zip(w.design_effect) {
        parts.push(format!(
            "{} responses carry as much as {n:.1} independent ones (design effect {effect:.1})",
            w.n_responses
        ));
    }
    if w.n_overlapping_dates > 0 {
        parts.push(format!(
            "windows of {} of the {} dates overlap",
            w.n_overlapping_dates, w.n_event_dates
        ));
    }
    if let Some(p) = &w.placebo {
        if let Some(why) = p.interval.unbounded() {
            parts.push(format!("no interval of the excess: {why}"));
        }
        if p.scheme == PlaceboScheme::Shifted {
            parts.push(format!("placebo: the pattern of the dates, shifted in {} ways", p.n_sets));
        }
        if let Some(days) = p.buffer_days {
            let n_all = p.n_admissible + p.n_buffered;
            parts.push(format!(
                "a buffer of {days} days around events takes {} of {n_all} placebo dates, so that \
                 the comparison is not exact and p too small",
                p.n_buffered
            ));
        }
        parts.push(format!(
            "{} placebo dates hold {:.0} windows without overlap",
            p.n_admissible, p.effective_periods
        ));
        if let Some(mean) = p.mean_p_values.filter(|_| p.t.is_some()) {
            let why = p.disagreement().map_or_else(String::new, |d| format!(": {d}"));
            parts.push(format!("of the mean as it is p would be {}{why}", p_value(mean.two_sided)));
        }
        parts.push(format!(
            "against zero, which is biased, it would be {}",
            p_value(p.biased_p_against_zero)
        ));
    }
    if let Some(fault) = &w.placebo_fault {
        parts.push(format!("no placebo: {fault}"));
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::outcome;

    #[test]
    fn several_windows_are_adjusted_for_each_other() {
        let mut outcome = outcome(false);
        let family = outcome.placebo_family.as_mut().unwrap();
        assert_eq!(family.n_windows, 2);
        (family.n_sets, family.p_value) = (1_234, 0.04);
        for (w, p) in outcome.windows.iter_mut().zip([0.04, 0.15]) {
            w.placebo.as_mut().unwrap().family_p = Some(p);
        }
        let line = "- placebo p that allows for all 2 windows, on 1,234 common sets: [+0, +1] 0.040, \
                    [0,1) months 0.150; that none has an effect 0.040\n";
        let report = markdown(&outcome);
        assert!(report.contains(line), "{report}");
    }

    #[test]
    fn several_windows_are_adjusted_for_their_number() {
        let mut outcome = outcome(false);
        outcome.placebo_family = None;
        for (w, p) in outcome.windows.iter_mut().zip([0.03, 0.2]) {
            w.placebo.as_mut().unwrap().p_values.two_sided = p;
        }
        let line = "- placebo p after Holm over 2 windows: [+0, +1] 0.060, [0,1) months 0.200\n";
        let report = markdown(&outcome);
        assert!(report.contains(line), "{report}");
        let bonferroni = outcome.adjusted_p_values(Adjustment::Bonferroni).unwrap();
        assert_eq!(bonferroni, [Some(0.06), Some(0.4)]);
        // A window without placebo is no hypothesis of the family.
        outcome.windows[1].placebo = None;
        assert_eq!(outcome.adjusted_p_values(Adjustment::Holm).unwrap(), [Some(0.03), None]);
        assert!(!markdown(&outcome).contains("Holm"));
        outcome.windows[0].placebo.as_mut().unwrap().p_values.two_sided = 1.5;
        assert!(outcome.adjusted_p_values(Adjustment::Holm).is_err());
    }
}
