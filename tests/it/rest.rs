//! Is an answer by a plain URL the answer that GraphQL gives, field for field, for every country and on every database?

mod alerts;
mod calendar;
mod coverage;
mod deadlines;
mod description;
mod feeds;
mod feeds_of_alerts;
mod held;
mod refusals;
pub mod sheets;

use depositary::record::import::BUNDLED;
use serde_json::{Value, json};

use crate::serving::{Served, for_each_roomy_server};

const BOUNDS: &str = "{ edtf earliest latest }";

/// What a plain answer holds of a milestone.
fn milestone() -> String {
    format!(
        "{{ id: plainId agreementId kind state occurred {BOUNDS} effective {BOUNDS} evidence summary recordedAt position changedAt changedPosition round
        sources {{ title titleLanguage url publisher citation documentNumber publishedOn accessedOn archivedUrl reliability tells {{ edtf earliest latest evidence }}
            capture {{ sha256 fetchedAt path }} }}
        contradiction {{ by why tellings {{ position preferred source {{
            title titleLanguage url publisher citation documentNumber publishedOn accessedOn archivedUrl reliability tells {{ edtf earliest latest evidence }}
            capture {{ sha256 fetchedAt path }} }} }} }}
        detail {{ __typename
            ... on NoticePublished {{ purpose documentNumber citation commentsCloseOn }}
            ... on DomesticApproval {{ body }}
            ... on DeterminationMade {{ scope }}
            ... on Signed {{ signings {{ on {BOUNDS} place signatories }} }}
            ... on EnteredIntoForce {{ until {BOUNDS} }}
            ... on Renewed {{ until {BOUNDS} }}
            ... on Listed {{ listing }}
            ... on ListingChanged {{ listing }}
            ... on Observed {{ listings standings talks }}
        }} }}"
    )
}

const STALL: &str = "{ stage since days limitDays limitFrom lastNewsOn dormant }";

/// A stall in the list of all, with its limit and how it compares.
const COMPARED_STALL: &str = "{ stage since days limitDays limitFrom lastNewsOn dormant
    limit { days from reason usual fallbackDays estimate {
        days { least most } quantile leastTransitions noLimitBecause movedOnCount mayHaveMovedOnCount givenUpCount waitingCount
        compared { agreement { id: plainId } round outcome entered left shortestDays shortestMovedOn longestDays longestMovedOn }
        leftOut { agreement { id: plainId } round reason } } }
    comparison { percentile { least most } confidence { least most } atRisk { least most }
        within90Days { range { least most } confidence { least most } notEstimable }
        within365Days { range { least most } confidence { least most } notEstimable } } }";

/// What a plain answer holds of a status, with each milestone that decided it as it is cited there.
fn status(cited: &str) -> String {
    format!(
        "{{ headline possibleHeadlines sentence stage possibleStages standing possibleStandings listing possibleListings
        certain round since lastEvidenceOn because {{ facet milestone {cited} kind evidence rule unrecorded explanation certain }}
        nextSteps {{ kind label authority }} evaluationFactorPercent stalled {STALL} outcomeUnknown undatedSources beyondCap
        asOf knownAt position }}"
    )
}

/// An answer of GraphQL without the names of its types, which a plain answer leaves to `kind`.
fn without_types(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(name, _)| name != "__typename");
            Value::Object(fields.map(|(name, field)| (name, without_types(field))).collect())
        }
        Value::Array(values) => values.into_iter().map(without_types).collect(),
        other => other,
    }
}

/// The plain answer's JSON.
pub async fn plain(server: &Served, path: &str) -> Value {
    let (code, body) = server.get(path).await;
    assert_eq!(code, 200, "{path}: {body}");
    serde_json::from_str(&body).unwrap()
}

/// Every agreement of the bundled facts.
pub fn bundled_agreements() -> Vec<String> {
    let lines = BUNDLED.iter().flat_map(|(_, text)| text.lines());
    let id = |line| serde_json::from_str::<Value>(line).unwrap()["agreement"].as_str().unwrap().to_owned();
    let mut ids: Vec<String> = lines.map(id).collect();
    ids.dedup();
    assert_eq!(ids.len(), 52);
    ids
}

/// Dates and knowledge to ask by, as GraphQL's variables; the names are those of the plain parameters.
fn pins() -> Vec<Value> {
    vec![
        json!({ "asOf": "2005-01-01" }),
        json!({ "asOf": "2016-05-01" }),
        json!({ "asOf": "2017-06-30", "basis": "PUBLISHED", "knownAt": "2017-06-30T23:59:59Z" }),
        json!({ "asOf": "2025-10-28", "atPosition": 400 }),
        json!({ "asOf": "2026-11-24", "knownAt": "2026-11-24T12:00:00Z" }),
        json!({}),
    ]
}

fn parameters(pin: &Value) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    pin.as_object().unwrap().iter().map(|(name, value)| format!("&{name}={}", text(value))).collect::<Vec<_>>().concat()
}

const PIN: &str = "$asOf: Date, $knownAt: DateTime, $basis: KnowledgeBasis = RECORDED, $atPosition: Position";
const PINNED: &str = "asOf: $asOf, knownAt: $knownAt, basis: $basis, atPosition: $atPosition";
/// Without a day, for what is about all days.
const KNOWN: &str = "$knownAt: DateTime, $basis: KnowledgeBasis = RECORDED, $atPosition: Position";
const AS_KNOWN: &str = "knownAt: $knownAt, basis: $basis, atPosition: $atPosition";

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
