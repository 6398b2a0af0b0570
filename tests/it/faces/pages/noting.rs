//! Does the page take a note with a decision and show it, and tell which alerts accepting would raise?

use depositary::access::Role;
use depositary::answers::ItemState;

use super::browser::{Browser, with};
use super::deciding::{desk, documents, form, state};
use testkit::databases::for_each_database;

#[tokio::test]
async fn a_note_stands_on_the_page_and_in_the_queue_beside_the_decision() {
    for_each_database(async |store| {
        let (server, _register) = desk(&store, documents()).await;
        let mut person = Browser::signed_in(&server, Role::Recorder, "press-desk").await;
        let path = "/inbox/2024-03705?day=2024-02-23";
        let page = person.get(path).await.body;
        let (reason, note) = (("reason", "other"), "<b>Trade</b> & tariffs");
        let hidden = with(form(&page, "dismiss"), &[reason, ("note", "turned \u{202e}round")]);
        let refused = person.post(path, &hidden).await;
        assert_eq!(refused.status, 422);
        for said in ["<a href=\"#note\"><bdi>", "U+202E", "value=\"turned "] {
            assert!(refused.body.contains(said), "{said}: {}", refused.body);
        }
        assert_eq!(state(&server, "2024-03705").await, ItemState::Waiting);
        let dismissed = person.post(path, &with(form(&page, "dismiss"), &[reason, ("note", note)])).await;
        assert_eq!(dismissed.status, 303, "{}", dismissed.body);
        let shown = "Note: <bdi>&#60;b&#62;Trade&#60;/b&#62; &#38; tariffs</bdi>";
        for path in [path, "/inbox?state=dismissed"] {
            let page = person.get(path).await.body;
            assert!(page.contains(shown), "{path}: {page}");
        }
        let page = person.get(path).await.body;
        assert_eq!(person.post(path, &form(&page, "reopen")).await.status, 303);
        let page = person.get(path).await.body;
        assert!(!page.contains("Note: <bdi>"), "{page}");
        let aside = with(form(&page, "snooze"), &[("until", "2026-12-31"), ("note", "")]);
        assert_eq!(person.post(path, &aside).await.status, 303, "a note is no duty");
        assert!(!person.get(path).await.body.contains("Note: <bdi>"));
    })
    .await;
}

#[tokio::test]
async fn the_page_of_a_document_tells_the_alerts_that_accepting_would_raise() {
    for_each_database(async |store| {
        let (server, _register) = desk(&store, documents()).await;
        let mut person = Browser::signed_in(&server, Role::Recorder, "press-desk").await;
        let page = person.get("/inbox/2024-03705?day=2024-02-23").await.body;
        assert!(page.contains("An alert would be raised: "), "{page}");
        assert_eq!(server.behind.answers.position().0, 0, "nothing is recorded by looking");
    })
    .await;
}
