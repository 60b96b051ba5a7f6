//! The charts of a run.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod support;

#[cfg(feature = "plot")]
use eventstudy::study::Outcome;
use support::Folder;
#[cfg(feature = "plot")]
use support::prices;

/// A study that draws: placebo dates and replicates.
#[cfg(feature = "plot")]
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

#[cfg(not(feature = "plot"))]
#[test]
fn charts_need_their_feature() {
    let folder = Folder::with_study("svg");
    folder.edit("directory = \"results\"", "directory = \"results\"\nformats = [\"svg\"]");
    for command in ["run", "check"] {
        folder.fails(
            &[command, "study.toml"],
            2,
            "error: study.toml: `svg` needs a tool built with the feature `plot`",
        );
    }
}

#[cfg(feature = "plot")]
#[test]
fn one_chart_per_event() {
    let folder = drawing("svg");
    folder.edit("directory = \"results\"", "directory = \"results\"\nformats = [\"svg\"]");
    folder.prints(&["run", "study.toml"]);
    let chart = folder.read("results/path-1-2025-02-10.svg");
    assert!(chart.starts_with("<svg") && chart.contains("\nmean of CARs of 2 assets\n"));
    assert!(folder.path("results/path-2-2025-03-10.svg").exists());
    folder.edit("[model]", "[universe]\nassets = [\"a\"]\n\n[model]");
    folder.prints(&["run", "study.toml"]);
    let chart = folder.read("results/path-1-2025-02-10.svg");
    assert!(chart.contains("\nmean of CARs of 1 asset\n"));
}

#[cfg(feature = "plot")]
#[test]
fn charts_of_events_of_single_assets_name_them_and_have_their_own_ordinary_dates() {
    let folder = drawing("svg-assets");
    folder.edit("\nbuffer_days = 5", "");
    folder
        .edit("directory = \"results\"", "directory = \"results\"\nformats = [\"svg\", \"json\"]");
    folder.write(
        "events.csv",
        "date,label,asset\n2025-02-10,first,a\n2025-03-10,second,b\n2025-03-31,third,a\n",
    );
    let charts = || {
        folder.prints(&["run", "study.toml"]);
        [(1, "2025-02-10"), (2, "2025-03-10")]
            .map(|(k, date)| folder.read(&format!("results/path-{k}-{date}.svg")))
    };
    let [first, second] = charts();
    let outcome = Outcome::from_json_path(folder.path("results/outcome.json")).unwrap();
    assert!(outcome.placebo_band.is_none() && outcome.scope_bands.len() == 2);
    let band = |k: usize| outcome.band_of(&outcome.paths[k]).unwrap();
    assert_eq!(band(0), band(2));
    assert_ne!(band(0).upper, band(1).upper);
    for (chart, name, other, k) in [(&first, "a", "b", 0), (&second, "b", "a", 1)] {
        let ordinary = format!("95 % of {} ordinary dates", band(k).n_dates);
        assert!(chart.contains(&format!("\nmean of CARs of {name}\n")), "{chart}");
        assert!(chart.contains(&format!("{name}: ")) && chart.contains(&ordinary), "{chart}");
        assert!(!chart.contains(&format!("{name}, {other}")) && !chart.contains("Without"));
    }
    // The range beside an event is that of a study of its asset alone.
    folder.edit("[model]", "[universe]\nassets = [\"a\"]\n\n[model]");
    folder.write("events.csv", "date,label\n2025-02-10,first\n");
    let alone = folder.outcome();
    assert_eq!(alone.placebo_band.as_ref(), Some(band(0)));
    assert!(alone.scope_bands.is_empty());
    folder.edit("n_sets = 99", "enabled = false");
    folder.prints(&["run", "study.toml"]);
    let chart = folder.read("results/path-1-2025-02-10.svg");
    let why = "Without the range of ordinary dates: placebo dates are switched off";
    assert!(chart.contains(why), "{chart}");
}
