//! Which alerts have fired, and how do they stand?
//!
//! Invariant: the same alerts and fields as GraphQL's, each with the milestone that it rests on as known at the pin.

use std::cmp::Reverse;

use axum::extract::State;
use axum::response::Response;

use super::answer::{Column, PINNED, Sheet};
use super::error::RestError;
use super::question::{Question, whole};
use crate::answers::{AlertFilter, Answers};
use crate::domain::ids::Position;

const ALERT: &[Column] = &[
    ("alert", "/id"),
    ("state", "/state"),
    ("rule", "/rule"),
    ("id", "/agreement/id"),
    ("countryCode", "/agreement/country/code"),
    ("countryName", "/agreement/country/name"),
    ("kind", "/about/kind"),
    ("stage", "/about/stage"),
    ("since", "/about/since"),
    ("waitedDays", "/about/waitedDays"),
    ("limitDays", "/about/limitDays"),
    ("limitFrom", "/about/limitFrom"),
    ("deadline", "/about/deadline"),
    ("on", "/about/on"),
    ("webhookId", "/about/webhookId"),
    ("disabledAt", "/about/disabledAt"),
    ("milestone", "/milestone/id"),
    ("dueOn", "/dueOn"),
    ("late", "/late"),
    ("firedAt", "/firedAt"),
    ("firedPosition", "/firedPosition"),
    ("sentence", "/sentence"),
];
const SAID: &[Column] = &[
    ("acknowledgedBy", "/acknowledged/by"),
    ("acknowledgedAt", "/acknowledged/at"),
    ("acknowledgedNote", "/acknowledged/note"),
    ("silencedBy", "/silenced/by"),
    ("silencedUntil", "/silenced/until"),
    ("silencedWhy", "/silenced/why"),
    ("resolvedReason", "/resolved/reason"),
    ("resolvedAt", "/resolved/at"),
    ("resolvedBy", "/resolved/by"),
    ("resolvedWhy", "/resolved/why"),
    ("unfounded", "/resolved/unfounded"),
];
/// How alerts become rows: one row an alert.
pub const ALERTS: Sheet = Sheet { rows: "/nodes", columns: &[ALERT, SAID, PINNED] };

/// Answers `GET /v1/alerts`: the alerts, the last that fired first.
pub async fn alerts(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let filter = AlertFilter {
        instrument: question.some_instrument()?,
        countries: question.countries("country")?,
        rules: question.rules("rule")?,
        states: question.words("state")?,
        dormant: question.choice("dormant", &[("true", true), ("false", false)])?,
    };
    let ask = question.ask_about_a_day()?;
    let key = |text: &str| whole(text).map(|position| Reverse(Position(position)));
    let page = question.page("the position at which an alert fired, a whole number", key)?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let slice = answers.alerts(&pin, &filter, &page).await?;
    format.respond_with_next(&question, &pin, &answers.view_alerts(&slice, &pin).await?, &ALERTS)
}
