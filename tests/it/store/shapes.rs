//! Can every shape of event that was ever stored still be read, and is it written as it was?
//!
//! Each file in `tests/golden/events` is one payload as the log stores it. A shape that changes gets a new schema version
//! and a new file; a file is never changed.

use std::collections::BTreeSet;

use depositary::domain::alert::AlertEvent;
use depositary::domain::event::Event;
use depositary::domain::figure::FigureEvent;
use depositary::domain::milestone::{Detail, Seen};
use depositary::domain::words::{MilestoneKind, Word};
use depositary::ledger::canonical;
use depositary::store::Leaf;

/// Every golden file: the event's kind and schema version by its name, and its text.
fn golden() -> Vec<(String, u16, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/events");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path: &std::path::PathBuf| {
        // milestone_recorded.signed.1.json
        let name = path.file_name().unwrap().to_str().unwrap();
        let parts: Vec<&str> = name.split('.').collect();
        let schema = parts[parts.len() - 2].parse().unwrap();
        (parts[0].to_owned(), schema, std::fs::read_to_string(path).unwrap().trim_end().to_owned())
    };
    files.iter().map(read).collect()
}

#[test]
fn every_shape_ever_stored_is_read_and_written_back_byte_for_byte() {
    for (kind, schema, text) in golden() {
        let (of, payload) = if kind.starts_with("alert_") {
            let event =
                AlertEvent::from_stored(&kind, schema, &text).unwrap_or_else(|error| panic!("{kind}: {error}: {text}"));
            (event.kind(), event.payload())
        } else if kind.starts_with("figure_") {
            let event = FigureEvent::from_stored(&kind, schema, &text)
                .unwrap_or_else(|error| panic!("{kind}: {error}: {text}"));
            (event.kind(), event.payload())
        } else {
            let event =
                Event::from_stored(&kind, schema, &text).unwrap_or_else(|error| panic!("{kind}: {error}: {text}"));
            (event.kind(), event.payload())
        };
        assert_eq!(of, kind);
        assert_eq!(canonical(&payload.unwrap()).unwrap(), text);
    }
}

#[test]
fn every_kind_of_event_and_of_milestone_has_a_golden_file() {
    let mut events = BTreeSet::new();
    let mut milestones = BTreeSet::new();
    let mut observed = BTreeSet::new();
    for (kind, schema, text) in golden() {
        if let Ok(Event::MilestoneRecorded(recorded)) = Event::from_stored(&kind, schema, &text) {
            milestones.insert(recorded.milestone.kind());
            if let Detail::Observed { seen } = &recorded.milestone.detail {
                observed.insert(match seen {
                    Seen::Listing(_) => "listing",
                    Seen::Standing(_) => "standing",
                    Seen::Talks {} => "talks",
                });
            }
        }
        events.insert(kind);
    }
    let kinds = [
        "agreement_opened",
        "alert_acknowledged",
        "alert_fired",
        "alert_resolved",
        "alert_silenced",
        "figure_corrected",
        "figure_recorded",
        "figure_retracted",
        "milestone_corrected",
        "milestone_date_refined",
        "milestone_recorded",
        "milestone_retracted",
        "source_added",
    ];
    assert_eq!(events.iter().map(String::as_str).collect::<Vec<_>>(), kinds);
    assert_eq!(observed, BTreeSet::from(["listing", "standing", "talks"]));
    assert_eq!(milestones, MilestoneKind::ALL.iter().copied().collect());
}

#[test]
fn a_shape_from_the_future_and_a_damaged_one_are_told_apart() {
    let future = Event::from_stored("milestone_recorded", 3, "{}").unwrap_err();
    assert!(future.to_string().contains("may be older than the log"), "{future}");
    let damaged = Event::from_stored("milestone_recorded", 1, "{}").unwrap_err();
    assert!(damaged.to_string().contains("does not have its shape"), "{damaged}");
}

#[test]
fn an_event_is_of_the_second_schema_where_the_first_cannot_say_it_and_under_no_other_number() {
    let files = golden();
    let aside = |kind: &str| kind.starts_with("alert_") || kind.starts_with("figure_");
    for (kind, schema, text) in files.iter().filter(|(kind, ..)| !aside(kind)) {
        let event = Event::from_stored(kind, *schema, text).unwrap();
        assert_eq!(event.schema(), *schema, "{kind}: {text}");
        let other = Event::from_stored(kind, 3 - *schema, text).unwrap_err();
        let known = event.sources().is_empty();
        assert_eq!(other.to_string().contains("does not have its shape"), !known, "{kind}: {other}");
    }
    let second: Vec<&str> =
        files.iter().filter(|(_, schema, _)| *schema == 2).map(|(kind, ..)| kind.as_str()).collect();
    let expected =
        ["milestone_corrected", "milestone_date_refined", "milestone_recorded", "milestone_recorded", "source_added"];
    assert_eq!(second, expected);
}

#[test]
fn the_leaf_of_an_event_is_the_same_for_ever() {
    let leaf = Leaf {
        position: 7,
        stream: "rdp/LV",
        version: 2,
        kind: "milestone_retracted",
        schema: 1,
        recorded_at: "2026-11-24T12:00:00.000001Z".parse().unwrap(),
        command_id: uuid::Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef),
        command_index: 0,
        actor: "press-desk",
        payload: r#"{"milestone":"7a4e38de-f149-574c-89f1-69c80566c153","why":"é \" \\"}"#,
    };
    insta::assert_snapshot!(String::from_utf8(leaf.bytes().unwrap()).unwrap());
    insta::assert_snapshot!(hex::encode(leaf.hash().unwrap()));
}
