//! Tables and chart of a specification curve.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;
mod curve_support;

use curve_support::*;
use eventstudy::report::{
    Table, count, curve_choices, curve_exclusions, curve_joint, curve_legend, curve_markdown,
    curve_summary, percent, specifications_csv,
};
use eventstudy::study::{AssetSet, SpecificationCurve};

fn curve() -> SpecificationCurve {
    grid(AssetSet::Fixed).run(&data()).unwrap()
}

#[test]
fn every_specification_is_a_row_of_numbers_in_full() {
    let curve = curve();
    let text = specifications_csv(&curve);
    let mut lines = text.lines();
    assert_eq!(
        lines.next().unwrap(),
        "rank,copy,events,window,period,model,estimation,universe,weights,portfolio,estimate,\
         placebo_mean,placebo_std_dev,excess,std_error,t,z,p,p_upper,p_lower,adjusted_p,n_events,\
         n_event_dates,n_shifts"
    );
    let rows: Vec<&str> = lines.collect();
    assert_eq!(rows.len(), curve.specifications.len());
    for (row, s) in rows.iter().zip(&curve.specifications) {
        assert!(row.starts_with(&format!("{},{},{},", s.rank, s.copy, s.choices[0])), "{row}");
        let numbers: Vec<f64> =
            row.rsplit(',').take(14).map(|cell| cell.parse().unwrap()).collect();
        assert_eq!(
            (numbers[13], numbers[10], numbers[6]),
            (s.estimate, s.excess, s.p_values.two_sided)
        );
        assert_eq!((Some(numbers[9]), Some(numbers[8])), (s.std_error, s.t));
        assert_eq!((numbers[2], numbers[0]), (s.n_events as f64, s.n_shifts as f64));
    }
}

fn row(table: &Table, first: &str) -> Vec<String> {
    let found: Vec<_> = table.rows().filter(|row| row[0] == first).collect();
    assert_eq!(found.len(), 1, "{first} in\n{}", table.to_text());
    found[0].to_vec()
}

#[test]
fn tables_show_what_the_curve_holds() {
    let mut curve = curve();
    curve.joint.median.observed = 0.123;
    curve.joint.median.shifted_mean = -0.02;
    (curve.joint.median.shifted_lower, curve.joint.median.shifted_upper) = (-0.1, 0.2);
    curve.joint.median.p_values.two_sided = 0.031;
    curve.joint.median.p_values.upper = 0.0004;
    curve.joint.median.p_values.lower = 1.0;
    curve.joint.mean_z.observed = 1.234;
    curve.joint.mean_z.shifted_mean = -1e-17;
    let joint = curve_joint(&curve);
    assert_eq!(
        row(&joint, "median estimate"),
        ["median estimate", "+12.3 %", "-2.0 %", "[-10.0, +20.0] %", "0.031", "4e-4", "1.000"]
    );
    assert_eq!(row(&joint, "mean z")[1..3], ["+1.23", "+0.00"]);
    assert_eq!(joint.n_rows(), 3);

    let choices = curve_choices(&curve);
    let n_choices: usize = curve.dimensions.iter().map(|d| d.choices.len()).sum();
    // The windows are varied, so every dimension has several choices.
    assert_eq!(choices.n_rows(), n_choices);
    let outside = choices.rows().find(|row| row[1] == "outside").unwrap();
    assert_eq!(outside[2..5], ["0", "–", "–"]);
    let universes = row(&choices, "universe");
    let of = curve.dimensions.iter().find(|d| d.name == "universe").unwrap();
    assert_eq!(
        universes[1..4],
        [
            of.choices[0].name.clone(),
            count(of.choices[0].n_specifications),
            percent(of.choices[0].summary.unwrap().median)
        ]
    );

    let exclusions = curve_exclusions(&curve);
    assert_eq!(exclusions.n_rows(), curve.excluded.len());
    let summary = curve_summary(&curve);
    let lines: Vec<&str> = summary.lines().collect();
    assert!(
        lines[0].starts_with(&format!("{} specifications, of 5,760 ", count(curve.n_distinct))),
        "{summary}"
    );
    assert!(lines[2].starts_with("All of them together: p = 0.031 for the median, "), "{summary}");
    let legend = curve_legend(&curve);
    assert_eq!(legend.lines().count(), 4);
    assert!(
        legend.contains(&format!("around the {} dates from ", curve.joint.n_shifts)),
        "{legend}"
    );
    assert!(legend.contains("none of its events has a value"), "{legend}");

    let markdown = curve_markdown(&curve);
    for section in
        ["All specifications together", "What each choice does", "Lowest and highest", "Left out"]
    {
        assert!(markdown.contains(&format!("\n## {section}\n")), "{section}");
    }
    assert!(!markdown.contains("## Inputs"));
    assert!(markdown.contains(&joint.to_markdown()) && markdown.contains(&choices.to_markdown()));
    let ends = markdown.lines().filter(|line| line.starts_with("| 1 | ")).count();
    assert_eq!(ends, 1);
}

#[cfg(feature = "plot")]
#[test]
fn the_chart_holds_the_curve_and_its_choices() {
    use eventstudy::report::chart::{Chart, SpecificationChart};

    let curve = curve();
    let chart = SpecificationChart::of("Curve", &curve);
    assert_eq!(chart.estimates.len(), curve.n_distinct);
    assert!(chart.estimates.is_sorted());
    assert_eq!(chart.choices.len(), curve.specifications.len());
    let n_significant = chart.significant.iter().filter(|s| **s).count();
    let share = n_significant as f64 / curve.n_distinct as f64;
    common::close(share, curve.summary.share_significant, 1e-12);
    for (of, s) in chart.choices.iter().zip(&curve.specifications) {
        assert_eq!(of.position + 1, s.rank);
        for ((dimension, at), chosen) in chart.dimensions.iter().zip(&of.choices).zip(&s.choices) {
            assert_eq!(dimension.choices[*at].0, *chosen);
        }
    }
    assert!(chart.to_svg().unwrap().contains("Median of "));
}
