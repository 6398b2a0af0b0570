//! What do ids, positions and dates look like to a program that reads the description of an answer?
//!
//! Invariant: as they are serialised.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::alert::rule::RuleName;
use super::ids::{AgreementId, MilestoneId, Position, Version};
use super::time::UncertainDate;

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
