//! Which documents wait for a person, how far has the program searched their sources, and what did it receive of them?
//!
//! Invariant: documents are shown only to holders of a token, since nobody has looked at them yet; bytes that were
//! received are given to anyone, in a form that no browser runs.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;

use super::error::{RestError, shown};
use super::question::Question;
use crate::access::Role;
use crate::answers::view::{InboxItem, InboxList, Sources};
use crate::answers::{Answers, Immutable, InboxFilter};

/// Answers `GET /v1/inbox`: the documents that may belong in the record.
pub async fn inbox(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    question.holding(Role::Reader)?;
    let filter = InboxFilter {
        states: question.words("state")?,
        readings: question.words("reading")?,
        countries: question.countries("country")?,
    };
    let page = question.page("the `endCursor` of the part before", key)?;
    question.refuse_others()?;
    let list = InboxList::of(&answers.items(&filter, &page).await?);
    let link = list.next().map(|key| format!("<{}>; rel=\"next\"", question.after(key)));
    let mut response = Json(list).into_response();
    response.headers_mut().extend(link.and_then(|link| Some((header::LINK, HeaderValue::from_str(&link).ok()?))));
    Ok(response)
}

/// A key of the list: a day, a source and a number.
fn key(text: &str) -> Option<String> {
    let (day, rest) = text.split_once('/')?;
    let (source, number) = rest.split_once('/')?;
    let whole = day.parse::<NaiveDate>().is_ok() && !source.is_empty() && !number.is_empty();
    whole.then(|| text.to_owned())
}

/// Answers `GET /v1/inbox/{number}`: one document.
pub async fn document(State(answers): State<Answers>, mut question: Question) -> Result<Json<InboxItem>, RestError> {
    question.holding(Role::Reader)?;
    let published_on = question.day("publishedOn")?;
    question.refuse_others()?;
    let number = question.place();
    match answers.items_of(number, published_on).await?.as_slice() {
        [item] => Ok(Json(InboxItem::of(item))),
        [] => Err(RestError::NoSuchDocument(shown(number))),
        _ => Err(RestError::value("publishedOn", "", "the day of publication: several documents have this number")),
    }
}

/// Answers `GET /v1/sources`: how far the program has searched each source.
pub async fn sources(State(answers): State<Answers>, question: Question) -> Result<Json<Sources>, RestError> {
    question.refuse_others()?;
    Ok(Json(answers.view_sources().await?))
}

/// Answers `GET /v1/captures/{sha256}`: the bytes of a document, as the program received them.
pub async fn captured(State(answers): State<Answers>, question: Question) -> Result<Response, RestError> {
    question.refuse_others()?;
    let sha256 = question.place();
    let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if sha256.len() != 64 || !sha256.bytes().all(digit) {
        return Err(RestError::NothingReceived);
    }
    let kept = answers.captured(sha256).await?.ok_or(RestError::NothingReceived)?;
    // What others have sent is a file to keep, whatever they called it.
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{sha256}\"")),
    ];
    let mut response = (headers, kept.bytes).into_response();
    response.extensions_mut().insert(Immutable);
    Ok(response)
}
