//! How much may large answers hold that are being made, or are made and not yet taken by their clients?
//!
//! Invariant: all of them together, and those of one client, hold no more than their limits; and no more are made at once
//! than the machine has cores, so that whoever asks for little waits for nobody who asks for much.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::Client;
use crate::config::limits::{Limit, Limits, Struck};

/// The bytes that an answer may hold without a place here: a connection holds as many anyway.
pub const FREE: usize = 64 * 1024;
/// How long an answer waits for a place.
const PATIENCE: Duration = Duration::from_secs(8);

/// No place came free for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many large answers are being made or wait for their clients; read yours, and ask again in a second")]
pub struct Crowded;

/// The room for large answers; cheap to clone.
#[derive(Debug, Clone)]
pub struct Room(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// In pieces of [`FREE`] bytes, as everywhere here.
    all: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    of_one: usize,
    of_answer: usize,
    shares: Mutex<HashMap<Client, Arc<Semaphore>>>,
    struck: Struck,
}

/// The place of one answer, which holds it until it is dropped.
#[derive(Debug)]
pub struct Place {
    room: Arc<Inner>,
    client: Client,
    share: OwnedSemaphorePermit,
    all: OwnedSemaphorePermit,
    turn: Option<OwnedSemaphorePermit>,
}

impl Default for Room {
    fn default() -> Self {
        Self::new(&Limits::default(), Struck::default())
    }
}

impl Room {
    /// The room by some limits. An answer has room in it, however little they allow.
    #[must_use]
    pub fn new(limits: &Limits, struck: Struck) -> Self {
        let of_answer = pieces(limits.answer_bytes);
        let of_one = pieces(limits.client_unread_bytes).max(of_answer);
        let all = pieces(limits.unread_bytes).max(of_one);
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let (all, turns) = (Arc::new(Semaphore::new(all)), Arc::new(Semaphore::new(cores)));
        Self(Arc::new(Inner { all, turns, of_one, of_answer, shares: Mutex::default(), struck }))
    }

    /// Waits for a place for an answer of a client that is being made, and for its turn; nobody knows yet how large it will be.
    ///
    /// # Errors
    /// [`Crowded`].
    pub async fn for_making(&self, client: &Client) -> Result<Place, Crowded> {
        let inner = &self.0;
        let share = self.share(client);
        let place = async {
            // First the client's own: who has taken too little waits, and holds up nobody else.
            let share = share.acquire_many_owned(permits(inner.of_answer)).await.ok()?;
            let all = inner.all.clone().acquire_many_owned(permits(inner.of_answer)).await.ok()?;
            let turn = inner.turns.clone().acquire_owned().await.ok()?;
            Some(Place { room: inner.clone(), client: client.clone(), share, all, turn: Some(turn) })
        };
        timeout(PATIENCE, place).await.ok().flatten().ok_or_else(|| self.crowded())
    }

    /// A place for an answer that is made, if there is one now.
    ///
    /// # Errors
    /// [`Crowded`].
    pub fn for_made(&self, client: &Client, bytes: usize) -> Result<Place, Crowded> {
        let (inner, pieces) = (&self.0, permits(pieces(bytes)));
        let share = self.share(client).try_acquire_many_owned(pieces).map_err(|_| self.crowded())?;
        let all = inner.all.clone().try_acquire_many_owned(pieces).map_err(|_| self.crowded())?;
        Ok(Place { room: inner.clone(), client: client.clone(), share, all, turn: None })
    }

    fn share(&self, client: &Client) -> Arc<Semaphore> {
        let mut shares = self.0.shares.lock().unwrap_or_else(PoisonError::into_inner);
        shares.entry(client.clone()).or_insert_with(|| Arc::new(Semaphore::new(self.0.of_one))).clone()
    }

    fn crowded(&self) -> Crowded {
        self.0.struck.count(Limit::UnreadBytes);
        self.0.forget_idle();
        Crowded
    }
}

impl Inner {
    /// Forgets the clients who hold nothing and wait for nothing.
    fn forget_idle(&self) {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        shares.retain(|_, share| Arc::strong_count(share) > 1);
    }
}

impl Place {
    /// Gives back the turn, and what the answer does not need now that its size is known.
    pub fn made(&mut self, bytes: usize) {
        self.turn = None;
        for permit in [&mut self.share, &mut self.all] {
            let spare = permit.num_permits().saturating_sub(pieces(bytes));
            drop(permit.split(spare));
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut shares = self.room.shares.lock().unwrap_or_else(PoisonError::into_inner);
        // One of them is in the map, and one in this place.
        if shares.get(&self.client).is_some_and(|share| Arc::strong_count(share) <= 2) {
            shares.remove(&self.client);
        }
    }
}

fn pieces(bytes: usize) -> usize {
    bytes.div_ceil(FREE).max(1)
}

fn permits(pieces: usize) -> u32 {
    u32::try_from(pieces).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Crowded, Room};
    use crate::access::Client;
    use crate::config::limits::{Limit, Limits, Struck};

    fn client(last: u8) -> Client {
        Client::of([192, 0, 2, last].into())
    }

    #[tokio::test]
    async fn who_takes_nothing_fills_its_own_share_and_nobody_elses() {
        let limits =
            Limits { answer_bytes: 1 << 20, client_unread_bytes: 2 << 20, unread_bytes: 4 << 20, ..Limits::default() };
        let struck = Struck::default();
        let room = Room::new(&limits, struck.clone());
        let held: Vec<_> = (0..2).filter_map(|_| room.for_made(&client(1), 1 << 20).ok()).collect();
        assert_eq!(held.len(), 2);
        assert_eq!(room.for_made(&client(1), 1).err(), Some(Crowded));
        assert_eq!(struck.of(Limit::UnreadBytes), 1);
        let other = room.for_making(&client(2)).await.ok();
        assert!(other.is_some());
        drop((held, other));
        assert!(room.for_made(&client(1), 1).is_ok());
        assert_eq!(
            room.0.shares.lock().map(|shares| shares.len()).ok(),
            Some(0),
            "nobody is remembered who holds nothing"
        );
    }

    #[tokio::test]
    async fn an_answer_gives_back_what_it_does_not_need() {
        let limits = Limits { answer_bytes: 1 << 20, client_unread_bytes: 1 << 20, ..Limits::default() };
        let room = Room::new(&limits, Struck::default());
        let client = client(1);
        let mut place = room.for_making(&client).await.ok();
        let waits = tokio::time::timeout(Duration::from_millis(50), room.for_making(&client));
        assert!(waits.await.is_err(), "it waits for its own");
        if let Some(place) = &mut place {
            place.made(100_000);
        }
        assert!(room.for_made(&client, 900_000).is_ok());
    }
}
