//! Which agreement is in force, and since when?
//!
//! Invariant: the newest agreement that counts is the one that is named; a text that is signed and not in force is said to be so.

use super::{Said, dates};
use crate::domain::time::UncertainDate;
use crate::domain::words::{MilestoneKind, Possible, Standing};
use crate::projections::background::Conclusion;
use crate::projections::status::{Facet, Rule};

impl Said<'_> {
    /// What is in force, with what may follow it.
    pub(super) fn agreement(&self) -> Vec<String> {
        let background = &self.status.background;
        let unknown = background.newest.is_none() && !background.straddles;
        let mut said: Vec<String> = match self.status.standings.certain() {
            // The first sentence and the last have said so.
            Some(Standing::NotConcluded) if unknown && !self.instrument.has_listing() => Vec::new(),
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
        let ended = || self.status.background.ended.map(|(_, date)| date).or(since).map(|date| self.when(date));
        match standing {
            Standing::NotConcluded if !self.instrument.has_listing() && self.rests_on_silence() => {
                format!("No {noun} with {} {}.", self.country.in_a_sentence(), self.yet())
            }
            Standing::NotConcluded => {
                format!("No {noun} with {} {} in force.", self.country.in_a_sentence(), self.of("is", "was"))
            }
            Standing::Signed => {
                let signed = since.map(|since| format!(", signed {},", self.when(since))).unwrap_or_default();
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
        let mut said = match background.concluded.filter(|conclusion| !over(conclusion)) {
            Some(conclusion) => self.concluded(&conclusion),
            None => self.proved(),
        };
        if let Some(resumed) = background.resumed {
            said = format!("{}; it was resumed {} after a suspension.", said.trim_end_matches('.'), self.when(resumed));
        }
        said
    }

    fn concluded(&self, conclusion: &Conclusion) -> String {
        let (noun, have) = (self.noun(), self.of("has", "had"));
        let aside = |signed: UncertainDate| format!(", signed {},", dates::when(signed));
        let term = self.term(conclusion);
        match (conclusion.renewed, conclusion.entered, conclusion.signed) {
            (Some(renewed), _, signed) => {
                let (signed, renewed) = (signed.map(aside).unwrap_or_default(), self.when(renewed));
                format!("Its {noun}{signed} {} in force; it was renewed {renewed}{term}.", self.of("is", "was"))
            }
            (None, Some(entered), signed) => {
                let with = signed.filter(|signed| *signed == entered);
                let signed = signed.filter(|_| with.is_none()).map(aside).unwrap_or_default();
                let that_day = !self.on_that_day().is_empty() && entered.exact() == Some(self.status.day);
                match with {
                    Some(_) if that_day => format!("Its {noun} was signed and entered into force that day{term}."),
                    None if that_day => format!("Its {noun}{signed} entered into force that day{term}."),
                    Some(signed) if signed.exact().is_some() => {
                        format!("Its {noun}, signed {}, {have} been in force since then{term}.", dates::when(signed))
                    }
                    _ => format!("Its {noun}{signed} {have} been in force {}{term}.", dates::since(entered)),
                }
            }
            (None, None, Some(signed)) => self.by_signature(conclusion, signed),
            (None, None, None) => format!("Its {noun} {} in force.", self.of("is", "was")),
        }
    }

    /// In force by the rule that a signature puts in force.
    fn by_signature(&self, conclusion: &Conclusion, told: UncertainDate) -> String {
        let (noun, counts) = (self.noun(), self.of("counts", "counted"));
        let signed = self.when(told);
        // In force by its own signature, and not since an older agreement's.
        let own = |since: &UncertainDate| since.earliest() >= told.earliest() && since.latest() >= told.latest();
        let before = self.status.since.filter(own).map(UncertainDate::latest);
        let none = if conclusion.earlier_entry { "no later entry" } else { "no entry" };
        match conclusion.effect {
            Some(effect) if before.is_some_and(|before| before < effect.latest()) => format!(
                "Its {noun}, signed {signed}, was in force by {}, before its signature took effect {}.",
                before.map(dates::day).unwrap_or_default(),
                dates::when(effect)
            ),
            Some(effect) => format!(
                "Its {noun}, signed {signed}, {counts} as in force {}, when its signature took effect; {none} into force is on record.",
                dates::since(effect)
            ),
            None => format!(
                "Its {noun}, signed {signed}, {counts} as in force from its signature; {none} into force is on record."
            ),
        }
    }

    /// Until when it runs, where that is told; or that it was seen in force after that.
    fn term(&self, conclusion: &Conclusion) -> String {
        let Some(until) = conclusion.until else { return String::new() };
        if until.latest() >= self.status.day {
            return format!("; its term {} {}", self.of("runs", "ran"), dates::to(until));
        }
        let seen = self.status.background.standing_seen.filter(|(_, values)| values.has(Standing::InForce));
        let seen = seen.filter(|(seen, _)| seen.latest() > until.latest());
        let seen = seen.map(|(seen, _)| format!(", and it was seen in force {}", self.when(seen))).unwrap_or_default();
        format!("; its term ended {}{seen}", dates::some_day(until))
    }

    /// That it is in force is proved, and its conclusion is not on record.
    fn proved(&self) -> String {
        let noun = self.noun();
        let standing = || self.status.because.iter().filter(|reason| reason.facet == Facet::Standing);
        let by = standing().find(|reason| reason.unrecorded.is_some());
        let when = by.and_then(|by| by.occurred).map(|when| format!(" {}", self.when(when))).unwrap_or_default();
        match by.and_then(|by| by.rule) {
            Some(Rule::InForceByListing) => {
                let list = self.instrument.names.list.as_deref().unwrap_or("list");
                let may = !self.status.background.perhaps.is_empty();
                let none = if may { "that is certainly of that day or earlier is on record" } else { self.yet() };
                let by = by.and_then(|by| by.unrecorded).map(|by| format!(" by {}", dates::day(by.latest())));
                format!(
                    "No conclusion of its {noun} {none}; the {list} rests on such {}s, so one is taken to have been concluded{}.",
                    self.short_noun(),
                    by.unwrap_or_default()
                )
            }
            Some(Rule::SeenInForce) => {
                format!("Its {noun} was first seen in force{when}; when it began is not on record.")
            }
            Some(Rule::ProvedByLater) => {
                let what = by.and_then(|by| by.kind).map_or("a later milestone", after);
                format!(
                    "That it {} a {noun} in force follows from {what}{when}; when it began is not on record.",
                    self.of("has", "had")
                )
            }
            _ => format!("Its {noun} {} in force.", self.of("is", "was")),
        }
    }

    /// More than one standing is possible.
    fn may_stand(&self) -> String {
        let (noun, background) = (self.noun(), &self.status.background);
        if let Some(ended) = self.last_term().filter(|_| background.perhaps.is_empty()) {
            let later = background.concluded_later.filter(|(kind, _)| *kind == MilestoneKind::Renewed);
            let came = if let Some((_, renewed)) = later {
                let (when, is) = (dates::when(renewed), self.of("is", "was"));
                format!("its term {ended}; it was renewed {when}, and whether it {is} in force in between")
            } else {
                let comes = if self.future { "comes" } else { "came" };
                format!("its last term on record {ended}, and what {comes} after")
            };
            return format!("Its {noun} may have expired: {came} is not on record.");
        }
        let what = words_of(self.status.standings);
        format!("Whether its {noun} {} {what} is not certain: {}.", self.of("is", "was"), self.why_it_may_stand("it"))
    }
}

/// What is asked of an agreement that may stand in several ways.
fn words_of(standings: Possible<Standing>) -> String {
    if standings.has(Standing::InForce) {
        return "in force".to_owned();
    }
    if standings.has(Standing::NotConcluded) {
        return "concluded".to_owned();
    }
    let word = |standing| match standing {
        Standing::Signed => "signed and not yet in force",
        Standing::Suspended => "suspended",
        Standing::Expired => "expired",
        Standing::Terminated => "terminated",
        Standing::NotConcluded | Standing::InForce => "in force",
    };
    standings.iter().map(word).collect::<Vec<_>>().join(" or ")
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
