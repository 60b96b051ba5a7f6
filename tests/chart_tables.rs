//! Charts of estimates and placebo distributions; what all charts share.
#![cfg(feature = "plot")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod chart_support;

use chart_support::*;
use chrono::NaiveDate;
use eventstudy::Error;
use eventstudy::report::chart::*;
use roxmltree::{Document, Node};

#[test]
fn a_forest_maps_estimates_and_marks_small_p() {
    let chart = three_rows();
    let svg = chart.to_svg().unwrap();
    let texts = checked(&svg);
    for wanted in [
        "All-time high",
        "[1,2) months",
        "+50.0",
        "+20.0 to +90.0",
        "−20.0 to +9,000",
        "0.050",
        "—",
        "placebo p at most 0.05 (1 of 2 rows)",
        "events",
    ] {
        position(&texts, wanted);
    }
    let document = Document::parse(&svg).unwrap();
    let dots: Vec<(f64, f64, &str)> = document
        .descendants()
        .filter(|n| n.has_tag_name("circle"))
        .map(|n| (number(n, "cx"), number(n, "cy"), n.attribute("fill").unwrap()))
        .collect();
    // Signs of the legend first: one filled, one hollow of two circles.
    let rows = &dots[3..];
    let blue: Vec<_> = rows.iter().filter(|d| d.2 == PATH_BLUE).collect();
    let orange: Vec<_> = rows.iter().filter(|d| d.2 == OUTSIDE_ORANGE).collect();
    assert_eq!((blue.len(), orange.len()), (2, 1));
    let per_unit = (orange[0].0 - blue[0].0) / 0.6;
    assert!(per_unit > 0.0);
    assert!((blue[1].0 - blue[0].0 - per_unit * 0.3).abs() <= 1.0);
    assert!(blue[0].1 < orange[0].1 && orange[0].1 < blue[1].1);
}

#[test]
fn sixty_rows_and_one_row_fit() {
    let rows = |n: usize| -> Vec<ForestRow> {
        (0..n)
            .map(|i| {
                let x = 0.3 * (i as f64).sin();
                let label = format!("[0,3) months, market model on the S&P 500, variant {i}");
                row(&label, x, (x - 0.2, x + 0.4), Some(0.5))
            })
            .collect()
    };
    let group =
        |n| ForestGroup { heading: "A choice with a long heading".repeat(6), rows: rows(n) };
    checked(&forest(vec![group(20), group(20), group(20)]).to_svg().unwrap());
    checked(&forest(vec![group(1)]).to_svg().unwrap());
    let mut long = rows(1);
    long[0].label = "all-time high, ".repeat(30) + "[0,3)";
    long[0].interval = None;
    long[0].placebo = None;
    let heading = "One".to_owned();
    let texts = checked(&forest(vec![ForestGroup { heading, rows: long }]).to_svg().unwrap());
    assert!(texts.iter().any(|t| t.starts_with("all-time") && t.ends_with("[0,3)")));
}

#[test]
fn a_histogram_counts_every_value_once() {
    let values: Vec<f64> = (0..1_000).map(|i| f64::from(i * 37 % 1_000) / 1_000.0 - 0.5).collect();
    let chart = histogram(values, 0.4);
    let svg = chart.to_svg().unwrap();
    let texts = checked(&svg);
    position(
        &texts,
        "Two-sided placebo p = 0.061. Of 1,000 placebo dates, 900 lie below the observed value \
         and 99 above it.",
    );
    position(&texts, "breakout of 2020-11-13: +40.0 %");
    let document = Document::parse(&svg).unwrap();
    let bars: Vec<Node<'_, '_>> = document
        .descendants()
        .filter(|n| n.has_tag_name("rect") && n.attribute("fill") == Some(COUNT_GREY))
        .collect();
    // Ticks give pixels per date; areas over one width give back the number of dates.
    let tick = |label: &str| {
        let found = document.descendants().find(|n| {
            n.has_tag_name("text")
                && n.attribute("text-anchor") == Some("end")
                && n.text().unwrap().trim() == label
        });
        number(found.unwrap(), "y")
    };
    let per_date = (tick("0") - tick("50")) / 50.0;
    let counted: f64 = bars[1..].iter().map(|b| number(*b, "height") / per_date).sum();
    assert!((counted - 1_000.0).abs() < 3.0, "{counted}");
}

#[test]
fn the_names_of_the_columns_of_a_forest_have_one_size() {
    for (measure, shrunk) in [("CAAR", false), ("excess", false), ("daily rebalanced CAAR", true)] {
        let mut chart = three_rows();
        chart.measure = measure.to_owned();
        let svg = chart.to_svg().unwrap();
        checked(&svg);
        let document = Document::parse(&svg).unwrap();
        let named = |wanted: &str| {
            let of =
                |n: &Node<'_, '_>| n.has_tag_name("text") && n.text().unwrap().trim() == wanted;
            document.descendants().find(of).unwrap_or_else(|| panic!("no `{wanted}`"))
        };
        let statistic = named(&format!("{measure}, %"));
        let others = [named("interval, %"), named("placebo p"), named("events")];
        let tick = document
            .descendants()
            .find(|n| n.has_tag_name("text") && n.attribute("text-anchor") == Some("middle"));
        for other in others {
            assert_eq!(number(other, "font-size"), number(statistic, "font-size"), "{measure}");
        }
        assert_eq!(number(statistic, "font-size") < number(tick.unwrap(), "font-size"), shrunk);
    }
}

#[test]
fn histograms_of_few_equal_or_far_values_are_drawn() {
    checked(&histogram(vec![0.1], -0.2).to_svg().unwrap());
    checked(&histogram(vec![0.0; 20], 0.0).to_svg().unwrap());
    checked(&histogram(vec![0.1, 0.1 + 1e-17, 0.1 + 1e-16], 0.1).to_svg().unwrap());
    checked(&histogram((0..99).map(|i| f64::from(i) * 1e-3).collect(), 9.1).to_svg().unwrap());
    let mut small = histogram(vec![0.1, 0.2], 0.3);
    small.p_value = 0.0001;
    let texts = checked(&small.to_svg().unwrap());
    assert!(texts.iter().any(|t| t.starts_with("Two-sided placebo p < 0.001. Of 2 placebo")));
}

#[test]
fn equal_input_gives_equal_bytes() {
    assert_eq!(path(0.6, 92).to_svg().unwrap(), path(0.6, 92).to_svg().unwrap());
    let both = || panels(vec![path(0.6, 92), path(0.1, 66)]).to_svg().unwrap();
    assert_eq!(both(), both());
    assert_eq!(three_rows().to_svg().unwrap(), three_rows().to_svg().unwrap());
    let far = || histogram(vec![0.1, 0.4, -0.2], 0.3).to_svg().unwrap();
    assert_eq!(far(), far());
}

/// The message of a chart that must not be drawn.
fn fault(chart: &impl Chart) -> String {
    chart.to_svg().unwrap_err().to_string()
}

#[test]
fn bad_input_is_an_error_that_names_it() {
    let name = "chart `Russell 2000 breakout of 2020-11-13`";
    let with = |change: fn(&mut CarPath)| {
        let mut chart = path(0.2, 92);
        change(&mut chart);
        fault(&chart)
    };
    let empty = with(|c| {
        c.days.clear();
        c.values.clear();
    });
    assert_eq!(empty, format!("{name} needs at least 1 days in the path, found 0"));
    assert_eq!(
        with(|c| c.values[7] = f64::NAN),
        format!(
            "{name}: values of the path, position 7 is NaN; \
             expected a finite decimal fraction, at most 1e6 in size"
        )
    );
    assert!(with(|c| c.values[7] = f64::INFINITY).contains("is inf;"));
    assert!(with(|c| c.values[7] = 1e300).contains("position 7"));
    assert_eq!(
        with(|c| c.values.truncate(9)),
        format!("{name}: values of the path has length 9, expected 93")
    );
    assert_eq!(
        with(|c| c.days[3] = 1),
        format!("{name}: days of the path, position 3 is 1 after 2; expected days that increase")
    );
    assert_eq!(
        with(|c| c.interval.as_mut().unwrap().upper.truncate(5)),
        format!("{name}: upper bound of the interval band has length 5, expected 93")
    );
    assert_eq!(
        with(|c| c.placebo.as_mut().unwrap().lower[4] = 3.0),
        format!(
            "{name}: the placebo band, position 4 is [3, 0.104]; \
             expected a lower bound not above the upper one"
        )
    );
    assert!(
        with(|c| c.placebo.as_mut().unwrap().median = Some(vec![]))
            .contains("median of the placebo")
    );
    assert!(with(|c| c.placebo.as_mut().unwrap().days.clear()).contains("found 0"));
    assert!(with(|c| c.n_months = 0).contains("number of months is 0"));
    assert!(with(|c| c.event_date = NaiveDate::MAX).contains("event date"));

    assert!(fault(&panels(vec![])).contains("at least 1 panels, found 0"));
    assert!(fault(&panels(vec![path(0.1, 9); 5])).contains("number of panels is 5"));
    let mut other = path(0.1, 9);
    other.measure = "BHAR".to_owned();
    assert!(fault(&panels(vec![path(0.1, 9), other])).contains("is BHAR"));

    assert!(fault(&forest(vec![])).contains("at least 1 groups"));
    let no_rows = ForestGroup { heading: "none".to_owned(), rows: vec![] };
    assert!(fault(&forest(vec![no_rows])).contains("at least 1 rows"));
    let mut rows = three_rows();
    rows.groups[0].rows[1].placebo_p = Some(1.5);
    assert!(
        fault(&rows).contains("placebo p of `All-time high`, `[1,2) months` is 1.5"),
        "{}",
        fault(&rows)
    );
    let mut rows = three_rows();
    rows.groups[0].rows[1].interval = Some((0.9, 0.2));
    assert!(fault(&rows).contains("interval of `All-time high`, `[1,2) months` is [0.9, 0.2]"));
    let mut rows = three_rows();
    rows.groups[0].rows[0].estimate = f64::NAN;
    assert!(fault(&rows).contains("estimate of"));

    assert!(fault(&histogram(vec![], 0.1)).contains("at least 1 placebo dates, found 0"));
    assert!(fault(&histogram(vec![0.1, f64::NAN], 0.1)).contains("placebo values, position 1"));
    assert!(fault(&histogram(vec![0.1], f64::NAN)).contains("observed value is NaN"));
    let mut bad_p = histogram(vec![0.1], 0.1);
    bad_p.p_value = f64::NAN;
    assert!(fault(&bad_p).contains("p-value is NaN"));
}

#[test]
fn writing_replaces_the_file_whole_or_not_at_all() {
    let folder = std::env::temp_dir().join(format!("eventstudy-charts-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("car.svg");
    std::fs::write(&file, "before").unwrap();

    let mut bad = path(0.2, 92);
    bad.values[0] = f64::NAN;
    assert!(bad.write_svg(&file).is_err());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "before");

    let chart = path(0.2, 92);
    chart.write_svg(&file).unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), chart.to_svg().unwrap());
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);

    // A folder stands where the file should go: the remnant is removed.
    assert!(matches!(chart.write_svg(&folder), Err(Error::Write { .. })));
    let beside = folder.parent().unwrap();
    let remnant = format!("{}.{}.tmp", folder.file_name().unwrap().display(), std::process::id());
    assert!(!beside.join(remnant).exists());
    std::fs::remove_dir_all(&folder).unwrap();
}
