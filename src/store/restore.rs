//! How does an exported log come back?
//!
//! Invariant: into an empty log only, envelopes kept; every event follows from those before it, or nothing is restored.

use super::chain::Chain;
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
        let mut chain = Chain::default();
        let mut some = Vec::with_capacity(CHUNK);
        for event in events {
            let event = event?;
            chain
                .next(&event, |_| {})
                .map_err(|broken| StoreError::Export { position: chain.size() + 1, problem: broken.to_string() })?;
            some.push(event);
            if some.len() == CHUNK {
                append.append(&some.iter().collect::<Vec<_>>(), chain.recorded_at()).await?;
                some.clear();
            }
        }
        append.append(&some.iter().collect::<Vec<_>>(), chain.recorded_at()).await?;
        let last = append.head().position;
        append.transaction().rebuild(instruments, &mut |_| {}).await?;
        append.commit(&[], &[]).await?;
        Ok(last)
    }
}
