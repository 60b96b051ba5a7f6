//! Rows and columns of text.

use super::Cell;
use crate::files::csv_text;

/// Side on which the cells of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table of text cells with a header.
///
/// ```
/// use eventstudy::report::{Align, Table};
///
/// let mut table = Table::new([("lag", Align::Left), ("CAAR", Align::Right)]);
/// table.row(["[0,1) months", "+4.2 %"]);
/// assert_eq!(table.to_markdown(), "| lag | CAAR |\n|:--|--:|\n| [0,1) months | +4.2 % |\n");
/// ```
#[derive(Debug, Clone)]
pub struct Table {
    columns: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
    /// Of every cell the numbers behind its text.
    numbers: Vec<Vec<Vec<f64>>>,
}

impl Table {
    /// An empty table with these columns.
    pub fn new<S: Into<String>>(columns: impl IntoIterator<Item = (S, Align)>) -> Self {
        let columns = columns.into_iter().map(|(name, align)| (name.into(), align)).collect();
        Self { columns, rows: Vec::new(), numbers: Vec::new() }
    }

    /// Adds a row; missing cells are empty, surplus ones are dropped.
    ///
    /// A cell is a text, or a [`Cell`] with the numbers behind it.
    pub fn row<C: Into<Cell>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let cells = cells.into_iter().map(|cell| {
            let Cell { text, numbers } = cell.into();
            (text, numbers)
        });
        let (mut row, mut numbers): (Vec<_>, Vec<_>) = cells.unzip();
        row.resize(self.columns.len(), String::new());
        numbers.resize(self.columns.len(), Vec::new());
        self.rows.push(row);
        self.numbers.push(numbers);
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// Names of the columns.
    pub fn header(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// Sides on which the cells of the columns stand.
    pub fn alignment(&self) -> impl Iterator<Item = Align> {
        self.columns.iter().map(|(_, align)| *align)
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = &[String]> {
        self.rows.iter().map(Vec::as_slice)
    }

    /// Lines for a terminal, columns two blanks apart.
    pub fn to_text(&self) -> String {
        let widths: Vec<usize> = (0..self.columns.len())
            .map(|c| {
                let cells = self.rows.iter().map(|row| width(&row[c]));
                cells.chain([width(&self.columns[c].0)]).max().unwrap_or(0)
            })
            .collect();
        let line = |cells: &mut dyn Iterator<Item = &String>| {
            let mut text = String::new();
            for ((cell, (_, align)), to) in cells.zip(&self.columns).zip(&widths) {
                let blanks = " ".repeat(to - width(cell));
                let (before, after) = match align {
                    Align::Left => ("", blanks.as_str()),
                    Align::Right => (blanks.as_str(), ""),
                };
                for part in [before, cell, after, "  "] {
                    text += part;
                }
            }
            format!("{}\n", text.trim_end())
        };
        let mut out = line(&mut self.columns.iter().map(|(name, _)| name));
        let rule: usize = widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1);
        out += &"-".repeat(rule);
        out.push('\n');
        for row in &self.rows {
            out += &line(&mut row.iter());
        }
        out
    }

    /// A Markdown table.
    pub fn to_markdown(&self) -> String {
        let line = |cells: &mut dyn Iterator<Item = &String>| {
            let cells: Vec<String> = cells.map(|c| c.replace('|', "\\|")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let mut out = line(&mut self.columns.iter().map(|(name, _)| name));
        for (_, align) in &self.columns {
            out += match align {
                Align::Left => "|:--",
                Align::Right => "|--:",
            };
        }
        out += "|\n";
        for row in &self.rows {
            out += &line(&mut row.iter());
        }
        out
    }

    /// CSV with a header, quoted where a cell needs it: the cells as they are shown, rounded and with
    /// their units. Numbers in full are in [`to_csv_with_numbers`](Self::to_csv_with_numbers), those
    /// of an outcome in [`estimates_csv`](super::estimates_csv) and its neighbours.
    pub fn to_csv(&self) -> String {
        let header = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        let rows = self.rows.iter().map(|row| row.iter().map(String::as_str).collect());
        csv_text(std::iter::once(header).chain(rows))
    }

    /// As [`to_csv`](Self::to_csv), and behind every column whose cells carry numbers these in full:
    /// under `name (number)`, or under `name (lower)` and `name (upper)` where one of its cells is an
    /// interval. A number that is not finite is an empty cell.
    pub fn to_csv_with_numbers(&self) -> String {
        let most = |c: usize| self.numbers.iter().map(|row| row[c].len()).max().unwrap_or(0);
        let most: Vec<usize> = (0..self.columns.len()).map(most).collect();
        let mut header = Vec::new();
        for ((name, _), n) in self.columns.iter().zip(&most) {
            header.push(name.clone());
            header.extend(match n {
                0 => Vec::new(),
                1 => vec![format!("{name} (number)")],
                _ => vec![format!("{name} (lower)"), format!("{name} (upper)")],
            });
        }
        // As short as brings the same double back.
        let full = |x: Option<&f64>| match x {
            Some(x) if x.is_finite() => format!("{x:?}"),
            _ => String::new(),
        };
        let rows = self.rows.iter().zip(&self.numbers).map(|(texts, numbers)| {
            let mut row = Vec::with_capacity(header.len());
            for ((text, numbers), n) in texts.iter().zip(numbers).zip(&most) {
                row.push(text.clone());
                row.extend((0..*n).map(|k| full(numbers.get(k))));
            }
            row
        });
        let rows: Vec<Vec<String>> = rows.collect();
        csv_text(std::iter::once(header).chain(rows))
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_csv_is_quoted() {
        let mut table = Table::new([("asset", Align::Left), ("n", Align::Right)]);
        table.row(["btc, eth", "2"]);
        table.row(["x"]);
        assert_eq!(table.to_text(), "asset     n\n-----------\nbtc, eth  2\nx\n");
        assert_eq!(table.to_csv(), "asset,n\n\"btc, eth\",2\nx,\n");
        assert_eq!(table.to_csv_with_numbers(), table.to_csv());
    }

    #[test]
    fn numbers_stand_beside_their_text_in_full() {
        let mut table =
            Table::new([("window", Align::Left), ("mean", Align::Right), ("ends", Align::Right)]);
        let ends = |a: f64, b: f64| format!("{a:.1} to {b:.1}");
        let shown = |x: f64| format!("{x:.1}");
        table.row([
            Cell::from("a"),
            Cell::number(1.0 / 3.0, shown).with_remark(" (!)"),
            Cell::interval(0.1, f64::INFINITY, ends),
        ]);
        table.row([Cell::from("b"), Cell::optional(None, shown), Cell::number(2.0, shown)]);
        // Texts alone.
        table.row(["c", "1", "2"]);
        assert_eq!(
            table.to_csv_with_numbers(),
            "window,mean,mean (number),ends,ends (lower),ends (upper)\n\
             a,0.3 (!),0.3333333333333333,0.1 to inf,0.1,\n\
             b,–,,2.0,2.0,\n\
             c,1,,2,,\n"
        );
        assert_eq!(table.rows().next().unwrap()[1], "0.3 (!)");
        assert!(table.to_csv().starts_with("window,mean,ends\na,0.3 (!),0.1 to inf\n"));
    }
}
