//! Measures of one series: drawdowns, cycles, turns, selling, cost, volume, trailing figures.

use chrono::NaiveDate;
use eventstudy::context::{
    CapitulationRule, ClaimedOrder, TroughFrom, TurnRule, VolumeUnit, amihud_illiquidity,
    capitulation, corwin_schultz_spread, cycle, dips, drawdown_after_peak, drawdown_on,
    max_drawdown, nearest_turn, response_lags, rise_from_low, roll_spread, time_above_trend,
    time_to_peak, trailing_return, trailing_volatility, turns, volume_ratio, year_to_date,
};

use super::common::day;
use super::world::{World, last};
use super::{AT_ONCE, Measure, WITHIN_A_QUARTER};

/// The event whose history is told; all paths begin on it.
const EVENT: usize = 700;

const RULES: [TurnRule; 2] =
    [TurnRule::AboveMean { length: 20, below: 3 }, TurnRule::NewHigh { length: 20, quiet: 10 }];

/// What `a0` earned since the event.
fn path(world: &World, row: usize) -> Vec<(NaiveDate, f64)> {
    let closes = world.traded.closes();
    (EVENT + 1..=row).map(|r| (day(r), closes[r] / closes[EVENT] - 1.0)).collect()
}

fn known<T: std::fmt::Debug>(all: Vec<T>, date: impl Fn(&T) -> NaiveDate, row: usize) -> String {
    let known: Vec<T> = all.into_iter().filter(|of| date(of) <= day(row)).collect();
    assert!(!known.is_empty());
    format!("{known:?}")
}

fn of_path() -> Vec<Measure> {
    vec![
        Measure {
            names: &["max_drawdown"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| format!("{:?}", max_drawdown(&w.traded, last(200, row)).unwrap()),
        },
        Measure {
            names: &["drawdown_after_peak"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let peak = last(170, row - 30);
                format!("{:?}", drawdown_after_peak(&w.traded, peak, day(row)).unwrap())
            },
        },
        Measure {
            names: &["drawdown_on"],
            shows_after: AT_ONCE,
            as_of: |w, row| format!("{:?}", drawdown_on(&w.traded, day(row), 0).unwrap()),
        },
        Measure {
            names: &["rise_from_low"],
            shows_after: AT_ONCE,
            as_of: |w, row| format!("{:?}", rise_from_low(&w.traded, day(row), 90, 0).unwrap()),
        },
        Measure {
            names: &["time_to_peak"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| format!("{:?}", time_to_peak(day(EVENT), &path(w, row)).unwrap()),
        },
        Measure {
            names: &["response_lags"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                format!("{:?}", response_lags(&[(day(EVENT), path(w, row))], 0.5).unwrap())
            },
        },
        Measure {
            names: &["cycle"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                format!("{:?}", cycle(&w.traded, day(row - 120), 0.9, day(row)).unwrap())
            },
        },
        Measure {
            names: &["time_above_trend"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                format!("{:?}", time_above_trend(&w.traded, last(120, row), 50).unwrap())
            },
        },
        Measure {
            names: &["dips"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| format!("{:?}", dips(&w.traded, last(120, row), 0.05).unwrap()),
        },
        Measure {
            names: &["turns"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let found = RULES.map(|rule| turns(&w.traded, rule).unwrap());
                found.map(|all| known(all, |turn| turn.date, row)).join(" ")
            },
        },
        Measure {
            names: &["nearest_turn"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let all = turns(&w.traded, RULES[0]).unwrap();
                // Turns up to the date of the row count.
                format!("{:?}", nearest_turn(&all, day(row - 40), 300, 40).unwrap())
            },
        },
        Measure {
            names: &["ClaimedOrder::distance"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let order = ClaimedOrder::new([["a0"], ["a1"], ["a2"], ["a3"]]).unwrap();
                let dates = ["a0", "a1", "a2", "a3"].map(|name| {
                    let all = turns(&w.prices.series(name).unwrap(), RULES[0]).unwrap();
                    let turn = nearest_turn(&all, day(row - 40), 300, 40).unwrap();
                    (name, Some(turn.date))
                });
                format!("{:?}", order.distance(&dates).unwrap())
            },
        },
    ]
}

pub(crate) fn measures() -> Vec<Measure> {
    let mut all = of_path();
    all.extend([
        Measure {
            names: &["capitulation"],
            shows_after: WITHIN_A_QUARTER,
            as_of: |w, row| {
                let rule = |trough_from| CapitulationRule {
                    high_rows: 60,
                    depth: 0.02,
                    return_rows: 60,
                    return_share: 0.3,
                    volume_rows: 20,
                    volume_multiple: 1.01,
                    trough_from,
                };
                let both = [TroughFrom::FirstOfEpisode, TroughFrom::LastSellOff].map(rule);
                let of = |rule| capitulation(&w.traded, &rule, day(row), 90, 5, 0).unwrap();
                format!("{:?}", both.map(of))
            },
        },
        Measure {
            names: &["amihud_illiquidity"],
            shows_after: AT_ONCE,
            as_of: |w, row| {
                let all = amihud_illiquidity(&w.traded, VolumeUnit::Money, 20, 10).unwrap();
                known(all, |of| of.date, row)
            },
        },
        Measure {
            names: &["roll_spread"],
            shows_after: AT_ONCE,
            as_of: |w, row| known(roll_spread(&w.traded, 20).unwrap(), |of| of.date, row),
        },
        Measure {
            names: &["corwin_schultz_spread"],
            shows_after: AT_ONCE,
            as_of: |w, row| known(corwin_schultz_spread("a0", &w.days).unwrap(), |of| of.date, row),
        },
        Measure {
            names: &["volume_ratio"],
            shows_after: AT_ONCE,
            as_of: |w, row| format!("{:?}", volume_ratio(&w.traded, day(row), 5, 60).unwrap()),
        },
        Measure {
            names: &["year_to_date"],
            shows_after: AT_ONCE,
            as_of: |w, row| format!("{:?}", year_to_date(&w.traded, day(row), 3).unwrap()),
        },
        Measure {
            names: &["trailing_return"],
            shows_after: AT_ONCE,
            as_of: |w, row| known(trailing_return(&w.traded, 20).unwrap(), |of| of.0, row),
        },
        Measure {
            names: &["trailing_volatility"],
            shows_after: AT_ONCE,
            as_of: |w, row| known(trailing_volatility(&w.traded, 20).unwrap(), |of| of.0, row),
        },
    ]);
    all
}
