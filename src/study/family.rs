//! The windows of a study as one family of hypotheses.

use chrono::NaiveDate;
use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::comparison::{Admissible, Unit, units};
use super::evaluate::Evaluation;
use super::event_level::mean_by_date;
use super::placebo::{Ordinary, Placebos, fault_in_words};
use super::{EventStudy, Outcome, PlaceboScheme, WindowEstimate};
use crate::events::EventSet;
use crate::multiplicity::{Adjustment, WestfallYoung};
use crate::{Error, Result};

/// All windows of a study against sets of pseudo-events that serve all of them.
///
/// Windows of the same events overlap and move together. A set of pseudo-events gives every window its
/// t at once, so that the sets hold this dependence, and the step-down test of
/// [`WestfallYoung::min_p`] on them is less severe than [`Adjustment::Holm`] by as much as the windows
/// move together. Each window has its adjusted p-value in
/// [`PlaceboEstimate::family_p`](super::PlaceboEstimate::family_p).
///
/// The sets are drawn from the dates on which every window has an estimate, as far apart as the longest
/// window asks for. *Null*: as that of the [`PlaceboTest`](crate::resampling::PlaceboTest), for all
/// windows; the size of `p_value` is then exact. *Assumes*, for the p-values of single windows,
/// that an effect in some windows does not change what pseudo-events give in the others (subset
/// pivotality); events that dilute the placebo sets make them larger, not smaller. The family is the
/// windows of this outcome: what was tried in other runs must be counted by whoever tried it.
///
/// There is none where the windows do not have the same event dates, such as where the last event is
/// too young for the longest window: Holm's adjustment then stands alone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PlaceboFamily {
    /// Windows.
    pub n_windows: usize,
    /// p-value of the family: that no window has an effect.
    pub p_value: f64,
    /// Smallest p-value that the number of sets allows.
    pub attainable_p: f64,
    /// Common sets of pseudo-events.
    pub n_sets: usize,
    /// Whether they are all sets there are.
    pub exact: bool,
    /// How the sets are spaced.
    pub scheme: PlaceboScheme,
    /// Days between the pseudo-events of a set.
    pub min_separation_days: u32,
    /// Dates that they were drawn from.
    pub n_admissible: usize,
}

/// The estimates of a window whose placebo takes part: its number, and its position among them.
struct Member {
    window: usize,
    estimate: usize,
}

impl EventStudy {
    /// Adjusts the placebo p-values of the windows for each other. The second answer says why they
    /// cannot be, where there are several.
    pub(super) fn placebo_family(
        &self,
        (evaluation, events): (&Evaluation, &EventSet),
        placebos: &Placebos,
        ordinary: &Ordinary,
        estimates: &mut [WindowEstimate],
    ) -> Result<(Option<PlaceboFamily>, Option<String>)> {
        let mut members = Vec::new();
        for (window, of_study) in self.windows.iter().enumerate() {
            let has = |w: &WindowEstimate| w.window == *of_study && w.placebo.is_some();
            let estimate = estimates.iter().position(has);
            members.extend(estimate.map(|estimate| Member { window, estimate }));
        }
        if members.len() < 2 {
            return Ok((None, None));
        }
        let of_window =
            |m: &Member| units(placebos, &mean_by_date(&evaluation.events, m.window), events);
        let all: Vec<Option<Vec<Unit>>> = members.iter().map(of_window).collect();
        let (Some(units), true) = (&all[0], all.iter().all(|other| *other == all[0])) else {
            let why = "the windows do not have the same event dates, so that no set of pseudo-events \
                       serves all of them";
            return Ok((None, Some(why.to_owned())));
        };
        let (found, fault) =
            fault_in_words(self.family_of(&members, units, placebos, ordinary, estimates))?;
        let Some((family, adjusted)) = found else { return Ok((None, fault)) };
        for (member, p) in members.iter().zip(adjusted) {
            if let Some(placebo) = &mut estimates[member.estimate].placebo {
                // Other sets, other chance: no less severe than the window alone.
                placebo.family_p = Some(p.max(placebo.p_values.two_sided));
            }
        }
        Ok((Some(family), None))
    }

    fn family_of(
        &self,
        members: &[Member],
        units: &[Unit],
        placebos: &Placebos,
        ordinary: &Ordinary,
        estimates: &[WindowEstimate],
    ) -> Result<(PlaceboFamily, Vec<f64>)> {
        let windows: Vec<usize> = members.iter().map(|member| member.window).collect();
        let mut admissible = Vec::with_capacity(members.len());
        for window in &windows {
            admissible.push(Admissible::of(placebos, *window, units, ordinary)?);
        }
        let in_all = |date: &NaiveDate| {
            admissible.iter().all(|other| other.dates.binary_search(date).is_ok())
        };
        let common: Vec<NaiveDate> = admissible[0].dates.iter().copied().filter(in_all).collect();
        if common.is_empty() {
            return Err(Error::TooFew {
                what: "a placebo comparison of all windows".to_owned(),
                unit: "dates on which all of them have an estimate",
                n_needed: 1,
                n_found: 0,
            });
        }
        for of_window in &mut admissible {
            of_window.keep(&common);
        }
        let drawn = self.sets(&admissible[0], &windows, units, ordinary)?;
        let n_sets = drawn.sets.n_sets();
        let mut observed = Vec::with_capacity(members.len());
        let mut replicates = Array2::zeros((n_sets, members.len()));
        for (k, member) in members.iter().enumerate() {
            let estimate = &estimates[member.estimate];
            let of_events = (estimate.mean, estimate.std_error);
            let test = admissible[k].test(&drawn.sets, of_events, ordinary)?;
            let (t, of_sets) = test.centred();
            observed.push(t);
            replicates.column_mut(k).iter_mut().zip(of_sets).for_each(|(to, t)| *to = t);
        }
        let found = WestfallYoung::min_p().test(&observed, &replicates)?;
        let family = PlaceboFamily {
            n_windows: members.len(),
            p_value: found.joint_p_value(),
            attainable_p: 1.0 / (n_sets + 1) as f64,
            n_sets,
            exact: drawn.sets.is_exact(),
            scheme: drawn.scheme,
            min_separation_days: drawn.min_separation_days,
            n_admissible: common.len(),
        };
        Ok((family, found.p_values()))
    }
}

impl Outcome {
    /// Two-sided placebo p-values of all windows, each adjusted for the others, in the order of
    /// [`windows`](Self::windows). A window without placebo has none and is not counted.
    ///
    /// Windows of the same events overlap and move together, which
    /// [`Adjustment::Holm`] allows for and does not use; [`PlaceboFamily`] does. The family is the
    /// windows of this outcome: what was tried in other runs must be counted by whoever tried it.
    ///
    /// # Errors
    ///
    /// As [`Adjustment::adjust`]: a two-stage rule without a significance between 0 and 1, or an
    /// outcome that was read from elsewhere and holds what is no p-value.
    pub fn adjusted_p_values(&self, adjustment: Adjustment) -> Result<Vec<Option<f64>>> {
        let raw = self.windows.iter().map(|w| Some(w.placebo.as_ref()?.p_values.two_sided));
        let raw: Vec<Option<f64>> = raw.collect();
        let present: Vec<f64> = raw.iter().flatten().copied().collect();
        let mut adjusted = adjustment.adjust(&present)?.into_iter();
        Ok(raw.iter().map(|p| p.and_then(|_| adjusted.next())).collect())
    }
}
