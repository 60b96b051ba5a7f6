//! Changes of source listed in a file.

use std::path::Path;

use super::Seam;
use crate::Result;
use crate::panel::CsvOptions;
use crate::panel::csv_source::CsvSource;

impl Seam {
    /// Reads changes of source from a delimited file with columns `asset`, `date`, `from` and `to`.
    ///
    /// # Errors
    ///
    /// Those of a file, naming it, and line and column where there are:
    /// [`Error::Read`](crate::Error::Read), [`Error::MissingColumn`](crate::Error::MissingColumn),
    /// [`Error::Cell`](crate::Error::Cell) and their like.
    pub fn from_csv_path(path: impl AsRef<Path>) -> Result<Vec<Self>> {
        let mut source = CsvSource::open(path.as_ref(), &CsvOptions::default())?;
        let columns = ["asset", "date", "from", "to"];
        let mut found = Vec::with_capacity(columns.len());
        for column in columns {
            found.push(source.column(column)?);
        }
        let mut seams = Vec::new();
        while source.advance()? {
            let text = |column: usize| source.text(found[column]).to_owned();
            seams.push(Self {
                asset: text(0),
                date: source.date(found[1])?,
                from: text(2),
                to: text(3),
            });
        }
        Ok(seams)
    }
}
