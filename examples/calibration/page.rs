//! The page in Markdown, from the stored results alone.

use eventstudy::inference::{Card, registry};
use eventstudy::report::{Align, Table};

use crate::prose;
use crate::reading::{BOOTSTRAP_INTERVALS, INTERVALS, P_VALUES};
use crate::record::Record;
use crate::set_ups::{SET_UPS, SetUp, World};
use crate::tally::Kind;

/// Monte-Carlo standard errors above nominal from which a figure is marked.
const MARKED: f64 = 2.0;
/// What has no figure.
const NONE: &str = "–";

/// Rows of a table: kind, name in files, name in tables.
type Rows = Vec<(Kind, &'static str, &'static str)>;

/// A figure to look up: kind, set-up, number of events, effect, procedure.
pub(crate) type Key<'a> = (Kind, &'a str, usize, f64, &'a str);

/// The stored results.
pub(crate) struct Results {
    pub(crate) comments: Vec<String>,
    pub(crate) records: Vec<Record>,
}

impl Results {
    fn find(&self, (kind, set_up, n_events, effect, procedure): Key<'_>) -> Option<&Record> {
        self.records.iter().find(|r| {
            r.kind == kind
                && r.set_up == set_up
                && r.n_events == n_events
                && (r.effect - effect).abs() < 1e-9
                && r.procedure == procedure
        })
    }

    /// A share of samples in percent, bold where it is on the wrong side of nominal.
    pub(crate) fn share(&self, key: Key<'_>, percent: u32) -> String {
        let counts = self.find(key).map(|record| record.counts(percent));
        let Some((n, hits)) = counts.filter(|(n, _)| *n > 0) else { return NONE.to_owned() };
        let rate = 100.0 * f64::from(hits) / f64::from(n);
        let error = standard_error(percent, n);
        let (level, effect) = (f64::from(percent), key.3);
        let off = match key.0 {
            Kind::Test => effect.abs() < 1e-9 && rate > level + MARKED * error,
            Kind::Interval => rate < 100.0 - level - MARKED * error,
            Kind::Verdict => false,
        };
        if off { format!("**{rate:.1}**") } else { format!("{rate:.1}") }
    }

    /// Share of intervals that hold the truth, and their mean width over that of the default.
    fn coverage(&self, key: Key<'_>) -> String {
        let width = |key| self.find(key).and_then(|record| record.mean_width);
        let share = self.share(key, 5);
        let default = width((key.0, key.1, key.2, key.3, INTERVALS[0].0));
        match width(key).zip(default) {
            Some((width, default)) => format!("{share} ({:.2})", width / default),
            None => share,
        }
    }

    fn table<'a>(
        &self,
        first: &str,
        rows: &Rows,
        columns: &[(String, &'a SetUp, usize, f64)],
        cell: impl Fn(Key<'_>) -> String,
    ) -> String {
        let heads = columns.iter().map(|(head, ..)| (head.clone(), Align::Right));
        let mut table = Table::new([(first.to_owned(), Align::Left)].into_iter().chain(heads));
        for (kind, id, name) in rows {
            let cells = columns.iter().map(|(_, set_up, n_events, effect)| {
                cell((*kind, set_up.id, *n_events, *effect, id))
            });
            table.row([(*name).to_owned()].into_iter().chain(cells));
        }
        table.to_markdown()
    }

    /// Samples of a cell without an effect.
    fn n_samples(&self) -> u32 {
        self.records.iter().map(|record| record.n_samples).max().unwrap_or(0)
    }
}

/// In percent, of a share that is nominal.
pub(crate) fn standard_error(percent: u32, n: u32) -> f64 {
    let level = f64::from(percent);
    (level * (100.0 - level) / f64::from(n.max(1))).sqrt()
}

fn tests_over_dates() -> Rows {
    P_VALUES.iter().map(|(id, name, _)| (Kind::Test, *id, *name)).collect()
}

fn all_tests() -> Rows {
    let of_responses = |card: Card| (Kind::Test, card.id, card.name);
    let cards = registry().iter().map(eventstudy::inference::RegisteredTest::card);
    tests_over_dates().into_iter().chain(cards.map(of_responses)).collect()
}

/// Those over dates, and the best known and the best behaved of those over responses.
fn few_tests() -> Rows {
    const READ: [&str; 5] =
        ["cross-sectional-t", "bmp", "brown-warner-1985", "kolari-pynnonen-bmp", "grank-t"];
    let n = P_VALUES.len();
    let read = |(k, (_, id, _)): &(usize, (Kind, &str, &str))| *k < n || READ.contains(id);
    all_tests().into_iter().enumerate().filter(read).map(|(_, row)| row).collect()
}

fn all_intervals() -> Rows {
    let of_study = INTERVALS.iter().map(|(id, name, _)| (Kind::Interval, *id, *name));
    let of_dates = BOOTSTRAP_INTERVALS.iter().map(|(id, name, _)| (Kind::Interval, *id, *name));
    of_study.chain(of_dates).collect()
}

fn verdicts() -> Rows {
    [("supported", "supported"), ("refuted", "refuted"), ("undecided", "undecided")]
        .map(|(id, name)| (Kind::Verdict, id, name))
        .to_vec()
}

/// One column for each set-up, at the number of events nearest to `n`.
fn by_set_up(n: usize) -> Vec<(String, &'static SetUp, usize, f64)> {
    let column = |set_up: &'static SetUp| {
        let nearest = *set_up.n_events.iter().min_by_key(|k| k.abs_diff(n)).unwrap();
        (format!("{}, {nearest}", set_up.title), set_up, nearest, 0.0)
    };
    SET_UPS.iter().map(column).collect()
}

fn by_dates(set_up: &'static SetUp) -> Vec<(String, &'static SetUp, usize, f64)> {
    set_up.n_events.iter().map(|n| (n.to_string(), set_up, *n, 0.0)).collect()
}

fn by_effect(set_up: &'static SetUp) -> Vec<(String, &'static SetUp, usize, f64)> {
    let head = |n: usize, effect: f64| match set_up.world {
        World::Crypto { .. } => format!("{n}: +{:.0} %", 100.0 * effect),
        World::Simulated(_) => format!("{n}: {effect} sd"),
    };
    let of = |n: &usize| {
        let n = *n;
        let none = if set_up.n_events.contains(&n) { Some(0.0) } else { None };
        let effects = none.into_iter().chain(set_up.effects.iter().copied());
        effects.map(move |effect| (head(n, effect), set_up, n, effect)).collect::<Vec<_>>()
    };
    set_up.with_effects.iter().flat_map(of).collect()
}

fn folded(summary: &str, body: &str) -> String {
    format!("<details>\n<summary>{summary}</summary>\n\n{body}\n</details>\n\n")
}

/// The page.
pub(crate) fn page(results: &Results) -> String {
    let (shares, widths) = (
        |percent| move |key: Key<'_>| results.share(key, percent),
        |key: Key<'_>| results.coverage(key),
    );
    let mut page = prose::opening(&results.comments, results.n_samples());
    page.push_str(&prose::set_ups());
    page.push_str(prose::SIZE);
    let sizes = |n, percent| {
        results
            .table("p ≤ ", &all_tests(), &by_set_up(n), shares(percent))
            .replace("| p ≤  |", &format!("| p ≤ 0.{percent:02} |"))
    };
    page.push_str(&sizes(10, 5));
    page.push('\n');
    page.push_str(&folded("The same with three event dates", &sizes(3, 5)));
    page.push_str(&folded("At 1 %", &sizes(10, 1)));
    page.push_str(&folded("At 10 %", &sizes(10, 10)));
    page.push_str(prose::DATES);
    for set_up in SET_UPS.iter().filter(|set_up| set_up.n_events.len() > 3) {
        let (columns, few) = (by_dates(set_up), few_tests());
        let body =
            |rows: &Rows, percent| results.table("event dates", rows, &columns, shares(percent));
        page.push_str(&format!("**{}**\n\n{}\n", set_up.title, body(&few, 5)));
        let at = |percent| format!("At {percent} %\n\n{}\n", body(&few, percent));
        page.push_str(&folded(&format!("{}, 1 and 10 %", set_up.title), &(at(1) + &at(10))));
    }
    page.push_str(prose::COVERAGE);
    page.push_str(&results.table("interval", &all_intervals(), &by_set_up(10), widths));
    page.push('\n');
    page.push_str(&folded(
        "The same with three event dates",
        &results.table("interval", &all_intervals(), &by_set_up(3), widths),
    ));
    for (percent, level) in [(10, 90), (1, 99)] {
        let of_dates = all_intervals().split_off(INTERVALS.len());
        let body = results.table("interval", &of_dates, &by_set_up(10), shares(percent));
        page.push_str(&folded(&format!("Bootstraps over dates at {level} %"), &body));
    }
    let tried = || SET_UPS.iter().filter(|set_up| !set_up.effects.is_empty());
    page.push_str(prose::POWER);
    for set_up in tried() {
        let columns = by_effect(set_up);
        let body =
            |rows: &Rows, percent| results.table("dates: effect", rows, &columns, shares(percent));
        page.push_str(&format!("**{}**\n\n{}\n", set_up.title, body(&few_tests(), 5)));
        page.push_str(&folded("All tests", &body(&all_tests(), 5)));
        let at = |percent| format!("At {percent} %\n\n{}\n", body(&all_tests(), percent));
        page.push_str(&folded("1 and 10 %", &(at(1) + &at(10))));
        let cover = results.table("dates: effect", &all_intervals(), &columns, widths);
        page.push_str(&folded("Coverage at 95 %", &cover));
    }
    page.push_str(prose::VERDICTS);
    for set_up in SET_UPS.iter().filter(|set_up| set_up.n_events.len() > 3) {
        let body = results.table("event dates", &verdicts(), &by_dates(set_up), shares(5));
        page.push_str(&format!("**{}**, no effect\n\n{body}\n", set_up.title));
    }
    for set_up in tried() {
        let body = results.table("dates: effect", &verdicts(), &by_effect(set_up), shares(5));
        page.push_str(&format!("**{}**\n\n{body}\n", set_up.title));
    }
    page
}
