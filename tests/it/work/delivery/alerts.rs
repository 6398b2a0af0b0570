//! Are alerts delivered, and is a failing endpoint one?

use depositary::answers::OfOtherRules;
use depositary::domain::alert::decide::AlertCommand;
use depositary::domain::alert::rule::RuleName;
use depositary::domain::alert::{AlertAcknowledged, AlertEvent};
use depositary::domain::ids::{CommandId, Position};
use depositary::server::seed;
use depositary::work::delivery::wants::{Topic, Wants};
use serde_json::{Value, json};
use testkit::databases::for_each_database;
use testkit::delivering::Delivering;
use testkit::facts::{actor, id};
use testkit::receivers::{Arrived, Manner, Receiver};

use super::opened::{notes, opened};

#[tokio::test]
async fn alerts_reach_who_wants_those_of_a_rule() {
    for_each_database(async |store| {
        let (all, none) = (Receiver::start(Manner::Well).await, Receiver::start(Manner::Well).await);
        let process = Delivering::start(store, &[&all, &none]).await;
        let (_, secret) = process.add(&all, &[Topic::Alerts]).await;
        let rules = vec![RuleName::parse("nobody-has-this-name").unwrap()];
        process.add_wanting(&none, Wants { rules, ..Wants::all_of(vec![Topic::Alerts]) }).await;
        seed(&process.tracker).await.unwrap();
        let facts = process.store.head().await.unwrap().position.0;
        let looked =
            depositary::work::alerts::look(&process.answers, &process.tracker, OfOtherRules::Resolve).await.unwrap();
        assert!(looked.fired > 1, "{looked:?}");
        all.has(looked.fired).await;
        let fired = all.accepted().into_values().map(|(one, _)| one).min_by_key(Arrived::position).unwrap();
        let event = fired.event();
        assert!(fired.is_signed_by(&secret.reveal()));
        assert_eq!((fired.position(), &event["type"]), (facts + 1, &json!("depositary.alert_fired")));
        assert_eq!((&event["data"]["alert"]["state"], &event["data"]["said"]), (&json!("FIRING"), &json!({})));
        assert!(!event["data"]["alert"]["told"].as_str().unwrap().is_empty());
        let subject = event["subject"].as_str().unwrap();
        // What is said of it later comes with the alert as it stood by then.
        let command = AlertCommand {
            id: CommandId::named("seen"),
            alert: subject.strip_prefix("alert/").unwrap().parse().unwrap(),
            expected_version: None,
            actor: actor(),
            event: AlertEvent::Acknowledged(AlertAcknowledged { note: Some("Asked the desk.".to_owned()) }),
        };
        let _ = process.tracker.execute_alerts(vec![command]).await.unwrap().remove(0).unwrap();
        all.has(looked.fired + 1).await;
        let seen = all.accepted().into_values().map(|(one, _)| one).max_by_key(Arrived::position).unwrap().event();
        assert_eq!((&seen["type"], &seen["subject"]), (&json!("depositary.alert_acknowledged"), &json!(subject)));
        assert_eq!(seen["data"]["why"], "Asked the desk.");
        assert_eq!(seen["data"]["alert"]["state"], "ACKNOWLEDGED");
        assert_eq!(seen["data"]["agreement"], event["data"]["agreement"]);
        assert!(none.arrived().is_empty());
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_that_is_disabled_since_it_failed_is_an_alert_until_it_is_enabled_again() {
    for_each_database(async |store| {
        let (gone, tired, watch) = (
            Receiver::start(Manner::Says(410, "")).await,
            Receiver::start(Manner::Well).await,
            Receiver::start(Manner::Well).await,
        );
        let process = opened(store.clone(), &[&gone, &tired, &watch]).await;
        let looks = async || {
            let looked =
                depositary::work::alerts::look(&process.answers, &process.tracker, OfOtherRules::Resolve).await;
            let looked = looked.unwrap();
            (looked.fired, looked.resolved)
        };
        assert_eq!(looks().await, (0, 0));
        process.add(&watch, &[Topic::Alerts]).await;
        let countries = vec![id("rdp/KR").country];
        process.add_wanting(&tired, Wants { countries, ..Wants::all_of(vec![Topic::Alerts]) }).await;
        let (failed, _) = process.add(&gone, &[Topic::Milestones]).await;
        process.until(failed.id, |endpoint| endpoint.disabled.is_some()).await;

        assert_eq!((looks().await, looks().await), ((1, 0), (0, 0)), "once");
        watch.has(1).await;
        let event = watch.arrived().remove(0).event();
        assert_eq!(event["type"], "depositary.alert_fired");
        assert_eq!(event["data"]["alert"]["kind"], "WEBHOOK_DISABLED");
        let whose = format!("webhook/{}", failed.id);
        assert_eq!((&event["data"]["webhookId"], &event["data"]["agreement"]), (&json!(whose), &Value::Null));
        let told =
            format!("{whose} is disabled and told of nothing more: the receiver answered 410: it wants no more.");
        assert_eq!(event["data"]["alert"]["told"], told);
        assert!(!event.to_string().contains(&gone.url()), "the log is public, and where messages go is not");
        // Whoever disables one more wants that.
        let (by_hand, _) = process.add(&tired, &[Topic::Statuses]).await;
        process.webhooks.disable(by_hand.id).await.unwrap();
        assert_eq!(looks().await, (0, 0));

        // Enabled, it is over; disabled anew, it is another alert.
        gone.behave(Manner::Well);
        process.webhooks.replay(failed.id, Position(0)).await.unwrap();
        assert_eq!(looks().await, (0, 1));
        watch.has(2).await;
        let over = watch.accepted().into_values().map(|(one, _)| one).max_by_key(Arrived::position).unwrap().event();
        assert_eq!(over["data"]["said"]["reason"], "WEBHOOK_MANAGED");
        assert_eq!(over["subject"], event["subject"]);
        gone.has(1).await;
        gone.behave(Manner::Says(410, ""));
        notes(&process, 0, 1).await;
        process.until(failed.id, |endpoint| endpoint.disabled.is_some()).await;
        assert_eq!(looks().await, (1, 0));
        watch.has(3).await;
        let anew = watch.accepted().into_values().map(|(one, _)| one).max_by_key(Arrived::position).unwrap().event();
        assert_eq!(anew["type"], "depositary.alert_fired");
        assert_ne!(anew["subject"], event["subject"]);
        assert!(tired.arrived().is_empty(), "an endpoint that asks for a country heard of no country's");
        process.end().await;
    })
    .await;
}
