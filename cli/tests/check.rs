//! What `check` says before anything is estimated, and where it fails as `run` would.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod support;

use eventstudy::study::StudyCheck;
use support::{Folder, weekday_prices};

/// What `check` prints between the table of events and the exclusions.
fn said(folder: &Folder) -> String {
    let printed = folder.prints(&["check", "study.toml"]);
    let (_, after) = printed.split_once("─\n\n").unwrap();
    after.split_once("\n\n").unwrap().0.to_owned() + "\n"
}

/// The rows of the table of events, cells one blank apart.
fn rows(folder: &Folder) -> Vec<String> {
    let printed = folder.prints(&["check", "study.toml"]);
    let rows = printed.lines().filter(|line| line.starts_with(" 20"));
    rows.map(|row| row.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn check(folder: &Folder) -> StudyCheck {
    serde_json::from_str(&folder.prints(&["check", "study.toml", "--json"])).unwrap()
}

#[test]
fn a_clean_study_has_estimation_windows_and_no_warning() {
    let folder = Folder::with_study("clean");
    folder.edit("length = 30", "length = 30, gap = 2");
    folder.write("events.csv", "date,label\n2025-01-02,early\n2025-02-10,first\n");
    assert_eq!(said(&folder), "1 of 2 events would run, 1 would be excluded\n");
    assert_eq!(
        rows(&folder),
        [
            "2025-01-02 early market 0 0 no –",
            "2025-02-10 first market 2 2 yes 2025-01-09 to 2025-02-07, 30 rows",
        ]
    );
    let check = check(&folder);
    assert!(check.audit.is_clean() && check.overlaps.is_empty() && check.shared_days.is_empty());
    assert!(check.placebo_fault.is_none() && check.thin_fits.is_none());
    assert!(check.estimation_overlap.is_none());
    // Windows that start before the event push the estimation window back.
    folder.edit("{ rows = [0, 2] }", "{ rows = [-5, 2] }");
    assert!(rows(&folder)[1].ends_with("2025-01-04 to 2025-02-02, 30 rows"));
}

#[test]
fn days_that_are_shared_and_windows_that_overlap() {
    let folder = Folder::with_study("shared");
    folder.write("prices.csv", &weekday_prices(&["a", "b"], 120));
    folder.write(
        "events.csv",
        "date,label,asset\n2025-03-15,late news,a\n2025-03-17,merger,b\n2025-03-20,split,a\n\
         2025-04-22,far,a\n",
    );
    folder.edit("[placebo]\nenabled = false", "[placebo]\nn_sets = 9");
    assert_eq!(
        said(&folder),
        "2025-03-15 late news: not a date of the prices, day 0 is 2025-03-17\n\
         2025-03-17: day 0 of 2 events, which are one draw: late news, merger\n\
         4 of 4 events would run, 0 would be excluded\n\
         [+1, +5]: windows of 2 dates overlap, so that sign flip and t over dates reject too often\n\
         [+0, +2]: the placebo test is for an effect spread over the days of a window, and may miss one \
         that comes on a single day; for such an effect fix the window { rows = [0, 0] }, or [placebo] \
         statistic = \"mean\", before the results are seen\n\
         estimation windows of 2 of 4 events hold windows of other events, 12 of their 60 rows: effects \
         there are taken for ordinary and off the estimates; `exclude_other_events = true` leaves these \
         days out\n"
    );
}

#[test]
fn windows_of_other_events_in_estimation_windows() {
    let folder = Folder::with_study("contaminated");
    // Rows 0 to 5 after 10 February lie in the thirty rows before 10 March; and so do those of an event
    // that is itself left out, for want of data before it.
    folder
        .write("events.csv", "date,label\n2025-01-20,early\n2025-02-10,first\n2025-03-10,second\n");
    let line = "estimation windows of 2 of 2 events hold windows of other events, 12 of their 60 rows: \
                effects there are taken for ordinary and off the estimates; `exclude_other_events = \
                true` leaves these days out";
    assert_eq!(said(&folder), format!("2 of 3 events would run, 1 would be excluded\n{line}\n"));
    let kept = check(&folder).estimation_overlap.unwrap();
    assert_eq!((kept.n_events, kept.n_all_events), (2, 2));
    assert_eq!((kept.n_rows, kept.n_all_rows, kept.left_out), (12, 60, false));
    folder.prints(&["run", "study.toml"]);
    assert!(folder.read("results/report.md").contains(&format!("\n- {line}\n")));

    folder.edit("length = 30", "length = 30, min_observations = 20, exclude_other_events = true");
    assert_eq!(said(&folder), "2 of 3 events would run, 1 would be excluded\n");
    let left_out = check(&folder).estimation_overlap.unwrap();
    assert_eq!((left_out.n_rows, left_out.left_out), (12, true));
    assert!(left_out.to_string().ends_with("12 of their 60 rows: they are left out"));
    folder.prints(&["run", "study.toml"]);
    assert!(!folder.read("results/report.md").contains("taken for ordinary"));
}

#[test]
fn events_of_very_many_assets_have_no_placebo() {
    let folder = Folder::with_study("scopes");
    let names: Vec<String> = (0..51).map(|k| format!("a{k}")).collect();
    let named: Vec<&str> = names.iter().map(String::as_str).collect();
    folder.write("prices.csv", &weekday_prices(&named, 120));
    let rows: Vec<String> = names.iter().map(|name| format!("2025-03-17,x,{name}\n")).collect();
    folder.write("events.csv", &format!("date,label,asset\n{}", rows.concat()));
    folder.edit("[placebo]\nenabled = false", "[placebo]\nn_sets = 9");
    assert!(said(&folder).contains("\nno placebo: more than 50 assets have events of their own"));
    // One that is asked for none has no need of it.
    folder.edit("n_sets = 9", "enabled = false");
    assert!(!said(&folder).contains("no placebo"));
}

#[test]
fn many_events_of_one_day_are_not_all_named() {
    let folder = Folder::with_study("many");
    let labels: Vec<String> = (1..=7).map(|k| format!("2025-03-10,e{k}\n")).collect();
    let days: Vec<String> =
        (11..=16).map(|day| format!("2025-03-{day},x\n2025-03-{day},y\n")).collect();
    folder.write("events.csv", &format!("date,label\n{}{}", labels.concat(), days.concat()));
    let said = said(&folder);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(
        lines[0],
        "2025-03-10: day 0 of 7 events, which are one draw: e1, e2, e3, e4, e5 and 2 more"
    );
    assert_eq!(lines[4], "2025-03-14: day 0 of 2 events, which are one draw: x, y");
    assert_eq!(lines[5], "… and 2 more days 0 of several events");
    assert_eq!(check(&folder).shared_days.len(), 7);
}

#[test]
fn fits_that_rest_on_next_to_nothing() {
    let folder = Folder::with_study("thin");
    folder.edit("length = 30", "length = 3");
    folder.edit("\"constant-mean\"", "\"market-model\"\nbenchmark = \"b\"");
    folder.edit("[model]", "[universe]\nassets = [\"a\"]\n\n[model]");
    assert_eq!(
        said(&folder),
        "2 of 2 events would run, 0 would be excluded\n\
         2 fits have fewer than 10 degrees of freedom, 1 at the least: the estimation window is too \
         short for the model\n"
    );
    folder.edit("length = 3 ", "length = 11 ");
    folder.write("events.csv", "date,label\n2025-02-10,first\n");
    assert_eq!(
        said(&folder),
        "1 of 1 events would run, 0 would be excluded\n\
         1 fit has fewer than 10 degrees of freedom, 9 at the least: the estimation window is too \
         short for the model\n"
    );
    folder.edit("length = 11 ", "length = 12 ");
    assert_eq!(said(&folder), "1 of 1 events would run, 0 would be excluded\n");
}

#[test]
fn prices_that_look_wrong_in_the_windows_of_the_events() {
    let folder = Folder::with_study("findings");
    folder.edit("length = 30", "length = 30, min_observations = 15, exclude_other_events = true");
    let clean = folder.read("prices.csv");
    let with = |rows: &[(usize, &str)]| {
        let mut lines: Vec<String> = clean.lines().map(str::to_owned).collect();
        for (row, b) in rows {
            let at = lines[*row].rfind(',').unwrap() + 1;
            lines[*row].replace_range(at.., b);
        }
        folder.write("prices.csv", &(lines.join("\n") + "\n"));
        said(&folder)
    };
    let runs = "2 of 2 events would run, 0 would be excluded\n";
    // Row k is the k-th day of the year. The windows end on 15 March, before the last rows.
    assert_eq!(with(&[(90, "1000")]), runs);
    // The estimation window of 10 February starts on 11 January, from the price of the 10th.
    assert_eq!(with(&[(8, "1000")]), runs);
    let prices = "prices: 1 reversal in the windows of the events; see `eventstudy audit`\n";
    assert_eq!(with(&[(10, "1000")]), format!("{runs}{prices}"));
    // One in the windows of both events counts once.
    assert_eq!(with(&[(41, "1000")]), format!("{runs}{prices}"));
    let stale: Vec<(usize, &str)> = (20..32).map(|row| (row, "99")).chain([(50, "")]).collect();
    assert_eq!(
        with(&stale),
        format!(
            "{runs}prices: 1 stale run, 1 gap in the windows of the events; see `eventstudy audit`\n"
        )
    );
    assert_eq!(check(&folder).audit.counts(), [("stale_run", 1), ("gap", 1)]);
    // An asset that takes no part has no say, but for the benchmark.
    folder.edit("[model]", "[universe]\nassets = [\"a\"]\n\n[model]");
    assert_eq!(said(&folder), runs);
    let benchmark: Vec<(usize, &str)> = vec![(41, "1000")];
    folder.edit("\"constant-mean\"", "\"market-model\"\nbenchmark = \"b\"");
    assert_eq!(with(&benchmark), format!("{runs}{prices}"));
}

#[test]
fn windows_in_which_the_effect_of_one_day_may_be_missed() {
    let folder = Folder::with_study("one-day");
    folder.edit("[placebo]\nenabled = false", "[placebo]\nn_sets = 9");
    let blind = |windows: &str| {
        let study = folder.read("study.toml");
        folder.edit("{ rows = [0, 2] }, { rows = [1, 5] }", windows);
        let found = check(&folder).blind_to_one_day;
        let said = said(&folder);
        folder.write("study.toml", &study);
        let names: Vec<String> = found.iter().map(ToString::to_string).collect();
        let line = format!("{}: the placebo test is for an effect spread", names.join(", "));
        assert_eq!(said.contains("the placebo test is for"), !names.is_empty(), "{said}");
        assert!(names.is_empty() || said.contains(&line), "{said}");
        names
    };
    assert_eq!(blind("{ rows = [0, 2] }, { days = [-1, 1] }"), ["[+0, +2]", "[-1, +1] days"]);
    // Months start on the day after; and a window of day 0 alone is there.
    assert_eq!(blind("{ rows = [1, 5] }, { months = [0, 1] }"), [""; 0]);
    assert_eq!(blind("{ rows = [0, 2] }, { rows = [0, 0] }"), [""; 0]);
    folder.edit("n_sets = 9", "n_sets = 9\nstatistic = \"mean\"");
    assert_eq!(blind("{ rows = [0, 2] }"), [""; 0]);
    folder.edit("n_sets = 9", "enabled = false");
    assert_eq!(blind("{ rows = [0, 2] }"), [""; 0]);
}
