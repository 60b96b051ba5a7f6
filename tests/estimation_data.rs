//! What models are fitted to: excluded dates, windows of other events, comparison periods,
//! trade-to-trade returns.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{Noise, close, compound, day, events, market, market_rows, panel, requests, table};
use eventstudy::abnormal::{AbnormalReturns, Contamination, Design, Reason};
use eventstudy::events::{Event, EventSet};
use eventstudy::models::{
    ComparisonPeriodMeanModel, ConstantMeanModel, EstimationSample, ExpectedReturnModel,
    FactorModel, FitFault, FittedModel, MarketAdjustedModel, MarketModel,
};
use eventstudy::panel::{Compounding, PricePanel};
use eventstudy::time::{EstimationReturns, EstimationWindow, EventWindow};

fn trailing(length: usize) -> EstimationWindow {
    EstimationWindow::trailing(length).unwrap().min_observations(5)
}

fn design(first: i32, last: i32, estimation: EstimationWindow) -> Design {
    Design::new(vec![EventWindow::rows(first, last).unwrap()], estimation).unwrap()
}

fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

/// Simple returns of an asset on these rows.
fn returns(prices: &PricePanel, asset: &str, rows: impl IntoIterator<Item = usize>) -> Vec<f64> {
    let returns = prices.to_returns(Compounding::Simple);
    let id = returns.asset(asset).unwrap();
    rows.into_iter().filter_map(|row| returns.value(id, row)).collect()
}

/// The constant mean fitted to a response, with its number of observations.
fn fitted_mean(table: &AbnormalReturns, k: usize) -> (f64, usize) {
    let fit = table.responses()[k].fit();
    (fit.coefficients().0, fit.n_observations())
}

#[test]
fn excluded_dates_take_no_part_and_are_counted() {
    let prices = market(21, 1, 80);
    // The estimation window is rows 30 to 49; rows 35 to 38 and 49 are left out, row 60 is elsewhere.
    let dates = [(day(35), day(38)), (day(49), day(55)), (day(60), day(60))];
    let estimation = trailing(20).excluding_dates(dates).unwrap();
    let simple = Compounding::Simple;
    let run = |estimation: EstimationWindow| {
        let design = design(0, 2, estimation);
        table(&prices, simple, &ConstantMeanModel, &design, &events(&[50]), &["a0"])
    };
    let found = run(estimation.clone());
    let kept = returns(&prices, "a0", (30..49).filter(|row| !(35..=38).contains(row)));
    let (alpha, n) = fitted_mean(&found, 0);
    assert_eq!(n, 15);
    close(alpha, mean(&kept), 1e-12);
    let event = &found.events()[0];
    let counted = Contamination { n_rows: 20, n_excluded: 5, n_overlapping: 0, n_other_events: 0 };
    assert_eq!((event.estimation.clone(), event.contamination), (30..50, counted));
    assert_eq!(event.estimation_rows().ranges(), [30..35, 39..49]);
    // They shorten the window: what is left may be too little, and no earlier row comes in.
    let short = run(estimation.min_observations(16));
    let too_short =
        Reason::EstimationTooShort { n_found: 15, n_needed: 16, n_rows: 20, n_left_out: 5 };
    assert_eq!(
        too_short.to_string(),
        "15 of 20 estimation returns present, 16 needed, 5 rows left out (lower \
         `min_observations` to keep it)"
    );
    assert_eq!(short.exclusions()[0].reason, too_short);
}

#[test]
fn a_benchmark_may_lack_what_is_excluded() {
    let mut rows = market_rows(22, 1, 80);
    rows[0].1[36] = f64::NAN;
    let prices = panel(&rows.iter().map(|(n, r)| (n.as_str(), r.clone())).collect::<Vec<_>>());
    let excluded = |n: usize| {
        let estimation = match n {
            0 => trailing(20),
            n => trailing(20).excluding_dates([(day(36), day(35 + n))]).unwrap(),
        };
        let (design, model) = (design(0, 2, estimation), MarketModel::on("m"));
        table(&prices, Compounding::Log, &model, &design, &events(&[50]), &["a0"])
    };
    // A price is missing on row 36, so returns are on rows 36 and 37.
    let missing = |row| Reason::BenchmarkMissing { benchmark: "m".to_owned(), date: day(row) };
    assert_eq!(excluded(0).exclusions()[0].reason, missing(36));
    assert_eq!(excluded(1).exclusions()[0].reason, missing(37));
    assert_eq!(excluded(2).responses().len(), 1);
}

/// Events of the whole market on rows 40 and 52, of a1 alone on row 46, and one right after the
/// start of the data, whose window begins before it.
fn four_events() -> EventSet {
    EventSet::new(vec![
        Event::market(day(2), "start"),
        Event::market(day(40), "first"),
        Event::of_asset(day(46), "a1", "own"),
        Event::market(day(52), "second"),
    ])
    .unwrap()
}

#[test]
fn windows_of_other_events_are_counted_and_left_out_on_request() {
    let prices = market(23, 2, 80);
    let run = |exclude: bool| {
        let estimation = trailing(30).excluding_other_events(exclude);
        let (design, model) = (design(-4, 2, estimation), ConstantMeanModel);
        table(&prices, Compounding::Simple, &model, &design, &four_events(), &["a0", "a1"])
    };
    let tables = [false, true].map(run);
    for table in &tables {
        // "first": rows 6 to 35; "start" takes rows 0 to 4. "own": rows 12 to 41, "first" takes 36
        // to 42. "second": rows 18 to 47, "own" takes 42 to 48.
        let counted: Vec<_> = table
            .events()
            .iter()
            .map(|e| {
                (e.label.as_str(), e.contamination.n_overlapping, e.contamination.n_other_events)
            })
            .collect();
        assert_eq!(counted, [("first", 0, 0), ("own", 6, 1), ("second", 12, 2)]);
        assert_eq!(table.exclusions().len(), 1, "the window of `start` begins before the data");
    }
    let [with, without] = &tables;
    // Responses: first a0, first a1, own a1, second a0, second a1.
    for k in 0..2 {
        assert_eq!(fitted_mean(with, k), fitted_mean(without, k));
    }
    let check = |table: &AbnormalReturns, k: usize, asset: &str, rows: Vec<usize>| {
        let (alpha, n) = fitted_mean(table, k);
        assert_eq!(n, rows.len());
        close(alpha, mean(&returns(&prices, asset, rows)), 1e-12);
    };
    check(with, 2, "a1", (12..42).collect());
    check(without, 2, "a1", (12..36).collect());
    check(with, 3, "a0", (18..48).collect());
    // The event of a1 alone does not touch a0.
    check(without, 3, "a0", (18..48).filter(|row| !(36..43).contains(row)).collect());
    check(without, 4, "a1", (18..36).collect());
}

#[test]
fn an_event_that_is_no_event_of_the_study_contaminates_all_the_same() {
    // The first event lies too early to be estimated, and its window starts before the data.
    let prices = market(24, 1, 60);
    let estimation = trailing(20).excluding_other_events(true);
    let (design, model) = (design(-4, 2, estimation), ConstantMeanModel);
    let two = events(&[2, 26]);
    let table = table(&prices, Compounding::Simple, &model, &design, &two, &["a0"]);
    assert_eq!(table.events().len(), 1);
    let contamination = table.events()[0].contamination;
    assert_eq!((contamination.n_overlapping, contamination.n_other_events), (3, 1));
    let (alpha, n) = fitted_mean(&table, 0);
    assert_eq!(n, 17);
    close(alpha, mean(&returns(&prices, "a0", 5..22)), 1e-12);
}

#[test]
fn events_beside_the_requests_count_as_other_events() {
    let prices = market(25, 1, 80);
    let estimation = trailing(30).excluding_other_events(true);
    let beside = requests(&prices, &events(&[35]), &["a0"]);
    let (design, model) = (design(-1, 2, estimation).beside(beside), ConstantMeanModel);
    let table = table(&prices, Compounding::Simple, &model, &design, &events(&[50]), &["a0"]);
    assert_eq!(table.events()[0].contamination.n_overlapping, 4);
    assert_eq!(fitted_mean(&table, 0).1, 26);
}

#[test]
fn comparison_periods_lie_on_both_sides() {
    let prices = market(26, 1, 100);
    let around = EstimationWindow::comparison([(-20, -6), (6, 15)]).unwrap();
    let model = ComparisonPeriodMeanModel;
    let design = design(-1, 1, around.clone());
    let found = table(&prices, Compounding::Simple, &model, &design, &events(&[50]), &["a0"]);
    let kept = returns(&prices, "a0", (30..45).chain(56..66));
    let fit = found.responses()[0].fit();
    close(fit.coefficients().0, mean(&kept), 1e-12);
    let squares: f64 = kept.iter().map(|r| (r - mean(&kept)).powi(2)).sum();
    let s = (squares / 24.0).sqrt();
    close(fit.residual_std_dev(), s, 1e-12);
    let car = found.cumulate(&found.responses()[0], 0..3).unwrap();
    close(car.forecast_std_dev, s * (3.0_f64 + 9.0 / 25.0).sqrt(), 1e-12);
    assert_eq!(found.events()[0].estimation, 30..66);
    // Periods that an event window in days reaches into exclude the event, and say so.
    let window = EventWindow::days(0, 7).unwrap();
    let design = Design::new(vec![window], around.clone()).unwrap();
    let overlapping = table(&prices, Compounding::Simple, &model, &design, &events(&[50]), &["a0"]);
    let reason = &overlapping.exclusions()[0].reason;
    assert_eq!(*reason, Reason::ComparisonInEventWindow { n_rows: 2 });
    let design = Design::new(vec![EventWindow::rows(-1, 1).unwrap()], around.clone()).unwrap();
    let late = table(&prices, Compounding::Simple, &model, &design, &events(&[90]), &["a0"]);
    let outside = Reason::ComparisonOutsideData { n_found: 19, n_needed: 25 };
    assert_eq!(late.exclusions()[0].reason, outside);
    let error = Design::new(vec![EventWindow::rows(-6, 1).unwrap()], around).unwrap_err();
    assert_eq!(
        error.to_string(),
        "comparison periods = [-20, -6] and [+6, +15]: expected rows outside the event windows"
    );
}

#[test]
fn periods_after_the_event_alone_suffice() {
    let prices = market(27, 1, 60);
    let after = EstimationWindow::comparison([(3, 22)]).unwrap();
    let (design, model) = (design(0, 2, after), MarketModel::on("m"));
    let found = table(&prices, Compounding::Simple, &model, &design, &events(&[1]), &["a0"]);
    let (y, x) = (returns(&prices, "a0", 4..24), returns(&prices, "m", 4..24));
    let expected = model.fit(&EstimationSample::new(&y, &[&x])).unwrap();
    let fit = found.responses()[0].fit();
    assert_eq!(fit.coefficients(), expected.coefficients());
}

/// Asset a lacks prices on these rows; returns are whole percents, so that sums can be checked by
/// hand.
fn thin(holes: &[usize]) -> PricePanel {
    let mut noise = Noise::new(31);
    let mut whole = |scale: f64| -> Vec<f64> {
        (0..60).map(|_| (scale * noise.next()).round() / 100.0).collect()
    };
    let (m, own) = (whole(3.0), whole(2.0));
    let a: Vec<f64> = m.iter().zip(&own).map(|(m, e)| 1.5 * m + e + 0.001).collect();
    let (m, mut a) = (compound(&m), compound(&a));
    for row in holes {
        a[*row] = f64::NAN;
    }
    panel(&[("m", m), ("a", a)])
}

/// α, β, s, N, mean and S of `R/√n = α√n + β R_m/√n + e`, by the normal equations.
fn normal_equations(obs: &[(f64, f64, f64)]) -> [f64; 6] {
    let sum = |f: &dyn Fn(&(f64, f64, f64)) -> f64| obs.iter().map(f).sum::<f64>();
    let (n, ny, nx) = (sum(&|o| o.2), sum(&|o| o.0), sum(&|o| o.1));
    let (xx, xy) = (sum(&|o| o.1 * o.1 / o.2), sum(&|o| o.1 * o.0 / o.2));
    let determinant = n * xx - nx * nx;
    let (alpha, beta) = ((ny * xx - nx * xy) / determinant, (n * xy - nx * ny) / determinant);
    let ssr = sum(&|o| (o.0 - alpha * o.2 - beta * o.1).powi(2) / o.2);
    let s = (ssr / (obs.len() as f64 - 2.0)).sqrt();
    [alpha, beta, s, n, nx / n, determinant / n]
}

#[test]
fn trade_to_trade_returns_by_hand() {
    // Estimation rows 10 to 39. Prices are missing on rows 15, 16 and 22; 9 and 10 (the return
    // over that hole starts before the window); 39 and 40 (it ends after it).
    let prices = thin(&[9, 10, 15, 16, 22, 39, 40]);
    let estimation = trailing(30).with_returns(EstimationReturns::TradeToTrade).gap(5);
    let (design, model) = (design(0, 3, estimation), MarketModel::on("m"));
    let table = table(&prices, Compounding::Simple, &model, &design, &events(&[45]), &["a"]);
    let price = |name: &str, row| prices.price(prices.asset(name).unwrap(), row).unwrap();
    let over = |from: usize, to: usize| {
        let of = |name: &str| price(name, to) / price(name, from) - 1.0;
        (of("a"), of("m"), (to - from) as f64)
    };
    let mut observations = vec![over(14, 17), over(21, 23)];
    let single = (12..39).filter(|row| ![15, 16, 17, 22, 23].contains(row));
    observations.extend(single.map(|row| over(row - 1, row)));
    let [alpha, beta, s, n, mean, squares] = normal_equations(&observations);
    let fit = table.responses()[0].fit();
    let (found_alpha, found_beta) = fit.coefficients();
    close(found_alpha, alpha, 1e-10);
    close(found_beta[0], beta, 1e-10);
    close(fit.residual_std_dev(), s, 1e-10);
    assert_eq!((fit.n_observations(), fit.degrees_of_freedom()), (24, 22));
    assert_eq!(n, 27.0);
    let errors = fit.standard_errors().unwrap();
    close(errors[0], s * (1.0 / n + mean * mean / squares).sqrt(), 1e-10);
    close(errors[1], s / squares.sqrt(), 1e-10);
    // The forecast variance of 4 rows: s² (4 + 16/N + (ΣF − 4 mean)²/S).
    let factor_sum: f64 = (45..49).map(|row| over(row - 1, row).1).sum();
    let forecast = s * (4.0 + 16.0 / n + (factor_sum - 4.0 * mean).powi(2) / squares).sqrt();
    close(table.cumulate(&table.responses()[0], 0..4).unwrap().forecast_std_dev, forecast, 1e-10);
}

#[test]
fn means_of_trade_to_trade_returns_by_hand() {
    let returns = [0.03, 0.01, -0.04, 0.02];
    let benchmark = [0.02, 0.01, -0.01, 0.01];
    let lengths = [2, 1, 4, 1];
    let factors = [benchmark.as_slice()];
    let sample = EstimationSample::new(&returns, &factors).with_lengths(&lengths);
    let check = |fit: Box<dyn FittedModel>, x: [f64; 4]| {
        let mean = x.iter().sum::<f64>() / 8.0;
        let squares: f64 =
            x.iter().zip([2.0, 1.0, 4.0, 1.0]).map(|(x, n)| (x - n * mean).powi(2) / n).sum();
        let s = (squares / 3.0).sqrt();
        close(fit.residual_std_dev(), s, 1e-12);
        close(fit.estimation_error(3, &[0.05]), 9.0 / 8.0, 1e-12);
        mean
    };
    let without = EstimationSample::new(&returns, &[]).with_lengths(&lengths);
    for model in [&ConstantMeanModel as &dyn ExpectedReturnModel, &ComparisonPeriodMeanModel] {
        let fit = model.fit(&without).unwrap();
        let alpha = fit.coefficients().0;
        close(alpha, check(fit, returns), 1e-12);
    }
    check(MarketAdjustedModel::on("m").fit(&sample).unwrap(), [0.01, 0.0, -0.03, 0.01]);
}

#[test]
fn without_holes_trade_to_trade_is_row_by_row_to_the_bit() {
    let prices = thin(&[]);
    let bits = |returns: EstimationReturns, model: &dyn ExpectedReturnModel| {
        let design = design(0, 3, trailing(30).with_returns(returns));
        let table = table(&prices, Compounding::Log, model, &design, &events(&[45]), &["a"]);
        let found = table.cumulate(&table.responses()[0], 0..4).unwrap();
        [found.car, found.csar, found.forecast_std_dev].map(f64::to_bits)
    };
    let models: [&dyn ExpectedReturnModel; 3] =
        [&ConstantMeanModel, &MarketAdjustedModel::on("m"), &FactorModel::on(["m"])];
    for model in models {
        let [rows, trades] = [EstimationReturns::RowByRow, EstimationReturns::TradeToTrade]
            .map(|returns| bits(returns, model));
        assert_eq!(rows, trades);
    }
}

#[test]
fn a_hole_that_something_is_left_out_of_is_no_observation() {
    let prices = thin(&[20, 21, 30]);
    let estimation = trailing(30)
        .with_returns(EstimationReturns::TradeToTrade)
        .excluding_dates([(day(21), day(21))])
        .unwrap();
    let design = design(0, 3, estimation);
    let run = |model: &dyn ExpectedReturnModel| {
        table(&prices, Compounding::Log, model, &design, &events(&[45]), &["a"])
    };
    // Of rows 15 to 44, 20 to 22 lack returns and one of them is excluded; 30 and 31 are a hole
    // whose return counts.
    let fit = run(&ConstantMeanModel);
    let fit = fit.responses()[0].fit();
    assert_eq!(fit.n_observations(), 30 - 3 - 2 + 1);
    close(fit.estimation_error(1, &[]), 1.0 / 27.0, 1e-12);
    // A model that knows no lengths says so instead of taking each return for one row's.
    let unable = run(&Short);
    assert!(unable.responses().is_empty());
    assert_eq!(unable.exclusions()[0].reason, Reason::Fit { fault: FitFault::LongReturns });
}

/// A constant mean that does not say that it takes long returns.
#[derive(Debug)]
struct Short;

impl ExpectedReturnModel for Short {
    fn name(&self) -> String {
        "short".to_owned()
    }
    fn factors(&self) -> &[String] {
        &[]
    }
    fn fit(&self, sample: &EstimationSample<'_>) -> Result<Box<dyn FittedModel>, FitFault> {
        ConstantMeanModel.fit(sample)
    }
}
