//! What is uncertain?
//!
//! Invariant: what rests on an inference is said to; what contradicts each other is named in pairs, each once.

use super::{Said, dates};
use crate::domain::time::UncertainDate;
use crate::domain::words::{Evidence, MilestoneKind, Standing};
use crate::projections::status::{Facet, Rule};

impl Said<'_> {
    /// What is not established, inferred, set aside, contradicted or left out.
    pub(super) fn doubts(&self) -> Vec<String> {
        let mut said: Vec<String> = self.cautions().collect();
        let mut add = |sentence: String| {
            if !said.contains(&sentence) {
                said.push(sentence);
            }
        };
        let aside = self.status.because.iter().filter(|reason| reason.rule == Some(Rule::SetAside));
        for (kind, when) in aside.filter_map(|reason| reason.kind.zip(reason.occurred)) {
            add(if kind == MilestoneKind::Signed {
                "That its signature put it in force is set aside, since it was seen signed and not in force.".to_owned()
            } else {
                format!("On record is also {}, which fits nothing else and was set aside.", dated(kind, when))
            });
        }
        for [(one, when), (other, then)] in &self.status.background.contradictions {
            let both = format!("{} and {}", dated(*one, *when), dated(*other, *then));
            add(format!("On record are {both}, which contradict each other."));
        }
        let facets = [
            (Facet::Standing, format!("The state of its {}", self.short_noun())),
            (Facet::Listing, "Its place on the list".to_owned()),
            (Facet::Stage, "How far the talks had come".to_owned()),
        ];
        let of_talks = self.status.standings.certain() == Some(Standing::NotConcluded);
        for (facet, what) in facets.into_iter().filter(|(facet, _)| *facet != Facet::Stage || of_talks) {
            if self.rests_on_inference(facet) {
                add(format!("{what} is inferred from sources; none states it."));
            }
        }
        if self.status.beyond_cap {
            add("More dates overlap than were worked through, so this leaves more open than it must.".to_owned());
        }
        match self.status.undated_sources {
            0 => {}
            1 => add("One source without a day of publication was left out.".to_owned()),
            more => add(format!("{} sources without a day of publication were left out.", dates::counted(more))),
        }
        said
    }

    /// Whether everything that certainly decided a facet is inferred.
    fn rests_on_inference(&self, facet: Facet) -> bool {
        let background = &self.status.background;
        let mut deciding =
            self.status.because.iter().filter(|reason| reason.facet == facet && reason.certain).peekable();
        let by_list = |rule: Option<Rule>| rule == Some(Rule::InForceByListing);
        let in_force = self.status.standings.certain() == Some(Standing::InForce);
        if facet == Facet::Standing && (in_force || self.last_term().is_some()) {
            // What a sentence names is the newest conclusion, which moves no standing where an older one was in force.
            return match background.concluded {
                Some(concluded) => concluded.evidence == Evidence::Inferred && !background.standing_stated,
                // That no source states it is said of what the list proves.
                None => deciding.peek().is_some_and(|reason| !by_list(reason.rule)) && inferred(deciding),
            };
        }
        if facet == Facet::Listing && background.list_seen.is_some_and(|seen| seen.last_evidence == Evidence::Stated) {
            return false;
        }
        deciding.peek().is_some() && inferred(deciding)
    }
}

fn inferred<'a>(mut reasons: impl Iterator<Item = &'a crate::projections::status::Reason>) -> bool {
    reasons.all(|reason| reason.evidence == Some(Evidence::Inferred))
}

/// A milestone as a noun with its date.
fn dated(kind: MilestoneKind, date: UncertainDate) -> String {
    format!("{} dated {}", a(kind), dates::when(date))
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
