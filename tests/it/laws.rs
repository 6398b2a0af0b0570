//! Which laws hold whatever is recorded, in whatever order, with whatever dates?

use chrono::{NaiveDate, TimeDelta};
use depositary::domain::agreement::{Agreement, Entry};
use depositary::domain::command::{Command, Intent};
use depositary::domain::decide::decide;
use depositary::domain::event::{
    MilestoneCorrected, MilestoneDateRefined, MilestoneRecorded, MilestoneRetracted, Recorded, SourceAdded,
};
use depositary::domain::ids::{CommandId, MilestoneId, Position};
use depositary::domain::instrument::Instrument;
use depositary::domain::milestone::{Detail, Milestone, Seen, Signing};
use depositary::domain::source::{Source, Telling, Told, resolve, settle};
use depositary::domain::time::UncertainDate;
use depositary::domain::words::{Evidence, Listing, NoticePurpose, Reliability, Standing};
use depositary::instruments::Instruments;
use depositary::projections::history::History;
use depositary::projections::knowledge::{Basis, Knowledge};
use depositary::projections::rows::Rows;
use depositary::projections::status::{Status, status_at};
use depositary::projections::timeline::periods;
use proptest::prelude::*;

use crate::facts::{actor, id, instruments, source};
use crate::statuses::recorded;

const FIRST: i64 = 0;
const DAYS: i64 = 4_000;

fn day(number: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2010, 1, 1).unwrap() + TimeDelta::days(number)
}

fn dates() -> impl Strategy<Value = UncertainDate> {
    prop_oneof![
        4 => (FIRST..DAYS).prop_map(|number| UncertainDate::day(day(number))),
        2 => (FIRST..DAYS, 1..400_i64).prop_map(|(from, long)| UncertainDate::between(Some(day(from)), day(from + long)).unwrap()),
        1 => (FIRST..DAYS).prop_map(|to| UncertainDate::between(None, day(to)).unwrap()),
    ]
}

fn details() -> impl Strategy<Value = Detail> {
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

fn evidence() -> impl Strategy<Value = Evidence> {
    prop_oneof![6 => Just(Evidence::Stated), 2 => Just(Evidence::Inferred), 1 => Just(Evidence::Suspect)]
}

fn sources() -> impl Strategy<Value = Vec<Source>> {
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

fn milestones() -> impl Strategy<Value = Milestone> {
    (dates(), details(), evidence()).prop_map(|(occurred, mut detail, evidence)| {
        if let Detail::Signed { signings } = &mut detail {
            signings.push(Signing { on: occurred, place: None, signatories: vec![] });
        }
        Milestone { occurred, effective: None, evidence, summary: "made".to_owned(), detail }
    })
}

/// What someone wants, about the milestone of an earlier command where it needs one.
fn intents() -> impl Strategy<Value = (Intent, usize)> {
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

fn command(number: usize, intent: Intent, about: usize) -> Command {
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
fn histories() -> impl Strategy<Value = Vec<Recorded>> {
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

fn events(commands: &[Command]) -> Vec<Recorded> {
    recorded(commands.iter().cloned()).into_values().next().unwrap_or_default()
}

fn rdp(instruments: &Instruments) -> &Instrument {
    instruments.load("rdp").unwrap()
}

fn knowledge(position: u64, basis: Basis, known: Option<i64>) -> Knowledge {
    let known_at = known.map(|number| day(number).and_time(chrono::NaiveTime::MIN).and_utc());
    Knowledge { position: Position(position), basis, known_at }
}

fn bases() -> impl Strategy<Value = (Basis, Option<i64>)> {
    prop_oneof![Just((Basis::Recorded, None)), (FIRST..DAYS).prop_map(|known| (Basis::Published, Some(known)))]
}

fn at(history: &History, instrument: &Instrument, knowledge: &Knowledge, on: i64) -> Status {
    status_at(&history.steps(knowledge, instrument), instrument, day(on))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn periods_tile_all_days_and_a_status_holds_throughout_its_period(events in histories(), on in -500..DAYS + 1_000, (basis, known) in bases()) {
        let instruments = instruments();
        let instrument = rdp(&instruments);
        let history = History::of(&events, instrument);
        let steps = history.steps(&knowledge(u64::MAX, basis, known), instrument);
        let periods = periods(&steps, instrument);
        prop_assert_eq!(periods.first().unwrap().from, None);
        prop_assert_eq!(periods.last().unwrap().to, None);
        for pair in periods.windows(2) {
            prop_assert_eq!(pair[0].to, pair[1].from);
            prop_assert!(pair[0].to.is_some());
            let facets = |status: &Status| (status.headlines, status.stages, status.standings, status.listings, status.round);
            prop_assert_ne!(facets(&pair[0].status), facets(&pair[1].status), "neighbours differ");
        }
        let on = day(on);
        let inside = |from: Option<NaiveDate>, to: Option<NaiveDate>| from.is_none_or(|from| from <= on) && to.is_none_or(|to| on < to);
        let period = periods.iter().find(|period| inside(period.from, period.to)).unwrap();
        let status = status_at(&steps, instrument, on);
        prop_assert_eq!(
            (status.headlines, status.stages, status.standings, status.listings, status.round),
            (period.status.headlines, period.status.stages, period.status.standings, period.status.listings, period.status.round)
        );
    }

    #[test]
    fn what_was_known_at_a_position_never_changes_when_the_log_grows(events in histories(), cut in 1..16_usize, on in FIRST..DAYS, (basis, known) in bases()) {
        let instruments = instruments();
        let instrument = rdp(&instruments);
        let cut = cut.min(events.len());
        let then = knowledge(events[cut - 1].position.0, basis, known);
        let short = History::of(&events[..cut], instrument);
        let long = History::of(&events, instrument);
        prop_assert_eq!(at(&short, instrument, &then, on), at(&long, instrument, &then, on));
        prop_assert_eq!(short.steps(&then, instrument).into_owned(), long.steps(&then, instrument).into_owned());
    }

    #[test]
    fn something_is_always_possible_and_certain_means_one_value_each(events in histories(), on in -500..DAYS + 1_000, (basis, known) in bases()) {
        let instruments = instruments();
        let instrument = rdp(&instruments);
        let status = at(&History::of(&events, instrument), instrument, &knowledge(u64::MAX, basis, known), on);
        prop_assert!(!status.headlines.is_empty() && !status.stages.is_empty() && !status.standings.is_empty() && !status.listings.is_empty());
        let one_each = status.headlines.certain().is_some()
            && status.stages.certain().is_some()
            && status.standings.certain().is_some()
            && status.listings.certain().is_some();
        prop_assert_eq!(status.certain(), one_each);
        prop_assert!(!status.because.is_empty(), "every status says why");
    }

    #[test]
    fn a_correction_back_restores_the_answers_of_before_and_those_in_between_stay(events in histories(), content in milestones(), on in FIRST..DAYS) {
        let instruments = instruments();
        let instrument = rdp(&instruments);
        let record = Agreement::of(&events);
        // One whose sources came together: of tellings that came one after another the later counts more (rule 6).
        let together = |entry: &Entry| entry.sources.iter().all(|(position, _)| *position == entry.position);
        let Some((milestone, entry)) = record.standing_entries().find(|(_, entry)| together(entry)) else { return Ok(()) };
        let correct = |name: &str, content: Milestone, sources: Vec<Source>| Command {
            id: CommandId::named(name),
            agreement: id("rdp/RO"),
            expected_version: None,
            actor: actor(),
            intent: Intent::CorrectMilestone(MilestoneCorrected { milestone: *milestone, content, sources, why: "x".to_owned() }),
        };
        let sources: Vec<Source> = entry.sources.iter().map(|(_, source)| source.clone()).collect();
        let next = |position: u64, command: &Command| Recorded {
            position: Position(position),
            event: command.intent.event(),
            command: command.id,
            ..events.last().unwrap().clone()
        };
        let last = events.last().unwrap().position.0;
        let mut longer = events.clone();
        longer.push(next(last + 1, &correct("away", content, vec![source("Another")])));
        let in_between = at(&History::of(&longer, instrument), instrument, &knowledge(u64::MAX, Basis::Recorded, None), on);
        longer.push(next(last + 2, &correct("back", entry.milestone.clone(), sources)));
        let history = History::of(&longer, instrument);
        let before = at(&history, instrument, &knowledge(last, Basis::Recorded, None), on);
        let after = at(&history, instrument, &knowledge(last + 2, Basis::Recorded, None), on);
        prop_assert_eq!(before, after);
        prop_assert_eq!(at(&history, instrument, &knowledge(last + 1, Basis::Recorded, None), on), in_between);
    }

    #[test]
    fn rows_follow_from_the_events_alone_and_agree_with_the_status(events in histories(), on in FIRST..DAYS) {
        let instruments = instruments();
        let instrument = rdp(&instruments);
        let rows = Rows::of(&events, instrument).unwrap();
        prop_assert_eq!(&rows, &Rows::of(&events, instrument).unwrap());
        let on_day = day(on);
        let row = rows.periods.iter().find(|row| row.from_day.is_none_or(|from| from <= on_day) && row.to_day.is_none_or(|to| on_day < to)).unwrap();
        let status = at(&History::of(&events, instrument), instrument, &knowledge(u64::MAX, Basis::Recorded, None), on);
        prop_assert_eq!((row.headlines, row.stages, row.standings, row.listings), (status.headlines, status.stages, status.standings, status.listings));
        prop_assert_eq!(row.waiting, status.waiting.is_some());
        prop_assert_eq!(rows.milestones.len(), Agreement::of(&events).milestones.len());
    }

    #[test]
    fn the_record_and_the_answers_agree_on_every_date_and_its_evidence(events in histories()) {
        let instruments = instruments();
        let instrument = rdp(&instruments);
        let rows = Rows::of(&events, instrument).unwrap();
        let known = History::of(&events, instrument).known(&knowledge(u64::MAX, Basis::Recorded, None));
        prop_assert_eq!(rows.milestones.iter().filter(|row| !row.retracted).count(), known.facts.len());
        for fact in &known.facts {
            let row = rows.milestones.iter().find(|row| row.milestone == fact.milestone).unwrap();
            prop_assert_eq!((row.earliest, row.latest), (fact.occurred.earliest(), fact.occurred.latest()));
            prop_assert_eq!((row.kind, row.evidence, row.position), (fact.kind, fact.evidence, fact.position));
            prop_assert!(fact.counts.within(fact.occurred), "bounds only become narrower");
        }
    }

    #[test]
    fn the_newest_knowledge_is_the_plain_fold(events in histories()) {
        let instruments = instruments();
        let instrument = rdp(&instruments);
        let history = History::of(&events, instrument);
        let newest = knowledge(history.through().0, Basis::Recorded, None);
        let folded = depositary::projections::steps::Steps::of(history.known(&newest), instrument);
        prop_assert_eq!(history.steps(&newest, instrument).into_owned(), folded);
    }

    #[test]
    fn several_tellings_amount_to_the_same_date_in_any_order(tellings in proptest::collection::vec((dates(), evidence(), any::<bool>(), proptest::option::of(FIRST..DAYS)), 1..5)) {
        let told: Vec<Told> = (0..)
            .zip(tellings)
            .map(|(order, (date, evidence, primary, published))| Told {
                telling: Telling { date, evidence },
                reliability: if primary { Reliability::Primary } else { Reliability::Secondary },
                published_on: published.map(day),
                order,
            })
            .collect();
        let reversed: Vec<Told> = told.iter().rev().copied().collect();
        prop_assert_eq!(resolve(&told), resolve(&reversed));
        let inside = resolve(&told).unwrap();
        let (one, other) = (settle(&told).unwrap(), settle(&reversed).unwrap());
        prop_assert_eq!(one.by, other.by, "and for the same reason");
        let mirrored: Vec<usize> = other.rests_on.iter().rev().map(|place| told.len() - 1 - place).collect();
        prop_assert_eq!(&one.rests_on, &mirrored);
        let all = told.iter().skip(1).try_fold(told[0].telling.date, |date, one| date.intersection(one.telling.date));
        prop_assert_eq!(one.is_contradiction(), all.is_none(), "a contradiction is what cannot all be true");
        prop_assert!(told.iter().any(|one| inside.date.within(one.telling.date) || one.telling.date.within(inside.date)));
    }

    #[test]
    fn any_event_can_follow_any_other(wanted in proptest::collection::vec(intents(), 0..12)) {
        let instruments = instruments();
        let commands: Vec<Command> = wanted.into_iter().enumerate().map(|(number, (intent, about))| command(number, intent, about + 1)).collect();
        let events = events(&commands);
        let record = Agreement::of(&events);
        prop_assert_eq!(usize::try_from(record.version.0).unwrap(), events.len());
        let _ = Rows::of(&events, rdp(&instruments));
    }
}
