//! Charts: readable XML, the same bytes each time, every mark where its number belongs.
#![cfg(feature = "plot")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

use chrono::NaiveDate;
use eventstudy::Error;
use eventstudy::report::chart::{
    Band, CarPanels, CarPath, Chart, EstimateForest, ForestGroup, ForestRow, PlaceboHistogram,
};
use roxmltree::{Document, Node};

const PATH_BLUE: &str = "#003E6C";
const OUTSIDE_ORANGE: &str = "#D55E00";
const INTERVAL_FILL: &str = "#56B4E9";
const ORDINARY_FILL: &str = "#D4D4D4";
const COUNT_GREY: &str = "#B0B0B0";

fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

/// A path that wiggles and rises to `end` on day `last`, between bands that widen.
fn path(end: f64, last: i32) -> CarPath {
    let value = |t: i32| {
        let t = f64::from(t);
        end * t / f64::from(last.max(1)) + 0.02 * end * (t * 1.3).sin()
    };
    let days: Vec<i32> = (0..=last).collect();
    let around = |t: &i32, k: f64| value(*t) + k * 0.03 * f64::from(*t).sqrt();
    let ordinary: Vec<i32> = (0..=92).collect();
    CarPath {
        title: "Russell 2000 breakout of 2020-11-13".to_owned(),
        verdict: "Undecided: inside what ordinary dates give".to_owned(),
        subtitle: vec!["Top 50 altcoins, equal weight".to_owned(), "n = 47 assets".to_owned()],
        event_date: day(2020, 11, 13),
        n_months: 3,
        measure: "CAAR".to_owned(),
        label: "CAAR of 47 assets".to_owned(),
        values: days.iter().map(|&t| value(t)).collect(),
        interval: Some(Band {
            label: "95 % interval, block bootstrap".to_owned(),
            lower: days.iter().map(|t| around(t, -1.0)).collect(),
            upper: days.iter().map(|t| around(t, 1.0)).collect(),
            days: days.clone(),
            median: None,
        }),
        days,
        placebo: Some(Band {
            label: "95 % of 1,240 ordinary dates".to_owned(),
            lower: ordinary.iter().map(|&t| -0.045 * f64::from(t).sqrt()).collect(),
            upper: ordinary.iter().map(|&t| 0.052 * f64::from(t).sqrt()).collect(),
            median: Some(ordinary.iter().map(|&t| -0.0006 * f64::from(t)).collect()),
            days: ordinary,
        }),
        note: None,
    }
}

fn panels(panels: Vec<CarPath>) -> CarPanels {
    CarPanels {
        title: "After breakouts".to_owned(),
        verdict: "Undecided".to_owned(),
        subtitle: vec!["all events".to_owned()],
        panels,
    }
}

fn row(label: &str, estimate: f64, interval: (f64, f64), placebo_p: Option<f64>) -> ForestRow {
    ForestRow {
        label: label.to_owned(),
        estimate,
        interval: Some(interval),
        placebo: Some((-0.3, 0.4)),
        placebo_p,
        n: 3,
    }
}

fn forest(groups: Vec<ForestGroup>) -> EstimateForest {
    EstimateForest {
        title: "By choice".to_owned(),
        verdict: "Undecided".to_owned(),
        subtitle: vec![],
        measure: "CAAR".to_owned(),
        interval_label: "95 % interval".to_owned(),
        placebo_label: "95 % of ordinary dates".to_owned(),
        n_label: "events".to_owned(),
        significance: 0.05,
        groups,
    }
}

fn three_rows() -> EstimateForest {
    let rows = vec![
        row("[0,1) months", -0.1, (-0.3, 0.1), Some(0.4)),
        row("[1,2) months", 0.5, (0.2, 0.9), Some(0.05)),
        row("[2,3) months", 0.2, (-0.2, 90.0), None),
    ];
    forest(vec![ForestGroup { heading: "All-time high".to_owned(), rows }])
}

fn histogram(values: Vec<f64>, observed: f64) -> PlaceboHistogram {
    PlaceboHistogram {
        title: "CAAR among ordinary dates".to_owned(),
        verdict: "Undecided".to_owned(),
        subtitle: vec![],
        measure: "CAAR".to_owned(),
        values,
        observed,
        observed_label: "breakout of 2020-11-13".to_owned(),
        p_value: 0.061,
        p_label: "Two-sided placebo p".to_owned(),
    }
}

/// Every text of the drawing, trimmed, in order.
fn texts(document: &Document<'_>) -> Vec<String> {
    let nodes = document.descendants().filter(|n| n.has_tag_name("text"));
    nodes.map(|n| n.text().unwrap().trim().to_owned()).collect()
}

/// Well-formed, with nothing but finite numbers, and every text inside the sheet; returns the texts.
fn checked(svg: &str) -> Vec<String> {
    let document = Document::parse(svg).unwrap();
    assert!(!svg.contains("NaN") && !svg.contains("inf\""));
    let root = document.root_element();
    let view: Vec<f64> =
        root.attribute("viewBox").unwrap().split(' ').map(|v| v.parse().unwrap()).collect();
    let width: f64 = root.attribute("width").unwrap().parse().unwrap();
    assert!((900.0..=1200.0).contains(&width));
    assert!((view[2] - 10.0 * width).abs() < 1e-9);
    for node in document.descendants().filter(|n| n.has_tag_name("text")) {
        let text = node.text().unwrap().trim();
        // No usual sans-serif font is narrower than 0.45 em on average for these texts.
        let half = 0.45 * number(node, "font-size") * text.chars().count() as f64 / 2.0;
        let (x, y) = (number(node, "x"), number(node, "y"));
        let (left, right) = match node.attribute("text-anchor").unwrap() {
            "start" => (x, x + 2.0 * half),
            "end" => (x - 2.0 * half, x),
            _ => (x - half, x + half),
        };
        assert!(left >= 0.0 && right <= view[2], "`{text}` from {left} to {right}");
        assert!(y >= 0.0 && y + number(node, "font-size") <= view[3], "`{text}` at {y}");
    }
    texts(&document)
}

fn number(node: Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name).unwrap().parse().unwrap()
}

/// Points of the polylines or polygons of that colour, one list each.
fn shapes(document: &Document<'_>, colour: &str) -> Vec<Vec<(f64, f64)>> {
    let coloured = |n: &Node<'_, '_>| {
        n.attribute("points").is_some()
            && [n.attribute("stroke"), n.attribute("fill")].contains(&Some(colour))
    };
    let points = |n: Node<'_, '_>| {
        let pairs = n.attribute("points").unwrap().split_whitespace();
        pairs
            .map(|p| {
                let (x, y) = p.split_once(',').unwrap();
                (x.parse().unwrap(), y.parse().unwrap())
            })
            .collect()
    };
    document.descendants().filter(coloured).map(points).collect()
}

/// The path itself: the longest line in its colour.
fn drawn_path(document: &Document<'_>) -> Vec<(f64, f64)> {
    shapes(document, PATH_BLUE).into_iter().max_by_key(Vec::len).unwrap()
}

fn position(texts: &[String], wanted: &str) -> usize {
    texts.iter().position(|t| t == wanted).unwrap_or_else(|| panic!("no `{wanted}` in {texts:?}"))
}

#[test]
fn a_path_is_on_one_linear_scale_with_its_labels() {
    let chart = path(0.6, 92);
    let svg = chart.to_svg().unwrap();
    let texts = checked(&svg);
    for wanted in [
        "Russell 2000 breakout of 2020-11-13",
        "Undecided: inside what ordinary dates give",
        "n = 47 assets",
        "CAAR of 47 assets",
        "95 % interval, block bootstrap",
        "95 % of 1,240 ordinary dates",
        "1 month",
        "2020-12-13",
        "2 months",
        "2021-01-13",
        "3 months",
        "2021-02-13",
        "−43.2 to +49.9",
    ] {
        position(&texts, wanted);
    }

    let document = Document::parse(&svg).unwrap();
    let drawn = drawn_path(&document);
    assert_eq!(drawn.len(), chart.values.len());
    // Two points give the scale; every other one must follow from it to a tenth of a pixel.
    let (first, last) = (drawn[0], drawn[92]);
    let per_day = (last.0 - first.0) / 92.0;
    let per_unit = (last.1 - first.1) / (chart.values[92] - chart.values[0]);
    assert!(per_day > 0.0 && per_unit < 0.0);
    for (&(x, y), (&t, &v)) in drawn.iter().zip(chart.days.iter().zip(&chart.values)) {
        assert!((x - first.0 - per_day * f64::from(t)).abs() <= 1.0);
        assert!((y - first.1 - per_unit * (v - chart.values[0])).abs() <= 1.5);
    }
    // The tick labels are on the same scale as the path.
    let tick = |label: &str| {
        let found = document.descendants().find(|n| {
            n.has_tag_name("text")
                && n.attribute("text-anchor") == Some("end")
                && n.text().unwrap().trim() == label
        });
        number(found.unwrap(), "y")
    };
    assert!((tick("+50 %") - tick("0 %") - per_unit * 0.5).abs() <= 2.0);
}

#[test]
fn bands_hold_their_bounds_on_the_scale_of_the_path() {
    let chart = path(0.3, 92);
    let svg = chart.to_svg().unwrap();
    let document = Document::parse(&svg).unwrap();
    let drawn = drawn_path(&document);
    let per_unit = (drawn[92].1 - drawn[0].1) / (chart.values[92] - chart.values[0]);
    for (band, colour) in [(&chart.interval, INTERVAL_FILL), (&chart.placebo, ORDINARY_FILL)] {
        let band = band.as_ref().unwrap();
        let corners = &shapes(&document, colour)[0];
        assert_eq!(corners.len(), 2 * band.days.len());
        let lower = band.lower.iter().rev();
        for (&(_, y), &v) in corners.iter().zip(band.upper.iter().chain(lower)) {
            assert!((y - drawn[0].1 - per_unit * (v - chart.values[0])).abs() <= 2.0);
        }
    }
    assert!(shapes(&document, OUTSIDE_ORANGE).is_empty());
}

#[test]
fn what_lies_outside_ordinary_dates_is_marked_from_the_crossing_on() {
    let mut chart = path(0.0, 4);
    chart.values = vec![0.0, 0.0, 0.4, 0.4, -0.4];
    chart.interval = None;
    let placebo = chart.placebo.as_mut().unwrap();
    (placebo.days, placebo.median) = (vec![0, 4], None);
    (placebo.lower, placebo.upper) = (vec![-0.2, -0.2], vec![0.2, 0.2]);
    let svg = chart.to_svg().unwrap();
    position(&checked(&svg), "days on which the path is outside that range");
    let document = Document::parse(&svg).unwrap();
    let drawn = drawn_path(&document);
    let marked = shapes(&document, OUTSIDE_ORANGE);
    // Legend, above from day 1.5 to 3.25, below from 3.75.
    assert_eq!(marked.len(), 3);
    let at = |t: f64| drawn[0].0 + (drawn[4].0 - drawn[0].0) * t / 4.0;
    let ends: Vec<(f64, f64)> = marked.iter().map(|m| (m[0].0, m[m.len() - 1].0)).collect();
    for ((from, to), (start, end)) in ends[1..].iter().zip([(1.5, 3.25), (3.75, 4.0)]) {
        assert!((from - at(start)).abs() <= 1.0 && (to - at(end)).abs() <= 1.0);
    }
}

#[test]
fn readings_say_inside_above_or_below() {
    let mut chart = path(0.1, 92);
    chart.values[30] = 5.0;
    chart.values[61] = -5.0;
    let texts = checked(&chart.to_svg().unwrap());
    let first = position(&texts, "+500");
    assert_eq!(texts[first..].iter().filter(|t| *t == "above them").count(), 1);
    assert_eq!(texts[first..].iter().filter(|t| *t == "below them").count(), 1);
    assert_eq!(texts[first..].iter().filter(|t| *t == "inside").count(), 1);
}

#[test]
fn a_path_that_ends_early_says_when() {
    let mut chart = path(-0.1, 66);
    chart.event_date = day(2026, 1, 8);
    chart.note = Some("Prices end on 2026-03-15".to_owned());
    let texts = checked(&chart.to_svg().unwrap());
    assert!(texts.iter().any(|t| t.ends_with("(path ends 2026-03-15)")), "{texts:?}");
    position(&texts, "Prices end on 2026-03-15");
    let texts = checked(&panels(vec![path(0.2, 92), chart.clone()]).to_svg().unwrap());
    position(&texts, "* on 2026-03-15, the last day of the path");
    // Ended before the second bound: nothing to read at the third.
    chart.days.truncate(40);
    chart.values.truncate(40);
    let texts = checked(&chart.to_svg().unwrap());
    assert!(texts.iter().any(|t| t.ends_with("(path ends 2026-02-16)")), "{texts:?}");
    assert_eq!(texts.iter().filter(|t| *t == "—").count(), 4);
}

#[test]
fn month_bounds_are_clamped_to_month_ends() {
    let mut chart = path(0.1, 20);
    chart.event_date = day(2021, 1, 31);
    let texts = checked(&chart.to_svg().unwrap());
    for date in ["2021-01-31", "2021-02-28", "2021-03-31", "2021-04-30"] {
        position(&texts, date);
    }
}

#[test]
fn one_point_missing_bands_and_huge_values_are_drawn() {
    let mut one = path(0.0, 0);
    (one.interval, one.placebo) = (None, None);
    checked(&one.to_svg().unwrap());
    let mut one_day_bands = path(0.0, 0);
    let band = one_day_bands.placebo.as_mut().unwrap();
    band.days.truncate(1);
    (band.lower, band.upper, band.median) = (vec![-0.1], vec![0.1], None);
    checked(&one_day_bands.to_svg().unwrap());

    let texts = checked(&path(9.0, 92).to_svg().unwrap());
    position(&texts, "+800 %");
    assert!(texts.iter().any(|t| t.starts_with("+9") && t.ends_with(" %")), "{texts:?}");
    checked(&path(9_000.0, 92).to_svg().unwrap());
    checked(&path(1e-9, 92).to_svg().unwrap());
}

#[test]
fn a_far_too_wide_interval_is_cut_and_said_to_be() {
    let mut chart = path(0.1, 92);
    for upper in &mut chart.interval.as_mut().unwrap().upper[1..] {
        *upper += 500.0;
    }
    let svg = chart.to_svg().unwrap();
    position(&checked(&svg), "95 % interval, block bootstrap (cut at the edge of the chart)");
    let document = Document::parse(&svg).unwrap();
    let drawn = drawn_path(&document);
    let per_unit = (drawn[92].1 - drawn[0].1) / (chart.values[92] - chart.values[0]);
    assert!(per_unit.abs() > 1000.0); // ten points of percent are still ten pixels and more
}

#[test]
fn odd_texts_stay_well_formed_and_inside() {
    let mut chart = path(0.2, 92);
    chart.title = "a < b & \"c\" \u{0}\u{1b}\u{ffff} > d ".repeat(12);
    chart.label = "long legend ".repeat(40);
    chart.measure = "daily rebalanced CAAR".to_owned();
    chart.note = Some("x".repeat(500));
    let texts = checked(&chart.to_svg().unwrap());
    assert!(texts.iter().any(|t| t.contains("a < b & \"c\"")));
    checked(&panels(vec![chart.clone(), chart.clone(), chart.clone(), chart]).to_svg().unwrap());
}

#[test]
fn panels_share_both_scales() {
    let chart = panels(vec![path(9.0, 92), path(0.3, 66), path(-0.2, 92)]);
    let svg = chart.to_svg().unwrap();
    let texts = checked(&svg);
    assert_eq!(texts.iter().filter(|t| *t == "3 months").count(), 3);
    assert_eq!(texts.iter().filter(|t| *t == "CAAR of 47 assets").count(), 1);
    let document = Document::parse(&svg).unwrap();
    let drawn: Vec<_> = shapes(&document, PATH_BLUE).into_iter().filter(|p| p.len() > 2).collect();
    assert_eq!(drawn.iter().map(Vec::len).collect::<Vec<_>>(), [93, 67, 93]);
    // One scale: pixels per unit and the height of zero agree, as do pixels per day.
    let scale = |i: usize| {
        let (line, values) = (&drawn[i], &chart.panels[i].values);
        let last = line.len() - 1;
        (line[last].1 - line[0].1) / (values[last] - values[0])
    };
    for (i, line) in drawn.iter().enumerate() {
        assert!((line[0].1 - drawn[0][0].1).abs() <= 1.0);
        assert!((scale(i) / scale(0) - 1.0).abs() < 0.03, "{} {}", scale(i), scale(0));
        assert!((line[60].0 - line[0].0 - (drawn[0][60].0 - drawn[0][0].0)).abs() <= 1.0);
    }
    // A panel without ordinary dates keeps the rows of the table in line.
    let mut bare = path(0.1, 92);
    bare.placebo = None;
    let texts = checked(&panels(vec![bare, path(0.3, 92)]).to_svg().unwrap());
    assert_eq!(texts.iter().filter(|t| *t == "—").count(), 9);
}

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

    let nowhere = folder.join("missing").join("car.svg");
    assert!(matches!(chart.write_svg(&nowhere), Err(Error::Write { path, .. }) if path == nowhere));
    // A folder stands where the file should go: the remnant is removed.
    assert!(matches!(chart.write_svg(&folder), Err(Error::Write { .. })));
    let beside = folder.parent().unwrap();
    let remnant = format!("{}.{}.tmp", folder.file_name().unwrap().display(), std::process::id());
    assert!(!beside.join(remnant).exists());
    std::fs::remove_dir_all(&folder).unwrap();
}
