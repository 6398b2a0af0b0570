//! How is it proven that the log was not altered?
//!
//! Invariant: pure; a program that has the canonical bytes of every event computes the same tree on any machine.

pub mod canonical;
pub mod checkpoint;
pub mod note;
pub mod proof;
pub mod tiles;
pub mod tree;

pub use self::canonical::canonical;
pub use self::checkpoint::{Checkpoint, CheckpointError};
pub use self::note::{NoteError, Signer, Verifier};
pub use self::proof::ProofError;
pub use self::tiles::{TileId, Tiles};
pub use self::tree::{Frontier, Hash, Node};
