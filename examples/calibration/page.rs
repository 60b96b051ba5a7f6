//! The page in Markdown, from the stored results alone.

use eventstudy::inference::registry;
use eventstudy::report::{Align, Table};

use crate::prose;
use crate::reading::{INTERVALS, P_VALUES};
use crate::results::{Key, Results};
use crate::set_ups::{SET_UPS, SetUp, World};
use crate::tally::Kind;

/// Rows of a table: kind, name in files, name in tables.
type Rows = Vec<(Kind, &'static str, &'static str)>;

/// A column of a table: its head, and a set-up with a number of events and an effect.
struct Column {
    head: String,
    set_up: &'static SetUp,
    n_events: usize,
    effect: f64,
}

/// The page.
pub(crate) fn page(results: &Results) -> String {
    let mut page = prose::opening(results);
    page.push_str(&prose::set_ups());
    page.push_str(prose::DEFAULT);
    page.push_str(&of_default(|key| results.share(Key { kind: Kind::Test, ..key }, 5)));
    page.push_str(
        "\nCoverage of its interval at 95 %, and in brackets its mean width over that of the t \
                   interval over dates:\n\n",
    );
    page.push_str(&of_default(|key| against_t(results, Key { kind: Kind::Interval, ..key })));
    sizes(results, &mut page);
    coverage(results, &mut page);
    power(results, &mut page);
    verdicts(results, &mut page);
    page
}

fn sizes(results: &Results, page: &mut String) {
    page.push_str(prose::SIZE);
    let at = |n, percent| {
        let head = format!("p ≤ 0.{percent:02}");
        table(&head, &all_tests(), &by_set_up(n), |key| results.share(key, percent))
    };
    page.push_str(&at(10, 5));
    page.push('\n');
    page.push_str(&folded("Three event dates", &at(3, 5)));
    page.push_str(&folded("At 1 %", &at(10, 1)));
    page.push_str(&folded("At 10 %", &at(10, 10)));
    page.push_str(prose::DATES);
    for set_up in SET_UPS.iter().filter(|set_up| set_up.n_events.len() > 3) {
        let of = |percent| {
            let head = format!("p ≤ 0.{percent:02}, event dates");
            let share = |key: Key<'_>| results.share(key, percent);
            table(&head, &few_tests(), &by_dates(set_up), share)
        };
        page.push_str(&folded(set_up.title, &[of(5), of(1), of(10)].join("\n")));
    }
}

fn coverage(results: &Results, page: &mut String) {
    page.push_str(prose::COVERAGE);
    for n in [10, 3] {
        let columns = by_set_up(n);
        page.push_str(&table("interval, 95 %", &all_intervals(), &columns, |key| {
            results.coverage(key)
        }));
        page.push('\n');
    }
    for (percent, level) in [(10, 90), (1, 99)] {
        let head = format!("interval, {level} %");
        let share = |key: Key<'_>| results.share(key, percent);
        let both = [10, 3].map(|n| table(&head, &all_intervals(), &by_set_up(n), share)).join("\n");
        page.push_str(&folded(&format!("At {level} %"), &both));
    }
    for set_up in SET_UPS.iter().filter(|set_up| set_up.n_events.len() > 3) {
        let columns = by_dates(set_up);
        let body = table("event dates", &all_intervals(), &columns, |key| results.coverage(key));
        page.push_str(&folded(&format!("{}, by event dates", set_up.title), &body));
    }
}

fn power(results: &Results, page: &mut String) {
    page.push_str(prose::POWER);
    for set_up in with_effects() {
        let columns = by_effect(set_up);
        let of = |rows: &Rows, percent| {
            let head = format!("p ≤ 0.{percent:02}; dates: effect");
            table(&head, rows, &columns, |key| results.share(key, percent))
        };
        page.push_str(&titled(set_up.title, &of(&few_tests(), 5)));
        page.push_str(&folded("All tests", &of(&all_tests(), 5)));
        page.push_str(&folded("At 1 and 10 %", &[1, 10].map(|p| of(&few_tests(), p)).join("\n")));
        let cover = table("dates: effect", &all_intervals(), &columns, |key| results.coverage(key));
        page.push_str(&folded("Coverage of the intervals", &cover));
    }
}

fn verdicts(results: &Results, page: &mut String) {
    page.push_str(prose::VERDICTS);
    page.push_str(&of_default(|key| {
        let share = |procedure| {
            let key = Key { kind: Kind::Verdict, procedure, ..key };
            results.rate(key, 5).map(|(rate, _)| format!("{rate:.0}"))
        };
        let supported = Key { kind: Kind::Verdict, procedure: "supported", ..key };
        match ["refuted", "undecided"].map(share) {
            [Some(refuted), Some(undecided)] => {
                format!("{} / {refuted} / {undecided}", results.share(supported, 5))
            }
            _ => "–".to_owned(),
        }
    }));
    page.push('\n');
    for set_up in with_effects() {
        let rows = ["supported", "refuted", "undecided"].map(|id| (Kind::Verdict, id, id)).to_vec();
        let body = table("dates: effect", &rows, &by_effect(set_up), |key| results.share(key, 5));
        page.push_str(&titled(set_up.title, &body));
    }
}

fn with_effects() -> impl Iterator<Item = &'static SetUp> {
    SET_UPS.iter().filter(|set_up| !set_up.effects.is_empty())
}

/// Set-ups by numbers of event dates, for what the default says.
fn of_default(cell: impl Fn(Key<'_>) -> String) -> String {
    let mut numbers: Vec<usize> = SET_UPS.iter().flat_map(|s| s.n_events).copied().collect();
    numbers.sort_unstable();
    numbers.dedup();
    let heads = numbers.iter().map(|n| (n.to_string(), Align::Right));
    let mut table = Table::new([("event dates".to_owned(), Align::Left)].into_iter().chain(heads));
    for set_up in &SET_UPS {
        let of = |n: &usize| {
            let (kind, procedure) = (Kind::Test, P_VALUES[0].0);
            let key = Key { kind, set_up: set_up.id, n_events: *n, effect: 0.0, procedure };
            if set_up.n_events.contains(n) { cell(key) } else { String::new() }
        };
        table.row([set_up.title.to_owned()].into_iter().chain(numbers.iter().map(of)));
    }
    table.to_markdown()
}

/// Coverage with the width over that of the t interval.
fn against_t(results: &Results, key: Key<'_>) -> String {
    let share = results.share(key, 5);
    let t = Key { procedure: "event-t", ..key };
    match results.width(key).zip(results.width(t)) {
        Some((width, of_t)) => format!("{share} ({:.2})", width / of_t),
        None => share,
    }
}

fn table(first: &str, rows: &Rows, columns: &[Column], cell: impl Fn(Key<'_>) -> String) -> String {
    let heads = columns.iter().map(|column| (column.head.clone(), Align::Right));
    let mut table = Table::new([(first.to_owned(), Align::Left)].into_iter().chain(heads));
    for (kind, procedure, name) in rows {
        let cells = columns.iter().map(|Column { set_up, n_events, effect, .. }| {
            let (n_events, effect) = (*n_events, *effect);
            cell(Key { kind: *kind, set_up: set_up.id, n_events, effect, procedure })
        });
        table.row([(*name).to_owned()].into_iter().chain(cells));
    }
    table.to_markdown()
}

fn all_tests() -> Rows {
    let over_dates = P_VALUES.iter().map(|(id, name, _)| (Kind::Test, *id, *name));
    let over_responses = registry().iter().map(eventstudy::inference::RegisteredTest::card);
    over_dates.chain(over_responses.map(|card| (Kind::Test, card.id, card.name))).collect()
}

/// Those over dates, and the best known and the best behaved of those over responses.
fn few_tests() -> Rows {
    const READ: [&str; 5] =
        ["cross-sectional-t", "bmp", "brown-warner-1985", "kolari-pynnonen-bmp", "grank-t"];
    let is_read = |id: &str| P_VALUES.iter().any(|(other, ..)| *other == id) || READ.contains(&id);
    all_tests().into_iter().filter(|(_, id, _)| is_read(id)).collect()
}

fn all_intervals() -> Rows {
    INTERVALS.iter().map(|(id, name, _)| (Kind::Interval, *id, *name)).collect()
}

/// One column for each set-up, at the number of events nearest to `n`.
fn by_set_up(n: usize) -> Vec<Column> {
    let column = |set_up: &'static SetUp| {
        let n_events = *set_up.n_events.iter().min_by_key(|k| k.abs_diff(n)).unwrap();
        Column { head: format!("{}: {n_events}", set_up.title), set_up, n_events, effect: 0.0 }
    };
    SET_UPS.iter().map(column).collect()
}

fn by_dates(set_up: &'static SetUp) -> Vec<Column> {
    let column = |n: &usize| Column { head: n.to_string(), set_up, n_events: *n, effect: 0.0 };
    set_up.n_events.iter().map(column).collect()
}

fn by_effect(set_up: &'static SetUp) -> Vec<Column> {
    let head = |n: usize, effect: f64| match set_up.world {
        World::Crypto { .. } => format!("{n}: {:.0} %", 100.0 * effect),
        World::Simulated(_) => format!("{n}: {effect} sd"),
    };
    let of = |n: &usize| {
        let n_events = *n;
        let effects = [0.0].into_iter().chain(set_up.effects.iter().copied());
        effects.map(move |effect| Column { head: head(n_events, effect), set_up, n_events, effect })
    };
    set_up.with_effects.iter().flat_map(of).collect()
}

fn titled(title: &str, body: &str) -> String {
    format!("**{title}**\n\n{body}\n")
}

fn folded(summary: &str, body: &str) -> String {
    format!("<details>\n<summary>{summary}</summary>\n\n{body}\n</details>\n\n")
}
