//! Tables as text: rounding, and files that appear whole or not at all.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Fault;

/// `value` to `digits` significant digits, in the shorter of plain and exponent notation.
pub(crate) fn significant(value: f64, digits: usize) -> String {
    let rounded = format!("{value:.*e}", digits.saturating_sub(1));
    let value: f64 = rounded.parse().unwrap_or(value);
    let (plain, exponent) = (format!("{value}"), format!("{value:e}"));
    if exponent.len() < plain.len() { exponent } else { plain }
}

/// A cell that may be empty.
pub(crate) fn cell(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(String::new, |v| significant(v, digits))
}

/// The tables written so far, with their sizes.
#[derive(Debug)]
pub(crate) struct Writer {
    folder: PathBuf,
    written: Vec<(String, usize, usize)>,
}

impl Writer {
    /// A writer into an existing folder.
    pub(crate) fn new(folder: &Path) -> Result<Self, Fault> {
        if !folder.is_dir() {
            return Err(Fault::new(format!("{}: not a folder", folder.display())));
        }
        Ok(Self { folder: folder.to_owned(), written: Vec::new() })
    }

    /// Writes one table: a temporary file beside it that takes its name when it is complete.
    pub(crate) fn table(
        &mut self,
        name: &str,
        header: &str,
        rows: impl IntoIterator<Item = String>,
    ) -> Result<(), Fault> {
        let mut text = String::new();
        let _ = writeln!(text, "{header}");
        let mut n = 0;
        for row in rows {
            text.push_str(&row);
            text.push('\n');
            n += 1;
        }
        let path = self.folder.join(name);
        let partial = self.folder.join(format!(".{name}.partial"));
        let fault = |e: std::io::Error| Fault::new(format!("{}: {e}", path.display()));
        fs::write(&partial, &text).map_err(fault)?;
        fs::rename(&partial, &path).map_err(fault)?;
        self.written.push((name.to_owned(), n, text.len()));
        Ok(())
    }

    /// Prints what was written.
    pub(crate) fn summary(&self) {
        println!("\ntables");
        for (name, rows, bytes) in &self.written {
            println!("  {name:<28} {rows:>7} rows {bytes:>9} bytes");
        }
        let total: usize = self.written.iter().map(|w| w.2).sum();
        println!("  {:<28} {:>7}      {total:>9} bytes", "total", "");
    }
}

/// Text that needs quoting in CSV is quoted.
pub(crate) fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
