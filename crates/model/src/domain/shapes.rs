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
        "description": "The number of an event in the log: 1, 2, 3, ... without gaps; 0 is before the first event.",
    }
    Version as "Version": {
        "type": "integer", "minimum": 0,
        "description": "The number of events about an agreement or an alert; a mutation takes it as `expectedVersion`.",
    }
    AgreementId as "AgreementId": {
        "type": "string",
        "description": "The agreement's id: the instrument, a slash and the country's code, such as `rdp/LV`; the same on every machine.",
    }
    MilestoneId as "MilestoneId": {
        "type": "string", "format": "uuid",
        "description": "The milestone's id, a UUID that is the same on every machine.",
    }
    RuleName as "AlertRuleName": {
        "type": "string",
        "description": "The name of an alert rule: small letters, digits and dashes.",
    }
    UncertainDate as "UncertainDate": {
        "type": "string",
        "description": "EDTF (ISO 8601-2): a day 2024-02-23, a month 2024-02, a year 1991, no later than [..1992-03-18], between [2019-01-01..2024-12-20].",
    }
}
