//! Which short histories can be recorded at all?
//!
//! Invariant: every kind of milestone with everything that belongs to it comes up, close enough together that their days
//! overlap; what `decide` refuses is left out, as it would be from a log.

use std::fmt;
use std::sync::LazyLock;

use chrono::{NaiveDate, TimeDelta};
use depositary::config::instruments::Instruments;
use depositary::domain::agreement::Agreement;
use depositary::domain::command::{Command, Intent};
use depositary::domain::decide::decide;
use depositary::domain::event::{
    Event, MilestoneCorrected, MilestoneDateRefined, MilestoneRecorded, MilestoneRetracted, Recorded, SourceAdded,
};
use depositary::domain::ids::{CommandId, MilestoneId};
use depositary::domain::instrument::Instrument;
use depositary::domain::milestone::{Detail, Milestone, Seen, Signing};
use depositary::domain::source::{Source, Telling};
use depositary::domain::time::UncertainDate;
use depositary::domain::words::{Evidence, Listing, NoticePurpose, Reliability, Standing, Word};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use testkit::facts::{actor, id, instruments, source};
use testkit::histories::events;

/// A history of one agreement, and the instrument by whose rules it runs.
#[derive(Clone)]
pub struct Made {
    pub instrument: &'static str,
    pub events: Vec<Recorded>,
}

/// Read once: thousands of histories are made.
static INSTRUMENTS: LazyLock<Instruments> = LazyLock::new(instruments);

impl Made {
    pub fn rules(&self) -> &'static Instrument {
        INSTRUMENTS.load(self.instrument).unwrap()
    }
}

/// One line an event: what a person needs to see why a test failed.
impl fmt::Debug for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.instrument)?;
        self.events.iter().try_for_each(|recorded| {
            let content = match &recorded.event {
                Event::MilestoneRecorded(new) => &new.milestone,
                Event::MilestoneCorrected(corrected) => &corrected.content,
                other => return writeln!(f, "  {}", other.kind()),
            };
            let effective = content.effective.map(|date| format!(" effective {date}")).unwrap_or_default();
            let (kind, evidence) = (recorded.event.kind(), content.evidence);
            writeln!(f, "  {kind}: {}{effective} {evidence} {:?}", content.occurred, content.detail)
        })
    }
}

/// The days of a history are so many of so long a step.
#[derive(Debug, Clone, Copy)]
struct Scale {
    days: i64,
    step: i64,
}

/// Eight days in a row, or far enough apart that comments close within them by the usual window.
const SCALES: [Scale; 3] = [Scale { days: 8, step: 1 }, Scale { days: 5, step: 1 }, Scale { days: 7, step: 13 }];

pub fn day(number: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2010, 1, 1).unwrap() + TimeDelta::days(number)
}

fn dates(scale: Scale) -> impl Strategy<Value = UncertainDate> + Clone {
    let at = move |number: i64| day(number * scale.step);
    let between = |from: Option<NaiveDate>, to| UncertainDate::between(from, to).unwrap();
    prop_oneof![
        5 => (0..scale.days).prop_map(move |number| UncertainDate::day(at(number))),
        4 => (0..scale.days, 1..5_i64).prop_map(move |(from, long)| between(Some(at(from)), at(from + long))),
        1 => (0..scale.days).prop_map(move |to| between(None, at(to))),
    ]
}

fn listed() -> impl Strategy<Value = Listing> {
    select(vec![Listing::CaseByCase, Listing::Blanket])
}

fn notices(scale: Scale) -> impl Strategy<Value = Detail> {
    let closes = proptest::option::of((0..scale.days).prop_map(move |number| day(number * scale.step)));
    (select(NoticePurpose::ALL), closes).prop_map(|(purpose, comments_close_on)| Detail::NoticePublished {
        purpose,
        document_number: None,
        citation: None,
        comments_close_on,
    })
}

/// What was seen: mostly one value or two of the standing, less often of the listing, or talks.
fn seen() -> impl Strategy<Value = Seen> {
    prop_oneof![
        4 => subsequence(Standing::ALL.to_vec(), 1..=2).prop_map(Seen::Standing),
        2 => subsequence(Listing::ALL.to_vec(), 1..=2).prop_map(Seen::Listing),
        1 => Just(Seen::Talks {}),
    ]
}

fn details(scale: Scale) -> impl Strategy<Value = Detail> {
    let until = move || proptest::option::of(dates(scale));
    prop_oneof![
        1 => Just(Detail::IntentAnnounced {}),
        2 => notices(scale),
        1 => Just(Detail::CommentsClosed {}),
        1 => Just(Detail::TextAgreed {}),
        1 => Just(Detail::DeterminationMade { scope: None }),
        4 => Just(Detail::Signed { signings: vec![] }),
        3 => until().prop_map(|until| Detail::EnteredIntoForce { until }),
        2 => until().prop_map(|until| Detail::Renewed { until }),
        1 => listed().prop_map(|listing| Detail::Listed { listing }),
        1 => listed().prop_map(|listing| Detail::ListingChanged { listing }),
        1 => Just(Detail::Delisted {}),
        1 => Just(Detail::Suspended {}),
        1 => Just(Detail::Resumed {}),
        1 => Just(Detail::Expired {}),
        1 => Just(Detail::Terminated {}),
        1 => Just(Detail::Withdrawn {}),
        1 => select(vec![Detail::Noted {}, Detail::Amended {}, Detail::DomesticApproval { body: None }]),
        4 => seen().prop_map(|seen| Detail::Observed { seen }),
    ]
}

fn evidence() -> impl Strategy<Value = Evidence> {
    prop_oneof![8 => Just(Evidence::Stated), 2 => Just(Evidence::Inferred), 1 => select(Evidence::ALL)]
}

fn milestones(scale: Scale) -> impl Strategy<Value = Milestone> {
    let effective = proptest::option::weighted(0.25, dates(scale));
    (dates(scale), details(scale), evidence(), effective).prop_map(|(occurred, mut detail, evidence, effective)| {
        if let Detail::Signed { signings } = &mut detail {
            signings.push(Signing { on: occurred, place: None, signatories: vec![] });
        }
        Milestone { occurred, effective, evidence, summary: "Made.".to_owned(), detail }
    })
}

fn sources(scale: Scale) -> impl Strategy<Value = Vec<Source>> {
    let published = proptest::option::weighted(0.8, 0..scale.days);
    let tells = proptest::option::weighted(0.1, (dates(scale), evidence()));
    let one = (published, tells, any::<bool>()).prop_map(move |(published, tells, primary)| Source {
        published_on: published.map(|number| day(number * scale.step)),
        tells: tells.map(|(date, evidence)| Telling { date, evidence }),
        reliability: if primary { Reliability::Primary } else { Reliability::Secondary },
        ..source("Made")
    });
    proptest::collection::vec(one, 1..3)
}

/// What becomes of a milestone after it was recorded, about the one of that number.
fn mendings(scale: Scale) -> impl Strategy<Value = (Intent, usize)> {
    let about = MilestoneId(uuid::Uuid::nil());
    let intent = prop_oneof![
        (dates(scale), evidence(), sources(scale)).prop_map(move |(occurred, evidence, sources)| {
            Intent::RefineDate(MilestoneDateRefined { milestone: about, occurred, evidence, sources })
        }),
        (milestones(scale), sources(scale)).prop_map(move |(content, sources)| {
            Intent::CorrectMilestone(MilestoneCorrected {
                milestone: about,
                content,
                sources,
                why: "Better.".to_owned(),
            })
        }),
        Just(Intent::RetractMilestone(MilestoneRetracted { milestone: about, why: "Wrong.".to_owned() })),
        sources(scale).prop_map(move |mut sources| {
            Intent::AddSource(SourceAdded { milestone: about, source: sources.remove(0) })
        }),
    ];
    (intent, 0..5_usize)
}

fn named(number: usize) -> CommandId {
    CommandId::named(&format!("made {number}"))
}

fn about(intent: Intent, milestone: MilestoneId) -> Intent {
    match intent {
        Intent::RefineDate(refined) => Intent::RefineDate(MilestoneDateRefined { milestone, ..refined }),
        Intent::CorrectMilestone(corrected) => Intent::CorrectMilestone(MilestoneCorrected { milestone, ..corrected }),
        Intent::RetractMilestone(retracted) => Intent::RetractMilestone(MilestoneRetracted { milestone, ..retracted }),
        Intent::AddSource(added) => Intent::AddSource(SourceAdded { milestone, ..added }),
        other => other,
    }
}

/// Those that `decide` lets through, of what is wanted in turn.
fn let_through(instrument: &'static str, wanted: Vec<Intent>) -> Made {
    let agreement = id(&format!("{instrument}/RO"));
    let mut through = vec![testkit::facts::open(&agreement.to_string())];
    let mut made = Made { instrument, events: events(&through) };
    for (number, intent) in wanted.into_iter().enumerate() {
        let agreement = agreement.clone();
        let command = Command { id: named(number), agreement, expected_version: None, actor: actor(), intent };
        if decide(&Agreement::of(&made.events), made.rules(), &command, day(10_000)).is_ok() {
            through.push(command);
            made.events = events(&through);
        }
    }
    made
}

fn of_scale(scale: Scale, most: usize) -> impl Strategy<Value = Made> {
    let new = (milestones(scale), sources(scale))
        .prop_map(|(milestone, sources)| Intent::RecordMilestone(MilestoneRecorded { milestone, sources }));
    let new = proptest::collection::vec(new, 1..=most);
    let mended = proptest::collection::vec(mendings(scale), 0..3);
    let mended = prop_oneof![2 => Just(vec![]), 1 => mended];
    (select(vec!["rdp", "sosa"]), new, mended).prop_map(|(instrument, mut wanted, mended)| {
        let recorded = wanted.len();
        let turned = |(intent, number): (Intent, usize)| about(intent, named(number % recorded).into());
        wanted.extend(mended.into_iter().map(turned));
        let_through(instrument, wanted)
    })
}

/// Histories of at most so many milestones, on both instruments.
pub fn made(most: usize) -> impl Strategy<Value = Made> {
    select(SCALES.to_vec()).prop_flat_map(move |scale| of_scale(scale, most))
}
