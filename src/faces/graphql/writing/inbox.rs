//! How does a person decide on a document of the inbox?
//!
//! Invariant: the desk (`work/desk.rs`) decides, as for the pages and the command line; a decision names the content that
//! the person saw, and an expected no is data.

use async_graphql::{Context, InputObject, Result, SimpleObject};

use super::milestone::MilestoneInput;
use super::preview::AgreementPreview;
use super::{Refusal, Warning, Written, actor, unwritable};
use crate::answers::view::{InboxItem, Term};
use crate::answers::{Answers, Item};
use crate::domain::codes::RefusalCode;
use crate::domain::command::Command;
use crate::domain::ids::Actor;
use crate::domain::refusal;
use crate::faces::graphql::agreement::Agreement;
use crate::faces::graphql::context::answers;
use crate::faces::graphql::error::outward;
use crate::faces::graphql::event::RecordedEvent;
use crate::faces::graphql::scalars::{Date, Position};
use crate::faces::graphql::words::DismissalReason;
use crate::record::tracker::{ExecuteError, Tracker};
use crate::work::desk::{self, Accepted, DeskError, Verdict, Wish};

/// Which document is decided on, and what it said.
#[derive(InputObject, Debug, Clone)]
pub struct Seen {
    /// The number of the document at its source, such as 2024-03705.
    number: String,
    /// The day of publication; needed only when several documents have the number.
    published_on: Option<Date>,
    /// The `contentHash` of the document that you read. The server refuses the decision when the document has changed
    /// since.
    content_hash: String,
}

/// A proposal to accept, as the document gives it or with content of your own.
#[derive(InputObject, Debug, Clone)]
pub struct AcceptedProposalInput {
    /// The number of the proposal within its document, counted from 1.
    number: u16,
    /// The milestone to record in place of the proposed one; when omitted, the proposed one. The sources stay those of
    /// the document.
    edited: Option<MilestoneInput>,
}

/// A document of the inbox, and which of its proposals to record. The server records all of them or none.
#[derive(InputObject, Debug, Clone)]
pub struct AcceptInboxItemInput {
    #[graphql(flatten)]
    seen: Seen,
    /// Which proposals to record; when omitted, all that are offered.
    proposals: Option<Vec<AcceptedProposalInput>>,
}

/// A document of the inbox to dismiss, with the reason.
#[derive(InputObject, Debug, Clone)]
pub struct DismissInboxItemInput {
    #[graphql(flatten)]
    seen: Seen,
    /// Why the document does not belong in the record. The inbox shows the reason.
    reason: DismissalReason,
    /// What you add in your own words, up to 2,000 characters; may be omitted. The inbox shows the note.
    note: Option<String>,
}

/// A document of the inbox to put aside, and the day until which it stays aside.
#[derive(InputObject, Debug, Clone)]
pub struct SnoozeInboxItemInput {
    #[graphql(flatten)]
    seen: Seen,
    /// The day on which the document waits again; it must lie in the future.
    until: Date,
    /// What you add in your own words, up to 2,000 characters; may be omitted. The inbox shows the note.
    note: Option<String>,
}

/// A document of the inbox whose decision you take back.
#[derive(InputObject, Debug, Clone)]
pub struct ReopenInboxItemInput {
    #[graphql(flatten)]
    seen: Seen,
}

/// The result of accepting a document: what was recorded, or the refusal.
#[derive(SimpleObject)]
pub struct AcceptInboxItemPayload {
    /// The document as it is after the command; null when no document has the number, when several have it, or when the
    /// document has changed since you read it.
    item: Option<InboxItem>,
    /// The agreements as they are after the command, in the order of their ids; empty when nothing was recorded, also
    /// because `dryRun` is true.
    agreements: Vec<Agreement>,
    /// The events that this command recorded, now or the first time, in the order of the log; empty when `dryRun` is
    /// true.
    events: Vec<RecordedEvent>,
    /// The position of the last of `events`, to pass as `minPosition` in a query that must see them; null when there
    /// are no events.
    position: Option<Position>,
    /// Whether the record already had everything that you accepted, so that the command recorded nothing new.
    repeated: bool,
    /// What is unusual about the facts of the command, recorded or tried with `dryRun`; empty when the command is
    /// repeated.
    warnings: Vec<Warning>,
    /// What the command would change, for each agreement that it is about; empty unless `dryRun` is true.
    preview: Vec<AgreementPreview>,
    /// Why the command recorded nothing; null when it was not refused.
    refusal: Option<Refusal>,
}

macro_rules! payloads {
    ($($(#[$doc:meta])* $name:ident)+) => { $(
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// The document as it is after the command; null when no document has the number, when several have it, or
            /// when the document has changed since you read it.
            item: Option<InboxItem>,
            /// Why the command was refused; null when it was not refused.
            refusal: Option<Refusal>,
        }

        impl From<Decided> for $name {
            fn from(Decided { item, refusal }: Decided) -> Self {
                Self { item, refusal }
            }
        }
    )+ };
}

payloads! {
    /// The result of dismissing a document: the document, or the refusal.
    DismissInboxItemPayload
    /// The result of putting a document aside: the document, or the refusal.
    SnoozeInboxItemPayload
    /// The result of taking a decision back: the document, or the refusal.
    ReopenInboxItemPayload
}

/// What became of a decision that records nothing.
pub struct Decided {
    item: Option<InboxItem>,
    refusal: Option<Refusal>,
}

/// What an input decides, on which document.
pub struct Deciding {
    seen: Seen,
    verdict: Verdict,
}

impl From<DismissInboxItemInput> for Deciding {
    fn from(DismissInboxItemInput { seen, reason, note }: DismissInboxItemInput) -> Self {
        Self { seen, verdict: Verdict::Dismiss { reason: reason.0, note } }
    }
}

impl From<SnoozeInboxItemInput> for Deciding {
    fn from(SnoozeInboxItemInput { seen, until, note }: SnoozeInboxItemInput) -> Self {
        Self { seen, verdict: Verdict::Snooze { until: until.0, note } }
    }
}

impl From<ReopenInboxItemInput> for Deciding {
    fn from(ReopenInboxItemInput { seen }: ReopenInboxItemInput) -> Self {
        Self { seen, verdict: Verdict::Reopen }
    }
}

impl Seen {
    /// The document as it was seen; else why nothing is decided on it.
    async fn item(&self, answers: &Answers) -> Result<Result<Item, Refusal>> {
        let items = answers.items_of(&self.number, self.published_on.map(|day| day.0)).await;
        let mut items = items.map_err(|error| outward(&error))?;
        let refused = |code, message: &str, field: &str| {
            Ok(Err(Refusal { code: Term(code), message: message.to_owned(), field: Some(field.to_owned()) }))
        };
        match (items.pop(), items.is_empty()) {
            (None, _) => refused(RefusalCode::NoSuchInboxItem, "no document in the inbox has this number", "number"),
            (Some(_), false) => {
                let message = "several documents have this number; give the day of publication";
                refused(RefusalCode::InvalidField, message, "publishedOn")
            }
            (Some(item), true) if item.content_hash != self.content_hash => {
                let message = "the document has changed since you read it; read it again and decide anew";
                refused(RefusalCode::InboxItemChanged, message, "contentHash")
            }
            (Some(item), true) => Ok(Ok(item)),
        }
    }

    /// The same document as it is now.
    async fn told(&self, answers: &Answers, item: &Item) -> Result<Option<InboxItem>> {
        let items =
            answers.items_of(&self.number, Some(item.key.published_on)).await.map_err(|error| outward(&error))?;
        Ok(items.iter().find(|found| found.key == item.key).map(InboxItem::of))
    }
}

/// Writes down a decision that records nothing.
pub async fn decide<P: From<Decided>>(ctx: &Context<'_>, deciding: impl Into<Deciding>) -> Result<P> {
    let (Deciding { seen, verdict }, answers) = (deciding.into(), answers(ctx)?);
    let item = match seen.item(answers).await? {
        Ok(item) => item,
        Err(refusal) => return Ok(Decided { item: None, refusal: Some(refusal) }.into()),
    };
    let refusal = match desk::decide(&item, &verdict, actor(ctx)?, answers).await {
        Ok(()) => None,
        Err(error) => Some(refused(error)?),
    };
    Ok(Decided { item: seen.told(answers, &item).await?, refusal }.into())
}

/// Records what a document proposes, or decides it and records nothing.
pub async fn accept(ctx: &Context<'_>, input: AcceptInboxItemInput, dry_run: bool) -> Result<AcceptInboxItemPayload> {
    let AcceptInboxItemInput { seen, proposals } = input;
    let (answers, tracker, actor) = (answers(ctx)?, ctx.data::<Tracker>()?, actor(ctx)?);
    let item = match seen.item(answers).await? {
        Ok(item) => item,
        Err(refusal) => return Ok(AcceptInboxItemPayload::of(None, Written::refused(refusal))),
    };
    let unit = match wished(&item, proposals, actor) {
        Ok(unit) => unit,
        Err(refusal) => {
            return Ok(AcceptInboxItemPayload::of(seen.told(answers, &item).await?, Written::refused(refusal)));
        }
    };
    let accepted = if dry_run {
        desk::foresee(&item, unit, tracker).await
    } else {
        desk::accept_unit(&item, unit, actor, tracker, answers).await
    };
    let written = match accepted {
        Ok(Accepted::Recorded(outcomes)) if dry_run => Written::foreseen(ctx, outcomes).await?,
        Ok(Accepted::Recorded(outcomes)) => Written::of(ctx, outcomes).await?,
        Ok(Accepted::Already) => Written { repeated: true, ..Written::nothing() },
        Err(error) => Written::refused(refused(error)?),
    };
    Ok(AcceptInboxItemPayload::of(seen.told(answers, &item).await?, written))
}

/// The commands that the input asks for, from a document's proposals.
fn wished(item: &Item, proposals: Option<Vec<AcceptedProposalInput>>, actor: &Actor) -> Result<Vec<Command>, Refusal> {
    let Some(proposals) = proposals else { return desk::offered(item, &[], actor).map_err(|error| plain(&error)) };
    let at = |place: usize, refusal: Refusal| Refusal { field: Some(format!("proposals.{place}")), ..refusal };
    let mut wishes = Vec::with_capacity(proposals.len());
    for (place, AcceptedProposalInput { number, edited }) in proposals.into_iter().enumerate() {
        let edited = edited.map(MilestoneInput::read).transpose();
        let edited = edited.map_err(|refusal| at(place, Refusal::of(None, None, &refusal)))?;
        wishes.push(Wish { number: number.into(), edited });
    }
    desk::wished(item, wishes, actor).map_err(|(place, error)| at(place, plain(&error)))
}

/// What an expected no of the desk is to a client.
fn plain(error: &DeskError) -> Refusal {
    let (code, field) = match error {
        DeskError::NothingOffered => (RefusalCode::NothingOffered, None),
        DeskError::Accepted => (RefusalCode::AlreadyAccepted, None),
        DeskError::NotAhead { .. } => (RefusalCode::InvalidField, Some("until")),
        _ => (RefusalCode::InvalidField, Some("proposals")),
    };
    Refusal { code: Term(code), message: error.to_string(), field: field.map(str::to_owned) }
}

/// The same, where the log or the tables may have failed.
fn refused(error: DeskError) -> Result<Refusal> {
    match error {
        DeskError::Execute(ExecuteError::Refused { refusal, .. }) => Ok(of_the_record(&refusal)),
        DeskError::Note(refusal) => Ok(Refusal::of(None, None, &refusal)),
        DeskError::Execute(ExecuteError::Store(error)) => Err(unwritable(error.as_ref(), error.advice())),
        DeskError::Store(error) => Err(unwritable(&error, error.advice())),
        error => Ok(plain(&error)),
    }
}

fn of_the_record(refusal: &refusal::Refusal) -> Refusal {
    Refusal { field: None, ..Refusal::of(None, None, refusal) }
}

impl AcceptInboxItemPayload {
    fn of(item: Option<InboxItem>, written: Written) -> Self {
        let Written { agreements, events, position, repeated, warnings, preview, refusal } = written;
        Self { item, agreements, events, position, repeated, warnings, preview, refusal }
    }
}
