//! The windows of a study as one family of hypotheses.

use super::Outcome;
use crate::Result;
use crate::multiplicity::Adjustment;

impl Outcome {
    /// Two-sided placebo p-values of all windows, each adjusted for the others, in the order of
    /// [`windows`](Self::windows). A window without placebo has none and is not counted.
    ///
    /// Windows of the same events overlap and move together, which
    /// [`Adjustment::Holm`] allows for and does not use. The family is the windows of this outcome: what
    /// was tried in other runs must be counted by whoever tried it.
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
