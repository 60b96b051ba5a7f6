//! How far the run has come, on standard error where that is a terminal.

use eventstudy::study::Progress;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar that shows nothing where standard error is no terminal.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{msg:14} {wide_bar} {pos}/{len} {elapsed}")
        {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// A piece of work of this many steps begins.
    pub(crate) fn begin(&self, what: &'static str, n_steps: usize) {
        self.listen(Progress::Begun { what, n_steps });
    }

    /// One step of it is done.
    pub(crate) fn step(&self) {
        self.listen(Progress::Step);
    }

    /// What the library reports.
    pub(crate) fn listen(&self, progress: Progress) {
        match progress {
            Progress::Begun { what, n_steps } => {
                self.0.reset();
                self.0.set_length(n_steps as u64);
                self.0.set_message(what);
            }
            Progress::Step => self.0.inc(1),
            _ => {}
        }
    }

    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
