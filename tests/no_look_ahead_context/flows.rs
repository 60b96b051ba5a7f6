//! Measures over many assets: breadth, turnover, value, dispersion, terciles of beta.

use eventstudy::context::{
    RotationBalance, RotationRule, advance_decline, advance_decline_line, altcoin_season_index,
    altcoin_season_over_time, betas, chained_index, concentration, diffusion, dominance,
    rank_turnover, return_dispersion, rotation, rotations, share_above, share_above_own_mean,
    share_above_own_mean_over_time, share_positive, total_value,
};
use eventstudy::panel::{Compounding, ExcludedAssets, Universe};
use eventstudy::time::EstimationWindow;

use super::common::day;
use super::world::{World, last};
use super::{AT_ONCE, Measure, WITHIN_A_QUARTER};

/// Oldest snapshot of market values in days.
const MAX_AGE: u32 = 40;

fn flows() -> RotationRule {
    RotationRule { n: 3, history_months: 6, min_history: 3, ..RotationRule::default() }
}

/// Betas at the end of a row's date, of the assets to `m`.
fn betas_on(world: &World, row: usize) -> eventstudy::context::Betas {
    let returns = world.prices.to_returns(Compounding::Log);
    let window = EstimationWindow::trailing(120).unwrap();
    betas(&returns, &world.assets(), world.id("m"), day(row), &window).unwrap()
}

#[allow(clippy::too_many_lines)] // a table
pub(crate) fn measures() -> Vec<Measure> {
    vec![
        Measure {
            names: &["Levels::level", "Levels::gross_return"],
            shows_after: AT_ONCE,
            as_of: |w, row| {
                let (levels, asset) = (w.levels(), w.id("a1"));
                let gross = levels.gross_return(asset, last(90, row)).unwrap();
                format!("{:?} {gross:?}", levels.level(asset, day(row)).unwrap())
            },
        },
        Measure {
            names: &["share_positive"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                format!("{:?}", share_positive(w.levels(), &w.assets(), last(60, row)).unwrap())
            },
        },
        Measure {
            names: &["share_above"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let found = share_above(w.levels(), &w.assets(), w.id("m"), last(60, row));
                format!("{:?}", found.unwrap())
            },
        },
        Measure {
            names: &["altcoin_season_index"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let found = altcoin_season_index(w.levels(), &w.assets(), w.id("m"), day(row));
                format!("{:?}", found.unwrap())
            },
        },
        Measure {
            names: &["altcoin_season_over_time"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let dates = [day(row - 9), day(row)];
                let found = altcoin_season_over_time(w.levels(), &w.top(), w.id("m"), &dates);
                format!("{:?}", found.unwrap())
            },
        },
        Measure {
            names: &["advance_decline"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                format!("{:?}", advance_decline(w.levels(), &w.assets(), last(30, row)).unwrap())
            },
        },
        Measure {
            names: &["advance_decline_line"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                format!("{:?}", advance_decline_line(w.levels(), &w.top(), last(60, row)).unwrap())
            },
        },
        Measure {
            names: &["diffusion"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let found = diffusion(w.levels(), &w.assets(), day(row - 30), day(row));
                format!("{:?}", found.unwrap())
            },
        },
        Measure {
            names: &["share_above_own_mean"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let found = share_above_own_mean(w.levels(), &w.assets(), day(row), 50, 40);
                format!("{:?}", found.unwrap())
            },
        },
        Measure {
            names: &["share_above_own_mean_over_time"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let dates = [day(row - 9), day(row)];
                let found = share_above_own_mean_over_time(w.levels(), &w.top(), &dates, 50, 40);
                format!("{:?}", found.unwrap())
            },
        },
        Measure {
            names: &["return_dispersion"],
            shows_after: AT_ONCE,
            as_of: |w, row| {
                format!("{:?}", return_dispersion(w.levels(), &w.assets(), last(60, row)).unwrap())
            },
        },
        Measure {
            names: &["rank_turnover"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let none = ExcludedAssets::default();
                let (first, second) = (day(row - 60), day(row));
                let found = rank_turnover(&w.values, &none, 3, first, second, MAX_AGE);
                format!("{:?}", found.unwrap())
            },
        },
        Measure {
            names: &["total_value"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let none = ExcludedAssets::default().with("a5", "stablecoin");
                format!("{:?}", total_value(&w.values, &none, day(row), MAX_AGE).unwrap())
            },
        },
        Measure {
            names: &["dominance"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let none = ExcludedAssets::default();
                let found = dominance(&w.values, &none, "a0", day(row), MAX_AGE).unwrap();
                format!("{:?} {:?}", found.share.unwrap(), found)
            },
        },
        Measure {
            names: &["concentration"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let none = ExcludedAssets::default();
                format!("{:?}", concentration(&w.values, &none, day(row), MAX_AGE).unwrap())
            },
        },
        Measure {
            names: &["rotation"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let none = ExcludedAssets::default();
                format!("{:?}", rotation(&w.values, &none, &flows(), day(row), MAX_AGE).unwrap())
            },
        },
        Measure {
            names: &["rotations"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let none = ExcludedAssets::default();
                let mut found = rotations(&w.values, &none, &flows(), MAX_AGE).unwrap();
                found.retain(|r| r.turnover.second_snapshot <= day(row));
                assert!(found.len() > 20);
                format!("{found:?}")
            },
        },
        Measure {
            names: &["RotationBalance::over"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let none = ExcludedAssets::default();
                let all = rotations(&w.values, &none, &flows(), MAX_AGE).unwrap();
                let found = RotationBalance::over(&all, last(90, row));
                format!("{:?} {found:?}", found.balance.unwrap())
            },
        },
        Measure {
            names: &["betas", "Betas::terciles"],
            // The day of the event is none of its window.
            shows_after: &[2],
            as_of: |w, row| {
                let found = betas_on(w, row);
                assert_eq!(found.estimates.len(), 6);
                format!("{found:?} {:?}", found.terciles().unwrap())
            },
        },
        Measure {
            names: &["BetaTerciles::spread"],
            shows_after: AT_ONCE,
            as_of: |w, row| {
                let terciles = betas_on(w, row - 60).terciles().unwrap();
                let found = terciles.spread(w.levels(), last(60, row)).unwrap();
                format!("{:?} {found:?}", found.buy_and_hold.unwrap())
            },
        },
        Measure {
            names: &["chained_index"],
            shows_after: AT_ONCE,
            as_of: |w, row| {
                let universe = Universe::of(["a0", "a1", "a2"]).min_history(20);
                let index = chained_index(&w.prices, &universe, "coins", 2).unwrap();
                let dated = index.axis().dates().iter().zip(index.closes());
                let known: Vec<_> = dated.filter(|(date, _)| **date <= day(row)).collect();
                assert!(known.len() > 600);
                format!("{known:?}")
            },
        },
    ]
}
