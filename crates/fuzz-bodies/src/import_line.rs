//! Is every line of a fact file a command that may be decided, stored, folded and answered, or refused with a reason?
//!
//! Invariant: what is let in can be decided, stored, folded and answered.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::NaiveDate;
use depositary::config::instruments::Instruments;
use depositary::domain::agreement::Agreement;
use depositary::domain::decide::decide;
use depositary::domain::event::{Event, Recorded};
use depositary::domain::figure::decide::FigureCommand;
use depositary::domain::figure::{self, FigureEvent, FigureLogged};
use depositary::domain::ids::{Actor, AgreementId, Position, Version};
use depositary::domain::instrument::Instrument;
use depositary::ledger::canonical;
use depositary::projections::figures::{Counted, Fit, countable, known};
use depositary::projections::history::History;
use depositary::projections::knowledge::Knowledge;
use depositary::projections::rows::Rows;
use depositary::projections::sentence::{Viewpoint, sentence};
use depositary::projections::timeline::periods;
use depositary::record::import::{FigureLine, Line, commands};

/// More lines than this only repeat what a few do, and take longer.
const LINES: usize = 30;

static INSTRUMENTS: LazyLock<Instruments> = LazyLock::new(|| Instruments::bundled().unwrap());

/// Tries a text as the lines of a fact file.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let lines: Vec<&str> = text.lines().take(LINES).collect();
    for text in &lines {
        match Line::parse(text) {
            Ok((line, agreement)) => same_again(&line, &agreement),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
        match FigureLine::parse(text) {
            Ok(line) => figure(line),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    let actor = Actor::parse("fuzzer").unwrap();
    let Ok(commands) = commands(&lines.join("\n"), &actor) else { return };

    let today = today();
    let mut streams: BTreeMap<AgreementId, Vec<Recorded>> = BTreeMap::new();
    for (position, command) in (1..).zip(commands) {
        let Some(instrument) = INSTRUMENTS.find(&command.agreement.instrument) else { continue };
        let stream = streams.entry(command.agreement.clone()).or_default();
        if decide(&Agreement::of(stream.iter()), instrument, &command, today).is_ok() {
            let event = command.intent.event();
            stored_and_read(&event);
            stream.push(Recorded {
                position: Position(position),
                version: Version(u32::try_from(stream.len()).unwrap() + 1),
                recorded_at: today.and_time(chrono::NaiveTime::MIN).and_utc(),
                command: command.id,
                actor: command.actor,
                agreement: command.agreement,
                event,
            });
        }
    }
    for (agreement, stream) in &streams {
        answered(agreement, stream, INSTRUMENTS.find(&agreement.instrument).unwrap(), today);
    }
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

/// A figure is written as it was read; what is let in is stored, read, known and compared.
fn figure(line: FigureLine) {
    let written = serde_json::to_string(&line).unwrap();
    assert_eq!(FigureLine::parse(&written).unwrap_or_else(|error| panic!("{written}: {error}")), line);
    let command = line.record(Actor::parse("fuzzer").unwrap());
    let Ok(decision) = figure::decide::decide(None, &command, today()) else { return };
    let FigureCommand { id, figure, actor, event, .. } = decision.command().clone();
    let payload = canonical(&event.payload().unwrap()).unwrap();
    assert!(!payload.contains("\\u0000"), "{payload}: no NUL enters the log");
    let read = FigureEvent::from_stored(event.kind(), event.schema(), &payload);
    assert_eq!(read.unwrap_or_else(|error| panic!("{payload}: {error}")), event);
    let recorded_at = today().and_time(chrono::NaiveTime::MIN).and_utc();
    let logged =
        FigureLogged { position: Position(1), figure, version: Version(1), recorded_at, command: id, actor, event };
    let record = known(&[logged], &Knowledge::at(Position(1))).unwrap_or_else(|| panic!("{payload}: it is known"));
    if let Some((_, _, value)) = countable(&record.figure) {
        let counted = Counted { at_least: value, at_most: value };
        assert_eq!(counted.fit(value, record.figure.accuracy), Fit::Agrees, "{payload}");
    }
}

fn same_again(line: &Line, agreement: &AgreementId) {
    let written = serde_json::to_string(line).unwrap();
    let (again, of) = Line::parse(&written).unwrap_or_else(|error| panic!("{written}: {error}"));
    assert_eq!((&again, &of), (line, agreement), "{written}");
    assert_eq!(Line::command_id(&again.key), Line::command_id(&line.key));
}

/// What is decided can be stored, and what is stored is the same event for ever.
fn stored_and_read(event: &Event) {
    let payload = canonical(&event.payload().unwrap()).unwrap();
    assert!(!payload.contains("\\u0000"), "{payload}: no NUL enters the log");
    let read = Event::from_stored(event.kind(), event.schema(), &payload);
    assert_eq!(&read.unwrap_or_else(|error| panic!("{payload}: {error}")), event);
}

/// What is stored can be answered: periods tile all days, and each has a sentence.
fn answered(agreement: &AgreementId, stream: &[Recorded], instrument: &Instrument, today: NaiveDate) {
    let history = History::of(stream, instrument);
    let steps = history.worlds(&Knowledge::at(history.through()), instrument);
    let periods = periods(&steps, instrument);
    assert!(periods.first().is_some_and(|first| first.from.is_none()), "{agreement}: from ever");
    assert!(periods.last().is_some_and(|last| last.to.is_none()), "{agreement}: for ever");
    for pair in periods.windows(2) {
        assert!(pair[0].to.is_some() && pair[0].to == pair[1].from, "{agreement}: without gap or overlap");
    }
    for period in &periods {
        assert!(!sentence(&period.status, agreement.country, instrument, &Viewpoint::of(today)).is_empty());
    }
    assert_eq!(Rows::of(stream, instrument).is_some(), !stream.is_empty());
}
