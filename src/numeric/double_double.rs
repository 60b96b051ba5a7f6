//! Sums that can be taken back: numbers held as the unevaluated sum of two doubles.
//!
//! A sum over a moving window adds a value at one end and subtracts one at the other for as long as
//! the series is. In plain doubles every step leaves a rounding error of the size of the largest
//! value ever seen; here it is 2⁻¹⁰⁴ of that, so nothing has to be summed afresh.

/// `high + low`, with `low` at most half a unit in the last place of `high`.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct DoubleDouble {
    high: f64,
    low: f64,
}

/// `a + b` without error (Knuth).
fn two_sum(a: f64, b: f64) -> DoubleDouble {
    let high = a + b;
    let of_b = high - a;
    DoubleDouble { high, low: (a - (high - of_b)) + (b - of_b) }
}

/// `a + b` without error where a is the larger.
fn quick_two_sum(a: f64, b: f64) -> DoubleDouble {
    let high = a + b;
    DoubleDouble { high, low: b - (high - a) }
}

impl DoubleDouble {
    /// `a · b` without error.
    pub(crate) fn product(a: f64, b: f64) -> Self {
        let high = a * b;
        Self { high, low: a.mul_add(b, -high) }
    }

    /// Nearest double.
    pub(crate) fn value(self) -> f64 {
        self.high
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        let high = two_sum(self.high, other.high);
        let low = two_sum(self.low, other.low);
        let first = quick_two_sum(high.high, high.low + low.high);
        quick_two_sum(first.high, first.low + low.low)
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        self.plus(Self { high: -other.high, low: -other.low })
    }

    pub(crate) fn times(self, other: Self) -> Self {
        let product = Self::product(self.high, other.high);
        let cross = self.high.mul_add(other.low, self.low * other.high);
        quick_two_sum(product.high, product.low + cross)
    }

    /// The quotient by a double that is not zero.
    pub(crate) fn over(self, divisor: f64) -> Self {
        let first = self.high / divisor;
        let rest = self.minus(Self::product(first, divisor));
        quick_two_sum(first, rest.high / divisor)
    }
}

impl From<f64> for DoubleDouble {
    fn from(value: f64) -> Self {
        Self { high: value, low: 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_can_be_taken_back() {
        let mut sum = DoubleDouble::from(1e-9);
        for big in [1e7, -3.25e6, 0.1] {
            sum = sum.plus(DoubleDouble::product(big, big));
        }
        for big in [0.1, 1e7, -3.25e6] {
            sum = sum.minus(DoubleDouble::product(big, big));
        }
        assert!((sum.value() / 1e-9 - 1.0).abs() < 1e-7, "{}", sum.value());
        // 1e14 in plain doubles swallows 1e-9 whole.
        assert_eq!((1e-9 + 1e14) - 1e14, 0.0);
    }

    #[test]
    fn products_and_quotients_keep_the_second_half() {
        let third = DoubleDouble::from(1.0).over(3.0);
        let one = third.times(DoubleDouble::from(3.0));
        assert!(one.minus(DoubleDouble::from(1.0)).value().abs() < 1e-31);
        let eps = f64::EPSILON;
        let square = DoubleDouble::product(1.0 + eps, 1.0 + eps);
        let rest = square.minus(DoubleDouble::from(1.0 + 2.0 * eps)).value();
        assert_eq!(rest, eps * eps);
    }
}
