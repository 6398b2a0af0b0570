//! `depositary verify`.
//!
//! Invariant: offline, and nothing is changed; exit code 0 only when everything that could be checked holds, 1 only when
//! something was altered, and 2 when that cannot be told: what cannot be read, is of another release, or is no such file.

mod bundle;

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;

use super::error::CliError;
use super::output::{Verdict, print};
use super::{Global, open};
use crate::clock::Clock;
use crate::domain::text::counted;
use crate::domain::time::instant_text;
use crate::ledger::{Checkpoint, CheckpointError, NoteError, Verifier};
use crate::proof::audit::{self, AuditError, Auditor, ExportLines, Finding, LineError, Verified};
use crate::store::{Store, StoreError};

/// The most bytes of a checkpoint that are read.
const MOST_BYTES: u64 = 1_000_000;

/// Options of `verify`.
#[derive(Debug, Args)]
pub struct Options {
    /// An export or a bundle of evidence; left out, the database is checked.
    file: Option<PathBuf>,
    /// A checkpoint that you kept, which shows whether any event before it was altered since; may be given several times.
    ///
    /// Example: `--checkpoint kept.txt`
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// The key that must have signed the checkpoints, as `depositary checkpoint --key` prints it.
    ///
    /// Example: `--key example.org/log+1a2b3c4d+AVeI...`
    #[arg(long, value_name = "KEY")]
    key: Option<Verifier>,
    /// Check only the log, and not the tables from which lists are answered.
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

/// Checks, and prints what was checked.
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
    let verified = audit::database(&store, kept, tables, |size| bar.set_message(counted(size, "event"))).await;
    bar.finish_and_clear();
    if let Err(AuditError::Store(StoreError::OtherRules)) = verified {
        let other = "the tables follow other instruments or another release, so whether they say what follows from the log cannot be told; \
                     verify by that release, give --instruments, or check the log alone by --log-only";
        return Err(CliError::Usage(other.to_owned()).into());
    }
    let verified = verified?;
    let mut told = options.told("the database", &verified, &open::clock(global))?;
    for note in &verified.notes {
        told.push_str(&format!("WARNING: {note}.\n"));
    }
    told.push_str(&beside(&store).await);
    told.push_str(match tables {
        Some(_) => "The tables say what follows from them.\n",
        None => "The tables were not compared.\n",
    });
    Ok(told)
}

/// What of the database no checkpoint speaks of, in words; nothing where it may not be read.
async fn beside(store: &Store) -> String {
    let (Ok(tokens), Ok(endpoints)) = (store.tokens().await, store.webhooks(None).await) else { return String::new() };
    let valid: Vec<_> = tokens.iter().filter(|token| token.revoked_at.is_none()).collect();
    let administrators = valid.iter().filter(|token| token.role == "administrator").count();
    format!(
        "{}, {administrators} of them of administrators, and {} are in no log: nothing here proves who made them.\n",
        counted(valid.len(), "token"),
        counted(endpoints.len(), "webhook")
    )
}

fn file(global: &Global, options: &Options, path: &Path) -> Result<String, No> {
    let unreadable = |source| CliError::File { what: "read", path: path.to_owned(), source };
    let mut lines = BufReader::new(File::open(path).map_err(unreadable)?);
    let begin = lines.fill_buf().map_err(unreadable)?;
    let other = |what: &str| CliError::Usage(format!("{} {what}", path.display())).into();
    match Form::of(begin) {
        Form::Other(what) => return Err(other(what)),
        Form::Bundle => {
            let mut text = Vec::new();
            lines.read_to_end(&mut text).map_err(unreadable)?;
            return bundle::verify(global, options, &bundle::read(&text, other)?);
        }
        Form::Export => {}
    }
    let mut auditor = Auditor::new(options.kept()?)?;
    let mut events = ExportLines::of(lines);
    loop {
        let next = auditor.size() + 1;
        let event = match events.next() {
            None => break,
            Some(Ok(event)) => event,
            Some(Err(LineError::Io(source))) => return Err(unreadable(source).into()),
            Some(Err(LineError::CutShort)) => {
                return Err(other(&format!("is cut short: it ends in the middle of event {next}")));
            }
            Some(Err(LineError::Wrong(problem))) => return Err(Finding { first: next, last: next, problem }.into()),
        };
        auditor.next(&event, |_| {})?;
    }
    if let Some(later) = auditor.beyond() {
        let (later, size) = (counted(later, "event"), counted(auditor.size(), "event"));
        return Err(other(&format!(
            "has {size}, and the checkpoint is of {later}: it is an older export, or one without its end, which cannot be decided; take a newer export"
        )));
    }
    options.told(&path.display().to_string(), &auditor.end()?, &open::clock(global))
}

/// A note as it was signed, however an editor or a mail left its line ends, blanks and byte order mark.
fn as_signed(text: &str) -> String {
    let lines = text.trim_start_matches('\u{feff}').trim_end().lines().map(str::trim_end);
    lines.fold(String::new(), |note, line| note + line + "\n")
}

/// What a file is, by how it begins.
pub(super) enum Form {
    /// An export of the log.
    Export,
    /// A bundle of evidence.
    Bundle,
    /// What it is instead, and what to do.
    Other(&'static str),
}

impl Form {
    /// By the first bytes of it.
    pub(super) fn of(begin: &[u8]) -> Self {
        let kinds: [(&[u8], &str); 9] = [
            (b"SQLite format 3", "is a database: give it by --database-url sqlite://FILE"),
            (&[0x1f, 0x8b], "is compressed by gzip: unpack it first, by gunzip -k"),
            (b"PK\x03\x04", "is a ZIP archive: unpack it first"),
            (b"BZh", "is compressed by bzip2: unpack it first"),
            (&[0xfd, b'7', b'z', b'X', b'Z'], "is compressed by xz: unpack it first"),
            (&[0x28, 0xb5, 0x2f, 0xfd], "is compressed by zstd: unpack it first"),
            (&[0xff, 0xfe], "is written in UTF-16: ask for the file itself, or write it in UTF-8"),
            (&[0xfe, 0xff], "is written in UTF-16: ask for the file itself, or write it in UTF-8"),
            (b"PGDMP", "is a dump of PostgreSQL: restore it by pg_restore, and verify that database"),
        ];
        if let Some((_, what)) = kinds.into_iter().find(|(kind, _)| begin.starts_with(kind)) {
            return Self::Other(what);
        }
        let text = String::from_utf8_lossy(begin);
        let text = text.trim_start_matches('\u{feff}').trim_start();
        if text.is_empty() {
            return Self::Other("is empty");
        }
        let Some(members) = text.strip_prefix('{') else {
            return Self::Other("is neither an export nor a bundle of evidence; ask for the file itself");
        };
        let first = members.trim_start().trim_start_matches('"').split('"').next().unwrap_or_default();
        let of_bundle = [
            "format",
            "release",
            "proves",
            "does_not_prove",
            "question",
            "answer",
            "stream",
            "leaf_hashes",
            "checkpoint",
            "key",
        ];
        if of_bundle.contains(&first) { Self::Bundle } else { Self::Export }
    }
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
            kept.push(Checkpoint::open(&as_signed(&text), self.key.as_ref()).map_err(wrong)?);
        }
        Ok(kept)
    }

    /// What was checked, in words.
    fn told(&self, what: &str, verified: &Verified, clock: &Clock) -> Result<String, No> {
        let Verified { events, root, proven, ended_at, unread, .. } = verified;
        if let Some(unread) = unread {
            let newer = format!("{what} has what this release cannot read, so verify it by a newer one: {unread}");
            return Err(CliError::Usage(newer).into());
        }
        let hold = if *events == 1 { "holds" } else { "hold" };
        let root = STANDARD.encode(root);
        let mut text = format!("{} of {what} {hold} together. Root: {root}\n", counted(*events, "event"));
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
        if let Some(end) = ended_at.filter(|end| *end > clock.now()) {
            text.push_str(&format!(
                "WARNING: the last event is dated {}, which lies ahead of this machine's clock: knownAt can separate events only up to where the dates were right.\n",
                instant_text(end)
            ));
        }
        Ok(text)
    }
}
