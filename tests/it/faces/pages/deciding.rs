//! Does whoever decides see the text beside the claim, and does what is decided become of the document?

use depositary::access::Role;
use depositary::answers::ItemState;
use depositary::store::Store;
use depositary::work::sources::{Fetcher, SOURCE, poll};
use serde_json::Value;
use testkit::databases::for_each_database;
use testkit::register::{Register, notice, rule};
use testkit::serving::Served;

use super::browser::{Browser, fields, with};

/// An empty log whose inbox holds some documents.
pub async fn desk(store: &Store, documents: Vec<Value>) -> (Served, Register) {
    let server = Served::empty(store.clone(), false).await;
    let register = Register::start(documents).await;
    look(&server, store, &register).await;
    (server, register)
}

async fn look(server: &Served, store: &Store, register: &Register) {
    let fetcher = Fetcher::new(&register.asked(), server.clock.clone()).unwrap();
    let polled = poll(store, &fetcher, &server.clock, "2022-01-01".parse().ok()).await.unwrap();
    assert_eq!(polled.outcome, "good", "{:?}", polled.problem);
}

pub fn documents() -> Vec<Value> {
    vec![
        rule("2022-05534", "2022-03-18", "Lithuania"),
        notice("2023-19604", "2023-09-12", "Federative Republic of Brazil"),
        notice("2024-03705", "2024-02-23", "Republic of Korea"),
    ]
}

/// The form of a page that holds a button.
pub fn form(html: &str, button: &str) -> Vec<(String, String)> {
    let form = html
        .split("<form ")
        .find(|form| form.split("</form>").next().unwrap().contains(&format!("value=\"{button}\"")));
    let form = form.unwrap_or_else(|| panic!("no {button}: {html}"));
    with(fields(&format!("<form {form}")), &[("do", button)])
}

pub async fn state(server: &Served, number: &str) -> ItemState {
    let items = server.behind.answers.inbox(SOURCE).await.unwrap();
    items.into_iter().find(|item| item.key.number == number).unwrap().state
}

#[tokio::test]
async fn what_is_accepted_was_shown_beside_its_text_and_is_recorded_once() {
    for_each_database(async |store| {
        let (server, _register) = desk(&store, documents()).await;
        let mut person = Browser::signed_in(&server, Role::Recorder, "press-desk").await;
        let queue = person.get("/inbox").await.body;
        for said in [
            "New Qualifying Country-Lithuania",
            "one milestone for Lithuania",
            "Notice, 99 FR 1",
            "waits for a decision",
        ] {
            assert!(queue.contains(said), "the queue does not say {said}: {queue}");
        }
        let path = "/inbox/2022-05534?day=2022-03-18";
        assert!(queue.contains(&format!("href=\"{path}\"")), "{queue}");
        let page = person.get(path).await.body;
        for said in [
            "<mark>Lithuania<sup>1</sup></mark>",
            "<b>1. Added to the list, Lithuania</b>",
            "The record does not have the agreement yet; accepting opens it and records the milestone.",
            "<th scope=\"row\">On the list</th><td>no</td><td><b>any purchase</b></td>",
            "href=\"https://www.federalregister.gov/documents/2022-05534\"",
        ] {
            assert!(page.contains(said), "the page does not say {said}: {page}");
        }
        assert_eq!(server.behind.answers.position().0, 0, "nothing is recorded by looking");
        let accept = form(&page, "accept");
        for _ in 0..2 {
            let answer = person.post(path, &accept).await;
            assert_eq!((answer.status, answer.header("location")), (303, path), "{}", answer.body);
            assert_eq!(server.behind.answers.position().0, 2);
        }
        assert_eq!(state(&server, "2022-05534").await, ItemState::Accepted);
        let page = person.get(path).await.body;
        assert!(page.contains("Accepted by press-desk") && page.contains("Recorded from here."), "{page}");
        let answer = person.get("/rdp/LT").await.body;
        assert!(answer.contains("Yes, for any purchase"), "{answer}");
        assert!(!person.get("/inbox").await.body.contains("Lithuania"), "it waits no more");
        assert!(person.get("/inbox?state=accepted").await.body.contains("Lithuania"));
    })
    .await;
}

#[tokio::test]
async fn a_document_is_dismissed_with_a_reason_put_aside_until_a_day_and_taken_up_again() {
    for_each_database(async |store| {
        let (server, _register) = desk(&store, documents()).await;
        let mut person = Browser::signed_in(&server, Role::Recorder, "press-desk").await;
        let path = "/inbox/2024-03705?day=2024-02-23";
        let page = person.get(path).await.body;
        let refused = person.post(path, &form(&page, "dismiss")).await;
        assert_eq!(refused.status, 422);
        assert!(
            refused.body.contains("<a href=\"#reason\"><bdi>Choose why the document is dismissed."),
            "{}",
            refused.body
        );
        let dismissed = person.post(path, &with(form(&page, "dismiss"), &[("reason", "not_about_rdp")])).await;
        assert_eq!(dismissed.status, 303);
        assert_eq!(state(&server, "2024-03705").await, ItemState::Dismissed);
        let page = person.get(path).await.body;
        assert!(
            page.contains(
                "Dismissed by press-desk on 24 November 2026: the document says nothing about an agreement</bdi>."
            ),
            "{page}"
        );
        assert_eq!(person.post(path, &form(&page, "reopen")).await.status, 303);
        assert_eq!(state(&server, "2024-03705").await, ItemState::Waiting);
        let page = person.get(path).await.body;
        for (until, says) in
            [("", "Give the day on which it comes back."), ("2026-11-24", "24 November 2026 does not lie ahead")]
        {
            let refused = person.post(path, &with(form(&page, "snooze"), &[("until", until)])).await;
            assert_eq!(refused.status, 422, "{until}");
            assert!(
                refused.body.contains(says) && refused.body.contains(&format!("value=\"{until}\"")),
                "{}",
                refused.body
            );
        }
        assert_eq!(person.post(path, &with(form(&page, "snooze"), &[("until", "2026-12-01")])).await.status, 303);
        assert!(person.get(path).await.body.contains("until 1 December 2026</bdi>."));
        server.clock.set("2026-12-01T00:00:00Z".parse().unwrap());
        assert_eq!(state(&server, "2024-03705").await, ItemState::Waiting);
        assert_eq!(server.behind.answers.position().0, 0, "none of it is in the log");
    })
    .await;
}

#[tokio::test]
async fn a_reader_looks_and_decides_nothing_and_anyone_else_does_not_look() {
    for_each_database(async |store| {
        let (server, register) = desk(&store, documents()).await;
        let path = "/inbox/2022-05534?day=2022-03-18";
        let mut anyone = Browser::at(&server);
        assert_eq!((anyone.get("/inbox").await.status, anyone.get(path).await.status), (401, 401));
        let mut reader = Browser::signed_in(&server, Role::Reader, "only-reads").await;
        let page = reader.get(path).await;
        assert!(page.status == 200 && page.body.contains("Deciding needs a token of role recorder."), "{}", page.body);
        assert!(!page.body.contains("value=\"accept\"") && !page.body.contains("name=\"proof\""));
        let mut person = Browser::signed_in(&server, Role::Recorder, "press-desk").await;
        let accept = form(&person.get(path).await.body, "accept");
        assert_eq!(reader.post(path, &accept).await.status, 403);
        assert_eq!(anyone.post(path, &accept).await.status, 401);
        assert_eq!(person.post(path, &with(accept.clone(), &[("proof", "x")])).await.status, 403);
        let none = accept.iter().filter(|(name, _)| name != "claim").cloned().collect::<Vec<_>>();
        let refused = person.post(path, &none).await;
        assert!(refused.status == 422 && refused.body.contains("Choose at least one claim"), "{}", refused.body);
        let wrong = person.post(path, &with(accept.clone(), &[("claim", "9")])).await;
        assert!(
            wrong.status == 422 && wrong.body.contains("The document has 1 proposal, and none has the number 9."),
            "{}",
            wrong.body
        );
        register
            .retitle("2022-05534", "Defense Federal Acquisition Regulation Supplement: New Qualifying Country-Latvia");
        look(&server, &store, &register).await;
        let changed = person.post(path, &accept).await;
        assert_eq!(changed.status, 409);
        assert!(changed.body.contains("The document has changed since you looked at it."), "{}", changed.body);
        assert_eq!(server.behind.answers.position().0, 0);
        assert_eq!(person.get("/inbox/2000-00001").await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_claim_is_edited_before_it_is_recorded() {
    for_each_database(async |store| {
        let (server, _register) = desk(&store, documents()).await;
        let mut person = Browser::signed_in(&server, Role::Recorder, "press-desk").await;
        let page = person.get("/inbox/2022-05534?day=2022-03-18").await.body;
        let edit = page.split("href=\"/record?").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
        let form = fields(&person.get(&format!("/record?{edit}")).await.body);
        for (name, value) in [
            ("country", "Lithuania"),
            ("kind", "listed"),
            ("listing", "blanket"),
            ("day", "2022-03-18"),
            ("number-0", "2022-05534"),
            ("url-0", "https://www.federalregister.gov/documents/2022-05534"),
        ] {
            assert!(form.contains(&(name.to_owned(), value.to_owned())), "{name}: {form:?}");
        }
        assert!(form.iter().any(|(name, value)| name == "sha256-0" && value.len() == 64), "{form:?}");
        let sent = with(form, &[("do", "record"), ("warned", "yes"), ("listing", "case_by_case")]);
        assert_eq!(person.post("/record", &sent).await.status, 303);
        assert_eq!(state(&server, "2022-05534").await, ItemState::Accepted, "what was edited is accepted");
        assert!(person.get("/inbox?state=accepted").await.body.contains("Lithuania"));
        assert!(person.get("/rdp/LT").await.body.contains("purchase by purchase"));
    })
    .await;
}
