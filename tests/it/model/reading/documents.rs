//! How is a document read? Documents in the API's shape; sentences of our own.

use depositary::domain::reading::{Published, read};
use serde_json::{Value, json};

/// A document with these fields, and what the API gives beside them.
pub fn document(fields: &Value) -> Value {
    let mut whole = json!({
        "document_number": "2099-00001", "publication_date": "2099-01-06", "type": "Notice", "abstract": null,
        "agencies": [{ "raw_name": "DEPARTMENT OF DEFENSE" }], "cfr_references": [], "docket_ids": [],
        "correction_of": null, "corrections": [], "effective_on": null, "comments_close_on": null,
        "page_views": { "count": 7 },
    });
    for (key, value) in fields.as_object().unwrap() {
        whole[key] = value.clone();
    }
    whole
}

/// How a document is read, as programs are told.
pub fn told(document: &Value, text: Option<&str>) -> Value {
    read(document, text).to_json(&Published::of(document))
}

/// A notice with a title.
pub fn notice(title: &str) -> Value {
    document(&json!({ "title": title }))
}

/// A rule with a title that holds from its publication.
pub fn rule(title: &str) -> Value {
    let title = format!("Defense Federal Acquisition Regulation Supplement: {title}");
    document(&json!({ "type": "Rule", "title": title, "effective_on": "2099-01-06", "action": "Final rule." }))
}

/// The agreements, kinds and days that are proposed, in words.
pub fn proposed(document: &Value, text: Option<&str>) -> Vec<String> {
    let told = told(document, text);
    assert_eq!(told["reading"], "proposals", "{told}");
    let word = |proposal: &Value, key: &str| proposal[key].as_str().unwrap().to_owned();
    let proposals = told["proposals"].as_array().unwrap().iter();
    proposals.map(|one| format!("{} {} {}", word(one, "agreement"), word(one, "kind"), word(one, "occurred"))).collect()
}

/// The partners that are proposed.
pub fn partners(document: &Value) -> Vec<String> {
    proposed(document, None).iter().map(|line| line["rdp/".len()..][..2].to_owned()).collect()
}

/// The kind of a reading and its reason, in words.
pub fn reason(document: &Value) -> String {
    let told = told(document, None);
    assert_eq!(told["proposals"], json!([]), "{told}");
    format!("{} {}", told["reading"].as_str().unwrap(), told["reason"].as_str().unwrap())
}
