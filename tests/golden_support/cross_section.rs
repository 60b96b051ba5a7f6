//! Several assets, one event date each or one for all, under three models.

use std::path::Path;

use eventstudy::abnormal::{AbnormalReturns, Design, EventRequest, MissingPolicy};
use eventstudy::events::EventSet;
use eventstudy::inference::{
    Alternative, Bmp, BrownWarner1980, BrownWarner1985, CrossSectionalT, KolariPynnonen, PatellZ,
    ResidualCorrelation, SignificanceTest, Standardisation, WindowSample,
};
use eventstudy::models::{
    ConstantMeanModel, ExpectedReturnModel, MarketAdjustedModel, MarketModel,
};
use eventstudy::time::{EstimationWindow, EventWindow};
use serde_json::Value;

use super::{Found, Leaf, Under, date, integer, read_json, read_returns};

pub(crate) fn leaves(folder: &Path) -> Found {
    let spec = read_json(&folder.join("spec.json"));
    let expected = read_json(&folder.join("expected.json"));
    let returns = read_returns(&folder.join("input.csv"));
    let models: [(&str, Box<dyn ExpectedReturnModel>); 3] = [
        ("mean_adjusted", Box::new(ConstantMeanModel)),
        ("market_adjusted", Box::new(MarketAdjustedModel::on("market"))),
        ("market_model", Box::new(MarketModel::on("market"))),
    ];
    let mut out = Found::new();
    for (name, model) in models {
        let wanted = &expected["expected"][name];
        if wanted.is_null() {
            continue;
        }
        let table = run(&spec, &returns, model.as_ref());
        let mut under = Under { prefix: format!("{name}."), out: &mut out };
        per_response(&spec, &table, &mut under);
        daily(&spec, &table, wanted, &mut under);
        windows(&spec, &table, wanted, &mut under);
    }
    out
}

fn run(
    spec: &Value,
    returns: &eventstudy::panel::ReturnPanel,
    model: &dyn ExpectedReturnModel,
) -> AbnormalReturns {
    let (first, last) = (integer(spec, "rel_start"), integer(spec, "rel_end"));
    let gap = usize::try_from(first - integer(spec, "est_shift") - 1).unwrap();
    let length = usize::try_from(integer(spec, "est_len")).unwrap();
    let window = EventWindow::rows(first, last).unwrap();
    let estimation =
        EstimationWindow::trailing(length).unwrap().gap(gap).min_observations(length / 2);
    let design = Design::new(vec![window], estimation).unwrap().missing(MissingPolicy::Available);
    let firms: Vec<&str> =
        spec["firms"].as_array().unwrap().iter().map(|f| f.as_str().unwrap()).collect();
    let assets: Vec<_> = firms.iter().map(|f| returns.asset(f).unwrap()).collect();
    let dates: Vec<_> = match &spec["event_date"] {
        Value::Array(dates) => dates.iter().map(|d| date(d.as_str().unwrap())).collect(),
        one => vec![date(one.as_str().unwrap())],
    };
    let events = EventSet::from_dates(&dates).unwrap();
    let requests: Vec<EventRequest> = events
        .entries()
        .map(|(event, listed)| EventRequest {
            event,
            date: listed.date,
            label: listed.label.clone(),
            assets: if dates.len() == 1 {
                assets.clone()
            } else {
                let of_date = assets.iter().zip(&dates).filter(|(_, d)| **d == listed.date);
                of_date.map(|(a, _)| *a).collect()
            },
        })
        .collect();
    AbnormalReturns::compute(returns, returns, model, &design, &requests).unwrap()
}

fn taus(spec: &Value) -> impl Iterator<Item = (usize, i32)> {
    (integer(spec, "rel_start")..=integer(spec, "rel_end")).enumerate()
}

fn per_response(spec: &Value, table: &AbnormalReturns, under: &mut Under<'_>) {
    for (i, response) in table.responses().iter().enumerate() {
        let fit = response.fit();
        let (alpha, beta) = fit.coefficients();
        under.put(&format!("fits[{i}].alpha"), alpha);
        under.put(&format!("fits[{i}].beta"), beta.first().copied().unwrap_or(0.0));
        under.put(&format!("fits[{i}].sigma"), fit.residual_std_dev());
        under.put(&format!("fits[{i}].n"), fit.n_observations() as f64);
        for (j, tau) in taus(spec) {
            under.put_some(&format!("AR[{j}][{i}]"), table.ar(response, tau));
            under.put_some(&format!("SAR[{j}][{i}]"), table.sar(response, tau));
        }
    }
    let mut running = 0.0;
    for (j, tau) in taus(spec) {
        let aar = table.aar(tau).unwrap();
        running += aar.value;
        under.put(&format!("n_t[{j}]"), aar.n_responses as f64);
        under.put(&format!("AAR[{j}]"), aar.value);
        under.put(&format!("CAAR_running[{j}]"), running);
    }
}

/// Puts statistic and p-values of a test under the names that the reference has for them.
fn put(
    under: &mut Under<'_>,
    wanted: &Value,
    test: &dyn SignificanceTest,
    sample: &WindowSample,
    names: [&str; 2],
    index: &str,
) {
    let result = test.test(sample).unwrap();
    for (name, value) in
        [(names[0], result.statistic), (names[1], result.p_value(Alternative::TwoSided))]
    {
        if !wanted[name].is_null() {
            under.put(&format!("{name}{index}"), value);
        }
    }
}

fn daily(spec: &Value, table: &AbnormalReturns, wanted: &Value, under: &mut Under<'_>) {
    let correlated = !wanted["rbar"].is_null();
    for (j, tau) in taus(spec) {
        let window = EventWindow::rows(tau, tau).unwrap();
        let sample = WindowSample::new(table, &window).unwrap();
        let wanted = &wanted["daily"];
        let index = format!("[{j}]");
        let prefix = std::mem::take(&mut under.prefix);
        let mut daily = Under { prefix: format!("{prefix}daily."), out: under.out };
        let scar = Standardisation::Scar;
        let tests: [(&dyn SignificanceTest, [&str; 2]); 5] = [
            (&CrossSectionalT, ["t_cross", "t_cross_p"]),
            (&BrownWarner1980, ["bw1980", "bw1980_p"]),
            (&BrownWarner1985, ["bw1985_cda", "bw1985_cda_p"]),
            (&PatellZ { form: scar }, ["patell_z", "patell_p"]),
            (&Bmp { form: scar }, ["bmp_t", "bmp_p_t"]),
        ];
        for (test, names) in tests {
            put(&mut daily, wanted, test, &sample, names, &index);
        }
        let mut bmp = Bmp { form: scar }.test(&sample).unwrap();
        bmp.distribution = eventstudy::inference::NullDistribution::Normal;
        daily.put(&format!("bmp_p_normal{index}"), bmp.p_value(Alternative::TwoSided));
        if correlated {
            let tests: [(KolariPynnonen, [&str; 2]); 2] = [
                (KolariPynnonen::adjusted_bmp(scar), ["kp_bmp_t", "kp_bmp_p_t"]),
                (KolariPynnonen::adjusted_patell(scar), ["kp_patell_z", "kp_patell_p"]),
            ];
            for (test, names) in &tests {
                put(&mut daily, wanted, test, &sample, *names, &index);
            }
        }
        if j == 0 {
            let cda = BrownWarner1985.test(&sample).unwrap();
            let (aar, df) = (table.aar(tau).unwrap().value, cda.degrees_of_freedom().unwrap());
            daily.put("bw_p_df", df);
            let std_dev = aar / cda.statistic;
            under.out.insert(format!("{prefix}cda_sd"), Leaf::Number(std_dev));
        }
        under.prefix = prefix;
    }
    if correlated {
        let (first, last) = (integer(spec, "rel_start"), integer(spec, "rel_end"));
        let window = EventWindow::rows(first, last).unwrap();
        let sample = WindowSample::new(table, &window).unwrap();
        under.put("rbar", ResidualCorrelation::of(&sample).unwrap().mean);
    }
}

fn windows(spec: &Value, table: &AbnormalReturns, wanted: &Value, under: &mut Under<'_>) {
    let start = integer(spec, "rel_start");
    for (w, bounds) in spec["windows_rel"].as_array().unwrap().iter().enumerate() {
        let bound = |k: usize| i32::try_from(bounds[k].as_i64().unwrap()).unwrap();
        let window = EventWindow::rows(bound(0), bound(1)).unwrap();
        let sample = WindowSample::new(table, &window).unwrap();
        let wanted = &wanted["windows"][w];
        let prefix = format!("{}windows[{w}].", under.prefix);
        let mut here = Under { prefix, out: under.out };
        for k in 0..2 {
            here.put(&format!("pos[{k}]"), f64::from(bound(k) - start));
        }
        here.put("CAAR", table.caar(&window).unwrap().value);
        for (i, response) in sample.responses().iter().enumerate() {
            here.put(&format!("CAR[{i}]"), response.cumulative.car);
            if !wanted["scar"].is_null() {
                here.put(&format!("scar[{i}]"), response.cumulative.scar());
            }
        }
        let (scar, csar) = (Standardisation::Scar, Standardisation::Csar);
        let tests: [(&dyn SignificanceTest, [&str; 2]); 10] = [
            (&CrossSectionalT, ["t_cross", "t_cross_p"]),
            (&BrownWarner1980, ["bw1980", ""]),
            (&BrownWarner1985, ["bw1985_cda", ""]),
            (&PatellZ { form: csar }, ["patell_z", "patell_p"]),
            (&PatellZ { form: scar }, ["patell_scar_z", ""]),
            (&Bmp { form: scar }, ["bmp_scar_t", "bmp_scar_p"]),
            (&Bmp { form: csar }, ["bmp_csar_t", ""]),
            (&KolariPynnonen::adjusted_bmp(scar), ["kp_bmp_scar_t", ""]),
            (&KolariPynnonen::adjusted_bmp(csar), ["kp_bmp_csar_t", ""]),
            (&KolariPynnonen::adjusted_patell(csar), ["kp_patell_z", ""]),
        ];
        for (test, names) in tests {
            if names.iter().any(|n| !wanted[*n].is_null()) {
                put(&mut here, wanted, test, &sample, names, "");
            }
        }
    }
}
