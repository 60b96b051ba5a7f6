//! The stationary block bootstrap of event portfolios, from their estimation windows.

use chrono::NaiveDate;

use super::evaluate::{Evaluation, EventValues};
use super::placebo::days_between;
use super::{BlockBootstrapEstimate, BootstrapSettings, EventPath, EventStudy, MeanBlockLength};
use crate::abnormal::PortfolioRule;
use crate::events::{EventId, EventSet};
use crate::numeric::{moments, parallel, quantile};
use crate::panel::AssetId;
use crate::resampling::{BootstrapDistribution, SeriesBootstrap, SeriesScheme};
use crate::{Error, Result};

/// Replicates behind the pointwise interval of a path.
const PATH_REPLICATES: usize = 999;

impl EventStudy {
    /// What windows as long as the event windows add up to in the estimation windows, all events
    /// pooled, blocks of neighbouring days kept together.
    ///
    /// The residuals are centred, event by event: those of a model without an intercept have a mean,
    /// which is no part of the uncertainty. An estimated mean has an error of its own, which is the
    /// same on every day of a window of L rows: with M estimation rows it multiplies the variance by
    /// 1 + L/M.
    pub(super) fn block_bootstrap(
        &self,
        window: usize,
        evaluation: &Evaluation,
        events: &[&EventValues],
        mean: f64,
    ) -> Result<Option<BlockBootstrapEstimate>> {
        let Some((settings, mean_block_length)) = self.blocks() else { return Ok(None) };
        let mut pooled = Vec::new();
        let mut lengths = Vec::new();
        let mut dates: Vec<NaiveDate> = Vec::new();
        for event in events {
            let Some(value) = &event.windows[window] else { continue };
            if dates.contains(&event.day_zero) {
                // Events of one date are one draw; the first stands for them.
                continue;
            }
            dates.push(event.day_zero);
            let residuals = portfolio_residuals(evaluation, event.id, &value.assets);
            let Some(rows) = evaluation.table.event_rows(event.id) else { continue };
            if let Ok(rows) = evaluation.table.window_rows(rows, &self.windows[window])? {
                lengths.push(rows.len());
                let factor = estimation_factor(rows.len(), residuals.len());
                pooled.extend(centred(&residuals).map(|e| e * factor));
            }
        }
        if lengths.iter().sum::<usize>() > pooled.len() {
            // Windows longer than the estimation windows cannot be drawn from them.
            return Ok(None);
        }
        let n_dates = dates.len() as f64;
        let total: usize = lengths.iter().sum();
        let mean_block_length = mean_block_length.rows(&pooled)?;
        let drawn = SeriesBootstrap::new(SeriesScheme::Stationary { mean_block_length })?
            .replicates(settings.replicates)
            .seed(self.seed)
            .run_window_sum(&pooled, total)?;
        let tail = (1.0 - self.level) / 2.0;
        Ok(Some(BlockBootstrapEstimate {
            lower: mean - quantile_of(&drawn, 1.0 - tail)? / n_dates,
            upper: mean - quantile_of(&drawn, tail)? / n_dates,
            p_value: two_sided(&drawn, mean * n_dates),
            n_replicates: drawn.n_replicates(),
            mean_block_length,
        }))
    }

    /// The settings and the block length, where blocks were asked for and are defined.
    fn blocks(&self) -> Option<(BootstrapSettings, MeanBlockLength)> {
        let settings = self.bootstrap.filter(|_| self.rule == PortfolioRule::MeanOfCars)?;
        Some((settings, settings.mean_block_length?))
    }

    /// Paths of the event portfolios, with a pointwise interval where blocks were asked for.
    pub(super) fn paths(
        &self,
        evaluation: &Evaluation,
        events: &EventSet,
    ) -> Result<Vec<EventPath>> {
        let mut paths = Vec::new();
        for event in evaluation.events.iter().filter(|e| !e.path.is_empty()) {
            let assets = event.windows.iter().flatten().next().map_or(&[][..], |w| &w.assets);
            let values: Vec<f64> = event.path.iter().map(|(_, v)| *v).collect();
            let (lower, upper) = self.path_interval(evaluation, event.id, assets, &values)?;
            paths.push(EventPath {
                event: event.date,
                label: events.event(event.id).label.clone(),
                scope: Some(events.event(event.id).scope.clone()),
                n_assets: assets.len(),
                days: event.path.iter().map(|(d, _)| days_between(event.date, *d)).collect(),
                values,
                lower,
                upper,
            });
        }
        Ok(paths)
    }

    #[allow(clippy::type_complexity)] // lower and upper ends, both or neither
    fn path_interval(
        &self,
        evaluation: &Evaluation,
        event: EventId,
        assets: &[AssetId],
        values: &[f64],
    ) -> Result<(Option<Vec<f64>>, Option<Vec<f64>>)> {
        let residuals: Vec<f64> =
            centred(&portfolio_residuals(evaluation, event, assets)).collect();
        let Some((_, mean_block_length)) =
            self.blocks().filter(|_| values.len() <= residuals.len())
        else {
            return Ok((None, None));
        };
        let mean_block_length = mean_block_length.rows(&residuals)?;
        let scheme = SeriesScheme::Stationary { mean_block_length };
        let bootstrap = SeriesBootstrap::new(scheme)?.seed(self.seed);
        let sums: Vec<Vec<f64>> = parallel::map(PATH_REPLICATES, |k| {
            let rows = bootstrap.rows(residuals.len(), k)?;
            Ok(rows[..values.len()]
                .iter()
                .scan(0.0, |total, row| {
                    *total += residuals[*row];
                    Some(*total)
                })
                .collect())
        })
        .into_iter()
        .collect::<Result<_>>()?;
        let tail = (1.0 - self.level) / 2.0;
        let (mut lower, mut upper) = (Vec::new(), Vec::new());
        for (day, value) in values.iter().enumerate() {
            let factor = estimation_factor(day + 1, residuals.len());
            let sorted =
                quantile::sorted(&sums.iter().map(|s| s[day] * factor).collect::<Vec<_>>());
            let at = |p| quantile::quantile_sorted(&sorted, p).unwrap_or(f64::NAN);
            lower.push(value - at(1.0 - tail));
            upper.push(value - at(tail));
        }
        Ok((Some(lower), Some(upper)))
    }
}

/// Weighted mean of the estimation residuals of the members, row by row; rows that no member has
/// are left out.
fn portfolio_residuals(evaluation: &Evaluation, event: EventId, assets: &[AssetId]) -> Vec<f64> {
    let members: Vec<(&[f64], f64)> = evaluation
        .table
        .responses_of(event)
        .filter(|r| assets.contains(&r.asset()))
        .map(|r| (r.residuals(), evaluation.weights[&(event, r.asset())]))
        .collect();
    let n_rows = members.first().map_or(0, |(r, _)| r.len());
    (0..n_rows)
        .filter_map(|row| {
            let present = members.iter().filter(|(r, _)| !r[row].is_nan());
            let (sum, weight) =
                present.fold((0.0, 0.0), |(s, w), (r, weight)| (s + weight * r[row], w + weight));
            (weight > 0.0).then(|| sum / weight)
        })
        .collect()
}

fn centred(residuals: &[f64]) -> impl Iterator<Item = f64> {
    let mean = moments::mean(residuals).unwrap_or(0.0);
    residuals.iter().map(move |e| e - mean)
}

/// `√(1 + L/M)`, what the error of an estimated mean adds to the deviation of a sum.
fn estimation_factor(n_window: usize, n_estimation: usize) -> f64 {
    (1.0 + n_window as f64 / n_estimation as f64).sqrt()
}

fn quantile_of(drawn: &BootstrapDistribution, p: f64) -> Result<f64> {
    drawn.quantile(p).ok_or(Error::Setting {
        name: "level",
        value: p.to_string(),
        expected: "a probability between 0 and 1",
    })
}

/// `(1 + #{|x| ≥ |observed|}) / (1 + n)`.
fn two_sided(drawn: &BootstrapDistribution, observed: f64) -> f64 {
    let n_extreme = drawn.replicates().iter().filter(|x| x.abs() >= observed.abs()).count();
    (1 + n_extreme) as f64 / (1 + drawn.n_replicates()) as f64
}
