//! What is the status of a history that a test writes down?
//!
//! Invariant: events are as a log would hold them, and the status is what the model says, without a store or a server.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use depositary::domain::event::Recorded;
use depositary::domain::ids::{AgreementId, Position, Version};
use depositary::domain::instrument::Instrument;
use depositary::domain::milestone::{Detail, Milestone, Seen, Signing};
use depositary::domain::words::{Listing, NoticePurpose, Possible, Word};
use depositary::projections::history::History;
use depositary::projections::knowledge::Knowledge;
use depositary::projections::status::{Status, status_at};
use depositary::record::import::{BUNDLED, commands};

use crate::facts::{actor, id, instruments, milestone, open, record};

/// A day from its text.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Events as a log would hold them.
pub fn recorded(
    commands: impl IntoIterator<Item = depositary::domain::command::Command>,
) -> BTreeMap<AgreementId, Vec<Recorded>> {
    let mut streams: BTreeMap<AgreementId, Vec<Recorded>> = BTreeMap::new();
    for (position, command) in (1..).zip(commands) {
        let stream = streams.entry(command.agreement.clone()).or_default();
        stream.push(Recorded {
            position: Position(position),
            version: Version(u32::try_from(stream.len()).unwrap() + 1),
            recorded_at: "2026-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap(),
            event: command.intent.event(),
            command: command.id,
            actor: command.actor,
            agreement: command.agreement,
        });
    }
    streams
}

/// The bundled facts as a log would hold them.
pub fn bundled() -> BTreeMap<AgreementId, Vec<Recorded>> {
    recorded(BUNDLED.iter().flat_map(|(_, text)| commands(text, &actor()).unwrap()))
}

/// The status of a history on a day, by everything that is known.
pub fn status_of(events: &[Recorded], instrument: &Instrument, on: &str) -> Status {
    let history = History::of(events, instrument);
    status_at(&history.worlds(&Knowledge::at(Position(u64::MAX)), instrument), instrument, day(on))
}

/// The possible values of a facet in one text.
pub fn words<W: Word>(possible: Possible<W>) -> String {
    possible.iter().map(Word::as_str).collect::<Vec<_>>().join("|")
}

/// Standing, listing and stage in one text, every possible value of each.
pub fn told(status: &Status) -> String {
    format!("{} / {} / {}", words(status.standings), words(status.listings), words(status.stages))
}

/// An agreement of Romania, which real history knows nothing of, with these milestones.
pub fn made(milestones: &[(&str, Detail)]) -> Vec<Recorded> {
    made_of(milestones.iter().map(|(on, detail)| milestone(on, "constructed", detail.clone())))
}

/// The same with milestones as they are.
pub fn made_of(milestones: impl IntoIterator<Item = Milestone>) -> Vec<Recorded> {
    let records = (0..).zip(milestones).map(|(number, milestone)| record(&format!("m{number}"), "rdp/RO", milestone));
    recorded(std::iter::once(open("rdp/RO")).chain(records)).remove(&id("rdp/RO")).unwrap()
}

/// What is told of a history on a day.
pub fn on(events: &[Recorded], day: &str) -> String {
    told(&status_of(events, instruments().load("rdp").unwrap(), day))
}

/// A signature by both sides on a day.
pub fn signed(day: &str) -> (&str, Detail) {
    (day, Detail::Signed { signings: vec![Signing { on: day.parse().unwrap(), place: None, signatories: vec![] }] })
}

/// A notice whose comments close on a day that nobody tells.
pub fn notice(purpose: NoticePurpose) -> Detail {
    Detail::NoticePublished { purpose, document_number: None, citation: None, comments_close_on: None }
}

/// A listing that was seen, one of these.
pub fn seen(listings: &[Listing]) -> Detail {
    Detail::Observed { seen: Seen::Listing(listings.to_vec()) }
}
