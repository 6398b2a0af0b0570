//! Under which host names does the server answer?
//!
//! Invariant: only by those that are its own. A page of anywhere can point a name of its own at an address inside
//! (DNS rebinding), and would read a server that answers to any name as if it came from it. An address is no name.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::refusals::refusal;
use crate::config::limits::{Limit, Struck};
use crate::domain::codes::ErrorCode;

/// The word that allows any host name.
const ANY: &str = "*";
/// What is answered by any name, since it says nothing but yes or no.
const HEALTH: [&str; 2] = ["/livez", "/readyz"];

/// The names; cheap to clone.
#[derive(Clone)]
pub struct Hosts {
    /// Those beside addresses and `localhost`, in lower case, without ports.
    pub names: Arc<[String]>,
    /// Counts who is not answered.
    pub struck: Struck,
}

/// Answers a request that names a host of the server, or none.
pub async fn check(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    let named = request.headers().get_all(header::HOST).iter().map(|host| host.to_str().ok());
    let target = request.uri().authority().map(|authority| Some(authority.as_str()));
    let own = named.chain(target).all(|host| host.is_some_and(|host| hosts.are(host)));
    if own || HEALTH.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    hosts.struck.count(Limit::Hosts);
    let words = "this server does not answer by that host name; --allow-host and --public-url say by which it does";
    refusal(request.uri().path(), StatusCode::MISDIRECTED_REQUEST, ErrorCode::UnknownHost, words)
}

impl Hosts {
    /// Whether a `Host`, with or without a port, is the server's own.
    fn are(&self, host: &str) -> bool {
        let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((address, _)) => address,
            None => host.split(':').next().unwrap_or_default(),
        };
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        name.parse::<IpAddr>().is_ok()
            || name == "localhost"
            || name.ends_with(".localhost")
            || self.names.iter().any(|own| own == ANY || *own == name)
    }
}

#[cfg(test)]
mod tests {
    use super::Hosts;

    #[test]
    fn addresses_and_the_servers_own_names_are_answered_and_no_others() {
        let hosts = Hosts {
            names: ["depositary.example.org".to_owned()].into(),
            struck: crate::config::limits::Struck::default(),
        };
        for own in [
            "127.0.0.1",
            "192.0.2.1:8080",
            "[::1]:8080",
            "[2001:db8::1]",
            "localhost:8080",
            "LOCALHOST",
            "a.localhost.",
        ] {
            assert!(hosts.are(own), "{own}");
        }
        assert!(hosts.are("depositary.example.org") && hosts.are("Depositary.Example.org.:443"));
        for other in
            ["evil.example", "evil.example:18411", "127.0.0.1.evil.example", "", "localhost.evil.example", "[::1"]
        {
            assert!(!hosts.are(other), "{other}");
        }
        assert!(Hosts { names: ["*".to_owned()].into(), ..hosts }.are("evil.example"));
    }
}
