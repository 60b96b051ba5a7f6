//! What the columns of the table of estimates mean.

use super::format;
use crate::resampling::PlaceboStatistic;
use crate::study::{Outcome, PlaceboEstimate, WindowEstimate};

/// What the p-values of one event alone are.
pub(super) const ALONE: &str = "Studentised p, of one event: the share of ordinary dates that are as far from their mean in units \
     of their own daily variation; rank p: the share that are as far from it as they are.";

/// What effects the power of the studentised test is for.
pub(super) const SPREAD: &str = "Detectable is meant for an effect spread over the days of the window, as drifts are: one that \
     comes on a single day counts as variation, and may be missed though it is many times as large.";

/// Lines under the table of estimates: unit, columns, test, marks, and how much the placebo dates
/// are; what the p-values of single events are; and, where the placebo p and that of the plain mean tell
/// different stories, why.
pub fn legend(outcome: &Outcome) -> String {
    let mut all = lines(outcome, "").to_vec();
    all.extend(alone(outcome).map(str::to_owned));
    for w in &outcome.windows {
        if let Some(disagreement) = w.placebo.as_ref().and_then(PlaceboEstimate::disagreement) {
            all.push(format!("{}: {disagreement}.", w.window));
        }
    }
    all.join("\n") + "\n"
}

/// What the p-values in the table of single events are, where there are any.
pub(super) fn alone(outcome: &Outcome) -> Option<&'static str> {
    let mut events = outcome.windows.iter().flat_map(|w| &w.events);
    events.any(|event| event.placebo.is_some()).then_some(ALONE)
}

/// The lines, with a mark around what they explain.
pub(super) fn lines(outcome: &Outcome, mark: &str) -> [String; 4] {
    let level = format::level(outcome.settings.level);
    let term = |word: &str| format!("{mark}{word}{mark}");
    let unit = format!(
        "The unit is the event date: {} is over dates, {} over responses; {} is what the same study \
         gives on other dates. Returns are in percent.",
        term("mean"),
        term("CAAR"),
        term("placebo mean")
    );
    let columns = format!(
        "{} is the effect, mean less placebo mean over the part of the placebo dates that is not the \
         events' own, with its {level} interval; {} the smallest excess found with 80 % power; {} \
         the smallest p that can be reached.",
        term("Excess"),
        term("detectable"),
        term("least")
    );
    let marks = "(!) marks a p-value that is far too small: it takes responses of one date, or dates whose \
             windows overlap, for independent.";
    let counts = outcome.windows.iter().filter_map(|w| {
        let n = w.placebo.as_ref()?.effective_periods;
        Some(format!("{n:.0} of {}", w.window))
    });
    let counts: Vec<String> = counts.collect();
    let marks = if counts.is_empty() {
        marks.to_owned()
    } else {
        format!("{marks} Windows without overlap in the placebo dates: {}.", counts.join(", "))
    };
    [unit, columns, test(outcome, &term("Placebo p")), marks]
}

/// What is compared, and what that can find.
fn test(outcome: &Outcome, placebo_p: &str) -> String {
    let of = |statistic: PlaceboStatistic| {
        let is =
            move |w: &&WindowEstimate| w.placebo.as_ref().is_some_and(|p| p.statistic == statistic);
        let windows = outcome.windows.iter().filter(is);
        windows.map(|w| w.window.to_string()).collect::<Vec<_>>()
    };
    let plain = of(PlaceboStatistic::Mean);
    let too_small = "too small where returns vary more after the events than on other dates";
    if of(PlaceboStatistic::Studentised).is_empty() {
        if plain.is_empty() {
            return "There are no placebo dates.".to_owned();
        }
        return format!(
            "{placebo_p} is a randomisation test over event dates of the mean; it is {too_small}."
        );
    }
    let but = if plain.is_empty() {
        String::new()
    } else {
        format!(" In {} it is of the mean as it is, and {too_small}.", plain.join(", "))
    };
    format!(
        "{placebo_p} is a randomisation test over event dates of the mean against its own daily \
         variation, so that restless months after the events are not taken for an effect. \
         {SPREAD}{but}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::outcome;

    #[test]
    fn lines_with_the_windows_that_the_placebo_dates_hold() {
        let mut outcome = outcome(false);
        for (w, n) in outcome.windows.iter_mut().zip([51.6, 12.4]) {
            let p = w.placebo.as_mut().unwrap();
            p.effective_periods = n;
            (p.p_values.two_sided, p.mean_p_values.as_mut().unwrap().two_sided) = (0.4, 0.5);
        }
        let text = legend(&outcome);
        assert_eq!(
            text,
            "The unit is the event date: mean is over dates, CAAR over responses; placebo mean is \
             what the same study gives on other dates. Returns are in percent.\n\
             Excess is the effect, mean less placebo mean over the part of the placebo dates that is \
             not the events' own, with its 95 % interval; detectable the smallest excess found with \
             80 % power; least the smallest p that can be reached.\n\
             Placebo p is a randomisation test over event dates of the mean against its own daily \
             variation, so that restless months after the events are not taken for an effect. \
             Detectable is meant for an effect spread over the days of the window, as drifts are: one \
             that comes on a single day counts as variation, and may be missed though it is many times \
             as large.\n\
             (!) marks a p-value that is far too small: it takes responses of one date, or dates whose \
             windows overlap, for independent. Windows without overlap in the placebo dates: 52 of [+0, +1], 12 of [0,1) months.\n\
             Studentised p, of one event: the share of ordinary dates that are as far from their mean \
             in units of their own daily variation; rank p: the share that are as far from it as they \
             are.\n"
        );
        // The report has the same words.
        let report = crate::report::markdown(&outcome).replace('*', "");
        let (above, alone) = text.trim_end().rsplit_once('\n').unwrap();
        assert!(report.contains(&above.replace('\n', " ")) && report.contains(alone), "{report}");
        for w in &mut outcome.windows {
            w.placebo = None;
        }
        assert!(legend(&outcome).contains("\nThere are no placebo dates.\n"));
        for event in outcome.windows.iter_mut().flat_map(|w| &mut w.events) {
            event.placebo = None;
        }
        assert!(legend(&outcome).ends_with("for independent.\n"));
    }

    #[test]
    fn windows_of_the_plain_mean_are_named() {
        let mut outcome = outcome(false);
        let p = outcome.windows[0].placebo.as_mut().unwrap();
        (p.statistic, p.t) = (PlaceboStatistic::Mean, None);
        let text = legend(&outcome);
        let but =
            "many times as large. In [+0, +1] it is of the mean as it is, and too small where";
        assert!(text.contains(but), "{text}");
        let p = outcome.windows[1].placebo.as_mut().unwrap();
        (p.statistic, p.t) = (PlaceboStatistic::Mean, None);
        let text = legend(&outcome);
        assert!(text.contains("over event dates of the mean; it is too small where"), "{text}");
        assert!(!text.contains(SPREAD));
    }

    #[test]
    fn two_stories_are_told_with_their_reason() {
        let mut outcome = outcome(false);
        for (w, (p, plain)) in outcome.windows.iter_mut().zip([(0.055, 5e-4), (0.5, 0.6)]) {
            let placebo = w.placebo.as_mut().unwrap();
            placebo.p_values.two_sided = p;
            placebo.mean_p_values.as_mut().unwrap().two_sided = plain;
        }
        let line = "[+0, +1]: the mean is unusual as it is, but not over its own daily variation, ";
        let text = legend(&outcome);
        assert!(text.lines().last().unwrap().starts_with(line), "{text}");
        let table = crate::report::estimates(&outcome).to_markdown();
        assert!(table.contains("| 0.055 (least 0.010), plain mean 5e-4 |"), "{table}");
        assert_eq!(table.matches("plain mean").count(), 1);
        let report = crate::report::markdown(&outcome);
        assert!(
            report.contains("; of the mean as it is p would be 5e-4: the mean is unusual as it is")
        );
        assert!(
            report.contains("; of the mean as it is p would be 0.600; against zero"),
            "{report}"
        );
        let csv = crate::report::estimates_csv(&outcome);
        assert_eq!(csv.matches("the mean is unusual as it is").count(), 1, "{csv}");
    }
}
