use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::{CircleValues, EventPattern, EventPatterns, Individual, JointShifts};
use crate::resampling::{PValues, PlaceboGrid};

const NONE: f64 = f64::NAN;

fn pattern(column: usize, rows: &[usize], columns: &[CircleValues]) -> EventPattern {
    let (observed, std_error) = of_rows(&columns[column], rows.iter().copied());
    let std_error = columns[column].variances.as_ref().map(|_| std_error);
    EventPattern { column, rows: rows.to_vec(), observed, std_error }
}

/// Mean and standard error over those of the rows that have a value, by the definition.
fn of_rows(column: &CircleValues, rows: impl Iterator<Item = usize>) -> (f64, f64) {
    let there: Vec<usize> = rows.filter(|row| !column.values[*row].is_nan()).collect();
    let n = there.len() as f64;
    let mean = there.iter().map(|row| column.values[*row]).sum::<f64>() / n;
    let variance = |v: &Vec<f64>| there.iter().map(|row| v[*row]).sum::<f64>().sqrt() / n;
    (mean, column.variances.as_ref().map_or(1.0, variance))
}

/// x(s) and the standard error of every shift, NaN where missing.
fn by_hand(column: &CircleValues, pattern: &EventPattern) -> Vec<(f64, f64)> {
    let n = column.values.len();
    (0..n).map(|s| of_rows(column, pattern.rows.iter().map(|row| (row + s) % n))).collect()
}

fn wave(n: usize, k: f64) -> CircleValues {
    let at = |j: usize| (0.7 * k + j as f64 * 0.37).sin() + 0.01 * ((j * 7919) % 31) as f64;
    CircleValues { values: (0..n).map(at).collect(), variances: None }
}

/// The same values with variances.
fn studentised(n: usize, k: f64) -> CircleValues {
    let variance = |j: usize| 0.3 + ((j * 37) % 11) as f64 + 0.1 * (k + j as f64).cos();
    CircleValues { variances: Some((0..n).map(variance).collect()), ..wave(n, k) }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-12 || (a.is_nan() && b.is_nan())
}

#[test]
fn a_set_alone_is_the_circular_shift_of_its_grid() {
    let values = wave(97, 0.0);
    let rows = [3, 20, 21, 90];
    let columns = [values.clone()];
    let sets = EventPatterns::new(&columns, vec![pattern(0, &rows, &columns)]);
    let found = sets.individual(0.05)[0].unwrap();
    let day = |d: usize| NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + Days::new(d as u64);
    let grid = PlaceboGrid::new(
        (0..97).map(day).collect(),
        values.values.iter().map(|v| Some(*v)).collect(),
    )
    .unwrap();
    let expected = grid.circular_shift(&rows.map(day)).unwrap();
    assert!(close(found.mean, expected.mean));
    assert!(close(found.p_values.two_sided, expected.p_values.two_sided));
    assert!(close(found.p_values.upper, expected.p_values.upper));
    assert!(close(found.p_values.lower, expected.p_values.lower));
    // One set is as a family of one.
    let joint = sets.joint(&[found], 0.95, 11).unwrap();
    assert!(close(joint.adjusted[0], expected.p_values.two_sided));
    assert!(close(joint.median.p_values.two_sided, expected.p_values.two_sided));
    assert!(close(joint.mean_z.p_values.upper, expected.p_values.upper));
    assert_eq!((joint.n_shifts, joint.n_missing), (97, 0));
}

#[test]
fn a_date_without_a_value_drops_the_event_and_a_set_without_events_is_missing() {
    let values = vec![1.0, NONE, 3.0, NONE, NONE, 7.0];
    let columns = [CircleValues { values, variances: None }];
    let patterns = vec![pattern(0, &[0, 2], &columns), pattern(0, &[0], &columns)];
    let sets = EventPatterns::new(&columns, patterns);
    let individual: Vec<Individual> =
        sets.individual(0.5).into_iter().map(Option::unwrap).collect();
    // Shifts 0 to 5 of the two: (1, 3), none, (3), (7), (1), (7); of the one: 1, –, 3, –, –, 7.
    assert_eq!(individual.iter().map(|i| i.n_shifts).collect::<Vec<_>>(), [5, 3]);
    assert!(close(individual[0].mean, (2.0 + 3.0 + 7.0 + 1.0 + 7.0) / 5.0));
    assert!(close(individual[1].mean, 11.0 / 3.0));
    let joint = sets.joint(&individual, 0.95, 3).unwrap();
    assert_eq!((joint.n_shifts, joint.n_missing), (5, 4));
}

#[test]
fn a_column_that_does_not_vary_has_no_distribution() {
    let columns = [CircleValues { values: vec![0.25; 40], variances: None }, wave(40, 1.0)];
    let patterns = vec![pattern(0, &[3], &columns), pattern(1, &[3], &columns)];
    let sets = EventPatterns::new(&columns, patterns);
    let found = sets.individual(0.05);
    assert!(found[0].is_none() && found[1].is_some());
    let kept = sets.keeping(&[false, true]);
    assert_eq!(kept.patterns().len(), 1);
    assert_eq!(kept.patterns()[0].column, 1);
}

/// Of a set its mean and the size of its t over the shifts.
fn centre_and_scale(shifts: &[(f64, f64)]) -> (f64, f64) {
    let there: Vec<_> = shifts.iter().filter(|(x, _)| !x.is_nan()).collect();
    let mean = there.iter().map(|(x, _)| x).sum::<f64>() / there.len() as f64;
    let squares: f64 = there.iter().map(|(x, s)| ((x - mean) / s).powi(2)).sum();
    (mean, (squares / (there.len() - 1) as f64).sqrt())
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 { values[half] } else { f64::midpoint(values[half - 1], values[half]) }
}

/// Median, its standard error, mean z and significant share of every shift from the definitions,
/// without any shared step.
fn slow(columns: &[CircleValues], sets: &[EventPattern], significance: f64) -> Vec<[f64; 4]> {
    let n = columns[0].values.len();
    let all: Vec<_> = sets.iter().map(|p| by_hand(&columns[p.column], p)).collect();
    let stats: Vec<(f64, f64)> = all.iter().map(|shifts| centre_and_scale(shifts)).collect();
    let t = |k: usize, s: usize| (all[k][s].0 - stats[k].0) / all[k][s].1;
    let p = |k: usize, s: usize| {
        let there: Vec<usize> = (0..n).filter(|other| !all[k][*other].0.is_nan()).collect();
        let beyond = there.iter().filter(|other| t(k, **other).abs() >= t(k, s).abs() - 1e-12);
        beyond.count() as f64 / there.len() as f64
    };
    (0..n)
        .filter_map(|s| {
            let there: Vec<usize> = (0..sets.len()).filter(|k| !all[*k][s].0.is_nan()).collect();
            if there.is_empty() {
                return None;
            }
            let median = middle(there.iter().map(|k| all[*k][s].0).collect());
            let errors = there.iter().filter(|k| sets[**k].std_error.is_some());
            let errors: Vec<f64> = errors.map(|k| all[*k][s].1).collect();
            let error = if errors.is_empty() { f64::NAN } else { middle(errors) };
            let z = |k: &usize| t(*k, s) / stats[*k].1;
            let mean_z = there.iter().map(z).sum::<f64>() / there.len() as f64;
            let n_above = there.iter().filter(|k| z(k) > 0.0).count();
            let side = if 2 * n_above >= there.len() { 1.0 } else { -1.0 };
            let counted =
                there.iter().filter(|k| side * z(k) > 0.0 && p(**k, s) <= significance).count();
            Some([median, error, mean_z, counted as f64 / there.len() as f64])
        })
        .collect()
}

/// Step-down adjusted p-values by definition: for each set the share of shifts at which the largest
/// |z| among the sets observed no farther out is at least its own, made monotone.
fn slow_adjusted(columns: &[CircleValues], sets: &[EventPattern]) -> Vec<f64> {
    let n = columns[0].values.len();
    let z_of = |p: &EventPattern| -> Vec<f64> {
        let shifts = by_hand(&columns[p.column], p);
        let (mean, scale) = centre_and_scale(&shifts);
        shifts.iter().map(|(x, s)| ((x - mean) / s / scale).abs()).collect()
    };
    let z: Vec<Vec<f64>> = sets.iter().map(z_of).collect();
    let raw = |k: usize| {
        let nearer: Vec<usize> = (0..sets.len()).filter(|j| z[*j][0] <= z[k][0]).collect();
        let largest =
            |s: usize| nearer.iter().map(|j| z[*j][s]).filter(|z| !z.is_nan()).fold(-1.0, f64::max);
        let defined = (0..n).filter(|s| largest(*s) >= 0.0).count();
        (0..n).filter(|s| largest(*s) >= z[k][0] - 1e-12).count() as f64 / defined as f64
    };
    let all: Vec<f64> = (0..sets.len()).map(raw).collect();
    (0..sets.len())
        .map(|k| {
            (0..sets.len()).filter(|j| z[*j][0] >= z[k][0]).map(|j| all[j]).fold(0.0, f64::max)
        })
        .collect()
}

fn joint_of(columns: &[CircleValues], sets: Vec<EventPattern>) -> (JointShifts, Vec<Individual>) {
    let sets = EventPatterns::new(columns, sets);
    let own: Vec<Individual> = sets.individual(0.1).into_iter().map(Option::unwrap).collect();
    (sets.joint(&own, 0.9, 5).unwrap(), own)
}

proptest! {
    #[test]
    fn everything_is_what_its_definition_says(
        seeds in prop::collection::vec(0.0_f64..50.0, 2..4),
        rows in prop::collection::vec(prop::collection::vec(0_usize..70, 1..6), 3..9),
        holes in prop::collection::vec((0_usize..4, 0_usize..70), 0..60),
        n_plain in 0_usize..4,
    ) {
        let column = |(k, seed): (usize, &f64)| {
            if k < n_plain { wave(70, *seed) } else { studentised(70, *seed) }
        };
        let mut columns: Vec<CircleValues> = seeds.iter().enumerate().map(column).collect();
        for (column, row) in holes {
            // An observed set keeps its events.
            let n_columns = columns.len();
            if !rows.iter().flatten().any(|used| *used == row) {
                columns[column % n_columns].values[row] = NONE;
            }
        }
        let sets: Vec<EventPattern> = rows
            .iter()
            .enumerate()
            .map(|(k, rows)| pattern(k % columns.len(), rows, &columns))
            .collect();
        let (joint, own) = joint_of(&columns, sets.clone());
        let slow_shifts = slow(&columns, &sets, 0.1);
        prop_assert_eq!(slow_shifts.len(), joint.n_shifts);
        let any = sets.iter().any(|set| set.std_error.is_some());
        for (which, found) in [joint.median, joint.mean_z, joint.significant].iter().enumerate() {
            let place = [0, 2, 3][which];
            let values: Vec<f64> = slow_shifts.iter().map(|of| of[place]).collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            prop_assert!(close(found.observed, values[0]), "{which}: {found:?} {}", values[0]);
            prop_assert!(close(found.shifted_mean, mean));
            // The median in its standard errors, the others as they are.
            let used = slow_shifts.iter().filter(|of| !(which == 0 && any && of[1].is_nan()));
            let (values, errors): (Vec<f64>, Vec<f64>) =
                used.map(|of| (of[place], if which == 0 && any { of[1] } else { 1.0 })).unzip();
            // z is centred already.
            let mean = if which == 1 { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 };
            let t: Vec<f64> = values.iter().zip(&errors).map(|(v, s)| (v - mean) / s).collect();
            let share = |extreme: &dyn Fn(f64) -> bool| {
                t.iter().filter(|v| extreme(**v)).count() as f64 / t.len() as f64
            };
            let two_sided = share(&|v| v.abs() >= t[0].abs() - 1e-12);
            let upper = share(&|v| v >= t[0] - 1e-12);
            if which < 2 {
                prop_assert!(close(found.p_values.two_sided, two_sided));
                prop_assert!(close(found.p_values.upper, upper));
            } else {
                prop_assert!(close(found.p_values.two_sided, upper));
            }
        }
        let expected = slow_adjusted(&columns, &sets);
        for ((found, expected), own) in joint.adjusted.iter().zip(&expected).zip(&own) {
            prop_assert!(close(*found, *expected), "{found} {expected}");
            prop_assert!(*found >= own.p_values.two_sided - 1e-12 || own.n_shifts < joint.n_shifts);
        }
        // Curves rise from their lowest to their highest estimate, and the bands hold each other.
        for k in 0..joint.curves.positions.len() {
            let c = &joint.curves;
            prop_assert!(c.lower[k] <= c.median[k] && c.median[k] <= c.upper[k]);
            prop_assert!(k == 0 || (c.lower[k - 1] <= c.lower[k] && c.upper[k - 1] <= c.upper[k]));
        }
    }

    /// The group of shifts: whichever shift is called the observed one, the p-values over all n of
    /// them are those of ranks, so that a level holds exactly.
    #[test]
    fn over_all_choices_of_the_observed_shift_a_level_holds(
        seed in 0.0_f64..50.0,
        rows in prop::collection::vec(prop::collection::vec(0_usize..40, 1..4), 2..5),
    ) {
        let columns = [wave(40, seed), studentised(40, seed + 2.0)];
        let (mut small, mut joint_small) = ([0; 3], [0; 3]);
        let levels = [0.1, 0.25, 0.5];
        for turn in 0..40 {
            let sets: Vec<EventPattern> = rows
                .iter()
                .enumerate()
                .map(|(k, rows)| {
                    let turned: Vec<usize> = rows.iter().map(|row| (row + turn) % 40).collect();
                    pattern(k % 2, &turned, &columns)
                })
                .collect();
            let (joint, own) = joint_of(&columns, sets);
            let PValues { two_sided, .. } = joint.median.p_values;
            for (k, level) in levels.iter().enumerate() {
                joint_small[k] += usize::from(two_sided <= *level);
                small[k] += usize::from(
                    joint.adjusted.iter().fold(1.0_f64, |least, p| least.min(*p)) <= *level,
                );
            }
            prop_assert!(own.iter().all(|i| i.n_shifts == 40));
        }
        for (k, level) in levels.iter().enumerate() {
            prop_assert!(joint_small[k] as f64 <= level * 40.0 + 1e-9);
            prop_assert!(small[k] as f64 <= level * 40.0 + 1e-9);
        }
    }
}
