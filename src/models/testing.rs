//! Made-up returns, and checks that hold for every model.

use rand::RngExt;

use super::{EstimationSample, ExpectedReturnModel, FittedModel, Horizon, PathSample};
use crate::numeric::streams::{Stream, stream};

/// Draws of one seed.
pub(super) struct Noise(Stream);

impl Noise {
    pub(super) fn new(seed: u64) -> Self {
        Self(stream(seed, 0))
    }

    /// In [0, 1).
    pub(super) fn uniform(&mut self) -> f64 {
        self.0.random()
    }

    /// In 0 to n − 1.
    pub(super) fn below(&mut self, n: usize) -> usize {
        self.0.random_range(..n)
    }

    /// Standard normal, after Box and Muller.
    pub(super) fn normal(&mut self) -> f64 {
        let (u, v) = (1.0 - self.uniform(), self.uniform());
        (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }

    /// `n` normal draws of this standard deviation.
    pub(super) fn normals(&mut self, n: usize, scale: f64) -> Vec<f64> {
        (0..n).map(|_| scale * self.normal()).collect()
    }

    /// Student t with three degrees of freedom, in units of its standard deviation.
    pub(super) fn fat(&mut self) -> f64 {
        let squares: f64 = (0..3).map(|_| self.normal().powi(2)).sum();
        self.normal() / squares.sqrt()
    }
}

/// `n` returns of a market of 1 % a row and of an asset with β 1.3 on it.
pub(super) fn market_and_asset(seed: u64, n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut noise = Noise::new(seed);
    let market = noise.normals(n, 0.01);
    let asset = market.iter().map(|m| 0.0004 + 1.3 * m + 0.02 * noise.normal()).collect();
    (market, asset)
}

pub(super) fn close(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance * b.abs().max(1e-300), "{a} is not {b}");
}

/// Every figure of two fits is the same, at some points beside.
pub(super) fn same_fit(a: &dyn FittedModel, b: &dyn FittedModel, n_factors: usize, tolerance: f64) {
    let near = |x: f64, y: f64| close(x, y, tolerance);
    near(a.coefficients().0, b.coefficients().0);
    for (x, y) in a.coefficients().1.iter().zip(b.coefficients().1) {
        near(*x, *y);
    }
    assert_eq!(a.coefficients().1.len(), b.coefficients().1.len());
    near(a.residual_std_dev(), b.residual_std_dev());
    assert_eq!(a.n_observations(), b.n_observations());
    assert_eq!(a.degrees_of_freedom(), b.degrees_of_freedom());
    for (x, y) in a.r_squared().iter().zip(&b.r_squared()) {
        near(*x, *y);
    }
    for (x, y) in a.standard_errors().iter().flatten().zip(b.standard_errors().iter().flatten()) {
        near(*x, *y);
    }
    for (k, n_rows) in [1, 1, 5, 40].into_iter().enumerate() {
        let factor_sums: Vec<f64> =
            (0..n_factors).map(|j| 0.01 * (k as f64 - 1.5) * (j as f64 + 1.0)).collect();
        let at = Horizon { first_step: 1, n_rows, factor_sums: &factor_sums };
        near(a.expected_return(&at), b.expected_return(&at));
        near(a.estimation_error(n_rows, &factor_sums), b.estimation_error(n_rows, &factor_sums));
        near(a.forecast_std_dev(&[at]), b.forecast_std_dev(&[at]));
    }
}

/// Mean squared CAR over a window of `n_after` rows, over the mean of the squared forecast standard
/// deviations: near 1 where forecast errors are what they are said to be.
///
/// `draw` gives the asset and the factors over `n_before + n_after` rows.
pub(super) fn calibration(
    model: &dyn ExpectedReturnModel,
    n_before: usize,
    n_after: usize,
    n_draws: u64,
    draw: impl Fn(&mut Noise) -> (Vec<f64>, Vec<Vec<f64>>),
) -> f64 {
    let forecast = |fit: &dyn FittedModel, rows: &[Horizon<'_>]| fit.forecast_std_dev(rows).powi(2);
    calibration_of(model, n_before, n_after, n_draws, draw, forecast)
}

/// As [`calibration`], of another variance than that of the forecast.
pub(super) fn calibration_of(
    model: &dyn ExpectedReturnModel,
    n_before: usize,
    n_after: usize,
    n_draws: u64,
    draw: impl Fn(&mut Noise) -> (Vec<f64>, Vec<Vec<f64>>),
    variance: impl Fn(&dyn FittedModel, &[Horizon<'_>]) -> f64,
) -> f64 {
    let (mut squares, mut expected) = (0.0, 0.0);
    for seed in 0..n_draws {
        let (returns, factors) = draw(&mut Noise::new(1_000 + seed));
        let whole: Vec<&[f64]> = factors.iter().map(Vec::as_slice).collect();
        let before: Vec<&[f64]> = whole.iter().map(|f| &f[..n_before]).collect();
        let sample = EstimationSample::new(&returns[..n_before], &before);
        let path = PathSample::new(&returns, &whole, n_before);
        let fit = model.fit_with_path(&sample, &path).unwrap();
        let points: Vec<Vec<f64>> = (n_before..n_before + n_after)
            .map(|t| factors.iter().map(|f| f[t]).collect())
            .collect();
        let horizons: Vec<Horizon<'_>> =
            points.iter().enumerate().map(|(k, p)| Horizon::row(k.cast_signed() + 1, p)).collect();
        let ars = horizons.iter().zip(&returns[n_before..]);
        let car: f64 = ars.map(|(at, r)| r - fit.expected_return(at)).sum();
        squares += car * car;
        expected += variance(fit.as_ref(), &horizons);
    }
    squares / expected
}
