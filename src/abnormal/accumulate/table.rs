//! ARs, CARs and SCARs of single responses.

use ndarray::{Array2, ArrayView2};

use super::kernel::Sink;

/// Abnormal returns of the responses of one block, in the order of its assets, and of the dates of
/// each asset. NaN stands for what a response has not.
#[derive(Debug, Clone)]
pub struct ResponseTable {
    first_tau: isize,
    n_taus: usize,
    n_windows: usize,
    ars: Vec<f64>,
    cars: Vec<f64>,
    scars: Vec<f64>,
}

impl ResponseTable {
    /// `path` is the first event time and the number of event times.
    pub(super) fn empty(n_responses: usize, path: (isize, usize), n_windows: usize) -> Self {
        let (first_tau, n_taus) = path;
        Self {
            first_tau,
            n_taus,
            n_windows,
            ars: vec![0.0; n_responses * n_taus],
            cars: vec![f64::NAN; n_responses * n_windows],
            scars: vec![f64::NAN; n_responses * n_windows],
        }
    }

    /// Event time of the first column of [`ars`](Self::ars).
    pub fn first_tau(&self) -> isize {
        self.first_tau
    }

    /// ARs, responses × event times.
    pub fn ars(&self) -> ArrayView2<'_, f64> {
        view(&self.ars, self.n_taus)
    }

    /// CARs, responses × windows.
    pub fn cars(&self) -> ArrayView2<'_, f64> {
        view(&self.cars, self.n_windows)
    }

    /// SCARs, responses × windows.
    pub fn scars(&self) -> ArrayView2<'_, f64> {
        view(&self.scars, self.n_windows)
    }

    /// The ARs as an array of their own.
    pub fn into_ars(self) -> Array2<f64> {
        let n = self.ars.len().checked_div(self.n_taus).unwrap_or(0);
        let n_taus = self.n_taus;
        Array2::from_shape_vec((n, n_taus), self.ars).unwrap_or_else(|_| Array2::zeros((0, n_taus)))
    }

    /// The table cut into pieces of so many responses.
    pub(super) fn rows(&mut self, n_responses: impl Iterator<Item = usize>) -> Vec<Rows<'_>> {
        let (n_taus, n_windows) = (self.n_taus, self.n_windows);
        let (mut ars, mut cars, mut scars) =
            (&mut self.ars[..], &mut self.cars[..], &mut self.scars[..]);
        n_responses
            .map(|n| {
                let (own_ars, other_ars) = std::mem::take(&mut ars).split_at_mut(n * n_taus);
                let (own_cars, other_cars) = std::mem::take(&mut cars).split_at_mut(n * n_windows);
                let (own_scars, other_scars) =
                    std::mem::take(&mut scars).split_at_mut(n * n_windows);
                (ars, cars, scars) = (other_ars, other_cars, other_scars);
                let (ars, cars, scars) = (own_ars, own_cars, own_scars);
                Rows { n_taus, n_windows, first: 0, ars, cars, scars }
            })
            .collect()
    }
}

fn view(values: &[f64], n_columns: usize) -> ArrayView2<'_, f64> {
    let n = values.len().checked_div(n_columns).unwrap_or(0);
    ArrayView2::from_shape((n, n_columns), values).unwrap_or_else(|_| empty(n_columns))
}

/// Never reached: the lists are made of whole rows.
fn empty<'a>(n_columns: usize) -> ArrayView2<'a, f64> {
    ArrayView2::from_shape((0, n_columns), &[]).unwrap_or_else(|_| ArrayView2::from(&[[0.0; 0]; 0]))
}

/// Rows of a table, of the responses of a few assets.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    n_taus: usize,
    n_windows: usize,
    /// Responses of the assets before the one at hand.
    first: usize,
    ars: &'a mut [f64],
    cars: &'a mut [f64],
    scars: &'a mut [f64],
}

impl Rows<'_> {
    /// Goes on to the next asset.
    pub(super) fn advance(&mut self, n_responses: usize) {
        self.first += n_responses;
    }
}

impl Sink for Rows<'_> {
    fn ars(&mut self, response: usize) -> Option<&mut [f64]> {
        let first = (self.first + response) * self.n_taus;
        Some(&mut self.ars[first..first + self.n_taus])
    }

    fn window(&mut self, response: usize, window: usize, car: f64, scar: f64) {
        let cell = (self.first + response) * self.n_windows + window;
        self.cars[cell] = car;
        self.scars[cell] = scar;
    }
}
