//! What is read from the outcome of one study: every test and every interval of the crate.
//!
//! One more of them is one more line in [`P_VALUES`] or [`INTERVALS`]; tests over responses come from the
//! registry.

use std::collections::BTreeMap;

use eventstudy::inference::{SignFlipResponses, SignificanceTest, registry};
use eventstudy::prelude::*;
use eventstudy::resampling::{
    BootstrapDistribution, ClusterBootstrap, ClusterScheme, EffectInterval, EventDateBootstrap,
    IntervalMethod, WildBootstrap, WildWeights,
};
use eventstudy::study::{
    BootstrapSettings, EventStudyBuilder, PlaceboEstimate, Verdict, VerdictRule, WindowEstimate,
};

/// Sets of pseudo-events, resamples and random sign vectors of one study.
const N_DRAWS: usize = 999;
/// Mean block length of the block bootstrap, in rows.
const BLOCK: f64 = 10.0;
/// Confidence level of the intervals that a study gives at one level.
const LEVEL: f64 = 0.95;
/// Significance of the rule of verdicts.
const SIGNIFICANCE: f64 = 0.05;
/// What the procedures are; stored results that say otherwise are of others. To be changed with what a
/// p-value, an interval or a verdict means.
pub(crate) const PROCEDURES: &str = "verdicts by one-sided p and equal-tailed interval, each at half of \
                                     the significance; intervals without ends hold every effect";
/// Significances, and one minus confidence levels.
pub(crate) const SIGNIFICANCES: [f64; 3] = [0.01, 0.05, 0.10];

/// A p-value with its name in tables and its name in files.
type PValue = (&'static str, &'static str, fn(&Reading) -> Option<f64>);
/// An interval of the effect at a confidence level.
type Ends = (&'static str, &'static str, fn(&Reading, f64) -> Option<[f64; 2]>);

/// The first is the default of the crate.
pub(crate) const P_VALUES: [PValue; 8] = [
    ("placebo", "placebo dates (default)", |r| Some(r.window.placebo.as_ref()?.p_values.two_sided)),
    ("event-t", "t over dates (Ibragimov–Müller)", |r| Some(r.window.event_t.as_ref()?.p_value)),
    ("sign-flip", "sign flip over dates", |r| Some(r.window.sign_flip.p_values.two_sided)),
    ("wild-rademacher", "wild bootstrap over dates, signs", |r| r.wild(WildWeights::Rademacher)),
    ("wild-webb", "wild bootstrap over dates, Webb", |r| r.wild(WildWeights::Webb)),
    ("wild-mammen", "wild bootstrap over dates, Mammen", |r| r.wild(WildWeights::Mammen)),
    ("event-bootstrap", "bootstrap over dates, recentred", |r| {
        Some(r.drawn.as_ref()?.p_values().two_sided)
    }),
    ("block-bootstrap", "block bootstrap", |r| Some(r.window.block_bootstrap.as_ref()?.p_value)),
];

/// The first two are those of the default. Those of the study have one level, those read from draws any.
pub(crate) const INTERVALS: [Ends; 14] = [
    ("placebo", "placebo dates (default)", |r, level| r.placebo(level, |p| Some(p.interval))),
    ("placebo-tails", "placebo dates, equal tails", |r, level| {
        r.placebo(level, |p| p.equal_tailed)
    }),
    ("event-t", "t over dates", |r, level| {
        let t = r.window.event_t.as_ref()?;
        of_study(level, t.lower, t.upper)
    }),
    ("block-bootstrap", "block bootstrap", |r, level| {
        let block = r.window.block_bootstrap.as_ref()?;
        of_study(level, block.lower, block.upper)
    }),
    ("normal", "normal, over dates", |r, level| r.drawn(IntervalMethod::Normal, level)),
    ("basic", "basic, over dates", |r, level| r.drawn(IntervalMethod::Basic, level)),
    ("percentile", "percentile, over dates", |r, level| r.drawn(IntervalMethod::Percentile, level)),
    ("bias-corrected", "bias-corrected, over dates", |r, level| {
        r.drawn(IntervalMethod::BiasCorrected, level)
    }),
    ("bca", "BCa, over dates", |r, level| r.drawn(IntervalMethod::Bca, level)),
    ("studentised", "studentised, over dates", |r, level| {
        r.drawn(IntervalMethod::Studentised, level)
    }),
    ("studentised-by-replicates", "studentised by the replicates, over dates", |r, level| {
        r.drawn(IntervalMethod::StudentisedByReplicates, level)
    }),
    ("symmetric-t", "symmetric t, over dates", |r, level| {
        r.drawn(IntervalMethod::SymmetricT, level)
    }),
    ("cluster", "percentile, responses of whole dates", |r, level| {
        ends(r.whole_dates.as_ref()?, IntervalMethod::Percentile, level)
    }),
    ("two-stage", "percentile, responses in two stages", |r, level| {
        ends(r.two_stages.as_ref()?, IntervalMethod::Percentile, level)
    }),
];

fn of_study(level: f64, lower: f64, upper: f64) -> Option<[f64; 2]> {
    ((level - LEVEL).abs() < 1e-9).then_some([lower, upper])
}

fn ends(drawn: &BootstrapDistribution, method: IntervalMethod, level: f64) -> Option<[f64; 2]> {
    let interval = drawn.interval(method, level).ok()?;
    Some([interval.lower, interval.upper])
}

/// The estimate of one study.
pub(crate) struct Reading {
    window: WindowEstimate,
    /// Mean over the events of each date.
    values: Vec<f64>,
    seed: u64,
    /// Resamples of the values of the event dates; `None` for a single date.
    drawn: Option<BootstrapDistribution>,
    /// Of the responses of the event dates.
    whole_dates: Option<BootstrapDistribution>,
    two_stages: Option<BootstrapDistribution>,
    effect: f64,
    rule: VerdictRule,
}

/// What all cells ask of a study, and of how many draws.
pub(crate) fn settings(builder: EventStudyBuilder, placebo: PlaceboSettings) -> EventStudyBuilder {
    let build = |test: &eventstudy::inference::RegisteredTest| match test.id() {
        "sign-flip-responses" => {
            Box::new(SignFlipResponses::new().replicates(N_DRAWS)) as Box<dyn SignificanceTest>
        }
        _ => test.build(),
    };
    builder
        .placebo(Some(PlaceboSettings { n_sets: N_DRAWS, ..placebo }))
        .bootstrap(Some(
            BootstrapSettings { replicates: N_DRAWS, ..Default::default() }.with_blocks(BLOCK),
        ))
        .tests(registry().iter().map(build))
        .level(LEVEL)
        .keep_responses(true)
}

impl Reading {
    /// From a study of one window, with the true effect and the effect that a claim would be about,
    /// both decimal fractions.
    pub(crate) fn new(outcome: Outcome, effect: f64, margin: f64, seed: u64) -> Result<Self> {
        let window = outcome.windows.into_iter().next();
        let window = window.ok_or_else(|| Error::NoEvents { why: "no window".to_owned() })?;
        let mut by_date: BTreeMap<NaiveDate, Vec<f64>> = BTreeMap::new();
        for event in &window.events {
            by_date.entry(event.date).or_default().push(event.value);
        }
        let mut cars: BTreeMap<NaiveDate, Vec<f64>> = BTreeMap::new();
        for response in &window.responses {
            cars.entry(response.event).or_default().push(response.car);
        }
        let cars: Vec<Vec<f64>> = cars.into_values().collect();
        let mean = |values: &Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
        let values: Vec<f64> = by_date.values().map(mean).collect();
        let dates = EventDateBootstrap::new().replicates(N_DRAWS).seed(seed);
        let responses =
            |scheme| ClusterBootstrap::new(scheme).replicates(N_DRAWS).seed(seed).run_mean(&cars);
        let (mut drawn, mut whole_dates, mut two_stages) = (None, None, None);
        if values.len() > 1 {
            drawn = Some(dates.run_mean_studentised(&values)?);
            whole_dates = Some(responses(ClusterScheme::WholeDates)?);
            two_stages = Some(responses(ClusterScheme::TwoStage)?);
        }
        let rule = VerdictRule::new(SIGNIFICANCE, margin)?;
        Ok(Self { window, values, seed, drawn, whole_dates, two_stages, effect, rule })
    }

    /// Every p-value in the order of [`procedures`].
    pub(crate) fn p_values(&self) -> impl Iterator<Item = Option<f64>> {
        let of_dates = P_VALUES.iter().map(|(_, _, read)| read(self));
        of_dates.chain(self.window.tests.iter().map(|test| test.p_value))
    }

    /// The ends of every interval at one level, in the order of [`procedures`].
    pub(crate) fn intervals(&self, level: f64) -> impl Iterator<Item = Option<[f64; 2]>> {
        INTERVALS.iter().map(move |(_, _, read)| read(self, level))
    }

    /// An interval of the placebo test, without ends where it excludes nothing.
    fn placebo(
        &self,
        level: f64,
        interval: fn(&PlaceboEstimate) -> Option<EffectInterval>,
    ) -> Option<[f64; 2]> {
        let interval = interval(self.window.placebo.as_ref()?)?;
        let (lower, upper) = interval.ends().unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        of_study(level, lower, upper)
    }

    /// Read from the bootstrap over dates; `None` where the method is not defined for these values.
    fn drawn(&self, method: IntervalMethod, level: f64) -> Option<[f64; 2]> {
        ends(self.drawn.as_ref()?, method, level)
    }

    /// p-value of the wild bootstrap over the values of the dates; `None` for a single date.
    fn wild(&self, weights: WildWeights) -> Option<f64> {
        let wild = WildBootstrap::new(weights).replicates(N_DRAWS).seed(self.seed);
        Some(wild.test(&self.values).ok()?.studentised.p_values.two_sided)
    }

    /// The true effect.
    pub(crate) fn effect(&self) -> f64 {
        self.effect
    }

    /// What the default rule says of the claim of a positive effect.
    pub(crate) fn verdict(&self) -> Option<Verdict> {
        Some(self.rule.judge(self.window.placebo.as_ref()?).verdict)
    }
}
