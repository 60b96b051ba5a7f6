//! Weights of tapered blocks.

/// Share of the window on which the trapezoid rises, and falls: the value that Paparoditis and
/// Politis (2001) found best.
const RISE: f64 = 0.43;

/// The trapezoid window on [0, 1].
fn trapezoid(t: f64) -> f64 {
    (t.min(1.0 - t) / RISE).min(1.0)
}

/// Weights of the rows of a block, whose squares add up to its length.
pub(in crate::resampling) fn weights(length: usize) -> Vec<f64> {
    let window: Vec<f64> =
        (0..length).map(|row| trapezoid((row as f64 + 0.5) / length as f64)).collect();
    let squares: f64 = window.iter().map(|w| w * w).sum();
    let scale = (length as f64 / squares).sqrt();
    window.into_iter().map(|w| w * scale).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_four_rows_by_hand() {
        // The window at 1/8, 3/8, 5/8, 7/8.
        let (low, high) = (0.125 / 0.43_f64, 0.375 / 0.43_f64);
        let scale = (4.0 / (2.0 * (low * low + high * high))).sqrt();
        let expected = [low, high, high, low].map(|w| w * scale);
        for (found, expected) in weights(4).iter().zip(expected) {
            assert!((found - expected).abs() < 1e-15);
        }
    }

    #[test]
    fn squares_add_up_to_the_length_and_weights_are_symmetric() {
        for length in 1..60 {
            let w = weights(length);
            let squares: f64 = w.iter().map(|w| w * w).sum();
            assert!((squares / length as f64 - 1.0).abs() < 1e-14, "{length}");
            for (a, b) in w.iter().zip(w.iter().rev()) {
                assert!((a - b).abs() < 1e-14 && *a > 0.0, "{length}");
            }
        }
        assert_eq!(weights(1), [1.0]);
    }

    #[test]
    fn the_middle_of_the_window_is_flat() {
        let w = weights(100);
        assert!(w[43..57].iter().all(|v| (v / w[43] - 1.0).abs() < 1e-15));
        assert!(w[42] < w[43] && w[57] < w[56]);
    }
}
