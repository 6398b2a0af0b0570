//! `depositary export`, `restore` and `rebuild`.
//!
//! Invariant: what is exported can be restored byte for byte; a restore verifies every event or keeps none.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;

use super::error::CliError;
use super::open::Parts;
use super::output::{Verdict, print};
use super::tables::TableOptions;
use super::verify::Form;
use crate::domain::ids::Position;
use crate::domain::text::counted;
use crate::proof::audit::{ExportLine, ExportLines, LineError};
use crate::store::{Store, StoreError, StoredEvent};

/// The events that are read at once.
const READ: usize = 1_000;

/// Options of `export`.
#[derive(Debug, Args)]
pub struct ExportOptions {
    /// The file to write; standard output when left out.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The options for a table.
    #[command(flatten)]
    pub tables: TableOptions,
}

/// Options of `restore`.
#[derive(Debug, Args)]
pub struct RestoreOptions {
    /// The file that `export` wrote.
    file: PathBuf,
    /// Also accept events that an earlier release recorded and this one refuses, such as one with a password in a link.
    #[arg(long)]
    as_recorded: bool,
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
            let line = ExportLine::of(event).and_then(|line| serde_json::to_string(&line)).map_err(CliError::Json)?;
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
    let mut file = BufReader::new(File::open(&options.file).map_err(unreadable)?);
    let other = |what: &str| Err(CliError::Usage(format!("{} {what}", options.file.display())));
    match Form::of(file.fill_buf().map_err(unreadable)?) {
        Form::Export => {}
        Form::Bundle => return other("is a bundle of evidence, which holds a part of a log: give an export"),
        Form::Other(what) => return other(what),
    }
    let events = ExportLines::of(file).zip(1_u64..);
    let lines = events.map(|(event, position)| -> Result<StoredEvent, CliError> {
        event.map_err(|error| match error {
            LineError::Io(source) => unreadable(source),
            wrong => StoreError::Export { position, problem: wrong.to_string() }.into(),
        })
    });
    let last = if options.as_recorded {
        parts.store.restore_as_recorded(lines, &parts.instruments).await?
    } else {
        parts.store.restore(lines, &parts.instruments).await?
    };
    print(&format!("{} restored and verified\n", counted(last.0, "event")))
}

/// Computes all tables again from the log.
pub async fn rebuild(parts: Parts) -> Result<Verdict, CliError> {
    let bar = indicatif::ProgressBar::new_spinner();
    let count = parts.store.rebuild(&parts.instruments, |done| bar.set_message(counted(done, "agreement"))).await?;
    bar.finish_and_clear();
    print(&format!("{} rebuilt\n", counted(count, "agreement")))
}
