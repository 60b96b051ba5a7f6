//! Estimation residuals of all responses of an asset, summed by calendar row.

use super::factors::Factors;
use super::fit::Line;
use super::places::Place;
use super::tally::ResidualTally;

/// How many times the weight of what is left a weight may be that is taken off a sum.
const MOST_WEIGHT: f64 = 1e3;

/// The estimation windows of an asset's responses.
///
/// On a row the residuals of all responses whose windows hold it add up to
/// `y Σw − Σwa − x'Σwb`, with w the reciprocal root mean square of a response's residuals. The three
/// sums change only where a window starts or ends, so a row costs the same however many windows
/// hold it.
#[derive(Debug)]
pub(super) struct Spans<const K: usize> {
    /// Changes of the sums: row, sign and fit.
    changes: Vec<(usize, bool, usize)>,
    weighted: Vec<Weighted<K>>,
    event_rows: Vec<usize>,
    /// Sums over the rows between two changes.
    z: Vec<f64>,
}

/// A fit times its weight.
#[derive(Debug, Clone, Copy)]
struct Weighted<const K: usize> {
    weight: f64,
    shift: f64,
    slopes: [f64; K],
}

impl<const K: usize> Weighted<K> {
    const ZERO: Self = Self { weight: 0.0, shift: 0.0, slopes: [0.0; K] };

    fn add(&mut self, other: &Self, sign: f64) {
        self.weight += sign * other.weight;
        self.shift += sign * other.shift;
        for (sum, slope) in self.slopes.iter_mut().zip(other.slopes) {
            *sum += sign * slope;
        }
    }
}

impl<const K: usize> Spans<K> {
    pub(super) fn new() -> Self {
        let (changes, weighted) = (Vec::new(), Vec::new());
        Self { changes, weighted, event_rows: Vec::new(), z: Vec::new() }
    }

    pub(super) fn clear(&mut self) {
        self.changes.clear();
        self.weighted.clear();
        self.event_rows.clear();
    }

    /// Takes a response.
    pub(super) fn put(&mut self, place: &Place<K>, line: &Line<K>) {
        let weight = (line.n as f64 / line.squares).sqrt();
        for rows in &place.estimation {
            self.changes.push((rows.start, true, self.weighted.len()));
            self.changes.push((rows.end, false, self.weighted.len()));
        }
        self.weighted.push(Weighted {
            weight,
            shift: weight * line.residual_shift,
            slopes: line.slopes.map(|slope| weight * slope),
        });
        self.event_rows.push(place.event_row);
    }

    /// Adds them all.
    pub(super) fn add_to(
        &mut self,
        tally: &mut ResidualTally,
        y: &[f64],
        mean: f64,
        factors: &Factors<K>,
    ) {
        self.changes.sort_unstable();
        let mut z = std::mem::take(&mut self.z);
        let mut sums = Weighted::ZERO;
        let mut open: Vec<usize> = Vec::new();
        let mut changes = self.changes.iter().peekable();
        while let Some((row, starts, of)) = changes.next().copied() {
            if starts {
                open.push(of);
                sums.add(&self.weighted[of], 1.0);
            } else {
                open.retain(|other| *other != of);
                sums.add(&self.weighted[of], -1.0);
                if self.weighted[of].weight > MOST_WEIGHT * sums.weight {
                    // What is left would carry the rounding of what went.
                    sums = Weighted::ZERO;
                    open.iter().for_each(|other| sums.add(&self.weighted[*other], 1.0));
                }
            }
            let Some((next, ..)) = changes.peek() else { break };
            if *next == row || open.is_empty() {
                continue;
            }
            Self::add_rows(&mut z, row..*next, open.len(), &sums, tally, y, mean, factors);
        }
        self.z = z;
        for (k, later) in self.event_rows.iter().enumerate() {
            for earlier in self.event_rows[..k].iter().rev() {
                match tally.own_distances.get_mut(later - earlier) {
                    Some(n) => *n += 1,
                    None => break,
                }
            }
        }
    }

    #[allow(clippy::too_many_arguments)] // one caller
    fn add_rows(
        z: &mut Vec<f64>,
        rows: std::ops::Range<usize>,
        n_open: usize,
        sums: &Weighted<K>,
        tally: &mut ResidualTally,
        y: &[f64],
        mean: f64,
        factors: &Factors<K>,
    ) {
        z.clear();
        z.extend(y[rows.clone()].iter().map(|y| (y - mean) * sums.weight - sums.shift));
        for (slope, x) in sums.slopes.iter().zip(&factors.centred) {
            for (z, x) in z.iter_mut().zip(&x[rows.clone()]) {
                *z -= slope * x;
            }
        }
        let n_open = u32::try_from(n_open).unwrap_or(u32::MAX);
        let daily = tally.daily[rows.clone()].iter_mut().zip(&mut tally.daily_n[rows]);
        for (z, (sum, n)) in z.iter().zip(daily) {
            if !z.is_nan() {
                *sum += z;
                *n += n_open;
                tally.own_squares += z * z;
                tally.own_pairs += u64::from(n_open) * u64::from(n_open);
                tally.n += u64::from(n_open);
            }
        }
    }
}
