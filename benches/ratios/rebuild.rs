//! The time of a rebuild, against a bulk insert of the same rows.

use std::time::Instant;

use depositary::store::Store;
use sqlx::{Connection, PgConnection, QueryBuilder, SqliteConnection};

use crate::{drop_postgres, large, postgres, tell};

/// Reads the rows into memory, empties the tables and inserts them again, 256 a statement, in one transaction.
macro_rules! bulk {
    ($connection:ident) => {{
        let agreements: Vec<Agreement> =
            sqlx::query_as("select * from agreements").fetch_all(&mut $connection).await.expect("rows");
        let milestones: Vec<Milestone> =
            sqlx::query_as("select * from milestones").fetch_all(&mut $connection).await.expect("rows");
        let periods: Vec<Period> =
            sqlx::query_as("select * from periods").fetch_all(&mut $connection).await.expect("rows");
        let started = Instant::now();
        let mut tx = $connection.begin().await.expect("a transaction");
        for table in ["agreements", "milestones", "periods"] {
            let sql = format!("delete from {table}");
            sqlx::query(&sql).execute(&mut *tx).await.expect("an empty table");
        }
        for some in agreements.chunks(256) {
            let mut query = QueryBuilder::new("insert into agreements ");
            query.push_values(some, |mut row, of| {
                row.push_bind(&of.0).push_bind(&of.1).push_bind(&of.2).push_bind(of.3).push_bind(of.4);
                row.push_bind(&of.5).push_bind(&of.6);
            });
            query.build().execute(&mut *tx).await.expect("rows are inserted");
        }
        for some in milestones.chunks(256) {
            let mut query = QueryBuilder::new("insert into milestones ");
            query.push_values(some, |mut row, of| {
                row.push_bind(of.0).push_bind(&of.1).push_bind(&of.2).push_bind(of.3).push_bind(of.4);
                row.push_bind(of.5).push_bind(&of.6).push_bind(of.7).push_bind(of.8);
            });
            query.build().execute(&mut *tx).await.expect("rows are inserted");
        }
        for some in periods.chunks(256) {
            let mut query = QueryBuilder::new("insert into periods ");
            query.push_values(some, |mut row, of| {
                row.push_bind(&of.0).push_bind(of.1).push_bind(of.2).push_bind(of.3).push_bind(of.4);
                row.push_bind(of.5).push_bind(of.6).push_bind(of.7).push_bind(of.8).push_bind(of.9).push_bind(&of.10);
            });
            query.build().execute(&mut *tx).await.expect("rows are inserted");
        }
        tx.commit().await.expect("a commit");
        started.elapsed().as_secs_f64()
    }};
}

/// Measures on each database.
pub async fn run() {
    let place = tempfile::tempdir().expect("a directory");
    let url = format!("sqlite://{}/large.db", place.path().display());
    let rebuilt = rebuild(&url).await;
    let mut connection = SqliteConnection::connect(&url).await.expect("the database answers");
    let inserted = bulk!(connection);
    tell_both("SQLite", rebuilt, inserted);
    match postgres("depositary_bench_rebuild").await {
        None => println!("rebuild: no PostgreSQL answers; left out"),
        Some(url) => {
            let rebuilt = rebuild(&url).await;
            let mut connection = PgConnection::connect(&url).await.expect("the database answers");
            let inserted = bulk!(connection);
            tell_both("PostgreSQL", rebuilt, inserted);
            drop(connection);
            drop_postgres(&url).await;
        }
    }
}

fn tell_both(database: &str, rebuilt: f64, inserted: f64) {
    println!("rebuild: {database}, rebuild {rebuilt:.1} s, bulk insert of the same rows {inserted:.1} s");
    tell(&format!("rebuild: time to a bulk insert of the same rows, {database}"), rebuilt / inserted, "at most 2.50");
}

/// Fills a database with the large log, and tells how long a rebuild takes.
async fn rebuild(url: &str) -> f64 {
    let store = Store::connect(url).await.expect("the database answers");
    store.migrate().await.expect("the database is new");
    let instruments = large::instruments();
    store.restore_as_recorded(large::events(1), &instruments).await.expect("the log is restored");
    let started = Instant::now();
    store.rebuild(&instruments, |_| {}).await.expect("the tables are rebuilt");
    started.elapsed().as_secs_f64()
}

type Agreement = (String, String, String, i64, i64, String, String);
type Milestone =
    (uuid::Uuid, String, String, bool, Option<chrono::NaiveDate>, chrono::NaiveDate, String, Option<i64>, i64);
type Period =
    (String, i64, Option<chrono::NaiveDate>, Option<chrono::NaiveDate>, i64, i64, i64, i64, i64, bool, String);
