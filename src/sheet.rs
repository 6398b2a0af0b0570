//! How do rows become a sheet that any program opens and none takes for a program?
//!
//! Invariant: RFC 4180, a header first; no cell of text begins as a formula does.

use std::io::Write;

/// A writer of comma-separated values.
pub fn writer<W: Write>(to: W) -> csv::Writer<W> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(to)
}

/// Text that no spreadsheet takes for a formula: it gets an apostrophe where it begins as one does.
#[must_use]
pub fn inert(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { format!("'{text}") } else { text.to_owned() }
}
