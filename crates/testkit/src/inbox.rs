//! What does a holder of a token see in the inbox, and what becomes of a decision?
//!
//! Invariant: a decision names the content that was looked at just before, as every face does.

use serde_json::{Value, json};

use crate::serving::Served;

/// What both faces tell of a document, without what each tells in a way of its own.
pub const ITEM: &str = "source number publishedOn contentHash title url state snoozedUntil reading unclearBecause aboutDocument
    proposals { number agreement { id: plainId country { code name } } kind occurred readFrom { field words } doubts meeting
        recordedDate offered recorded }
    mentions { countryName on words } captures { part sha256 mediaType fetchedAt path }
    decision { verdict reason note until by at outdated }";

/// What a holder of a token gets at a plain URL, as JSON.
pub async fn by_url(server: &Served, token: &str, path: &str) -> Value {
    let answer = server.with_header(path, "authorization", &format!("Bearer {token}")).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json()
}

/// A document of the inbox by its number, with everything in [`ITEM`].
pub async fn item(server: &Served, token: &str, number: &str) -> Value {
    let query = format!("query($number: String!) {{ inboxItem(number: $number) {{ {ITEM} }} }}");
    server.ask_as(token, &query, json!({ "number": number })).await["inboxItem"].take()
}

/// Sends a decision on a document as it is told now; `more` is what else its input has.
pub async fn decide(server: &Served, token: &str, mutation: &str, number: &str, more: Value) -> Value {
    let mut input = json!({ "number": number, "contentHash": item(server, token, number).await["contentHash"] });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let query = format!(
        "mutation($input: {kind}!) {{ {mutation}(input: $input) {{
            item {{ state snoozedUntil decision {{ verdict reason note until by }} }} refusal {{ code field message }} }} }}"
    );
    server.ask_as(token, &query, json!({ "input": input })).await[mutation].take()
}
