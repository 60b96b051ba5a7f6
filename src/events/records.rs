//! Rows that exceed what went before.

use std::collections::VecDeque;

/// A row whose price exceeds a level that the rows before it set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Record {
    pub(super) row: usize,
    /// What was exceeded.
    pub(super) level: f64,
    /// The highest price before, and the first row that had it.
    pub(super) old_high: f64,
    pub(super) old_high_row: usize,
    /// Rows since the record before; `None` where the start of the data hides it.
    pub(super) base: Option<usize>,
}

/// Rows above every row before them. The first row is none: what it exceeds is not known, and so
/// the base of the record after it is not known either.
pub(super) fn all_time(prices: &[f64]) -> Vec<Record> {
    let mut records = Vec::new();
    let mut top = 0;
    for (row, &price) in prices.iter().enumerate().skip(1) {
        let old_high = prices[top];
        if price > old_high {
            let base = (top > 0).then(|| row - top);
            records.push(Record { row, level: old_high, old_high, old_high_row: top, base });
            top = row;
        }
    }
    records
}

/// The first row above `level`, which follows rows at or below it. As it is above all of them, it
/// is an all-time record too, and has the base of one.
pub(super) fn first_above(prices: &[f64], level: f64) -> Option<Record> {
    let first = all_time(prices).into_iter().find(|record| prices[record.row] > level)?;
    (first.old_high <= level).then_some(Record { level, ..first })
}

/// Rows above each of the `sessions` rows before them (Donchian's channel); the base is counted
/// from the row before that was such a one.
pub(super) fn channel(prices: &[f64], sessions: usize) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    // Rows of the window whose price no later row of the window exceeds; the front is the highest.
    let mut tops: VecDeque<usize> = VecDeque::new();
    for (row, &price) in prices.iter().enumerate() {
        while tops.front().is_some_and(|top| row - top > sessions) {
            tops.pop_front();
        }
        if let Some(&top) = tops.front()
            && row >= sessions
            && price > prices[top]
        {
            let base = records.last().map(|before| row - before.row);
            let old_high = prices[top];
            records.push(Record { row, level: old_high, old_high, old_high_row: top, base });
        }
        while tops.back().is_some_and(|top| prices[*top] < price) {
            tops.pop_back();
        }
        tops.push_back(row);
    }
    records
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PRICES: [f64; 10] = [5.0, 4.0, 6.0, 6.0, 7.0, 3.0, 4.0, 5.0, 4.0, 8.0];

    fn record(
        row: usize,
        level: f64,
        (old_high, old_high_row): (f64, usize),
        base: Option<usize>,
    ) -> Record {
        Record { row, level, old_high, old_high_row, base }
    }

    #[test]
    fn all_time_records_by_hand() {
        assert_eq!(
            all_time(&PRICES),
            [
                record(2, 5.0, (5.0, 0), None),
                record(4, 6.0, (6.0, 2), Some(2)),
                record(9, 7.0, (7.0, 4), Some(5)),
            ]
        );
        assert!(all_time(&[3.0, 3.0, 2.0]).is_empty());
        assert!(all_time(&[]).is_empty());
    }

    #[test]
    fn the_first_row_above_a_level_by_hand() {
        assert_eq!(first_above(&PRICES, 6.0), Some(record(4, 6.0, (6.0, 2), Some(2))));
        assert_eq!(first_above(&PRICES, 6.5), Some(record(4, 6.5, (6.0, 2), Some(2))));
        assert_eq!(first_above(&PRICES, 8.0), None);
        // The data start above the level, so the first rise above it is not known.
        assert_eq!(first_above(&PRICES, 4.5), None);
    }

    #[test]
    fn channel_records_by_hand() {
        assert_eq!(
            channel(&PRICES, 2),
            [
                record(2, 5.0, (5.0, 0), None),
                record(4, 6.0, (6.0, 2), Some(2)),
                record(7, 4.0, (4.0, 6), Some(3)),
                record(9, 5.0, (5.0, 7), Some(2)),
            ]
        );
        assert_eq!(
            channel(&PRICES, 4),
            [record(4, 6.0, (6.0, 2), None), record(9, 5.0, (5.0, 7), Some(5)),]
        );
        assert!(channel(&PRICES, 10).is_empty());
    }

    proptest! {
        #[test]
        fn the_window_of_the_channel_is_what_a_search_finds(
            prices in prop::collection::vec(1_u8..20, 0..60),
            sessions in 1_usize..12,
        ) {
            let prices: Vec<f64> = prices.into_iter().map(f64::from).collect();
            let mut expected: Vec<Record> = Vec::new();
            for row in sessions..prices.len() {
                let window = &prices[row - sessions..row];
                let high = window.iter().copied().fold(f64::MIN, f64::max);
                if prices[row] > high {
                    let at = row - sessions + window.iter().position(|p| *p == high).unwrap();
                    let base = expected.last().map(|before| row - before.row);
                    expected.push(record(row, high, (high, at), base));
                }
            }
            prop_assert_eq!(channel(&prices, sessions), expected);
        }
    }
}
