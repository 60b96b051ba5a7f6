//! The tables of the guide about few events: what the default does with one to thirty dates.

use eventstudy::report::{Align, Table};
use eventstudy::resampling::{EventDateBootstrap, SignFlip, TTestPower};

use crate::reading::P_VALUES;
use crate::record::Outcome;
use crate::results::{Key, Results};
use crate::set_ups::{SET_UPS, SetUp};
use crate::tally::Kind;

/// Numbers of event dates.
const DATES: [usize; 6] = [1, 2, 3, 5, 10, 30];
/// What the first guess is held against.
const CROSS_SECTIONAL: &str = "cross-sectional-t";
/// Stands where the results are of an earlier build.
const STALE: &str =
    " **These are of an earlier rule**, by the two-sided p and the centred interval.";
/// Power and significance of the smallest effect that is found.
const FOUND: (f64, f64) = (0.8, 0.05);

pub(crate) fn few_events(results: &Results) -> Outcome<String> {
    let (default, n) = (P_VALUES[0].0, results.n_samples());
    let size = by_dates(results, Kind::Test, CROSS_SECTIONAL);
    let coverage = by_dates(results, Kind::Interval, "percentile");
    let rate =
        |key| results.rate(key, 5).map_or_else(|| "–".to_owned(), |(r, _)| format!("{r:.0}"));
    Ok(format!(
        "\
Size: rejections at 5 % in 100 studies without an effect, {n} simulated for each cell. First the default,
in brackets the cross-sectional t of the same studies.

{size}
Coverage: intervals at 95 % that hold the truth, in 100 studies. First that of the default, in brackets
the percentile interval of a bootstrap over the event dates.

{coverage}
Power: rejections at 5 % in 100 studies with an effect on every asset. First the default, in brackets the
t over dates, which is the other test that needs no independent assets.

{}
Verdicts of the default in the same studies: supported / refuted / undecided, in 100. The margin of the
claim is 1 sd, and 10 % in the real panel.{}

{}
What n dates can reach at all:

{}",
        by_effect(|key| {
            let of_default = rate(Key { procedure: default, ..key });
            match results.rate(Key { procedure: "event-t", ..key }, 5) {
                Some((t, _)) => format!("{of_default} ({t:.0})"),
                None => of_default,
            }
        }),
        if results.are_current() { "" } else { STALE },
        by_effect(|key| {
            let of = |procedure| rate(Key { kind: Kind::Verdict, procedure, ..key });
            ["supported", "refuted", "undecided"].map(of).join(" / ")
        }),
        limits()?,
    ))
}

/// Set-ups of market-wide events that were tried with all numbers of dates, without an effect.
fn by_dates(results: &Results, kind: Kind, beside: &'static str) -> String {
    let heads = DATES.iter().map(|n| (n.to_string(), Align::Right));
    let mut table = Table::new([("dates".to_owned(), Align::Left)].into_iter().chain(heads));
    for set_up in SET_UPS.iter().filter(|set_up| DATES[..4].iter().all(|n| tried(set_up, *n))) {
        let cell = |n: &usize| {
            let key = Key { kind, ..key_of(set_up, *n, 0.0) };
            let Some((rate, _)) = results.rate(key, 5) else { return "–".to_owned() };
            match results.rate(Key { procedure: beside, ..key }, 5) {
                Some((beside, _)) => format!("{rate:.1} ({beside:.1})"),
                None => format!("{rate:.1}"),
            }
        };
        let cells = DATES.iter().map(cell);
        table.row([set_up.title.to_owned()].into_iter().chain(cells));
    }
    table.to_markdown()
}

/// Set-ups and numbers of dates with effects.
fn by_effect(cell: impl Fn(Key<'static>) -> String) -> String {
    let heads = ["none", "1 sd, or 10 %", "2 sd, or 20 %", "4 sd, or 40 %"];
    let heads = heads.map(|head| (head, Align::Right));
    let mut table = Table::new([("effect", Align::Left)].into_iter().chain(heads));
    for set_up in &SET_UPS {
        for n in set_up.with_effects {
            let dates = if *n == 1 { "1 date".to_owned() } else { format!("{n} dates") };
            let effects = [0.0].into_iter().chain(set_up.effects.iter().copied());
            let cells = effects.map(|effect| cell(key_of(set_up, *n, effect)));
            table.row([format!("{}, {dates}", set_up.title)].into_iter().chain(cells));
        }
    }
    table.to_markdown()
}

/// What the number of dates alone allows, from the formulas.
fn limits() -> Outcome<String> {
    let mut table = Table::new([
        ("dates", Align::Right),
        ("least p of a sign flip", Align::Right),
        ("least effect that t finds with 80 % power", Align::Right),
        ("most that a percentile interval covers", Align::Right),
    ]);
    for n in DATES {
        let flip = SignFlip::new().test(&vec![1.0; n])?.attainable_two_sided;
        let (mut t, mut ceiling) = ("none".to_owned(), "none".to_owned());
        if n > 1 {
            let (power, significance) = FOUND;
            let test = TTestPower::one_sample(n)?;
            t = format!("{:.2} sd", test.minimum_detectable_effect(power, significance)?);
            ceiling = format!("{:.1} %", 100.0 * EventDateBootstrap::coverage_ceiling(n));
        }
        table.row([n.to_string(), eventstudy::report::p_value(flip), t, ceiling]);
    }
    Ok(table.to_markdown())
}

fn tried(set_up: &SetUp, n: usize) -> bool {
    set_up.n_events.contains(&n)
}

fn key_of(set_up: &'static SetUp, n_events: usize, effect: f64) -> Key<'static> {
    let (kind, procedure) = (Kind::Test, P_VALUES[0].0);
    Key { kind, set_up: set_up.id, n_events, effect, procedure }
}
