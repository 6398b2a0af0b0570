//! How do rows become a sheet that any program opens and none takes for a program?
//!
//! Invariant: RFC 4180, a header first; no cell of text begins as a formula does, whichever separator a program believes in.

use std::io::Write;

/// The byte order mark, by which Excel tells that a sheet is in UTF-8.
pub const MARK: &str = "\u{feff}";

/// A writer of comma-separated values.
pub fn writer<W: Write>(to: W) -> csv::Writer<W> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(to)
}

/// Text that no spreadsheet takes for a formula: it gets an apostrophe where it begins as one does, and so does what comes
/// after a character that some programs begin a cell at.
#[must_use]
pub fn inert(text: &str) -> String {
    let mut inert = String::with_capacity(text.len() + 1);
    if begins_a_formula(text) {
        inert.push('\'');
    }
    for (at, char) in text.char_indices() {
        inert.push(char);
        let rest = text.get(at + char.len_utf8()..).unwrap_or_default();
        if separates(char) && begins_a_formula(rest.trim_start_matches(is_skipped_or_quote)) {
            inert.push('\'');
        }
    }
    inert
}

/// Whether a program may begin a cell after it: where it separates by semicolons, bars or tabs, or takes no notice of quotes.
const fn separates(char: char) -> bool {
    matches!(char, ';' | '|' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a cell with this text is taken for a formula, or for a command: by its first character, or by the first one that is
/// seen.
fn begins_a_formula(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n']) || text.trim_start_matches(is_skipped).starts_with(is_sign)
}

/// The four signs that begin a formula, in every width and height: Japanese programs read the wide ones as the narrow ones, and
/// some normalize what they read (NFKC).
const fn is_sign(char: char) -> bool {
    matches!(
        char,
        '=' | '+' | '-' | '@'
            | '\u{207a}'..='\u{207c}'
            | '\u{208a}'..='\u{208c}'
            | '\u{2212}'
            | '\u{fe62}' | '\u{fe63}' | '\u{fe66}' | '\u{fe6b}'
            | '\u{ff0b}' | '\u{ff0d}' | '\u{ff1d}' | '\u{ff20}'
    )
}

/// What a program may skip before it looks at a cell: blanks, controls, and what has no width.
fn is_skipped(char: char) -> bool {
    char.is_whitespace()
        || char.is_control()
        || matches!(char, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn is_skipped_or_quote(char: char) -> bool {
    is_skipped(char) || char == '"'
}
