//! What does the log commit to, and what proves it?
//!
//! Invariant: hashes are base64, as in the checkpoint; a client that has the events can check every hash.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::connection::{Connection, page};
use super::context::{Asked, answers};
use super::error::outward;
use super::scalars::Position;
use crate::answers::view::LogEntry;
use crate::domain::ids;

/// The append-only log of events.
pub struct Log {
    /// The log position up to and including which events count in the answers to this request.
    pub position: ids::Position,
}

/// The append-only log of events, with the proof that nothing in it was altered: a Merkle tree over all events (RFC 6962),
/// whose checkpoints an auditor keeps. The same tree can be read by tools as C2SP tlog-tiles below `/log/`.
#[Object]
impl Log {
    /// The log position up to and including which events count in the answers to this request.
    async fn position(&self) -> Position {
        Position(self.position)
    }

    /// The log's checkpoint. A person who keeps it can later check whether any event before it was altered.
    async fn checkpoint(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only the events up to and including this log position count; when omitted, all events count."
        )]
        at_position: Option<Position>,
    ) -> Result<Checkpoint> {
        let answers = answers(ctx)?;
        let commitment = answers.commitment(self.size(at_position)?).await.map_err(|error| outward(&error))?;
        let verifier = answers.signer().map(crate::ledger::Signer::verifier);
        Ok(Checkpoint {
            size: Position(commitment.size),
            root: STANDARD.encode(commitment.root),
            note: commitment.note,
            signed: verifier.is_some(),
            verifier_key: verifier.map(|verifier| verifier.to_string()),
        })
    }

    /// The entries of the log, the newest first.
    async fn entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only the entries up to and including this log position; when omitted, all entries.")]
        at_position: Option<Position>,
        #[graphql(desc = "The number of entries, 1 to 100; 50 without this or `last`.")] first: Option<i64>,
        #[graphql(desc = "Only the entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "The number of entries from the end, 1 to 100, in place of `first`.")] last: Option<i64>,
        #[graphql(desc = "Only the entries before this cursor.")] before: Option<String>,
    ) -> Result<Connection<LogEntry>> {
        let (end, page) = (self.size(at_position)?, page(first, after, last, before)?);
        let slice = answers(ctx)?.log_entries(end, &page).await.map_err(|error| outward(&error))?;
        Ok(Connection::of(slice, |entry| (entry.position.to_string(), LogEntry::from(&entry))))
    }

    /// The proof that the event at a position is in the log.
    async fn inclusion_proof(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The position of the event in the log, counted from 1.")] position: Position,
        #[graphql(
            desc = "Only the events up to and including this log position count; when omitted, all events count."
        )]
        at_position: Option<Position>,
    ) -> Result<InclusionProof> {
        let size = self.size(at_position)?;
        let proof = answers(ctx)?.inclusion(position.0, size).await.map_err(|error| outward(&error))?;
        Ok(InclusionProof {
            position,
            size: Position(size),
            leaf_hash: STANDARD.encode(proof.leaf),
            root: STANDARD.encode(proof.root),
            hashes: proof.hashes.iter().map(|hash| STANDARD.encode(hash)).collect(),
        })
    }

    /// The proof that events were only added to the log between two sizes, and none was altered.
    async fn consistency_proof(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of events in the smaller log, as in a checkpoint that you kept.")] from: Position,
        #[graphql(desc = "The number of events in the larger log.")] to: Position,
    ) -> Result<ConsistencyProof> {
        let to = self.size(Some(to))?;
        let proof = answers(ctx)?.consistency(from.0, to).await.map_err(|error| outward(&error))?;
        Ok(ConsistencyProof {
            from,
            to: Position(to),
            from_root: STANDARD.encode(proof.from_root),
            to_root: STANDARD.encode(proof.to_root),
            hashes: proof.hashes.iter().map(|hash| STANDARD.encode(hash)).collect(),
        })
    }
}

impl Log {
    /// The log as of a request.
    ///
    /// # Errors
    /// When the request noted no position, which none does.
    pub fn of(ctx: &Context<'_>) -> Result<Self> {
        Ok(Self { position: ctx.data::<Arc<Asked>>()?.position() })
    }

    fn size(&self, asked: Option<Position>) -> Result<ids::Position> {
        let asked = asked.map_or(self.position, |asked| asked.0);
        let ahead = crate::answers::AskError::PositionAhead { asked, seen: self.position };
        if asked > self.position { Err(outward(&ahead)) } else { Ok(asked) }
    }
}

/// A checkpoint of the log: the number of events, and the root hash over all of them.
#[derive(SimpleObject)]
pub struct Checkpoint {
    /// The number of events that the checkpoint covers: all up to this position.
    size: Position,
    /// The root hash of the tree over the events that the checkpoint covers, in base64.
    root: String,
    /// The checkpoint as a text to keep: a C2SP signed note.
    note: String,
    /// Whether the note is signed. A note without a signature still shows whether the log was altered later, but not which
    /// server gave the note.
    signed: bool,
    /// The key that checks the signature, in the form of C2SP signed notes; null without a signature. Also get the key
    /// once by another way, and compare both.
    verifier_key: Option<String>,
}

/// The proof that an event is in the log (RFC 6962, section 2.1.1).
#[derive(SimpleObject)]
pub struct InclusionProof {
    /// The position of the event in the log, counted from 1.
    position: Position,
    /// The number of events in the log in which the proof shows the event.
    size: Position,
    /// The leaf hash of the event, in base64.
    leaf_hash: String,
    /// The root hash of the log of `size` events, in base64.
    root: String,
    /// The hashes that lead from the leaf to the root, lowest first, in base64.
    hashes: Vec<String>,
}

/// The proof that a smaller log is the beginning of a larger one (RFC 6962, section 2.1.2).
#[derive(SimpleObject)]
pub struct ConsistencyProof {
    /// The number of events in the smaller log.
    from: Position,
    /// The number of events in the larger log.
    to: Position,
    /// The root hash of the smaller log, in base64.
    from_root: String,
    /// The root hash of the larger log, in base64.
    to_root: String,
    /// The hashes that lead to both roots, lowest first, in base64; empty when both logs are the same or the smaller one is
    /// empty.
    hashes: Vec<String>,
}
