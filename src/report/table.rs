//! Rows and columns of text.

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
}

impl Table {
    /// An empty table with these columns.
    pub fn new<S: Into<String>>(columns: impl IntoIterator<Item = (S, Align)>) -> Self {
        let columns = columns.into_iter().map(|(name, align)| (name.into(), align)).collect();
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row; missing cells are empty, surplus ones are dropped.
    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        let mut row: Vec<String> = cells.into_iter().map(Into::into).collect();
        row.resize(self.columns.len(), String::new());
        self.rows.push(row);
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
    /// their units. Numbers for a program are in [`estimates_csv`](super::estimates_csv) and its
    /// neighbours.
    pub fn to_csv(&self) -> String {
        let header = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        let rows = self.rows.iter().map(|row| row.iter().map(String::as_str).collect());
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
    }
}
