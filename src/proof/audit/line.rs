//! How does an event travel between databases?
//!
//! Invariant: a line holds the whole envelope, so that what comes back is what left, byte for byte.

use std::io::BufRead;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::json;
use crate::domain::time::{instant_of, instant_text};
use crate::store::StoredEvent;

/// An event as one line of an export: all its fields, and its content as JSON.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportLine {
    /// The position of the event in the log.
    position: u64,
    /// What the event is about: the id of an agreement, or `alert/` or `figure/` with an id.
    stream: String,
    /// The number of the event within its stream, from 1.
    version: u32,
    /// The kind of the event, such as `milestone_recorded`.
    kind: String,
    /// The version of the form that `payload` has.
    schema: u16,
    /// The instant at which the event was recorded.
    recorded_at: String,
    /// The id of the command that recorded the event.
    command_id: Uuid,
    /// The place of the event among the events of that command.
    command_index: u16,
    /// The public name under which the event was recorded.
    actor: String,
    /// What the event says.
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    payload: serde_json::Value,
    /// The leaf hash of the event in the tree, in hexadecimal digits.
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

    /// The stored event in a line, however it is spelled: what it says is what is hashed.
    ///
    /// # Errors
    /// What is wrong with the line.
    pub fn read(line: &str) -> Result<StoredEvent, String> {
        Self::of_json(json::read(line).map_err(|error| error.to_string())?)
    }

    fn of_json(value: serde_json::Value) -> Result<StoredEvent, String> {
        serde_json::from_value::<Self>(value).map_err(|error| error.to_string())?.stored()
    }

    /// The stored event that a line holds.
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

/// The most bytes of an event that stands on several lines.
const MOST_BYTES: usize = 1_000_000;

/// Why the next event of an export cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// The file cannot be read.
    #[error("it cannot be read")]
    Io(#[from] std::io::Error),
    /// It ends where an event does not.
    #[error("the file ends in the middle of it")]
    CutShort,
    /// The line holds no event of this program.
    #[error("{0}")]
    Wrong(String),
}

/// The events of an export, one after the other, also where an editor has indented them, put in a byte order mark, or ended
/// lines as Windows does.
pub struct ExportLines<R> {
    text: R,
    begun: bool,
}

impl<R: BufRead> ExportLines<R> {
    /// Reads lines from this text.
    pub const fn of(text: R) -> Self {
        Self { text, begun: false }
    }

    fn read(&mut self) -> Result<Option<StoredEvent>, LineError> {
        let mut event = String::new();
        loop {
            let mut line = Vec::new();
            let ends = self.text.read_until(b'\n', &mut line)? == 0;
            let line = std::str::from_utf8(&line).map_err(|_| LineError::Wrong("it is no text".to_owned()))?;
            let mark = if std::mem::replace(&mut self.begun, true) { "" } else { "\u{feff}" };
            event.push_str(line.strip_prefix(mark).unwrap_or(line));
            if event.trim().is_empty() {
                if ends {
                    return Ok(None);
                }
                continue;
            }
            match json::read(event.trim()) {
                Ok(value) => return ExportLine::of_json(value).map(Some).map_err(LineError::Wrong),
                Err(error) if !error.is_eof() || event.len() > MOST_BYTES => {
                    return Err(LineError::Wrong(error.to_string()));
                }
                Err(_) if ends => return Err(LineError::CutShort),
                Err(_) => {}
            }
        }
    }
}

impl<R: BufRead> Iterator for ExportLines<R> {
    type Item = Result<StoredEvent, LineError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}
