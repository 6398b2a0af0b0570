//! Is everything that is posted to `/graphql` answered, or refused with a reason?
//!
//! Invariant: the same refusal each time, with a code of the asker's.

use serde_json::{Value, json};

use crate::server::Server;

/// Tries a text as the body of a request, and where it is no JSON as the document in one.
pub fn run(server: &Server, data: &[u8]) {
    let body = match serde_json::from_slice::<Value>(data) {
        Ok(body) if waits(&body) => return,
        Ok(_) => data.to_vec(),
        Err(_) => {
            // A body that is no JSON is refused as such, whatever it holds.
            assert_eq!(server.post(data.to_vec())["errors"][0]["extensions"]["code"], "BAD_REQUEST");
            let Ok(document) = std::str::from_utf8(data) else { return };
            let body = json!({ "query": document });
            if waits(&body) {
                return;
            }
            body.to_string().into_bytes()
        }
    };
    let answer = server.post(body.clone());
    let (data, errors) = (answer.get("data"), answer.get("errors"));
    assert!(data.is_some() || errors.and_then(Value::as_array).is_some_and(|errors| !errors.is_empty()), "{answer}");
    if data.is_none() {
        // What was refused is refused again, in the same words.
        assert_eq!(told(&server.post(body)), told(&answer));
    }
}

/// A document that waits for a position takes seconds to be told that it was not reached.
fn waits(body: &Value) -> bool {
    body["query"].as_str().is_some_and(|query| query.contains("minPosition"))
}

/// The codes and messages of the errors.
fn told(answer: &Value) -> Vec<(Value, Value)> {
    let errors = answer["errors"].as_array().into_iter().flatten();
    errors.map(|error| (error["extensions"]["code"].clone(), error["message"].clone())).collect()
}
