//! Charts of specification curves.
#![cfg(feature = "plot")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod chart_support;

use chart_support::*;
use eventstudy::report::chart::*;
use roxmltree::Document;

#[test]
fn few_specifications_are_dots_on_one_linear_scale() {
    let mut chart = specifications(40);
    chart.marked = Some((20, "the study itself".to_owned()));
    let svg = chart.to_svg().unwrap();
    let texts = checked(&svg);
    for wanted in [
        "All combinations",
        "40 estimates in order; p at most 0.05 on its own: 5",
        "p at most 0.05 on its own",
        "95 % of 3,000 shifts",
        "median of shifts",
        "the study itself: +5.0 %",
        "rank of the estimate",
        "window",
        "long",
        "median, %",
    ] {
        position(&texts, wanted);
    }
    let document = Document::parse(&svg).unwrap();
    let (orange, blue) = (dots(&document, OUTSIDE_ORANGE, 2.6), dots(&document, PATH_BLUE, 2.6));
    assert_eq!((orange.len(), blue.len()), (5, 35));
    let all: Vec<(f64, f64)> = orange.into_iter().chain(blue).collect();
    let per_rank = (all[39].0 - all[0].0) / 39.0;
    let per_unit = (all[39].1 - all[0].1) / (chart.estimates[39] - chart.estimates[0]);
    assert!(per_rank > 0.0 && per_unit < 0.0);
    for (k, ((x, y), estimate)) in all.iter().zip(&chart.estimates).enumerate() {
        assert!((x - all[0].0 - per_rank * k as f64).abs() <= 1.0);
        assert!((y - all[0].1 - per_unit * (estimate - chart.estimates[0])).abs() <= 1.5);
    }
    // One dot for each choice of each specification, under its estimate.
    let (orange, blue) = (dots(&document, OUTSIDE_ORANGE, 2.2), dots(&document, PATH_BLUE, 2.2));
    assert_eq!((orange.len(), blue.len()), (2 * 5, 2 * 35));
    let rows: std::collections::BTreeSet<String> =
        orange.iter().chain(&blue).map(|(_, y)| y.to_string()).collect();
    assert_eq!(rows.len(), 5);
    for (x, _) in orange.iter().chain(&blue) {
        let rank = (x - all[0].0) / per_rank;
        assert!((rank - rank.round()).abs() < 0.1, "{rank}");
    }
    // The band follows its positions, cut where it leaves the chart.
    let band = &shapes(&document, ORDINARY_FILL)[0];
    let (left, right) = (band[0].0, band.iter().map(|p| p.0).fold(0.0, f64::max));
    assert!((left - all[0].0).abs() <= 1.0 && (right - all[39].0).abs() <= 1.0);
    assert!((band[0].1 - all[0].1 - per_unit * (-0.1 - chart.estimates[0])).abs() <= 2.0);
}

#[test]
fn many_specifications_are_bars_of_shares() {
    let mut chart = specifications(5_000);
    // The other three thousand names of the first specification have the other window.
    for k in 0..3_000 {
        chart.choices.push(ChartChoices { position: 0, choices: vec![1, k % 3] });
    }
    let svg = chart.to_svg().unwrap();
    assert!(svg.len() < 600_000, "{}", svg.len());
    let texts = checked(&svg);
    position(&texts, "5,000 estimates in order; p at most 0.05 on its own: 5");
    position(&texts, "share of neighbours on the curve that have the choice");
    let document = Document::parse(&svg).unwrap();
    // Of no bar most are significant, so the curve has one colour.
    assert!(dots(&document, OUTSIDE_ORANGE, 1.5).is_empty());
    assert!(dots(&document, PATH_BLUE, 1.5).len() > 500);
    let bars = shapes(&document, COUNT_GREY);
    assert_eq!(bars.len(), 5);
    let height = |bars: &[(f64, f64)], at: usize| bars[0].1 - bars[1 + 2 * at].1;
    let n_bars = (bars[0].len() - 2) / 2;
    assert!(n_bars > 60, "{n_bars}");
    let (short, long) = (&bars[0], &bars[1]);
    // Whole rows where all neighbours have the choice, none where nobody has.
    let full = height(long, n_bars - 1);
    assert!(full > 100.0 && height(short, n_bars - 1).abs() < 1.0);
    assert!((height(short, 1) - full).abs() <= 1.0 && height(long, 1).abs() <= 1.0);
    // The first bar holds the names too.
    let in_bar = (0..5_000).filter(|k| k * n_bars / 5_000 == 0).count() as f64;
    let share = 3_000.0 / (3_000.0 + in_bar);
    assert!((height(long, 0) / full - share).abs() < 0.02);
    // Five of the first bar are significant.
    let orange = &shapes(&document, OUTSIDE_ORANGE)[0];
    let least = orange[0].1 - orange[1].1;
    assert!((least - full * 5.0 / in_bar).abs() <= 1.5, "{least} of {full}");

    chart.significant = (0..5_000).map(|k| k < 1_000).collect();
    let svg = chart.to_svg().unwrap();
    position(&checked(&svg), "most neighbours: p at most 0.05 on its own");
    assert!(!dots(&Document::parse(&svg).unwrap(), OUTSIDE_ORANGE, 1.5).is_empty());
}

#[test]
fn one_specification_and_nothing_else_is_a_chart() {
    let mut chart = specifications(1);
    (chart.band, chart.dimensions) = (None, Vec::new());
    chart.choices = vec![ChartChoices { position: 0, choices: Vec::new() }];
    let texts = checked(&chart.to_svg().unwrap());
    position(&texts, "1 estimate in order; p at most 0.05 on its own: 1");
}

#[test]
fn faults_name_chart_value_and_what_was_expected() {
    let fault = |change: &dyn Fn(&mut SpecificationChart)| {
        let mut chart = specifications(10);
        change(&mut chart);
        chart.to_svg().unwrap_err().to_string()
    };
    assert_eq!(
        fault(&|c| c.estimates.clear()),
        "chart `All combinations` needs at least 1 estimates, found 0"
    );
    assert_eq!(
        fault(&|c| c.estimates[3] = f64::NAN),
        "chart `All combinations`: estimates, position 3 is NaN; expected a finite decimal \
         fraction, at most 1e6 in size"
    );
    assert_eq!(
        fault(&|c| (c.estimates[3], c.estimates[4]) = (0.25, -0.5)),
        "chart `All combinations`: estimates, position 4 is -0.5 after 0.25; expected estimates in \
         increasing order"
    );
    assert_eq!(
        fault(&|c| c.significant.truncate(2)),
        "chart `All combinations`: marks of significance has length 2, expected 10"
    );
    assert_eq!(
        fault(&|c| c.band.as_mut().unwrap().upper.truncate(2)),
        "chart `All combinations`: band, upper has length 2, expected 3"
    );
    assert_eq!(
        fault(&|c| c.choices[0].choices[1] = 3),
        "chart `All combinations`: choices, position 0 is [0, 3] at position 0; expected positions that there are"
    );
    assert_eq!(
        fault(&|c| c.marked = Some((10, "x".to_owned()))),
        "chart `All combinations`: marked position is 10; expected a position on the curve"
    );
}
