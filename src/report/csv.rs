//! An outcome as numbers for a program: CSV with one number per column.
//!
//! Returns are decimal fractions (0.12 is twelve percent), a number has as many digits as bring the
//! same double back, and a cell is empty where there is none.

#[cfg(test)]
mod tests;

use std::fmt::Display;

use super::tables::CROSS_SECTIONAL;
use crate::files::csv_text;
use crate::inference::{PlaceboAssetsResult, TestResult};
use crate::resampling::{EffectInterval, ExcessInterval, PlaceboStatistic, ReferenceSummary};
use crate::study::{
    DateBootstrapFault, EventEstimate, Outcome, PlaceboEstimate, ResponseEstimate, ResponseTest,
    WindowEstimate,
};

/// Name of a column, and its cell in the row of a window and one of its `T`.
type Column<T> = (&'static str, fn(&WindowEstimate, &T) -> Option<String>);

const ESTIMATES: [Column<()>; 66] = [
    ("window", |w, ()| text(w.window)),
    ("n_event_dates", |w, ()| text(w.n_event_dates)),
    ("n_overlapping_dates", |w, ()| text(w.n_overlapping_dates)),
    ("n_events", |w, ()| text(w.n_events)),
    ("n_responses", |w, ()| text(w.n_responses)),
    ("mean", |w, ()| number(w.mean)),
    ("caar", |w, ()| number(w.caar)),
    ("placebo_mean", |w, ()| placebo(w, |p| p.mean)),
    ("excess", |w, ()| placebo(w, |p| p.excess)),
    ("excess_lower", |w, ()| placebo(w, |p| end(Some(&p.interval), |i| i.lower))),
    ("excess_upper", |w, ()| placebo(w, |p| end(Some(&p.interval), |i| i.upper))),
    ("placebo_p", |w, ()| placebo(w, |p| p.p_values.two_sided)),
    ("placebo_p_attainable", |w, ()| placebo(w, |p| p.attainable_p)),
    ("n_placebo_sets", |w, ()| w.placebo.as_ref().and_then(|p| text(p.n_sets))),
    ("effective_periods", |w, ()| placebo(w, |p| p.effective_periods)),
    ("sign_flip_p", |w, ()| number(w.sign_flip.p_values.two_sided)),
    ("sign_flip_p_attainable", |w, ()| number(w.sign_flip.attainable_two_sided)),
    ("t_p", |w, ()| number(w.event_t.as_ref().map(|t| t.p_value))),
    ("t_lower", |w, ()| number(w.event_t.as_ref().map(|t| t.lower))),
    ("t_upper", |w, ()| number(w.event_t.as_ref().map(|t| t.upper))),
    ("cross_sectional_p", |w, ()| number(w.test(CROSS_SECTIONAL).and_then(|test| test.p_value))),
    ("misled_by_shared_dates", |w, ()| {
        w.test(CROSS_SECTIONAL).and_then(|test| text(test.misled_by_shared_dates))
    }),
    ("minimum_detectable_effect", |w, ()| placebo(w, |p| p.minimum_detectable_effect)),
    ("design_effect", |w, ()| number(w.design_effect)),
    ("effective_responses", |w, ()| number(w.effective_responses)),
    ("mean_residual_correlation", |w, ()| number(w.mean_residual_correlation)),
    ("t_minimum_detectable_effect", |w, ()| {
        number(w.event_t.as_ref().map(|t| t.minimum_detectable_effect))
    }),
    ("block_bootstrap_p", |w, ()| number(w.block_bootstrap.as_ref().map(|b| b.p_value))),
    ("block_bootstrap_lower", |w, ()| number(w.block_bootstrap.as_ref().map(|b| b.lower))),
    ("block_bootstrap_upper", |w, ()| number(w.block_bootstrap.as_ref().map(|b| b.upper))),
    ("date_bootstrap_lower", |w, ()| {
        number(w.event_bootstrap.as_ref().map(|b| b.percentile.lower))
    }),
    ("date_bootstrap_upper", |w, ()| {
        number(w.event_bootstrap.as_ref().map(|b| b.percentile.upper))
    }),
    ("date_bootstrap_coverage_ceiling", |w, ()| {
        let of_fault = |fault: &DateBootstrapFault| match fault {
            DateBootstrapFault::TooFewDates { coverage_ceiling, .. } => Some(*coverage_ceiling),
            _ => None,
        };
        let of_interval = w.event_bootstrap.as_ref().map(|b| b.coverage_ceiling);
        number(of_interval.or_else(|| w.event_bootstrap_fault.as_ref().and_then(of_fault)))
    }),
    ("leave_one_out_lowest", |w, ()| number(w.leave_one_out.map(|[lowest, _]| lowest))),
    ("leave_one_out_highest", |w, ()| number(w.leave_one_out.map(|[_, highest]| highest))),
    ("n_placebo_dates", |w, ()| w.placebo.as_ref().and_then(|p| text(p.n_admissible))),
    ("placebo_fault", |w, ()| w.placebo_fault.clone()),
    ("date_bootstrap_fault", |w, ()| w.event_bootstrap_fault.as_ref().and_then(text)),
    ("placebo_family_p", |w, ()| number(w.placebo.as_ref().and_then(|p| p.family_p))),
    ("matched_placebo_mean", |w, ()| matched(w, |p| p.mean)),
    ("matched_excess", |w, ()| matched(w, |p| p.excess)),
    ("matched_excess_lower", |w, ()| matched(w, |p| end(Some(&p.interval), |i| i.lower))),
    ("matched_excess_upper", |w, ()| matched(w, |p| end(Some(&p.interval), |i| i.upper))),
    ("matched_placebo_p", |w, ()| matched(w, |p| p.p_values.two_sided)),
    ("matched_placebo_p_attainable", |w, ()| matched(w, |p| p.attainable_p)),
    ("n_matched_sets", |w, ()| w.matched_placebo.as_ref().and_then(|m| text(m.estimate.n_sets))),
    ("n_matched_dates", |w, ()| {
        w.matched_placebo.as_ref().and_then(|m| text(m.estimate.n_admissible))
    }),
    ("matched_effective_periods", |w, ()| matched(w, |p| p.effective_periods)),
    ("matched_placebo_fault", |w, ()| w.matched_placebo_fault.clone()),
    ("placebo_assets_caar", |w, ()| assets(w.placebo_assets.as_ref(), |r| r.observed)),
    ("placebo_assets_mean", |w, ()| assets(w.placebo_assets.as_ref(), |r| r.mean)),
    ("placebo_assets_excess", |w, ()| assets(w.placebo_assets.as_ref(), |r| r.excess)),
    ("placebo_assets_p", |w, ()| assets(w.placebo_assets.as_ref(), |r| r.p_values.two_sided)),
    ("placebo_assets_p_attainable", |w, ()| assets(w.placebo_assets.as_ref(), |r| r.attainable_p)),
    ("n_placebo_asset_sets", |w, ()| w.placebo_assets.as_ref().and_then(|a| text(a.reference.n))),
    ("placebo_assets_fault", |w, ()| w.placebo_assets_fault.clone()),
    ("placebo_p_upper", |w, ()| placebo(w, |p| p.p_values.upper)),
    ("placebo_p_lower", |w, ()| placebo(w, |p| p.p_values.lower)),
    ("equal_tailed_lower", |w, ()| placebo(w, |p| end(p.equal_tailed.as_ref(), |i| i.lower))),
    ("equal_tailed_upper", |w, ()| placebo(w, |p| end(p.equal_tailed.as_ref(), |i| i.upper))),
    ("unbounded_because", |w, ()| {
        w.placebo.as_ref().and_then(|p| p.interval.unbounded()).and_then(text)
    }),
    ("verdict", |w, ()| w.judgement.as_ref().and_then(|j| text(j.verdict))),
    ("verdict_because", |w, ()| w.judgement.as_ref().map(|j| j.because.clone())),
    ("placebo_statistic", |w, ()| w.placebo.as_ref().map(|p| statistic(p.statistic))),
    ("plain_mean_p", |w, ()| placebo(w, |p| p.mean_p_values.map(|p| p.two_sided))),
    ("plain_mean_disagrees", |w, ()| {
        w.placebo.as_ref().and_then(PlaceboEstimate::disagreement).and_then(text)
    }),
];

const EVENT_VALUES: [Column<EventEstimate>; 25] = [
    ("window", |w, _| text(w.window)),
    ("event_date", |_, e| text(e.date)),
    ("label", |_, e| text(&e.label)),
    ("scope", |_, e| text(&e.scope)),
    ("n_assets", |_, e| text(e.n_assets)),
    ("abnormal_return", |_, e| number(e.value)),
    ("share_positive", |_, e| number(e.share_positive)),
    ("placebo_p", |_, e| number(e.placebo.map(|p| p.two_sided))),
    ("placebo_p_upper", |_, e| number(e.placebo.map(|p| p.upper))),
    ("placebo_p_lower", |_, e| number(e.placebo.map(|p| p.lower))),
    ("placebo_statistic", |_, e| e.placebo_statistic.map(statistic)),
    ("rank_p", |_, e| number(e.rank.map(|p| p.two_sided))),
    ("rank_p_upper", |_, e| number(e.rank.map(|p| p.upper))),
    ("rank_p_lower", |_, e| number(e.rank.map(|p| p.lower))),
    ("matched_placebo_p", |_, e| number(e.matched_placebo.map(|p| p.two_sided))),
    ("placebo_assets_p", |_, e| assets(e.placebo_assets.as_ref(), |r| r.p_values.two_sided)),
    ("placebo_assets_p_attainable", |_, e| assets(e.placebo_assets.as_ref(), |r| r.attainable_p)),
    ("n_placebo_assets", |_, e| {
        e.placebo_assets.as_ref().and_then(|a| text(a.events.first()?.n_placebo))
    }),
    ("placebo_assets_fault", |_, e| e.placebo_assets_fault.clone()),
    ("conformal_statistic", |_, e| number(e.conformal.map(|c| c.result.statistic))),
    ("conformal_p", |_, e| number(e.conformal.map(|c| c.result.p_value))),
    ("conformal_p_attainable", |_, e| number(e.conformal.map(|c| c.result.attainable_p))),
    ("conformal_lower", |_, e| number(e.conformal.and_then(|c| c.interval).map(|i| i.lower))),
    ("conformal_upper", |_, e| number(e.conformal.and_then(|c| c.interval).map(|i| i.upper))),
    ("conformal_fault", |_, e| e.conformal_fault.clone()),
];

const RESPONSE_TESTS: [Column<ResponseTest>; 15] = [
    ("window", |w, _| text(w.window)),
    ("id", |_, t| text(&t.id)),
    ("test", |_, t| text(&t.name)),
    ("statistic", |_, t| number(t.result.as_ref().map(|r| r.statistic))),
    ("degrees_of_freedom", |_, t| {
        number(t.result.as_ref().and_then(TestResult::degrees_of_freedom))
    }),
    ("p_value", |_, t| number(t.p_value)),
    ("p_greater", |_, t| number(t.p_greater)),
    ("p_less", |_, t| number(t.p_less)),
    ("suitability", |_, t| text(t.suitability.name())),
    ("why", |_, t| (!t.why.is_empty()).then(|| t.why.clone())),
    ("misled_by_shared_dates", |_, t| text(t.misled_by_shared_dates)),
    ("n_responses", |_, t| t.result.as_ref().and_then(|r| text(r.n_responses))),
    ("n_events", |_, t| t.result.as_ref().and_then(|r| text(r.n_events))),
    ("n_event_dates", |_, t| t.result.as_ref().and_then(|r| text(r.n_event_dates))),
    ("fault", |_, t| t.fault.clone()),
];

const RESPONSES: [Column<ResponseEstimate>; 11] = [
    ("window", |w, _| text(w.window)),
    ("event_date", |_, r| text(r.event)),
    ("label", |_, r| text(&r.label)),
    ("asset", |_, r| text(&r.asset)),
    ("car", |_, r| number(r.car)),
    ("scar", |_, r| number(r.scar)),
    ("forecast_std_dev", |_, r| number(r.forecast_std_dev)),
    ("n_rows", |_, r| text(r.n_rows)),
    ("residual_std_dev", |_, r| number(r.residual_std_dev)),
    ("n_observations", |_, r| text(r.n_observations)),
    ("alpha", |_, r| number(r.alpha)),
];

/// One row per window: the estimate with every interval, p-value and count that stands beside it.
///
/// What was not made is empty: columns of placebo dates, of the t-test over dates, of a bootstrap.
/// `placebo_fault` and its like say why there is none, `unbounded_because` why the interval of the excess
/// has no ends, `date_bootstrap_fault` why there is no bootstrap over dates. `placebo_family_p` allows
/// for the other windows. `placebo_statistic` says what the placebo test compares, `plain_mean_p` is of
/// the mean as it is, and `plain_mean_disagrees` says why where one of the two is significant and the
/// other is not. `cross_sectional_p` is of the cross-sectional t, and
/// `misled_by_shared_dates` says whether to disbelieve it. `verdict` is of the rule of the study,
/// where it has one.
pub fn estimates_csv(outcome: &Outcome) -> String {
    table(&ESTIMATES, outcome.windows.iter().map(|w| (w, &())))
}

/// One row per window and event: what each event gave, and the tests of it alone. `placebo_p` is that of
/// the study among single placebo dates, of what `placebo_statistic` says; `rank_p` the share of them
/// that gave as much. `conformal_lower` and `conformal_upper` are of an effect per row.
pub fn event_values_csv(outcome: &Outcome) -> String {
    table(&EVENT_VALUES, outcome.windows.iter().flat_map(|w| w.events.iter().map(move |e| (w, e))))
}

/// One row per window and test over responses.
///
/// The degrees of freedom are empty for a statistic that is normal under its null; `fault` says why
/// there is no statistic.
pub fn response_tests_csv(outcome: &Outcome) -> String {
    table(&RESPONSE_TESTS, outcome.windows.iter().flat_map(|w| w.tests.iter().map(move |t| (w, t))))
}

/// One row per window and response: CAR, SCAR and the fit, at the end a column `beta_…` for each
/// factor.
///
/// A header alone where the outcome keeps no responses, see
/// [`keep_responses`](crate::study::EventStudyBuilder::keep_responses).
pub fn responses_csv(outcome: &Outcome) -> String {
    let responses = || outcome.windows.iter().flat_map(|w| w.responses.iter().map(move |r| (w, r)));
    let mut factors: Vec<&str> = Vec::new();
    for beta in responses().flat_map(|(_, response)| &response.betas) {
        if !factors.contains(&beta.factor.as_str()) {
            factors.push(&beta.factor);
        }
    }
    let mut header = names(&RESPONSES);
    header.extend(factors.iter().map(|factor| format!("beta_{factor}")));
    let rows = responses().map(|response| {
        let mut row = cells(&RESPONSES, response);
        row.extend(factors.iter().map(|factor| {
            let beta = response.1.betas.iter().find(|beta| beta.factor == *factor);
            number(beta.map(|beta| beta.beta)).unwrap_or_default()
        }));
        row
    });
    csv_text(std::iter::once(header).chain(rows))
}

fn table<'a, T: 'a>(
    columns: &[Column<T>],
    rows: impl Iterator<Item = (&'a WindowEstimate, &'a T)>,
) -> String {
    csv_text(std::iter::once(names(columns)).chain(rows.map(|row| cells(columns, row))))
}

fn names<T>(columns: &[Column<T>]) -> Vec<String> {
    columns.iter().map(|(name, _)| (*name).to_owned()).collect()
}

fn cells<T>(columns: &[Column<T>], (window, of): (&WindowEstimate, &T)) -> Vec<String> {
    columns.iter().map(|(_, cell)| cell(window, of).unwrap_or_default()).collect()
}

fn placebo<V: Into<Option<f64>>>(
    w: &WindowEstimate,
    of: fn(&PlaceboEstimate) -> V,
) -> Option<String> {
    number(w.placebo.as_ref().and_then(|p| of(p).into()))
}

/// The word of study files.
fn statistic(statistic: PlaceboStatistic) -> String {
    match statistic {
        PlaceboStatistic::Studentised => "studentised",
        PlaceboStatistic::Mean => "mean",
    }
    .to_owned()
}

/// An end of an interval that has ends.
fn end(interval: Option<&EffectInterval>, of: fn(&ExcessInterval) -> f64) -> Option<f64> {
    interval.and_then(EffectInterval::bounded).map(of)
}

fn matched<V: Into<Option<f64>>>(
    w: &WindowEstimate,
    of: fn(&PlaceboEstimate) -> V,
) -> Option<String> {
    number(w.matched_placebo.as_ref().and_then(|matched| of(&matched.estimate).into()))
}

fn assets(found: Option<&PlaceboAssetsResult>, of: fn(&ReferenceSummary) -> f64) -> Option<String> {
    number(found.map(|found| of(&found.reference)))
}

/// As short as brings the same double back.
fn number(value: impl Into<Option<f64>>) -> Option<String> {
    value.into().map(|value| format!("{value:?}"))
}

#[allow(clippy::unnecessary_wraps)] // as every cell
fn text(value: impl Display) -> Option<String> {
    Some(value.to_string())
}
