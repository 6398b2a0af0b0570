//! What may have happened by the day, and may not?
//!
//! Invariant: what certainly happened is never among it, and each thing is named with what it is and its date.

use super::{Said, dates};
use crate::domain::time::UncertainDate;
use crate::domain::words::{MilestoneKind, Stage, Standing};
use crate::projections::status::{Brought, Facet, Reason, Rule};

impl Said<'_> {
    /// When the last term ends, as words after "its term", where that is why the agreement may have expired.
    pub(super) fn last_term(&self) -> Option<String> {
        let over = |reason: &Reason| reason.facet == Facet::Standing && reason.rule == Some(Rule::TermPassed);
        if !self.status.because.iter().any(over) {
            return None;
        }
        let until = self.status.background.concluded.and_then(|conclusion| conclusion.until);
        let ends = if self.future { "ends" } else { "ended" };
        Some(
            until.map_or_else(
                || format!("{ends} before that day"),
                |until| format!("{ends} {}", dates::some_day(until)),
            ),
        )
    }

    /// Why more than one standing is possible.
    pub(super) fn why_it_may_stand(&self, it: &str) -> String {
        let background = &self.status.background;
        let mut whys: Vec<String> = Vec::new();
        whys.extend(self.last_term().map(|ended| format!("its last term on record {ended}")));
        for (kind, date) in &background.perhaps {
            let which =
                if background.concluded.is_some() && *kind == MilestoneKind::Signed { "its successor" } else { it };
            whys.push(format!("{which} {} {}", happened(*kind), dates::when(*date)));
        }
        let standing = self.status.because.iter().filter(|reason| reason.facet == Facet::Standing && !reason.certain);
        for reason in standing {
            match (reason.brought, reason.unrecorded) {
                (Some(Brought::Standing(to)), Some(when)) => {
                    whys.push(format!("{it} {} {}", became(to), dates::when(when)));
                }
                (Some(Brought::Standing(to)), None) => {
                    whys.push(format!("nothing tells whether {it} {} later", became(to)));
                }
                _ => {}
            }
        }
        let mut once: Vec<String> = Vec::new();
        for why in whys {
            if !once.contains(&why) {
                once.push(why);
            }
        }
        if once.is_empty() { "what is on record allows more than one answer".to_owned() } else { once.join(", and ") }
    }

    /// What may have happened by then, where the agreement is in force either way.
    pub(super) fn perhaps(&self, kind: MilestoneKind, date: UncertainDate) -> Option<String> {
        let then = self.of("", " by then");
        let when = dates::when(date);
        let signed = self.status.background.successor.map(|signed| format!(", signed {},", dates::when(signed)));
        let which = match (signed, self.status.background.concluded) {
            (Some(signed), _) => format!("Its successor{signed}"),
            (None, Some(_)) => "Its successor".to_owned(),
            (None, None) => "It".to_owned(),
        };
        Some(match kind {
            MilestoneKind::Signed => format!("{which} may have been signed{then}: the signature is dated {when}."),
            MilestoneKind::EnteredIntoForce => {
                format!("{which} may have entered into force{then}: the entry into force is dated {when}.")
            }
            MilestoneKind::Renewed => format!("It may have been renewed{then}: the renewal is dated {when}."),
            _ => return None,
        })
    }

    /// What may have happened in talks by then, where that leaves their stage uncertain.
    pub(super) fn perhaps_of_talks(&self) -> impl Iterator<Item = String> {
        let then = self.of("", " by then");
        let stages = self.status.stages;
        let open = move |stage: Stage| stages.certain().is_none() && stages.has(stage);
        let all = self.status.background.perhaps_talks.iter().filter(move |(kind, _)| brings(*kind).is_some_and(open));
        all.filter_map(move |(kind, date)| {
            let when = dates::when(*date);
            Some(match kind {
                MilestoneKind::IntentAnnounced => {
                    format!(
                        "An intent to conclude one may have been announced{then}: the announcement is dated {when}."
                    )
                }
                MilestoneKind::NoticePublished => {
                    let notice = &self.instrument.names.notice;
                    format!("A {notice} may have been published{then}: it is dated {when}.")
                }
                MilestoneKind::TextAgreed => {
                    format!("The text may have been agreed{then}: the agreement on it is dated {when}.")
                }
                MilestoneKind::DeterminationMade => {
                    format!("The public interest determination may have been made{then}: it is dated {when}.")
                }
                MilestoneKind::Withdrawn => {
                    format!("The attempt may have been given up{then}: the withdrawal is dated {when}.")
                }
                _ => return None,
            })
        })
    }
}

/// To which stage a milestone of talks brings them.
const fn brings(kind: MilestoneKind) -> Option<Stage> {
    match kind {
        MilestoneKind::IntentAnnounced => Some(Stage::Intent),
        MilestoneKind::NoticePublished => Some(Stage::Consultation),
        MilestoneKind::TextAgreed => Some(Stage::Agreed),
        MilestoneKind::DeterminationMade => Some(Stage::Determined),
        MilestoneKind::Withdrawn => Some(Stage::NotStarted),
        _ => None,
    }
}

/// What happened, as the reason of a doubt.
const fn happened(kind: MilestoneKind) -> &'static str {
    match kind {
        MilestoneKind::Signed => "was signed",
        MilestoneKind::EnteredIntoForce => "entered into force",
        MilestoneKind::Renewed => "was renewed",
        MilestoneKind::Terminated => "was terminated",
        _ => "expired",
    }
}

/// What came that nobody told, as the reason of a doubt.
const fn became(to: Standing) -> &'static str {
    match to {
        Standing::NotConcluded => "ceased to be",
        Standing::Signed => "was signed",
        Standing::InForce => "came into force",
        Standing::Suspended => "was suspended",
        Standing::Expired => "expired",
        Standing::Terminated => "was terminated",
    }
}
