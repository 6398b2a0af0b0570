//! What do words, dates and numbers of an answer look like to a program that reads its description?
//!
//! Invariant: as they are serialised; a word's enum comes from the one list of its vocabulary.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{Instant, Term};
use crate::domain::alert::rule::RuleName;
use crate::domain::ids::{AgreementId, MilestoneId, Position, Version};
use crate::domain::time::UncertainDate;
use crate::domain::words::Word;

impl<W: Word> Term<W> {
    /// The schema of some words, with what each means.
    #[must_use]
    pub fn listed(about: &str, words: &[W]) -> Schema {
        let names: Vec<String> = words.iter().map(|word| Self(*word).to_string()).collect();
        let means = words.iter().zip(&names).map(|(word, name)| format!("\n- `{name}`: {}", word.about()));
        let means = means.collect::<Vec<_>>().concat();
        json_schema!({ "type": "string", "description": format!("{about}\n{means}"), "enum": names })
    }
}

impl<W: Word> JsonSchema for Term<W> {
    fn schema_name() -> Cow<'static, str> {
        W::TYPE.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        Self::listed(W::ABOUT, W::ALL)
    }
}

impl JsonSchema for Instant {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Instant".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

macro_rules! shapes {
    ($($shape:ident as $name:literal: $schema:tt)+) => { $(
        impl JsonSchema for $shape {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )+ };
}

shapes! {
    Position as "Position": {
        "type": "integer", "minimum": 0,
        "description": "A place in the log: 1, 2, 3, ... without gaps; of an answer, the one that it rests on.",
    }
    Version as "Version": {
        "type": "integer", "minimum": 0,
        "description": "How many events a stream has; what a writer passes as `expectedVersion`.",
    }
    AgreementId as "AgreementId": {
        "type": "string",
        "description": "Instrument and country, such as rdp/LV: the same on every machine.",
    }
    MilestoneId as "MilestoneId": {
        "type": "string", "format": "uuid",
        "description": "The id of a milestone, the same on every machine.",
    }
    RuleName as "AlertRuleName": {
        "type": "string",
        "description": "The name of an alert rule: lower case letters, digits and dashes.",
    }
    UncertainDate as "UncertainDate": {
        "type": "string",
        "description": "EDTF (ISO 8601-2): a day 2024-02-23, a month 2024-02, a year 1991, no later than [..1992-03-18], between [2019-01-01..2024-12-20].",
    }
}
