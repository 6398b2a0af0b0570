//! Who may record a figure, what is refused, and does the log carry it as it carries everything else?

use depositary::access::Role;
use depositary::domain::ids::{Position, Version};
use depositary::domain::refusal::Refusal;
use depositary::proof::audit;
use depositary::record::tracker::ExecuteError;
use depositary::store::{Store, StoredEvent};
use serde_json::{Value, json};
use testkit::databases::{Database, for_each_database};
use testkit::facts::{Process, instruments, source};
use testkit::figures::{correct, figure, figure_of, input, listed, published, record, retract, tell, values};
use testkit::mutations::fresh;
use testkit::serving::for_each_server;

const ANSWER: &str =
    "{ figure { plainId value version state why recordedBy } position repeated refusal { code field message } }";
/// What a retraction tells.
const LEFT: &str = "{ position repeated refusal { code field message } }";

fn sources() -> Value {
    json!([{ "title": "A notice", "citation": "86 FR 16705", "reliability": "PRIMARY", "publishedOn": "2021-03-31" }])
}

#[tokio::test]
async fn a_recorder_records_corrects_and_retracts_a_figure_by_graphql_and_a_repeat_lands_once() {
    for_each_server(async |server| {
        let token = server.token(Role::Recorder, "desk").await;
        let send = async |field: &str, input: Value| {
            let of = field[..1].to_uppercase() + &field[1..];
            // What a retraction leaves is nothing.
            let answer = if field == "retractFigure" { LEFT } else { ANSWER };
            let query = format!("mutation($input: {of}Input!) {{ {field}(input: $input) {answer} }}");
            server.ask_as(&token, &query, json!({ "input": input })).await[field].take()
        };
        let new = json!({ "commandId": fresh(), "figure": input("27"), "sources": sources() });
        let first = send("recordFigure", new.clone()).await;
        assert_eq!(first["refusal"], Value::Null, "{first}");
        let told = &first["figure"];
        assert_eq!((&told["value"], &told["version"]), (&json!("27"), &json!(1)));
        assert_eq!((&told["state"], &told["recordedBy"]), (&json!("RECORDED"), &json!("desk")));
        let again = send("recordFigure", new).await;
        assert_eq!((&again["repeated"], &again["position"]), (&json!(true), &first["position"]));

        let id = told["plainId"].clone();
        let change = |version: u32, more: Value| {
            let mut input =
                json!({ "commandId": fresh(), "figureId": id, "expectedVersion": version, "why": "miscounted" });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            input
        };
        let content = json!({ "figure": input("28"), "sources": sources() });
        let stale = send("correctFigure", change(0, content.clone())).await;
        assert_eq!(stale["refusal"]["code"], "VERSION_CONFLICT");
        assert_eq!(stale["refusal"]["field"], "expectedVersion");
        let corrected = send("correctFigure", change(1, content)).await;
        assert_eq!(corrected["figure"]["value"], "28");
        assert_eq!(
            (&corrected["figure"]["state"], &corrected["figure"]["why"]),
            (&json!("CORRECTED"), &json!("miscounted"))
        );
        let before = format!("atPosition: {}", first["position"]);
        assert_eq!(
            (values(server, "first: 9").await, values(server, &before).await),
            (vec![json!("28")], vec![json!("27")])
        );

        let retracted = send("retractFigure", change(2, json!({}))).await;
        assert!(retracted["position"].is_u64() && retracted["refusal"].is_null(), "{retracted}");
        assert!(values(server, "first: 9").await.is_empty());
        assert_eq!(values(server, &before).await, [json!("27")], "what was known then stays");
        let over = send("retractFigure", change(3, json!({}))).await;
        assert_eq!(
            (&over["refusal"]["code"], &over["refusal"]["field"]),
            (&json!("FIGURE_RETRACTED"), &json!("figureId"))
        );
        let unknown = json!({ "commandId": fresh(), "figureId": fresh(), "why": "x" });
        assert_eq!(send("retractFigure", unknown).await["refusal"]["code"], "NO_SUCH_FIGURE");
    })
    .await;
}

#[tokio::test]
async fn what_is_no_figure_is_refused_and_the_field_is_named() {
    for_each_server(async |server| {
        let token = server.token(Role::Recorder, "desk").await;
        let query = format!("mutation($input: RecordFigureInput!) {{ recordFigure(input: $input) {ANSWER} }}");
        let head = server.behind.answers.position();
        for (field, value, place) in [
            ("value", "5.20", "figure.value"),
            ("value", "5e9", "figure.value"),
            ("value", "27.5", "figure.value"),
            ("value", "-0", "figure.value"),
            ("span", "2023/2019", "figure.span"),
            ("span", "2030-01-01", "figure.span"),
            ("unit", "people", "figure.unit"),
            ("measure", "Listed", "figure.measure"),
            ("of", "rdp/KR", "figure.of"),
            ("of", "rdp/US", "figure.of"),
            ("of", "nato", "figure.of"),
            ("summary", " ", "figure.summary"),
        ] {
            let mut figure = input("27");
            figure[field] = value.into();
            let sent = json!({ "commandId": fresh(), "figure": figure, "sources": sources() });
            let refusal =
                server.ask_as(&token, &query, json!({ "input": sent })).await["recordFigure"]["refusal"].take();
            assert_eq!(refusal["field"], place, "{field} {value}: {refusal}");
        }
        let mut telling = sources();
        telling[0]["tells"] = json!({ "date": "2021-03-31", "evidence": "STATED" });
        for (sources, place) in [(json!([]), "sources"), (telling, "sources.0.tells")] {
            let sent = json!({ "commandId": fresh(), "figure": input("27"), "sources": sources });
            let refusal =
                server.ask_as(&token, &query, json!({ "input": sent })).await["recordFigure"]["refusal"].take();
            assert_eq!(refusal["field"], place, "{refusal}");
        }
        assert_eq!(server.behind.answers.position(), head, "nothing was recorded");
    })
    .await;
}

#[tokio::test]
async fn a_unit_of_figures_is_recorded_whole_or_not_at_all_and_a_dry_one_not_at_all() {
    for_each_database(async |store| {
        let process = Process::start(store).await;
        let good = || record("one", listed(27, "2021-03-31"), vec![source("A notice")]);
        let bad =
            record("two", figure(["rdp", "listed_partners", "28", "people", "2021-04-01"]), vec![source("A notice")]);
        match process.tracker.execute_figures(vec![good(), bad], false).await {
            Err(ExecuteError::Refused { index: 1, refusal: Refusal::Field { field, .. } }) => assert_eq!(field, "unit"),
            other => panic!("{other:?}"),
        }
        let dry = process.tracker.execute_figures(vec![good()], true).await.unwrap();
        assert_eq!((dry.len(), dry[0].event.version), (1, Version(1)));
        assert_eq!(process.store.head().await.unwrap().position, Position(0));
        let unit = vec![good(), correct("better", "one", listed(28, "2021-03-31"), vec![source("A notice")])];
        let first = process.tracker.execute_figures(unit.clone(), false).await.unwrap();
        assert_eq!(first.iter().map(|outcome| outcome.event.version).collect::<Vec<_>>(), [Version(1), Version(2)]);
        let again = process.tracker.execute_figures(unit, false).await.unwrap();
        assert!(again.iter().all(|outcome| outcome.repeated));
        let taken = record("one", listed(1, "2021-03-31"), vec![source("Another")]);
        assert!(process.tracker.execute_figures(vec![taken], false).await.unwrap_err().is_refusal());
        assert_eq!(process.store.head().await.unwrap().position, Position(2));
    })
    .await;
}

async fn everything(store: &Store) -> Vec<StoredEvent> {
    store.stored_events(Position(0), 10_000).await.unwrap()
}

#[tokio::test]
async fn a_log_with_figures_is_verified_rebuilt_exported_and_restored_with_the_same_tables() {
    for (database, other) in Database::each().await.into_iter().zip(Database::each().await) {
        let process = Process::seeded(database.store().await).await;
        let unit = vec![
            record("one", listed(27, "2021-03-31"), vec![source("A notice")]),
            correct("better", "one", listed(28, "2021-03-31"), vec![source("A notice")]),
            retract("gone", "one"),
        ];
        let _ = process.tracker.execute_figures(unit, false).await.unwrap();
        let digest = process.store.projection_digest().await.unwrap();
        process.store.rebuild(&instruments(), |_| {}).await.unwrap();
        assert_eq!(process.store.projection_digest().await.unwrap(), digest, "no table follows from a figure");
        let audited = audit::database(&process.store, [], None, |_| {}).await.unwrap();
        assert_eq!(audited.events, 626);
        let events = everything(&process.store).await;
        let streams: Vec<&str> = events[623..].iter().map(|event| event.stream.as_str()).collect();
        assert_eq!(streams, vec![format!("figure/{}", figure_of("one")); 3]);

        let copy = other.store().await;
        let lines = events.iter().cloned().map(Ok::<_, depositary::store::StoreError>);
        copy.restore(lines, &instruments()).await.unwrap();
        assert_eq!(everything(&copy).await, events);
        assert_eq!(copy.projection_digest().await.unwrap(), digest);
        drop((process, copy));
        database.drop().await;
        other.drop().await;
    }
}

#[tokio::test]
async fn who_follows_agreements_and_who_reads_the_log_are_not_stopped_by_a_figure() {
    for_each_server(async |server| {
        let mut following = server.behind.answers.follow(None).await.unwrap();
        tell(server, vec![record("one", listed(27, "2021-03-31"), vec![published("A notice", "2021-03-31")])]).await;
        let told = server.behind.tracker.execute(vec![testkit::facts::open("rdp/RO")]).await.unwrap();
        assert_eq!(following.next().await.unwrap().position, told[0].event.position);
        let changed = server.ask("{ milestones(filter: { changedAfter: 623 }) { totalCount } }").await;
        assert_eq!(changed["milestones"]["totalCount"], 0);
        let (status, page) = server.get("/log").await;
        assert_eq!(status, 200);
        assert!(page.contains("Figure recorded") && page.contains("/v1/figures"), "{page}");
    })
    .await;
}
