//! What does a milestone look like from outside?
//!
//! Invariant: the same fields as GraphQL's, as known at the pin; `detail` has what belongs to the kind, and nothing else.

use serde_json::{Value, json};

use super::words::{bounds, state, word};
use crate::answers::{Contradiction, OneTelling, Shown};
use crate::domain::agreement::own_telling;
use crate::domain::decide::shown_link;
use crate::domain::ids::AgreementId;
use crate::domain::milestone::{Detail, Milestone, Seen, Signing};
use crate::domain::source::Source;
use crate::domain::text::harmless;
use crate::domain::time::{UncertainDate, instant_text};
use crate::domain::words::Word;
use crate::projections::sentence::preferred;

/// A milestone as a dossier shows it.
pub fn milestone(agreement: &AgreementId, shown: &Shown<'_>) -> Value {
    let content = &shown.entry.milestone;
    json!({
        "id": shown.id,
        "agreementId": agreement.to_string(),
        "kind": word(content.kind()),
        "state": state(shown.entry.state),
        "occurred": bounds(shown.telling.date),
        "effective": content.effective.map(bounds),
        "evidence": word(shown.telling.evidence),
        "summary": harmless(&content.summary),
        "sources": shown.sources().map(|told| source(told, content)).collect::<Vec<_>>(),
        "recordedAt": instant_text(shown.entry.recorded_at),
        "position": shown.entry.position,
        "round": shown.round,
        "contradiction": shown.contradiction().map(|contradiction| contradicted(&contradiction, content)),
        "detail": detail(&content.detail),
    })
}

fn contradicted(contradiction: &Contradiction<'_>, milestone: &Milestone) -> Value {
    let telling = |telling: &OneTelling<'_>| {
        json!({
            "source": source(telling.source, milestone),
            "position": telling.position,
            "preferred": telling.preferred,
        })
    };
    json!({
        "by": word(contradiction.by),
        "why": preferred(contradiction.by),
        "tellings": contradiction.tellings.iter().map(telling).collect::<Vec<_>>(),
    })
}

fn source(source: &Source, milestone: &Milestone) -> Value {
    let telling = source.tells.unwrap_or_else(|| own_telling(milestone));
    let mut tells = bounds(telling.date);
    tells["evidence"] = word(telling.evidence).into();
    json!({
        "title": harmless(&source.title),
        "url": source.url.as_deref().map(shown_link),
        "publisher": source.publisher,
        "citation": source.citation,
        "documentNumber": source.document_number,
        "publishedOn": source.published_on,
        "accessedOn": source.accessed_on,
        "archivedUrl": source.archived_url.as_deref().map(shown_link),
        "reliability": word(source.reliability),
        "tells": tells,
        "capture": source.capture.as_ref().map(|capture| {
            json!({ "sha256": capture.sha256, "fetchedAt": instant_text(capture.fetched_at) })
        }),
    })
}

fn detail(detail: &Detail) -> Value {
    match detail {
        Detail::NoticePublished { purpose, document_number, citation, comments_close_on } => json!({
            "purpose": word(*purpose),
            "documentNumber": document_number,
            "citation": citation,
            "commentsCloseOn": comments_close_on,
        }),
        Detail::DomesticApproval { body } => json!({ "body": body }),
        Detail::DeterminationMade { scope } => json!({ "scope": scope.map(word) }),
        Detail::Signed { signings } => json!({ "signings": signings.iter().map(signing).collect::<Vec<_>>() }),
        Detail::EnteredIntoForce { until } | Detail::Renewed { until } => until_when(*until),
        Detail::Listed { listing } | Detail::ListingChanged { listing } => json!({ "listing": word(*listing) }),
        Detail::Observed { seen } => observed(seen),
        Detail::IntentAnnounced {}
        | Detail::CommentsClosed {}
        | Detail::TextAgreed {}
        | Detail::Delisted {}
        | Detail::Amended {}
        | Detail::Suspended {}
        | Detail::Resumed {}
        | Detail::Expired {}
        | Detail::Terminated {}
        | Detail::Withdrawn {}
        | Detail::Noted {} => json!({}),
    }
}

fn until_when(until: Option<UncertainDate>) -> Value {
    json!({ "until": until.map(bounds) })
}

fn signing(signing: &Signing) -> Value {
    json!({ "on": bounds(signing.on), "place": signing.place, "signatories": signing.signatories })
}

fn observed(seen: &Seen) -> Value {
    let (listings, standings) = match seen {
        Seen::Listing(listings) => (listings.as_slice(), [].as_slice()),
        Seen::Standing(standings) => ([].as_slice(), standings.as_slice()),
        Seen::Talks {} => ([].as_slice(), [].as_slice()),
    };
    json!({ "listings": all(listings), "standings": all(standings), "talks": matches!(seen, Seen::Talks {}) })
}

fn all<W: Word>(values: &[W]) -> Vec<String> {
    values.iter().map(|value| word(*value)).collect()
}
