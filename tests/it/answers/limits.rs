//! Does an estimate rest on what was known and on nothing else, whether it comes from the tables or is folded?

use std::sync::Arc;

use chrono::NaiveDate;
use depositary::answers::{Answers, Ask, Pin};
use depositary::domain::event::Recorded;
use depositary::domain::ids::Position;
use depositary::domain::milestone::{Detail, Signing};
use depositary::projections::history::History;
use depositary::projections::knowledge::{Basis, Knowledge};
use depositary::projections::limits::{LimitPolicy, Limits, Round};
use depositary::projections::written::{read_spells, read_waits, write_spells, write_waits};
use proptest::prelude::*;
use serde_json::json;
use testkit::databases::for_each_database;
use testkit::facts::{Process, id, instruments, milestone, open, record};
use testkit::histories::{DAYS, at, day, histories, rdp};
use testkit::serving::for_each_server;
use testkit::statuses;

/// Pins of every sort: today's knowledge, an earlier position, an instant, and what had been published.
async fn pins(answers: &Answers, on: NaiveDate, positions: &[u64]) -> Vec<Pin> {
    let ask = |ask: Ask| async move { answers.pin(&Ask { as_of: Some(on), ..ask }, answers.position()).await.unwrap() };
    let mut pins = vec![ask(Ask::default()).await];
    for position in positions {
        pins.push(ask(Ask { at_position: Some(Position(*position)), ..Ask::default() }).await);
    }
    let known_at = Some("2016-08-01T00:00:00Z".parse().unwrap());
    let recorded = Some("2026-11-24T12:00:00Z".parse().unwrap());
    pins.push(ask(Ask { known_at: recorded, ..Ask::default() }).await);
    pins.push(ask(Ask { known_at, basis: Basis::Published, ..Ask::default() }).await);
    pins.push(ask(Ask { basis: Basis::Published, ..Ask::default() }).await);
    pins
}

#[tokio::test]
async fn stalls_and_limits_from_the_tables_are_those_that_are_folded_and_do_not_change_when_the_log_grows() {
    for_each_database(async |store| {
        let process = Process::seeded(store).await;
        let answers = Answers::new(process.reader.clone(), instruments(), process.clock.clone());
        let folded = Answers::new(process.reader.clone(), instruments(), process.clock.clone()).without_tables();
        let days = ["2016-03-01", "2021-12-20", "2025-10-28", "2026-11-24"].map(statuses::day);
        let mut told = Vec::new();
        for on in days {
            for pin in pins(&answers, on, &[100, 400, 623]).await {
                for code in ["rdp", "sosa"] {
                    let instrument = answers.instruments().load(code).unwrap().clone();
                    let limits = answers.limits(&instrument, &pin.knowledge, on).await.unwrap();
                    assert_eq!(limits, folded.limits(&instrument, &pin.knowledge, on).await.unwrap(), "{code} {pin:?}");
                    let stalled = answers.stalled(&pin, Some(code), None).await.unwrap();
                    assert_eq!(stalled, folded.stalled(&pin, Some(code), None).await.unwrap(), "{code} {pin:?}");
                    told.push((instrument, pin, limits, stalled));
                }
            }
        }
        assert!(told.iter().any(|(.., stalled)| stalled.len() > 2), "somebody had stalled");
        // Korea signs, the Faroes announce an intent: what was told stays as it was, in a process that remembers nothing.
        let signing = Signing { on: "2025-01-01".parse().unwrap(), place: None, signatories: vec![] };
        let signed = Detail::Signed { signings: vec![signing] };
        let grown = vec![
            record("korea signs", "rdp/KR", milestone("2025-01-01", "Signed", signed)),
            open("rdp/FO"),
            record("an intent", "rdp/FO", milestone("2020-01-01", "Announced", Detail::IntentAnnounced {})),
        ];
        let _ = process.tracker.execute(grown).await.unwrap();
        let again = Answers::new(process.reader.clone(), instruments(), process.clock.clone());
        for (instrument, pin, limits, stalled) in told {
            assert_eq!(again.limits(&instrument, &pin.knowledge, pin.day).await.unwrap(), limits, "{pin:?}");
            assert_eq!(again.stalled(&pin, Some(instrument.code.as_str()), None).await.unwrap(), stalled, "{pin:?}");
        }
        let now = pins(&again, statuses::day("2025-10-28"), &[]).await.remove(0);
        let stalled: Vec<String> =
            again.stalled(&now, Some("rdp"), None).await.unwrap().iter().map(|row| row.agreement.to_string()).collect();
        assert_eq!(stalled, ["rdp/AR", "rdp/UA", "rdp/FO", "rdp/BR", "rdp/IN"], "Korea no longer waits");
        let status = again.status(&id("rdp/AR"), &now).await.unwrap();
        assert_eq!(
            status.waiting.unwrap(),
            again.stalled(&now, Some("rdp"), None).await.unwrap().first().unwrap().waiting
        );
    })
    .await;
}

#[tokio::test]
async fn a_stall_tells_its_limit_its_comparison_and_who_was_compared() {
    for_each_server(async |server| {
        let korea = server
            .ask(
                r#"{ agreement(id: "rdp/KR") { status(asOf: "2025-10-28") { stalled {
                    limitDays limit { days from reason fallbackDays estimate { days { least most } noLimitBecause movedOnCount waitingCount
                        compared { agreement { id: plainId } outcome } leftOut { agreement { id: plainId } reason } } }
                    comparison { percentile { least most } confidence { least most } atRisk { least most }
                        within90Days { range { least most } notEstimable } within365Days { range { least most } notEstimable } } } } } }"#,
            )
            .await["agreement"]["status"]["stalled"]
            .take();
        let (limit, comparison) = (&korea["limit"], &korea["comparison"]);
        assert_eq!((&limit["days"], &limit["from"], &limit["fallbackDays"]), (&json!(365), &json!("FALLBACK"), &json!(365)));
        assert!(limit["reason"].as_str().unwrap().ends_with(
            "The estimate sets no limit: only 6 comparable rounds have moved on for sure, and 8 are asked for."
        ));
        assert_eq!(limit["estimate"]["noLimitBecause"], "FEW_TRANSITIONS");
        assert_eq!((&limit["estimate"]["movedOnCount"], &limit["estimate"]["waitingCount"]), (&json!(6), &json!(4)));
        assert_eq!(limit["estimate"]["compared"][6], json!({ "agreement": { "id": "rdp/KR" }, "outcome": "WAITING" }));
        let poland = json!({ "agreement": { "id": "rdp/PL" }, "reason": "OTHER_PURPOSE" });
        assert_eq!(limit["estimate"]["leftOut"][0], poland);
        assert_eq!(comparison["percentile"], json!({ "least": 40.0, "most": 50.0 }));
        assert_eq!(comparison["within90Days"], json!({ "range": { "least": 0.0, "most": 0.0 }, "notEstimable": null }));
        assert_eq!(comparison["within365Days"], json!({ "range": { "least": 0.25, "most": 0.6 }, "notEstimable": null }));

        let lithuania = r#"{ agreement(id: "rdp/LT") { status(asOf: "2021-12-10") { waiting {
            stage days stalled limit { days } comparison { percentile { least most } } } } } }"#;
        let waiting = server.ask(lithuania).await["agreement"]["status"]["waiting"].take();
        assert_eq!((&waiting["days"], &waiting["stalled"]), (&json!(3), &json!(false)), "it never stalled");

        let limits = server.ask(r#"{ limits(instrument: "rdp", asOf: "2025-10-28", stage: CONSULTATION) { renewal feasibility limit { days from } } }"#).await;
        assert_eq!(limits["limits"], json!([
            { "renewal": false, "feasibility": false, "limit": { "days": 61, "from": "ESTIMATE" } },
            { "renewal": false, "feasibility": true, "limit": { "days": 60, "from": "FALLBACK" } },
            { "renewal": true, "feasibility": false, "limit": { "days": 60, "from": "FALLBACK" } },
        ]));
    })
    .await;
}

fn law_limits_stay(events: &[Recorded], cut: usize, on: i64) -> Result<(), TestCaseError> {
    let instruments = instruments();
    let instrument = rdp(&instruments);
    let cut = cut.min(events.len());
    let known = Knowledge::at(events[cut - 1].position);
    let limits = |history: &History| {
        let steps = history.worlds(&known, instrument);
        let rounds: Arc<[Round]> =
            steps.spells.iter().copied().map(|spell| Round { agreement: id("rdp/RO"), spell }).collect();
        Limits::of(rounds, day(on), LimitPolicy::default())
    };
    prop_assert_eq!(limits(&History::of(&events[..cut], instrument)), limits(&History::of(events, instrument)));
    Ok(())
}

fn law_spells_and_waits_have_one_spelling(events: &[Recorded], on: i64) -> Result<(), TestCaseError> {
    let instruments = instruments();
    let instrument = rdp(&instruments);
    let history = History::of(events, instrument);
    let everything = Knowledge::at(Position(u64::MAX));
    let spells = history.worlds(&everything, instrument).spells.to_vec();
    prop_assert_eq!(read_spells(&write_spells(&spells).unwrap()).unwrap(), spells);
    let waits = at(&history, instrument, &everything, on).waits;
    prop_assert_eq!(read_waits(&write_waits(&waits).unwrap()).unwrap(), waits);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_follows_from_a_knowledge_is_the_same_when_the_log_has_grown(
        events in histories(), cut in 1..12_usize, on in -500..DAYS + 1_000,
    ) {
        law_limits_stay(&events, cut, on)?;
    }

    #[test]
    fn spells_and_waits_are_read_back_as_they_were_written(events in histories(), on in -500..DAYS + 1_000) {
        law_spells_and_waits_have_one_spelling(&events, on)?;
    }
}
