//! Windows are judged where the study file fixes a rule, and only there.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use eventstudy::study::VerdictRule;
use support::{Folder, prices};

const RULE: &str = "[placebo]\nn_sets = 99\n[verdict]\nmargin = 0.05\nsignificance = 0.1\n";

#[test]
fn the_rule_of_the_file_stands_in_tables_report_and_json() {
    let folder = Folder::with_study("verdicts");
    folder.write("prices.csv", &prices(&["a", "b"], 150));
    folder.edit("[placebo]\nenabled = false", "[placebo]\nn_sets = 99");
    assert!(!folder.prints(&["run", "study.toml", "--quiet"]).contains("Verdict"));
    let plain = folder.outcome();
    assert!(plain.settings.verdict.is_none() && plain.windows[0].judgement.is_none());

    folder.edit("[placebo]\nn_sets = 99", RULE);
    let printed = folder.prints(&["run", "study.toml", "--quiet"]);
    let rule = VerdictRule::new(0.1, 0.05).unwrap();
    let said = format!("Each window is {rule}.\n");
    assert!(printed.contains("\nVerdicts\n") && printed.contains(&said), "{printed}");
    let outcome = folder.outcome();
    assert_eq!(outcome.settings.verdict, Some(rule));
    let judgement = outcome.windows[0].judgement.clone().unwrap();
    let report = folder.read("results/report.md");
    assert!(report.contains("## Verdicts") && report.contains(&said), "{report}");
    assert!(printed.contains(&judgement.because) && report.contains(&judgement.because));

    folder.edit("significance = 0.1", "significance = 10");
    let fault = folder.run(&["check", "study.toml"]);
    let fault = String::from_utf8_lossy(&fault.stderr).into_owned();
    assert!(fault.contains("significance of verdicts = 10.0: expected a share"), "{fault}");
}
