use proptest::prelude::*;

use super::*;

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2021, 1, 1).unwrap() + chrono::Days::new(n)
}

const NAMES: [&str; 7] = ["a", "b", "c", "d", "e", "f", "g"];

/// An order whose groups have these sizes.
fn order(sizes: &[usize]) -> ClaimedOrder {
    let mut names = NAMES.iter();
    ClaimedOrder::new(sizes.iter().map(|n| names.by_ref().take(*n).copied().collect::<Vec<_>>()))
        .unwrap()
}

fn measure(order: &ClaimedOrder, days: &[u64]) -> OrderDistance {
    let dates: Vec<(&str, Option<NaiveDate>)> =
        NAMES.iter().copied().zip(days.iter().map(|d| Some(day(*d)))).collect();
    order.distance(&dates).unwrap()
}

/// All orders of a list, one after the other.
fn permutations(days: &[u64]) -> Vec<Vec<u64>> {
    if days.len() < 2 {
        return vec![days.to_vec()];
    }
    let mut out = Vec::new();
    for at in 0..days.len() {
        let mut rest = days.to_vec();
        let first = rest.remove(at);
        for mut tail in permutations(&rest) {
            tail.insert(0, first);
            out.push(tail);
        }
    }
    out
}

#[test]
fn steps_without_a_pair_show() {
    let order = order(&[2, 1, 3]);
    assert_eq!(order.n_pairs(), 2 + 9);
    let all = measure(&order, &[1, 2, 3, 4, 5, 6]);
    assert_eq!((all.largest, &all.pairs_of_steps[..]), (11.0, &[2, 3][..]));
    // Without the middle group neither step is seen, though the ends can be compared.
    let dates: Vec<(&str, Option<NaiveDate>)> =
        NAMES[..6].iter().map(|n| (*n, (*n != "c").then(|| day(1)))).collect();
    let found = order.distance(&dates).unwrap();
    assert_eq!((found.largest, &found.pairs_of_steps[..]), (6.0, &[0, 0][..]));
}

#[test]
fn without_ties_the_null_is_mahonian() {
    // Inversions of permutations: the coefficients of (1 + q)(1 + q + q²)(1 + q + q² + q³)...
    for (n, counts) in [
        (2, vec![1, 1]),
        (3, vec![1, 2, 2, 1]),
        (4, vec![1, 3, 5, 6, 5, 3, 1]),
        (5, vec![1, 4, 9, 15, 20, 22, 20, 15, 9, 4, 1]),
    ] {
        let days: Vec<u64> = (0..n as u64).collect();
        let found = measure(&order(&vec![1; n]), &days);
        assert_eq!((found.distance, found.tau), (0.0, 1.0));
        let total: u32 = counts.iter().sum();
        let expected: Vec<(f64, f64)> = (0_u32..)
            .zip(&counts)
            .map(|(d, c)| (f64::from(d), f64::from(*c) / f64::from(total)))
            .collect();
        assert_eq!(found.null.distances().collect::<Vec<_>>(), expected);
    }
}

#[test]
fn groups_without_ties_are_a_gaussian_binomial() {
    // Mann and Whitney's U for two and two: 1, 1, 2, 1, 1 of 6.
    let found = measure(&order(&[2, 2]), &[1, 4, 3, 2]);
    assert_eq!((found.distance, found.largest), (2.0, 4.0));
    let sixths: Vec<(f64, f64)> =
        [1.0, 1.0, 2.0, 1.0, 1.0].iter().zip(0..).map(|(c, d)| (f64::from(d), c / 6.0)).collect();
    assert_eq!(found.null.distances().collect::<Vec<_>>(), sixths);
}

#[test]
fn sums_have_the_smallest_and_the_mean_of_their_parts() {
    let null = measure(&order(&[1, 1, 1, 1]), &[3, 2, 1, 0]).null;
    let three = DistanceNull::sum_of([&null, &null, &null]);
    assert!((three.p_at_most(0.0) / 24.0_f64.powi(-3) - 1.0).abs() < 1e-12);
    assert!((three.mean() - 9.0).abs() < 1e-12);
    // One inversion in one of three events: 1 + 3 · 3 of 24³.
    assert!((three.p_at_most(1.0) / (10.0 / 24.0_f64.powi(3)) - 1.0).abs() < 1e-12);
    assert_eq!(null.critical_distance(0.05), Some(0.0));
    assert_eq!(null.critical_distance(0.04), None);
    assert!((null.p_at_least(6.0) - 1.0 / 24.0).abs() < 1e-15);
    assert_eq!(DistanceNull::sum_of([]).distances().collect::<Vec<_>>(), [(0.0, 1.0)]);
}

#[test]
fn missing_classes_take_no_part_and_faults_are_named() {
    let order = order(&[1, 1, 1, 1]);
    let dates = [("a", Some(day(1))), ("b", None), ("d", Some(day(0)))];
    let found = order.distance(&dates).unwrap();
    assert_eq!((found.distance, found.largest, found.n_classes), (1.0, 1.0, 2));
    assert_eq!(found.missing, ["b", "c"]);
    let text = |dates: &[(&str, Option<NaiveDate>)]| order.distance(dates).unwrap_err().to_string();
    assert_eq!(
        text(&[("a", Some(day(1)))]),
        "the distance from a claimed order needs at least 2 groups with a date, found 1"
    );
    assert!(text(&[("z", None)]).contains('z'));
    assert!(text(&[("a", None), ("a", None)]).contains('a'));
    let new = |groups: &[&[&str]]| ClaimedOrder::new(groups.iter().map(|g| g.iter().copied()));
    assert!(new(&[&["a"]]).is_err() && new(&[&["a"], &[]]).is_err());
    assert!(matches!(new(&[&["a"], &["a"]]), Err(Error::DuplicateAsset { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    #[test]
    fn the_null_is_what_all_permutations_give(
        days in prop::collection::vec(0_u64..5, 6),
        split in 0_usize..4,
    ) {
        let sizes: &[usize] = [&[1; 6][..], &[2, 2, 2], &[1, 3, 2], &[4, 2]][split];
        let order = order(sizes);
        let all = permutations(&days);
        let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
        for dealt in &all {
            let twice = 2.0 * measure(&order, dealt).distance;
            *counts.entry(twice.to_bits()).or_default() += 1;
        }
        let null = measure(&order, &days).null;
        let found: Vec<(f64, f64)> = null.distances().collect();
        prop_assert_eq!(found.len(), counts.len());
        for ((distance, p), (bits, count)) in found.iter().zip(&counts) {
            prop_assert_eq!(2.0 * distance, f64::from_bits(*bits));
            prop_assert!((p / (f64::from(*count) / 720.0) - 1.0).abs() < 1e-12);
        }
        // Reversed dates have the complement, and only the order of dates counts.
        let found = measure(&order, &days);
        let reversed = measure(&order, &days.iter().map(|d| 100 - d).collect::<Vec<_>>());
        prop_assert_eq!(found.distance + reversed.distance, found.largest);
        let stretched = measure(&order, &days.iter().map(|d| d * d + 3).collect::<Vec<_>>());
        prop_assert_eq!(found.distance, stretched.distance);
    }
}
