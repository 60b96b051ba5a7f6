//! What the commands print and write.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod support;

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};

use eventstudy::events::EventSet;
use eventstudy::study::{Outcome, Progress, StudyFile};
use support::{Folder, days, prices};

/// A study that draws: placebo dates and replicates.
fn drawing(name: &str) -> Folder {
    let folder = Folder::with_study(name);
    folder.write("prices.csv", &prices(&["a", "b"], 150));
    folder.edit("[placebo]\nenabled = false", "[placebo]\nn_sets = 99\nbuffer_days = 5");
    folder.edit("[bootstrap]\nenabled = false", "[bootstrap]\nreplicates = 99");
    folder
}

#[test]
fn a_result_is_run_again_from_its_own_report() {
    let folder = drawing("again");
    let first = folder.outcome();
    assert_eq!(first.inputs.len(), 2);
    assert_eq!(first.study_file.as_ref().unwrap().path, Path::new("study.toml"));
    std::fs::rename(folder.path("results/outcome.json"), folder.path("first.json")).unwrap();
    std::fs::remove_file(folder.path("study.toml")).unwrap();
    let output = folder.run(&["run", "first.json", "--json"]);
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "wrote results/outcome.json\nwrote results/report.md\n"
    );
    assert_eq!(String::from_utf8(output.stdout).unwrap(), folder.read("first.json"));
    // A file that is not the one of that run is named.
    let other = folder.read("prices.csv").replacen("2025-01-01,", "2025-01-01,1", 1);
    folder.write("prices.csv", &other);
    let output = folder.run(&["run", "first.json", "--output", "other"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.starts_with("note: prices.csv is not the file of that run\n"), "{said}");
}

#[test]
fn threads_do_not_matter_and_seeds_do() {
    let folder = drawing("threads");
    let run = |arguments: &[&str]| {
        let all: Vec<&str> =
            ["run", "study.toml", "--json"].iter().chain(arguments).copied().collect();
        folder.prints(&all)
    };
    let one = run(&["--threads", "1"]);
    let files = folder.contents();
    for n in ["2", "3"] {
        assert_eq!(run(&["--threads", n]), one);
        assert!(folder.contents() == files, "other files at {n} threads");
    }
    let tables = folder.prints(&["run", "study.toml", "--threads", "1"]);
    assert_eq!(folder.prints(&["run", "study.toml", "--threads", "2"]), tables);
    let said = folder.run(&["run", "study.toml", "--threads", "1000000"]);
    assert_eq!(
        String::from_utf8_lossy(&said.stderr).lines().next(),
        Some("error: invalid value '1000000' for '--threads <N>': expected 0 to 1024")
    );
    assert_eq!(said.status.code(), Some(2));
    assert_eq!(run(&["--seed", "1"]), one);
    let other: Outcome = serde_json::from_str(&run(&["--seed", "2"])).unwrap();
    let one: Outcome = serde_json::from_str(&one).unwrap();
    assert_eq!(other.settings.seed, 2);
    assert_eq!(other.windows[0].mean, one.windows[0].mean);
    assert_ne!(other.windows[0].block_bootstrap, one.windows[0].block_bootstrap);
}

#[test]
fn a_listener_hears_every_step_and_changes_nothing() {
    let folder = drawing("progress");
    let file = StudyFile::from_path(folder.path("study.toml")).unwrap();
    let loaded = file.load().unwrap();
    let (announced, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let heard = loaded.run_with_progress(&|progress| match progress {
        Progress::Begun { n_steps, .. } => {
            announced.fetch_add(n_steps, Ordering::Relaxed);
        }
        Progress::Step => {
            done.fetch_add(1, Ordering::Relaxed);
        }
        _ => panic!("{progress:?}"),
    });
    // 150 placebo dates and two windows.
    assert_eq!((announced.into_inner(), done.into_inner()), (152, 152));
    assert_eq!(heard.unwrap(), loaded.run().unwrap());
}

#[test]
fn the_formats_that_were_asked_for() {
    let folder = Folder::with_study("formats");
    folder
        .edit("directory = \"results\"", "directory = \"results\"\nformats = [\"csv\", \"json\"]");
    let output = folder.run(&["run", "study.toml", "--quiet", "--output", "deep/er"]);
    assert!(output.stderr.is_empty());
    let mut names: Vec<String> = std::fs::read_dir(folder.path("deep/er"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "estimates.csv",
            "event_values.csv",
            "events.csv",
            "exclusions.csv",
            "outcome.json",
            "response_tests.csv"
        ]
    );
    assert!(!folder.path("results").exists());
}

#[cfg(not(feature = "plot"))]
#[test]
fn charts_need_their_feature() {
    let folder = Folder::with_study("svg");
    folder.edit("directory = \"results\"", "directory = \"results\"\nformats = [\"svg\"]");
    folder.fails(
        &["run", "study.toml"],
        2,
        "error: study.toml: `svg` needs a tool built with the feature `plot`",
    );
}

#[cfg(feature = "plot")]
#[test]
fn one_chart_per_event() {
    let folder = drawing("svg");
    folder.edit("directory = \"results\"", "directory = \"results\"\nformats = [\"svg\"]");
    folder.prints(&["run", "study.toml"]);
    assert!(folder.read("results/path-1-2025-02-10.svg").starts_with("<svg"));
    assert!(folder.path("results/path-2-2025-03-10.svg").exists());
}

#[test]
fn a_closed_pipe_is_no_fault() {
    let folder = Folder::with_study("pipe");
    let mut list = "date,label\n".to_owned();
    for (k, day) in days(2_000).enumerate().skip(100).step_by(4) {
        let _ = writeln!(list, "{day},event {k}");
    }
    folder.write("events.csv", &list);
    folder.write("prices.csv", &prices(&["a", "b"], 2_100));
    for arguments in [
        &["run", "study.toml", "--json", "--quiet"][..],
        &["run", "study.toml", "--quiet"],
        &["check", "study.toml", "--json"],
        &[
            "detect",
            "prices.csv",
            "--close-column",
            "a",
            "--rule",
            "channel",
            "--sessions",
            "1",
            "--json",
        ],
    ] {
        let mut child = folder
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(!line.is_empty());
        assert!(folder.prints(arguments).len() > 65_536, "{arguments:?} fits into a pipe");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
    // The files were written before anything was printed.
    assert!(serde_json::from_str::<Outcome>(&folder.read("results/outcome.json")).is_ok());
}

#[test]
fn detect_prints_a_table_or_json() {
    let folder = Folder::empty("detect");
    folder.write(
        "index.csv",
        "date,close\n2025-01-01,100\n2025-01-02,104\n2025-01-03,101\n2025-01-06,103\n2025-01-07,105\n",
    );
    let found = folder.prints(&["detect", "index.csv", "--base", "3"]);
    assert!(found.starts_with(
        "index: 1 event under the rule: a close above every earlier one of the series, \
         at least 3 sessions after the record before\n"
    ));
    assert!(found.contains("close 105.00 above 104.00 of 2025-01-02 by 0.96 %, base 3 sessions"));
    let json = folder.prints(&["detect", "index.csv", "--base", "3", "--json"]);
    let events: EventSet = serde_json::from_str(&json).unwrap();
    assert_eq!(events.dates()[0].to_string(), "2025-01-07");
    folder.fails(
        &["detect", "index.csv", "--rule", "level"],
        2,
        "error: --rule level needs --level",
    );
    folder.fails(
        &["detect", "index.csv", "--volume-multiple", "2"],
        2,
        "error: series `index` has no volumes, which a volume multiple needs; \
         add a column `volume`",
    );
}

#[test]
fn a_template_for_a_folder_with_any_name() {
    let folder = Folder::empty("folders");
    for (k, (data, path)) in [
        ("C:\\new \"data\"", "C:\\new \"data\"/crypto_close.csv"),
        ("here/", "here/crypto_close.csv"),
        ("", "./crypto_close.csv"),
        ("/", "/crypto_close.csv"),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("{k}.toml");
        folder.prints(&["init", &name, "--data", data]);
        let file = StudyFile::from_path(folder.path(&name)).unwrap();
        assert_eq!(file.tables.prices.path.as_deref(), Some(Path::new(path)));
    }
}

#[test]
fn the_template_runs_on_the_tables_of_the_project() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data");
    let folder = Folder::empty("template");
    let data = data.to_str().unwrap();
    let output = folder.run(&["init", "--data", data]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "wrote study.toml\n");
    folder.fails(
        &["init"],
        3,
        "error: study.toml: cannot write the file\n  caused by: File exists (os error 17)",
    );
    assert!(folder.prints(&["check", "study.toml"]).contains("\n3 of 3 events would run"));
    // Without the draws, which take long where nothing is optimised.
    folder.edit("# enabled = true\n# n_sets", "enabled = false\n# n_sets");
    folder.edit("# enabled = true\n# replicates", "enabled = false\n# replicates");
    let outcome: Outcome =
        serde_json::from_str(&folder.prints(&["run", "study.toml", "--json"])).unwrap();
    support::nothing_lost(&outcome);
    let dates: Vec<String> = outcome.events.dates().iter().map(ToString::to_string).collect();
    assert_eq!(dates, ["2016-11-14", "2020-11-13", "2025-09-18"]);
    assert_eq!((outcome.windows.len(), outcome.inputs.len()), (4, 5));
}

#[test]
fn help_names_the_exit_codes_and_bad_usage_is_two() {
    let folder = Folder::empty("help");
    for command in ["run", "check", "detect", "init", "import"] {
        let help = folder.prints(&[command, "--help"]);
        assert!(help.contains("Exit codes:\n  0  done\n  1  no events found"), "{help}");
    }
    assert_eq!(folder.run(&["run"]).status.code(), Some(2));
    assert_eq!(folder.run(&["detect", "x.csv", "--basis", "low"]).status.code(), Some(2));
}
