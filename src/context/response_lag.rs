//! How fast a cumulative path responds to its event.

use chrono::NaiveDate;
use serde::Serialize;

use super::{TimeToPeak, time_to_peak};
use crate::numeric::quantile::{quantile_sorted, sorted};
use crate::{Error, Result};

/// The response of one event.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ResponseLag {
    /// The event date.
    pub event: NaiveDate,
    /// When the path was highest.
    pub peak: TimeToPeak,
    /// Calendar days to the first point at or above the share of the peak; `None` where the path
    /// never rose above its start.
    pub lag_days: Option<i64>,
}

/// Response lags over events.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResponseLags {
    /// The share of the peak that counts as a response.
    pub share: f64,
    /// One for each event, in the order given.
    pub events: Vec<ResponseLag>,
    /// Quartiles of the days to the peak over all events.
    pub days_to_peak_quartiles: [f64; 3],
    /// Quartiles of the response lags over the events that have one; `None` without any.
    pub lag_quartiles: Option<[f64; 3]>,
    /// Events whose path never rose above its start.
    pub n_without_response: usize,
    /// Events whose path is highest at its end, for which both numbers may be too small.
    pub n_still_rising: usize,
}

/// Time to peak and response lag of cumulative paths, and their quartiles over events.
///
/// The response lag is the first time at which a path reaches `share` of its peak, ½ say. Both look
/// at the whole path, so they tell the history of an event and are known only at its end. A path
/// without drift peaks at either end more often than between (arcsine law, see [`time_to_peak`]), so
/// set the quartiles beside those of ordinary dates before reading a speed into them.
///
/// # Errors
///
/// [`Error::Setting`] unless `0 < share ≤ 1`; [`Error::TooFew`] without an event; those of [`time_to_peak`].
///
/// ```
/// use chrono::{Days, NaiveDate};
/// use eventstudy::context::response_lags;
///
/// let event = NaiveDate::from_ymd_opt(2021, 1, 1).unwrap();
/// let path = [0.01, 0.06, 0.10, 0.02].into_iter().zip(1..).map(|(v, d)| (event + Days::new(d), v));
/// let found = response_lags(&[(event, path.collect())], 0.5)?;
/// assert_eq!((found.events[0].peak.days, found.events[0].lag_days), (3, Some(2)));
/// # Ok::<(), eventstudy::Error>(())
/// ```
pub fn response_lags(
    paths: &[(NaiveDate, Vec<(NaiveDate, f64)>)],
    share: f64,
) -> Result<ResponseLags> {
    if !(share > 0.0 && share <= 1.0) {
        return Err(Error::Setting {
            name: "share of the peak",
            value: share.to_string(),
            expected: "a share above 0, at most 1",
        });
    }
    let events = paths
        .iter()
        .map(|(event, path)| {
            let peak = time_to_peak(*event, path)?;
            let reached = path.iter().find(|(_, value)| *value >= share * peak.value);
            let lag_days =
                reached.filter(|_| peak.value > 0.0).map(|(date, _)| (*date - *event).num_days());
            Ok(ResponseLag { event: *event, peak, lag_days })
        })
        .collect::<Result<Vec<_>>>()?;
    let quartiles = |days: Vec<f64>| -> Option<[f64; 3]> {
        let days = sorted(&days);
        let at = |p| quantile_sorted(&days, p);
        Some([at(0.25)?, at(0.5)?, at(0.75)?])
    };
    let to_peak = events.iter().map(|e| e.peak.days as f64).collect();
    let lags = events.iter().filter_map(|e| e.lag_days).map(|d| d as f64).collect();
    Ok(ResponseLags {
        share,
        days_to_peak_quartiles: quartiles(to_peak).ok_or_else(|| Error::TooFew {
            what: "response lags".to_owned(),
            unit: "events",
            n_needed: 1,
            n_found: 0,
        })?,
        lag_quartiles: quartiles(lags),
        n_without_response: events.iter().filter(|e| e.lag_days.is_none()).count(),
        n_still_rising: events.iter().filter(|e| e.peak.is_last).count(),
        events,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(values: &[f64]) -> (NaiveDate, Vec<(NaiveDate, f64)>) {
        let event = NaiveDate::from_ymd_opt(2021, 1, 1).unwrap();
        (event, event.iter_days().skip(1).zip(values.iter().copied()).collect())
    }

    #[test]
    fn quartiles_over_events_and_paths_without_a_response() {
        let paths = [
            path(&[0.1, 0.2, 0.4, 0.3]),
            path(&[-0.1, -0.2, -0.1, -0.3]),
            path(&[0.0, 0.1, 0.3, 0.8]),
        ];
        let found = response_lags(&paths, 0.5).unwrap();
        assert_eq!(found.events.iter().map(|e| e.peak.days).collect::<Vec<_>>(), [3, 0, 4]);
        let lags: Vec<_> = found.events.iter().map(|e| e.lag_days).collect();
        assert_eq!(lags, [Some(2), None, Some(4)]);
        assert_eq!((found.n_without_response, found.n_still_rising), (1, 1));
        assert_eq!(found.days_to_peak_quartiles, [1.5, 3.0, 3.5]);
        assert_eq!(found.lag_quartiles, Some([2.5, 3.0, 3.5]));
        let whole = response_lags(&paths[..1], 1.0).unwrap();
        assert_eq!(whole.events[0].lag_days, Some(3));
        let flat = response_lags(&paths[1..2], 0.5).unwrap();
        assert_eq!(flat.lag_quartiles, None);
    }

    #[test]
    fn faults_are_named() {
        let text = |paths: &[_], share| response_lags(paths, share).unwrap_err().to_string();
        assert!(text(&[path(&[0.1])], 0.0).starts_with("share of the peak = 0"));
        assert_eq!(text(&[], 0.5), "response lags needs at least 1 events, found 0");
    }
}
