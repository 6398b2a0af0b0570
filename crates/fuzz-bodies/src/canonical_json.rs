//! Is JSON hashed in one spelling alone, and does a line of an export hold the event that it tells?
//!
//! Invariant: what a log may hold has one text, and comes back as it was.

use depositary::ledger::canonical;
use depositary::proof::audit::{Auditor, ExportLine};
use serde_json::Value;

/// Tries a text as JSON, as lines of an export, and as a whole export.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        one_spelling(&value);
    }
    for line in text.lines().take(100) {
        exported(line);
    }
    audited(text);
}

/// What a log may hold comes back as it was: no fractions, and no whole number beyond 2^53, which is written as another.
fn one_spelling(value: &Value) {
    let written = canonical(value).unwrap();
    let again: Value = serde_json::from_str(&written).unwrap_or_else(|error| panic!("{written}: {error}"));
    if exact(value) {
        assert_eq!(&again, value, "{written}");
        assert_eq!(canonical(&again).unwrap(), written, "the canonical text is its own");
    }
}

fn exact(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_i64().is_some_and(|number| number.unsigned_abs() <= 1 << 53),
        Value::Array(entries) => entries.iter().all(exact),
        Value::Object(members) => members.values().all(exact),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

fn exported(line: &str) {
    let event = match ExportLine::read(line) {
        Ok(event) => event,
        Err(problem) => return assert!(!problem.is_empty()),
    };
    let hash = event.leaf().hash().unwrap();
    assert_eq!(event.leaf().hash().unwrap(), hash);
    if !serde_json::from_str(&event.payload).is_ok_and(|payload| exact(&payload)) {
        return;
    }
    let again = serde_json::to_string(&ExportLine::of(event.clone()).unwrap()).unwrap();
    assert_eq!(ExportLine::read(&again).as_ref(), Ok(&event), "{again}");
    if let Ok(recorded) = event.read() {
        assert_eq!(recorded.position().0, event.position);
    }
}

/// An export is read whole, beside no checkpoint: it holds together, or the first event that does not is named.
fn audited(text: &str) {
    let mut auditor = Auditor::new([]).unwrap();
    for line in text.lines().take(100) {
        let Ok(event) = ExportLine::read(line) else { return };
        let before = auditor.size();
        match auditor.next(&event, |_| {}) {
            Ok(()) => assert_eq!(auditor.size(), before + 1),
            Err(finding) => {
                assert_eq!((auditor.size(), finding.first), (before, before + 1), "{finding}");
                return;
            }
        }
    }
    let size = auditor.size();
    assert!(auditor.end().is_ok_and(|verified| verified.events == size && verified.proven == 0));
}
