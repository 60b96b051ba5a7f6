//! t tests over a few independent groups.

use super::outcome::{Spread, check_probability};
use super::t::{MeanTest, Pair};
use crate::Result;
use crate::inference::Card;

pub(super) const ONE_GROUP_CARD: Card = Card {
    id: "ibragimov-mueller",
    name: "Ibragimov–Müller, one group",
    null: "the expected event mean is zero",
    assumes: "event means independent of each other and near normal",
    robust_to: "any dependence inside an event, variances that differ between events",
    distribution: "t, n - 1",
    allows_for_shared_dates: true,
    reference: "Ibragimov and Müller 2010",
    doi: "10.1198/jbes.2009.08046",
    departures: "none",
};

pub(super) const TWO_GROUPS_CARD: Card = Card {
    id: "ibragimov-mueller-two-groups",
    name: "Ibragimov–Müller, two groups",
    null: "the expected event means of two groups are equal",
    assumes: "event means independent of each other and near normal",
    robust_to: "any dependence inside an event, variances that differ between events",
    distribution: "t, min(n1, n2) - 1",
    allows_for_shared_dates: true,
    reference: "Ibragimov and Müller 2016",
    doi: "10.1162/REST_a_00545",
    departures: "none",
};

/// Degrees of freedom of [`IbragimovMueller::two_groups`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum GroupDegreesOfFreedom {
    /// The smaller number of events less one, which keeps the size below the significance at 5 % and
    /// less, whatever the variances of the groups (Ibragimov and Müller 2016).
    #[default]
    Smaller,
    /// Satterthwaite's, as in Welch's t: more power, and no such guarantee.
    Satterthwaite,
}

/// t tests over event means, each event with its own unknown variance.
///
/// One mean per event date, taken over the assets of that date, is one observation, so that any
/// dependence between assets stays inside it. [`one_group`](Self::one_group) is
/// `t = √n x̄/s` against t with n − 1 degrees of freedom; [`two_groups`](Self::two_groups) is Welch's
/// statistic against t with min(n₁, n₂) − 1.
///
/// - *Null*: the expected event mean is zero, or equal in both groups.
/// - *Assumes*: event means independent and near normal, as averages are. They need *not* have the
///   same variance: at a two-sided significance of up to 8.3 % the test of one group rejects no
///   more often than it says.
/// - *Reference*: Ibragimov and Müller 2010, <https://doi.org/10.1198/jbes.2009.08046>; 2016,
///   <https://doi.org/10.1162/REST_a_00545>.
/// - *Departures*: none; [`GroupDegreesOfFreedom::Satterthwaite`] is for comparison with packages.
///
/// ```
/// use eventstudy::inference::Alternative;
/// use eventstudy::inference::samples::{GroupDegreesOfFreedom, IbragimovMueller};
///
/// let (breakouts, others) = ([0.05, 0.69, 0.66], [-0.08, -0.02, -0.04, -0.24, 0.01]);
/// let test = IbragimovMueller::new();
/// let found = test.two_groups(&breakouts, &others)?;
/// assert_eq!(found.result.degrees_of_freedom(), Some(2.0));
/// let welch = test.degrees_of_freedom(GroupDegreesOfFreedom::Satterthwaite);
/// let welch = welch.two_groups(&breakouts, &others)?;
/// assert!(welch.result.p_value(Alternative::TwoSided) < found.result.p_value(Alternative::TwoSided));
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IbragimovMueller {
    degrees_of_freedom: GroupDegreesOfFreedom,
    level: f64,
}

impl IbragimovMueller {
    /// With an interval of level 0.95.
    pub fn new() -> Self {
        Self { degrees_of_freedom: GroupDegreesOfFreedom::default(), level: 0.95 }
    }

    /// The degrees of freedom for two groups.
    #[must_use]
    pub fn degrees_of_freedom(mut self, degrees_of_freedom: GroupDegreesOfFreedom) -> Self {
        self.degrees_of_freedom = degrees_of_freedom;
        self
    }

    /// The level of the interval.
    #[must_use]
    pub fn level(mut self, level: f64) -> Self {
        self.level = level;
        self
    }

    /// Tests one mean per event of one group against zero.
    ///
    /// # Errors
    ///
    /// As [`OneSampleT::test`](super::OneSampleT::test).
    pub fn one_group(&self, event_means: &[f64]) -> Result<MeanTest> {
        const NAME: &str = ONE_GROUP_CARD.name;
        check_probability("level", self.level)?;
        let spread = Spread::of(NAME, event_means)?;
        let std_error = (spread.variance() / spread.n).sqrt();
        Ok(MeanTest::new(NAME, spread.mean, 0.0, std_error, spread.n - 1.0, self.level))
    }

    /// Tests the event means of one group against those of another; the estimate is the mean of the
    /// first less that of the second.
    ///
    /// # Errors
    ///
    /// As [`TwoSampleT::test`](super::TwoSampleT::test).
    pub fn two_groups(&self, first: &[f64], second: &[f64]) -> Result<MeanTest> {
        const NAME: &str = TWO_GROUPS_CARD.name;
        check_probability("level", self.level)?;
        let pair = Pair::of(NAME, first, second)?;
        let (std_error, satterthwaite) = pair.welch();
        let degrees_of_freedom = match self.degrees_of_freedom {
            GroupDegreesOfFreedom::Smaller => pair.x.n.min(pair.y.n) - 1.0,
            GroupDegreesOfFreedom::Satterthwaite => satterthwaite,
        };
        let estimate = pair.x.mean - pair.y.mean;
        Ok(MeanTest::new(NAME, estimate, 0.0, std_error, degrees_of_freedom, self.level))
    }
}

impl Default for IbragimovMueller {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use super::*;
    use crate::Error;
    use crate::inference::Alternative::TwoSided;
    use crate::inference::samples::{OneSampleT, TwoSampleT};
    use crate::numeric::streams::stream;

    #[test]
    fn is_the_t_test_of_event_means() {
        let (a, b) = ([0.05, 0.69, 0.66], [-0.08, -0.02, -0.04, -0.24, 0.01]);
        let test = IbragimovMueller::new();
        let one = test.one_group(&a).unwrap();
        assert_eq!(one.result.statistic, OneSampleT::new().test(&a).unwrap().result.statistic);
        let welch = TwoSampleT::welch().test(&a, &b).unwrap();
        let satterthwaite = test.degrees_of_freedom(GroupDegreesOfFreedom::Satterthwaite);
        let found = satterthwaite.two_groups(&a, &b).unwrap();
        assert_eq!(
            (found.result.p_values, found.interval),
            (welch.result.p_values, welch.interval)
        );
        let paper = test.two_groups(&a, &b).unwrap();
        assert_eq!(paper.result.statistic, welch.result.statistic);
        assert!(paper.interval.lower < welch.interval.lower);
        assert!(matches!(test.one_group(&[0.1; 4]), Err(Error::DegenerateVariance { .. })));
        assert!(matches!(test.two_groups(&a, &b[..1]), Err(Error::TooFew { .. })));
    }

    #[test]
    fn keeps_its_size_with_unequal_variances() {
        // Four events, one a hundred times as noisy as the others: at most 5 % in 4,000 samples,
        // standard error 0.0034.
        let normal = |stream: &mut crate::numeric::streams::Stream| -> f64 {
            (0..12).map(|_| stream.random::<f64>()).sum::<f64>() - 6.0
        };
        let n_rejected = (0..4_000_u64)
            .filter(|k| {
                let mut stream = stream(9, *k);
                let x = [1.0, 1.0, 1.0, 100.0].map(|scale| scale * normal(&mut stream));
                let found = IbragimovMueller::new().one_group(&x).unwrap();
                found.result.p_value(TwoSided) <= 0.05
            })
            .count();
        assert!(n_rejected < 250, "{n_rejected}");
    }
}
