//! What may be asked of a plain URL?
//!
//! Invariant: a parameter says what it takes, what it is when it is left out, and an example that every path that has it answers.

use schemars::{Schema, SchemaGenerator};
use serde_json::{Value, json};

use crate::answers::view::Term;
use crate::answers::{MOST, USUAL_PAGE};
use crate::domain::words::Word;

/// A parameter of a path or of its query.
pub struct Parameter {
    /// The name by which it is given.
    pub name: &'static str,
    /// A description of the parameter.
    pub about: &'static str,
    /// A value that it takes.
    pub example: Example,
    /// The values that the parameter takes.
    pub takes: Takes,
    /// What it is when it is left out, where that can be written as a value.
    pub usual: Option<&'static str>,
}

/// A value for an example.
pub enum Example {
    /// One word, day or instant.
    Text(&'static str),
    /// A whole number.
    Number(u64),
    /// Several values of a parameter that may be repeated.
    Each(&'static [&'static str]),
}

/// Which values a parameter takes.
pub enum Takes {
    /// A country, as a part of the path.
    Place,
    /// The position of an entry of the log, as a part of the path.
    Entry,
    /// The number of a document, as a part of the path.
    Number,
    /// A SHA-256 in small hexadecimal digits, as a part of the path.
    Digest,
    /// Countries by their codes.
    Countries,
    /// An instrument by its code.
    Instrument,
    /// The id of an agreement.
    Agreement,
    /// Names of alert rules.
    RuleNames,
    /// Names of measures.
    Measures,
    /// A day of the calendar.
    Day,
    /// An instant in UTC or with an offset.
    Instant,
    /// A position of the log.
    Position,
    /// The key of an entry in a list.
    Key,
    /// The key of a document in a list: its day, its source and its number.
    DocumentKey,
    /// The size of a page.
    Size,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// One word of a vocabulary.
    Word(fn(&mut SchemaGenerator) -> Schema),
    /// Words of a vocabulary.
    Words(fn(&mut SchemaGenerator) -> Schema),
}

/// The schema of a vocabulary's words.
pub fn word<W: Word>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<Term<W>>()
}

impl Parameter {
    /// The parameter as OpenAPI has it.
    pub fn described(&self, generator: &mut SchemaGenerator) -> Value {
        let many = |items: Value| json!({ "type": "array", "items": items });
        let position = || json!({ "type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_992_u64 });
        let text = |pattern: &str| json!({ "type": "string", "pattern": pattern });
        let mut schema = match &self.takes {
            Takes::Place => text("^[A-Za-z]{2}$"),
            Takes::Entry => json!({ "type": "integer", "minimum": 1, "maximum": 9_007_199_254_740_992_u64 }),
            Takes::Number => json!({ "type": "string", "minLength": 1 }),
            Takes::Digest => text("^[0-9a-f]{64}$"),
            Takes::Countries => many(text("^[A-Z]{2}$")),
            Takes::Instrument => text("^[a-z][a-z0-9-]{1,15}$"),
            Takes::Agreement => text("^[a-z][a-z0-9-]{1,15}/[A-Z]{2}$"),
            Takes::RuleNames => many(text("^[a-z][a-z0-9-]{0,39}$")),
            Takes::Measures => many(text("^[a-z][a-z0-9_]{1,59}$")),
            Takes::Day => json!({ "type": "string", "format": "date" }),
            Takes::Instant => json!({ "type": "string", "format": "date-time" }),
            Takes::Position => position(),
            Takes::Key => json!({ "type": "integer", "minimum": 0 }),
            Takes::DocumentKey => text("^[0-9]{4}-[0-9]{2}-[0-9]{2}/[a-z-]+/.+$"),
            Takes::Size => json!({ "type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL_PAGE }),
            Takes::Choice(words) => json!({ "type": "string", "enum": words }),
            Takes::Word(schema) => schema(generator).into(),
            Takes::Words(schema) => many(schema(generator).into()),
        };
        if let Some(usual) = self.usual {
            schema["default"] = usual.into();
        }
        let example = match self.example {
            Example::Text(text) => json!(text),
            Example::Number(number) => json!(number),
            Example::Each(values) => json!(values),
        };
        let mut described = json!({ "name": self.name, "in": "query", "description": self.about, "example": example });
        described["schema"] = schema;
        if matches!(self.takes, Takes::Place | Takes::Entry | Takes::Number | Takes::Digest) {
            described["in"] = "path".into();
            described["required"] = true.into();
        }
        described
    }
}
