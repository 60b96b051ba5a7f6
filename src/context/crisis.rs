//! Returns that count as those of a crisis.

use chrono::NaiveDate;

use super::Period;
use crate::panel::PriceSeries;
use crate::time::DateAxis;

/// Which returns count as those of a crisis.
#[derive(Debug, Clone)]
pub struct CrisisRule {
    name: String,
    kind: CrisisKind,
}

#[derive(Debug, Clone)]
enum CrisisKind {
    None,
    CloseAtLeast { series: PriceSeries, level: f64 },
    Dates(Vec<Period>),
}

impl CrisisRule {
    /// No return is left out.
    pub fn none() -> Self {
        Self { name: "none".to_owned(), kind: CrisisKind::None }
    }

    /// Leaves out every return that starts on a day when the last close of `series`, a volatility
    /// index say, is at least `level`.
    ///
    /// The close is that on or before the day on which the return starts, so what is left out does
    /// not hang on the return itself: leaving out weeks for what happened in them would bias every
    /// correlation.
    pub fn close_at_least(series: PriceSeries, level: f64) -> Self {
        let name = format!("{} at least {level} at the start", series.name());
        Self { name, kind: CrisisKind::CloseAtLeast { series, level } }
    }

    /// Leaves out the returns that end in listed periods.
    pub fn dates(name: impl Into<String>, periods: impl IntoIterator<Item = Period>) -> Self {
        Self { name: name.into(), kind: CrisisKind::Dates(periods.into_iter().collect()) }
    }

    /// The rule in words.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The periods of an axis that the rule leaves out: returns end on dates of the axis and start on
    /// the one before.
    pub fn periods(&self, axis: &DateAxis) -> Vec<Period> {
        match &self.kind {
            CrisisKind::None => Vec::new(),
            CrisisKind::Dates(periods) => periods.clone(),
            CrisisKind::CloseAtLeast { series, level } => {
                let stressed = |start: NaiveDate| {
                    let row = series.axis().last_on_or_before(start);
                    row.is_some_and(|row| series.closes()[row] >= *level)
                };
                axis.dates()
                    .windows(2)
                    .filter(|pair| stressed(pair[0]))
                    .filter_map(|pair| Period::new(pair[0], pair[1]).ok())
                    .collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2015, 1, 1).unwrap() + chrono::Days::new(n)
    }

    #[test]
    fn a_crisis_is_known_before_the_return_that_it_leaves_out() {
        let vix = PriceSeries::from_closes(
            "vix",
            vec![(day(0), 20.0), (day(3), 31.0), (day(4), 30.0), (day(5), 29.0)],
        );
        let rule = CrisisRule::close_at_least(vix.unwrap(), 30.0);
        let axis = DateAxis::new([0, 2, 3, 4, 6, 8].map(day).to_vec()).unwrap();
        let expected = [(3, 4), (4, 6)].map(|(a, b)| Period::new(day(a), day(b)).unwrap());
        assert_eq!(rule.periods(&axis), expected);
        assert_eq!(rule.name(), "vix at least 30 at the start");
        assert!(CrisisRule::none().periods(&axis).is_empty());
    }
}
