//! Measures of pairs of returns on a common calendar: all prices are there, and the pairs that are known
//! are those that end by the date.

use chrono::Weekday;
use eventstudy::context::{
    BarAlignment, BetaCut, GrangerCausality, InformationCriterion, LagOrder, LeadLagBootstrap,
    LeadLagDesign, LocalProjections, PairedReturns, Period, ReturnFrequency, SessionReturns,
    WeeklyReturns, cross_correlations, up_down_betas,
};
use eventstudy::panel::ReturnPanel;
use eventstudy::regression::Covariance;
use eventstudy::time::DateAxis;

use super::common::day;
use super::world::World;
use super::{Measure, WITHIN_A_QUARTER, WITHIN_A_WEEK};

fn design() -> LeadLagDesign {
    LeadLagDesign::new(LagOrder::Rows(2), LagOrder::Rows(2)).max_lags(4, 4)
}

/// The pairs of every frequency, alignment and rule for crises, of which those that end by the date of
/// the row are kept.
fn pairs(world: &World, row: usize) -> Vec<PairedReturns> {
    let mut found = Vec::new();
    for frequency in [ReturnFrequency::Session, ReturnFrequency::Weekly] {
        for alignment in BarAlignment::ALL {
            let (m, coin) = ((&world.sessions, "m"), (&world.prices, "a0"));
            let all = design().pairs(frequency, alignment, m, coin).unwrap();
            let calm = all.without(&world.stress().periods(all.axis()));
            assert!(calm.n_common() < all.n_common());
            let known = Period::new(day(0), day(row)).unwrap();
            found.extend([all, calm].map(|pairs| pairs.within(known).unwrap()));
        }
    }
    found
}

/// Returns of both panels that end by the date of the row.
fn known(returns: &ReturnPanel, row: usize) -> String {
    let n = returns.axis().dates().iter().filter(|date| **date <= day(row)).count();
    assert!(n > 100);
    let of = |asset| (0..n).map(|row| returns.value(asset, row)).collect::<Vec<_>>();
    let all: Vec<_> = returns.assets().map(of).collect();
    format!("{:?} {all:?}", &returns.axis().dates()[..n])
}

fn each(world: &World, row: usize, measure: impl Fn(&PairedReturns) -> String) -> String {
    pairs(world, row).iter().map(measure).collect::<Vec<_>>().join("\n")
}

#[allow(clippy::too_many_lines)] // a table
pub(crate) fn measures() -> Vec<Measure> {
    vec![
        Measure {
            names: &["WeeklyReturns::of"],
            shows_after: WITHIN_A_WEEK,
            as_of: |w, row| {
                let of = |alignment| {
                    let rule = WeeklyReturns::on(Weekday::Fri, alignment);
                    known(
                        &rule.of(&w.sessions, &w.prices.select(&["a0", "a1"]).unwrap()).unwrap(),
                        row,
                    )
                };
                BarAlignment::ALL.map(of).join("\n")
            },
        },
        Measure {
            names: &["SessionReturns::of"],
            shows_after: WITHIN_A_WEEK,
            as_of: |w, row| {
                let of = |alignment| {
                    let coins = w.prices.select(&["a0", "a1"]).unwrap();
                    known(&SessionReturns::new(alignment).of(&w.sessions, &coins).unwrap(), row)
                };
                BarAlignment::ALL.map(of).join("\n")
            },
        },
        Measure {
            names: &[
                "PairedReturns::of",
                "PairedReturns::within",
                "PairedReturns::without",
                "LeadLagDesign::pairs",
            ],
            shows_after: WITHIN_A_WEEK,
            as_of: |w, row| {
                each(w, row, |pairs| {
                    let rows = (0..pairs.axis().len()).map(|row| pairs.values(row));
                    format!("{:?} {:?}", pairs.axis().dates(), rows.collect::<Vec<_>>())
                })
            },
        },
        Measure {
            names: &["CrisisRule::periods"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let axis = DateAxis::new((0..=row).map(day).collect()).unwrap();
                let found = w.stress().periods(&axis);
                assert!(!found.is_empty() && found.len() < row);
                format!("{found:?}")
            },
        },
        Measure {
            names: &["cross_correlations"],
            shows_after: WITHIN_A_WEEK,
            as_of: |w, row| {
                each(w, row, |pairs| format!("{:?}", cross_correlations(pairs, 4, None).unwrap()))
            },
        },
        Measure {
            names: &["LeadLagBootstrap::run"],
            shows_after: WITHIN_A_WEEK,
            as_of: |w, row| {
                let bootstrap = LeadLagBootstrap::new(2).replicates(9);
                each(w, row, |pairs| format!("{:?}", bootstrap.run(pairs).unwrap()))
            },
        },
        Measure {
            names: &["GrangerCausality::test"],
            shows_after: WITHIN_A_WEEK,
            as_of: |w, row| {
                let criterion = InformationCriterion::Aic;
                let test = GrangerCausality::new(LagOrder::Chosen { criterion, max: 3 });
                each(w, row, |pairs| format!("{:?}", test.test(pairs).unwrap()))
            },
        },
        Measure {
            names: &["LocalProjections::run"],
            shows_after: WITHIN_A_WEEK,
            as_of: |w, row| {
                let projections = LocalProjections::new(2).replicates(9);
                each(w, row, |pairs| format!("{:?}", projections.run(pairs).unwrap()))
            },
        },
        Measure {
            names: &["up_down_betas"],
            shows_after: WITHIN_A_WEEK,
            as_of: |w, row| {
                each(w, row, |pairs| {
                    format!("{:?}", up_down_betas(pairs, BetaCut::Mean, &Covariance::Hc3).unwrap())
                })
            },
        },
        Measure {
            names: &["LeadLagDesign::run"],
            shows_after: WITHIN_A_WEEK,
            as_of: |w, row| {
                let design = design().since(day(30)).without(w.stress()).through(day(row));
                let run = |design: LeadLagDesign| {
                    let found = design.run(&w.sessions, "m", &w.prices, "a0").unwrap();
                    assert_eq!(found.cells.len(), 8);
                    format!("{found:?}")
                };
                run(design.clone()) + &run(design.same_direction())
            },
        },
    ]
}
