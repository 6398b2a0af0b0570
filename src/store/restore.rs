//! How does an exported log come back?
//!
//! Invariant: into an empty log only, envelopes kept; every event follows from those before it, or nothing is restored.

use super::chain::Chain;
use super::door::Door;
use super::{CHUNK, Store, StoreError, StoredEvent};
use crate::config::instruments::Instruments;
use crate::domain::ids::Position;

/// What an operator can say of a log that an earlier release wrote.
const AS_RECORDED: &str = "an earlier release may have let it in: --as-recorded takes it as it is";

impl Store {
    /// Restores events in order, verified, and computes the tables; gives the last position. What is refused when it is
    /// recorded is refused here too.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`], [`StoreError::Export`] with the first event that is wrong, or what the source failed with.
    pub async fn restore<E: From<StoreError>>(
        &self,
        events: impl Iterator<Item = Result<StoredEvent, E>>,
        instruments: &Instruments,
    ) -> Result<Position, E> {
        let mut door = Door::default();
        let refused = |event: &StoredEvent| {
            let refusal = door.refuses(event, instruments)?;
            Ok(refusal.map(|refusal| format!("{refusal} ({AS_RECORDED})")))
        };
        self.restore_where(events, refused, instruments).await
    }

    /// The same with what an earlier release let in and this one refuses; its own word for each event is believed.
    ///
    /// # Errors
    /// As [`Store::restore`].
    pub async fn restore_as_recorded<E: From<StoreError>>(
        &self,
        events: impl Iterator<Item = Result<StoredEvent, E>>,
        instruments: &Instruments,
    ) -> Result<Position, E> {
        self.restore_where(events, |_| Ok(None), instruments).await
    }

    async fn restore_where<E: From<StoreError>>(
        &self,
        events: impl Iterator<Item = Result<StoredEvent, E>>,
        mut refused: impl FnMut(&StoredEvent) -> Result<Option<String>, StoreError>,
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
            if let Some((position, problem)) = chain.unread() {
                return Err(StoreError::Export { position, problem: problem.to_owned() }.into());
            }
            if let Some(problem) = refused(&event)? {
                return Err(StoreError::Export { position: chain.size(), problem }.into());
            }
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
