//! What happens when the ground gives way, and when a client asks wrongly? Nothing is lost, and everyone is told.

use depositary::config::instruments::Instruments;
use depositary::domain::ids::Position;
use depositary::store::{Store, StoreError};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use testkit::databases::{Database, for_each_database};
use testkit::facts::{Process, note, open, store_error};
use testkit::serving::{Served, for_each_server};
use testkit::tables::run;

#[tokio::test]
async fn a_full_disk_is_told_as_such_and_the_log_is_as_it_was() {
    let database = Database::sqlite();
    let store = database.store().await;
    let process = Process::start(store.clone()).await;
    let _ = process.tracker.execute(vec![open("rdp/FO"), note("before", "rdp/FO")]).await.unwrap();
    let Store::Sqlite { write, .. } = &store else { panic!("a SQLite store") };
    let pages: i64 = sqlx::query_scalar("pragma page_count").fetch_one(write).await.unwrap();
    sqlx::query(&format!("pragma max_page_count = {pages}")).execute(write).await.unwrap();

    let many = (0..200).map(|number| note(&format!("no room for {number}"), "rdp/FO")).collect::<Vec<_>>();
    let error = store_error(process.tracker.execute(many.clone()).await);
    assert!(matches!(*error, StoreError::Full(_)), "{error:?}");
    assert_eq!(store.head().await.unwrap().position, Position(2));
    assert_eq!(store.events(Position(0), Position(1_000_000), 1_000).await.unwrap().len(), 2);

    sqlx::query("pragma max_page_count = 1000000").execute(write).await.unwrap();
    assert_eq!(process.tracker.execute(many).await.unwrap().len(), 200, "there is room again");
    assert_eq!(store.head().await.unwrap().position, Position(202));
}

#[tokio::test]
async fn a_database_that_goes_away_loses_nothing_that_was_acknowledged_and_is_told_as_such() {
    for database in Database::each().await {
        let store = database.store().await;
        let process = Process::start(store.clone()).await;
        let _ = process.tracker.execute(vec![open("rdp/FO"), note("before", "rdp/FO")]).await.unwrap();
        match &store {
            Store::Postgres { read, write } => {
                read.close().await;
                write.close().await;
            }
            Store::Sqlite { read, write, .. } => {
                read.close().await;
                write.close().await;
            }
        }
        let error = store_error(process.tracker.execute(vec![note("after", "rdp/FO")]).await);
        assert!(matches!(*error, StoreError::Unavailable(_)), "{error:?}");
        assert!(matches!(process.reader.streams(&[]).await, Ok(streams) if streams.is_empty()));
        assert!(store.head().await.is_err());

        // Whoever comes after finds what was acknowledged, and the same command again is recorded once.
        let again = Process::start(database.store().await).await;
        assert_eq!(again.store.head().await.unwrap().position, Position(2));
        let after = again.tracker.execute(vec![note("after", "rdp/FO")]).await.unwrap();
        assert!(!after[0].repeated);
        database.drop().await;
    }
}

#[tokio::test]
async fn a_server_whose_database_is_gone_lives_and_is_not_ready() {
    for database in Database::each().await {
        let store = database.store().await;
        let server = Served::start(store.clone()).await;
        assert_eq!(server.get("/readyz").await.0, 200);
        match &store {
            Store::Postgres { read, .. } => read.close().await,
            Store::Sqlite { read, .. } => read.close().await,
        }
        assert_eq!(server.get("/livez").await.0, 200);
        assert_eq!(server.get("/readyz").await.0, 503);
        let query = r#"{ country(code: "JP") { status(instrument: "rdp") { headline } } }"#;
        let answer = server.raw(query, json!({})).await;
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "STORAGE_UNAVAILABLE", "{answer}");
        assert!(!error["message"].as_str().unwrap().to_lowercase().contains("pool"), "{answer}");
        database.drop().await;
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_named_by_table_column_and_key() {
    for_each_database(async |store| {
        let process = Process::start(store.clone()).await;
        let _ = process.tracker.execute(vec![open("rdp/FO")]).await.unwrap();
        // The log refuses this; whoever reaches the files can do it all the same.
        match &store {
            Store::Postgres { write, .. } => {
                let harm = "alter table events disable trigger user; update events set payload = '{\"x\":1}'";
                sqlx::raw_sql(harm).execute(write).await.unwrap();
            }
            Store::Sqlite { write, .. } => {
                let harm = "drop trigger events_refuse_update; update events set payload = '{\"x\":1}'";
                sqlx::raw_sql(harm).execute(write).await.unwrap();
            }
        }
        let error = store.events(Position(0), Position(1_000_000), 10).await.unwrap_err();
        assert_eq!(error.to_string(), "table events, position 1: column payload cannot be read");
    })
    .await;
}

#[tokio::test]
async fn a_stream_that_cannot_be_read_hinders_no_other_in_its_batch() {
    for database in Database::each().await {
        let store = database.store().await;
        let process = Process::start(store.clone()).await;
        let _ = process.tracker.execute(vec![open("rdp/FO"), open("rdp/GL")]).await.unwrap();
        let harm = match &store {
            Store::Postgres { .. } => "alter table events disable trigger user",
            Store::Sqlite { .. } => "drop trigger events_refuse_update",
        };
        run(&store, harm).await.unwrap();
        run(&store, "update events set kind = 'agreement_dreamt' where stream = 'rdp/FO'").await.unwrap();
        // A process that holds nothing in memory yet.
        let process = Process::start(database.store().await).await;
        let (harmed, other, last) = tokio::join!(
            process.tracker.execute(vec![note("onto the harmed", "rdp/FO")]),
            process.tracker.execute(vec![note("onto another", "rdp/GL")]),
            process.tracker.execute(vec![note("onto both", "rdp/GL"), note("and the harmed", "rdp/FO")]),
        );
        for result in [harmed, last] {
            let told = depositary::telemetry::chain(&*store_error(result));
            let place = "table events, position 1: column payload cannot be read: no event `agreement_dreamt`";
            assert!(told.starts_with(place), "{told}");
        }
        assert_eq!(other.unwrap().first().unwrap().event.position, Position(3));
        assert_eq!(store.head().await.unwrap().position, Position(3));

        run(&store, "update agreements set agreement = 'nonsense' where agreement = 'rdp/GL'").await.unwrap();
        let told = store.agreement_ids(None, None, 10).await.unwrap_err().to_string();
        assert_eq!(told, "table agreements, nonsense: column agreement cannot be read");
        database.drop().await;
    }
}

#[tokio::test]
async fn connections_that_were_ended_are_made_anew_without_a_word() {
    let Some(database) = Database::postgres().await else { return };
    let server = Served::start(database.store().await).await;
    let process = Process::start(database.store().await).await;
    let mut other = PgConnection::connect(&database.url()).await.unwrap();
    for number in 0..3 {
        let end = "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid()";
        assert!(!sqlx::query(end).fetch_all(&mut other).await.unwrap().is_empty());
        let outcomes = process.tracker.execute(vec![note(&format!("after the end {number}"), "rdp/LV")]).await.unwrap();
        assert!(!outcomes.first().unwrap().repeated);
        assert_eq!(server.get("/readyz").await.0, 200);
    }
    database.drop().await;
}

#[tokio::test]
async fn a_database_that_is_dropped_is_told_as_unavailable() {
    let Some(database) = Database::postgres().await else { return };
    let server = Served::start(database.store().await).await;
    let process = Process::start(database.store().await).await;
    database.drop().await;
    let error = store_error(process.tracker.execute(vec![note("into nothing", "rdp/LV")]).await);
    assert!(matches!(*error, StoreError::Unavailable(_)), "{}", depositary::telemetry::chain(&*error));
    assert!(error.to_string().contains("can be sent again under the same command id"), "{error}");
    assert_eq!(server.get("/readyz").await.0, 503);
    assert_eq!(server.get("/livez").await.0, 200);
}

#[tokio::test]
async fn a_process_of_other_rules_writes_nothing_once_the_tables_follow_new_ones() {
    for database in Database::each().await {
        let process = Process::start(database.store().await).await;
        let _ = process.tracker.execute(vec![open("rdp/FO")]).await.unwrap();
        let rdp = include_str!("../../../../data/instruments/rdp.toml").replace("days = 730", "days = 731");
        let changed = Instruments::of([("rdp.toml".to_owned(), rdp)]).unwrap();
        assert!(process.store.needs_rebuild(&changed).await.unwrap());
        process.store.rebuild(&changed, |_| {}).await.unwrap();
        let error = store_error(process.tracker.execute(vec![note("by old rules", "rdp/FO")]).await);
        assert!(matches!(*error, StoreError::OtherRules), "{error}");
        assert_eq!(process.store.head().await.unwrap().position, Position(1));
        process.store.rebuild(&testkit::facts::instruments(), |_| {}).await.unwrap();
        let _ = process.tracker.execute(vec![note("by old rules", "rdp/FO")]).await.unwrap();
        database.drop().await;
    }
}

/// Whether a message is for people: no debug text of Rust, no path of a module, not empty.
fn is_plain(message: &str) -> bool {
    let debug = ["Some(", "None", "Err(", "Ok(", "::", "Error {", "panicked", "unwrap", "sqlx"];
    !message.is_empty() && debug.iter().all(|text| !message.contains(text))
}

#[tokio::test]
async fn a_wrong_question_is_told_what_is_wrong_with_it_and_has_a_code() {
    let cases = [
        (r#"{ country(code: "XX") { name } }"#, "BAD_USER_INPUT", "alpha-2 code of a country"),
        (
            r#"{ country(code: "LV") { status(instrument: "rdp", asOf: "2017-02-30") { stage } } }"#,
            "BAD_USER_INPUT",
            "a day of the calendar",
        ),
        (
            r#"{ country(code: "LV") { status(instrument: "rdp", knownAt: "2020-01-01T00:00:00Z", atPosition: 3) { stage } } }"#,
            "BAD_USER_INPUT",
            "exclude each other",
        ),
        (
            r#"{ country(code: "LV") { status(instrument: "nato") { stage } } }"#,
            "BAD_USER_INPUT",
            "known are korus, rdp, rsf, sosa",
        ),
        (
            r#"{ country(code: "LV") { status(instrument: "rdp", atPosition: 999999) { stage } } }"#,
            "BAD_USER_INPUT",
            "ahead of the log",
        ),
        (
            r#"{ country(code: "LV") { status(instrument: "rdp", knownAt: "yesterday") { stage } } }"#,
            "BAD_USER_INPUT",
            "an instant",
        ),
        (r"{ agreements(first: 101) { totalCount } }", "BAD_USER_INPUT", "1 to 100"),
        (r"{ agreements(first: 0) { totalCount } }", "BAD_USER_INPUT", "1 to 100"),
        (r"{ agreements(first: 1, last: 1) { totalCount } }", "BAD_USER_INPUT", "not both"),
        (r#"{ agreements(after: "nonsense") { totalCount } }"#, "BAD_USER_INPUT", "cursor"),
        (r#"{ agreements(filter: { instrument: "nato" }) { totalCount } }"#, "BAD_USER_INPUT", "nato"),
        (r#"{ agreement(id: "rdp-KR") { id } }"#, "BAD_USER_INPUT", "rdp/LV"),
        (r"{ agreements { nothing } }", "GRAPHQL_VALIDATION_FAILED", "nothing"),
        (r"{ agreements(", "GRAPHQL_PARSE_FAILED", "expected"),
    ];
    for_each_server(async |server| {
        for (query, code, says) in cases {
            let answer = server.raw(query, json!({})).await;
            let error = &answer["errors"][0];
            assert_eq!(error["extensions"]["code"], code, "{query}: {answer}");
            assert!(
                error.get("path").is_some() || answer.get("data").is_none(),
                "what was not executed has no data: {answer}"
            );
            let message = error["message"].as_str().unwrap();
            assert!(message.contains(says) && message.chars().count() <= 300, "{query}: {message}");
            assert!(is_plain(message), "{query}: {message}");
        }
        let nested = format!("{{ agreements(filter: {}", "[".repeat(2_000));
        let answer = server.raw(&nested, json!({})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "QUERY_TOO_COMPLEX", "{answer}");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_a_graphql_request_is_refused_as_json() {
    let database = Database::sqlite();
    let server = Served::start(database.store().await).await;
    let client = reqwest::Client::new();
    let url = format!("http://{}/graphql", server.address);
    let requests = [
        (client.post(&url).header("content-type", "application/json").body("{"), 400),
        (client.post(&url).header("content-type", "application/json").body("[1]"), 400),
        (client.post(&url).body("{ __typename }"), 415),
        (client.post(&url).header("content-type", "application/json").body("{\"variables\":{}}"), 400),
        (client.get(&url), 400),
        (client.get(format!("{url}?query={{__typename}}&variables=no")), 400),
    ];
    for (request, status) in requests {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        let body: Value = answer.json().await.unwrap();
        assert!(body["errors"][0]["extensions"]["code"].is_string() && body.get("data") != Some(&json!({})), "{body}");
        assert!(is_plain(body["errors"][0]["message"].as_str().unwrap()), "{body}");
    }
    let answer = client.get(format!("{url}?query={{__typename}}")).send().await.unwrap();
    assert_eq!(answer.json::<Value>().await.unwrap()["data"], json!({ "__typename": "Query" }));
    let huge = "x".repeat(300 * 1024);
    let answer = client.post(&url).header("content-type", "application/json").body(huge).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 413);
}
