//! The tables of an outcome.

use std::collections::BTreeMap;

use super::format::{count, effect_interval, fraction, p_value, percent};
use super::{Align, Table};
use crate::events::EventSet;
use crate::inference::Suitability;
use crate::resampling::PValues;
use crate::study::{
    Disagreement, EventEstimate, Outcome, PlaceboEstimate, ResponseTest, WindowEstimate,
};

pub(super) const NONE: &str = "–";
/// The test that everybody knows, shown for comparison.
pub(super) const CROSS_SECTIONAL: &str = "cross-sectional-t";

/// One row per window: estimate, interval, p-values of every unit of inference, and power.
pub fn estimates(outcome: &Outcome) -> Table {
    let mut table = Table::new([
        ("window", Align::Left),
        ("dates", Align::Right),
        ("responses", Align::Right),
        ("mean", Align::Right),
        ("CAAR", Align::Right),
        ("placebo mean", Align::Right),
        ("excess", Align::Right),
        ("interval", Align::Right),
        ("placebo p", Align::Right),
        ("sign-flip p", Align::Right),
        ("t p", Align::Right),
        ("cross-sectional p", Align::Right),
        ("detectable", Align::Right),
    ]);
    for w in &outcome.windows {
        let placebo = w.placebo.as_ref();
        let overlap = if w.n_overlapping_dates > 0 { " (!)" } else { "" };
        let or_none = |text: Option<String>| text.unwrap_or_else(|| NONE.to_owned());
        table.row([
            w.window.to_string(),
            w.n_event_dates.to_string(),
            w.n_responses.to_string(),
            percent(w.mean),
            percent(w.caar),
            or_none(placebo.map(|p| percent(p.mean))),
            or_none(placebo.map(|p| percent(p.excess))),
            or_none(placebo.map(|p| effect_interval(&p.interval))),
            or_none(placebo.map(placebo_p)),
            floored(w.sign_flip.p_values.two_sided, overlap, w.sign_flip.attainable_two_sided),
            or_none(w.event_t.as_ref().map(|t| format!("{}{overlap}", p_value(t.p_value)))),
            or_none(cross_sectional(w)),
            or_none(placebo.and_then(|p| p.minimum_detectable_effect).map(percent)),
        ]);
    }
    table
}

/// One row per window that the rule of the study judges: the verdict with what it rests on. No row
/// where no rule was fixed.
pub fn verdicts(outcome: &Outcome) -> Table {
    let mut table = Table::new([
        ("window", Align::Left),
        ("verdict", Align::Left),
        ("excess", Align::Right),
        ("p of more", Align::Right),
        ("p of less", Align::Right),
        ("because", Align::Left),
    ]);
    for w in &outcome.windows {
        let Some(judgement) = &w.judgement else { continue };
        let placebo = w.placebo.as_ref();
        let or_none = |text: Option<String>| text.unwrap_or_else(|| NONE.to_owned());
        table.row([
            w.window.to_string(),
            judgement.verdict.to_string(),
            or_none(placebo.map(|p| percent(p.excess))),
            or_none(placebo.map(|p| p_value(p.p_values.upper))),
            or_none(placebo.map(|p| p_value(p.p_values.lower))),
            judgement.because.clone(),
        ]);
    }
    table
}

/// The placebo p, and beside it that of the plain mean where the two tell different stories.
fn placebo_p(placebo: &PlaceboEstimate) -> String {
    let p = floored(placebo.p_values.two_sided, "", placebo.attainable_p);
    placebo.disagreement().map_or_else(|| p.clone(), |d| format!("{p}, {}", of_plain_mean(&d)))
}

/// The p of the plain mean, for beside the placebo p.
pub(super) fn of_plain_mean(disagreement: &Disagreement) -> String {
    format!("plain mean {}", p_value(disagreement.mean))
}

/// A p-value with the least that can be reached.
pub(super) fn floored(p: f64, mark: &str, attainable: f64) -> String {
    format!("{}{mark} (least {})", p_value(p), p_value(attainable))
}

fn cross_sectional(w: &WindowEstimate) -> Option<String> {
    let test = w.test(CROSS_SECTIONAL)?;
    let mark = if test.misled_by_shared_dates { " (!)" } else { "" };
    Some(format!("{}{mark}", p_value(test.p_value?)))
}

/// One row per window and event: what each event gave, the p of its value over its own daily variation
/// among ordinary dates, and the share of ordinary dates that gave as much.
///
/// The first is empty where the test of the window compares values as they are: the second is then that
/// test.
pub fn event_values(outcome: &Outcome) -> Table {
    let mut table = Table::new([
        ("window", Align::Left),
        ("event", Align::Left),
        ("label", Align::Left),
        ("scope", Align::Left),
        ("assets", Align::Right),
        ("abnormal return", Align::Right),
        ("share above 0", Align::Right),
        ("studentised p", Align::Right),
        ("rank p", Align::Right),
    ]);
    for w in &outcome.windows {
        for event in &w.events {
            let or_none =
                |p: Option<PValues>| p.map_or_else(|| NONE.to_owned(), |p| p_value(p.two_sided));
            table.row([
                w.window.to_string(),
                event.date.to_string(),
                event.label.clone(),
                event.scope.to_string(),
                event.n_assets.to_string(),
                percent(event.value),
                fraction(event.share_positive),
                or_none(event.studentised()),
                or_none(event.rank),
            ]);
        }
    }
    table
}

/// Where the value of one event lies among ordinary dates, and the p of the test of it alone, in words
/// for a chart: "more than 99.4 % of ordinary dates; p = 0.186 over its own daily variation". `None`
/// where it is not compared.
pub fn among_ordinary_dates(event: &EventEstimate) -> Option<String> {
    let rank = event.rank?;
    let (than, tail) =
        if rank.upper <= rank.lower { ("more", rank.upper) } else { ("less", rank.lower) };
    // Cut and not rounded: what is not all of them is no 100 %.
    let below = (1000.0 * (1.0 - tail) + 1e-9).floor() / 10.0;
    let place = format!("{than} than {below:.1} % of ordinary dates");
    Some(match event.studentised() {
        Some(p) => format!("{place}; p = {} over its own daily variation", p_value(p.two_sided)),
        None => format!("{place}; p = {}", p_value(rank.two_sided)),
    })
}

/// One row per window and test over responses that is the one to read, with the cross-sectional t for
/// comparison.
pub fn default_tests(outcome: &Outcome) -> Table {
    tests_table(outcome, |test| {
        test.suitability == Suitability::Default || test.id == CROSS_SECTIONAL
    })
}

/// One row per window and test over responses, the ones to read first.
pub fn response_tests(outcome: &Outcome) -> Table {
    tests_table(outcome, |_| true)
}

fn tests_table(outcome: &Outcome, shown: impl Fn(&ResponseTest) -> bool) -> Table {
    let mut table = Table::new([
        ("window", Align::Left),
        ("test over responses", Align::Left),
        ("statistic", Align::Right),
        ("df", Align::Right),
        ("p", Align::Right),
        ("note", Align::Left),
    ]);
    for w in &outcome.windows {
        let mut tests: Vec<&ResponseTest> = w.tests.iter().filter(|t| shown(t)).collect();
        tests.sort_by_key(|test| test.suitability);
        for test in tests {
            let note = match (&test.fault, test.suitability) {
                (Some(fault), _) => fault.clone(),
                (None, Suitability::Default) => format!("to be read: {}", test.why),
                (None, Suitability::Misled) => format!("(!) {}", test.why),
                (None, _) => test.why.clone(),
            };
            let result = test.result.as_ref();
            table.row([
                w.window.to_string(),
                test.name.clone(),
                result.map_or_else(|| NONE.to_owned(), |r| format!("{:.2}", r.statistic)),
                result
                    .and_then(crate::inference::TestResult::degrees_of_freedom)
                    .map_or_else(String::new, |df| format!("{df:.0}")),
                test.p_value.map_or_else(|| NONE.to_owned(), p_value),
                note,
            ]);
        }
    }
    table
}

/// One row per event: date, label, and why it qualified.
pub fn events(events: &EventSet) -> Table {
    let mut table = Table::new([
        ("event", Align::Left),
        ("label", Align::Left),
        ("scope", Align::Left),
        ("why", Align::Left),
    ]);
    for event in events {
        table.row([
            event.date.to_string(),
            event.label.clone(),
            event.scope.to_string(),
            event.qualification.as_ref().map_or_else(String::new, ToString::to_string),
        ]);
    }
    table
}

/// One row per exclusion.
pub fn exclusions(outcome: &Outcome) -> Table {
    let mut table = Table::new([
        ("event", Align::Left),
        ("asset", Align::Left),
        ("window", Align::Left),
        ("reason", Align::Left),
    ]);
    for exclusion in &outcome.exclusions {
        table.row([
            exclusion.event.to_string(),
            exclusion.asset.clone().unwrap_or_else(|| "all".to_owned()),
            exclusion.window.clone().unwrap_or_else(|| "all".to_owned()),
            exclusion.reason.to_string(),
        ]);
    }
    table
}

/// How many exclusions there are of each kind, most frequent first.
pub fn exclusion_counts(outcome: &Outcome) -> Table {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for exclusion in &outcome.exclusions {
        *counts.entry(exclusion.reason.kind()).or_default() += 1;
    }
    let mut sorted: Vec<_> = counts.into_iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let mut table = Table::new([("exclusions", Align::Right), ("reason", Align::Left)]);
    for (kind, n) in sorted {
        table.row([count(n), kind.to_owned()]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::outcome;
    use crate::resampling::{
        EffectInterval, ExcessInterval, ExcessIntervalKind, PlaceboStatistic, UnboundedBecause,
        UnboundedInterval,
    };
    use crate::study::{Judgement, Verdict, VerdictRule};

    fn interval(lower: f64, upper: f64) -> EffectInterval {
        let kind = ExcessIntervalKind::Centred;
        ExcessInterval { lower, upper, level: 0.95, kind }.into()
    }

    #[test]
    fn verdicts_are_shown_where_a_rule_was_fixed() {
        let mut outcome = outcome(false);
        assert_eq!(verdicts(&outcome).n_rows(), 0);
        assert!(!crate::report::markdown(&outcome).contains("Verdict"));
        outcome.settings.verdict = Some(VerdictRule::new(0.05, 0.1).unwrap());
        let w = &mut outcome.windows[0];
        let because = "the interval says so".to_owned();
        w.judgement = Some(Judgement { verdict: Verdict::Refuted, because });
        let p = w.placebo.as_mut().unwrap();
        (p.excess, p.p_values.upper, p.p_values.lower) = (0.01, 0.4, 0.61);
        let row = "| [+0, +1] | refuted | +1.0 % | 0.400 | 0.610 | the interval says so |";
        assert_eq!(verdicts(&outcome).to_markdown().lines().nth(2), Some(row));
        let report = crate::report::markdown(&outcome);
        let rule = "Each window is refuted where the equal-tailed 95 % interval of the excess";
        assert!(report.contains(row) && report.contains(rule), "{report}");
    }

    #[test]
    fn p_values_stand_beside_the_least_that_can_be_reached() {
        let mut outcome = outcome(false);
        outcome.windows.truncate(1);
        let w = &mut outcome.windows[0];
        (w.mean, w.caar, w.n_overlapping_dates) = (0.1, -0.02, 2);
        (w.sign_flip.p_values.two_sided, w.tests[0].p_value) = (0.5, Some(3e-7));
        w.event_t.as_mut().unwrap().p_value = 0.071;
        let p = w.placebo.as_mut().unwrap();
        (p.mean, p.excess, p.minimum_detectable_effect) = (0.03, 0.07, Some(0.4));
        p.interval = interval(-0.1, 0.25);
        (p.p_values.two_sided, p.attainable_p) = (0.566, 1e-4);
        p.mean_p_values.as_mut().unwrap().two_sided = 0.4;
        let shown =
            |outcome: &Outcome| estimates(outcome).to_markdown().lines().nth(2).unwrap().to_owned();
        assert_eq!(
            shown(&outcome),
            "| [+0, +1] | 2 | 4 | +10.0 % | -2.0 % | +3.0 % | +7.0 % | [-10.0, +25.0] % | \
             0.566 (least 1e-4) | 0.500 (!) (least 0.500) | 0.071 (!) | 3e-7 (!) | +40.0 % |"
        );
        let p = outcome.windows[0].placebo.as_mut().unwrap();
        p.interval = EffectInterval::Unbounded(UnboundedInterval {
            level: 0.95,
            kind: ExcessIntervalKind::Centred,
            unbounded: UnboundedBecause::TooFewApart { n_needed: 96, n_found: 90 },
        });
        p.minimum_detectable_effect = None;
        assert!(shown(&outcome).contains("| +7.0 % | unbounded | 0.566 (least 1e-4) |"));
        assert!(shown(&outcome).ends_with("| – |"));
        let report = crate::report::markdown(&outcome);
        assert!(
            report.contains("no interval of the excess: 90 placebo sets move less"),
            "{report}"
        );
        let w = &mut outcome.windows[0];
        (w.placebo, w.event_t, w.n_overlapping_dates) = (None, None, 0);
        assert_eq!(
            shown(&outcome),
            "| [+0, +1] | 2 | 4 | +10.0 % | -2.0 % | – | – | – | – | 0.500 (least 0.500) | – | \
             3e-7 (!) | – |"
        );
    }

    #[test]
    fn single_events_have_the_p_that_is_named_and_their_rank() {
        let mut outcome = outcome(false);
        let e = &mut outcome.windows[0].events[0];
        (e.value, e.share_positive) = (-0.316, 0.5);
        let (p, rank) = (e.placebo.as_mut().unwrap(), e.rank.as_mut().unwrap());
        (p.two_sided, rank.two_sided, rank.lower, rank.upper) = (0.186, 0.0062, 0.004, 0.997);
        let row = |outcome: &Outcome| event_values(outcome).rows().next().unwrap().join(" | ");
        let start = "[+0, +1] | 2026-03-22 | one, first | market | 2 | -31.6 % | 50 %";
        assert_eq!(row(&outcome), format!("{start} | 0.186 | 0.006"));
        let words = |outcome: &Outcome| among_ordinary_dates(&outcome.windows[0].events[0]);
        let place = "less than 99.6 % of ordinary dates";
        let own = Some(format!("{place}; p = 0.186 over its own daily variation"));
        assert_eq!(words(&outcome), own);
        let rank = outcome.windows[0].events[0].rank.as_mut().unwrap();
        (rank.lower, rank.upper) = (0.9999, 0.0002);
        assert!(words(&outcome).unwrap().starts_with("more than 99.9 % of ordinary dates; "));
        let rank = outcome.windows[0].events[0].rank.as_mut().unwrap();
        (rank.lower, rank.upper) = (0.004, 0.997);
        // Where values are compared as they are, the rank is the test.
        let e = &mut outcome.windows[0].events[0];
        e.placebo_statistic = Some(PlaceboStatistic::Mean);
        assert_eq!(row(&outcome), format!("{start} | – | 0.006"));
        assert_eq!(words(&outcome), Some(format!("{place}; p = 0.006")));
        let e = &mut outcome.windows[0].events[0];
        (e.placebo, e.placebo_statistic, e.rank) = (None, None, None);
        assert_eq!(row(&outcome), format!("{start} | – | –"));
        assert_eq!(words(&outcome), None);
    }
}
