//! How far does the record reach?
//!
//! Invariant: the newest evidence about the country is named with its day; that nothing is on record is said only where nothing is.

use super::{Said, dates, large};
use crate::domain::wording::Tense;
use crate::domain::words::{Evidence, MilestoneKind};
use crate::projections::background::{Checked, Newest};
use crate::projections::knowledge::Basis;

impl Said<'_> {
    /// How far the record has been checked, and how far it reaches.
    pub(super) fn checked(&self) -> Vec<String> {
        let background = &self.status.background;
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
        said.push(match background.newest {
            Some(newest) if background.rough => self.only_rough(newest),
            Some(newest) => self.newest(newest),
            None => self.nothing(),
        });
        said
    }

    /// Whether the day asked about ends what is told, and not the day up to which knowledge reaches.
    fn up_to_that_day(&self) -> bool {
        let past = self.tense == Tense::Past;
        past && self.from.known_on().is_none_or(|known_on| known_on >= self.status.day)
    }

    /// On record, or known by the cut of knowledge.
    fn on_record(&self) -> &'static str {
        match (self.from.basis, self.from.known_at) {
            (Basis::Published, Some(_)) => "published by then",
            (Basis::Recorded, Some(_)) => "recorded by then",
            _ => "on record",
        }
    }

    fn nothing(&self) -> String {
        let name = self.country.in_a_sentence();
        let verb = match (self.from.basis, self.from.known_at) {
            (Basis::Published, Some(_)) => "had been published by then",
            (Basis::Recorded, Some(_)) => "had been recorded by then",
            _ => "is on record",
        };
        let of = match (self.status.background.straddles, self.up_to_that_day()) {
            (true, _) if self.tense == Tense::Past => " that is certainly of that day or earlier",
            (true, _) => " that is certainly of today or earlier",
            (false, true) => " up to that day",
            (false, false) => "",
        };
        format!("Nothing about {name}{of} {verb}.")
    }

    fn only_rough(&self, newest: Newest) -> String {
        let name = self.country.in_a_sentence();
        let how = if newest.evidence == Evidence::Suspect { "doubtful" } else { "approximate" };
        let up_to = if self.up_to_that_day() { " up to that day" } else { "" };
        format!(
            "Only {how} evidence about {name}{up_to}, {}, is {}; it decides nothing.",
            dates::of(newest.date),
            self.on_record()
        )
    }

    fn newest(&self, newest: Newest) -> String {
        let (name, on_record) = (self.country.in_a_sentence(), self.on_record());
        let seen = self.status.background.list_seen;
        let copy = seen.map(|seen| match seen.last_evidence {
            Evidence::Inferred => {
                format!("the newest list {on_record} that names it, by inference, is {}", dates::of(seen.last))
            }
            _ => format!("the newest copy of the list {on_record} that names it is {}", dates::of(seen.last)),
        });
        let how = match newest.evidence {
            Evidence::Approximate => "approximate and ",
            Evidence::Suspect => "doubtful and ",
            Evidence::Stated | Evidence::Inferred => "",
        };
        let what = if newest.kind == MilestoneKind::Noted { "note" } else { "evidence" };
        let of = format!("the newest {what} about {name} {on_record} is {how}{}", dates::of(newest.date));
        let of = Some(of).filter(|_| seen.is_none_or(|seen| seen.last != newest.date));
        let both = copy.into_iter().chain(of).collect::<Vec<_>>().join(", and ");
        if self.up_to_that_day() { format!("Up to that day, {both}.") } else { format!("{}.", large(&both)) }
    }
}
