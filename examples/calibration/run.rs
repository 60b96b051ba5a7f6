//! Samples of a batch, spread over threads.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use eventstudy::Result;

use crate::crypto::{Crypto, SAMPLES_PER_EFFECT};
use crate::reading::Reading;
use crate::set_ups::{Batch, World};
use crate::simulated::Panels;
use crate::tally::Tally;

/// Samples that one thread takes at a time, and whose sums are formed in order.
const CHUNK: usize = 20;

/// The counts of every cell of a batch.
pub(crate) fn run(batch: &Batch, n_samples: usize, seed: u64) -> Result<Vec<Tally>> {
    match batch.set_up.world {
        World::Simulated(world) => {
            let panels = Panels::new(batch, world)?;
            spread(batch, n_samples, &|k| panels.sample(seed, k))
        }
        World::Crypto { months } => {
            let crypto = Crypto::new(batch, months)?;
            match &batch.cells[..] {
                [cell] if cell.effect > 0.0 => {
                    let of_sample = |k| crypto.sample_with_effect(cell, seed, k);
                    spread(batch, n_samples.div_ceil(SAMPLES_PER_EFFECT), &of_sample)
                }
                _ => {
                    let prepared = crypto.prepare()?;
                    spread(batch, n_samples, &|k| crypto.sample(&prepared, batch, seed, k))
                }
            }
        }
    }
}

/// Sample k hangs on k alone, and chunks are added up in their order: the counts and sums are the
/// same at any number of threads.
fn spread(
    batch: &Batch,
    n_samples: usize,
    sample: &(dyn Fn(u64) -> Result<Vec<Reading>> + Sync),
) -> Result<Vec<Tally>> {
    let n_threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let next = AtomicUsize::new(0);
    let finished = Mutex::new(Vec::new());
    let of_chunk = |first: usize| -> Result<Vec<Tally>> {
        let mut tallies = vec![Tally::new(); batch.cells.len()];
        for k in first..(first + CHUNK).min(n_samples) {
            for (tally, reading) in tallies.iter_mut().zip(sample(k as u64)?) {
                tally.add(&reading);
            }
        }
        Ok(tallies)
    };
    let work = || {
        loop {
            let first = next.fetch_add(CHUNK, Ordering::Relaxed);
            if first >= n_samples {
                return;
            }
            let tallies = of_chunk(first);
            if tallies.is_err() {
                next.store(n_samples, Ordering::Relaxed);
            }
            finished.lock().unwrap().push((first, tallies));
        }
    };
    // Each thread has the library to itself.
    std::thread::scope(|scope| {
        for _ in 0..n_threads {
            scope.spawn(|| eventstudy::with_threads(1, work).unwrap());
        }
    });
    let mut finished = finished.into_inner().unwrap();
    finished.sort_by_key(|(first, _)| *first);
    let mut total = vec![Tally::new(); batch.cells.len()];
    for (_, tallies) in finished {
        for (total, tally) in total.iter_mut().zip(tallies?) {
            total.merge(&tally);
        }
    }
    Ok(total)
}
