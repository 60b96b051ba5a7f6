//! Joint tests of models on draws that stand in a file, and adjusted p-values.

use std::path::Path;

use eventstudy::inference::Alternative;
use eventstudy::multiplicity::{
    Adjustment, CriticalValue, Exceedances, GivenDraws, MaximumDistribution, ModelConfidenceSet,
    ModelConfidenceSetTest, RealityCheck, Recentring, RelativePerformance, RomanoWolf, SpaTest,
    StepM, SuperiorPredictiveAbility,
};
use ndarray::Array2;

use super::intervals::read_draws;
use super::{Found, Under, read_csv, read_json};

const RECENTRING: [(&str, Recentring); 3] = [
    ("lower", Recentring::Lower),
    ("consistent", Recentring::Consistent),
    ("upper", Recentring::Upper),
];
/// The convention of the case: quantiles between two replicates.
const QUANTILE: CriticalValue = CriticalValue::Interpolated;

pub(crate) fn leaves(folder: &Path) -> Found {
    let wanted = read_json(&folder.join("expected.json"));
    let (_, rows) = read_csv(&folder.join("input.csv"));
    let losses: Vec<Vec<f64>> =
        rows.iter().map(|row| row.iter().map(|cell| cell.parse().unwrap()).collect()).collect();
    let n_models = losses[0].len() - 1;
    let benchmark: Vec<f64> = losses.iter().map(|row| row[0]).collect();
    let models = Array2::from_shape_fn((n_models, losses.len()), |(k, t)| losses[t][k + 1]);
    let relative = RelativePerformance::of_losses(&benchmark, &models).unwrap();
    let draws = GivenDraws::new(read_draws(&folder.join("indices.csv"))).unwrap();
    let block = wanted["block_size"].as_f64().unwrap();

    let mut out = Found::new();
    let mut under = Under { prefix: String::new(), out: &mut out };
    let test = SuperiorPredictiveAbility::new(block).unwrap();
    spa(&test.studentised(false).test(&relative, &draws).unwrap(), &mut under);
    studentised(&test.test(&relative, &draws).unwrap(), &mut under);

    let step_m = StepM::new(block).unwrap().studentised(false).critical_value(QUANTILE);
    let step_m = step_m.recentring(Recentring::Consistent).unwrap();
    for level in ["0.10", "0.05"] {
        let found = step_m.test(&relative, &draws, level.parse().unwrap()).unwrap();
        let models = found.superior_models();
        list(&format!("stepm_size_{level}.superior_models"), &models, &mut under);
    }

    for (name, test) in
        [("mcs_R", ModelConfidenceSet::range()), ("mcs_max", ModelConfidenceSet::maximum())]
    {
        confidence_set(name, &test.of_losses(&models, &draws).unwrap(), &mut under);
    }

    let found = RomanoWolf::new().alternative(Alternative::TwoSided).test(&relative, &draws);
    let found = found.unwrap();
    for (k, hypothesis) in found.hypotheses.iter().enumerate() {
        let mut put = |name: &str, value: f64| {
            under.put(&format!("romano_wolf_stepdown.{name}[{k}]"), value);
        };
        put("t", hypothesis.statistic);
        put("p_raw_bootstrap", hypothesis.raw.p_value());
        put("p_adjusted", hypothesis.step_down.p_value());
    }
    under.put("white_reality_check_single_step_max_p", found.joint_p_value());
    let white = RealityCheck.test(&relative, &draws).unwrap();
    under.put("white_2000_one_sided_unstudentised_p", white.p_value());

    adjusted(folder, &mut under);
    out
}

fn spa(found: &SpaTest, under: &mut Under<'_>) {
    under.put("spa.statistic_max_mean_loss_diff", found.statistic);
    for (name, recentring) in RECENTRING {
        let distribution = found.distribution(recentring);
        let critical = distribution.critical_value(0.05, QUANTILE).unwrap();
        under.put(&format!("spa.pvalues.{name}"), share_above(distribution));
        under.put(&format!("spa_unstudentised_own.{name}"), share_above(distribution));
        under.put(&format!("spa.critical_5pct.{name}"), critical);
    }
    let better = found.better_models(Recentring::Consistent, 0.05, QUANTILE).unwrap();
    list("spa.better_models", &better, under);
    for (k, variance) in found.variances.iter().enumerate() {
        under.put(&format!("spa.hansen_variances[{k}]"), *variance);
    }
}

fn studentised(found: &SpaTest, under: &mut Under<'_>) {
    let prefix = "spa_studentised_hansen_2005_own_reference";
    under.put(&format!("{prefix}.statistic"), found.statistic);
    for (k, t) in found.statistics.iter().enumerate() {
        under.put(&format!("{prefix}.t_k[{k}]"), *t);
    }
    for (name, recentring) in RECENTRING {
        let p = share_above(found.distribution(recentring));
        under.put(&format!("{prefix}.pvalues.{name}"), p);
    }
}

/// The convention of the case: replicates that are larger, and no one added.
fn share_above(distribution: &MaximumDistribution) -> f64 {
    distribution.exceedances().share_above()
}

fn confidence_set(name: &str, found: &ModelConfidenceSetTest, under: &mut Under<'_>) {
    let p = |running: Exceedances| running.share_above();
    let mut included = Vec::new();
    for step in &found.steps {
        let (model, p) = (step.model, p(step.running));
        under.put(&format!("{name}.pvalues.{model}"), p);
        if p > 0.1 {
            included.push(model);
        }
    }
    included.sort_unstable();
    // The two conventions agree on the set.
    assert_eq!(included, found.included(0.1).unwrap());
    list(&format!("{name}.included"), &included, under);
}

fn adjusted(folder: &Path, under: &mut Under<'_>) {
    let (_, rows) = read_csv(&folder.join("pvalues.csv"));
    let p: Vec<f64> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
    let significance = 0.05;
    for (name, rule) in [
        ("p_adjust_R.bonferroni", Adjustment::Bonferroni),
        ("p_adjust_R.holm", Adjustment::Holm),
        ("p_adjust_R.hochberg", Adjustment::Hochberg),
        ("p_adjust_R.hommel", Adjustment::Hommel),
        ("p_adjust_R.BH", Adjustment::BenjaminiHochberg),
        ("p_adjust_R.BY", Adjustment::BenjaminiYekutieli),
        ("statsmodels.sidak", Adjustment::Sidak),
        ("statsmodels.holm-sidak", Adjustment::HolmSidak),
        ("statsmodels.fdr_tsbh", Adjustment::TwoStageBenjaminiHochberg { significance }),
        ("statsmodels.fdr_tsbky", Adjustment::BenjaminiKriegerYekutieli { significance }),
    ] {
        for (k, p) in rule.adjust(&p).unwrap().iter().enumerate() {
            under.put(&format!("{name}[{k}]"), *p);
        }
    }
}

fn list(name: &str, models: &[usize], under: &mut Under<'_>) {
    for (place, model) in models.iter().enumerate() {
        under.put_count(&format!("{name}[{place}]"), *model);
    }
}
