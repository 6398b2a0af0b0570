//! Given some history, when a command comes, what is decided then?

use depositary::domain::agreement::Agreement;
use depositary::domain::command::{Command, Intent};
use depositary::domain::decide::{Decision, decide};
use depositary::domain::event::{MilestoneCorrected, MilestoneDateRefined, MilestoneRetracted};
use depositary::domain::milestone::{Detail, Milestone, Signing};
use depositary::domain::refusal::Refusal;
use depositary::domain::source::Source;
use depositary::domain::words::{Evidence, NoticePurpose, Word};
use testkit::facts::{command, instruments, milestone, milestone_of, source};
use testkit::statuses::recorded;

/// The day on which the commands come.
pub const TODAY: &str = "2026-11-24";

/// A history, and what a command met.
pub struct Given(pub Agreement);

pub struct Decided(pub Result<Decision, Refusal>);

pub fn given(commands: impl IntoIterator<Item = Command>) -> Given {
    let streams = recorded(commands);
    Given(Agreement::of(streams.values().next().into_iter().flatten()))
}

impl Given {
    pub fn when(&self, command: &Command) -> Decided {
        let instruments = instruments();
        let instrument = instruments.load(command.agreement.instrument.as_str()).unwrap();
        Decided(decide(&self.0, instrument, command, TODAY.parse().unwrap()))
    }
}

impl Decided {
    pub fn then(&self, kind: &str) {
        let decision = self.0.as_ref().unwrap_or_else(|refusal| panic!("refused: {refusal}"));
        assert_eq!(decision.event().kind(), kind);
        assert_eq!(decision.warnings(), [], "nothing unusual");
    }

    pub fn then_warned(&self, code: &str) {
        let decision = self.0.as_ref().unwrap_or_else(|refusal| panic!("refused: {refusal}"));
        let codes: Vec<&str> = decision.warnings().iter().map(|warning| warning.code.as_str()).collect();
        assert!(codes.contains(&code), "{codes:?}");
    }

    pub fn then_refused(&self, code: &str, says: &str) {
        let refusal = self.0.as_ref().err().unwrap_or_else(|| panic!("it was let through"));
        assert_eq!(refusal.code().as_str(), code, "{refusal}");
        assert!(refusal.to_string().contains(says), "{refusal}");
    }
}

pub fn noted(on: &str) -> Milestone {
    milestone(on, "It was noted.", Detail::Noted {})
}

pub fn signed(on: &str) -> Milestone {
    let signings = vec![Signing { on: on.parse().unwrap(), place: None, signatories: vec!["A minister".to_owned()] }];
    milestone(on, "It was signed.", Detail::Signed { signings })
}

pub fn notice(on: &str, closes: Option<&str>) -> Milestone {
    let comments_close_on = closes.map(|day| day.parse().unwrap());
    let purpose = NoticePurpose::Negotiation;
    milestone(
        on,
        "A notice.",
        Detail::NoticePublished { purpose, document_number: None, citation: None, comments_close_on },
    )
}

pub fn refine(name: &str, on: &str) -> Command {
    let refined = MilestoneDateRefined {
        milestone: milestone_of(name),
        occurred: on.parse().unwrap(),
        evidence: Evidence::Stated,
        sources: vec![source("A better source")],
    };
    command("refine", "rdp/RO", Intent::RefineDate(refined))
}

pub fn correct(name: &str, content: Milestone, why: &str) -> Command {
    let sources = vec![source("A better source")];
    let corrected = MilestoneCorrected { milestone: milestone_of(name), content, sources, why: why.to_owned() };
    command("correct", "rdp/RO", Intent::CorrectMilestone(corrected))
}

pub fn retract(name: &str) -> Command {
    let retracted = MilestoneRetracted { milestone: milestone_of(name), why: "It never happened.".to_owned() };
    command("retract", "rdp/RO", Intent::RetractMilestone(retracted))
}

pub fn from_sources(sources: Vec<Source>) -> Command {
    let recorded = depositary::domain::event::MilestoneRecorded { milestone: noted("2020"), sources };
    command("sources", "rdp/RO", Intent::RecordMilestone(recorded))
}
