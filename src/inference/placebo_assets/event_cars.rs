//! CARs of treated and other assets, event by event.

use super::PlaceboAssetsEvent;
use crate::abnormal::{AbnormalReturns, EventRows};
use crate::numeric::combinations;
use crate::panel::AssetId;
use crate::time::EventWindow;
use crate::{Error, Result};

/// CARs of which as many are treated as there are in `treated`.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) treated: Vec<f64>,
    pub(super) pool: Vec<f64>,
}

impl Group {
    fn value(&self, k: usize) -> f64 {
        self.treated.get(k).copied().unwrap_or_else(|| self.pool[k - self.treated.len()])
    }

    pub(super) fn mean_of(&self, chosen: &[usize]) -> f64 {
        mean(chosen.iter().map(|k| self.value(*k)))
    }

    pub(super) fn all_means(&self) -> Vec<f64> {
        let n = self.treated.len() + self.pool.len();
        let all = combinations::choices(n, self.treated.len());
        all.iter().map(|chosen| self.mean_of(chosen)).collect()
    }
}

/// CARs of one event.
pub(super) struct AtEvent<'a> {
    rows: &'a EventRows,
    treated: Vec<(AssetId, f64)>,
    pub(super) pool: Vec<(AssetId, f64)>,
    n_excluded: usize,
}

impl<'a> AtEvent<'a> {
    pub(super) fn new(
        table: &AbnormalReturns,
        rows: &'a EventRows,
        own: &[AssetId],
        window: &EventWindow,
    ) -> Result<Self> {
        let no_response = |asset: AssetId, reason: &str| Error::NoResponses {
            n_excluded: 1,
            first_reason: format!("{} at {}: {reason}", table.name(asset), rows.date),
        };
        if let Some(k) = (1..own.len()).find(|k| own[..*k].contains(&own[*k])) {
            return Err(Error::DuplicateAsset { name: table.name(own[k]).to_owned() });
        }
        let in_span = match table.window_rows(rows, window)? {
            Ok(in_span) => in_span,
            Err(fault) => return Err(no_response(own[0], &fault.to_string())),
        };
        let mut treated: Vec<Option<f64>> = vec![None; own.len()];
        let (mut pool, mut n_excluded) = (Vec::new(), 0);
        for response in table.responses_of(rows.event) {
            let place = own.iter().position(|asset| *asset == response.asset());
            match (table.cumulate(response, in_span.clone()), place) {
                (Ok(found), Some(place)) => treated[place] = Some(found.car),
                (Ok(found), None) => pool.push((response.asset(), found.car)),
                (Err(reason), Some(_)) => {
                    return Err(no_response(response.asset(), &reason.to_string()));
                }
                (Err(_), None) => n_excluded += 1,
            }
        }
        // Who has no response at all, for want of a fit.
        let unfitted = || {
            table
                .exclusions()
                .iter()
                .filter(|x| x.event == rows.date && x.label == rows.label && x.window.is_none())
        };
        let of = |asset: AssetId| {
            unfitted().find(move |x| x.asset.as_deref() == Some(table.name(asset)))
        };
        let mut cars = Vec::with_capacity(own.len());
        for (asset, car) in own.iter().zip(treated) {
            let why = || of(*asset).map_or("no response".to_owned(), |x| x.reason.to_string());
            cars.push((*asset, car.ok_or_else(|| no_response(*asset, &why()))?));
        }
        n_excluded += unfitted().filter(|x| x.asset.is_some()).count();
        Ok(Self { rows, treated: cars, pool, n_excluded })
    }

    pub(super) fn group(&self) -> Group {
        let cars = |of: &[(AssetId, f64)]| of.iter().map(|(_, car)| *car).collect();
        Group { treated: cars(&self.treated), pool: cars(&self.pool) }
    }

    pub(super) fn described(self) -> PlaceboAssetsEvent {
        PlaceboAssetsEvent {
            event: self.rows.date,
            label: self.rows.label.clone(),
            n_treated: self.treated.len(),
            n_placebo: self.pool.len(),
            n_excluded: self.n_excluded,
            treated_caar: mean(self.treated.iter().map(|(_, car)| *car)),
            placebo_caar: mean(self.pool.iter().map(|(_, car)| *car)),
        }
    }
}

/// Leaves the assets that are in the pool of every event.
pub(super) fn keep_common(events: &mut [AtEvent<'_>]) -> Result<()> {
    let assets = |of: &[(AssetId, f64)]| {
        let mut assets: Vec<AssetId> = of.iter().map(|(asset, _)| *asset).collect();
        assets.sort_unstable();
        assets
    };
    let Some(first) = events.first().map(|event| assets(&event.treated)) else { return Ok(()) };
    if let Some(other) = events.iter().find(|event| assets(&event.treated) != first) {
        return Err(Error::Setting {
            name: "treated assets",
            value: format!("others at {} than at the first event", other.rows.date),
            expected: "the same at all events, or sets that are drawn anew at each event",
        });
    }
    let pools: Vec<Vec<AssetId>> = events.iter().map(|event| assets(&event.pool)).collect();
    for event in events {
        let n_before = event.pool.len();
        event.pool.retain(|(asset, _)| pools.iter().all(|p| p.binary_search(asset).is_ok()));
        event.pool.sort_by_key(|(asset, _)| *asset);
        event.treated.sort_by_key(|(asset, _)| *asset);
        event.n_excluded += n_before - event.pool.len();
    }
    Ok(())
}

/// The mean over the events of each asset; all events have the same in the same order.
pub(super) fn mean_group(events: &[AtEvent<'_>]) -> Group {
    let over = |of: &dyn Fn(&AtEvent<'_>) -> Vec<f64>| -> Vec<f64> {
        let all: Vec<Vec<f64>> = events.iter().map(of).collect();
        (0..all[0].len()).map(|k| mean(all.iter().map(|cars| cars[k]))).collect()
    };
    let cars = |of: &[(AssetId, f64)]| of.iter().map(|(_, car)| *car).collect();
    Group { treated: over(&|event| cars(&event.treated)), pool: over(&|event| cars(&event.pool)) }
}

pub(super) fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0), |(sum, n), v| (sum + v, n + 1));
    sum / f64::from(n)
}
