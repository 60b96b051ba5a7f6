use super::*;
use crate::models::testing::{Noise, close, market_and_asset, same_fit};
use crate::models::{Horizon, MarketAdjustedModel};

fn day(d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 3, d).unwrap()
}

#[test]
fn one_control_is_the_market_adjusted_model_on_it() {
    let (control, asset) = market_and_asset(51, 60);
    let factors = [control.as_slice()];
    let sample = EstimationSample::new(&asset, &factors).with_asset("a").with_event(day(5));
    let mut model = ControlModel::default();
    model.add_control("a", None, "c").unwrap();
    let adjusted = MarketAdjustedModel::on("c").fit(&sample).unwrap();
    same_fit(model.fit(&sample).unwrap().as_ref(), adjusted.as_ref(), 1, 1e-14);
    // Over holes too.
    let lengths: Vec<usize> = (0..60).map(|t| 1 + t % 7 / 5).collect();
    let long = sample.with_lengths(&lengths);
    let adjusted = MarketAdjustedModel::on("c").fit(&long).unwrap();
    same_fit(model.fit(&long).unwrap().as_ref(), adjusted.as_ref(), 1, 1e-14);
    assert!(model.takes_long_returns());
}

#[test]
fn a_portfolio_is_the_weighted_return_of_its_controls() {
    let (one, asset) = market_and_asset(52, 40);
    let two = Noise::new(53).normals(40, 0.02);
    let factors = [one.as_slice(), two.as_slice()];
    let sample = EstimationSample::new(&asset, &factors).with_asset("a").with_event(day(5));
    let mut model = ControlModel::default();
    model.add("a", None, [("b", 0.25), ("c", 0.75)]).unwrap();
    let fit = model.fit(&sample).unwrap();
    close(fit.expected_return(&Horizon::row(1, &[0.04, -0.02])), 0.01 - 0.015, 1e-14);
    let excess: Vec<f64> = (0..40).map(|t| asset[t] - 0.25 * one[t] - 0.75 * two[t]).collect();
    let mean = excess.iter().sum::<f64>() / 40.0;
    let variance = excess.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / 39.0;
    close(fit.residual_std_dev(), variance.sqrt(), 1e-12);
    close(fit.estimation_error(3, &[0.1, 0.2]), 9.0 / 40.0, 1e-14);
    assert_eq!((fit.n_parameters(), fit.standard_errors()), (1, None));
    let mut equal = ControlModel::default();
    equal.add_equal("a", None, ["b", "c"]).unwrap();
    assert_eq!(equal.fit(&sample).unwrap().coefficients(), (0.0, [0.5, 0.5].as_slice()));
}

#[test]
fn controls_of_an_event_come_before_those_of_every_event() {
    let mut model = ControlModel::default();
    model.add_control("a", None, "b").unwrap();
    model.add_control("a", Some(day(5)), "c").unwrap();
    assert_eq!(model.factors_of("a", day(4)).unwrap(), ["b"]);
    assert_eq!(model.factors_of("a", day(5)).unwrap(), ["c"]);
    assert_eq!(model.n_portfolios(), 2);
    assert!(model.factors().is_empty());
    let sample = EstimationSample::new(&[0.1, 0.2, 0.4], &[]).with_asset("z").with_event(day(5));
    let fault = FitFault::TooFewFactors { n_found: 0, n_needed: 1 };
    assert_eq!(model.fit(&sample).map(|f| f.n_observations()), Err(fault));
}

#[test]
fn portfolios_are_checked() {
    let mut model = ControlModel::default();
    let none: [&str; 0] = [];
    assert!(model.add_equal("a", None, none).is_err());
    assert!(model.add_control("a", None, "a").is_err());
    assert!(model.add_equal("a", None, ["b", "b"]).is_err());
    assert!(model.add("a", None, [("b", 0.5), ("c", 0.6)]).is_err());
    assert!(model.add("a", None, [("b", f64::NAN)]).is_err());
    assert!(model.add("a", None, [("b", 1.5), ("c", -0.5)]).is_ok());
    let fit = |returns: &[f64], control: &[f64]| {
        let factors = [control, control];
        let sample = EstimationSample::new(returns, &factors).with_asset("a");
        model.fit(&sample).map(|f| f.n_observations())
    };
    assert_eq!(fit(&[0.1], &[0.2]), Err(FitFault::TooFewRows { n_found: 1, n_needed: 2 }));
    assert_eq!(fit(&[0.1, 0.3, 0.2], &[0.1, 0.3, 0.2]), Err(FitFault::ZeroVariance));
}

fn table(rows: &[(&str, u32, f64, f64)]) -> Characteristics {
    let mut known = Characteristics::new(["size", "ratio"]).unwrap();
    for (asset, date, size, ratio) in rows {
        known.insert(asset, day(*date), &[*size, *ratio]).unwrap();
    }
    known
}

fn request(asset: &str) -> MatchRequest {
    MatchRequest { asset: asset.to_owned(), event: day(20), from: day(10), to: day(25) }
}

fn names(found: &MatchResult) -> Vec<&str> {
    found.matches[0].controls.iter().map(|(name, _)| name.as_str()).collect()
}

const ALL: [&str; 6] = ["f", "e", "d", "c", "b", "a"];

fn six() -> Characteristics {
    table(&[
        ("a", 1, 100.0, 0.5),
        ("b", 1, 131.0, 0.5),
        ("c", 1, 130.0, 0.9),
        ("d", 1, 70.0, 0.2),
        ("e", 1, 101.0, 0.9),
        ("f", 1, 60.0, 0.51),
    ])
}

#[test]
fn the_nearest_within_the_band_and_the_first_by_name() {
    let find =
        |matching: ControlMatching| matching.find(&six(), &ALL, &[request("a")], &[]).unwrap();
    assert_eq!(names(&find(ControlMatching::nearest("size"))), ["e"]);
    // `b` and `f` are nearer in ratio and outside of 70 to 130; `d` is on the edge.
    let found = find(ControlMatching::barber_lyon("size", "ratio"));
    assert_eq!(names(&found), ["d"]);
    close(found.matches[0].controls[0].1, 0.3, 1e-14);
    // `c` and `e` are at the same distance.
    let three = ControlMatching::barber_lyon("size", "ratio").controls(3).unwrap();
    let found = find(three);
    assert_eq!(names(&found), ["d", "c", "e"]);
    assert_eq!(found.model.factors_of("a", day(20)).unwrap(), ["d", "c", "e"]);
    let four = ControlMatching::barber_lyon("size", "ratio").controls(4).unwrap();
    let fault = MatchFault::TooFewCandidates {
        n_found: 3,
        n_needed: 4,
        n_with_events: 0,
        n_unknown: 0,
        n_outside: 2,
    };
    let found = find(four);
    assert_eq!((found.matches.len(), found.unmatched[0].fault), (0, fault));
    assert!(found.model.factors_of("a", day(20)).unwrap().is_empty());
}

#[test]
fn an_asset_with_an_event_in_the_period_is_no_control() {
    let nearest = ControlMatching::nearest("size");
    let mut second = request("e");
    let find = |requests: &[MatchRequest], others: &[(&str, NaiveDate)]| {
        nearest.find(&six(), &ALL, requests, others).unwrap()
    };
    assert_eq!(names(&find(&[request("a"), second.clone()], &[])), ["c"]);
    // `a` and `e` are kept from each other.
    let both = find(&[request("a"), second.clone()], &[]);
    assert_eq!(both.matches[1].controls[0].0, "c");
    second.event = day(26);
    assert_eq!(names(&find(&[request("a"), second], &[])), ["e"]);
    assert_eq!(names(&find(&[request("a")], &[("e", day(10))])), ["c"]);
    assert_eq!(names(&find(&[request("a")], &[("e", day(9))])), ["e"]);
    let busy: Vec<(&str, NaiveDate)> = ALL.iter().map(|name| (*name, day(15))).collect();
    let fault = MatchFault::TooFewCandidates {
        n_found: 0,
        n_needed: 1,
        n_with_events: 5,
        n_unknown: 0,
        n_outside: 0,
    };
    let found = find(&[request("a")], &busy);
    assert_eq!(found.unmatched[0].fault, fault);
    assert!(fault.to_string().contains("5 have an event"), "{fault}");
}

#[test]
fn only_what_was_known_before_the_event_is_read() {
    let mut known = six();
    let nearest = ControlMatching::nearest("size");
    let find = |known: &Characteristics, matching: &ControlMatching| {
        matching.find(known, &ALL, &[request("a")], &[]).unwrap()
    };
    let before = find(&known, &nearest);
    for asset in ALL {
        known.insert(asset, day(20), &[7.0, 7.0]).unwrap();
        known.insert(asset, day(21), &[9.0, 9.0]).unwrap();
    }
    assert_eq!(find(&known, &nearest), before);
    known.insert("f", day(19), &[100.0, 0.5]).unwrap();
    assert_eq!(names(&find(&known, &nearest)), ["f"]);
    assert_eq!(known.known_before("f", day(20), 1), Some([100.0, 0.5].as_slice()));
    assert_eq!(known.known_before("f", day(20), 0), None);
    // Values of the first of the month are 19 days old.
    let fresh = nearest.clone().max_age_days(18);
    assert_eq!(find(&known, &fresh).unmatched[0].fault, MatchFault::NothingKnown);
    let fresh = nearest.max_age_days(19);
    assert_eq!(names(&find(&known, &fresh)), ["f"]);
}

#[test]
fn several_characteristics_are_put_in_units() {
    // Sizes are a thousand times the ratios; in plain units the ratio would not count.
    let known = table(&[
        ("a", 1, 1000.0, 1.0),
        ("b", 1, 1100.0, 5.0),
        ("c", 1, 1800.0, 1.2),
        ("d", 1, 3000.0, 9.0),
        ("e", 1, 200.0, 3.0),
    ]);
    let candidates = ["a", "b", "c", "d", "e"];
    let find = |matching: ControlMatching| {
        matching.find(&known, &candidates, &[request("a")], &[]).unwrap()
    };
    let found = find(ControlMatching::standardised(["size", "ratio"]).controls(4).unwrap());
    assert_eq!(names(&found)[0], "c");
    let sd = |x: [f64; 4]| {
        let mean = x.iter().sum::<f64>() / 4.0;
        (x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 3.0).sqrt()
    };
    let (size, ratio) = (sd([1100.0, 1800.0, 3000.0, 200.0]), sd([5.0, 1.2, 9.0, 3.0]));
    let c = ((800.0 / size).powi(2) + (0.2 / ratio).powi(2)).sqrt();
    close(found.matches[0].controls[0].1, c, 1e-12);
    // By hand: inverse of the covariance of the four.
    let found = find(ControlMatching::mahalanobis(["size", "ratio"]).controls(4).unwrap());
    let cov = {
        let (x, y) = ([1100.0, 1800.0, 3000.0, 200.0], [5.0, 1.2, 9.0, 3.0]);
        let (mx, my) = (x.iter().sum::<f64>() / 4.0, y.iter().sum::<f64>() / 4.0);
        x.iter().zip(&y).map(|(a, b)| (a - mx) * (b - my)).sum::<f64>() / 3.0
    };
    let det = size * size * ratio * ratio - cov * cov;
    let form = |dx: f64, dy: f64| {
        ((ratio * ratio * dx * dx - 2.0 * cov * dx * dy + size * size * dy * dy) / det).sqrt()
    };
    for (name, distance) in &found.matches[0].controls {
        let at = known.known_before(name, day(20), 99).unwrap();
        close(*distance, form(at[0] - 1000.0, at[1] - 1.0), 1e-11);
    }
}

#[test]
fn faults_are_named() {
    let known = table(&[("a", 1, 10.0, 1.0), ("b", 1, 20.0, 2.0), ("c", 1, 30.0, 3.0)]);
    let find = |matching: ControlMatching, candidates: &[&str]| {
        matching
            .find(&known, candidates, &[request("a")], &[])
            .map(|found| found.unmatched.first().map(|u| u.fault))
    };
    let both = || ["size", "ratio"];
    // The ratio is a tenth of the size.
    let no_spread = Some(MatchFault::NoSpread);
    assert_eq!(find(ControlMatching::mahalanobis(both()), &["b", "c"]).unwrap(), no_spread);
    assert_eq!(find(ControlMatching::standardised(both()), &["b", "c"]).unwrap(), None);
    assert_eq!(find(ControlMatching::standardised(both()), &["b"]).unwrap(), no_spread);
    let unknown = MatchFault::TooFewCandidates {
        n_found: 0,
        n_needed: 1,
        n_with_events: 0,
        n_unknown: 1,
        n_outside: 0,
    };
    assert_eq!(find(ControlMatching::nearest("size"), &["x"]).unwrap(), Some(unknown));
    assert!(find(ControlMatching::nearest("beta"), &["b"]).is_err());
    let none: [&str; 0] = [];
    assert!(find(ControlMatching::mahalanobis(none), &["b"]).is_err());
    assert!(ControlMatching::nearest("size").band("size", 2.0, 1.0).is_err());
    assert!(ControlMatching::nearest("size").controls(0).is_err());
    assert!(Characteristics::new(none).is_err());
    assert!(Characteristics::new(["x", "x"]).is_err());
    let mut table = Characteristics::new(["x"]).unwrap();
    assert!(table.insert("a", day(1), &[1.0, 2.0]).is_err());
    assert!(table.insert("a", day(1), &[f64::NAN]).is_err());
    assert!(table.insert("a", day(1), &[1.0]).is_ok());
    assert!(table.insert("a", day(1), &[1.0]).is_err());
}
