//! Numbers as text.

use crate::resampling::EffectInterval;

/// A decimal fraction in percent with sign and one decimal: `+12.3 %`.
pub fn percent(fraction: f64) -> String {
    format!("{:+.1} %", 100.0 * fraction)
}

/// An interval of decimal fractions in percent: `[-3.1, +40.2] %`.
pub fn percent_interval(lower: f64, upper: f64) -> String {
    format!("[{:+.1}, {:+.1}] %", 100.0 * lower, 100.0 * upper)
}

/// An interval of an effect in percent, or `unbounded`.
pub fn effect_interval(interval: &EffectInterval) -> String {
    interval
        .ends()
        .map_or_else(|| "unbounded".to_owned(), |(lower, upper)| percent_interval(lower, upper))
}

/// A share without sign: `64 %`.
pub fn fraction(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

/// A confidence level: `95 %`, `99.9 %`.
pub fn level(level: f64) -> String {
    format!("{} %", (1e6 * level).round() / 1e4)
}

/// A p-value with three decimals, in powers of ten below 0.001; never 0.
pub fn p_value(p: f64) -> String {
    if p < 0.001 { format!("{p:.0e}") } else { format!("{p:.3}") }
}

/// A count with a thin mark between thousands: `9,999`.
pub fn count(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_a_reader_expects_them() {
        assert_eq!(percent(-0.0314), "-3.1 %");
        assert_eq!(percent_interval(-0.1, 0.25), "[-10.0, +25.0] %");
        assert_eq!([0.95, 0.99, 0.999_999].map(level), ["95 %", "99 %", "99.9999 %"]);
        assert_eq!(p_value(0.25), "0.250");
        assert_eq!(p_value(3.2e-7), "3e-7");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(12), "12");
    }
}
