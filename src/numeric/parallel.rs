//! The one place that knows threads.
//!
//! Work item k depends on k alone and results are collected in the order of k, so the outcome has
//! the same bits at any number of threads and with the feature `parallel` off.

/// `f(0), f(1), …, f(n − 1)` in that order.
#[cfg(feature = "parallel")]
pub(crate) fn map<T: Send>(n: usize, f: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    use rayon::iter::{IntoParallelIterator, ParallelIterator};
    (0..n).into_par_iter().map(f).collect()
}

/// `f(0), f(1), …, f(n − 1)` in that order.
#[cfg(not(feature = "parallel"))]
pub(crate) fn map<T: Send>(n: usize, f: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    (0..n).map(f).collect()
}

/// `f` of each item, in their order; for items that own what they write to.
#[cfg(feature = "parallel")]
pub(crate) fn map_each<I: Send, T: Send>(
    items: Vec<I>,
    f: impl Fn(I) -> T + Sync + Send,
) -> Vec<T> {
    use rayon::iter::{IntoParallelIterator, ParallelIterator};
    items.into_par_iter().map(f).collect()
}

/// `f` of each item, in their order; for items that own what they write to.
#[cfg(not(feature = "parallel"))]
pub(crate) fn map_each<I: Send, T: Send>(
    items: Vec<I>,
    f: impl Fn(I) -> T + Sync + Send,
) -> Vec<T> {
    items.into_iter().map(f).collect()
}

/// Runs `work` with at most `n_threads` threads for everything the crate spreads out.
///
/// Results are the same bits at any number of threads. Zero means one thread per core. Without the
/// feature `parallel` the number is ignored.
///
/// # Errors
///
/// [`Error::Setting`](crate::Error::Setting) where the threads cannot be started.
pub fn with_threads<T: Send>(
    n_threads: usize,
    work: impl FnOnce() -> T + Send,
) -> crate::Result<T> {
    #[cfg(feature = "parallel")]
    {
        let pool =
            rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().map_err(|_| {
                crate::Error::Setting {
                    name: "threads",
                    value: n_threads.to_string(),
                    expected: "a number of threads that the system can start",
                }
            })?;
        Ok(pool.install(work))
    }
    #[cfg(not(feature = "parallel"))]
    {
        let _ = n_threads;
        Ok(work())
    }
}
