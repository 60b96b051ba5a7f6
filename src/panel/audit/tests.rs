use chrono::{Days, NaiveDate};
use ndarray::Array2;
use proptest::prelude::*;

use super::*;
use crate::time::DateAxis;

fn day(n: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + Days::new(n as u64)
}

fn panel(rows: &[Vec<f64>]) -> PricePanel {
    let n = rows[0].len();
    let names = (0..rows.len()).map(|i| format!("a{i}")).collect();
    let axis = DateAxis::new((0..n).map(day).collect()).unwrap();
    let values = Array2::from_shape_vec((rows.len(), n), rows.concat()).unwrap();
    PricePanel::new(axis, names, values).unwrap()
}

fn audit(prices: &[f64]) -> Vec<(NaiveDate, Fault)> {
    audit_with(prices, &AuditOptions::default())
}

fn audit_with(prices: &[f64], options: &AuditOptions) -> Vec<(NaiveDate, Fault)> {
    let audit = panel(&[prices.to_vec()]).audit(options).unwrap();
    audit.findings().iter().map(|f| (f.date, f.fault)).collect()
}

/// Prices that move by at most 3 % and never stand still.
fn clean(moves: &[f64]) -> Vec<f64> {
    let mut price = 50.0;
    moves
        .iter()
        .map(|m| {
            price *= m.exp();
            price
        })
        .collect()
}

fn moves(n: usize) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(prop_oneof![0.01..0.03, -0.03..-0.01], n)
}

fn seam(n: usize) -> AuditOptions {
    let seam =
        Seam { asset: "a0".to_owned(), date: day(n), from: "x".to_owned(), to: "y".to_owned() };
    AuditOptions::default().seams(vec![seam])
}

#[test]
fn a_move_that_stays_is_a_jump_and_one_that_is_undone_a_reversal() {
    let found = audit(&[10.0, 10.1, 20.2, 20.4, 20.2, 20.3]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, day(2));
    let Fault::Jump { log_return, n_rows, .. } = found[0].1 else { panic!("{found:?}") };
    assert!((log_return - 2f64.ln()).abs() < 1e-15);
    assert_eq!(n_rows, 1);

    let found = audit(&[10.0, 10.1, 30.3, 31.0, 10.1, 10.2]);
    assert_eq!(
        found,
        [(
            day(2),
            Fault::Reversal { log_return: (30.3f64 / 10.1).ln(), log_return_left: 0.0, n_rows: 2 }
        )]
    );
}

#[test]
fn a_move_that_is_half_undone_is_two_jumps() {
    let found = audit(&[10.0, 10.1, 101.0, 31.0, 31.5, 31.2]);
    let kinds: Vec<_> = found.iter().map(|(d, f)| (*d, f.name())).collect();
    assert_eq!(kinds, [(day(2), "jump"), (day(3), "jump")]);
}

#[test]
fn four_rows_off_are_too_many_for_a_reversal() {
    let found = audit(&[10.0, 30.0, 30.1, 30.2, 30.1, 10.0, 10.1]);
    let kinds: Vec<_> = found.iter().map(|(d, f)| (*d, f.name())).collect();
    assert_eq!(kinds, [(day(1), "jump"), (day(5), "jump")]);
}

#[test]
fn a_small_move_is_a_jump_for_a_quiet_series() {
    let mut prices: Vec<f64> =
        (0..60).map(|i| 1.0 + 1e-4 * f64::from(i % 2) + 1e-5 * f64::from(i % 7)).collect();
    prices[30..].iter_mut().for_each(|p| *p *= 1.1);
    let found = audit(&prices);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].0, found[0].1.name()), (day(30), "jump"));
    let none = audit_with(&prices, &AuditOptions::default().jump_deviations(None));
    assert!(none.is_empty());
}

#[test]
fn stale_runs_and_gaps_have_their_first_row_and_length() {
    let mut prices = clean(&[0.01; 40]);
    let stale = prices[10];
    prices[10..22].fill(stale);
    prices[30] = f64::NAN;
    prices[31] = f64::NAN;
    assert_eq!(
        audit(&prices),
        [(day(10), Fault::StaleRun { n_rows: 12 }), (day(30), Fault::Gap { n_rows: 2 })]
    );
    // Missing rows before the first price and after the last are no gaps.
    prices[..3].fill(f64::NAN);
    prices[38..].fill(f64::NAN);
    assert_eq!(audit(&prices).len(), 2);
}

#[test]
fn a_jump_over_a_hole_counts_the_rows() {
    let mut prices = clean(&[0.01; 12]);
    prices[5..8].fill(f64::NAN);
    prices[8..].iter_mut().for_each(|p| *p *= 50.0);
    let found = audit(&prices);
    assert_eq!(found[0], (day(5), Fault::Gap { n_rows: 3 }));
    let (date, Fault::Jump { n_rows: 4, deviations: Some(deviations), .. }) = found[1] else {
        panic!("{found:?}")
    };
    assert_eq!(date, day(8));
    let expected = (50f64.ln() + 0.04) / (1.482_602_218_505_602 * 0.01 * 2.0);
    assert!((deviations / expected - 1.0).abs() < 1e-9);
}

#[test]
fn seams_shift_and_gap() {
    let mut prices = clean(&[0.01; 30]);
    prices[15..].iter_mut().for_each(|p| *p *= 1.2);
    assert!(audit(&prices).is_empty(), "a fifth is no jump without the seam");
    let found = audit_with(&prices, &seam(15));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0, found[0].1.name()), (day(15), "seam_shift"));
    prices[13..15].fill(f64::NAN);
    let kinds: Vec<_> =
        audit_with(&prices, &seam(14)).iter().map(|(d, f)| (*d, f.name())).collect();
    assert_eq!(kinds, [(day(13), "gap"), (day(15), "seam_shift"), (day(15), "seam_gap")]);
    // A seam at the first price or after the last one joins nothing.
    assert!(audit_with(&clean(&[0.01; 5]), &seam(0)).is_empty());
    assert!(audit_with(&clean(&[0.01; 5]), &seam(9)).is_empty());
}

#[test]
fn findings_are_ordered_and_survive_json() {
    let bad = [10.0, 10.1, 30.3, 10.1, f64::NAN, 10.2];
    let audit = panel(&[bad.to_vec(), bad.to_vec()]).audit(&AuditOptions::default()).unwrap();
    let order: Vec<_> = audit.findings().iter().map(|f| (f.asset.as_str(), f.date)).collect();
    assert_eq!(order, [("a0", day(2)), ("a0", day(4)), ("a1", day(2)), ("a1", day(4))]);
    assert_eq!(audit.counts(), [("reversal", 2), ("gap", 2)]);
    let json = serde_json::to_string(&audit).unwrap();
    assert!(json.contains(r#"{"asset":"a0","date":"2020-01-05","kind":"gap","n_rows":1}"#));
    assert_eq!(serde_json::from_str::<Audit>(&json).unwrap(), audit);
    assert_eq!(audit.findings()[1].to_string(), "a0 2020-01-05: 1 row without a price");
}

#[test]
fn thresholds_outside_their_domain_and_unknown_assets_are_errors() {
    let panel = panel(&[vec![1.0, 2.0]]);
    let text = |options: AuditOptions| panel.audit(&options).unwrap_err().to_string();
    assert_eq!(
        text(AuditOptions::default().jump_factor(1.0)),
        "jump_factor = 1: expected a factor above 1"
    );
    let options = AuditOptions { reversal_share: 1.0, ..AuditOptions::default() };
    assert_eq!(text(options), "1 - reversal_share = 0: expected a share between 0 and 1");
    let mut options = seam(1);
    options.seams[0].asset = "b".to_owned();
    assert_eq!(text(options), "no series `b`; the panel has `a0`");
}

proptest! {
    #[test]
    fn a_clean_panel_has_no_findings(moves in moves(80), at in 1usize..80) {
        let prices = clean(&moves);
        prop_assert_eq!(audit_with(&prices, &seam(at)), []);
    }

    #[test]
    fn a_change_of_unit_changes_nothing(moves in moves(60), at in 5usize..50, power in -20i32..20) {
        let mut prices = clean(&moves);
        prices[at] *= 7.0;
        prices[at + 3] = f64::NAN;
        let scaled: Vec<f64> = prices.iter().map(|p| p * 2f64.powi(power)).collect();
        prop_assert_eq!(audit_with(&prices, &seam(at)), audit_with(&scaled, &seam(at)));
    }

    #[test]
    fn an_injected_fault_is_found_at_its_date(
        moves in moves(60),
        at in 5usize..50,
        factor in prop_oneof![2.0..50.0, 0.02..0.5],
    ) {
        let mut spike = clean(&moves);
        spike[at] *= factor;
        let found = audit(&spike);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!((found[0].0, found[0].1.name()), (day(at), "reversal"));

        let mut jump = clean(&moves);
        jump[at..].iter_mut().for_each(|p| *p *= factor);
        let found = audit(&jump);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!((found[0].0, found[0].1.name()), (day(at), "jump"));

        let mut hole = clean(&moves);
        hole[at] = f64::NAN;
        prop_assert_eq!(audit(&hole), [(day(at), Fault::Gap { n_rows: 1 })]);
    }
}
