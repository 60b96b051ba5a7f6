//! Vectors of a few parameters, in blocks that the compiler unrolls.

use std::ops::{Deref, DerefMut};

const WIDTH: usize = 4;

/// A vector filled up with zeros to a multiple of four.
#[derive(Debug, Clone)]
pub(super) struct Lanes {
    blocks: Vec<[f64; WIDTH]>,
}

impl Lanes {
    pub(super) fn zeros(n: usize) -> Self {
        Self { blocks: vec![[0.0; WIDTH]; n.div_ceil(WIDTH)] }
    }

    pub(super) fn scale(&mut self, by: f64) {
        for block in &mut self.blocks {
            for value in block {
                *value *= by;
            }
        }
    }

    /// `self = factor · x`.
    pub(super) fn set(&mut self, factor: f64, x: &Self) {
        for (to, from) in self.blocks.iter_mut().zip(&x.blocks) {
            for (a, b) in to.iter_mut().zip(from) {
                *a = factor * b;
            }
        }
    }

    /// `self += factor · x`.
    pub(super) fn add(&mut self, factor: f64, x: &Self) {
        for (to, from) in self.blocks.iter_mut().zip(&x.blocks) {
            for (a, b) in to.iter_mut().zip(from) {
                *a += factor * b;
            }
        }
    }
}

impl Deref for Lanes {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        self.blocks.as_flattened()
    }
}

impl DerefMut for Lanes {
    fn deref_mut(&mut self) -> &mut [f64] {
        self.blocks.as_flattened_mut()
    }
}
