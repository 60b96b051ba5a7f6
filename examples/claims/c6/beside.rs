//! What stands beside the verdict: other lags, correlations, and the response week by week.

use eventstudy::Result;
use eventstudy::context::{
    GrangerCausality, InformationCriterion, LagOrder, LeadLagBootstrap, LocalProjections,
    cross_correlations,
};
use eventstudy::report::{Align, Cell, Table, p_value};

use super::{COINS, MAX_LAGS, Question, beta};
use crate::figure::Unit;

const REPLICATES: usize = 499;
/// Horizons of the response, in weeks, that the table shows.
const SHOWN: [u16; 5] = [1, 2, 4, 8, 13];
/// The columns that every table begins with.
const CELL: [(&str, Align); 3] =
    [("coin", Align::Left), ("bar", Align::Left), ("left out", Align::Left)];

fn table(more: &[(&str, Align)]) -> Table {
    Table::new(CELL.into_iter().chain(more.iter().copied()))
}

impl Question {
    pub(super) fn chosen(&self) -> Result<Table> {
        use InformationCriterion::{Aic, Bic, Hqic};
        let mut table = table(&[
            ("criterion", Align::Left),
            ("lags", Align::Right),
            ("weeks", Align::Right),
            ("Russell leads, p", Align::Right),
            ("sum", Align::Right),
            ("coin leads, p", Align::Right),
            ("sum", Align::Right),
        ]);
        let orders = [("AIC", Aic), ("HQIC", Hqic), ("BIC", Bic)]
            .map(|(name, criterion)| (name, LagOrder::Chosen { criterion, max: MAX_LAGS[1] }));
        for coin in COINS {
            for (alignment, crises, pairs) in &self.weekly_cells(coin)? {
                let fixed = ("13 weeks", LagOrder::Rows(MAX_LAGS[1]));
                for (name, order) in orders.into_iter().chain([fixed]) {
                    let found = GrangerCausality::new(order).test(pairs)?;
                    let mut row = vec![
                        Cell::from(coin),
                        Cell::from(alignment.name()),
                        Cell::from(crises.name()),
                        Cell::from(name),
                        Cell::from(found.n_lags.to_string()),
                        Cell::from(found.n_observations.to_string()),
                    ];
                    for of in [&found.first_leads, &found.second_leads] {
                        row.push(Cell::number(of.test.p_f, p_value));
                        row.push(Cell::number(of.sum.estimate, beta));
                    }
                    table.row(row);
                }
            }
        }
        Ok(table)
    }

    pub(super) fn correlations(&self) -> Result<Table> {
        let mut table = table(&[
            ("same week", Align::Right),
            ("95 % interval", Align::Right),
            ("week after", Align::Right),
            ("95 % interval", Align::Right),
            ("largest", Align::Right),
            ("at lag", Align::Right),
            ("p with search", Align::Right),
            ("by Bartlett", Align::Right),
        ]);
        for coin in COINS {
            for (alignment, crises, pairs) in &self.weekly_cells(coin)? {
                let found = LeadLagBootstrap::new(MAX_LAGS[1])
                    .replicates(REPLICATES)
                    .seed(self.seed)
                    .run(pairs)?;
                let bartlett = cross_correlations(pairs, MAX_LAGS[1], None)?.peak;
                let mut row =
                    vec![Cell::from(coin), Cell::from(alignment.name()), Cell::from(crises.name())];
                for lag in [0, 1] {
                    let at = found.lags.iter().find(|c| c.lag == lag);
                    row.push(Cell::optional(at.map(|c| c.correlation), beta));
                    row.push(Unit::Ratio.interval(at.map(|c| (c.lower, c.upper))));
                }
                row.push(Cell::number(found.peak.correlation, beta));
                row.push(Cell::from(found.peak.lag.to_string()));
                row.push(Cell::optional(found.peak.search_p_value, p_value));
                row.push(Cell::optional(bartlett.search_p_value, p_value));
                table.row(row);
            }
        }
        Ok(table)
    }

    pub(super) fn responses(&self) -> Result<Table> {
        let mut table = table(&[
            ("weeks", Align::Right),
            ("response", Align::Right),
            ("Newey–West", Align::Right),
            ("p", Align::Right),
            ("band of all", Align::Right),
            ("largest at week", Align::Right),
            ("95 % of resamples", Align::Right),
        ]);
        for coin in COINS {
            for (alignment, crises, pairs) in &self.weekly_cells(coin)? {
                let found = LocalProjections::new(MAX_LAGS[1])
                    .replicates(REPLICATES)
                    .seed(self.seed)
                    .run(pairs)?;
                let [low, _, high] = found.peak_quantiles;
                for (j, at) in found.horizons.iter().enumerate() {
                    if !SHOWN.contains(&at.horizon) {
                        continue;
                    }
                    let band = (found.band.lower[j], found.band.upper[j]);
                    table.row([
                        Cell::from(coin),
                        Cell::from(alignment.name()),
                        Cell::from(crises.name()),
                        Cell::from(at.horizon.to_string()),
                        Cell::number(at.response, beta),
                        Unit::Ratio.interval(Some((at.lower, at.upper))),
                        Cell::number(at.p_value, p_value),
                        Unit::Ratio.interval(Some(band)),
                        Cell::from(found.peak_horizon.to_string()),
                        Cell::interval(low, high, |a, b| format!("[{a:.0}, {b:.0}]")),
                    ]);
                }
            }
        }
        Ok(table)
    }
}
