//! Which databases does a test run on? SQLite in a temporary file always, PostgreSQL when `DEPOSITARY_TEST_POSTGRES_URL` is set.
//!
//! Invariant: each test makes a database of its own and drops it; which kinds run is printed once.

use std::io::Write;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use depositary::store::Store;
use sqlx::{Connection, PgConnection};

/// The server on which tests may make databases; none when it is not told.
#[expect(clippy::disallowed_methods, reason = "a test has no command line")]
pub fn postgres_server() -> Option<String> {
    static SAID: Once = Once::new();
    let url = std::env::var("DEPOSITARY_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty());
    SAID.call_once(|| {
        let which = match &url {
            Some(_) => "tests run on SQLite and on PostgreSQL",
            None => "tests run on SQLite; set DEPOSITARY_TEST_POSTGRES_URL to run them on PostgreSQL too",
        };
        // Written past the test harness, which keeps to itself what `eprintln!` says.
        let _ = writeln!(std::io::stderr(), "{which}");
    });
    url
}

/// A database of one test's own.
pub enum Database {
    /// A file in a folder that is removed with it.
    Sqlite(tempfile::TempDir),
    /// A database of the server that the tests may use.
    Postgres {
        /// The server's own address.
        server: String,
        /// The name of the database.
        name: String,
    },
}

impl Database {
    /// A new database in a temporary folder.
    pub fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// A new database on the server, when there is one.
    pub async fn postgres() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server = postgres_server()?;
        let name = format!("depositary_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::SeqCst));
        let database = Self::Postgres { server, name };
        database.admin("create database").await;
        Some(database)
    }

    /// Every kind of database that this run has.
    pub async fn each() -> Vec<Self> {
        std::iter::once(Self::sqlite()).chain(Self::postgres().await).collect()
    }

    /// Its address, as the program takes it.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(directory) => format!("sqlite://{}", directory.path().join("depositary.db").display()),
            Self::Postgres { server, name } => {
                let (server, _) = server.rsplit_once('/').unwrap();
                format!("{server}/{name}")
            }
        }
    }

    /// The store, migrated.
    pub async fn store(&self) -> Store {
        let store = Store::connect(&self.url()).await.unwrap();
        store.migrate().await.unwrap();
        store
    }

    async fn admin(&self, what: &str) {
        if let Self::Postgres { server, name } = self {
            let mut connection = PgConnection::connect(server).await.unwrap();
            sqlx::query(&format!("{what} {name}")).execute(&mut connection).await.unwrap();
        }
    }

    /// Drops it, whoever is still connected.
    pub async fn drop(self) {
        if let Self::Postgres { server, name } = &self {
            let mut connection = PgConnection::connect(server).await.unwrap();
            let sql = format!("drop database {name} with (force)");
            sqlx::query(&sql).execute(&mut connection).await.unwrap();
        }
    }
}

/// Runs a test against a store in each database.
pub async fn for_each_database(test: impl AsyncFn(Store)) {
    for database in Database::each().await {
        test(database.store().await).await;
        database.drop().await;
    }
}

/// Keeps everybody from writing a table, as a database does that has fallen silent, while something goes on.
pub async fn silent(store: &Store, table: &str, meanwhile: impl Future<Output = ()>) {
    match store {
        Store::Postgres { read, .. } => {
            let mut locked = read.begin().await.unwrap();
            sqlx::query(&format!("lock table {table} in access exclusive mode")).execute(&mut *locked).await.unwrap();
            meanwhile.await;
            locked.rollback().await.unwrap();
        }
        Store::Sqlite { read, .. } => {
            let mut connection = read.acquire().await.unwrap();
            sqlx::query("begin immediate").execute(&mut *connection).await.unwrap();
            meanwhile.await;
            sqlx::query("rollback").execute(&mut *connection).await.unwrap();
        }
    }
}
