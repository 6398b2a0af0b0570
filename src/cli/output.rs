//! How does the command line show an answer?
//!
//! Invariant: `--json` prints one JSON value and nothing else; tables are for people; nothing that was recorded acts upon the
//! terminal.

use std::io::Write;

use serde::Serialize;

use super::error::CliError;
pub use super::terminal::table;
use crate::domain::text::{escaped, harmless};

/// What a command found: 0 or 1 as an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The command succeeded, or the answer is yes.
    Yes,
    /// A no: refused, or something is stalled.
    No,
}

/// Writes text for people to standard output, each character that a terminal would act upon written out.
pub fn print(text: &str) -> Result<Verdict, CliError> {
    print_as_is(&harmless(text))
}

/// Writes the program's own text to standard output. A reader that has gone away, such as `head`, is no fault.
pub fn print_as_is(text: &str) -> Result<Verdict, CliError> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(CliError::Output(error)),
        _ => Ok(Verdict::Yes),
    }
}

/// Writes a value as JSON, indented.
pub fn print_json(value: &impl Serialize) -> Result<Verdict, CliError> {
    let text = serde_json::to_string_pretty(value).map_err(CliError::Json)?;
    print_as_is(&format!("{}\n", escaped(&text)))
}

/// A value, or every possible one.
pub fn either<W: crate::domain::words::Word>(possible: crate::domain::words::Possible<W>) -> String {
    possible.iter().map(|word| word.as_str().replace('_', " ")).collect::<Vec<_>>().join(" or ")
}
