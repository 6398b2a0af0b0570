//! Does what the Federal Register publishes come into the inbox, whole and once, whatever the register does?
//!
//! Invariant: the register is a server of this test that behaves as the real one does, its quirks included.

pub mod code;
mod edited;
pub mod faces;
pub mod register;
mod regulation;
mod noted;
mod serving;
mod troubled;
mod trying;
mod watched;
mod weekly;

use depositary::answers::{Answers, Item, ItemState};
use depositary::clock::{Accepted, Clock};
use depositary::domain::ids::Actor;
use depositary::read::reader::Reader;
use depositary::record::tracker::Tracker;
use depositary::store::Store;
use depositary::work::sources::{Asked, Fetcher, Poll, SOURCE, SetupError, poll};

use self::register::{Fault, Register, notice, rule};
use crate::databases::for_each_database;
use crate::facts::instruments;
use crate::statuses::day;

struct Desk {
    store: Store,
    clock: Clock,
    answers: Answers,
    tracker: Tracker,
}

impl Desk {
    async fn over(store: Store) -> Self {
        let clock = Clock::manual("2026-11-30T12:00:00Z".parse().unwrap()).accepting(Accepted::Whatever);
        let reader = Reader::open(store.clone(), instruments()).await.unwrap();
        let tracker = Tracker::start(store.clone(), instruments(), clock.clone(), reader.clone());
        let answers = Answers::new(reader, instruments(), clock.clone());
        Self { store, clock, answers, tracker }
    }

    fn fetcher(&self, register: &Register) -> Fetcher {
        Fetcher::new(&register.asked(), self.clock.clone()).unwrap()
    }

    async fn poll(&self, register: &Register, since: &str) -> Poll {
        let since = (!since.is_empty()).then(|| day(since));
        poll(&self.store, &self.fetcher(register), &self.clock, since).await.unwrap()
    }

    async fn items(&self) -> Vec<Item> {
        self.answers.inbox(SOURCE).await.unwrap()
    }

    async fn accept(&self, item: &Item) -> usize {
        let actor = Actor::parse("press-desk").unwrap();
        let unit: Vec<_> = item.proposals.iter().flat_map(|met| met.commands(&actor)).collect();
        self.tracker.execute(unit).await.unwrap().len()
    }
}

fn good(documents: u64, items_new: u64) -> Poll {
    Poll { outcome: "good", problem: None, documents, items_new, cursor: Some(day("2026-11-30")) }
}

pub fn documents() -> Vec<serde_json::Value> {
    vec![
        notice("2024-03705", "2024-02-23", "Republic of Korea"),
        notice("2023-19604", "2023-09-12", "Federative Republic of Brazil"),
        rule("2022-05534", "2022-03-18", "Lithuania"),
        register::other("2024-00001", "2024-01-02"),
    ]
}

#[tokio::test]
async fn a_backfill_brings_each_document_once_page_by_page_and_the_log_is_untouched() {
    for_each_database(async |store| {
        let (desk, register) = (Desk::over(store).await, Register::start(documents()).await);
        let before = desk.store.head().await.unwrap().position;
        assert_eq!(desk.poll(&register, "2022-01-01").await, good(4, 3));
        let told: Vec<String> = desk.items().await.iter().map(told).collect();
        assert_eq!(
            told,
            [
                "2022-05534 waiting: rdp/LT listed 2022-03-18 opens",
                "2023-19604 waiting: rdp/BR notice_published 2023-09-12 opens",
                "2024-03705 waiting: rdp/KR notice_published 2024-02-23 opens",
            ]
        );
        // The count of views has changed since, and nothing else.
        assert_eq!(desk.poll(&register, "2022-01-01").await, good(4, 0));
        assert_eq!(desk.items().await.len(), 3);
        assert_eq!(desk.store.head().await.unwrap().position, before);
    })
    .await;
}

fn told(item: &Item) -> String {
    let each = item.proposals.iter().map(|met| {
        let (kind, on) = (met.proposal.detail.kind(), met.proposal.occurred);
        format!("{} {kind} {on} {}", met.agreement, met.meeting.as_str())
    });
    format!("{} {}: {}", item.key.number, item.state.as_str(), each.collect::<Vec<_>>().join(", "))
}

#[tokio::test]
async fn what_a_person_accepts_is_recorded_once_with_the_bytes_that_it_was_read_from() {
    for_each_database(async |store| {
        let (desk, register) = (Desk::over(store).await, Register::start(documents()).await);
        desk.poll(&register, "2022-01-01").await;
        let korea = desk.items().await.pop().unwrap();
        assert_eq!(desk.accept(&korea).await, 2, "the agreement is opened, and the notice recorded");
        // As after a crash before the decision was kept: the log says that it is accepted.
        let again = desk.items().await.pop().unwrap();
        assert_eq!(again.state, ItemState::Accepted);
        let position = desk.store.head().await.unwrap().position;
        desk.accept(&korea).await;
        assert_eq!(desk.store.head().await.unwrap().position, position, "a repeated command records nothing");
        let captures = desk.store.captures(SOURCE).await.unwrap();
        let detail = captures.iter().find(|of| of.key.number == "2024-03705").unwrap();
        let dossier = desk.answers.streams(&[korea.proposals[0].agreement.clone()]).await.unwrap();
        let events = format!("{:?}", dossier.values().next().unwrap().last().unwrap().event);
        assert!(events.contains(&detail.sha256), "{events}");
    })
    .await;
}

#[tokio::test]
async fn a_sweep_whose_page_fails_is_not_good_and_the_cursor_stays() {
    for_each_database(async |store| {
        let (desk, register) = (Desk::over(store).await, Register::start(documents()).await);
        let faults = [
            (Fault::Status(500), "http_5xx"),
            (Fault::Status(404), "http_4xx"),
            (Fault::Challenge(200), "challenge"),
            (Fault::Challenge(403), "challenge"),
            (Fault::Elsewhere, "challenge"),
            (Fault::Endless, "too_large"),
            (Fault::Cut, "timeout"),
            (Fault::NoJson, "shape"),
            (Fault::WrongType, "shape"),
            (Fault::WrongCount, "shape"),
            (Fault::LinkElsewhere, "foreign_link"),
        ];
        for (fault, outcome) in faults {
            register.break_by(fault);
            let polled = desk.poll(&register, "2022-01-01").await;
            assert_eq!((polled.outcome, polled.cursor), (outcome, None), "{fault:?}: {polled:?}");
            assert!(polled.problem.is_some(), "{fault:?}");
        }
        register.break_by(Fault::None);
        assert_eq!(desk.poll(&register, "2022-01-01").await.cursor, Some(day("2026-11-30")));
        assert_eq!(desk.items().await.len(), 3, "nothing is lost and nothing came twice");
    })
    .await;
}

#[tokio::test]
async fn a_register_that_asks_to_be_left_alone_for_a_moment_is_asked_again() {
    for_each_database(async |store| {
        let (desk, register) = (Desk::over(store).await, Register::start(documents()).await);
        register.break_by(Fault::OnceBusy);
        assert_eq!(desk.poll(&register, "2022-01-01").await, good(4, 3));
    })
    .await;
}

#[tokio::test]
async fn a_document_whose_bytes_do_not_come_is_asked_for_again_at_each_poll() {
    for_each_database(async |store| {
        let (desk, register) = (Desk::over(store).await, Register::start(documents()).await);
        register.break_by(Fault::NoDetails);
        assert_eq!(desk.poll(&register, "2022-01-01").await, good(4, 3));
        assert!(desk.items().await.iter().all(|item| !item.readable));
        register.break_by(Fault::None);
        assert_eq!(desk.poll(&register, "").await.items_new, 0);
        assert!(desk.items().await.iter().all(|item| item.readable));
    })
    .await;
}

#[tokio::test]
async fn a_changed_title_is_the_same_item_with_another_content() {
    for_each_database(async |store| {
        let (desk, register) = (Desk::over(store).await, Register::start(documents()).await);
        desk.poll(&register, "2022-01-01").await;
        let before = desk.items().await;
        register.retitle(
            "2024-03705",
            "Negotiation of a Reciprocal Defense Procurement Memorandum With the Republic of Korea",
        );
        desk.poll(&register, "2022-01-01").await;
        let after = desk.items().await;
        assert_eq!(before.len(), after.len());
        assert_ne!(before.last().unwrap().content_hash, after.last().unwrap().content_hash);
    })
    .await;
}

#[tokio::test]
async fn what_lies_ahead_is_offered_on_its_day() {
    for_each_database(async |store| {
        let mut ahead = rule("2026-20001", "2026-11-20", "Iceland");
        ahead["effective_on"] = "2026-12-15".into();
        ahead["dates"] = "Effective December 15, 2026.".into();
        let (desk, register) = (Desk::over(store).await, Register::start(vec![ahead]).await);
        desk.poll(&register, "2026-10-01").await;
        let item = desk.items().await.pop().unwrap();
        assert_eq!(told(&item), "2026-20001 waiting: rdp/IS listed 2026-12-15 waits");
        assert!(item.proposals[0].offer.is_empty());
        desk.clock.set("2026-12-15T08:00:00Z".parse().unwrap());
        let item = desk.items().await.pop().unwrap();
        assert_eq!(told(&item), "2026-20001 waiting: rdp/IS listed 2026-12-15 opens");
    })
    .await;
}

#[tokio::test]
async fn a_source_is_asked_by_https_or_on_this_machine_and_with_a_contact() {
    let clock = Clock::system();
    let asked = |host: &str, contact: Option<&str>| {
        let (source_host, ecfr_host) = (host.parse().unwrap(), host.parse().unwrap());
        let options = Asked { source_host, ecfr_host, source_contact: contact.map(ToOwned::to_owned) };
        Fetcher::new(&options, clock.clone())
    };
    assert!(matches!(asked("https://example.org", None), Err(SetupError::NoContact)));
    assert!(matches!(asked("https://example.org", Some(" ")), Err(SetupError::NoContact)));
    assert!(matches!(asked("https://example.org", Some("a\nb")), Err(SetupError::Contact)));
    assert!(matches!(asked("http://example.org", Some("a")), Err(SetupError::Host(_))));
    assert!(matches!(asked("https://u:p@example.org", Some("a")), Err(SetupError::Host(_))));
    assert!(asked("https://example.org", Some("a")).is_ok() && asked("http://127.0.0.1:9", Some("a")).is_ok());
}
