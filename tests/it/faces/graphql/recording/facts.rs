//! Can every fact be recorded through GraphQL, by those who may, and does a no name its place?

use depositary::access::Role;
use serde_json::{Value, json};
use testkit::mutations::{fresh, input, milestone, mutate, sources};
use testkit::serving::{Served, for_each_server};

async fn record(served: &Served, token: &str, agreement: &str, kind: &str, occurred: &str, own: Value) -> Value {
    let members = json!({ "milestone": milestone(kind, occurred, own), "sources": sources() });
    mutate(served, token, "recordMilestone", input(agreement, members)).await
}

/// Every kind that one agreement may go through, with a date and what belongs to the kind.
fn kinds() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("intentAnnounced", "2010-01-01", json!({})),
        (
            "noticePublished",
            "2010-02",
            json!({ "purpose": "NEGOTIATION", "documentNumber": "2010-1", "commentsCloseOn": "2010-03-20" }),
        ),
        ("commentsClosed", "2010-03-20", json!({})),
        ("textAgreed", "2010-06", json!({})),
        ("domesticApproval", "2010-07", json!({ "body": "Parliament" })),
        ("determinationMade", "2010-08", json!({ "scope": "BLANKET" })),
        (
            "signed",
            "2010-09-02",
            json!({ "signings": [{ "on": "2010-09-01", "place": "Sofia" }, { "on": "2010-09-02" }] }),
        ),
        ("enteredIntoForce", "2010-10-01", json!({ "until": "2020-09-30" })),
        ("listed", "2011-01", json!({ "listing": "BLANKET" })),
        ("listingChanged", "2012", json!({ "listing": "CASE_BY_CASE" })),
        ("amended", "2013", json!({})),
        ("renewed", "2014", json!({ "until": "2030" })),
        ("suspended", "2015", json!({})),
        ("resumed", "2016", json!({})),
        ("observed", "2017-05-05", json!({ "seen": { "standing": ["IN_FORCE"] } })),
        ("noted", "2017", json!({})),
        ("delisted", "2018", json!({})),
        ("terminated", "2019", json!({})),
        ("expired", "2020-09-30", json!({})),
    ]
}

#[tokio::test]
async fn each_kind_of_milestone_is_recorded_through_a_field_of_its_own() {
    for_each_server(async |served| {
        let token = served.token(Role::Recorder, "desk").await;
        for agreement in ["rdp/RO", "rdp/BG"] {
            let opened = mutate(served, &token, "openAgreement", input(agreement, json!({}))).await;
            assert_eq!(opened["refusal"], Value::Null);
            assert_eq!(opened["agreement"], json!({ "id": agreement, "version": 1 }));
        }
        let mut recorded = vec!["withdrawn".to_owned()];
        for (kind, occurred, own) in kinds() {
            let payload = record(served, &token, "rdp/RO", kind, occurred, own).await;
            assert_eq!(payload["refusal"], Value::Null, "{kind}");
            let event = &payload["events"][0];
            assert_eq!((&event["kind"], &event["actor"]), (&json!("MILESTONE_RECORDED"), &json!("desk")));
            assert_eq!(event["milestone"]["occurred"]["edtf"], occurred);
            assert_eq!(
                event["milestone"]["kind"].as_str().unwrap().replace('_', "").to_lowercase(),
                kind.to_lowercase()
            );
            recorded.push(kind.to_owned());
        }
        record(served, &token, "rdp/BG", "intentAnnounced", "2010", json!({})).await;
        let withdrawn = record(served, &token, "rdp/BG", "withdrawn", "2011", json!({})).await;
        assert_eq!(withdrawn["events"][0]["milestone"]["kind"], "WITHDRAWN");

        let fields = served.ask("{ __type(name: \"MilestoneInput\") { isOneOf inputFields { name } } }").await;
        assert_eq!(fields["__type"]["isOneOf"], true);
        let mut fields: Vec<&str> = fields["__type"]["inputFields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|field| field["name"].as_str().unwrap())
            .collect();
        fields.sort_unstable();
        recorded.sort_unstable();
        assert_eq!(recorded, fields);
    })
    .await;
}

#[tokio::test]
async fn a_milestone_is_refined_corrected_told_by_another_source_and_taken_back() {
    for_each_server(async |served| {
        let token = served.token(Role::Recorder, "desk").await;
        mutate(served, &token, "openAgreement", input("rdp/RO", json!({}))).await;
        let first = record(served, &token, "rdp/RO", "intentAnnounced", "2010", json!({})).await;
        let id = &first["events"][0]["milestone"]["id"];
        let refined = json!({ "milestoneId": id, "occurred": "2010-05", "evidence": "STATED", "sources": sources() });
        let refined = mutate(served, &token, "refineDate", input("rdp/RO", refined)).await;
        let shown = &refined["events"][0]["milestone"];
        assert_eq!((&shown["state"], &shown["occurred"]["edtf"]), (&json!("REFINED"), &json!("2010-05")));
        let source = json!({ "title": "Another", "url": "https://example.org/2", "reliability": "SECONDARY" });
        let told = mutate(served, &token, "addSource", input("rdp/RO", json!({ "milestoneId": id, "source": source }))).await;
        assert_eq!(told["events"][0]["kind"], "SOURCE_ADDED");
        assert_eq!(told["events"][0]["milestone"]["sources"].as_array().unwrap().len(), 3);
        let corrected = json!({
            "milestoneId": id, "milestone": milestone("noted", "2010-05-01", json!({})), "sources": sources(), "why": "It was a note.",
        });
        let corrected = mutate(served, &token, "correctMilestone", input("rdp/RO", corrected)).await;
        assert_eq!(corrected["events"][0]["why"], "It was a note.");
        assert_eq!(corrected["events"][0]["milestone"]["kind"], "NOTED");
        let gone = json!({ "milestoneId": id, "why": "It never was." });
        let gone = mutate(served, &token, "retractMilestone", input("rdp/RO", gone)).await;
        assert_eq!(gone["events"][0]["milestone"]["state"], "RETRACTED");
        assert_eq!(gone["agreement"]["version"], 6);
        // What was answered at each position stays so.
        let position = &refined["position"];
        let query = "query($at: Position!) { agreement(id: \"rdp/RO\") { milestones(atPosition: $at) { nodes { kind state } } } }";
        let then = served.ask_with(query, json!({ "at": position })).await;
        assert_eq!(then["agreement"]["milestones"]["nodes"], json!([{ "kind": "INTENT_ANNOUNCED", "state": "REFINED" }]));
    })
    .await;
}

#[tokio::test]
async fn a_refusal_names_the_field_in_the_inputs_own_spelling_and_nothing_is_recorded() {
    for_each_server(async |served| {
        let token = served.token(Role::Recorder, "desk").await;
        mutate(served, &token, "openAgreement", input("rdp/RO", json!({}))).await;
        let first = record(served, &token, "rdp/RO", "intentAnnounced", "2010", json!({})).await;
        let id = &first["events"][0]["milestone"]["id"];
        let noted = |own| json!({ "milestone": milestone("noted", "2010", own), "sources": sources() });
        let with_sources = |sources: Value| json!({ "milestone": milestone("noted", "2010", json!({})), "sources": sources });
        let paper = |title: &str, url: &str| json!({ "title": title, "url": url, "reliability": "PRIMARY" });
        let signed = |own| json!({ "milestone": milestone("signed", "2011", own), "sources": sources() });
        let notice = json!({ "purpose": "RENEWAL", "commentsCloseOn": "2001-01-01" });
        let notice = json!({ "milestone": milestone("noticePublished", "2010-02-02", notice), "sources": sources() });
        let cases = [
            ("openAgreement", "rdp/RO", json!({}), "ALREADY_OPEN", json!("agreementId")),
            ("openAgreement", "abc/RO", json!({}), "UNKNOWN_INSTRUMENT", json!("agreementId")),
            ("openAgreement", "Romania", json!({}), "INVALID_FIELD", json!("agreementId")),
            ("recordMilestone", "rdp/BG", noted(json!({})), "NOT_OPEN", json!("agreementId")),
            ("recordMilestone", "rdp/RO", noted(json!({ "occurred": "2030" })), "IN_THE_FUTURE", json!("milestone.noted.occurred")),
            ("recordMilestone", "rdp/RO", noted(json!({ "summary": " " })), "INVALID_FIELD", json!("milestone.noted.summary")),
            ("recordMilestone", "rdp/RO", with_sources(json!([])), "INVALID_FIELD", json!("sources")),
            ("recordMilestone", "rdp/RO", with_sources(json!([paper("", "https://example.org")])), "INVALID_FIELD", json!("sources.0.title")),
            ("recordMilestone", "rdp/RO", signed(json!({ "signings": [] })), "INVALID_FIELD", json!("milestone.signed.signings")),
            ("recordMilestone", "rdp/RO", notice, "INVALID_FIELD", json!("milestone.noticePublished.commentsCloseOn")),
            ("retractMilestone", "rdp/RO", json!({ "milestoneId": fresh(), "why": "No." }), "NO_SUCH_MILESTONE", json!("milestoneId")),
            ("retractMilestone", "rdp/RO", json!({ "milestoneId": "that one", "why": "No." }), "INVALID_FIELD", json!("milestoneId")),
            ("retractMilestone", "rdp/RO", json!({ "milestoneId": id, "why": "" }), "INVALID_FIELD", json!("why")),
            ("recordMilestone", "rdp/RO", json!({ "milestone": milestone("observed", "2010", json!({ "seen": { "talks": false } })), "sources": sources() }), "INVALID_FIELD", json!("milestone.observed.seen")),
            ("addSource", "rdp/RO", json!({ "milestoneId": id, "source": paper("x", "https://example.org/ x") }), "INVALID_FIELD", json!("source.url")),
            (
                "refineDate",
                "rdp/RO",
                json!({ "milestoneId": id, "occurred": "2011", "evidence": "STATED", "sources": sources() }),
                "NOT_A_REFINEMENT",
                json!("occurred"),
            ),
            ("recordMilestone", "rdp/RO", json!({ "expectedVersion": 1, "milestone": milestone("noted", "2010", json!({})), "sources": sources() }), "VERSION_CONFLICT", json!("expectedVersion")),
        ];
        let before = served.ask("{ log { position } }").await;
        for (mutation, agreement, members, code, field) in cases {
            let payload = mutate(served, &token, mutation, input(agreement, members)).await;
            let refusal = &payload["refusal"];
            assert_eq!((&refusal["code"], &refusal["field"]), (&json!(code), &field), "{mutation}: {refusal}");
            assert_eq!((&payload["agreement"], &payload["events"], &payload["position"]), (&Value::Null, &json!([]), &Value::Null));
        }
        assert_eq!(served.ask("{ log { position } }").await, before);
    })
    .await;
}

#[tokio::test]
async fn several_milestones_are_one_unit_all_or_nothing() {
    for_each_server(async |served| {
        let token = served.token(Role::Recorder, "desk").await;
        for agreement in ["rdp/RO", "rdp/BG"] {
            mutate(served, &token, "openAgreement", input(agreement, json!({}))).await;
        }
        let one = |agreement: &str, kind: &str, occurred: &str, own: Value| json!({ "agreementId": agreement, "milestone": milestone(kind, occurred, own), "sources": sources() });
        let signed = |on: &str| json!({ "signings": [{ "on": on }] });
        let unit = |last: Value| json!({
            "commandId": fresh(),
            "milestones": [
                one("rdp/RO", "signed", "2012-01-02", signed("2012-01-02")),
                one("rdp/BG", "intentAnnounced", "2012", json!({})),
                last,
            ],
        });
        let before = served.ask("{ log { position } }").await;
        let refused = mutate(served, &token, "recordMilestones", unit(one("rdp/BG", "noted", "2012", json!({ "summary": "" })))).await;
        assert_eq!(refused["refusal"]["field"], "milestones.2.milestone.noted.summary");
        assert_eq!((&refused["agreements"], served.ask("{ log { position } }").await), (&json!([]), before));
        let whole = unit(one("rdp/RO", "enteredIntoForce", "2012-02", json!({})));
        let recorded = mutate(served, &token, "recordMilestones", whole.clone()).await;
        assert_eq!(recorded["agreements"], json!([{ "id": "rdp/BG", "version": 2 }, { "id": "rdp/RO", "version": 3 }]));
        assert_eq!(recorded["events"].as_array().unwrap().len(), 3);
        let again = mutate(served, &token, "recordMilestones", whole).await;
        assert_eq!((&again["repeated"], &again["position"]), (&json!(true), &recorded["position"]));
        let empty = mutate(served, &token, "recordMilestones", json!({ "commandId": fresh(), "milestones": [] })).await;
        assert_eq!(empty["refusal"]["field"], "milestones");
    })
    .await;
}

#[tokio::test]
async fn what_is_asked_below_a_mutation_is_answered_as_of_what_it_wrote() {
    for_each_server(async |served| {
        let token = served.token(Role::Recorder, "desk").await;
        mutate(served, &token, "openAgreement", input("rdp/RO", json!({}))).await;
        let query = "mutation($input: RecordMilestoneInput!) { recordMilestone(input: $input) {
            position
            agreement { status { headline position } past: status(asOf: \"2009-12-31\") { headline position } }
        } }";
        let members =
            json!({ "milestone": milestone("intentAnnounced", "2010-01-01", json!({})), "sources": sources() });
        let payload =
            served.ask_as(&token, query, json!({ "input": input("rdp/RO", members) })).await["recordMilestone"].take();
        let position = &payload["position"];
        assert_eq!(payload["agreement"]["status"], json!({ "headline": "INTENT_ANNOUNCED", "position": position }));
        assert_eq!(payload["agreement"]["past"], json!({ "headline": "NO_AGREEMENT", "position": position }));
    })
    .await;
}
