//! What does the log commit to, and what proves it?
//!
//! Invariant: hashes are base64, as in the checkpoint; whoever has the events can check every one of them.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::context::{Asked, answers};
use super::error::outward;
use super::scalars::Position;
use crate::domain::ids;

/// The append-only log of events.
pub struct Log {
    /// The position that this request rests on.
    pub position: ids::Position,
}

/// The append-only log of events, with the proof that nothing in it was altered: a Merkle tree over all events (RFC 6962),
/// whose checkpoints an auditor keeps. The same tree can be read by tools as C2SP tlog-tiles below `/log/`.
#[Object]
impl Log {
    /// The position that this request rests on.
    async fn position(&self) -> Position {
        Position(self.position)
    }

    /// What the log commits to: whoever keeps it can tell later whether any event before it was altered.
    async fn checkpoint(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The size of the log, as of an earlier position.")] at_position: Option<Position>,
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

    /// The proof that the event at a position is in the log.
    async fn inclusion_proof(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The event's position, from 1.")] position: Position,
        #[graphql(desc = "The size of the log, as of an earlier position.")] at_position: Option<Position>,
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

    /// The proof that the log was only appended to between two sizes.
    async fn consistency_proof(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The smaller size: that of a checkpoint which was kept.")] from: Position,
        #[graphql(desc = "The larger size.")] to: Position,
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

/// What the log commits to at a size.
#[derive(SimpleObject)]
pub struct Checkpoint {
    /// How many events it covers: all up to this position.
    size: Position,
    /// The root of the tree over them, base64.
    root: String,
    /// The checkpoint as text to keep: a C2SP signed note.
    note: String,
    /// Whether the note is signed. An unsigned one still tells whether the log was altered after it was kept, and not who
    /// gave it.
    signed: bool,
    /// The key that the signature is checked by, in the form of C2SP signed notes. Get it once by another way than this.
    verifier_key: Option<String>,
}

/// The proof that an event is in the log (RFC 6962, section 2.1.1).
#[derive(SimpleObject)]
pub struct InclusionProof {
    /// The event's position, from 1.
    position: Position,
    /// The size of the log that it is in.
    size: Position,
    /// The event's leaf hash, base64.
    leaf_hash: String,
    /// The root of the tree of this size, base64.
    root: String,
    /// The hashes that lead from the leaf to the root, lowest first, base64.
    hashes: Vec<String>,
}

/// The proof that one log begins another (RFC 6962, section 2.1.2).
#[derive(SimpleObject)]
pub struct ConsistencyProof {
    /// The smaller size.
    from: Position,
    /// The larger size.
    to: Position,
    /// The root of the smaller tree, base64.
    from_root: String,
    /// The root of the larger tree, base64.
    to_root: String,
    /// The hashes that lead to both, lowest first, base64; empty when both are the same or the smaller is empty.
    hashes: Vec<String>,
}
