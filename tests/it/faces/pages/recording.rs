//! Does the form record what somebody means, once, and lose nothing that was typed?

use depositary::access::Role;
use depositary::domain::ids::AgreementId;
use depositary::domain::words::{MilestoneKind, Word};
use serde_json::json;
use testkit::serving::{Served, for_each_server};

use super::browser::{Browser, fields, with};

/// What a form of a listing is filled in with.
const LISTED: [(&str, &str); 12] = [
    ("country", "Romania"),
    ("kind", "listed"),
    ("listing", "blanket"),
    ("precision", "day"),
    ("day", "2026-11-02"),
    ("evidence", "stated"),
    ("summary", "Romania added to the list by a final rule."),
    ("title-0", "DFARS: New Qualifying Country"),
    ("url-0", "https://www.federalregister.gov/d/2026-1"),
    ("published-0", "2026-11-02"),
    ("reliability-0", "primary"),
    ("do", "preview"),
];

async fn version(server: &Served, id: &str) -> u32 {
    let id: AgreementId = id.parse().unwrap();
    server.behind.answers.record(&id).await.unwrap().version.0
}

#[tokio::test]
async fn the_form_offers_every_kind_of_milestone() {
    for_each_server(async |server| {
        let mut desk = Browser::signed_in(server, Role::Recorder, "press-desk").await;
        let page = desk.get("/record").await.body;
        for kind in MilestoneKind::ALL {
            assert!(page.contains(&format!("value=\"{}\"", kind.as_str())), "the form has no {kind}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_preview_shows_before_and_after_and_records_nothing_and_then_it_is_recorded_once() {
    for_each_server(async |server| {
        let mut desk = Browser::signed_in(server, Role::Recorder, "press-desk").await;
        let end = server.behind.answers.position();
        let empty = fields(&desk.get("/record?kind=listed").await.body);
        let preview = desk.post("/record", &with(empty, &LISTED)).await;
        assert_eq!(preview.status, 200, "{}", preview.body);
        for said in [
            "<th scope=\"row\">On the list</th><td>no</td><td><b>any purchase</b></td>",
            "<th scope=\"row\">Price factor</th><td>50 percent</td><td><b>none</b></td>",
            "No signature or entry into force is recorded before the listing of rdp/RO",
            "The record of Romania is opened with it.",
            ">Romania added to the list by a final rule.<",
        ] {
            assert!(preview.body.contains(said), "it does not say {said}: {}", preview.body);
        }
        assert_eq!(server.behind.answers.position(), end, "nothing is recorded");
        let form = with(fields(&preview.body), &[("do", "record")]);
        let answer = desk.post("/record", &form).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert_eq!(answer.header("location"), format!("/record?agreement=rdp%2FRO&recorded={}", end.0 + 2));
        let done = desk.get(answer.header("location")).await.body;
        assert!(
            done.contains(&format!("Recorded as log entry {}:</b> Added to the list, Romania.", end.0 + 2)),
            "{done}"
        );
        let again = desk.post("/record", &form).await;
        assert_eq!((again.status, again.header("location")), (303, answer.header("location")));
        assert_eq!(version(server, "rdp/RO").await, 2, "sent twice, it is recorded once");
        let answer = server
            .ask("{ country(code:\"RO\") { status(instrument:\"rdp\") { possibleListings evaluationFactorPercent } } }")
            .await;
        let wanted = json!({ "possibleListings": ["BLANKET"], "evaluationFactorPercent": 0 });
        assert_eq!(answer["country"]["status"], wanted);
        let log = desk.get("/log").await.body;
        assert!(log.contains("recorded by press-desk"));
        // What was recorded and is changed then is another entry, and nobody is surprised by it.
        let changed = desk.post("/record", &with(form, &[("summary", "Something else.")])).await;
        assert_eq!(changed.status, 409);
        assert!(changed.body.contains("This form was recorded already") && changed.body.contains(">Something else.<"));
        let id = |html: &str| fields(html).into_iter().find(|(name, _)| name == "command").unwrap();
        assert_ne!(id(&changed.body), id(&preview.body));
    })
    .await;
}

#[tokio::test]
async fn what_is_unusual_is_recorded_only_after_it_was_shown() {
    for_each_server(async |server| {
        let mut desk = Browser::signed_in(server, Role::Recorder, "press-desk").await;
        let empty = fields(&desk.get("/record?kind=listed").await.body);
        let first = desk.post("/record", &with(with(empty, &LISTED), &[("do", "record")])).await;
        assert!(first.status == 200 && first.body.contains("<b>Unusual:</b>"), "{}", first.body);
        assert_eq!(version(server, "rdp/RO").await, 0);
        let second = desk.post("/record", &with(fields(&first.body), &[("do", "record")])).await;
        assert_eq!(second.status, 303);
    })
    .await;
}

#[tokio::test]
async fn a_refused_form_says_at_each_field_what_is_wrong_and_keeps_everything_typed() {
    for_each_server(async |server| {
        let mut desk = Browser::signed_in(server, Role::Recorder, "press-desk").await;
        let end = server.behind.answers.position();
        let form = fields(&desk.get("/record?kind=listed").await.body);
        for (filled, at, says, allowed) in [
            (
                &[("day", "2027-12-28")][..],
                "day",
                "The day is 28 December 2027, which lies after today, 25 November 2026.",
                "lies in the past",
            ),
            (
                &[("day", "2023-02-30")],
                "day",
                "The day is “2023-02-30”, and there is no such day.",
                "a month, a year, or between",
            ),
            (&[("day", "")], "day", "No day is given.", ""),
            (
                &[("precision", "between"), ("first", "2026-11-20"), ("day", "2026-11-02")],
                "first",
                "The first day lies after the last one.",
                "",
            ),
            (&[("kind", "")], "kind", "Choose what happened.", ""),
            (&[("listing", "")], "listing", "Choose how it is listed.", ""),
            (&[("summary", "")], "summary", "The sentence for readers is empty.", "2,000 characters"),
            (&[("summary", "a\u{202e}b")], "summary", "The sentence has the character U+202E", ""),
            (&[("country", "Rumania")], "country", "There is no country “Rumania”.", "ISO 3166-1"),
            (&[("country", "US")], "country", "The United States", ""),
            (&[("title-0", "")], "title-0", "The title of source 1 is empty.", "http://"),
            (&[("url-0", "ftp://example.org")], "url-0", "The address of source 1 is not an http or https link.", ""),
            (&[("published-0", "yesterday")], "published-0", "The day of publication is “yesterday”", ""),
            (
                &[("effective", "soon")],
                "effective",
                "The day of taking effect is “soon”, which is no date.",
                "[2017-01-01..2017-03-31]",
            ),
        ] {
            let sent = with(with(form.clone(), &LISTED), filled);
            let refused = desk.post("/record", &with(sent.clone(), &[("do", "record")])).await;
            assert_eq!(refused.status, 422, "{filled:?}: {}", refused.body);
            let html = &refused.body;
            assert!(html.contains("<title>Error: Record a milestone"), "{filled:?}");
            assert!(html.contains(&format!("<a href=\"#{at}\"><bdi>{says}")), "{filled:?}: {html}");
            assert!(html.contains(&format!("aria-invalid=\"true\" aria-describedby=\"{at}-e")), "{filled:?}: {html}");
            assert!(html.contains(allowed), "{filled:?}");
            let kept = fields(html);
            for (name, value) in sent.iter().filter(|(name, value)| {
                !matches!(name.as_str(), "do" | "version" | "version_of") && !value.contains('\u{202e}')
            }) {
                assert!(kept.contains(&(name.clone(), value.clone())), "{filled:?} lost {name}={value}: {kept:?}");
            }
        }
        assert_eq!(server.behind.answers.position(), end);
    })
    .await;
}

#[tokio::test]
async fn somebody_who_was_quicker_is_noticed() {
    for_each_server(async |server| {
        let mut desk = Browser::signed_in(server, Role::Recorder, "press-desk").await;
        let mut other = Browser::signed_in(server, Role::Recorder, "other-desk").await;
        let filled = [("kind", "noted"), ("do", "record")];
        let form = with(with(fields(&desk.get("/record?agreement=rdp/LV").await.body), &LISTED), &filled);
        let form = with(form, &[("country", "Latvia")]);
        let quicker = with(fields(&other.get("/record?agreement=rdp/LV").await.body), &LISTED);
        let quicker = with(with(quicker, &filled), &[("country", "Latvia"), ("summary", "Quicker.")]);
        let answer = other.post("/record", &quicker).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let late = desk.post("/record", &form).await;
        assert_eq!(late.status, 409);
        assert!(
            late.body.contains("Someone recorded something about this agreement since you looked."),
            "{}",
            late.body
        );
        let answer = desk.post("/record", &with(fields(&late.body), &[("do", "record")])).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
    })
    .await;
}

#[tokio::test]
async fn a_correction_begins_with_everything_that_was_said_and_changes_what_is_changed() {
    for_each_server(async |server| {
        let mut desk = Browser::signed_in(server, Role::Recorder, "press-desk").await;
        for id in ["rdp/LV", "rdp/KR", "rdp/JP", "rdp/IT", "rdp/AU", "sosa/KR"] {
            let agreement: AgreementId = id.parse().unwrap();
            let before = server.behind.answers.record(&agreement).await.unwrap();
            let entries: Vec<_> = before.standing_entries().map(|(id, entry)| (*id, entry.clone())).collect();
            for (milestone, entry) in entries.into_iter().take(6) {
                let form = fields(&desk.get(&format!("/record?agreement={id}&corrects={}", milestone.0)).await.body);
                let filled =
                    [("why", "The sentence was not good."), ("summary", "Another sentence."), ("do", "record")];
                let mut answer = desk.post("/record", &with(form, &filled)).await;
                if answer.status == 200 {
                    // What is unusual is shown first.
                    answer = desk.post("/record", &with(fields(&answer.body), &[("do", "record")])).await;
                }
                assert_eq!(answer.status, 303, "{id} {milestone:?}: {}", answer.body);
                let after = server.behind.answers.record(&agreement).await.unwrap();
                let now = &after.milestones[&milestone];
                assert_eq!(now.milestone.summary, "Another sentence.");
                let mut same = now.milestone.clone();
                same.summary.clone_from(&entry.milestone.summary);
                assert_eq!(same, entry.milestone, "{id}");
                let sources = |of: &depositary::domain::agreement::Entry| {
                    of.sources.iter().map(|(_, source)| source.clone()).collect::<Vec<_>>()
                };
                assert_eq!(sources(now), sources(&entry), "{id}");
            }
        }
        let wrong = desk.get(&format!("/record?agreement=rdp/LV&corrects={}", uuid::Uuid::nil())).await;
        assert_eq!(wrong.status, 400);
    })
    .await;
}

#[tokio::test]
async fn a_milestone_is_retracted_with_a_reason_after_it_was_shown_what_that_changes() {
    for_each_server(async |server| {
        let mut desk = Browser::signed_in(server, Role::Recorder, "press-desk").await;
        let agreement: AgreementId = "rdp/LV".parse().unwrap();
        let before = server.behind.answers.record(&agreement).await.unwrap();
        let listed = |record: &depositary::domain::agreement::Agreement| {
            let mut standing = record.standing_entries();
            standing.find(|(_, entry)| entry.milestone.kind() == MilestoneKind::Listed).map(|(id, _)| *id)
        };
        let milestone = listed(&before).unwrap();
        let place = format!("/record?agreement=rdp/LV&corrects={}", milestone.0);
        let form = fields(&desk.get(&place).await.body);
        let end = server.behind.answers.position();
        let silent = desk.post("/record", &with(form.clone(), &[("do", "retract")])).await;
        assert_eq!(silent.status, 422);
        assert!(silent.body.contains("<a href=\"#why\"><bdi>Say why it is retracted."), "{}", silent.body);
        let filled =
            [("why", "It was never on the list."), ("do", "preview-retraction"), ("summary", "Typed already.")];
        let preview = desk.post("/record", &with(form, &filled)).await;
        assert_eq!(preview.status, 200, "{}", preview.body);
        for said in ["If you retract it", ">Retract it</button>", ">Typed already.<", "It was never on the list."] {
            assert!(preview.body.contains(said), "it does not say {said}: {}", preview.body);
        }
        assert!(!preview.body.contains("Record the correction"), "one act is offered at a time");
        assert_eq!(server.behind.answers.position(), end, "nothing is recorded");
        let answer = desk.post("/record", &with(fields(&preview.body), &[("do", "retract")])).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let done = desk.get(answer.header("location")).await.body;
        assert!(done.contains("Milestone retracted, Latvia."), "{done}");
        assert_eq!(listed(&server.behind.answers.record(&agreement).await.unwrap()), None);
        let page = desk.get("/rdp/LV").await.body;
        assert!(page.contains("taken back"), "the page says that it was: {page}");
        assert_eq!(desk.get(&place).await.status, 400, "what was retracted is not corrected");
    })
    .await;
}

#[tokio::test]
async fn only_a_recorder_records_and_only_by_a_form_that_it_was_shown() {
    for_each_server(async |server| {
        let mut anyone = Browser::at(server);
        let locked = anyone.get("/record?agreement=rdp/LV").await;
        assert!(locked.status == 401 && locked.body.contains("This needs a token of role recorder"), "{}", locked.body);
        assert!(locked.body.contains("name=\"to\" value=\"/record?agreement=rdp/LV\""));
        let mut reader = Browser::signed_in(server, Role::Reader, "only-reads").await;
        let page = reader.get("/record").await;
        assert!(page.status == 403 && page.body.contains("Sign in by another token"), "{}", page.body);
        let mut desk = Browser::signed_in(server, Role::Recorder, "press-desk").await;
        let form = with(with(fields(&desk.get("/record").await.body), &LISTED), &[("do", "record"), ("warned", "yes")]);
        let end = server.behind.answers.position();
        assert_eq!(anyone.post("/record", &form).await.status, 401);
        assert_eq!(reader.post("/record", &form).await.status, 403);
        let mut other = Browser::signed_in(server, Role::Recorder, "other-desk").await;
        assert_eq!(other.post("/record", &form).await.status, 403, "the form of another");
        assert_eq!(desk.post("/record", &with(form.clone(), &[("proof", "")])).await.status, 403);
        assert_eq!(server.behind.answers.position(), end);
        let large = with(form, &[("summary", &"x".repeat(300_000))]);
        assert_eq!(desk.post("/record", &large).await.status, 413);
    })
    .await;
}
