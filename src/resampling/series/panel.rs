//! Blocks of dates, drawn for all assets at once.

use ndarray::{Array2, ArrayRef2};

use super::draw::Resample;
use super::{BlockSums, SeriesBootstrap, check_drawn};
use crate::resampling::distribution::BootstrapDistribution;
use crate::resampling::run::BootstrapRun;
use crate::{Error, Result};

/// A panel has a row per asset and a column per date, as all panels of the crate; a resample draws
/// columns, so what assets of one date have in common stays together.
impl SeriesBootstrap {
    /// Draws blocks of dates, and evaluates `statistic` on each resampled panel, which has the shape
    /// of `panel`.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run), rows being dates; [`Error::TooFew`] for a panel without assets;
    /// [`Error::BadEntry`] for a value that is not finite: choose assets or dates so that none is
    /// missing.
    ///
    /// ```
    /// use eventstudy::resampling::{SeriesBootstrap, SeriesScheme};
    /// use ndarray::Array2;
    ///
    /// let returns = Array2::from_shape_fn((3, 60), |(asset, date)| ((asset + 5 * date) as f64).sin());
    /// let bootstrap = SeriesBootstrap::new(SeriesScheme::Moving { block_length: 5 })?.replicates(99);
    /// // Spread of the mean returns of the assets.
    /// let drawn = bootstrap.run_panel(&returns, |panel| {
    ///     let means = panel.outer_iter().map(|row| row.sum() / row.len() as f64);
    ///     means.clone().fold(f64::MIN, f64::max) - means.fold(f64::MAX, f64::min)
    /// })?;
    /// assert_eq!(drawn.n_replicates(), 99);
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    pub fn run_panel(
        &self,
        panel: &ArrayRef2<f64>,
        statistic: impl Fn(&ArrayRef2<f64>) -> f64 + Sync + Send,
    ) -> Result<BootstrapDistribution> {
        self.prepare_panel(panel, statistic)?.run()
    }

    /// Sets up [`run_panel`](Self::run_panel).
    ///
    /// # Errors
    ///
    /// As [`run_panel`](Self::run_panel), but for undefined statistics, which the run finds.
    pub fn prepare_panel<S: Fn(&ArrayRef2<f64>) -> f64 + Sync + Send>(
        self,
        panel: &ArrayRef2<f64>,
        statistic: S,
    ) -> Result<BootstrapRun<'_, impl Fn(usize) -> f64 + Sync + Send + use<'_, S>>> {
        check_panel(panel)?;
        let n = panel.ncols();
        self.check_plain(n)?;
        let estimate = statistic(panel);
        // Rows in one piece each, so that blocks are copied as slices.
        let rows = panel.as_standard_layout().into_owned();
        let of = move |resample: Resample| {
            let mut values = Vec::with_capacity(rows.len());
            for row in rows.outer_iter() {
                resample.append_values(row.as_slice().unwrap_or(&[]), &mut values);
            }
            let drawn = Array2::from_shape_vec(rows.raw_dim(), values);
            drawn.map_or(f64::NAN, |drawn| statistic(&drawn))
        };
        Ok(self.set_up(n, n, Some(panel.view()), estimate, of))
    }

    /// Draws blocks of dates, and takes the mean over all assets and dates of each resample.
    ///
    /// The mean over the assets is taken first, date by date, so replicates cost the same as for
    /// one series.
    ///
    /// # Errors
    ///
    /// As [`run_panel`](Self::run_panel), but that every scheme has a mean.
    pub fn run_panel_mean(&self, panel: &ArrayRef2<f64>) -> Result<BootstrapDistribution> {
        self.prepare_panel_mean(panel)?.run()
    }

    /// Sets up [`run_panel_mean`](Self::run_panel_mean).
    ///
    /// # Errors
    ///
    /// As [`run_panel_mean`](Self::run_panel_mean).
    pub fn prepare_panel_mean(
        self,
        panel: &ArrayRef2<f64>,
    ) -> Result<BootstrapRun<'_, impl Fn(usize) -> f64 + Sync + Send + use<'_>>> {
        let n = panel.ncols();
        let sums = self.sums_of_means(panel, n)?;
        let centre = sums.centre();
        Ok(self.linear(sums, panel.view(), centre, n as f64))
    }

    /// Draws blocks of dates, and takes the sum over the first `n_drawn` dates of the mean over the
    /// assets: of abnormal returns, the CAAR of a window of that length in which nothing happened.
    ///
    /// # Errors
    ///
    /// As [`run_panel_mean`](Self::run_panel_mean); [`Error::Setting`] unless `n_drawn` is from 1 to
    /// the number of dates.
    pub fn run_panel_window_sum(
        &self,
        panel: &ArrayRef2<f64>,
        n_drawn: usize,
    ) -> Result<BootstrapDistribution> {
        self.prepare_panel_window_sum(panel, n_drawn)?.run()
    }

    /// Sets up [`run_panel_window_sum`](Self::run_panel_window_sum).
    ///
    /// # Errors
    ///
    /// As [`run_panel_window_sum`](Self::run_panel_window_sum).
    pub fn prepare_panel_window_sum(
        self,
        panel: &ArrayRef2<f64>,
        n_drawn: usize,
    ) -> Result<BootstrapRun<'_, impl Fn(usize) -> f64 + Sync + Send + use<'_>>> {
        check_drawn(n_drawn, panel.ncols())?;
        let sums = self.sums_of_means(panel, n_drawn)?;
        let at_mean = n_drawn as f64 * sums.centre();
        Ok(self.linear(sums, panel.view(), at_mean, 1.0))
    }

    /// Block sums of the mean over assets.
    fn sums_of_means(&self, panel: &ArrayRef2<f64>, n_drawn: usize) -> Result<BlockSums> {
        check_panel(panel)?;
        self.scheme.check_rows(panel.ncols())?;
        let n_assets = panel.nrows() as f64;
        let mut means = vec![0.0; panel.ncols()];
        for row in panel.outer_iter() {
            match row.as_slice() {
                Some(row) => means.iter_mut().zip(row).for_each(|(sum, value)| *sum += value),
                None => means.iter_mut().zip(row).for_each(|(sum, value)| *sum += value),
            }
        }
        for mean in &mut means {
            *mean /= n_assets;
        }
        Ok(BlockSums::new(self.scheme, &means, n_drawn))
    }
}

/// A panel must have assets and no gaps.
fn check_panel(panel: &ArrayRef2<f64>) -> Result<()> {
    if panel.nrows() == 0 {
        return Err(Error::TooFew {
            what: "a resampled panel".to_owned(),
            unit: "assets",
            n_needed: 1,
            n_found: 0,
        });
    }
    for (asset, row) in panel.outer_iter().enumerate() {
        // Without a branch per value; a fault is looked for where there is one.
        let is_fine = |values: &[f64]| values.iter().fold(true, |fine, v| fine & v.is_finite());
        if row.as_slice().is_some_and(is_fine) {
            continue;
        }
        if let Some((date, value)) = row.iter().enumerate().find(|(_, v)| !v.is_finite()) {
            return Err(Error::BadEntry {
                what: format!("asset {asset} of the panel"),
                row: date,
                value: *value,
                expected: "a finite number",
            });
        }
    }
    Ok(())
}
