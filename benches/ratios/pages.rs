//! How long does it take to render the overview and the page of an agreement from memory, and how many a second go over HTTP?

use std::path::Path;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use depositary::access::Access;
use depositary::answers::Answers;
use depositary::clock::Clock;
use depositary::config::instruments::Instruments;
use depositary::faces::pages::{Pages, router};
use depositary::read::reader::Reader;
use depositary::record::tracker::Tracker;
use depositary::store::Store;
use tower::ServiceExt;

use crate::load::{Seeded, requests};
use crate::{large, median, serve, tell};

/// How often each page is asked for.
const ROUNDS: usize = 300;
/// Connections over which pages are asked for.
const CONNECTIONS: usize = 32;
/// How long each is asked for at a time.
const LASTING: Duration = Duration::from_secs(4);

/// Measures over the bundled facts, over the instrument with as many agreements as there are countries, and over HTTP.
pub async fn run() {
    let place = tempfile::tempdir().expect("a directory");
    let bundled = bundled(place.path()).await;
    for (path, most) in [("/", 5.0), ("/rdp/KR", 3.0), ("/rdp/IT", 3.0), ("/rdp/LV?asOf=2017-06-30", 3.0)] {
        let took = rendered(&bundled, path).await;
        tell(&format!("pages: milliseconds to render {path}"), took, &format!("under {most:.0}"));
    }
    let full = full(place.path()).await;
    for path in ["/?instrument=g000", "/?instrument=g000&part=4", "/table?instrument=g000"] {
        let took = rendered(&full, path).await;
        println!("pages: {took:.2} milliseconds to render {path}, 249 agreements in one instrument, in parts");
    }
    over_http(place.path()).await;
}

/// The pages of a log, answered without a connection.
async fn pages(store: Store, instruments: Instruments, clock: Clock) -> (Router, Tracker) {
    let reader = Reader::open(store.clone(), instruments.clone()).await.expect("the log is read");
    let tracker = Tracker::start(store.clone(), instruments.clone(), clock.clone(), reader.clone());
    let access = Access::new(store, clock.clone(), false);
    let answers = Answers::new(reader, instruments, clock);
    let pages = Pages::new(answers, access, tracker.clone(), "https://depositary.example".into(), true);
    (router(pages), tracker)
}

async fn bundled(place: &Path) -> Router {
    let store = Store::connect(&format!("sqlite://{}/pages.db", place.display())).await.expect("the database answers");
    store.migrate().await.expect("the database is new");
    let instruments = Instruments::bundled().expect("they are right");
    let (router, tracker) = pages(store, instruments, Clock::system()).await;
    depositary::server::seed(&tracker).await.expect("the bundled facts are recorded");
    router
}

/// An agreement is of one country under one instrument, so an instrument has no more agreements than there are countries.
async fn full(place: &Path) -> Router {
    let store = Store::connect(&format!("sqlite://{}/full.db", place.display())).await.expect("the database answers");
    store.migrate().await.expect("the database is new");
    let instruments = large::instruments();
    // The first three instruments: two bundled, and the first generated one.
    let events = large::events(1).take(3 * 249 * 10);
    store.restore(events, &instruments).await.expect("the log is restored");
    pages(store, instruments, Clock::system()).await.0
}

/// The median of the milliseconds that a page takes, its histories in memory.
async fn rendered(router: &Router, path: &str) -> f64 {
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
    median(took)
}

/// Pages a second to statuses a second by plain URLs, in turns.
async fn over_http(place: &Path) {
    let served = serve::serve(&format!("sqlite://{}/served.db", place.display()), None).await;
    let get = |path: String| format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: text/html, */*\r\n\r\n");
    let status = move |number: u64| {
        const COUNTRIES: [&str; 8] = ["AT", "DE", "FI", "IT", "JP", "KR", "LV", "UA"];
        let mut random = Seeded(number);
        let (country, year) = (COUNTRIES[random.below(8) as usize], 1975 + random.below(51));
        get(format!("/v1/status/{country}?asOf={year}-06-30"))
    };
    let first = move |_: u64| get("/".to_owned());
    let agreement = move |_: u64| get("/rdp/KR".to_owned());
    let [mut statuses, mut firsts, mut agreements] = [const { Vec::new() }; 3];
    requests(served.address, CONNECTIONS, LASTING, status).await;
    for _ in 0..3 {
        statuses.push(requests(served.address, CONNECTIONS, LASTING, status).await);
        firsts.push(requests(served.address, CONNECTIONS, LASTING, first).await);
        agreements.push(requests(served.address, CONNECTIONS, LASTING, agreement).await);
    }
    let (status, first, agreement) = (median(statuses), median(firsts), median(agreements));
    println!("pages: /v1/status {status:.0}/s, / {first:.0}/s, /rdp/KR {agreement:.0}/s (medians of 3)");
    tell(
        "pages: the first page to /v1/status over HTTP, 32 connections, bundled facts",
        first / status,
        "at least 0.50",
    );
    tell("pages: the page of an agreement to /v1/status over HTTP", agreement / status, "at least 0.50");
}
