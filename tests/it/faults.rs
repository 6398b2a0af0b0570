//! What happens when the ground gives way, and when a client asks wrongly? Nothing is lost, and everyone is told.

use depositary::domain::ids::Position;
use depositary::store::{Store, StoreError};
use depositary::tracker::ExecuteError;
use serde_json::{Value, json};

use crate::databases::{Database, for_each_database};
use crate::facts::{Process, note, open};
use crate::serving::{Served, for_each_server};

/// What a refused write was refused for.
fn store_error(result: Result<Vec<depositary::tracker::Outcome>, ExecuteError>) -> std::sync::Arc<StoreError> {
    match result {
        Err(ExecuteError::Store(error)) => error,
        other => panic!("{other:?}"),
    }
}

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
    assert_eq!(store.events(Position(0), 1_000).await.unwrap().len(), 2);

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
            Store::Sqlite { read, write } => {
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
        let error = store.events(Position(0), 10).await.unwrap_err();
        assert_eq!(error.to_string(), "table events, position 1: column payload cannot be read");
    })
    .await;
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
            "known are rdp, sosa",
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
        (client.get(&url), 400),
        (client.get(format!("{url}?query={{__typename}}&variables=no")), 400),
    ];
    for (request, status) in requests {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        let body: Value = answer.json().await.unwrap();
        assert!(body["errors"][0]["extensions"]["code"].is_string() && body.get("data") != Some(&json!({})), "{body}");
    }
    let answer = client.get(format!("{url}?query={{__typename}}")).send().await.unwrap();
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({ "data": { "__typename": "Query" } }));
    let huge = "x".repeat(300 * 1024);
    let answer = client.post(&url).header("content-type", "application/json").body(huge).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 413);
}
