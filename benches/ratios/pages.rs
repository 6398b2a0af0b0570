//! How long does it take to render the overview and the page of an agreement, from memory?

use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use depositary::access::Access;
use depositary::answers::Answers;
use depositary::clock::Clock;
use depositary::instruments::Instruments;
use depositary::pages::{Pages, router};
use depositary::reader::Reader;
use depositary::store::Store;
use depositary::tracker::Tracker;
use tower::ServiceExt;

use crate::{median, tell};

/// How often each page is asked for.
const ROUNDS: usize = 300;

/// Measures over the bundled facts, whose histories are in memory by then.
pub async fn run() {
    let place = tempfile::tempdir().expect("a directory");
    let url = format!("sqlite://{}/pages.db", place.path().display());
    let store = Store::connect(&url).await.expect("the database answers");
    store.migrate().await.expect("the database is new");
    let (instruments, clock) = (Instruments::bundled().expect("they are right"), Clock::system());
    let reader = Reader::open(store.clone(), instruments.clone()).await.expect("the log is read");
    let tracker = Tracker::start(store.clone(), instruments.clone(), clock.clone(), reader.clone());
    depositary::server::seed(&tracker).await.expect("the bundled facts are recorded");
    let access = Access::new(store, clock.clone(), false);
    let answers = Answers::new(reader, instruments, clock);
    let pages = Pages::new(answers, access, tracker, "https://depositary.example".into(), true);
    let router = router(pages);
    for (path, most) in [("/", 5.0), ("/rdp/KR", 3.0), ("/rdp/IT", 3.0), ("/rdp/LV?asOf=2017-06-30", 3.0)] {
        let mut took = Vec::with_capacity(ROUNDS);
        for round in 0..ROUNDS + 20 {
            let request = Request::builder().uri(path).header("accept", "text/html").body(Body::empty());
            let started = Instant::now();
            let answer = router.clone().oneshot(request.expect("a request")).await.expect("an answer");
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
            to_bytes(answer.into_body(), usize::MAX).await.expect("its bytes");
            // The first ones find the memory cold.
            if round >= 20 {
                took.push(started.elapsed().as_secs_f64() * 1e3);
            }
        }
        tell(&format!("pages: milliseconds to render {path}"), median(took), &format!("under {most:.0}"));
    }
}
