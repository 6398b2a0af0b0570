//! `depositary inbox list` and `show`.
//!
//! Invariant: what is shown is what `answers` says of an item; keys without a value are left out.

use serde_json::{Map, Value, json};

use crate::answers::{Item, ItemState, Met};
use crate::cli::error::CliError;
use crate::cli::output::{Verdict, print, print_json, table};

/// An item as JSON: its reading, and beside each proposal how the record meets it.
pub fn to_json(item: &Item) -> Value {
    let reading = item.reading.to_json(&item.published);
    let mut told = Map::new();
    told.insert("source".to_owned(), item.key.source.clone().into());
    told.insert("number".to_owned(), item.key.number.clone().into());
    told.insert("published_on".to_owned(), item.key.published_on.to_string().into());
    told.insert("state".to_owned(), item.state.as_str().into());
    if let ItemState::Snoozed(until) = item.state {
        told.insert("until".to_owned(), until.to_string().into());
    }
    told.insert("content_hash".to_owned(), item.content_hash.clone().into());
    told.insert("title".to_owned(), item.published.title.as_ref().map(|title| title.raw.clone()).into());
    told.insert("url".to_owned(), item.url.clone().into());
    told.insert("readable".to_owned(), item.readable.into());
    for key in ["reading", "reason", "of", "doubts", "mentions"] {
        if let Some(value) = reading.get(key) {
            told.insert(key.to_owned(), value.clone());
        }
    }
    told.insert("proposals".to_owned(), item.proposals.iter().map(proposal).collect());
    told.insert("meeting".to_owned(), meeting(&item.proposals));
    if let Some(decision) = &item.decided {
        let decided = json!({
            "verdict": decision.verdict, "reason": decision.reason, "note": decision.note, "actor": decision.actor, "at": decision.decided_at,
            "content_hash": decision.content_hash,
        });
        told.insert("decided".to_owned(), decided);
    }
    Value::Object(told)
}

/// One word where all proposals meet the record alike, else the word of each.
fn meeting(proposals: &[Met]) -> Value {
    let words: Vec<&str> = proposals.iter().map(|met| met.meeting.as_str()).collect();
    match words.split_first() {
        None => Value::Null,
        Some((first, rest)) if rest.iter().all(|word| word == first) => (*first).into(),
        _ => words.into(),
    }
}

fn proposal(met: &Met) -> Value {
    let mut told = met.proposal.to_json();
    if let (Value::Object(told), Value::Object(meeting)) = (&mut told, met.meeting.to_json()) {
        told.extend(meeting);
        told.insert("recorded".to_owned(), met.recorded.into());
    }
    told
}

/// Prints the items, or as JSON.
pub fn list(items: &[Item], as_json: bool) -> Result<Verdict, CliError> {
    if as_json {
        return print_json(&items.iter().map(to_json).collect::<Vec<_>>());
    }
    let mut shown = table(["number", "published", "state", "reading", "proposes", "record"]);
    for item in items {
        let proposes: Vec<String> = item
            .proposals
            .iter()
            .map(|met| {
                let kind = met.proposal.detail.kind().to_string().replace('_', " ");
                format!("{} {kind} {}", met.agreement, met.proposal.occurred)
            })
            .collect();
        let meetings: Vec<&str> = item.proposals.iter().map(|met| met.meeting.as_str()).collect();
        let reason = item.reading.reason().map(|reason| format!(": {}", reason.replace('_', " "))).unwrap_or_default();
        shown.add_row([
            item.key.number.clone(),
            item.key.published_on.to_string(),
            item.state.as_str().to_owned(),
            format!("{}{reason}", item.reading.as_str()),
            proposes.join("\n"),
            meetings.join("\n").replace('_', " "),
        ]);
    }
    print(&format!("{shown}\n"))
}
