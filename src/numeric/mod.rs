//! Private floor: moments, quantiles, ranks, tails, least squares, streams of random numbers, the
//! parallel map.

pub(crate) mod design_matrix;
pub(crate) mod least_squares;
pub(crate) mod moments;
pub(crate) mod parallel;
pub(crate) mod quantile;
pub(crate) mod ranks;
pub(crate) mod streams;
pub(crate) mod tails;
