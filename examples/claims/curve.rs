//! The specification curve: the study of breakouts and crypto under every combination of choices.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::events::{BreakoutRule, RuleAlternatives};
use eventstudy::models::{
    ConstantMeanModel, ExpectedReturnModel, MarketAdjustedModel, MarketModel,
};
use eventstudy::panel::Universe;
use eventstudy::report::chart::{Chart, SpecificationChart};
use eventstudy::report::{
    Align, Cell, Table, count, fraction, p_value, percent, specifications_csv, write_text,
};
use eventstudy::study::{
    EventAlternatives, Period, Progress, SpecificationCurve, SpecificationGrid,
    UniverseAlternative, Weighting,
};

use crate::bar::Bar;
use crate::market::Market;
use crate::studies::{Assets, Data, Specification};

/// The choices of the primary specification.
const PRIMARY: [(&str, &str); 8] = [
    ("base", "250 sessions"),
    ("confirmations", "0 closes"),
    ("min_separation", "0 sessions"),
    ("window", "[0,3) months"),
    ("period", "from 2016-01-01"),
    ("model", "market model on sp500"),
    ("universe", "top 50"),
    ("weights", "equal weight"),
];

/// The curve and how long it took.
pub(crate) struct Curve {
    pub(crate) curve: SpecificationCurve,
    /// Seconds for the abnormal returns on all dates, and for all specifications.
    pub(crate) seconds: [f64; 2],
}

fn grid(market: &Market) -> Result<SpecificationGrid> {
    let mut rules = RuleAlternatives::default();
    rules.base = vec![20, 60, 125, 250, 500];
    rules.confirmations = vec![0, 3, 5];
    rules.min_separation = vec![0, 60];
    let rule = BreakoutRule::all_time_high();
    let events = EventAlternatives::breakouts(&market.russell, &rule, &rules)?;
    let models: [Arc<dyn ExpectedReturnModel>; 5] = [
        Arc::new(MarketModel::on("sp500")),
        Arc::new(MarketAdjustedModel::on("sp500")),
        Arc::new(MarketModel::on("btc")),
        Arc::new(MarketAdjustedModel::on("btc")),
        Arc::new(ConstantMeanModel),
    ];
    let altcoins = |n: usize| -> Result<UniverseAlternative> {
        let universe = Assets::altcoins(n, market)?;
        Ok(UniverseAlternative::new(format!("top {n}"), universe).min_assets((n / 2).min(10)))
    };
    let alone = |name: &str, asset: &str| UniverseAlternative::new(name, Universe::of([asset]));
    let years = [2013, 2016, 2018];
    let from = |year| NaiveDate::from_ymd_opt(year, 1, 1).map(Period::from).unwrap_or_default();
    let study = Specification::primary(Assets::Altcoins).bare_study(market)?;
    Ok(SpecificationGrid::around(study, events)
        .models(models)
        .universes([
            altcoins(10)?,
            altcoins(20)?,
            altcoins(50)?,
            alone("ETH", "eth"),
            alone("BTC", "btc"),
        ])
        .weightings([Weighting::Equal, Weighting::MarketValue])
        .periods(years.map(from))
        // One event is no pattern.
        .min_event_dates(2))
}

/// Largest p that is significant, free of the rounding of `1 − level`.
fn significance(curve: &SpecificationCurve) -> f64 {
    (1e6 * (1.0 - curve.level)).round() / 1e6
}

pub(crate) fn run(market: &Market, data: &Data, bar: &Bar) -> Result<Curve> {
    // When each part of the work began.
    let begun: Mutex<Vec<Instant>> = Mutex::new(Vec::new());
    let curve = grid(market)?.run_with_progress(&data.simple, &|progress| {
        bar.listen(progress);
        if matches!(progress, Progress::Begun { .. }) {
            begun.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
        }
    })?;
    let begun = begun.into_inner().unwrap_or_else(PoisonError::into_inner);
    let seconds =
        [begun[1].duration_since(begun[0]).as_secs_f64(), begun[1].elapsed().as_secs_f64()];
    Ok(Curve { curve: curve.with_inputs(market.inputs.clone()), seconds })
}

impl Curve {
    /// Where the primary specification stands on the curve.
    pub(crate) fn primary(&self) -> Result<String> {
        let found = self.curve.find(&PRIMARY)?;
        let Some(one) = found.first() else { return Ok("without an estimate".to_owned()) };
        let (rank, all) = (count(one.rank), count(self.curve.n_distinct));
        Ok(format!("{}, is rank {rank} of {all}", percent(one.estimate)))
    }

    /// The figures that the summary, the legend and [`primary`](Self::primary) put into words.
    pub(crate) fn figures(&self) -> Result<Table> {
        let (curve, joint, summary) = (&self.curve, &self.curve.joint, &self.curve.summary);
        let mut table = Table::new([("of the curve", Align::Left), ("figure", Align::Right)]);
        let whole = |n: usize| Cell::number(n as f64, |_| count(n));
        let mut add = |what: &str, figure: Cell| table.row([Cell::from(what), figure]);
        add("combinations of choices", whole(curve.n_named));
        add("specifications", whole(curve.n_distinct));
        add("copies of others", whole(curve.specifications.len() - curve.n_distinct));
        add("without an estimate", whole(curve.n_named - curve.specifications.len()));
        add("median estimate", Cell::number(summary.median, percent));
        add("lowest estimate", Cell::number(summary.lowest, percent));
        add("highest estimate", Cell::number(summary.highest, percent));
        add("share above zero", Cell::number(summary.share_positive, fraction));
        add("share above what other dates gave", Cell::number(summary.share_above, fraction));
        add("share significant on their own", Cell::number(summary.share_significant, fraction));
        add("largest p that is significant", Cell::number(significance(curve), |p| p.to_string()));
        add("least p that allows for all", Cell::number(joint.least_adjusted_p, p_value));
        if let Some(one) = self.curve.find(&PRIMARY)?.first() {
            add("primary specification", Cell::number(one.estimate, percent));
            add("rank of the primary specification", whole(one.rank));
        }
        add("shifts", whole(joint.n_shifts));
        add("first date", Cell::from(joint.first.to_string()));
        add("last date", Cell::from(joint.last.to_string()));
        add("least p of the shifts", Cell::number(joint.attainable_p, p_value));
        add("days of the longest window", whole(joint.window_days as usize));
        let windows = Cell::number(joint.effective_periods, |n| format!("{n:.0}"));
        add("longest windows side by side", windows);
        add("pairs of a specification and a shift", whole(curve.n_distinct * joint.n_shifts));
        add("pairs without a value", whole(joint.n_missing));
        Ok(table)
    }

    /// Writes table and chart and answers the name of the chart.
    pub(crate) fn write(&self, folder: &Path) -> Result<String> {
        write_text(folder.join("specifications.csv"), &specifications_csv(&self.curve))?;
        let mut chart = SpecificationChart::of(
            "Crypto after Russell 2000 breakouts, under every combination of choices",
            &self.curve,
        );
        let found = self.curve.find(&PRIMARY)?;
        chart.marked =
            found.first().map(|one| (one.rank - 1, "the primary specification".to_owned()));
        chart.write_svg(folder.join("specifications.svg"))?;
        Ok("specifications.svg".to_owned())
    }
}
