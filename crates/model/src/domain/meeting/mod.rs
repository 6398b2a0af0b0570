//! What does the record already have of what a document says?
//!
//! Invariant: pure. What is known is never asked about again, and what contradicts is never settled here.

mod offer;
mod written;

use chrono::NaiveDate;

use super::agreement::{Agreement, Entry};
use super::ids::MilestoneId;
use super::milestone::Detail;
use super::reading::{Proposal, plain_number};
use super::time::UncertainDate;
use super::words::{Listing, MilestoneKind, Possible};
pub use offer::{Offer, offer};
pub use written::MeetingKind;

/// How many days two tellings of one milestone may lie apart, so that they count as contradicting tellings and not as two
/// milestones.
const SAME_WITHIN: i64 = 30;

/// What the record already has of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meeting {
    /// The record has this milestone from this document.
    Known(MilestoneId),
    /// The record has it on a day that is not known exactly; the document gives the day.
    Refines {
        /// The id of the milestone that is meant.
        milestone: MilestoneId,
        /// The date that the record has.
        told: UncertainDate,
    },
    /// The record has it on this day, from other sources.
    AddsSource(MilestoneId),
    /// The record has one like it on another day nearby.
    Contradicts {
        /// The id of the milestone that is meant.
        milestone: MilestoneId,
        /// The date that the record has.
        told: UncertainDate,
    },
    /// It corrects a milestone that came from the document it is about.
    Corrects(MilestoneId),
    /// Its day lies ahead; nothing is offered before.
    Waits {
        /// The day from which it can be recorded.
        until: NaiveDate,
    },
    /// The record does not have it.
    New {
        /// Whether the agreement itself has no record yet.
        opens: bool,
    },
}

/// What is known of the agreement that a proposal is about.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// All that was recorded of it.
    pub agreement: &'a Agreement,
    /// How its partner was listed on the day before the proposal's; `None` where nobody asked.
    pub listed_before: Option<Possible<Listing>>,
}

/// A document, by what names it in sources.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// The document's number in the Federal Register.
    pub number: &'a str,
    /// Its citation, where it has one.
    pub citation: Option<&'a str>,
}

/// How a proposal meets the record on a day, and what it says of it: a listing of whom was listed before is a change.
#[must_use]
pub fn meet(proposal: &Proposal, document: &Named<'_>, record: &Record<'_>, today: NaiveDate) -> (Meeting, Detail) {
    let detail = told_as(proposal, record.listed_before);
    let same =
        || record.agreement.standing_entries().filter(|(_, entry)| alike(entry.milestone.detail.kind(), detail.kind()));
    if let Some((id, _)) = same().find(|(_, entry)| comes_from(entry, document)) {
        return (Meeting::Known(*id), detail);
    }
    if proposal.occurred > today {
        return (Meeting::Waits { until: proposal.occurred }, detail);
    }
    let day = proposal.occurred;
    let holding = same().filter(|(_, entry)| entry.telling().date.can_be(day));
    if let Some((id, entry)) = holding.min_by_key(|(_, entry)| entry.telling().date.width()) {
        let told = entry.telling().date;
        let exact = told.exact().is_some();
        let meeting = if exact { Meeting::AddsSource(*id) } else { Meeting::Refines { milestone: *id, told } };
        return (meeting, detail);
    }
    let near =
        same().map(|(id, entry)| (id, entry.telling().date)).filter(|(_, told)| apart(*told, day) <= SAME_WITHIN);
    if let Some((id, told)) = near.min_by_key(|(_, told)| apart(*told, day)) {
        return (Meeting::Contradicts { milestone: *id, told }, detail);
    }
    (Meeting::New { opens: !record.agreement.opened }, detail)
}

/// The milestone that came from the document with this number, which another document corrects: the notice or the listing
/// itself before what follows from it.
#[must_use]
pub fn corrected(of: &str, agreement: &Agreement) -> Option<Meeting> {
    let document = Named { number: of, citation: None };
    let from_it = agreement.standing_entries().filter(|(_, entry)| comes_from(entry, &document));
    let itself = |kind: MilestoneKind| {
        matches!(kind, MilestoneKind::NoticePublished | MilestoneKind::Listed | MilestoneKind::ListingChanged)
    };
    from_it
        .min_by_key(|(_, entry)| (!itself(entry.milestone.detail.kind()), entry.position))
        .map(|(id, _)| Meeting::Corrects(*id))
}

/// What the proposal says of the record: "listed" of whom was listed otherwise the day before is "listing changed".
fn told_as(proposal: &Proposal, before: Option<Possible<Listing>>) -> Detail {
    let Detail::Listed { listing } = proposal.detail else { return proposal.detail.clone() };
    let changed = before.is_some_and(|before| {
        let others = before.iter().all(|was| was != Listing::Unlisted && was != listing);
        others && before.iter().next().is_some()
    });
    if changed { Detail::ListingChanged { listing } } else { Detail::Listed { listing } }
}

/// Whether two kinds say the same: the same rules of the regulation bring a listing and a change of it.
fn alike(a: MilestoneKind, b: MilestoneKind) -> bool {
    let lists = |kind| matches!(kind, MilestoneKind::Listed | MilestoneKind::ListingChanged);
    a == b || (lists(a) && lists(b))
}

/// Whether a milestone's sources or its own fields name the document.
fn comes_from(entry: &Entry, document: &Named<'_>) -> bool {
    let number = serial(document.number);
    let is = |text: &Option<String>| text.as_deref().is_some_and(|text| serial(text) == number);
    let cited = |text: &Option<String>| text.is_some() && text.as_deref() == document.citation;
    let linked = |url: &str| url.split(['/', '?', '.', '#', '_']).any(|part| serial(part) == number);
    let own = match &entry.milestone.detail {
        Detail::NoticePublished { document_number, citation, .. } => is(document_number) || cited(citation),
        _ => false,
    };
    own || entry.sources.iter().any(|(_, source)| {
        is(&source.document_number) || cited(&source.citation) || source.url.as_deref().is_some_and(linked)
    })
}

/// A number as it compares: `2010-00901` is `2010-901`.
fn serial(number: &str) -> String {
    let plain = plain_number(number);
    match plain.rsplit_once('-') {
        Some((head, tail)) => format!("{head}-{}", tail.trim_start_matches('0')),
        None => plain,
    }
}

/// How many days lie between a date and a day outside of it.
fn apart(told: UncertainDate, day: NaiveDate) -> i64 {
    let before = told.earliest().map_or(0, |earliest| (earliest - day).num_days());
    before.max((day - told.latest()).num_days()).max(0)
}
