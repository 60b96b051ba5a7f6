//! Estimation residuals of all responses of an asset, summed by calendar row.

use std::ops::Range;

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
    fits: Vec<(Range<usize>, Weighted<K>)>,
    /// Rows on which a span starts, and rows before which one ends, each with the span.
    starts: Vec<(usize, usize)>,
    ends: Vec<(usize, usize)>,
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

    fn add(&mut self, other: &Self) {
        self.weight += other.weight;
        self.shift += other.shift;
        for (sum, slope) in self.slopes.iter_mut().zip(other.slopes) {
            *sum += slope;
        }
    }

    fn take_off(&mut self, other: &Self) {
        self.weight -= other.weight;
        self.shift -= other.shift;
        for (sum, slope) in self.slopes.iter_mut().zip(other.slopes) {
            *sum -= slope;
        }
    }
}

/// The returns of an asset.
#[derive(Debug, Clone, Copy)]
pub(super) struct Centred<'a> {
    /// Over all rows, NaN where missing.
    pub(super) y: &'a [f64],
    pub(super) mean: f64,
    pub(super) is_complete: bool,
}

impl<const K: usize> Spans<K> {
    pub(super) fn new() -> Self {
        Self {
            fits: Vec::new(),
            starts: Vec::new(),
            ends: Vec::new(),
            event_rows: Vec::new(),
            z: Vec::new(),
        }
    }

    pub(super) fn clear(&mut self) {
        self.fits.clear();
        self.starts.clear();
        self.ends.clear();
        self.event_rows.clear();
    }

    /// Takes a response.
    pub(super) fn put(&mut self, place: &Place<K>, line: &Line<K>) {
        let weight = (line.n as f64 / line.squares).sqrt();
        let weighted = Weighted {
            weight,
            shift: weight * line.residual_shift,
            slopes: line.slopes.map(|slope| weight * slope),
        };
        for rows in &place.estimation {
            self.starts.push((rows.start, self.fits.len()));
            self.ends.push((rows.end, self.fits.len()));
            self.fits.push((rows.clone(), weighted));
        }
        self.event_rows.push(place.event_row);
    }

    /// Adds them all.
    pub(super) fn add_to(
        &mut self,
        tally: &mut ResidualTally,
        returns: Centred<'_>,
        factors: &Factors<K>,
    ) {
        // Windows of one length are in order already, which the sort notices.
        self.starts.sort_unstable();
        self.ends.sort_unstable();
        let mut sums = Weighted::ZERO;
        let (mut n_open, mut next_start, mut from) = (0_u32, 0, 0);
        for (k, (end, of)) in self.ends.iter().enumerate() {
            while let Some((start, opened)) = self.starts.get(next_start).filter(|s| s.0 < *end) {
                add_rows(&mut self.z, from..*start, n_open, &sums, tally, returns, factors);
                sums.add(&self.fits[*opened].1);
                (n_open, from, next_start) = (n_open + 1, *start, next_start + 1);
            }
            add_rows(&mut self.z, from..*end, n_open, &sums, tally, returns, factors);
            (n_open, from) = (n_open - 1, *end);
            let closed = &self.fits[*of].1;
            sums.take_off(closed);
            if closed.weight > MOST_WEIGHT * sums.weight {
                // What is left would carry the rounding of what went.
                sums = Weighted::ZERO;
                for (_, open) in &self.ends[k + 1..] {
                    let (rows, weighted) = &self.fits[*open];
                    if rows.start < *end {
                        sums.add(weighted);
                    }
                }
            }
        }
        let n = tally.own_distances.len();
        for (k, later) in self.event_rows.iter().enumerate() {
            let near = self.event_rows[..k].iter().rev().take_while(|e| **e + n > *later);
            for earlier in near {
                tally.own_distances[later - earlier] += 1;
            }
        }
    }
}

/// Adds the residuals of rows that the same windows hold.
fn add_rows<const K: usize>(
    z: &mut Vec<f64>,
    rows: Range<usize>,
    n_open: u32,
    sums: &Weighted<K>,
    tally: &mut ResidualTally,
    returns: Centred<'_>,
    factors: &Factors<K>,
) {
    if n_open == 0 || rows.is_empty() {
        return;
    }
    let (y, mean) = (&returns.y[rows.clone()], returns.mean);
    z.clear();
    if let ([slope], [x]) = (&sums.slopes[..], &factors.centred[..]) {
        let both = y.iter().zip(&x[rows.clone()]);
        z.extend(both.map(|(y, x)| (y - mean) * sums.weight - sums.shift - slope * x));
    } else {
        z.extend(y.iter().map(|y| (y - mean) * sums.weight - sums.shift));
        for (slope, x) in sums.slopes.iter().zip(&factors.centred) {
            for (z, x) in z.iter_mut().zip(&x[rows.clone()]) {
                *z -= slope * x;
            }
        }
    }
    let mut n_rows = z.len();
    let daily_n = &mut tally.daily_n[rows.clone()];
    if returns.is_complete {
        for n in daily_n.iter_mut() {
            *n += n_open;
        }
    } else {
        for (n, z) in daily_n.iter_mut().zip(&mut *z) {
            if z.is_nan() {
                (*z, n_rows) = (0.0, n_rows - 1);
            } else {
                *n += n_open;
            }
        }
    }
    for (sum, z) in tally.daily[rows].iter_mut().zip(&*z) {
        *sum += z;
    }
    let (n_open, n_rows) = (u64::from(n_open), n_rows as u64);
    tally.own_squares += squares(z);
    tally.own_pairs += n_open * n_open * n_rows;
    tally.n += n_open * n_rows;
}

/// The sum of squares in four lanes, always the same ones.
fn squares(x: &[f64]) -> f64 {
    let mut lanes = [0.0_f64; 4];
    let chunks = x.chunks_exact(lanes.len());
    let rest: f64 = chunks.remainder().iter().map(|v| v * v).sum();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += value * value;
        }
    }
    lanes.iter().sum::<f64>() + rest
}
