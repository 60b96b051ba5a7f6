//! Charts of CAR paths: scales, bands, labels.
#![cfg(feature = "plot")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod chart_support;

use chart_support::*;
use eventstudy::report::chart::*;
use roxmltree::Document;

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
fn both_bands_are_explained_once_where_both_are_there() {
    let caption = "Grey is what the same study gives on ordinary dates, and shows what is usual; blue \
                   is how uncertain the path itself is.";
    let n = |texts: &[String]| texts.iter().filter(|t| *t == caption).count();
    let chart = path(0.3, 92);
    assert_eq!(n(&checked(&chart.to_svg().unwrap())), 1);
    let three = panels(vec![chart.clone(), chart.clone(), chart.clone()]);
    assert_eq!(n(&checked(&three.to_svg().unwrap())), 1);
    let no_interval = CarPath { interval: None, ..chart.clone() };
    let no_placebo = CarPath { placebo: None, ..chart };
    for bare in [no_interval, no_placebo] {
        assert_eq!(n(&checked(&bare.to_svg().unwrap())), 0);
    }
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
