//! The order in which classes of assets turned, against a claimed order.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::{Error, Result};

/// Most classes of an order: the null is enumerated over all subsets of them.
pub const MAX_CLASSES: usize = 12;

/// A claimed order of classes: all of a group before all of the next one, nothing said inside a
/// group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClaimedOrder {
    groups: Vec<Vec<String>>,
}

/// How far the dates of one event are from the claimed order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OrderDistance {
    /// Pairs of classes in the wrong order, a pair on one date for half of one.
    pub distance: f64,
    /// The distance of the reversed order: the number of pairs about which something is claimed.
    pub largest: f64,
    /// Pairs of classes with a date for each step of the claim, from one group to the next: a step
    /// without a pair was not seen at this event, whatever the distance.
    pub pairs_of_steps: Vec<usize>,
    /// `1 − 2 distance/largest`: 1 in the claimed order, −1 reversed.
    pub tau: f64,
    /// Classes with a date.
    pub n_classes: usize,
    /// Classes without one, in the order of the claim. They take no part, in the null neither.
    pub missing: Vec<String>,
    /// The distance where the dates are dealt out at random.
    #[serde(skip)]
    pub null: DistanceNull,
}

/// The exact distribution of a distance, or of a sum of independent ones, over random orders.
#[derive(Debug, Clone, PartialEq)]
pub struct DistanceNull {
    /// Probability of the distance k/2, for k from 0 on.
    half_steps: Vec<f64>,
}

impl ClaimedOrder {
    /// The groups, the one that is claimed to move first at the head.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for fewer than two groups, an empty one, or more than [`MAX_CLASSES`]
    /// classes; [`Error::DuplicateAsset`].
    pub fn new<G, S>(groups: impl IntoIterator<Item = G>) -> Result<Self>
    where
        G: IntoIterator<Item = S>,
        S: AsRef<str>,
    {
        let groups: Vec<Vec<String>> = groups
            .into_iter()
            .map(|group| group.into_iter().map(|name| name.as_ref().to_owned()).collect())
            .collect();
        let names: Vec<&String> = groups.iter().flatten().collect();
        if groups.len() < 2 || groups.iter().any(Vec::is_empty) || names.len() > MAX_CLASSES {
            return Err(Error::Setting {
                name: "claimed order",
                value: groups.iter().map(|g| g.join(" and ")).collect::<Vec<_>>().join(", then "),
                expected: "two or more groups of classes, none of them empty, at most 12 classes",
            });
        }
        if let Some(at) = (1..names.len()).find(|at| names[..*at].contains(&names[*at])) {
            return Err(Error::DuplicateAsset { name: names[at].clone() });
        }
        Ok(Self { groups })
    }

    /// The groups.
    pub fn groups(&self) -> &[Vec<String>] {
        &self.groups
    }

    /// Pairs of classes about which something is claimed: the largest distance where no class is
    /// missing.
    pub fn n_pairs(&self) -> usize {
        let sizes: Vec<usize> = self.groups.iter().map(Vec::len).collect();
        (1..sizes.len()).map(|at| sizes[at] * sizes[..at].iter().sum::<usize>()).sum()
    }

    /// Kendall's distance of the dates from the claimed order, with its exact null.
    ///
    /// - *Estimate*: over the pairs of classes of different groups, `D = #{wrong order} + ½ #{same
    ///   date}` (Kendall 1938, <https://doi.org/10.1093/biomet/30.1-2.81>; ties as in Fagin, Kumar,
    ///   Mahdian, Sivakumar and Vee 2006, <https://doi.org/10.1137/05063088X>).
    /// - *Null*: the dates are dealt out to the classes at random, every way as likely as any other.
    ///   With one class in each group and no ties D has the Mahonian distribution of inversions;
    ///   with groups it is the statistic of Jonckheere 1954,
    ///   <https://doi.org/10.1093/biomet/41.1-2.133>. The distribution is counted exactly in all
    ///   cases, ties in the dates held as they are.
    /// - *Assumes* that classes are exchangeable under the null. Classes that move together, such as
    ///   two coins, are nearly one class: counted as two they make chance look rarer than it is.
    ///   Give each such cluster one class, and set the distance beside that of ordinary dates, which
    ///   does not need this assumption.
    /// - *Missing*: a class without a date, or not listed, takes no part. A date missing because the
    ///   class never turned says something that is not counted here.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a class that the order does not have; [`Error::DuplicateAsset`];
    /// [`Error::TooFew`] where fewer than two groups have a date.
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use eventstudy::context::ClaimedOrder;
    ///
    /// let day = |d| NaiveDate::from_ymd_opt(2020, 11, d);
    /// let order = ClaimedOrder::new([["bonds"], ["blue chips"], ["small caps"], ["crypto"]])?;
    /// let found = order.distance(&[
    ///     ("bonds", day(2)),
    ///     ("blue chips", day(9)),
    ///     ("small caps", day(5)), // before the blue chips
    ///     ("crypto", day(20)),
    /// ])?;
    /// assert_eq!((found.distance, found.largest), (1.0, 6.0));
    /// assert!((found.null.p_at_most(1.0) - 4.0 / 24.0).abs() < 1e-15);
    /// # Ok::<(), eventstudy::Error>(())
    /// ```
    pub fn distance(&self, dates: &[(&str, Option<NaiveDate>)]) -> Result<OrderDistance> {
        for (at, (name, _)) in dates.iter().enumerate() {
            if !self.groups.iter().flatten().any(|known| known == name) {
                return Err(Error::Setting {
                    name: "class of an order",
                    value: (*name).to_owned(),
                    expected: "a class of the claimed order",
                });
            }
            if dates[..at].iter().any(|(earlier, _)| earlier == name) {
                return Err(Error::DuplicateAsset { name: (*name).to_owned() });
            }
        }
        let date_of = |class: &String| {
            dates.iter().find(|(name, _)| name == class).and_then(|(_, date)| *date)
        };
        let mut placed: Vec<(NaiveDate, usize)> = Vec::new();
        let mut missing = Vec::new();
        for (group, classes) in self.groups.iter().enumerate() {
            for class in classes {
                match date_of(class) {
                    Some(date) => placed.push((date, group)),
                    None => missing.push(class.clone()),
                }
            }
        }
        let mut sizes = vec![0; self.groups.len()];
        for (_, group) in &placed {
            sizes[*group] += 1;
        }
        let n_groups = sizes.iter().filter(|n| **n > 0).count();
        if n_groups < 2 {
            return Err(Error::TooFew {
                what: "the distance from a claimed order".to_owned(),
                unit: "groups with a date",
                n_needed: 2,
                n_found: n_groups,
            });
        }
        let (mut half_steps, mut n_pairs) = (0_u32, 0_u32);
        for (at, (date, group)) in placed.iter().enumerate() {
            // Groups increase along the list.
            for (later, _) in placed[at + 1..].iter().filter(|(_, other)| other > group) {
                n_pairs += 1;
                half_steps += u32::from(later <= date) + u32::from(later < date);
            }
        }
        let mut ties: BTreeMap<NaiveDate, usize> = BTreeMap::new();
        for (date, _) in &placed {
            *ties.entry(*date).or_default() += 1;
        }
        let ties: Vec<usize> = ties.into_values().collect();
        let (distance, largest) = (f64::from(half_steps) / 2.0, f64::from(n_pairs));
        Ok(OrderDistance {
            distance,
            largest,
            pairs_of_steps: sizes.windows(2).map(|pair| pair[0] * pair[1]).collect(),
            tau: 1.0 - 2.0 * distance / largest,
            n_classes: placed.len(),
            missing,
            null: DistanceNull::count(&sizes, &ties),
        })
    }
}

impl DistanceNull {
    /// Deals the places of the dates, in the order of time and with `ties` classes on each date, to
    /// groups of these sizes in all ways.
    fn count(sizes: &[usize], ties: &[usize]) -> Self {
        // Ways by distance in half steps, by how many of each group have their date.
        let mut ways: BTreeMap<Vec<usize>, Vec<u64>> = BTreeMap::new();
        ways.insert(vec![0; sizes.len()], vec![1]);
        for n_tied in ties {
            let mut next: BTreeMap<Vec<usize>, Vec<u64>> = BTreeMap::new();
            for (used, counts) in &ways {
                let left: Vec<usize> = sizes.iter().zip(used).map(|(n, u)| n - u).collect();
                for taken in allocations(&left, *n_tied) {
                    let times: u64 = left.iter().zip(&taken).map(|(n, k)| choose(*n, *k)).product();
                    let step = half_steps(used, &taken);
                    let after = used.iter().zip(&taken).map(|(u, k)| u + k).collect();
                    let sum: &mut Vec<u64> = next.entry(after).or_default();
                    sum.resize(sum.len().max(counts.len() + step), 0);
                    for (d, count) in counts.iter().enumerate() {
                        sum[d + step] += times * count;
                    }
                }
            }
            ways = next;
        }
        // All classes have their date: one state is left. Counts are at most 12!.
        let counts = ways.into_values().next().unwrap_or_default();
        let total: u64 = counts.iter().sum();
        Self { half_steps: counts.iter().map(|c| *c as f64 / total as f64).collect() }
    }

    /// The distribution of the sum of independent distances: events one after the other.
    ///
    /// An exact convolution. Events whose dates come from overlapping years are not independent.
    pub fn sum_of<'a>(nulls: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut half_steps = vec![1.0];
        for null in nulls {
            let mut sum = vec![0.0; half_steps.len() + null.half_steps.len() - 1];
            for (i, p) in half_steps.iter().enumerate() {
                for (j, q) in null.half_steps.iter().enumerate() {
                    sum[i + j] += p * q;
                }
            }
            half_steps = sum;
        }
        Self { half_steps }
    }

    /// Distances that can occur, with their probabilities, which are above zero.
    pub fn distances(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let at = |(k, p): (usize, &f64)| (k as f64 / 2.0, *p);
        self.half_steps.iter().enumerate().map(at).filter(|(_, p)| *p > 0.0)
    }

    /// Expected distance.
    pub fn mean(&self) -> f64 {
        self.distances().map(|(d, p)| d * p).sum()
    }

    /// `P(D ≤ distance)`: how often chance is at least as near to the claimed order.
    pub fn p_at_most(&self, distance: f64) -> f64 {
        let p: f64 = self.distances().filter(|(d, _)| *d <= distance + 0.25).map(|(_, p)| p).sum();
        p.min(1.0)
    }

    /// `P(D ≥ distance)`: how often chance is at least as far from it.
    pub fn p_at_least(&self, distance: f64) -> f64 {
        let p: f64 = self.distances().filter(|(d, _)| *d >= distance - 0.25).map(|(_, p)| p).sum();
        p.min(1.0)
    }

    /// The largest distance d with `P(D ≤ d) ≤ significance`; `None` where even the claimed order
    /// itself is likelier than that, so that no outcome could show it.
    pub fn critical_distance(&self, significance: f64) -> Option<f64> {
        let near = |(d, _): &(f64, f64)| self.p_at_most(*d) <= significance;
        self.distances().take_while(near).last().map(|(d, _)| d)
    }
}

/// Half steps that classes of the groups `taken`, all on one date, add to those `used` before it.
fn half_steps(used: &[usize], taken: &[usize]) -> usize {
    let mut sum = 0;
    for (group, k) in taken.iter().enumerate() {
        let overtaken: usize = used[group + 1..].iter().sum();
        let tied: usize = taken[group + 1..].iter().sum();
        sum += k * (2 * overtaken + tied);
    }
    sum
}

/// All ways to take `n` classes from groups that have `left`.
fn allocations(left: &[usize], n: usize) -> Vec<Vec<usize>> {
    let Some((first, rest)) = left.split_first() else {
        return if n == 0 { vec![Vec::new()] } else { Vec::new() };
    };
    let mut out = Vec::new();
    for k in 0..=n.min(*first) {
        for mut tail in allocations(rest, n - k) {
            tail.insert(0, k);
            out.push(tail);
        }
    }
    out
}

fn choose(n: usize, k: usize) -> u64 {
    (0..k as u64).fold(1, |c, i| c * (n as u64 - i) / (i + 1))
}

#[cfg(test)]
mod tests;
