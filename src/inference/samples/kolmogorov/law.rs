//! Law of the largest distance between the empirical distribution of one sample and the true one.

use statrs::function::gamma::ln_gamma;

/// Largest sample for which the two-sided law is computed exactly.
pub(super) const MOST_EXACT: usize = 4_000;

/// `P(D⁺ ≥ d)` for n values (Smirnov; Birnbaum and Tingey 1951), all terms positive:
/// `d Σⱼ C(n, j) (d + j/n)^(j − 1) (1 − d − j/n)^(n − j)` over the j with d + j/n < 1.
pub(super) fn one_sided(n: usize, d: f64) -> f64 {
    if d <= 0.0 {
        return 1.0;
    }
    if d >= 1.0 {
        return 0.0;
    }
    let size = n as f64;
    let ln_factorial = ln_gamma(size + 1.0);
    let mut sum = 0.0;
    for j in 0..=n {
        let at = j as f64;
        let rest = 1.0 - d - at / size;
        if rest <= 0.0 {
            break;
        }
        let ln_binomial = ln_factorial - ln_gamma(at + 1.0) - ln_gamma(size - at + 1.0);
        sum += (ln_binomial + (at - 1.0) * (d + at / size).ln() + (size - at) * rest.ln()).exp();
    }
    (d * sum).min(1.0)
}

/// `P(D ≥ d)` for n values.
///
/// Where d is at least ½ the largest distance cannot be reached on both sides, and where nd² is at
/// least 4.5 it is with a share e⁻²⁷ of the tail: then the tail is twice the one-sided one.
/// Elsewhere it is above 10⁻⁴, large enough to be one less the distribution function.
pub(super) fn two_sided(n: usize, d: f64) -> f64 {
    let size = n as f64;
    if d <= 0.5 / size {
        1.0
    } else if d >= 0.5 || size * d * d >= 4.5 {
        (2.0 * one_sided(n, d)).min(1.0)
    } else if n <= MOST_EXACT {
        1.0 - distribution(n, d)
    } else {
        limit(size.sqrt() * d + 1.0 / (6.0 * size.sqrt()))
    }
}

/// `P(D < d)` for 1/(2n) < d < 1: the middle element of n!/nⁿ Hⁿ with the matrix H of Marsaglia,
/// Tsang and Wang (2003), of which only the middle row is carried along. All elements are positive,
/// so nothing cancels.
fn distribution(n: usize, d: f64) -> f64 {
    let scaled = n as f64 * d;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // at most n
    let k = scaled.ceil() as usize;
    let h = k as f64 - scaled;
    let m = 2 * k - 1;
    // 1/j! and the elements (1 − hʲ)/j! of the first column, which mirror those of the last row.
    let mut inverse_factorial = vec![1.0; m + 1];
    for j in 1..=m {
        inverse_factorial[j] = inverse_factorial[j - 1] / j as f64;
    }
    let mut edge = vec![0.0; m + 1];
    let mut power = 1.0;
    for (element, inverse) in edge.iter_mut().zip(&inverse_factorial).skip(1) {
        power *= h;
        *element = (1.0 - power) * inverse;
    }
    let twice = (2.0 * h - 1.0).max(0.0);
    let exponent = i32::try_from(m).unwrap_or(i32::MAX);
    let corner = (1.0 - 2.0 * power + twice.powi(exponent)) * inverse_factorial[m];
    let mut row = vec![0.0; m];
    row[k - 1] = 1.0;
    let mut next = vec![0.0; m];
    // A step makes the row e times as large. The n factors i/n come along in an order that keeps
    // it near one: small ones while it is above, large ones while it is below.
    let (mut smallest, mut largest, mut size) = (1, n, 1.0);
    while smallest <= largest {
        let i = if size > 1.0 { smallest } else { largest };
        if size > 1.0 {
            smallest += 1;
        } else {
            largest -= 1;
        }
        let factor = i as f64 / n as f64;
        size *= factor * std::f64::consts::E;
        for (column, element) in next.iter_mut().enumerate() {
            // Element (i, j) of H is 1/(i − j + 1)! for i ≥ j − 1, but for the first column and
            // the last row.
            let first = column.saturating_sub(1);
            let inside = row[first..m - 1].iter().enumerate().map(|(offset, weight)| {
                let i = first + offset;
                weight * if column == 0 { edge[i + 1] } else { inverse_factorial[i + 1 - column] }
            });
            let last = row[m - 1] * if column == 0 { corner } else { edge[m - column] };
            *element = factor * (inside.sum::<f64>() + last);
        }
        std::mem::swap(&mut row, &mut next);
    }
    row[k - 1].clamp(0.0, 1.0)
}

/// Kolmogorov's limit of `P(√n D ≥ z)`: `2 Σ (−1)^(k−1) e^(−2k²z²)` over k ≥ 1, for small z by the
/// theta function of the other side.
pub(super) fn limit(z: f64) -> f64 {
    if z < 1.0 {
        let below: f64 = (0..20_u32)
            .map(|k| {
                let odd = f64::from(2 * k + 1) * std::f64::consts::PI;
                (-odd * odd / (8.0 * z * z)).exp()
            })
            .sum();
        return 1.0 - (2.0 * std::f64::consts::PI).sqrt() / z * below;
    }
    let term = |k: u32| {
        let (size, sign) = (f64::from(k), if k % 2 == 1 { 2.0 } else { -2.0 });
        sign * (-2.0 * size * size * z * z).exp()
    };
    (1..20).map(term).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64, relative: f64) {
        assert!((found / expected - 1.0).abs() < relative, "{found:e} against {expected:e}");
    }

    #[test]
    fn closed_forms_of_small_samples() {
        // One value: D ≥ d for U ≤ 1 − d or U ≥ d. Two values: 1 − 2(2d − ½)² for ¼ ≤ d ≤ ½.
        for d in [0.51, 0.7, 0.95] {
            close(two_sided(1, d), 2.0 * (1.0 - d), 1e-13);
            close(one_sided(1, d), 1.0 - d, 1e-13);
            close(two_sided(2, d), 2.0 * (1.0 - d).powi(2), 1e-12);
        }
        for d in [0.26, 0.3, 0.4, 0.49] {
            close(two_sided(2, d), 1.0 - 2.0 * (2.0 * d - 0.5_f64).powi(2), 1e-12);
        }
        assert_eq!(
            (two_sided(7, 1.0 / 14.0), one_sided(7, 0.0), one_sided(7, 1.0)),
            (1.0, 1.0, 0.0)
        );
    }

    #[test]
    fn agrees_with_the_matrix_in_sixty_digits() {
        for (n, d, both) in [
            (5, 0.3, 0.664),
            (20, 0.2, 0.352_720_173_623_416),
            (80, 0.079_3, 0.666_020_475_703_229),
            (300, 0.05, 0.427_441_622_391_802),
            (300, 0.1, 0.004_595_673_609_376_1),
        ] {
            close(two_sided(n, d), both, 2e-12);
        }
        // The sum in rational numbers.
        close(one_sided(5, 0.3), 0.342_82, 1e-14);
    }

    #[test]
    fn twice_the_one_sided_tail_joins_the_exact_one() {
        for n in [20_usize, 50, 300, 1_500] {
            let d = (4.499 / n as f64).sqrt();
            close(two_sided(n, d), 2.0 * one_sided(n, d), 1e-9);
        }
        // A half: distances on both sides exclude each other.
        close(1.0 - distribution(9, 0.5 - 1e-13), 2.0 * one_sided(9, 0.5), 1e-9);
    }

    #[test]
    fn large_samples_approach_the_limit() {
        for z in [0.5_f64, 0.8, 1.2, 1.8] {
            let n = 1_000_usize;
            let corrected = limit(z + 1.0 / (6.0 * (n as f64).sqrt()));
            close(two_sided(n, z / (n as f64).sqrt()), corrected, 5e-3);
        }
        close(limit(1.0 - 1e-12), limit(1.0), 1e-10);
        // Smirnov's table: K(1.36) = 0.9505.
        assert!((limit(1.36) - 0.049_5).abs() < 5e-5);
    }

    #[test]
    fn tails_fall_and_are_never_negative() {
        for n in [1, 3, 10, 40, 5_000] {
            let mut last = 1.0;
            for step in 1..400 {
                let p = two_sided(n, f64::from(step) / 400.0);
                assert!(p >= 0.0 && p <= last * (1.0 + 1e-9), "{n} {step}: {p} after {last}");
                last = p;
            }
        }
    }
}
