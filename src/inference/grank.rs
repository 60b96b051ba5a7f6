//! Generalised rank tests of cumulative abnormal returns.

use super::corrado::degenerate;
use super::cross_sectional::result;
use super::generalised_ranks::GeneralisedRanks;
use super::{
    Card, NullDistribution, ResidualCorrelation, SignificanceTest, Standardisation, TestResult,
    WindowSample,
};
use crate::Result;
use crate::numeric::moments;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    T,
    Z,
}

/// Kolari and Pynnönen 2011: generalised rank tests (GRANK).
///
/// The window is one pseudo-day. On it response i has `SCAR_i / sd(SCAR)`, with the standard
/// *deviation* over responses (divisor N − 1), beside the `T_i` − 1 = `M_i` values `AR/s_i` of its
/// estimation window. With ranks K among these `T_i` values, ties averaged, `U = K/(T_i + 1) − ½` and
/// Ū its mean over responses day by day:
///
/// - *GRANK-T*: `t = Z √((T − 2)/(T − 1 − Z²))` with `Z = Ū₀ / √((1/T) Σ_t (N_t/N) Ū_t²)`, the sum
///   over the T − 1 estimation rows and the pseudo-day. Student t with T − 2 degrees of freedom.
/// - *GRANK-Z*: `z = Ū₀ / √(Σ_i (T_i − 1)/(12 (T_i + 1)) / N²)`, which is
///   `√(12 N (T + 1)/(T − 1)) Ū₀` where all `T_i` are the same. Standard normal.
///
/// About them:
///
/// - *Null*: cumulative abnormal returns, standardised, rank like those of single days.
/// - *Assumes*: GRANK-Z, responses independent. GRANK-T, the correlation between responses the same
///   in the event window as in the estimation window.
/// - *Robust to*: non-normal returns, a variance that rises with the event, correlation between the
///   days of a window; GRANK-T to correlation between responses of one date.
/// - *Reference*: Kolari and Pynnönen 2011, <https://doi.org/10.1016/j.jempfin.2011.08.003>.
/// - *Departures*: T is the number of estimation rows with any abnormal return, plus 1, where returns
///   are missing. Only the responses that cover the window take part. With several event dates the
///   estimation rows are lined up by their distance from the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grank {
    form: Form,
    with_kp_factor: bool,
}

impl Grank {
    /// GRANK-T.
    pub fn t() -> Self {
        Self { form: Form::T, with_kp_factor: false }
    }

    /// GRANK-Z.
    pub fn z() -> Self {
        Self { form: Form::Z, with_kp_factor: false }
    }

    /// Multiplies `SCAR_i / sd(SCAR)` by `√((1 − r̄)/(1 + (N − 1) r̄))` before it is ranked, the
    /// factor of the [adjusted BMP test](super::KolariPynnonen).
    ///
    /// For comparison with packages that do so. It makes the pseudo-day smaller than other days where
    /// responses are correlated, while the rank variance of GRANK-T holds that correlation already:
    /// the test then rejects too rarely.
    #[must_use]
    pub fn with_kp_factor(mut self) -> Self {
        self.with_kp_factor = true;
        self
    }

    /// `Ū₀`, the mean over responses of the demeaned rank of the pseudo-day, in (−½, ½).
    ///
    /// # Errors
    ///
    /// As the test itself.
    pub fn mean_rank(&self, sample: &WindowSample) -> Result<f64> {
        Ok(self.ranks(sample)?.mean_rank)
    }

    /// Z of GRANK-T, before it is made a t: `Ū₀` over the standard deviation of the Ū of all days.
    ///
    /// # Errors
    ///
    /// As the test itself.
    pub fn rank_ratio(&self, sample: &WindowSample) -> Result<f64> {
        self.ratio(self.ranks(sample)?)
    }

    fn ratio(self, ranks: &GeneralisedRanks) -> Result<f64> {
        if moments::is_negligible(ranks.sum_squares, 1.0, ranks.n_rows) {
            return Err(degenerate(self.card().name, "the mean ranks of days"));
        }
        Ok(ranks.mean_rank / (ranks.sum_squares / ranks.n_rows as f64).sqrt())
    }

    fn ranks(self, sample: &WindowSample) -> Result<&GeneralisedRanks> {
        let name = self.card().name;
        sample.require(name, 2)?;
        let scars = sample.standardised(Standardisation::Scar);
        let variance = moments::variance(&scars).unwrap_or(0.0);
        let sum_squares = variance * (scars.len() - 1) as f64;
        if moments::is_negligible(sum_squares, sample.standardised_level(), scars.len()) {
            return Err(degenerate(name, "the standardised abnormal returns"));
        }
        let factor = if self.with_kp_factor {
            ResidualCorrelation::of(sample)?.bmp_factor(name)?
        } else {
            1.0
        };
        let form = usize::from(self.with_kp_factor);
        Ok(sample.generalised_ranks(form, variance.sqrt() / factor))
    }
}

impl SignificanceTest for Grank {
    fn card(&self) -> Card {
        let (id, name) = match (self.form, self.with_kp_factor) {
            (Form::T, false) => ("grank-t", "GRANK-T"),
            (Form::Z, false) => ("grank-z", "GRANK-Z"),
            (Form::T, true) => ("grank-t-kp", "GRANK-T (KP factor)"),
            (Form::Z, true) => ("grank-z-kp", "GRANK-Z (KP factor)"),
        };
        let is_t = self.form == Form::T;
        Card {
            id,
            name,
            null: "standardised abnormal returns of the window rank like those of other days",
            assumes: if is_t {
                "the same correlation between responses in event and estimation window"
            } else {
                "independent responses"
            },
            robust_to: if is_t {
                "non-normal returns, event-induced variance, shared dates"
            } else {
                "non-normal returns, event-induced variance"
            },
            distribution: if is_t { "t, T - 2" } else { "normal" },
            allows_for_shared_dates: is_t,
            reference: "Kolari and Pynnonen 2011",
            doi: "10.1016/j.jempfin.2011.08.003",
            departures: match (self.form, self.with_kp_factor) {
                (Form::T, false) => "T counts rows with any abnormal return, lined up by event",
                (Form::Z, false) => "responses that do not cover the window are left out",
                (_, true) => "the factor of the adjusted BMP test before ranking, for comparison",
            },
        }
    }

    fn test(&self, sample: &WindowSample) -> Result<TestResult> {
        let name = self.card().name;
        let ranks = self.ranks(sample)?;
        if self.form == Form::Z {
            let statistic = ranks.mean_rank / ranks.independent_variance.sqrt();
            return Ok(result(name, statistic, NullDistribution::Normal, sample));
        }
        let n_rows = ranks.n_rows as f64;
        let ratio = self.ratio(ranks)?;
        // All rows but the pseudo-day have mean rank zero, up to rounding.
        let left = n_rows - 1.0 - ratio * ratio;
        if left <= 0.0 {
            return Err(degenerate(name, "the mean ranks of the estimation window"));
        }
        let statistic = ratio * ((n_rows - 2.0) / left).sqrt();
        let distribution = NullDistribution::StudentT { degrees_of_freedom: n_rows - 2.0 };
        Ok(result(name, statistic, distribution, sample))
    }
}
