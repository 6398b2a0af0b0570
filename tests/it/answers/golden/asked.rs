//! What do the golden questions have in common?

use serde_json::{Value, json};
use testkit::serving::Served;

pub fn codes(answer: &Value, at: &str) -> Vec<String> {
    let edges = answer.pointer(at).and_then(Value::as_array).unwrap_or_else(|| panic!("no {at} in {answer}"));
    edges.iter().map(|edge| edge["node"]["country"]["code"].as_str().unwrap().to_owned()).collect()
}

pub async fn status(server: &Served, country: &str, on: &str, fields: &str) -> Value {
    let query = format!(
        r#"query($code: CountryCode!, $on: Date!) {{ country(code: $code) {{ status(instrument: "rdp", asOf: $on) {{ {fields} }} }} }}"#
    );
    let answer = server.ask_with(&query, json!({ "code": country, "on": on })).await;
    answer["country"]["status"].clone()
}
