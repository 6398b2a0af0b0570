//! Who looks at the inbox, accepts what is in it, and what is in it then?

use depositary::answers::{Answers, Item};
use depositary::clock::{Accepted, Clock};
use depositary::domain::ids::Actor;
use depositary::read::reader::Reader;
use depositary::record::tracker::Tracker;
use depositary::store::Store;
use depositary::work::sources::{Fetcher, Poll, SOURCE, poll};
use testkit::facts::instruments;
use testkit::register::Register;
use testkit::statuses::day;

pub struct Desk {
    pub store: Store,
    pub clock: Clock,
    pub answers: Answers,
    pub tracker: Tracker,
}

impl Desk {
    pub async fn over(store: Store) -> Self {
        let clock = Clock::manual("2026-11-30T12:00:00Z".parse().unwrap()).accepting(Accepted::Whatever);
        let reader = Reader::open(store.clone(), instruments()).await.unwrap();
        let tracker = Tracker::start(store.clone(), instruments(), clock.clone(), reader.clone());
        let answers = Answers::new(reader, instruments(), clock.clone());
        Self { store, clock, answers, tracker }
    }

    pub fn fetcher(&self, register: &Register) -> Fetcher {
        Fetcher::new(&register.asked(), self.clock.clone()).unwrap()
    }

    pub async fn poll(&self, register: &Register, since: &str) -> Poll {
        let since = (!since.is_empty()).then(|| day(since));
        poll(&self.store, &self.fetcher(register), &self.clock, since).await.unwrap()
    }

    pub async fn items(&self) -> Vec<Item> {
        self.answers.inbox(SOURCE).await.unwrap()
    }

    pub async fn accept(&self, item: &Item) -> usize {
        let actor = Actor::parse("press-desk").unwrap();
        let unit: Vec<_> = item.proposals.iter().flat_map(|met| met.commands(&actor)).collect();
        self.tracker.execute(unit).await.unwrap().len()
    }
}

pub fn good(documents: u64, items_new: u64) -> Poll {
    Poll { outcome: "good", problem: None, documents, items_new, cursor: Some(day("2026-11-30")) }
}

pub fn told(item: &Item) -> String {
    let each = item.proposals.iter().map(|met| {
        let (kind, on) = (met.proposal.detail.kind(), met.proposal.occurred);
        format!("{} {kind} {on} {}", met.agreement, met.meeting.as_str())
    });
    format!("{} {}: {}", item.key.number, item.state.as_str(), each.collect::<Vec<_>>().join(", "))
}
