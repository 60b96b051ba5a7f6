//! The numbers in a text, and the words that they stand among.

/// Names that hold a number which counts nothing, and what stands for them.
const NAMES: [(&str, &str); 2] = [("Russell 2000", "Russell"), ("S&P 500", "S&P")];

/// A part of a text that counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Token {
    /// In lower case, without the s of a plural. Digits within a word (`C13`, `sp500`) are no number.
    Word(String),
    /// Without plus sign and marks between thousands, with its per cent: `2603.91`, `-1.5%`, `1e-4`.
    Number(String),
    /// Such as 2026-01-08.
    Date(String),
    /// Months of a lag: `[0,3)`.
    Window(String),
}

/// Words, numbers, dates and windows in their order.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let named = |text: String, (name, word): &(&str, &str)| text.replace(name, word);
    let text = NAMES.iter().fold(text.to_owned(), named);
    let reader = Reader(text.chars().collect());
    let (mut found, mut at) = (Vec::new(), 0);
    while at < reader.0.len() {
        let read = reader.window(at).or_else(|| reader.date(at)).or_else(|| reader.number(at));
        let (token, end) = match read.or_else(|| reader.word(at)) {
            Some((token, end)) => (Some(token), end),
            None => (None, at + 1),
        };
        found.extend(token);
        at = end;
    }
    found
}

/// A token that begins at a place, and the place after it.
type Read = Option<(Token, usize)>;

struct Reader(Vec<char>);

impl Reader {
    fn is(&self, at: usize, what: impl Fn(char) -> bool) -> bool {
        self.0.get(at).is_some_and(|c| what(*c))
    }

    fn digits(&self, at: usize) -> usize {
        self.0.iter().skip(at).take_while(|c| c.is_ascii_digit()).count()
    }

    fn dash(&self, at: usize) -> bool {
        self.is(at, |c| c == '-' || c == '−')
    }

    fn text(&self, from: usize, to: usize) -> String {
        self.0[from..to].iter().collect()
    }

    fn window(&self, at: usize) -> Read {
        let (first, comma) = (at + 1, at + 1 + self.digits(at + 1));
        let end = comma + 1 + self.digits(comma + 1);
        let holds = self.is(at, |c| c == '[')
            && comma > first
            && self.is(comma, |c| c == ',')
            && end > comma + 1
            && self.is(end, |c| c == ')');
        holds.then(|| (Token::Window(self.text(at, end + 1)), end + 1))
    }

    fn date(&self, at: usize) -> Read {
        let holds = self.digits(at) == 4
            && self.dash(at + 4)
            && self.digits(at + 5) == 2
            && self.dash(at + 7)
            && self.digits(at + 8) == 2;
        holds.then(|| (Token::Date(self.text(at, at + 10).replace('−', "-")), at + 10))
    }

    fn number(&self, start: usize) -> Read {
        if self.digits(start) == 0 {
            return None;
        }
        let mut end = start + self.digits(start);
        while self.is(end, |c| c == ',') && self.digits(end + 1) == 3 {
            end += 4;
        }
        if self.is(end, |c| c == '.') && self.digits(end + 1) > 0 {
            end += 1 + self.digits(end + 1);
        }
        if self.is(end, |c| c == 'e') {
            let exponent = end + 1 + usize::from(self.is(end + 1, |c| c == '-'));
            if self.digits(exponent) > 0 {
                end = exponent + self.digits(exponent);
            }
        }
        if self.is(end, char::is_alphabetic) {
            // A word that begins with digits, such as a checksum.
            return None;
        }
        // A dash behind a word joins: `top-50`.
        let after_word = start > 1 && self.is(start - 2, char::is_alphanumeric);
        let negative = start > 0 && self.dash(start - 1) && !after_word;
        let mut number: String = self.text(start, end).replace(',', "");
        if negative {
            number.insert(0, '-');
        }
        if self.per_cent(end) {
            number.push('%');
        }
        Some((Token::Number(number), end))
    }

    /// Whether per cent are behind a number: of its own, or behind the interval that it is an end of.
    fn per_cent(&self, end: usize) -> bool {
        let sign = |at: usize| {
            self.is(at, |c| c == '%') || self.is(at + 1, |c| c == '%') && self.is(at, |c| c == ' ')
        };
        if sign(end) {
            return true;
        }
        let mut at = end;
        if self.is(at, |c| c == ',') && self.is(at + 1, |c| c == ' ') {
            at += 2;
            let of_number = |c: char| c.is_ascii_digit() || "+-−.,".contains(c);
            while self.is(at, of_number) {
                at += 1;
            }
        }
        self.is(at, |c| c == ']') && sign(at + 1)
    }

    fn word(&self, start: usize) -> Read {
        let inside = |c: char| c.is_alphanumeric() || c == '_' || c == '\'';
        if !self.is(start, char::is_alphanumeric) {
            return None;
        }
        let mut end = start;
        while self.is(end, inside) {
            end += 1;
        }
        let word = self.text(start, end).to_lowercase();
        let one = word.strip_suffix('s').unwrap_or(&word).to_owned();
        Some((Token::Word(one), end))
    }
}
