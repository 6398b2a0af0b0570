//! Are the program's command ids its own, so that nobody can keep it from saying something?

use depositary::access::Role;
use depositary::alerts::{LookError, look};
use depositary::answers::OfOtherRules;
use depositary::domain::alert::decide::AlertCommand;
use depositary::domain::command::Command;
use depositary::domain::ids::{Actor, CommandId};
use serde_json::json;

use crate::alerting::watcher::{RULES, Watcher, signed, waiting};
use crate::databases::for_each_database;
use crate::facts::{note, open, record};
use crate::recording::{input, milestone, mutate, sources};
use crate::serving::for_each_server;

#[tokio::test]
async fn no_caller_can_bring_an_id_that_the_program_makes() {
    for_each_server(async |served| {
        let token = served.token(Role::Recorder, "desk").await;
        let noted = milestone("noted", "2020-01-01", json!({}));
        for name in ["open:rdp/RO", "fact:rdp/RO/signed-1", "alert 00000000000000000000000000000000 1", "anything"] {
            let taken = CommandId::named(name).id;
            let of = |members: serde_json::Value| {
                let mut input = input("rdp/KR", members);
                input["commandId"] = json!(taken);
                input
            };
            let unit = json!({ "commandId": taken, "milestones": [{ "agreementId": "rdp/KR", "milestone": noted, "sources": sources() }] });
            for (mutation, input) in [
                ("openAgreement", of(json!({}))),
                ("recordMilestone", of(json!({ "milestone": noted, "sources": sources() }))),
                ("recordMilestones", unit),
            ] {
                let refusal = mutate(served, &token, mutation, input).await["refusal"].take();
                assert_eq!((&refusal["code"], &refusal["field"]), (&json!("COMMAND_ID_RESERVED"), &json!("commandId")), "{mutation}");
            }
            let alert = json!({ "alertId": "00000000000000000000000000000000", "commandId": taken });
            let query = "mutation($input: AcknowledgeAlertInput!) { acknowledgeAlert(input: $input) { refusal { code } } }";
            let answer = served.ask_as(&token, query, json!({ "input": alert })).await;
            assert_eq!(answer["acknowledgeAlert"]["refusal"]["code"], "COMMAND_ID_RESERVED");
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
        assert!(watcher.process.tracker.execute(vec![open("rdp/IS")]).await.is_ok());
    })
    .await;
}
