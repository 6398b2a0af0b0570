//! Which bytes of an event are hashed?
//!
//! Invariant: the canonical bytes of an event are the same on every machine and in both databases.

use serde_json::json;

use crate::domain::time::instant_text;
use crate::ledger::canonical;
use crate::ledger::tree::{Hash, leaf_hash};

/// An envelope in the form that is hashed, exported and restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf<'a> {
    /// The event's place in the log.
    pub position: u64,
    /// The stream's name.
    pub stream: &'a str,
    /// The event's place in the stream.
    pub version: u32,
    /// The event's kind.
    pub kind: &'a str,
    /// The version of the payload's shape.
    pub schema: u16,
    /// The instant at which the event was recorded.
    pub recorded_at: chrono::DateTime<chrono::Utc>,
    /// The id of the command that recorded the event.
    pub command_id: uuid::Uuid,
    /// The command's place under that id.
    pub command_index: u16,
    /// The public name of whoever recorded the event.
    pub actor: &'a str,
    /// The payload as canonical JSON text.
    pub payload: &'a str,
}

impl Leaf<'_> {
    /// The canonical bytes: RFC 8785 JSON of the envelope, the payload as a string so that it is hashed as stored.
    ///
    /// # Errors
    /// When the JSON cannot be written, which no envelope of this program causes.
    pub fn bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let value = json!({
            "position": self.position,
            "stream": self.stream,
            "version": self.version,
            "kind": self.kind,
            "schema": self.schema,
            "recorded_at": instant_text(self.recorded_at),
            "command_id": self.command_id.to_string(),
            "command_index": self.command_index,
            "actor": self.actor,
            "payload": self.payload,
        });
        canonical(&value).map(String::into_bytes)
    }

    /// The RFC 6962 leaf hash of these bytes.
    ///
    /// # Errors
    /// See [`Leaf::bytes`].
    pub fn hash(&self) -> Result<Hash, serde_json::Error> {
        Ok(leaf_hash(&self.bytes()?))
    }
}
