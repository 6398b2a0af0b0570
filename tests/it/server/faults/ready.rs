//! Does a server tell whether it can read and write, to whoever asks and however often?

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use depositary::access::Role;
use depositary::config::instruments::Instruments;
use depositary::record::tracker::Tracker;
use depositary::store::StoreError;
use serde_json::json;
use sqlx::{Connection, PgConnection};
use testkit::databases::{Database, for_each_database};
use testkit::facts::{Process, instruments, note, open, store_error};
use testkit::serving::Served;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// Longer than what was seen is believed.
const LATER: Duration = Duration::from_millis(1_100);

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
    tokio::time::sleep(LATER).await;
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

#[tokio::test]
async fn a_server_is_not_ready_while_the_tables_follow_other_rules_than_its_own_and_says_what_to_do() {
    for database in Database::each().await {
        let server = Served::start(database.store().await).await;
        let token = server.token(Role::Recorder, "desk").await;
        assert_eq!(server.get("/readyz").await.0, 200);
        let rdp = include_str!("../../../../data/instruments/rdp.toml").replace("days = 730", "days = 731");
        let changed = Instruments::of([("rdp.toml".to_owned(), rdp), sosa()]).unwrap();
        let other = database.store().await;
        other.rebuild(&changed, |_| {}).await.unwrap();
        tokio::time::sleep(LATER).await;
        assert_eq!(server.get("/readyz").await.0, 503, "before anybody has tried to append");
        let input = json!({ "input": { "agreementId": "rdp/RO", "commandId": uuid::Uuid::from_u128(7) } });
        let mutation = "mutation($input: OpenAgreementInput!) { openAgreement(input: $input) { position } }";
        let answer = server.raw_as(&token, mutation, input).await;
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "STORAGE_UNAVAILABLE", "{answer}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("starts it anew") && !message.contains("send the same command again"), "{message}");
        tokio::time::sleep(LATER).await;
        assert_eq!(server.get("/readyz").await.0, 503, "however long ago it was");
        other.rebuild(&instruments(), |_| {}).await.unwrap();
        tokio::time::sleep(LATER).await;
        assert_eq!(server.get("/readyz").await.0, 200, "the tables follow its rules again");
        database.drop().await;
    }
}

fn sosa() -> (String, String) {
    ("sosa.toml".to_owned(), include_str!("../../../../data/instruments/sosa.toml").to_owned())
}

#[tokio::test]
async fn a_writer_that_has_ended_is_told_for_ever() {
    for_each_database(async |store| {
        let process = Process::start(store.clone()).await;
        let elsewhere = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let tracker = {
            let _inside = elsewhere.enter();
            Tracker::start(store.clone(), instruments(), process.clock.clone(), process.reader.clone())
        };
        assert!(!tracker.failed_within(Duration::ZERO));
        elsewhere.shutdown_background();
        let error = store_error(tracker.execute(vec![open("rdp/FO")]).await);
        assert!(matches!(*error, StoreError::Stopped), "{error}");
        assert!(tracker.failed_within(Duration::ZERO));
    })
    .await;
}

#[tokio::test]
async fn whoever_waits_for_another_process_that_writes_for_long_is_ready_and_records_after_it() {
    let Some(database) = Database::postgres().await else { return };
    let server = Served::start(database.store().await).await;
    let mut other = PgConnection::connect(&database.url()).await.unwrap();
    let mut long = other.begin().await.unwrap();
    sqlx::query("select 1 from log_head for update").execute(&mut *long).await.unwrap();
    let began = Instant::now();
    let ready = async {
        while began.elapsed() < Duration::from_secs(4) {
            let asked = Instant::now();
            assert_eq!(server.get("/readyz").await.0, 200);
            assert!(asked.elapsed() < Duration::from_secs(1), "/readyz took {:?}", asked.elapsed());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        long.rollback().await.unwrap();
    };
    let (recorded, ()) = tokio::join!(server.behind.tracker.execute(vec![note("in its turn", "rdp/LV")]), ready);
    assert!(!recorded.unwrap().first().unwrap().repeated);
    assert!(began.elapsed() >= Duration::from_secs(4));
    database.drop().await;
}
