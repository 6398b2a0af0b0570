//! What is answered by a plain URL, as JSON and as rows?
//!
//! Invariant: an answer that is no success fails the test that asked for it.

use depositary::record::import::BUNDLED;
use serde_json::Value;

use crate::serving::Served;

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

/// The rows of a CSV answer, each cell by its column's name.
pub async fn rows(server: &Served, path: &str) -> Vec<Value> {
    let answer = server.send(reqwest::Method::GET, path, "text/csv").await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    read(answer.body.as_bytes())
}

/// The rows of a CSV text, each cell by its column's name.
pub fn read(text: &[u8]) -> Vec<Value> {
    let mut reader = csv::Reader::from_reader(text);
    let header = reader.headers().unwrap().clone();
    let row =
        |row: csv::StringRecord| header.iter().zip(&row).map(|(name, cell)| (name.to_owned(), cell.into())).collect();
    reader.records().map(|record| Value::Object(row(record.unwrap()))).collect()
}
