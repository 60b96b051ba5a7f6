//! Three events, windows in calendar months, an asset of every day against one of exchange days.

use std::path::Path;

use chrono::{Days, NaiveDate, Weekday};
use eventstudy::abnormal::{AbnormalReturns, Design, EventRequest, PortfolioRule};
use eventstudy::events::EventSet;
use eventstudy::inference::Alternative;
use eventstudy::inference::samples::{RankMethod, SignTest, WilcoxonSignedRank};
use eventstudy::models::{EstimationSample, ExpectedReturnModel, MarketAdjustedModel, MarketModel};
use eventstudy::panel::{Compounding, PricePanel, ReturnPanel, Universe};
use eventstudy::resampling::PlaceboGrid;
use eventstudy::study::{EventStudy, StudyData};
use eventstudy::time::{DateAxis, EstimationWindow, EventWindow, add_months};
use serde_json::Value;

use super::{Found, Leaf, Under, date, read_json, text};

/// Calendar days over which an equity price is carried at most.
const MAX_AGE: i64 = 10;
/// Days put before the first one, so that there is an estimation window; a market-adjusted return
/// takes nothing from it.
const RUN_UP: u64 = 6;

pub(crate) fn leaves(folder: &Path) -> Found {
    let wanted = read_json(&folder.join("expected.json"));
    let prices = PricePanel::from_csv_path(folder.join("input.csv")).unwrap();
    let mut out = Found::new();
    alignment(&prices, &mut Under { prefix: "alignment.".to_owned(), out: &mut out });
    let (crypto, equity) = with_run_up(&prices);
    for (name, of_window) in wanted["month_windows"].as_object().unwrap() {
        let prefix = format!("month_windows.{name}.");
        let months = name.strip_suffix('m').unwrap().parse().unwrap();
        let window = Windows::new(&crypto, &equity, prices.axis(), months);
        window.put(of_window, &mut Under { prefix, out: &mut out });
    }
    for (i, row) in wanted["month_arithmetic_clamp"].as_array().unwrap().iter().enumerate() {
        let months = i32::try_from(row[1].as_i64().unwrap()).unwrap();
        let moved = add_months(date(row[0].as_str().unwrap()), months).unwrap();
        out.insert(format!("month_arithmetic_clamp[{i}][2]"), Leaf::Date(moved));
    }
    out
}

/// Returns of an asset without the rows that lack one.
fn present(returns: &ReturnPanel, name: &str) -> Vec<f64> {
    let asset = returns.asset(name).unwrap();
    (0..returns.n_dates()).filter_map(|row| returns.value(asset, row)).collect()
}

fn slope(y: &[f64], x: &[f64]) -> f64 {
    let factors = [x];
    let fit = MarketModel::on("x").fit(&EstimationSample::new(y, &factors)).unwrap();
    fit.coefficients().1[0]
}

/// The correlation is the geometric mean of the two slopes.
fn correlation(y: &[f64], x: &[f64]) -> f64 {
    let (there, back) = (slope(y, x), slope(x, y));
    (there * back).sqrt().copysign(there)
}

fn alignment(prices: &PricePanel, under: &mut Under<'_>) {
    let equity = prices.select(&["equity"]).unwrap();
    let crypto = prices.select(&["crypto"]).unwrap();
    let id = equity.asset("equity").unwrap();
    let sessions = equity.dated_prices(id).into_iter().map(|(d, _)| d).collect();
    let sessions = DateAxis::new(sessions).unwrap();
    let prefix = under.prefix.clone();

    let common = prices.on_common_dates(&sessions).unwrap().to_returns(Compounding::Log);
    let (c, e) = (present(&common, "crypto"), present(&common, "equity"));
    under.prefix = format!("{prefix}intersection_equity_days.");
    under.put_count("n_returns", c.len());
    under.put("crypto_log_return_sum", c.iter().sum());
    for i in 0..5 {
        under.put(&format!("first5_crypto[{i}]"), c[i]);
        under.put(&format!("first5_equity[{i}]"), e[i]);
    }
    under.put("corr", correlation(&c, &e));
    under.put("beta", slope(&c, &e));

    let union = crypto.beside(&equity.carried_onto(crypto.axis(), MAX_AGE).unwrap()).unwrap();
    let daily = union.to_returns(Compounding::Log);
    let (c, e) = (present(&daily, "crypto"), present(&daily, "equity"));
    under.prefix = format!("{prefix}union_7day_equity_ffill.");
    under.put_count("n_returns", c.len());
    under.put_count("equity_zero_days", e.iter().filter(|r| **r == 0.0).count());
    under.put("corr", correlation(&c, &e));
    under.put("beta", slope(&c, &e));

    let weekly = union.on_weekday(Weekday::Fri).unwrap().to_returns(Compounding::Log);
    let (c, e) = (present(&weekly, "crypto"), present(&weekly, "equity"));
    under.prefix = format!("{prefix}weekly_friday_last_equity.");
    under.put_count("n", c.len());
    under.put("corr", correlation(&c, &e));
}

/// Crypto, and equity carried onto its dates, both with a run-up of made-up prices.
fn with_run_up(prices: &PricePanel) -> (PricePanel, PricePanel) {
    let one = |name: &str| {
        let dated = prices.dated_prices(prices.asset(name).unwrap());
        let (first, level) = dated[0];
        let before = (1..=RUN_UP).rev().map(|d| {
            let price = if d % 2 == 0 && name == "crypto" { 1.01 * level } else { level };
            (first - Days::new(d), price)
        });
        let series = before.chain(dated.iter().copied()).collect();
        PricePanel::from_series(vec![(name.to_owned(), series)]).unwrap()
    };
    let crypto = one("crypto");
    let equity = one("equity").carried_onto(crypto.axis(), MAX_AGE).unwrap();
    (crypto, equity)
}

/// What every date of the file gives as the start of a window of that many months.
struct Windows {
    window: EventWindow,
    dates: Vec<NaiveDate>,
    simple: AbnormalReturns,
    log: AbnormalReturns,
    study: StudyData,
}

/// Return, expected return and abnormal return over a window.
struct Gain {
    actual: f64,
    expected: f64,
    abnormal: f64,
    end: NaiveDate,
}

impl Windows {
    fn new(crypto: &PricePanel, equity: &PricePanel, dates: &DateAxis, months: u32) -> Self {
        let window = EventWindow::months(0, months).unwrap();
        let estimation = EstimationWindow::trailing(3).unwrap();
        let design = Design::new(vec![window], estimation).unwrap();
        let events = EventSet::from_dates(dates.dates()).unwrap();
        let requests: Vec<EventRequest> = events
            .entries()
            .map(|(event, listed)| EventRequest {
                event,
                date: listed.date,
                label: listed.label.clone(),
                assets: vec![crypto.asset("crypto").unwrap()],
            })
            .collect();
        let model = MarketAdjustedModel::on("equity");
        let table = |compounding| {
            let data = StudyData::new(crypto.clone(), compounding).with_benchmarks(equity).unwrap();
            let (returns, factors) = (data.returns(), data.factors());
            AbnormalReturns::compute(returns, factors, &model, &design, &requests).unwrap()
        };
        let (simple, log) = (table(Compounding::Simple), table(Compounding::Log));
        let study = StudyData::new(crypto.clone(), Compounding::Simple);
        let study = study.with_benchmarks(equity).unwrap();
        Self { window, dates: dates.dates().to_vec(), simple, log, study }
    }

    /// `None` where the window leaves the data.
    fn gain(&self, table: &AbnormalReturns, start: NaiveDate) -> Option<Gain> {
        let event = table.events().iter().find(|e| e.date == start)?;
        let response = table.responses_of(event.event).next()?;
        let rows = table.window_rows(event, &self.window).unwrap().ok()?;
        let end = table.axis().date(event.span.start + rows.end - 1);
        let pairs: Vec<(f64, f64)> =
            rows.clone().map(|row| response.return_and_expected(row).unwrap()).collect();
        let over = |returns: Vec<f64>| match table.compounding() {
            Compounding::Log => returns.iter().sum(),
            Compounding::Simple => returns.iter().map(|r| 1.0 + r).product::<f64>() - 1.0,
        };
        Some(Gain {
            actual: over(pairs.iter().map(|p| p.0).collect()),
            expected: over(pairs.iter().map(|p| p.1).collect()),
            abnormal: match table.compounding() {
                Compounding::Log => table.cumulate(response, rows).unwrap().car,
                Compounding::Simple => table.bhar(response, rows).unwrap().unwrap(),
            },
            end,
        })
    }

    fn put(&self, wanted: &Value, under: &mut Under<'_>) {
        let events: Vec<NaiveDate> = wanted["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| date(&text(event, "event")))
            .collect();
        let placebo = self.dates.iter().map(|d| self.gain(&self.simple, *d).map(|g| g.abnormal));
        let placebo: Vec<Option<f64>> = placebo.collect();
        let grid = PlaceboGrid::new(self.dates.clone(), placebo.clone()).unwrap();
        for (i, event) in events.iter().enumerate() {
            let (log, simple) = (self.gain(&self.log, *event), self.gain(&self.simple, *event));
            let (log, simple) = (log.unwrap(), simple.unwrap());
            under.put_leaf(&format!("events[{i}].end"), Leaf::Date(log.end));
            under.put(&format!("events[{i}].crypto_log"), log.actual);
            under.put(&format!("events[{i}].equity_log"), log.expected);
            under.put(&format!("events[{i}].car_log_market_adjusted"), log.abnormal);
            under.put(&format!("events[{i}].crypto_simple"), simple.actual);
            under.put(&format!("events[{i}].equity_simple"), simple.expected);
            under.put(&format!("events[{i}].bhar"), simple.abnormal);
            // The centre is that of all dates, as in the case; but the case counts the event's own date
            // and then once more, so that k of n dates as extreme are (1 + k)/(n + 1) there.
            let others = self.dates.iter().zip(&placebo).map(|(d, v)| v.filter(|_| d != event));
            let others = PlaceboGrid::new(self.dates.clone(), others.collect()).unwrap();
            assert_eq!(others.n_admissible() + 1, grid.n_admissible());
            let p = others.rank(simple.abnormal).unwrap().p_values;
            let n = grid.n_admissible() as f64;
            let counted_twice = |p: f64| (p * n + 1.0) / (n + 1.0);
            under.put(&format!("placebo_single[{i}].rank_p_upper"), counted_twice(p.upper));
            under.put(&format!("placebo_single[{i}].rank_p_two"), counted_twice(p.two_sided));
            let rank = grid.rank(simple.abnormal).unwrap();
            under.put("placebo_mean", rank.mean);
            under.put_some("placebo_sd", rank.std_dev);
        }
        under.put_count("placebo_n", grid.n_admissible());
        let shift = grid.circular_shift(&events).unwrap();
        under.put_count("placebo_circular_shift.grid", shift.n_shifts);
        under.put("placebo_circular_shift.observed", shift.observed);
        under.put("placebo_circular_shift.p_upper", shift.p_values.upper);
        under.put("placebo_circular_shift.p_two_centered", shift.p_values.two_sided);
        self.whole_study(&events, under);
    }

    /// Inference over the events, as a study reports it.
    fn whole_study(&self, events: &[NaiveDate], under: &mut Under<'_>) {
        let study =
            EventStudy::builder(Universe::of(["crypto"]), MarketAdjustedModel::on("equity"))
                .windows([self.window])
                .estimation_window(EstimationWindow::trailing(3).unwrap())
                .portfolio(PortfolioRule::BuyAndHold)
                .placebo(None)
                .bootstrap(None)
                .build()
                .unwrap();
        let outcome = study.run(&self.study, &EventSet::from_dates(events).unwrap()).unwrap();
        let estimate = outcome.window(&self.window).unwrap();
        under.put_count("n", estimate.n_event_dates);
        under.put("mean_bhar", estimate.mean);
        let t = estimate.event_t.as_ref().unwrap();
        under.put("t", t.t);
        under.put("t_p_df2", t.p_value);
        under.put("t_ci95[0]", t.lower);
        under.put("t_ci95[1]", t.upper);
        let flips = &estimate.sign_flip;
        under.put("sign_flip_exact.p_two", flips.p_values.two_sided);
        under.put("sign_flip_exact.p_two_floor", flips.attainable_two_sided);
        under.put("sign_flip_exact.p_one_floor", flips.attainable_one_sided);
        under.put("sign_flip_exact.scipy_p_greater", flips.p_values.upper);
        let smaller = flips.p_values.upper.min(flips.p_values.lower);
        under.put("sign_flip_exact.scipy_p_two", (2.0 * smaller).min(1.0));
        let values: Vec<f64> = estimate.events.iter().map(|e| e.value).collect();
        let ranks = WilcoxonSignedRank::new().method(RankMethod::Exact).test(&values).unwrap();
        under.put("wilcoxon_exact_p", ranks.result.p_value(Alternative::TwoSided));
        let signs = SignTest.test(&values).unwrap();
        under.put("sign_exact_p", signs.result.p_value(Alternative::TwoSided));
    }
}
