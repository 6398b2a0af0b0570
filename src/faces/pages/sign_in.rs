//! How does the holder of a token sign in, and out?
//!
//! Invariant: a token is read here and goes nowhere but into the comparison; what leads back afterwards is an address of this
//! server.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Pages;
use super::asked::Asked;
use super::error::PageError;
use super::frame::{Frame, html};
use super::look_up::elsewhere;
use super::sent::Sent;
use crate::access::{AccessError, Role};

/// The path of the page on which people sign in.
pub const PATH: &str = "/sign-in";

/// The page on which one signs in, or out.
#[derive(Template)]
#[template(path = "sign-in.html", config = "src/faces/pages/askama.toml")]
struct SignIn {
    frame: Frame,
    /// Who is signed in, and what that name may do.
    holder: Option<(String, &'static str)>,
    heading: &'static str,
    lead: String,
    /// What is wrong with what was sent.
    wrong: Option<String>,
    /// The path to which the page leads after the visitor has signed in.
    to: String,
    /// The same as a link, for a visitor who is signed in and came from elsewhere.
    again: Option<String>,
    proof: String,
}

/// Answers `GET /sign-in`.
pub async fn shown(pages: Pages, mut asked: Asked) -> Result<Response, PageError> {
    let to = asked.value("to")?.and_then(inside).unwrap_or_default();
    asked.done()?;
    pages.sign_in_page(StatusCode::OK, None, None, to)
}

/// Answers `POST /sign-in`: signs in, or out.
pub async fn sent(pages: Pages, sent: Sent) -> Result<Response, PageError> {
    let fields = sent.of(&pages.visitor)?;
    let to = inside(fields.text("to")).unwrap_or_default();
    if fields.text("do") == "out" {
        if let Some(ticket) = pages.visitor.session() {
            pages.access.sign_out(ticket).await?;
        }
        let mut response = elsewhere(StatusCode::SEE_OTHER, &format!("{}/", pages.base));
        pages.take_session(&mut response);
        return Ok(response);
    }
    match pages.access.sign_in(fields.text("token")).await {
        Ok(ticket) => {
            let to = if to.is_empty() { "/" } else { &to };
            let mut response = elsewhere(StatusCode::SEE_OTHER, &format!("{}{to}", pages.base));
            pages.give_session(&mut response, &ticket);
            Ok(response)
        }
        Err(AccessError::Token) => {
            let wrong = "This token is not valid: it is unknown, has expired or was taken back. Ask an administrator for another.";
            pages.sign_in_page(StatusCode::UNAUTHORIZED, None, Some(wrong.to_owned()), to)
        }
        Err(error) => Err(error.into()),
    }
}

impl Pages {
    /// The form to sign in, in place of a page for which a visitor must be signed in; it leads there afterwards.
    pub(super) fn locked(&self, error: &AccessError) -> Response {
        let asked = self.visitor.asked.clone();
        let lead = match error {
            AccessError::Token => {
                "The token that was sent is not valid: it is unknown, has expired or was taken back.".to_owned()
            }
            AccessError::Missing(Role::Reader) => "You need a token for this. An administrator makes one.".to_owned(),
            AccessError::Missing(role) => {
                format!("This needs a token of role {}. An administrator makes one.", role.as_str())
            }
            error => format!("{}.", super::dates::large(&error.to_string())),
        };
        let page = self.sign_in_page(StatusCode::UNAUTHORIZED, Some(lead), None, inside(&asked).unwrap_or_default());
        let mut response = page.unwrap_or_else(IntoResponse::into_response);
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        response
    }

    fn sign_in_page(
        &self,
        status: StatusCode,
        lead: Option<String>,
        wrong: Option<String>,
        to: String,
    ) -> Result<Response, PageError> {
        let mut pages = self.clone();
        let ticket = pages.visitor.welcome()?;
        let mut frame = pages.frame_now("Sign in", PATH);
        frame.place = PATH;
        frame.describe("Sign in by a token.".to_owned());
        let holder = pages.visitor.holder().map(|(name, role)| (name.as_str().to_owned(), role.as_str()));
        let usual = "Reading needs no account. Recording needs a token, which an administrator makes for a desk, not for a person.";
        let private = "This server is read with a token, which an administrator makes for a desk, not for a person.";
        let again = lead.is_some().then(|| format!("{}{to}", pages.base)).filter(|_| !to.is_empty());
        let page = SignIn {
            holder,
            heading: if lead.is_some() { "Sign in to see this page" } else { "Sign in" },
            lead: lead.unwrap_or_else(|| if pages.access.is_private() { private } else { usual }.to_owned()),
            wrong,
            to,
            again,
            proof: pages.visitor.proof(),
            frame,
        };
        let mut response = html(status, &page)?;
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(ticket) = ticket {
            pages.give_visit(&mut response, &ticket);
        }
        Ok(response)
    }
}

/// An address of this server: a path that no browser reads as another host's. Whoever signs in does not come back to signing in.
fn inside(to: &str) -> Option<String> {
    let path = to.starts_with('/') && !to.starts_with("//") && to.len() <= 2_000;
    let plain = to.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let elsewhere = to.split('?').next() != Some(PATH);
    (path && plain && elsewhere).then(|| to.to_owned())
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn what_leads_back_is_an_address_of_this_server() {
        assert_eq!(inside("/rdp/LV?asOf=2017-06-30").as_deref(), Some("/rdp/LV?asOf=2017-06-30"));
        for to in ["", "rdp", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "/sign-in?to=/"] {
            assert_eq!(inside(to), None, "{to}");
        }
    }
}
