//! What does the command line say? The real program, run in a folder with a database of its own.
//!
//! Invariant: what it prints and the code by which it ends are all that is told of it.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::programs::binary;

/// A folder with a database of its own.
pub struct Place(tempfile::TempDir);

/// What a command printed, and how it ended.
pub struct Said {
    /// The exit code: 0 is yes, 1 is no, and 2 and more is a fault.
    pub code: i32,
    /// What it printed as its answer.
    pub out: String,
    /// What it said beside its answer.
    pub err: String,
}

impl Said {
    /// Its answer as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }
}

impl Place {
    /// A place without a log.
    pub fn bare() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A place whose log has the bundled facts.
    pub fn seeded() -> Self {
        let place = Self::bare();
        let said = place.run(&["import", "--bundled"]);
        assert_eq!(said.code, 0, "{}", said.err);
        place
    }

    /// A place whose log is empty.
    pub fn empty() -> Self {
        let place = Self::bare();
        assert_eq!(place.run(&["migrate"]).code, 0);
        place
    }

    /// Where a file of this place is.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes lines of facts into a file, and gives its path.
    pub fn write(&self, name: &str, lines: &[Value]) -> String {
        let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
        std::fs::write(self.path(name), text.join("\n")).unwrap();
        self.path(name).display().to_string()
    }

    /// Runs a command on the place's own database.
    pub fn run(&self, arguments: &[&str]) -> Said {
        self.run_on("depositary.db", arguments)
    }

    /// Runs a command on another database of the place.
    pub fn run_on(&self, database: &str, arguments: &[&str]) -> Said {
        let url = format!("sqlite://{}", self.path(database).display());
        said(Command::new(binary()).args(arguments).env("DATABASE_URL", url).current_dir(self.0.path()))
    }
}

/// Runs a command to its end, and gives what it said.
pub fn said(command: &mut Command) -> Said {
    let Output { status, stdout, stderr } = command.env("DEPOSITARY_LOG", "warn").output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: status.code().unwrap(), out: text(stdout), err: text(stderr) }
}

/// A line about Romania, which the bundled facts know nothing of.
pub fn line(key: &str, occurred: &str, summary: &str) -> Value {
    json!({
        "key": key,
        "agreement": "rdp/RO",
        "milestone": { "occurred": occurred, "evidence": "stated", "summary": summary, "detail": { "intent_announced": {} } },
        "sources": [{ "title": "A paper", "url": "https://example.org/paper", "reliability": "secondary" }],
    })
}

/// The answer of a command that must have said yes.
pub fn yes(said: Said) -> String {
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    said.out
}
