//! What is in the tables of a store, past everything that the store allows?
//!
//! Invariant: the same text in both databases, where they hold the same.

use std::collections::BTreeMap;

use depositary::domain::ids::Position;
use depositary::store::{Store, StoredEvent};

/// The whole log as it is stored.
pub async fn log(store: &Store) -> Vec<StoredEvent> {
    store.stored_events(Position(0), 100_000).await.unwrap()
}

/// Runs a statement, whichever database it is.
///
/// # Errors
/// What the database says of a statement that it refuses.
pub async fn run(store: &Store, sql: &str) -> Result<u64, sqlx::Error> {
    match store {
        Store::Postgres { write: pool, .. } => sqlx::raw_sql(sql).execute(pool).await.map(|done| done.rows_affected()),
        Store::Sqlite { write, .. } => sqlx::raw_sql(sql).execute(write).await.map(|done| done.rows_affected()),
    }
}

/// The texts of a one-column query.
pub async fn texts(store: &Store, sql: &str) -> Vec<String> {
    match store {
        Store::Postgres { write: pool, .. } => sqlx::query_scalar(sql).fetch_all(pool).await.unwrap(),
        Store::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_all(read).await.unwrap(),
    }
}

/// The tables that follow from the log.
pub const TABLES: [&str; 3] = ["agreements", "milestones", "periods"];

/// Every row of every table that follows from the log, the same text in both databases.
pub async fn dump(store: &Store) -> BTreeMap<&'static str, Vec<String>> {
    let mut dumped = BTreeMap::new();
    for table in TABLES {
        let columns = columns(store).await.remove(table).unwrap();
        let as_text = columns.iter().map(|(name, kind)| match (store, kind.as_str()) {
            (Store::Sqlite { .. }, "blob") => format!("lower(hex({name}))"),
            (Store::Sqlite { .. }, _) => format!("ifnull(cast({name} as text), '-')"),
            (Store::Postgres { .. }, "uuid") => format!("replace({name}::text, '-', '')"),
            (Store::Postgres { .. }, "boolean") => format!("{name}::int::text"),
            (Store::Postgres { .. }, _) => format!("coalesce({name}::text, '-')"),
        });
        let row = as_text.collect::<Vec<_>>().join(" || ' ' || ");
        let mut rows = texts(store, &format!("select {row} from {table}")).await;
        rows.sort();
        dumped.insert(table, rows);
    }
    dumped
}

/// Each table's columns with their types, in order.
pub async fn columns(store: &Store) -> BTreeMap<String, Vec<(String, String)>> {
    let sql = match store {
        Store::Postgres { .. } => {
            "select table_name::text, column_name::text,
                replace(replace(data_type, 'timestamp with time zone', 'timestamptz'), 'character varying', 'varchar')
             from information_schema.columns
             where table_schema = 'public'
             order by table_name, ordinal_position"
        }
        Store::Sqlite { .. } => {
            "select t.name, c.name, lower(c.type)
             from sqlite_schema t join pragma_table_info(t.name) c
             where t.type = 'table'
             order by t.name, c.cid"
        }
    };
    let rows: Vec<(String, String, String)> = match store {
        Store::Postgres { write: pool, .. } => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
        Store::Sqlite { read, .. } => sqlx::query_as(sql).fetch_all(read).await.unwrap(),
    };
    let mut tables: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (table, column, kind) in rows.into_iter().filter(|(table, ..)| !table.starts_with("_sqlx")) {
        tables.entry(table).or_default().push((column, kind));
    }
    tables
}

/// Takes the guards off, as whoever has the database's password can.
pub async fn disarm(store: &Store) {
    let guards = match store {
        Store::Postgres { .. } => "alter table events disable trigger all",
        Store::Sqlite { .. } => {
            "drop trigger events_refuse_update; drop trigger events_refuse_delete; drop trigger events_refuse_replace; pragma synchronous = off"
        }
    };
    run(store, guards).await.unwrap();
}
