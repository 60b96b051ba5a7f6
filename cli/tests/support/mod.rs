//! A folder with a small study in it, and the tool run inside.
#![allow(dead_code)] // each test file uses a part

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use eventstudy::study::Outcome;

/// The smallest study file: two windows, no resampling.
pub(crate) const STUDY: &str = r#"[prices]
path = "prices.csv"

[events]
list = "events.csv"

[model]
kind = "constant-mean"

[study]
windows = [{ rows = [0, 2] }, { rows = [1, 5] }]
estimation = { length = 30 }

[placebo]
enabled = false

[bootstrap]
enabled = false

[output]
directory = "results"
"#;

/// A folder that goes with the value.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// An empty folder.
    pub(crate) fn empty(name: &str) -> Self {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A folder with a study that runs: 100 days of two assets, two events.
    pub(crate) fn with_study(name: &str) -> Self {
        let folder = Self::empty(name);
        folder.write("study.toml", STUDY);
        folder.write("prices.csv", &prices(&["a", "b"], 100));
        folder.write("events.csv", "date,label\n2025-02-10,first\n2025-03-10,second\n");
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Changes the study file.
    pub(crate) fn edit(&self, from: &str, to: &str) {
        let text = self.read("study.toml");
        assert!(text.contains(from), "{from}");
        self.write("study.toml", &text.replacen(from, to, 1));
    }

    /// Every file in the folder with its text.
    pub(crate) fn contents(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![self.0.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push((path.clone(), fs::read(path).unwrap()));
                }
            }
        }
        found.sort();
        found
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_eventstudy"));
        command.args(arguments).current_dir(&self.0).env_remove("COLUMNS");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that must fail with this code and exactly this on standard error, print
    /// nothing else and leave every file as it was.
    pub(crate) fn fails(&self, arguments: &[&str], code: i32, message: &str) {
        let before = self.contents();
        let output = self.run(arguments);
        assert_eq!(String::from_utf8_lossy(&output.stderr), format!("{message}\n"));
        assert_eq!(String::from_utf8_lossy(&output.stdout), "");
        assert_eq!(output.status.code(), Some(code));
        assert!(self.contents() == before, "files were changed");
    }

    /// Runs a command that must succeed, and gives what it printed.
    pub(crate) fn prints(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{stderr}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs the study; nothing may be lost and no file half-written.
    pub(crate) fn outcome(&self) -> Outcome {
        let printed = self.prints(&["run", "study.toml", "--json"]);
        let outcome: Outcome = serde_json::from_str(&printed).unwrap();
        nothing_lost(&outcome);
        assert_eq!(self.read("results/outcome.json"), printed);
        let names = self.contents();
        assert!(names.iter().all(|(path, _)| path.extension().is_some_and(|e| e != "tmp")));
        outcome
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// In every window each event has an estimate or an exclusion, and not both.
pub(crate) fn nothing_lost(outcome: &Outcome) {
    for window in &outcome.settings.windows {
        let n_used = outcome.window(window).map_or(0, |estimate| estimate.n_events);
        let of_event = outcome.exclusions.iter().filter(|e| {
            e.asset.is_none() && e.window.as_ref().is_none_or(|w| *w == window.to_string())
        });
        assert_eq!(n_used + of_event.count(), outcome.events.len(), "{window}");
    }
}

/// The exclusions, one line each.
pub(crate) fn exclusions(outcome: &Outcome) -> Vec<String> {
    outcome.exclusions.iter().map(ToString::to_string).collect()
}

/// The first day of the prices.
pub(crate) fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 1, 1).unwrap()
}

/// Every day from the first one on.
pub(crate) fn days(n: usize) -> impl Iterator<Item = NaiveDate> {
    (0..n as u64).map(|k| first_day() + Days::new(k))
}

/// A wide table of prices that go up and down, one row per day.
pub(crate) fn prices(assets: &[&str], n_days: usize) -> String {
    table(assets, days(n_days))
}

/// As [`prices`] without Saturdays and Sundays.
pub(crate) fn weekday_prices(assets: &[&str], n_days: usize) -> String {
    let weekend = [Weekday::Sat, Weekday::Sun];
    table(assets, days(n_days).filter(|day| !weekend.contains(&day.weekday())))
}

fn table(assets: &[&str], dates: impl Iterator<Item = NaiveDate>) -> String {
    let mut text = format!("date,{}\n", assets.join(","));
    let mut state = 7_u64;
    let mut levels: Vec<f64> = assets.iter().map(|_| 100.0).collect();
    for date in dates {
        let _ = write!(text, "{date}");
        for level in &mut levels {
            // The high bits of a linear congruential generator, as a return within 3 percent.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let uniform = (state >> 40) as f64 / (1_u64 << 24) as f64;
            *level *= 1.0 + 0.06 * (uniform - 0.5);
            let _ = write!(text, ",{level:.4}");
        }
        text.push('\n');
    }
    text
}
