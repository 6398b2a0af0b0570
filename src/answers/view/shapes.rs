//! What do words and instants of an answer look like to a program that reads its description?
//!
//! Invariant: as they are serialised; a word's enum comes from the one list of its vocabulary.

use std::borrow::Cow;

use chrono::NaiveDate;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{Date, Instant, Position, Term, UncertainDate, Url};
use crate::domain::words::Word;
use crate::domain::{ids, time};

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

/// The shape of a type that leaves the program as another one does.
macro_rules! same_shape {
    ($($outer:ty as $inner:ty),+ $(,)?) => { $(
        impl JsonSchema for $outer {
            fn inline_schema() -> bool {
                <$inner>::inline_schema()
            }

            fn schema_name() -> Cow<'static, str> {
                <$inner>::schema_name()
            }

            fn schema_id() -> Cow<'static, str> {
                <$inner>::schema_id()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                <$inner>::json_schema(generator)
            }
        }
    )+ };
}

same_shape!(Date as NaiveDate, UncertainDate as time::UncertainDate, Position as ids::Position);

/// A text with a format, described where it stands.
macro_rules! formatted {
    ($($text:ident: $format:literal),+ $(,)?) => { $(
        impl JsonSchema for $text {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($text).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "format": $format })
            }
        }
    )+ };
}

formatted!(Instant: "date-time", Url: "uri");
