//! Does a changed text of the regulation's list come into the inbox, once, with what the record does not say already?

use depositary::answers::ItemState;
use depositary::domain::ids::Actor;
use depositary::domain::reading::ECFR;
use depositary::server::seed;
use depositary::store::Swept;
use depositary::work::sources::{Fetcher, Poll, poll};
use testkit::databases::for_each_database;
use testkit::regulation::NAMES as BLANKET;

use super::desk::{Desk, told};
use testkit::ecfr::{Code, Version};

fn version(date: &'static str, issued: &'static str, blanket: &[&'static str]) -> Version {
    Version { date, issued, blanket: blanket.to_vec(), case_by_case: vec!["Austria"] }
}

/// The list as it is.
pub fn listing() -> Version {
    version("2022-03-18", "2022-03-18", BLANKET)
}

pub async fn ask(desk: &Desk, code: &Code) -> Poll {
    let fetcher = Fetcher::of(ECFR, &code.asked(), desk.clock.clone()).unwrap();
    poll(&desk.store, &fetcher, &desk.clock, None).await.unwrap()
}

async fn items(desk: &Desk) -> Vec<String> {
    desk.answers.inbox(ECFR).await.unwrap().iter().map(told).collect()
}

#[tokio::test]
async fn a_text_that_lists_whom_the_record_lists_waits_for_nobody() {
    for_each_database(async |store| {
        let (desk, code) = (Desk::over(store).await, Code::start(vec![listing()]).await);
        seed(&desk.tracker).await.unwrap();
        let polled = ask(&desk, &code).await;
        assert_eq!((polled.outcome, polled.items_new), ("good", 1), "{polled:?}");
        assert_eq!(polled.cursor.map(|day| day.to_string()).as_deref(), Some("2026-11-25"));
        assert_eq!(items(&desk).await, ["225.872-1 known: "]);
        assert_eq!(ask(&desk, &code).await.items_new, 0, "the same text again is no news");
    })
    .await;
}

#[tokio::test]
async fn a_text_that_adds_moves_or_leaves_out_a_country_proposes_just_that_and_is_recorded_with_its_bytes() {
    for_each_database(async |store| {
        let (desk, code) = (Desk::over(store).await, Code::start(vec![listing()]).await);
        seed(&desk.tracker).await.unwrap();
        ask(&desk, &code).await;
        let mut next: Vec<&'static str> = BLANKET.iter().copied().filter(|name| *name != "Turkey").collect();
        next.extend(["Republic of Korea", "Austria"]);
        let mut next = version("2026-11-20", "2026-11-20", &next);
        next.case_by_case = vec!["Finland"];
        next.blanket.retain(|name| *name != "Finland");
        code.held.lock().unwrap().versions.push(next);
        assert_eq!(ask(&desk, &code).await.items_new, 1);
        let before = desk.store.head().await.unwrap().position;
        let item = desk.answers.inbox(ECFR).await.unwrap().pop().unwrap();
        let proposed = told(&item);
        assert!(proposed.starts_with("225.872-1 waiting: "), "{proposed}");
        for one in [
            "rdp/AT listing_changed 2026-11-20",
            "rdp/FI listing_changed 2026-11-20",
            "rdp/KR listed 2026-11-20",
            "rdp/TR delisted 2026-11-20",
        ] {
            assert!(proposed.contains(one), "{one}: {proposed}");
        }
        assert_eq!(item.proposals.len(), 4, "{proposed}");
        assert_eq!(desk.store.head().await.unwrap().position, before, "nothing is recorded by itself");
        let actor = Actor::parse("press-desk").unwrap();
        depositary::work::desk::accept(&item, &[], &actor, &desk.tracker, &desk.answers).await.unwrap();
        let after = desk.answers.inbox(ECFR).await.unwrap().pop().unwrap();
        assert_eq!(after.state, ItemState::Accepted, "{}", told(&after));
        let streams = desk.answers.streams(&["rdp/TR".parse().unwrap()]).await.unwrap();
        let last = format!("{:?}", streams.values().next().unwrap().last().unwrap().event);
        assert!(last.contains(&item.captures[0].sha256) && last.contains("Delisted"), "{last}");
    })
    .await;
}

#[tokio::test]
async fn a_text_that_is_not_understood_delists_nobody_and_one_that_was_removed_makes_the_source_red() {
    for_each_database(async |store| {
        let (desk, code) = (Desk::over(store).await, Code::start(vec![listing()]).await);
        seed(&desk.tracker).await.unwrap();
        code.held.lock().unwrap().garbled = true;
        assert_eq!(ask(&desk, &code).await.outcome, "good");
        let item = desk.answers.inbox(ECFR).await.unwrap().pop().unwrap();
        assert_eq!((item.reading.reason(), item.state, item.proposals.len()), (Some("shape"), ItemState::Waiting, 0));
        code.held.lock().unwrap().importing = true;
        assert_eq!(ask(&desk, &code).await.outcome, "importing");
        code.held.lock().unwrap().importing = false;
        code.held.lock().unwrap().removed = true;
        let polled = ask(&desk, &code).await;
        assert_eq!((polled.outcome, polled.items_new), ("shape", 1), "{polled:?}");
        let item = desk.answers.inbox(ECFR).await.unwrap().pop().unwrap();
        assert_eq!(item.proposals.len(), 0);
        assert!(Swept::of(&desk.store.sweeps(ECFR).await.unwrap()).failed_in_a_row > 0);
    })
    .await;
}
