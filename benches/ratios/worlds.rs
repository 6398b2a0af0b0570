//! How long does it take to fold what is known of an agreement into its periods?

use std::time::{Duration, Instant};

use depositary::domain::event::Recorded;
use depositary::domain::ids::{Actor, AgreementId, Position, Version};
use depositary::domain::instrument::Instrument;
use depositary::projections::history::{History, Known};
use depositary::projections::knowledge::Knowledge;
use depositary::projections::worlds::Worlds;
use depositary::record::import::{BUNDLED, commands};

use crate::large::instruments;

/// Measures every bundled history, and made ones whose dates overlap.
pub fn run() {
    let bundled: Vec<(AgreementId, Known)> = BUNDLED.iter().flat_map(|(_, text)| known(text)).collect();
    let mut took: Vec<(Duration, &AgreementId)> = bundled.iter().map(|(id, known)| (fold(id, known), id)).collect();
    took.sort();
    let (slowest, id) = took.last().expect("facts are bundled");
    let middle = took[took.len() / 2].0;
    println!(
        "worlds: the slowest bundled history, {id}: {slowest:.1?} (target: under 100 µs), the median {middle:.1?}"
    );
    let five = overlapping(12, 5);
    println!("worlds: 12 milestones of which 5 overlap: {:.1?} (target: under 2 ms)", longest(&five));
    let all = overlapping(200, 200);
    println!("worlds: 200 milestones that all overlap: {:.1?} (target: under 50 ms)", longest(&all));
    let pairs = overlapping(200, 3);
    println!("worlds: 200 milestones of which 3 overlap at a time: {:.1?} (target: under 50 ms)", longest(&pairs));
}

/// What is known of each agreement of a fact file.
fn known(text: &str) -> Vec<(AgreementId, Known)> {
    let actor = Actor::parse("bench").expect("a name");
    let mut streams: std::collections::BTreeMap<AgreementId, Vec<Recorded>> = std::collections::BTreeMap::new();
    for (position, command) in (1..).zip(commands(text, &actor).expect("facts")) {
        let stream = streams.entry(command.agreement.clone()).or_default();
        stream.push(Recorded {
            position: Position(position),
            version: Version(stream.len() as u32 + 1),
            recorded_at: chrono::DateTime::UNIX_EPOCH,
            event: command.intent.event(),
            command: command.id,
            actor: command.actor,
            agreement: command.agreement,
        });
    }
    let everything = Knowledge::at(Position(u64::MAX));
    streams
        .into_iter()
        .map(|(id, events)| (id.clone(), History::of(&events, &instrument(&id)).known(&everything)))
        .collect()
}

fn instrument(id: &AgreementId) -> Instrument {
    instruments().load(id.instrument.as_str()).expect("it is bundled").clone()
}

/// The median of several folds.
fn fold(id: &AgreementId, known: &Known) -> Duration {
    let instrument = instrument(id);
    let mut rounds: Vec<Duration> = (0..25)
        .map(|_| {
            let known = known.clone();
            let started = Instant::now();
            std::hint::black_box(Worlds::of(known, &instrument));
            started.elapsed()
        })
        .collect();
    rounds.sort();
    rounds[rounds.len() / 2]
}

fn longest(histories: &[(AgreementId, Known)]) -> Duration {
    histories.iter().map(|(id, known)| fold(id, known)).max().expect("histories")
}

/// Histories of milestones of turning kinds, so many a history, of which so many overlap at a time.
fn overlapping(many: u32, at_once: u32) -> Vec<(AgreementId, Known)> {
    const KINDS: [&str; 12] = [
        r#"{"signed":{"signings":[{"on":"DATE"}]}}"#,
        r#"{"listed":{"listing":"blanket"}}"#,
        r#"{"suspended":{}}"#,
        r#"{"entered_into_force":{}}"#,
        r#"{"resumed":{}}"#,
        r#"{"delisted":{}}"#,
        r#"{"notice_published":{"purpose":"renewal"}}"#,
        r#"{"expired":{}}"#,
        r#"{"renewed":{}}"#,
        r#"{"comments_closed":{}}"#,
        r#"{"terminated":{}}"#,
        r#"{"observed":{"seen":{"standing":["in_force"]}}}"#,
    ];
    let text = |shift: u32| -> String {
        (0..many)
            .map(|number| {
                // So many lie in one year; of the others a group shares a year or each has a day.
                let year = 1900 + number / at_once % 100;
                let shared = number < at_once || at_once == 3;
                let date =
                    if shared { year.to_string() } else { format!("{}-06-{:02}", year + number % 20, 1 + number % 28) };
                let kind = KINDS[((number * 7 + shift) % 12) as usize].replace("DATE", &date);
                format!(
                    r#"{{"key":"rdp/RO/{number}","agreement":"rdp/RO","milestone":{{"occurred":"{date}","evidence":"stated","summary":"Made.","detail":{kind}}},"sources":[{{"title":"Made","url":"https://example.org/","reliability":"primary"}}]}}"#
                ) + "\n"
            })
            .collect()
    };
    (0..12).flat_map(|shift| known(&text(shift))).collect()
}
