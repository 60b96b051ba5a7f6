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
    folder.edit(
        "[bootstrap]\nenabled = false",
        "[bootstrap]\nreplicates = 99\nmean_block_length = 10.0",
    );
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
            "response_tests.csv",
            "responses.csv"
        ]
    );
    assert!(!folder.path("results").exists());
    // The numbers are those of the outcome, to the bit.
    let outcome = Outcome::from_json_path(folder.path("deep/er/outcome.json")).unwrap();
    let mut lines = vec![
        "window,event_date,label,asset,car,scar,forecast_std_dev,n_rows,\
                          residual_std_dev,n_observations,alpha"
            .to_owned(),
    ];
    for w in &outcome.windows {
        lines.extend(w.responses.iter().map(|r| {
            let (window, event, label, asset) = (w.window, r.event, &r.label, &r.asset);
            let (car, scar, std_dev) = (r.car, r.scar, r.forecast_std_dev);
            let (n_rows, s, n, alpha) = (r.n_rows, r.residual_std_dev, r.n_observations, r.alpha);
            format!(
                "\"{window}\",{event},{label},{asset},{car:?},{scar:?},{std_dev:?},{n_rows},{s:?},\
                 {n},{alpha:?}"
            )
        }));
    }
    assert_eq!(lines.len(), 1 + 2 * 2 * 2);
    assert_eq!(folder.read("deep/er/responses.csv"), lines.join("\n") + "\n");
    assert!(folder.read("deep/er/estimates.csv").starts_with("window,n_event_dates,"));
    assert!(folder.read("deep/er/event_values.csv").starts_with("window,event_date,"));
    assert!(folder.read("deep/er/response_tests.csv").starts_with("window,id,test,"));
    // Responses that are not kept are not written either.
    folder.edit("[placebo]", "responses = false\n\n[placebo]");
    folder.prints(&["run", "study.toml", "--output", "without"]);
    assert!(!folder.path("without/responses.csv").exists());
    let without = Outcome::from_json_path(folder.path("without/outcome.json")).unwrap();
    assert!(without.windows.iter().all(|w| w.responses.is_empty()));
}

#[test]
fn the_tables_end_with_what_their_columns_mean() {
    let folder = drawing("legend");
    let printed = folder.prints(&["run", "study.toml"]);
    let outcome = Outcome::from_json_path(folder.path("results/outcome.json")).unwrap();
    let periods = |k: usize| outcome.windows[k].placebo.as_ref().unwrap().effective_periods;
    assert!(
        printed.ends_with(&format!(
            "\n\nThe unit is the event date: mean is over dates, CAAR over responses; placebo mean is \
             what the same study gives on other dates. Returns are in percent.\n\
             Excess is the effect, mean less placebo mean over the part of the placebo dates that is \
             not the events' own, with its 95 % interval; detectable the smallest excess found with \
             80 % power; least the smallest p that can be reached.\n\
             Placebo p is a randomisation test over event dates of the mean against its own daily \
             variation, so that restless months after the events are not taken for an effect. \
             Detectable is meant for an effect spread over the days of the window, as drifts are: one \
             that comes on a single day counts as variation, and may be missed though it is many times \
             as large.\n\
             (!) marks a p-value that is far too small: it takes responses of one date, or dates whose \
             windows overlap, for independent. Windows without overlap in the placebo dates: {:.0} of [+0, +2], {:.0} of [+1, +5].\n\
             Studentised p, of one event: the share of ordinary dates that are as far from their mean \
             in units of their own daily variation; rank p: the share that are as far from it as they \
             are.\n\
             [+0, +2]: {}.\n\nNo exclusions\n",
            periods(0),
            periods(1),
            outcome.windows[0].placebo.as_ref().unwrap().disagreement().unwrap()
        )),
        "{printed}"
    );
    // 99 sets: no p below 0.01.
    let placebo = outcome.windows[0].placebo.as_ref().unwrap();
    assert_eq!((placebo.n_sets, placebo.attainable_p), (99, 0.01));
    let plain = placebo.mean_p_values.unwrap().two_sided;
    let cell = format!(" {:.3} (least 0.010), plain mean {plain:.3} ", placebo.p_values.two_sided);
    assert!(printed.contains(&cell));
}

#[test]
fn a_file_that_is_there_is_replaced_on_request_alone() {
    let folder = Folder::empty("force");
    folder.write("index.csv", "date,close\n2025-01-01,100\n2025-01-02,104\n2025-01-03,105\n");
    let kept = "kept\n";
    for (file, arguments) in [
        ("study.toml", &["init"][..]),
        ("events.csv", &["detect", "index.csv", "-o", "events.csv"]),
        ("prices.csv", &["import", "index.csv", "-o", "prices.csv"]),
    ] {
        folder.write(file, kept);
        let message =
            format!("error: {file}: already exists; not overwritten (--force overwrites)");
        folder.fails(arguments, 3, &message);
        let output = folder.run(&[arguments, &["--force", "--quiet"]].concat());
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        assert_eq!(output.status.code(), Some(0));
        assert_ne!(folder.read(file), kept);
    }
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
    // The list is one that a study reads.
    let output = folder.run(&["detect", "index.csv", "-o", "lists/events.csv"]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "wrote lists/events.csv\n");
    assert_eq!(
        folder.read("lists/events.csv"),
        "date,label\n2025-01-02,all-time high\n2025-01-07,all-time high\n"
    );
    let list = EventSet::from_csv_path(folder.path("lists/events.csv")).unwrap();
    assert_eq!(list.dates().len(), 2);
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("of 2025-01-01 by 4.00 %, base unknown"), "{printed}");
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
    for command in ["run", "check", "detect", "status", "audit", "init", "import"] {
        let help = folder.prints(&[command, "--help"]);
        assert!(help.contains("Exit codes:\n  0  done\n  1  no events found"), "{help}");
    }
    let help = folder.prints(&["detect", "--help"]);
    let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains(
            "At least this many sessions since the record before. Where the start of the file hides \
             that one, the base is `unknown`, which is less than any N but 0 [default: 0]"
        ),
        "{help}"
    );
    assert_eq!(folder.run(&["run"]).status.code(), Some(2));
    assert_eq!(folder.run(&["detect", "x.csv", "--basis", "low"]).status.code(), Some(2));
}
