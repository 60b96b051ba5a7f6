//! What each choice does to the estimates.

use super::outcome::{ChoiceSummary, CurveDimension, CurveSummary, Specification};
use crate::numeric::{moments, quantile};

impl CurveSummary {
    /// Of these specifications; `None` without any.
    pub(super) fn of(
        specifications: &[&Specification],
        is_significant: impl Fn(&Specification) -> bool,
    ) -> Option<Self> {
        let estimates = quantile::sorted(&estimates(specifications));
        let excesses: Vec<f64> = specifications.iter().map(|s| s.excess).collect();
        let share = |counts: &dyn Fn(&Specification) -> bool| {
            specifications.iter().filter(|s| counts(s)).count() as f64 / specifications.len() as f64
        };
        Some(Self {
            median: quantile::quantile_sorted(&estimates, 0.5)?,
            lowest: *estimates.first()?,
            highest: *estimates.last()?,
            median_excess: quantile::median(&excesses)?,
            share_positive: share(&|s| s.estimate > 0.0),
            share_above: share(&|s| s.excess > 0.0),
            share_significant: share(&|s| is_significant(s)),
        })
    }
}

impl CurveDimension {
    /// The dimension at `place` among the choices of each specification.
    pub(super) fn of(
        place: usize,
        (name, choices): (String, Vec<String>),
        specifications: &[Specification],
        is_significant: impl Fn(&Specification) -> bool + Copy,
    ) -> Self {
        let with: Vec<Vec<&Specification>> = choices
            .iter()
            .map(|choice| specifications.iter().filter(|s| s.choices[place] == *choice).collect())
            .collect();
        let groups: Vec<Vec<f64>> = with.iter().map(|group| estimates(group)).collect();
        let share_of_variance = if choices.len() > 1 { share_between(&groups) } else { None };
        let summaries = choices.into_iter().zip(&with).map(|(name, group)| ChoiceSummary {
            name,
            n_specifications: group.len(),
            summary: CurveSummary::of(group, is_significant),
        });
        Self { name, choices: summaries.collect(), share_of_variance }
    }
}

fn estimates(of: &[&Specification]) -> Vec<f64> {
    of.iter().map(|specification| specification.estimate).collect()
}

/// Sum of squares between the means of the groups over that around the mean of all; `None` where
/// the values do not differ.
fn share_between(groups: &[Vec<f64>]) -> Option<f64> {
    let all: Vec<f64> = groups.iter().flatten().copied().collect();
    let mean = moments::mean(&all)?;
    let total = moments::sum_squared_deviations(&all, mean);
    if moments::is_negligible(total, moments::return_level(&all), all.len()) {
        return None;
    }
    let of_group = |group: &Vec<f64>| {
        moments::mean(group).map_or(0.0, |m| group.len() as f64 * (m - mean).powi(2))
    };
    Some(groups.iter().map(of_group).sum::<f64>() / total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_variance_by_hand() {
        // Means 1 and 4 around 2.5 with two each: between 9, within 2 · 0.25 + 2 · 1.
        let groups = [vec![0.5, 1.5], vec![3.0, 5.0]];
        assert!((share_between(&groups).unwrap() - 9.0 / 11.5).abs() < 1e-15);
        assert!(share_between(&[vec![2.0; 3], vec![2.0; 2]]).is_none());
        assert!(share_between(&[vec![], vec![]]).is_none());
        assert_eq!(share_between(&[vec![], vec![1.0, 2.0]]), Some(0.0));
    }
}
