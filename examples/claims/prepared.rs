//! Every study of the claims, prepared once and run under any seed.

use eventstudy::Result;
use eventstudy::study::PreparedStudy;

use crate::bar::Bar;
use crate::market::{Market, NamedEvents, event_sets};
use crate::robust::Judged;
use crate::studies::{Assets, Data, Run, Specification, grid};

/// Every study with its placebo dates evaluated, which no seed changes.
pub(crate) struct Studies<'a> {
    pub(crate) sets: Vec<NamedEvents>,
    /// The primary specifications of altcoins, ETH and BTC, then the grid around them.
    prepared: Vec<(Specification, Vec<PreparedStudy<'a>>)>,
    /// The events that are said to be the breakouts of 2017 and of 2021: the rule's and the article's,
    /// one at a time.
    singles: [[NamedEvents; 2]; 2],
}

/// What the studies gave under one seed.
pub(crate) struct Runs {
    /// In the order of the specifications.
    pub(crate) all: Vec<Run>,
    /// The altcoins after the rule's and after the article's event alone.
    pub(crate) of_2017: Run,
    pub(crate) of_2021: Run,
}

impl<'a> Studies<'a> {
    pub(crate) fn prepare(market: &Market, data: &'a Data, bar: &Bar) -> Result<Self> {
        let sets = event_sets(&market.russell)?;
        let of_year =
            |index: usize| [&sets[0], &sets[1]].map(|set| set.only(set.events.dates()[index]));
        let singles = [of_year(0), of_year(1)];
        let primary = [Assets::Altcoins, Assets::Eth, Assets::Btc].map(Specification::primary);
        let specifications: Vec<_> = primary.into_iter().chain(grid()).collect();
        bar.begin("placebo dates", specifications.len());
        let mut prepared = Vec::with_capacity(specifications.len());
        for specification in specifications {
            let studies = specification.prepare(market, data)?;
            prepared.push((specification, studies));
            bar.step();
        }
        Ok(Self { sets, prepared, singles })
    }

    /// Runs every study with the seed of the market.
    pub(crate) fn run(&self, market: &Market, bar: &Bar) -> Result<Runs> {
        bar.begin("studies", self.prepared.len());
        let mut all = Vec::new();
        for (specification, prepared) in &self.prepared {
            all.extend(specification.run(prepared, &self.sets, market.seed)?);
            bar.step();
        }
        let (specification, prepared) = &self.prepared[0];
        let single = |sets| Ok(specification.run(prepared, sets, market.seed)?.remove(0));
        let [of_2017, of_2021] = &self.singles;
        Ok(Runs { all, of_2017: single(of_2017)?, of_2021: single(of_2021)? })
    }

    /// The study of the primary specification of an asset group.
    pub(crate) fn primary(&self, assets: Assets) -> &PreparedStudy<'a> {
        &self.prepared[assets as usize].1[0]
    }

    /// The verdicts that one corrected price might change.
    pub(crate) fn judged(&self, runs: &Runs) -> Vec<Judged<'_>> {
        let judged = |name, study: usize, sets: &[NamedEvents], run: &Run| Judged {
            name,
            assets: run.assets,
            prepared: &self.prepared[study].1[0],
            sets: sets.to_vec(),
            outcomes: run.outcomes.clone(),
        };
        let [of_2017, of_2021] = &self.singles;
        vec![
            judged("altcoins", 0, &self.sets, &runs.all[0]),
            judged("altcoins, first event alone", 0, of_2017, &runs.of_2017),
            judged("altcoins, second event alone", 0, of_2021, &runs.of_2021),
            judged("ETH", 1, &self.sets, &runs.all[1]),
        ]
    }
}
