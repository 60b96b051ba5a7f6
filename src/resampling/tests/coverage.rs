//! How often intervals hold the truth.

use rand::RngExt;

use crate::numeric::streams::stream;
use crate::numeric::{parallel, tails};
use crate::resampling::IntervalMethod::{self, Basic, Bca, Normal, Studentised, SymmetricT};
use crate::resampling::{EventDateBootstrap, WildWeights};

const LEVEL: f64 = 0.95;
const N_REPLICATES: usize = 399;
const N_MEASURED: usize = 40_000;
/// Coverage in per cent of a mean of zero at 95 %, by [`N_REPLICATES`] replicates of [`N_MEASURED`]
/// samples; printed by `measure`. Columns are the methods in the order of [`IntervalMethod::ALL`].
const MEASURED: [(Law, usize, [f64; 8]); 6] = [
    (Law::Normal, 10, [90.48, 89.93, 89.84, 89.69, 89.58, 94.61, 93.44, 95.84]),
    (Law::Normal, 20, [93.00, 92.54, 92.55, 92.52, 92.45, 94.75, 94.08, 95.30]),
    (Law::Normal, 50, [93.97, 93.64, 93.64, 93.51, 93.52, 94.47, 94.09, 94.64]),
    (Law::Exponential, 10, [85.52, 83.48, 85.83, 86.31, 87.08, 93.66, 92.56, 92.71]),
    (Law::Exponential, 20, [89.70, 88.05, 89.76, 90.04, 90.53, 94.13, 93.38, 93.55]),
    (Law::Exponential, 50, [92.57, 91.61, 92.49, 92.49, 92.78, 94.29, 93.89, 94.22]),
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Law {
    Normal,
    /// Less its mean 1.
    Exponential,
}

impl Law {
    fn sample(self, n: usize, seed: u64, k: u64) -> Vec<f64> {
        let (mut out, mut stream) = (vec![0.0; n], stream(seed, k));
        match self {
            Self::Normal => WildWeights::Normal.draw(n, &mut stream, |at, value| out[at] = value),
            Self::Exponential => {
                out.fill_with(|| -(1.0 - stream.random::<f64>()).ln() - 1.0);
            }
        }
        out
    }
}

/// For every sample and method whether the interval holds 0. An interval that is not defined counts
/// as one that does not.
fn hits(law: Law, n: usize, n_samples: usize, seed: u64) -> Vec<[bool; 8]> {
    parallel::map(n_samples, |k| {
        let sample = law.sample(n, seed, k as u64);
        let bootstrap = EventDateBootstrap::new().replicates(N_REPLICATES).seed(k as u64);
        let drawn = bootstrap.run_mean_studentised(&sample).unwrap();
        let mut held = [false; 8];
        for (held, method) in held.iter_mut().zip(IntervalMethod::ALL) {
            *held = drawn.interval(*method, LEVEL).is_ok_and(|i| i.contains(0.0));
        }
        held
    })
}

fn column(method: IntervalMethod) -> usize {
    IntervalMethod::ALL.iter().position(|m| *m == method).unwrap()
}

fn share(hits: &[[bool; 8]], method: IntervalMethod) -> f64 {
    let at = column(method);
    hits.iter().filter(|h| h[at]).count() as f64 / hits.len() as f64
}

/// Standard error of the difference between a share of `n` samples and a measured one.
fn error(share: f64, n: usize) -> f64 {
    (share * (1.0 - share) * (1.0 / n as f64 + 1.0 / N_MEASURED as f64)).sqrt()
}

#[test]
fn coverage_is_as_measured() {
    let n_samples = 400;
    for (law, n, measured) in MEASURED {
        let hits = hits(law, n, n_samples, 2);
        for (method, measured) in IntervalMethod::ALL.iter().zip(measured) {
            let (found, measured) = (share(&hits, *method), measured / 100.0);
            let error = 4.0 * error(measured, n_samples);
            assert!((found - measured).abs() < error, "{law:?} {n} {method}: {found} {measured}");
        }
    }
}

#[test]
fn coverage_of_the_normal_interval_is_a_tail_of_t() {
    // sd* is √((n − 1)/n) s/√n but for the noise of the replicates, so that the interval holds the
    // mean of normal values where |t| ≤ 1.96 √((n − 1)/n).
    for (law, n, measured) in MEASURED.iter().filter(|(law, ..)| *law == Law::Normal) {
        let t = 1.959_963_984_540_054 * ((n - 1) as f64 / *n as f64).sqrt();
        let held = |t: f64| 1.0 - tails::two_tails_of_t(t, (n - 1) as f64);
        // sd* of B replicates has mean 1 − 1/(4B) and variance 1/(2B), in units of its limit.
        let (step, b) = (0.01, N_REPLICATES as f64);
        let slope = (held(t + step) - held(t - step)) / (2.0 * step);
        let bend = (held(t + step) - 2.0 * held(t) + held(t - step)) / (step * step);
        let expected = held(t) - slope * t / (4.0 * b) + bend * t * t / (4.0 * b);
        let found = measured[column(Normal)] / 100.0;
        let error = 4.0 * (expected * (1.0 - expected) / N_MEASURED as f64).sqrt();
        assert!((found - expected).abs() < error, "{law:?} {n}: {found} {expected}");
    }
}

#[test]
fn studentising_pays_where_values_are_skewed() {
    // Method by method on the same samples.
    let n_samples = 400;
    let hits = hits(Law::Exponential, 10, n_samples, 3);
    for (better, worse) in [(Studentised, Bca), (SymmetricT, Bca), (Bca, Basic)] {
        let gains = hits.iter().map(|h| {
            f64::from(u8::from(h[column(better)])) - f64::from(u8::from(h[column(worse)]))
        });
        let (sum, squares) = gains.fold((0.0, 0.0), |(a, b), g| (a + g, b + g * g));
        assert!(sum > 2.5 * f64::sqrt(squares), "{better} {worse}: {sum} {squares}");
    }
}

#[test]
#[ignore = "prints the table of measured coverage; minutes"]
fn measure() {
    for (law, n, _) in MEASURED {
        let hits = hits(law, n, N_MEASURED, 1);
        let shares = IntervalMethod::ALL.iter().map(|m| format!("{:.2}", 100.0 * share(&hits, *m)));
        println!("    (Law::{law:?}, {n}, [{}]),", shares.collect::<Vec<String>>().join(", "));
    }
}
