//! What may be recorded of an alert, and how does it stand then?

use chrono::NaiveDate;
use depositary::domain::alert::decide::{AlertCommand, decide};
use depositary::domain::alert::rule::RuleName;
use depositary::domain::alert::state::Alert;
use depositary::domain::alert::{
    About, AlertAcknowledged, AlertEvent, AlertFired, AlertRecorded, AlertResolved, AlertSilenced, Fingerprint,
};
use depositary::domain::ids::{CommandId, Position, Version};
use depositary::domain::words::{AlertState, Deadline, LimitFrom, ResolvedBy, Stage, Word};
use testkit::facts::{actor, id, milestone_of};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn stalled(milestone: &str, since: &str) -> About {
    About::Stalled {
        stage: Stage::Review,
        round: 1,
        milestone: milestone_of(milestone),
        since: since.parse().unwrap(),
        waited: 366,
        limit: 365,
        limit_from: LimitFrom::Fallback,
    }
}

fn fingerprint() -> Fingerprint {
    Fingerprint::of(&RuleName::parse("stalled").unwrap(), &id("rdp/KR").into(), &stalled("notice", "2024-03-26"))
}

fn fired() -> AlertEvent {
    AlertEvent::Fired(AlertFired {
        rule: RuleName::parse("stalled").unwrap(),
        subject: id("rdp/KR").into(),
        about: stalled("notice", "2024-03-26"),
        day: day("2025-03-28"),
        due: Some(day("2025-03-27")),
        position: Position(7),
        told: "Korea waits.".to_owned(),
    })
}

fn seen(note: Option<&str>) -> AlertEvent {
    AlertEvent::Acknowledged(AlertAcknowledged { note: note.map(str::to_owned) })
}

fn silenced(until: &str) -> AlertEvent {
    AlertEvent::Silenced(AlertSilenced { why: "It is known.".to_owned(), until: day(until) })
}

fn resolved(by: ResolvedBy, why: Option<&str>) -> AlertEvent {
    let why = why.map(str::to_owned);
    AlertEvent::Resolved(AlertResolved { by, milestone: None, unfounded: false, why, position: Position(9) })
}

fn command(event: AlertEvent, expected: Option<u32>) -> AlertCommand {
    let (id, expected_version) = (CommandId::named("one"), expected.map(Version));
    AlertCommand { id, alert: fingerprint(), expected_version, actor: actor(), event }
}

/// The alert after these events.
fn given(events: &[AlertEvent]) -> Option<Alert> {
    let recorded = |(event, number): (&AlertEvent, u32)| AlertRecorded {
        position: Position(u64::from(number) + 10),
        alert: fingerprint(),
        version: Version(number),
        recorded_at: "2025-03-28T09:00:00Z".parse().unwrap(),
        command: CommandId::named(&number.to_string()),
        actor: actor(),
        event: event.clone(),
    };
    let events: Vec<AlertRecorded> = events.iter().zip(1..).map(recorded).collect();
    Alert::of(&events)
}

/// The code of a refusal, or `ok`.
fn decided(events: &[AlertEvent], event: AlertEvent) -> &'static str {
    let decision = decide(given(events).as_ref(), &command(event, None), day("2025-03-28"));
    decision.as_ref().map_or_else(|refusal| refusal.code().as_str(), |_| "ok")
}

#[test]
fn an_alert_fires_once_until_it_is_resolved_and_then_may_fire_again() {
    let over = resolved(ResolvedBy::Corrected, None);
    assert_eq!(decided(&[], fired()), "ok");
    assert_eq!(decided(&[fired()], fired()), "ALERT_FIRING");
    assert_eq!(decided(&[fired(), seen(None), silenced("2025-04-01")], fired()), "ALERT_FIRING");
    assert_eq!(decided(&[fired(), over.clone()], fired()), "ok");
    for event in [seen(None), silenced("2025-04-01"), resolved(ResolvedBy::Withdrawn, None)] {
        assert_eq!(decided(&[], event.clone()), "NO_SUCH_ALERT");
        assert_eq!(decided(&[fired()], event.clone()), "ok");
        assert_eq!(decided(&[fired(), silenced("2025-04-01")], event.clone()), "ok", "also when it is silent");
        assert_eq!(decided(&[fired(), over.clone()], event), "ALERT_RESOLVED");
    }
}

#[test]
fn what_a_person_says_is_text_and_a_silence_ends_within_a_year() {
    assert_eq!(decided(&[fired()], seen(Some(" "))), "INVALID_FIELD");
    assert_eq!(decided(&[fired()], seen(Some("bad\u{0}"))), "INVALID_FIELD");
    assert_eq!(decided(&[fired()], silenced("2025-03-27")), "INVALID_FIELD");
    assert_eq!(decided(&[fired()], silenced("2025-03-28")), "ok");
    assert_eq!(decided(&[fired()], silenced("2026-03-29")), "ok");
    assert_eq!(decided(&[fired()], silenced("2026-03-30")), "INVALID_FIELD");
    assert_eq!(decided(&[fired()], resolved(ResolvedBy::Hand, None)), "INVALID_FIELD");
    assert_eq!(decided(&[fired()], resolved(ResolvedBy::Hand, Some("Settled."))), "ok");
}

#[test]
fn whoever_saw_an_older_version_is_refused() {
    let alert = given(&[fired(), seen(None)]);
    let refusal = decide(alert.as_ref(), &command(seen(None), Some(1)), day("2025-03-28")).unwrap_err();
    assert_eq!((refusal.code().as_str(), refusal.place()), ("VERSION_CONFLICT", Some("expectedVersion")));
    assert!(decide(alert.as_ref(), &command(seen(None), Some(2)), day("2025-03-28")).is_ok());
    assert!(decide(None, &command(fired(), Some(0)), day("2025-03-28")).is_ok());
}

#[test]
fn a_silence_ends_by_itself_and_firing_again_forgets_what_was_said_of_the_last_time() {
    let state = |events: &[AlertEvent], on: &str| given(events).unwrap().state(day(on));
    assert_eq!(state(&[fired()], "2025-03-28"), AlertState::Firing);
    assert_eq!(state(&[fired(), seen(None)], "2025-03-28"), AlertState::Acknowledged);
    let quiet = [fired(), seen(None), silenced("2025-04-01")];
    assert_eq!(state(&quiet, "2025-04-01"), AlertState::Silenced);
    assert_eq!(state(&quiet, "2025-04-02"), AlertState::Acknowledged);
    let over = resolved(ResolvedBy::MilestoneRecorded, None);
    let again = [fired(), seen(None), over.clone(), fired()];
    assert_eq!(state(&again[..3], "2025-04-02"), AlertState::Resolved);
    assert_eq!(state(&again, "2025-04-02"), AlertState::Firing);
    assert_eq!(given(&again).unwrap().days_late(), 1);
    assert_eq!(given(&[seen(None), over]), None, "nothing can be said of what never fired");
}

#[test]
fn an_alert_is_the_same_as_long_as_its_rule_agreement_stage_and_entry_are() {
    let rule = RuleName::parse("stalled").unwrap();
    let of = |about: About| Fingerprint::of(&rule, &id("rdp/KR").into(), &about);
    let alert = stalled("notice", "2024-03-26");
    assert_eq!(of(alert), of(stalled("notice", "2024-04-01")), "a corrected day is no other alert");
    assert_ne!(of(alert), of(stalled("another", "2024-03-26")));
    assert_ne!(of(alert), Fingerprint::of(&RuleName::parse("slow").unwrap(), &id("rdp/KR").into(), &alert));
    assert_ne!(of(alert), Fingerprint::of(&rule, &id("rdp/IN").into(), &alert));
    assert!(alert.continues(&stalled("notice", "2024-04-01")));
    assert!(
        alert.continues(&stalled("comments closed", "2024-03-26")),
        "told by another milestone, it is the same entry"
    );
    let of_round = |about: About, round: u16| match about {
        About::Stalled { stage, milestone, since, waited, limit, limit_from, .. } => {
            About::Stalled { stage, round, milestone, since, waited, limit, limit_from }
        }
        other => other,
    };
    assert!(alert.continues(&stalled("another", "2024-03-23")), "told anew in the same round");
    assert!(!alert.continues(&of_round(stalled("another", "2025-01-01"), 2)));
    assert!(alert.continues(&of_round(alert, 2)), "an earlier round was learnt of");
    let deadline = About::Deadline {
        deadline: Deadline::CommentsClose,
        milestone: milestone_of("notice"),
        on: "2024-03-25".parse().unwrap(),
    };
    assert!(!alert.continues(&deadline));
    assert!(deadline.settles(&deadline) && alert.settles(&stalled("another", "2024-03-23")));
    let moved = About::Deadline {
        deadline: Deadline::CommentsClose,
        milestone: milestone_of("notice"),
        on: "2024-04-30".parse().unwrap(),
    };
    assert!(deadline.continues(&moved) && !deadline.settles(&moved), "by hand, a day is closed and not the next");
    let disabled = |at: &str| About::WebhookDisabled { at: at.parse().unwrap() };
    let (once, twice) = (disabled("2026-11-28T10:00:00Z"), disabled("2026-11-28T11:00:00Z"));
    assert!(once.continues(&once) && !once.continues(&twice), "each time it is disabled is another alert");
    assert_ne!(of(once), of(twice));
    let text = of(alert).to_string();
    assert_eq!(text.parse::<Fingerprint>().unwrap(), of(alert));
    for wrong in ["", "36666309", &text.to_uppercase(), &format!("{text}0")] {
        assert!(wrong.parse::<Fingerprint>().is_err(), "{wrong}");
    }
}
