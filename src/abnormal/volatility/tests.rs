use super::*;
use crate::abnormal::{Design, EventRequest, MissingPolicy};
use crate::events::EventSet;
use crate::models::{ConstantMeanModel, ExpectedReturnModel, MarketModel};
use crate::panel::{Compounding, PricePanel};
use crate::time::{DateAxis, EstimationWindow};
use chrono::NaiveDate;
use ndarray::Array2;

/// Prices of an asset and a market; the return of the asset on row 21 is `jump`.
fn prices(jump: f64, hole: Option<usize>) -> PricePanel {
    let start = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
    let axis = DateAxis::new(start.iter_days().take(30).collect()).unwrap();
    let wave = |t: usize, step: usize| ((t * step) % 11) as f64 / 500.0 - 0.01;
    let (mut a, mut m) = (vec![100.0], vec![100.0]);
    for t in 1..30 {
        let own = if t == 21 { jump } else { wave(t, 7) };
        a.push(a[t - 1] * (own + wave(t, 3)).exp());
        m.push(m[t - 1] * wave(t, 3).exp());
    }
    if let Some(row) = hole {
        a[row] = f64::NAN;
    }
    let values = Array2::from_shape_vec((2, 30), [a, m].concat()).unwrap();
    PricePanel::new(axis, vec!["a".to_owned(), "m".to_owned()], values).unwrap()
}

fn table(prices: &PricePanel, model: &dyn ExpectedReturnModel) -> AbnormalReturns {
    let returns = prices.to_returns(Compounding::Log);
    let date = prices.axis().date(20);
    let event = EventSet::from_dates(&[date]).unwrap().ids().next().unwrap();
    let assets = vec![returns.asset("a").unwrap()];
    let request = EventRequest { event, date, label: String::new(), assets };
    let design = Design::new(vec![window(0, 3)], EstimationWindow::trailing(18).unwrap()).unwrap();
    let design = design.missing(MissingPolicy::Bridge);
    AbnormalReturns::compute(&returns, &returns, model, &design, &[request]).unwrap()
}

fn window(first: i32, last: i32) -> EventWindow {
    EventWindow::rows(first, last).unwrap()
}

fn one(table: &AbnormalReturns, window: &EventWindow) -> VarianceRatio {
    let found = table.variance_ratios(window).unwrap();
    assert!(found.exclusions.is_empty());
    found.values[0]
}

#[test]
fn one_row_is_the_squared_forecast_t() {
    let table = table(&prices(0.05, None), &MarketModel::on("m"));
    let response = &table.responses()[0];
    for tau in 0..=3 {
        let found = one(&table, &window(tau, tau));
        let sar = table.sar(response, tau).unwrap();
        assert!((found.ratio() - sar * sar).abs() < 1e-12 * sar * sar);
        assert_eq!((found.n_rows, found.degrees_of_freedom), (1, 16));
        assert!((found.p_value() - tails::two_tails_of_t(sar, 16.0)).abs() < 1e-13);
    }
    let several = one(&table, &window(0, 3));
    let mean = (0..=3).map(|tau| one(&table, &window(tau, tau)).ratio()).sum::<f64>() / 4.0;
    assert!((several.ratio() / mean - 1.0).abs() < 1e-13 && several.n_rows == 4);
}

#[test]
fn a_jump_raises_the_ratio_and_the_forecast_error_lowers_it() {
    let of = |jump| one(&table(&prices(jump, None), &ConstantMeanModel), &window(1, 1));
    let (calm, wild) = (of(0.0), of(0.2));
    assert!(wild.p_value() < 1e-6 && calm.p_value() > 0.1);
    assert!(wild.log_ratio() > 0.0 && wild.standardised().unwrap() > 10.0);
    let jumped = table(&prices(0.2, None), &ConstantMeanModel);
    let response = &jumped.responses()[0];
    let plain = (jumped.ar(response, 1).unwrap() / response.fit().residual_std_dev()).powi(2);
    // The forecast variance of a constant mean is 1 + 1/18 times the residual variance.
    assert!((wild.ratio() * 19.0 / 18.0 / plain - 1.0).abs() < 1e-12);
}

#[test]
fn a_bridged_hole_is_one_return_of_more_variance() {
    let bridged = table(&prices(0.05, Some(21)), &ConstantMeanModel);
    let found = one(&bridged, &window(0, 3));
    assert_eq!(found.n_rows, 3);
    let response = &bridged.responses()[0];
    let over_hole = bridged.cumulate(response, 1..3).unwrap();
    assert_eq!(over_hole.n_rows, 2);
    let ends = [0, 3].map(|tau| one(&bridged, &window(tau, tau)).ratio());
    let wanted = (ends[0] + ends[1] + over_hole.scar().powi(2)) / 3.0;
    assert!((found.ratio() / wanted - 1.0).abs() < 1e-12);
    let cut = bridged.variance_ratios(&window(2, 3)).unwrap();
    assert_eq!(cut.exclusions[0].reason.kind(), "returns missing in the event window");
}

#[test]
fn moments_of_f_in_closed_form() {
    let table = table(&prices(0.05, None), &ConstantMeanModel);
    let response = one(&table, &window(0, 0)).response;
    let of = |value, n_rows, degrees_of_freedom| VarianceRatio {
        response: ResponseValue { value, ..response },
        n_rows,
        degrees_of_freedom,
    };
    // ln of an exponential variable has the mean -γ, so does half of chi-square with two degrees.
    let gamma = 0.577_215_664_901_532_9;
    assert!((of(1.0, 2, 2_000_000_000).log_ratio() - gamma).abs() < 1e-8);
    // One row and many degrees of freedom: E[ln χ²₁] = -γ - ln 2.
    assert!((of(1.0, 1, 2_000_000_000).log_ratio() - gamma - 2.0_f64.ln()).abs() < 1e-8);
    // L = d: ln F is symmetric about zero.
    assert!(of(1.0, 7, 7).log_ratio().abs() < 1e-14);
    // F(2, 10): mean 10/8, variance 2·100·10/(2·64·6).
    let found = of(2.0, 2, 10).standardised().unwrap();
    assert!((found - 0.75 / (1000.0 / 384.0_f64).sqrt()).abs() < 1e-14);
    assert!(of(2.0, 2, 4).standardised().is_none());
    let ratios = VarianceRatios { values: vec![of(0.0, 1, 4)], exclusions: Vec::new() };
    assert!(matches!(ratios.log_ratios(), Err(Error::DegenerateVariance { .. })));
    assert!(matches!(ratios.standardised(), Err(Error::TooFew { n_found: 4, .. })));
}
