//! Is a message a `CloudEvent` below 20 kB that is the same on every attempt?

use depositary::domain::alert::rule::RuleName;
use depositary::domain::alert::state::Alert;
use depositary::domain::alert::{About, AlertEvent, AlertFired, AlertRecorded, AlertSilenced, Fingerprint};
use depositary::domain::event::{AgreementOpened, Event, MilestoneCorrected, MilestoneRecorded, Recorded};
use depositary::domain::ids::{CommandId, Position, Version};
use depositary::domain::instrument::Instrument;
use depositary::domain::milestone::Detail;
use depositary::domain::words::MilestoneKind;
use depositary::projections::changes::{Change, change};
use depositary::projections::history::History;
use depositary::projections::knowledge::Knowledge;
use depositary::work::delivery::message::{MOST_BYTES, alert, message_id, milestone, status, test, with_page};
use depositary::work::delivery::wants::{Topic, Wants};
use serde_json::{Value, json};
use testkit::facts::{NOW, actor, id, instruments, milestone as fact, milestone_of, source};
use uuid::Uuid;

const BASE: &str = "https://depositary.example";

fn recorded(position: u64, event: Event) -> Recorded {
    Recorded {
        position: Position(position),
        agreement: id("rdp/KR"),
        version: Version(2),
        recorded_at: NOW.parse().unwrap(),
        command: CommandId::named("signing"),
        actor: actor(),
        event,
    }
}

fn signing(occurred: &str, summary: &str) -> MilestoneRecorded {
    let signings = vec![depositary::domain::milestone::Signing {
        on: occurred.parse().unwrap(),
        place: None,
        signatories: Vec::new(),
    }];
    MilestoneRecorded {
        milestone: fact(occurred, summary, Detail::Signed { signings }),
        sources: vec![source("A paper")],
    }
}

/// What a signing changes in a record that was just opened.
fn changed(instrument: &Instrument) -> (Recorded, Change) {
    let event = recorded(2, Event::MilestoneRecorded(signing("2016-10-20", "Signed in Seoul.")));
    let opened = recorded(1, Event::AgreementOpened(AgreementOpened {}));
    let opened = Recorded { version: Version(1), command: CommandId::named("open"), ..opened };
    let history = History::of(&[opened, event.clone()], instrument);
    let steps = |position| history.worlds(&Knowledge::at(Position(position)), instrument);
    let change = change(&steps(1), &steps(2), instrument, "2026-11-24".parse().unwrap()).unwrap();
    (event, change)
}

/// An alert that was found on the day before it was recorded, and the silence that somebody wants.
fn silenced(rule: &str, told: &str, why: &str) -> (AlertRecorded, Alert) {
    let about = About::Contradiction { milestone: milestone_of("signing") };
    let rule = RuleName::parse(rule).unwrap();
    let subject = id("rdp/KR").into();
    let fingerprint = Fingerprint::of(&rule, &subject, &about);
    let (day, until) = ("2026-11-23".parse().unwrap(), "2026-12-31".parse().unwrap());
    let position = Position(586);
    let fired = AlertFired { rule, subject, about, day, due: None, position, told: told.to_owned() };
    let silence = AlertSilenced { why: why.to_owned(), until };
    let events = [AlertEvent::Fired(fired), AlertEvent::Silenced(silence)].into_iter().zip(1..);
    let events: Vec<AlertRecorded> = events
        .map(|(event, number)| AlertRecorded {
            position: Position(586 + u64::from(number)),
            alert: fingerprint,
            version: Version(number),
            recorded_at: NOW.parse().unwrap(),
            command: CommandId::named("alert"),
            actor: actor(),
            event,
        })
        .collect();
    let alert = Alert::of(&events).unwrap();
    (events.into_iter().next_back().unwrap(), alert)
}

/// What `CloudEvents` 1.0 asks of an event in structured mode, as far as ours go.
fn assert_cloud_event(event: &Value) {
    let object = event.as_object().unwrap();
    for name in object.keys() {
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "attribute {name}");
        assert!(name.len() <= 20);
    }
    assert_eq!(event["specversion"], "1.0");
    for name in ["id", "source", "type", "subject", "time", "logposition"] {
        assert!(event[name].as_str().is_some_and(|text| !text.is_empty()), "{name}: {event}");
    }
    assert!(chrono::DateTime::parse_from_rfc3339(event["time"].as_str().unwrap()).is_ok());
    assert!(url::Url::parse(event["source"].as_str().unwrap()).is_ok());
}

#[test]
fn a_milestone_is_told_with_its_place_in_the_log_and_links_that_are_pinned_there() {
    let event = recorded(586, Event::MilestoneRecorded(signing("2016-10-20", "Signed in Seoul.")));
    let message = milestone(BASE, &event, Some(MilestoneKind::Signed)).unwrap();
    assert_cloud_event(&message);
    assert_eq!(message["id"], "586.milestones");
    assert_eq!(message["type"], "depositary.milestone_recorded");
    assert_eq!((&message["subject"], &message["logposition"]), (&json!("rdp/KR"), &json!("586")));
    let data = &message["data"];
    assert_eq!(
        data["agreement"],
        json!({ "id": "rdp/KR", "instrument": "rdp", "country": { "code": "KR", "name": "Korea" } })
    );
    assert_eq!(data["milestone"]["id"], json!(milestone_of("signing")));
    assert_eq!((&data["milestone"]["kind"], &data["milestone"]["occurred"]), (&json!("SIGNED"), &json!("2016-10-20")));
    assert_eq!((&data["late"], &data["daysLate"]), (&json!(true), &json!(3_687)));
    // Pinned at the day too, or the answer would be another one tomorrow; a timeline has every day.
    let status = format!("{BASE}/v1/status/KR?instrument=rdp&atPosition=586&asOf=2026-11-24");
    let timeline = format!("{BASE}/v1/timeline/KR?instrument=rdp&atPosition=586");
    assert_eq!(data["links"], json!({ "status": status, "timeline": timeline }));
    assert_eq!(data["source"], json!({ "title": "A paper", "url": "https://example.org/1" }));
    assert_eq!(data["why"], Value::Null);
}

#[test]
fn a_change_of_status_is_told_with_both_sides() {
    let instruments = instruments();
    let instrument = instruments.find(&id("rdp/KR").instrument).unwrap();
    let (event, change) = changed(instrument);
    let message = status(BASE, &event, &change, instrument).unwrap();
    assert_cloud_event(&message);
    assert_eq!((&message["id"], &message["type"]), (&json!("2.statuses"), &json!("depositary.status_changed")));
    let data = &message["data"];
    assert_eq!(data["before"]["possibleHeadlines"], json!(["NO_AGREEMENT"]));
    assert_eq!(data["after"]["possibleHeadlines"], json!(["IN_FORCE"]));
    assert!(
        data["after"]["sentence"].as_str().unwrap().starts_with("Korea is not a qualifying country (DFARS 225.872-1)"),
        "{data}"
    );
    assert!(data["links"]["status"].as_str().unwrap().ends_with("&atPosition=2&asOf=2026-11-24"));
}

#[test]
fn an_alert_is_told_as_it_stands_with_links_to_how_it_stood_that_day() {
    let (event, silent) = silenced("contradiction", "Sources contradict.", "It is known.");
    let message = alert(BASE, &event, &silent).unwrap();
    assert_cloud_event(&message);
    assert_eq!((&message["id"], &message["type"]), (&json!("588.alerts"), &json!("depositary.alert_silenced")));
    let data = &message["data"];
    assert_eq!((&data["alert"]["state"], &data["why"]), (&json!("SILENCED"), &json!("It is known.")));
    // On another day the silence is over.
    let alerts = format!("{BASE}/v1/alerts?rule=contradiction&atPosition=588&asOf=2026-11-24");
    let status = format!("{BASE}/v1/status/KR?instrument=rdp&atPosition=588&asOf=2026-11-23");
    assert_eq!(data["links"], json!({ "alerts": alerts, "status": status }));
}

#[test]
fn a_test_is_about_the_endpoint_as_every_face_spells_it() {
    let message = test(BASE, Uuid::from_u128(7), Position(586), NOW.parse().unwrap()).unwrap();
    assert_cloud_event(&message);
    assert_eq!(message["subject"], "webhook/00000000-0000-0000-0000-000000000007");
}

#[test]
fn no_message_has_20_kilobytes_whatever_is_recorded() {
    // A restored log may hold what a command may not say, such as control characters, which JSON writes with six bytes.
    for char in ["\u{1}", "\u{10348}", "\"", "x"] {
        let long = |chars: usize| char.repeat(chars);
        let mut content = signing("2016-10-20", &long(2_000));
        content.sources[0].title = long(1_000);
        content.sources[0].url = Some(format!("https://example.org/{}", long(1_900)));
        let corrected = MilestoneCorrected {
            milestone: milestone_of("signing"),
            content: content.milestone.clone(),
            sources: content.sources.clone(),
            why: long(2_000),
        };
        let base = format!("https://{}", "x".repeat(490));
        let events = [Event::MilestoneRecorded(content), Event::MilestoneCorrected(corrected)];
        let events = events.map(|event| recorded(u64::MAX, event));
        let mut instrument = instruments().find(&id("rdp/KR").instrument).unwrap().clone();
        (instrument.name, instrument.short_name) = (long(2_000), long(2_000));
        let (_, change) = changed(&instrument);
        let (silence, silent) = silenced(&"r".repeat(40), &long(2_000), &long(2_000));
        let silence = AlertRecorded { position: Position(u64::MAX), ..silence };
        let messages = [
            milestone(&base, &events[0], Some(MilestoneKind::Signed)).unwrap(),
            milestone(&base, &events[1], Some(MilestoneKind::Signed)).unwrap(),
            status(&base, &events[1], &change, &instrument).unwrap(),
            alert(&base, &silence, &silent).unwrap(),
        ];
        for message in messages {
            let bytes = serde_json::to_vec(&message).unwrap().len();
            assert!(bytes < MOST_BYTES && bytes > 2_000, "{char:?}: {bytes}");
            assert_cloud_event(&message);
        }
    }
}

#[test]
fn the_id_of_a_message_follows_from_its_endpoint_position_and_topic_for_ever() {
    let endpoint = Uuid::from_u128(7);
    let of = |endpoint, position, topic| message_id(endpoint, Position(position), topic);
    // Receivers remember ids: another spelling would deliver everything in doubt twice.
    assert_eq!(of(endpoint, 586, Topic::Milestones), "msg_a1ad69a482cf5ab0bf53832328db7fe8");
    let others = [
        of(endpoint, 587, Topic::Milestones),
        of(endpoint, 586, Topic::Statuses),
        of(Uuid::from_u128(8), 586, Topic::Milestones),
    ];
    assert!(others.iter().all(|other| *other != of(endpoint, 586, Topic::Milestones)));
}

#[test]
fn what_an_endpoint_wants_is_kept_as_it_was_said_and_filters_by_each_part() {
    let wants = Wants {
        instruments: vec![id("rdp/KR").instrument],
        countries: vec![id("rdp/KR").country],
        kinds: vec![MilestoneKind::Signed],
        rules: vec![RuleName::parse("stalled").unwrap()],
        ..Wants::all_of(vec![Topic::Alerts, Topic::Milestones])
    };
    let text = wants.to_string();
    assert_eq!(
        text,
        r#"{"topics":["alerts","milestones"],"instruments":["rdp"],"countries":["KR"],"kinds":["signed"],"rules":["stalled"]}"#
    );
    assert_eq!(text.parse::<Wants>().unwrap(), wants);
    assert_eq!(r#"{"topics":["statuses"]}"#.parse::<Wants>().unwrap(), Wants::all_of(vec![Topic::Statuses]));
    assert!(r#"{"topics":["weather"]}"#.parse::<Wants>().is_err());
    assert!(wants.admits(&id("rdp/KR")) && !wants.admits(&id("rdp/LV")) && !wants.admits(&id("sosa/KR")));
    assert!(wants.admits_kind(Some(MilestoneKind::Signed)));
    assert!(!wants.admits_kind(Some(MilestoneKind::Listed)) && !wants.admits_kind(None));
    assert!(wants.admits_rule(&RuleName::parse("stalled").unwrap()));
    assert!(!wants.admits_rule(&RuleName::parse("deadline").unwrap()));
    let all = Wants::all_of(vec![Topic::Milestones]);
    assert!(all.admits(&id("sosa/LV")) && all.admits_kind(None));
}

#[test]
fn where_there_are_pages_a_message_leads_to_one_beside_its_other_links() {
    let event = recorded(2, Event::MilestoneRecorded(signing("2016-10-20", "Signed in Seoul.")));
    let said = milestone(BASE, &event, Some(MilestoneKind::Signed)).unwrap();
    let page = format!("{BASE}/rdp/KR?asOf=2026-11-24&atPosition=2");
    let told = with_page(said.clone(), Some(page.clone()));
    assert_eq!(told["data"]["links"]["page"], page);
    assert_eq!(told["data"]["links"]["status"], said["data"]["links"]["status"]);
    assert_eq!(with_page(said.clone(), None), said, "without pages nothing is added");
}
