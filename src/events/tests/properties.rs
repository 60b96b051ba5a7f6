use proptest::prelude::*;

use super::*;
use crate::events::Basis;

/// Prices in whole cents around 100, so that ties occur and halves and doubles are exact.
fn walk() -> impl Strategy<Value = PriceSeries> {
    prop::collection::vec((-3_i32..=3, 0_i32..=2, 0_u32..20), 2..80).prop_map(|steps| {
        let mut price = 100;
        let (mut closes, mut highs, mut volumes) = (vec![], vec![], vec![]);
        for (step, above, volume) in steps {
            price = (price + step).max(10);
            closes.push(f64::from(price));
            highs.push(f64::from(price + above));
            volumes.push(if volume == 0 { f64::NAN } else { f64::from(volume) });
        }
        series(&closes).with_highs(highs).unwrap().with_volumes(volumes).unwrap()
    })
}

/// Any kind and basis, with conditions on single breakouts but without thinning.
fn rule() -> impl Strategy<Value = BreakoutRule> {
    let kind = prop_oneof![
        Just(BreakoutRule::all_time_high()),
        (1_usize..12).prop_map(BreakoutRule::channel),
        (95_u32..110).prop_map(|level| BreakoutRule::level(f64::from(level))),
    ];
    let basis = prop_oneof![Just(Basis::Close), Just(Basis::Intraday)];
    let volume = prop::option::of((0.5_f64..2.0, 1_usize..8));
    let trend = prop::option::of((1_usize..8, -0.05_f64..0.05));
    (kind, basis, 0_usize..6, 0.0_f64..0.02, 0_usize..4, volume, trend).prop_map(
        |(rule, basis, base, margin, confirmations, volume, trend)| {
            let rule = rule.basis(basis).base(base).margin(margin).confirmations(confirmations);
            let rule = match volume {
                Some((multiple, window)) => rule.volume_multiple(multiple).volume_window(window),
                None => rule,
            };
            trend.map_or(rule.clone(), |(sessions, least)| rule.trend(sessions, least))
        },
    )
}

fn scaled(series: &PriceSeries, factor: f64) -> PriceSeries {
    let times = |prices: &[f64]| prices.iter().map(|p| p * factor).collect::<Vec<_>>();
    let dates = series.axis().dates().iter().copied();
    let closes = dates.zip(times(series.closes())).collect();
    let volumes =
        (0..series.axis().len()).map(|row| series.volume(row).unwrap_or(f64::NAN)).collect();
    PriceSeries::from_closes("index", closes)
        .unwrap()
        .with_highs(times(series.highs().unwrap()))
        .unwrap()
        .with_volumes(volumes)
        .unwrap()
}

proptest! {
    #[test]
    fn dates_do_not_depend_on_the_unit_of_the_prices(
        series in walk(), rule in rule(), cents in 1_u32..100_000,
    ) {
        let factor = f64::from(cents) / 100.0;
        let mut rescaled = rule.clone();
        rescaled.level = rule.level.map(|level| level * factor);
        prop_assert_eq!(rows(&rule, &series), rows(&rescaled, &scaled(&series, factor)));
    }

    #[test]
    fn a_longer_base_takes_a_subset(series in walk(), rule in rule(), longer in 1_usize..8) {
        let all = rows(&rule, &series);
        let fewer = rows(&rule.clone().base(rule.base + longer), &series);
        prop_assert!(fewer.iter().all(|row| all.contains(row)));
    }

    #[test]
    fn confirmation_never_moves_an_event_earlier(
        series in walk(), rule in rule(), closes in 1_usize..5,
    ) {
        let breakouts = rows(&rule.clone().confirmations(0), &series);
        if let Ok(set) = rule.confirmations(closes).detect(&series) {
            for event in &set {
                let breakout = series.axis().row_of(event.qualification.as_ref().unwrap().date);
                let (breakout, event) = (breakout.unwrap(), series.axis().row_of(event.date).unwrap());
                prop_assert_eq!(event, breakout + closes - 1);
                prop_assert!(breakouts.contains(&breakout));
            }
        }
    }

    #[test]
    fn separated_events_are_apart_and_every_other_one_is_too_close(
        series in walk(), rule in rule(), apart in 1_usize..12,
    ) {
        let all = rows(&rule, &series);
        let kept = rows(&rule.clone().min_separation(apart), &series);
        prop_assert!(kept.windows(2).all(|pair| pair[1] - pair[0] >= apart));
        for row in all {
            let near = kept.iter().any(|k| *k <= row && row - k < apart);
            prop_assert!(near, "row {} is neither kept nor after a kept one", row);
        }
        let firsts = rows(&rule.cluster(apart), &series);
        prop_assert!(firsts.iter().all(|row| kept.contains(row)));
    }
}
