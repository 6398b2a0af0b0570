//! Where may a message go?
//!
//! Invariant: to public addresses by TLS, and to what the operator allows; every other address is refused, however it is
//! written and in whatever form another address contains it. The courier judges the address to which it connects, never a name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use ipnet::IpNet;
use url::{Host, Url};

/// The most characters of an endpoint's URL.
const LONGEST: usize = 2_000;
/// The ports to which messages may go without leave of the operator.
const PORTS: [u16; 2] = [80, 443];

/// Networks of version 4 that are not public: IANA's special-purpose registry, multicast, and what is reserved.
const PRIVATE_4: [(Ipv4Addr, u8); 15] = [
    (Ipv4Addr::UNSPECIFIED, 8),           // this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // behind a carrier's NAT
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // loopback
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // link-local, and clouds' metadata
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // protocol assignments
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // 6to4 relays
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // benchmarking
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),     // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),     // reserved, and broadcast
];

/// The part of version 6 that is public.
const PUBLIC_6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
/// Networks in that part that are not public: protocol assignments with Teredo, benchmarking and ORCHID; documentation; 6to4.
const PRIVATE_6: [(Ipv6Addr, u8); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];
/// Addresses that a gateway turns into the one of version 4 at their end (NAT64, RFC 6052).
const NAT64: (Ipv6Addr, u8) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// The networks and ports that the operator allows.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    networks: Arc<[IpNet]>,
    ports: Arc<[u16]>,
}

/// Why a text cannot be the URL of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// The text is no URL, or is too long.
    #[error("the URL of a webhook begins with https:// and has at most {LONGEST} characters")]
    Url,
    /// Messages are not sent by this scheme.
    #[error("messages are not sent by the scheme `{0}`; use https")]
    Scheme(String),
    /// The URL has a user's name or a password.
    #[error(
        "the URL has a user's name or a password in it; leave them out, since a receiver knows the sender by the signature"
    )]
    Credentials,
    /// The URL has a fragment, which is never sent.
    #[error("the URL has a fragment, which is never sent; leave out # and what follows it")]
    Fragment,
    /// The port is not allowed.
    #[error("port {0} is not allowed; use 443, or ask the operator to allow the port by --webhook-port")]
    Port(u16),
    /// The address is not allowed.
    #[error(
        "{0} is not a public address; use a public one, or ask the operator to allow its network by --webhook-allow"
    )]
    Address(IpAddr),
    /// The address is not one to which messages may go without TLS.
    #[error("messages are sent by https; http is only for networks that the operator allows by --webhook-allow")]
    Clear,
}

impl Rules {
    /// The rules that allow public addresses and these networks, at the usual ports and these ports.
    #[must_use]
    pub fn of(networks: &[IpNet], ports: &[u16]) -> Self {
        Self { networks: networks.into(), ports: ports.into() }
    }

    /// Whether a message may be sent to an address: a public one, where it goes by TLS, or one that the operator allows.
    #[must_use]
    pub fn admit(&self, address: IpAddr, by_tls: bool) -> bool {
        self.allow(address) || by_tls && is_public(address)
    }

    fn allow(&self, address: IpAddr) -> bool {
        let plain = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address) || network.contains(&plain))
    }

    /// Reads the URL of an endpoint. The courier looks up a name in it later, at every connection.
    ///
    /// # Errors
    /// [`TargetError`].
    pub fn target(&self, text: &str) -> Result<Url, TargetError> {
        let url = Url::parse(text).ok().filter(|url| text.len() <= LONGEST && url.has_host());
        let url = url.ok_or(TargetError::Url)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(TargetError::Scheme(url.scheme().chars().take(20).collect()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetError::Credentials);
        }
        if url.fragment().is_some() {
            return Err(TargetError::Fragment);
        }
        let port = url.port_or_known_default().unwrap_or_default();
        if !PORTS.contains(&port) && !self.ports.contains(&port) {
            return Err(TargetError::Port(port));
        }
        let by_tls = url.scheme() == "https";
        let address = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        match address {
            Some(address) if self.admit(address, by_tls) => Ok(url),
            Some(address) if is_public(address) => Err(TargetError::Clear),
            Some(address) => Err(TargetError::Address(address)),
            None if !by_tls && self.networks.is_empty() => Err(TargetError::Clear),
            None => Ok(url),
        }
    }
}

/// Whether an address is one that anyone on the internet can reach.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => !PRIVATE_4.iter().any(|network| within_4(address, *network)),
        IpAddr::V6(address) if within_6(address, NAT64) => is_public(IpAddr::V4(last_32_bits(address))),
        IpAddr::V6(address) => {
            within_6(address, PUBLIC_6)
                && !PRIVATE_6.iter().any(|network| within_6(address, *network))
                && !is_isatap(address)
        }
    }
}

/// Whether an address carries one of version 4 in its last 32 bits, which a tunnel would take it to (RFC 5214).
fn is_isatap(address: Ipv6Addr) -> bool {
    matches!(address.segments(), [_, _, _, _, 0 | 0x200, 0x5efe, _, _])
}

fn last_32_bits(address: Ipv6Addr) -> Ipv4Addr {
    let [.., a, b, c, d] = address.octets();
    Ipv4Addr::new(a, b, c, d)
}

fn within_4(address: Ipv4Addr, (network, prefix): (Ipv4Addr, u8)) -> bool {
    (address.to_bits() ^ network.to_bits()) >> (32 - u32::from(prefix)) == 0
}

fn within_6(address: Ipv6Addr, (network, prefix): (Ipv6Addr, u8)) -> bool {
    (address.to_bits() ^ network.to_bits()) >> (128 - u32::from(prefix)) == 0
}
