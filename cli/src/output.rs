//! Tables on the terminal and files on disk.

use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, TableComponent, presets};
use eventstudy::report::{Align, Table};

/// The table as wide as the terminal allows, or as wide as it is where there is none.
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
