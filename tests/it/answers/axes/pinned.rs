//! Does each read answer by the day and the knowledge that it is asked by, whatever was recorded since?

use depositary::domain::command::Intent;
use depositary::domain::event::{MilestoneCorrected, MilestoneRecorded, MilestoneRetracted};
use depositary::domain::milestone::Detail;
use depositary::domain::source::Source;
use depositary::domain::words::Listing;
use serde_json::{Value, json};
use testkit::databases::Database;
use testkit::facts::{Process, command, milestone, milestone_of, open, source};
use testkit::serving::{Served, for_each_server};

const RO: &str = "rdp/RO";

/// A server over a log of its own: a milestone of Romania's is recorded (2), another (3), the first corrected to be of another
/// kind (4), the other taken back (5).
async fn mended(database: &Database) -> Served {
    let store = database.store().await;
    let process = Process::start(store.clone()).await;
    let day = |text: &str| Some(text.parse().unwrap());
    let listed = milestone("2015-05-01", "Listed.", Detail::Listed { listing: Listing::Blanket });
    let intent = milestone("2014-05-01", "An intent.", Detail::IntentAnnounced {});
    let renewed = milestone("2015-05-01", "Renewed.", Detail::Renewed { until: None });
    let first = Source { published_on: day("2016-01-01"), ..source("first") };
    let better = Source { published_on: day("2017-01-01"), ..source("better") };
    let corrected = MilestoneCorrected {
        milestone: milestone_of("a"),
        content: renewed,
        sources: vec![better],
        why: "x".to_owned(),
    };
    for intent in [
        open(RO),
        command("a", RO, Intent::RecordMilestone(MilestoneRecorded { milestone: listed, sources: vec![first] })),
        command(
            "b",
            RO,
            Intent::RecordMilestone(MilestoneRecorded { milestone: intent, sources: vec![source("undated")] }),
        ),
        command("c", RO, Intent::CorrectMilestone(corrected)),
        command(
            "d",
            RO,
            Intent::RetractMilestone(MilestoneRetracted { milestone: milestone_of("b"), why: "x".to_owned() }),
        ),
    ] {
        process.tracker.execute(vec![intent]).await.unwrap();
    }
    Served::start(store).await
}

async fn on_each(check: impl AsyncFn(&Served)) {
    for database in Database::each().await {
        let server = mended(&database).await;
        check(&server).await;
        drop(server);
        database.drop().await;
    }
}

#[tokio::test]
async fn the_list_of_milestones_is_that_of_the_position_the_basis_and_the_instant() {
    const QUERY: &str = "query($at: Position, $basis: KnowledgeBasis = RECORDED, $knownAt: DateTime, $filter: MilestoneFilter, $first: Int = 10) {
        milestones(atPosition: $at, basis: $basis, knownAt: $knownAt, filter: $filter, first: $first) {
            totalCount pageInfo { hasNextPage } nodes { kind state } } }";
    on_each(async |server| {
        let kinds = async |mut asked: Value| {
            // The server has the bundled facts as well, recorded later.
            asked["filter"]["countries"] = json!(["RO"]);
            let answer = server.ask_with(QUERY, asked).await["milestones"].take();
            let nodes = answer["nodes"].as_array().unwrap();
            assert_eq!(answer["totalCount"], nodes.len(), "{answer}");
            nodes
                .iter()
                .map(|node| format!("{} {}", node["kind"].as_str().unwrap(), node["state"].as_str().unwrap()))
                .collect::<Vec<_>>()
        };
        assert_eq!(kinds(json!({})).await, ["RENEWED CORRECTED", "INTENT_ANNOUNCED RETRACTED"]);
        assert_eq!(kinds(json!({ "at": 3 })).await, ["LISTED RECORDED", "INTENT_ANNOUNCED RECORDED"]);
        assert_eq!(kinds(json!({ "at": 1 })).await, Vec::<String>::new());
        // By the kind that it had.
        let of = |kinds: Value, at: u64| json!({ "at": at, "filter": { "kinds": kinds } });
        assert_eq!(kinds(of(json!(["LISTED"]), 3)).await, ["LISTED RECORDED"]);
        assert_eq!(kinds(of(json!(["RENEWED"]), 3)).await, Vec::<String>::new());
        assert_eq!(
            kinds(of(json!(["RENEWED", "INTENT_ANNOUNCED"]), 4)).await,
            ["RENEWED CORRECTED", "INTENT_ANNOUNCED RECORDED"]
        );
        assert_eq!(kinds(of(json!(["LISTED"]), 5)).await, Vec::<String>::new());
        let published =
            |at: u64, by: &str| json!({ "at": at, "basis": "PUBLISHED", "knownAt": format!("{by}T00:00:00Z") });
        assert_eq!(kinds(published(3, "2015-12-31")).await, Vec::<String>::new());
        assert_eq!(kinds(published(3, "2016-01-01")).await, ["LISTED RECORDED"]);
        assert_eq!(kinds(published(5, "2016-01-01")).await, Vec::<String>::new());
        assert_eq!(kinds(published(5, "2017-01-01")).await, ["RENEWED CORRECTED"]);
        let part = server
            .ask_with(QUERY, json!({ "at": 3, "first": 1, "filter": { "countries": ["RO"], "kinds": ["LISTED", "INTENT_ANNOUNCED"] } }))
            .await["milestones"]
            .take();
        assert_eq!((&part["totalCount"], &part["pageInfo"]["hasNextPage"]), (&json!(2), &json!(true)));
    })
    .await;
}

#[tokio::test]
async fn whatever_has_an_id_is_given_as_it_was_known() {
    const QUERY: &str =
        "query($ids: [ID!]!, $at: Position) { nodes(ids: $ids, atPosition: $at, asOf: \"2015-06-01\") { __typename
        ... on Agreement { version status { listing position asOf } milestones(first: 5) { totalCount } }
        ... on Milestone { kind } ... on Country { code } } }";
    on_each(async |server| {
        let ids = [RO.to_owned(), milestone_of("a").to_string(), "RO".to_owned()];
        let nodes = async |at: u64| server.ask_with(QUERY, json!({ "ids": ids, "at": at })).await["nodes"].take();
        let country = json!({ "__typename": "Country", "code": "RO" });
        let agreement = |version, listing: &str, position, count| {
            json!({ "__typename": "Agreement", "version": version, "milestones": { "totalCount": count },
                "status": { "listing": listing, "position": position, "asOf": "2015-06-01" } })
        };
        let kind = |kind: &str| json!({ "__typename": "Milestone", "kind": kind });
        assert_eq!(nodes(1).await, json!([agreement(1, "UNLISTED", 1, 0), null, country]));
        assert_eq!(nodes(2).await, json!([agreement(2, "BLANKET", 2, 1), kind("LISTED"), country]));
        assert_eq!(nodes(5).await, json!([agreement(5, "UNLISTED", 5, 1), kind("RENEWED"), country]));
    })
    .await;
}

#[tokio::test]
async fn an_agreement_hands_its_date_and_its_knowledge_down_and_a_field_may_have_others() {
    const QUERY: &str =
        "{ agreement(id: \"rdp/RO\", asOf: \"2015-06-01\", atPosition: 2) { version now: version(atPosition: 5)
            status { listing } other: status(atPosition: 4, asOf: \"2015-06-01\") { listing } }
        none: agreement(id: \"rdp/FO\", atPosition: 2) { id }
        country(code: \"RO\") {
            agreement(instrument: \"rdp\", atPosition: 2) { version }
            agreements(atPosition: 3) { id version } }
        other: country(code: \"FO\") {
            none: agreement(instrument: \"rdp\", atPosition: 2) { version } nothing: agreements(atPosition: 2) { id } } }";
    on_each(async |server| {
        let expected = json!({
            "agreement": { "version": 2, "now": 5, "status": { "listing": "BLANKET" }, "other": { "listing": "UNLISTED" } },
            "none": null,
            "country": { "agreement": { "version": 2 }, "agreements": [{ "id": format!("{RO}?atPosition=3"), "version": 3 }] },
            "other": { "none": null, "nothing": [] },
        });
        assert_eq!(server.ask(QUERY).await, expected);
    })
    .await;
}

#[tokio::test]
async fn durations_of_one_agreement_are_those_that_were_known() {
    for_each_server(async |server| {
        let query = "{ agreement(id: \"rdp/LV\") {
            then: durations(from: SIGNED, to: LISTED, basis: PUBLISHED, knownAt: \"2017-12-27T00:00:00Z\") { minDays }
            now: durations(from: SIGNED, to: LISTED, basis: PUBLISHED) { minDays } } }";
        assert_eq!(server.ask(query).await["agreement"], json!({ "then": [], "now": [{ "minDays": 262 }] }));
    })
    .await;
}

#[tokio::test]
async fn what_is_given_by_its_id_can_be_kept_for_ever_when_it_was_pinned() {
    let cases = [
        ("{ agreement(id: \"rdp/LV\", asOf: \"2017-06-30\", atPosition: 500) { status { headline } } }", true),
        ("{ agreement(id: \"rdp/RO\", asOf: \"2017-06-30\", atPosition: 500) { id } }", true),
        ("{ agreement(id: \"rdp/RO\") { id } }", false),
        ("{ agreement(id: \"rdp/LV\", atPosition: 500) { status { headline } } }", false),
        ("{ agreement(id: \"rdp/LV\") { status(asOf: \"2017-06-30\", atPosition: 500) { headline } } }", true),
        ("{ node(id: \"rdp/KR/stalled\", asOf: \"2025-10-28\", atPosition: 500) { id } }", true),
        ("{ node(id: \"rdp/KR/stalled\", asOf: \"2025-10-28\") { id } }", false),
        ("{ country(code: \"LV\") { agreements(asOf: \"2017-06-30\", atPosition: 500) { id } } }", true),
        ("{ country(code: \"LV\") { agreements { id } } }", false),
    ];
    for_each_server(async |server| {
        for (query, lasting) in cases {
            let query = url::form_urlencoded::byte_serialize(query.as_bytes()).collect::<String>();
            let answer = server.send(reqwest::Method::GET, &format!("/graphql?query={query}"), "*/*").await;
            assert_eq!((answer.status, answer.header("cache-control").contains("max-age")), (200, lasting), "{query}");
        }
    })
    .await;
}
