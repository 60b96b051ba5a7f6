//! A model and a test of your own, beside those of the crate.
//!
//! `MedianModel` expects the median return of the estimation window; `MedianTest` asks by a sign test
//! whether the median CAR is zero. Both stand outside the crate and take part in a whole study.
#![allow(dead_code)] // the tests call what `main` calls
#![allow(clippy::unwrap_used)]

use std::path::Path;

use eventstudy::inference::samples::SignTest;
use eventstudy::inference::{
    Alternative, Card, NullDistribution, SignificanceTest, TestResult, WindowSample, tests_named,
};
use eventstudy::models::{EstimationSample, ExpectedReturnModel, FitFault, FittedModel, Horizon};
use eventstudy::prelude::*;
use eventstudy::report::response_tests;

/// Expects the median.
#[derive(Debug, Clone, Copy)]
struct MedianModel;

/// What [`MedianModel`] found.
#[derive(Debug)]
struct FittedMedian {
    median: f64,
    n_observations: usize,
    residual_std_dev: f64,
}

impl ExpectedReturnModel for MedianModel {
    fn name(&self) -> String {
        "median of the estimation window".to_owned()
    }

    fn factors(&self) -> &[String] {
        &[]
    }

    fn fit(
        &self,
        sample: &EstimationSample<'_>,
    ) -> std::result::Result<Box<dyn FittedModel>, FitFault> {
        let mut sorted = sample.returns().to_vec();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len();
        if n < 3 {
            return Err(FitFault::TooFewRows { n_found: n, n_needed: 3 });
        }
        let median = f64::midpoint(sorted[(n - 1) / 2], sorted[n / 2]);
        let squares: f64 = sorted.iter().map(|r| (r - median).powi(2)).sum();
        let residual_std_dev = (squares / (n - 1) as f64).sqrt();
        if residual_std_dev < 1e-12 {
            return Err(FitFault::ZeroVariance);
        }
        Ok(Box::new(FittedMedian { median, n_observations: n, residual_std_dev }))
    }
}

impl FittedModel for FittedMedian {
    fn expected_return(&self, at: &Horizon<'_>) -> f64 {
        self.median * at.n_rows as f64
    }

    /// The variance of a median is π/2 times that of a mean, for normal returns.
    fn estimation_error(&self, n_rows: usize, _: &[f64]) -> f64 {
        let length = n_rows as f64;
        std::f64::consts::FRAC_PI_2 * length * length / self.n_observations as f64
    }

    fn coefficients(&self) -> (f64, &[f64]) {
        (self.median, &[])
    }

    fn n_observations(&self) -> usize {
        self.n_observations
    }

    fn n_parameters(&self) -> usize {
        1
    }

    fn residual_std_dev(&self) -> f64 {
        self.residual_std_dev
    }

    fn r_squared(&self) -> Option<f64> {
        None
    }

    fn standard_errors(&self) -> Option<Vec<f64>> {
        None
    }
}

/// Is the median CAR zero?
#[derive(Debug, Clone, Copy)]
struct MedianTest;

impl SignificanceTest for MedianTest {
    fn card(&self) -> Card {
        Card {
            id: "median-sign",
            name: "exact sign test of the CARs",
            null: "the median CAR is zero",
            assumes: "independent responses",
            robust_to: "any distribution",
            distribution: "binomial",
            allows_for_shared_dates: false,
            reference: "Arbuthnot 1710",
            doi: "10.1098/rstl.1710.0011",
            departures: "none",
        }
    }

    fn test(&self, sample: &WindowSample) -> Result<TestResult> {
        let cars = sample.cars();
        let signs = SignTest.test(&cars)?;
        let [upper, lower, two_sided] =
            [Alternative::Greater, Alternative::Less, Alternative::TwoSided]
                .map(|alternative| signs.result.p_value(alternative));
        Ok(TestResult {
            test: self.card().name.to_owned(),
            statistic: signs.n_positive as f64,
            distribution: NullDistribution::Exact { upper, lower, two_sided },
            n_responses: sample.n_responses(),
            n_events: sample.n_events(),
            n_event_dates: sample.n_event_dates(),
        })
    }
}

fn main() -> Result<()> {
    print!("{}", custom_model(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data"))?);
    Ok(())
}

/// The tables of a study with that model and that test.
pub(crate) fn custom_model(data: &Path) -> Result<String> {
    let index = PriceSeries::from_csv_path(data.join("russell2000.csv"), "Russell 2000")?;
    let since = NaiveDate::from_ymd_opt(2016, 1, 1).unwrap();
    let events = BreakoutRule::all_time_high().base(250).from(since).detect(&index)?;
    let coins = CsvOptions::default().assets(["btc", "eth", "ltc", "xrp", "xlm", "doge"]);
    let prices = PricePanel::from_csv_path_with(data.join("crypto_close.csv"), &coins)?;
    let universe = Universe::of(["btc", "eth", "ltc", "xrp", "xlm", "doge"]);

    let mut tests = tests_named(&["cross-sectional-t", "kolari-pynnonen-bmp", "grank-t"])?;
    tests.push(Box::new(MedianTest));
    let study = EventStudy::builder(universe, MedianModel)
        .estimation_window(EstimationWindow::trailing(250)?)
        .windows([EventWindow::months(0, 1)?, EventWindow::months(0, 3)?])
        .tests(tests)
        .build()?;
    let data = StudyData::new(prices, Compounding::Simple).with_sessions(index.axis().clone())?;
    let outcome = study.run(&data, &events)?;
    let tables = [estimates(&outcome).to_text(), response_tests(&outcome).to_text()];
    Ok(format!("{}\n\n{}", outcome.settings.model, tables.join("\n")))
}
