//! What does a server say of a log whose file something happens to?

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::json;
use testkit::places::Place;
use testkit::programs::Program;

pub fn url(place: &Place, name: &str) -> String {
    format!("sqlite://{}", place.path(name).display())
}

pub fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

/// The answer to a mutation that opens a record.
pub async fn mutate(server: &Program, token: &str, number: u128) -> serde_json::Value {
    let query = "mutation($input: OpenAgreementInput!) { openAgreement(input: $input) { position } }";
    let countries = ["FO", "GL", "IS", "AL", "RS", "MD", "GE", "AM"];
    let agreement = format!("rdp/{}", countries[usize::try_from(number).unwrap()]);
    let input = json!({ "agreementId": agreement, "commandId": uuid::Uuid::from_u128(number + 1) });
    let body = json!({ "query": query, "variables": { "input": input } });
    let request =
        reqwest::Client::new().post(format!("http://{}/graphql", server.address)).bearer_auth(token).json(&body);
    request.send().await.unwrap().json().await.unwrap()
}

/// What `/readyz` answers.
pub async fn told_ready(server: &Program) -> (u16, String) {
    let answer = reqwest::get(format!("http://{}/readyz", server.address)).await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}
