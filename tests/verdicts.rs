//! Verdicts err no more often than they say, stand in the outcome of a study that has a rule for them,
//! and a comparison that excludes nothing keeps everything else.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{Noise, day, market};
use eventstudy::events::EventSet;
use eventstudy::models::ConstantMeanModel;
use eventstudy::panel::{Compounding, Universe};
use eventstudy::resampling::{
    PlaceboDesign, PlaceboGrid, PlaceboTest, PseudoEvent, UnboundedBecause,
};
use eventstudy::study::{
    ClaimedSide, EventStudy, EventStudyBuilder, Outcome, PlaceboSettings, StudyData, Verdict,
    VerdictRule,
};
use eventstudy::time::{EstimationWindow, EventWindow};

/// Values with a long tail upwards, and their variances, which go with them.
fn skewed(seed: u64, n: usize) -> Vec<PseudoEvent> {
    let mut noise = Noise::new(seed);
    (0..n)
        .map(|_| {
            let uniform = f64::midpoint(noise.next(), 1.0);
            let value = 0.02 / (1.02 - uniform) - 0.08;
            let variance = Some(0.001 + 0.01 * value * value);
            PseudoEvent { value, variance, event_share: 0.0 }
        })
        .collect()
}

/// The test of the date k as the event, with an effect on it.
fn with_event_on(values: &[PseudoEvent], k: usize, effect: f64, studentised: bool) -> PlaceboTest {
    let events: Vec<_> = values.iter().copied().map(Some).collect();
    let grid =
        PlaceboGrid::of_pseudo_events((0..values.len()).map(day).collect(), &events).unwrap();
    let sets = PlaceboDesign::new().draw(&grid, &[day(k)], 1).unwrap();
    let std_error = values[k].variance.filter(|_| studentised).map(f64::sqrt);
    sets.test(&grid, values[k].value + effect, std_error).unwrap()
}

#[test]
fn each_verdict_errs_in_half_of_the_significance_at_most() {
    // Every date is the event once: no error of simulation, and no symmetry to lean on.
    let n = 120;
    for (seed, studentised) in [(1, true), (2, false), (3, true), (4, false)] {
        let values = skewed(seed, n);
        for significance in [0.05, 0.1, 0.3] {
            let above = VerdictRule::new(significance, 0.08).unwrap();
            for rule in [above, above.side(ClaimedSide::Below)] {
                let sign = if rule.claimed_side() == ClaimedSide::Above { 1.0 } else { -1.0 };
                let count = |effect: f64, verdict: Verdict| {
                    let is_it = |k: &usize| {
                        let test = with_event_on(&values, *k, sign * effect, studentised);
                        rule.judge_test(&test).unwrap().verdict == verdict
                    };
                    (0..n).filter(is_it).count() as f64
                };
                let most = significance / 2.0 * n as f64 + 1e-9;
                assert!(count(0.0, Verdict::Supported) <= most, "{rule}");
                assert!(count(0.08, Verdict::Refuted) <= most, "{rule}");
                // The rule is no sleeper either: a large effect is found, a small one excluded.
                assert!(count(9.0, Verdict::Supported) > 0.9 * n as f64, "{rule}");
            }
        }
    }
}

#[test]
fn the_two_sided_p_supports_nothing_too_often_where_values_are_skewed() {
    // Which is why verdicts do not rest on it.
    let (n, mut hits) = (240, 0);
    let values = skewed(2, n);
    for k in 0..n {
        let test = with_event_on(&values, k, 0.0, false);
        hits += usize::from(test.excess() > 0.0 && test.p_values().two_sided <= 0.05);
    }
    assert_eq!(hits, 12); // all of the 5 % on one side
}

fn builder(window: EventWindow, length: usize) -> EventStudyBuilder {
    EventStudy::builder(Universe::of(["a0", "a1", "a2"]), ConstantMeanModel)
        .windows([window])
        .estimation_window(EstimationWindow::trailing(length).unwrap())
        .bootstrap(None)
        .tests([])
}

fn run(study: EventStudyBuilder, seed: u64, n_rows: usize, events: &[usize]) -> Outcome {
    let prices = market(seed, 3, n_rows).select(&["a0", "a1", "a2"]).unwrap();
    let dates: Vec<_> = events.iter().map(|row| day(*row)).collect();
    let data = StudyData::new(prices, Compounding::Log);
    study.build().unwrap().run(&data, &EventSet::from_dates(&dates).unwrap()).unwrap()
}

#[test]
fn a_study_judges_its_windows_by_the_rule_that_it_was_given() {
    let events = [120, 260, 400];
    let window = EventWindow::rows(1, 10).unwrap();
    let plain = run(builder(window, 60), 1, 500, &events);
    assert_eq!((plain.settings.verdict, &plain.windows[0].judgement), (None, &None));
    assert!(!plain.to_json().unwrap().contains("judgement"));

    let rule = VerdictRule::new(0.1, 0.02).unwrap();
    let judged = run(builder(window, 60).verdict(Some(rule)), 1, 500, &events);
    assert_eq!(judged.settings.verdict, Some(rule));
    let (w, p) = (&judged.windows[0], judged.windows[0].placebo.as_ref().unwrap());
    assert_eq!(plain.windows[0].placebo.as_ref(), Some(p));
    // At the significance of the rule, whatever the level of the study: as a study at that level says.
    let at_level = run(builder(window, 60).level(0.9), 1, 500, &events);
    let judgement = w.judgement.clone().unwrap();
    assert_eq!(rule.judge(at_level.windows[0].placebo.as_ref().unwrap()), judgement);
    assert_ne!(p.equal_tailed.unwrap().level(), 0.9);
    // It comes back from its file.
    let text = judged.to_json().unwrap();
    assert_eq!(serde_json::from_str::<Outcome>(&text).unwrap(), judged);

    let none = builder(window, 60).verdict(Some(rule)).placebo(None).build().unwrap_err();
    assert_eq!(none.to_string(), "placebo = none: expected placebo dates, on which verdicts rest");
}

#[test]
fn too_few_sets_keep_p_and_decide_nothing() {
    let rule = VerdictRule::default();
    let placebo = PlaceboSettings { n_sets: 9, ..PlaceboSettings::default() };
    let study = builder(EventWindow::rows(1, 10).unwrap(), 60);
    let found = run(study.placebo(Some(placebo)).verdict(Some(rule)), 1, 500, &[120, 260, 400]);
    let (w, p) = (&found.windows[0], found.windows[0].placebo.as_ref().unwrap());
    assert_eq!((p.n_sets, p.attainable_p, &w.placebo_fault), (9, 0.1, &None));
    assert!(p.t.is_some() && p.p_values.two_sided >= 0.1);
    assert_eq!(p.minimum_detectable_effect, None);
    let few = UnboundedBecause::TooFewSets { n_needed: 19, n_found: 9 };
    assert_eq!((p.interval.unbounded(), p.interval.ends()), (Some(few), None));
    let judgement = w.judgement.as_ref().unwrap();
    assert_eq!(judgement.verdict, Verdict::Undecided);
    assert!(judgement.because.ends_with("(9 placebo sets exclude no effect, 39 could)"));
    let text = found.to_json().unwrap();
    assert_eq!(serde_json::from_str::<Outcome>(&text).unwrap(), found);
}

#[test]
fn placebo_windows_full_of_the_event_keep_p_t_and_the_detectable_effect() {
    // Thirty dates, of whose windows most lie within that of the event.
    let study = || builder(EventWindow::rows(0, 29).unwrap(), 60);
    let mut n_unbounded = 0;
    for seed in 1..=12 {
        let found = run(study(), seed, 120, &[75]);
        let p = found.windows[0].placebo.as_ref().unwrap();
        assert!(p.t.is_some() && p.p_values.two_sided <= 1.0 && p.event_share > 0.5);
        assert!(p.minimum_detectable_effect.is_some());
        if let Some(why) = p.interval.unbounded() {
            n_unbounded += 1;
            assert!(matches!(why, UnboundedBecause::TooFewApart { .. }), "{why}");
            assert!(p.interval.contains(5.0) && p.interval.contains(-5.0));
        }
    }
    assert!(n_unbounded > 0);
}

#[test]
fn without_a_placebo_the_verdict_says_why() {
    // The event stands on the only date with enough rows on either side.
    let rule = VerdictRule::default();
    let study = builder(EventWindow::rows(1, 10).unwrap(), 60).verdict(Some(rule));
    let found = run(study, 1, 72, &[61]);
    let w = &found.windows[0];
    let fault = w.placebo_fault.as_deref().unwrap();
    let judgement = w.judgement.as_ref().unwrap();
    assert_eq!(judgement.verdict, Verdict::Undecided);
    assert_eq!(judgement.because, format!("there is no placebo: {fault}"));
}
