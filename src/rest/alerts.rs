//! Which alerts have fired, and how do they stand?
//!
//! Invariant: the same alerts and fields as GraphQL's, each with the milestone that it rests on as known at the pin.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::{Column, PINNED, Sheet, knowledge};
use super::error::RestError;
use super::lists::part;
use super::milestone::milestone;
use super::question::{Question, whole};
use super::words::{country, word};
use crate::answers::{AlertFilter, AlertRow, Answers, AskError, Dossier, Pin};
use crate::domain::alert::About;
use crate::domain::alert::subject::Subject;
use crate::domain::ids::{AgreementId, MilestoneId, Position};
use crate::domain::time::instant_text;
use crate::projections::changes::LATE_AFTER_DAYS;

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
const ALERTS: Sheet = Sheet { rows: "/nodes", columns: &[ALERT, SAID, PINNED] };

/// `GET /v1/alerts`.
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
    let agreements = slice.items.iter().filter_map(|row| row.alert.fired.what.subject.agreement());
    let dossiers = dossiers(&answers, agreements, &pin).await?;
    let nodes = slice.items.iter().map(|row| alert(row, &dossiers)).collect();
    let key = |row: &AlertRow| row.alert.fired.position.to_string();
    let (answer, next) = part(&question, knowledge(&pin), &slice, nodes, key);
    format.respond_with_next(&pin, answer, &ALERTS, next)
}

/// What was known of some agreements, read at once; nothing of those whose instrument this process does not know.
pub async fn dossiers<'a>(
    answers: &Answers,
    ids: impl Iterator<Item = &'a AgreementId>,
    pin: &Pin,
) -> Result<BTreeMap<AgreementId, Dossier>, AskError> {
    let mut ids: Vec<AgreementId> = ids.filter(|id| answers.instrument(id).is_ok()).cloned().collect();
    ids.sort_unstable();
    ids.dedup();
    let streams = answers.streams(&ids).await?;
    let dossier = |(id, events): (AgreementId, std::sync::Arc<Vec<_>>)| {
        Ok((id.clone(), answers.dossier(&id, &events, &pin.knowledge)?))
    };
    streams.into_iter().map(dossier).collect()
}

fn alert(row: &AlertRow, dossiers: &BTreeMap<AgreementId, Dossier>) -> Value {
    let (alert, fired) = (&row.alert, &row.alert.fired);
    let agreement = fired.what.subject.agreement();
    let of = |id| Some((id, dossiers.get(id)?));
    let dossier = agreement.and_then(of);
    let shown = |id: MilestoneId| dossier.and_then(|(of, dossier)| Some(milestone(of, &dossier.shown(id)?)));
    json!({
        "id": format!("alert/{}", alert.fingerprint),
        "fingerprint": alert.fingerprint.to_string(),
        "state": word(row.state),
        "rule": fired.what.rule.as_str(),
        "agreement": agreement.map(|id| json!({ "id": id.to_string(), "country": country(id.country) })),
        "about": about(&fired.what.subject, &fired.what.about),
        "milestone": fired.what.about.milestone().and_then(shown),
        "sentence": fired.what.told,
        "firedAt": instant_text(fired.at),
        "firedPosition": fired.position,
        "foundAtPosition": fired.what.position,
        "dueOn": fired.what.due,
        "late": alert.days_late() > LATE_AFTER_DAYS,
        "acknowledged": alert.acknowledged.as_ref().map(|said| json!({
            "by": said.by.as_str(),
            "at": instant_text(said.at),
            "note": said.what,
        })),
        "silenced": alert.silenced.as_ref().map(|said| json!({
            "by": said.by.as_str(),
            "at": instant_text(said.at),
            "why": said.what.why,
            "until": said.what.until,
        })),
        "resolved": alert.resolved.as_ref().map(|said| json!({
            "reason": word(said.what.by),
            "unfounded": said.what.unfounded,
            "milestone": said.what.milestone.and_then(shown),
            "why": said.what.why,
            "by": said.by.as_str(),
            "at": instant_text(said.at),
            "position": said.position,
        })),
        "version": alert.version,
        "position": alert.position,
    })
}

/// What an alert is about; the fields of the other kinds are null.
fn about(subject: &Subject, about: &About) -> Value {
    let (kind, fields) = match about {
        About::Stalled { stage, since, waited, limit, limit_from, .. } => {
            let fields = json!({
                "stage": word(*stage), "since": since, "waitedDays": waited, "limitDays": limit,
                "limitFrom": word(*limit_from),
            });
            ("STALLED", fields)
        }
        About::Deadline { deadline, on, .. } => ("DEADLINE", json!({ "deadline": word(*deadline), "on": on })),
        About::Contradiction { .. } => ("CONTRADICTION", json!({})),
        About::WebhookDisabled { at } => {
            ("WEBHOOK_DISABLED", json!({ "webhookId": subject.to_string(), "disabledAt": instant_text(*at) }))
        }
    };
    let of = |name: &str| fields.get(name).cloned().unwrap_or_default();
    json!({
        "kind": kind,
        "stage": of("stage"),
        "since": of("since"),
        "waitedDays": of("waitedDays"),
        "limitDays": of("limitDays"),
        "limitFrom": of("limitFrom"),
        "deadline": of("deadline"),
        "on": of("on"),
        "webhookId": of("webhookId"),
        "disabledAt": of("disabledAt"),
    })
}
