//! Which parameters do the plain URLs have that ask about agreements and milestones?
//!
//! Invariant: a parameter that several paths share is written once; one that means something else at another path has
//! another name here.

use super::parameters::{Example, Parameter, Takes, word};
use crate::answers::{AgreementOrder, MilestoneListOrder};
use crate::domain::words::{Headline, Listing, MilestoneKind, Stage, Standing};
use crate::projections::knowledge::Basis;

pub const COUNTRY: Parameter = Parameter {
    name: "country",
    about: "The country's ISO 3166-1 alpha-2 code, in capital or small letters.",
    example: Example::Text("LV"),
    takes: Takes::Place,
    usual: None,
};

pub const ENTRY: Parameter = Parameter {
    name: "position",
    about: "The position of the entry, from 1.",
    example: Example::Number(1),
    takes: Takes::Entry,
    usual: None,
};

pub const AFTER_ENTRY: Parameter = Parameter {
    name: "after",
    about: "Only entries before this position, which is the `endCursor` of the part before. The list begins with the newest entry.",
    example: Example::Number(600),
    takes: Takes::Key,
    usual: None,
};

pub const INSTRUMENT: Parameter = Parameter {
    name: "instrument",
    about: "The code of the instrument.",
    example: Example::Text("sosa"),
    takes: Takes::Instrument,
    usual: Some("rdp"),
};

pub const ANY_INSTRUMENT: Parameter = Parameter {
    name: "instrument",
    about: "Only agreements under the instrument with this code, such as `rdp`; when omitted, all instruments.",
    example: Example::Text("sosa"),
    takes: Takes::Instrument,
    usual: None,
};

pub const MIN_POSITION: Parameter = Parameter {
    name: "minPosition",
    about: "The answer includes at least the events up to this log position. The server waits up to 5 seconds for them; if they do not come, it returns the error `POSITION_NOT_REACHED`. The header `Depositary-Min-Position` does the same.",
    example: Example::Number(1),
    takes: Takes::Position,
    usual: None,
};

pub const AS_OF: Parameter = Parameter {
    name: "asOf",
    about: "The day that is asked about; when omitted, today in UTC.",
    example: Example::Text("2017-06-30"),
    takes: Takes::Day,
    usual: None,
};

pub const KNOWN_AT: Parameter = Parameter {
    name: "knownAt",
    about: "Only what was recorded (under `basis=PUBLISHED`: published) up to and including this instant counts; when omitted, no instant limits the answer. Under `basis=RECORDED`, give either this or `atPosition`.",
    example: Example::Text("2026-12-31T23:59:59Z"),
    takes: Takes::Instant,
    usual: None,
};

pub const BASIS: Parameter = Parameter {
    name: "basis",
    about: "Whose knowledge counts: what this log had recorded (`RECORDED`), or what sources had published (`PUBLISHED`).",
    example: Example::Text("PUBLISHED"),
    takes: Takes::Word(word::<Basis>),
    usual: Some("RECORDED"),
};

pub const AT_POSITION: Parameter = Parameter {
    name: "atPosition",
    about: "Answers from the events up to and including this log position, so that later events do not change the answer; when omitted, all events count. The server refuses a position beyond the last event.",
    example: Example::Number(100),
    takes: Takes::Position,
    usual: None,
};

pub const FIRST: Parameter = Parameter {
    name: "first",
    about: "The largest number of entries in the answer.",
    example: Example::Number(2),
    takes: Takes::Size,
    usual: None,
};

pub const BEFORE: Parameter = Parameter {
    name: "before",
    about: "Only entries whose newest event was recorded before this position of the log.",
    example: Example::Number(300),
    takes: Takes::Position,
    usual: None,
};

pub const FORMAT: Parameter = Parameter {
    name: "format",
    about: "The form of the answer; when omitted, the header `Accept` decides between `application/json` and `text/csv`. `excel` is `csv` with a byte order mark at its beginning, without which Excel does not read UTF-8.",
    example: Example::Text("json"),
    takes: Takes::Choice(&["json", "csv", "excel"]),
    usual: None,
};

pub const COUNTRIES: Parameter = Parameter {
    name: "country",
    about: "Only entries of these countries; may be repeated.",
    example: Example::Each(&["LV"]),
    takes: Takes::Countries,
    usual: None,
};

pub const HEADLINE: Parameter = Parameter {
    name: "headline",
    about: "Only agreements with one of these headlines on the day; may be repeated.",
    example: Example::Each(&["IN_FORCE"]),
    takes: Takes::Words(word::<Headline>),
    usual: None,
};

pub const STAGE_OF_AGREEMENTS: Parameter = Parameter {
    name: "stage",
    about: "Only agreements in one of these stages on the day; may be repeated.",
    example: Example::Each(&["REVIEW"]),
    takes: Takes::Words(word::<Stage>),
    usual: None,
};

pub const STANDING: Parameter = Parameter {
    name: "standing",
    about: "Only agreements with one of these standings on the day; may be repeated.",
    example: Example::Each(&["EXPIRED"]),
    takes: Takes::Words(word::<Standing>),
    usual: None,
};

pub const LISTING: Parameter = Parameter {
    name: "listing",
    about: "Only agreements with one of these listings on the day; may be repeated.",
    example: Example::Each(&["BLANKET", "CASE_BY_CASE"]),
    takes: Takes::Words(word::<Listing>),
    usual: None,
};

pub const CERTAINTY: Parameter = Parameter {
    name: "certainty",
    about: "How the filters treat an agreement whose status has several possible values: `CERTAIN` asks that all of them pass, `POSSIBLE` that at least one does.",
    example: Example::Text("POSSIBLE"),
    takes: Takes::Choice(&["CERTAIN", "POSSIBLE"]),
    usual: Some("CERTAIN"),
};

pub const HAVING: Parameter = Parameter {
    name: "having",
    about: "Only agreements in which a milestone of each of these kinds has certainly happened up to and including the day that is asked about; may be repeated.",
    example: Example::Each(&["SIGNED"]),
    takes: Takes::Words(word::<MilestoneKind>),
    usual: None,
};

pub const LACKING: Parameter = Parameter {
    name: "lacking",
    about: "Only agreements in which no milestone of any of these kinds has certainly happened up to and including the day that is asked about; may be repeated.",
    example: Example::Each(&["LISTED"]),
    takes: Takes::Words(word::<MilestoneKind>),
    usual: None,
};

pub const CHANGED_AFTER_OF_AGREEMENTS: Parameter = Parameter {
    name: "changedAfter",
    about: "Only agreements about which any event was recorded after this position. A status can also change without an event, as days pass.",
    example: Example::Number(300),
    takes: Takes::Position,
    usual: None,
};

pub const ORDER_BY_OF_AGREEMENTS: Parameter = Parameter {
    name: "orderBy",
    about: "The order of the list.",
    example: Example::Text("LAST_CHANGED_FIRST"),
    takes: Takes::Word(word::<AgreementOrder>),
    usual: Some("ID"),
};

pub const AFTER_OF_AGREEMENTS: Parameter = Parameter {
    name: "after",
    about: "Only agreements after the one with this id, which is the `endCursor` of the part before.",
    example: Example::Text("rdp/CA"),
    takes: Takes::Agreement,
    usual: None,
};

pub const COUNTRIES_OF_LISTS: Parameter = Parameter {
    name: "country",
    about: "Only entries of these countries; may be repeated.",
    example: Example::Each(&["KR"]),
    takes: Takes::Countries,
    usual: None,
};

pub const KIND: Parameter = Parameter {
    name: "kind",
    about: "Only milestones of these kinds; may be repeated.",
    example: Example::Each(&["SIGNED"]),
    takes: Takes::Words(word::<MilestoneKind>),
    usual: None,
};

pub const RECORDED_AFTER: Parameter = Parameter {
    name: "recordedAfter",
    about: "Only milestones that were first recorded after this position.",
    example: Example::Number(300),
    takes: Takes::Position,
    usual: None,
};

pub const RECORDED_UP_TO: Parameter = Parameter {
    name: "recordedUpTo",
    about: "Only milestones that were first recorded up to and including this position.",
    example: Example::Number(300),
    takes: Takes::Position,
    usual: None,
};

pub const CHANGED_AFTER_OF_MILESTONES: Parameter = Parameter {
    name: "changedAfter",
    about: "Only milestones about which any event was recorded after this position: new ones, and older ones that were refined, corrected, retracted or given a source since.",
    example: Example::Number(300),
    takes: Takes::Position,
    usual: None,
};

pub const ORDER_BY_OF_MILESTONES: Parameter = Parameter {
    name: "orderBy",
    about: "The order of the list.",
    example: Example::Text("CHANGED"),
    takes: Takes::Word(word::<MilestoneListOrder>),
    usual: Some("RECORDED"),
};

pub const AFTER_OF_MILESTONES: Parameter = Parameter {
    name: "after",
    about: "Only milestones after this key, which is the `endCursor` of the part before.",
    example: Example::Number(1),
    takes: Takes::Key,
    usual: None,
};
