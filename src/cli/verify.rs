//! `depositary verify`.
//!
//! Invariant: offline, and nothing is changed; exit code 0 only when everything that could be checked holds.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;

use super::error::CliError;
use super::evidence::{Bundle, FORMAT, answer};
use super::output::{Verdict, print};
use super::{Global, open};
use crate::audit::{self, AuditError, Auditor, ExportLine, Finding, Verified};
use crate::domain::ids::AgreementId;
use crate::ledger::{Checkpoint, CheckpointError, Frontier, Hash, NoteError, Verifier};
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
        return evidence(global, options, &Bundle::read(&text).map_err(No::Altered)?);
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

/// Checks a bundle: its hashes by its checkpoint, its events by its hashes, its answer by its events.
fn evidence(global: &Global, options: &Options, bundle: &Bundle) -> Result<String, No> {
    let altered = |what: &str| No::Altered(what.to_owned());
    if bundle.format != FORMAT {
        return Err(CliError::Usage(format!("this release reads {FORMAT}, and the bundle is {}", bundle.format)).into());
    }
    if !bundle.is_honest() {
        return Err(altered("the bundle claims to prove something else than a bundle proves"));
    }
    let kept = options.kept()?;
    let mut kept: Vec<&Checkpoint> = kept.iter().collect();
    kept.sort_by_key(|checkpoint| checkpoint.size);
    let leaf = |hash: &String| hex::decode(hash).ok().and_then(|hash| Hash::try_from(hash).ok());
    let leaves: Option<Vec<Hash>> = bundle.leaf_hashes.iter().map(leaf).collect();
    let leaves = leaves.ok_or_else(|| altered("a leaf hash is not one"))?;
    let mut tree = Frontier::default();
    let mut proven = 0;
    let mut kept = kept.into_iter().peekable();
    for size in 0..=leaves.len() as u64 {
        while let Some(checkpoint) = kept.next_if(|checkpoint| checkpoint.size == size) {
            if checkpoint.root != tree.root() {
                return Err(altered(&format!("the checkpoint of {size} events that you kept has another root")));
            }
            proven = size;
        }
        if let Some(leaf) = usize::try_from(size).ok().and_then(|size| leaves.get(size)) {
            tree.push(*leaf, |_| {});
        }
    }
    if let Some(later) = kept.next() {
        let later = later.size;
        return Err(CliError::Usage(format!(
            "the checkpoint of {later} events is later than the bundle: it proves nothing of it"
        ))
        .into());
    }
    let checkpoint = Checkpoint::open(&bundle.checkpoint, options.key.as_ref());
    let checkpoint = checkpoint.map_err(|error| No::Altered(format!("the bundle's checkpoint: {error}")))?;
    if checkpoint.size != tree.size() || checkpoint.root != tree.root() {
        return Err(altered("the leaf hashes are not those that the bundle's checkpoint commits to"));
    }
    if let Some(key) = &bundle.key {
        let signed = key.parse().is_ok_and(|key| Checkpoint::open(&bundle.checkpoint, Some(&key)).is_ok());
        if !signed || options.key.as_ref().is_some_and(|given| given.to_string() != *key) {
            return Err(altered("the key that the bundle tells is not the one that signed its checkpoint"));
        }
    }
    let stream = stream(bundle, &leaves)?;
    let id: AgreementId = bundle.question.agreement.parse().map_err(|_| altered("the question names no agreement"))?;
    let instruments = open::instruments(global)?;
    let instrument =
        instruments.load(id.instrument.as_str()).map_err(|refusal| CliError::Usage(refusal.to_string()))?;
    if instruments.digest_of(id.instrument.as_str()).as_ref() != Some(&bundle.question.instrument_digest) {
        let other = format!(
            "the bundle is of release {}, and this program knows other rules of `{}`; verify it by that release, or give the instrument's file by --instruments",
            bundle.release, id.instrument
        );
        return Err(CliError::Usage(other).into());
    }
    let pin = bundle.question.pin().ok_or_else(|| altered("the question has no known basis"))?;
    if pin.knowledge.position.0 > tree.size() {
        return Err(altered("the question is as of a position that the log did not have"));
    }
    if answer(&id, &stream, instrument, &pin) != bundle.answer {
        return Err(altered(&format!(
            "the answer does not follow from the events (the bundle is of release {})",
            bundle.release
        )));
    }
    let verified = Verified { events: tree.size(), root: tree.root(), proven };
    let sentence = bundle.answer.get("sentence").and_then(|sentence| sentence.as_str()).unwrap_or_default();
    let mut told = format!(
        "{sentence}\nThis follows from the {} events of {id} in the bundle, which are in the log as they are here. \
         That nothing follows the last of them is not proven.\n",
        stream.len()
    );
    told.push_str(&match (&options.key, &bundle.key) {
        (Some(key), _) => {
            format!("The log of {} events has the root of its checkpoint, signed by {}.\n", verified.events, key.name())
        }
        (None, Some(_)) => {
            "Its checkpoint is signed by the key in it alone: get the log's key another way, and give it by --key.\n"
                .to_owned()
        }
        (None, None) => "Its checkpoint is not signed.\n".to_owned(),
    });
    if !options.checkpoint.is_empty() {
        told.push_str(&format!("Up to event {proven} nothing was altered since the checkpoint that you kept.\n"));
    }
    Ok(told)
}

/// The events of a bundle, each of which is one of the log's leaves.
fn stream(bundle: &Bundle, leaves: &[Hash]) -> Result<Vec<crate::domain::event::Recorded>, No> {
    let mut stream = Vec::with_capacity(bundle.stream.len());
    let mut last = 0;
    for (line, version) in bundle.stream.iter().zip(1_u32..) {
        let wrong = |problem: &str| No::Altered(format!("event {version} of the bundle: {problem}"));
        let event = line.clone().stored().map_err(|problem| wrong(&problem))?;
        let hash = event.leaf().hash().map_err(|error| wrong(&error.to_string()))?;
        let index = event.position.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        if index.and_then(|index| leaves.get(index)) != Some(&hash) || event.leaf_hash != hash {
            return Err(wrong("it is not what the log has at its position"));
        }
        if event.stream != bundle.question.agreement || event.version != version || event.position <= last {
            return Err(wrong("it is not the next event of the agreement"));
        }
        last = event.position;
        stream.push(event.read().map_err(|error| wrong(&crate::telemetry::chain(&error)))?);
    }
    Ok(stream)
}

impl Options {
    /// The checkpoints that the auditor kept, their signatures checked where there is a key.
    fn kept(&self) -> Result<Vec<Checkpoint>, No> {
        let mut kept = Vec::with_capacity(self.checkpoint.len());
        for path in &self.checkpoint {
            let unreadable = |source| CliError::File { what: "read", path: path.clone(), source };
            let mut text = String::new();
            let file = std::io::Read::take(File::open(path).map_err(unreadable)?, MOST_BYTES);
            match std::io::Read::read_to_string(&mut BufReader::new(file), &mut text) {
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
