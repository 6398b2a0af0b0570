//! Does a server live through the end of its PostgreSQL, and is nothing acknowledged lost with it?

use std::sync::Arc;
use std::time::{Duration, Instant};

use depositary::store::Store;
use testkit::databases::postgres_server;
use testkit::programs::{Program, free_port};

use super::cluster::Cluster;
use super::ground::{
    AGREEMENTS, Book, Dice, Fate, Sender, assert_rebuilt_alike, assert_sound, close, opening, tell, times, token,
};

const WRITERS: u64 = 4;
const HEALED: Duration = Duration::from_secs(5);

/// Waits until something more is recorded, soon after the database came back.
async fn recording_goes_on(book: &Book, back: Instant) {
    let recorded = book.count();
    while book.count() == recorded {
        assert!(back.elapsed() < HEALED, "nothing was recorded within {HEALED:?} of the database being back");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_lives_through_the_immediate_stop_of_postgresql_and_heals_by_itself() {
    let _alone = super::ground::alone().await;
    if postgres_server().is_none() {
        return;
    }
    let cluster = Cluster::start();
    let url = cluster.url();
    let token = token(&url).await;
    let program = Program::serve(&url, free_port(), &["--no-seed", "--rate-limit", "0"]);
    let sender = Sender::new(program.address, &token);
    for agreement in AGREEMENTS {
        assert!(matches!(sender.send("openAgreement", &opening(agreement)).await, Fate::Acknowledged(_)));
    }
    assert_eq!(sender.headline().await.get("errors"), None);
    let stops = times(25, 500);
    let book = Arc::new(Book::default());
    let mut dice = Dice(25);
    let (mut longest, mut landed, mut in_doubt) = (Duration::ZERO, 0, 0);
    for stop in 0..stops {
        let writers = book.write(WRITERS, &sender);
        tokio::time::sleep(Duration::from_millis(50 + dice.roll(150))).await;
        cluster.stop_at_once();
        if stop == 0 {
            assert_eq!(sender.status("/livez", HEALED).await.map(|status| status.as_u16()), Some(200));
            assert_eq!(sender.status("/readyz", Duration::from_secs(9)).await.map(|status| status.as_u16()), Some(503));
        }
        cluster.boot();
        let back = Instant::now();
        sender.ready(HEALED).await;
        recording_goes_on(&book, back).await;
        longest = longest.max(back.elapsed());
        book.stop(writers).await;
        let store = Store::connect(&url).await.unwrap();
        in_doubt += book.doubtful.lock().unwrap().len();
        landed += book.settle(&sender, &store).await;
        if stops <= 25 || stop % 20 == 0 {
            assert_sound(&store, &book).await;
        }
        close(&store).await;
    }
    let store = Store::connect(&url).await.unwrap();
    assert_sound(&store, &book).await;
    assert_rebuilt_alike(&store).await;
    close(&store).await;
    let faults = book.faults.lock().unwrap().clone();
    assert!(faults.keys().all(|code| code == "STORAGE_UNAVAILABLE"), "{faults:?}");
    assert!(in_doubt > 0, "nothing was in doubt, so nothing was tried");
    let waited = *book.longest.lock().unwrap();
    assert!(waited < Duration::from_secs(10), "somebody waited {waited:?} for an answer");
    tell(&format!(
        "pg_ctl stop -m immediate, {stops} times: {} acknowledged and none lost; {in_doubt} in doubt, of which {landed} had \
         landed; recording again {} ms after PostgreSQL at the latest; nobody waited longer than {} ms for an answer",
        book.count(),
        longest.as_millis(),
        waited.as_millis(),
    ));
}
