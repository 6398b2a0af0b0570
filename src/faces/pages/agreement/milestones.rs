//! What stands in the table below the timeline, and what is in doubt?
//!
//! Invariant: every milestone that is known is there, also one that decides nothing; who recorded it when, and who published it
//! when, stands beside.

use super::drawn::{is_copy_of_the_list, named, published, rows};
use crate::answers::Pin;
use crate::answers::view::{Detail, Milestone, Term};
use crate::domain::agreement::EntryState;
use crate::domain::words::{Listing, MilestoneKind};
use crate::faces::pages::markup::{self, Markup};
use crate::faces::pages::{dates, words};

/// A row of the table.
pub struct Row {
    pub number: usize,
    /// Its id, by which it is corrected.
    pub id: String,
    pub position: u64,
    pub icon: &'static str,
    pub date: Markup,
    pub what: &'static str,
    pub summary: String,
    pub doubt: &'static str,
    /// How loud the row is: what decides nothing, or not yet, is greyed.
    pub class: &'static str,
    pub later: bool,
    pub conflict: bool,
    pub sources: Markup,
    pub published: String,
    pub lag: String,
    pub recorded: String,
}

/// A day on which a copy of the list named the country.
pub struct Sighting {
    pub position: u64,
    pub date: Markup,
    pub how: String,
    pub doubt: &'static str,
    pub sources: Markup,
}

/// A milestone whose sources contradict each other.
pub struct Conflict {
    pub what: &'static str,
    pub date: String,
    pub why: &'static str,
    pub tellings: Vec<Told>,
}

/// What one source says of the milestone.
pub struct Told {
    pub source: Markup,
    pub title: Markup,
    pub tells: String,
    pub counts: &'static str,
}

/// A milestone that is shown and decides nothing, or that is no longer as it was recorded.
pub struct Aside {
    pub position: u64,
    pub title: String,
    pub text: String,
    pub why: &'static str,
}

/// The rows of the table.
pub fn table(milestones: &[Milestone], pin: &Pin) -> Vec<Row> {
    rows(milestones).enumerate().map(|(place, milestone)| row(place + 1, milestone, pin)).collect()
}

fn row(number: usize, milestone: &Milestone, pin: &Pin) -> Row {
    let (what, icon) = named(milestone);
    let told = published(milestone);
    let exact = milestone.occurred.date().earliest() == Some(milestone.occurred.date().latest());
    let later = milestone.occurred.date().earliest().is_some_and(|first| first > pin.day);
    let weak = later || !milestone.evidence.0.decides();
    let lag = told.filter(|_| exact).map(|day| (day - milestone.occurred.date().latest()).num_days()).map(lag);
    Row {
        number,
        id: milestone.id.0.to_string(),
        position: milestone.position.0,
        icon,
        date: markup::date(milestone.occurred.date()),
        what,
        summary: milestone.summary.clone(),
        doubt: words::evidence(milestone.evidence.0).unwrap_or_default(),
        class: match (milestone.kind.0 == MilestoneKind::Noted, weak) {
            (true, true) => "quiet weak",
            (true, false) => "quiet",
            (false, true) => "weak",
            (false, false) => "",
        },
        later,
        conflict: milestone.contradiction.is_some(),
        sources: markup::sources(&milestone.sources),
        published: told.map_or_else(|| "source not dated".to_owned(), |day| day.to_string()),
        lag: lag.unwrap_or_default(),
        recorded: milestone.recorded_at.0.date_naive().to_string(),
    }
}

/// How long after it happened something was published.
fn lag(days: i64) -> String {
    match days {
        0 => "same day".to_owned(),
        1.. => format!("{} later", dates::days(days, Some(days))),
        _ => format!("told {} ahead", dates::days(-days, Some(-days))),
    }
}

/// The copies of the list that name the country.
pub fn sightings(milestones: &[Milestone]) -> Vec<Sighting> {
    let seen = milestones.iter().filter(|milestone| is_copy_of_the_list(milestone));
    let sighting = |milestone: &Milestone| {
        let listings = match &milestone.detail {
            Detail::Observed { listings, .. } => listings.as_slice(),
            _ => &[],
        };
        let how = |Term(listing): &Term<Listing>| match listing {
            Listing::Unlisted => "not named",
            of => words::listing(*of),
        };
        Sighting {
            position: milestone.position.0,
            date: markup::date(milestone.occurred.date()),
            how: listings.iter().map(how).collect::<Vec<_>>().join(" or "),
            doubt: words::evidence(milestone.evidence.0).unwrap_or_default(),
            sources: markup::sources(&milestone.sources),
        }
    };
    seen.map(sighting).collect()
}

/// The milestones whose sources contradict each other, each source beside the others.
pub fn conflicts(milestones: &[Milestone]) -> Vec<Conflict> {
    let conflict = |milestone: &Milestone| {
        let contradiction = milestone.contradiction.as_ref()?;
        let tellings = contradiction.tellings.iter().map(|telling| Told {
            source: markup::sources([&telling.source]),
            title: markup::in_its_language(&telling.source.title),
            tells: dates::said(telling.source.tells.date.date()),
            counts: match (telling.preferred, telling.source.tells.evidence.0.decides()) {
                (true, _) => "yes",
                (false, false) => "no: rough or doubtful",
                (false, true) => "no: another is better",
            },
        });
        Some(Conflict {
            what: named(milestone).0,
            date: dates::said(milestone.occurred.date()),
            why: contradiction.why,
            tellings: tellings.collect(),
        })
    };
    milestones.iter().filter_map(conflict).collect()
}

/// What decides nothing, and what was corrected or retracted.
pub fn asides(milestones: &[Milestone], taken_back: &[Milestone]) -> [Vec<Aside>; 2] {
    let aside = |milestone: &Milestone, why| Aside {
        position: milestone.position.0,
        title: format!("{}, {}", named(milestone).0, dates::said(milestone.occurred.date())),
        text: milestone.summary.clone(),
        why,
    };
    let weak = milestones.iter().filter(|milestone| !milestone.evidence.0.decides());
    let weak = weak.map(|milestone| aside(milestone, words::evidence(milestone.evidence.0).unwrap_or_default()));
    let mended = milestones.iter().chain(taken_back).filter_map(|milestone| match milestone.state.0 {
        EntryState::Recorded => None,
        EntryState::Retracted => Some(aside(milestone, "taken back")),
        EntryState::Refined => Some(aside(milestone, "date made narrower")),
        EntryState::Corrected => Some(aside(milestone, "corrected")),
    });
    [weak.collect(), mended.collect()]
}
