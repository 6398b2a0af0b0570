//! What is read hot, and as of which position?
//!
//! Invariant: a history in the cache has every event of its agreement up to the position that this process has seen:
//! what an append touched is dropped from the cache before the position is moved.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use quick_cache::sync::Cache;
use tokio::sync::{Mutex, OnceCell, watch};
use tokio_util::sync::CancellationToken;

use crate::config::instruments::Instruments;
use crate::domain::agreement::Agreement;
use crate::domain::event::Recorded;
use crate::domain::ids::{AgreementId, Position};
use crate::domain::logged::Logged;
use crate::projections::history::History;
use crate::read::feed::{Feed, POLL, TAIL, Tail};
use crate::store::{Store, StoreError};

/// The most agreements whose folded history is kept.
const KEPT: usize = 100_000;
/// The most agreements whose text is kept: what a thousand subscribers ask for at the same moment.
const KEPT_TEXTS: usize = 256;
/// The most instants whose position is kept.
const KEPT_INSTANTS: usize = 1_000;
/// Rounds of polling without a listener after which one is asked for again.
const LISTEN_AGAIN: u32 = 20;

/// Reads the log pinned; cheap to clone.
#[derive(Clone)]
pub struct Reader(Arc<Inner>);

/// A folded history, or that there is none, once it is loaded.
type Cell = Arc<OnceCell<Option<Arc<History>>>>;

/// A stream once it is loaded.
type Text = Arc<OnceCell<Arc<Vec<Recorded>>>>;

struct Inner {
    store: Store,
    instruments: Instruments,
    tail: Tail,
    hot: Cache<AgreementId, Cell>,
    /// Streams with their text, of the agreements that are read just now.
    texts: Cache<AgreementId, Text>,
    /// Which position some instants cut the log at, for good.
    instants: Cache<DateTime<Utc>, Position>,
    /// Held while the position moves, so that no two movers leave a gap between them.
    moving: Mutex<()>,
}

impl Reader {
    /// A reader that has seen the log up to its head. Nothing is loaded before it is asked for.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn open(store: Store, instruments: Instruments) -> Result<Self, StoreError> {
        let tail = Tail::new(store.head().await?.position);
        let (hot, texts) = (Cache::new(KEPT), Cache::new(KEPT_TEXTS));
        let instants = Cache::new(KEPT_INSTANTS);
        let inner = Inner { store, instruments, tail, hot, texts, instants, moving: Mutex::new(()) };
        Ok(Self(Arc::new(inner)))
    }

    /// The store from which the reader reads.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The last position that this process has seen.
    #[must_use]
    pub fn seen(&self) -> Position {
        self.0.tail.seen()
    }

    /// The events after a position that this process has seen, at most so many; from memory when they are among the last.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn events(&self, after: Position, limit: usize) -> Result<Vec<Logged>, StoreError> {
        match self.0.tail.after(after, limit) {
            Some(kept) => Ok(kept),
            None => self.0.store.events(after, self.seen(), limit).await,
        }
    }

    /// Follows the position that this process has seen; meanwhile the last events are at hand.
    #[must_use]
    pub fn follow(&self) -> watch::Receiver<Position> {
        self.0.tail.follow()
    }

    /// A cursor over the log after a position.
    #[must_use]
    pub fn feed(&self, after: Position) -> Feed {
        Feed::after(self.0.store.clone(), self.0.tail.clone(), after)
    }

    /// Waits at most so long until a position was seen, and returns whether it was.
    pub async fn wait_for(&self, position: Position, at_most: Duration) -> bool {
        self.0.tail.wait_for(position, at_most).await
    }

    /// The folded history of an agreement, from memory when it is there; `None` when no record was opened.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn history(&self, agreement: &AgreementId) -> Result<Option<Arc<History>>, StoreError> {
        let cell = self.cell(agreement);
        if let Some(history) = cell.get() {
            return Ok(history.clone());
        }
        let loaded = cell.get_or_try_init(|| self.load(agreement)).await?;
        Ok(loaded.clone())
    }

    fn cell(&self, agreement: &AgreementId) -> Cell {
        match self.0.hot.get_or_insert_with(agreement, || Ok::<_, Infallible>(Cell::default())) {
            Ok(cell) => cell,
            Err(never) => match never {},
        }
    }

    /// Loads those of some agreements that are not in memory, many in one round trip.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn warm(&self, agreements: &[AgreementId]) -> Result<(), StoreError> {
        // The cells are taken before the streams are read: one that is dropped meanwhile stays dropped.
        let cells = agreements.iter().map(|id| (id, self.cell(id))).filter(|(_, cell)| cell.get().is_none());
        let (cold, cells): (Vec<AgreementId>, Vec<Cell>) = cells.map(|(id, cell)| (id.clone(), cell)).unzip();
        if cold.is_empty() {
            return Ok(());
        }
        let mut streams = self.0.store.streams(&cold).await?;
        for (id, cell) in cold.into_iter().zip(cells) {
            let instrument = self.0.instruments.find(&id.instrument);
            let folded =
                instrument.zip(streams.remove(&id)).map(|(instrument, events)| History::of(&events, instrument));
            // Someone else may have been quicker, with the same.
            let _ = cell.set(folded.map(Arc::new));
        }
        Ok(())
    }

    async fn load(&self, agreement: &AgreementId) -> Result<Option<Arc<History>>, StoreError> {
        let Some(instrument) = self.0.instruments.find(&agreement.instrument) else { return Ok(None) };
        let mut streams = self.0.store.streams(std::slice::from_ref(agreement)).await?;
        Ok(streams.remove(agreement).map(|events| Arc::new(History::of(&events, instrument))))
    }

    /// The last position that was recorded by an instant, when the log up to a position has gone beyond it; `None` as
    /// long as something may still be recorded at that instant.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn position_at(&self, instant: DateTime<Utc>, up_to: Position) -> Result<Option<Position>, StoreError> {
        if let Some(position) = self.0.instants.get(&instant).filter(|position| *position <= up_to) {
            return Ok(Some(position));
        }
        let position = self.0.store.position_at(instant, up_to).await?;
        if let Some(position) = position {
            // Never another: what is recorded from now on is recorded later.
            self.0.instants.insert(instant, position);
        }
        Ok(position)
    }

    /// The streams of some agreements, with all their text, many in one round trip; one that was never opened is missing.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn streams(
        &self,
        agreements: &[AgreementId],
    ) -> Result<BTreeMap<AgreementId, Arc<Vec<Recorded>>>, StoreError> {
        let cell = |id: &AgreementId| match self.0.texts.get_or_insert_with(id, || Ok::<_, Infallible>(Text::default()))
        {
            Ok(cell) => cell,
            Err(never) => match never {},
        };
        if let [id] = agreements {
            // Many who ask for the same one at once wait for one of them.
            let cell = cell(id);
            let load = async || {
                let mut streams = self.0.store.streams(agreements).await?;
                Ok::<_, StoreError>(Arc::new(streams.remove(id).unwrap_or_default()))
            };
            let stream = cell.get_or_try_init(load).await?;
            return Ok((!stream.is_empty()).then(|| (id.clone(), stream.clone())).into_iter().collect());
        }
        let (mut found, mut cold) = (BTreeMap::new(), BTreeMap::new());
        for id in agreements {
            let cell = cell(id);
            match cell.get() {
                Some(stream) => drop(found.insert(id.clone(), stream.clone())),
                None => drop(cold.insert(id.clone(), cell)),
            }
        }
        let ids: Vec<AgreementId> = cold.keys().cloned().collect();
        let mut streams = if ids.is_empty() { BTreeMap::new() } else { self.0.store.streams(&ids).await? };
        for (id, cell) in cold {
            let stream = Arc::new(streams.remove(&id).unwrap_or_default());
            // Someone else may have been quicker, with the same.
            let _ = cell.set(stream.clone());
            // One that was asked for twice was taken out of the streams the first time.
            found.entry(id).or_insert(stream);
        }
        found.retain(|_, stream| !stream.is_empty());
        Ok(found)
    }

    /// The records of some agreements as of a position; one that was not open by then is missing.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn agreements(
        &self,
        ids: &[AgreementId],
        up_to: Position,
    ) -> Result<BTreeMap<AgreementId, Agreement>, StoreError> {
        let streams = self.streams(ids).await?;
        let record = |events: Arc<Vec<Recorded>>| Agreement::of(events.iter().filter(|event| event.position <= up_to));
        let records = streams.into_iter().map(|(id, events)| (id, record(events)));
        Ok(records.filter(|(_, record)| record.opened).collect())
    }

    /// Takes in what this process has appended: the events in order, of these agreements.
    ///
    /// # Errors
    /// When there is a gap before it and the database cannot be read.
    pub async fn absorb<'e>(
        &self,
        first: Position,
        last: Position,
        touched: &[AgreementId],
        events: impl Iterator<Item = &'e Logged>,
    ) -> Result<(), StoreError> {
        let _moving = self.0.moving.lock().await;
        if first.0 != self.seen().0 + 1 {
            // Another process has appended before it.
            return self.read_up_to(last).await;
        }
        self.forget(touched);
        let followed = self.0.tail.is_followed();
        let events = if followed { events.cloned().collect() } else { Vec::new() };
        self.0.tail.grow(last, events);
        Ok(())
    }

    /// Drops what an append has made old.
    fn forget<'a>(&self, touched: impl IntoIterator<Item = &'a AgreementId>) {
        for agreement in touched {
            self.0.hot.remove(agreement);
            self.0.texts.remove(agreement);
        }
    }

    /// Takes in all events up to the head of the log, by whichever process they were appended.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        let head = self.0.store.head().await?.position;
        if head > self.seen() {
            let _moving = self.0.moving.lock().await;
            self.read_up_to(head).await?;
        }
        Ok(())
    }

    /// Drops what was touched since, then moves. The lock is held.
    async fn read_up_to(&self, last: Position) -> Result<(), StoreError> {
        let seen = self.seen();
        if last <= seen {
            // Another mover was quicker.
            return Ok(());
        }
        if self.0.tail.is_followed() && last.0.saturating_sub(seen.0) <= TAIL as u64 {
            // An event that cannot be read is not kept; whoever follows finds it in the log, and says so.
            if let Ok(events) = self.0.store.events(seen, last, TAIL).await {
                self.forget(events.iter().filter_map(|event| match event {
                    Logged::Agreement(recorded) => Some(&recorded.agreement),
                    Logged::Alert(_) | Logged::Figure(_) => None,
                }));
                self.0.tail.grow(last, events);
                return Ok(());
            }
        }
        self.forget(&self.0.store.streams_touched(seen, last).await?);
        self.0.tail.grow(last, Vec::new());
        Ok(())
    }

    /// Keeps up with the log until it is cancelled: woken by the database where it can, by polling everywhere.
    pub async fn keep_up(self, cancelled: CancellationToken) {
        let mut listener = self.0.store.listener().await;
        let mut alone = 0;
        loop {
            let woken = async {
                // Without a listener, or with one that has lost its connection, polling does it all.
                let rung = match &mut listener {
                    Some(listener) => listener.recv().await.is_ok(),
                    None => false,
                };
                if !rung {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                () = cancelled.cancelled() => return,
                () = woken => {}
                () = tokio::time::sleep(POLL) => {}
            }
            if let Err(error) = self.catch_up().await {
                tracing::warn!(error = %crate::telemetry::chain(&error), "reader.log.unreadable");
            }
            alone = if listener.is_some() { 0 } else { alone + 1 };
            if alone == LISTEN_AGAIN {
                alone = 0;
                listener = self.0.store.listener().await;
            }
        }
    }
}
