//! Tables on the terminal and files on disk.

use std::path::{Path, PathBuf};

use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, TableComponent, presets};
use eventstudy::report::{Align, Table};
use eventstudy::study::{OutputFormat, StudyFile};

use crate::failure::Failure;

/// The folder that the files of a run go to, where there is one.
///
/// What would keep them from being written is found before the work, by `check` too.
pub(crate) fn folder(file: &StudyFile, other: Option<&Path>) -> Result<Option<PathBuf>, Failure> {
    let output = &file.tables.output;
    if output.formats.contains(&OutputFormat::Svg) && !cfg!(feature = "plot") {
        return Err(Failure::Usage(format!(
            "{}: `svg` needs a tool built with the feature `plot`",
            file.path.display()
        )));
    }
    let of_file = || output.directory.as_ref().map(|folder| file.resolve(folder));
    let folder = other.map(Path::to_owned).or_else(of_file);
    let there = folder.iter().flat_map(|folder| folder.ancestors()).find(|path| path.exists());
    match there {
        Some(path) if !path.is_dir() => Err(Failure::NoFolder(path.to_owned())),
        _ => Ok(folder),
    }
}

/// A file that is not to be replaced stops a command before it has begun.
pub(crate) fn refuse_to_overwrite(path: &Path, force: bool) -> Result<(), Failure> {
    if !force && path.exists() { Err(Failure::Exists(path.to_owned())) } else { Ok(()) }
}

/// Narrowest tables that are drawn, in columns: below it words break into letters.
const NARROWEST: u16 = 40;

/// The table no wider than `COLUMNS` of the environment says, else than the terminal; as wide as it is
/// where there is neither.
pub(crate) fn drawn(table: &Table) -> String {
    let sides: Vec<CellAlignment> = table
        .alignment()
        .map(|side| match side {
            Align::Left => CellAlignment::Left,
            Align::Right => CellAlignment::Right,
        })
        .collect();
    let mut drawn = comfy_table::Table::new();
    drawn.load_preset(presets::UTF8_HORIZONTAL_ONLY);
    drawn.remove_style(TableComponent::HorizontalLines);
    drawn.remove_style(TableComponent::MiddleIntersections);
    drawn.set_content_arrangement(ContentArrangement::Dynamic);
    let columns = std::env::var("COLUMNS").ok().and_then(|text| text.trim().parse::<u16>().ok());
    if let Some(columns) = columns.filter(|columns| *columns > 0) {
        drawn.set_width(columns.max(NARROWEST));
    }
    let header = table.header().zip(&sides);
    drawn.set_header(
        header.map(|(name, side)| {
            Cell::new(name).set_alignment(*side).add_attribute(Attribute::Bold)
        }),
    );
    for row in table.rows() {
        let cells = row.iter().zip(&sides);
        drawn.add_row(cells.map(|(text, side)| Cell::new(text).set_alignment(*side)));
    }
    drawn.trim_fmt() + "\n"
}

/// A heading and its table.
pub(crate) fn section(title: &str, table: &Table) -> String {
    format!("{title}\n{}\n", drawn(table))
}
