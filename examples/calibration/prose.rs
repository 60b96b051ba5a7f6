//! The words of the page.

use eventstudy::resampling::EventDateBootstrap;

use crate::crypto::SAMPLES_PER_EFFECT;
use crate::gate::{self, Furthest};
use crate::random::Innovations;
use crate::reading::P_VALUES;
use crate::results::{Key, Results, standard_error};
use crate::set_ups::{Dates, SET_UPS, SetUp, Simulated, World};
use crate::simulated::{ESTIMATION, MANY_ROWS, N_ASSETS, ROWS, SEPARATION};
use crate::tally::Kind;

pub(crate) const DEFAULT: &str = "\
## The default

How often the placebo dates reject at 5 % where nothing happened, in percent:

";

pub(crate) const SIZE: &str = "
## Size of every test

Share of samples with p ≤ 0.05 where nothing happened, in percent. The head of a column names the set-up
and the number of events. With fewer than six dates no sign flip reaches 5 %. The null of the tests over
dates but the placebo, and of those over responses, is a mean of zero, which ordinary dates of the real
panel do not have.

";

pub(crate) const DATES: &str = "\
By the number of event dates:

";

pub(crate) const COVERAGE: &str = "\
## Coverage of every interval

Share of intervals at 95 % that hold the true effect, in percent, and in brackets their mean width over
that of the default. The placebo interval is of the excess over other dates, the others are of the mean.
At other levels the placebo and t intervals fail as often as their p-values reject, for they are those
tests turned around.

";

pub(crate) const POWER: &str = "\
## Power

Share of samples with p ≤ 0.05, in percent, where every asset earns an effect, spread evenly over the
days of each window. `3: 2 sd` are three dates, and an effect of two standard deviations of what one
event gives. The power of a test that does not keep its size means nothing. With ten dates and large
effects intervals lie too low, whatever their kind: estimation windows hold the windows of earlier
events, whose effect they take for ordinary. They have to be left out.

";

pub(crate) const VERDICTS: &str = "\
## Verdicts

What `VerdictRule` says of the claim of a positive effect at 5 %: *refuted* where the equal-tailed
interval at 95 % ends below the smallest effect worth the name, else *supported* where the one-sided p is
at most 0.025, else *undecided*. That effect is one standard deviation of what one event gives, and 10 %
in the real panel, as in the claims. It is wrong to support nothing, and to refute that effect or a larger
one; either may happen in 2.5 % of samples, and is **bold** where it happens more often by two standard
errors. Supported / refuted / undecided, in percent of samples, where nothing happened:

";

/// Stands where the results are of an earlier build.
const STALE: &str = "\
**These results are older than the procedures that the page describes**: verdicts rested on the two-sided
p and the centred interval, and intervals without ends were left out. The command above makes them again.

"
;

/// The top of the page.
pub(crate) fn opening(results: &Results) -> String {
    let n = results.n_samples();
    let errors = [1, 5, 10, 50].map(|percent| standard_error(percent, n));
    let said = results.comments.join("\n- ");
    format!(
        "\
# Calibration

How often each test of the crate rejects where nothing happened, how often each interval holds the
truth, and how often an effect is found: by Monte Carlo, through `EventStudy` as any user runs it.
Everything here comes from `calibration.csv` beside this page, which was written by

- {said}

Monte-Carlo standard errors with {n} samples are {:.2}, {:.2} and {:.2} percentage points at 1, 5 and
10 %, and at most {:.2} for power; with effects in the real panel one sample in {SAMPLES_PER_EFFECT} is drawn.
**Bold** figures lie on the wrong side of nominal by more than two of them: a test that rejects too
often, an interval that holds the truth too seldom. A dash stands where there is no figure: one date has
no t-test.

{}{}{}",
        errors[0],
        errors[1],
        errors[2],
        errors[3],
        furthest(results),
        if results.are_current() { "" } else { STALE },
        in_short(results),
    )
}

/// What is most off nominal, and whether chance explains it.
fn furthest(results: &Results) -> String {
    let Some(Furthest { promise, n_promises }) = gate::furthest(&results.records) else {
        return String::new();
    };
    format!(
        "\
Of the {n_promises} figures that the default promises (its size, the coverage of its intervals, the
share of wrong verdicts), the furthest on the wrong side of nominal is {}:
{:.1} standard errors. Of so many, the furthest is off by more than {:.1} in one run of a hundred where
every promise holds; one that is fails the build. Another seed, for the cells of a set-up alone, is
`--cells {} --seed 2`.

",
        promise.in_words(),
        promise.errors_off(),
        gate::tolerated(&results.records),
        promise.record.set_up,
    )
}

const FEWEST_DATES: usize = EventDateBootstrap::FEWEST_DATES;

/// The range of each group of figures.
fn in_short(results: &Results) -> String {
    let (test, interval) = (Kind::Test, Kind::Interval);
    let range = |kind, procedure, wanted: &dyn Fn(&SetUp, usize) -> bool| {
        let keys = SET_UPS.iter().flat_map(|set_up| {
            let numbers = set_up.n_events.iter().filter(|n| wanted(set_up, **n));
            numbers.map(|n| Key { kind, set_up: set_up.id, n_events: *n, effect: 0.0, procedure })
        });
        let rates: Vec<f64> = keys.filter_map(|key| Some(results.rate(key, 5)?.0)).collect();
        let low = rates.iter().copied().fold(f64::INFINITY, f64::min);
        let high = rates.iter().copied().fold(0.0, f64::max);
        format!("{low:.1} to {high:.1} %")
    };
    let is_apart = |set_up: &SetUp, _| {
        set_up.dates_are_draws_around_zero() || matches!(set_up.world, World::Crypto { .. })
    };
    let is_correlated = |set_up: &SetUp, _| match set_up.world {
        World::Simulated(world) => world.correlation > 0.2,
        World::Crypto { .. } => true,
    };
    format!(
        "\
In short, at 5 % and 95 %, over all set-ups and numbers of dates below unless said otherwise:

- **Placebo dates**, the default, reject in {}, and their interval holds the truth in {}.
- **t over dates** rejects in {} where windows of different dates do not overlap, sign flips in {}.
- **The cross-sectional t** rejects in {} where assets have a correlation of 0.3 or more.
- **The percentile interval** over three dates holds the truth in {}, where windows do not overlap, and
  over thirty in {} where ordinary dates have a mean of zero besides. Studies show none with fewer than
  {FEWEST_DATES} dates.
- **The block bootstrap** rejects in {}. Studies make one only where it is asked for.
- **Verdicts** call nothing supported in {}, where 2.5 % may be.

",
        range(test, P_VALUES[0].0, &|_, _| true),
        range(interval, P_VALUES[0].0, &|_, _| true),
        range(test, "event-t", &is_apart),
        range(test, "sign-flip", &|set_up, n| is_apart(set_up, n) && n > 5),
        range(test, "cross-sectional-t", &is_correlated),
        range(interval, "percentile", &|set_up, n| is_apart(set_up, n) && n == 3),
        range(interval, "percentile", &|set_up, n| set_up.dates_are_draws_around_zero() && n == 30),
        range(test, "block-bootstrap", &|_, _| true),
        range(Kind::Verdict, "supported", &|_, _| true),
    )
}

/// What is simulated.
pub(crate) fn set_ups() -> String {
    let mut text = format!(
        "\
## What is simulated

Panels of {N_ASSETS} assets over {ROWS} days ({MANY_ROWS} for 30 dates), or of one asset for each event
where all have dates of their own. The return of an asset is β times that of a benchmark, β from 0.5 to
1.5, and an abnormal return with a standard deviation of 1 to 2 % a day. Studies fit the market model to
{ESTIMATION} days and look at the days 1 to 10 after the event, with 999 placebo sets, resamples and
random sign vectors.

| set-up | events | abnormal returns |
|:--|:--|:--|
"
    );
    for set_up in &SET_UPS {
        text.extend(["| ", set_up.title, " | ", &in_words(set_up), " |\n"]);
    }
    text.push_str(
        "
t(4)-GARCH: each series has Student-t innovations with four degrees of freedom in a GARCH(1,1) variance
(0.10 on the last shock, 0.85 on the last variance). In the real panel nothing is simulated but the
dates: the altcoins among the fifty largest of the day, the market model on the S&P 500 over a year, and
events on random sessions since 2016, at least as far apart as their windows are long. Random dates have
no effect of their own, whatever prices did. Where an effect is added there, pseudo-events are on every
fifth session.

",
    );
    text
}

fn in_words(set_up: &SetUp) -> String {
    let World::Simulated(world) = set_up.world else {
        return "market-wide, random sessions | those of `data/`".to_owned();
    };
    let events = match world.dates {
        Dates::Shared => format!("market-wide, random dates {SEPARATION} days apart or more"),
        Dates::Bunched(days) => format!("market-wide, {days} days apart: windows overlap"),
        Dates::Staggered => "one for each asset, on a random date of its own".to_owned(),
        Dates::Daily => "one for each asset, a day after the one before".to_owned(),
    };
    let law = match world.law {
        Innovations::Normal => "independent normal",
        Innovations::Fat => "t(4)-GARCH",
    };
    let more = match world {
        Simulated { leaves_out: true, .. } => {
            "; estimation windows leave out those of other events".to_owned()
        }
        Simulated { variance, .. } if variance > 1.0 => {
            format!(", variance × {variance} in event windows")
        }
        _ => String::new(),
    };
    format!("{events} | {law}, correlation {} between assets{more}", world.correlation)
}
