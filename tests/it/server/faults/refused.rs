//! Does the database itself refuse to change the log, whatever words are used, as long as nobody takes its triggers away?

use depositary::store::{Store, StoredEvent};
use sqlx::{Connection, PgConnection};
use testkit::databases::{Database, for_each_database};
use testkit::facts::{Process, note, open};
use testkit::tables::{log, run};

const COLUMNS: [&str; 11] = [
    "position",
    "stream",
    "version",
    "kind",
    "schema_version",
    "recorded_at",
    "command_id",
    "command_index",
    "actor",
    "payload",
    "leaf_hash",
];

async fn two_events(store: &Store) -> Vec<StoredEvent> {
    let process = Process::start(store.clone()).await;
    assert!(process.tracker.execute(vec![open("rdp/FO"), note("kept", "rdp/FO")]).await.is_ok());
    log(store).await
}

/// An insert of the first event's columns, each as it is or as another value.
fn over(into: &str, as_other: &[(&str, &str)]) -> String {
    let values =
        COLUMNS.map(|column| as_other.iter().find(|(name, _)| *name == column).map_or(column, |(_, value)| value));
    format!("{into} ({}) select {} from events where position = 1", COLUMNS.join(", "), values.join(", "))
}

#[tokio::test]
async fn every_way_to_change_or_remove_an_event_is_refused_by_the_database() {
    for_each_database(async |store| {
        let before = two_events(&store).await;
        let mut changes: Vec<String> =
            COLUMNS.iter().map(|column| format!("update events set {column} = {column} where position = 1")).collect();
        let sqlite = matches!(store, Store::Sqlite { .. });
        let other_id = if sqlite { "x'00'" } else { "'00000000-0000-0000-0000-000000000000'::uuid" };
        // Over the position, over the stream's version, and over the command.
        let places: [&[(&str, &str)]; 3] = [
            &[("stream", "'rdp/GL'"), ("command_id", other_id)],
            &[("position", "9"), ("command_id", other_id)],
            &[("position", "9"), ("version", "9")],
        ];
        for place in places {
            changes.push(over("insert into events", place));
            for key in ["position", "stream, version", "command_id, command_index"] {
                let upsert = over("insert into events", place);
                changes.push(format!("{upsert} on conflict ({key}) do update set actor = 'x'"));
            }
            if sqlite {
                changes.push(over("insert or replace into events", place));
                changes.push(over("replace into events", place));
                changes.push(over("insert or ignore into events", place));
            }
        }
        changes.push("delete from events".to_owned());
        changes.push("delete from events where position = 2 returning position".to_owned());
        changes
            .push("with old as (select 1 as at) delete from events where position in (select at from old)".to_owned());
        if sqlite {
            changes.push("update or replace events set position = 1 where position = 2".to_owned());
        } else {
            changes.push("with gone as (delete from events returning *) select count(*) from gone".to_owned());
            changes.push(
                "with changed as (update events set actor = 'x' returning *) select count(*) from changed".to_owned(),
            );
            changes.push(
                "merge into events using (select 1 as at) old on position = old.at when matched then delete".to_owned(),
            );
            changes.push("truncate events".to_owned());
            changes.push("truncate events cascade".to_owned());
        }
        for sql in &changes {
            let error = run(&store, sql).await.map_err(|error| error.to_string());
            let told = error.as_ref().err().map(String::as_str).unwrap_or_default();
            assert!(told.contains("append-only") || told.contains("duplicate key"), "{sql}: {error:?}");
            assert_eq!(log(&store).await, before, "{sql}");
        }
        // Only who takes the trigger away, as the owner of the tables alone can, changes an event.
        match store {
            Store::Sqlite { .. } => run(&store, "drop trigger events_refuse_update").await.unwrap(),
            Store::Postgres { .. } => run(&store, "drop trigger events_refuse_update on events").await.unwrap(),
        };
        assert_eq!(run(&store, "update events set actor = 'x' where position = 1").await.unwrap(), 1);
        assert_ne!(log(&store).await, before);
    })
    .await;
}

#[tokio::test]
async fn a_copy_over_a_position_that_exists_is_refused() {
    let Some(database) = Database::postgres().await else { return };
    let store = database.store().await;
    let before = two_events(&store).await;
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    let rows =
        "1\trdp/GL\t1\tagreement_opened\t1\t2026-01-01\t00000000-0000-0000-0000-000000000000\t0\tx\t{}\t\\\\x00\n";
    let mut copy = connection.copy_in_raw("copy events from stdin").await.unwrap();
    copy.send(rows.as_bytes()).await.unwrap();
    let error = copy.finish().await.unwrap_err().to_string();
    assert!(error.contains("duplicate key"), "{error}");
    assert_eq!(log(&store).await, before);
    database.drop().await;
}
