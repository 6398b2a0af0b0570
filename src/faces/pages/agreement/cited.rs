//! How is an answer cited, and how does it differ from what one could have known?
//!
//! Invariant: a citation has the whole answer and an address that gives the same tomorrow, whatever is recorded since.

use std::collections::BTreeMap;

use chrono::NaiveTime;

use crate::answers::view::{Milestone, Source};
use crate::answers::{Ask, AskError, Course, Pin};
use crate::domain::ids::{AgreementId, MilestoneId};
use crate::domain::instrument::Instrument;
use crate::domain::words::Reliability;
use crate::faces::pages::asked::{address, query};
use crate::faces::pages::markup::short_name;
use crate::faces::pages::{Pages, dates};
use crate::projections::knowledge::Basis;
use crate::projections::sentence::{Viewpoint, parts, sentence};

/// The most sources that a citation names.
const SOURCES: usize = 6;

/// One of two answers about one day.
pub struct Answer {
    /// The knowledge of the answer, in words.
    pub title: String,
    /// The answer in words.
    pub answer: String,
    /// What explains the answer.
    pub text: String,
    /// The address of its page; empty where this is the page.
    pub href: String,
}

/// The question that gives the same answer at any later time.
pub fn pinned(pin: &Pin) -> Ask {
    let known_at = pin.ask.known_at.filter(|_| pin.knowledge.basis == Basis::Published);
    Ask { as_of: Some(pin.day), known_at, basis: pin.knowledge.basis, at_position: Some(pin.knowledge.position) }
}

/// The citation of an answer.
pub fn citation(pages: &Pages, course: &Course, milestones: &[Milestone], pin: &Pin) -> Result<String, AskError> {
    let id = &course.agreement;
    let said = sentence(&course.status, id.country, pages.answers.instrument(id)?, &pin.viewpoint());
    let address = address(&format!("{}/{id}", pages.site), query(&pinned(pin), false));
    let by = match (pin.knowledge.basis, pin.knowledge.known_at) {
        // The sentence has said so.
        (Basis::Published, _) => String::new(),
        (Basis::Recorded, _) => format!(", by all that was recorded up to log entry {}", pin.knowledge.position),
    };
    let by_id: BTreeMap<MilestoneId, &Milestone> =
        milestones.iter().map(|milestone| (milestone.id, milestone)).collect();
    let reasons = course.status.because.iter().filter_map(|reason| by_id.get(&reason.milestone?));
    let mut sources: Vec<String> = Vec::new();
    for milestone in reasons {
        let best = milestone.sources.iter().min_by_key(|source| source.reliability.0 != Reliability::Primary);
        let cited = best.map(named).filter(|named| !sources.contains(named));
        sources.extend(cited);
    }
    sources.truncate(SOURCES);
    let rests = if sources.is_empty() { String::new() } else { format!(" Rests on: {}.", sources.join("; ")) };
    let day = dates::day(pin.day);
    Ok(format!("Depositary, “{said}” Status on {day}{by}. {address}{rests}"))
}

/// A source as a citation names it.
fn named(source: &Source) -> String {
    let on = source.published_on.map(|day| format!(" ({})", dates::day(day.0))).unwrap_or_default();
    format!("{}{on}", short_name(source))
}

/// What was known on a past day beside what is known now, where the two differ.
pub async fn two(pages: &Pages, id: &AgreementId, course: &Course, pin: &Pin) -> Result<Vec<Answer>, AskError> {
    let published = pin.knowledge.basis == Basis::Published;
    if pin.day >= pin.today && !published {
        return Ok(Vec::new());
    }
    let end = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap_or(NaiveTime::MIN);
    let other = if published {
        Ask { basis: Basis::Recorded, known_at: None, ..pin.ask }
    } else {
        Ask { basis: Basis::Published, known_at: Some(pin.day.and_time(end).and_utc()), ..pin.ask }
    };
    let other_pin = pages.answers.pin(&other, pages.end()).await?;
    let beside = pages.answers.course(id, &other_pin).await?;
    if beside.status.facets() == course.status.facets() {
        return Ok(Vec::new());
    }
    let instrument = pages.answers.instrument(id)?;
    let href = address(&format!("{}/{id}", pages.base), query(&other, false));
    let (here, there) = (answer(course, instrument, pin, String::new()), answer(&beside, instrument, &other_pin, href));
    Ok(if published { vec![here, there] } else { vec![there, here] })
}

fn answer(course: &Course, instrument: &Instrument, pin: &Pin, href: String) -> Answer {
    // The title names the knowledge.
    let said = parts(&course.status, course.agreement.country, instrument, &Viewpoint::of(pin.today));
    let title = match (pin.knowledge.basis, pin.knowledge.known_at) {
        (Basis::Published, Some(known_at)) => {
            format!("By what had been published by {}", dates::day(known_at.date_naive()))
        }
        (Basis::Published, None) => "By sources with a date of publication".to_owned(),
        (Basis::Recorded, _) => format!("By everything on record up to log entry {}", pin.knowledge.position),
    };
    Answer { title, answer: said.answer, text: said.standing.join(" "), href }
}
