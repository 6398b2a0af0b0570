//! Which commands would record a proposal, by how it meets the record?
//!
//! Invariant: pure, and offered only: nothing here decides. What the record knows or what lies ahead offers nothing.

use super::super::agreement::{Agreement, Entry};
use super::super::command::Intent;
use super::super::event::{MilestoneCorrected, MilestoneRecorded, SourceAdded};
use super::super::milestone::{Detail, Milestone};
use super::super::reading::Proposal;
use super::super::source::{Source, Telling};
use super::super::time::UncertainDate;
use super::super::words::Evidence;
use super::Meeting;

/// What would record a proposal, in order, as one unit.
pub type Offer = Vec<Intent>;

/// The commands that a meeting offers, with the document as the source.
#[must_use]
pub fn offer(
    proposal: &Proposal,
    detail: &Detail,
    meeting: &Meeting,
    source: &Source,
    agreement: &Agreement,
    summary: &str,
) -> Offer {
    let entry = |id| agreement.milestones.get(id);
    match meeting {
        Meeting::Known(_) | Meeting::Waits { .. } | Meeting::Corrects(_) => Vec::new(),
        Meeting::New { opens } => {
            let recorded =
                MilestoneRecorded { milestone: milestone(proposal, detail, summary), sources: vec![source.clone()] };
            let open = opens.then_some(Intent::OpenAgreement);
            open.into_iter().chain([Intent::RecordMilestone(recorded)]).collect()
        }
        Meeting::Refines { milestone, .. } => entry(milestone)
            .map(|entry| Intent::CorrectMilestone(refined(*milestone, entry, proposal, detail, source)))
            .into_iter()
            .collect(),
        Meeting::AddsSource(milestone) => {
            vec![Intent::AddSource(SourceAdded { milestone: *milestone, source: source.clone() })]
        }
        Meeting::Contradicts { milestone, .. } => {
            let own = Telling { date: UncertainDate::day(proposal.occurred), evidence: Evidence::Stated };
            let source = Source { tells: Some(own), ..source.clone() };
            vec![Intent::AddSource(SourceAdded { milestone: *milestone, source })]
        }
    }
}

/// The milestone that a proposal would be.
fn milestone(proposal: &Proposal, detail: &Detail, summary: &str) -> Milestone {
    Milestone {
        occurred: UncertainDate::day(proposal.occurred),
        effective: None,
        evidence: Evidence::Stated,
        summary: summary.to_owned(),
        detail: detail.clone(),
    }
}

/// The known milestone on the day that the document gives, with the document's number, citation and closing day where it has
/// none.
fn refined(
    id: super::super::ids::MilestoneId,
    entry: &Entry,
    proposal: &Proposal,
    detail: &Detail,
    source: &Source,
) -> MilestoneCorrected {
    let mut content = entry.milestone.clone();
    content.occurred = UncertainDate::day(proposal.occurred);
    content.evidence = Evidence::Stated;
    fill(&mut content.detail, detail);
    let known = entry.sources.iter().map(|(_, source)| source.clone());
    let why = format!("{} tells the day", source.title.chars().take(200).collect::<String>());
    MilestoneCorrected { milestone: id, content, sources: known.chain([source.clone()]).collect(), why }
}

/// Takes over what the document says and the record does not have.
fn fill(known: &mut Detail, told: &Detail) {
    match (known, told) {
        (
            Detail::NoticePublished { document_number, citation, comments_close_on, .. },
            Detail::NoticePublished { document_number: number, citation: cited, comments_close_on: closes, .. },
        ) => {
            *document_number = document_number.take().or_else(|| number.clone());
            *citation = citation.take().or_else(|| cited.clone());
            *comments_close_on = comments_close_on.or(*closes);
        }
        (Detail::Signed { signings }, Detail::Signed { signings: told }) => {
            // A signature with bounds gets the day; what is known of its place and its signatories stays.
            if let ([known], [told]) = (signings.as_mut_slice(), told.as_slice()) {
                known.on = told.on;
            }
        }
        _ => {}
    }
}
