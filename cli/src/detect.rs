//! `eventstudy detect`.

use std::process::ExitCode;

use eventstudy::events::EventDetector;
use eventstudy::report;

use crate::arguments::{DetectOptions, Global};
use crate::failure::{Failure, note, print};
use crate::output::{drawn, refuse_to_overwrite};
use crate::rule;

pub(crate) fn detect(options: &DetectOptions, global: &Global) -> Result<ExitCode, Failure> {
    let rule = rule::of(&options.rule)?.first_in_years(&options.first_in_years);
    if let Some(path) = &options.output {
        refuse_to_overwrite(path, options.force)?;
    }
    let series = rule::series(&options.file, options.name.as_deref(), &options.close_column)?;
    let name = series.name();
    let events = rule.detect(&series)?;
    if let Some(path) = &options.output {
        report::write_text(path, &events.to_csv())?;
        if !global.quiet {
            note(&format!("wrote {}", path.display()));
        }
    }
    if global.json {
        let text = serde_json::to_string_pretty(&events)
            .map_err(|source| eventstudy::Error::Serialise { what: "the events", source })?;
        print(&(text + "\n"))?;
    } else {
        let n = events.len();
        let noun = if n == 1 { "event" } else { "events" };
        let found = format!("{name}: {n} {noun} under the rule: {}\n", rule.rule());
        print(&(found + &drawn(&report::events(&events))))?;
    }
    Ok(ExitCode::SUCCESS)
}
