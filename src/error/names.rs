//! Names that may have been meant.

/// The name among `known` that was probably meant: one that differs in upper and lower case alone, or
/// else the first of those that the fewest slips of the pen away, one in three letters at most.
///
/// A slip is a letter too many, too few or another, or two neighbours in the wrong order.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = name.to_lowercase().chars().collect();
    let most = wanted.len() / 3;
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        let letters: Vec<char> = candidate.to_lowercase().chars().collect();
        if candidate == name || letters.len().abs_diff(wanted.len()) > most {
            continue;
        }
        let n_slips = slips(&wanted, &letters);
        if n_slips <= most && best.is_none_or(|(fewest, _)| n_slips < fewest) {
            best = Some((n_slips, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Fewest slips from one word to another (optimal string alignment).
fn slips(a: &[char], b: &[char]) -> usize {
    let mut above = vec![0; b.len() + 1];
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut next = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let other = usize::from(a[i - 1] != b[j - 1]);
            next[j] = (row[j] + 1).min(next[j - 1] + 1).min(row[j - 1] + other);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                next[j] = next[j].min(above[j - 2] + 1);
            }
        }
        (above, row) = (row, next);
    }
    row[b.len()]
}

/// " (is it `xrp`?)", or nothing.
pub(crate) fn hint(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!(" (is it `{name}`?)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_and_other_names() {
        let known = ["btc", "eth", "xrp", "usdt", "usdc", "Bitcoin", "sp500"];
        let of = |name| nearest(name, known);
        assert_eq!(of("xpr"), Some("xrp"));
        assert_eq!(of("ETH"), Some("eth"));
        assert_eq!(of("bitcion"), Some("Bitcoin"));
        assert_eq!(of("bitcoins"), Some("Bitcoin"));
        assert_eq!(of("SP50"), Some("sp500"));
        // As near to two of them: the first.
        assert_eq!(of("usd"), Some("usdt"));
        // Another name, and too short to tell.
        for name in ["doge", "spx", "xp", "c", "", "ether"] {
            assert_eq!(of(name), None, "{name}");
        }
        // What is there is not its own suggestion.
        assert_eq!(nearest("a", ["a"]), None);
        assert_eq!(nearest("A", ["b", "a"]), Some("a"));
    }

    #[test]
    fn slips_are_counted_as_they_are_made() {
        let n = |a: &str, b: &str| {
            let letters = |word: &str| word.chars().collect::<Vec<_>>();
            let found = slips(&letters(a), &letters(b));
            assert_eq!(found, slips(&letters(b), &letters(a)));
            found
        };
        assert_eq!([n("", ""), n("", "ab"), n("ab", "ab")], [0, 2, 0]);
        assert_eq!([n("ab", "ba"), n("abc", "bca"), n("ca", "abc")], [1, 2, 3]);
        assert_eq!([n("kitten", "sitting"), n("close", "closes")], [3, 1]);
    }
}
