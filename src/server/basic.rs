//! How does a program show its token that can only send a name and a password, as calendars and feed readers do?
//!
//! Invariant: for reading alone. A browser repeats what it once sent as Basic (RFC 7617) with requests of other pages too, so
//! nothing is ever recorded by it.

use std::borrow::Cow;

use axum::http::Method;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The challenge of plain URLs.
pub const CHALLENGE: &str = "Basic realm=\"depositary, the token as the password\", charset=\"UTF-8\"";

/// The same header with the token as a bearer's, where it is Basic and the request only reads. The token is the password, or the
/// name where there is no password.
pub fn as_bearer<'a>(authorization: &'a str, method: &Method) -> Cow<'a, str> {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    let token = || {
        let (scheme, text) = authorization.trim().split_once(' ')?;
        let pair = scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(text.trim()).ok())??;
        let pair = String::from_utf8(pair).ok()?;
        let (name, password) = pair.split_once(':')?;
        Some(if password.is_empty() { name.to_owned() } else { password.to_owned() })
    };
    match token().filter(|_| reads) {
        Some(token) => format!("Bearer {token}").into(),
        None => authorization.into(),
    }
}
