//! Private floor: moments, quantiles, least squares, tails,
//! streams of random numbers, the parallel map.

pub(crate) mod design_matrix;
pub(crate) mod least_squares;
pub(crate) mod moments;
pub(crate) mod parallel;
pub(crate) mod quantile;
pub(crate) mod streams;
pub(crate) mod tails;
