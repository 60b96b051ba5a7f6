//! All sets of events at once, shift by shift.

use serde::{Deserialize, Serialize};

use super::{EventPatterns, Individual};
use crate::numeric::{moments, parallel, quantile};
use crate::resampling::tails::{PValues, TIE};
use crate::resampling::{Exceedances, Ladder};

/// Shifts that are worked on together.
const BLOCK: usize = 32;

/// A statistic of many specifications at once, among the shifts of all of them together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct JointStatistic {
    /// The statistic of the events.
    pub observed: f64,
    /// Its mean over all shifts.
    pub shifted_mean: f64,
    /// Lower quantile over all shifts, at the level of the study.
    pub shifted_lower: f64,
    /// Upper quantile.
    pub shifted_upper: f64,
    /// Shares of all shifts, shift 0 among them, that are at least as extreme.
    pub p_values: PValues,
}

/// What sorted curves of all shifts span, position by position.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ShiftedCurves {
    /// Positions on a sorted curve, from 0 at its lowest to 1 at its highest estimate.
    pub positions: Vec<f64>,
    /// Lower quantile over the shifts at the level of the study, decimal fractions.
    pub lower: Vec<f64>,
    /// Median over the shifts.
    pub median: Vec<f64>,
    /// Upper quantile over the shifts.
    pub upper: Vec<f64>,
}

/// What the shifts say of all sets of events together.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JointShifts {
    /// Median of the x(s) over the sets.
    pub(crate) median: JointStatistic,
    /// Mean of the z(s) over the sets.
    pub(crate) mean_z: JointStatistic,
    /// Share of the sets that lie on the side of most of them and are significant.
    pub(crate) significant: JointStatistic,
    /// Share above their mean and significant.
    pub(crate) share_above_significant: f64,
    /// Share below their mean and significant.
    pub(crate) share_below_significant: f64,
    /// p-value of each set, allowing for the number of sets.
    pub(crate) adjusted: Vec<f64>,
    pub(crate) curves: ShiftedCurves,
    /// Shifts at which at least one set has a value.
    pub(crate) n_shifts: usize,
    /// Pairs of a set and a shift at which it has no value.
    pub(crate) n_missing: usize,
}

/// One shift.
#[derive(Debug, Clone)]
struct Shift {
    n: usize,
    median: f64,
    mean_z: f64,
    n_above: usize,
    n_above_significant: usize,
    n_below_significant: usize,
    quantiles: Vec<f64>,
}

impl Shift {
    fn share(&self, count: usize) -> f64 {
        count as f64 / self.n as f64
    }

    /// The share that is significant on the side of most.
    fn dominant(&self) -> f64 {
        let above = 2 * self.n_above >= self.n;
        self.share(if above { self.n_above_significant } else { self.n_below_significant })
    }
}

/// A block of shifts, with the counts of the adjusted p-values over them.
struct Block {
    shifts: Vec<Option<Shift>>,
    exceedances: Vec<Exceedances>,
    n_missing: usize,
}

/// What all shifts are read with.
struct Reading<'a> {
    sets: &'a EventPatterns,
    individual: &'a [Individual],
    /// The observed values by the size of their z.
    ladder: Ladder,
    positions: &'a [f64],
}

impl EventPatterns {
    /// All sets shifted together; `individual` are theirs, one each.
    ///
    /// The adjusted p-values are those of the step-down procedure of Westfall and Young with max |z|,
    /// see [`Ladder`]: shares of all shifts, of which shift 0 is one.
    pub(crate) fn joint(
        &self,
        individual: &[Individual],
        level: f64,
        n_positions: usize,
    ) -> Option<JointShifts> {
        let observed_z = self.patterns().iter().zip(individual).map(|(p, i)| i.z(p.observed).abs());
        // A standard deviation of the shifts is what z is measured in.
        let ladder = Ladder::new(&observed_z.collect::<Vec<_>>(), std::iter::repeat(1.0));
        let last = n_positions.max(2) - 1;
        let positions: Vec<f64> = (0..=last).map(|k| k as f64 / last as f64).collect();
        let reading = Reading { sets: self, individual, ladder, positions: &positions };
        let n = self.n_shifts();
        let blocks = parallel::map(n.div_ceil(BLOCK), |b| {
            reading.block(b * BLOCK, BLOCK.min(n - b * BLOCK))
        });
        let adjusted = reading.adjusted(&blocks);
        let n_missing = blocks.iter().map(|block| block.n_missing).sum();
        let shifts: Vec<Shift> = blocks.into_iter().flat_map(|b| b.shifts).flatten().collect();
        // Shift 0 is there: every set has its observed value.
        let observed = shifts.first()?;
        let tails = |of: &dyn Fn(&Shift) -> f64| statistic(&shifts, level, of);
        let above = tails(&|s| s.share(s.n_above_significant)).p_values.upper;
        let below = tails(&|s| s.share(s.n_below_significant)).p_values.upper;
        let mut significant = tails(&Shift::dominant);
        significant.p_values =
            PValues { upper: above, lower: below, two_sided: significant.p_values.upper };
        Some(JointShifts {
            median: tails(&|s| s.median),
            mean_z: tails(&|s| s.mean_z),
            significant,
            share_above_significant: observed.share(observed.n_above_significant),
            share_below_significant: observed.share(observed.n_below_significant),
            adjusted,
            curves: curves(&shifts, &positions, level),
            n_shifts: shifts.len(),
            n_missing,
        })
    }
}

impl Reading<'_> {
    fn block(&self, from: usize, len: usize) -> Block {
        let n_sets = self.individual.len();
        // Set after set, the shifts of each side by side.
        let mut x = vec![0.0; n_sets * len];
        let mut counts = vec![0.0; len];
        for (pattern, x) in self.sets.patterns().iter().zip(x.chunks_exact_mut(len)) {
            self.sets.fill(pattern, from, x, &mut counts);
        }
        let of_set = |(individual, x): (&Individual, &[f64])| -> Vec<f64> {
            x.iter().map(|x| individual.z(*x)).collect()
        };
        let z: Vec<f64> =
            self.individual.iter().zip(x.chunks_exact(len)).flat_map(of_set).collect();
        let (mut shifts, mut n_missing) = (Vec::with_capacity(len), 0);
        let mut sorted = Vec::with_capacity(n_sets);
        for shift in 0..len {
            let of_shift = |k: usize| (x[k * len + shift], z[k * len + shift]);
            shifts.push(self.shift(of_shift, &mut sorted));
            n_missing += n_sets - sorted.len();
        }
        let sizes: Vec<f64> = z.iter().map(|z| z.abs()).collect();
        let (exceedances, _) = self.ladder.step_down(&sizes, len);
        Block { shifts, exceedances, n_missing }
    }

    /// One shift, from x and z of each set; leaves the values in `sorted`.
    fn shift(&self, of: impl Fn(usize) -> (f64, f64), sorted: &mut Vec<f64>) -> Option<Shift> {
        sorted.clear();
        let (mut sum_z, mut above, mut above_significant, mut below_significant) = (0.0, 0, 0, 0);
        for (k, individual) in self.individual.iter().enumerate() {
            let (x, z) = of(k);
            if x.is_nan() {
                continue;
            }
            sorted.push(x);
            sum_z += z;
            let distance = x - individual.mean;
            let significant = distance.abs() > individual.critical;
            above += usize::from(distance > 0.0);
            above_significant += usize::from(significant && distance > 0.0);
            below_significant += usize::from(significant && distance < 0.0);
        }
        sorted.sort_unstable_by(f64::total_cmp);
        let at = |p: f64| quantile::quantile_sorted(sorted, p);
        Some(Shift {
            n: sorted.len(),
            median: at(0.5)?,
            mean_z: sum_z / sorted.len() as f64,
            n_above: above,
            n_above_significant: above_significant,
            n_below_significant: below_significant,
            quantiles: self.positions.iter().filter_map(|p| at(*p)).collect(),
        })
    }

    fn adjusted(&self, blocks: &[Block]) -> Vec<f64> {
        let share = |k: usize| {
            let of_blocks = blocks.iter().map(|block| block.exceedances[k]);
            of_blocks.fold(Exceedances::NONE, Exceedances::plus).share()
        };
        let mut adjusted: Vec<f64> = (0..self.ladder.len()).map(share).collect();
        // A set that was nearer to its mean cannot have the smaller p-value.
        self.ladder.rising(&mut adjusted, f64::max);
        adjusted
    }
}

/// A statistic of every shift, the first of which is shift 0.
fn statistic(shifts: &[Shift], level: f64, of: &dyn Fn(&Shift) -> f64) -> JointStatistic {
    let values: Vec<f64> = shifts.iter().map(of).collect();
    let sorted = quantile::sorted(&values);
    let observed = values[0];
    let mean = moments::mean(&values).unwrap_or(f64::NAN);
    let slack = TIE * values.iter().fold(0.0, |most: f64, v| most.max(v.abs()));
    let share = |extreme: &dyn Fn(f64) -> bool| {
        values.iter().filter(|v| extreme(**v)).count() as f64 / values.len() as f64
    };
    let distance = (observed - mean).abs() - slack;
    let tail = (1.0 - level) / 2.0;
    let at = |p: f64| quantile::quantile_sorted(&sorted, p).unwrap_or(f64::NAN);
    JointStatistic {
        observed,
        shifted_mean: mean,
        shifted_lower: at(tail),
        shifted_upper: at(1.0 - tail),
        p_values: PValues {
            upper: share(&|v| v >= observed - slack),
            lower: share(&|v| v <= observed + slack),
            two_sided: share(&|v| (v - mean).abs() >= distance),
        },
    }
}

fn curves(shifts: &[Shift], positions: &[f64], level: f64) -> ShiftedCurves {
    let tail = (1.0 - level) / 2.0;
    let mut curves = ShiftedCurves { positions: positions.to_vec(), ..ShiftedCurves::default() };
    for k in 0..positions.len() {
        let values: Vec<f64> = shifts.iter().map(|shift| shift.quantiles[k]).collect();
        let sorted = quantile::sorted(&values);
        let at = |p: f64| quantile::quantile_sorted(&sorted, p).unwrap_or(f64::NAN);
        curves.lower.push(at(tail));
        curves.median.push(at(0.5));
        curves.upper.push(at(1.0 - tail));
    }
    curves
}
