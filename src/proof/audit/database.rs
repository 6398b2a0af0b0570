//! Does a database hold the log that was written to it?
//!
//! Invariant: it is read alone; a server may be appending meanwhile.

use super::{Auditor, Finding, Verified, first_difference};
use crate::config::instruments::Instruments;
use crate::domain::ids::Position;
use crate::ledger::{Checkpoint, Node};
use crate::store::{Store, StoreError, StoredEvent};

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
        return Err(Finding { first: 0, last: 0, problem }.into());
    }
    let (head, tree) = store.tree().await?;
    // A release without a tree may have appended: then the stored one ends before the log does.
    if tree.size() > head.position.0 {
        let problem = "the stored tree covers events beyond the head of the log".to_owned();
        return Err(Finding { first: head.position.0 + 1, last: tree.size(), problem }.into());
    }
    let mut first = None;
    while auditor.size() < head.position.0 {
        let after = Position(auditor.size());
        let events = match store.stored_between(after, head.position, READ).await {
            Ok(events) => events,
            Err(error) => one_by_one(store, after, error).await?,
        };
        if events.is_empty() {
            let problem = format!("it is missing: the head of the log is at {}", head.position);
            return Err(Finding { first: after.0 + 1, last: head.position.0, problem }.into());
        }
        let mut filled = Vec::new();
        for event in &events {
            auditor.next(event, |node| filled.push(node))?;
            if auditor.size() == tree.size() {
                first = first_difference(auditor.chain().tree(), &tree);
            }
        }
        for node in filled.into_iter().filter(|node| node.last() <= tree.size()) {
            compare(store, node).await?;
        }
        read(auditor.size());
    }
    let chain = auditor.chain();
    if let Some((first, last)) = first {
        let problem = "an event was altered together with its hash: the stored tree has another".to_owned();
        return Err(Finding { first, last, problem }.into());
    }
    if chain.size() > 0 && chain.recorded_at() != head.recorded_at {
        let problem = "the head of the log tells another instant than the last event".to_owned();
        return Err(Finding { first: chain.size(), last: chain.size(), problem }.into());
    }
    if store.has_stray_nodes().await? {
        let problem = "the stored tree has a hash over events that the log does not have".to_owned();
        return Err(Finding { first: chain.size() + 1, last: chain.size() + 1, problem }.into());
    }
    if let Some(position) = store.beyond_the_head().await? {
        let problem = "it lies beyond the head of the log, where nothing was appended".to_owned();
        return Err(Finding { first: position, last: position, problem }.into());
    }
    if let Some(instruments) = instruments.filter(|_| chain.unread().is_none())
        && let Some(agreement) = store.first_wrong_rows(instruments).await?
    {
        let problem = format!(
            "the tables say of {agreement} what does not follow from its events; `depositary rebuild` mends them"
        );
        return Err(Finding { first: 0, last: 0, problem }.into());
    }
    if let Some(problem) = store.damage().await? {
        return Err(Finding { first: 0, last: 0, problem }.into());
    }
    Ok(Verified { notes: made.around, ..auditor.end()? })
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
