//! The words of the page.

use crate::page::standard_error;
use crate::set_ups::{Dates, SET_UPS, SetUp, World};

pub(crate) const SIZE: &str = "\
## Size

Share of samples in which a test rejects at 5 %, in percent, though nothing happened. The head of a
column names the set-up and the number of events.

";

pub(crate) const DATES: &str = "\
## Size by the number of event dates

Share of samples with p ≤ 0.05, in percent. With fewer than six dates no sign flip reaches 5 %.

";

pub(crate) const COVERAGE: &str = "\
## Coverage

Share of intervals at 95 % that hold the true effect, in percent; in brackets their mean width over
that of the default. The placebo interval is of the excess over other dates, the others are of the mean
itself: in the real panel the mean of ordinary dates is not zero, and intervals that take all of it for
effect fail to hold it. The placebo and t intervals at another level fail as often as their p-values
reject there, since they are those tests turned around.

";

pub(crate) const POWER: &str = "\
## Power

Share of samples with p ≤ 0.05, in percent, where every asset earns an effect, spread evenly over the
days of each window. `3: 2 sd` are three dates, and an effect of two standard deviations of the mean CAR
of one event. The power of a test that does not keep its size (above) means nothing.

";

pub(crate) const VERDICTS: &str = "\
## Verdicts

What `VerdictRule` says of the claim of a positive effect, in percent of samples: *supported* where the
excess is positive with p ≤ 0.05, *refuted* where the interval lies below the smallest effect worth the
name, else *undecided*. That effect is one standard deviation of the mean CAR of one event, and 10 % in
the real panel, as in the claims.

";

/// The top of the page. `comments` are those of the file of results.
pub(crate) fn opening(comments: &[String], n_samples: u32) -> String {
    let errors = [1, 5, 10].map(|percent| standard_error(percent, n_samples));
    let said: String = comments.iter().map(|line| format!("- {line}\n")).collect();
    format!(
        "\
# Calibration

How often each test of the crate rejects where nothing happened, how often each interval holds the
truth, and how often a true effect is found: by Monte Carlo, through `EventStudy` as any user runs it.
Everything on this page comes from `calibration.csv` beside it, which
`cargo run --release --example calibration` wrote:

{said}
Monte-Carlo standard errors with {n_samples} samples are {:.2}, {:.2} and {:.2} percentage points at
1, 5 and 10 %, and up to {:.2} for power. Samples with effects in the real panel are fewer, see below.
**Bold** figures lie on the wrong side of nominal by more than two of them: a test that rejects too
often, an interval that holds the truth too seldom. A dash stands where there is no figure: one date
has no t-test.

",
        errors[0],
        errors[1],
        errors[2],
        standard_error(50, n_samples),
    )
}

/// What is simulated.
pub(crate) fn set_ups() -> String {
    let mut text = "\
## What is simulated

Panels of 15 assets over 600 days (1,500 for 30 dates). An asset's return is β times a benchmark's, β
from 0.5 to 1.5, and an abnormal return with a standard deviation of 1 to 2 % a day. Studies fit the
market model to 80 days, and cumulate over the days 1 to 10 after the event. 999 placebo sets, resamples
and random sign vectors.

| set-up | events | abnormal returns |
|:--|:--|:--|
"
    .to_owned();
    for set_up in &SET_UPS {
        text.push_str(&format!("| {} | {} |\n", set_up.title, in_words(set_up)));
    }
    text.push_str(
        "
In the t(4)-GARCH set-ups each series has Student-t innovations with four degrees of freedom and a
GARCH(1,1) variance (0.10 on the last shock, 0.85 on the last variance); the variance in event windows
is that of other days, or 1.5 or 2 times as large. In the real panel nothing is simulated but the dates:
the altcoins among the fifty largest of the day, the market model on the S&P 500 over a year, and events
on random sessions since 2016, at least as far apart as their windows are long. Random dates have no
effect of their own, whatever the prices did. Samples with effects are a fifth of the others there, with
pseudo-events on every fifth session.

",
    );
    text
}

fn in_words(set_up: &SetUp) -> String {
    let World::Simulated(world) = set_up.world else {
        return "market-wide, random sessions since 2016 | those of `data/`".to_owned();
    };
    let events = match world.dates {
        Dates::Shared => "market-wide, random dates 20 days apart or more".to_owned(),
        Dates::Bunched(days) => format!("market-wide, {days} days apart: windows overlap"),
        Dates::Staggered => "one for each asset, on a random date of its own".to_owned(),
        Dates::Daily => "one for each asset, a day after the one before".to_owned(),
    };
    let law = match world.law {
        crate::random::Innovations::Normal => "independent normal",
        crate::random::Innovations::Fat => "t(4)-GARCH",
    };
    let variance = match world.variance {
        v if v > 1.0 => format!(", variance × {v} in event windows"),
        _ => String::new(),
    };
    format!("{events} | {law}, correlation {} between assets{variance}", world.correlation)
}
