//! Factor regressions of single responses.

use super::{AbnormalReturns, Response};
use crate::panel::ReturnPanel;
use crate::regression::{LeastSquares, Regression};
use crate::{Error, Result};

impl AbnormalReturns {
    /// Regresses the returns of a response in its estimation window on factors of these names, for
    /// α and β under any [`Covariance`](crate::regression::Covariance).
    ///
    /// With the factors of a [`MarketModel`](crate::models::MarketModel) or
    /// [`FactorModel`](crate::models::FactorModel) the coefficients are those that its abnormal
    /// returns come from. Rows without a return are left out, and what is left counts as
    /// consecutive.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] where `returns` or `factors` have other dates than the table;
    /// [`Error::UnknownAsset`]; those of [`LeastSquares::fit`], also where a factor is missing.
    pub fn estimation_regression<S: AsRef<str>>(
        &self,
        response: &Response,
        returns: &ReturnPanel,
        factors: &ReturnPanel,
        names: &[S],
    ) -> Result<Regression> {
        for (what, panel) in
            [("the axis of the returns", returns), ("the axis of the factors", factors)]
        {
            if panel.axis() != self.axis() {
                return Err(Error::ShapeMismatch {
                    what: format!("{what} (its dates must be those of the table)"),
                    n_found: panel.n_dates(),
                    n_expected: self.axis().len(),
                });
            }
        }
        let asset = returns.asset(self.name(response.asset()))?;
        let all = returns.row(asset);
        let rows: Vec<usize> =
            self.event_of(response).estimation.clone().filter(|t| !all[*t].is_nan()).collect();
        let over = |x: &[f64]| -> Vec<f64> { rows.iter().map(|t| x[*t]).collect() };
        let y = over(all);
        let mut columns = Vec::with_capacity(names.len());
        for name in names {
            columns.push(over(factors.row(factors.asset(name.as_ref())?)));
        }
        let pairs = names.iter().zip(&columns);
        pairs.fold(LeastSquares::of(&y), |r, (name, x)| r.on(name.as_ref(), x)).fit()
    }
}
