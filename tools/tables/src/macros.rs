//! `macro.csv`: macro series with the day on which each value was public.

use std::path::Path;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use crate::Fault;
use crate::raw::{Dated, closes, day, largest_difference};
use crate::write::{Writer, significant};

/// First observation that is written.
const FIRST: NaiveDate = day(2013, 1, 1);

/// When a value is published. A day without a session moves to the next session.
#[derive(Debug, Clone, Copy)]
enum Publication {
    /// On the day of the observation.
    SameDay,
    /// On the next day: weekly balance sheet, observed on Wednesday, published on Thursday 16:30
    /// New York.
    NextDay,
    /// On the next session.
    NextSession,
    /// On the Monday after the week of the observation.
    NextMonday,
    /// On the fourth Tuesday of the month after the observed month.
    FourthTuesday,
}

const SERIES: [(&str, &[&str], Publication); 10] = [
    ("BAMLH0A0HYM2", &["BAMLH0A0HYM2.csv", "HY_OAS_heliar.csv"], Publication::NextSession),
    ("DFF", &["DFF.csv"], Publication::NextSession),
    ("DGS10", &["DGS10.csv"], Publication::NextSession),
    ("DGS2", &["DGS2.csv"], Publication::NextSession),
    ("DTWEXBGS", &["DTWEXBGS.csv"], Publication::NextMonday),
    ("M2SL", &["M2SL.csv"], Publication::FourthTuesday),
    ("RRPONTSYD", &["RRPONTSYD.csv"], Publication::SameDay),
    ("WALCL", &["WALCL.csv"], Publication::NextDay),
    ("WRESBAL", &["WRESBAL.csv"], Publication::NextDay),
    ("WTREGEN", &["WTREGEN.csv"], Publication::NextDay),
];

pub(crate) fn write(
    folder: &Path,
    sessions: &[NaiveDate],
    writer: &mut Writer,
) -> Result<(), Fault> {
    let mut lines = Vec::new();
    println!("macro");
    for (name, files, publication) in SERIES {
        let mut series = Dated::new();
        for file in files {
            let part = closes(&folder.join(file))?;
            if !series.is_empty() {
                let (difference, _, n) = largest_difference(&series, &part);
                println!(
                    "  {name}: two copies, {n} common days, largest difference {difference:.1e}"
                );
            }
            for (date, value) in part {
                series.entry(date).or_insert(value);
            }
        }
        let kept = series.range(FIRST..).filter(|(d, _)| {
            // The funds rate of a weekend repeats that of Friday.
            name != "DFF" || !matches!(d.weekday(), Weekday::Sat | Weekday::Sun)
        });
        let before = lines.len();
        for (observed, value) in kept {
            let known = publication.known(*observed, sessions);
            lines.push(format!("{name},{observed},{known},{}", significant(*value, 8)));
        }
        println!(
            "  {name:<13} {} values to {}",
            lines.len() - before,
            series.keys().next_back().map_or_else(String::new, ToString::to_string)
        );
    }
    writer.table("macro.csv", "series,observed,known,value", lines)
}

impl Publication {
    fn known(self, observed: NaiveDate, sessions: &[NaiveDate]) -> NaiveDate {
        let next = observed + Days::new(1);
        match self {
            Self::SameDay => observed,
            Self::NextDay | Self::NextSession => session_from(next, sessions),
            Self::NextMonday => {
                let days = 7 - u64::from(observed.weekday().num_days_from_monday());
                session_from(observed + Days::new(days), sessions)
            }
            Self::FourthTuesday => {
                let month = observed + Months::new(1);
                let tuesday = NaiveDate::from_weekday_of_month_opt(
                    month.year(),
                    month.month(),
                    Weekday::Tue,
                    4,
                );
                session_from(tuesday.unwrap_or(month), sessions)
            }
        }
    }
}

/// The first session on or after a day; after the last known session, the first weekday.
fn session_from(date: NaiveDate, sessions: &[NaiveDate]) -> NaiveDate {
    if let Some(session) = sessions.get(sessions.partition_point(|s| *s < date)) {
        return *session;
    }
    let days = match date.weekday() {
        Weekday::Sat => 2,
        Weekday::Sun => 1,
        _ => 0,
    };
    date + Days::new(days)
}
