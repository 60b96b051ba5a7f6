//! A small market, sets of events in it, and the grid of everything that can be varied.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;

use chrono::{Datelike, NaiveDate, Weekday};
use eventstudy::abnormal::PortfolioRule;
use eventstudy::events::{BreakoutRule, Event, EventSet, RuleAlternatives};
use eventstudy::models::{
    ConstantMeanModel, ExpectedReturnModel, MarketAdjustedModel, MarketModel,
};
use eventstudy::panel::{
    Compounding, ExcludedAssets, MarketValues, PricePanel, PriceSeries, Universe,
};
use eventstudy::study::{
    AssetSet, EventAlternatives, EventStudy, Period, SpecificationCurve, SpecificationGrid,
    StudyData, UniverseAlternative, Weighting,
};
use eventstudy::time::{DateAxis, EstimationWindow, EventWindow};
use ndarray::Array2;

use crate::common::{Noise, compound, market_rows};

pub(crate) const N_ROWS: usize = 420;
pub(crate) const ASSETS: [&str; 6] = ["a0", "a1", "a2", "a3", "a4", "a5"];

/// Prices from Monday to Friday; of each week the sessions are Tuesday, Thursday and Friday.
pub(crate) fn dates() -> Vec<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(2018, 1, 1).unwrap();
    let weekend = [Weekday::Sat, Weekday::Sun];
    first.iter_days().filter(|d| !weekend.contains(&d.weekday())).take(N_ROWS).collect()
}

pub(crate) fn sessions() -> DateAxis {
    let off = [Weekday::Mon, Weekday::Wed];
    DateAxis::new(dates().into_iter().filter(|d| !off.contains(&d.weekday())).collect()).unwrap()
}

pub(crate) fn panel(rows: &[(String, Vec<f64>)]) -> PricePanel {
    let values = Array2::from_shape_fn((rows.len(), N_ROWS), |(asset, row)| rows[asset].1[row]);
    let names = rows.iter().map(|(name, _)| name.clone()).collect();
    PricePanel::new(DateAxis::new(dates()).unwrap(), names, values).unwrap()
}

/// The future after row `cut` is another one where there is a cut.
pub(crate) fn rows(cut: Option<usize>) -> Vec<(String, Vec<f64>)> {
    let mut rows = market_rows(31, ASSETS.len(), N_ROWS);
    // One asset is listed late, one has holes, one dies.
    rows[2].1[..150].fill(f64::NAN);
    rows[3].1[205..208].fill(f64::NAN);
    rows[4].1[300..].fill(f64::NAN);
    if let Some(cut) = cut {
        let mut noise = Noise::new(5);
        for price in rows.iter_mut().flat_map(|(_, prices)| &mut prices[cut + 1..]) {
            *price *= 1.0 + 0.4 * noise.next();
        }
    }
    rows
}

pub(crate) fn data_of(rows: &[(String, Vec<f64>)]) -> StudyData {
    StudyData::new(panel(&rows[1..]), Compounding::Simple)
        .with_benchmarks(&panel(&rows[..1]))
        .unwrap()
        .with_sessions(sessions())
        .unwrap()
}

pub(crate) fn data() -> StudyData {
    data_of(&rows(None))
}

pub(crate) fn values() -> MarketValues {
    let of_day = |(k, date): (usize, NaiveDate)| {
        let named = ASSETS.iter().enumerate();
        named.map(move |(a, name)| (date, (*name).to_owned(), 1.0 + ((k / 20 + 3 * a) % 7) as f64))
    };
    let snapshots = dates().into_iter().enumerate().filter(|(k, _)| k % 20 == 0);
    MarketValues::new(snapshots.flat_map(of_day)).unwrap()
}

pub(crate) fn top(n: usize) -> Universe {
    let excluded = ExcludedAssets::default().with("a5", "by rule");
    Universe::top(n, values()).unwrap().excluding(excluded).min_history(60)
}

pub(crate) fn windows() -> Vec<EventWindow> {
    vec![
        EventWindow::rows(0, 4).unwrap(),
        EventWindow::days(1, 20).unwrap(),
        EventWindow::months(0, 2).unwrap(),
        EventWindow::sessions(1, 3).unwrap(),
    ]
}

pub(crate) fn study(set: AssetSet) -> EventStudy {
    EventStudy::builder(top(4), MarketModel::on("m"))
        .windows(windows())
        .estimation_window(estimation(60))
        .asset_set(set)
        .build()
        .unwrap()
}

pub(crate) fn estimation(length: usize) -> EstimationWindow {
    EstimationWindow::trailing(length).unwrap().gap(2).min_observations(40)
}

pub(crate) fn date(row: usize) -> NaiveDate {
    dates()[row]
}

pub(crate) fn saturday(row: usize) -> NaiveDate {
    date(row).iter_days().find(|d| d.weekday() == Weekday::Sat).unwrap()
}

/// Days of prices that are no sessions, weekends that share their Monday, dates before, after and
/// at the end of the prices.
pub(crate) fn sets() -> Vec<(&'static str, EventSet)> {
    let of = |dates: &[NaiveDate]| EventSet::from_dates(dates).unwrap();
    let outside = NaiveDate::from_ymd_opt(2016, 5, 4).unwrap();
    let late = date(N_ROWS - 1);
    let bunched = [outside, date(110), date(111), date(113), late];
    let twice = EventSet::new(vec![
        Event::market(date(200), "one"),
        Event::market(date(200), "other"),
        Event::market(date(331), "third"),
    ]);
    vec![
        ("weekdays", of(&[date(90), date(171), date(252), date(337)])),
        (
            "weekends",
            of(&[
                saturday(120),
                saturday(120).succ_opt().unwrap(),
                saturday(120).succ_opt().unwrap().succ_opt().unwrap(),
                saturday(260),
                late.succ_opt().unwrap(),
            ]),
        ),
        ("bunched", of(&bunched)),
        ("twice", twice.unwrap()),
        ("outside", of(&[outside])),
    ]
}

pub(crate) fn models() -> Vec<Arc<dyn ExpectedReturnModel>> {
    vec![
        Arc::new(MarketModel::on("m")),
        Arc::new(MarketAdjustedModel::on("a0")),
        Arc::new(ConstantMeanModel),
    ]
}

pub(crate) fn universes() -> Vec<(&'static str, Universe, usize)> {
    vec![
        ("top 4", top(4), 1),
        ("top 2", top(2), 2),
        ("a3, a1", Universe::of(["a3", "a1"]), 1),
        ("a0", Universe::of(["a0"]), 1),
    ]
}

pub(crate) const WEIGHTINGS: [Weighting; 2] = [Weighting::Equal, Weighting::MarketValue];
pub(crate) const RULES: [PortfolioRule; 3] =
    [PortfolioRule::MeanOfCars, PortfolioRule::DailyRebalanced, PortfolioRule::BuyAndHold];

pub(crate) fn periods() -> [Period; 2] {
    [Period::default(), Period { from: Some(date(150)), through: Some(date(340)) }]
}

pub(crate) fn grid(set: AssetSet) -> SpecificationGrid {
    SpecificationGrid::around(study(set), EventAlternatives::named(sets()))
        .models(models())
        .estimation_windows([estimation(60), estimation(75)])
        .universes(
            universes()
                .into_iter()
                .map(|(name, universe, n)| UniverseAlternative::new(name, universe).min_assets(n)),
        )
        .weightings(WEIGHTINGS)
        .portfolios(RULES)
        .periods(periods())
}

pub(crate) fn named<'a>(curve: &'a SpecificationCurve, dimension: &str) -> Vec<&'a str> {
    let dimension = curve.dimensions.iter().find(|d| d.name == dimension).unwrap();
    dimension.choices.iter().map(|choice| choice.name.as_str()).collect()
}

/// A series whose closes rise to new highs now and then.
pub(crate) fn trigger(cut: Option<usize>) -> PriceSeries {
    let mut noise = Noise::new(77);
    let mut returns = noise.take(N_ROWS - 1, 0.02);
    for (k, r) in returns.iter_mut().enumerate() {
        *r += 0.003;
        if cut.is_some_and(|cut| k >= cut) {
            *r = 0.02 * noise.next();
        }
    }
    let closes = compound(&returns);
    PriceSeries::from_closes("index", dates().into_iter().zip(closes).collect()).unwrap()
}

pub(crate) fn breakouts(cut: Option<usize>) -> EventAlternatives {
    let mut alternatives = RuleAlternatives::default();
    alternatives.base = vec![2, 5, 10, 300];
    alternatives.confirmations = vec![0, 2];
    EventAlternatives::breakouts(&trigger(cut), &BreakoutRule::all_time_high(), &alternatives)
        .unwrap()
}
