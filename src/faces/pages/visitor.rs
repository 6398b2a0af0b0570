//! Who looks at a page, and by which browser?
//!
//! Invariant: the caller is whom the gate found; a ticket goes out in a cookie that no script reads, that other sites do not
//! send, and that only comes back to the path at which the server is reached, by TLS where that is so.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

use super::Pages;
use super::error::PageError;
use super::sent::Fields;
use crate::access::{AccessError, Caller, LASTS, Role, SESSION, Ticket, VISIT};
use crate::domain::codes::ErrorCode;
use crate::domain::ids::Actor;

/// Whoever asks for a page.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The caller that the gate has found.
    caller: Caller,
    /// What the browser holds of a session, whether it still holds or not.
    session: Option<Ticket>,
    /// What the browser was given with the form by which one signs in.
    visit: Option<Ticket>,
    /// The path with its parameters.
    pub asked: String,
    /// What was put into a form, where one was sent.
    pub kept: Option<Kept>,
}

/// What was put into a form, to be given back where it could not be taken.
#[derive(Debug, Clone)]
pub struct Kept(Arc<Fields>);

impl Kept {
    /// The fields of a form as browsers write it.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Arc::new(Fields::of(bytes)))
    }

    /// The fields, in order.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.all()
    }
}

/// A request as the server saw it before anybody let it through.
pub struct Seen(Visitor);

impl Seen {
    /// What is seen of a request.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let asked = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let (session, visit) = (ticket(request.headers()), cookie(VISIT, request.headers()));
        let kept = request.extensions().get().cloned();
        Self(Visitor { caller: Caller::Anyone, session, visit, asked: asked.to_owned(), kept })
    }
}

impl Default for Visitor {
    fn default() -> Self {
        Self { caller: Caller::Anyone, session: None, visit: None, asked: "/".to_owned(), kept: None }
    }
}

impl FromRequestParts<Pages> for Pages {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Infallible> {
        Ok(pages.visited(Visitor::of(parts)))
    }
}

impl Visitor {
    /// Whoever sends a request that has passed the gate.
    pub fn of(parts: &Parts) -> Self {
        Self {
            caller: parts.extensions.get::<Caller>().cloned().unwrap_or(Caller::Anyone),
            session: ticket(&parts.headers),
            visit: cookie(VISIT, &parts.headers),
            asked: parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            kept: parts.extensions.get().cloned(),
        }
    }

    /// The name of the token with which the visitor is signed in, and its role.
    pub fn holder(&self) -> Option<(&Actor, Role)> {
        match &self.caller {
            Caller::Anyone => None,
            Caller::Holder { name, role, .. } => Some((name, *role)),
        }
    }

    /// The name of the token, when the visitor is signed in with a token of a role.
    ///
    /// # Errors
    /// [`AccessError::Missing`] or [`AccessError::Role`], also where anyone may read: what stands at a desk is not for everybody.
    pub fn may(&self, needed: Role) -> Result<&Actor, PageError> {
        Ok(self.caller.holding(needed)?)
    }

    /// The session of the browser.
    pub const fn session(&self) -> Option<&Ticket> {
        self.session.as_ref()
    }

    /// The ticket that proves a form for this visitor.
    pub fn ticket(&self) -> Option<&Ticket> {
        if self.holder().is_some() { self.session.as_ref() } else { self.visit.as_ref() }
    }

    /// What a form for this visitor holds.
    pub fn proof(&self) -> String {
        self.ticket().map(Ticket::proof).unwrap_or_default()
    }

    /// A ticket for the form by which one signs in, where the browser has none yet.
    ///
    /// # Errors
    /// [`AccessError::Randomness`].
    pub fn welcome(&mut self) -> Result<Option<Ticket>, AccessError> {
        if self.ticket().is_some() {
            return Ok(None);
        }
        let ticket = Ticket::random().ok_or(AccessError::Randomness)?;
        self.visit = Some(ticket.clone());
        Ok(Some(ticket))
    }
}

/// The session that a browser sends with each request.
#[must_use]
pub fn ticket(headers: &HeaderMap) -> Option<Ticket> {
    cookie(SESSION, headers)
}

fn cookie(name: &str, headers: &HeaderMap) -> Option<Ticket> {
    Ticket::of(name, headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()))
}

impl Pages {
    /// The page in place of what the server itself refuses; when it can be asked again, in seconds.
    #[must_use]
    pub fn instead(
        &self,
        Seen(visitor): Seen,
        status: StatusCode,
        code: ErrorCode,
        message: String,
        wait: Option<u64>,
    ) -> Response {
        let error = match status {
            StatusCode::UNAUTHORIZED => PageError::Access(AccessError::Missing(Role::Reader)),
            status => PageError::Server { status, code, message, wait },
        };
        super::guarded(self.visited(visitor).failed(&error))
    }

    /// Has a browser keep the ticket of a session.
    pub fn give_session(&self, response: &mut Response, ticket: &Ticket) {
        self.give(response, SESSION, &ticket.reveal(), &format!("; Max-Age={}", LASTS.num_seconds()));
    }

    /// Has a browser keep the ticket of a form until it is closed.
    pub fn give_visit(&self, response: &mut Response, ticket: &Ticket) {
        self.give(response, VISIT, &ticket.reveal(), "");
    }

    /// Has a browser forget its session.
    pub fn take_session(&self, response: &mut Response) {
        self.give(response, SESSION, "", "; Max-Age=0");
    }

    fn give(&self, response: &mut Response, name: &str, value: &str, lasts: &str) {
        let path = if self.base.is_empty() { "/" } else { &self.base };
        let secure = if self.site.starts_with("https:") { "; Secure" } else { "" };
        let cookie = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Strict{secure}{lasts}");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
}
