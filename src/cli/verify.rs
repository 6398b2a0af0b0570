//! `depositary verify`.
//!
//! Invariant: offline, and nothing is changed; exit code 0 only when everything that could be checked holds.

mod bundle;

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;

use super::error::CliError;
use super::evidence::Bundle;
use super::output::{Verdict, print};
use super::{Global, open};
use crate::audit::{self, AuditError, Auditor, ExportLine, Finding, Verified};
use crate::ledger::{Checkpoint, CheckpointError, NoteError, Verifier};
use crate::store::{StoreError, StoredEvent};

/// The most bytes of a checkpoint that are read.
const MOST_BYTES: u64 = 1_000_000;

/// Options of `verify`.
#[derive(Debug, Args)]
pub struct Options {
    /// An export, or a bundle of evidence; the database when left out.
    file: Option<PathBuf>,
    /// A checkpoint that was kept: proves that nothing before it was altered since. May be given several times.
    ///
    /// Example: `--checkpoint kept.txt`
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// The key that checkpoints must be signed by, as `depositary checkpoint --key` prints it.
    ///
    /// Example: `--key example.org/log+1a2b3c4d+AVeI...`
    #[arg(long, value_name = "KEY")]
    key: Option<Verifier>,
    /// Check the log alone, and not the tables that lists are answered from.
    #[arg(long)]
    log_only: bool,
}

/// Why it is not whole.
enum No {
    Altered(String),
    Fault(CliError),
}

impl From<Finding> for No {
    fn from(finding: Finding) -> Self {
        Self::Altered(finding.to_string())
    }
}

impl From<CliError> for No {
    fn from(error: CliError) -> Self {
        Self::Fault(error)
    }
}

impl From<StoreError> for No {
    fn from(error: StoreError) -> Self {
        AuditError::from(error).into()
    }
}

impl From<AuditError> for No {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Altered(finding) => finding.into(),
            AuditError::Store(error) => Self::Fault(error.into()),
        }
    }
}

/// Checks, and tells what was checked.
pub async fn run(global: &Global, options: &Options) -> Result<Verdict, CliError> {
    let verified = match &options.file {
        None => database(global, options).await,
        Some(path) => file(global, options, path),
    };
    match verified {
        Ok(text) => print(&text),
        Err(No::Altered(what)) => {
            print(&format!("ALTERED: {what}\n"))?;
            Ok(Verdict::No)
        }
        Err(No::Fault(error)) => Err(error),
    }
}

async fn database(global: &Global, options: &Options) -> Result<String, No> {
    let kept = options.kept()?;
    let store = open::untouched(global).await?;
    let instruments = open::instruments(global)?;
    let tables = (!options.log_only).then_some(&instruments);
    let bar = indicatif::ProgressBar::new_spinner();
    let verified = audit::database(&store, kept, tables, |size| bar.set_message(format!("{size} events"))).await;
    bar.finish_and_clear();
    if let Err(AuditError::Store(StoreError::OtherRules)) = verified {
        let other = "the tables follow other instruments or another release, so whether they say what follows from the log cannot be told; \
                     verify by that release, give --instruments, or check the log alone by --log-only";
        return Err(CliError::Usage(other.to_owned()).into());
    }
    let mut told = options.told("the database", &verified?);
    told.push_str(match tables {
        Some(_) => "The tables say what follows from them.\n",
        None => "The tables were not compared.\n",
    });
    Ok(told)
}

fn file(global: &Global, options: &Options, path: &Path) -> Result<String, No> {
    let unreadable = |source| CliError::File { what: "read", path: path.to_owned(), source };
    let mut lines = BufReader::new(File::open(path).map_err(unreadable)?);
    let begin = lines.fill_buf().map_err(unreadable)?;
    if begin.is_empty() || begin.starts_with(b"SQLite format 3") {
        let told = if begin.is_empty() { "is empty" } else { "is a database: give it by --database-url sqlite://FILE" };
        return Err(CliError::Usage(format!("{} {told}", path.display())).into());
    }
    // A bundle is a JSON value over many lines, and an export's line is one of its own.
    if begin.starts_with(b"{\n") {
        let mut text = String::new();
        lines.read_to_string(&mut text).map_err(unreadable)?;
        return bundle::verify(global, options, &Bundle::read(&text).map_err(No::Altered)?);
    }
    let mut auditor = Auditor::new(options.kept()?)?;
    for line in lines.lines() {
        let next = auditor.size() + 1;
        let wrong = |problem: String| No::from(Finding { first: next, last: next, problem });
        let line = line.map_err(|source| match source.kind() {
            std::io::ErrorKind::InvalidData => wrong("it is no text".to_owned()),
            _ => unreadable(source).into(),
        })?;
        let event: StoredEvent = ExportLine::read(&line).map_err(wrong)?;
        auditor.next(&event, |_| {})?;
    }
    Ok(options.told(&path.display().to_string(), &auditor.end()?))
}

impl Options {
    /// The checkpoints that the auditor kept, their signatures checked where there is a key.
    fn kept(&self) -> Result<Vec<Checkpoint>, No> {
        let mut kept = Vec::with_capacity(self.checkpoint.len());
        for path in &self.checkpoint {
            let unreadable = |source| CliError::File { what: "read", path: path.clone(), source };
            let mut text = String::new();
            let file = File::open(path).map_err(unreadable)?.take(MOST_BYTES);
            match BufReader::new(file).read_to_string(&mut text) {
                Err(error) if error.kind() == std::io::ErrorKind::InvalidData => text.clear(),
                read => drop(read.map_err(unreadable)?),
            }
            let wrong = |error: CheckpointError| match error {
                CheckpointError::Form | CheckpointError::Note(NoteError::Form) => {
                    No::Fault(CliError::Usage(format!("{}: {error}", path.display())))
                }
                error => No::Altered(format!("{}: {error}", path.display())),
            };
            kept.push(Checkpoint::open(&text, self.key.as_ref()).map_err(wrong)?);
        }
        Ok(kept)
    }

    /// What was checked, in words.
    fn told(&self, what: &str, verified: &Verified) -> String {
        let Verified { events, root, proven } = verified;
        let mut text = format!("{events} events of {what} hold together. Root: {}\n", STANDARD.encode(root));
        if self.checkpoint.is_empty() {
            text.push_str(
                "No checkpoint was given, so this shows that it agrees with itself, and not that it is as it was. Keep one by `depositary checkpoint`.\n",
            );
        } else {
            let by = self.key.as_ref().map(|key| format!(", signed by {}", key.name())).unwrap_or_default();
            text.push_str(&format!("Up to event {proven} nothing was altered since the checkpoint was kept{by}.\n"));
            if self.key.is_none() {
                text.push_str("Whether the checkpoint was signed was not checked; give the log's key by --key.\n");
            }
        }
        text
    }
}
