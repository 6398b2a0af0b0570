//! How does an exported log come back?
//!
//! Invariant: into an empty log only, envelopes kept; every event follows from those before it, or nothing is restored.

use chrono::Datelike;

use super::chain::Chain;
use super::{CHUNK, Store, StoreError, StoredEvent};
use crate::domain::alert;
use crate::domain::decide::well_formed;
use crate::domain::figure;
use crate::domain::ids::Position;
use crate::domain::logged::Logged;
use crate::domain::refusal::Refusal;
use crate::domain::time::{LAST_DAY, latest_day};
use crate::instruments::Instruments;

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
        let refused = |event: &StoredEvent| Ok(refused(event)?.map(|refusal| format!("{refusal} ({AS_RECORDED})")));
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
        refused: impl Fn(&StoredEvent) -> Result<Option<String>, StoreError>,
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

/// Why an event would not be recorded today.
fn refused(event: &StoredEvent) -> Result<Option<Refusal>, StoreError> {
    if event.recorded_at.year() > LAST_DAY.year() {
        return Ok(Some(Refusal::field("recorded_at", "lies beyond the year 9999")));
    }
    let checked = match event.read()? {
        Logged::Agreement(of) => well_formed(&of.event, latest_day(of.recorded_at)),
        Logged::Alert(of) => alert::decide::well_formed(&of.event),
        Logged::Figure(of) => figure::decide::well_formed(&of.event, latest_day(of.recorded_at)),
    };
    Ok(checked.err())
}
