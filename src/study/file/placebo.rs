//! The tables `[placebo]`, `[placebo_assets]` and `[conformal]`.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::load::Parts;
use super::{EventSource, StudyFile};
use crate::Result;
use crate::abnormal::PortfolioRule;
use crate::inference::AssetDraw;
use crate::panel::Universe;
use crate::resampling::{ConformalPermutations, ConformalStatistic, PlaceboStatistic};
use crate::study::{
    ConformalSettings, MatchRule, MatchSeries, PlaceboAssetsSettings, PlaceboSettings,
    SchemeChoice, TrailingMatch,
};

/// `[placebo]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceboTable {
    /// Whether pseudo-events are drawn; yes unless set.
    pub enabled: bool,
    /// Sets of pseudo-events; 9999 unless set.
    pub n_sets: usize,
    /// Fewest calendar days between the pseudo-events of a set; unless set, what the rule of the
    /// events asks for, and at least the length of the window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_separation_days: Option<u32>,
    /// Calendar days around every event that are kept free; none unless set, so that the comparison
    /// is exact. Around dates to avoid it is the longest reach of the windows unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buffer_days: Option<u32>,
    /// What is compared with the sets; the studentised mean unless set.
    pub statistic: PlaceboStatistic,
    /// `"auto"`, `"spaced"` or `"shifted"`: how the pseudo-events of a set are spaced; the first
    /// unless set.
    pub scheme: SchemeChoice,
    /// What dates are matched on for a second comparison beside the first: `"calendar-month"`,
    /// `"trailing-return"`, `"trailing-volatility"`, or tables of the keys `by`, `of`, `rows`, and
    /// `bins`, `nearest` or `within`; none unless set.
    #[serde(rename = "match", skip_serializing_if = "Vec::is_empty")]
    pub matching: Vec<MatchRule>,
    /// First date of pseudo-events; that of the rule of the events unless set.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "super::dates::date")]
    pub from: Option<NaiveDate>,
    /// Last date of pseudo-events; that of the rule of the events unless set.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "super::dates::date")]
    pub through: Option<NaiveDate>,
    /// Dates around which the buffer is kept free, such as events that the study leaves out.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "super::dates::dates")]
    pub avoid: Vec<NaiveDate>,
}

impl PlaceboTable {
    /// The settings, with what a rule of events implies where the table does not say.
    pub(super) fn settings(&self, events: &EventSource) -> Option<PlaceboSettings> {
        let (separation, (from, through)) = match events {
            EventSource::Rule(rule) => {
                (Some(rule.separation_days()).filter(|days| *days > 0), rule.period())
            }
            EventSource::List(_) => (None, (None, None)),
        };
        self.enabled.then(|| PlaceboSettings {
            n_sets: self.n_sets,
            min_separation_days: self.min_separation_days.or(separation),
            buffer_days: self.buffer_days,
            statistic: self.statistic,
            scheme: self.scheme,
            matching: self.matching.clone(),
            from: self.from.or(from),
            through: self.through.or(through),
            avoid: self.avoid.clone(),
        })
    }
}

impl Default for PlaceboTable {
    fn default() -> Self {
        Self {
            enabled: true,
            n_sets: PlaceboSettings::default().n_sets,
            min_separation_days: None,
            buffer_days: None,
            statistic: PlaceboStatistic::default(),
            scheme: SchemeChoice::default(),
            matching: Vec::new(),
            from: None,
            through: None,
            avoid: Vec::new(),
        }
    }
}

/// `[placebo_assets]`: the assets with which the responding ones are compared at the same events.
/// Neither `top` nor `assets`: every asset of the prices.
///
/// Whom `[universe]` leaves out by `exclude`, `exclude_assets`, `min_history` or `max_stale_days` is
/// left out here too, as are the factors of the model and, at each event, who responds to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceboAssetsTable {
    /// The n largest by market value at the last snapshot before the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top: Option<usize>,
    /// These assets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assets: Option<Vec<String>>,
    /// `"same-at-all-events"` or `"anew-at-each-event"`; unless set, the first where the same assets
    /// respond to all events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draw: Option<AssetDraw>,
    /// Sets of assets; 9999 unless set.
    pub n_sets: usize,
}

impl Default for PlaceboAssetsTable {
    fn default() -> Self {
        let PlaceboSettings { n_sets, .. } = PlaceboSettings::default();
        Self { top: None, assets: None, draw: None, n_sets }
    }
}

/// `[conformal]`: the test of every event among the rows of its own estimation window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConformalTable {
    /// `"absolute"`, `"square"` or `"sum"`; the first unless set.
    pub statistic: ConformalStatistic,
    /// `"moving-block"` or `"iid"`; the first unless set.
    pub permutations: ConformalPermutations,
    /// Permutations of `"iid"`; 9999 unless set.
    pub draws: usize,
}

impl Default for ConformalTable {
    fn default() -> Self {
        let ConformalSettings { statistic, permutations, n_draws } = ConformalSettings::default();
        Self { statistic, permutations, draws: n_draws }
    }
}

impl ConformalTable {
    pub(super) fn settings(self) -> ConformalSettings {
        let Self { statistic, permutations, draws } = self;
        ConformalSettings { statistic, permutations, n_draws: draws }
    }
}

impl StudyFile {
    /// Checks what can be seen of these tables without any other file.
    pub(super) fn check_comparisons(&self) -> Result<()> {
        let tables = &self.tables;
        let of_trigger = |rule: &MatchRule| {
            matches!(rule, MatchRule::Trailing(TrailingMatch { of: MatchSeries::Trigger, .. }))
        };
        if tables.placebo.matching.iter().any(of_trigger) && tables.trigger.is_none() {
            return Err(self.fault(
                "[placebo] match has of = \"trigger\", which needs a table [trigger] with the \
                 `path` of a series",
            ));
        }
        if let Some(table) = &tables.placebo_assets {
            self.check_number("[placebo_assets] n_sets", table.n_sets)?;
            self.check_pool(table)?;
        }
        if let Some(table) = tables.conformal {
            self.check_number("[conformal] draws", table.draws)?;
            let portfolio = match tables.study.portfolio {
                PortfolioRule::MeanOfCars => return Ok(()),
                PortfolioRule::DailyRebalanced => "daily-rebalanced",
                PortfolioRule::BuyAndHold => "buy-and-hold",
            };
            return Err(self.fault(format!(
                "[conformal] is of the mean of CARs, and [study] has portfolio = \"{portfolio}\""
            )));
        }
        Ok(())
    }

    fn check_pool(&self, table: &PlaceboAssetsTable) -> Result<()> {
        match (table.top, &table.assets) {
            (Some(_), Some(_)) => {
                Err(self.fault("[placebo_assets] has both `top` and `assets`; keep one of them"))
            }
            (Some(_), None) if self.tables.universe.market_values.is_none() => Err(self.fault(
                "[placebo_assets] has `top`, which needs the `market_values` of [universe]",
            )),
            _ => Ok(()),
        }
    }

    /// The pool of placebo assets, where there is to be one.
    pub(super) fn placebo_assets(&self, parts: &Parts) -> Result<Option<PlaceboAssetsSettings>> {
        let Some(table) = &self.tables.placebo_assets else { return Ok(None) };
        let prices = parts.data.prices();
        let universe = match (table.top, &parts.values, &table.assets) {
            (Some(n), Some(values), _) => Universe::top(n, values.clone())
                .map_err(|error| self.in_file("placebo_assets", &error))?,
            (_, _, Some(names)) => {
                for name in names {
                    prices.asset(name).map_err(|error| self.in_file("placebo_assets", &error))?;
                }
                Universe::of(names.clone())
            }
            _ => Universe::of(prices.names().to_vec()),
        };
        let of_file = &self.tables.universe;
        Ok(Some(PlaceboAssetsSettings {
            pool: universe
                .excluding(parts.excluded.clone())
                .min_history(of_file.min_history)
                .max_stale_days(of_file.max_stale_days),
            draw: table.draw,
            n_sets: table.n_sets,
        }))
    }
}
