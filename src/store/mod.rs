//! What does the memory hold, and how is it reached?
//!
//! Invariant: the only SQL of the crate is below this module, one text for both databases.

mod append;
mod connect;
mod dialect;
mod error;
mod log;
mod rebuild;
mod restore;
mod rows;
mod search;

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Pool, Postgres, Sqlite, SqliteConnection, Transaction};

pub use append::Appending;
pub use dialect::Listener;
pub use error::StoreError;
pub use log::{Head, StoredEvent};
pub use search::{AgreementSearch, Match, MilestoneHit, MilestoneSearch, Page, Window};

/// A thing of the one database or the other.
#[derive(Debug, Clone)]
pub(crate) enum Either<P, S> {
    /// PostgreSQL's.
    Postgres(P),
    /// SQLite's.
    Sqlite(S),
}

/// Runs one piece of code on whichever database there is; `Db` is its type inside.
macro_rules! on {
    ($either:expr, $it:pat => $body:expr) => {
        match $either {
            $crate::store::Either::Postgres($it) => $body,
            $crate::store::Either::Sqlite($it) => $body,
        }
    };
    ($either:expr, $it:pat, $db:ident => $body:expr) => {
        match $either {
            $crate::store::Either::Postgres($it) => {
                type $db = sqlx::Postgres;
                $body
            }
            $crate::store::Either::Sqlite($it) => {
                type $db = sqlx::Sqlite;
                $body
            }
        }
    };
}
use on;

/// Many connections to read with, and one to write with: a process has one writer, whose statements stay prepared.
#[derive(Debug)]
pub(crate) struct Pools<D: sqlx::Database> {
    read: Pool<D>,
    write: Pool<D>,
}

impl<D: sqlx::Database> Clone for Pools<D> {
    fn clone(&self) -> Self {
        Self { read: self.read.clone(), write: self.write.clone() }
    }
}

/// The memory: `SQLite` in a file, or `PostgreSQL`, chosen by URL. A clone is cheap and reaches the same database.
#[derive(Debug, Clone)]
pub struct Store {
    pools: Either<Pools<Postgres>, Pools<Sqlite>>,
}

/// A connection, whoever owns it.
type Conn<'c> = Either<&'c mut PgConnection, &'c mut SqliteConnection>;

/// A connection for one read.
type Session = Either<PoolConnection<Postgres>, PoolConnection<Sqlite>>;

/// An open transaction; dropped without a commit, it is rolled back.
type Tx = Either<Transaction<'static, Postgres>, Transaction<'static, Sqlite>>;

/// How many rows one statement carries; 11 columns of them stay below both limits on binds (65,535 and 32,766).
const ROWS_A_STATEMENT: usize = 256;

impl Either<PoolConnection<Postgres>, PoolConnection<Sqlite>> {
    fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Postgres(connection) => Either::Postgres(connection),
            Self::Sqlite(connection) => Either::Sqlite(connection),
        }
    }
}

impl Either<Transaction<'static, Postgres>, Transaction<'static, Sqlite>> {
    fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Postgres(transaction) => Either::Postgres(transaction),
            Self::Sqlite(transaction) => Either::Sqlite(transaction),
        }
    }

    async fn commit(self) -> Result<(), sqlx::Error> {
        on!(self, transaction => transaction.commit().await)
    }
}

impl Store {
    /// A connection for one read.
    async fn session(&self) -> Result<Session, StoreError> {
        Ok(match &self.pools {
            Either::Postgres(pools) => Either::Postgres(pools.read.acquire().await?),
            Either::Sqlite(pools) => Either::Sqlite(pools.read.acquire().await?),
        })
    }

    /// A read-only transaction in which every statement sees the same state.
    async fn snapshot(&self) -> Result<Tx, StoreError> {
        use dialect::Dialect;
        Ok(match &self.pools {
            Either::Postgres(pools) => Either::Postgres(pools.read.begin_with(Postgres::BEGIN_SNAPSHOT).await?),
            Either::Sqlite(pools) => Either::Sqlite(pools.read.begin_with(Sqlite::BEGIN_SNAPSHOT).await?),
        })
    }

    /// The transaction of the one writer.
    async fn writing(&self) -> Result<Tx, StoreError> {
        use dialect::Dialect;
        Ok(match &self.pools {
            Either::Postgres(pools) => Either::Postgres(pools.write.begin_with(Postgres::BEGIN_WRITE).await?),
            Either::Sqlite(pools) => Either::Sqlite(pools.write.begin_with(Sqlite::BEGIN_WRITE).await?),
        })
    }
}
