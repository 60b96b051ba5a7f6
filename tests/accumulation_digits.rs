//! Single responses of accumulated abnormal returns, also of numbers that running sums are not good at.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod accumulation_support;
mod common;

use accumulation_support::*;

use eventstudy::abnormal::{Accumulator, ResponseDates};
use eventstudy::panel::{Compounding, ReturnPanel};
use ndarray::Array2;

#[test]
fn the_table_holds_the_responses() {
    let world = World::new(11, 0.04);
    let (data, own) = (world.returns(Compounding::Simple), own_dates(11));
    for model in models() {
        for design in designs() {
            let single = table(&data, model.as_ref(), &design, &own);
            let (run, partial, _) = accumulate(&data, model.as_ref(), &design, &own);
            let responses = ResponseDates::of_assets(own.clone()).unwrap();
            let mut again = run.start(0).unwrap();
            let kept = run.extend_keeping(&mut again, &data.0, &responses).unwrap();
            // The path is summed from rounded ARs here and not there.
            assert_eq!(again.n_assets(), partial.n_assets());
            let mut row = 0;
            for (asset, dates) in data.0.assets().zip(&own) {
                for date in dates {
                    let of = |r: &&eventstudy::abnormal::Response| {
                        r.asset() == asset && single.event_rows(r.event()).unwrap().date == *date
                    };
                    let response = single.responses().iter().find(of);
                    for (k, ar) in kept.ars().row(row).iter().enumerate() {
                        let tau = i32::try_from(kept.first_tau() + k.cast_signed()).unwrap();
                        match response.and_then(|r| single.ar(r, tau)) {
                            Some(expected) => close(*ar, expected, 0.01, "AR"),
                            None => assert!(ar.is_nan()),
                        }
                    }
                    for (w, window) in design.windows().iter().enumerate() {
                        let rows = response.and_then(|r| {
                            let event = single.event_rows(r.event()).unwrap();
                            single.window_rows(event, window).unwrap().ok()
                        });
                        let found =
                            response.zip(rows).and_then(|(r, rows)| single.cumulate(r, rows).ok());
                        match found {
                            Some(c) => {
                                close(kept.cars()[[row, w]], c.car, 0.01, "CAR");
                                close(kept.scars()[[row, w]], c.scar(), 0.1, "SCAR");
                            }
                            None => assert!(kept.cars()[[row, w]].is_nan()),
                        }
                    }
                    row += 1;
                }
            }
            assert_eq!(row, kept.ars().nrows());
        }
    }
}

/// Numbers that running sums are not good at are fitted row by row.
#[test]
fn hostile_numbers_keep_their_digits() {
    let world = World::new(5, 0.0);
    let (returns, factors) = world.returns(Compounding::Simple);
    let own = own_dates(5);
    let kinds: [&dyn Fn(usize, f64) -> f64; 6] = [
        &|_, r| 1e4 + 1e-2 * r, // level of 10^6 times the noise
        &|t, r| if t < 200 { 5.0 * r } else { 1e-6 * r }, // calm after a storm
        &|t, r| if t < 210 { 1e3 + r } else { r }, // a shift of level
        &|t, r| if (150..230).contains(&t) { 0.0 } else { r }, // a stretch of zeros
        &|t, r| if t == 60 { 1e6 } else { r }, // a single monster
        &|_, r| 1e-9 * r,       // next to nothing
    ];
    for (k, kind) in kinds.iter().enumerate() {
        let values = Array2::from_shape_fn((N_ASSETS, N_DATES), |(i, t)| {
            match returns.value(returns.assets().nth(i).unwrap(), t) {
                Some(r) => kind(t, r),
                None => f64::NAN,
            }
        });
        let axis = returns.axis().clone();
        let names = returns.names().to_vec();
        let hostile = ReturnPanel::new(axis, names, values, Compounding::Simple).unwrap();
        let data = (hostile, factors.clone());
        for model in models() {
            for design in designs() {
                let single = table(&data, model.as_ref(), &design, &own);
                let responses = ResponseDates::of_assets(own.clone()).unwrap();
                let dates = responses.dates().to_vec();
                let run = Accumulator::new(&data.1, model.as_ref(), design.clone(), dates).unwrap();
                let mut partial = run.start(0).unwrap();
                let kept = run.extend_keeping(&mut partial, &data.0, &responses).unwrap();
                let found = run.finish(&partial).unwrap();
                assert_eq!(found.n_fitted, single.responses().len() as u64, "kind {k}");
                let mut row = 0;
                for (asset, dates) in data.0.assets().zip(&own) {
                    for date in dates {
                        let of = |r: &&eventstudy::abnormal::Response| {
                            r.asset() == asset
                                && single.event_rows(r.event()).unwrap().date == *date
                        };
                        if let Some(r) = single.responses().iter().find(of) {
                            let event = single.event_rows(r.event()).unwrap();
                            let level = 1e4 * f64::from(u8::from(k == 0))
                                + 1e3 * f64::from(u8::from(k == 2));
                            for (w, window) in design.windows().iter().enumerate() {
                                let Ok(rows) = single.window_rows(event, window).unwrap() else {
                                    continue;
                                };
                                let Ok(c) = single.cumulate(r, rows) else { continue };
                                // Returns of that level carry its rounding, whoever adds them up.
                                let rounding = 1e-13 * level * c.n_rows as f64;
                                let scale = c.forecast_std_dev + rounding * 1e10;
                                close(
                                    kept.cars()[[row, w]],
                                    c.car,
                                    scale,
                                    &format!(
                                        "CAR of kind {k}, {}, forecast sd {}, {} rows, {date} {window} {}",
                                        model.name(),
                                        c.forecast_std_dev,
                                        c.n_rows,
                                        r.fit().residual_std_dev()
                                    ),
                                );
                                let rounding = rounding / c.forecast_std_dev;
                                close(
                                    kept.scars()[[row, w]],
                                    c.scar(),
                                    1.0 + 1e10 * rounding,
                                    "hostile SCAR",
                                );
                            }
                        }
                        row += 1;
                    }
                }
            }
        }
    }
}
