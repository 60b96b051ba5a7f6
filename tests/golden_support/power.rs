//! Power of t and sign tests over events, what sign flips can attain, and the size of a test that
//! overlooks correlation.

use std::path::Path;

use eventstudy::inference::samples::{DesignEffect, SignTest};
use eventstudy::resampling::{SignFlip, TTestPower};
use serde_json::Value;

use super::{Found, Under, read_json};

pub(crate) fn leaves(folder: &Path) -> Found {
    let wanted = read_json(&folder.join("expected.json"));
    let mut out = Found::new();
    let mut under = Under { prefix: String::new(), out: &mut out };
    let rows = |key: &str| wanted[key].as_array().unwrap().iter().enumerate();
    let number = |row: &Value, key: &str| row[key].as_f64().unwrap();
    let n_events = |row: &Value| usize::try_from(row["n"].as_u64().unwrap()).unwrap();
    for (i, row) in rows("one_sample_t_two_sided") {
        let test = TTestPower::one_sample(n_events(row)).unwrap();
        let power = test.power(number(row, "effect_sd"), number(row, "alpha")).unwrap();
        under.put(&format!("one_sample_t_two_sided[{i}].power"), power);
        // The same by another package, where it was computed.
        if row["statsmodels"].is_number() {
            under.put(&format!("one_sample_t_two_sided[{i}].statsmodels"), power);
        }
    }
    for (i, row) in rows("minimum_detectable_effect_80pct") {
        let test = TTestPower::one_sample(n_events(row)).unwrap();
        let effect = test.minimum_detectable_effect(0.8, number(row, "alpha")).unwrap();
        under.put(&format!("minimum_detectable_effect_80pct[{i}].effect_sd"), effect);
    }
    for (i, row) in rows("sign_flip_exact_size") {
        let values = vec![1.0; n_events(row)];
        let test = SignFlip::new().test(&values).unwrap();
        assert!(test.exact);
        let name = format!("sign_flip_exact_size[{i}].smallest_two_sided_p");
        under.put(&name, test.attainable_two_sided);
    }
    for (i, row) in rows("sign_test_exact_power") {
        let (p, alpha) = (number(row, "p_true"), number(row, "alpha"));
        let power = SignTest.power(n_events(row), p, alpha).unwrap();
        under.put(&format!("sign_test_exact_power[{i}].power"), power);
    }
    for (i, row) in rows("kp_size_distortion") {
        let effect = DesignEffect::new(n_events(row), number(row, "rho")).unwrap();
        let size = effect.size_of_naive_test(0.05).unwrap();
        under.put(&format!("kp_size_distortion[{i}].true_size_of_naive_5pct_z"), size);
    }
    out
}
