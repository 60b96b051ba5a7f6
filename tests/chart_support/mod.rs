//! Charts to test, and how their SVG is read back.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

use chrono::NaiveDate;
use eventstudy::report::chart::{
    Band, CarPanels, CarPath, ChartChoices, ChartDimension, CurveBand, EstimateForest, ForestGroup,
    ForestRow, PlaceboHistogram, SpecificationChart,
};
use roxmltree::{Document, Node};

pub(crate) const PATH_BLUE: &str = "#003E6C";
pub(crate) const OUTSIDE_ORANGE: &str = "#D55E00";
pub(crate) const INTERVAL_FILL: &str = "#56B4E9";
pub(crate) const ORDINARY_FILL: &str = "#D4D4D4";
pub(crate) const COUNT_GREY: &str = "#B0B0B0";

pub(crate) fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

/// A path that wiggles and rises to `end` on day `last`, between bands that widen.
pub(crate) fn path(end: f64, last: i32) -> CarPath {
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

pub(crate) fn panels(panels: Vec<CarPath>) -> CarPanels {
    CarPanels {
        title: "After breakouts".to_owned(),
        verdict: "Undecided".to_owned(),
        subtitle: vec!["all events".to_owned()],
        panels,
    }
}

pub(crate) fn row(
    label: &str,
    estimate: f64,
    interval: (f64, f64),
    placebo_p: Option<f64>,
) -> ForestRow {
    ForestRow {
        label: label.to_owned(),
        estimate,
        interval: Some(interval),
        placebo: Some((-0.3, 0.4)),
        placebo_p,
        n: 3,
    }
}

pub(crate) fn forest(groups: Vec<ForestGroup>) -> EstimateForest {
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

pub(crate) fn three_rows() -> EstimateForest {
    let rows = vec![
        row("[0,1) months", -0.1, (-0.3, 0.1), Some(0.4)),
        row("[1,2) months", 0.5, (0.2, 0.9), Some(0.05)),
        row("[2,3) months", 0.2, (-0.2, 90.0), None),
    ];
    forest(vec![ForestGroup { heading: "All-time high".to_owned(), rows }])
}

pub(crate) fn histogram(values: Vec<f64>, observed: f64) -> PlaceboHistogram {
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

/// `n` specifications of two dimensions, of which the lowest five are significant.
pub(crate) fn specifications(n: usize) -> SpecificationChart {
    let choices = |position: usize| vec![usize::from(2 * position >= n), position % 3];
    let named = |names: &[&str]| names.iter().map(|n| ((*n).to_owned(), Some(0.01))).collect();
    SpecificationChart {
        title: "All combinations".to_owned(),
        verdict: "Undecided".to_owned(),
        subtitle: vec!["shifts of all events together".to_owned()],
        measure: "mean abnormal return".to_owned(),
        estimates: (0..n).map(|k| -0.2 + 0.5 * k as f64 / n as f64).collect(),
        significant: (0..n).map(|k| k < 5).collect(),
        significant_label: "p at most 0.05 on its own".to_owned(),
        band: Some(CurveBand {
            label: "95 % of 3,000 shifts".to_owned(),
            positions: vec![0.0, 0.5, 1.0],
            lower: vec![-0.3, -0.1, 0.0],
            median: vec![-0.2, 0.0, 0.2],
            upper: vec![-0.1, 0.1, 9.0],
        }),
        dimensions: vec![
            ChartDimension { name: "window".to_owned(), choices: named(&["short", "long"]) },
            ChartDimension { name: "model".to_owned(), choices: named(&["a", "b", "c"]) },
        ],
        choices: (0..n)
            .map(|position| ChartChoices { position, choices: choices(position) })
            .collect(),
        marked: None,
    }
}

/// Centres of the dots of that colour and radius.
pub(crate) fn dots(document: &Document<'_>, colour: &str, radius: f64) -> Vec<(f64, f64)> {
    let is_dot = |n: &Node<'_, '_>| {
        n.has_tag_name("circle")
            && n.attribute("fill") == Some(colour)
            && (number(*n, "r") - 10.0 * radius).abs() < 0.5
    };
    let centre = |n: Node<'_, '_>| (number(n, "cx"), number(n, "cy"));
    document.descendants().filter(is_dot).map(centre).collect()
}

/// Every text of the drawing, trimmed, in order.
pub(crate) fn texts(document: &Document<'_>) -> Vec<String> {
    let nodes = document.descendants().filter(|n| n.has_tag_name("text"));
    nodes.map(|n| n.text().unwrap().trim().to_owned()).collect()
}

/// Well-formed, with nothing but finite numbers, and every text inside the sheet; returns the texts.
pub(crate) fn checked(svg: &str) -> Vec<String> {
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

pub(crate) fn number(node: Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name).unwrap().parse().unwrap()
}

/// Points of the polylines or polygons of that colour, one list each.
pub(crate) fn shapes(document: &Document<'_>, colour: &str) -> Vec<Vec<(f64, f64)>> {
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
pub(crate) fn drawn_path(document: &Document<'_>) -> Vec<(f64, f64)> {
    shapes(document, PATH_BLUE).into_iter().max_by_key(Vec::len).unwrap()
}

pub(crate) fn position(texts: &[String], wanted: &str) -> usize {
    texts.iter().position(|t| t == wanted).unwrap_or_else(|| panic!("no `{wanted}` in {texts:?}"))
}
