//! What does a log commit to?
//!
//! Invariant: a checkpoint is C2SP tlog-checkpoint text: whoever keeps one can tell later whether anything before it was
//! altered.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::note::{self, NoteError, Signer, Verifier};
use super::tree::Hash;

/// The name in a checkpoint that nobody signed.
pub const UNSIGNED: &str = "depositary/unsigned";

/// A log's name, size and root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log, in its checkpoints.
    pub origin: String,
    /// How many events it has.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
}

/// Why a checkpoint is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The text is no checkpoint.
    #[error("this is not a checkpoint, whose lines are the log's name, its size, and its root in base64")]
    Form,
    /// The signed note cannot be read.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The checkpoint belongs to another log.
    #[error("it is of the log `{0}`, and the key is `{1}`'s")]
    Origin(String, String),
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, STANDARD.encode(self.root))
    }
}

impl Checkpoint {
    /// The note to give to others: signed where there is a key, and under the name [`UNSIGNED`] where there is
    /// none.
    #[must_use]
    pub fn note(size: u64, root: Hash, signer: Option<&Signer>) -> String {
        let of = |origin: &str| Self { origin: origin.to_owned(), size, root }.to_string();
        signer.map_or_else(|| of(UNSIGNED), |signer| signer.sign(&of(signer.name())))
    }

    /// Reads a note, and checks its signature where a key is given.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn open(text: &str, verifier: Option<&Verifier>) -> Result<Self, CheckpointError> {
        let Some(verifier) = verifier else { return Self::parse(note::split(text)?.0) };
        let checkpoint = Self::parse(verifier.open(text)?)?;
        if checkpoint.origin == verifier.name() {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::Origin(checkpoint.origin, verifier.name().to_owned()))
        }
    }

    /// Reads the text of a note; lines after the third are extensions, and are passed over.
    fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(CheckpointError::Form);
        };
        let number: u64 = size.parse().map_err(|_| CheckpointError::Form)?;
        let root = STANDARD.decode(root).ok().and_then(|root| root.try_into().ok()).ok_or(CheckpointError::Form)?;
        // One spelling alone, or two texts would be one checkpoint.
        if origin.is_empty() || number.to_string() != size || lines.next().is_none() {
            return Err(CheckpointError::Form);
        }
        Ok(Self { origin: origin.to_owned(), size: number, root })
    }
}
