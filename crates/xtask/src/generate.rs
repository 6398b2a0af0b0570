//! Which files of the repository does the program write?
//!
//! Invariant: each is what the program prints, so nobody writes them by hand; a test compares each with what it should be.

use std::fs;

use crate::shell::{Failed, Shell};

/// The files, each with the command of the program that prints it.
const FILES: [(&str, &str); 3] =
    [("schema.graphql", "schema"), ("openapi.json", "openapi"), ("data/COLUMNS.md", "export --format csv --columns")];

/// Writes them all anew.
///
/// # Errors
/// [`Failed`] when the program cannot be built, or a file not be written. Every file is printed before the first one is
/// written, so that a program that fails leaves them as they were.
pub fn generate(shell: &Shell, _: &[String]) -> Result<(), Failed> {
    let printed = FILES.iter().map(|(file, command)| {
        let text = shell.read(&format!("cargo run --quiet --bin depositary -- {command}"))?;
        Ok((shell.root().join(file), text))
    });
    for (file, text) in printed.collect::<Result<Vec<_>, Failed>>()? {
        fs::write(&file, text).map_err(|error| Failed::Io(file.display().to_string(), error))?;
    }
    Ok(())
}
