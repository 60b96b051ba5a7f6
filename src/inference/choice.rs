//! Which tests suit a sample, and why the others do not.

use serde::{Deserialize, Serialize};

use super::{Card, WindowSample};

/// Fewer event dates than this cannot carry a distribution over dates, whatever the number of
/// responses.
const FEW_DATES: usize = 10;
/// Fewer independent responses than this leave the normal approximation in doubt.
const FEW_RESPONSES: usize = 30;
/// From this share of the estimation window on a window is long: the error of the estimated mean is
/// then a quarter of its variance, and sums of daily returns are skewed.
const LONG_SHARE: f64 = 0.25;

/// Tests that allow for one shared date, but line days up by their distance from the event.
const BY_DISTANCE: [&str; 8] = [
    "brown-warner-1985",
    "lamb",
    "corrado-rank",
    "corrado-zivney-rank",
    "corrado-zivney-sign",
    "cumulative-rank",
    "grank-t",
    "grank-t-kp",
];

/// What of a sample decides between tests.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SampleDesign {
    /// Responses, N.
    pub n_responses: usize,
    /// Distinct event dates.
    pub n_event_dates: usize,
    /// Whether windows of different event dates share days.
    #[serde(default)]
    pub windows_overlap: bool,
    /// Rows of the window, on average.
    pub window_rows: f64,
    /// Estimation observations of a response, on average.
    pub estimation_rows: f64,
}

/// How a test stands to a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Suitability {
    /// The one to read.
    Default,
    /// Valid here, but another one does better.
    Valid,
    /// Its assumptions are doubtful here.
    Doubtful,
    /// An assumption that it hangs on is broken.
    Misled,
}

impl Suitability {
    /// Its name, as in study files and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Valid => "valid",
            Self::Doubtful => "doubtful",
            Self::Misled => "misled",
        }
    }
}

/// A test's standing and the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The standing.
    pub suitability: Suitability,
    /// Why, without a full stop; empty where there is nothing to say.
    pub why: String,
}

impl Choice {
    fn new(suitability: Suitability, why: impl Into<String>) -> Self {
        Self { suitability, why: why.into() }
    }
}

impl SampleDesign {
    /// The design of a sample.
    pub fn of(sample: &WindowSample) -> Self {
        Self {
            n_responses: sample.n_responses(),
            n_event_dates: sample.n_event_dates(),
            windows_overlap: sample.windows_overlap(),
            window_rows: sample.window_length(),
            estimation_rows: sample.mean_observations(),
        }
    }

    /// Whether responses share days: because they share event dates, or because the windows of
    /// different dates overlap.
    pub fn shares_dates(&self) -> bool {
        self.n_event_dates < self.n_responses || self.windows_overlap
    }

    /// Whether the window is long beside the estimation window.
    pub fn is_long(&self) -> bool {
        self.window_rows >= LONG_SHARE * self.estimation_rows
    }

    /// How the test of this card stands to the sample.
    ///
    /// - *Windows of different dates overlap*: only tests that pair responses by calendar date
    ///   remain, those of Kolari and Pynnönen. All others, also those that allow for one shared date,
    ///   line days up by their distance from the event.
    /// - *Responses share dates*: only tests that allow for it remain. The defaults are the adjusted
    ///   BMP statistic of Kolari and Pynnönen 2010, which takes the mean correlation out, and the
    ///   generalised rank test of 2011, which gets its variance from the days of the estimation
    ///   window. With few dates neither replaces inference over event dates.
    /// - *Staggered dates, many responses*: the BMP statistic and the generalised rank test. Over
    ///   long windows, whose sums are skewed, the skewness-adjusted t beside the latter.
    /// - *Staggered dates, few responses*: the exact signed-rank test, and the BMP statistic with its
    ///   t distribution.
    ///
    /// A test that is not one of the crate's is valid where its card allows for the dates.
    pub fn choice(&self, card: &Card) -> Choice {
        use Suitability::{Default, Doubtful, Misled, Valid};
        if self.shares_dates() && !card.allows_for_shared_dates {
            return Choice::new(Misled, "responses share dates: p far too small");
        }
        if self.windows_overlap && BY_DISTANCE.contains(&card.id) {
            return Choice::new(Misled, "windows of different dates overlap: p far too small");
        }
        if card.id.ends_with("-csar") && self.is_long() {
            return Choice::new(Doubtful, "the window is long, and CSAR leaves out L²/M");
        }
        if ["corrado-rank", "corrado-zivney-rank", "cumulative-rank"].contains(&card.id) {
            return Choice::new(
                Doubtful,
                "takes a variance that rises with the event for an effect",
            );
        }
        match (card.id, self.shares_dates()) {
            ("kolari-pynnonen-bmp" | "grank-t", true) => {
                let what = if card.id == "grank-t" {
                    "allows for shared dates and for any distribution"
                } else {
                    "allows for shared dates and for a variance that rises with the event"
                };
                let dates = if self.n_event_dates < FEW_DATES {
                    format!(", but {} cannot replace a test over dates", dates(self.n_event_dates))
                } else {
                    String::new()
                };
                Choice::new(Default, format!("{what}{dates}"))
            }
            ("wilcoxon", false) if self.n_responses < FEW_RESPONSES => {
                Choice::new(Default, format!("exact for {} responses", self.n_responses))
            }
            ("bmp", false) if !self.is_long() || self.n_responses < FEW_RESPONSES => {
                Choice::new(Default, "allows for a variance that rises with the event")
            }
            ("skewness-johnson", false) if self.is_long() && self.n_responses >= FEW_RESPONSES => {
                Choice::new(Default, "the window is long, and CARs are skewed")
            }
            ("grank-t", false) if self.n_responses >= FEW_RESPONSES => {
                Choice::new(Default, "allows for any distribution")
            }
            (
                "brown-warner-1985"
                | "lamb"
                | "kolari-pynnonen-patell"
                | "kolari-pynnonen-patell-csar",
                true,
            )
            | (
                "patell-z"
                | "patell-z-csar"
                | "brown-warner-1980"
                | "brown-warner-1985"
                | "lamb"
                | "kolari-pynnonen-patell"
                | "kolari-pynnonen-patell-csar",
                false,
            ) => Choice::new(Doubtful, "takes the variance of the event for that of other days"),
            _ => Choice::new(Valid, ""),
        }
    }
}

fn dates(n: usize) -> String {
    if n == 1 { "1 date".to_owned() } else { format!("{n} dates") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::registry;

    fn design(n_responses: usize, n_event_dates: usize, window_rows: f64) -> SampleDesign {
        let windows_overlap = false;
        SampleDesign {
            n_responses,
            n_event_dates,
            windows_overlap,
            window_rows,
            estimation_rows: 250.0,
        }
    }

    fn defaults(design: &SampleDesign) -> Vec<&'static str> {
        let cards = registry().iter().map(super::super::RegisteredTest::card);
        let read = |card: &Card| design.choice(card).suitability == Suitability::Default;
        cards.filter(read).map(|card| card.id).collect()
    }

    #[test]
    fn every_design_has_its_defaults() {
        let shared = ["kolari-pynnonen-bmp", "grank-t"];
        assert_eq!(defaults(&design(50, 1, 5.0)), shared);
        assert_eq!(defaults(&design(500, 40, 90.0)), shared);
        assert_eq!(defaults(&design(200, 200, 5.0)), ["bmp", "grank-t"]);
        assert_eq!(defaults(&design(200, 200, 90.0)), ["grank-t", "skewness-johnson"]);
        assert_eq!(defaults(&design(12, 12, 5.0)), ["bmp", "wilcoxon"]);
    }

    #[test]
    fn what_takes_a_date_for_fifty_draws_is_misled() {
        let shared = design(50, 1, 5.0);
        for test in registry() {
            let card = test.card();
            let misled = shared.choice(&card).suitability == Suitability::Misled;
            assert_eq!(misled, !card.allows_for_shared_dates, "{}", card.id);
            let alone = design(50, 50, 1.0).choice(&card);
            assert_ne!(alone.suitability, Suitability::Misled, "{}", card.id);
        }
    }

    #[test]
    fn over_windows_that_overlap_only_pairs_by_calendar_date_remain() {
        let staggered = SampleDesign { windows_overlap: true, ..design(40, 40, 20.0) };
        assert_eq!(defaults(&staggered), ["kolari-pynnonen-bmp"]);
        for test in registry() {
            let card = test.card();
            let misled = staggered.choice(&card).suitability == Suitability::Misled;
            assert_eq!(misled, !card.id.starts_with("kolari-pynnonen"), "{}", card.id);
        }
    }

    #[test]
    fn few_dates_are_said() {
        let card = |id: &str| registry().iter().find(|t| t.id() == id).unwrap().card();
        let why = |n| design(50, n, 5.0).choice(&card("grank-t")).why;
        assert_eq!(
            why(3),
            "allows for shared dates and for any distribution, but 3 dates cannot replace a test \
             over dates"
        );
        assert_eq!(why(20), "allows for shared dates and for any distribution");
    }
}
