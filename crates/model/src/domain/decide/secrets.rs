//! Does a text hold a secret that opens something elsewhere?
//!
//! Invariant: what the log holds, it shows to everybody for ever, so a link with a password, wherever it stands, is let in
//! nowhere.

use url::form_urlencoded;

/// Names of parameters that open what they are sent to.
const NAMES: [&str; 29] = [
    "password",
    "passwd",
    "pwd",
    "pass",
    "token",
    "access_token",
    "refresh_token",
    "id_token",
    "auth_token",
    "api_key",
    "apikey",
    "api-key",
    "secret",
    "client_secret",
    "auth",
    "sig",
    "signature",
    "x-amz-signature",
    "x-amz-credential",
    "x-goog-signature",
    "x-amz-security-token",
    "sessionid",
    "session_id",
    "jsessionid",
    "phpsessid",
    "sid",
    "jwt",
    "bearer",
    "private_token",
];

/// Whether a link somewhere in a text has a user's name or password, also in a link that another one carries.
pub(super) fn has_login(text: &str) -> bool {
    let decoded = decoded(text);
    [text, &decoded].into_iter().any(|text| {
        let ends =
            |char: char| char.is_whitespace() || matches!(char, '/' | '\\' | '?' | '#' | '"' | '\'' | '<' | '>' | ')');
        let authorities = text.split("://").skip(1).map(|rest| rest.split(ends).next().unwrap_or_default());
        authorities.into_iter().any(|authority| authority.contains('@'))
    })
}

/// The parameter of a link that opens something, in its question, behind its `#`, or in a link that it carries.
pub(super) fn parameter(link: &str) -> Option<String> {
    let decoded = decoded(link);
    [link, &decoded].into_iter().find_map(|link| {
        let given = link.split(['?', '&', '#', ';']).skip(1).filter_map(|part| part.split_once('='));
        let secret = |name: &str| NAMES.contains(&name.to_ascii_lowercase().as_str());
        given
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, _)| name)
            .find(|name| secret(name))
            .map(ToOwned::to_owned)
    })
}

/// A text with its percent signs read: only they, so what else it has stays.
fn decoded(text: &str) -> String {
    let kept = text.replace('&', "%26").replace('=', "%3D").replace('+', "%2B");
    form_urlencoded::parse(kept.as_bytes()).map(|(name, _)| name.into_owned()).next().unwrap_or_default()
}
