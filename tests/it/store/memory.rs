//! Does the memory keep what it is given, and nothing else? The store's contract, on every database.

use depositary::domain::command::Intent;
use depositary::domain::event::{
    Event, MilestoneCorrected, MilestoneDateRefined, MilestoneRecorded, MilestoneRetracted, Recorded, SourceAdded,
};
use depositary::domain::ids::{AgreementId, Position};
use depositary::domain::logged::Logged;
use depositary::domain::milestone::{Detail, Signing};
use depositary::domain::words::Evidence;
use depositary::ledger::canonical;
use depositary::store::{Store, StoreError, StoredEvent};
use serde_json::json;
use testkit::databases::{Database, for_each_database};
use testkit::facts::{Process, command, id, instruments, milestone, milestone_of, note, open, source};
use testkit::tables::{dump, log};

/// One intent of every kind, about one agreement, in an order in which they are let through.
fn one_of_each() -> Vec<Intent> {
    let signing = Signing { on: "2011".parse().unwrap(), place: Some("Tórshavn".to_owned()), signatories: vec![] };
    let signed = milestone("2011", "Signed \"in\" 2011\n\u{1f58b} \\ é", Detail::Signed { signings: vec![signing] });
    let first = milestone_of("every kind 1");
    let refined = MilestoneDateRefined {
        milestone: first,
        occurred: "2011-05".parse().unwrap(),
        evidence: Evidence::Inferred,
        sources: vec![source("A month")],
    };
    let corrected = MilestoneCorrected {
        milestone: first,
        content: milestone("[2012-01-02..2012-03-04]", "Not signed, noted", Detail::Noted {}),
        sources: vec![source("A correction")],
        why: "the first was wrong".to_owned(),
    };
    vec![
        Intent::OpenAgreement,
        Intent::RecordMilestone(MilestoneRecorded { milestone: signed, sources: vec![source("A year")] }),
        Intent::AddSource(SourceAdded { milestone: first, source: source("Another") }),
        Intent::RefineDate(refined),
        Intent::CorrectMilestone(corrected),
        Intent::RetractMilestone(MilestoneRetracted { milestone: first, why: "it never was".to_owned() }),
    ]
}

/// Every event of every agreement, in order.
async fn recorded(store: &Store) -> Vec<Recorded> {
    let events = store.events(Position(0), Position(1_000_000), 100_000).await.unwrap();
    events.into_iter().map(|event| event.of_agreement().unwrap()).collect()
}

#[tokio::test]
async fn an_event_of_every_kind_is_read_back_byte_for_byte() {
    for_each_database(async |store| {
        let process = Process::start(store.clone()).await;
        let commands: Vec<_> = (0..)
            .zip(one_of_each())
            .map(|(index, intent)| command(&format!("every kind {index}"), "rdp/FO", intent))
            .collect();
        let outcomes = process.tracker.execute(commands.clone()).await.unwrap();
        let stored = log(&store).await;
        let kinds: Vec<&str> = stored.iter().map(|event| event.kind.as_str()).collect();
        let expected = [
            "agreement_opened",
            "milestone_recorded",
            "source_added",
            "milestone_date_refined",
            "milestone_corrected",
            "milestone_retracted",
        ];
        assert_eq!(kinds, expected);
        for (((stored, outcome), command), number) in stored.iter().zip(&outcomes).zip(&commands).zip(1_u32..) {
            assert_eq!(stored.payload, canonical(&command.intent.event().payload().unwrap()).unwrap());
            assert_eq!((stored.position, stored.version), (number.into(), number));
            assert_eq!(stored.leaf_hash, stored.leaf().hash().unwrap());
            assert_eq!(stored.read().unwrap(), Logged::Agreement(outcome.event.clone().into()));
            assert_eq!(outcome.event.event, command.intent.event());
        }
        let retracted = json!({ "milestone": milestone_of("every kind 1").to_string(), "why": "it never was" });
        assert_eq!(stored.last().unwrap().payload, retracted.to_string());
        let events = recorded(&store).await;
        assert!(matches!(events.first().unwrap().event, Event::AgreementOpened(_)));
        assert_eq!(events, outcomes.into_iter().map(|outcome| outcome.event).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn events_are_read_by_position_and_limit_up_to_the_head() {
    for_each_database(async |store| {
        assert_eq!(store.head().await.unwrap().position, Position(0));
        assert_eq!(log(&store).await, []);
        let process = Process::start(store.clone()).await;
        let commands = (1..10).map(|number| note(&format!("note {number}"), "rdp/FO"));
        let _ = process.tracker.execute(std::iter::once(open("rdp/FO")).chain(commands).collect()).await.unwrap();
        let head = store.head().await.unwrap();
        let all = log(&store).await;
        assert_eq!((head.position, head.recorded_at), (Position(10), all.last().unwrap().recorded_at));
        for (after, limit, expected) in [(0, 3, 1..4), (3, 3, 4..7), (8, 5, 9..11), (10, 5, 11..11), (0, 0, 1..1)] {
            let some = store.stored_events(Position(after), limit).await.unwrap();
            let positions: Vec<u64> = some.iter().map(|event| event.position).collect();
            assert_eq!(positions, expected.collect::<Vec<u64>>(), "after {after}, at most {limit}");
        }
    })
    .await;
}

#[tokio::test]
async fn streams_come_whole_and_in_order_for_a_long_list() {
    for_each_database(async |store| {
        let process = Process::seeded(store.clone()).await;
        let ids = store.agreement_ids(None, None, 1_000).await.unwrap();
        let unknown: Vec<AgreementId> = vec![id("rdp/FO"), id("sosa/FO")];
        // Longer than one statement takes, with repeats and with agreements that are not there.
        let list: Vec<_> = ids.iter().cycle().take(600).chain(&unknown).cloned().collect();
        let streams = store.streams(&list).await.unwrap();
        assert_eq!(streams.keys().cloned().collect::<Vec<_>>(), ids);
        let mut events: Vec<_> = streams.values().flatten().cloned().collect();
        for (id, stream) in &streams {
            let versions: Vec<u32> = stream.iter().map(|event| event.version.0).collect();
            assert_eq!(versions, (1..=u32::try_from(stream.len()).unwrap()).collect::<Vec<_>>(), "{id}");
        }
        events.sort_by_key(|event| event.position);
        assert_eq!(events, recorded(&store).await);
        let touched = store.streams_touched(Position(1), Position(2)).await.unwrap();
        assert_eq!(touched, [events.get(1).unwrap().agreement.clone()]);
        assert_eq!(process.reader.seen(), Position(events.len() as u64));
    })
    .await;
}

#[tokio::test]
async fn what_is_exported_is_restored_with_every_envelope() {
    for database in Database::each().await {
        let process = Process::seeded(database.store().await).await;
        let exported = log(&process.store).await;
        for other in Database::each().await {
            let copy = other.store().await;
            let last = copy.restore(exported.iter().cloned().map(Ok::<_, StoreError>), &instruments()).await.unwrap();
            assert_eq!(last, Position(exported.len() as u64));
            assert_eq!(log(&copy).await, exported);
            assert_eq!(copy.head().await.unwrap(), process.store.head().await.unwrap());
            assert_eq!(dump(&copy).await, dump(&process.store).await);
            other.drop().await;
        }
        database.drop().await;
    }
}

/// What is told, and what is done to an event of the export to be told so.
type Harm = (&'static str, fn(&mut Vec<StoredEvent>, usize));

const HARMS: [Harm; 9] = [
    ("it says position 302, and 301 is next", |events, at| drop(events.remove(at))),
    ("it says position 301, and 302 is next", |events, at| {
        let twice = events.get(at).unwrap().clone();
        events.insert(at, twice);
    }),
    ("its leaf hash is not that of its content", |events, at| {
        events.get_mut(at).unwrap().leaf_hash = vec![0; 32];
    }),
    ("its leaf hash is not that of its content", |events, at| {
        let payload = &mut events.get_mut(at).unwrap().payload;
        *payload = payload.replacen('a', "b", 1);
    }),
    ("its leaf hash is not that of its content", |events, at| {
        "x".clone_into(&mut events.get_mut(at).unwrap().actor);
    }),
    ("it says version 1 of rdp/AT, and 22 is next", |events, at| {
        let event = events.get_mut(at).unwrap();
        "rdp/AT".clone_into(&mut event.stream);
        event.version = 1;
        hash(event);
    }),
    ("it was recorded before the one before it", |events, at| {
        let event = events.get_mut(at).unwrap();
        event.recorded_at -= chrono::Duration::days(1);
        hash(event);
    }),
    ("its payload is not canonical", |events, at| {
        let event = events.get_mut(at).unwrap();
        event.payload = event.payload.replacen('{', "{ ", 1);
        hash(event);
    }),
    ("no event `agreement_dreamt` in schema version 1 is known", |events, at| {
        let event = events.get_mut(at).unwrap();
        "agreement_dreamt".clone_into(&mut event.kind);
        hash(event);
    }),
];

#[tokio::test]
async fn a_restore_of_a_wrong_export_keeps_nothing() {
    let original = Database::sqlite();
    let process = Process::seeded(original.store().await).await;
    let exported = log(&process.store).await;
    // Longer than the first statement of 256 events, so that something was written before the fault is met.
    let at = 300;
    for_each_database(async |store| {
        let empty = dump(&store).await;
        for (message, harm) in &HARMS {
            let mut wrong = exported.clone();
            harm(&mut wrong, at);
            let refused = store.restore(wrong.into_iter().map(Ok::<_, StoreError>), &instruments()).await.unwrap_err();
            let told = depositary::telemetry::chain(&refused);
            assert!(told.contains(message), "{told} does not say: {message}");
            assert!(told.contains("30"), "{told} names no event");
            assert_eq!(log(&store).await, []);
            assert_eq!(dump(&store).await, empty, "{message}");
        }
        let last = store.restore(exported.iter().cloned().map(Ok::<_, StoreError>), &instruments()).await.unwrap();
        let again = store.restore(exported.iter().cloned().map(Ok::<_, StoreError>), &instruments()).await.unwrap_err();
        assert!(matches!(again, StoreError::NotEmpty(position) if position == last), "{again}");
        assert_eq!(log(&store).await, exported);
    })
    .await;
    original.drop().await;
}

/// Hashes an event anew, as someone would who changes a log with care.
fn hash(event: &mut StoredEvent) {
    event.leaf_hash = event.leaf().hash().unwrap().to_vec();
}

#[tokio::test]
async fn an_append_that_is_dropped_leaves_the_log_as_it_was_and_lets_the_next_in() {
    for_each_database(async |store| {
        let process = Process::start(store.clone()).await;
        let _ = process.tracker.execute(vec![open("rdp/FO")]).await.unwrap();
        let append = store.begin_append(&depositary::store::rules(&instruments())).await.unwrap();
        assert_eq!(append.head().position, Position(1));
        drop(append);
        let _ = process.tracker.execute(vec![note("after a dropped append", "rdp/FO")]).await.unwrap();
        assert_eq!(store.head().await.unwrap().position, Position(2));
    })
    .await;
}

#[tokio::test]
async fn a_url_of_an_unknown_database_is_refused_and_its_password_is_not_shown() {
    for url in ["mysql://root:secret@host/x", "depositary.db", "", "postgresq://u:secret@h/d"] {
        let refused = Store::connect(url).await.unwrap_err();
        assert!(matches!(refused, StoreError::Url(_)), "{url}: {refused}");
        let told = refused.to_string();
        assert!(told.contains("write sqlite://FILE or postgres://USER@HOST/DATABASE"), "{told}");
        assert!(!told.contains("secret"), "{told}");
    }
}
