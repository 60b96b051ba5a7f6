//! What the golden cases hold and the crate does not compute, each with the reason.

/// Layout (or all that start alike), names of quantities, why.
///
/// A name stands for every path that ends in it; a star stands for any text.
pub(crate) const NOT_COMPARED: &[(&str, &[&str], &str)] = &[
    (
        "bootstrap-ci-fixed-index",
        &["*_block_*.bca|*", "*_block_*.jackknife_a", "*_block_*.bca_levels", "*_block_*.bca_own"],
        "BCa of dependent draws is refused",
    ),
    (
        "block-length",
        &["recombinator.*", "recombinator_first_rows.*"],
        "sample correlations that drop the first rows of the series",
    ),
    ("bootstrap-exact-moments", &["arch_mc.*"], "draws of another package, for information"),
];

/// Layout and names of what `expected.json` repeats of the question: dates and settings that a case
/// is computed from, and how far figures of two other packages were apart.
pub(crate) const GIVEN: &[(&str, &[&str])] = &[
    // Relative differences between two other packages; the crate has no part in them.
    ("longrun-bhar-calendar-time", &["agreement_max_rel.*"]),
    ("block-length", &["agreement_arch_vs_np_max_rel"]),
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
    (
        "nonparametric",
        &["exact_two_sample_permutation_mean_diff.a", "exact_two_sample_permutation_mean_diff.b"],
    ),
    ("few-events-many-assets", &["event_block_bootstrap_diff_peer_mc.n_boot"]),
    ("multiple-testing", &["block_size"]),
];

/// Layouts of which nothing is compared yet, with what they need.
pub(crate) const LAYOUTS_NOT_COMPARED: &[(&str, &str)] = &[];
