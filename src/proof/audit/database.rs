//! Does a database hold the log that was written to it?
//!
//! Invariant: it is read alone; a server may be appending meanwhile.

use super::{Auditor, Finding, Verified, first_difference};
use crate::config::instruments::Instruments;
use crate::domain::ids::Position;
use crate::ledger::{Checkpoint, Frontier, Node};
use crate::store::{Head, Store, StoreError, StoredEvent};

/// The events that are read at once.
const READ: usize = 1_000;

/// Why a database was not found to be whole.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// Something was altered.
    #[error("{0}")]
    Altered(Finding),
    /// The database cannot be read, so the check found nothing out.
    #[error(transparent)]
    Store(StoreError),
}

impl From<Finding> for AuditError {
    fn from(finding: Finding) -> Self {
        Self::Altered(finding)
    }
}

impl From<StoreError> for AuditError {
    /// What this program wrote can be read; what cannot be was altered. A right that is missing or a time that was too short is
    /// a fault and says nothing.
    fn from(error: StoreError) -> Self {
        if error.is_damage() {
            Self::Altered(Finding { first: 0, last: 0, problem: crate::telemetry::chain(&error) })
        } else {
            Self::Store(error)
        }
    }
}

/// Reads the whole log of a database, beside the checkpoints that the auditor kept, and the tables that follow from it
/// where the instruments are known by which they were written.
///
/// # Errors
/// [`AuditError`].
pub async fn database(
    store: &Store,
    kept: impl IntoIterator<Item = Checkpoint>,
    instruments: Option<&Instruments>,
    mut read: impl FnMut(u64),
) -> Result<Verified, AuditError> {
    let mut auditor = Auditor::new(kept)?;
    let made = store.made_otherwise().await?;
    if let Some(problem) = made.tables.into_iter().next() {
        return Err(found(0, 0, problem));
    }
    let (head, tree) = store.tree().await?;
    // A release without a tree may have appended: then the stored one ends before the log does.
    if tree.size() > head.position.0 {
        let problem = "the stored tree covers events beyond the head of the log";
        return Err(found(head.position.0 + 1, tree.size(), problem));
    }
    read_all(store, &mut auditor, head.position, &tree, &mut read).await?;
    end_of_log(store, &auditor, &head).await?;
    if let Some(instruments) = instruments.filter(|_| auditor.chain().unread().is_none())
        && let Some(agreement) = store.first_wrong_rows(instruments).await?
    {
        let problem = format!(
            "the tables say of {agreement} what does not follow from its events; `depositary rebuild` mends them"
        );
        return Err(found(0, 0, problem));
    }
    if let Some(problem) = store.damage().await? {
        return Err(found(0, 0, problem));
    }
    Ok(Verified { notes: made.around, ..auditor.end()? })
}

/// What was found between two positions, as an error; 0 is no position.
fn found(first: u64, last: u64, problem: impl Into<String>) -> AuditError {
    Finding { first, last, problem: problem.into() }.into()
}

/// Reads every event up to the head, page by page, and compares the tree over them with the stored one.
async fn read_all(
    store: &Store,
    auditor: &mut Auditor,
    head: Position,
    tree: &Frontier,
    read: &mut impl FnMut(u64),
) -> Result<(), AuditError> {
    let mut first = None;
    while auditor.size() < head.0 {
        let after = Position(auditor.size());
        let events = match store.stored_between(after, head, READ).await {
            Ok(events) => events,
            Err(error) => one_by_one(store, after, error).await?,
        };
        if events.is_empty() {
            return Err(found(after.0 + 1, head.0, format!("it is missing: the head of the log is at {head}")));
        }
        let mut filled = Vec::new();
        for event in &events {
            auditor.next(event, |node| filled.push(node))?;
            if auditor.size() == tree.size() {
                first = first_difference(auditor.chain().tree(), tree);
            }
        }
        for node in filled.into_iter().filter(|node| node.last() <= tree.size()) {
            compare(store, node).await?;
        }
        read(auditor.size());
    }
    match first {
        Some((first, last)) => {
            Err(found(first, last, "an event was altered together with its hash: the stored tree has another"))
        }
        None => Ok(()),
    }
}

/// Holds what is stored about the end of the log against its last event, and looks for what lies beyond it.
async fn end_of_log(store: &Store, auditor: &Auditor, head: &Head) -> Result<(), AuditError> {
    let chain = auditor.chain();
    let size = chain.size();
    if size > 0 && chain.recorded_at() != head.recorded_at {
        return Err(found(size, size, "the head of the log tells another instant than the last event"));
    }
    if store.has_stray_nodes().await? {
        return Err(found(size + 1, size + 1, "the stored tree has a hash over events that the log does not have"));
    }
    if let Some(position) = store.beyond_the_head().await? {
        let problem = "it lies beyond the head of the log, where nothing was appended";
        return Err(found(position, position, problem));
    }
    Ok(())
}

/// Compares a node of the tree with the stored one.
async fn compare(store: &Store, node: Node) -> Result<(), AuditError> {
    let stored = store.tree_node(node.level, node.number).await?;
    if stored.as_deref() == Some(node.hash.as_slice()) {
        return Ok(());
    }
    let problem = match stored {
        Some(_) => "an event was altered together with its hash: the stored tree has another".to_owned(),
        None => "the stored tree has lost the hash over these events".to_owned(),
    };
    Err(Finding { first: node.first(), last: node.last(), problem }.into())
}

/// The events of a page that cannot be read whole, up to the first that cannot be read.
async fn one_by_one(store: &Store, after: Position, error: StoreError) -> Result<Vec<StoredEvent>, AuditError> {
    match AuditError::from(error) {
        AuditError::Altered(_) => {}
        error @ AuditError::Store(_) => return Err(error),
    }
    let mut events = Vec::new();
    for position in after.0 + 1..=after.0 + READ as u64 {
        match store.stored_between(Position(position - 1), Position(position), 1).await.map_err(AuditError::from) {
            Ok(found) => events.extend(found),
            Err(AuditError::Altered(finding)) if events.is_empty() => {
                return Err(Finding { first: position, last: position, ..finding }.into());
            }
            Err(AuditError::Altered(_)) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(events)
}
