//! What is simulated.

use crate::random::Innovations;
use crate::simulated::{MANY_ROWS, ROWS};

/// Where events come from, and whose they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dates {
    /// Market-wide, at random, [`SEPARATION`](crate::simulated::SEPARATION) rows apart or more.
    Shared,
    /// Market-wide, a fixed number of rows apart, fewer than a window has.
    Bunched(usize),
    /// One event for each asset, on a date of its own.
    Staggered,
    /// One event for each asset, a day after that of the asset before.
    Daily,
}

/// How returns behave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Simulated {
    pub(crate) dates: Dates,
    pub(crate) law: Innovations,
    /// Between abnormal returns of one day.
    pub(crate) correlation: f64,
    /// Of abnormal returns in event windows, over that of other days.
    pub(crate) variance: f64,
    /// Whether estimation windows leave out the windows of other events.
    pub(crate) leaves_out: bool,
}

/// The world of a set-up.
#[derive(Debug, Clone, Copy)]
pub(crate) enum World {
    /// Drawn anew for every sample.
    Simulated(Simulated),
    /// The prices under `data/`; the window is so many months long.
    Crypto {
        /// Months of the event window.
        months: u32,
    },
}

/// A world with the numbers of event dates and the effects that are tried in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SetUp {
    /// Its name in files and on the command line.
    pub(crate) id: &'static str,
    /// Its name over columns.
    pub(crate) title: &'static str,
    pub(crate) world: World,
    /// Numbers of events without an effect.
    pub(crate) n_events: &'static [usize],
    /// Numbers of events with the effects.
    pub(crate) with_effects: &'static [usize],
    /// Sizes of the effects: in standard deviations of the CAR of one event, or decimal fractions of
    /// the price in the real panel.
    pub(crate) effects: &'static [f64],
}

impl SetUp {
    /// Whether event dates are independent draws, with a mean of zero on ordinary dates.
    pub(crate) fn dates_are_draws_around_zero(&self) -> bool {
        match self.world {
            World::Simulated(world) => matches!(world.dates, Dates::Shared | Dates::Staggered),
            World::Crypto { .. } => false,
        }
    }
}

const SIZES: [f64; 3] = [1.0, 2.0, 4.0];
const ALL: [usize; 6] = [1, 2, 3, 5, 10, 30];

const fn simulated(dates: Dates, law: Innovations, correlation: f64, variance: f64) -> World {
    World::Simulated(Simulated { dates, law, correlation, variance, leaves_out: false })
}

const fn without_effects(
    id: &'static str,
    title: &'static str,
    world: World,
    n_events: &'static [usize],
) -> SetUp {
    SetUp { id, title, world, n_events, with_effects: &[], effects: &[] }
}

pub(crate) const SET_UPS: [SetUp; 14] = [
    without_effects(
        "staggered",
        "own dates, iid normal",
        simulated(Dates::Staggered, Innovations::Normal, 0.0, 1.0),
        &[5, 10, 30],
    ),
    without_effects(
        "staggered-2",
        "own dates, variance × 2",
        simulated(Dates::Staggered, Innovations::Normal, 0.0, 2.0),
        &[30],
    ),
    without_effects(
        "daily",
        "own dates a day apart, r = 0.3",
        simulated(Dates::Daily, Innovations::Normal, 0.3, 1.0),
        &[30],
    ),
    without_effects(
        "shared-0",
        "r = 0",
        simulated(Dates::Shared, Innovations::Normal, 0.0, 1.0),
        &ALL,
    ),
    without_effects(
        "shared-0.1",
        "r = 0.1",
        simulated(Dates::Shared, Innovations::Normal, 0.1, 1.0),
        &[1, 3, 10],
    ),
    SetUp {
        with_effects: &[1, 3, 10],
        effects: &SIZES,
        ..without_effects(
            "shared-0.3",
            "r = 0.3",
            simulated(Dates::Shared, Innovations::Normal, 0.3, 1.0),
            &ALL,
        )
    },
    SetUp {
        with_effects: &[10],
        effects: &SIZES,
        ..without_effects(
            "shared-0.3-apart",
            "r = 0.3, windows left out",
            World::Simulated(Simulated {
                dates: Dates::Shared,
                law: Innovations::Normal,
                correlation: 0.3,
                variance: 1.0,
                leaves_out: true,
            }),
            &[3, 10],
        )
    },
    without_effects(
        "shared-0.6",
        "r = 0.6",
        simulated(Dates::Shared, Innovations::Normal, 0.6, 1.0),
        &ALL,
    ),
    without_effects(
        "bunched",
        "r = 0.3, windows overlap",
        simulated(Dates::Bunched(5), Innovations::Normal, 0.3, 1.0),
        &[3, 10],
    ),
    without_effects(
        "fat-1",
        "t(4)-GARCH",
        simulated(Dates::Shared, Innovations::Fat, 0.3, 1.0),
        &ALL,
    ),
    without_effects(
        "fat-1.5",
        "t(4)-GARCH, variance × 1.5",
        simulated(Dates::Shared, Innovations::Fat, 0.3, 1.5),
        &[1, 3, 10],
    ),
    SetUp {
        with_effects: &[3, 10],
        effects: &SIZES,
        ..without_effects(
            "fat-2",
            "t(4)-GARCH, variance × 2",
            simulated(Dates::Shared, Innovations::Fat, 0.3, 2.0),
            &ALL,
        )
    },
    SetUp {
        with_effects: &[3, 10],
        effects: &[0.1, 0.2, 0.4],
        ..without_effects("crypto-1", "crypto, 1 month", World::Crypto { months: 1 }, &ALL)
    },
    SetUp {
        with_effects: &[3],
        effects: &[0.1, 0.2, 0.4],
        ..without_effects(
            "crypto-3",
            "crypto, 3 months",
            World::Crypto { months: 3 },
            &[1, 2, 3, 5, 10],
        )
    },
];

/// A number of events and an effect in a set-up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) set_up: &'static SetUp,
    pub(crate) n_events: usize,
    /// As in [`SetUp::effects`]; 0 without.
    pub(crate) effect: f64,
}

/// Cells that one sample serves.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    /// Name of its file.
    pub(crate) name: String,
    pub(crate) set_up: &'static SetUp,
    pub(crate) cells: Vec<Cell>,
}

impl Cell {
    /// Whether what ordinary dates give hangs on where the events are.
    fn moves_returns(&self) -> bool {
        let moved = match self.set_up.world {
            World::Simulated(world) => {
                world.variance > 1.0
                    || world.leaves_out
                    || matches!(world.dates, Dates::Staggered | Dates::Daily)
            }
            World::Crypto { .. } => false,
        };
        moved || self.effect > 0.0
    }

    /// Rows of a simulated panel.
    pub(crate) fn n_rows(&self) -> usize {
        let apart = matches!(
            self.set_up.world,
            World::Simulated(Simulated { dates: Dates::Shared | Dates::Bunched(_), .. })
        );
        if apart && self.n_events > 10 { MANY_ROWS } else { ROWS }
    }

    fn name(&self) -> String {
        format!("{}_n{}_e{}", self.set_up.id, self.n_events, self.effect)
    }
}

/// All cells, those together whose returns are the same.
pub(crate) fn batches() -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    for set_up in &SET_UPS {
        let cell = |n_events, effect| Cell { set_up, n_events, effect };
        let sizes = set_up.n_events.iter().map(|n| cell(*n, 0.0));
        let power = set_up
            .with_effects
            .iter()
            .flat_map(|n| set_up.effects.iter().map(move |effect| cell(*n, *effect)));
        for cell in sizes.chain(power) {
            let fits = |batch: &&mut Batch| {
                let other = &batch.cells[0];
                other.set_up.id == set_up.id
                    && !cell.moves_returns()
                    && !other.moves_returns()
                    && (matches!(set_up.world, World::Crypto { .. })
                        || other.n_rows() == cell.n_rows())
            };
            match batches.iter_mut().find(fits) {
                Some(batch) => batch.cells.push(cell),
                None => batches.push(Batch { name: cell.name(), set_up, cells: vec![cell] }),
            }
        }
    }
    batches
}
