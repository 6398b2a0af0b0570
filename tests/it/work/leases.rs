//! Is one process of several the one, is another one soon when it dies, and are two never at once?

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use depositary::store::{Store, StoredLease};
use depositary::work::lease::{Lease, Pace, hold_at};
use futures_util::future::select_all;
use testkit::databases::{Database, for_each_database, silent};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const NAME: &str = "tested";
/// Longer than anything here takes, on a machine that has much else to do.
const LONG: Duration = Duration::from_mins(1);

/// The usual pace, ten times as fast.
fn quick() -> Pace {
    let Pace { beat, look, sure, stale } = Pace::default();
    Pace { beat: beat / 10, look: look / 10, sure: sure / 10, stale: stale / 10 }
}

/// Processes, each with connections of its own, that would all be the one.
struct Contenders(Vec<(Lease, CancellationToken)>);

impl Contenders {
    async fn start(database: &Database, number: usize, pace: Pace) -> Self {
        let mut all = Self(Vec::new());
        for _ in 0..number {
            all.join(database.store().await, pace);
        }
        all
    }

    fn join(&mut self, store: Store, pace: Pace) {
        let cancelled = CancellationToken::new();
        self.0.push((hold_at(store, NAME, pace, cancelled.clone()), cancelled));
    }

    /// Which of them is the one, once one is.
    async fn taken(&self) -> usize {
        let taken = select_all(self.0.iter().map(|(lease, _)| Box::pin(lease.taken())));
        timeout(LONG, taken).await.unwrap().1
    }

    /// Ends one of them as a process ends that is asked to.
    async fn end(&mut self, which: usize) {
        let (lease, cancelled) = self.0.remove(which);
        cancelled.cancel();
        timeout(LONG, lease.ended()).await.unwrap();
        assert!(!lease.is_held());
    }

    async fn end_all(mut self) {
        while !self.0.is_empty() {
            self.end(0).await;
        }
    }
}

/// Looks whether two are the one at once, all the while.
struct Watch {
    stop: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<(u32, u32)>,
}

impl Watch {
    fn start(leases: Vec<Lease>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = std::thread::spawn(move || {
            let (mut some, mut two) = (0, 0);
            while !stopped.load(Ordering::SeqCst) {
                for (number, one) in leases.iter().enumerate() {
                    for other in leases.iter().skip(number + 1) {
                        // Between two looks the lease may go from one to the other, so the first is looked at again.
                        let (before, at_once, after) = (one.is_held(), other.is_held(), one.is_held());
                        some += u32::from(before || at_once);
                        two += u32::from(before && at_once && after);
                    }
                }
                std::thread::sleep(Duration::from_micros(500));
            }
            (some, two)
        });
        Self { stop, thread }
    }

    /// How often somebody was the one, and how often two were.
    fn end(self) -> (u32, u32) {
        self.stop.store(true, Ordering::SeqCst);
        self.thread.join().unwrap()
    }
}

#[tokio::test]
async fn of_three_processes_one_is_the_one_and_when_it_ends_another_is_at_once() {
    for database in Database::each().await {
        // Nobody takes over but what was given back.
        let pace = Pace { look: Duration::from_millis(50), sure: LONG * 2, stale: LONG * 3, ..Pace::default() };
        let mut contenders = Contenders::start(&database, 3, pace).await;
        for left in (0..3).rev() {
            let one = contenders.taken().await;
            let held = contenders.0.iter().filter(|(lease, _)| lease.is_held()).count();
            assert_eq!(held, 1);
            contenders.end(one).await;
            assert_eq!(contenders.0.len(), left);
        }
        let given_back = database.store().await.lease(NAME).await.unwrap();
        assert_eq!((given_back.holder, given_back.beat >= 6), (None, true), "{given_back:?}");
        database.drop().await;
    }
}

#[tokio::test]
async fn a_lease_that_nobody_looks_at_any_more_is_given_back() {
    for_each_database(async |store| {
        let lease = hold_at(store.clone(), NAME, quick(), CancellationToken::new());
        timeout(LONG, lease.taken()).await.unwrap();
        drop(lease);
        let given_back = async {
            while store.lease(NAME).await.unwrap().holder.is_some() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(LONG, given_back).await.unwrap();
    })
    .await;
}

#[test]
fn a_holder_that_stops_is_replaced_but_not_before_it_must_have_let_go() {
    let outer = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for database in outer.block_on(Database::each()) {
        // Everything that this process does ends in the middle, and nothing is given back.
        let doomed = tokio::runtime::Runtime::new().unwrap();
        let lease = doomed.block_on(async {
            let lease = hold_at(database.store().await, NAME, quick(), CancellationToken::new());
            timeout(LONG, lease.taken()).await.unwrap();
            lease
        });
        doomed.shutdown_background();
        outer.block_on(async {
            let store = database.store().await;
            let dead = store.lease(NAME).await.unwrap();
            assert!(dead.holder.is_some());
            let began = Instant::now();
            let contenders = Contenders::start(&database, 2, quick()).await;
            contenders.taken().await;
            assert!(began.elapsed() >= quick().stale && !lease.is_held());
            assert_ne!(store.lease(NAME).await.unwrap().holder, dead.holder);
            contenders.end_all().await;
            database.drop().await;
        });
    }
}

#[test]
fn the_usual_pace_hands_over_within_30_seconds_and_outlasts_a_slow_answer() {
    let Pace { beat, look, sure, stale } = Pace::default();
    // What PostgreSQL may take for a connection, a beginning, a statement and a commit before it is given up.
    let answer = Duration::from_secs(3);
    assert!(look + stale + look + 4 * answer < Duration::from_secs(30), "a look too late, and another one");
    assert!(beat + answer + look < sure, "one beat may fail");
    assert!(sure + Duration::from_secs(5) <= stale, "clocks differ, and what was begun takes its time to end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_is_cut_off_says_no_by_itself_and_goes_on_when_the_database_is_back() {
    for database in Database::each().await {
        let contenders = Contenders::start(&database, 2, quick()).await;
        let one = contenders.taken().await;
        let (lease, _) = &contenders.0[one];
        silent(&database.store().await, "leases", async {
            let began = Instant::now();
            timeout(LONG, lease.lost()).await.unwrap();
            assert!(began.elapsed() < quick().sure + Duration::from_secs(2), "{:?}", began.elapsed());
            assert!(!lease.is_held());
            tokio::time::sleep(quick().stale).await;
            assert!(contenders.0.iter().all(|(lease, _)| !lease.is_held()), "nobody can have taken it");
        })
        .await;
        contenders.taken().await;
        contenders.end_all().await;
        database.drop().await;
    }
}

#[tokio::test]
async fn whoever_has_seen_an_old_beat_takes_nothing_by_it() {
    for_each_database(async |store| {
        let [one, other] = [Uuid::from_u128(1), Uuid::from_u128(2)];
        let nothing = store.lease(NAME).await.unwrap();
        assert_eq!(nothing, StoredLease { holder: None, beat: 0 });
        assert!(!store.keep_lease(NAME, one).await.unwrap() && !store.release_lease(NAME, one).await.unwrap());
        assert!(store.take_lease(NAME, nothing, one).await.unwrap());
        assert!(!store.take_lease(NAME, nothing, other).await.unwrap(), "somebody was quicker");
        let taken = store.lease(NAME).await.unwrap();
        assert_eq!(taken, StoredLease { holder: Some(one), beat: 1 });
        assert!(store.keep_lease(NAME, one).await.unwrap());
        assert!(!store.take_lease(NAME, taken, other).await.unwrap(), "it has beaten since");
        let alive = store.lease(NAME).await.unwrap();
        assert!(store.take_lease(NAME, alive, other).await.unwrap());
        assert!(!store.keep_lease(NAME, one).await.unwrap() && !store.release_lease(NAME, one).await.unwrap());
        assert_eq!(store.lease(NAME).await.unwrap(), StoredLease { holder: Some(other), beat: 3 });
        assert!(store.release_lease(NAME, other).await.unwrap());
        assert!(!store.take_lease(NAME, taken, one).await.unwrap(), "a beat never comes again");
        assert_eq!(store.lease(NAME).await.unwrap(), StoredLease { holder: None, beat: 4 });
        assert_eq!(store.lease("another").await.unwrap(), nothing);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_are_never_the_one_at_once_however_they_come_end_and_are_cut_off() {
    for database in Database::each().await {
        let mut contenders = Contenders::start(&database, 12, quick()).await;
        let watch = Watch::start(contenders.0.iter().map(|(lease, _)| lease.clone()).collect());
        let store = database.store().await;
        let mut ones = Vec::new();
        for round in 0..8 {
            let one = contenders.taken().await;
            ones.push(store.lease(NAME).await.unwrap().beat);
            if round % 4 == 3 {
                let (lease, _) = &contenders.0[one];
                silent(&store, "leases", lease.lost()).await;
            } else {
                contenders.end(one).await;
            }
        }
        contenders.end_all().await;
        let (some, two) = watch.end();
        assert!(ones.is_sorted_by(|before, after| before < after), "{ones:?}");
        assert!(some > 100, "the watch saw little: {some}");
        assert_eq!(two, 0);
        database.drop().await;
    }
}
