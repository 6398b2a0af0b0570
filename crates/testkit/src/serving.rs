//! How does a test ask a real server over a real database?
//!
//! Invariant: each test gets a server of its own, whose clock stands still until the test moves it; it is gone when the test ends.

use std::net::SocketAddr;

use depositary::access::{Access, Rates, Role};
use depositary::answers::Answers;
use depositary::clock::{Accepted, Clock};
use depositary::config::instruments::Instruments;
use depositary::config::limits::Limits;
use depositary::config::rules::Rules;
use depositary::domain::ids::Actor;
use depositary::faces::behind::Behind;
use depositary::faces::open::Open;
use depositary::read::reader::Reader;
use depositary::record::tracker::Tracker;
use depositary::server::{router, seed};
use depositary::store::Store;
use depositary::work::alerts::Looks;
use depositary::work::delivery::{Courier, PATIENCE, Webhooks, addresses, by_the_system};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::databases::for_each_database;

pub use crate::facts::NOW;

/// A server with the bundled facts, on a port of its own.
pub struct Served {
    /// Where it answers.
    pub address: SocketAddr,
    /// What stands behind its faces.
    pub behind: Behind,
    /// Its clock, which a test moves.
    pub clock: Clock,
    client: reqwest::Client,
    _ends: DropGuard,
}

/// An answer with its headers.
pub struct Whole {
    /// The status of HTTP.
    pub status: u16,
    headers: HeaderMap,
    /// The body as text.
    pub body: String,
}

impl Whole {
    /// The whole of an answer.
    pub async fn of(answer: reqwest::Response) -> Self {
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Self { status, headers, body: answer.text().await.unwrap() }
    }

    /// A header's text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

/// Webhooks that go to public addresses alone.
pub fn webhooks(answers: &Answers, clock: &Clock) -> Webhooks {
    webhooks_at(answers, clock, "https://depositary.example")
}

/// The same of a server that is reached at a place.
pub fn webhooks_at(answers: &Answers, clock: &Clock, site: &str) -> Webhooks {
    let courier = Courier::new(addresses::Rules::default(), PATIENCE, &by_the_system(), clock.clone());
    Webhooks::new(answers.clone(), courier, clock.clone(), site.into())
}

impl Served {
    /// Starts a server over a store, with the bundled facts in it.
    pub async fn start(store: Store) -> Self {
        let served = Self::empty(store, false).await;
        seed(&served.behind.tracker).await.unwrap();
        served
    }

    /// Starts a server over a store as it is; `private` when reading needs a token.
    pub async fn empty(store: Store, private: bool) -> Self {
        // The tests move it by years.
        let clock = Clock::manual(NOW.parse().unwrap()).accepting(Accepted::Whatever);
        let instruments = Instruments::bundled().unwrap();
        let reader = Reader::open(store.clone(), instruments.clone()).await.unwrap();
        let ending = CancellationToken::new();
        tokio::spawn(reader.clone().keep_up(ending.clone()));
        let tracker = Tracker::start(store.clone(), instruments.clone(), clock.clone(), reader.clone());
        let access = Access::new(store.clone(), clock.clone(), private);
        let answers = Answers::new(reader, instruments, clock.clone()).by_rules(Rules::bundled().unwrap());
        let webhooks = webhooks(&answers, &clock);
        let behind = Behind { answers, tracker, access, rates: Rates::default(), webhooks };
        Self { _ends: ending.drop_guard(), ..Self::with(store, behind, clock).await }
    }

    /// Starts a server with the bundled facts that may be asked for much at once: for comparing whole answers of two faces.
    pub async fn roomy(store: Store) -> Self {
        let limits = Limits { complexity: 100_000, ..Limits::default() };
        Self::opened(store, Open { limits, ..Open::default() }).await
    }

    /// Starts a server with the bundled facts that is open in this way.
    pub async fn opened(store: Store, open: Open) -> Self {
        let served = Self::start(store.clone()).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = router(store, served.behind.clone(), Looks::default(), open, [].into()).unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, ..served }
    }

    /// Starts a server over a store that answers and records by these.
    pub async fn with(store: Store, behind: Behind, clock: Clock) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = router(store, behind.clone(), Looks::default(), Open::default(), [].into()).unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, behind, clock, client: reqwest::Client::new(), _ends: CancellationToken::new().drop_guard() }
    }

    /// A new token's text.
    pub async fn token(&self, role: Role, name: &str) -> String {
        self.behind.access.create(Actor::parse(name).unwrap(), role, None).await.unwrap().reveal()
    }

    /// The whole answer to a request, errors included.
    pub async fn raw(&self, query: &str, variables: Value) -> Value {
        self.raw_as("", query, variables).await
    }

    /// The same by the holder of a token; by anyone when it is empty.
    pub async fn raw_as(&self, token: &str, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables });
        let mut request = self.client.post(format!("http://{}/graphql", self.address)).json(&body);
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        request.send().await.unwrap().json().await.unwrap()
    }

    /// The data of a request that has no errors.
    pub async fn ask_with(&self, query: &str, variables: Value) -> Value {
        self.ask_as("", query, variables).await
    }

    /// The same by the holder of a token.
    pub async fn ask_as(&self, token: &str, query: &str, variables: Value) -> Value {
        let mut answer = self.raw_as(token, query, variables).await;
        assert_eq!(answer.get("errors"), None, "{query}");
        answer["data"].take()
    }

    /// The data of a request without variables that has no errors.
    pub async fn ask(&self, query: &str) -> Value {
        self.ask_with(query, json!({})).await
    }

    /// The answer to a plain GET.
    pub async fn get(&self, path: &str) -> (u16, String) {
        let answer = self.send(Method::GET, path, "*/*").await;
        (answer.status, answer.body)
    }

    /// The whole answer to a plain GET with one more header.
    pub async fn with_header(&self, path: &str, name: &str, value: &str) -> Whole {
        let answer =
            self.client.get(format!("http://{}{path}", self.address)).header(name, value).send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Whole { status, headers, body: answer.text().await.unwrap() }
    }

    /// The whole answer to a request that accepts some media types.
    pub async fn send(&self, method: Method, path: &str, accept: &str) -> Whole {
        let request = self.client.request(method, format!("http://{}{path}", self.address)).header("accept", accept);
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Whole { status, headers, body: answer.text().await.unwrap() }
    }
}

/// Runs a test against a server that may be asked for much at once, over each database.
pub async fn for_each_roomy_server(test: impl AsyncFn(&Served)) {
    for_each_database(async |store| test(&Served::roomy(store).await).await).await;
}

/// Runs a test against a server over each database.
pub async fn for_each_server(test: impl AsyncFn(&Served)) {
    for_each_database(async |store| test(&Served::start(store).await).await).await;
}

/// A server that counts what each client asks, whom a trusted proxy on its machine names.
pub async fn counting(served: &Served, store: Store, quota: u32) -> SocketAddr {
    let behind = Behind { rates: Rates::new(quota), ..served.behind.clone() };
    let proxies = ["127.0.0.0/8".parse().unwrap()];
    let router = router(store, behind, Looks::default(), Open::default(), proxies.into()).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    address
}
