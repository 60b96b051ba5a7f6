//! Tail probabilities that keep their digits far out.

use statrs::function::beta::checked_beta_reg;
use statrs::function::gamma::checked_gamma_ur;

/// `P(|T| > |t|) = I_x(ν/2, ½)` with x = ν/(ν + t²), in (0, 1].
///
/// Near the middle x is one less a small number, of which a double loses the last digits; there it
/// is `1 − I_y(½, ν/2)` with y = t²/(ν + t²), and the tails are large enough to be a difference.
pub(crate) fn two_tails_of_t(t: f64, degrees_of_freedom: f64) -> f64 {
    f_above(t * t, 1.0, degrees_of_freedom)
}

/// `P(T > t)`, in (0, 1].
pub(crate) fn t_above(t: f64, degrees_of_freedom: f64) -> f64 {
    let beyond = two_tails_of_t(t, degrees_of_freedom) / 2.0;
    clamped(if t > 0.0 { beyond } else { 1.0 - beyond })
}

/// `P(F > f)` for F with `between` and `within` degrees of freedom, in (0, 1].
pub(crate) fn f_above(f: f64, between: f64, within: f64) -> f64 {
    let scaled = between * f;
    let total = within + scaled;
    // Infinite where the squares overflow: the tail is then below the smallest number.
    let tail = if total.is_infinite() {
        Ok(0.0)
    } else if scaled < within.min(between) {
        checked_beta_reg(between / 2.0, within / 2.0, scaled / total).map(|below| 1.0 - below)
    } else {
        checked_beta_reg(within / 2.0, between / 2.0, within / total)
    };
    clamped(tail.unwrap_or(f64::NAN))
}

/// `P(X > x)` for X chi-square, in (0, 1].
pub(crate) fn chi_squared_above(x: f64, degrees_of_freedom: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    clamped(checked_gamma_ur(degrees_of_freedom / 2.0, x / 2.0).unwrap_or(f64::NAN))
}

/// What would underflow is the smallest positive number, never 0. NaN stays NaN.
fn clamped(p: f64) -> f64 {
    p.clamp(f64::MIN_POSITIVE, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a / b - 1.0).abs() < 1e-12
    }

    #[test]
    fn t_with_one_and_two_degrees_of_freedom() {
        // Cauchy: 1/2 - atan(t)/π, which is atan(1/t)/π; two degrees: (1 - t/√(t² + 2))/2.
        for t in [0.001_f64, 0.5, 1.0, 3.0, 1e6] {
            let cauchy = t.recip().atan() / std::f64::consts::PI;
            assert!(near(t_above(t, 1.0), cauchy), "{t}");
            let root = (t * t + 2.0).sqrt();
            let two = 1.0 / (root * (root + t));
            assert!(near(t_above(t, 2.0), two), "{t}");
            assert!(near(two_tails_of_t(-t, 2.0), 2.0 * two), "{t}");
            assert!((t_above(-t, 2.0) + two - 1.0).abs() < 1e-15);
        }
        assert!(two_tails_of_t(1e200, 40.0) > 0.0);
        assert_eq!(two_tails_of_t(0.0, 3.0), 1.0);
    }

    #[test]
    fn f_and_chi_square_in_closed_form() {
        // F(2, d): (1 + 2f/d)^(-d/2); chi-square with two degrees: exp(-x/2).
        for x in [1e-9_f64, 0.01, 1.0, 20.0, 300.0] {
            assert!(near(f_above(x, 2.0, 10.0), (-5.0 * (x / 5.0).ln_1p()).exp()), "{x}");
            assert!(near(chi_squared_above(x, 2.0), (-x / 2.0).exp()), "{x}");
        }
        assert_eq!(chi_squared_above(0.0, 3.0), 1.0);
        assert!(chi_squared_above(1e9, 3.0) > 0.0 && f_above(f64::MAX, 3.0, 9.0) > 0.0);
    }
}
