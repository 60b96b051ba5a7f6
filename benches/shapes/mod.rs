//! Made-up universes of named sizes, in two states: complete, and with 15 % of the assets starting
//! late, ending early and holding gaps.

use chrono::{Days, NaiveDate};
use eventstudy::abnormal::{Design, ResponseDates};
use eventstudy::panel::{Compounding, ReturnPanel};
use eventstudy::time::{DateAxis, EstimationWindow, EventWindow};
use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Names of the factors; the first is the market.
pub const FACTORS: [&str; 3] = ["market", "size", "value"];

/// A size.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub name: &'static str,
    pub n_assets: usize,
    pub n_dates: usize,
    /// Events of each asset, on dates of its own; on shared dates in the flagship.
    pub n_events: usize,
    pub has_shared_dates: bool,
    pub estimation: usize,
    pub gap: usize,
    /// First and last event time.
    pub event: (i32, i32),
}

/// Sixty coins and three breakouts.
pub const FLAGSHIP: Shape = Shape {
    name: "flagship",
    n_assets: 60,
    n_dates: 4_700,
    n_events: 3,
    has_shared_dates: true,
    estimation: 365,
    gap: 0,
    event: (1, 93),
};

/// What peers can be timed on.
pub const PEERS: Shape = Shape {
    name: "peers",
    n_assets: 1_000,
    n_dates: 2_500,
    n_events: 20,
    has_shared_dates: false,
    estimation: 250,
    gap: 10,
    event: (-20, 90),
};

/// A million responses.
pub const LARGE: Shape = Shape { name: "large", n_assets: 10_000, n_events: 100, ..PEERS };

/// Minute bars.
pub const TALL: Shape = Shape {
    name: "tall",
    n_assets: 200,
    n_dates: 1_000_000,
    n_events: 50,
    has_shared_dates: false,
    estimation: 10_000,
    gap: 10,
    event: (0, 1_439),
};

impl Shape {
    /// A tenth of the assets, for a run that only shows that it runs.
    pub fn smaller(self) -> Self {
        let n_dates = if self.n_dates > 100_000 { self.n_dates / 10 } else { self.n_dates };
        Self { n_assets: self.n_assets.div_ceil(10), n_dates, ..self }
    }

    pub fn n_responses(self) -> usize {
        self.n_assets * self.n_events
    }

    /// Event times of a response.
    pub fn n_taus(self) -> usize {
        (self.event.1 - self.event.0 + 1) as usize
    }

    /// Five windows, the first of which is the whole.
    pub fn design(self) -> Design {
        let (first, last) = self.event;
        let day = |share: i32| first + (last - first) * share / 100;
        let windows = [(first, last), (day(18), day(20)), (day(18), day(23)), (day(19), day(37))]
            .into_iter()
            .chain([(day(19), last)])
            .map(|(from, to)| EventWindow::rows(from, to).unwrap())
            .collect();
        let estimation = EstimationWindow::trailing(self.estimation).unwrap();
        let estimation = estimation.gap(self.gap).min_observations(self.estimation / 2);
        Design::new(windows, estimation).unwrap()
    }

    /// Returns of the assets and of the factors, and the event dates.
    pub fn world(self, with_holes: bool) -> World {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        let first = NaiveDate::from_ymd_opt(1, 1, 1).unwrap();
        let dates = (0..self.n_dates).map(|t| first + Days::new(t as u64)).collect();
        let axis = DateAxis::new(dates).unwrap();
        let factors = Array2::from_shape_simple_fn((FACTORS.len(), self.n_dates), || {
            0.02 * (rng.random::<f64>() - 0.5)
        });
        let mut returns = Array2::from_shape_fn((self.n_assets, self.n_dates), |(_, t)| {
            factors[[0, t]] + 0.04 * (rng.random::<f64>() - 0.5)
        });
        if with_holes {
            for (asset, mut row) in returns.outer_iter_mut().enumerate() {
                if asset % 20 >= 3 {
                    continue;
                }
                let n = self.n_dates;
                let row = row.as_slice_mut().unwrap();
                row[..n / 8].fill(f64::NAN);
                row[n - n / 12..].fill(f64::NAN);
                for _ in 0..20 {
                    row[rng.random_range(0..n)] = f64::NAN;
                }
            }
        }
        let names = (0..self.n_assets).map(|asset| format!("a{asset}")).collect();
        let of_factors = FACTORS.map(str::to_owned).to_vec();
        let first_row = self.estimation + self.gap + 20;
        let last_row = self.n_dates - self.event.1 as usize - 1;
        let mut draw = || {
            let mut rows: Vec<usize> =
                (0..self.n_events).map(|_| rng.random_range(first_row..last_row)).collect();
            rows.sort_unstable();
            rows.dedup();
            rows.into_iter().map(|row| axis.date(row)).collect::<Vec<NaiveDate>>()
        };
        let responses = if self.has_shared_dates {
            ResponseDates::shared(self.n_assets, &draw()).unwrap()
        } else {
            ResponseDates::of_assets((0..self.n_assets).map(|_| draw())).unwrap()
        };
        World {
            returns: ReturnPanel::new(axis.clone(), names, returns, Compounding::Log).unwrap(),
            factors: ReturnPanel::new(axis, of_factors, factors, Compounding::Log).unwrap(),
            responses,
        }
    }
}

/// The data of a shape.
#[derive(Debug)]
pub struct World {
    pub returns: ReturnPanel,
    pub factors: ReturnPanel,
    pub responses: ResponseDates,
}
