//! Are the tables what the migrations and the projections say, in both databases alike?

use depositary::domain::command::Intent;
use depositary::domain::event::MilestoneRetracted;
use depositary::record::import::Line;
use depositary::store::{Store, StoreError};
use testkit::databases::{Database, for_each_database};
use testkit::facts::{Process, command, instruments, note, open};
use testkit::tables::{columns, dump, log, run, texts};

#[tokio::test]
async fn the_migration_twins_have_the_same_tables_columns_and_matching_types() {
    let Some(postgres) = Database::postgres().await else { return };
    let sqlite = Database::sqlite();
    let ours = columns(&sqlite.store().await).await;
    let theirs = columns(&postgres.store().await).await;
    assert_eq!(ours.len(), 19);
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
    for (table, columns) in &ours {
        let other = theirs.get(table).unwrap();
        let names = |columns: &[(String, String)]| columns.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(columns), names(other), "{table}");
        for ((name, sqlite), (_, postgres)) in columns.iter().zip(other) {
            let allowed: &[&str] = match sqlite.as_str() {
                "blob" => &["uuid", "bytea"],
                "integer" => &["bigint", "boolean"],
                "text" => &["text", "timestamptz", "date"],
                _ => &[],
            };
            assert!(allowed.contains(&postgres.as_str()), "{table}.{name} is {sqlite} and {postgres}");
        }
    }
    let strict = "select name from pragma_table_list where schema = 'main' and strict = 1";
    assert_eq!(texts(&sqlite.store().await, strict).await.len(), ours.len(), "every table is strict");
    postgres.drop().await;
}

#[tokio::test]
async fn two_processes_that_start_at_once_on_a_new_database_both_succeed() {
    for _ in 0..8 {
        for database in Database::each().await {
            let url = database.url();
            let start = || {
                let url = url.clone();
                tokio::spawn(async move {
                    let store = Store::connect(&url).await?;
                    store.migrate().await?;
                    store.head().await
                })
            };
            let starts: Vec<_> = (0..4).map(|_| start()).collect();
            for started in starts {
                let head: Result<_, StoreError> = started.await.unwrap();
                let told = head.map_err(|error| depositary::telemetry::chain(&error));
                assert_eq!(told.map(|head| head.position.0), Ok(0), "{url}");
            }
            database.drop().await;
        }
    }
}

#[tokio::test]
async fn the_log_refuses_to_be_changed_and_says_so() {
    for_each_database(async |store| {
        let process = Process::start(store.clone()).await;
        let _ = process.tracker.execute(vec![open("rdp/FO"), note("kept", "rdp/FO")]).await.unwrap();
        let before = log(&store).await;
        let columns =
            "stream, version, kind, schema_version, recorded_at, command_id, command_index, actor, payload, leaf_hash";
        let update = "append-only: update is refused; mend an error by a later event";
        let delete = "append-only: delete is refused; mend an error by a later event";
        let over = format!(
            "insert into events (position, {columns}) select position, {columns} from events where position = 1"
        );
        let mut refused =
            vec![("update events set actor = 'x'".to_owned(), update), ("delete from events".to_owned(), delete)];
        match store {
            Store::Postgres { .. } => {
                refused.push(("truncate events".to_owned(), "append-only: truncate is refused"));
                refused.push((over, "duplicate key value violates unique constraint"));
            }
            Store::Sqlite { .. } => {
                let message = "append-only: insert over an existing event is refused; append a later event";
                let replace = over.replacen("insert", "insert or replace", 1);
                // At another position, over the same version and over the same command.
                let same_version =
                    replace.replace("select position, stream, version", "select 9, stream, version").replace(
                        "select 9, stream, version, kind, schema_version, recorded_at, command_id",
                        "select 9, stream, version, kind, schema_version, recorded_at, x'00'",
                    );
                let same_command = replace.replace("select position, stream, version", "select 9, stream, 9");
                refused.extend([over, replace, same_version, same_command].map(|sql| (sql, message)));
            }
        }
        for (sql, message) in refused {
            let error = run(&store, &sql).await.unwrap_err().to_string();
            assert!(error.contains(message), "{sql}: {error}");
            assert_eq!(log(&store).await, before, "{sql}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_rebuild_leaves_every_row_as_appending_left_it() {
    for_each_database(async |store| {
        let process = Process::seeded(store.clone()).await;
        // Appended one by one onto what is there, so that rows are replaced, and some of them dropped.
        let periods = dump(&store).await.get("periods").unwrap().len();
        for number in 0..5 {
            let _ = process.tracker.execute(vec![note(&format!("later {number}"), "rdp/LV")]).await.unwrap();
        }
        for kind in
            ["notice-published", "comments-closed", "determination-made", "signed", "entered-into-force", "listed"]
        {
            let key = format!("rdp/LV/{kind}-1");
            let milestone = Line::command_id(&key).into();
            let retracted = MilestoneRetracted { milestone, why: "to see its rows go".to_owned() };
            let retract = command(&format!("retract {key}"), "rdp/LV", Intent::RetractMilestone(retracted));
            let _ = process.tracker.execute(vec![retract]).await.unwrap();
        }
        assert!(dump(&store).await.get("periods").unwrap().len() < periods, "no period was dropped");
        let before = dump(&store).await;
        assert!(before.values().all(|rows| rows.len() > 40), "{before:?}");
        for harm in [
            "update periods set headlines = 0",
            "delete from milestones",
            "delete from agreements where country = 'LV'",
        ] {
            run(&store, harm).await.unwrap();
        }
        assert_ne!(dump(&store).await, before);
        let mut told = Vec::new();
        let count = store.rebuild(&instruments(), |done| told.push(done)).await.unwrap();
        assert_eq!(dump(&store).await, before);
        assert_eq!(Some(&count), told.last());
        assert_eq!(count, before.get("agreements").unwrap().len());
        assert!(!store.needs_rebuild(&instruments()).await.unwrap());
        run(&store, "update log_head set rules = 'older'").await.unwrap();
        assert!(store.needs_rebuild(&instruments()).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_rebuild_without_an_instrument_of_the_log_changes_nothing() {
    for_each_database(async |store| {
        let process = Process::seeded(store.clone()).await;
        let before = dump(&process.store).await;
        let only = depositary::config::instruments::Instruments::of([(
            "rdp.toml".to_owned(),
            include_str!("../../../data/instruments/rdp.toml").to_owned(),
        )]);
        let refused = store.rebuild(&only.unwrap(), |_| {}).await.unwrap_err();
        assert!(matches!(&refused, StoreError::Instrument(code) if code == "sosa"), "{refused}");
        assert_eq!(dump(&store).await, before);
    })
    .await;
}
