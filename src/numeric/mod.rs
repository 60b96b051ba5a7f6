//! Private floor: moments, quantiles, ranks, tails, (weighted) least squares, exact running sums, streams of
//! random numbers, combinations, the parallel map.

pub(crate) mod cholesky;
pub(crate) mod combinations;
pub(crate) mod design_matrix;
pub(crate) mod double_double;
pub(crate) mod few;
pub(crate) mod least_squares;
pub(crate) mod moments;
pub(crate) mod parallel;
pub(crate) mod quantile;
pub(crate) mod ranks;
pub(crate) mod streams;
pub(crate) mod tails;
