//! Means and variances, two-pass, summed in the order of the slice.

/// Arithmetic mean; `None` for an empty slice.
pub(crate) fn mean(x: &[f64]) -> Option<f64> {
    if x.is_empty() { None } else { Some(x.iter().sum::<f64>() / x.len() as f64) }
}

/// Sum of squared deviations from `centre`.
pub(crate) fn sum_squared_deviations(x: &[f64], centre: f64) -> f64 {
    x.iter().map(|v| (v - centre).powi(2)).sum()
}

/// Sample variance with divisor n − 1; `None` for fewer than two values.
pub(crate) fn variance(x: &[f64]) -> Option<f64> {
    if x.len() < 2 {
        return None;
    }
    let centre = mean(x)?;
    Some(sum_squared_deviations(x, centre) / (x.len() - 1) as f64)
}

/// Sample standard deviation with divisor n − 1; `None` for fewer than two values.
pub(crate) fn std_dev(x: &[f64]) -> Option<f64> {
    variance(x).map(f64::sqrt)
}

/// Pearson correlation; `None` for fewer than two pairs or a constant side.
pub(crate) fn correlation(x: &[f64], y: &[f64]) -> Option<f64> {
    if x.len() != y.len() || x.len() < 2 {
        return None;
    }
    let (mx, my) = (mean(x)?, mean(y)?);
    let (mut sxx, mut syy, mut sxy) = (0.0, 0.0, 0.0);
    for (a, b) in x.iter().zip(y) {
        sxx += (a - mx).powi(2);
        syy += (b - my).powi(2);
        sxy += (a - mx) * (b - my);
    }
    if is_negligible(sxx, mx, x.len()) || is_negligible(syy, my, y.len()) {
        return None;
    }
    Some(sxy / (sxx * syy).sqrt())
}

/// True where a sum of squared deviations is no more than the rounding error of a constant series
/// at that level, so that it must be taken as zero.
pub(crate) fn is_negligible(sum_squares: f64, level: f64, n: usize) -> bool {
    let rounding = f64::EPSILON * level.abs();
    sum_squares <= (256.0 * rounding * rounding) * n as f64 || sum_squares < f64::MIN_POSITIVE
}

/// The largest size of the numbers that are not NaN; 0 without.
pub(crate) fn largest_size(x: &[f64]) -> f64 {
    // A maximum is the same in any order: lanes need not wait for each other.
    let mut lanes = [0.0_f64; 8];
    let chunks = x.chunks_exact(lanes.len());
    let rest = chunks.remainder().iter().fold(0.0, |a: f64, v| a.max(v.abs()));
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = lane.max(value.abs());
        }
    }
    lanes.into_iter().fold(rest, f64::max)
}

/// The level of returns for [`is_negligible`]: a return carries the rounding of the price ratio
/// `1 + r` that it was formed from, however small it is itself.
pub(crate) fn return_level(returns: &[f64]) -> f64 {
    1.0 + largest_size(returns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variance_of_a_constant_is_negligible_at_any_level() {
        for level in [0.1, -3.7e-5, 1.0e9, 0.0] {
            let x = [level; 37];
            let m = mean(&x).unwrap();
            assert!(is_negligible(sum_squared_deviations(&x, m), m, x.len()));
        }
        assert!(!is_negligible(1e-12, 1e-3, 10));
    }

    #[test]
    fn the_largest_size_is_that_of_a_plain_search() {
        let mut x: Vec<f64> = (0..43).map(|k| (f64::from(k) * 2.3).sin()).collect();
        x[5] = f64::NAN;
        x[41] = -3.0;
        for n in 0..=x.len() {
            let plain = x[..n].iter().fold(0.0, |a: f64, v| a.max(v.abs()));
            assert_eq!(largest_size(&x[..n]), plain);
        }
    }

    #[test]
    fn closed_forms() {
        let x: Vec<f64> = (1..=9).map(f64::from).collect();
        assert!((variance(&x).unwrap() - 7.5).abs() < 1e-14);
        let y: Vec<f64> = x.iter().map(|v| 3.0 - 2.0 * v).collect();
        assert!((correlation(&x, &y).unwrap() + 1.0).abs() < 1e-15);
        assert!(variance(&[1.0]).is_none());
        assert!(correlation(&x, &[2.0; 9]).is_none());
    }
}
