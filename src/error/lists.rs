//! Lists within messages.

use super::names::{hint, nearest};

/// " (is it `xrp`?)" where one of the names there are was probably meant.
pub(super) fn meant<S: AsRef<str>>(name: &str, known: &[S]) -> String {
    hint(nearest(name, known.iter().map(AsRef::as_ref)))
}

/// "210 by same calendar month, 0 by …".
pub(super) fn steps(left: &[(String, usize)]) -> String {
    left.iter().map(|(rule, n)| format!("{n} by {rule}")).collect::<Vec<_>>().join(", ")
}

/// At most eight names, then how many more there are.
pub(super) fn list(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut text =
        names.iter().take(SHOWN).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text += " and ";
        text += &(names.len() - SHOWN).to_string();
        text += " more";
    }
    if text.is_empty() { "no columns".to_owned() } else { text }
}
