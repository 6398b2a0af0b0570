//! How does an event travel between databases?
//!
//! Invariant: a line holds the whole envelope, so that what comes back is what left, byte for byte.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::time::{instant_of, instant_text};
use crate::store::StoredEvent;

/// An event as one line of an export: the whole envelope, the payload as the JSON that it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportLine {
    position: u64,
    stream: String,
    version: u32,
    kind: String,
    schema: u16,
    recorded_at: String,
    command_id: Uuid,
    command_index: u16,
    actor: String,
    payload: serde_json::Value,
    leaf_hash: String,
}

impl ExportLine {
    /// A stored event as a line.
    ///
    /// # Errors
    /// When its payload is no JSON.
    pub fn of(event: StoredEvent) -> Result<Self, serde_json::Error> {
        Ok(Self {
            payload: serde_json::from_str(&event.payload)?,
            leaf_hash: hex::encode(&event.leaf_hash),
            position: event.position,
            stream: event.stream,
            version: event.version,
            kind: event.kind,
            schema: event.schema,
            recorded_at: instant_text(event.recorded_at),
            command_id: event.command_id,
            command_index: event.command_index,
            actor: event.actor,
        })
    }

    /// The stored event in a line, which is written as [`ExportLine::of`] writes it and no other way: a key that comes twice
    /// would say one thing to this reader and another to the next.
    ///
    /// # Errors
    /// What is wrong with the line.
    pub fn read(line: &str) -> Result<StoredEvent, String> {
        let read: Self = serde_json::from_str(line).map_err(|error| error.to_string())?;
        if serde_json::to_string(&read).ok().as_deref() != Some(line) {
            return Err("it is not written as `export` writes it".to_owned());
        }
        read.stored()
    }

    /// The stored event that a line tells.
    ///
    /// # Errors
    /// What is wrong with the line.
    pub fn stored(self) -> Result<StoredEvent, String> {
        Ok(StoredEvent {
            leaf_hash: hex::decode(&self.leaf_hash).map_err(|_| "its leaf hash is not hexadecimal")?,
            payload: crate::ledger::canonical(&self.payload).map_err(|error| error.to_string())?,
            position: self.position,
            stream: self.stream,
            version: self.version,
            kind: self.kind,
            schema: self.schema,
            recorded_at: instant_of(&self.recorded_at).ok_or("its instant is not in its one spelling")?,
            command_id: self.command_id,
            command_index: self.command_index,
            actor: self.actor,
        })
    }
}
