//! `depositary export`, `restore` and `rebuild`.
//!
//! Invariant: what is exported can be restored byte for byte; a restore verifies every event or keeps none.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Args;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::CliError;
use super::open::Parts;
use super::output::{Verdict, print};
use super::tables::TableOptions;
use crate::domain::ids::Position;
use crate::store::{Store, StoreError, StoredEvent};

/// The events that are read at once.
const READ: usize = 1_000;

/// Options of `export`.
#[derive(Debug, Args)]
pub struct ExportOptions {
    /// The file; standard output when left out.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What a table is asked for by.
    #[command(flatten)]
    pub tables: TableOptions,
}

/// Options of `restore`.
#[derive(Debug, Args)]
pub struct RestoreOptions {
    /// The file that `export` wrote.
    file: PathBuf,
}

/// An event as one line of an export: the whole envelope, the payload as the JSON that it is.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExportLine {
    position: u64,
    stream: String,
    version: u32,
    kind: String,
    schema: u16,
    recorded_at: DateTime<Utc>,
    command_id: Uuid,
    command_index: u16,
    actor: String,
    payload: serde_json::Value,
    leaf_hash: String,
}

/// Writes the log as it is when the export begins.
pub async fn export(store: &Store, options: &ExportOptions) -> Result<Verdict, CliError> {
    let unwritable = |source: std::io::Error| match &options.output {
        Some(path) => Err(CliError::File { what: "write", path: path.clone(), source }),
        // A reader that has gone away, such as `head`, is no fault.
        None if source.kind() == std::io::ErrorKind::BrokenPipe => Ok(Verdict::Yes),
        None => Err(CliError::Output(source)),
    };
    let mut output: Box<dyn Write> = match options.output.as_ref().map(File::create) {
        Some(Ok(file)) => Box::new(BufWriter::new(file)),
        Some(Err(source)) => return unwritable(source),
        None => Box::new(BufWriter::new(std::io::stdout().lock())),
    };
    let head = store.head().await?.position;
    let mut after = Position::default();
    while after < head {
        let events = store.stored_events(after, READ).await?;
        let Some(last) = events.last() else { break };
        after = Position(last.position);
        for event in events.into_iter().take_while(|event| event.position <= head.0) {
            let line = serde_json::to_string(&ExportLine::of(event)?).map_err(CliError::Json)?;
            if let Err(source) = writeln!(output, "{line}") {
                return unwritable(source);
            }
        }
    }
    output.flush().map_or_else(unwritable, |()| Ok(Verdict::Yes))
}

/// Reads an export into an empty log.
pub async fn restore(parts: Parts, options: &RestoreOptions) -> Result<Verdict, CliError> {
    let unreadable = |source| CliError::File { what: "read", path: options.file.clone(), source };
    let file = File::open(&options.file).map_err(unreadable)?;
    let lines = BufReader::new(file).lines().zip(1_u64..).map(|(line, number)| -> Result<StoredEvent, CliError> {
        let wrong = |problem: String| StoreError::Export { position: number, problem };
        let line = line.map_err(unreadable)?;
        let line: ExportLine = serde_json::from_str(&line).map_err(|error| wrong(error.to_string()))?;
        Ok(line.stored().map_err(wrong)?)
    });
    let last = parts.store.restore(lines, &parts.instruments).await?;
    print(&format!("{last} events restored and verified\n"))
}

/// Computes every row anew.
pub async fn rebuild(parts: Parts) -> Result<Verdict, CliError> {
    let bar = indicatif::ProgressBar::new_spinner();
    let count = parts.store.rebuild(&parts.instruments, |done| bar.set_message(format!("{done} agreements"))).await?;
    bar.finish_and_clear();
    print(&format!("{count} agreements rebuilt\n"))
}

impl ExportLine {
    fn of(event: StoredEvent) -> Result<Self, CliError> {
        Ok(Self {
            payload: serde_json::from_str(&event.payload).map_err(CliError::Json)?,
            leaf_hash: hex::encode(&event.leaf_hash),
            position: event.position,
            stream: event.stream,
            version: event.version,
            kind: event.kind,
            schema: event.schema,
            recorded_at: event.recorded_at,
            command_id: event.command_id,
            command_index: event.command_index,
            actor: event.actor,
        })
    }

    fn stored(self) -> Result<StoredEvent, String> {
        Ok(StoredEvent {
            leaf_hash: hex::decode(&self.leaf_hash).map_err(|_| "its leaf hash is not hexadecimal")?,
            payload: crate::ledger::canonical(&self.payload).map_err(|error| error.to_string())?,
            position: self.position,
            stream: self.stream,
            version: self.version,
            kind: self.kind,
            schema: self.schema,
            recorded_at: self.recorded_at,
            command_id: self.command_id,
            command_index: self.command_index,
            actor: self.actor,
        })
    }
}
