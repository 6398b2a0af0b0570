//! Which parameters do the plain URLs have?
//!
//! Invariant: a parameter that several paths share is written once; one that means something else at another path has another name
//! here.

use super::parameters::{Example, Parameter, Takes, word};
use crate::answers::{AgreementOrder, GroupBy, InboxState, MilestoneListOrder, RoundsAsked, StalledOrder};
use crate::domain::reading::ReadingKind;
use crate::domain::words::{AlertState, Headline, Listing, MilestoneKind, NoticePurpose, Stage, Standing};
use crate::projections::knowledge::Basis;

pub const COUNTRY: Parameter = Parameter {
    name: "country",
    about: "The country's ISO 3166-1 alpha-2 code, in any case.",
    example: Example::Text("LV"),
    takes: Takes::Place,
    usual: None,
};

pub const INSTRUMENT: Parameter = Parameter {
    name: "instrument",
    about: "The instrument's code.",
    example: Example::Text("sosa"),
    takes: Takes::Instrument,
    usual: Some("rdp"),
};

pub const ANY_INSTRUMENT: Parameter = Parameter {
    name: "instrument",
    about: "Only this instrument; every one when left out.",
    example: Example::Text("sosa"),
    takes: Takes::Instrument,
    usual: None,
};

pub const MIN_POSITION: Parameter = Parameter {
    name: "minPosition",
    about: "Answer by this position of the log or a later one: wait for it, at most 5 s. The header `Depositary-Min-Position` says the same.",
    example: Example::Number(1),
    takes: Takes::Position,
    usual: None,
};

pub const AS_OF: Parameter = Parameter {
    name: "asOf",
    about: "The day that is asked about; today, UTC, when left out.",
    example: Example::Text("2017-06-30"),
    takes: Takes::Day,
    usual: None,
};

pub const KNOWN_AT: Parameter = Parameter {
    name: "knownAt",
    about: "The instant by which it was known, inclusive. Under `basis` `RECORDED` it excludes `atPosition`.",
    example: Example::Text("2026-12-31T23:59:59Z"),
    takes: Takes::Instant,
    usual: None,
};

pub const BASIS: Parameter = Parameter {
    name: "basis",
    about: "Whose knowledge.",
    example: Example::Text("PUBLISHED"),
    takes: Takes::Word(word::<Basis>),
    usual: Some("RECORDED"),
};

pub const AT_POSITION: Parameter = Parameter {
    name: "atPosition",
    about: "The position of the log that pins the answer exactly; one that lies ahead of the log is refused.",
    example: Example::Number(100),
    takes: Takes::Position,
    usual: None,
};

pub const FIRST: Parameter = Parameter {
    name: "first",
    about: "How many entries at most.",
    example: Example::Number(2),
    takes: Takes::Size,
    usual: None,
};

pub const BEFORE: Parameter = Parameter {
    name: "before",
    about: "Only what was first recorded before this position of the log.",
    example: Example::Number(300),
    takes: Takes::Position,
    usual: None,
};

pub const FORMAT: Parameter = Parameter {
    name: "format",
    about: "The form of the answer; when left out, what the header `Accept` values most of `application/json` and `text/csv`. `excel` is `csv` behind a byte order mark, without which Excel does not read UTF-8.",
    example: Example::Text("json"),
    takes: Takes::Choice(&["json", "csv", "excel"]),
    usual: None,
};

pub const COUNTRIES: Parameter = Parameter {
    name: "country",
    about: "Only these countries; may be repeated.",
    example: Example::Each(&["LV"]),
    takes: Takes::Countries,
    usual: None,
};

pub const HEADLINE: Parameter = Parameter {
    name: "headline",
    about: "Only these headlines; may be repeated.",
    example: Example::Each(&["IN_FORCE"]),
    takes: Takes::Words(word::<Headline>),
    usual: None,
};

pub const STAGE_OF_AGREEMENTS: Parameter = Parameter {
    name: "stage",
    about: "Only these stages; may be repeated.",
    example: Example::Each(&["REVIEW"]),
    takes: Takes::Words(word::<Stage>),
    usual: None,
};

pub const STANDING: Parameter = Parameter {
    name: "standing",
    about: "Only these standings; may be repeated.",
    example: Example::Each(&["EXPIRED"]),
    takes: Takes::Words(word::<Standing>),
    usual: None,
};

pub const LISTING: Parameter = Parameter {
    name: "listing",
    about: "Only these listings; may be repeated.",
    example: Example::Each(&["BLANKET", "CASE_BY_CASE"]),
    takes: Takes::Words(word::<Listing>),
    usual: None,
};

pub const CERTAINTY: Parameter = Parameter {
    name: "certainty",
    about: "How sure a filter must be when more than one value is possible: all of them asked for, or at least one.",
    example: Example::Text("POSSIBLE"),
    takes: Takes::Choice(&["CERTAIN", "POSSIBLE"]),
    usual: Some("CERTAIN"),
};

pub const HAVING: Parameter = Parameter {
    name: "having",
    about: "Only where milestones of all these kinds have certainly happened by the day; may be repeated.",
    example: Example::Each(&["SIGNED"]),
    takes: Takes::Words(word::<MilestoneKind>),
    usual: None,
};

pub const LACKING: Parameter = Parameter {
    name: "lacking",
    about: "Only where no milestone of any of these kinds has certainly happened by the day; may be repeated.",
    example: Example::Each(&["LISTED"]),
    takes: Takes::Words(word::<MilestoneKind>),
    usual: None,
};

pub const CHANGED_AFTER_OF_AGREEMENTS: Parameter = Parameter {
    name: "changedAfter",
    about: "Only those of which something was recorded after this position, whatever it was. A status can change without that, as days pass.",
    example: Example::Number(300),
    takes: Takes::Position,
    usual: None,
};

pub const ORDER_BY_OF_AGREEMENTS: Parameter = Parameter {
    name: "orderBy",
    about: "In which order the list is.",
    example: Example::Text("LAST_CHANGED_FIRST"),
    takes: Takes::Word(word::<AgreementOrder>),
    usual: Some("ID"),
};

pub const AFTER_OF_AGREEMENTS: Parameter = Parameter {
    name: "after",
    about: "Only those after the agreement with this id: the `endCursor` of the part before.",
    example: Example::Text("rdp/CA"),
    takes: Takes::Agreement,
    usual: None,
};

pub const COUNTRIES_OF_LISTS: Parameter = Parameter {
    name: "country",
    about: "Only these countries; may be repeated.",
    example: Example::Each(&["KR"]),
    takes: Takes::Countries,
    usual: None,
};

pub const KIND: Parameter = Parameter {
    name: "kind",
    about: "Only these kinds; may be repeated.",
    example: Example::Each(&["SIGNED"]),
    takes: Takes::Words(word::<MilestoneKind>),
    usual: None,
};

pub const RECORDED_AFTER: Parameter = Parameter {
    name: "recordedAfter",
    about: "Only those first recorded after this position.",
    example: Example::Number(300),
    takes: Takes::Position,
    usual: None,
};

pub const RECORDED_UP_TO: Parameter = Parameter {
    name: "recordedUpTo",
    about: "Only those first recorded up to this position.",
    example: Example::Number(300),
    takes: Takes::Position,
    usual: None,
};

pub const CHANGED_AFTER_OF_MILESTONES: Parameter = Parameter {
    name: "changedAfter",
    about: "Only those of which something was recorded after this position: new ones, and older ones that were refined, corrected, retracted or given a source since.",
    example: Example::Number(300),
    takes: Takes::Position,
    usual: None,
};

pub const ORDER_BY_OF_MILESTONES: Parameter = Parameter {
    name: "orderBy",
    about: "In which order the list is.",
    example: Example::Text("CHANGED"),
    takes: Takes::Word(word::<MilestoneListOrder>),
    usual: Some("RECORDED"),
};

pub const AFTER_OF_MILESTONES: Parameter = Parameter {
    name: "after",
    about: "Only those after this position, by which the list is ordered: the `endCursor` of the part before.",
    example: Example::Number(1),
    takes: Takes::Key,
    usual: None,
};

pub const DORMANT_OF_STALLS: Parameter = Parameter {
    name: "dormant",
    about: "Only rounds that are dormant, when true; only the others, when false.",
    example: Example::Text("false"),
    takes: Takes::Choice(&["true", "false"]),
    usual: None,
};

pub const ORDER_BY_OF_STALLS: Parameter = Parameter {
    name: "orderBy",
    about: "In which order the list is.",
    example: Example::Text("DAYS"),
    takes: Takes::Word(word::<StalledOrder>),
    usual: Some("OVER_LIMIT"),
};

pub const AFTER_PLACE: Parameter = Parameter {
    name: "after",
    about: "Only those after this place in the list: the `endCursor` of the part before.",
    example: Example::Number(1),
    takes: Takes::Key,
    usual: None,
};

pub const FROM_OF_DURATIONS: Parameter = Parameter {
    name: "from",
    about: "The kind that it begins with.",
    example: Example::Text("SIGNED"),
    takes: Takes::Word(word::<MilestoneKind>),
    usual: Some("NOTICE_PUBLISHED"),
};

pub const TO_OF_DURATIONS: Parameter = Parameter {
    name: "to",
    about: "The kind that it ends with.",
    example: Example::Text("LISTED"),
    takes: Takes::Word(word::<MilestoneKind>),
    usual: Some("SIGNED"),
};

pub const ROUNDS: Parameter = Parameter {
    name: "rounds",
    about: "Which rounds count: the first of each agreement, every one after it (renewals, new agreements, replacements), or all.",
    example: Example::Text("FIRST"),
    takes: Takes::Word(word::<RoundsAsked>),
    usual: Some("ALL"),
};

pub const NOTICE_PURPOSE: Parameter = Parameter {
    name: "noticePurpose",
    about: "Only rounds whose first notice had one of these purposes; may be repeated.",
    example: Example::Each(&["NEGOTIATION"]),
    takes: Takes::Words(word::<NoticePurpose>),
    usual: None,
};

pub const FROM_AS_OF: Parameter = Parameter {
    name: "fromAsOf",
    about: "The day of the one side; today, UTC, when left out.",
    example: Example::Text("2017-06-30"),
    takes: Takes::Day,
    usual: None,
};

pub const FROM_KNOWN_AT: Parameter = Parameter {
    name: "fromKnownAt",
    about: "The instant by which it was known on the one side, inclusive. Under `RECORDED` it excludes `fromAtPosition`.",
    example: Example::Text("2026-12-31T23:59:59Z"),
    takes: Takes::Instant,
    usual: None,
};

pub const FROM_BASIS: Parameter = Parameter {
    name: "fromBasis",
    about: "Whose knowledge on the one side.",
    example: Example::Text("PUBLISHED"),
    takes: Takes::Word(word::<Basis>),
    usual: Some("RECORDED"),
};

pub const FROM_AT_POSITION: Parameter = Parameter {
    name: "fromAtPosition",
    about: "The position of the log that pins the one side exactly.",
    example: Example::Number(500),
    takes: Takes::Position,
    usual: None,
};

pub const TO_AS_OF: Parameter = Parameter {
    name: "toAsOf",
    about: "The day of the other side; today, UTC, when left out.",
    example: Example::Text("2025-11-20"),
    takes: Takes::Day,
    usual: None,
};

pub const TO_KNOWN_AT: Parameter = Parameter {
    name: "toKnownAt",
    about: "The instant by which it was known on the other side, inclusive. Under `RECORDED` it excludes `toAtPosition`.",
    example: Example::Text("2026-12-31T23:59:59Z"),
    takes: Takes::Instant,
    usual: None,
};

pub const TO_BASIS: Parameter = Parameter {
    name: "toBasis",
    about: "Whose knowledge on the other side.",
    example: Example::Text("PUBLISHED"),
    takes: Takes::Word(word::<Basis>),
    usual: Some("RECORDED"),
};

pub const TO_AT_POSITION: Parameter = Parameter {
    name: "toAtPosition",
    about: "The position of the log that pins the other side exactly.",
    example: Example::Number(500),
    takes: Takes::Position,
    usual: None,
};

pub const AFTER_OF_DIFFERENCES: Parameter = Parameter {
    name: "after",
    about: "Only those after the agreement of this id.",
    example: Example::Text("rdp/LV"),
    takes: Takes::Agreement,
    usual: None,
};

pub const GROUP_BY: Parameter = Parameter {
    name: "groupBy",
    about: "What tellings are grouped by: who published them, or the partner. Those whose publisher is not told are a group of their own.",
    example: Example::Text("COUNTRY"),
    takes: Takes::Word(word::<GroupBy>),
    usual: Some("SOURCE"),
};

pub const SOME_INSTRUMENT: Parameter = Parameter {
    name: "instrument",
    about: "Only this instrument; every one when left out.",
    example: Example::Text("rdp"),
    takes: Takes::Instrument,
    usual: None,
};

pub const RULE: Parameter = Parameter {
    name: "rule",
    about: "Only of the alert rules with these names; may be repeated.",
    example: Example::Each(&["stalled"]),
    takes: Takes::RuleNames,
    usual: None,
};

pub const STATE: Parameter = Parameter {
    name: "state",
    about: "Only in these states; may be repeated.",
    example: Example::Each(&["FIRING"]),
    takes: Takes::Words(word::<AlertState>),
    usual: None,
};

pub const DORMANT_OF_ALERTS: Parameter = Parameter {
    name: "dormant",
    about: "Only alerts about rounds that are dormant, when true; only the others, when false.",
    example: Example::Text("false"),
    takes: Takes::Choice(&["true", "false"]),
    usual: None,
};

pub const AFTER_OF_ALERTS: Parameter = Parameter {
    name: "after",
    about: "Only those that fired before this position: the `endCursor` of the part before.",
    example: Example::Number(600),
    takes: Takes::Key,
    usual: None,
};

pub const STAGE_OF_LIMITS: Parameter = Parameter {
    name: "stage",
    about: "Only this stage.",
    example: Example::Text("REVIEW"),
    takes: Takes::Word(word::<Stage>),
    usual: None,
};

pub const FROM_OF_DEADLINES: Parameter = Parameter {
    name: "from",
    about: "Only those that can be on this day or later; 30 days before `asOf` when left out.",
    example: Example::Text("2016-01-01"),
    takes: Takes::Day,
    usual: None,
};

pub const TO_OF_DEADLINES: Parameter = Parameter {
    name: "to",
    about: "Only those that can be on this day or before.",
    example: Example::Text("2099-12-31"),
    takes: Takes::Day,
    usual: None,
};

pub const STATE_OF_DOCUMENTS: Parameter = Parameter {
    name: "state",
    about: "Only documents in these states; may be repeated.",
    example: Example::Each(&["WAITING"]),
    takes: Takes::Words(word::<InboxState>),
    usual: None,
};

pub const READING: Parameter = Parameter {
    name: "reading",
    about: "Only documents that are read so; may be repeated.",
    example: Example::Each(&["PROPOSALS"]),
    takes: Takes::Words(word::<ReadingKind>),
    usual: None,
};

pub const AFTER_OF_DOCUMENTS: Parameter = Parameter {
    name: "after",
    about: "Only those after this document: the `endCursor` of the part before.",
    example: Example::Text("2022-03-18/federal-register/2022-05534"),
    takes: Takes::DocumentKey,
    usual: None,
};

pub const NUMBER: Parameter = Parameter {
    name: "number",
    about: "The number of the document at its source.",
    example: Example::Text("2022-05534"),
    takes: Takes::Number,
    usual: None,
};

pub const PUBLISHED_ON: Parameter = Parameter {
    name: "publishedOn",
    about: "The day of publication, where a number was used on several days.",
    example: Example::Text("2022-03-18"),
    takes: Takes::Day,
    usual: None,
};

pub const SHA256: Parameter = Parameter {
    name: "sha256",
    about: "The SHA-256 of the bytes.",
    example: Example::Text("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    takes: Takes::Digest,
    usual: None,
};
