//! A page as it grows: nothing gets onto it but tables, and prose that is kept to be traced.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use eventstudy::report::Table;

use crate::tables::Tables;
use crate::trace::Said;

/// How a table and a heading look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Terminal,
    Markdown,
}

/// A piece of a line with the sections of the tables that its numbers are from.
pub(crate) struct Piece<'a> {
    text: &'a str,
    sources: &'a [&'a str],
}

impl<'a> Piece<'a> {
    pub(crate) fn of(text: &'a str, sources: &'a [&'a str]) -> Self {
        Self { text, sources }
    }

    /// Words and marks without a number.
    pub(crate) fn mark(text: &'a str) -> Self {
        Self::of(text, &[])
    }
}

/// A page with its tables and what it says.
pub(crate) struct Sheet {
    style: Style,
    text: String,
    tables: Tables,
    /// Where the page is: the claim, or the part by its title.
    part: String,
    said: BTreeSet<Said>,
}

impl Sheet {
    pub(crate) fn new(style: Style) -> Self {
        let (text, part) = (String::new(), "the page".to_owned());
        Self { style, text, tables: Tables::default(), part, said: BTreeSet::new() }
    }

    pub(crate) fn style(&self) -> Style {
        self.style
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn tables(&self) -> &Tables {
        &self.tables
    }

    /// All prose so far.
    pub(crate) fn said(&self) -> &BTreeSet<Said> {
        &self.said
    }

    /// A part of the page under its heading.
    pub(crate) fn part(&mut self, part: &str, heading: &str) {
        part.clone_into(&mut self.part);
        self.keep(heading, &[]);
        let line = match self.style {
            Style::Terminal => format!("\n{heading}\n{}\n", "=".repeat(heading.chars().count())),
            Style::Markdown => format!("\n# {heading}\n\n"),
        };
        self.text += &line;
    }

    /// A line of one part, though it stands elsewhere.
    pub(crate) fn line_of(&mut self, part: &str, pieces: &[Piece<'_>]) {
        let before = std::mem::replace(&mut self.part, part.to_owned());
        self.line(pieces);
        self.part = before;
    }

    /// A line.
    pub(crate) fn line(&mut self, pieces: &[Piece<'_>]) {
        for piece in pieces {
            self.keep(piece.text, piece.sources);
            self.text += piece.text;
        }
        self.text.push('\n');
    }

    /// A table under its heading, with the name of its file.
    pub(crate) fn table(&mut self, section: &str, title: &str, table: &Table) {
        let file = self.tables.add(section, title, table);
        match self.style {
            Style::Terminal => {
                _ = write!(self.text, "\n{title} [{file}]\n");
                self.text += &table.to_text();
            }
            Style::Markdown => {
                _ = write!(self.text, "\n## {title}\n\n");
                self.text += &table.to_markdown();
                _ = write!(self.text, "\n[{file}]({file})\n");
            }
        }
    }

    /// A table that is a file alone.
    pub(crate) fn file(&mut self, section: &str, title: &str, table: &Table) {
        let file = self.tables.add(section, title, table);
        _ = match self.style {
            Style::Terminal => write!(self.text, "\n{title} [{file}]\n"),
            Style::Markdown => write!(self.text, "\n{title}: [{file}]({file})\n"),
        };
    }

    /// A chart by the name of its file; on the terminal there is none.
    pub(crate) fn chart(&mut self, file: &str) {
        if self.style == Style::Markdown {
            _ = write!(self.text, "\n![{file}]({file})\n");
        }
    }

    fn keep(&mut self, text: &str, sources: &[&str]) {
        self.said.insert(Said {
            part: self.part.clone(),
            text: text.to_owned(),
            sources: sources.iter().map(|s| (*s).to_owned()).collect(),
        });
    }
}
