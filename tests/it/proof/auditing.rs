//! Does an audit name what was altered, where, and nothing where nothing was?

use depositary::domain::ids::Position;
use depositary::ledger::{Checkpoint, Hash, canonical};
use depositary::proof::audit::{AuditError, Finding, database};
use depositary::store::{Chain, Store};
use serde_json::Value;
use testkit::databases::{Database, for_each_database};
use testkit::facts::{Process, instruments};
use testkit::tables::{disarm, run};

async fn finding(store: &Store, kept: &[Checkpoint]) -> Finding {
    match database(store, kept.to_vec(), Some(&instruments()), |_| {}).await {
        Err(AuditError::Altered(finding)) => finding,
        other => panic!("{other:?}"),
    }
}

fn kept(size: u64, root: Hash) -> Checkpoint {
    Checkpoint { origin: "kept".to_owned(), size, root }
}

#[tokio::test]
async fn a_log_that_nobody_altered_is_whole_also_while_it_grows() {
    for_each_database(async |store| {
        assert_eq!(database(&store, [], None, |_| {}).await.unwrap().events, 0);
        let process = Process::seeded(store.clone()).await;
        let first = database(&store, [], None, |_| {}).await.unwrap();
        assert_eq!((first.events, first.proven), (623, 0));
        let writing = tokio::spawn(async move {
            for number in 0..50 {
                let note = testkit::facts::note(&format!("meanwhile {number}"), "rdp/KR");
                let _ = process.tracker.execute(vec![note]).await.unwrap();
            }
        });
        while !writing.is_finished() {
            let audited = database(&store, [kept(623, first.root)], None, |_| {}).await.unwrap();
            assert!(audited.events >= 623 && audited.proven == 623);
        }
        writing.await.unwrap();
        assert_eq!(database(&store, [kept(623, first.root)], None, |_| {}).await.unwrap().events, 673);
    })
    .await;
}

#[tokio::test]
async fn the_first_altered_event_is_named_and_where_its_hash_was_altered_too_the_events_below_the_stored_node() {
    for database in Database::each().await {
        let store = database.store().await;
        let _ = Process::seeded(store.clone()).await;
        let root = store.tree().await.unwrap().1.root();
        disarm(&store).await;
        // Each is told with the whole log as it was before it.
        for (sql, first, last, told) in [
            (
                "update events set actor = 'somebody' where position = 300",
                300,
                300,
                "its leaf hash is not that of its content",
            ),
            ("delete from events where position in (40, 41, 90)", 40, 41, "it is missing"),
            ("delete from events where position > 617", 618, 623, "it is missing"),
            (
                "update log_head set tree_size = 623, tree = (select leaf_hash from events where position = 1)",
                0,
                0,
                "log_head",
            ),
            ("update log_head set position = 622", 623, 623, "covers events beyond the head"),
            ("delete from tree_nodes where number = 1", 257, 512, "has lost the hash"),
            (
                "update tree_nodes set hash = (select leaf_hash from events where position = 5) where number = 0",
                1,
                256,
                "altered together with its hash",
            ),
        ] {
            run(&store, "create table copy as select * from events").await.unwrap();
            run(&store, "create table copy_of_head as select * from log_head").await.unwrap();
            run(&store, "create table copy_of_nodes as select * from tree_nodes").await.unwrap();
            run(&store, sql).await.unwrap();
            let finding = finding(&store, &[kept(623, root)]).await;
            assert_eq!((finding.first, finding.last), (first, last), "{sql}: {finding}");
            assert!(finding.problem.contains(told), "{sql}: {finding}");
            for (table, copy) in [("events", "copy"), ("log_head", "copy_of_head"), ("tree_nodes", "copy_of_nodes")] {
                run(
                    &store,
                    &format!("delete from {table}; insert into {table} select * from {copy}; drop table {copy}"),
                )
                .await
                .unwrap();
            }
        }
        depositary::proof::audit::database(&store, [kept(623, root)], None, |_| {}).await.unwrap();
        database.drop().await;
    }
}

#[tokio::test]
async fn what_is_written_in_another_spelling_is_altered_though_it_seems_to_read_the_same() {
    let store = Database::sqlite();
    let store = store.store().await;
    let _ = Process::seeded(store.clone()).await;
    disarm(&store).await;
    for (sql, back) in [
        (
            "update events set recorded_at = substr(recorded_at, 1, 26) || '9Z' where position = 623",
            "update events set recorded_at = substr(recorded_at, 1, 26) || 'Z' where position = 623",
        ),
        (
            "update events set recorded_at = substr(recorded_at, 1, 26) || '+00:00' where position = 1",
            "update events set recorded_at = substr(recorded_at, 1, 26) || 'Z' where position = 1",
        ),
        (
            "update periods set from_day = '+' || from_day where agreement = 'rdp/LV'",
            "update periods set from_day = substr(from_day, 2) where agreement = 'rdp/LV'",
        ),
        (
            "update periods set waiting = 2 where agreement = 'rdp/KR' and waiting = 1",
            "update periods set waiting = 1 where waiting = 2",
        ),
    ] {
        assert!(run(&store, sql).await.unwrap() > 0, "{sql}");
        let found = finding(&store, &[]).await;
        assert!(found.problem.contains("spelling") || found.problem.contains("neither yes nor no"), "{sql}: {found}");
        run(&store, back).await.unwrap();
        database(&store, [], Some(&instruments()), |_| {}).await.unwrap();
    }
}

#[tokio::test]
async fn a_node_that_no_event_leads_to_is_found_before_an_append_meets_it() {
    for_each_database(async |store| {
        let _ = Process::seeded(store.clone()).await;
        run(&store, "insert into tree_nodes (level, number, hash) select 1, 2, hash from tree_nodes where number = 0")
            .await
            .unwrap();
        assert!(finding(&store, &[]).await.problem.contains("events that the log does not have"));
    })
    .await;
}

#[tokio::test]
async fn an_event_of_an_early_release_that_is_too_large_for_a_bundle_is_no_alteration() {
    // Their limit was on the payload alone, whose quotes take two bytes each in the whole.
    for_each_database(async |store| {
        let _ = Process::seeded(store.clone()).await;
        let mut events = store.stored_events(Position(0), 1_000).await.unwrap();
        let last = events.last_mut().unwrap();
        let mut payload: Value = serde_json::from_str(&last.payload).unwrap();
        payload["sources"][0]["title"] = "\"".repeat(30_000).into();
        last.payload = canonical(&payload).unwrap();
        last.leaf_hash = last.leaf().hash().unwrap().to_vec();
        assert!(last.payload.len() <= 65_535 && last.leaf().bytes().unwrap().len() > 65_535);
        let mut chain = Chain::default();
        for event in &events {
            chain.next(event, |_| {}).unwrap();
        }
        assert_eq!(chain.size(), 623);
    })
    .await;
}

#[tokio::test]
async fn a_checkpoint_of_more_events_than_there_are_tells_that_events_are_missing() {
    for_each_database(async |store| {
        let _ = Process::seeded(store.clone()).await;
        let finding = finding(&store, &[kept(900, [1; 32])]).await;
        assert_eq!((finding.first, finding.last), (624, 900));
        assert!(finding.problem.contains("a checkpoint tells of 900 events"));
    })
    .await;
}

#[tokio::test]
async fn a_table_that_says_what_does_not_follow_from_the_log_is_found_and_mended_by_a_rebuild() {
    for_each_database(async |store| {
        let _ = Process::seeded(store.clone()).await;
        let digest = store.projection_digest().await.unwrap();
        for (sql, agreement) in [
            ("update periods set listings = 4 where agreement = 'rdp/KR' and ordinal = 1", "rdp/KR"),
            ("update periods set waits = '[]' where agreement = 'rdp/KR' and waiting", "rdp/KR"),
            ("update agreements set spells = '[]' where agreement = 'rdp/LV'", "rdp/LV"),
            ("update agreements set watched = '' where agreement = 'rdp/KR'", "rdp/KR"),
            ("delete from agreements where agreement = 'sosa/AU'", "sosa/AU"),
            ("update milestones set retracted = not retracted where agreement = 'rdp/LV'", "rdp/LV"),
            ("insert into agreements values ('zzz/ZZ', 'zzz', 'ZZ', 1, 1, '[]', '')", "zzz/ZZ"),
            ("insert into agreements values ('aaa/AA', 'aaa', 'AA', 1, 1, '[]', '')", "aaa/AA"),
            ("insert into agreements values ('', 'aaa', 'AA', 1, 1, '[]', '')", "nobody"),
        ] {
            assert!(run(&store, sql).await.unwrap() > 0, "{sql}");
            assert_ne!(store.projection_digest().await.unwrap(), digest, "{sql}");
            let finding = finding(&store, &[]).await;
            assert!(finding.problem.contains(&format!("of {agreement} what does not follow")), "{sql}: {finding}");
            store.rebuild(&instruments(), |_| {}).await.unwrap();
            assert_eq!(store.projection_digest().await.unwrap(), digest, "{sql}");
        }
        database(&store, [], Some(&instruments()), |_| {}).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn of_two_checkpoints_the_earlier_narrows_where_a_perfect_forgery_lies() {
    for_each_database(async |store| {
        let _ = Process::seeded(store.clone()).await;
        let early = store.prove(|tiles| tiles.root(100)).await.unwrap();
        let finding = finding(&store, &[kept(100, early), kept(500, [1; 32]), kept(623, [2; 32])]).await;
        assert_eq!((finding.first, finding.last), (101, 500));
        assert!(finding.problem.contains("has another root"));
    })
    .await;
}

#[tokio::test]
async fn a_log_that_a_release_without_a_tree_wrote_is_given_one_when_it_is_made_ready() {
    for_each_database(async |store| {
        let process = Process::seeded(store.clone()).await;
        let (_, tree) = store.tree().await.unwrap();
        run(&store, "delete from tree_nodes").await.unwrap();
        let nothing = if matches!(store, Store::Postgres { .. }) { "''::bytea" } else { "x''" };
        run(&store, &format!("update log_head set tree_size = 0, tree = {nothing}")).await.unwrap();
        store.migrate().await.unwrap();
        assert_eq!(store.tree().await.unwrap().1, tree);
        database(&store, [kept(623, tree.root())], None, |_| {}).await.unwrap();

        // While its events are not in the tree yet, nothing is called altered, and proofs are given all the same.
        run(&store, "delete from tree_nodes").await.unwrap();
        run(&store, &format!("update log_head set tree_size = 0, tree = {nothing}")).await.unwrap();
        database(&store, [kept(623, tree.root())], None, |_| {}).await.unwrap();
        assert_eq!(store.prove(|tiles| tiles.root(623)).await.unwrap(), tree.root());

        // Such a release appends beside this one: the next append takes its events in.
        run(&store, "delete from tree_nodes").await.unwrap();
        run(&store, &format!("update log_head set tree_size = 0, tree = {nothing}")).await.unwrap();
        let _ = process.tracker.execute(vec![testkit::facts::note("after", "rdp/KR")]).await.unwrap();
        assert_eq!(database(&store, [kept(623, tree.root())], None, |_| {}).await.unwrap().events, 624);
    })
    .await;
}
