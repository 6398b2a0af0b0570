//! What waits for a person to decide, and how does it meet the record?
//!
//! Invariant: an item's state follows from the log and from what was decided. It is accepted when the log holds its commands,
//! whatever a row says; a decision holds for the content of the document that was decided on.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde_json::Value;

use super::{Answers, Ask, AskError};
use crate::domain::agreement::Agreement;
use crate::domain::command::{Command, Intent};
use crate::domain::ids::{Actor, AgreementId, CommandId};
use crate::domain::meeting::{Meeting, Named, Offer, Record, meet, offer};
use crate::domain::milestone::Detail;
use crate::domain::reading::{Field, Proposal, Published, Reading, read_published};
use crate::domain::source::{Capture, Source};
use crate::domain::words::{Listing, Possible, Reliability};
use crate::import::open;
use crate::store::{DocumentKey, KeptCapture, KeptDecision, KeptDocument};

/// The state of a document in the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemState {
    /// The document waits for the decision of a person.
    Waiting,
    /// It comes back by itself on a day.
    Snoozed(NaiveDate),
    /// The log holds what it proposes, by its own commands.
    Accepted,
    /// Somebody decided that it does not belong in the record.
    Dismissed,
    /// The record has it already.
    Known,
}

impl ItemState {
    /// The frozen spelling of the state.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Snoozed(_) => "snoozed",
            Self::Accepted => "accepted",
            Self::Dismissed => "dismissed",
            Self::Known => "known",
        }
    }
}

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
    /// What it proposes, and how each meets the record.
    pub proposals: Vec<Met>,
    /// The passages of its whole text that proposals rest on, each with what stands around it.
    pub passages: Vec<Passage>,
    /// The state of the document.
    pub state: ItemState,
    /// The last decision, whatever became of it since.
    pub decided: Option<KeptDecision>,
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
    /// What the record has of the proposal.
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
        for of in found.into_values() {
            let decided = decisions.remove(&of.document.key);
            items.push(self.item(of, decided).await?);
        }
        Ok(items)
    }

    async fn item(&self, found: Found, decided: Option<KeptDecision>) -> Result<Item, AskError> {
        let Found { document, detail, text } = found;
        let body: Value = serde_json::from_str(&document.body).unwrap_or_default();
        let published = Published::of(&body);
        let text = text.map(|text| String::from_utf8_lossy(&text.bytes).into_owned());
        let reading = read_published(&published, text.as_deref());
        let url = body.get("html_url").and_then(Value::as_str).map(ToOwned::to_owned);
        let mut proposals = Vec::new();
        if let Reading::Proposals(told) = &reading {
            let cited =
                Cited { key: &document.key, published: &published, body: &body, url: &url, detail: detail.as_ref() };
            for (ordinal, proposal) in told.iter().enumerate() {
                proposals.push(self.met(proposal, ordinal, &cited).await?);
            }
        }
        let passages = text.as_deref().map(|text| passages(text, &proposals)).unwrap_or_default();
        let state = state(&proposals, decided.as_ref(), &document.content_hash, self.today());
        Ok(Item {
            key: document.key,
            content_hash: document.content_hash,
            published,
            url,
            readable: detail.is_some(),
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
        let (meeting, detail) = meet(proposal, &named, &asked, self.today());
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
    detail: Option<&'a KeptCapture>,
}

impl Cited<'_> {
    fn title(&self) -> String {
        let title = self.published.title.as_ref().map_or("", |title| title.raw.as_str());
        plain(title, 1_000)
    }

    fn source(&self, today: NaiveDate) -> Source {
        Source {
            title: self.title(),
            url: self.url.clone(),
            publisher: Some("Federal Register".to_owned()),
            citation: self.body.get("citation").and_then(Value::as_str).map(|citation| plain(citation, 200)),
            document_number: Some(self.key.number.clone()),
            published_on: Some(self.key.published_on),
            accessed_on: self.detail.map(|detail| detail.fetched_at.date_naive().min(today)),
            archived_url: None,
            reliability: Reliability::Primary,
            tells: None,
            capture: self.detail.map(|detail| Capture { sha256: detail.sha256.clone(), fetched_at: detail.fetched_at }),
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
    plain(&format!("By the Federal Register of {}: {kind}. {}", cited.key.published_on, cited.title()), 1_000)
}

/// The state of a document in the inbox.
fn state(proposals: &[Met], decided: Option<&KeptDecision>, content_hash: &str, today: NaiveDate) -> ItemState {
    let all = |what: &dyn Fn(&Met) -> bool| !proposals.is_empty() && proposals.iter().all(what);
    let known = |met: &Met| matches!(met.meeting, Meeting::Known(_));
    if all(&|met| met.recorded || known(met)) {
        return if proposals.iter().any(|met| met.recorded) { ItemState::Accepted } else { ItemState::Known };
    }
    match decided {
        Some(decision) if decision.content_hash == content_hash => match (decision.verdict.as_str(), decision.until) {
            ("dismiss", _) => ItemState::Dismissed,
            ("snooze", Some(until)) if today < until => ItemState::Snoozed(until),
            _ => ItemState::Waiting,
        },
        _ => ItemState::Waiting,
    }
}
