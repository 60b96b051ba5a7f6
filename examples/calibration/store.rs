//! Results of finished batches, so that a run that was interrupted goes on where it stopped.

use std::path::{Path, PathBuf};

use eventstudy::study::InputFile;

use crate::record::{self, Outcome, Record};
use crate::set_ups::Batch;

/// A folder with one file for each finished batch of this program, number of samples and seed.
pub(crate) struct Store {
    folder: PathBuf,
    /// What the results come from; those of another build are not these.
    build: String,
    n_samples: usize,
    seed: u64,
}

/// Results of a batch and how long they took.
pub(crate) struct Finished {
    pub(crate) records: Vec<Record>,
    pub(crate) seconds: f64,
}

impl Store {
    pub(crate) fn open(n_samples: usize, seed: u64) -> Outcome<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/calibration");
        std::fs::create_dir_all(&folder)?;
        let build = InputFile::of(std::env::current_exe()?)?.sha256;
        Ok(Self { folder, build, n_samples, seed })
    }

    fn path(&self, batch: &Batch) -> PathBuf {
        self.folder.join(format!("{}_{}_seed{}.csv", batch.name, self.n_samples, self.seed))
    }

    /// What was found before, where it was found by this build.
    pub(crate) fn finished(&self, batch: &Batch) -> Option<Finished> {
        let (comments, records) = record::read(&self.path(batch)).ok()?;
        let [build, seconds] = &comments[..] else { return None };
        let seconds = seconds.parse().ok()?;
        (*build == self.build).then_some(Finished { records, seconds })
    }

    pub(crate) fn keep(&self, batch: &Batch, finished: &Finished) -> Outcome<()> {
        let comments = [self.build.clone(), finished.seconds.to_string()];
        record::write(&self.path(batch), &comments, &finished.records)
    }

    /// Where all results go together.
    pub(crate) fn results(&self) -> PathBuf {
        self.folder.join("results.csv")
    }
}
