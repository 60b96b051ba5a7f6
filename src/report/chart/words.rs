//! Text of charts: widths without a font, line breaks, and figures.

/// Width in pixels that the text takes at most in the usual sans-serif fonts.
///
/// Which font is used is known to the viewer alone, so widths are those of the widest common one
/// (`DejaVu Sans`, by class of character).
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let em: f64 = text.chars().map(advance).sum();
    em * size * if bold { 1.12 } else { 1.0 }
}

fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' => 0.29,
        ' ' | '.' | ',' | ':' | ';' | '·' | 'I' => 0.34,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '/' | '!' => 0.42,
        'm' | 'M' | 'W' | '%' | '@' | '—' | '…' => 1.0,
        'w' | '+' | '−' | '=' | '<' | '>' | '×' => 0.84,
        'A'..='Z' => 0.72,
        c if c.is_ascii() || ('\u{a0}'..'\u{250}').contains(&c) => 0.64,
        _ => 1.0,
    }
}

/// The text without characters that XML does not allow; line breaks and tabs become spaces.
pub(super) fn clean(text: &str) -> String {
    let allowed = |c: char| !c.is_control() && c != '\u{fffe}' && c != '\u{ffff}';
    text.chars().map(|c| if allowed(c) { c } else { ' ' }).collect()
}

/// The text in lines of at most `max` pixels, broken between words but not inside `p = 0.04` or
/// `12 %`; a longer word is shortened.
pub(super) fn wrap(text: &str, size: f64, bold: bool, max: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let text = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let glued = text.replace(" = ", "\u{a0}=\u{a0}").replace(" %", "\u{a0}%");
    for word in glued.split(' ').filter(|w| !w.is_empty()) {
        let word = elide(&word.replace('\u{a0}', " "), size, bold, max);
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size, bold) <= max => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

/// The text with its middle left out where it is wider than `max` pixels; both ends stay, since
/// labels of neighbouring rows often differ in one of them.
pub(super) fn elide(text: &str, size: f64, bold: bool, max: f64) -> String {
    let text = clean(text);
    if width(&text, size, bold) <= max {
        return text;
    }
    let chars: Vec<char> = text.chars().collect();
    for kept in (0..chars.len()).rev() {
        let head = kept.div_ceil(2);
        let tail = chars.len() - (kept - head);
        let short: String = chars[..head].iter().chain(&['…']).chain(&chars[tail..]).collect();
        if width(&short, size, bold) <= max {
            return short;
        }
    }
    "…".to_owned()
}

/// The size, at most `size`, at which the text is no wider than `max` pixels.
pub(super) fn size_that_fits(text: &str, size: f64, bold: bool, max: f64) -> f64 {
    let needed = width(text, size, bold);
    if needed > max { size * max / needed } else { size }
}

/// A fraction in percent with its sign, without the unit: `+12.3`, `−0.45`, `+1,240`.
pub(super) fn percent(fraction: f64) -> String {
    let size = (fraction * 100.0).abs();
    let decimals = match size {
        s if s >= 99.95 => 0,
        // Two decimals where one would leave a single digit; none of use for zero.
        s if (0.005..0.995).contains(&s) => 2,
        _ => 1,
    };
    signed(fraction * 100.0, decimals)
}

/// A number with its sign and thousands separators; zero has no sign.
pub(super) fn signed(value: f64, decimals: usize) -> String {
    let digits = format!("{:.decimals$}", value.abs());
    let zero = digits.bytes().all(|b| b == b'0' || b == b'.');
    let sign = match value {
        _ if zero => "",
        v if v < 0.0 => "−",
        _ => "+",
    };
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    format!("{sign}{}{rest}", grouped(whole))
}

/// A count with thousands separators.
pub(super) fn count(n: usize) -> String {
    grouped(&n.to_string())
}

fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A probability with three decimals, as an inequality below 0.001.
pub(super) fn probability(p: f64) -> String {
    if p < 0.0005 { "<0.001".to_owned() } else { format!("{p:.3}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_three_digits_and_a_true_minus() {
        assert_eq!(percent(0.123), "+12.3");
        assert_eq!(percent(-0.0045), "−0.45");
        assert_eq!(percent(12.4), "+1,240");
        assert_eq!(percent(-0.000_001), "0.0");
        assert_eq!(percent(0.0), "0.0");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(probability(0.0004), "<0.001");
    }

    #[test]
    fn lines_fit_and_lose_no_word() {
        let text = "top 50 altcoins, equal weight; market model on BTC; n = 47 assets";
        let lines = wrap(text, 12.0, false, 160.0);
        assert!(lines.len() > 1);
        assert!(lines.iter().all(|l| width(l, 12.0, false) <= 160.0));
        assert_eq!(lines.join(" "), text);
        assert_eq!(wrap("inside (p = 0.31)", 12.0, false, 70.0), ["inside", "(p = 0.31)"]);
    }

    #[test]
    fn long_labels_keep_both_ends() {
        let short = elide("all-time high, base 250, close above the record", 12.0, false, 150.0);
        assert!(short.starts_with("all-") && short.ends_with("cord") && short.contains('…'));
        assert!(width(&short, 12.0, false) <= 150.0);
        assert_eq!(elide("a\u{1}b\nc", 12.0, false, 150.0), "a b c");
    }
}
