//! A cell of a table: what is shown, and the numbers behind it.

/// A text with the numbers that it shows rounded.
///
/// ```
/// use eventstudy::report::{Align, Cell, Table, percent, percent_interval};
///
/// let mut table = Table::new([("lag", Align::Left), ("CAAR", Align::Right), ("95 %", Align::Right)]);
/// table.row([
///     Cell::from("[0,1) months"),
///     Cell::number(0.0421, percent),
///     Cell::interval(-0.012, 0.09, percent_interval),
/// ]);
/// assert_eq!(
///     table.to_csv_with_numbers(),
///     "lag,CAAR,CAAR (number),95 %,95 % (lower),95 % (upper)\n\
///      \"[0,1) months\",+4.2 %,0.0421,\"[-1.2, +9.0] %\",-0.012,0.09\n"
/// );
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    pub(super) text: String,
    pub(super) numbers: Vec<f64>,
}

impl Cell {
    /// A number and how it is shown.
    pub fn number(value: f64, shown: impl FnOnce(f64) -> String) -> Self {
        Self { text: shown(value), numbers: vec![value] }
    }

    /// A number, or a dash where there is none.
    pub fn optional(value: Option<f64>, shown: impl FnOnce(f64) -> String) -> Self {
        value.map_or_else(Self::none, |value| Self::number(value, shown))
    }

    /// Both ends of an interval and how they are shown.
    pub fn interval(lower: f64, upper: f64, shown: impl FnOnce(f64, f64) -> String) -> Self {
        Self { text: shown(lower, upper), numbers: vec![lower, upper] }
    }

    /// A dash: there is no number.
    pub fn none() -> Self {
        Self::from("–")
    }

    /// The same text and numbers with a remark behind the text.
    #[must_use]
    pub fn with_remark(mut self, remark: &str) -> Self {
        self.text += remark;
        self
    }

    /// What is shown.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The numbers behind it: none, one, or the ends of an interval.
    pub fn numbers(&self) -> &[f64] {
        &self.numbers
    }
}

impl<S: Into<String>> From<S> for Cell {
    fn from(text: S) -> Self {
        Self { text: text.into(), numbers: Vec::new() }
    }
}
