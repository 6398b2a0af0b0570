//! How does a table fit a terminal?
//!
//! Invariant: no word and no day is broken. Lines break between words, and where not even that makes a table fit, each row is a
//! block of its own.

use std::fmt;
use std::ops::{Deref, DerefMut};

use comfy_table::{Cell, ColumnConstraint, ContentArrangement, Row, Table, Width, presets};

/// A table for people.
#[derive(Debug, Clone)]
pub struct TerminalTable(Table);

/// A table with these columns.
pub fn table<'a>(columns: impl IntoIterator<Item = &'a str>) -> TerminalTable {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(columns.into_iter().map(Cell::new));
    TerminalTable(table)
}

impl Deref for TerminalTable {
    type Target = Table;

    fn deref(&self) -> &Table {
        &self.0
    }
}

impl DerefMut for TerminalTable {
    fn deref_mut(&mut self) -> &mut Table {
        &mut self.0
    }
}

impl fmt::Display for TerminalTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(width) = self.0.width() else { return self.0.fmt(f) };
        let columns = self.0.header().map_or(0, Row::cell_count);
        let words: Vec<u16> = (0..columns).map(|column| self.longest_word(column)).collect();
        // Each column has a blank at both sides, which are part of its width, and a line.
        let words: Vec<u16> = words.into_iter().map(|word| word.saturating_add(2)).collect();
        let least = words.iter().map(|word| usize::from(*word) + 1).sum::<usize>() + 1;
        if least > usize::from(width) {
            return self.blocks(f);
        }
        let mut fitting = self.0.clone();
        fitting.set_constraints(words.into_iter().map(|word| ColumnConstraint::LowerBoundary(Width::Fixed(word))));
        fitting.fmt(f)
    }
}

impl TerminalTable {
    fn longest_word(&self, column: usize) -> u16 {
        let cells = self.0.header().into_iter().chain(self.0.row_iter()).filter_map(|row| row.cell_iter().nth(column));
        let words = |cell: &Cell| cell.content().split_whitespace().map(|word| word.chars().count()).max();
        cells.filter_map(words).max().and_then(|longest| u16::try_from(longest).ok()).unwrap_or(0)
    }

    /// Each row as lines of a heading and what stands below it.
    fn blocks(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headings: Vec<String> =
            self.0.header().map(|row| row.cell_iter().map(Cell::content).collect()).unwrap_or_default();
        for (place, row) in self.0.row_iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            for (heading, cell) in headings.iter().zip(row.cell_iter()) {
                match (heading.as_str(), cell.content()) {
                    (_, content) if content.is_empty() => {}
                    ("", content) => writeln!(f, "{content}")?,
                    (heading, content) => writeln!(f, "{heading}: {content}")?,
                }
            }
        }
        Ok(())
    }
}
