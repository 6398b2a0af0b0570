//! How does a writer record by GraphQL?
//!
//! Invariant: each input has a command id that no other has, or a test would repeat what another has recorded.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::serving::Served;

/// What the tests ask of every payload.
pub const PAYLOAD: &str = "events { position kind version actor why late milestone { id: plainId kind state summary occurred { edtf } sources { title } } }
    position repeated warnings { code message } refusal { code message field }";

/// Sends a mutation with one input and gives its payload.
pub async fn mutate(served: &Served, token: &str, mutation: &str, input: Value) -> Value {
    let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let agreement = if mutation == "recordMilestones" { "agreements" } else { "agreement" };
    let query = format!(
        "mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {agreement} {{ id version }} {PAYLOAD} }} }}"
    );
    served.ask_as(token, &query, json!({ "input": input })).await[mutation].take()
}

/// A command id that no test has used before.
pub fn fresh() -> Uuid {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    Uuid::from_u128(u128::from(NUMBER.fetch_add(1, Ordering::SeqCst)) + (1 << 64))
}

/// The input of a mutation about an agreement: a new command id, and these members.
#[expect(clippy::needless_pass_by_value, reason = "callers read better with values of json!")]
pub fn input(agreement: &str, members: Value) -> Value {
    let mut input = json!({ "agreementId": agreement, "commandId": fresh() });
    input.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    input
}

/// The sources of an input: one paper.
pub fn sources() -> Value {
    json!([{ "title": "A paper", "url": "https://example.org/paper", "reliability": "PRIMARY", "publishedOn": "2020-02-02" }])
}

/// A milestone of a kind, with what belongs to the kind.
#[expect(clippy::needless_pass_by_value, reason = "callers read better with values of json!")]
pub fn milestone(kind: &str, occurred: &str, own: Value) -> Value {
    let mut facts = json!({ "occurred": occurred, "evidence": "STATED", "summary": format!("About {kind}.") });
    facts.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    json!({ kind: facts })
}
