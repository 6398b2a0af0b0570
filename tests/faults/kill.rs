//! Does an acknowledged event outlive `kill -9`, on SQLite?

use std::sync::Arc;
use std::time::{Duration, Instant};

use depositary::store::Store;
use testkit::databases::Database;
use testkit::programs::{Program, free_port};

use super::ground::{
    AGREEMENTS, Book, Dice, Fate, Sender, assert_rebuilt_alike, assert_sound, close, opening, percentile_99, tell,
    times, token,
};

const WRITERS: u64 = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_by_kill_nine_and_what_was_in_doubt_lands_once() {
    let _alone = super::ground::alone().await;
    let database = Database::sqlite();
    let url = database.url();
    let token = token(&url).await;
    let address = free_port();
    let kills = times(100, 2_000);
    let book = Arc::new(Book::default());
    let mut dice = Dice(5);
    let mut starts = Vec::new();
    let mut landed = 0;
    let mut in_doubt = 0;
    for kill in 0..kills {
        let started = Instant::now();
        let mut program = Program::serve(&url, address, &["--no-seed", "--rate-limit", "0"]);
        let sender = Sender::new(address, &token);
        sender.ready(Duration::from_secs(30)).await;
        starts.push(started.elapsed());
        let store = Store::connect(&url).await.unwrap();
        if kill == 0 {
            for agreement in AGREEMENTS {
                let opened = sender.send("openAgreement", &opening(agreement)).await;
                assert!(matches!(opened, Fate::Acknowledged(_)));
            }
        }
        in_doubt += book.doubtful.lock().unwrap().len();
        landed += book.settle(&sender, &store).await;
        // The whole log is read again now and then, and at the end: what is sound stays so, since the log only grows.
        if kills <= 100 || kill % 20 == 0 {
            assert_sound(&store, &book).await;
        }
        close(&store).await;
        let writers = book.write(WRITERS, &sender);
        tokio::time::sleep(Duration::from_micros(dice.roll(60_000))).await;
        program.kill();
        book.stop(writers).await;
    }
    let mut program = Program::serve(&url, address, &["--no-seed", "--rate-limit", "0"]);
    let store = Store::connect(&url).await.unwrap();
    let sender = Sender::new(address, &token);
    sender.ready(Duration::from_secs(30)).await;
    landed += book.settle(&sender, &store).await;
    program.kill();
    assert_sound(&store, &book).await;
    assert_rebuilt_alike(&store).await;
    assert!(in_doubt > 0 && book.count() > 100, "nothing was in doubt, or hardly anything recorded: nothing was tried");
    let slowest = percentile_99(&mut starts);
    tell(&format!(
        "kill -9, {kills} times: {} acknowledged and none lost; {in_doubt} in doubt, of which {landed} had landed; ready again \
         within {} ms at the 99th percentile, {} ms at the median",
        book.count(),
        slowest.as_millis(),
        starts[starts.len() / 2].as_millis(),
    ));
    assert!(slowest <= Duration::from_secs(2), "{slowest:?}");
}
