//! Is every cursor that comes back one that a list gave, or refused, and do both faces cut their lists alike?
//!
//! Invariant: no fault; both faces refuse the same keys, and cut the same page after the others.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use depositary::domain::ids::AgreementId;
use serde_json::{Value, json};

use crate::server::Server;

/// A page after a cursor and one before it, of every list.
const LISTS: [&str; 5] = [
    r#"query ($c: String) { list: agreements(first: 2, after: $c, filter: { instrument: "rdp" }) { edges { cursor } nodes { id } } }"#,
    "query ($c: String) { list: countries(first: 2, after: $c) { edges { cursor } } }",
    "query ($c: String) { list: milestones(last: 2, before: $c) { edges { cursor } } }",
    r#"query ($c: String) { list: stalled(first: 2, after: $c, asOf: "2025-10-28") { edges { cursor } } }"#,
    r#"query ($c: String) { agreement(id: "rdp/LV") { list: milestones(last: 2, before: $c) { edges { cursor } } } }"#,
];

/// Longer ones only take longer.
const MOST: usize = 2_000;

/// Tries a text as a cursor, and as the key inside one.
pub fn run(server: &Server, data: &[u8]) {
    let Some(text) = std::str::from_utf8(data).ok().filter(|text| text.len() <= MOST) else { return };
    let inside = URL_SAFE_NO_PAD.encode(json!(text).to_string());
    for query in LISTS {
        server.ask(query, &json!({ "c": text }));
        server.ask(query, &json!({ "c": inside }));
    }

    let page = server.ask(LISTS[0], &json!({ "c": inside }));
    let link: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("after", text).finish();
    let plain = server.get(&format!("/v1/agreements?instrument=rdp&first=2&{link}"));
    let (page, plain) = (ids(&page["data"]["list"]), ids(&plain));
    assert_eq!(page, plain, "GraphQL and the plain URL, after {text:?}");
    let after = text.parse::<AgreementId>().ok().map(|id| id.to_string());
    assert_eq!(page.is_some(), after.is_some(), "a page is given after what is a key, {text:?}");
    if let (Some(page), Some(after)) = (page, after) {
        assert!(page.iter().all(|id| *id > after), "{page:?} lies after {after}");
    }
}

fn ids(list: &Value) -> Option<Vec<String>> {
    let nodes = list["nodes"].as_array()?;
    Some(nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect())
}
