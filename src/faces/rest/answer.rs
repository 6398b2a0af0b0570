//! How does an answer travel: as JSON, or as rows for a spreadsheet?
//!
//! Invariant: a row says nothing that the JSON does not say, carries its date and knowledge, and holds no formula.

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;

use super::error::RestError;
use super::question::Question;
use crate::answers::view::List;
use crate::answers::{Lasting, Pin};
use crate::faces::sheet;

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON, as GraphQL gives it for one fixed selection.
    Json,
    /// Comma-separated values (RFC 4180), a header first.
    Csv,
    /// The same behind a byte order mark, without which Excel does not read UTF-8.
    Excel,
}

/// A column's name, and where its value is in a row's JSON (RFC 6901).
pub type Column = (&'static str, &'static str);

/// How an answer's JSON becomes rows.
pub struct Sheet {
    /// Where the rows are in the answer; a single value there is one row.
    pub rows: &'static str,
    /// The columns, in groups, [`PINNED`] or the like among them; what a row does not have is taken from the answer around
    /// it.
    pub columns: &'static [&'static [Column]],
}

/// The columns that name the agreement of a row.
pub const AGREEMENT: &[Column] = &[("id", "/id"), ("countryCode", "/country/code"), ("countryName", "/country/name")];

/// The date and the knowledge that a row carries, from the answer around it.
pub const PINNED: &[Column] =
    &[("asOf", "/asOf"), ("knownAt", "/knownAt"), ("basis", "/basis"), ("position", "/position")];

impl Format {
    /// Whether an answer in this form is rows.
    #[must_use]
    pub const fn is_sheet(self) -> bool {
        matches!(self, Self::Csv | Self::Excel)
    }

    /// An answer in this form.
    ///
    /// # Errors
    /// When it cannot be written as CSV.
    pub fn respond(self, pin: &Pin, answer: &impl Serialize, shape: &Sheet) -> Result<Response, RestError> {
        let mut response = match self {
            Self::Json => Json(answer).into_response(),
            Self::Csv | Self::Excel => {
                let mark = if self == Self::Excel { sheet::MARK } else { "" };
                let body = csv(mark, &serde_json::to_value(answer)?, shape)?;
                ([(header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present")], body).into_response()
            }
        };
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
        response.extensions_mut().insert(Lasting(pin.lasting));
        Ok(response)
    }

    /// A part of a list in this form, with a link to the next part (RFC 8288).
    ///
    /// # Errors
    /// As [`Format::respond`].
    pub fn respond_with_next<A: Serialize, T: Serialize>(
        self,
        question: &Question,
        pin: &Pin,
        list: &List<A, T>,
        sheet: &Sheet,
    ) -> Result<Response, RestError> {
        let mut response = self.respond(pin, list, sheet)?;
        let link = |key| HeaderValue::from_str(&format!("<{}>; rel=\"next\"", question.after(key))).ok();
        response.headers_mut().extend(list.next().and_then(link).map(|link| (header::LINK, link)));
        Ok(response)
    }
}

fn csv(mark: &str, answer: &Value, shape: &Sheet) -> Result<Vec<u8>, csv::Error> {
    let mut writer = sheet::writer(mark.as_bytes().to_vec());
    let columns = || shape.columns.iter().copied().flatten();
    writer.write_record(columns().map(|(name, _)| name))?;
    let rows = match answer.pointer(shape.rows) {
        Some(Value::Array(rows)) => rows.as_slice(),
        Some(row) => std::slice::from_ref(row),
        None => &[],
    };
    for row in rows {
        writer.write_record(columns().map(|(_, place)| cell(row.pointer(place).or_else(|| answer.pointer(place)))))?;
    }
    // What a list leaves out because it is only possible: a row that says so, for whoever reads the table alone.
    if let Some(line) = answer.get("possibly").and_then(Value::as_str) {
        let rest = columns().skip(1).map(|_| String::new());
        writer.write_record(std::iter::once(sheet::inert(line)).chain(rest))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// A value as a cell: a list's values stand side by side.
fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => sheet::inert(text),
        Some(Value::Array(values)) => values.iter().map(|value| cell(Some(value))).collect::<Vec<_>>().join(" "),
        Some(other) => other.to_string(),
    }
}
