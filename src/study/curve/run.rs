//! From a grid to a curve.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::circle::{Circle, Place, distinct_columns};
use super::columns::{Columns, Fit, Portfolio};
use super::grid::SpecificationGrid;
use super::outcome::{
    CurveDimension, CurveSummary, ExcludedBecause, ExcludedSpecifications, JointTest,
    Specification, SpecificationCurve,
};
use crate::resampling::{EventPattern, EventPatterns, Individual, JointShifts, effective_periods};
use crate::study::{Progress, ProgressListener, StudyData};
use crate::{Error, Result};

/// Version of the JSON form of a curve.
const FORMAT: u32 = 2;
/// Positions at which the curves of all shifts are compared.
const N_POSITIONS: usize = 101;

/// A combination of choices that has an estimate.
struct Named {
    /// Position of its choice in each dimension.
    choices: Vec<usize>,
    distinct: usize,
    n_events: usize,
}

/// Specifications as they are found.
#[derive(Default)]
struct Found {
    named: Vec<Named>,
    patterns: Vec<EventPattern>,
    /// By column and dates of the events that have a value.
    keys: BTreeMap<(usize, Vec<usize>), usize>,
    excluded: BTreeMap<ExcludedBecause, usize>,
}

impl SpecificationGrid {
    /// Evaluates every specification and tests them together.
    ///
    /// The same data and grid give the same curve to the bit at any number of threads.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a dimension without choices or with the same one twice, more than
    /// 250,000 specifications, events of different scopes, and estimation windows that leave out
    /// those of other events; [`Error::NoEvents`] where every set is empty; [`Error::NoResponses`]
    /// where no specification has an estimate; as [`EventStudy::run`] for what concerns the data.
    ///
    /// [`EventStudy::run`]: crate::study::EventStudy::run
    pub fn run(&self, data: &StudyData) -> Result<SpecificationCurve> {
        self.run_with_progress(data, &|_| {})
    }

    /// As [`SpecificationGrid::run`], with a listener that is told how far the run has come.
    ///
    /// # Errors
    ///
    /// As [`SpecificationGrid::run`].
    pub fn run_with_progress(
        &self,
        data: &StudyData,
        progress: ProgressListener<'_>,
    ) -> Result<SpecificationCurve> {
        let scope = self.checked_scope()?;
        let (dates, is_session) = self.dates(data);
        let columns = self.columns(data, &dates, &scope, progress)?;
        progress(Progress::Begun { what: "specifications", n_steps: 3 });
        let distinct = distinct_columns(columns.all());
        let circle = Circle::new(dates, &is_session, columns.all());
        let found = self.find_specifications(data, &columns, &distinct, &circle);
        progress(Progress::Step);
        self.conclude(data, &columns, &circle, found, progress)
    }

    fn find_specifications(
        &self,
        data: &StudyData,
        columns: &Columns,
        distinct: &[usize],
        circle: &Circle,
    ) -> Found {
        let axis = data.prices().axis();
        let dimensions = self.dimensions();
        let mut found = Found::default();
        for (of_set, events) in &self.events.sets {
            let place = |(k, choice): (usize, &String)| {
                dimensions[k].1.iter().position(|known| known == choice).unwrap_or(0)
            };
            let of_set: Vec<usize> = of_set.iter().enumerate().map(place).collect();
            let places: Vec<Vec<Place>> = self
                .periods
                .iter()
                .map(|p| circle.places(axis, &events.filter(|event| p.holds(event.date))))
                .collect();
            for (window, period, fit, portfolio) in self.combinations() {
                let column = columns.of(fit, portfolio, window);
                let column = column.ok_or_else(|| {
                    self.undefined(fit, portfolio).unwrap_or(ExcludedBecause::NoData)
                });
                let pattern = column.and_then(|column| {
                    let values = &columns.all()[column];
                    let least = self.min_event_dates;
                    Ok((column, circle.pattern(&places[period], values, distinct[column], least)?))
                });
                match pattern {
                    Ok((_, (pattern, used))) => {
                        let mut choices = of_set.clone();
                        choices.extend([window, period, fit.model, fit.estimation]);
                        choices.extend([portfolio.universe, portfolio.weighting, portfolio.rule]);
                        found.add(choices, places[period].len(), pattern, used);
                    }
                    Err(reason) => *found.excluded.entry(reason).or_default() += 1,
                }
            }
        }
        found
    }

    /// Window, period, fit and portfolio in the order of the dimensions.
    fn combinations(&self) -> Vec<(usize, usize, Fit, Portfolio)> {
        let mut all = Vec::new();
        for window in 0..self.study.windows.len() {
            for period in 0..self.periods.len() {
                for fit in self.fits() {
                    for portfolio in self.all_portfolios() {
                        all.push((window, period, fit, portfolio));
                    }
                }
            }
        }
        all
    }

    fn conclude(
        &self,
        data: &StudyData,
        columns: &Columns,
        circle: &Circle,
        mut found: Found,
        progress: ProgressListener<'_>,
    ) -> Result<SpecificationCurve> {
        let level = self.study.level;
        let on_circle = circle.columns(columns.all());
        let patterns = EventPatterns::new(&on_circle, std::mem::take(&mut found.patterns));
        let individual = patterns.individual(1.0 - level);
        progress(Progress::Step);
        let varies: Vec<bool> = individual.iter().map(Option::is_some).collect();
        let patterns = patterns.keeping(&varies);
        let individual: Vec<Individual> = individual.into_iter().flatten().collect();
        let joint = patterns.joint(&individual, level, N_POSITIONS);
        progress(Progress::Step);
        let n_without = found.named.iter().filter(|named| !varies[named.distinct]).count();
        if n_without > 0 {
            found.excluded.insert(ExcludedBecause::NoSpread, n_without);
        }
        let Some(joint) = joint else {
            let first = found.excluded.keys().next();
            let first_reason = first.map_or_else(String::new, ToString::to_string);
            return Err(Error::NoResponses { n_excluded: self.n_named(), first_reason });
        };
        // Positions among those that vary.
        let kept: Vec<usize> = varies
            .iter()
            .scan(0, |n, varies| {
                *n += usize::from(*varies);
                Some(n.saturating_sub(1))
            })
            .collect();
        found.named.retain(|named| varies[named.distinct]);
        for named in &mut found.named {
            named.distinct = kept[named.distinct];
        }
        let dimensions = self.dimensions();
        let specifications =
            ranked(&found.named, &dimensions, patterns.patterns(), &individual, &joint);
        let is_significant = |s: &Specification| s.p_values.two_sided <= 1.0 - level + 1e-12;
        let distinct: Vec<&Specification> = specifications.iter().filter(|s| !s.copy).collect();
        let summary = CurveSummary::of(&distinct, is_significant);
        let Some(summary) = summary else {
            return Err(Error::NoResponses { n_excluded: 0, first_reason: String::new() });
        };
        Ok(SpecificationCurve {
            format: FORMAT,
            crate_version: env!("CARGO_PKG_VERSION").to_owned(),
            study_file: None,
            inputs: Vec::new(),
            level,
            dimensions: dimensions
                .into_iter()
                .enumerate()
                .map(|(k, named)| CurveDimension::of(k, named, &specifications, is_significant))
                .collect(),
            n_named: self.n_named(),
            n_distinct: distinct.len(),
            excluded: found
                .excluded
                .into_iter()
                .map(|(reason, n)| ExcludedSpecifications { reason, n })
                .collect(),
            summary,
            joint: self.joint_test(data, circle, &joint)?,
            shifted: joint.curves,
            specifications,
        })
    }

    fn joint_test(
        &self,
        data: &StudyData,
        circle: &Circle,
        joint: &JointShifts,
    ) -> Result<JointTest> {
        let sessions: Vec<NaiveDate> = circle.sessions.iter().map(|k| circle.dates[*k]).collect();
        let mut window_days = 0;
        for window in 0..self.study.windows.len() {
            let spans = self.study.spans(window, data, &sessions)?;
            let days = spans.iter().map(|(_, first, last)| (*last - *first).num_days() + 1);
            window_days = days.fold(window_days, i64::max);
        }
        let window_days = u32::try_from(window_days).unwrap_or(u32::MAX);
        let ends = sessions.first().zip(sessions.last());
        let (first, last) = ends.map_or((NaiveDate::MIN, NaiveDate::MAX), |(a, b)| (*a, *b));
        Ok(JointTest {
            median: joint.median,
            mean_z: joint.mean_z,
            significant: joint.significant,
            share_above_significant: joint.share_above_significant,
            share_below_significant: joint.share_below_significant,
            least_adjusted_p: joint.adjusted.iter().copied().fold(1.0, f64::min),
            n_shifts: joint.n_shifts,
            attainable_p: 1.0 / joint.n_shifts as f64,
            n_missing: joint.n_missing,
            first,
            last,
            window_days,
            effective_periods: effective_periods(&sessions, window_days),
        })
    }
}

impl Found {
    fn add(
        &mut self,
        choices: Vec<usize>,
        n_events: usize,
        pattern: EventPattern,
        used: Vec<usize>,
    ) {
        let next = self.patterns.len();
        let distinct = *self.keys.entry((pattern.column, used)).or_insert(next);
        if distinct == next {
            self.patterns.push(pattern);
        }
        self.named.push(Named { choices, distinct, n_events });
    }
}

/// The specifications by rank, copies right after what they copy.
fn ranked(
    named: &[Named],
    dimensions: &[(String, Vec<String>)],
    patterns: &[EventPattern],
    individual: &[Individual],
    joint: &JointShifts,
) -> Vec<Specification> {
    let mut order: Vec<usize> = (0..patterns.len()).collect();
    order.sort_by(|a, b| patterns[*a].observed.total_cmp(&patterns[*b].observed));
    let mut ranks = vec![0; patterns.len()];
    for (rank, distinct) in order.iter().enumerate() {
        ranks[*distinct] = rank + 1;
    }
    let mut seen = vec![false; patterns.len()];
    let mut specifications: Vec<Specification> = named
        .iter()
        .map(|named| {
            let k = named.distinct;
            let (pattern, own) = (&patterns[k], &individual[k]);
            let chosen = dimensions.iter().zip(&named.choices);
            Specification {
                choices: chosen.map(|((_, names), at)| names[*at].clone()).collect(),
                estimate: pattern.observed,
                placebo_mean: own.mean,
                placebo_std_dev: own.std_dev,
                excess: pattern.observed - own.mean,
                std_error: pattern.std_error,
                t: pattern.std_error.map(|s| own.t(pattern.observed, s)),
                z: own.z(pattern.observed, pattern.std_error.unwrap_or(1.0)),
                p_values: own.p_values,
                adjusted_p: joint.adjusted[k],
                n_events: named.n_events,
                n_event_dates: pattern.rows.len(),
                n_shifts: own.n_shifts,
                rank: ranks[k],
                copy: std::mem::replace(&mut seen[k], true),
            }
        })
        .collect();
    // Stable: the first of the same rank is the one that the others copy.
    specifications.sort_by_key(|specification| specification.rank);
    specifications
}
