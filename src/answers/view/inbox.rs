//! What does a document in the inbox look like, with what it proposes and what was decided?
//!
//! Invariant: a proposal is no fact: it says what a document claims, from which words, and what the record has of it.
//! Text of others does nothing to the program that shows it.

use async_graphql::SimpleObject;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Agreement, Date, Detail, Instant, List, PageInfo, Term, UncertainDate, Url};
use crate::answers::{
    DismissalReason, InboxState, InboxVerdict, Item, ItemState, Met, Received, Slice, captured_at, item_key,
};
use crate::domain::decide::shown_link;
use crate::domain::ids::MilestoneId;
use crate::domain::meeting::{Meeting, MeetingKind};
use crate::domain::milestone;
use crate::domain::reading::{Doubt, DoubtKind, Marked, Mention, Reading, ReadingKind, Unclear, UnclearReason};
use crate::domain::text::harmless;
use crate::domain::words::{MilestoneKind, Word};
use crate::store::KeptDecision;

/// A document that may belong in the record, with the milestones that it proposes and what a person decided.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct InboxItem {
    /// The outside source at which the document was found, such as `federal-register`.
    pub source: String,
    /// The number of the document at its source.
    pub number: String,
    /// The day on which the document was published. Before 2016 the Federal Register reused numbers, so only the number
    /// and the day together identify a document.
    pub published_on: Date,
    /// The SHA-256 of what the document says. A decision has to give it, so that nobody decides on a text that they did
    /// not see.
    pub content_hash: String,
    /// The title of the document; null when the document has none.
    pub title: Option<String>,
    /// The URL at which people read the document; null when its source gives none.
    pub url: Option<Url>,
    /// The state of the document in the inbox.
    pub state: Term<InboxState>,
    /// The day on which a document that was put aside waits again; null when it is not put aside.
    pub snoozed_until: Option<Date>,
    /// What the program concludes from reading the document.
    pub reading: Term<ReadingKind>,
    /// Why a person has to look at a document that proposes nothing; null when it proposes something.
    pub unclear_because: Option<Term<UnclearReason>>,
    /// The number of the document that this one corrects, extends or withdraws; null when there is no such document, or
    /// its number is not known.
    pub about_document: Option<String>,
    /// The milestones that the document proposes, each compared with what is on record.
    pub proposals: Vec<InboxProposal>,
    /// Older signatures that the document mentions in passing. The program shows them and never proposes them.
    pub mentions: Vec<InboxMention>,
    /// The bytes of the document that the program has received; empty when the program has only its entry in a search
    /// result. Do not rely on the reading then.
    pub captures: Vec<InboxCapture>,
    /// The last decision on the document; null when nobody has decided.
    pub decision: Option<InboxDecision>,
}

/// A milestone that a document proposes.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct InboxProposal {
    /// The number of the proposal within its document, counted from 1.
    pub number: usize,
    /// The agreement that the proposal is about.
    #[graphql(skip)]
    pub agreement: Agreement,
    /// The kind of the milestone.
    pub kind: Term<MilestoneKind>,
    /// The day of the milestone; it may lie in the future.
    pub occurred: Date,
    /// The details that belong to the milestone's kind.
    #[graphql(skip)]
    pub detail: Detail,
    /// The passages of the document from which the server derived the proposal.
    pub read_from: Vec<InboxMark>,
    /// What may be wrong with the proposal.
    pub doubts: Vec<Term<DoubtKind>>,
    /// How the proposal compares with what is on record.
    pub meeting: Term<MeetingKind>,
    /// The id of the recorded milestone that the proposal repeats, corrects or contradicts; null when there is none.
    #[graphql(skip)]
    pub milestone_id: Option<MilestoneId>,
    /// The date of the recorded milestone, when the document gives another one; null otherwise.
    pub recorded_date: Option<UncertainDate>,
    /// Whether accepting the proposal would record something.
    pub offered: bool,
    /// Whether a person accepted the proposal: the log has the events of its command.
    pub recorded: bool,
    /// The same details as the domain has them.
    #[serde(skip)]
    #[graphql(skip)]
    pub told: milestone::Detail,
    /// The same agreement as the domain has it.
    #[serde(skip)]
    #[graphql(skip)]
    pub of: crate::domain::ids::AgreementId,
}

/// Words of a document in which the program read something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct InboxMark {
    /// The field of the document: `title`, `abstract`, `dates`, `action` or `text`.
    pub field: &'static str,
    /// The words as they stand in the document.
    pub words: String,
}

/// An older signature that a document mentions in passing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct InboxMention {
    /// The name of the partner country.
    pub country_name: &'static str,
    /// The day that the document gives for the signature.
    pub on: Date,
    /// The words as they stand in the document.
    pub words: String,
}

/// Bytes of a document as the program received them. The SHA-256 of the bytes at `path` is `sha256`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct InboxCapture {
    /// Which part of the document the bytes are: `detail`, the description that its source gives, or `text`, its whole
    /// text.
    pub part: String,
    /// The SHA-256 of the bytes, in 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// The media type that the source gave for the bytes.
    pub media_type: String,
    /// The instant at which the program received the bytes.
    pub fetched_at: Instant,
    /// The path at which this server returns the bytes.
    pub path: String,
}

/// What a person decided about a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct InboxDecision {
    /// What the person decided.
    pub verdict: Term<InboxVerdict>,
    /// Why the document was dismissed; null when it was not dismissed.
    pub reason: Option<Term<DismissalReason>>,
    /// What the person added in their own words; null when they added nothing.
    pub note: Option<String>,
    /// The day until which the document was put aside; null when it was not put aside.
    pub until: Option<Date>,
    /// The public name under which the person decided.
    pub by: String,
    /// The instant of the decision.
    pub at: Instant,
    /// Whether the document has changed since the decision.
    pub outdated: bool,
}

impl InboxItem {
    /// A document as it stands now.
    #[must_use]
    pub fn of(item: &Item) -> Self {
        let about = match &item.reading {
            Reading::Unclear(Unclear::AboutAnother { of }) => of.clone(),
            _ => None,
        };
        let unclear = match &item.reading {
            Reading::Unclear(unclear) => Some(Term(unclear.kind())),
            _ => None,
        };
        Self {
            source: item.key.source.clone(),
            number: item.key.number.clone(),
            published_on: Date(item.key.published_on),
            content_hash: item.content_hash.clone(),
            title: item.published.title.as_ref().map(|title| harmless(&title.raw).into_owned()),
            url: item.url.as_deref().map(|url| Url(shown_link(url).to_owned())),
            state: Term(item.state.word()),
            snoozed_until: match item.state {
                ItemState::Snoozed(until) => Some(Date(until)),
                _ => None,
            },
            reading: Term(item.reading.kind()),
            unclear_because: unclear,
            about_document: about,
            proposals: (1..).zip(&item.proposals).map(|(number, met)| InboxProposal::of(number, met)).collect(),
            mentions: item.reading.mentions(&item.published).iter().map(InboxMention::of).collect(),
            captures: item.captures.iter().map(InboxCapture::of).collect(),
            decision: item.decided.as_ref().and_then(|decided| InboxDecision::of(decided, &item.content_hash)),
        }
    }
}

impl InboxProposal {
    fn of(number: usize, met: &Met) -> Self {
        let Met { proposal, agreement, meeting, offer, recorded, .. } = met;
        Self {
            number,
            agreement: agreement.into(),
            kind: Term(proposal.detail.kind()),
            occurred: Date(proposal.occurred),
            detail: proposal.detail.clone().into(),
            read_from: proposal.span.iter().map(InboxMark::of).collect(),
            doubts: proposal.doubts.iter().map(|doubt: &Doubt| Term(doubt.kind())).collect(),
            meeting: Term(meeting.kind()),
            milestone_id: Meeting::milestone(meeting),
            recorded_date: meeting.told().map(UncertainDate),
            offered: !recorded && !offer.is_empty(),
            recorded: *recorded,
            told: proposal.detail.clone(),
            of: agreement.clone(),
        }
    }
}

impl InboxMark {
    fn of(mark: &Marked) -> Self {
        Self { field: mark.field.as_str(), words: harmless(&mark.words).into_owned() }
    }
}

impl InboxMention {
    fn of(mention: &Mention) -> Self {
        let words = harmless(&mention.mark.words).into_owned();
        Self { country_name: mention.partner.name(), on: Date(mention.on), words }
    }
}

impl InboxCapture {
    fn of(received: &Received) -> Self {
        Self {
            part: received.part.clone(),
            sha256: received.sha256.clone(),
            media_type: received.media_type.clone(),
            fetched_at: Instant(received.fetched_at),
            path: captured_at(&received.sha256),
        }
    }
}

impl InboxDecision {
    /// A decision; `None` of one that a later release has written and this one does not know.
    fn of(decided: &KeptDecision, content_hash: &str) -> Option<Self> {
        Some(Self {
            verdict: Term(InboxVerdict::parse(&decided.verdict).ok()?),
            reason: decided.reason.as_deref().and_then(|reason| DismissalReason::parse(reason).ok()).map(Term),
            note: decided.note.as_deref().map(|note| harmless(note).into_owned()),
            until: decided.until.map(Date),
            by: decided.actor.clone(),
            at: Instant(decided.decided_at),
            outdated: decided.content_hash != content_hash,
        })
    }
}

/// A part of the list of documents, the oldest publication first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InboxList {
    /// The number of documents in the whole list.
    pub total_count: usize,
    /// The first and the last key of this part, and whether other parts come before and after it.
    pub page_info: PageInfo,
    /// The documents of this part.
    pub nodes: Vec<InboxItem>,
}

impl InboxList {
    /// A slice of the documents as a part of the list. It has no date and no position, since documents are in no log.
    #[must_use]
    pub fn of(slice: &Slice<Item>) -> Self {
        let nodes = slice.items.iter().map(InboxItem::of).collect();
        let List { total_count, page_info, nodes, .. } = List::of((), slice, nodes, item_key);
        Self { total_count, page_info, nodes }
    }

    /// The key after which the next part begins; `None` at the end of the list.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.page_info.end_cursor.as_deref().filter(|_| self.page_info.has_next_page)
    }
}
