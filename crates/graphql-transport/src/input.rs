//! What is a value that came from outside, and where does it stand?
//!
//! Invariant: a literal of a document and a value in JSON look the same from here on.

use std::borrow::Cow;
use std::fmt;

use apollo_compiler::parser::SourceSpan;
use async_graphql::Value;

use super::codes::Code;

/// What a value is, in a document or in variables.
pub enum Form<'a, V> {
    /// The value is null.
    Null,
    /// A variable; no value of one.
    Variable(&'a str),
    /// Text, a number, a boolean or the word of an enum.
    Leaf(Cow<'a, Value>),
    /// The value is a list.
    List(Vec<V>),
    /// Members with their names, as written.
    Object(Vec<(&'a str, V)>),
}

/// A value that came from outside.
pub trait Input<'a>: Copy {
    /// The form of the value.
    fn form(self) -> Form<'a, Self>;
    /// Where it stands in the document, if it does.
    fn span(self) -> Option<SourceSpan>;
}

/// What is wrong with a value.
pub struct Fault {
    /// What is wrong, in words.
    pub message: String,
    /// `BAD_USER_INPUT`, or that of a document that could never be right.
    pub code: Code,
    /// The place in the document.
    pub span: Option<SourceSpan>,
}

/// The way to a value, for people.
pub enum Path<'a> {
    /// An argument or a variable.
    Root(&'a str, &'a str),
    /// A member of an object.
    Member(&'a Path<'a>, &'a str),
    /// An entry of a list, from 0.
    Entry(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(sign, name) => write!(f, "{sign}{name}"),
            Self::Member(of, name) => write!(f, "{of}.{name}"),
            Self::Entry(of, at) => write!(f, "{of}[{at}]"),
        }
    }
}

/// What a message shows of a value that came from outside.
pub fn shown<V>(form: Form<'_, V>) -> String {
    match form {
        Form::Null | Form::Variable(_) => "null".to_owned(),
        Form::Leaf(leaf) => {
            let text = leaf.to_string();
            if text.chars().count() <= 60 { text } else { text.chars().take(60).chain("...".chars()).collect() }
        }
        Form::List(_) => "a list".to_owned(),
        Form::Object(_) => "an object".to_owned(),
    }
}
