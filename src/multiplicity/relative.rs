//! What models did better than a benchmark, row by row.

use ndarray::Array2;

use crate::numeric::moments;
use crate::{Error, Result};

/// Performance of models relative to a benchmark: one series d per model, one value per row (a
/// date), **positive where the model did better**.
///
/// From losses `d = L(benchmark) − L(model)`; from performances, such as returns,
/// `d = model − benchmark`. The null of every test that takes it is about the means of d.
///
/// ```
/// use eventstudy::multiplicity::RelativePerformance;
/// use ndarray::array;
///
/// let losses = array![[0.5, 1.0, 0.3], [0.9, 1.4, 0.4]]; // two models, three dates
/// let relative = RelativePerformance::of_losses(&[0.7, 1.2, 0.4], &losses)?;
/// assert!(relative.means()[0] > 0.0 && relative.means()[1] < 0.0);
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RelativePerformance {
    values: Array2<f64>,
    means: Vec<f64>,
    /// The largest number that d of each model was formed from: what it is rounded to.
    levels: Vec<f64>,
}

impl RelativePerformance {
    /// From losses, smaller is better: one of the benchmark per row, and models × rows.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for a benchmark of another length; [`Error::TooFew`] without models
    /// or for fewer than two rows; [`Error::BadEntry`] for a value that is not finite.
    pub fn of_losses(benchmark: &[f64], models: &Array2<f64>) -> Result<Self> {
        Self::against(benchmark, models, |benchmark, model| benchmark - model)
    }

    /// From performances, larger is better: one of the benchmark per row, and models × rows.
    ///
    /// # Errors
    ///
    /// As [`of_losses`](Self::of_losses).
    pub fn of_performances(benchmark: &[f64], models: &Array2<f64>) -> Result<Self> {
        Self::against(benchmark, models, |benchmark, model| model - benchmark)
    }

    /// From the differences themselves, models × rows, positive where the model did better. It
    /// serves for any family of series whose means may be zero.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] and [`Error::BadEntry`] as [`of_losses`](Self::of_losses).
    pub fn of_differences(differences: &Array2<f64>) -> Result<Self> {
        let (n_models, n_rows) = differences.dim();
        for (what, unit, n_needed, n_found) in
            [("a joint test", "models", 1, n_models), ("a joint test", "rows", 2, n_rows)]
        {
            if n_found < n_needed {
                return Err(Error::TooFew { what: what.to_owned(), unit, n_needed, n_found });
            }
        }
        check_finite(differences)?;
        let values = differences.as_standard_layout().into_owned();
        let means = values.rows().into_iter().map(|row| row.sum() / n_rows as f64).collect();
        let levels = levels(&values);
        Ok(Self { values, means, levels })
    }

    fn against(
        benchmark: &[f64],
        models: &Array2<f64>,
        difference: impl Fn(f64, f64) -> f64,
    ) -> Result<Self> {
        let (n_models, n_rows) = models.dim();
        if benchmark.len() != n_rows {
            return Err(Error::ShapeMismatch {
                what: "the benchmark".to_owned(),
                n_found: benchmark.len(),
                n_expected: n_rows,
            });
        }
        if let Some((row, value)) = benchmark.iter().enumerate().find(|(_, v)| !v.is_finite()) {
            return Err(not_finite("the benchmark".to_owned(), row, *value));
        }
        check_finite(models)?;
        let values = Array2::from_shape_fn((n_models, n_rows), |(model, row)| {
            difference(benchmark[row], models[[model, row]])
        });
        let mut relative = Self::of_differences(&values)?;
        let of_benchmark = largest(benchmark);
        relative.levels = levels(models).iter().map(|level| level.max(of_benchmark)).collect();
        Ok(relative)
    }

    /// Number of models.
    pub fn n_models(&self) -> usize {
        self.values.nrows()
    }

    /// Number of rows n.
    pub fn n_rows(&self) -> usize {
        self.values.ncols()
    }

    /// d, models × rows.
    pub fn values(&self) -> &Array2<f64> {
        &self.values
    }

    /// Mean of d of each model.
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// d of one model.
    pub(super) fn model(&self, k: usize) -> &[f64] {
        let n = self.n_rows();
        // The rows of a table in standard layout lie one after the other.
        self.values.as_slice().map_or(&[], |all| &all[k * n..(k + 1) * n])
    }

    /// Σ(d − d̄)² of each model.
    pub(super) fn squares(&self) -> Vec<f64> {
        let of = |k| moments::sum_squared_deviations(self.model(k), self.means[k]);
        (0..self.n_models()).map(of).collect()
    }

    /// `sd/√n` of each model, divisor n − 1.
    pub(super) fn std_errors(&self) -> Vec<f64> {
        let n = self.n_rows() as f64;
        self.squares().iter().map(|squares| (squares / (n - 1.0) / n).sqrt()).collect()
    }

    /// Sums of squares by model, of deviations or of what stands for them; one that is no more than
    /// the rounding of d is an error.
    pub(super) fn check_vary(&self, what: &str, squares: &[f64]) -> Result<()> {
        for (k, (squares, level)) in squares.iter().zip(&self.levels).enumerate() {
            if moments::is_negligible(*squares, *level, self.n_rows()) {
                return Err(Error::DegenerateVariance {
                    what: what.to_owned(),
                    of: format!("the relative performance of model {k}"),
                });
            }
        }
        Ok(())
    }
}

/// The largest magnitude of each model.
pub(super) fn levels(models: &Array2<f64>) -> Vec<f64> {
    let level = |row: ndarray::ArrayView1<'_, f64>| row.fold(0.0, |a: f64, v| a.max(v.abs()));
    models.rows().into_iter().map(level).collect()
}

/// The largest magnitude.
pub(super) fn largest(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |a, v| a.max(v.abs()))
}

/// Every value of a table of models × rows is finite.
pub(super) fn check_finite(values: &Array2<f64>) -> Result<()> {
    match values.indexed_iter().find(|(_, v)| !v.is_finite()) {
        Some(((k, row), value)) => Err(not_finite(format!("model {k}"), row, *value)),
        None => Ok(()),
    }
}

fn not_finite(what: String, row: usize, value: f64) -> Error {
    let expected = "a finite number; leave rows with missing values out of all series";
    Error::BadEntry { what, row, value, expected }
}
