//! Linear axes: ranges, ticks, and the map from values to pixels.

use super::words;

/// A linear map from values to pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    at_low: f64,
    at_high: f64,
}

impl Scale {
    /// Maps `low` to `at_low` and `high` to `at_high`; `low < high`.
    pub(super) fn new((low, high): (f64, f64), (at_low, at_high): (f64, f64)) -> Self {
        Self { low, high, at_low, at_high }
    }

    pub(super) fn map(&self, value: f64) -> f64 {
        self.at_low + (value - self.low) / (self.high - self.low) * (self.at_high - self.at_low)
    }

    /// The value, moved to the nearer end of the axis where it is beyond it.
    pub(super) fn clamp(&self, value: f64) -> f64 {
        value.clamp(self.low, self.high)
    }

    /// The line through the points with a point added wherever it meets an end of the axis, so that
    /// what is beyond the axis can be left out without bending the rest.
    pub(super) fn with_crossings(&self, points: &[(f64, f64)]) -> Vec<(f64, f64)> {
        let mut out: Vec<(f64, f64)> = Vec::with_capacity(points.len());
        for &(x, y) in points {
            if let Some(&(x0, y0)) = out.last() {
                let crosses = |end: f64| (y0 < end && end < y) || (y < end && end < y0);
                let ends = if y0 < y { [self.low, self.high] } else { [self.high, self.low] };
                for end in ends.into_iter().filter(|&e| crosses(e)) {
                    out.push((x0 + (x - x0) * (end - y0) / (y - y0), end));
                }
            }
            out.push((x, y));
        }
        out
    }

    pub(super) fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Multiples of 1, 2 or 5 times a power of ten, about `target` of them, and their step.
    pub(super) fn ticks(&self, target: f64) -> (Vec<f64>, f64) {
        let rough = (self.high - self.low) / target;
        let power = 10f64.powf(rough.log10().floor());
        let step = power
            * match rough / power {
                r if r <= 1.0 => 1.0,
                r if r <= 2.0 => 2.0,
                r if r <= 5.0 => 5.0,
                _ => 10.0,
            };
        let mut ticks = Vec::new();
        let mut k = (self.low / step).ceil();
        while k * step <= self.high {
            ticks.push(k * step);
            k += 1.0;
        }
        (ticks, step)
    }
}

/// Tick labels in percent with as many decimals as the step (a fraction) needs.
pub(super) fn percent_label(value: f64, step: f64) -> String {
    let mut decimals = 0;
    let mut scaled = step * 100.0;
    while decimals < 6 && scaled < 0.999 {
        scaled *= 10.0;
        decimals += 1;
    }
    format!("{} %", words::signed(value * 100.0, decimals))
}

/// A range with room at both ends that holds zero and every value of `core`; values of `wings` are
/// held as well, unless they would leave the core less than about a third of the axis.
pub(super) fn range(
    core: impl Iterator<Item = f64>,
    wings: impl Iterator<Item = f64>,
) -> (f64, f64) {
    let (low, high) = core.fold((0f64, 0f64), |(l, h), v| (l.min(v), h.max(v)));
    let reach = if high > low { high - low } else { f64::INFINITY };
    let (wing_low, wing_high) = wings.fold((low, high), |(l, h), v| (l.min(v), h.max(v)));
    let (low, high) = (wing_low.max(low - reach), wing_high.min(high + reach));
    let room = if high > low { (high - low) * 0.06 } else { 0.01 };
    (low - room, high + room)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let (ticks, step) = Scale::new((-0.7, 1.3), (400.0, 0.0)).ticks(6.0);
        assert_eq!(step, 0.5);
        assert_eq!(ticks, [-0.5, 0.0, 0.5, 1.0]);
        assert_eq!(percent_label(0.5, 0.5), "+50 %");
        assert_eq!(percent_label(-0.002, 0.002), "−0.2 %");
        assert_eq!(percent_label(20.0, 5.0), "+2,000 %");
    }

    #[test]
    fn crossings_lie_on_the_line() {
        let scale = Scale::new((0.0, 10.0), (0.0, 1.0));
        let line = scale.with_crossings(&[(0.0, -5.0), (4.0, 15.0), (6.0, 5.0)]);
        assert_eq!(
            line,
            [(0.0, -5.0), (1.0, 0.0), (3.0, 10.0), (4.0, 15.0), (5.0, 10.0), (6.0, 5.0)]
        );
    }

    #[test]
    fn the_range_holds_the_core_and_cuts_far_wings() {
        let (low, high) = range([0.1, 0.3].into_iter(), [-0.1, 90.0].into_iter());
        assert!(low < -0.1 && low > -0.2);
        assert!(high > 0.59 && high < 0.7);
        let (low, high) = range([0.0].into_iter(), std::iter::empty());
        assert!(low < 0.0 && high > 0.0);
        let (_, high) = range([0.0].into_iter(), [0.5].into_iter());
        assert!(high > 0.5);
    }
}
