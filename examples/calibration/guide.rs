//! The table of the guide: what each test assumes, and how often it rejects without an effect.

use eventstudy::inference::registry;
use eventstudy::report::{Align, Table};

use crate::results::{Key, Results};
use crate::tally::Kind;

/// Set-ups and numbers of events, with the heads of their columns.
const COLUMNS: [(&str, usize, &str); 6] = [
    ("staggered", 30, "own dates"),
    ("staggered-2", 30, "own dates, variance × 2"),
    ("daily", 30, "own dates a day apart, correlation 0.3"),
    ("shared-0.3", 1, "one date, 0.3"),
    ("fat-2", 10, "ten dates, 0.3, t(4)-GARCH, variance × 2"),
    ("crypto-1", 3, "three random dates, coins over a month"),
];

pub(crate) fn guide(results: &Results) -> String {
    let columns = ["test", "name in study files", "assumes"].map(|name| (name, Align::Left));
    let heads = COLUMNS.iter().map(|(_, _, head)| (*head, Align::Right));
    let mut table = Table::new(columns.into_iter().chain(heads));
    for test in registry() {
        let card = test.card();
        let words = [card.name.to_owned(), format!("`{}`", card.id), card.assumes.to_owned()];
        let rates = COLUMNS.iter().map(|(set_up, n, _)| {
            let (n_events, effect) = (*n, 0.0);
            let key = Key { kind: Kind::Test, set_up, n_events, effect, procedure: card.id };
            results.rate(key, 5).map_or_else(|| "–".to_owned(), |(rate, _)| format!("{rate:.1} %"))
        });
        table.row(words.into_iter().chain(rates));
    }
    table.to_markdown()
}
