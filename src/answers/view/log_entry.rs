//! What does an entry of the log look like to a reader, and what proves that it is there?
//!
//! Invariant: an entry says what it is about and who recorded it; hashes are base64, as in the checkpoint.

use async_graphql::SimpleObject;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Instant, List, Position, Term, UncertainDate};
use crate::answers::{self, Answers, AskError, Page};
use crate::domain::ids;
use crate::domain::words::MilestoneKind;

/// The log up to a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LogAt {
    /// The position up to which the log is taken.
    pub position: ids::Position,
}

/// An entry of the log: one event, with what it is about and who recorded it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct LogEntry {
    /// The position of the entry, from 1.
    pub position: Position,
    /// What the entry is about: the id of an agreement, or `alert/` or `figure/` with an id.
    pub subject: String,
    /// The kind of the event as the log spells it, such as `milestone_recorded`.
    pub event: String,
    /// The instant at which the entry was recorded.
    pub recorded_at: Instant,
    /// The public name under which the entry was recorded.
    pub actor: String,
    /// The kind of the milestone that the entry gives; null when it gives none.
    pub milestone_kind: Option<Term<MilestoneKind>>,
    /// The date of the milestone, as the entry gives it; null when the entry gives none.
    pub occurred: Option<UncertainDate>,
    /// The leaf hash of the entry in the tree, in base64.
    pub leaf_hash: String,
}

/// The proof that an entry is in the log (RFC 6962, section 2.1.1), with the checkpoint that it leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Proof {
    /// The position of the entry, from 1.
    pub position: ids::Position,
    /// The number of entries in the log in which the proof shows the entry.
    pub size: ids::Position,
    /// The leaf hash of the entry, in base64.
    pub leaf_hash: String,
    /// The root hash of the log of `size` events, in base64.
    pub root: String,
    /// The hashes that lead from the leaf to the root, lowest first, in base64.
    pub hashes: Vec<String>,
    /// The checkpoint as a text to keep: a C2SP signed note.
    pub checkpoint: String,
}

impl From<&answers::LogEntry> for LogEntry {
    fn from(entry: &answers::LogEntry) -> Self {
        Self {
            position: Position(entry.position),
            subject: entry.stream.clone(),
            event: entry.kind.clone(),
            recorded_at: Instant(entry.recorded_at),
            actor: entry.actor.clone(),
            milestone_kind: entry.milestone.map(|(kind, _)| Term(kind)),
            occurred: entry.milestone.and_then(|(_, occurred)| occurred).map(UncertainDate),
            leaf_hash: STANDARD.encode(&entry.leaf_hash),
        }
    }
}

impl Answers {
    /// A part of the log up to a position, the newest entry first; the keys are positions.
    ///
    /// # Errors
    /// When the log is not so long, or cannot be read.
    pub async fn view_log(&self, end: ids::Position, page: &Page<u64>) -> Result<List<LogAt, LogEntry>, AskError> {
        let slice = self.log_entries(end, page).await?;
        let nodes = slice.items.iter().map(Into::into).collect();
        Ok(List::of(LogAt { position: end }, &slice, nodes, |entry| entry.position.to_string()))
    }

    /// What proves that the entry at a position is in the log of a size.
    ///
    /// # Errors
    /// When there is no such entry, the log is not so long, or cannot be read.
    pub async fn view_proof(&self, position: ids::Position, size: ids::Position) -> Result<Proof, AskError> {
        let proof = self.inclusion(position, size).await?;
        let commitment = self.commitment(size).await?;
        Ok(Proof {
            position,
            size,
            leaf_hash: STANDARD.encode(proof.leaf),
            root: STANDARD.encode(proof.root),
            hashes: proof.hashes.iter().map(|hash| STANDARD.encode(hash)).collect(),
            checkpoint: commitment.note,
        })
    }
}
