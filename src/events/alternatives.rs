//! Breakout rules that differ in their parameters.

use serde::{Deserialize, Serialize};

use super::{Basis, BreakoutRule};

/// Values that parameters of a [`BreakoutRule`] may take; a list that is empty leaves the rule as it
/// is.
///
/// ```
/// use eventstudy::events::{BreakoutRule, RuleAlternatives};
///
/// let mut alternatives = RuleAlternatives::default();
/// alternatives.base = vec![125, 250];
/// alternatives.confirmations = vec![0, 3];
/// assert_eq!(alternatives.parameters(), ["base", "confirmations"]);
///
/// let rules = alternatives.rules(&BreakoutRule::all_time_high());
/// assert_eq!(rules.len(), 4);
/// assert_eq!(rules[1].choices, ["125 sessions", "3 closes"]);
/// assert_eq!(rules[1].rule, BreakoutRule::all_time_high().base(125).confirmations(3));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct RuleAlternatives {
    /// [`BreakoutRule::basis`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub basis: Vec<Basis>,
    /// [`BreakoutRule::base`], sessions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub base: Vec<usize>,
    /// [`BreakoutRule::margin`], fractions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub margin: Vec<f64>,
    /// [`BreakoutRule::confirmations`], closes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub confirmations: Vec<usize>,
    /// [`BreakoutRule::cluster`], sessions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cluster: Vec<usize>,
    /// [`BreakoutRule::min_separation`], sessions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub min_separation: Vec<usize>,
}

/// A rule with the choices that make it.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleAlternative {
    /// The value of each [parameter](RuleAlternatives::parameters), in words.
    pub choices: Vec<String>,
    /// The rule.
    pub rule: BreakoutRule,
}

/// A parameter: its name, and what each of its values makes of a rule.
type Parameter<'a> = (&'static str, Vec<(String, Box<dyn Fn(BreakoutRule) -> BreakoutRule + 'a>)>);

impl RuleAlternatives {
    /// Names of the parameters that have alternatives, as in study files.
    pub fn parameters(&self) -> Vec<&'static str> {
        self.varied().into_iter().map(|(name, _)| name).collect()
    }

    /// The rule under every combination of the alternatives, the last parameter running fastest; the
    /// rule itself where there are none. Whether a setting is in its domain
    /// [`BreakoutRule::check`] says.
    pub fn rules(&self, rule: &BreakoutRule) -> Vec<RuleAlternative> {
        let mut rules = vec![RuleAlternative { choices: Vec::new(), rule: rule.clone() }];
        for (_, values) in self.varied() {
            let mut next = Vec::with_capacity(rules.len() * values.len());
            for RuleAlternative { choices, rule } in &rules {
                next.extend(values.iter().map(|(name, with)| RuleAlternative {
                    choices: choices.iter().chain([name]).cloned().collect(),
                    rule: with(rule.clone()),
                }));
            }
            rules = next;
        }
        rules
    }

    fn varied(&self) -> Vec<Parameter<'_>> {
        let sessions =
            |n: &usize| if *n == 1 { "1 session".to_owned() } else { format!("{n} sessions") };
        let closes = |n: &usize| if *n == 1 { "1 close".to_owned() } else { format!("{n} closes") };
        let percent = |x: &f64| format!("{} %", (x * 1e8).round() / 1e6);
        let basis = |basis: &Basis| match basis {
            Basis::Close => "close".to_owned(),
            Basis::Intraday => "intraday".to_owned(),
        };
        let all: [Parameter<'_>; 6] = [
            ("basis", values(&self.basis, basis, BreakoutRule::basis)),
            ("base", values(&self.base, sessions, BreakoutRule::base)),
            ("margin", values(&self.margin, percent, BreakoutRule::margin)),
            ("confirmations", values(&self.confirmations, closes, BreakoutRule::confirmations)),
            ("cluster", values(&self.cluster, sessions, BreakoutRule::cluster)),
            (
                "min_separation",
                values(&self.min_separation, sessions, BreakoutRule::min_separation),
            ),
        ];
        all.into_iter().filter(|(_, values)| !values.is_empty()).collect()
    }
}

#[allow(clippy::type_complexity)] // the second half of a parameter
fn values<'a, T: Copy>(
    of: &'a [T],
    name: impl Fn(&T) -> String,
    with: impl Fn(BreakoutRule, T) -> BreakoutRule + Copy + 'a,
) -> Vec<(String, Box<dyn Fn(BreakoutRule) -> BreakoutRule + 'a>)> {
    of.iter()
        .map(|value| {
            let setter = move |rule| with(rule, *value);
            (name(value), Box::new(setter) as Box<dyn Fn(BreakoutRule) -> BreakoutRule + 'a>)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_is_varied_by_its_own_values() {
        let rule = BreakoutRule::all_time_high().base(60).margin(0.01);
        assert_eq!(
            RuleAlternatives::default().rules(&rule),
            [RuleAlternative { choices: vec![], rule: rule.clone() }]
        );
        let all = RuleAlternatives {
            basis: vec![Basis::Close, Basis::Intraday],
            base: vec![1],
            margin: vec![0.0, 0.005],
            confirmations: vec![1],
            cluster: vec![5],
            min_separation: vec![21],
        };
        let rules = all.rules(&rule);
        assert_eq!(rules.len(), 4);
        let changed = BreakoutRule::all_time_high()
            .basis(Basis::Intraday)
            .base(1)
            .margin(0.005)
            .confirmations(1)
            .cluster(5)
            .min_separation(21);
        assert_eq!(rules[3].rule, changed);
        assert_eq!(
            rules[3].choices,
            ["intraday", "1 session", "0.5 %", "1 close", "5 sessions", "21 sessions"]
        );
        assert_eq!(rules[3].choices.len(), all.parameters().len());
    }
}
