//! What does a document of the Federal Register say in the fields that a reader looks at?
//!
//! Invariant: total: any JSON gives a [`Published`]; a field of another type than the API's is as if it were not there.

use chrono::NaiveDate;
use serde_json::Value;

use super::tokens::{Token, tokens};

/// A field whose words a reader marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The title of the document.
    Title,
    /// The abstract of the document.
    Abstract,
    /// The paragraph of the document that gives dates.
    Dates,
    /// What the document does, such as `Final rule.`
    Action,
    /// The whole text of the document.
    Text,
}

impl Field {
    /// The API's name of the field.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Abstract => "abstract",
            Self::Dates => "dates",
            Self::Action => "action",
            Self::Text => "text",
        }
    }
}

/// A stretch of a field that something was read from: bytes of the field as it came.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Marked {
    /// The field of the document that holds it.
    pub field: Field,
    /// The first byte of the words in the field.
    pub from: usize,
    /// The byte after the last.
    pub to: usize,
    /// The words themselves.
    pub words: String,
}

/// A field's text with its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The field of the document that holds it.
    pub field: Field,
    /// The text as it came.
    pub raw: String,
    /// The words of the text, in order.
    pub tokens: Vec<Token>,
}

impl Words {
    /// The words of a text.
    #[must_use]
    pub fn of(field: Field, raw: &str) -> Self {
        Self { field, raw: raw.to_owned(), tokens: tokens(raw) }
    }

    /// The mark over some tokens.
    #[must_use]
    pub fn marked(&self, place: &std::ops::Range<usize>) -> Option<Marked> {
        let from = self.tokens.get(place.start)?.from;
        let to = self.tokens.get(place.end.checked_sub(1)?)?.to;
        Some(Marked { field: self.field, from, to, words: self.raw.get(from..to)?.to_owned() })
    }
}

/// The kinds of document that the API knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A notice of an agency.
    Notice,
    /// A rule, interim or final.
    Rule,
    /// A rule that is only proposed.
    ProposedRule,
    /// A correction of an earlier document.
    Correction,
    /// Any other type of document, or none.
    Other,
}

/// A document as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The number, with plain dashes.
    pub number: Option<String>,
    /// The day on which the document was published.
    pub published_on: Option<NaiveDate>,
    /// The type that the Federal Register gives it.
    pub kind: Type,
    /// The title, where it is a text.
    pub title: Option<Words>,
    /// The abstract; empty when there is none.
    pub summary: Words,
    /// The action of the document; empty when there is none.
    pub action: Words,
    /// The paragraph of dates; empty when there is none.
    pub dates: Words,
    /// The citation, such as `86 FR 16705`.
    pub citation: Option<String>,
    /// The last day for comments.
    pub comments_close_on: Option<NaiveDate>,
    /// The day from which a rule holds.
    pub effective_on: Option<NaiveDate>,
    /// The number of the document that it says to correct.
    pub correction_of: Option<String>,
}

/// The longest number, title or citation that is kept.
const LONGEST: usize = 100;

impl Published {
    /// What a JSON value says.
    #[must_use]
    pub fn of(document: &Value) -> Self {
        let text = |key: &str| document.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
        let raw = |key: &str| document.get(key).and_then(Value::as_str);
        let day = |key: &str| text(key).and_then(|text| text.parse::<NaiveDate>().ok());
        let words = |field: Field| Words::of(field, raw(field.as_str()).unwrap_or_default());
        Self {
            number: text("document_number").map(plain_number).filter(|number| !number.is_empty()),
            published_on: day("publication_date"),
            kind: kind(text("type").unwrap_or_default()),
            title: text("title").map(|_| words(Field::Title)),
            summary: words(Field::Abstract),
            action: words(Field::Action),
            dates: words(Field::Dates),
            citation: citation(document),
            comments_close_on: day("comments_close_on"),
            effective_on: day("effective_on"),
            correction_of: text("correction_of").and_then(corrected),
        }
    }
}

/// A number with plain dashes, without blanks and control characters.
#[must_use]
pub fn plain_number(number: &str) -> String {
    let tokens = tokens(number);
    let upper = |token: Token| token.text.to_uppercase();
    tokens.into_iter().map(upper).collect::<String>().chars().take(LONGEST).collect()
}

fn kind(text: &str) -> Type {
    let plain = text.to_ascii_lowercase().replace(['_', '-'], " ");
    match plain.as_str() {
        "notice" => Type::Notice,
        "rule" => Type::Rule,
        "proposed rule" | "prorule" => Type::ProposedRule,
        "correction" => Type::Correction,
        _ => Type::Other,
    }
}

/// The citation as it stands, or as volume and page give it.
fn citation(document: &Value) -> Option<String> {
    let told = document.get("citation").and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    if let Some(told) = told {
        return Some(told.chars().filter(|char| !char.is_control()).take(LONGEST).collect());
    }
    let number = |key: &str| document.get(key).and_then(Value::as_u64).filter(|number| *number > 0);
    Some(format!("{} FR {}", number("volume")?, number("start_page")?))
}

/// The number at the end of an address such as `https://.../documents/2099-00001?publication_date=2099-01-05`.
fn corrected(address: &str) -> Option<String> {
    let path = address.split(['?', '#']).next()?.trim_end_matches('/');
    let last = path.rsplit('/').next()?;
    let number = plain_number(last.strip_suffix(".json").unwrap_or(last));
    (!number.is_empty()).then_some(number)
}
