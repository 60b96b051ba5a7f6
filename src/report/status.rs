//! Views of a standing and of a window cut at a lag.

#[cfg(test)]
mod tests;

use super::format::{fraction, p_value, percent, percent_interval};
use super::legend::{ALONE, SPREAD};
use super::tables::of_plain_mean;
use super::{Align, Cell, Table};
use crate::events::{LastBreakout, NextTrigger, Phase, Standing, price};
use crate::resampling::{PValues, PlaceboStatistic};
use crate::study::{AtLag, EventEstimate, LagPart, PlaceboEstimate};

/// One sentence: whether a breakout is active, and since when.
pub fn standing_summary(standing: &Standing) -> String {
    let Standing { series, as_of, months, .. } = standing;
    let n_months = plural(*months as usize, "month");
    match (&standing.last, standing.phase) {
        (None, _) | (_, Phase::None) => {
            format!("{series} on {as_of}: no breakout; the rule has found none so far")
        }
        (Some(last), Phase::Active) => {
            format!(
                "{series} on {as_of}: a breakout is active since {}, for {}",
                last.event.date,
                age(last)
            )
        }
        (Some(last), Phase::FellBack) => format!(
            "{series} on {as_of}: no breakout is active; the close is back at or below what that of \
             {}, {} ago, exceeded",
            last.event.date,
            age(last)
        ),
        (Some(last), Phase::Over) => format!(
            "{series} on {as_of}: no breakout is active; the last, of {}, was {} ago, more than {n_months}",
            last.event.date,
            age(last)
        ),
    }
}

fn age(last: &LastBreakout) -> String {
    format!(
        "{} ({})",
        plural(last.days_since as usize, "day"),
        plural(last.sessions_since, "session")
    )
}

fn plural(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// One row per figure of a standing: the last breakout, what has come of it, and what would be the
/// next.
pub fn standing(standing: &Standing) -> Table {
    let mut table = Table::new([("figure", Align::Left), ("value", Align::Left)]);
    let mut add = |name: &str, value: Cell| table.row([Cell::from(name), value]);
    add("close", Cell::number(standing.close, price));
    add("events of the rule so far", Cell::from(standing.n_events.to_string()));
    if let Some(last) = &standing.last {
        add("last event", Cell::from(last.event.date.to_string()));
        if let Some(breakout) = &last.event.qualification {
            add("why", Cell::from(breakout.to_string()));
        }
        let below =
            last.first_not_above.map_or_else(String::new, |d| format!(", first not on {d}"));
        let of = last.sessions_since;
        add("since then", Cell::from(age(last)));
        let above = format!("{} of {}{below}", last.sessions_above, plural(of, "session"));
        add("closes above what it exceeded", Cell::from(above));
        add("close over what it exceeded", Cell::number(last.above_level, two_decimals));
        add("close over that of the event", Cell::number(last.return_since, two_decimals));
        let highest = format!(" on {}", last.highest_close_date);
        let cell = Cell::number(last.highest_close, price).with_remark(&highest);
        add("highest close since", cell);
        add("drawdown from it", Cell::number(last.drawdown, two_decimals));
    }
    if let Some(next) = &standing.next {
        let of = next.level_date.map_or_else(String::new, |date| format!(" of {date}"));
        let cell = Cell::number(next.level, price).with_remark(&of);
        add("next to be exceeded", cell);
        if next.price.total_cmp(&next.level).is_gt() {
            add("with the margin of the rule", Cell::number(next.price, price));
        }
        add("distance from the close", Cell::number(next.distance, two_decimals));
        add("base, were it exceeded now", Cell::from(base(next)));
        add("an event of the rule", Cell::from(wait(next)));
    }
    table
}

fn base(next: &NextTrigger) -> String {
    next.base_sessions.map_or_else(|| "unknown".to_owned(), |n| plural(n, "session"))
}

fn wait(next: &NextTrigger) -> String {
    match next.sessions_to_wait {
        Some(0) => "from the next session on, where all its conditions are met".to_owned(),
        Some(n) => format!("not before {} more without a record", plural(n, "session")),
        None => "not before another record: the base is not known".to_owned(),
    }
}

fn two_decimals(fraction: f64) -> String {
    format!("{:+.2} %", 100.0 * fraction)
}

/// The parts of a window that are there, with what they are.
fn parts(at: &AtLag) -> impl Iterator<Item = (&'static str, &LagPart)> {
    let named = [("so far", &at.elapsed), ("to come", &at.rest)];
    named.into_iter().filter_map(|(name, part)| Some((name, part.as_ref()?)))
}

/// One row per part of the window: the mean over the earlier events with what stands beside it, also
/// the p of the plain mean where it and the placebo p [disagree](crate::study::PlaceboEstimate::disagreement).
pub fn lag_estimates(at: &AtLag) -> Table {
    let mut table = Table::new([
        ("part", Align::Left),
        ("window", Align::Left),
        ("earlier dates", Align::Right),
        ("mean", Align::Right),
        ("ordinary mean", Align::Right),
        ("excess", Align::Right),
        ("interval", Align::Right),
        ("placebo p", Align::Right),
        ("sign-flip p", Align::Right),
        ("detectable", Align::Right),
        ("note", Align::Left),
    ]);
    for (name, part) in parts(at) {
        let w = part.earlier.as_ref();
        let placebo = w.and_then(|w| w.placebo.as_ref());
        let p = |p: f64, least: f64| {
            Cell::number(p, p_value).with_remark(&format!(" (least {})", p_value(least)))
        };
        let fault = part.earlier_fault.clone();
        let note = fault.or_else(|| w.and_then(|w| w.placebo_fault.clone())).unwrap_or_default();
        table.row([
            Cell::from(name),
            Cell::from(part.window.to_string()),
            Cell::from(w.map_or(0, |w| w.n_event_dates).to_string()),
            Cell::optional(w.map(|w| w.mean), percent),
            Cell::optional(placebo.map(|p| p.mean), percent),
            Cell::optional(placebo.map(|p| p.excess), percent),
            placebo.map_or_else(Cell::none, |p| {
                p.interval
                    .ends()
                    .map_or_else(Cell::none, |(a, b)| Cell::interval(a, b, percent_interval))
            }),
            placebo.map_or_else(Cell::none, |x| {
                let plain = x.disagreement().map(|d| format!(", {}", of_plain_mean(&d)));
                p(x.p_values.two_sided, x.attainable_p).with_remark(&plain.unwrap_or_default())
            }),
            w.map_or_else(Cell::none, |w| {
                p(w.sign_flip.p_values.two_sided, w.sign_flip.attainable_two_sided)
            }),
            Cell::optional(placebo.and_then(|p| p.minimum_detectable_effect), percent),
            Cell::from(note),
        ]);
    }
    table
}

/// One row per event: what it gave so far into the window and in the part that is to come, each with the
/// p of its value over its own daily variation among single ordinary dates, and the share of them that
/// gave as much. The last row is the event that stands at the lag.
pub fn lag_events(at: &AtLag) -> Table {
    let mut table = Table::new([
        ("event", Align::Left),
        ("label", Align::Left),
        ("assets", Align::Right),
        ("so far", Align::Right),
        ("studentised p", Align::Right),
        ("rank p", Align::Right),
        ("to come", Align::Right),
        ("studentised p, to come", Align::Right),
        ("rank p, to come", Align::Right),
    ]);
    let of = |part: &Option<LagPart>| {
        let w = part.as_ref().and_then(|part| part.earlier.as_ref());
        w.map_or_else(Vec::new, |w| w.events.clone())
    };
    let (elapsed, rest) = (of(&at.elapsed), of(&at.rest));
    let mut keys: Vec<_> = elapsed.iter().chain(&rest).map(|e| (e.date, &e.label)).collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let find =
            |events: &[EventEstimate]| events.iter().find(|e| (e.date, &e.label) == key).cloned();
        let (so_far, to_come) = (find(&elapsed), find(&rest));
        let any = so_far.as_ref().or(to_come.as_ref());
        let value =
            |e: &Option<EventEstimate>| Cell::optional(e.as_ref().map(|e| e.value), percent);
        let [studentised, rank] = alone(so_far.as_ref());
        let [studentised_to_come, rank_to_come] = alone(to_come.as_ref());
        table.row([
            Cell::from(key.0.to_string()),
            Cell::from(key.1.as_str()),
            any.map_or_else(Cell::none, |e| Cell::from(e.n_assets.to_string())),
            value(&so_far),
            studentised,
            rank,
            value(&to_come),
            studentised_to_come,
            rank_to_come,
        ]);
    }
    let current = at.elapsed.as_ref().and_then(|part| part.current.as_ref());
    let [studentised, rank] = alone(current);
    table.row([
        Cell::from(at.event.to_string()),
        Cell::from(at.label.as_str()),
        current.map_or_else(Cell::none, |e| Cell::from(e.n_assets.to_string())),
        Cell::optional(current.map(|e| e.value), percent),
        studentised,
        rank,
        Cell::none(),
        Cell::none(),
        Cell::none(),
    ]);
    table
}

/// The studentised p and the rank p of one event.
fn alone(event: Option<&EventEstimate>) -> [Cell; 2] {
    let p = |of: fn(&EventEstimate) -> Option<PValues>| {
        Cell::optional(event.and_then(of).map(|p| p.two_sided), p_value)
    };
    [p(EventEstimate::studentised), p(|event| event.rank)]
}

/// Lines that say what the columns of [`lag_events`] and [`lag_estimates`] are, and why the placebo p and
/// that of the plain mean tell different stories, where they do.
pub fn lag_legend(at: &AtLag) -> String {
    let placebos = || parts(at).filter_map(|(_, part)| part.earlier.as_ref()?.placebo.as_ref());
    let mut lines = vec![ALONE.to_owned()];
    if placebos().any(|placebo| placebo.statistic == PlaceboStatistic::Studentised) {
        lines.push(SPREAD.to_owned());
    }
    for (name, part) in parts(at) {
        let placebo = part.earlier.as_ref().and_then(|w| w.placebo.as_ref());
        if let Some(disagreement) = placebo.and_then(PlaceboEstimate::disagreement) {
            lines.push(format!("{name}, {}: {disagreement}.", part.window));
        }
    }
    lines.join("\n") + "\n"
}

/// One row per part of the window: what single ordinary dates gave in it.
pub fn lag_ordinary(at: &AtLag) -> Table {
    let mut table = Table::new([
        ("part", Align::Left),
        ("ordinary dates", Align::Right),
        ("5 %", Align::Right),
        ("25 %", Align::Right),
        ("median", Align::Right),
        ("75 %", Align::Right),
        ("95 %", Align::Right),
        ("above 0", Align::Right),
    ]);
    for (name, part) in parts(at) {
        let Some(ordinary) = &part.ordinary else { continue };
        let quantiles = ordinary.quantiles.map(|x| Cell::number(x, percent));
        let row = [Cell::from(name), Cell::from(ordinary.n_dates.to_string())];
        let share = Cell::number(ordinary.share_positive, fraction);
        table.row(row.into_iter().chain(quantiles).chain([share]));
    }
    table
}
