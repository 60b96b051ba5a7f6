//! Values from the order of a list.

use crate::raw::median;

/// A coin whose value is this factor off its neighbours in a list is no anchor of the list.
pub(super) const OFF_LIST_FACTOR: f64 = 4.0;

/// Place in a list, log value and weight.
pub(super) type Anchor = (usize, f64, f64);

/// The known values, without those that are far off the median of their neighbours.
pub(super) fn without_strays(known: &[Option<(f64, f64)>]) -> Vec<Anchor> {
    let all: Vec<Anchor> = known
        .iter()
        .enumerate()
        .filter_map(|(place, k)| k.map(|(value, weight)| (place, value, weight)))
        .collect();
    (0..all.len())
        .filter(|&i| {
            let from = i.saturating_sub(4);
            let near = &all[from..(i + 5).min(all.len())];
            let middle = median(near.iter().map(|a| a.1).collect());
            // The head of a list falls off steeply, so its values are taken as they are.
            all[i].0 < 5 || (all[i].1 - middle).abs() < OFF_LIST_FACTOR.ln()
        })
        .map(|i| all[i])
        .collect()
}

/// The decreasing sequence nearest to the anchors: pool adjacent violators.
pub(super) fn decreasing(anchors: &[Anchor]) -> Vec<f64> {
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for (_, value, weight) in anchors {
        pools.push((*value, *weight, 1));
        while let [.., before, last] = pools.as_slice() {
            if last.0 <= before.0 {
                break;
            }
            let weight = before.1 + last.1;
            let pooled =
                ((before.0 * before.1 + last.0 * last.1) / weight, weight, before.2 + last.2);
            pools.truncate(pools.len() - 2);
            pools.push(pooled);
        }
    }
    pools.iter().flat_map(|(value, _, n)| std::iter::repeat_n(*value, *n)).collect()
}

/// Log value at a place.
pub(super) fn by_place(anchors: &[Anchor], fitted: &[f64], place: usize) -> f64 {
    let after = anchors.partition_point(|a| a.0 < place);
    match (after.checked_sub(1), anchors.get(after)) {
        (_, Some(anchor)) if anchor.0 == place => fitted[after],
        (Some(before), Some(anchor)) => {
            let share = (place - anchors[before].0) as f64 / (anchor.0 - anchors[before].0) as f64;
            fitted[before] - share * (fitted[before] - fitted[after])
        }
        (None, _) => fitted[0],
        (Some(last), None) => {
            // Beyond the last anchor the slope of the last ones goes on.
            let first = last.saturating_sub(20);
            let slope =
                (fitted[first] - fitted[last]) / (anchors[last].0 - anchors[first].0).max(1) as f64;
            fitted[last] - slope * (place - anchors[last].0) as f64
        }
    }
}
