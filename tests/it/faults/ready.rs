//! Does a server tell whether it can read and write, to whoever asks and however often?

use std::collections::BTreeSet;
use std::time::Duration;

use sqlx::{Connection, PgConnection};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::databases::Database;
use crate::serving::Served;

/// The sessions of others on a database.
async fn sessions(database: &mut PgConnection) -> BTreeSet<i32> {
    let sql = "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
    sqlx::query_scalar(sql).fetch_all(database).await.unwrap().into_iter().collect()
}

#[tokio::test]
async fn whoever_asks_whether_it_is_ready_and_hangs_up_ends_no_connection_of_the_server() {
    let Some(database) = Database::postgres().await else { return };
    let server = Served::start(database.store().await).await;
    let mut other = PgConnection::connect(&database.url()).await.unwrap();
    assert_eq!(server.get("/readyz").await.0, 200);
    let before = sessions(&mut other).await;
    // Nothing is known any more, so that each of these would look by itself.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    for number in 0..300 {
        let mut client = TcpStream::connect(server.address).await.unwrap();
        client.write_all(b"GET /readyz HTTP/1.1\r\nhost: here\r\n\r\n").await.unwrap();
        tokio::time::sleep(Duration::from_millis(number % 5)).await;
    }
    assert_eq!(server.get("/readyz").await.0, 200);
    let after = sessions(&mut other).await;
    assert!(before.is_subset(&after), "sessions were ended: {before:?} became {after:?}");
    database.drop().await;
}
