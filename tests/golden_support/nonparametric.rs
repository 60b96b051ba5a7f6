//! Tests of one and of two samples: columns `x`, `y` and `big` of different length.

use std::path::Path;

use eventstudy::inference::Alternative::{Greater, Less, TwoSided};
use eventstudy::inference::samples::{
    CorrelationTest, DistanceMethod, HodgesLehmann, KolmogorovSmirnov, LabelPermutation,
    MannWhitney, MannWhitneyTest, Moments, OneSampleT, ProportionInterval, RankMethod, SampleTest,
    SignTest, SignedRankTest, TwoSampleT, WilcoxonSignedRank, ZeroRule, dagostino_pearson,
    jarque_bera, kendall, pearson, shapiro_wilk, spearman,
};
use serde_json::Value;
use statrs::distribution::{ContinuousCDF, Normal};

use super::{Found, Under, read_csv, read_json};

/// Pairs of which correlations are taken, and values of the second sample of the rank-sum test.
const N_PAIRS: usize = 22;
const N_SECOND: usize = 14;

pub(crate) fn leaves(folder: &Path) -> Found {
    let wanted = read_json(&folder.join("expected.json"));
    let [x, y, big] = ["x", "y", "big"].map(|name| column(folder, name));
    let mut out = Found::new();
    let mut under = Under { prefix: String::new(), out: &mut out };
    let distinct = without_ties(&x);
    for (i, value) in distinct.iter().enumerate() {
        under.put(&format!("no_ties_sample[{i}]"), *value);
    }
    signed_ranks(&x, &distinct, &mut under);
    signs(&x, &mut under);
    means(&x, &y, &mut under);
    let mut unique = y.clone();
    unique.sort_by(f64::total_cmp);
    unique.dedup();
    two_samples(&x, &y, &distinct, &unique, &mut under);
    normality(&big, &mut under);
    correlations(&big[..N_PAIRS], &y[..N_PAIRS], &mut under);
    permutation(&wanted["exact_two_sample_permutation_mean_diff"], &mut under);
    out
}

/// The cells of a column that are not empty.
fn column(folder: &Path, name: &str) -> Vec<f64> {
    let (header, rows) = read_csv(&folder.join("input.csv"));
    let at = header.iter().position(|h| h == name).unwrap();
    rows.iter().filter(|r| !r[at].is_empty()).map(|r| r[at].parse().unwrap()).collect()
}

/// Without zeros, and of values with the same size only the first.
fn without_ties(x: &[f64]) -> Vec<f64> {
    let mut kept: Vec<f64> = Vec::new();
    for value in x {
        if *value != 0.0 && kept.iter().all(|k| k.abs() != value.abs()) {
            kept.push(*value);
        }
    }
    kept
}

fn signed_ranks(x: &[f64], distinct: &[f64], under: &mut Under<'_>) {
    let test = |sample: &[f64], zeros, method| -> SignedRankTest {
        WilcoxonSignedRank::new().zeros(zeros).method(method).test(sample).unwrap()
    };
    let rules =
        [("wilcox", ZeroRule::Drop), ("pratt", ZeroRule::Pratt), ("zsplit", ZeroRule::Split)];
    for (name, zeros) in rules {
        for (corrected, continuity_correction) in [("False", false), ("True", true)] {
            let method = RankMethod::Normal { continuity_correction };
            let found = test(x, zeros, method);
            let path = format!("wilcoxon_approx|{name}|corr={corrected}");
            under.put(&format!("{path}.stat"), found.smaller_rank_sum());
            under.put(&format!("{path}.z"), -found.z.abs());
            under.put(&format!("{path}.p"), found.result.p_value(TwoSided));
            if zeros == ZeroRule::Drop {
                let path = if continuity_correction { "corr" } else { "nocorr" };
                under.put(&format!("R.wilcox_normal_{path}.stat"), found.positive_ranks);
                under.put(&format!("R.wilcox_normal_{path}.p"), found.result.p_value(TwoSided));
            }
        }
    }
    let exact = test(distinct, ZeroRule::Drop, RankMethod::Exact);
    assert!(exact.result.is_exact());
    for (name, side) in [("two-sided", TwoSided), ("greater", Greater), ("less", Less)] {
        let path = format!("wilcoxon_exact_no_ties|{name}");
        let statistic =
            if side == TwoSided { exact.smaller_rank_sum() } else { exact.result.statistic };
        under.put_count(&format!("{path}.n"), exact.n_nonzero);
        under.put(&format!("{path}.stat"), statistic);
        under.put(&format!("{path}.p"), exact.result.p_value(side));
    }
    under.put("R.wilcox_exact_no_ties.stat", exact.result.statistic);
    under.put("R.wilcox_exact_no_ties.p", exact.result.p_value(TwoSided));
    let estimate = HodgesLehmann::new().estimate(distinct).unwrap();
    under.put("R.hodges_lehmann", estimate.estimate);
    under.put("R.hl_ci[0]", estimate.interval.lower);
    under.put("R.hl_ci[1]", estimate.interval.upper);
}

fn signs(x: &[f64], under: &mut Under<'_>) {
    let found = SignTest.test(x).unwrap();
    under.put_count("pos", found.n_positive);
    under.put_count("nonzero", found.n_nonzero);
    for (name, side) in [("two-sided", TwoSided), ("greater", Greater), ("less", Less)] {
        under.put(&format!("sign_test_exact.{name}"), found.result.p_value(side));
    }
    under.put("R.binom_p", found.result.p_value(TwoSided));
    let methods = [
        ("exact", ProportionInterval::ClopperPearson),
        ("wilson", ProportionInterval::Wilson),
        ("wilsoncc", ProportionInterval::WilsonContinuity),
    ];
    for (name, method) in methods {
        let interval = method.of(found.n_positive, found.n_nonzero, 0.95).unwrap();
        under.put(&format!("hit_rate_ci95.{name}[0]"), interval.lower);
        under.put(&format!("hit_rate_ci95.{name}[1]"), interval.upper);
    }
}

fn means(x: &[f64], y: &[f64], under: &mut Under<'_>) {
    let one = OneSampleT::new().test(x).unwrap();
    under.put("t.ci95[0]", one.interval.lower);
    under.put("t.ci95[1]", one.interval.upper);
    let welch = TwoSampleT::welch().test(x, y).unwrap();
    under.put_some("welch.df", welch.result.degrees_of_freedom());
    under.put("R.welch.stat", welch.result.statistic);
    under.put("R.welch.p", welch.result.p_value(TwoSided));
    let pooled = TwoSampleT::pooled().test(x, y).unwrap();
    for (name, found) in [("t", one), ("welch", welch), ("pooled_t", pooled)] {
        under.put(&format!("{name}.t"), found.result.statistic);
        under.put(&format!("{name}.p"), found.result.p_value(TwoSided));
    }
}

fn two_samples(x: &[f64], y: &[f64], distinct: &[f64], unique: &[f64], under: &mut Under<'_>) {
    let rank_sum = |method| -> MannWhitneyTest {
        MannWhitney::new().method(method).test(distinct, &unique[..N_SECOND]).unwrap()
    };
    let methods = [
        ("asymptotic", RankMethod::Normal { continuity_correction: true }),
        ("exact", RankMethod::Exact),
    ];
    for (name, method) in methods {
        let (found, path) =
            (rank_sum(method), format!("mannwhitney|{name}|xn_vs_first14_unique_y"));
        assert_eq!(found.result.is_exact(), name == "exact");
        under.put(&format!("{path}.U"), found.result.statistic);
        under.put(&format!("{path}.p"), found.result.p_value(TwoSided));
    }
    let distance = |method, x: &[f64], y: &[f64]| {
        KolmogorovSmirnov::new().method(method).two_samples(x, y).unwrap().result
    };
    let asymptotic = distance(DistanceMethod::Asymptotic, x, y);
    let exact = distance(DistanceMethod::Exact, distinct, unique);
    assert!(exact.is_exact() && !asymptotic.is_exact());
    for (name, found) in [("ks_2samp_asymp", asymptotic), ("ks_2samp_exact|xn_vs_unique_y", exact)]
    {
        under.put(&format!("{name}.D"), found.statistic);
        under.put(&format!("{name}.p"), found.p_value(TwoSided));
    }
}

fn normality(big: &[f64], under: &mut Under<'_>) {
    let moments = Moments::of(big).unwrap();
    let normal = Normal::standard();
    let standardised: Vec<f64> = big.iter().map(|v| (v - moments.mean) / moments.std_dev).collect();
    let found = KolmogorovSmirnov::new().one_sample(&standardised, |z| normal.cdf(z)).unwrap();
    assert!(found.result.is_exact());
    under.put("ks_1samp_std_normal_exact|big.D", found.result.statistic);
    under.put("ks_1samp_std_normal_exact|big.p", found.result.p_value(TwoSided));
    under.put("moments|big.skew_biased", moments.skewness);
    under.put_some("moments|big.skew_unbiased", moments.unbiased_skewness);
    under.put("moments|big.kurt_excess_biased", moments.excess_kurtosis);
    under.put_some("moments|big.kurt_excess_unbiased", moments.unbiased_excess_kurtosis);
    let tests: [(&str, SampleTest); 3] = [
        ("jarque_bera", jarque_bera(big).unwrap()),
        ("dagostino_k2", dagostino_pearson(big).unwrap()),
        ("shapiro", shapiro_wilk(big).unwrap()),
    ];
    for (name, found) in tests {
        under.put(&format!("moments|big.{name}[0]"), found.statistic);
        under.put(&format!("moments|big.{name}[1]"), found.p_value(TwoSided));
    }
}

fn correlations(x: &[f64], y: &[f64], under: &mut Under<'_>) {
    let tests: [(&str, CorrelationTest); 3] = [
        ("pearson", pearson(x, y).unwrap()),
        ("spearman", spearman(x, y).unwrap()),
        ("kendall", kendall(x, y).unwrap()),
    ];
    for (name, found) in tests {
        under.put(&format!("corr|first22.{name}[0]"), found.coefficient);
        under.put(&format!("corr|first22.{name}[1]"), found.result.p_value(TwoSided));
    }
}

fn permutation(given: &Value, under: &mut Under<'_>) {
    let group = |name: &str| -> Vec<f64> {
        given[name].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
    };
    let found = LabelPermutation::new().test(&group("a"), &group("b")).unwrap();
    assert!(found.result.is_exact());
    let path = "exact_two_sample_permutation_mean_diff";
    under.put(&format!("{path}.diff"), found.result.statistic);
    under.put(&format!("{path}.p"), found.result.p_value(TwoSided));
    under.put(&format!("{path}.scipy_p"), found.result.p_value(TwoSided));
    under.put_count(&format!("{path}.total"), found.n_splits);
}
