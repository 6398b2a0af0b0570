//! What stands behind a status, which its values do not show: which agreement is meant, what was asked, what came last?
//!
//! Invariant: nothing here decides a status; it rests on what had happened by the day, and says separately what may have.

mod conclusions;

use chrono::NaiveDate;

use super::history::{Fact, Matter};
use super::worlds::Worlds;
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;
use crate::domain::words::{Evidence, Listing, MilestoneKind, NoticePurpose, Possible, Standing, Word};

/// What stands behind a status on its day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Background {
    /// The newest agreement that can be in force by then: the one that a sentence names.
    pub concluded: Option<Conclusion>,
    /// When a text was signed that is to replace it, and is not in force yet.
    pub successor: Option<UncertainDate>,
    /// The first signature, entry into force or renewal that comes after the day.
    pub concluded_later: Option<(MilestoneKind, UncertainDate)>,
    /// What may have happened by then to an agreement, and may not: signatures, entries into force, renewals and ends.
    pub perhaps: Vec<(MilestoneKind, UncertainDate)>,
    /// What may have happened by then in talks, and may not.
    pub perhaps_talks: Vec<(MilestoneKind, UncertainDate)>,
    /// The newest end of an agreement.
    pub ended: Option<(MilestoneKind, UncertainDate)>,
    /// The resumption of a suspended agreement, where nothing ended or suspended it since.
    pub resumed: Option<UncertainDate>,
    /// When an attempt was given up, where no other milestone of talks came since.
    pub withdrawn: Option<UncertainDate>,
    /// The newest observation of a standing by then: when, and what was seen.
    pub standing_seen: Option<(UncertainDate, Possible<Standing>)>,
    /// Whether a source states the standing, on the day of the newest conclusion or after it.
    pub standing_stated: bool,
    /// The newest notice of the latest round.
    pub notice: Option<Notice>,
    /// When comments closed, where a milestone of its own gives it.
    pub closed: Option<UncertainDate>,
    /// When comments close, where a milestone of its own gives it and it lies after the day.
    pub closes_later: Option<UncertainDate>,
    /// When the partner was put on the list or moved in it, as told; nothing where it was seen there before.
    pub listed: Option<(MilestoneKind, UncertainDate)>,
    /// When the partner was taken off the list, where that is the newest of its listing.
    pub delisted: Option<UncertainDate>,
    /// The days by then on which a copy of the list was seen that names the partner.
    pub list_seen: Option<ListSeen>,
    /// The newest day by then of which the partner is on record as not on the list.
    pub off_list: Option<UncertainDate>,
    /// When the partner is put on the list later than that day, as told.
    pub listed_later: Option<UncertainDate>,
    /// The newest evidence of any kind about the country, notes and what never decides included.
    pub newest: Option<Newest>,
    /// Whether none of the evidence by then may decide, being approximate or suspect.
    pub rough: bool,
    /// Whether something may have happened by then, and may not.
    pub straddles: bool,
    /// The newest evidence about the talks and the agreement: all but days on which a value was seen to hold.
    pub heard: Option<UncertainDate>,
    /// The pairs of milestones whose dates contradict each other, as far as both have begun.
    pub contradictions: Vec<[(MilestoneKind, UncertainDate); 2]>,
    /// The kinds of milestone that the latest round has by then, one bit each in the order of the vocabulary.
    pub kinds_of_round: u32,
    /// Up to which day sources were searched for news; the caller, which knows the sweeps, sets it.
    pub checked: Checked,
}

/// The newest evidence about a country by a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Newest {
    /// What it is evidence of.
    pub kind: MilestoneKind,
    /// The day that it gives.
    pub date: UncertainDate,
    /// How good the evidence is.
    pub evidence: Evidence,
}

/// When copies of the list that name a partner were seen, without a copy in between that does not name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListSeen {
    /// The day of the first copy.
    pub first: UncertainDate,
    /// Whether the first is stated, or inferred.
    pub first_evidence: Evidence,
    /// The day of the last copy.
    pub last: UncertainDate,
    /// Whether the last is stated, or inferred.
    pub last_evidence: Evidence,
    /// What the newest copies allow together.
    values: Possible<Listing>,
}

/// Up to which day sources were searched for news.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Checked {
    /// It is not asked: the status is of another day than today, or by a knowledge that is pinned.
    #[default]
    Unasked,
    /// No search of a source is on record.
    Never,
    /// The Federal Register was searched up to this day.
    UpTo(NaiveDate),
}

/// The milestone that concluded an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conclusion {
    /// The date on which the agreement was signed.
    pub signed: Option<UncertainDate>,
    /// When its signature has effect, where a source says so and none gives an entry into force.
    pub effect: Option<UncertainDate>,
    /// When it entered into force, where a source says so and not only a rule.
    pub entered: Option<UncertainDate>,
    /// When it was renewed, where that is the newest.
    pub renewed: Option<UncertainDate>,
    /// Until when its term runs, where it has one.
    pub until: Option<UncertainDate>,
    /// How good the evidence is of the milestone that concluded it.
    pub evidence: Evidence,
    /// Whether an entry into force is on record that came before its signature, and so belongs to another agreement.
    pub earlier_entry: bool,
}

/// A notice that asked for comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// The date on which the notice was published.
    pub on: UncertainDate,
    /// What the notice asked about.
    pub purpose: NoticePurpose,
    /// The last day for comments, where the notice gives one.
    pub closes: Option<NaiveDate>,
}

impl Background {
    /// What stands behind the status of a day whose latest round has a number.
    #[must_use]
    pub fn of(worlds: &Worlds, instrument: &Instrument, day: NaiveDate, round: Option<u16>) -> Self {
        let mut found = Self { rough: true, ..Self::default() };
        let placed = || (0..).zip(&worlds.known.facts).map(|(place, fact)| (place, fact, worlds.lies(place, fact)));
        for (_, fact, lies) in placed() {
            found.evidence(fact, lies, day);
        }
        let mut listing = None;
        for (place, fact, lies) in placed().filter(|(_, fact, _)| fact.evidence.decides()) {
            if lies.latest() > day {
                found.may_come(fact, lies, day);
                continue;
            }
            let of_round = round.is_some() && worlds.rounds.get(usize::from(place)).copied() == round;
            found.happened(fact, of_round);
            found.undo(fact);
            if !worlds.aside.contains(&place) {
                found.on_list(fact, &mut listing);
            }
        }
        found.conclusions(worlds, instrument, day);
        found.stated(worlds, day);
        found.heard = heard(worlds, day);
        found.contradictions = contradictions(worlds, day);
        found
    }

    /// Notes that there is evidence, whatever it says and however good it is.
    fn evidence(&mut self, fact: &Fact, lies: UncertainDate, day: NaiveDate) {
        // What took effect before it happened is evidence of the day from which it counts.
        let date = if fact.occurred.latest() <= lies.latest() { fact.occurred } else { lies };
        if date.latest() > day && lies.latest() > day {
            self.straddles |= [date, lies].iter().any(|date| date.earliest().is_none_or(|earliest| earliest <= day));
            return;
        }
        self.rough &= !fact.evidence.decides();
        if self.newest.is_none_or(|newest| newest.date.latest() <= date.latest()) {
            self.newest = Some(Newest { kind: fact.kind, date, evidence: fact.evidence });
        }
    }

    /// Takes in what had happened.
    fn happened(&mut self, fact: &Fact, of_round: bool) {
        if of_round {
            self.kinds_of_round |= 1 << fact.kind.index();
        }
        let of_talks = matches!(
            fact.kind,
            MilestoneKind::IntentAnnounced
                | MilestoneKind::NoticePublished
                | MilestoneKind::CommentsClosed
                | MilestoneKind::TextAgreed
                | MilestoneKind::DeterminationMade
                | MilestoneKind::Signed
        );
        if of_talks || fact.matter == Matter::SeenTalks {
            self.withdrawn = None;
        }
        match (fact.kind, fact.matter) {
            (kind @ (MilestoneKind::Expired | MilestoneKind::Terminated | MilestoneKind::Suspended), _) => {
                self.ended = Some((kind, fact.counts));
                self.resumed = None;
            }
            (MilestoneKind::Resumed, _) => self.resumed = Some(fact.counts),
            (MilestoneKind::Withdrawn, _) => {
                self.withdrawn = Some(fact.counts);
                self.kinds_of_round = 0;
            }
            (_, Matter::Notice { purpose, closes }) => {
                self.notice = Some(Notice { on: fact.occurred, purpose, closes });
                self.closed = None;
            }
            (MilestoneKind::CommentsClosed, _) => self.closed = Some(fact.counts),
            (_, Matter::SeenStanding(values)) => self.standing_seen = Some((fact.counts, values)),
            _ => {}
        }
    }

    /// A partner off the list may be put on it once more.
    fn undo(&mut self, fact: &Fact) {
        let off = match fact.matter {
            Matter::Listing(to) => to == Listing::Unlisted,
            Matter::SeenListing(values) => values == Possible::only(Listing::Unlisted),
            _ => false,
        };
        if off {
            let kinds = [MilestoneKind::Listed, MilestoneKind::ListingChanged];
            self.kinds_of_round = kinds.iter().fold(self.kinds_of_round, |kinds, kind| kinds & !(1 << kind.index()));
        }
    }

    /// Takes in what had happened of the listing; `on` is where it is listed by then, as told.
    fn on_list(&mut self, fact: &Fact, on: &mut Option<Listing>) {
        match fact.matter {
            Matter::Listing(Listing::Unlisted) => {
                (self.listed, self.list_seen, self.delisted) = (None, None, Some(fact.counts));
                (self.off_list, *on) = (Some(fact.counts), None);
            }
            Matter::Listing(to) => {
                let there = on.map_or_else(|| self.list_seen.map(|seen| seen.values.has(to)), |on| Some(on == to));
                self.listed = match there {
                    // It was there already.
                    Some(true) => self.listed,
                    Some(false) => Some((MilestoneKind::ListingChanged, fact.counts)),
                    None => Some((fact.kind, fact.counts)),
                };
                (self.delisted, *on) = (None, Some(to));
            }
            Matter::SeenListing(values) if !values.has(Listing::Unlisted) => {
                let (last, last_evidence) = (fact.counts, fact.evidence);
                let new = ListSeen { first: last, first_evidence: last_evidence, last, last_evidence, values };
                self.list_seen = Some(self.list_seen.map_or(new, |seen| {
                    let both = seen.values.and(values);
                    let values = if both.is_empty() { values } else { both };
                    let newer = seen.last.latest() <= last.latest();
                    if newer { ListSeen { last, last_evidence, values, ..seen } } else { ListSeen { values, ..seen } }
                }));
                self.delisted = None;
            }
            Matter::SeenListing(values) if values == Possible::only(Listing::Unlisted) => {
                (self.listed, self.list_seen, self.off_list, *on) = (None, None, Some(fact.counts), None);
            }
            _ => {}
        }
    }

    /// Takes in what is told of later, or of a day that may be later.
    fn may_come(&mut self, fact: &Fact, lies: UncertainDate, day: NaiveDate) {
        let begun = lies.earliest().is_none_or(|earliest| earliest <= day);
        match fact.kind {
            MilestoneKind::Signed
            | MilestoneKind::EnteredIntoForce
            | MilestoneKind::Renewed
            | MilestoneKind::Expired
            | MilestoneKind::Terminated
                if begun =>
            {
                self.perhaps.push((fact.kind, fact.counts));
            }
            MilestoneKind::Signed | MilestoneKind::EnteredIntoForce | MilestoneKind::Renewed => {
                let sooner = |(_, other): (MilestoneKind, UncertainDate)| other.latest() <= fact.counts.latest();
                if !self.concluded_later.is_some_and(sooner) {
                    self.concluded_later = Some((fact.kind, fact.counts));
                }
            }
            MilestoneKind::IntentAnnounced
            | MilestoneKind::NoticePublished
            | MilestoneKind::TextAgreed
            | MilestoneKind::DeterminationMade
            | MilestoneKind::Withdrawn
                if begun =>
            {
                self.perhaps_talks.push((fact.kind, fact.counts));
            }
            MilestoneKind::CommentsClosed if self.closes_later.is_none() => self.closes_later = Some(fact.counts),
            MilestoneKind::Listed if self.listed_later.is_none() => self.listed_later = Some(fact.counts),
            _ => {}
        }
    }

    /// Whether a source states the standing since the newest conclusion.
    fn stated(&mut self, worlds: &Worlds, day: NaiveDate) {
        let since = self.concluded.and_then(|of| of.renewed.or(of.entered).or(of.effect).or(of.signed));
        let tells = |fact: &Fact| match fact.matter {
            Matter::SeenStanding(values) => values.certain().is_some(),
            _ => matches!(fact.kind, MilestoneKind::Signed | MilestoneKind::EnteredIntoForce | MilestoneKind::Renewed),
        };
        let concluding = self.concluded.is_some_and(|concluded| concluded.evidence == Evidence::Stated);
        let mut later = worlds.happened(day).filter(|(_, fact)| {
            fact.evidence == Evidence::Stated
                && tells(fact)
                && since.is_some_and(|since| since.latest() < fact.counts.latest())
        });
        self.standing_stated = concluding || later.next().is_some();
    }
}

/// The newest evidence by a day about the talks and the agreement: all but days on which a value was seen to hold, since a
/// copy of the list says nothing about a round.
#[must_use]
pub fn heard(worlds: &Worlds, day: NaiveDate) -> Option<UncertainDate> {
    let news = worlds.known.facts.iter().filter(|fact| {
        let seen = matches!(fact.matter, Matter::SeenListing(_) | Matter::SeenStanding(_));
        !seen && fact.evidence.decides() && fact.occurred.latest() <= day
    });
    news.map(|fact| fact.occurred).max_by_key(|occurred| occurred.latest())
}

/// The pairs of milestones whose dates contradict each other, where the one that is undone may have come by a day.
fn contradictions(worlds: &Worlds, day: NaiveDate) -> Vec<[(MilestoneKind, UncertainDate); 2]> {
    let told = |place: u16| worlds.fact(place).map(|fact| (fact.kind, fact.occurred));
    let begun = |place: u16| {
        let fact = worlds.fact(place);
        fact.is_some_and(|fact| worlds.bounds(place, fact).earliest().is_none_or(|earliest| earliest <= day))
    };
    let pairs = worlds.contradictions.iter().filter(|(undone, _)| begun(*undone));
    let mut all: Vec<[(MilestoneKind, UncertainDate); 2]> = Vec::new();
    for pair in pairs.filter_map(|(undone, asks)| Some([told(*undone)?, told(*asks)?])) {
        let [one, other] = pair;
        if !all.contains(&pair) && !all.contains(&[other, one]) {
            all.push(pair);
        }
    }
    all
}
