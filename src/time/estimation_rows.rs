//! The rows that an estimation window takes for one event.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// The rows of an estimation window, in date order: one range, or several where rows are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EstimationRows {
    hull: Range<usize>,
    /// Increasing, none empty, no two adjoining.
    ranges: Vec<Range<usize>>,
    n_rows: usize,
    first_after: usize,
}

/// Why an estimation window has no rows for an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[non_exhaustive]
pub enum EstimationFault {
    /// The data do not reach back to the start of the window.
    TrailingOutsideData {
        /// Rows there are before the event.
        n_found: usize,
        /// Rows needed.
        n_needed: usize,
    },
    /// The data do not hold all rows of the comparison periods.
    ComparisonOutsideData {
        /// Rows that they hold.
        n_found: usize,
        /// Rows of the periods.
        n_needed: usize,
    },
    /// Rows of the comparison periods lie in the event windows.
    InEventWindow {
        /// How many.
        n_rows: usize,
    },
}

impl fmt::Display for EstimationFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TrailingOutsideData { n_found, n_needed } => {
                write!(f, "{n_found} rows before the event, the estimation window needs {n_needed}")
            }
            Self::ComparisonOutsideData { n_found, n_needed } => {
                write!(
                    f,
                    "the data hold {n_found} of the {n_needed} rows of the comparison periods"
                )
            }
            Self::InEventWindow { n_rows } => {
                write!(f, "{n_rows} rows of the comparison periods lie in the event windows")
            }
        }
    }
}

impl EstimationRows {
    /// All rows of ranges that increase and do not overlap; `first_after` is the row of step 1.
    pub(super) fn new(ranges: impl IntoIterator<Item = Range<usize>>, first_after: usize) -> Self {
        let ranges = merged(ranges.into_iter().collect());
        let hull = match (ranges.first(), ranges.last()) {
            (Some(first), Some(last)) => first.start..last.end,
            _ => first_after..first_after,
        };
        let n_rows = ranges.iter().map(Range::len).sum();
        Self { hull, ranges, n_rows, first_after }
    }

    /// From the first to the last row of the window, before any was left out.
    pub fn hull(&self) -> Range<usize> {
        self.hull.clone()
    }

    /// Rows of the window before any was left out.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// The rows that are left, as increasing ranges.
    pub fn ranges(&self) -> &[Range<usize>] {
        &self.ranges
    }

    /// Number of rows that are left.
    pub fn n_used(&self) -> usize {
        self.ranges.iter().map(Range::len).sum()
    }

    /// The rows that are left, in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.ranges.iter().flat_map(Clone::clone)
    }

    /// Whether all of these rows are among those left.
    pub fn holds(&self, rows: &Range<usize>) -> bool {
        self.ranges.iter().any(|range| range.start <= rows.start && rows.end <= range.end)
    }

    /// Row right after the last row before the event windows: step 1 of a model's horizon. Without
    /// rows before them it is the first row of the windows.
    pub fn first_after(&self) -> usize {
        self.first_after
    }

    /// The rows that none of these ranges holds.
    #[must_use]
    pub fn without(&self, ranges: &[Range<usize>]) -> Self {
        let mut left = self.ranges.clone();
        for out in ranges.iter().filter(|out| !out.is_empty()) {
            left = left
                .into_iter()
                .flat_map(|range| {
                    let end = range.end.min(out.start.max(range.start));
                    let start = range.start.max(out.end.min(range.end));
                    [range.start..end, start..range.end]
                })
                .filter(|range| !range.is_empty())
                .collect();
        }
        Self { ranges: left, ..self.clone() }
    }

    /// How many of the rows that are left lie in one of these ranges.
    pub fn n_within(&self, ranges: &[Range<usize>]) -> usize {
        self.n_used() - self.without(ranges).n_used()
    }
}

/// The same rows as increasing ranges of which no two touch.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_by_key(|range| range.start);
    let mut out: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range() -> impl Strategy<Value = Range<usize>> {
        (0..60_usize, 0..20_usize).prop_map(|(start, n)| start..start + n)
    }

    proptest! {
        #[test]
        fn what_is_left_is_what_no_range_holds(
            all in prop::collection::vec(range(), 0..5),
            out in prop::collection::vec(range(), 0..5),
        ) {
            let rows = EstimationRows::new(all.clone(), 80);
            let among = |ranges: &[Range<usize>], row: usize| ranges.iter().any(|r| r.contains(&row));
            let whole: Vec<usize> = (0..90).filter(|row| among(&all, *row)).collect();
            prop_assert_eq!(rows.iter().collect::<Vec<_>>(), &whole[..]);
            prop_assert_eq!(rows.n_rows(), whole.len());
            let left = rows.without(&out);
            let expected: Vec<usize> =
                whole.iter().copied().filter(|row| !among(&out, *row)).collect();
            prop_assert_eq!(left.iter().collect::<Vec<_>>(), &expected[..]);
            prop_assert_eq!(rows.n_within(&out), whole.len() - expected.len());
            prop_assert_eq!((left.hull(), left.n_rows()), (rows.hull(), rows.n_rows()));
            // Neighbours among the rows are neighbours in a range.
            for range in left.ranges() {
                prop_assert!(!range.is_empty() && left.holds(range));
                prop_assert!(!left.holds(&(range.start..range.end + 1)));
            }
        }
    }

    #[test]
    fn no_rows_are_no_rows() {
        let rows = EstimationRows::new(std::iter::once(3..3), 7);
        assert_eq!((rows.hull(), rows.n_rows(), rows.n_used()), (7..7, 0, 0));
        assert!(rows.iter().next().is_none());
        let gone = EstimationRows::new([1..2, 3..9], 9).without(&[0..1, 1..20]);
        assert_eq!((gone.hull(), gone.n_rows(), gone.n_used()), (1..9, 7, 0));
    }
}
