//! The ten rules over the bundled facts, without a database: what every country comes out as.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use depositary::domain::country::Country;
use depositary::domain::event::{Event, Recorded};
use depositary::domain::ids::{Actor, AgreementId, Position, Version};
use depositary::domain::words::{Headline, Listing, MilestoneKind, Stage, Standing};
use depositary::import::{BUNDLED, Line};
use depositary::instruments::Instruments;
use depositary::projections::durations::{durations, median};
use depositary::projections::history::History;
use depositary::projections::knowledge::{Basis, Knowledge};
use depositary::projections::sentence::sentence;
use depositary::projections::status::{Status, status_at};
use depositary::projections::timeline::periods;

pub struct Facts {
    pub instruments: Instruments,
    pub streams: BTreeMap<AgreementId, Vec<Recorded>>,
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The bundled facts as a log would hold them.
pub fn bundled() -> Facts {
    let actor = Actor::parse("bundled").unwrap();
    let mut streams: BTreeMap<AgreementId, Vec<Recorded>> = BTreeMap::new();
    let mut position = 0;
    for (_, text) in BUNDLED {
        for line in text.lines() {
            let (line, agreement) = Line::parse(line).unwrap();
            let stream = streams.entry(agreement.clone()).or_default();
            let mut commands = Vec::new();
            if stream.is_empty() {
                commands.push(depositary::import::open(agreement.clone(), actor.clone()));
            }
            commands.push(line.record(agreement.clone(), actor.clone()));
            for command in commands {
                position += 1;
                let event: Event = command.intent.event();
                stream.push(Recorded {
                    position: Position(position),
                    agreement: agreement.clone(),
                    version: Version(u32::try_from(stream.len()).unwrap() + 1),
                    recorded_at: Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap(),
                    command: command.id,
                    actor: command.actor,
                    event,
                });
            }
        }
    }
    Facts { instruments: Instruments::bundled().unwrap(), streams }
}

impl Facts {
    pub fn history(&self, agreement: &str) -> History {
        let id: AgreementId = agreement.parse().unwrap();
        let instrument = self.instruments.find(&id.instrument).unwrap();
        History::of(self.streams.get(&id).map_or(&[], Vec::as_slice), instrument)
    }

    pub fn status(&self, agreement: &str, on: &str) -> Status {
        self.status_by(agreement, on, Basis::Recorded, None)
    }

    pub fn status_by(&self, agreement: &str, on: &str, basis: Basis, known_at: Option<&str>) -> Status {
        let id: AgreementId = agreement.parse().unwrap();
        let instrument = self.instruments.find(&id.instrument).unwrap();
        let knowledge = Knowledge { position: Position(u64::MAX), basis, known_at: known_at.map(instant) };
        let history = self.history(agreement);
        let steps = history.steps(&knowledge, instrument);
        status_at(&steps, instrument, day(on))
    }
}

#[test]
fn scratch() {
    let facts = bundled();
    for (id, _) in &facts.streams {
        let instrument = facts.instruments.find(&id.instrument).unwrap();
        let text = id.to_string();
        let status = facts.status(&text, "2026-11-24");
        println!("{text}: {}", sentence(&status, id.country, instrument, day("2026-11-24")));
        println!(
            "   H{:?} S{:?} T{:?} L{:?} round {:?} w {:?}",
            status.headlines,
            status.stages,
            status.standings,
            status.listings,
            status.round,
            status.waiting.map(|w| (w.stage, w.days, w.stalled, w.outcome_unknown))
        );
    }
    for c in ["LV", "IT", "DK", "CH", "SI", "FI", "AU"] {
        let history = facts.history(&format!("rdp/{c}"));
        let instrument = facts.instruments.load("rdp").unwrap();
        let k = Knowledge::at(Position(u64::MAX));
        println!("{c} size {}", history.version());
        for p in periods(&history.steps(&k, instrument), instrument) {
            println!(
                "  {:?}..{:?} {:?} {:?} {:?} {:?}",
                p.from, p.to, p.status.headlines, p.status.stages, p.status.standings, p.status.listings
            );
        }
    }
    for id in facts.streams.keys() {
        let instrument = facts.instruments.find(&id.instrument).unwrap();
        let h = facts.history(&id.to_string());
        let s = h.steps(&Knowledge::at(Position(u64::MAX)), instrument).into_owned();
        for d in durations(&s, MilestoneKind::NoticePublished, MilestoneKind::Signed) {
            println!("{id} n->s {d:?}");
        }
        for d in durations(&s, MilestoneKind::Signed, MilestoneKind::Listed) {
            println!("{id} s->l {} {:?}", d.min_days, d.max_days);
        }
    }
    let _ =
        (median(vec![]), Country::all().len(), Headline::InForce, Listing::Blanket, Stage::Listed, Standing::InForce);
}
