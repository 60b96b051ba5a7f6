//! The responses one by one.

use std::sync::Arc;

use std::collections::BTreeMap;

use super::{EventStudy, FactorBeta, ResponseEstimate, StudyData};
use crate::abnormal::{AbnormalReturns, EventRequest};
use crate::events::{EventId, EventSet};
use crate::panel::AssetId;
use crate::{Error, Result};

impl EventStudy {
    /// AR, CAR, SCAR and fit of every response: one event × one asset of its universe.
    ///
    /// These are the responses that [`run`](Self::run) averages, before an event portfolio is formed
    /// of them, so that those stay in which a window leaves out. An event keeps the
    /// [`EventId`] that it has in `events`. The exclusions of the table are those of events and fits;
    /// [`check`](Self::check) names besides whom the universe leaves out.
    ///
    /// ```
    /// use eventstudy::prelude::*;
    ///
    /// let coins = CsvOptions::default().assets(["btc", "eth", "ltc"]);
    /// let prices = PricePanel::from_csv_path_with("data/crypto_close.csv", &coins)?;
    /// let window = EventWindow::days(-1, 5)?;
    /// let study = EventStudy::builder(Universe::of(["eth", "ltc"]), MarketModel::on("btc"))
    ///     .estimation_window(EstimationWindow::trailing(250)?)
    ///     .windows([window])
    ///     .build()?;
    /// let events = EventSet::from_dates(&[NaiveDate::from_ymd_opt(2020, 11, 13).unwrap()])?;
    ///
    /// let table = study.responses(&StudyData::new(prices, Compounding::Simple), &events)?;
    /// let (cars, excluded) = table.cumulative(&window)?;
    /// assert_eq!((cars.len(), excluded.len()), (2, 0));
    /// let (eth, car) = cars[0];
    /// let ars: Vec<f64> = (-1..=5).filter_map(|tau| table.ar(eth, tau)).collect();
    /// assert!((ars.iter().sum::<f64>() - car.car).abs() < 1e-12);
    /// let (_, betas) = eth.fit().coefficients();
    /// assert!(betas[0] > 0.5 && table.name(eth.asset()) == "eth" && car.scar().abs() < 3.0);
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NoEvents`] for an empty set; [`Error::UnknownAsset`] for a benchmark that the data
    /// lack; [`Error::SessionsMissing`]. Events and assets of which nothing is left are exclusions,
    /// also where that is all of them.
    pub fn responses(&self, data: &StudyData, events: &EventSet) -> Result<AbnormalReturns> {
        if events.is_empty() {
            return Err(Error::NoEvents { why: "the set of events is empty".to_owned() });
        }
        let nobody: Arc<[EventRequest]> = Arc::new([]);
        Ok(self.fit_responses(data, &Self::occurrences(events), &nobody, true)?.table)
    }

    /// The members of a window with their fits, in the order given.
    pub(super) fn response_estimates(
        &self,
        window: usize,
        table: &AbnormalReturns,
        members: &[(EventId, AssetId)],
    ) -> Result<Vec<ResponseEstimate>> {
        let (cumulative, _) = table.cumulative(&self.windows[window])?;
        let by_key: BTreeMap<_, _> =
            cumulative.iter().map(|found| ((found.0.event(), found.0.asset()), found)).collect();
        let found =
            members.iter().filter_map(|key| Some((by_key.get(key)?, table.event_rows(key.0)?)));
        let estimates = found.map(|((response, cumulative), event)| {
            let (alpha, betas) = response.fit().coefficients();
            let own = self.model.factors_of(table.name(response.asset()), event.date);
            let named = own.unwrap_or_else(|| self.model.factors()).iter().zip(betas);
            ResponseEstimate {
                event: event.date,
                label: event.label.clone(),
                asset: table.name(response.asset()).to_owned(),
                car: cumulative.car,
                scar: cumulative.scar(),
                forecast_std_dev: cumulative.forecast_std_dev,
                n_rows: cumulative.n_rows,
                alpha,
                betas: named
                    .map(|(factor, beta)| FactorBeta { factor: factor.clone(), beta: *beta })
                    .collect(),
                residual_std_dev: response.fit().residual_std_dev(),
                n_observations: response.fit().n_observations(),
                convergence: response.fit().convergence(),
            }
        });
        Ok(estimates.collect())
    }
}
