//! Conditions that stand beside the verdict.

use eventstudy::panel::ReleasedTable;
use eventstudy::report::{Align, Cell, Table, percent};
use eventstudy::{Error, Result};

use crate::market::NamedEvents;

/// Days over which the series change, and how old their values may be.
const QUARTER_DAYS: u32 = 91;
const DAILY_AGE: u32 = 12;
const MONTHLY_AGE: u32 = 100;

/// Rates, spreads, the dollar and money at each breakout, with their changes over a quarter.
pub(super) fn table(released: &ReleasedTable, sets: &[NamedEvents]) -> Result<Table> {
    let series = [
        ("DFF", "policy rate", DAILY_AGE),
        ("DGS2", "2 years", DAILY_AGE),
        ("DGS10", "10 years", DAILY_AGE),
        ("BAMLH0A0HYM2", "high-yield spread", DAILY_AGE),
        ("DTWEXBGS", "dollar index", DAILY_AGE),
        ("M2SL", "M2", MONTHLY_AGE),
    ];
    let mut columns = vec![("event".to_owned(), Align::Left)];
    for (_, name, _) in series {
        columns.push((name.to_owned(), Align::Right));
        columns.push(("over 91 days".to_owned(), Align::Right));
    }
    let mut table = Table::new(columns);
    for date in sets[sets.len() - 1].events.dates() {
        let mut row = vec![Cell::from(date.to_string())];
        for (name, _, age) in series {
            let change = released.series(name)?.change_as_known_on(date, QUARTER_DAYS, age);
            row.extend(match change {
                Ok(change) if matches!(name, "DTWEXBGS" | "M2SL") => [
                    Cell::number(change.to.value, |level| format!("{level:.0}")),
                    Cell::number(change.relative(), percent),
                ],
                Ok(change) => [
                    Cell::number(change.to.value, |level| format!("{level:.2} %")),
                    Cell::number(change.absolute(), |by| format!("{by:+.2}")),
                ],
                Err(Error::NoLevel { .. }) => [Cell::none(), Cell::none()],
                Err(error) => return Err(error),
            });
        }
        table.row(row);
    }
    Ok(table)
}
