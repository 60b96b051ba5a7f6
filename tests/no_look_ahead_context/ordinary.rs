//! Measures of dates beside ordinary dates, and what is held from a date on.

use chrono::Days;
use eventstudy::context::{MeasureWindow, MeasuredDates, Period, held_basket, trailing_volatility};
use eventstudy::resampling::PlaceboDesign;

use super::common::day;
use super::world::World;
use super::{AT_ONCE, Measure, WITHIN_A_QUARTER};

/// Days that a measure looks back, or ahead.
const DAYS: u32 = 20;

/// The volatility of `a0` up to every date through that of the row.
fn back(world: &World, row: usize) -> MeasuredDates {
    let all = trailing_volatility(&world.traded, DAYS as usize).unwrap();
    let window = MeasureWindow::before(DAYS);
    let found = MeasuredDates::new((100..=row).map(day), window, |date| {
        Ok(all.iter().find(|(of, _)| *of == date).map(|(_, value)| *value))
    });
    found.unwrap()
}

/// What three coins gave after every date whose days are over by that of the row.
fn ahead(world: &World, row: usize) -> MeasuredDates {
    let coins = ["a0", "a1", "a2"].map(|name| world.id(name));
    let dates = (100..=row - DAYS as usize).map(day);
    let found = MeasuredDates::new(dates, MeasureWindow::after(DAYS), |date| {
        let end = date + Days::new(u64::from(DAYS));
        let period = Period::new(date, end)?;
        let held = held_basket(world.levels(), &coins, "coins", period)?;
        Ok(held.series.closes().last().copied())
    });
    found.unwrap()
}

pub(crate) fn measures() -> Vec<Measure> {
    vec![
        Measure {
            names: &["held_basket"],
            shows_after: AT_ONCE,
            as_of: |w, row| {
                // Held on after the date of the row, through which its values are known.
                let period = Period::new(day(row - 60), w.prices.axis().last()).unwrap();
                let found = held_basket(w.levels(), &w.assets(), "all", period).unwrap();
                format!("{:?}", &found.series.closes()[..=60])
            },
        },
        Measure {
            names: &[
                "MeasuredDates::new",
                "MeasuredDates::n_known",
                "MeasuredDates::values",
                "MeasuredDates::value_on",
                "MeasuredDates::percentile_on",
            ],
            shows_after: AT_ONCE,
            as_of: |w, row| {
                let of = |dates: MeasuredDates| {
                    assert!(dates.n_known() > 500);
                    let date = dates.values().last().unwrap().0;
                    let one = dates.value_on(date).unwrap();
                    let rank = dates.percentile_on(date).unwrap();
                    format!("{one} {rank} {:?}", dates.values().collect::<Vec<_>>())
                };
                of(back(w, row)) + &of(ahead(w, row))
            },
        },
        Measure {
            names: &["MeasuredDates::compare", "MeasuredDates::undiluted"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let design = PlaceboDesign::new().sets(199).min_separation_days(40);
                let (apart, bunched) = ([200, 350, 600], [200, 210, 600]);
                let mut found = Vec::new();
                for dates in [back(w, row), ahead(w, row), ahead(w, row).undiluted()] {
                    for (events, is_shifted) in [(apart, false), (bunched, true)] {
                        let compared = dates.compare(&events.map(day), design).unwrap();
                        assert_eq!(compared.is_shifted(), is_shifted);
                        found.push(compared);
                    }
                }
                format!("{found:?}")
            },
        },
    ]
}
