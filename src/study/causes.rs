//! What is behind an exclusion: a name that was probably meant, an asset that is its own benchmark.

use super::evaluate::Occurrence;
use super::{EventStudy, StudyData};
use crate::abnormal::{Exclusion, Reason};
use crate::error::names::nearest;
use crate::events::Scope;
use crate::models::FitFault;

impl EventStudy {
    /// Puts the cause in the place of what it led to.
    ///
    /// Beside names that were written by hand and are not in the panel stand those that probably were
    /// meant. An asset whose fit leaves no residuals since it is a factor of its own model is said to be
    /// that.
    pub(super) fn name_causes(
        &self,
        data: &StudyData,
        occurrences: &[Occurrence<'_>],
        exclusions: &mut [Exclusion],
    ) {
        let of_event = |name: &str| {
            let of = |o: &Occurrence<'_>| matches!(o.scope, Scope::Asset(asset) if asset == name);
            occurrences.iter().any(of)
        };
        for Exclusion { asset, event, reason, .. } in exclusions {
            let Some(name) = asset.as_deref() else { continue };
            match reason {
                Reason::NotInPanel { meant }
                    if self.universe.names_its_assets() || of_event(name) =>
                {
                    let known = data.prices().names().iter().map(String::as_str);
                    *meant = nearest(name, known).map(str::to_owned);
                }
                Reason::Fit { fault: FitFault::ZeroVariance } => {
                    let own = self.model.factors_of(name, *event);
                    let factors = own.unwrap_or_else(|| self.model.factors());
                    if factors.iter().any(|factor| factor == name) {
                        *reason = Reason::OwnFactor { n_factors: factors.len() };
                    }
                }
                _ => {}
            }
        }
    }
}
