//! What does a process raise that watches by rules of its own, at whatever day a test wants?
//!
//! Invariant: it looks when a test tells it to, and at no other time.

use crate::facts::{Process, actor, instruments, milestone, open, record};
use depositary::answers::{AlertFilter, Answers, Ask, OfOtherRules, Page};
use depositary::config::rules::Rules;
use depositary::domain::alert::AlertEvent;
use depositary::domain::alert::decide::AlertCommand;
use depositary::domain::alert::state::Alert;
use depositary::domain::ids::CommandId;
use depositary::domain::milestone::{Detail, Milestone, Signing};
use depositary::domain::words::{NoticePurpose, ResolvedBy};
use depositary::store::Store;
use depositary::work::alerts::{Looked, look};

/// One rule for stalls after 100 days, two for deadlines, one for contradictions.
pub const RULES: &str = r#"
[[rule]]
name = "slow"
watches = "stalled"
days = 100
[[rule]]
name = "comments"
watches = "deadline"
deadline = "comments_close"
days = 14
[[rule]]
name = "terms"
watches = "deadline"
deadline = "term_ends"
days = 30
[[rule]]
name = "contradiction"
watches = "contradiction"
"#;

/// A process that watches, at a day.
pub struct Watcher {
    /// The process that looks.
    pub process: Process,
    /// What it answers by its rules.
    pub answers: Answers,
}

impl Watcher {
    /// One over a store, by these rules.
    pub async fn start(store: Store, rules: &str) -> Self {
        let process = Process::start(store).await;
        let answers = Answers::new(process.reader.clone(), instruments(), process.clock.clone())
            .by_rules(Rules::parse("rules", rules).unwrap());
        Self { process, answers }
    }

    /// Looks on a day.
    pub async fn look(&self, day: &str) -> Looked {
        self.process.clock.set(format!("{day}T12:00:00Z").parse().unwrap());
        look(&self.answers, &self.process.tracker, OfOtherRules::Resolve).await.unwrap()
    }

    /// Records facts by its door.
    pub async fn record(&self, commands: Vec<depositary::domain::command::Command>) {
        drop(self.process.tracker.execute(commands).await.unwrap());
    }

    /// Every alert, the one that fired first first.
    pub async fn alerts(&self) -> Vec<Alert> {
        let pin = self.answers.pin(&Ask::default(), self.answers.position()).await.unwrap();
        let mut rows = self.answers.alerts(&pin, &AlertFilter::default(), &Page::first(1_000)).await.unwrap().items;
        rows.reverse();
        rows.into_iter().map(|row| row.alert).collect()
    }

    /// The only alert.
    pub async fn alert(&self) -> Alert {
        let mut alerts = self.alerts().await;
        assert_eq!(alerts.len(), 1, "{alerts:?}");
        alerts.remove(0)
    }

    /// How the only alert ended: by what, by which milestone, and whether it should never have fired.
    pub async fn end(&self) -> (ResolvedBy, Option<depositary::domain::ids::MilestoneId>, bool) {
        let resolved = self.alert().await.resolved.unwrap().what;
        (resolved.by, resolved.milestone, resolved.unfounded)
    }
}

/// A notice about negotiations, with the day on which comments close.
pub fn notice(on: &str, closes: &str) -> Milestone {
    let detail = Detail::NoticePublished {
        purpose: NoticePurpose::Negotiation,
        document_number: None,
        citation: None,
        comments_close_on: Some(closes.parse().unwrap()),
    };
    milestone(on, "A notice", detail)
}

/// A signature by both sides on a day.
pub fn signed(on: &str) -> Milestone {
    let signing = Signing { on: on.parse().unwrap(), place: None, signatories: Vec::new() };
    milestone(on, "Signed", Detail::Signed { signings: vec![signing] })
}

/// A first round of an agreement whose comments closed on 2024-03-25; it is slow from 2024-07-05 on.
pub async fn waiting(watcher: &Watcher) {
    let notice = record("notice", "rdp/FO", notice("2024-02-23", "2024-03-25"));
    watcher.record(vec![open("rdp/FO"), notice]).await;
}

/// The same, and the alert has fired on 2024-07-05.
pub async fn fired(store: &Store) -> Watcher {
    let watcher = Watcher::start(store.clone(), RULES).await;
    watcher.process.clock.set("2024-06-01T12:00:00Z".parse().unwrap());
    waiting(&watcher).await;
    assert_eq!((watcher.look("2024-07-04").await.fired, watcher.look("2024-07-05").await.fired), (0, 1));
    watcher
}

/// Records what a person says of an alert.
pub async fn say(watcher: &Watcher, alert: depositary::domain::alert::Fingerprint, event: AlertEvent) {
    let command = AlertCommand {
        id: CommandId::named(&format!("{event:?}")),
        alert,
        expected_version: None,
        actor: actor(),
        event,
    };
    let _ = watcher.process.tracker.execute_alerts(vec![command]).await.unwrap().remove(0).unwrap();
}
