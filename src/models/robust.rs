//! Coefficients of least-squares models with the standard errors of any covariance.

use super::{EstimationSample, ExpectedReturnModel, FactorModel, MarketModel};
use crate::regression::{LeastSquares, Regression};
use crate::{Error, Result};

impl MarketModel {
    /// The model as a regression of the sample, for α and β with robust standard errors.
    ///
    /// Its coefficients are `intercept` and the name of the benchmark; they are those of
    /// [`fit`](ExpectedReturnModel::fit). Newey–West counts the observations as consecutive.
    ///
    /// ```
    /// use eventstudy::models::{EstimationSample, MarketModel};
    /// use eventstudy::regression::{Covariance, Lags};
    ///
    /// let benchmark: Vec<f64> = (0..60).map(|t| f64::from(t * 37 % 11 - 5) / 500.0).collect();
    /// let noise = (0..60).map(|t| f64::from(t * t % 7 - 3) / 900.0);
    /// let returns: Vec<f64> = benchmark.iter().zip(noise).map(|(m, e)| 1.3 * m + e).collect();
    /// let factors = [benchmark.as_slice()];
    ///
    /// let fit = MarketModel::on("btc").regression(&EstimationSample::new(&returns, &factors))?;
    /// let robust = fit.estimates(&Covariance::newey_west(Lags::TwoNinths))?;
    /// assert!((robust.coefficient("btc")?.estimate - 1.3).abs() < 0.1);
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`LeastSquares::fit`]; [`Error::Setting`] where an observation covers more than one
    /// row; [`Error::ShapeMismatch`] where the sample has another number of factors.
    pub fn regression(&self, sample: &EstimationSample<'_>) -> Result<Regression> {
        regression(self.factors(), sample)
    }
}

impl FactorModel {
    /// The model as a regression of the sample, for α and β with robust standard errors; see
    /// [`MarketModel::regression`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn regression(&self, sample: &EstimationSample<'_>) -> Result<Regression> {
        regression(self.factors(), sample)
    }
}

fn regression(names: &[String], sample: &EstimationSample<'_>) -> Result<Regression> {
    if sample.has_long_returns() {
        return Err(Error::Setting {
            name: "estimation returns",
            value: "over several rows".to_owned(),
            expected: "returns over one row each",
        });
    }
    if sample.factors().len() != names.len() {
        return Err(Error::ShapeMismatch {
            what: "the list of factors".to_owned(),
            n_found: sample.factors().len(),
            n_expected: names.len(),
        });
    }
    let pairs = names.iter().zip(sample.factors());
    let all = pairs.fold(LeastSquares::of(sample.returns()), |r, (name, x)| r.on(name, x));
    all.fit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regression::Covariance;

    #[test]
    fn the_regression_is_the_fit() {
        let wave =
            |step: f64| -> Vec<f64> { (0..40).map(|t| (f64::from(t) * step).sin()).collect() };
        let (market, size) = (wave(0.7), wave(1.9));
        let returns: Vec<f64> = wave(3.1).iter().zip(&market).map(|(e, m)| m + e / 9.0).collect();
        let factors = [market.as_slice(), size.as_slice()];
        let sample = EstimationSample::new(&returns, &factors);
        let model = FactorModel::on(["market", "size"]);
        let fit = model.fit(&sample).unwrap();
        let regression = model.regression(&sample).unwrap();
        let (alpha, betas) = fit.coefficients();
        let near = |a: f64, b: f64| (a - b).abs() < 1e-13;
        assert!(near(regression.params()[0], alpha) && near(regression.params()[1], betas[0]));
        assert!(near(regression.params()[2], betas[1]));
        assert!(near(regression.sigma(), fit.residual_std_dev()));
        let classical = regression.estimates(&Covariance::Classical).unwrap();
        for (a, b) in classical.coefficients.iter().zip(fit.standard_errors().unwrap()) {
            assert!(near(a.std_error, b));
        }
    }

    #[test]
    fn faults_of_the_sample_are_errors() {
        let returns = [0.01, 0.03, -0.02, 0.01];
        let market = [0.02, 0.01, -0.01, 0.0];
        let factors = [market.as_slice()];
        let sample = EstimationSample::new(&returns, &factors);
        let two = FactorModel::on(["a", "b"]).regression(&sample).unwrap_err();
        assert_eq!(two.to_string(), "the list of factors has length 1, expected 2");
        let long = sample.with_lengths(&[1, 2, 1, 1]);
        let error = MarketModel::on("m").regression(&long).unwrap_err();
        assert_eq!(
            error.to_string(),
            "estimation returns = over several rows: expected returns over one row each"
        );
    }
}
