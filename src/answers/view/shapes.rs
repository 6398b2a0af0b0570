//! What do words and instants of an answer look like to a program that reads its description?
//!
//! Invariant: as they are serialised; a word's enum comes from the one list of its vocabulary.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{Instant, Term};
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
