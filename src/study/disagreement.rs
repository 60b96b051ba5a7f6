//! Where the studentised placebo test and that of the plain mean tell different stories.

use std::fmt;

use super::PlaceboEstimate;

/// One of the two tests rejects and the other does not.
///
/// The rule: at the significance of the study, 1 − level, one two-sided p-value is at or below it and the
/// other above. Both tests are exact where the events do nothing and their dates are like any other;
/// they differ in what else moves them, as the tables of
/// [`guide::few_events`](crate::guide::few_events) measure. The default stays with the studentised test,
/// and so do verdicts.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Disagreement {
    /// Two-sided p of the studentised test, the default.
    pub studentised: f64,
    /// Two-sided p of the mean as it is.
    pub mean: f64,
    /// Significance of the study.
    pub significance: f64,
}

impl PlaceboEstimate {
    /// The p-values of the studentised test and of the plain mean, where one of them is significant at
    /// the level of the study and the other is not; `None` where they agree, and where means are
    /// compared anyway.
    pub fn disagreement(&self) -> Option<Disagreement> {
        self.t?;
        let (studentised, mean) = (self.p_values.two_sided, self.mean_p_values?.two_sided);
        let significance = 1.0 - self.interval.level();
        // A level of 0.95 leaves a little more than 0.05.
        let rejects = |p: f64| p <= significance + 1e-12;
        (rejects(studentised) != rejects(mean)).then_some(Disagreement {
            studentised,
            mean,
            significance,
        })
    }
}

impl Disagreement {
    /// Whether the plain mean is the one that rejects.
    pub fn is_of_mean(&self) -> bool {
        self.mean < self.studentised
    }
}

/// Why the two differ, and what to do: one sentence.
impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_of_mean() {
            "the mean is unusual as it is, but not over its own daily variation, as where returns vary \
             more in these windows than on ordinary dates: be it that they are restless after the \
             events, which is no effect, or that an effect comes on one day and counts as variation; \
             for an effect on one day fix the window [0,0] or `statistic = \"mean\"` before the data \
             are seen, and do not choose by these p-values"
        } else {
            "the mean is unusual over its own daily variation, but not as it is, as where returns vary \
             less in these windows than on ordinary dates, against whose size the plain mean is held; \
             which of the two is asked is to be fixed, with `statistic`, before the data are seen, and \
             not to be chosen by these p-values"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resampling::{ExcessInterval, ExcessIntervalKind, PValues, PlaceboStatistic};
    use crate::study::PlaceboScheme;

    fn estimate(studentised: f64, mean: f64, level: f64) -> PlaceboEstimate {
        let p = |two_sided| PValues { two_sided, upper: two_sided / 2.0, lower: 1.0 };
        let kind = ExcessIntervalKind::Centred;
        PlaceboEstimate {
            statistic: PlaceboStatistic::Studentised,
            t: Some(2.0),
            mean: 0.0,
            std_dev: Some(0.1),
            lower_quantile: -0.2,
            upper_quantile: 0.2,
            excess: 0.1,
            event_share: 0.0,
            interval: ExcessInterval { lower: -0.1, upper: 0.3, level, kind }.into(),
            equal_tailed: None,
            p_values: p(studentised),
            family_p: None,
            mean_p_values: Some(p(mean)),
            biased_p_against_zero: mean,
            attainable_p: 1e-4,
            minimum_detectable_effect: Some(0.2),
            n_sets: 9_999,
            exact: false,
            scheme: PlaceboScheme::Spaced,
            n_buffered: 0,
            n_admissible: 1_000,
            effective_periods: 100.0,
            min_separation_days: 10,
            buffer_days: None,
        }
    }

    #[test]
    fn only_where_one_rejects_and_the_other_does_not() {
        let found = estimate(0.055, 5e-4, 0.95).disagreement().unwrap();
        assert!(found.is_of_mean() && (found.significance - 0.05).abs() < 1e-12);
        assert!(
            found.to_string().contains("fix the window [0,0] or `statistic = \"mean\"` before")
        );
        let found = estimate(0.01, 0.2, 0.95).disagreement().unwrap();
        assert!(!found.is_of_mean() && found.to_string().contains("vary less in these windows"));
        // Both, neither, and the significance itself.
        for (studentised, mean) in [(0.01, 0.04), (0.06, 0.9), (0.05, 0.05), (0.05, 0.01)] {
            assert_eq!(estimate(studentised, mean, 0.95).disagreement(), None);
        }
        assert!(estimate(0.051, 0.05, 0.95).disagreement().is_some());
        // At the level of the study.
        assert_eq!(estimate(0.055, 0.03, 0.99).disagreement(), None);
        assert_eq!(estimate(0.055, 0.03, 0.9).disagreement(), None);
        // Nothing to compare.
        let plain = PlaceboEstimate { t: None, ..estimate(0.5, 0.01, 0.95) };
        assert_eq!(plain.disagreement(), None);
        let old = PlaceboEstimate { mean_p_values: None, ..estimate(0.5, 0.01, 0.95) };
        assert_eq!(old.disagreement(), None);
    }
}
