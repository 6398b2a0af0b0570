//! What if the database falls silent or fails in the middle of something?
//!
//! Invariant: nobody waits longer than [`PATIENCE`] for one answer of PostgreSQL or [`OPENING`] for a connection. A connection
//! on which something was begun and not ended is closed, never used again: what it still holds is unknown, also after a commit
//! that failed.

use std::future::Future;
use std::io;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{Connection, Database, Executor, Postgres, Sqlite, SqlitePool};

use super::{SqliteFile, StoreError};

/// How long PostgreSQL may take to answer a statement.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);

/// How long a caller waits for a connection. It is shorter than [`PATIENCE`], because a handshake on a way that has fallen
/// silent uses all of it, also when the way heals meanwhile.
const OPENING: Duration = Duration::from_secs(2);

/// What a transaction that is in a hurry begins with: it waits for a lock less long than its client waits for it, and when
/// its client falls silent, the database does not hold the head of the log for it.
const HURRIED: &str = "begin; set local lock_timeout = '2s'; set local idle_in_transaction_session_timeout = '3s'";

/// How long an idle connection may take to show that it lives.
const LIVES: Duration = Duration::from_secs(1);

/// A connection, taken from its pool for one purpose.
#[derive(Debug)]
pub(crate) struct Held<DB: Database> {
    connection: PoolConnection<DB>,
    patience: Option<Duration>,
    ended: bool,
    /// The file that it writes, which must be at its place before a write is acknowledged.
    file: Option<Arc<SqliteFile>>,
}

impl Held<Postgres> {
    /// A connection for a statement.
    pub(crate) async fn of(pool: &PgPool) -> Result<Self, StoreError> {
        Ok(Self { connection: pool.acquire().await?, patience: Some(PATIENCE), ended: false, file: None })
    }

    /// A transaction; without patience each statement may take as long as it takes.
    pub(super) async fn begin(pool: &PgPool, patience: Option<Duration>) -> Result<Self, StoreError> {
        let mut held = Self::of(pool).await?;
        held.patience = patience;
        held.run(if patience.is_some() { HURRIED } else { "begin" }).await?;
        Ok(held)
    }

    /// Waits only this short for a lock, for code that looks whether another one holds it.
    pub(super) async fn glance(&mut self) -> Result<(), StoreError> {
        self.run("set local lock_timeout = '200ms'").await
    }

    /// A transaction in which every read sees one state.
    pub(super) async fn snapshot(pool: &PgPool) -> Result<Self, StoreError> {
        let mut held = Self::of(pool).await?;
        held.run("begin isolation level repeatable read read only").await?;
        Ok(held)
    }
}

impl Held<Sqlite> {
    /// A transaction, begun by these words. A file answers or fails; it is never silent.
    pub(super) async fn begin(pool: &SqlitePool, sql: &'static str) -> Result<Self, StoreError> {
        let mut held = Self { connection: pool.acquire().await?, patience: None, ended: false, file: None };
        held.run(sql).await?;
        Ok(held)
    }

    /// The same, of a file that it writes.
    pub(super) fn of_file(mut self, file: &Arc<SqliteFile>) -> Self {
        self.file = Some(file.clone());
        self
    }
}

impl<DB: Database> Held<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    async fn run(&mut self, sql: &'static str) -> Result<(), StoreError> {
        within(self.patience, async { Ok(self.connection.execute(sql).await?) }).await?;
        Ok(())
    }

    /// Commits the transaction that was begun.
    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        self.stays(false)?;
        self.run("commit").await?;
        self.stays(true)?;
        self.end();
        Ok(())
    }
}

impl<DB: Database> Held<DB> {
    /// That the file is at its place: what is written into one that was deleted is acknowledged to nobody.
    fn stays(&self, written: bool) -> Result<(), StoreError> {
        self.file.as_ref().map_or(Ok(()), |file| file.check(written))
    }

    /// How long it waits for an answer.
    pub(crate) const fn patience(&self) -> Option<Duration> {
        self.patience
    }

    /// Waits for each answer as long as it takes.
    pub(super) const fn unhurried(&mut self) {
        self.patience = None;
    }

    /// Gives it back: what it was taken for has ended.
    pub(crate) fn end(mut self) {
        self.ended = true;
    }
}

impl<DB: Database> Deref for Held<DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        &self.connection
    }
}

impl<DB: Database> DerefMut for Held<DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        &mut self.connection
    }
}

impl<DB: Database> Drop for Held<DB> {
    fn drop(&mut self) {
        if !self.ended {
            self.connection.close_on_drop();
        }
    }
}

/// Waits for something, at most so long.
///
/// # Errors
/// [`StoreError::Unavailable`] when it takes longer, or its own.
pub(crate) async fn within<T>(
    patience: Option<Duration>,
    what: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let Some(patience) = patience else { return what.await };
    tokio::time::timeout(patience, what).await.unwrap_or_else(|_| Err(silent(patience).into()))
}

/// When PostgreSQL last left a question unanswered, in milliseconds since the process first asked for it; 0 for never.
///
/// A way that fell silent has taken every connection that was open then, and each would cost its own wait to find out. One
/// mark serves all pools of the process: a healthy connection of another database that it strikes is only opened anew.
static SILENCE: AtomicU64 = AtomicU64::new(0);

/// The time of the process for [`SILENCE`]: never 0.
fn now() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    u64::try_from(START.get_or_init(Instant::now).elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
}

/// Whether a connection of this age was open when PostgreSQL last fell silent.
fn from_before_a_silence(age: Duration) -> bool {
    let opened = now().saturating_sub(u64::try_from(age.as_millis()).unwrap_or(u64::MAX));
    let silence = SILENCE.load(Ordering::Relaxed);
    silence > 0 && opened <= silence
}

fn silent(after: Duration) -> sqlx::Error {
    SILENCE.store(now(), Ordering::Relaxed);
    let message = format!("the database did not answer within {} s", after.as_secs());
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, message))
}

/// A pool of so many connections. One that has been idle so long is asked whether it lives before it is used.
pub(super) async fn pool(most: u32, unasked: Duration, options: PgConnectOptions) -> Result<PgPool, sqlx::Error> {
    PgPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(OPENING)
        // The pool's own question has no limit of time.
        .test_before_acquire(false)
        .before_acquire(move |connection, used| {
            Box::pin(async move {
                if from_before_a_silence(used.age) {
                    // An error has the connection dropped; `Ok(false)` would say goodbye to a silent peer first.
                    return Err(sqlx::Error::Io(io::ErrorKind::NotConnected.into()));
                }
                if used.idle_for < unasked { Ok(true) } else { lives(connection).await }
            })
        })
        .after_release(|connection, _| Box::pin(lives(connection)))
        .connect_with(options)
        .await
}

async fn lives(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    tokio::time::timeout(LIVES, connection.ping()).await.unwrap_or_else(|_| Err(silent(LIVES))).map(|()| true)
}
