//! Which documents wait for a person to decide, and what does the record have of them?
//!
//! Invariant: an item's state follows from the log and from what was decided. It is accepted when the log holds its commands,
//! whatever a row says; a decision holds for the content of the document that was decided on.

mod asked;
mod regulation;
mod states;

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::Value;

pub use self::asked::{InboxFilter, SOURCES, item_key};
pub use self::states::{DismissalReason, InboxState, InboxVerdict, ItemState};
use super::{Answers, Ask, AskError};
use crate::domain::agreement::Agreement;
use crate::domain::command::{Command, Intent};
use crate::domain::ids::{Actor, AgreementId, CommandId};
use crate::domain::meeting::{Meeting, Named, Offer, Record, meet, offer};
use crate::domain::milestone::Detail;
use crate::domain::reading::{ECFR, Field, Listed, Proposal, Published, Reading, read_published};
use crate::domain::source::{Capture, Source};
use crate::domain::words::{Listing, Possible, Reliability, Word};
use crate::record::import::open;
use crate::store::{DocumentKey, KeptCapture, KeptDecision, KeptDocument};

/// A document that may belong in the record.
#[derive(Debug, Clone)]
pub struct Item {
    /// The document by its source, its number and its day, which stay when its text changes.
    pub key: DocumentKey,
    /// The hash of the content that was read.
    pub content_hash: String,
    /// The fields of the document.
    pub published: Published,
    /// The URL at which people read the document.
    pub url: Option<String>,
    /// What the program reads in the document.
    pub reading: Reading,
    /// Whether its bytes are here; a reading without them is not to be relied on.
    pub readable: bool,
    /// What was received of it, the newest of each part.
    pub captures: Vec<Received>,
    /// What it proposes, and what the record has of each proposal.
    pub proposals: Vec<Met>,
    /// The passages of its whole text that proposals rest on, each with what stands around it.
    pub passages: Vec<Passage>,
    /// The state of the document.
    pub state: ItemState,
    /// The last decision, whatever became of it since.
    pub decided: Option<KeptDecision>,
}

/// Bytes that were received of a document, by their digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Which part of the document it is: `detail` or `text`.
    pub part: String,
    /// The SHA-256 of the bytes, in small hexadecimal digits.
    pub sha256: String,
    /// The media type that came with them.
    pub media_type: String,
    /// When they were received.
    pub fetched_at: DateTime<Utc>,
}

/// The path at which the bytes of a digest are given, where they were received here.
#[must_use]
pub fn captured_at(sha256: &str) -> String {
    format!("/v1/captures/{sha256}")
}

impl Received {
    fn of(capture: &KeptCapture) -> Self {
        let KeptCapture { part, sha256, media_type, fetched_at, .. } = capture.clone();
        Self { part, sha256, media_type, fetched_at }
    }
}

/// A passage of a document's whole text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The byte of the whole text at which it begins.
    pub from: usize,
    /// The text as it came.
    pub text: String,
}

/// How many bytes are shown around the words that a proposal rests on.
const AROUND: usize = 300;

/// A proposal beside the record.
#[derive(Debug, Clone)]
pub struct Met {
    /// The milestone that the document proposes.
    pub proposal: Proposal,
    /// The agreement that it is about.
    pub agreement: AgreementId,
    /// How the proposal compares with what is on record.
    pub meeting: Meeting,
    /// What would record it; nothing where nothing is offered.
    pub offer: Offer,
    /// Whether the log holds its command.
    pub recorded: bool,
    /// The id of its first command, always the same.
    pub command: CommandId,
}

impl Met {
    /// The commands that record it, by an actor.
    #[must_use]
    pub fn commands(&self, actor: &Actor) -> Vec<Command> {
        let command = |intent: &Intent| match intent {
            Intent::OpenAgreement => open(self.agreement.clone(), actor.clone()),
            intent => Command {
                id: self.command,
                agreement: self.agreement.clone(),
                expected_version: None,
                actor: actor.clone(),
                intent: intent.clone(),
            },
        };
        self.offer.iter().map(command).collect()
    }
}

/// The newest content of each document, with its bytes.
struct Found {
    document: KeptDocument,
    detail: Option<KeptCapture>,
    text: Option<KeptCapture>,
}

impl Answers {
    /// The items of a source, the oldest document first.
    ///
    /// # Errors
    /// [`AskError`] when the log or the tables cannot be read.
    pub async fn inbox(&self, source: &str) -> Result<Vec<Item>, AskError> {
        let store = self.reader().store();
        let mut found: BTreeMap<(NaiveDate, String), Found> = BTreeMap::new();
        for document in store.documents_that_may_be_ours(source).await? {
            let key = (document.key.published_on, document.key.number.clone());
            let entry =
                found.entry(key).or_insert_with(|| Found { document: document.clone(), detail: None, text: None });
            if document.first_seen >= entry.document.first_seen {
                entry.document = document;
            }
        }
        for capture in store.captures(source).await? {
            if let Some(of) = found.get_mut(&(capture.key.published_on, capture.key.number.clone())) {
                let part = if capture.part == "text" { &mut of.text } else { &mut of.detail };
                *part = Some(capture);
            }
        }
        let mut decisions: BTreeMap<DocumentKey, KeptDecision> = BTreeMap::new();
        for decision in store.decisions(source).await? {
            decisions.insert(decision.key.clone(), decision);
        }
        let mut items = Vec::with_capacity(found.len());
        let mut listed = None;
        for of in found.into_values() {
            let decided = decisions.remove(&of.document.key);
            items.push(self.item(of, decided, &mut listed).await?);
        }
        Ok(items)
    }

    /// A document as it stands now; `listed` is the list of the text before it, where it is one of the regulation.
    async fn item(
        &self,
        found: Found,
        decided: Option<KeptDecision>,
        listed: &mut Option<Listed>,
    ) -> Result<Item, AskError> {
        let Found { document, detail, text } = found;
        let captures = [&detail, &text].into_iter().flatten().map(Received::of).collect();
        let body: Value = serde_json::from_str(&document.body).unwrap_or_default();
        let published = Published::of(&body);
        let received = text;
        let text = received.as_ref().map(|text| String::from_utf8_lossy(&text.bytes).into_owned());
        let is_list = document.key.source == ECFR;
        let reading = if is_list {
            let (reading, list) = self.read_list(text.as_deref(), &published, listed.as_ref()).await?;
            *listed = list.or(listed.take());
            reading
        } else {
            read_published(&published, text.as_deref())
        };
        let url = body.get("html_url").and_then(Value::as_str).map(ToOwned::to_owned);
        let mut proposals = Vec::new();
        if let Reading::Proposals(told) = &reading {
            let received = if is_list { received.as_ref() } else { detail.as_ref() };
            let cited = Cited { key: &document.key, published: &published, body: &body, url: &url, received };
            for (ordinal, proposal) in told.iter().enumerate() {
                proposals.push(self.met(proposal, ordinal, &cited).await?);
            }
        }
        let readable = if is_list { received.is_some() } else { detail.is_some() };
        let passages = text.as_deref().map(|text| passages(text, &proposals)).unwrap_or_default();
        let state = state(&reading, &proposals, decided.as_ref(), &document.content_hash, self.today());
        Ok(Item {
            key: document.key,
            content_hash: document.content_hash,
            published,
            url,
            readable,
            captures,
            reading,
            proposals,
            passages,
            state,
            decided,
        })
    }

    async fn met(&self, proposal: &Proposal, ordinal: usize, cited: &Cited<'_>) -> Result<Met, AskError> {
        let agreement = self.agreement_id("rdp", proposal.partner)?;
        let streams = self.streams(std::slice::from_ref(&agreement)).await?;
        let events = streams.get(&agreement).map(|events| events.as_slice()).unwrap_or_default();
        let record = Agreement::of(events);
        let listed_before = self.listed_before(&agreement, proposal).await?;
        let citation = cited.body.get("citation").and_then(Value::as_str);
        let named = Named { number: &cited.key.number, citation };
        let asked = Record { agreement: &record, listed_before };
        let (meeting, detail) = match proposal.detail {
            // What was seen on a day contradicts nothing that was seen on another.
            Detail::Observed { .. } => (Meeting::New { opens: !record.opened }, proposal.detail.clone()),
            _ => meet(proposal, &named, &asked, self.today()),
        };
        let command = CommandId::named(&format!(
            "inbox:{}@{}/{agreement}/{}/{ordinal}",
            cited.key.number,
            cited.key.published_on,
            proposal.detail.kind()
        ));
        let summary = summary(&detail, cited);
        let offer = offer(proposal, &detail, &meeting, &cited.source(self.today()), &record, &summary);
        let recorded = events.iter().any(|event| event.command.id == command.id);
        Ok(Met { proposal: proposal.clone(), agreement, meeting, offer, recorded, command })
    }

    /// How the partner was listed on the day before the proposal's, where the proposal lists it.
    async fn listed_before(
        &self,
        agreement: &AgreementId,
        proposal: &Proposal,
    ) -> Result<Option<Possible<Listing>>, AskError> {
        let Detail::Listed { .. } = proposal.detail else { return Ok(None) };
        let Some(before) = proposal.occurred.checked_sub_days(Days::new(1)) else { return Ok(None) };
        let ask = Ask { as_of: Some(before), ..Ask::default() };
        let pin = self.pin(&ask, self.position()).await?;
        Ok(Some(self.status_of_any_log(agreement, &pin).await?.listings))
    }
}

/// What the source of a proposal is made from.
struct Cited<'a> {
    key: &'a DocumentKey,
    published: &'a Published,
    body: &'a Value,
    url: &'a Option<String>,
    /// What was received of it, from which it was read.
    received: Option<&'a KeptCapture>,
}

impl Cited<'_> {
    /// Who published it.
    fn publisher(&self) -> &'static str {
        if self.key.source == ECFR { "eCFR" } else { "Federal Register" }
    }

    fn title(&self) -> String {
        let title = self.published.title.as_ref().map_or("", |title| title.raw.as_str());
        plain(title, 1_000)
    }

    fn source(&self, today: NaiveDate) -> Source {
        Source {
            title: self.title(),
            url: self.url.clone(),
            publisher: Some(self.publisher().to_owned()),
            citation: self.body.get("citation").and_then(Value::as_str).map(|citation| plain(citation, 200)),
            document_number: (self.key.source != ECFR).then(|| self.key.number.clone()),
            published_on: Some(self.key.published_on),
            accessed_on: self.received.map(|received| received.fetched_at.date_naive().min(today)),
            archived_url: None,
            reliability: Reliability::Primary,
            tells: None,
            capture: self.received.map(|of| Capture { sha256: of.sha256.clone(), fetched_at: of.fetched_at }),
        }
    }
}

/// The passages of a text that proposals rest on, in order; those that touch are one.
fn passages(text: &str, proposals: &[Met]) -> Vec<Passage> {
    let marks = proposals.iter().flat_map(|met| &met.proposal.span).filter(|mark| mark.field == Field::Text);
    let mut stretches: Vec<(usize, usize)> = marks
        .map(|mark| {
            let (from, to) = (mark.from.saturating_sub(AROUND), mark.to.saturating_add(AROUND).min(text.len()));
            (text.floor_char_boundary(from), text.ceil_char_boundary(to))
        })
        .collect();
    stretches.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (from, to) in stretches {
        match joined.last_mut().filter(|(_, end)| from <= *end) {
            Some((_, end)) => *end = to.max(*end),
            None => joined.push((from, to)),
        }
    }
    let passage = |(from, to): (usize, usize)| Some(Passage { from, text: text.get(from..to)?.to_owned() });
    joined.into_iter().filter_map(passage).collect()
}

/// A text without what the record refuses, and not longer than it takes.
fn plain(text: &str, most: usize) -> String {
    let clean = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    clean.take(most).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn summary(detail: &Detail, cited: &Cited<'_>) -> String {
    let kind = detail.kind().to_string().replace('_', " ");
    let (publisher, published_on) = (cited.publisher(), cited.key.published_on);
    plain(&format!("By the {publisher} of {published_on}: {kind}. {}", cited.title()), 1_000)
}

/// The state of a document in the inbox.
fn state(
    reading: &Reading,
    proposals: &[Met],
    decided: Option<&KeptDecision>,
    content_hash: &str,
    today: NaiveDate,
) -> ItemState {
    let decided = decided.filter(|decision| decision.content_hash == content_hash);
    let settled = |met: &Met| met.recorded || matches!(met.meeting, Meeting::Known(_));
    if matches!(reading, Reading::Proposals(_)) && proposals.iter().all(settled) {
        // What a person made of it may be recorded by another command than its own.
        let accepted = decided.is_some_and(|decision| decision.verdict == InboxVerdict::Accept.as_str());
        let recorded = accepted || proposals.iter().any(|met| met.recorded);
        return if recorded { ItemState::Accepted } else { ItemState::Known };
    }
    let Some(decision) = decided else { return ItemState::Waiting };
    match (InboxVerdict::parse(&decision.verdict), decision.until) {
        (Ok(InboxVerdict::Dismiss), _) => ItemState::Dismissed,
        (Ok(InboxVerdict::Snooze), Some(until)) if today < until => ItemState::Snoozed(until),
        _ => ItemState::Waiting,
    }
}
