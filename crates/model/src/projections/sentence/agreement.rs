//! Which agreement is in force, and since when?
//!
//! Invariant: the newest agreement that counts is the one that is named; a text that is signed and not in force is said to be so.

use super::{Said, dates};
use crate::domain::time::UncertainDate;
use crate::domain::words::{MilestoneKind, Standing};
use crate::projections::background::Conclusion;
use crate::projections::status::{Facet, Reason, Rule};

impl Said<'_> {
    /// What is in force, with what may follow it.
    pub(super) fn agreement(&self) -> Vec<String> {
        let background = &self.status.background;
        let mut said: Vec<String> = match self.status.standings.certain() {
            Some(standing) => vec![self.stands(standing)],
            None if self.instrument.has_listing() => vec![self.may_stand()],
            // The first sentence has said so.
            None => Vec::new(),
        };
        let may_enter = background.perhaps.iter().any(|(kind, _)| *kind == MilestoneKind::EnteredIntoForce);
        if let Some(signed) = background.successor.filter(|_| !may_enter) {
            let is = self.of("is", "was");
            said.push(format!("Its successor, signed {}, {is} not yet in force.", dates::when(signed)));
        }
        if self.status.standings.certain().is_some() {
            said.extend(background.perhaps.iter().filter_map(|(kind, date)| self.perhaps(*kind, *date)));
        }
        said
    }

    fn stands(&self, standing: Standing) -> String {
        let (noun, since) = (self.noun(), self.status.since);
        let ended = || self.status.background.ended.map(|(_, date)| date).or(since).map(dates::when);
        match standing {
            Standing::NotConcluded => {
                format!("No {noun} with {} {} in force.", self.country.in_a_sentence(), self.of("is", "was"))
            }
            Standing::Signed => {
                let signed = since.map(|since| format!(", signed {},", dates::when(since))).unwrap_or_default();
                format!("Its {noun}{signed} {} not yet in force.", self.of("is", "was"))
            }
            Standing::InForce => self.in_force(),
            Standing::Suspended => {
                let since = since.map(|since| format!(" {}", dates::since(since))).unwrap_or_default();
                format!("Its {noun} {} suspended{since}.", self.of("has been", "had been"))
            }
            Standing::Expired => format!("Its {noun} expired {}.", ended().unwrap_or_default()),
            Standing::Terminated => format!("Its {noun} was terminated {}.", ended().unwrap_or_default()),
        }
    }

    fn in_force(&self) -> String {
        let background = &self.status.background;
        let over = |conclusion: &Conclusion| {
            let last = conclusion
                .renewed
                .or(conclusion.entered)
                .or(conclusion.effect)
                .or(conclusion.signed)
                .map(UncertainDate::latest);
            let ends = |kind| matches!(kind, MilestoneKind::Expired | MilestoneKind::Terminated);
            background.ended.is_some_and(|(kind, date)| ends(kind) && Some(date.latest()) > last)
        };
        match background.concluded.filter(|conclusion| !over(conclusion)) {
            Some(conclusion) => self.concluded(&conclusion),
            None => self.proved(),
        }
    }

    fn concluded(&self, conclusion: &Conclusion) -> String {
        let (noun, have) = (self.noun(), self.of("has", "had"));
        let aside = |signed: UncertainDate| format!(", signed {},", dates::when(signed));
        let running = conclusion.until.filter(|until| until.latest() >= self.status.day);
        let term = running.map(|until| format!("; its term {} {}", self.of("runs", "ran"), dates::to(until)));
        let term = term.unwrap_or_default();
        match (conclusion.renewed, conclusion.entered, conclusion.signed) {
            (Some(renewed), _, signed) => {
                let signed = signed.map(aside).unwrap_or_default();
                format!(
                    "Its {noun}{signed} {} in force; it was renewed {}{term}.",
                    self.of("is", "was"),
                    dates::when(renewed)
                )
            }
            (None, Some(entered), Some(signed)) if entered == signed => {
                format!("Its {noun} was signed and entered into force {}{term}.", dates::when(entered))
            }
            (None, Some(entered), signed) => {
                let signed = signed.map(aside).unwrap_or_default();
                format!("Its {noun}{signed} {have} been in force {}{term}.", dates::since(entered))
            }
            (None, None, Some(signed)) => {
                let (signed, counts) = (dates::when(signed), self.of("counts", "counted"));
                let from = conclusion.effect.map_or_else(
                    || "from its signature".to_owned(),
                    |effect| format!("{}, when its signature took effect", dates::since(effect)),
                );
                format!("Its {noun}, signed {signed}, {counts} as in force {from}; no entry into force is on record.")
            }
            (None, None, None) => format!("Its {noun} {} in force.", self.of("is", "was")),
        }
    }

    /// That it is in force is proved, and its conclusion is not on record.
    fn proved(&self) -> String {
        let noun = self.noun();
        let standing = || self.status.because.iter().filter(|reason| reason.facet == Facet::Standing);
        let by = standing().find(|reason| reason.unrecorded.is_some());
        let when = by.and_then(|by| by.occurred).map(dates::when).unwrap_or_default();
        match by.and_then(|by| by.rule) {
            Some(Rule::InForceByListing) => format!(
                "Its {noun} is known from the list alone, which names only countries that have one; when it began is not on record."
            ),
            Some(Rule::SeenInForce) => {
                format!("Its {noun} was seen in force {when}; when it began is not on record.")
            }
            Some(Rule::ProvedByLater) => {
                let what = by.and_then(|by| by.kind).map_or("a later milestone", after);
                format!(
                    "That it {} a {noun} in force follows from {what} {when}; when it began is not on record.",
                    self.of("has", "had")
                )
            }
            _ => format!("Its {noun} {} in force.", self.of("is", "was")),
        }
    }

    /// More than one standing is possible.
    fn may_stand(&self) -> String {
        let (noun, standings) = (self.noun(), self.status.standings);
        if let Some(ended) = self.last_term().filter(|_| self.status.background.perhaps.is_empty()) {
            let (ends, comes) = if self.future { ("ends", "comes") } else { ("ended", "came") };
            return format!(
                "Its {noun} may have expired: the last term on record {ends} {ended}, and what {comes} after is not on record."
            );
        }
        let what = if standings.has(Standing::InForce) { "in force" } else { "concluded" };
        format!("Whether its {noun} {} {what} is not certain: {}.", self.of("is", "was"), self.why_it_may_stand("it"))
    }

    /// When the last term ended, where that is why the agreement may have expired.
    fn last_term(&self) -> Option<String> {
        let over = |reason: &Reason| reason.facet == Facet::Standing && reason.rule == Some(Rule::TermPassed);
        if !self.status.because.iter().any(over) {
            return None;
        }
        let until = self.status.background.concluded.and_then(|conclusion| conclusion.until);
        Some(until.map_or_else(|| "before that day".to_owned(), dates::when))
    }

    /// Why more than one standing is possible.
    pub(super) fn why_it_may_stand(&self, it: &str) -> String {
        let background = &self.status.background;
        let mut whys: Vec<String> = Vec::new();
        whys.extend(self.last_term().map(|ended| format!("the last term on record ended {ended}")));
        for (kind, date) in &background.perhaps {
            let which =
                if background.concluded.is_some() && *kind == MilestoneKind::Signed { "its successor" } else { it };
            whys.push(format!("{which} {} {}", happened(*kind), dates::when(*date)));
        }
        let standing = self.status.because.iter().filter(|reason| reason.facet == Facet::Standing);
        whys.extend(
            standing.filter_map(|reason| reason.unrecorded).map(|began| format!("{it} began {}", dates::when(began))),
        );
        whys.dedup();
        if whys.is_empty() { "what is on record allows more than one answer".to_owned() } else { whys.join(", and ") }
    }

    /// What may have happened by then, where the agreement is in force either way.
    fn perhaps(&self, kind: MilestoneKind, date: UncertainDate) -> Option<String> {
        let then = self.of("", " by then");
        let when = dates::when(date);
        let signed = self.status.background.successor.map(|signed| format!(", signed {},", dates::when(signed)));
        let which = match (signed, self.status.background.concluded) {
            (Some(signed), _) => format!("Its successor{signed}"),
            (None, Some(_)) => "Its successor".to_owned(),
            (None, None) => "It".to_owned(),
        };
        Some(match kind {
            MilestoneKind::Signed => format!("{which} may have been signed{then}: that is dated {when}."),
            MilestoneKind::EnteredIntoForce => {
                format!("{which} may have entered into force{then}: that is dated {when}.")
            }
            MilestoneKind::Renewed => format!("It may have been renewed{then}: the renewal is dated {when}."),
            _ => return None,
        })
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

/// What proves an agreement, as a noun.
const fn after(kind: MilestoneKind) -> &'static str {
    match kind {
        MilestoneKind::Renewed => "its renewal",
        MilestoneKind::Suspended => "its suspension",
        MilestoneKind::Resumed => "its resumption",
        MilestoneKind::Expired => "its expiry",
        MilestoneKind::Terminated => "its termination",
        MilestoneKind::NoticePublished => "the notice of its renewal",
        _ => "a later milestone",
    }
}
