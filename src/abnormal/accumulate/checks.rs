//! What fits into a run.

use super::{Accumulator, Partial, ResponseDates};
use crate::panel::ReturnPanel;
use crate::{Error, Result};

impl Accumulator {
    pub(super) fn check_run(&self, partial: &Partial) -> Result<()> {
        if partial.run == self.run_name() && partial.fits(self.extent()) {
            return Ok(());
        }
        Err(Error::Setting {
            name: "partial result",
            value: format!("of the run {}", partial.run),
            expected: "a part of this run: same model, windows, dates and factors",
        })
    }

    pub(super) fn check(
        &self,
        partial: &Partial,
        returns: &ReturnPanel,
        responses: &ResponseDates,
    ) -> Result<()> {
        self.check_run(partial)?;
        if let [_, later, ..] = &partial.assets()[..] {
            return Err(Error::Setting {
                name: "partial result",
                value: format!("with a gap before asset {}", later.start),
                expected: "assets without a gap, to add more of them",
            });
        }
        let mismatch = |what: &str, n_found, n_expected| {
            Err(Error::ShapeMismatch { what: what.to_owned(), n_found, n_expected })
        };
        if *returns.axis() != self.axis {
            let what = "the axis of a block (its dates must be those of the factors)";
            return mismatch(what, returns.n_dates(), self.axis.len());
        }
        if responses.n_assets() != returns.n_assets() {
            let what = "the assets of the response dates";
            return mismatch(what, responses.n_assets(), returns.n_assets());
        }
        if returns.compounding() != self.compounding {
            return Err(Error::Setting {
                name: "compounding",
                value: format!("{:?}", returns.compounding()),
                expected: "that of the factors",
            });
        }
        Ok(())
    }
}
