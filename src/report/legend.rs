//! What the columns of the table of estimates mean.

use super::format;
use crate::resampling::PlaceboStatistic;
use crate::study::Outcome;

/// Lines under the table of estimates: unit, columns, test, marks, and how much the placebo dates
/// are.
pub fn legend(outcome: &Outcome) -> String {
    lines(outcome, "").join("\n") + "\n"
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
    let statistics = outcome.windows.iter().filter_map(|w| Some(w.placebo.as_ref()?.statistic));
    let test = match statistics.min() {
        Some(PlaceboStatistic::Studentised) => format!(
            "{} is a randomisation test over event dates of the mean against its own daily variation, \
             so that restless months after the events are not taken for an effect.",
            term("Placebo p")
        ),
        Some(PlaceboStatistic::Mean) => format!(
            "{} is a randomisation test over event dates of the mean; it is too small where returns \
             vary more after the events than on other dates.",
            term("Placebo p")
        ),
        None => "There are no placebo dates.".to_owned(),
    };
    [unit, columns, test, marks]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::outcome;

    #[test]
    fn lines_with_the_windows_that_the_placebo_dates_hold() {
        let mut outcome = outcome(false);
        for (w, n) in outcome.windows.iter_mut().zip([51.6, 12.4]) {
            w.placebo.as_mut().unwrap().effective_periods = n;
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
             variation, so that restless months after the events are not taken for an effect.\n\
             (!) marks a p-value that is far too small: it takes responses of one date, or dates whose \
             windows overlap, for independent. Windows without overlap in the placebo dates: 52 of [+0, +1], 12 of [0,1) months.\n"
        );
        // The report has the same words.
        let report = crate::report::markdown(&outcome).replace('*', "");
        assert!(report.contains(&text.trim_end().replace('\n', " ")), "{report}");
        for w in &mut outcome.windows {
            w.placebo = None;
        }
        assert!(legend(&outcome).ends_with("for independent.\n"));
    }
}
