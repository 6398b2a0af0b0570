//! Which histories can there be, in whatever order, with whatever dates, sources and recording times?
//!
//! Invariant: nothing is in a history that `decide` refuses.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use depositary::config::instruments::Instruments;
use depositary::domain::agreement::Agreement;
use depositary::domain::command::{Command, Intent};
use depositary::domain::decide::decide;
use depositary::domain::event::{
    MilestoneCorrected, MilestoneDateRefined, MilestoneRecorded, MilestoneRetracted, Recorded, SourceAdded,
};
use depositary::domain::ids::{CommandId, MilestoneId, Position};
use depositary::domain::instrument::Instrument;
use depositary::domain::milestone::{Detail, Milestone, Seen, Signing};
use depositary::domain::source::{Source, Telling};
use depositary::domain::time::UncertainDate;
use depositary::domain::words::{Evidence, Listing, NoticePurpose, Reliability, Standing};
use depositary::projections::history::History;
use depositary::projections::knowledge::{Basis, Knowledge};
use depositary::projections::status::{Status, status_at};
use proptest::prelude::*;

use crate::facts::{actor, id, instruments, source};
use crate::statuses::recorded;

/// The number of the first day, which is the first of 2010.
pub const FIRST: i64 = 0;
/// How many days the dates of a history spread over.
pub const DAYS: i64 = 4_000;

/// The day of a number.
pub fn day(number: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2010, 1, 1).unwrap() + TimeDelta::days(number)
}

/// The beginning of the day of a number.
pub fn instant(number: i64) -> DateTime<Utc> {
    day(number).and_time(NaiveTime::MIN).and_utc()
}

/// Known days, spans, and what was so by some day.
pub fn dates() -> impl Strategy<Value = UncertainDate> {
    prop_oneof![
        4 => (FIRST..DAYS).prop_map(|number| UncertainDate::day(day(number))),
        2 => (FIRST..DAYS, 1..400_i64).prop_map(|(from, long)| UncertainDate::between(Some(day(from)), day(from + long)).unwrap()),
        1 => (FIRST..DAYS).prop_map(|to| UncertainDate::between(None, day(to)).unwrap()),
    ]
}

/// What happened, of every kind that decides a status.
pub fn details() -> impl Strategy<Value = Detail> {
    let listing = || prop_oneof![Just(Listing::CaseByCase), Just(Listing::Blanket)];
    prop_oneof![
        Just(Detail::IntentAnnounced {}),
        proptest::option::of(FIRST..DAYS).prop_map(|closes| Detail::NoticePublished {
            purpose: NoticePurpose::Negotiation,
            document_number: None,
            citation: None,
            comments_close_on: closes.map(day),
        }),
        Just(Detail::CommentsClosed {}),
        Just(Detail::TextAgreed {}),
        Just(Detail::DeterminationMade { scope: None }),
        Just(Detail::Signed { signings: vec![] }),
        proptest::option::of(dates()).prop_map(|until| Detail::EnteredIntoForce { until }),
        listing().prop_map(|listing| Detail::Listed { listing }),
        listing().prop_map(|listing| Detail::ListingChanged { listing }),
        Just(Detail::Delisted {}),
        proptest::option::of(dates()).prop_map(|until| Detail::Renewed { until }),
        Just(Detail::Suspended {}),
        Just(Detail::Resumed {}),
        Just(Detail::Expired {}),
        Just(Detail::Terminated {}),
        Just(Detail::Withdrawn {}),
        Just(Detail::Noted {}),
        proptest::sample::subsequence(vec![Listing::Unlisted, Listing::CaseByCase, Listing::Blanket], 1..=3)
            .prop_map(|values| Detail::Observed { seen: Seen::Listing(values) }),
        Just(Detail::Observed { seen: Seen::Standing(vec![Standing::InForce]) }),
        Just(Detail::Observed { seen: Seen::Standing(vec![Standing::NotConcluded, Standing::Signed]) }),
        Just(Detail::Observed { seen: Seen::Talks {} }),
    ]
}

/// Mostly what is stated.
pub fn evidence() -> impl Strategy<Value = Evidence> {
    prop_oneof![6 => Just(Evidence::Stated), 2 => Just(Evidence::Inferred), 1 => Just(Evidence::Suspect)]
}

/// One or two sources, some of which tell another date.
pub fn sources() -> impl Strategy<Value = Vec<Source>> {
    let one =
        (proptest::option::of(FIRST..DAYS), proptest::option::weighted(0.2, (dates(), evidence())), any::<bool>());
    let one = one.prop_map(|(published, tells, primary)| Source {
        published_on: published.map(day),
        tells: tells.map(|(date, evidence)| Telling { date, evidence }),
        reliability: if primary { Reliability::Primary } else { Reliability::Secondary },
        ..source("A source")
    });
    proptest::collection::vec(one, 1..3)
}

/// Milestones whose signing is of the day on which they occurred.
pub fn milestones() -> impl Strategy<Value = Milestone> {
    let effective = proptest::option::weighted(0.2, dates());
    (dates(), details(), evidence(), effective).prop_map(|(occurred, mut detail, evidence, effective)| {
        if let Detail::Signed { signings } = &mut detail {
            signings.push(Signing { on: occurred, place: None, signatories: vec![] });
        }
        Milestone { occurred, effective, evidence, summary: "made".to_owned(), detail }
    })
}

/// What someone wants, about the milestone of an earlier command where it needs one.
pub fn intents() -> impl Strategy<Value = (Intent, usize)> {
    let about = MilestoneId(uuid::Uuid::nil());
    let intent = prop_oneof![
        8 => (milestones(), sources()).prop_map(|(milestone, sources)| Intent::RecordMilestone(MilestoneRecorded { milestone, sources })),
        1 => (dates(), evidence(), sources()).prop_map(move |(occurred, evidence, sources)| {
            Intent::RefineDate(MilestoneDateRefined { milestone: about, occurred, evidence, sources })
        }),
        1 => (milestones(), sources()).prop_map(move |(content, sources)| {
            Intent::CorrectMilestone(MilestoneCorrected { milestone: about, content, sources, why: "better".to_owned() })
        }),
        1 => Just(Intent::RetractMilestone(MilestoneRetracted { milestone: about, why: "wrong".to_owned() })),
        1 => sources().prop_map(move |mut sources| Intent::AddSource(SourceAdded { milestone: about, source: sources.remove(0) })),
    ];
    (intent, 0..100_usize)
}

/// The command of a number, which is about an earlier one where its intent needs one.
pub fn command(number: usize, intent: Intent, about: usize) -> Command {
    let earlier = MilestoneId::from(CommandId::named(&format!("law {}", about % number.max(1))));
    let intent = match intent {
        Intent::RefineDate(refined) => Intent::RefineDate(MilestoneDateRefined { milestone: earlier, ..refined }),
        Intent::CorrectMilestone(corrected) => {
            Intent::CorrectMilestone(MilestoneCorrected { milestone: earlier, ..corrected })
        }
        Intent::RetractMilestone(retracted) => {
            Intent::RetractMilestone(MilestoneRetracted { milestone: earlier, ..retracted })
        }
        Intent::AddSource(added) => Intent::AddSource(SourceAdded { milestone: earlier, ..added }),
        other => other,
    };
    let id_of = CommandId::named(&format!("law {number}"));
    Command { id: id_of, agreement: id("rdp/RO"), expected_version: None, actor: actor(), intent }
}

/// A history of what `decide` lets through, out of what some people want; deciding never panics.
pub fn histories() -> impl Strategy<Value = Vec<Recorded>> {
    proptest::collection::vec(intents(), 1..14).prop_map(|wanted| {
        let instruments = instruments();
        let instrument = rdp(&instruments);
        let open = crate::facts::open("rdp/RO");
        let mut through = vec![open];
        for (number, (intent, about)) in wanted.into_iter().enumerate() {
            let command = command(number, intent, about);
            let events = events(&through);
            if decide(&Agreement::of(&events), instrument, &command, day(DAYS)).is_ok() {
                through.push(command);
            }
        }
        events(&through)
    })
}

/// The events of some commands, two of them recorded at each instant.
pub fn events(commands: &[Command]) -> Vec<Recorded> {
    let mut events = recorded(commands.iter().cloned()).into_values().next().unwrap_or_default();
    for event in &mut events {
        event.recorded_at = recorded_at(event.position);
    }
    events
}

/// When the event at a position was recorded.
pub fn recorded_at(position: Position) -> DateTime<Utc> {
    instant(i64::try_from(position.0 / 2 * 500).unwrap())
}

/// The reciprocal agreement, by whose rules the histories are.
pub fn rdp(instruments: &Instruments) -> &Instrument {
    instruments.load("rdp").unwrap()
}

/// What was known at a position, and by a day where one is given.
pub fn knowledge(position: u64, basis: Basis, known: Option<i64>) -> Knowledge {
    Knowledge { position: Position(position), basis, known_at: known.map(instant) }
}

/// By which knowledge a status is asked.
pub fn bases() -> impl Strategy<Value = (Basis, Option<i64>)> {
    let by = |basis| (FIRST..DAYS).prop_map(move |known| (basis, Some(known)));
    let all = |basis| Just((basis, None));
    prop_oneof![all(Basis::Recorded), by(Basis::Recorded), all(Basis::Published), by(Basis::Published)]
}

/// The status of a history on the day of a number.
pub fn at(history: &History, instrument: &Instrument, knowledge: &Knowledge, on: i64) -> Status {
    status_at(&history.worlds(knowledge, instrument), instrument, day(on))
}
