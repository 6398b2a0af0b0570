//! What is uncertain, and how far does the record reach?
//!
//! Invariant: what rests on an inference is said to; the newest evidence about the country is named with its day.

use super::{Said, dates, large};
use crate::domain::wording::Tense;
use crate::domain::words::{Evidence, MilestoneKind, Standing};
use crate::projections::background::Checked;
use crate::projections::status::{Facet, Rule};

impl Said<'_> {
    /// What is inferred, set aside, contradicted or left out.
    pub(super) fn doubts(&self) -> Vec<String> {
        let mut said: Vec<String> = Vec::new();
        for reason in &self.status.because {
            let Some(what) = reason.kind.zip(reason.occurred) else { continue };
            let what = format!("{} dated {}", a(what.0), dates::when(what.1));
            let sentence = match reason.rule {
                Some(Rule::SetAside) => format!("On record is also {what}, which fits nothing else and was set aside."),
                Some(Rule::DatesContradict) => format!("On record is {what}, which contradicts other dates."),
                _ => continue,
            };
            if !said.contains(&sentence) {
                said.push(sentence);
            }
        }
        let of_talks = self.status.standings.certain() == Some(Standing::NotConcluded);
        let facets = [
            (Facet::Standing, "The state of its agreement"),
            (Facet::Listing, "Its place on the list"),
            (Facet::Stage, "How far the talks had come"),
        ];
        for (facet, what) in facets.into_iter().filter(|(facet, _)| *facet != Facet::Stage || of_talks) {
            if self.rests_on_inference(facet) {
                said.push(format!("{what} is inferred from sources; none states it."));
            }
        }
        if self.status.beyond_cap {
            said.push("More dates overlap than were worked through, so this leaves more open than it must.".to_owned());
        }
        match self.status.undated_sources {
            0 => {}
            1 => said.push("One source without a day of publication was left out.".to_owned()),
            more => said.push(format!("{more} sources without a day of publication were left out.")),
        }
        said
    }

    /// Whether everything that certainly decided a facet is inferred.
    fn rests_on_inference(&self, facet: Facet) -> bool {
        let mut deciding =
            self.status.because.iter().filter(|reason| reason.facet == facet && reason.certain).peekable();
        deciding.peek().is_some() && deciding.all(|reason| reason.evidence == Some(Evidence::Inferred))
    }

    /// How far the record has been checked.
    pub(super) fn checked(&self) -> Vec<String> {
        let name = self.country.in_a_sentence();
        let background = &self.status.background;
        let past = self.tense == Tense::Past;
        let mut said = Vec::new();
        match background.checked {
            Checked::Unasked => {}
            Checked::Never => {
                said.push("No search of the Federal Register for newer documents is on record.".to_owned());
            }
            Checked::UpTo(day) => {
                said.push(format!("The record was last checked against the Federal Register on {}.", dates::day(day)));
            }
        }
        let Some((kind, date)) = background.newest else {
            said.push(format!("Nothing about {name}{} is on record.", if past { " up to that day" } else { "" }));
            return said;
        };
        let seen = background.list_seen.map(|(_, last)| last);
        let copy =
            seen.map(|last| format!("the newest copy of the list on record that names it is {}", dates::of(last)));
        let what = if kind == MilestoneKind::Noted { "note" } else { "evidence" };
        let newest = format!("the newest {what} about {name} on record is {}", dates::of(date));
        let newest = Some(newest).filter(|_| seen != Some(date));
        let both = copy.into_iter().chain(newest).collect::<Vec<_>>().join(", and ");
        said.push(if past { format!("Up to that day, {both}.") } else { format!("{}.", large(&both)) });
        said
    }
}

/// A milestone as a noun with its article.
const fn a(kind: MilestoneKind) -> &'static str {
    match kind {
        MilestoneKind::IntentAnnounced => "an announcement",
        MilestoneKind::NoticePublished => "a notice",
        MilestoneKind::CommentsClosed => "a closing of comments",
        MilestoneKind::TextAgreed => "an agreed text",
        MilestoneKind::DomesticApproval => "an approval",
        MilestoneKind::DeterminationMade => "a determination",
        MilestoneKind::Signed => "a signature",
        MilestoneKind::EnteredIntoForce => "an entry into force",
        MilestoneKind::Listed => "a listing",
        MilestoneKind::ListingChanged => "a move in the list",
        MilestoneKind::Delisted => "a removal from the list",
        MilestoneKind::Renewed => "a renewal",
        MilestoneKind::Amended => "an amendment",
        MilestoneKind::Suspended => "a suspension",
        MilestoneKind::Resumed => "a resumption",
        MilestoneKind::Expired => "an expiry",
        MilestoneKind::Terminated => "a termination",
        MilestoneKind::Withdrawn => "a withdrawal",
        MilestoneKind::Observed => "an observation",
        MilestoneKind::Noted => "a note",
    }
}
