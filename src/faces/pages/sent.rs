//! What did a visitor put into a form, and was it a form of this server?
//!
//! Invariant: no field is read before it is known that the visitor may do it and that the form was made for this browser.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use url::form_urlencoded;

use super::Pages;
use super::error::PageError;
use super::visitor::Visitor;
use crate::access::Role;
use crate::domain::ids::Actor;

/// The most bytes of a form.
pub const MOST_BYTES: usize = 256 * 1024;
/// The field that proves it.
pub const PROOF: &str = "proof";

/// A form as it came.
pub struct Sent(Fields);

/// The fields of a form that was proved.
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl FromRequest<Pages> for Sent {
    type Rejection = PageError;

    async fn from_request(request: Request, pages: &Pages) -> Result<Self, PageError> {
        if !is_a_form(request.headers()) {
            return Err(PageError::Form);
        }
        let bytes = Bytes::from_request(request, pages).await.map_err(|error| {
            if error.status() == StatusCode::PAYLOAD_TOO_LARGE { PageError::TooLarge } else { PageError::Form }
        })?;
        Ok(Self(Fields::of(&bytes)))
    }
}

impl Sent {
    /// The fields of a visitor who is signed in with a token of a role, with the name of the token.
    ///
    /// # Errors
    /// Who may not is told so before a form that is too old is.
    pub fn by(self, visitor: &Visitor, needed: Role) -> Result<(Actor, Fields), PageError> {
        let name = visitor.may(needed)?.clone();
        Ok((name, self.of(visitor)?))
    }

    /// The fields of a form that anyone may send.
    ///
    /// # Errors
    /// [`PageError::Form`] when it was not made for this browser.
    pub fn of(self, visitor: &Visitor) -> Result<Fields, PageError> {
        let proved = visitor.ticket().is_some_and(|ticket| ticket.proves(self.0.text(PROOF)));
        if proved { Ok(self.0) } else { Err(PageError::Form) }
    }
}

impl Fields {
    /// The fields of a form as browsers write it.
    pub fn of(bytes: &[u8]) -> Self {
        Self(form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// The text of a field as it was typed, without blanks around it; empty when it was not sent. Browsers break lines by two
    /// characters.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value.trim())
    }

    /// The texts of a field that may be sent several times.
    pub fn texts<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.trim())
    }

    /// Sets the value of a field.
    pub fn set(&mut self, name: &str, value: &str) {
        match self.0.iter_mut().find(|(given, _)| given == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.add(name, value),
        }
    }

    /// Adds a value of a field that may be sent several times.
    pub fn add(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// Every field, in order, for a form that is sent once more.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Whether a request brings a form as browsers send it.
#[must_use]
pub fn is_a_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}
