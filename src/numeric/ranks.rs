//! Ranks with ties.

/// Average ranks of finite values, and how many of them are tied.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ranks {
    /// Rank of each value, in the order of the values: from 1, equal values share the mean of the
    /// ranks that they take up.
    pub(crate) values: Vec<f64>,
    /// Sizes of the groups of two or more equal values, by increasing value.
    pub(crate) tie_groups: Vec<usize>,
}

impl Ranks {
    /// Σ (c³ − c) over the groups of ties, the term by which they lower rank variances.
    pub(crate) fn tie_sum(&self) -> f64 {
        let term = |size: &usize| {
            let size = *size as f64;
            size * (size * size - 1.0)
        };
        self.tie_groups.iter().map(term).sum()
    }
}

/// Ranks from 1 for the smallest value. Values tie where they are equal to the last bit; 0 and −0
/// are equal. The caller has seen to it that all are finite.
pub(crate) fn average_ranks(x: &[f64]) -> Ranks {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|a, b| x[*a].total_cmp(&x[*b]));
    let mut values = vec![0.0; x.len()];
    let mut tie_groups = Vec::new();
    let mut first = 0;
    while first < order.len() {
        let same = |index: &&usize| x[**index] <= x[order[first]];
        let size = order[first..].iter().take_while(same).count();
        let rank = first as f64 + (size + 1) as f64 / 2.0;
        for index in &order[first..first + size] {
            values[*index] = rank;
        }
        if size > 1 {
            tie_groups.push(size);
        }
        first += size;
    }
    Ranks { values, tie_groups }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ties_share_the_mean_of_their_ranks() {
        let ranks = average_ranks(&[3.0, 1.0, 0.0, 3.0, -0.0, 3.0]);
        assert_eq!(ranks.values, [5.0, 3.0, 1.5, 5.0, 1.5, 5.0]);
        assert_eq!(ranks.tie_groups, [2, 3]);
        assert_eq!(ranks.tie_sum(), 6.0 + 24.0);
        assert_eq!(average_ranks(&[]), Ranks { values: vec![], tie_groups: vec![] });
    }

    proptest! {
        #[test]
        fn ranks_sum_to_triangular_numbers(x in prop::collection::vec(-9_i32..9, 0..60)) {
            let x: Vec<f64> = x.into_iter().map(f64::from).collect();
            let ranks = average_ranks(&x);
            let n = x.len() as f64;
            prop_assert_eq!(ranks.values.iter().sum::<f64>(), n * (n + 1.0) / 2.0);
            // Σ r² = n(n + 1)(2n + 1)/6 − Σ (c³ − c)/12.
            let squares: f64 = ranks.values.iter().map(|r| r * r).sum();
            let expected = n * (n + 1.0) * (2.0 * n + 1.0) / 6.0 - ranks.tie_sum() / 12.0;
            prop_assert!((squares - expected).abs() < 1e-9);
            for (a, ra) in x.iter().zip(&ranks.values) {
                let below = x.iter().filter(|b| *b < a).count() as f64;
                let equal = x.iter().filter(|b| *b == a).count() as f64;
                prop_assert_eq!(*ra, below + 0.5 * (equal + 1.0));
            }
        }
    }
}
