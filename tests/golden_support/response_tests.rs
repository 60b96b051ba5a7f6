//! Fits, abnormal returns and every test over responses, day by day and window by window.

use eventstudy::abnormal::AbnormalReturns;
use eventstudy::inference::samples::SkewnessEstimator;
use eventstudy::inference::{
    Alternative, Bmp, BrownWarner1980, BrownWarner1985, CorradoRank, CorradoZivney,
    CrossSectionalT, CumulativeRank, GeneralisedSign, Grank, KolariPynnonen, Lamb,
    NullDistribution, PatellZ, ResidualCorrelation, Sign, SignificanceTest, SkewnessAdjustedCar,
    Standardisation, Wilcoxon, WindowSample,
};
use eventstudy::time::EventWindow;
use serde_json::Value;

use super::{Leaf, Under};

const SCAR: Standardisation = Standardisation::Scar;
const CSAR: Standardisation = Standardisation::Csar;

/// Relative days of the event rows, and of the windows among them.
pub(crate) struct EventDays {
    pub(crate) first: i32,
    pub(crate) last: i32,
    pub(crate) windows: Vec<(i32, i32)>,
}

impl EventDays {
    /// All event rows.
    pub(crate) fn window(&self) -> EventWindow {
        EventWindow::rows(self.first, self.last).unwrap()
    }

    fn taus(&self) -> impl Iterator<Item = (usize, i32)> {
        (self.first..=self.last).enumerate()
    }
}

/// All that the reference has of one model.
pub(crate) fn model_leaves(
    days: &EventDays,
    table: &AbnormalReturns,
    wanted: &Value,
    under: &mut Under<'_>,
) {
    per_response(days, table, under);
    let sample = WindowSample::new(table, &days.window()).unwrap();
    under.put("p_hat_cowan", GeneralisedSign::default().expected_share(&sample));
    under.put("p_hat_pooled", GeneralisedSign::pooled().expected_share(&sample));
    if !wanted["rbar"].is_null() {
        under.put("rbar", ResidualCorrelation::of(&sample).unwrap().mean);
    }
    daily(days, table, wanted, under);
    windows(days, table, wanted, under);
}

fn per_response(days: &EventDays, table: &AbnormalReturns, under: &mut Under<'_>) {
    for (i, response) in table.responses().iter().enumerate() {
        let fit = response.fit();
        let (alpha, beta) = fit.coefficients();
        under.put(&format!("fits[{i}].alpha"), alpha);
        under.put(&format!("fits[{i}].beta"), beta.first().copied().unwrap_or(0.0));
        under.put(&format!("fits[{i}].sigma"), fit.residual_std_dev());
        under.put(&format!("fits[{i}].n"), fit.n_observations() as f64);
        for (j, tau) in days.taus() {
            under.put_some(&format!("AR[{j}][{i}]"), table.ar(response, tau));
            under.put_some(&format!("SAR[{j}][{i}]"), table.sar(response, tau));
        }
    }
    let mut running = 0.0;
    for (j, tau) in days.taus() {
        let aar = table.aar(tau).unwrap();
        running += aar.value;
        under.put(&format!("n_t[{j}]"), aar.n_responses as f64);
        under.put(&format!("AAR[{j}]"), aar.value);
        under.put(&format!("CAAR_running[{j}]"), running);
    }
}

/// Puts statistic and p-value of a test under the names that the reference has for them.
fn put(
    under: &mut Under<'_>,
    wanted: &Value,
    test: &dyn SignificanceTest,
    sample: &WindowSample,
    names: [&str; 2],
    index: &str,
) {
    if names.iter().all(|name| wanted[*name].is_null()) {
        return;
    }
    let result = test.test(sample).unwrap();
    let values = [result.statistic, result.p_value(Alternative::TwoSided)];
    for (name, value) in names.iter().zip(values) {
        if !wanted[*name].is_null() {
            under.put(&format!("{name}{index}"), value);
        }
    }
}

fn daily(days: &EventDays, table: &AbnormalReturns, wanted: &Value, under: &mut Under<'_>) {
    let tests: [(&dyn SignificanceTest, [&str; 2]); 18] = [
        (&CrossSectionalT, ["t_cross", "t_cross_p"]),
        (&BrownWarner1980, ["bw1980", "bw1980_p"]),
        (&BrownWarner1985, ["bw1985_cda", "bw1985_cda_p"]),
        (&PatellZ { form: SCAR }, ["patell_z", "patell_p"]),
        (&Bmp { form: SCAR }, ["bmp_t", "bmp_p_t"]),
        (&KolariPynnonen::adjusted_bmp(SCAR), ["kp_bmp_t", "kp_bmp_p_t"]),
        (&KolariPynnonen::adjusted_patell(SCAR), ["kp_patell_z", "kp_patell_p"]),
        (&Lamb, ["lamb_z", ""]),
        (&Sign, ["sign_z", "sign_p"]),
        (&GeneralisedSign::default(), ["gsign_z", "gsign_p"]),
        (&GeneralisedSign::pooled(), ["gsign_pooled_z", ""]),
        (&CorradoRank, ["corrado_rank_z", "corrado_rank_p"]),
        (&CorradoZivney::rank(), ["corrado_zivney_rank_z", ""]),
        (&CorradoZivney::sign(), ["corrado_zivney_sign_z", ""]),
        (&Wilcoxon::default(), ["wilcoxon_w", "wilcoxon_p_exact"]),
        (&Wilcoxon::normal(), ["wilcoxon_z", ""]),
        (&SkewnessAdjustedCar::johnson(), ["skew_johnson_lbt_t", ""]),
        (&SkewnessAdjustedCar::hall(), ["skew_hall_t", ""]),
    ];
    let wanted = &wanted["daily"];
    for (j, tau) in days.taus() {
        let window = EventWindow::rows(tau, tau).unwrap();
        let sample = WindowSample::new(table, &window).unwrap();
        let index = format!("[{j}]");
        let prefix = std::mem::take(&mut under.prefix);
        let mut daily = Under { prefix: format!("{prefix}daily."), out: under.out };
        for (test, names) in tests {
            put(&mut daily, wanted, test, &sample, names, &index);
        }
        let mut bmp = Bmp { form: SCAR }.test(&sample).unwrap();
        bmp.distribution = NullDistribution::Normal;
        daily.put(&format!("bmp_p_normal{index}"), bmp.p_value(Alternative::TwoSided));
        if j == 0 {
            let cda = BrownWarner1985.test(&sample).unwrap();
            let (aar, df) = (table.aar(tau).unwrap().value, cda.degrees_of_freedom().unwrap());
            daily.put("bw_p_df", df);
            let std_dev = aar / cda.statistic;
            under.out.insert(format!("{prefix}cda_sd"), Leaf::Number(std_dev));
        }
        under.prefix = prefix;
    }
}

fn windows(days: &EventDays, table: &AbnormalReturns, wanted: &Value, under: &mut Under<'_>) {
    let tests: [(&dyn SignificanceTest, [&str; 2]); 16] = [
        (&CrossSectionalT, ["t_cross", "t_cross_p"]),
        (&BrownWarner1980, ["bw1980", ""]),
        (&BrownWarner1985, ["bw1985_cda", ""]),
        (&PatellZ { form: CSAR }, ["patell_z", "patell_p"]),
        (&PatellZ { form: SCAR }, ["patell_scar_z", ""]),
        (&Bmp { form: SCAR }, ["bmp_scar_t", "bmp_scar_p"]),
        (&Bmp { form: CSAR }, ["bmp_csar_t", ""]),
        (&KolariPynnonen::adjusted_bmp(SCAR), ["kp_bmp_scar_t", ""]),
        (&KolariPynnonen::adjusted_bmp(CSAR), ["kp_bmp_csar_t", ""]),
        (&KolariPynnonen::adjusted_patell(CSAR), ["kp_patell_z", ""]),
        (&Sign, ["csign_z", ""]),
        (&GeneralisedSign::default(), ["gsign_z", ""]),
        (&Wilcoxon::default(), ["wilcoxon_w", "wilcoxon_p_exact"]),
        (&CumulativeRank, ["corrado_rank_cum_z", ""]),
        (&Grank::t(), ["grank_t", "grank_t_p"]),
        (&Grank::z(), ["grank_z", "grank_z_p"]),
    ];
    for (w, (first, last)) in days.windows.iter().enumerate() {
        let window = EventWindow::rows(*first, *last).unwrap();
        let sample = WindowSample::new(table, &window).unwrap();
        let wanted = &wanted["windows"][w];
        let prefix = format!("{}windows[{w}].", under.prefix);
        let mut here = Under { prefix, out: under.out };
        for (k, bound) in [first, last].into_iter().enumerate() {
            here.put(&format!("pos[{k}]"), f64::from(bound - days.first));
        }
        here.put("CAAR", table.caar(&window).unwrap().value);
        for (i, response) in sample.responses().iter().enumerate() {
            here.put(&format!("CAR[{i}]"), response.cumulative.car);
            if !wanted["scar"].is_null() {
                here.put(&format!("scar[{i}]"), response.cumulative.scar());
            }
        }
        for (test, names) in tests {
            put(&mut here, wanted, test, &sample, names, "");
        }
        if !wanted["grank_Z"].is_null() {
            here.put("grank_Z", Grank::t().rank_ratio(&sample).unwrap());
            let grank = Grank::t().test(&sample).unwrap();
            here.put("grank_t_df", grank.degrees_of_freedom().unwrap());
            let adjusted = Grank::t().with_kp_factor().mean_rank(&sample).unwrap();
            here.put("grank_pseudo_day_mean_rank_with_kp_factor", adjusted);
        }
        if !wanted["skew"].is_null() {
            here.prefix.push_str("skew.");
            skewness(&sample, &mut here);
        }
    }
}

fn skewness(sample: &WindowSample, under: &mut Under<'_>) {
    let johnson = SkewnessAdjustedCar::johnson().adjusted(sample).unwrap();
    let hall = SkewnessAdjustedCar::hall().adjusted(sample).unwrap();
    let biased = SkewnessEstimator::LyonBarberTsai;
    let hall_biased = SkewnessAdjustedCar::hall().estimator(biased).test(sample).unwrap();
    let p_value =
        |test: &dyn SignificanceTest| test.test(sample).unwrap().p_value(Alternative::TwoSided);
    under.put_skewness(&johnson, &hall, hall_biased.statistic);
    under.put("p_t", p_value(&CrossSectionalT));
    under.put("p_johnson_normal", p_value(&SkewnessAdjustedCar::johnson()));
    under.put("p_hall_normal", p_value(&SkewnessAdjustedCar::hall()));
}
