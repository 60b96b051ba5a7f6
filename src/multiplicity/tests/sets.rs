use super::*;

const B: usize = 199;

fn tests() -> [ModelConfidenceSet; 2] {
    [ModelConfidenceSet::range(), ModelConfidenceSet::maximum()]
}

/// The procedure as it is written, every set anew.
fn direct(losses: &Array2<f64>, range: bool) -> Vec<(usize, f64)> {
    let (means, resampled) = (means(losses), resampled_means(losses, &draws(B)));
    let mut left: Vec<usize> = (0..means.len()).collect();
    let (mut out, mut running) = (Vec::new(), 0.0_f64);
    while left.len() > 1 {
        let centre = |row: &[f64]| left.iter().map(|k| row[*k]).sum::<f64>() / left.len() as f64;
        // Differences of the set: of all pairs, or from the mean.
        let differences = |row: &[f64]| -> Vec<(usize, f64)> {
            if range {
                let pairs = left.iter().flat_map(|i| left.iter().map(move |j| (*i, *j)));
                pairs.filter(|(i, j)| i != j).map(|(i, j)| (i, row[i] - row[j])).collect()
            } else {
                left.iter().map(|i| (*i, row[*i] - centre(row))).collect()
            }
        };
        let observed = differences(&means);
        let drawn: Vec<Vec<f64>> = resampled
            .iter()
            .map(|row| {
                differences(row).iter().zip(&observed).map(|((_, a), (_, b))| a - b).collect()
            })
            .collect();
        let spread = |place: usize| {
            (drawn.iter().map(|row: &Vec<f64>| row[place].powi(2)).sum::<f64>() / B as f64).sqrt()
        };
        let spreads: Vec<f64> = (0..observed.len()).map(spread).collect();
        let scaled = observed.iter().zip(&spreads).map(|((i, d), s)| (*i, d / s));
        let (model, statistic) =
            scaled.fold((0, f64::NEG_INFINITY), |a, b| if b.1 > a.1 { b } else { a });
        let maxima = drawn.iter().map(|row| {
            let scaled = row.iter().zip(&spreads).map(|(d, s)| d / s);
            scaled.fold(f64::NEG_INFINITY, f64::max)
        });
        running = running.max(p_value(maxima, statistic));
        out.push((model, running));
        left.retain(|k| *k != model);
    }
    out.push((left[0], 1.0));
    out
}

#[test]
fn both_statistics_as_they_are_written() {
    let mut losses = series(6, 70);
    losses.row_mut(2).mapv_inplace(|v| v + 2.0);
    for (test, range) in tests().iter().zip([true, false]) {
        let found = test.of_losses(&losses, &draws(B)).unwrap();
        let steps: Vec<(usize, f64)> =
            found.steps.iter().map(|s| (s.model, s.running.p_value())).collect();
        assert_eq!(steps, direct(&losses, range), "{test:?}");
    }
}

#[test]
fn performances_are_losses_with_a_minus() {
    let losses = series(4, 50);
    for test in tests() {
        let found = test.of_losses(&losses, &draws(B)).unwrap();
        let other = test.of_performances(&losses.mapv(|v| -v), &draws(B)).unwrap();
        assert_eq!(found, other);
        // A constant that all lose, and a common factor, change nothing.
        let moved = test.of_losses(&losses.mapv(|v| 4.0 * v + 32.0), &draws(B)).unwrap();
        assert_eq!(found.p_values(), moved.p_values());
    }
}

#[test]
fn two_models_have_one_test() {
    let losses = series(2, 50);
    let [range, maximum] = tests().map(|t| t.of_losses(&losses, &draws(B)).unwrap());
    assert_eq!(range.steps[0].model, maximum.steps[0].model);
    close(range.steps[0].statistic.unwrap(), maximum.steps[0].statistic.unwrap());
    // |difference| is what the maximum over the two compares as well.
    assert_eq!(range.p_values(), maximum.p_values());
    assert_eq!(range.steps[1].statistic, None);
    assert_eq!(range.p_values()[range.steps[1].model], 1.0);
}

#[test]
fn sets_at_a_higher_confidence_hold_those_at_a_lower_one() {
    let losses = series(7, 60);
    for test in tests() {
        let found = test.of_losses(&losses, &draws(B)).unwrap();
        let mut wider: Vec<usize> = (0..7).collect();
        for significance in [0.01, 0.1, 0.25, 0.5, 0.9] {
            let set = found.included(significance).unwrap();
            assert!(!set.is_empty() && set.iter().all(|k| wider.contains(k)));
            wider = set;
        }
        let json = serde_json::to_string(&found).unwrap();
        assert_eq!(serde_json::from_str::<ModelConfidenceSetTest>(&json).unwrap(), found);
    }
}
