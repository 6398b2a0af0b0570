//! What may a source leave out, and how is what it tells of itself spelled?

use depositary::domain::source::{Capture, Source, document_number};
use depositary::record::import::Line;
use serde_json::json;
use testkit::facts::source;
use testkit::places::Place;
use testkit::serving::for_each_server;

/// A line of a fact file with one source.
fn line(source: &serde_json::Value) -> String {
    let milestone = json!({ "occurred": "1980-03-29", "evidence": "stated", "summary": "Signed.",
        "detail": { "signed": { "signings": [{ "on": "1980-03-29" }] } } });
    json!({ "key": "rdp/RO/signed-1", "agreement": "rdp/RO", "milestone": milestone, "sources": [source] }).to_string()
}

#[test]
fn a_printed_source_needs_a_citation_or_a_publisher_in_place_of_an_address() {
    let place = Place::bare();
    let file = |source: serde_json::Value| {
        let path = place.path("facts.jsonl");
        std::fs::write(&path, line(&source) + "\n").unwrap();
        path.display().to_string()
    };
    let refused = [
        (
            json!({ "title": "A letter", "reliability": "primary" }),
            "sources[0].url is missing; give it, or the citation or the publisher",
        ),
        (
            json!({ "title": "A letter", "publisher": "X", "archived_url": "ftp://x.org", "reliability": "primary" }),
            "sources[0].archived_url is not",
        ),
        (
            json!({ "title": "A letter", "publisher": "X", "accessed_on": "2999-01-01", "reliability": "primary" }),
            "sources[0].accessed_on is 2999-01-01",
        ),
        (
            json!({ "title": "A letter", "publisher": "X", "reliability": "primary",
                "capture": { "sha256": "ABC", "fetched_at": "2026-11-24T12:00:00.000000Z" } }),
            "sources[0].capture.sha256 is not a SHA-256",
        ),
        (
            json!({ "title": "A letter", "publisher": "X", "reliability": "primary",
                "capture": { "sha256": "ab".repeat(32), "fetched_at": "2026-11-24T12:00:00Z" } }),
            "six digits",
        ),
    ];
    for (source, told) in refused {
        let said = place.run(&["import", &file(source.clone())]);
        assert_ne!(said.code, 0, "{source}: {}", said.out);
        assert!(said.err.contains(told), "{source}: {}", said.err);
    }
    let printed = json!({ "title": "TIAS 9901", "citation": "32 UST 3323", "reliability": "primary" });
    assert_eq!(place.run(&["import", &file(printed)]).code, 0);
    let exported = place.run(&["export"]).out;
    assert!(exported.lines().nth(1).unwrap().contains("\"schema\":2"), "{exported}");
    let status = place.run(&["status", "RO", "--on", "1990-01-01"]).out;
    assert!(status.contains("TIAS 9901 (primary, 32 UST 3323)"), "{status}");
}

#[test]
fn a_document_number_has_one_spelling_however_it_was_copied() {
    for (copied, one) in [
        ("FR Doc. 2020-12342", "2020-12342"),
        ("FR Doc. No: 2020\u{2011}12342", "2020-12342"),
        ("\u{a0}2020 \u{2013} 12342 ", "2020-12342"),
        ("e7-20450", "E7-20450"),
        ("05-17348", "05-17348"),
        ("C1-2016-17958", "C1-2016-17958"),
        // Other publishers number their documents too, each in its own way.
        ("TIAS 9901", "TIAS 9901"),
        ("S\u{d6} 2011:22", "S\u{d6} 2011:22"),
        ("GAO-25-106936", "GAO-25-106936"),
        ("B-193083", "B-193083"),
    ] {
        assert_eq!(document_number(copied), one, "{copied:?}");
        assert_eq!(document_number(one), one);
    }
    let copied = json!({ "title": "A notice", "url": "https://example.org/1", "document_number": "FR Doc. 2020\u{2011}12342", "reliability": "primary" });
    let (read, _) = Line::parse(&line(&copied)).unwrap();
    assert_eq!(read.sources[0].document_number.as_deref(), Some("2020-12342"));
}

#[test]
fn a_release_that_knows_the_first_schema_alone_reads_what_it_can_say() {
    let first = source("A page");
    assert!(first.is_of_the_first_schema());
    let capture = Capture { sha256: "ab".repeat(32), fetched_at: testkit::facts::NOW.parse().unwrap() };
    for second in [
        Source { url: None, ..first.clone() },
        Source { accessed_on: "2026-11-24".parse().ok(), ..first.clone() },
        Source { archived_url: first.url.clone(), ..first.clone() },
        Source { capture: Some(capture), ..first.clone() },
    ] {
        assert!(!second.is_of_the_first_schema(), "{second:?}");
        let text = serde_json::to_string(&second).unwrap();
        assert_eq!(serde_json::from_str::<Source>(&text).unwrap(), second);
    }
}

#[tokio::test]
async fn what_a_source_says_of_itself_is_recorded_and_given_back_by_graphql_and_by_a_plain_url() {
    for_each_server(async |server| {
        let token = server.token(depositary::access::Role::Recorder, "desk").await;
        let open = "mutation($input: OpenAgreementInput!) { openAgreement(input: $input) { refusal { message } } }";
        let input = json!({ "agreementId": "rdp/RO", "commandId": uuid::Uuid::from_u128(1).to_string() });
        server.ask_as(&token, open, json!({ "input": input })).await;
        let sources = json!([
            { "title": "TIAS 9901", "citation": "32 UST 3323", "reliability": "PRIMARY" },
            { "title": "A rule", "url": "https://example.org/1", "documentNumber": "FR Doc. 2020\u{2011}12342", "accessedOn": "2026-11-24",
              "archivedUrl": "https://example.org/archive/1", "reliability": "PRIMARY",
              "capture": { "sha256": "ab".repeat(32), "fetchedAt": "2026-11-24T12:00:00Z" } },
        ]);
        let milestone = json!({ "signed": { "occurred": "1980-03-29", "evidence": "STATED", "summary": "Signed.", "signings": [{ "on": "1980-03-29", "signatories": [] }] } });
        let record = "mutation($input: RecordMilestoneInput!) { recordMilestone(input: $input) { refusal { message } } }";
        let input = json!({ "agreementId": "rdp/RO", "commandId": uuid::Uuid::from_u128(2).to_string(), "milestone": milestone, "sources": sources });
        let recorded = server.ask_as(&token, record, json!({ "input": input })).await;
        assert_eq!(recorded["recordMilestone"]["refusal"], serde_json::Value::Null);
        let query = r#"{ agreement(id: "rdp/RO") { milestones { nodes { sources { title url documentNumber accessedOn archivedUrl capture { sha256 fetchedAt } } } } } }"#;
        let told = server.ask(query).await["agreement"]["milestones"]["nodes"][0]["sources"].take();
        assert_eq!(told, json!([
            { "title": "TIAS 9901", "url": null, "documentNumber": null, "accessedOn": null, "archivedUrl": null, "capture": null },
            { "title": "A rule", "url": "https://example.org/1", "documentNumber": "2020-12342", "accessedOn": "2026-11-24",
              "archivedUrl": "https://example.org/archive/1",
              "capture": { "sha256": "ab".repeat(32), "fetchedAt": "2026-11-24T12:00:00.000000Z" } },
        ]));
        let (code, timeline) = server.get("/v1/timeline/RO").await;
        assert!(code == 200 && timeline.contains("\"archivedUrl\":\"https://example.org/archive/1\""), "{timeline}");
    })
    .await;
}
