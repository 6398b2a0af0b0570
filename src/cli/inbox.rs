//! `depositary inbox`: what documents say that may belong in the record.
//!
//! Invariant: `explain` needs no network and no database; with `--json` it prints one line for each file.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::error::CliError;
use super::output::{Verdict, print};
use crate::domain::reading::{Listed, Published, Reading, read_published, read_regulation};

/// What to do with documents.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Tell how documents of the Federal Register, or a text of 48 CFR 225.872-1, are read, and from which words.
    ///
    /// Example: `depositary inbox explain 2021-06591.json --json`
    Explain(ExplainOptions),
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub struct ExplainOptions {
    /// Documents as JSON, in the shape in which the Federal Register's API gives one.
    #[arg(required_unless_present = "dfars", conflicts_with = "dfars", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The whole text of the one document, which tells of signatures.
    #[arg(long, value_name = "FILE", conflicts_with = "dfars")]
    text: Option<PathBuf>,
    /// A text of 48 CFR 225.872-1 in place of documents: DITA, HTML or the XML of the eCFR.
    #[arg(long, value_name = "FILE")]
    dfars: Option<PathBuf>,
    /// Print JSON for programs.
    #[arg(long)]
    json: bool,
}

/// Runs a command about documents.
pub fn run(command: &Command) -> Result<Verdict, CliError> {
    match command {
        Command::Explain(options) => explain(options),
    }
}

fn explain(options: &ExplainOptions) -> Result<Verdict, CliError> {
    if let Some(path) = &options.dfars {
        return regulation(&contents(path)?, options.json);
    }
    if options.text.is_some() && options.files.len() != 1 {
        return Err(CliError::Usage("--text is the text of one document; give one FILE with it".to_owned()));
    }
    let text = options.text.as_deref().map(contents).transpose()?;
    for path in &options.files {
        let told = document(&contents(path)?, text.as_deref());
        print(&if options.json { format!("{told}\n") } else { in_words(path, &told) })?;
    }
    Ok(Verdict::Yes)
}

/// The reading of a document; what is no JSON at all is unreadable.
fn document(contents: &str, text: Option<&str>) -> Value {
    let Ok(document) = serde_json::from_str::<Value>(contents.trim_start_matches('\u{feff}')) else {
        return json!({ "reading": "unclear", "reason": "unreadable", "proposals": [], "doubts": [] });
    };
    let document = Published::of(&document);
    let reading: Reading = read_published(&document, text);
    reading.to_json(&document)
}

fn in_words(path: &Path, told: &Value) -> String {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let word = |value: &Value, key: &str| text(value, key).replace('_', " ");
    let mut lines = format!("{}: {} {}\n", path.display(), word(told, "reading"), word(told, "reason"));
    for proposal in told.get("proposals").and_then(Value::as_array).into_iter().flatten() {
        let spans = proposal.get("span").and_then(Value::as_array).into_iter().flatten();
        let from: Vec<String> = spans.map(|span| format!("“{}”", text(span, "words"))).collect();
        let (agreement, kind) = (text(proposal, "agreement"), word(proposal, "kind"));
        lines += &format!("  {agreement} {kind} {}, read from {}\n", text(proposal, "occurred"), from.join(", "));
    }
    lines
}

fn regulation(text: &str, as_json: bool) -> Result<Verdict, CliError> {
    let codes = |countries: &[crate::domain::country::Country]| {
        countries.iter().map(|country| country.code().to_owned()).collect::<Vec<_>>()
    };
    match read_regulation(text) {
        Ok(Listed { blanket, case_by_case }) if as_json => {
            print(&format!("{}\n", json!({ "blanket": codes(&blanket), "case_by_case": codes(&case_by_case) })))
        }
        Ok(Listed { blanket, case_by_case }) => print(&format!(
            "blanket: {}\ncase by case: {}\n",
            codes(&blanket).join(" "),
            codes(&case_by_case).join(" ")
        )),
        Err(error) if as_json => print(&format!("{}\n", json!({ "unclear": "shape", "message": error.to_string() }))),
        Err(error) => print(&format!("unclear: {error}\n")),
    }
}

/// What a file holds; bytes that are no UTF-8 are shown as such.
fn contents(path: impl AsRef<Path>) -> Result<String, CliError> {
    let path = path.as_ref();
    let bytes = std::fs::read(path).map_err(|source| CliError::File { what: "read", path: path.to_owned(), source })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
