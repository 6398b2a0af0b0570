//! How does an exported log come back?
//!
//! Invariant: into an empty log only, envelopes kept; every event follows from those before it, or nothing is restored.

use std::collections::HashMap;

use super::{CHUNK, Store, StoreError, StoredEvent};
use crate::domain::ids::Position;
use crate::instruments::Instruments;

impl Store {
    /// Restores events in order, verified, and computes the tables; gives the last position.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`], [`StoreError::Export`] with the first event that is wrong, or what the source failed with.
    pub async fn restore<E: From<StoreError>>(
        &self,
        events: impl Iterator<Item = Result<StoredEvent, E>>,
        instruments: &Instruments,
    ) -> Result<Position, E> {
        let mut append = self.lock(None).await?;
        let head = append.head();
        if head.position.0 > 0 {
            return Err(StoreError::NotEmpty(head.position).into());
        }
        let mut verified = Verified { position: 0, recorded_at: head.recorded_at, versions: HashMap::new() };
        let mut some = Vec::with_capacity(CHUNK);
        for event in events {
            let event = event?;
            verified.next(&event)?;
            some.push(event);
            if some.len() == CHUNK {
                append.transaction().insert_events(some.iter()).await?;
                some.clear();
            }
        }
        append.transaction().insert_events(some.iter()).await?;
        let last = Position(verified.position);
        append.transaction().move_head(last, verified.recorded_at).await?;
        append.transaction().rebuild(instruments, &mut |_| {}).await?;
        append.commit(&[], &[]).await?;
        Ok(last)
    }
}

/// What was restored so far.
struct Verified {
    position: u64,
    recorded_at: chrono::DateTime<chrono::Utc>,
    versions: HashMap<String, u32>,
}

impl Verified {
    fn next(&mut self, event: &StoredEvent) -> Result<(), StoreError> {
        let position = self.position + 1;
        let wrong = |problem: String| Err(StoreError::Export { position, problem });
        if event.position != position {
            return wrong(format!("it says position {}, and {position} is next", event.position));
        }
        let version = self.versions.entry(event.stream.clone()).or_default();
        *version += 1;
        if event.version != *version {
            return wrong(format!("it says version {} of {}, and {version} is next", event.version, event.stream));
        }
        if event.recorded_at < self.recorded_at {
            return wrong("it was recorded before the one before it".to_owned());
        }
        if event.leaf().hash().map_err(StoreError::Canonical)?.as_slice() != event.leaf_hash {
            return wrong("its leaf hash is not that of its content".to_owned());
        }
        let recorded = event.read()?;
        if super::append::payload(&recorded.event)? != event.payload {
            return wrong("its payload is not canonical".to_owned());
        }
        self.position = position;
        self.recorded_at = event.recorded_at;
        Ok(())
    }
}
