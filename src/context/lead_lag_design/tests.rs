use super::*;
use crate::numeric::streams::stream;
use rand::Rng;

fn day(n: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2015, 1, 1).unwrap() + chrono::Days::new(n as u64)
}

fn noise(seed: u64, n: usize) -> Vec<f64> {
    let mut stream = stream(seed, 0);
    let mut uniform = || (stream.next_u64() >> 11) as f64 / (1_u64 << 53) as f64 - 0.5;
    (0..n).map(|_| 0.04 * uniform()).collect()
}

fn panel(name: &str, returns: &[f64]) -> PricePanel {
    let closes = returns.iter().scan(0.0, |sum, r| {
        *sum += r;
        Some(f64::exp(*sum))
    });
    let dated = closes.enumerate().map(|(n, c)| (day(n), c)).collect();
    PricePanel::from_series(vec![(name.to_owned(), dated)]).unwrap()
}

fn design() -> LeadLagDesign {
    LeadLagDesign::new(LagOrder::Rows(3), LagOrder::Rows(1))
        .without(CrisisRule::dates("first spring", [Period::new(day(60), day(150)).unwrap()]))
}

#[test]
fn a_lead_of_a_week_is_found_under_every_choice() {
    let x = noise(1, 1400);
    let own = noise(2, 1400);
    let y: Vec<f64> =
        (0..1400).map(|t| own[t] + if t < 7 { 0.0 } else { 1.5 * x[t - 7] }).collect();
    let all_days = LeadLagDesign::new(LagOrder::Rows(8), LagOrder::Rows(1))
        .without(CrisisRule::dates("first spring", [Period::new(day(60), day(150)).unwrap()]));
    let found = all_days.run(&panel("x", &x), "x", &panel("y", &y), "y").unwrap();
    assert_eq!(found.cells.len(), 8);
    assert_eq!(found.agreement(), Some(LeadLagReading::FirstLeads));
    assert_eq!(found.count(LeadLagReading::FirstLeads), 8);
    assert_eq!(found.of(ReturnFrequency::Weekly).cells.len(), 4);
    assert_eq!(found.cells[0].n_left_out, 0);
    assert_eq!(found.cells[1].n_left_out, 13, "Fridays of 90 days");
    assert_eq!(found.cells[5].n_left_out, 90);
    assert_eq!((found.cells[0].peak.lag, found.cells[4].peak.lag), (1, 7));
}

#[test]
fn the_clock_alone_can_make_a_lead() {
    // The same series on both calendars: under the previous day's bar y is x of the day before,
    // so x leads; under the same day's bar neither does.
    let x = noise(3, 1400);
    let noisy: Vec<f64> = x.iter().zip(noise(4, 1400)).map(|(x, e)| x + 0.3 * e).collect();
    let design = design().significance(0.001);
    let found = design.run(&panel("x", &x), "x", &panel("y", &noisy), "y").unwrap();
    let daily = found.of(ReturnFrequency::Session);
    assert_eq!(daily.cells[0].reading, LeadLagReading::Neither);
    assert_eq!(daily.cells[2].reading, LeadLagReading::FirstLeads);
    assert_eq!((daily.cells[0].peak.lag, daily.cells[2].peak.lag), (0, 1));
    assert_eq!(daily.agreement(), None);
}

#[test]
fn a_lead_in_the_opposite_direction_is_told_apart() {
    let x = noise(1, 1400);
    let own = noise(2, 1400);
    let y: Vec<f64> =
        (0..1400).map(|t| own[t] - if t < 7 { 0.0 } else { 1.5 * x[t - 7] }).collect();
    let design = LeadLagDesign::new(LagOrder::Rows(8), LagOrder::Rows(1));
    let by_p = design.run(&panel("x", &x), "x", &panel("y", &y), "y").unwrap();
    assert_eq!(by_p.agreement(), Some(LeadLagReading::FirstLeads));
    assert_eq!(by_p.count_against_the_sign(), [0, 0]);
    let design = design.same_direction();
    let by_sign = design.run(&panel("x", &x), "x", &panel("y", &y), "y").unwrap();
    assert_eq!(by_sign.agreement(), Some(LeadLagReading::Neither));
    assert_eq!(by_sign.count_against_the_sign(), [4, 0]);
    // In the same direction it counts.
    let y: Vec<f64> =
        (0..1400).map(|t| own[t] + if t < 7 { 0.0 } else { 1.5 * x[t - 7] }).collect();
    let found = design.run(&panel("x", &x), "x", &panel("y", &y), "y").unwrap();
    assert_eq!(found.agreement(), Some(LeadLagReading::FirstLeads));
    assert_eq!(found.count_against_the_sign(), [0, 0]);
}

#[test]
fn returns_end_after_the_one_date_and_by_the_other() {
    let (x, y) = (panel("x", &noise(1, 200)), panel("y", &noise(2, 200)));
    let dates = |design: LeadLagDesign| {
        let pairs =
            design.pairs(ReturnFrequency::Session, BarAlignment::SameDay, (&x, "x"), (&y, "y"))?;
        Ok::<_, Error>((pairs.axis().first(), pairs.axis().last()))
    };
    assert_eq!(dates(design()).unwrap(), (day(1), day(199)));
    assert_eq!(dates(design().since(day(20))).unwrap(), (day(21), day(199)));
    assert_eq!(dates(design().through(day(90))).unwrap(), (day(1), day(90)));
    assert_eq!(dates(design().since(day(20)).through(day(90))).unwrap(), (day(21), day(90)));
    assert_eq!(dates(design().through(day(900))).unwrap(), (day(1), day(199)));
    // A span without returns is no span of all.
    let none = dates(design().since(day(300)).through(day(400)));
    assert!(matches!(none, Err(Error::EmptyAxis)));
    for reversed in [design().since(day(199)), design().since(day(90)).through(day(20))] {
        assert!(matches!(dates(reversed), Err(Error::PeriodReversed { .. })));
    }
}

#[test]
fn faults_are_named() {
    let x = panel("x", &noise(1, 200));
    let text = design().significance(0.0).run(&x, "x", &x, "x").unwrap_err().to_string();
    assert!(text.starts_with("significance = 0"));
    assert!(matches!(design().run(&x, "z", &x, "x"), Err(Error::UnknownAsset { .. })));
}
