//! Which database is it, and is its schema up to date?
//!
//! Invariant: two processes that start at once never race for a migration, and a newer schema is refused.

use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{Either, Pools, Store, StoreError, on};

static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");
static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");

/// How long a caller waits for a connection, and `SQLite` for another process's lock.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many statements a connection keeps prepared; multi-row statements have one text for each number of rows.
const PREPARED: usize = 1_024;
/// How many connections read at once.
const READERS: u32 = 12;

impl Store {
    /// Connects to the database of this URL. A `SQLite` file is created when there is none; run [`Store::migrate`] next.
    ///
    /// # Errors
    /// [`StoreError::Url`] for an unknown scheme, [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let scheme = url.split(':').next().unwrap_or_default();
        let unknown = || StoreError::Url { given: scheme.chars().take(60).collect() };
        let pools = match scheme {
            "postgres" | "postgresql" => {
                let options: PgConnectOptions = url.parse().map_err(|_| unknown())?;
                Either::Postgres(postgres(options.statement_cache_capacity(PREPARED)).await?)
            }
            "sqlite" => {
                let options: SqliteConnectOptions = url.parse().map_err(|_| unknown())?;
                Either::Sqlite(sqlite(options).await?)
            }
            _ => return Err(unknown()),
        };
        Ok(Self { pools })
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// [`StoreError::TooNew`] when a newer release has migrated the database, [`StoreError::Migrate`] and faults.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        match &self.pools {
            Either::Postgres(pools) => POSTGRES.run(&pools.write).await?,
            Either::Sqlite(pools) => {
                // sqlx takes no lock on SQLite: its own transactions become savepoints within this one.
                let mut transaction = pools.write.begin_with("begin immediate").await?;
                SQLITE.run_direct(None, &mut *transaction, false).await?;
                transaction.commit().await?;
            }
        }
        Ok(())
    }

    /// Closes every connection; what runs is finished first.
    pub async fn close(&self) {
        on!(&self.pools, pools => {
            pools.write.close().await;
            pools.read.close().await;
        });
    }
}

async fn postgres(options: PgConnectOptions) -> Result<Pools<sqlx::Postgres>, StoreError> {
    // Testing a connection before each use is a round trip; a broken one shows itself, and the writer runs again.
    let pool = || PgPoolOptions::new().acquire_timeout(PATIENCE).test_before_acquire(false);
    let write = pool().max_connections(1).connect_with(options.clone()).await?;
    let read = pool().max_connections(READERS).connect_lazy_with(options);
    Ok(Pools { read, write })
}

async fn sqlite(options: SqliteConnectOptions) -> Result<Pools<sqlx::Sqlite>, StoreError> {
    let options = options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .statement_cache_capacity(PREPARED);
    let mut attempt = 0;
    // Changing a new file to WAL is refused at once while another process does the same, whatever the busy timeout.
    let write = loop {
        let pool = SqlitePoolOptions::new().acquire_timeout(PATIENCE).max_connections(1);
        match pool.connect_with(options.clone()).await.map_err(StoreError::from) {
            Err(StoreError::Busy(_)) if attempt < 50 => {
                attempt += 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            other => break other?,
        }
    };
    let read = SqlitePoolOptions::new().acquire_timeout(PATIENCE).max_connections(READERS).connect_lazy_with(options);
    Ok(Pools { read, write })
}
