//! Are the program's command ids its own, so that nobody can keep it from saying something?

use depositary::access::Role;
use depositary::answers::OfOtherRules;
use depositary::domain::alert::decide::AlertCommand;
use depositary::domain::command::Command;
use depositary::domain::ids::{Actor, CommandId};
use depositary::work::alerts::{LookError, Looks, keep_looking, look};
use serde_json::{Value, json};
use testkit::databases::for_each_database;
use testkit::facts::{note, open, record};
use testkit::mutations::{milestone, sources};
use testkit::serving::for_each_server;
use testkit::watcher::{RULES, Watcher, signed, waiting};
use tokio_util::sync::CancellationToken;

/// Every mutation that takes a command's id, with the rest of its input.
fn mutations() -> Vec<(&'static str, Value)> {
    let noted = milestone("noted", "2020-01-01", json!({}));
    let of_one = |members: Value| {
        let mut input = json!({ "agreementId": "rdp/KR", "milestoneId": uuid::Uuid::nil() });
        input.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        input
    };
    let alert = "00000000000000000000000000000000";
    vec![
        ("openAgreement", json!({ "agreementId": "rdp/KR" })),
        ("recordMilestone", json!({ "agreementId": "rdp/KR", "milestone": noted, "sources": sources() })),
        (
            "recordMilestones",
            json!({ "milestones": [{ "agreementId": "rdp/KR", "milestone": noted, "sources": sources() }] }),
        ),
        ("refineDate", of_one(json!({ "occurred": "2020-01-01", "evidence": "STATED", "sources": sources() }))),
        ("correctMilestone", of_one(json!({ "milestone": noted, "sources": sources(), "why": "Wrong." }))),
        ("retractMilestone", of_one(json!({ "why": "Wrong." }))),
        ("addSource", of_one(json!({ "source": sources()[0] }))),
        ("recordFigure", json!({ "figure": testkit::figures::input("27"), "sources": sources() })),
        (
            "correctFigure",
            json!({ "figureId": uuid::Uuid::nil(), "figure": testkit::figures::input("27"), "sources": sources(), "why": "Wrong." }),
        ),
        ("retractFigure", json!({ "figureId": uuid::Uuid::nil(), "why": "Wrong." })),
        ("acknowledgeAlert", json!({ "alertId": alert })),
        ("silenceAlert", json!({ "alertId": alert, "until": "2027-01-01", "why": "Known." })),
        ("resolveAlert", json!({ "alertId": alert, "why": "Over." })),
    ]
}

#[tokio::test]
async fn no_caller_can_bring_an_id_that_the_program_makes() {
    let takes_an_id = depositary::faces::graphql::sdl().matches("commandId: UUID!").count();
    assert_eq!(mutations().len(), takes_an_id, "every mutation that takes an id is tried");
    for_each_server(async |served| {
        let token = served.token(Role::Recorder, "desk").await;
        for name in ["open:rdp/RO", "fact:rdp/RO/signed-1", "alert 00000000000000000000000000000000 1", "anything"] {
            for (mutation, mut input) in mutations() {
                input["commandId"] = json!(CommandId::named(name).id);
                let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
                let query =
                    format!("mutation($input: {kind}!) {{ {mutation}(input: $input) {{ refusal {{ code field }} }} }}");
                let answer = served.ask_as(&token, &query, json!({ "input": input })).await;
                let refusal = json!({ "code": "COMMAND_ID_RESERVED", "field": "commandId" });
                assert_eq!(answer[mutation]["refusal"], refusal, "{mutation}");
            }
        }
    })
    .await;
}

#[test]
fn a_name_of_the_program_is_reserved_however_it_is_spelled() {
    for name in ["Alerts", "BUNDLED", "Import", "dePositary", "alerts"] {
        assert!(Actor::parse(name).unwrap().is_reserved(), "{name}");
    }
    assert!(!Actor::parse("alerts-desk").unwrap().is_reserved());
}

/// A note under the id of another command, which early releases took.
fn taking(id: CommandId, name: &str) -> Command {
    Command { id, ..note(name, "rdp/FO") }
}

async fn found(watcher: &Watcher, day: &str) -> Vec<AlertCommand> {
    watcher.process.clock.set(format!("{day}T12:00:00Z").parse().unwrap());
    watcher.answers.look(OfOtherRules::Resolve).await.unwrap().commands
}

#[tokio::test]
async fn an_alert_whose_ids_were_taken_fires_and_ends_all_the_same() {
    for_each_database(async |store| {
        let watcher = Watcher::start(store.clone(), RULES).await;
        watcher.process.clock.set("2024-06-01T12:00:00Z".parse().unwrap());
        waiting(&watcher).await;
        let first = found(&watcher, "2024-07-05").await.remove(0);
        watcher.process.clock.set("2024-06-01T12:00:00Z".parse().unwrap());
        let end = CommandId::named(&format!("alert {} 1", first.alert));
        watcher.record(vec![taking(first.id, "takes the beginning"), taking(end, "takes the end")]).await;
        let looked = watcher.look("2024-07-05").await;
        assert_eq!((looked.fired, watcher.look("2024-07-05").await.fired), (1, 0));
        watcher.record(vec![record("signed", "rdp/FO", signed("2024-07-01"))]).await;
        assert_eq!(watcher.look("2024-07-06").await.resolved, 1);
        assert_eq!(watcher.alert().await.version.0, 2);
    })
    .await;
}

#[tokio::test]
async fn a_look_of_which_something_cannot_be_recorded_is_a_failure() {
    for_each_database(async |store| {
        let watcher = Watcher::start(store.clone(), RULES).await;
        watcher.process.clock.set("2024-06-01T12:00:00Z".parse().unwrap());
        waiting(&watcher).await;
        let first = found(&watcher, "2024-07-05").await.remove(0);
        let all = std::iter::once(first.id).chain(first.id.others()).enumerate();
        watcher.record(all.map(|(number, id)| taking(id, &format!("takes {number}"))).collect()).await;
        let looked = look(&watcher.answers, &watcher.process.tracker, OfOtherRules::Resolve).await;
        assert!(matches!(looked, Err(LookError::Refused { refused: 1, .. })), "{looked:?}");
        // Whoever watches the watcher hears of it: no success is told, and a failure is counted.
        let (looks, ends, leasing) = (Looks::default(), CancellationToken::new(), CancellationToken::new());
        let lease = depositary::work::lease::hold(store.clone(), "alerts", leasing.clone());
        let (answers, tracker) = (watcher.answers.clone(), watcher.process.tracker.clone());
        let looking = tokio::spawn(keep_looking(answers, tracker, lease, looks.clone(), ends.clone()));
        let began = std::time::Instant::now();
        while looks.failed() == 0 {
            assert!(began.elapsed() < std::time::Duration::from_secs(20), "no failure was counted");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(looks.last(), None);
        ends.cancel();
        looking.await.unwrap();
        leasing.cancel();
        assert!(watcher.process.tracker.execute(vec![open("rdp/IS")]).await.is_ok());
    })
    .await;
}
