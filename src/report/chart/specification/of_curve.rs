//! The chart of a specification curve, from the curve.

use super::{ChartChoices, ChartDimension, CurveBand, SpecificationChart};
use crate::report::chart::words;
use crate::report::format::{count, fraction, level, p_value};
use crate::study::SpecificationCurve;

impl SpecificationChart {
    /// The curve with its dimensions that have several choices.
    pub fn of(title: impl Into<String>, curve: &SpecificationCurve) -> Self {
        let joint = &curve.joint;
        let varied: Vec<usize> = (0..curve.dimensions.len())
            .filter(|k| curve.dimensions[*k].choices.len() > 1)
            .collect();
        let dimension = |k: &usize| {
            let of = &curve.dimensions[*k];
            let choice = |c: &crate::study::ChoiceSummary| {
                (c.name.clone(), c.summary.map(|summary| summary.median))
            };
            ChartDimension {
                name: of.name.replace('_', " "),
                choices: of.choices.iter().map(choice).collect(),
            }
        };
        let dimensions: Vec<ChartDimension> = varied.iter().map(dimension).collect();
        let distinct = || curve.specifications.iter().filter(|s| !s.copy);
        let choices = curve.specifications.iter().map(|s| {
            let place = |(k, dimension): (&usize, &ChartDimension)| {
                let chosen = &s.choices[*k];
                dimension.choices.iter().position(|(name, _)| name == chosen).unwrap_or(0)
            };
            ChartChoices {
                position: s.rank.saturating_sub(1),
                choices: varied.iter().zip(&dimensions).map(place).collect(),
            }
        });
        let significance = (1e6 * (1.0 - curve.level)).round() / 1e6;
        Self {
            title: title.into(),
            verdict: format!(
                "Median of {} specifications {} %; all of them together: p = {} for the median, {} for \
                 the share that is significant, {} for the mean z",
                count(curve.n_distinct),
                words::percent(curve.summary.median),
                p_value(joint.median.p_values.two_sided),
                p_value(joint.significant.p_values.two_sided),
                p_value(joint.mean_z.p_values.two_sided),
            ),
            subtitle: vec![format!(
                "{} are above zero, {} above what other dates gave; shifts of all events together \
                 around {} to {}, which hold {:.0} of the longest windows side by side",
                fraction(curve.summary.share_positive),
                fraction(curve.summary.share_above),
                joint.first,
                joint.last,
                joint.effective_periods
            )],
            measure: "mean abnormal return".to_owned(),
            estimates: distinct().map(|s| s.estimate).collect(),
            significant: distinct().map(|s| curve.is_significant(s)).collect(),
            significant_label: format!("p at most {significance} on its own"),
            band: Some(CurveBand {
                label: format!("{} of {} shifts", level(curve.level), count(joint.n_shifts)),
                positions: curve.shifted.positions.clone(),
                lower: curve.shifted.lower.clone(),
                median: curve.shifted.median.clone(),
                upper: curve.shifted.upper.clone(),
            }),
            choices: choices.collect(),
            dimensions,
            marked: None,
        }
    }
}
