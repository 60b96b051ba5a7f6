//! The same question under other specifications.

use chrono::NaiveDate;
use eventstudy::report::{Align, Cell, Table, p_value, percent};

use crate::claim::{interval_of, judge};
use crate::studies::{Assets, LAGS, Run, WHOLE, lag};

/// One row per specification of these assets: the mean over a set of events in the whole lag.
pub(crate) fn of_set(runs: &[Run], set: usize, assets: &[Assets]) -> Table {
    let mut table = Table::new([
        ("specification", Align::Left),
        ("mean", Align::Right),
        ("placebo mean", Align::Right),
        ("excess", Align::Right),
        ("95 % interval", Align::Right),
        ("placebo p", Align::Right),
        ("verdict", Align::Left),
    ]);
    for run in runs.iter().filter(|run| assets.contains(&run.assets)) {
        let Some(w) = lag(&run.outcomes[set], WHOLE) else { continue };
        let Some(p) = &w.placebo else { continue };
        table.row([
            Cell::from(run.label()),
            Cell::number(w.mean, percent),
            Cell::number(p.mean, percent),
            Cell::number(p.excess, percent),
            interval_of(Some(p)),
            Cell::number(p.p_values.two_sided, p_value),
            Cell::from(judge(&run.outcomes[set], WHOLE).verdict.to_string()),
        ]);
    }
    debug_assert_eq!(LAGS[WHOLE], (0, 3));
    table
}

/// One row per specification of the altcoins and date: what the event on that date gave in the whole
/// lag, its p over its own daily variation among ordinary dates, and its rank among them.
pub(crate) fn of_events(runs: &[Run], dates: &[NaiveDate]) -> Table {
    let mut table = Table::new([
        ("specification", Align::Left),
        ("event", Align::Left),
        ("assets", Align::Right),
        ("abnormal return", Align::Right),
        ("studentised p", Align::Right),
        ("rank p", Align::Right),
        ("share above it", Align::Right),
    ]);
    for date in dates {
        for run in runs.iter().filter(|run| run.assets == Assets::Altcoins) {
            let windows = run.outcomes.iter().filter_map(|outcome| lag(outcome, WHOLE));
            let mut events = windows.flat_map(|w| &w.events);
            let Some(event) = events.find(|event| event.date == *date) else { continue };
            table.row([
                Cell::from(run.label()),
                Cell::from(date.to_string()),
                Cell::from(event.n_assets.to_string()),
                Cell::number(event.value, percent),
                Cell::optional(event.studentised().map(|p| p.two_sided), p_value),
                Cell::optional(event.rank.map(|p| p.two_sided), p_value),
                Cell::optional(event.rank.map(|p| p.upper), p_value),
            ]);
        }
    }
    table
}
