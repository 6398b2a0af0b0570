//! Do the tables come out of the log the same, each time, in either database?

use std::time::Instant;

use chrono::{DateTime, Days, NaiveDate, Utc};
use depositary::config::instruments::Instruments;
use depositary::domain::command::Intent;
use depositary::domain::country::Country;
use depositary::domain::event::{Event, MilestoneRecorded};
use depositary::domain::ids::CommandId;
use depositary::domain::milestone::{Detail, Signing};
use depositary::domain::words::{Listing, NoticePurpose};
use depositary::ledger::canonical;
use depositary::store::{ProjectionDigest, Store, StoreError, StoredEvent};
use testkit::databases::Database;
use testkit::facts::{milestone, source};

use super::ground::{Dice, tell, times};

/// Events of one agreement.
const EACH: u64 = 20;

/// The codes of as many instruments as so many events need.
fn codes(events: u64) -> Vec<String> {
    let needed = events.div_ceil(EACH * Country::partners().len() as u64);
    (0..needed).map(|number| format!("g{number:03}")).collect()
}

/// The instruments of these codes, each with the rules of `rdp`.
pub fn instruments(codes: &[String]) -> Instruments {
    let text = include_str!("../../data/instruments/rdp.toml");
    let file =
        |code: &String| (format!("{code}.toml"), text.replacen("code = \"rdp\"", &format!("code = \"{code}\""), 1));
    Instruments::of(codes.iter().map(file)).unwrap()
}

/// What happens at a step of an agreement's life.
pub fn detail(step: u64, day: NaiveDate) -> Detail {
    let on = day.to_string().parse().unwrap();
    let notice =
        |purpose| Detail::NoticePublished { purpose, document_number: None, citation: None, comments_close_on: None };
    match step % 10 {
        0 => Detail::IntentAnnounced {},
        1 => notice(NoticePurpose::Negotiation),
        2 => Detail::CommentsClosed {},
        3 => Detail::Signed { signings: vec![Signing { on, place: None, signatories: Vec::new() }] },
        4 => Detail::EnteredIntoForce { until: None },
        5 => Detail::Listed { listing: Listing::Blanket },
        6 => notice(NoticePurpose::Renewal),
        7 => Detail::Renewed { until: None },
        8 => Detail::Suspended {},
        _ => Detail::Resumed {},
    }
}

/// So many events, the same each time; streams lie across one another, as they do in a log that grew.
fn events(count: u64, codes: &[String]) -> impl Iterator<Item = Result<StoredEvent, StoreError>> {
    let countries = Country::partners();
    let agreements: Vec<String> = codes
        .iter()
        .flat_map(|code| countries.iter().map(move |country| format!("{code}/{}", country.code())))
        .take(usize::try_from(count.div_ceil(EACH)).unwrap())
        .collect();
    let recorded_at: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    let mut dice = Dice(1_000_000);
    let many = agreements.len() as u64;
    (0..count).map(move |number| {
        let (step, stream) = (number / many, &agreements[usize::try_from(number % many).unwrap()]);
        let event = if step == 0 {
            Intent::OpenAgreement.event()
        } else {
            let day = NaiveDate::from_ymd_opt(1975, 1, 1).unwrap() + Days::new(step * 900 + dice.roll(900));
            let told = if dice.roll(4) == 0 { day.to_string()[..7].to_owned() } else { day.to_string() };
            let milestone = milestone(&told, "A generated milestone.", detail(step - 1, day));
            Event::MilestoneRecorded(MilestoneRecorded { milestone, sources: vec![source("A generated document")] })
        };
        Ok(stored(number + 1, stream, step, recorded_at, &event))
    })
}

/// An event as the log keeps it.
pub fn stored(position: u64, stream: &str, step: u64, recorded_at: DateTime<Utc>, event: &Event) -> StoredEvent {
    let command = CommandId::named(&format!("generated {stream} {step}"));
    let mut stored = StoredEvent {
        position,
        stream: stream.to_owned(),
        version: u32::try_from(step + 1).unwrap(),
        kind: event.kind().to_owned(),
        schema: event.schema(),
        recorded_at,
        command_id: command.id,
        command_index: command.index,
        actor: "tester".to_owned(),
        payload: canonical(&event.payload().unwrap()).unwrap(),
        leaf_hash: Vec::new(),
    };
    stored.leaf_hash = stored.leaf().hash().unwrap().to_vec();
    stored
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_log_rebuilt_twice_on_each_database_gives_the_same_tables() {
    let _alone = super::ground::alone().await;
    let count = times(6_000, 1_000_000);
    let codes = codes(count);
    let instruments = instruments(&codes);
    let mut digests: Vec<ProjectionDigest> = Vec::new();
    for database in Database::each().await {
        let kind = if matches!(database, Database::Sqlite(_)) { "SQLite" } else { "PostgreSQL" };
        let store = database.store().await;
        let started = Instant::now();
        store.restore::<StoreError>(events(count, &codes), &instruments).await.unwrap();
        digests.push(store.projection_digest().await.unwrap());
        tell(&format!("{count} events restored on {kind} in {:.1} s", started.elapsed().as_secs_f64()));
        for _ in 0..2 {
            let started = Instant::now();
            store.rebuild(&instruments, |_| {}).await.unwrap();
            let rebuilt = started.elapsed().as_secs_f64();
            digests.push(store.projection_digest().await.unwrap());
            tell(&format!("{count} events rebuilt on {kind} in {rebuilt:.1} s"));
        }
        if count < 1_000_000 {
            // The digest sees one value that differs.
            let sql = "update periods set kinds = kinds + 1 where ordinal = 3 and agreement = 'g000/LV'";
            match &store {
                Store::Postgres { write, .. } => drop(sqlx::query(sql).execute(write).await.unwrap()),
                Store::Sqlite { write, .. } => drop(sqlx::query(sql).execute(write).await.unwrap()),
            }
            let harmed = store.projection_digest().await.unwrap();
            assert_ne!(harmed.periods, digests[0].periods);
            assert_eq!((&harmed.agreements, &harmed.milestones), (&digests[0].agreements, &digests[0].milestones));
        }
        super::ground::close(&store).await;
        database.drop().await;
    }
    assert!(digests.iter().all(|digest| *digest == digests[0]), "{digests:#?}");
    tell(&format!("{count} events, {} digests alike: periods {}", digests.len(), digests[0].periods));
}
