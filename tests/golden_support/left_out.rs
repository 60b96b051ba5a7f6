//! What the golden cases hold and the crate does not compute, each with the reason.

/// Layout (or all that start alike), names of quantities, why.
///
/// A name stands for every path that ends in it; a star stands for any text.
pub(crate) const NOT_COMPARED: &[(&str, &[&str], &str)] = &[
    ("tests-*", &["lamb_z"], "Lamb's test"),
    (
        "tests-*",
        &[
            "sign_z",
            "sign_p",
            "gsign_z",
            "gsign_p",
            "gsign_pooled_z",
            "csign_z",
            "p_hat_cowan",
            "p_hat_pooled",
        ],
        "sign tests",
    ),
    (
        "tests-*",
        &[
            "corrado_rank_z",
            "corrado_rank_p",
            "corrado_zivney_rank_z",
            "corrado_zivney_sign_z",
            "corrado_rank_cum_z",
            "grank_Z",
            "grank_t",
            "grank_t_df",
            "grank_t_p",
            "grank_z",
            "grank_z_p",
            "grank_pseudo_day_mean_rank_with_kp_factor",
        ],
        "rank tests",
    ),
    ("tests-*", &["wilcoxon_w", "wilcoxon_z", "wilcoxon_p_exact"], "Wilcoxon's test"),
    ("tests-*", &["skew_johnson_lbt_t", "skew_hall_t", "skew.*"], "skewness-adjusted tests"),
    ("tests-clustered", &["wild_bootstrap_exact_rademacher.*"], "wild bootstrap over responses"),
    (
        "three-events-two-calendars",
        &["wilcoxon_exact_p", "sign_exact_p"],
        "Wilcoxon's test and the sign test",
    ),
    (
        "bootstrap-ci-fixed-index",
        &["norm|*", "debiased|*", "studentized|*", "bootstrap_t_textbook_95.*"],
        "normal, bias-corrected and studentised intervals",
    ),
    (
        "bootstrap-ci-fixed-index",
        &["boot_sd_ddof0"],
        "standard errors of a random draw have the divisor B - 1",
    ),
    ("bootstrap-ci-fixed-index", &["first5"], "replicates are kept in increasing order"),
    (
        "bootstrap-ci-fixed-index",
        &[
            "*_block_*.bca|*",
            "*_block_*.jackknife_a",
            "*_block_*.z0",
            "*_block_*.bca_levels",
            "*_block_*.bca_own",
        ],
        "BCa of dependent draws is refused",
    ),
    ("bootstrap-exact-moments", &["circular.*", "moving.*"], "circular and moving blocks"),
    ("bootstrap-exact-moments", &["arch_mc.*"], "draws of another package, for information"),
    ("power", &["sign_test_exact_power.power"], "sign test"),
    (
        "power",
        &["kp_size_distortion.true_size_of_naive_5pct_z"],
        "size of a naive test under equal correlation",
    ),
    ("power", &["one_sample_t_two_sided.statsmodels"], "figures of another package"),
    (
        "wild-bootstrap-enumeration",
        &["webb6_first5_events_day1.*", "mammen_two_point.*"],
        "Webb's and Mammen's weights",
    ),
    (
        "few-events-many-assets",
        &[
            "ibragimov_mueller_welch.*",
            "ibragimov_mueller_peer.diff",
            "ibragimov_mueller_peer.se",
            "ibragimov_mueller_peer.t",
            "ibragimov_mueller_peer.df",
            "ibragimov_mueller_peer.p",
            "ibragimov_mueller_peer.ci_low",
            "ibragimov_mueller_peer.ci_high",
        ],
        "Welch's two-sample t",
    ),
    (
        "few-events-many-assets",
        &[
            "df_eff",
            "per_asset_diff",
            "se_naive",
            "se_corrected",
            "design_effect.t",
            "design_effect_peer.t",
            "design_effect_peer.mean",
            "p_two_t_dfeff",
            "p_two_t_n1",
            "p_t_dfeff",
            "p_t_n1",
            "p_normal",
        ],
        "t with the degrees of freedom of the design effect",
    ),
    (
        "few-events-many-assets",
        &["pooled_sd", "cohens_d_obs", "minimum_detectable_effect_normal_approx_peer.mde"],
        "pooled standard deviation of two samples",
    ),
    ("few-events-many-assets", &["exact_label_permutation.*"], "permutation of labels"),
    (
        "few-events-many-assets",
        &["monte_carlo", "event_block_bootstrap_diff_peer_mc.*"],
        "draws of another package, for information",
    ),
    (
        "few-events-many-assets",
        &["p_two_zero_crossing"],
        "p-values of a bootstrap are recentred and have +1",
    ),
];

/// Layout and names of what `expected.json` repeats of the question: dates and settings that a case
/// is computed from, and how far the figures of two packages were apart.
pub(crate) const GIVEN: &[(&str, &[&str])] = &[
    ("longrun-bhar-calendar-time", &["agreement_max_rel.*"]),
    ("three-events-two-calendars", &["events.event", "placebo_single.event"]),
    // Date and months; the date that they lead to, the third of each row, is compared.
    ("three-events-two-calendars", &["month_arithmetic_clamp"]),
    (
        "power",
        &[
            "one_sample_t_two_sided.n",
            "one_sample_t_two_sided.effect_sd",
            "one_sample_t_two_sided.alpha",
            "minimum_detectable_effect_80pct.n",
            "minimum_detectable_effect_80pct.alpha",
            "sign_flip_exact_size.n",
            "sign_test_exact_power.n",
            "sign_test_exact_power.p_true",
            "sign_test_exact_power.alpha",
            "kp_size_distortion.n",
            "kp_size_distortion.rho",
        ],
    ),
];

/// Layouts of which nothing is compared yet, with what they need.
pub(crate) const LAYOUTS_NOT_COMPARED: &[(&str, &str)] = &[
    ("block-length", "choice of the block length"),
    ("multiple-testing", "tests of many hypotheses"),
    ("nonparametric", "two-sample and rank tests"),
    ("real-data-eventstudyjl", "models by firm over many years"),
];
