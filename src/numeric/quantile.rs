//! Sample quantiles.

/// Quantile of sorted values by linear interpolation between order statistics at
/// `h = (n − 1) p` (type 7 of Hyndman and Fan 1996, <https://doi.org/10.1080/00031305.1996.10473566>).
///
/// `None` for an empty slice or `p` outside `[0, 1]`.
pub(crate) fn quantile_sorted(sorted: &[f64], p: f64) -> Option<f64> {
    if sorted.is_empty() || !(0.0..=1.0).contains(&p) {
        return None;
    }
    let h = (sorted.len() - 1) as f64 * p;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 <= h < len
    let below = h.floor() as usize;
    // The same one where h is whole, so that an infinite neighbour plays no part.
    let above = (below + usize::from(h > below as f64)).min(sorted.len() - 1);
    Some(sorted[below] + (h - below as f64) * (sorted[above] - sorted[below]))
}

/// The values in increasing order by total order.
pub(crate) fn sorted(x: &[f64]) -> Vec<f64> {
    let mut out = x.to_vec();
    out.sort_unstable_by(f64::total_cmp);
    out
}

/// The median; `None` for an empty slice.
pub(crate) fn median(x: &[f64]) -> Option<f64> {
    quantile_sorted(&sorted(x), 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_seven_on_four_values() {
        // R: quantile(c(1, 2, 4, 8), c(0.1, 0.5, 0.975), type = 7)
        let x = [1.0, 2.0, 4.0, 8.0];
        for (p, expected) in [(0.1, 1.3), (0.5, 3.0), (0.975, 7.7), (0.0, 1.0), (1.0, 8.0)] {
            assert!((quantile_sorted(&x, p).unwrap() - expected).abs() < 1e-12);
        }
        assert_eq!(quantile_sorted(&[1.0, 2.0, f64::INFINITY], 0.5), Some(2.0));
        assert!(quantile_sorted(&[], 0.5).is_none());
        assert!(quantile_sorted(&x, 1.5).is_none());
    }
}
