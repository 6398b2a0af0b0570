//! Is an answer by a plain URL the answer that GraphQL gives, field for field, for every country and on every database?

use serde_json::{Value, json};
use testkit::plain::{bundled_agreements, plain};
use testkit::serving::for_each_roomy_server;

use super::asked::{AS_KNOWN, COMPARED_STALL, KNOWN, PIN, PINNED, milestone, parameters, pins, status, without_types};

#[tokio::test]
async fn a_plain_status_is_graphqls_field_for_field_for_every_agreement_on_several_dates() {
    let query = format!(
        "query($code: CountryCode!, $instrument: String!, {PIN}) {{ country(code: $code) {{ code name
            status(instrument: $instrument, {PINNED}) {}
            beside: status(instrument: $instrument, {PINNED}) {{ evaluationFactorKnownFrom effects {{ kind listings firstDay lastDay
                percent text condition citation sources {{ title url publishedOn reliability }} }} }} }} }}",
        status(&milestone())
    );
    for_each_roomy_server(async |server| {
        for id in bundled_agreements() {
            let (instrument, code) = id.split_once('/').unwrap();
            for pin in pins() {
                let path = format!("/v1/status/{code}?instrument={instrument}{}", parameters(&pin));
                let mut variables = pin.clone();
                variables["code"] = code.into();
                variables["instrument"] = instrument.into();
                let mut expected = without_types(server.ask_with(&query, variables).await["country"].take());
                let answer = plain(server, &path).await;
                assert_eq!(answer["status"], expected["status"].take(), "{path}");
                for field in ["evaluationFactorKnownFrom", "effects"] {
                    assert_eq!(answer[field], expected["beside"][field], "{path}: {field}");
                }
                assert_eq!((&answer["id"], &answer["country"]["name"]), (&json!(id), &expected["name"]));
                assert_eq!(answer["basis"], *pin.get("basis").unwrap_or(&json!("RECORDED")));
                for field in ["asOf", "knownAt", "position"] {
                    assert_eq!(answer[field], answer["status"][field], "{path}: {field}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_instrument_is_the_reciprocal_agreement_and_the_country_in_any_case_when_nobody_says_more() {
    for_each_roomy_server(async |server| {
        assert_eq!(plain(server, "/v1/status/lv").await, plain(server, "/v1/status/LV?instrument=rdp").await);
        let none = plain(server, "/v1/status/BR?asOf=1990-01-01").await;
        assert_eq!((&none["status"]["headline"], &none["id"]), (&json!("NO_AGREEMENT"), &json!("rdp/BR")));
    })
    .await;
}

#[tokio::test]
async fn a_plain_timeline_is_graphqls_periods_and_milestones_for_every_agreement() {
    let query = format!(
        "query($id: ID!, {KNOWN}) {{ agreement(id: $id) {{
            periods({AS_KNOWN}) {{ from to status {} }}
            milestones(first: 50, {AS_KNOWN}) {{ nodes {} }} }} }}",
        status("{ id: plainId }"),
        milestone()
    );
    for_each_roomy_server(async |server| {
        for id in bundled_agreements() {
            let (instrument, code) = id.split_once('/').unwrap();
            // Of Korea's notice, published on 2024-02-23, the day was told on 2024-02-28.
            for pin in [json!({}), json!({ "basis": "PUBLISHED", "knownAt": "2024-02-25T00:00:00Z" })] {
                let path = format!("/v1/timeline/{code}?instrument={instrument}{}", parameters(&pin));
                let mut variables = pin;
                variables["id"] = id.clone().into();
                let expected = without_types(server.ask_with(&query, variables).await["agreement"].take());
                assert_eq!(expected["periods"][0]["status"]["asOf"], Value::Null, "from ever there is no first day");
                let answer = plain(server, &path).await;
                assert_eq!(answer["periods"], expected["periods"], "{path}");
                assert_eq!(answer["milestones"], expected["milestones"]["nodes"], "{path}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_plain_list_of_agreements_filters_as_graphqls_does() {
    let query = format!(
        "query($filter: AgreementFilter, {PIN}) {{ agreements(filter: $filter, first: 100, {PINNED}) {{
            totalCount possibleCount nodes {{ id: plainId country {{ code name }} status {} }} }} }}",
        status("{ id: plainId }")
    );
    let filters = [
        ("", json!({})),
        ("&country=LV&country=KR&country=KR", json!({ "countries": ["LV", "KR"] })),
        ("&headline=IN_FORCE&headline=EXPIRED", json!({ "headlines": ["IN_FORCE", "EXPIRED"] })),
        ("&stage=REVIEW&standing=NOT_CONCLUDED", json!({ "stages": ["REVIEW"], "standings": ["NOT_CONCLUDED"] })),
        ("&listing=BLANKET&listing=CASE_BY_CASE", json!({ "listings": ["BLANKET", "CASE_BY_CASE"] })),
        ("&listing=BLANKET&certainty=POSSIBLE", json!({ "listings": ["BLANKET"], "certainty": "POSSIBLE" })),
        ("&having=SIGNED&lacking=LISTED", json!({ "having": ["SIGNED"], "lacking": ["LISTED"] })),
    ];
    for_each_roomy_server(async |server| {
        for (parameter, filter) in &filters {
            for pin in pins() {
                let mut variables = pin.clone();
                variables["filter"] = filter.clone();
                let expected = server.ask_with(&query, variables).await["agreements"].take();
                let path = format!("/v1/agreements?first=100{parameter}{}", parameters(&pin));
                let answer = plain(server, &path).await;
                assert_eq!(answer["nodes"], expected["nodes"], "{path}");
                assert_eq!(answer["totalCount"], expected["totalCount"], "{path}");
                assert_eq!(answer["possibleCount"], expected["possibleCount"], "{path}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_country_that_is_asked_for_again_and_again_crowds_out_no_other() {
    for_each_roomy_server(async |server| {
        let answer =
            plain(server, &format!("/v1/agreements?instrument=rdp&{}country=LV", "country=KR&".repeat(300))).await;
        let ids: Vec<&Value> = answer["nodes"].as_array().unwrap().iter().map(|node| &node["id"]).collect();
        assert_eq!(ids, ["rdp/KR", "rdp/LV"]);
    })
    .await;
}

#[tokio::test]
async fn the_parts_of_a_list_make_the_whole_list_by_their_links() {
    for_each_roomy_server(async |server| {
        for (list, size) in [("agreements", 7), ("stalled", 1)] {
            let whole = plain(server, &format!("/v1/{list}?first=100&asOf=2025-10-28")).await;
            let (mut nodes, mut path) = (Vec::new(), format!("/v1/{list}?first={size}&asOf=2025-10-28"));
            loop {
                let answer = server.send(reqwest::Method::GET, &path, "application/json").await;
                let part = answer.json();
                nodes.extend(part["nodes"].as_array().unwrap().iter().cloned());
                assert_eq!(part["totalCount"], whole["totalCount"]);
                let link = answer.header("link");
                assert_eq!(part["pageInfo"]["hasNextPage"], !link.is_empty(), "{link}");
                let Some(next) = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")) else {
                    break;
                };
                path = format!("/v1/{list}{next}");
            }
            assert_eq!(nodes, *whole["nodes"].as_array().unwrap(), "{list}");
        }
    })
    .await;
}

#[tokio::test]
async fn plain_stalls_and_durations_are_graphqls() {
    let stalls = format!(
        "query({PIN}) {{ stalled(first: 20, {PINNED}) {{
            totalCount nodes {{ agreement {{ id: plainId country {{ code name }} }} stalled {COMPARED_STALL} status {} }} }} }}",
        status("{ id: plainId }")
    );
    let durations = format!(
        "query($from: MilestoneKind!, $to: MilestoneKind!, $rounds: Rounds! = ALL, $noticePurpose: [NoticePurpose!], {KNOWN}) {{
            durations(instrument: \"rdp\", from: $from, to: $to, rounds: $rounds, noticePurposes: $noticePurpose, {AS_KNOWN}) {{
            medianDays exactCount medianDaysWithOpen openCount inexactCount endNotRecordedCount position items {{
                agreement {{ id: plainId }} country {{ code name }} round minDays maxDays exact noticePurpose }} }} }}"
    );
    for_each_roomy_server(async |server| {
        for pin in pins() {
            let expected = server.ask_with(&stalls, pin.clone()).await["stalled"].take();
            let answer = plain(server, &format!("/v1/stalled?first=20{}", parameters(&pin))).await;
            assert_eq!(answer["nodes"], expected["nodes"], "{pin}");
            assert_eq!(answer["totalCount"], expected["totalCount"], "{pin}");
        }
        for asked in [
            json!({ "from": "NOTICE_PUBLISHED", "to": "SIGNED" }),
            json!({ "from": "SIGNED", "to": "LISTED", "rounds": "FIRST" }),
            json!({ "from": "SIGNED", "to": "LISTED", "rounds": "LATER", "atPosition": 500 }),
            json!({ "from": "NOTICE_PUBLISHED", "to": "SIGNED", "noticePurpose": "FEASIBILITY" }),
            json!({ "from": "SIGNED", "to": "LISTED", "basis": "PUBLISHED", "knownAt": "2017-12-28T00:00:00Z" }),
        ] {
            let expected = server.ask_with(&durations, asked.clone()).await["durations"].take();
            let answer = plain(server, &format!("/v1/durations?{}", parameters(&asked))).await;
            let counts = ["medianDaysWithOpen", "openCount", "inexactCount", "endNotRecordedCount"];
            for field in ["medianDays", "exactCount", "position", "items"].into_iter().chain(counts) {
                assert_eq!(answer[field], expected[field], "{asked}: {field}");
            }
        }
        let usual = plain(server, "/v1/durations").await;
        assert_eq!(usual, plain(server, "/v1/durations?from=NOTICE_PUBLISHED&to=SIGNED&rounds=ALL").await);
    })
    .await;
}

#[tokio::test]
async fn plain_lateness_is_graphqls() {
    let spread =
        "{ exactCount boundedCount medianDays ninetiethPercentileDays longestDays bounded { minDays maxDays } }";
    let query = format!(
        "query($groupBy: LatenessGrouping!, {KNOWN}) {{ lateness(groupBy: $groupBy, first: 25, {AS_KNOWN}) {{
            totalCount nodes {{ publisher country {{ code name }} undatedCount position
                toPublication {spread} toRecording {spread} bundledToRecording {spread}
                tellings(first: 1) {{ totalCount }} }} }} }}"
    );
    for_each_roomy_server(async |server| {
        for asked in [
            json!({ "groupBy": "SOURCE" }),
            json!({ "groupBy": "COUNTRY", "atPosition": 400 }),
            json!({ "groupBy": "COUNTRY", "basis": "PUBLISHED", "knownAt": "2017-12-28T00:00:00Z" }),
        ] {
            let expected = server.ask_with(&query, asked.clone()).await["lateness"].take();
            let answer = plain(server, &format!("/v1/lateness?{}", parameters(&asked))).await;
            let groups = answer["nodes"].as_array().unwrap();
            assert!(groups.len() > 15, "{asked}");
            assert_eq!(expected["totalCount"], groups.len(), "{asked}");
            for (group, node) in groups.iter().zip(expected["nodes"].as_array().unwrap()) {
                for field in ["publisher", "country", "toPublication", "toRecording", "bundledToRecording"] {
                    assert_eq!(group[field], node[field], "{asked}: {field}");
                }
                assert_eq!(
                    (&group["tellings"], &group["undated"]),
                    (&node["tellings"]["totalCount"], &node["undatedCount"])
                );
                assert_eq!(node["position"], answer["position"]);
                let lists = group.as_object().unwrap().iter().filter(|(_, value)| value.is_array()).count();
                assert_eq!(lists, 0, "the tellings, as many as the log has, are in no plain answer");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn plain_contradictions_are_graphqls() {
    let query = format!(
        "query({KNOWN}) {{ contradictions(countries: [\"KR\"], first: 5, {AS_KNOWN}) {{ totalCount nodes {} }} }}",
        milestone()
    );
    for_each_roomy_server(async |server| {
        for (asked, count) in [
            (json!({}), 1),
            (json!({ "basis": "PUBLISHED", "knownAt": "2024-02-28T00:00:00Z" }), 1),
            (json!({ "basis": "PUBLISHED", "knownAt": "2024-02-27T00:00:00Z" }), 0),
        ] {
            let expected = without_types(server.ask_with(&query, asked.clone()).await["contradictions"].take());
            let answer = plain(server, &format!("/v1/contradictions?country=KR{}", parameters(&asked))).await;
            assert_eq!(answer["nodes"], expected["nodes"], "{asked}");
            assert_eq!((&answer["totalCount"], &expected["totalCount"]), (&json!(count), &json!(count)), "{asked}");
        }
    })
    .await;
}
