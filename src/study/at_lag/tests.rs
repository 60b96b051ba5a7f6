use chrono::Days;

use super::*;
use crate::events::Event;
use crate::models::{ConstantMeanModel, MarketModel};
use crate::panel::{Compounding, PricePanel, Universe};
use crate::study::PlaceboSettings;
use crate::time::EstimationWindow;

fn day(k: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + Days::new(k)
}

fn data(n: u64) -> StudyData {
    let wave = |a: f64, b: f64| {
        let price = move |k: u64| {
            let t = k as f64;
            100.0 * (1.0 + 0.1 * (a * t).sin() + 0.05 * (b * t * t).cos())
        };
        (0..n).map(|k| (day(k), price(k))).collect::<Vec<_>>()
    };
    let series = [("x", wave(0.7, 0.3)), ("y", wave(1.3, 0.2)), ("index", wave(0.4, 0.6))];
    let prices = PricePanel::from_series(series.map(|(n, p)| (n.to_owned(), p)).to_vec()).unwrap();
    StudyData::new(prices, Compounding::Simple)
}

fn events(days: &[u64]) -> EventSet {
    let dates: Vec<NaiveDate> = days.iter().map(|k| day(*k)).collect();
    EventSet::from_dates(&dates).unwrap()
}

fn study(windows: &[EventWindow]) -> EventStudy {
    let placebo = PlaceboSettings { n_sets: 99, from: Some(day(50)), ..PlaceboSettings::default() };
    EventStudy::builder(Universe::of(["x", "y"]), MarketModel::on("index"))
        .estimation_window(EstimationWindow::trailing(40).unwrap())
        .windows(windows.iter().copied())
        .placebo(Some(placebo))
        .bootstrap(None)
        .build()
        .unwrap()
}

fn months() -> [EventWindow; 2] {
    [EventWindow::months(0, 1).unwrap(), EventWindow::months(0, 2).unwrap()]
}

#[test]
fn both_parts_are_the_studies_of_their_windows() {
    let (data, events) = (data(500), events(&[100, 200, 300, 420]));
    let found = study(&months()).at_lag(&data, &events, day(320)).unwrap();
    assert_eq!((found.as_of, found.event, found.n_earlier), (day(320), day(300), 2));
    assert_eq!(found.window, months()[1]);
    // 2024-10-27 and two months: 61 days.
    let parts = [EventWindow::days(1, 20).unwrap(), EventWindow::days(21, 61).unwrap()];
    let (elapsed, rest) = (found.elapsed.unwrap(), found.rest.unwrap());
    assert_eq!([elapsed.window, rest.window], parts);
    // The same by hand.
    let known = data.through(day(320)).unwrap();
    let earlier = study(&parts).run(&known, &events.between(day(0), day(250))).unwrap();
    assert_eq!(elapsed.earlier.as_ref().unwrap().mean, earlier.windows[0].mean);
    assert_eq!(elapsed.earlier.as_ref().unwrap().placebo, earlier.windows[0].placebo);
    assert_eq!(rest.earlier.as_ref().unwrap().placebo, earlier.windows[1].placebo);
    assert_eq!(rest.earlier.as_ref().unwrap().n_event_dates, 2);
    let current = study(&parts[..1]).run(&known, &events.between(day(300), day(300))).unwrap();
    assert_eq!(elapsed.current.as_ref(), current.windows[0].events.first());
    assert!(elapsed.current.unwrap().placebo.is_some());
    assert_eq!((rest.current, elapsed.current_fault, rest.earlier_fault), (None, None, None));
    // Ordinary dates: from the first allowed one to the last with 61 days of prices after it.
    let ordinary = rest.ordinary.unwrap();
    assert_eq!(ordinary.n_dates, 320 - 61 - 50 + 1);
    assert!(ordinary.quantiles.is_sorted());
    let single = study(&parts).prepare(&known).unwrap().placebo_values(1);
    let n_above = single.iter().filter(|(date, x)| *date >= day(50) && *x > 0.0).count();
    assert_eq!(ordinary.share_positive, n_above as f64 / ordinary.n_dates as f64);
}

#[test]
fn before_the_window_and_after_it() {
    let (data, events) = (data(500), events(&[100, 200, 300]));
    let cut = |window: EventWindow, as_of: u64| {
        let found = study(&[window]).at_lag(&data, &events, day(as_of)).unwrap();
        [found.elapsed, found.rest].map(|part| part.map(|part| part.window.to_string()))
    };
    let shown = |text: &str| Some(text.to_owned());
    // Windows in months begin on the day after the event.
    assert_eq!(cut(months()[0], 300), [None, shown("[+1, +31] days")]);
    assert_eq!(cut(months()[0], 331), [shown("[+1, +31] days"), None]);
    assert_eq!(cut(months()[0], 400), [shown("[+1, +31] days"), None]);
    let rows = EventWindow::rows(-1, 5).unwrap();
    assert_eq!(cut(rows, 300), [shown("[-1, +0]"), shown("[+1, +5]")]);
    assert_eq!(cut(rows, 303), [shown("[-1, +3]"), shown("[+4, +5]")]);
    let days = EventWindow::days(2, 5).unwrap();
    assert_eq!(cut(days, 304), [shown("[+2, +4] days"), shown("[+5, +5] days")]);
}

#[test]
fn windows_in_sessions_are_cut_between_sessions() {
    let sessions = DateAxis::new((0..250).map(|k| day(2 * k)).collect()).unwrap();
    let data = data(500).with_sessions(sessions).unwrap();
    let window = EventWindow::sessions(1, 5).unwrap();
    let found = study(&[window]).at_lag(&data, &events(&[100, 200, 300]), day(305)).unwrap();
    // Sessions on days 302 and 304 have been; day 305 belongs to the next.
    assert_eq!(found.elapsed.unwrap().window, EventWindow::sessions(1, 2).unwrap());
    assert_eq!(found.rest.unwrap().window, EventWindow::sessions(3, 5).unwrap());
}

#[test]
fn a_first_event_has_no_history_and_says_so() {
    let data = data(500);
    let found = study(&months()).at_lag(&data, &events(&[300]), day(320)).unwrap();
    assert_eq!(found.n_earlier, 0);
    assert!(found.caveat().starts_with("No earlier event has a response here"));
    let part = found.elapsed.unwrap();
    assert!(part.current.is_some() && part.earlier.is_none() && part.ordinary.is_some());
    assert_eq!(part.earlier_fault.as_deref(), Some("there is none"));
    // An earlier event without enough prices before it.
    let found = study(&months()).at_lag(&data, &events(&[10, 300]), day(320)).unwrap();
    let fault = found.rest.unwrap().earlier_fault.unwrap();
    assert!(fault.starts_with("no response is left"), "{fault}");
    let error = study(&months()).at_lag(&data, &events(&[300]), day(299)).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("no events: none of the study's is on or before {}", day(299))
    );
    let late = EventSet::new(vec![Event::market(day(505), "late")]).unwrap();
    let error = study(&months()).at_lag(&data, &late, day(510)).unwrap_err().to_string();
    assert!(error.contains("last date of the prices"), "{error}");
}

#[test]
fn the_caveat_names_what_so_few_events_can_show() {
    let (data, events) = (data(500), events(&[100, 200, 300]));
    let found = study(&months()).at_lag(&data, &events, day(320)).unwrap();
    let w = found.rest.as_ref().unwrap().earlier.as_ref().unwrap();
    let least = w.placebo.as_ref().unwrap().minimum_detectable_effect.unwrap();
    let caveat = found.caveat();
    assert!(caveat.starts_with("2 earlier event dates are 2 observations, "), "{caveat}");
    assert!(caveat.contains("can fall below 0.500"), "{caveat}");
    assert!(caveat.contains(&format!("one below {:.1} % would", 100.0 * least)), "{caveat}");
    // Without placebo dates there is no detectable effect to name.
    let bare = EventStudy::builder(Universe::of(["x"]), ConstantMeanModel)
        .estimation_window(EstimationWindow::trailing(40).unwrap())
        .windows(months())
        .placebo(None)
        .build()
        .unwrap();
    let found = bare.at_lag(&data, &events, day(320)).unwrap();
    assert!(!found.caveat().contains("ordinary dates"));
    assert!(found.rest.unwrap().ordinary.is_none());
}
