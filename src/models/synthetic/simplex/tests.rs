use super::*;
use crate::models::testing::{Noise, close};
use proptest::prelude::*;

fn solve(y: &[f64], x: &[Vec<f64>]) -> Result<Weights, FitFault> {
    let slices: Vec<&[f64]> = x.iter().map(Vec::as_slice).collect();
    simplex_least_squares(y, &slices)
}

fn sum_squares(y: &[f64], x: &[Vec<f64>], w: &[f64]) -> f64 {
    let e = |t: usize| y[t] - x.iter().zip(w).map(|(c, w)| c[t] * w).sum::<f64>();
    (0..y.len()).map(|t| e(t).powi(2)).sum()
}

#[test]
fn two_donors_by_hand() {
    // On the segment from (0, 0) to (2, 0) the nearest point to (0.5, 1) is a quarter of the way.
    let x = [vec![0.0, 0.0], vec![2.0, 0.0]];
    let found = solve(&[0.5, 1.0], &x).unwrap();
    close(found.values[1], 0.25, 1e-14);
    close(found.values[0], 0.75, 1e-14);
    close(found.objective, 0.5, 1e-14);
    // Beyond the end it is the end.
    let found = solve(&[3.0, 1.0], &x).unwrap();
    assert_eq!(found.values, [0.0, 1.0]);
    let one = solve(&[3.0, 1.0], &x[..1]).unwrap();
    assert_eq!(one.values, [1.0]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn weights_satisfy_the_conditions_of_the_optimum(
        seed in 0_u64..1_000_000,
        n_donors in 1_usize..25,
        n_rows in 30_usize..90,
        common in 0.0_f64..4.0,
        own in 0.001_f64..2.0,
    ) {
        let mut noise = Noise::new(seed);
        let market = noise.normals(n_rows, 0.01 * common);
        let series = |noise: &mut Noise, scale: f64| -> Vec<f64> {
            market.iter().map(|m| m + scale * 0.01 * noise.normal()).collect()
        };
        let x: Vec<Vec<f64>> = (0..n_donors).map(|_| series(&mut noise, 1.0)).collect();
        let y = series(&mut noise, own);
        let found = solve(&y, &x).unwrap();
        let w = &found.values;
        prop_assert!(w.iter().all(|w| *w >= 0.0));
        prop_assert!((w.iter().sum::<f64>() - 1.0).abs() < 1e-13);
        let e: Vec<f64> = (0..n_rows)
            .map(|t| y[t] - x.iter().zip(w).map(|(c, w)| c[t] * w).sum::<f64>())
            .collect();
        let gradient: Vec<f64> = x.iter().map(|c| -dot(c, &e)).collect();
        // One multiplier: the gradient is the same on all positive weights and no less elsewhere.
        let level: f64 = gradient.iter().zip(w).map(|(g, w)| g * w).sum();
        let size = 1e-9 * (dot(&e, &e) + dot(&y, &y) * 1e-5);
        for (g, w) in gradient.iter().zip(w) {
            prop_assert!(*g >= level - size, "{} below {}", g, level);
            prop_assert!(*w == 0.0 || (*g - level).abs() <= size, "{} at weight {}", g - level, w);
        }
        close(2.0 * found.objective, sum_squares(&y, &x, w), 1e-11);
        // No step towards a vertex, and none between two, is an improvement.
        let at = sum_squares(&y, &x, w);
        for j in 0..n_donors {
            let mut moved: Vec<f64> = w.iter().map(|w| w * 0.999).collect();
            moved[j] += 0.001;
            prop_assert!(sum_squares(&y, &x, &moved) >= at * (1.0 - 1e-12));
        }
        // The same bits again.
        prop_assert_eq!(&solve(&y, &x).unwrap().values, w);
    }
}

#[test]
fn a_mixture_is_found_back() {
    let mut noise = Noise::new(61);
    let x: Vec<Vec<f64>> = (0..12).map(|_| noise.normals(100, 0.02)).collect();
    let y: Vec<f64> = (0..100)
        .map(|t| 0.2 * x[1][t] + 0.5 * x[4][t] + 0.3 * x[9][t] + 1e-9 * noise.normal())
        .collect();
    let found = solve(&y, &x).unwrap();
    for (j, w) in [(1, 0.2), (4, 0.5), (9, 0.3)] {
        close(found.values[j], w, 1e-7);
    }
}

#[test]
fn mixtures_that_are_not_unique_are_refused() {
    let mut noise = Noise::new(62);
    let mut x: Vec<Vec<f64>> = (0..4).map(|_| noise.normals(50, 0.02)).collect();
    let y: Vec<f64> = x[1].iter().map(|v| v + 0.01 * noise.normal()).collect();
    x.push(x[1].clone());
    assert_eq!(solve(&y, &x).map(|w| w.values), Err(FitFault::CollinearFactors));
    // Twins that get no weight do no harm.
    let far: Vec<f64> = (0..50).map(|t| if t % 2 == 0 { 0.5 } else { -0.5 }).collect();
    let x = [x[0].clone(), x[1].clone(), far.clone(), far];
    assert!(solve(&y, &x).is_ok());
}
