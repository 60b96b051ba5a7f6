//! C13: every breakout, not the cited ones alone.

use eventstudy::Result;
use eventstudy::report::{
    Align, Cell, Table, curve_choices, curve_exclusions, curve_joint, curve_legend, curve_summary,
    fraction, p_value, percent,
};
use eventstudy::study::{Judgement, Verdict, WindowEstimate};

use crate::claim::{Claim, Evidence, event_table, judge, lag_table, rule_in_words};
use crate::curve::Curve;
use crate::figure::Figure;
use crate::market::NamedEvents;
use crate::specifications;
use crate::studies::{Assets, Run, WHOLE, lag};

pub(crate) fn claim(
    sets: &[NamedEvents],
    altcoins: &Run,
    grid: &[Run],
    curve: &Curve,
) -> Result<Claim> {
    let widest = sets.len() - 1;
    let (mut n_events, mut n_below) = (0, 0);
    if let Some(w) = lag(&altcoins.outcomes[widest], WHOLE) {
        n_events = w.events.len();
        n_below = below_median(w);
    }
    let mean = judge(&altcoins.outcomes[widest], WHOLE);
    let verdict = if n_events == 0 {
        Verdict::Undecided
    } else if mean.verdict == Verdict::Refuted || 2 * n_below >= n_events {
        Verdict::Refuted
    } else if mean.verdict == Verdict::Supported && n_below == 0 {
        Verdict::Supported
    } else {
        Verdict::Undecided
    };
    let because = format!(
        "after {n_below} of {n_events} breakouts the altcoins earned less over three months than \
         after half of the ordinary dates; on average the claim is {}: {}",
        mean.verdict, mean.because
    );
    let judgement = Judgement { verdict, because };
    let named = sets.iter().zip(&altcoins.outcomes);
    let figures = named.filter_map(|(set, outcome)| {
        Figure::of_lag(&format!("altcoins, {}", set.name), outcome, WHOLE)
    });
    let mut evidence = vec![
        Evidence::Measured(
            "What the altcoins earned in the three months after every breakout since 2016, each \
             against all ordinary dates, and the mean over all of them."
                .to_owned(),
        ),
        Evidence::Figures(figures.collect()),
        Evidence::Table("How the answer hangs on the events", by_set(sets, altcoins)),
        Evidence::Table("Every breakout with base ≥ 20", event_table(altcoins, widest)),
        Evidence::Table(
            "Altcoins after every breakout with base ≥ 20",
            lag_table(&[altcoins], widest),
        ),
        Evidence::Table("Altcoins after every breakout with base ≥ 60", lag_table(&[altcoins], 2)),
    ];
    evidence.push(Evidence::Table(
        "Every specification, [0,3) months, events with base ≥ 250",
        specifications::of_set(grid, 0, &[Assets::Altcoins, Assets::Eth, Assets::Btc]),
    ));
    evidence.push(Evidence::Text(
        "The definitions of the event portfolio differ by tenths: returns of single coins are \
         large, so a mean of sums, a daily rebalanced and a held portfolio are three different \
         things. Each row names its own."
            .to_owned(),
    ));
    evidence.extend(specification_curve(curve)?);
    Ok(Claim {
        id: "C13",
        statement: "It is a mechanical pattern: every Russell breakout does this.",
        rule: format!(
            "every breakout with base ≥ 20 since 2016, altcoins over [0,3) months: refuted where at \
             least half of them were followed by less than the median of ordinary dates, as chance \
             would have it (what every breakout is to do and half do not is no pattern, without a test), or \
             where their mean is refuted; supported where none was and the mean \
             is supported ({}); else undecided",
            rule_in_words()
        ),
        revised: Some(
            "one breakout followed by a negative mean abnormal return refuted it, as some are by chance",
        ),
        judgement,
        evidence,
    })
}

/// The curve stands beside the verdict, which it does not enter.
fn specification_curve(curve: &Curve) -> Result<Vec<Evidence>> {
    let (primary, figures) = (curve.primary()?, curve.figures()?);
    let joined = |lines: String| lines.trim_end().replace('\n', " ");
    let curve = &curve.curve;
    Ok(vec![
        Evidence::Text(format!(
            "Specification curve: {} The primary specification, {primary}.",
            joined(curve_summary(curve))
        )),
        Evidence::Table("The specification curve in figures", figures),
        Evidence::Table("The specification curve as a whole", curve_joint(curve)),
        Evidence::Text(joined(curve_legend(curve))),
        Evidence::Table("What each choice does to the specification curve", curve_choices(curve)),
        Evidence::Table("Combinations without an estimate", curve_exclusions(curve)),
    ])
}

/// Events after which more than half of the ordinary dates did at least as well.
fn below_median(w: &WindowEstimate) -> usize {
    w.events.iter().filter(|e| e.placebo.is_some_and(|p| p.upper > 0.5)).count()
}

fn by_set(sets: &[NamedEvents], run: &Run) -> Table {
    let mut table = Table::new([
        ("events", Align::Left),
        ("found", Align::Right),
        ("with data", Align::Right),
        ("below the ordinary median", Align::Right),
        ("above the ordinary median", Align::Right),
        ("mean", Align::Right),
        ("excess", Align::Right),
        ("placebo p", Align::Right),
        ("p against zero, biased", Align::Right),
        ("one date left out", Align::Right),
    ]);
    for (set, outcome) in sets.iter().zip(&run.outcomes) {
        let Some(w) = lag(outcome, WHOLE) else { continue };
        let (n, n_below) = (w.events.len(), below_median(w));
        let placebo = w.placebo.as_ref();
        let to = |low, high| format!("{} to {}", percent(low), percent(high));
        table.row([
            Cell::from(set.name),
            Cell::from(set.events.len().to_string()),
            Cell::from(n.to_string()),
            Cell::from(n_below.to_string()),
            Cell::number(1.0 - n_below as f64 / n as f64, fraction),
            Cell::number(w.mean, percent),
            Cell::optional(placebo.map(|p| p.excess), percent),
            Cell::optional(placebo.map(|p| p.p_values.two_sided), p_value),
            Cell::optional(placebo.map(|p| p.biased_p_against_zero), p_value),
            w.leave_one_out.map_or_else(Cell::none, |[low, high]| Cell::interval(low, high, to)),
        ]);
    }
    table
}
