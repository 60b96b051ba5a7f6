//! The tables under `data/`.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use eventstudy::Result;
use eventstudy::events::{BreakoutRule, EventDetector, EventSet};
use eventstudy::panel::{Compounding, ExcludedAssets, MarketValues, PricePanel, PriceSeries};
use eventstudy::study::{InputFile, PlaceboSettings, StudyData};

/// Oldest equity close that stands for a closed day, in calendar days.
const MAX_AGE_DAYS: i64 = 7;
/// Breakouts are studied from here on: crypto has too few assets before.
const FIRST_YEAR: i32 = 2016;
/// Seed of every draw unless the command line says otherwise.
const SEED: u64 = 2_600;

/// Everything that the claims are tested on.
pub(crate) struct Market {
    pub(crate) russell: PriceSeries,
    pub(crate) prices: PricePanel,
    pub(crate) markets: PricePanel,
    pub(crate) values: MarketValues,
    pub(crate) excluded: ExcludedAssets,
    pub(crate) inputs: Vec<InputFile>,
    /// Seed of every draw.
    pub(crate) seed: u64,
    folder: PathBuf,
}

impl Market {
    pub(crate) fn load(folder: &Path) -> Result<Self> {
        let at = |name: &str| folder.join(name);
        let prices = PricePanel::from_csv_path(at("crypto_close.csv"))?;
        let markets = PricePanel::from_csv_path(at("markets.csv"))?
            .select(&["sp500"])?
            .carried_onto(prices.axis(), MAX_AGE_DAYS)?;
        let names = [
            "russell2000.csv",
            "markets.csv",
            "macro.csv",
            "crypto_close.csv",
            "crypto_market_value.csv",
            "crypto_volume.csv",
            "excluded_assets.csv",
            "corrections.csv",
            "crypto_assets.csv",
        ];
        Ok(Self {
            russell: PriceSeries::from_csv_path(at("russell2000.csv"), "Russell 2000")?,
            prices,
            markets,
            values: MarketValues::from_csv_path(at("crypto_market_value.csv"))?,
            excluded: ExcludedAssets::from_csv_path(at("excluded_assets.csv"))?,
            inputs: names
                .iter()
                .map(|name| {
                    let input = InputFile::of(at(name))?;
                    Ok(InputFile { path: Path::new("data").join(name), ..input })
                })
                .collect::<Result<_>>()?,
            seed: SEED,
            folder: folder.to_owned(),
        })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Returns of the coins, the S&P 500 carried over closed days, sessions of the trigger.
    pub(crate) fn data(&self, prices: PricePanel, compounding: Compounding) -> Result<StudyData> {
        let (first, last) = (prices.axis().first(), prices.axis().last());
        StudyData::new(prices, compounding)
            .with_benchmarks(&self.markets.between(first, last)?)?
            .with_sessions(self.russell.axis().clone())
    }
}

/// A set of events with the name that tables carry, and how its pseudo-events are drawn.
#[derive(Clone)]
pub(crate) struct NamedEvents {
    pub(crate) name: &'static str,
    pub(crate) events: EventSet,
    pub(crate) placebo: PlaceboSettings,
}

impl NamedEvents {
    /// The event on this date alone.
    pub(crate) fn only(&self, date: NaiveDate) -> Self {
        Self { events: self.events.between(date, date), ..self.clone() }
    }
}

/// The event sets, the rule's own first.
///
/// Pseudo-events are drawn under the rule of their set: from the same first day on, and as far apart
/// as the rule puts its events. The events' own dates are among those that they fall on.
pub(crate) fn event_sets(russell: &PriceSeries) -> Result<Vec<NamedEvents>> {
    let from = NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap_or_default();
    let rules = [250, 60, 20].map(|base| BreakoutRule::all_time_high().base(base).from(from));
    let article = article_events(russell)?;
    let found = rules.iter().map(|rule| rule.detect(russell)).collect::<Result<Vec<_>>>()?;
    let placebo = |rule: Option<&BreakoutRule>| PlaceboSettings {
        from: Some(from),
        min_separation_days: rule.map(BreakoutRule::separation_days),
        ..PlaceboSettings::default()
    };
    let set = |name, events: &EventSet, rule| NamedEvents {
        name,
        events: events.clone(),
        placebo: placebo(rule),
    };
    Ok(vec![
        set("base ≥ 250", &found[0], Some(&rules[0])),
        set("article", &article, None),
        set("base ≥ 60", &found[1], Some(&rules[1])),
        set("base ≥ 20", &found[2], Some(&rules[2])),
    ])
}

/// The first all-time-high closes of 2017 and 2021, and the first close above 2,600.
fn article_events(russell: &PriceSeries) -> Result<EventSet> {
    let years = BreakoutRule::all_time_high().first_in_years(&[2017, 2021]).detect(russell)?;
    let level = level_event(russell)?;
    years.union(level)
}

/// The first close above 2,600.
pub(crate) fn level_event(russell: &PriceSeries) -> Result<EventSet> {
    BreakoutRule::level(2_600.0).detect(russell)
}
