//! How far a run has come.

/// A report of a run that takes long, for a progress bar.
///
/// Reports come from several threads at once and steps in no fixed order; what a listener does with
/// them has no effect on the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// A piece of work begins; the one before it is done.
    Begun {
        /// What is done, in a word or two.
        what: &'static str,
        /// Number of steps it takes.
        n_steps: usize,
    },
    /// One step of it is done.
    Step,
}

/// Whoever listens to a run.
pub type ProgressListener<'a> = &'a (dyn Fn(Progress) + Sync);
