//! Who asks, may they, and what does it cost?
//!
//! Invariant: no handler behind it runs for a caller who is not known, or under `--private` for one without a token; a
//! socket alone is opened first, and told nothing before its caller has introduced itself, and the page on which one signs in is
//! shown to anyone. What a browser sends by itself counts nowhere below GraphQL, where no form proves that a page of this server
//! was meant.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use ipnet::IpNet;

use super::basic;
use super::caching::Made;
use super::refusals::refusal;
use crate::access::{Access, AccessError, Caller, Client, Exceeded, Left, Rates, Role};
use crate::domain::codes::ErrorCode;
use crate::faces::behind::Behind;
use crate::faces::pages;
use crate::telemetry;

/// What an answer to a plain URL costs: about what the same question costs in GraphQL.
const PLAIN_COST: usize = 50;
/// So many bytes of it cost one more, since a long record makes a long answer.
const BYTES: usize = 2_048;
/// What a token costs that is not valid.
const REFUSED_COST: usize = 10;
/// The header by which a proxy says who asked.
static FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");
/// The headers that only proxies write.
const TELL_OF_PROXIES: [&str; 4] = ["x-forwarded-for", "forwarded", "x-real-ip", "via"];

/// What the gate knows; cheap to clone.
#[derive(Clone)]
pub struct Gate {
    /// The tokens that are known, with their roles.
    pub access: Access,
    /// The quotas of all clients.
    pub rates: Rates,
    /// The proxies whose word on a client's address is taken.
    pub proxies: Arc<[IpNet]>,
    /// The path of the form to sign in, where there are pages.
    pub door: Option<&'static str>,
    /// Whether it was said that a proxy on this machine is not among them.
    warned: Arc<AtomicBool>,
}

/// Finds the caller of a request and puts it among the request's extensions, with the client that its cost is counted to.
pub async fn identify(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    // What watches the server reads `/metrics` on its own, often from an address that others ask from too, and needs it
    // most when there is no quota left; reading it costs next to nothing (`scrape.rs`).
    let counted = !path.starts_with("/graphql") && path != "/metrics";
    let authorization = request.headers().get(header::AUTHORIZATION);
    let ticket = pages::ticket(request.headers()).filter(|_| gate.door.is_some() && !path.starts_with("/graphql"));
    let caller = match authorization.map(HeaderValue::to_str).transpose() {
        Ok(None) => gate.access.holder(ticket.as_ref()).await,
        Ok(authorization) => {
            let authorization = authorization.map(|text| basic::as_bearer(text, request.method()));
            gate.access.caller(authorization.as_deref()).await
        }
        Err(_) => Err(AccessError::Token),
    };
    // A browser cannot set a header on a socket: whoever opens one introduces itself on it.
    let open = path == "/graphql/ws" || gate.door == Some(path.as_str());
    let welcome = caller.and_then(|caller| match gate.access.may(&caller, Role::Reader) {
        Err(error) if !open => Err(error),
        _ => Ok(caller),
    });
    let caller = match welcome {
        Ok(caller) => caller,
        Err(error) => {
            // Looking a token up costs something, whoever tries.
            let tried = gate.rates.charge(&gate.origin(&request), REFUSED_COST);
            return tried.map_or_else(|exceeded| too_much(&path, exceeded), |_| refuse(&path, &error));
        }
    };
    let client = gate.client(&caller, &request);
    // GraphQL counts a document once it knows its cost. A plain URL or a page costs PLAIN_COST first, and more by the length of
    // its answer.
    let mut left = match counted.then(|| gate.rates.charge(&client, PLAIN_COST)).transpose() {
        Ok(left) => left.flatten(),
        Err(exceeded) => return too_much(&path, exceeded),
    };
    request.extensions_mut().insert(caller);
    request.extensions_mut().insert(client.clone());
    let mut response = next.run(request).await;
    if let (Some(before), Some(Made(bytes))) = (left, response.extensions().get()) {
        // It is answered already, so it takes what there is.
        let more = (bytes / BYTES).min(before.remaining as usize);
        if more > 0 {
            left = gate.rates.charge(&client, more).ok().flatten().or(left);
        }
    }
    if let Some(left) = left.or_else(|| response.extensions().get::<Left>().copied()) {
        tell(response.headers_mut(), left);
    }
    response
}

impl Gate {
    /// A gate by these tokens, quotas and proxies.
    pub fn new(behind: &Behind, proxies: Arc<[IpNet]>, door: Option<&'static str>) -> Self {
        let (access, rates) = (behind.access.clone(), behind.rates.clone());
        Self { access, rates, proxies, door, warned: Arc::default() }
    }

    /// Says once that a proxy on this machine is not trusted: all its clients pass for the machine itself, whom no quota counts.
    fn warn_of_a_proxy(&self, request: &Request) {
        let told = TELL_OF_PROXIES.iter().any(|name| request.headers().contains_key(*name));
        if told && !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "a proxy on this machine passes requests on, and its clients are not counted: name it by --trusted-proxy 127.0.0.0/8,::1/128"
            );
        }
    }

    fn client(&self, caller: &Caller, request: &Request) -> Client {
        let client = self.origin(request);
        match caller {
            Caller::Holder { name, .. } if client != Client::Here => Client::Token(name.clone()),
            _ => client,
        }
    }

    /// Whoever is at the other end: behind proxies that are trusted, the last address that they did not add themselves. What
    /// cannot be read there may be the client's own words, and is nobody's address.
    fn origin(&self, request: &Request) -> Client {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let Some(peer) = peer else { return Client::Others };
        let trusted = |address: IpAddr| self.proxies.iter().any(|proxy| proxy.contains(&address.to_canonical()));
        let told = request.headers().get_all(&FORWARDED);
        if !trusted(peer) || told.iter().next().is_none() {
            if peer.to_canonical().is_loopback() {
                self.warn_of_a_proxy(request);
            }
            return Client::at(peer);
        }
        let entries: Vec<&[u8]> = told.iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b',')).collect();
        for entry in entries.into_iter().rev() {
            match address(entry) {
                Some(address) if trusted(address) => {}
                Some(address) => return Client::of(address),
                None => break,
            }
        }
        Client::of(peer)
    }
}

/// An address as proxies write it: alone, or with a port.
fn address(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?.trim();
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// Adds the headers of draft-ietf-httpapi-ratelimit-headers: the quota, and what is left of it.
fn tell(headers: &mut HeaderMap, left: Left) {
    let Left { quota, remaining, reset } = left;
    let values = [
        ("ratelimit-policy", format!("\"cost\";q={quota};w=60")),
        ("ratelimit", format!("\"cost\";r={remaining};t={reset}")),
    ];
    for (name, value) in values {
        headers.extend(HeaderValue::from_str(&value).ok().map(|value| (HeaderName::from_static(name), value)));
    }
}

fn too_much(path: &str, exceeded: Exceeded) -> Response {
    let mut response = refusal(path, StatusCode::TOO_MANY_REQUESTS, ErrorCode::RateLimited, &exceeded.to_string());
    response.headers_mut().insert(header::RETRY_AFTER, exceeded.retry_after.into());
    tell(response.headers_mut(), Left { quota: exceeded.quota, remaining: 0, reset: exceeded.retry_after });
    response
}

fn refuse(path: &str, error: &AccessError) -> Response {
    if error.is_fault() {
        tracing::error!(request = %telemetry::request(), error = %telemetry::chain(error), "server.gate.closed");
        let message = "tokens cannot be read at the moment; try again later";
        return refusal(path, StatusCode::SERVICE_UNAVAILABLE, error.code(), message);
    }
    let mut response = refusal(path, StatusCode::UNAUTHORIZED, error.code(), &error.to_string());
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    // Not for pages: a browser would ask for a name and a password in a window of its own.
    if path.starts_with("/v1/") {
        response.headers_mut().append(header::WWW_AUTHENTICATE, HeaderValue::from_static(basic::CHALLENGE));
    }
    response
}
