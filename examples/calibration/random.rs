//! Random numbers of known law.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Reaction to the last shock, and persistence, of the conditional variance of [`Innovations::Fat`].
const GARCH: (f64, f64) = (0.10, 0.85);
/// Rows after which a conditional variance has forgotten where it started.
const BURN_IN: usize = 60;

/// Law of the returns, of mean 0 and variance 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Innovations {
    /// Independent normal.
    Normal,
    /// Student t with 4 degrees of freedom, in a GARCH(1,1) variance.
    Fat,
}

/// The draws of one sample.
pub(crate) struct Random {
    bits: Xoshiro256PlusPlus,
    spare: Option<f64>,
}

impl Random {
    /// Sample k of a set-up, whatever other samples draw.
    pub(crate) fn new(seed: u64, set_up: &str, k: u64) -> Self {
        // FNV-1a of the name, then one step of SplitMix64 for each number.
        let name = set_up.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let key = mix(mix(name).wrapping_add(seed)).wrapping_add(k);
        Self { bits: Xoshiro256PlusPlus::seed_from_u64(mix(key)), spare: None }
    }

    /// One of 0, 1, …, n − 1.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.bits.random_range(0..n)
    }

    /// `n` of `from`, `from` + 1, …, `to` − 1, in order, no two closer than `separation`, all such
    /// sets equally likely.
    pub(crate) fn spaced(
        &mut self,
        n: usize,
        from: usize,
        to: usize,
        separation: usize,
    ) -> Vec<usize> {
        // Taking the separation out of every gap leaves `n` of fewer rows, of which any set will do.
        let mut left = to - from - (n - 1) * (separation - 1);
        let mut rows = Vec::with_capacity(n);
        let mut row = from;
        while rows.len() < n {
            // Of the sets of those that are left, the share that has this row.
            if self.below(left) < n - rows.len() {
                rows.push(row);
                row += separation - 1;
            }
            row += 1;
            left -= 1;
        }
        rows
    }

    /// Fills a row of returns.
    pub(crate) fn fill(&mut self, law: Innovations, row: &mut [f64]) {
        match law {
            Innovations::Normal => row.iter_mut().for_each(|value| *value = self.normal()),
            Innovations::Fat => {
                let (reaction, persistence) = GARCH;
                let mut variance = 1.0_f64;
                for t in 0..BURN_IN + row.len() {
                    let value = variance.sqrt() * self.student();
                    if let Some(cell) = t.checked_sub(BURN_IN).and_then(|t| row.get_mut(t)) {
                        *cell = value;
                    }
                    variance = 1.0 - reaction - persistence
                        + reaction * value * value
                        + persistence * variance;
                }
            }
        }
    }

    /// Standard normal, by the polar method.
    fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let [u, v] = [0; 2].map(|_| 2.0 * self.bits.random::<f64>() - 1.0);
            let square = u * u + v * v;
            if square > 0.0 && square < 1.0 {
                let factor = (-2.0 * square.ln() / square).sqrt();
                self.spare = Some(v * factor);
                return u * factor;
            }
        }
    }

    /// Student t with 4 degrees of freedom over its standard deviation √2.
    fn student(&mut self) -> f64 {
        // −2 ln(U V) is chi-squared with 4 degrees of freedom.
        let product = (1.0 - self.bits.random::<f64>()) * (1.0 - self.bits.random::<f64>());
        self.normal() / (-product.ln()).sqrt()
    }
}

fn mix(x: u64) -> u64 {
    let mut z = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
