//! In which form does a client want its answer?
//!
//! Invariant: the form with the highest quality wins, the plainer one on a tie; a client that names none gets JSON.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `application/json`: 200 also where the request was not executed.
    Json,
    /// `application/graphql-response+json`: the HTTP status says what happened.
    GraphqlResponse,
    /// `text/event-stream`: one event a result.
    EventStream,
}

impl Form {
    /// Every form, the preferred first.
    const ALL: [Self; 3] = [Self::Json, Self::GraphqlResponse, Self::EventStream];

    /// The media type of the form.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::GraphqlResponse => "application/graphql-response+json",
            Self::EventStream => "text/event-stream",
        }
    }
}

/// The media types that a client accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// The form that it prefers.
    pub form: Form,
    /// Whether it takes an event stream, which alone can carry a subscription.
    pub event_stream: bool,
}

/// What a client takes; `None` when no form fits.
pub fn accepted(headers: &HeaderMap) -> Option<Accepted> {
    let accepts: Vec<&str> = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let accepts = accepts.join(",");
    if accepts.trim().is_empty() {
        return Some(Accepted { form: Form::Json, event_stream: false });
    }
    let ranges: Vec<(&str, f32)> = accepts.split(',').map(range).collect();
    let quality = |form: Form| {
        // The most specific range that matches decides (RFC 9110, section 12.5.1).
        let matching = ranges.iter().filter_map(|(range, quality)| Some((specificity(range, form)?, *quality)));
        let best = matching.max_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
        best.map_or(0.0, |(_, quality)| quality)
    };
    let mut chosen = None;
    for form in Form::ALL {
        let quality = quality(form);
        if quality > chosen.map_or(0.0, |(_, best)| best) {
            chosen = Some((form, quality));
        }
    }
    // `*/*` is said by whoever does not care, and an event stream is not what such a client expects.
    let event_stream = ranges
        .iter()
        .any(|(range, quality)| *quality > 0.0 && specificity(range, Form::EventStream).is_some_and(|how| how > 0));
    chosen.map(|(form, _)| Accepted { form, event_stream })
}

/// A media range and its quality; parameters other than `q` and `charset=utf-8` are not looked at.
fn range(part: &str) -> (&str, f32) {
    let mut pieces = part.split(';').map(str::trim);
    let range = pieces.next().unwrap_or_default();
    let quality = pieces.find_map(|piece| piece.strip_prefix("q=").or_else(|| piece.strip_prefix("Q=")));
    (range, quality.map_or(1.0, |quality| quality.parse().unwrap_or(0.0)))
}

/// How exactly a range names a form; `None` when it does not.
fn specificity(range: &str, form: Form) -> Option<u8> {
    let media = form.media_type();
    let (kind, _) = media.split_once('/')?;
    if range.eq_ignore_ascii_case(media) {
        Some(2)
    } else if range.strip_suffix("/*").is_some_and(|wanted| wanted.eq_ignore_ascii_case(kind)) {
        Some(1)
    } else {
        (range == "*/*").then_some(0)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header::ACCEPT};

    use super::{Form, accepted};

    fn chosen(accept: &'static str) -> Option<Form> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        accepted(&headers).map(|accepted| accepted.form)
    }

    #[test]
    fn quality_decides_and_json_is_the_plain_choice() {
        assert_eq!(accepted(&HeaderMap::new()).map(|accepted| accepted.form), Some(Form::Json));
        assert_eq!(chosen("*/*"), Some(Form::Json));
        assert_eq!(chosen("application/*"), Some(Form::Json));
        assert_eq!(chosen("application/graphql-response+json, application/json"), Some(Form::Json));
        assert_eq!(
            chosen("application/graphql-response+json; charset=utf-8, application/json;q=0.9"),
            Some(Form::GraphqlResponse)
        );
        assert_eq!(chosen("text/event-stream"), Some(Form::EventStream));
        assert_eq!(chosen("application/json;q=0, */*"), Some(Form::GraphqlResponse));
        assert_eq!(chosen("text/html, image/*;q=0.8"), None);
    }
}
