//! Which parameters do the plain URLs of reports have: stalls, durations, differences, alerts, limits, deadlines?
//!
//! Invariant: a parameter that several paths share is written once; one that means something else at another path has
//! another name here.

use super::parameters::{Example, Parameter, Takes, word};
use crate::answers::{GroupBy, RoundsAsked, StalledOrder};
use crate::domain::words::{AlertState, MilestoneKind, NoticePurpose, Stage};
use crate::projections::knowledge::Basis;

pub const DORMANT_OF_STALLS: Parameter = Parameter {
    name: "dormant",
    about: "If true, only dormant rounds; if false, only the other rounds; when omitted, both.",
    example: Example::Text("false"),
    takes: Takes::Choice(&["true", "false"]),
    usual: None,
};

pub const ORDER_BY_OF_STALLS: Parameter = Parameter {
    name: "orderBy",
    about: "The order of the list.",
    example: Example::Text("DAYS"),
    takes: Takes::Word(word::<StalledOrder>),
    usual: Some("OVER_LIMIT"),
};

pub const AFTER_PLACE: Parameter = Parameter {
    name: "after",
    about: "Only entries after this key, which is the `endCursor` of the part before.",
    example: Example::Number(1),
    takes: Takes::Key,
    usual: None,
};

pub const FROM_OF_DURATIONS: Parameter = Parameter {
    name: "from",
    about: "The kind of milestone from which the days are counted.",
    example: Example::Text("SIGNED"),
    takes: Takes::Word(word::<MilestoneKind>),
    usual: Some("NOTICE_PUBLISHED"),
};

pub const TO_OF_DURATIONS: Parameter = Parameter {
    name: "to",
    about: "The kind of milestone to which the days are counted.",
    example: Example::Text("LISTED"),
    takes: Takes::Word(word::<MilestoneKind>),
    usual: Some("SIGNED"),
};

pub const ROUNDS: Parameter = Parameter {
    name: "rounds",
    about: "Which rounds count: the first round of each agreement, all rounds after it (renewals, new agreements, replacements), or all rounds.",
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
    about: "The day of the first side; when omitted, today in UTC.",
    example: Example::Text("2017-06-30"),
    takes: Takes::Day,
    usual: None,
};

pub const FROM_KNOWN_AT: Parameter = Parameter {
    name: "fromKnownAt",
    about: "On the first side, only what was recorded (under `fromBasis=PUBLISHED`: published) up to and including this instant counts; when omitted, no instant limits that side. Under `fromBasis=RECORDED`, give either this or `fromAtPosition`.",
    example: Example::Text("2026-12-31T23:59:59Z"),
    takes: Takes::Instant,
    usual: None,
};

pub const FROM_BASIS: Parameter = Parameter {
    name: "fromBasis",
    about: "On the first side, whose knowledge counts: what this log had recorded (`RECORDED`), or what sources had published (`PUBLISHED`).",
    example: Example::Text("PUBLISHED"),
    takes: Takes::Word(word::<Basis>),
    usual: Some("RECORDED"),
};

pub const FROM_AT_POSITION: Parameter = Parameter {
    name: "fromAtPosition",
    about: "On the first side, only the events up to and including this log position count; when omitted, all events count.",
    example: Example::Number(500),
    takes: Takes::Position,
    usual: None,
};

pub const TO_AS_OF: Parameter = Parameter {
    name: "toAsOf",
    about: "The day of the second side; when omitted, today in UTC.",
    example: Example::Text("2025-11-20"),
    takes: Takes::Day,
    usual: None,
};

pub const TO_KNOWN_AT: Parameter = Parameter {
    name: "toKnownAt",
    about: "On the second side, only what was recorded (under `toBasis=PUBLISHED`: published) up to and including this instant counts; when omitted, no instant limits that side. Under `toBasis=RECORDED`, give either this or `toAtPosition`.",
    example: Example::Text("2026-12-31T23:59:59Z"),
    takes: Takes::Instant,
    usual: None,
};

pub const TO_BASIS: Parameter = Parameter {
    name: "toBasis",
    about: "On the second side, whose knowledge counts: what this log had recorded (`RECORDED`), or what sources had published (`PUBLISHED`).",
    example: Example::Text("PUBLISHED"),
    takes: Takes::Word(word::<Basis>),
    usual: Some("RECORDED"),
};

pub const TO_AT_POSITION: Parameter = Parameter {
    name: "toAtPosition",
    about: "On the second side, only the events up to and including this log position count; when omitted, all events count.",
    example: Example::Number(500),
    takes: Takes::Position,
    usual: None,
};

pub const AFTER_OF_DIFFERENCES: Parameter = Parameter {
    name: "after",
    about: "Only agreements after the one with this id, which is the `endCursor` of the part before.",
    example: Example::Text("rdp/LV"),
    takes: Takes::Agreement,
    usual: None,
};

pub const GROUP_BY: Parameter = Parameter {
    name: "groupBy",
    about: "How tellings are grouped: by publisher or by country. The tellings whose publisher is not known are one group.",
    example: Example::Text("COUNTRY"),
    takes: Takes::Word(word::<GroupBy>),
    usual: Some("SOURCE"),
};

pub const SOME_INSTRUMENT: Parameter = Parameter {
    name: "instrument",
    about: "Only agreements under the instrument with this code, such as `rdp`; when omitted, all instruments.",
    example: Example::Text("rdp"),
    takes: Takes::Instrument,
    usual: None,
};

pub const RULE: Parameter = Parameter {
    name: "rule",
    about: "Only alerts of the alert rules with these names; may be repeated.",
    example: Example::Each(&["stalled"]),
    takes: Takes::RuleNames,
    usual: None,
};

pub const STATE: Parameter = Parameter {
    name: "state",
    about: "Only alerts in one of these states; may be repeated.",
    example: Example::Each(&["FIRING"]),
    takes: Takes::Words(word::<AlertState>),
    usual: None,
};

pub const DORMANT_OF_ALERTS: Parameter = Parameter {
    name: "dormant",
    about: "If true, only alerts about dormant rounds; if false, only the other alerts; when omitted, both.",
    example: Example::Text("false"),
    takes: Takes::Choice(&["true", "false"]),
    usual: None,
};

pub const AFTER_OF_ALERTS: Parameter = Parameter {
    name: "after",
    about: "Only alerts that fired before this position, which is the `endCursor` of the part before.",
    example: Example::Number(600),
    takes: Takes::Key,
    usual: None,
};

pub const STAGE_OF_LIMITS: Parameter = Parameter {
    name: "stage",
    about: "Only the limits of this stage; when omitted, of all stages.",
    example: Example::Text("REVIEW"),
    takes: Takes::Word(word::<Stage>),
    usual: None,
};

pub const FROM_OF_DEADLINES: Parameter = Parameter {
    name: "from",
    about: "Only deadlines that can be on this day or later; when omitted, from 30 days before `asOf`.",
    example: Example::Text("2016-01-01"),
    takes: Takes::Day,
    usual: None,
};

pub const TO_OF_DEADLINES: Parameter = Parameter {
    name: "to",
    about: "Only deadlines that can be on this day or before; when omitted, without a last day.",
    example: Example::Text("2099-12-31"),
    takes: Takes::Day,
    usual: None,
};
