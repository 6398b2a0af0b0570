//! What is in the large log? 201 instruments of 249 countries, ten events each, the same for the same seed.

use std::path::Path;

use chrono::{DateTime, Days, NaiveDate, Utc};
use depositary::config::instruments::Instruments;
use depositary::domain::country::Country;
use depositary::domain::event::{Event, MilestoneRecorded};
use depositary::domain::ids::{Actor, AgreementId, CommandId, InstrumentCode};
use depositary::domain::milestone::{Detail, Milestone, Signing};
use depositary::domain::source::Source;
use depositary::domain::time::UncertainDate;
use depositary::domain::words::{Evidence, Listing, NoticePurpose, Reliability};
use depositary::ledger::canonical;
use depositary::record::import;
use depositary::store::{StoreError, StoredEvent};

use crate::load::Seeded;

/// The generated instruments, beside the two bundled ones.
pub const GENERATED: usize = 199;

/// When all of the log was recorded.
pub const END: &str = "2026-01-01T00:00:00.000000Z";

/// The code of a generated instrument.
pub fn code(number: usize) -> String {
    format!("g{number:03}")
}

/// The text of a generated instrument: the rules of `rdp` under another code.
pub fn instrument_file(number: usize) -> String {
    let text = include_str!("../../data/instruments/rdp.toml");
    text.replacen("code = \"rdp\"", &format!("code = \"{}\"", code(number)), 1)
}

/// The bundled instruments and the generated ones.
pub fn instruments() -> Instruments {
    let bundled = [
        ("rdp.toml".to_owned(), include_str!("../../data/instruments/rdp.toml").to_owned()),
        ("sosa.toml".to_owned(), include_str!("../../data/instruments/sosa.toml").to_owned()),
    ];
    let files = (0..GENERATED).map(|number| (code(number), instrument_file(number)));
    Instruments::of(bundled.into_iter().chain(files)).expect("the instruments are right")
}

/// Writes the generated instruments into a directory.
pub fn write_instruments(directory: &Path) {
    for number in 0..GENERATED {
        let path = directory.join(format!("{}.toml", code(number)));
        std::fs::write(path, instrument_file(number)).expect("the directory can be written");
    }
}

/// Every agreement of the large log.
pub fn agreements() -> Vec<AgreementId> {
    let codes = ["rdp".to_owned(), "sosa".to_owned()].into_iter().chain((0..GENERATED).map(code));
    let countries = Country::partners();
    codes
        .flat_map(|code| {
            let instrument = InstrumentCode::parse(&code).expect("a code");
            let id = move |country: &Country| AgreementId { instrument: instrument.clone(), country: *country };
            countries.iter().map(id).collect::<Vec<_>>()
        })
        .collect()
}

/// The events of the large log in order, each stream's ten together.
pub fn events(seed: u64) -> impl Iterator<Item = Result<StoredEvent, StoreError>> {
    let mut random = Seeded(seed);
    let recorded_at: DateTime<Utc> = END.parse().expect("an instant");
    agreements()
        .into_iter()
        .flat_map(move |id| {
            let opened = (import::open(id.clone(), Actor::parse("bench").expect("a name")).id, id.clone(), opening());
            let milestones = lifecycle(&mut random).into_iter().enumerate().map(move |(index, milestone)| {
                let command = CommandId::named(&format!("bench:{id}:{index}"));
                (command, id.clone(), Event::MilestoneRecorded(recorded(milestone)))
            });
            std::iter::once(opened).chain(milestones).zip(1_u32..).collect::<Vec<_>>()
        })
        .zip(1_u64..)
        .map(move |(((command, id, event), version), position)| {
            let mut stored = StoredEvent {
                position,
                stream: id.to_string(),
                version,
                kind: event.kind().to_owned(),
                schema: event.schema(),
                recorded_at,
                command_id: command.id,
                command_index: command.index,
                actor: "bench".to_owned(),
                payload: canonical(&event.payload().expect("a payload")).expect("canonical JSON"),
                leaf_hash: Vec::new(),
            };
            stored.leaf_hash = stored.leaf().hash().expect("a hash").to_vec();
            Ok(stored)
        })
}

fn opening() -> Event {
    depositary::domain::command::Intent::OpenAgreement.event()
}

/// A milestone with its source, about as long as the bundled ones.
pub fn recorded(milestone: Milestone) -> MilestoneRecorded {
    let published_on = Some(milestone.occurred.latest());
    let source = Source {
        title: "A generated document that tells of this milestone, for measuring only".to_owned(),
        url: Some("https://example.org/generated/document".to_owned()),
        publisher: Some("Nobody".to_owned()),
        citation: None,
        document_number: None,
        published_on,
        reliability: Reliability::Primary,
        tells: None,
        accessed_on: None,
        archived_url: None,
        capture: None,
    };
    MilestoneRecorded { milestone, sources: vec![source] }
}

/// Nine milestones of a plausible life: a first round to the listing, a renewal, and two observations.
pub fn lifecycle(random: &mut Seeded) -> Vec<Milestone> {
    let mut day = NaiveDate::from_ymd_opt(1975, 1, 1).expect("a day") + Days::new(random.below(12_000));
    let mut step = |days: u64| {
        day = day + Days::new(1 + random.below(days));
        day
    };
    let signed = |day| Detail::Signed {
        signings: vec![Signing { on: UncertainDate::day(day), place: None, signatories: Vec::new() }],
    };
    let notice =
        |purpose| Detail::NoticePublished { purpose, document_number: None, citation: None, comments_close_on: None };
    let seen = || Detail::Observed {
        seen: depositary::domain::milestone::Seen::Standing(vec![depositary::domain::words::Standing::InForce]),
    };
    let mut life = Vec::with_capacity(9);
    let mut add = |day: NaiveDate, detail: Detail| {
        life.push(Milestone {
            occurred: UncertainDate::day(day),
            effective: None,
            evidence: Evidence::Stated,
            summary: "A generated milestone, for measuring only; it says nothing about any country".to_owned(),
            detail,
        });
    };
    add(step(600), Detail::IntentAnnounced {});
    add(step(600), notice(NoticePurpose::Negotiation));
    add(step(30), Detail::CommentsClosed {});
    let day = step(400);
    add(day, signed(day));
    add(step(300), Detail::EnteredIntoForce { until: None });
    add(step(3000), seen());
    add(step(900), notice(NoticePurpose::Renewal));
    add(step(900), Detail::Renewed { until: None });
    add(step(100), seen());
    let _ = Listing::Blanket;
    life
}
