use super::*;
use crate::report::tests::{outcome, outcome_with_all};
use crate::study::Judgement;

/// The rows of a file after its header, each with the names of its columns.
fn rows(text: &str) -> Vec<Vec<(String, String)>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let named = |row: csv::StringRecord| {
        header.iter().zip(row.iter()).map(|(n, c)| (n.to_owned(), c.to_owned())).collect()
    };
    reader.records().map(|row| named(row.unwrap())).collect()
}

fn cell<'a>(row: &'a [(String, String)], name: &str) -> &'a str {
    &row.iter().find(|(n, _)| n == name).unwrap_or_else(|| panic!("no column {name}")).1
}

/// The number in a cell, to the bit.
fn number_of(row: &[(String, String)], name: &str) -> f64 {
    cell(row, name).parse().unwrap_or_else(|_| panic!("{name}: {}", cell(row, name)))
}

#[test]
fn every_number_of_an_estimate_comes_back_to_the_bit() {
    let outcome = outcome(false);
    let text = estimates_csv(&outcome);
    assert_eq!(
        text.lines().next().unwrap(),
        "window,n_event_dates,n_overlapping_dates,n_events,n_responses,mean,caar,placebo_mean,\
         excess,excess_lower,excess_upper,placebo_p,placebo_p_attainable,n_placebo_sets,\
         effective_periods,sign_flip_p,sign_flip_p_attainable,t_p,t_lower,t_upper,\
         cross_sectional_p,misled_by_shared_dates,minimum_detectable_effect,design_effect,\
         effective_responses,mean_residual_correlation,t_minimum_detectable_effect,\
         block_bootstrap_p,block_bootstrap_lower,block_bootstrap_upper,date_bootstrap_lower,\
         date_bootstrap_upper,date_bootstrap_coverage_ceiling,leave_one_out_lowest,\
         leave_one_out_highest,n_placebo_dates,placebo_fault,date_bootstrap_fault,placebo_family_p,\
         matched_placebo_mean,matched_excess,\
         matched_excess_lower,matched_excess_upper,matched_placebo_p,matched_placebo_p_attainable,\
         n_matched_sets,n_matched_dates,matched_effective_periods,matched_placebo_fault,\
         placebo_assets_caar,placebo_assets_mean,placebo_assets_excess,placebo_assets_p,\
         placebo_assets_p_attainable,n_placebo_asset_sets,placebo_assets_fault,\
         placebo_p_upper,placebo_p_lower,equal_tailed_lower,equal_tailed_upper,unbounded_because,\
         verdict,verdict_because,placebo_statistic,plain_mean_p,plain_mean_disagrees"
    );
    let rows = rows(&text);
    assert_eq!(rows.len(), 2);
    for (row, w) in rows.iter().zip(&outcome.windows) {
        let (p, t) = (w.placebo.as_ref().unwrap(), w.event_t.as_ref().unwrap());
        let block = w.block_bootstrap.as_ref().unwrap();
        let [lowest, highest] = w.leave_one_out.unwrap();
        let interval = p.interval.bounded().unwrap();
        let tails = p.equal_tailed.as_ref().and_then(EffectInterval::bounded).unwrap();
        let numbers = [
            ("mean", w.mean),
            ("caar", w.caar),
            ("placebo_mean", p.mean),
            ("excess", p.excess),
            ("excess_lower", interval.lower),
            ("excess_upper", interval.upper),
            ("placebo_p", p.p_values.two_sided),
            ("placebo_p_attainable", p.attainable_p),
            ("effective_periods", p.effective_periods),
            ("sign_flip_p", w.sign_flip.p_values.two_sided),
            ("sign_flip_p_attainable", 0.5),
            ("t_p", t.p_value),
            ("t_lower", t.lower),
            ("t_upper", t.upper),
            ("cross_sectional_p", w.tests[0].p_value.unwrap()),
            ("minimum_detectable_effect", p.minimum_detectable_effect.unwrap()),
            ("t_minimum_detectable_effect", t.minimum_detectable_effect),
            ("design_effect", w.design_effect.unwrap()),
            ("effective_responses", w.effective_responses.unwrap()),
            ("mean_residual_correlation", w.mean_residual_correlation.unwrap()),
            ("block_bootstrap_p", block.p_value),
            ("block_bootstrap_lower", block.lower),
            ("block_bootstrap_upper", block.upper),
            ("date_bootstrap_coverage_ceiling", 0.5),
            ("leave_one_out_lowest", lowest),
            ("leave_one_out_highest", highest),
            ("placebo_family_p", p.family_p.unwrap()),
            ("placebo_p_upper", p.p_values.upper),
            ("placebo_p_lower", p.p_values.lower),
            ("equal_tailed_lower", tails.lower),
            ("equal_tailed_upper", tails.upper),
            ("plain_mean_p", p.mean_p_values.unwrap().two_sided),
        ];
        for (name, value) in numbers {
            assert_eq!(number_of(row, name).to_bits(), value.to_bits(), "{name}");
        }
        let counts = [
            ("n_event_dates", 2),
            ("n_overlapping_dates", 0),
            ("n_events", 2),
            ("n_responses", 4),
            ("n_placebo_sets", p.n_sets),
            ("n_placebo_dates", p.n_admissible),
        ];
        for (name, n) in counts {
            assert_eq!(cell(row, name), n.to_string(), "{name}");
        }
        assert_eq!(cell(row, "window"), w.window.to_string());
        assert_eq!(cell(row, "misled_by_shared_dates"), "true");
        // Two dates have no bootstrap interval.
        assert!(w.event_bootstrap.is_none());
        assert_eq!(
            cell(row, "date_bootstrap_fault"),
            "needs 30 event dates to hold the truth about as often as it says, found 2, with which it \
             holds it in at most 50 %"
        );
        // Each column was looked at: what was not asked for is empty.
        let beside = |name: &str| name.contains("matched") || name.contains("placebo_asset");
        let empty = [
            "date_bootstrap_lower",
            "date_bootstrap_upper",
            "placebo_fault",
            "unbounded_because",
            "verdict",
            "verdict_because",
        ];
        assert!(empty.iter().all(|name| cell(row, name).is_empty()));
        let not_asked: Vec<_> = row.iter().filter(|(name, _)| beside(name)).collect();
        assert!(not_asked.len() == 17 && not_asked.iter().all(|(_, cell)| cell.is_empty()));
        assert_eq!(cell(row, "placebo_statistic"), "studentised");
        assert_eq!(cell(row, "plain_mean_disagrees").is_empty(), p.disagreement().is_none());
        assert_eq!(row.len(), numbers.len() + counts.len() + 5 + empty.len() + not_asked.len());
    }
}

#[test]
fn what_stands_beside_comes_back_to_the_bit() {
    let mut outcome = outcome_with_all();
    let estimates = rows(&estimates_csv(&outcome));
    let values = rows(&event_values_csv(&outcome));
    assert_eq!((estimates.len(), values.len()), (2, 4));
    let mut values = values.iter();
    for (row, w) in estimates.iter().zip(&outcome.windows) {
        let e = &w.matched_placebo.as_ref().unwrap().estimate;
        let a = &w.placebo_assets.as_ref().unwrap().reference;
        let ends = e.interval.ends().unwrap();
        for (name, value) in [
            ("matched_placebo_mean", e.mean),
            ("matched_excess", e.excess),
            ("matched_excess_lower", ends.0),
            ("matched_excess_upper", ends.1),
            ("matched_placebo_p", e.p_values.two_sided),
            ("matched_placebo_p_attainable", e.attainable_p),
            ("matched_effective_periods", e.effective_periods),
            ("placebo_assets_caar", a.observed),
            ("placebo_assets_mean", a.mean),
            ("placebo_assets_excess", a.excess),
            ("placebo_assets_p", a.p_values.two_sided),
            ("placebo_assets_p_attainable", a.attainable_p),
        ] {
            assert_eq!(number_of(row, name).to_bits(), value.to_bits(), "{name}");
        }
        let counts = [
            ("n_matched_sets", e.n_sets),
            ("n_matched_dates", e.n_admissible),
            ("n_placebo_asset_sets", a.n),
        ];
        for (name, n) in counts {
            assert_eq!(cell(row, name), n.to_string(), "{name}");
        }
        for event in &w.events {
            let row = values.next().unwrap();
            let assets = event.placebo_assets.as_ref().unwrap().reference;
            let (conformal, interval) = (event.conformal.unwrap().result, event.conformal);
            let interval = interval.unwrap().interval.unwrap();
            for (name, value) in [
                ("matched_placebo_p", event.matched_placebo.unwrap().two_sided),
                ("placebo_assets_p", assets.p_values.two_sided),
                ("placebo_assets_p_attainable", assets.attainable_p),
                ("n_placebo_assets", 1.0),
                ("conformal_statistic", conformal.statistic),
                ("conformal_p", conformal.p_value),
                ("conformal_p_attainable", conformal.attainable_p),
                ("conformal_lower", interval.lower),
                ("conformal_upper", interval.upper),
            ] {
                assert_eq!(number_of(row, name).to_bits(), value.to_bits(), "{name}");
            }
        }
    }
    let w = &mut outcome.windows[0];
    (w.matched_placebo, w.placebo_assets) = (None, None);
    w.matched_placebo_fault = Some("no match".to_owned());
    w.placebo_assets_fault = Some("no pool".to_owned());
    (w.events[0].conformal, w.events[0].placebo_assets) = (None, None);
    w.events[0].conformal_fault = Some("flat".to_owned());
    w.events[0].placebo_assets_fault = Some("alone".to_owned());
    let row = &rows(&estimates_csv(&outcome))[0];
    assert_eq!(cell(row, "matched_placebo_fault"), "no match");
    assert_eq!((cell(row, "placebo_assets_fault"), cell(row, "placebo_assets_p")), ("no pool", ""));
    let row = &rows(&event_values_csv(&outcome))[0];
    assert_eq!(
        (cell(row, "conformal_fault"), cell(row, "placebo_assets_fault")),
        ("flat", "alone")
    );
    assert_eq!((cell(row, "conformal_p"), cell(row, "n_placebo_assets")), ("", ""));
}

#[test]
fn what_was_not_made_is_empty_and_labels_are_quoted() {
    let mut outcome = outcome(false);
    outcome.windows.truncate(1);
    let w = &mut outcome.windows[0];
    (w.placebo, w.event_t, w.block_bootstrap) = (None, None, None);
    (w.event_bootstrap_fault, w.leave_one_out, w.design_effect) = (None, None, None);
    (w.effective_responses, w.mean_residual_correlation) = (None, None);
    w.placebo_fault = Some("too few, by far".to_owned());
    w.judgement = Some(Judgement::without_placebo("too few"));
    (w.mean, w.caar) = (0.1, -1.5e-7);
    w.sign_flip.p_values.two_sided = 1.0;
    w.tests.truncate(2);
    w.tests[0].p_value = Some(0.25);
    let text = estimates_csv(&outcome);
    let (_, row) = text.split_once('\n').unwrap();
    assert_eq!(
        row,
        "\"[+0, +1]\",2,0,2,4,0.1,-1.5e-7,,,,,,,,,1.0,0.5,,,,0.25,true,,,,,,,,,,,,,,,\
         \"too few, by far\",,,,,,,,,,,,,,,,,,,,,,,,,undecided,there is no placebo: too few,,,\n"
    );

    let w = &mut outcome.windows[0];
    for (event, value) in w.events.iter_mut().zip([0.3, -0.04]) {
        (event.value, event.share_positive) = (value, 0.5);
        let p = event.placebo.as_mut().unwrap();
        (p.two_sided, p.upper, p.lower) = (0.5, 0.25, 1.0);
        let p = event.rank.as_mut().unwrap();
        (p.two_sided, p.upper, p.lower) = (0.03, 0.02, 0.99);
        assert_eq!(event.placebo_statistic, Some(PlaceboStatistic::Studentised));
    }
    let e = &mut w.events[1];
    (e.placebo, e.placebo_statistic, e.rank) = (None, None, None);
    assert_eq!(
        event_values_csv(&outcome),
        "window,event_date,label,scope,n_assets,abnormal_return,share_positive,placebo_p,\
         placebo_p_upper,placebo_p_lower,placebo_statistic,rank_p,rank_p_upper,rank_p_lower,\
         matched_placebo_p,placebo_assets_p,placebo_assets_p_attainable,n_placebo_assets,placebo_assets_fault,conformal_statistic,\
         conformal_p,conformal_p_attainable,conformal_lower,conformal_upper,conformal_fault\n\
         \"[+0, +1]\",2026-03-22,\"one, first\",market,2,0.3,0.5,0.5,0.25,1.0,studentised,0.03,\
         0.02,0.99,,,,,,,,,,,\n\
         \"[+0, +1]\",2026-05-31,two,market,2,-0.04,0.5,,,,,,,,,,,,,,,,,,\n"
    );

    let w = &mut outcome.windows[0];
    w.tests[0].result.as_mut().unwrap().statistic = -1.25;
    w.tests[1].name = "another".to_owned();
    (w.tests[1].result, w.tests[1].p_value) = (None, None);
    (w.tests[1].p_greater, w.tests[1].p_less) = (None, None);
    w.tests[1].misled_by_shared_dates = false;
    w.tests[1].fault = Some("no variance".to_owned());
    let name = w.tests[0].name.clone();
    let [greater, less] = [w.tests[0].p_greater, w.tests[0].p_less].map(Option::unwrap);
    assert_eq!(
        response_tests_csv(&outcome),
        format!(
            "window,id,test,statistic,degrees_of_freedom,p_value,p_greater,p_less,suitability,why,\
             misled_by_shared_dates,n_responses,n_events,n_event_dates,fault\n\
             \"[+0, +1]\",cross-sectional-t,{name},-1.25,3.0,0.25,{greater},{less},misled,\
             responses share dates: p far too small,true,4,2,2,\n\
             \"[+0, +1]\",brown-warner-1980,another,,,,,,misled,\
             responses share dates: p far too small,false,,,,no variance\n"
        )
    );
}

#[test]
fn responses_with_a_column_per_factor() {
    let mut outcome = outcome(true);
    let text = responses_csv(&outcome);
    let found = rows(&text);
    let responses: Vec<&ResponseEstimate> =
        outcome.windows.iter().flat_map(|w| &w.responses).collect();
    assert_eq!((found.len(), responses.len()), (8, 8));
    for (row, response) in found.iter().zip(&responses) {
        for (name, value) in [
            ("car", response.car),
            ("scar", response.scar),
            ("forecast_std_dev", response.forecast_std_dev),
            ("residual_std_dev", response.residual_std_dev),
            ("alpha", response.alpha),
            ("beta_index", response.betas[0].beta),
        ] {
            assert_eq!(number_of(row, name).to_bits(), value.to_bits(), "{name}");
        }
        assert_eq!(cell(row, "n_observations"), "40");
    }

    outcome.windows.truncate(1);
    let responses = &mut outcome.windows[0].responses;
    responses.truncate(2);
    for (response, factor) in responses.iter_mut().zip(["index", "size"]) {
        (response.car, response.scar, response.forecast_std_dev) = (0.02, 0.5, 0.04);
        (response.alpha, response.residual_std_dev) = (0.001, 0.0125);
        response.betas[0].factor = factor.to_owned();
        response.betas[0].beta = 1.5;
    }
    assert_eq!(
        responses_csv(&outcome),
        "window,event_date,label,asset,car,scar,forecast_std_dev,n_rows,residual_std_dev,\
         n_observations,alpha,beta_index,beta_size\n\
         \"[+0, +1]\",2026-03-22,\"one, first\",x,0.02,0.5,0.04,2,0.0125,40,0.001,1.5,\n\
         \"[+0, +1]\",2026-03-22,\"one, first\",y,0.02,0.5,0.04,2,0.0125,40,0.001,,1.5\n"
    );
    // Without responses there is a header alone.
    outcome.windows[0].responses.clear();
    assert_eq!(responses_csv(&outcome).lines().count(), 1);
}

#[test]
fn the_mean_of_the_responses_is_the_caar() {
    let (kept, plain) = (outcome(true), outcome(false));
    for (w, plain) in kept.windows.iter().zip(&plain.windows) {
        let mean = w.responses.iter().map(|r| r.car).sum::<f64>() / w.responses.len() as f64;
        assert!((mean - w.caar).abs() < 1e-15);
        let scar = &w.responses[3];
        assert_eq!(scar.scar, scar.car / scar.forecast_std_dev);
        assert_eq!((scar.label.as_str(), scar.asset.as_str()), ("two", "y"));
        // They change nothing else.
        let mut without = w.clone();
        without.responses.clear();
        assert_eq!(&without, plain);
    }
}
