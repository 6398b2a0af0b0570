//! What is wrong with a form, at which field, and what would be right?
//!
//! Invariant: each error names the field as people read it, and leads to it; what the record refuses is said in its own words
//! where a page has no better ones.

use axum::http::StatusCode;

use crate::domain::refusal::Refusal;
use crate::faces::pages::dates;

/// Something wrong with a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The control that it is about.
    pub at: String,
    /// What is wrong with it, in a sentence.
    pub said: String,
}

impl Wrong {
    /// Something wrong at a control.
    pub fn at(at: impl Into<String>, said: impl Into<String>) -> Self {
        Self { at: at.into(), said: said.into() }
    }

    /// The faults of a form from what the program refused.
    pub fn of(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::InTheFuture { field, date, today } => {
                let (at, name) = control(field);
                let (said, today) = (dates::said(*date), dates::day(*today));
                Self::at(at, format!("{name} is {}, which lies after today, {today}.", said.trim_start_matches("on ")))
            }
            Refusal::Field { field, problem } => {
                let (at, name) = control(field);
                Self::at(at, format!("{name} {problem}."))
            }
            Refusal::VersionConflict { .. } => Self::at(
                "kind",
                "Someone recorded something about this agreement since you looked. The preview shows what is so now: look again, and record it if it still holds.",
            ),
            Refusal::CommandReused(_) => Self::at(
                "kind",
                "This form was recorded already, as it was before. What stands in it now would be another entry: record it only if you want both.",
            ),
            refusal => Self::at("kind", format!("{}.", dates::large(&refusal.to_string()))),
        }
    }

    /// What would be allowed, where that takes more than the error.
    pub fn allowed(&self) -> &'static str {
        let name = self.at.split('-').next().unwrap_or_default();
        match name {
            "day" | "first" | "precision" | "signed_on" => {
                "The day it happened lies in the past, or is today. Only closing dates of comments, ends of terms and days of taking effect may lie ahead. A date that is not known to the day is given as a month, a year, or between two days."
            }
            "until" | "effective" | "tells" => {
                "A date is written 2017-12-28, 2017-12 or 2017, a span [2017-01-01..2017-03-31], and a day at the latest [..2017-12-28]."
            }
            "closes" | "published" | "accessed" => "A day of the calendar, such as 2017-12-28, or nothing.",
            "title" | "url" | "publisher" | "citation" | "number" | "archived" => {
                "Each source has a title, and an address that begins with http:// or https://, or else a citation or a publisher. A source of which every field is empty is left out."
            }
            "country" => "A country’s name in English, or its two letters in ISO 3166-1, such as LV.",
            "seen" => "Values of one kind: of the list, or of the agreement, or that talks were under way.",
            "summary" | "why" => "A sentence in plain text, of 2,000 characters at the most.",
            _ => "Choose what happened; where a kind has fields of its own, they stand below it once they are shown.",
        }
    }
}

/// The status of an answer that refuses.
pub fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::VersionConflict { .. } | Refusal::CommandReused(_) => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// The control and its name for a field as the record calls it.
fn control(field: &str) -> (String, String) {
    let (list, rest) = field.split_once('[').unwrap_or((field, ""));
    let (number, inner) = rest
        .split_once(']')
        .map_or((0, ""), |(number, inner)| (number.parse().unwrap_or(0_usize), inner.trim_start_matches('.')));
    if list == "sources" {
        let (at, name) = match inner.split('.').next().unwrap_or_default() {
            "url" => ("url", "The address"),
            "publisher" => ("publisher", "The publisher"),
            "citation" => ("citation", "The citation"),
            "document_number" => ("number", "The document number"),
            "published_on" => ("published", "The day of publication"),
            "accessed_on" => ("accessed", "The day of reading"),
            "archived_url" => ("archived", "The address of the copy"),
            "tells" => ("tells", "The date that it tells"),
            "capture" => ("sha256", "The SHA-256"),
            "title" => ("title", "The title"),
            _ => return ("title-0".to_owned(), "The list of sources".to_owned()),
        };
        return (format!("{at}-{number}"), format!("{name} of source {}", number + 1));
    }
    if list == "signings" {
        let (at, name) = match inner {
            "place" => ("signed_at", "The place"),
            "signatories" => ("signed_by", "A name"),
            _ => ("signed_on", "The day"),
        };
        return (format!("{at}-{number}"), format!("{name} of signing {}", number + 1));
    }
    let (at, name) = match list {
        "occurred" => ("day", "The day"),
        "effective" => ("effective", "The day of taking effect"),
        "evidence" => ("evidence", "The evidence"),
        "summary" => ("summary", "The sentence"),
        "why" => ("why", "The reason"),
        "until" => ("until", "The end of the term"),
        "comments_close_on" => ("closes", "The closing day"),
        "document_number" => ("notice_number", "The number of the notice"),
        "citation" => ("notice_citation", "The citation of the notice"),
        "body" => ("body", "The body"),
        "scope" | "listing" => ("listing", "The listing"),
        "seen" => ("seen", "What was seen"),
        _ => ("kind", "It"),
    };
    (at.to_owned(), name.to_owned())
}
