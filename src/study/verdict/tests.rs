use super::*;
use crate::resampling::{ExcessInterval, UnboundedBecause, UnboundedInterval};

fn rule() -> VerdictRule {
    VerdictRule::new(0.05, 0.10).unwrap()
}

fn interval(lower: f64, upper: f64, level: f64) -> ExcessInterval {
    ExcessInterval { lower, upper, level, kind: ExcessIntervalKind::EqualTailed }
}

/// p of more, of less, and the ends of the interval at 95 %.
fn judged(rule: VerdictRule, upper: f64, lower: f64, ends: (f64, f64)) -> (Verdict, String) {
    let p_values = PValues { upper, lower, two_sided: 2.0 * upper.min(lower) };
    let found =
        rule.judge_excess(f64::midpoint(ends.0, ends.1), &p_values, interval(ends.0, ends.1, 0.95));
    (found.verdict, found.because)
}

#[test]
fn one_side_at_half_of_the_significance_supports() {
    let (verdict, because) = judged(rule(), 0.025, 0.99, (0.001, 0.4));
    assert_eq!(verdict, Verdict::Supported);
    assert_eq!(
        because,
        "the excess over placebo dates is +20.1 % with one-sided p = 0.025, at most 0.025"
    );
    let (verdict, because) = judged(rule(), 0.026, 0.99, (-0.001, 0.4));
    assert_eq!(verdict, Verdict::Undecided);
    assert_eq!(
        because,
        "one-sided p = 0.026 and the interval [-0.1 %, +40.0 %] holds both nothing and +10.0 %"
    );
    // The other side, however clear, is none of the claim.
    assert_eq!(judged(rule(), 0.999, 0.001, (-0.4, -0.1)).0, Verdict::Refuted);
}

#[test]
fn an_effect_below_the_margin_is_not_the_one_claimed() {
    let (verdict, because) = judged(rule(), 0.001, 0.999, (0.005, 0.015));
    assert_eq!(verdict, Verdict::Refuted);
    assert_eq!(
        because,
        "the excess over placebo dates is +1.0 % with one-sided p = 0.001, but its interval \
         [+0.5 %, +1.5 %] ends short of the +10.0 % that the claim is about"
    );
    let (verdict, because) = judged(rule(), 0.3, 0.7, (-0.04, 0.06));
    assert_eq!(verdict, Verdict::Refuted);
    assert_eq!(
        because,
        "the interval [-4.0 %, +6.0 %] ends short of the +10.0 % that the claim is about, \
         one-sided p = 0.300"
    );
}

#[test]
fn the_reason_says_what_the_interval_holds() {
    let rule = VerdictRule::new(0.01, 0.05).unwrap();
    let at = |lower, upper, level| {
        let p_values = PValues { upper: 0.015, lower: 0.99, two_sided: 0.03 };
        rule.judge_excess(0.2, &p_values, interval(lower, upper, level)).because
    };
    assert_eq!(
        at(0.08, 0.32, 0.99),
        "one-sided p = 0.015 and the interval [+8.0 %, +32.0 %] lies beyond +5.0 %, but p is too large"
    );
    assert_eq!(
        at(0.01, 0.32, 0.99),
        "one-sided p = 0.015 and the interval [+1.0 %, +32.0 %] holds +5.0 %, but p is too large"
    );
    assert_eq!(
        at(0.01, 0.04, 0.95),
        "one-sided p = 0.015 and the interval [+1.0 %, +4.0 %] is at 95 %, less than the 99 % of the \
         rule"
    );
    let any = VerdictRule::new(0.05, 0.0).unwrap();
    assert_eq!(
        judged(any, 0.2, 0.8, (-0.1, 0.3)).1,
        "one-sided p = 0.200 and the interval [-10.0 %, +30.0 %] holds nothing as well as more"
    );
    assert_eq!(judged(any, 0.9, 0.1, (-0.3, -0.1)).0, Verdict::Refuted);
}

#[test]
fn the_whole_line_refutes_nothing() {
    let unbounded = UnboundedInterval {
        level: 0.95,
        kind: ExcessIntervalKind::EqualTailed,
        unbounded: UnboundedBecause::TooFewSets { n_needed: 39, n_found: 12 },
    };
    let p_values = PValues { upper: 0.4, lower: 0.6, two_sided: 0.8 };
    let found = rule().judge_excess(0.01, &p_values, EffectInterval::Unbounded(unbounded));
    assert_eq!(found.verdict, Verdict::Undecided);
    assert_eq!(
        found.because,
        "one-sided p = 0.400 and the interval is the whole line (12 placebo sets exclude no effect, \
         39 could)"
    );
}

#[test]
fn a_claim_of_less_is_the_mirror_image() {
    let (above, below) = (rule(), rule().side(ClaimedSide::Below));
    let cases = [
        (0.001, 0.999, (0.05, 0.4)),
        (0.001, 0.999, (0.01, 0.05)),
        (0.5, 0.5, (-0.3, 0.3)),
        (0.4, 0.6, (-0.04, 0.06)),
        (0.999, 0.001, (-0.4, -0.1)),
    ];
    for (upper, lower, (low, high)) in cases {
        let verdict = judged(above, upper, lower, (low, high)).0;
        assert_eq!(judged(below, lower, upper, (-high, -low)).0, verdict);
    }
    assert_eq!(
        judged(below, 0.6, 0.4, (-0.06, 0.04)).1,
        "the interval [-6.0 %, +4.0 %] ends short of the -10.0 % that the claim is about, \
         one-sided p = 0.400"
    );
}

#[test]
fn rules_are_checked_wherever_they_come_from() {
    for significance in [5.0, 0.5, 0.0, -0.1, f64::NAN] {
        assert!(VerdictRule::new(significance, 0.1).is_err(), "{significance}");
    }
    for margin in [-0.1, f64::NAN, f64::INFINITY] {
        assert!(VerdictRule::new(0.05, margin).is_err(), "{margin}");
    }
    let below = rule().side(ClaimedSide::Below);
    for rule in [VerdictRule::default(), rule(), below] {
        let text = serde_json::to_string(&rule).unwrap();
        assert_eq!(serde_json::from_str::<VerdictRule>(&text).unwrap(), rule);
    }
    let read = |text: &str| serde_json::from_str::<VerdictRule>(text).map_err(|e| e.to_string());
    assert_eq!(read(r#"{"margin": 0.1}"#), Ok(rule()));
    assert!(read(r#"{"significance": 0.05}"#).unwrap_err().contains("missing field `margin`"));
    assert!(read(r#"{"margin": 0.1, "level": 0.9}"#).unwrap_err().contains("unknown field"));
    let wrong = read(r#"{"significance": 5.0, "margin": 0.1}"#).unwrap_err();
    assert!(wrong.starts_with("significance of verdicts = 5.0: expected a share"), "{wrong}");
    assert_eq!(
        below.to_string(),
        "refuted where the equal-tailed 95 % interval of the excess over placebo dates ends above \
         -10.0 %; else supported where the excess is below nothing with a one-sided placebo p ≤ \
         0.025; else undecided"
    );
}

#[test]
fn a_claim_stands_with_all_of_its_parts() {
    use Verdict::{Refuted, Supported, Undecided};
    assert_eq!(Verdict::all_of([]), Undecided);
    assert_eq!(Verdict::all_of([Supported]), Supported);
    assert_eq!(Verdict::all_of([Supported, Supported]), Supported);
    for parts in [[Supported, Undecided], [Undecided, Supported], [Undecided, Undecided]] {
        assert_eq!(Verdict::all_of(parts), Undecided);
    }
    for other in [Supported, Undecided, Refuted] {
        assert_eq!(Verdict::all_of([other, Refuted]), Refuted);
        assert_eq!(Verdict::all_of([Refuted, other]), Refuted);
    }
}
