//! Is every alteration of a stored log found by whoever kept a checkpoint? Thousands of random ones, by forgers who recompute
//! nothing, some, or all of the hashes.
//!
//! A short form by default; `DEPOSITARY_FAULTS=long` makes ten thousand on each database.

use std::fmt::Write;

use depositary::domain::command::Intent;
use depositary::domain::event::MilestoneRetracted;
use depositary::domain::ids::Position;
use depositary::domain::time::instant_text;
use depositary::ledger::{Checkpoint, Frontier, Node, Signer};
use depositary::proof::audit::{AuditError, database};
use depositary::store::{Store, StoredEvent};
use testkit::databases::Database;
use testkit::facts::{Process, command, milestone_of, note, open};
use testkit::random::Random;
use testkit::tables::{disarm, run};

/// How much of the hashes a forger computes anew.
#[derive(Clone, Copy, PartialEq)]
enum Forger {
    Careless,
    Hashes,
    Everything,
}

#[expect(clippy::disallowed_methods, reason = "a test has no command line")]
fn how_many(short: usize) -> usize {
    if std::env::var("DEPOSITARY_FAULTS").is_ok_and(|form| form == "long") { 10_000 } else { short }
}

fn flip(text: &mut String, random: &mut Random) {
    let mut bytes = std::mem::take(text).into_bytes();
    if !bytes.is_empty() {
        let place = random.below(bytes.len());
        bytes[place] ^= 1 << random.below(7);
    }
    *text = String::from_utf8_lossy(&bytes).replace('\0', "0");
}

/// Flips a bit of one field.
fn flip_in(event: &mut StoredEvent, random: &mut Random) {
    match random.below(11) {
        0 => event.position ^= 1 << random.below(40),
        1 => flip(&mut event.stream, random),
        2 => event.version ^= 1 << random.below(31),
        3 => flip(&mut event.kind, random),
        4 => event.schema ^= 1 << random.below(15),
        5 => event.recorded_at += chrono::TimeDelta::microseconds(1 << random.below(45)),
        6 => event.recorded_at -= chrono::TimeDelta::microseconds(1 << random.below(45)),
        7 => event.command_id = uuid::Uuid::from_u128(event.command_id.as_u128() ^ (1 << random.below(128))),
        8 => flip(&mut event.actor, random),
        9 => {
            let place = random.below(event.leaf_hash.len());
            event.leaf_hash[place] ^= 1 << random.below(8);
        }
        _ => flip(&mut event.payload, random),
    }
}

/// Alters a log in one way.
fn alter(events: &mut Vec<StoredEvent>, random: &mut Random) {
    let place = random.below(events.len());
    match random.below(6) {
        0 | 1 => flip_in(&mut events[place], random),
        2 => drop(events.remove(place)),
        3 => events.truncate(place),
        4 => {
            let other = random.below(events.len());
            events.swap(place, other);
            let (one, two) = (events[place].position, events[other].position);
            (events[place].position, events[other].position) = (two, one);
        }
        _ => {
            let mut copy = events[place].clone();
            copy.command_id = uuid::Uuid::from_u128(u128::from(random.roll()));
            copy.position = events.last().unwrap().position + 1;
            copy.version += 1_000;
            let at = random.below(events.len() + 1);
            events.insert(at, copy);
        }
    }
}

/// What a forger makes of altered events, so that they hold together as far as he cares.
fn forge(events: &mut [StoredEvent], forger: Forger) -> (Frontier, Vec<Node>) {
    let mut versions = std::collections::BTreeMap::<String, u32>::new();
    let (mut tree, mut nodes) = (Frontier::default(), Vec::new());
    for (event, position) in events.iter_mut().zip(1..) {
        if forger == Forger::Everything {
            let version = versions.entry(event.stream.clone()).or_default();
            *version += 1;
            (event.position, event.version) = (position, *version);
        }
        if forger != Forger::Careless {
            event.leaf_hash = event.leaf().hash().unwrap().to_vec();
        }
        tree.push(event.leaf_hash.clone().try_into().unwrap(), |node| nodes.push(node));
    }
    (tree, nodes)
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The statements that put these events in place of the log.
fn sql(store: &Store, events: &[StoredEvent], tree: Option<&(Frontier, Vec<Node>)>) -> String {
    let bytes = |bytes: &[u8]| match store {
        Store::Postgres { .. } => format!("'\\x{}'::bytea", hex::encode(bytes)),
        Store::Sqlite { .. } => format!("x'{}'", hex::encode(bytes)),
    };
    let id = |id: uuid::Uuid| match store {
        Store::Postgres { .. } => format!("'{id}'::uuid"),
        Store::Sqlite { .. } => format!("x'{}'", id.simple()),
    };
    let mut sql = "delete from events; ".to_owned();
    if !events.is_empty() {
        sql.push_str("insert into events values ");
    }
    for (place, event) in events.iter().enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        let position = i64::try_from(event.position).unwrap();
        let (stream, kind, actor) = (quoted(&event.stream), quoted(&event.kind), quoted(&event.actor));
        let (at, payload) = (quoted(&instant_text(event.recorded_at)), quoted(&event.payload));
        let (version, schema, index) = (event.version, event.schema, event.command_index);
        let (command, leaf) = (id(event.command_id), bytes(&event.leaf_hash));
        write!(
            sql,
            "{comma}({position}, {stream}, {version}, {kind}, {schema}, {at}, {command}, {index}, {actor}, {payload}, {leaf})"
        )
        .unwrap();
    }
    if let Some((tree, nodes)) = tree {
        let at = events.last().map_or(chrono::DateTime::UNIX_EPOCH, |event| event.recorded_at);
        let (size, roots, at) = (tree.size(), bytes(&tree.bytes()), quoted(&instant_text(at)));
        write!(sql, "; update log_head set position = {size}, recorded_at = {at}, tree_size = {size}, tree = {roots}")
            .unwrap();
        sql.push_str("; delete from tree_nodes");
        for node in nodes {
            let (level, number, hash) = (node.level, node.number, bytes(&node.hash));
            write!(sql, "; insert into tree_nodes values ({level}, {number}, {hash})").unwrap();
        }
    }
    match store {
        // PostgreSQL runs several statements that come together as one transaction.
        Store::Postgres { .. } => sql,
        Store::Sqlite { .. } => format!("begin; {sql}; commit;"),
    }
}

/// A log of some tens of events, of three agreements, with a retraction.
async fn small_log(store: &Store) -> Vec<StoredEvent> {
    let process = Process::start(store.clone()).await;
    let agreements = ["rdp/KR", "rdp/FO", "sosa/IN"];
    let mut unit: Vec<_> = agreements.map(open).into();
    for number in 0..24 {
        unit.push(note(&format!("something of {number}"), agreements[number % 3]));
    }
    let retracted = MilestoneRetracted { milestone: milestone_of("something of 0"), why: "it was another".to_owned() };
    unit.push(command("retracted", "rdp/KR", Intent::RetractMilestone(retracted)));
    let _ = process.tracker.execute(unit).await.unwrap();
    store.stored_events(Position(0), 100).await.unwrap()
}

#[tokio::test]
async fn every_alteration_of_a_stored_log_is_found_by_whoever_kept_its_checkpoint() {
    for a_database in Database::each().await {
        let store = a_database.store().await;
        let log = small_log(&store).await;
        let whole = forge(&mut log.clone(), Forger::Careless);
        let kept = Checkpoint { origin: "kept".to_owned(), size: whole.0.size(), root: whole.0.root() };
        assert_eq!(database(&store, [kept.clone()], None, |_| {}).await.unwrap().proven, 28);
        disarm(&store).await;

        let wanted = how_many(if matches!(store, Store::Sqlite { .. }) { 2_000 } else { 500 });
        let mut random = Random(0x00DE_B0B0_CAFE_F00D);
        let (mut found, mut by) = (0, [0, 0, 0]);
        while found < wanted {
            let forger = [Forger::Careless, Forger::Hashes, Forger::Everything][random.below(3)];
            let mut altered = log.clone();
            for _ in 0..=random.below(3) {
                if !altered.is_empty() {
                    alter(&mut altered, &mut random);
                }
            }
            let tree = forge(&mut altered, forger);
            // Who has everything can append to a log as this program does: what was there is as it was.
            let appended = forger == Forger::Everything && altered.starts_with(&log);
            if altered == log || appended {
                continue;
            }
            // What the database itself refuses, a position twice for instance, was never altered.
            if run(&store, &sql(&store, &altered, (forger == Forger::Everything).then_some(&tree))).await.is_err() {
                if matches!(store, Store::Sqlite { .. }) {
                    let _ = run(&store, "rollback").await;
                }
                continue;
            }
            let audited = database(&store, [kept.clone()], None, |_| {}).await;
            let Err(AuditError::Altered(finding)) = audited else {
                panic!("not found by a forger of {}: {audited:?}\n{altered:#?}", forger as u8)
            };
            // An altered event lies where the audit says.
            if forger == Forger::Careless && finding.first > 0 && finding.first == finding.last {
                let place = usize::try_from(finding.first).unwrap() - 1;
                assert_ne!(altered.get(place), log.get(place), "{finding}");
            }
            assert!(finding.last >= finding.first, "{finding}");
            found += 1;
            by[forger as usize] += 1;
            run(&store, &sql(&store, &log, Some(&whole))).await.unwrap();
        }
        assert!(by.iter().all(|some| *some > wanted / 10), "each forger had his turn: {by:?}");
        assert_eq!(database(&store, [kept], None, |_| {}).await.unwrap().proven, 28, "and the log is whole again");
        a_database.drop().await;
    }
}

#[test]
fn every_alteration_of_a_kept_checkpoint_is_refused_by_its_key() {
    let signer = Signer::new("example.org/log", [5; 32]).unwrap();
    let note = Checkpoint::note(28, [7; 32], Some(&signer));
    let mut random = Random(77);
    let mut refused = 0;
    while refused < 2_000 {
        let mut altered = note.clone();
        match random.below(4) {
            0 => {
                altered
                    .truncate((0..random.below(note.len())).rev().find(|at| note.is_char_boundary(*at)).unwrap_or(0));
            }
            1 => altered.insert(random.below(40), '1'),
            _ => flip(&mut altered, &mut random),
        }
        if altered == note {
            continue;
        }
        match Checkpoint::open(&altered, Some(&signer.verifier())) {
            Err(_) => refused += 1,
            // Only what is not signed may differ: another line of a signature that nobody asked about.
            Ok(checkpoint) => assert_eq!((checkpoint.size, checkpoint.root), (28, [7; 32])),
        }
    }
}
