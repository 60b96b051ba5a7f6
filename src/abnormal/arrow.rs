//! Tables of abnormal returns as record batches of Arrow.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, Date32Array, Float64Array, Int32Array, LargeStringArray, RecordBatch, UInt64Array,
};
use arrow_schema::{Field, Schema};
use chrono::{Datelike, NaiveDate};

use super::{AbnormalReturns, Exclusion, Response};
use crate::time::EventWindow;
use crate::{Error, Result};

impl AbnormalReturns {
    /// All ARs, one row per response and event time: `event` (its date), `label`, `asset`, `tau`,
    /// `date` and `ar`, a decimal fraction, null where the response has none.
    ///
    /// # Errors
    ///
    /// None of its own; the signature is that of [`car_batch`](Self::car_batch).
    pub fn ar_batch(&self) -> Result<RecordBatch> {
        let mut keys = Keys::default();
        let (mut taus, mut dates, mut ars) = (Vec::new(), Vec::new(), Vec::new());
        for response in self.responses() {
            let event = self.event_of(response);
            for row in event.span.clone() {
                keys.push(self, response);
                let tau = row.cast_signed() - event.event_row.cast_signed();
                taus.push(i32::try_from(tau).ok());
                dates.push(days(self.axis().date(row)));
                ars.push(response.ar(row - event.span.start));
            }
        }
        keys.batch(vec![
            ("tau", Arc::new(Int32Array::from(taus)), false),
            ("date", Arc::new(Date32Array::from(dates)), false),
            ("ar", Arc::new(Float64Array::from(ars)), true),
        ])
    }

    /// CARs over a window, one row per response: `event` (its date), `label`, `asset`, `car` and its
    /// `forecast_std_dev`, decimal fractions, `scar`, and `n_rows`, the length of the window; and
    /// the responses that have none, with the reason.
    ///
    /// # Errors
    ///
    /// [`Error::SessionsMissing`].
    pub fn car_batch(&self, window: &EventWindow) -> Result<(RecordBatch, Vec<Exclusion>)> {
        let (cars, exclusions) = self.cumulative(window)?;
        let mut keys = Keys::default();
        for (response, _) in &cars {
            keys.push(self, response);
        }
        let column = |of: &dyn Fn(usize) -> f64| -> ArrayRef {
            Arc::new((0..cars.len()).map(of).collect::<Float64Array>())
        };
        let n_rows: UInt64Array = cars.iter().map(|(_, c)| c.n_rows as u64).collect();
        let batch = keys.batch(vec![
            ("car", column(&|k| cars[k].1.car), false),
            ("forecast_std_dev", column(&|k| cars[k].1.forecast_std_dev), false),
            ("scar", column(&|k| cars[k].1.scar()), false),
            ("n_rows", Arc::new(n_rows), false),
        ])?;
        Ok((batch, exclusions))
    }
}

/// The columns that say of which response a row is.
#[derive(Default)]
struct Keys<'a> {
    events: Vec<i32>,
    labels: Vec<&'a str>,
    assets: Vec<&'a str>,
}

impl<'a> Keys<'a> {
    fn push(&mut self, table: &'a AbnormalReturns, response: &'a Response) {
        let event = table.event_of(response);
        self.events.push(days(event.date));
        self.labels.push(&event.label);
        self.assets.push(table.name(response.asset()));
    }

    /// The batch of the keys and these columns, each with whether it may hold nulls.
    fn batch(self, values: Vec<(&str, ArrayRef, bool)>) -> Result<RecordBatch> {
        let n = self.events.len();
        let keys: [(&str, ArrayRef, bool); 3] = [
            ("event", Arc::new(Date32Array::from(self.events)), false),
            ("label", Arc::new(LargeStringArray::from(self.labels)), false),
            ("asset", Arc::new(LargeStringArray::from(self.assets)), false),
        ];
        let columns: Vec<(&str, ArrayRef, bool)> = keys.into_iter().chain(values).collect();
        let field = |(name, array, nullable): &(&str, ArrayRef, bool)| {
            Field::new(*name, array.data_type().clone(), *nullable)
        };
        let schema = Schema::new(columns.iter().map(field).collect::<Vec<_>>());
        let arrays: Vec<ArrayRef> = columns.into_iter().map(|(_, array, _)| array).collect();
        let n_found = arrays.iter().map(|array| array.len()).min().unwrap_or(0);
        RecordBatch::try_new(Arc::new(schema), arrays).map_err(|_| Error::ShapeMismatch {
            what: "a column of the record batch".to_owned(),
            n_found,
            n_expected: n,
        })
    }
}

/// Days since 1970-01-01.
fn days(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - NaiveDate::default().num_days_from_ce()
}
