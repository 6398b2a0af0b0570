//! How much may a client ask in a minute?
//!
//! Invariant: what a client costs is counted before it is answered, and the count takes bounded memory.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::sync::Mutex;

use crate::domain::ids::Actor;

/// How many clients have a quota of their own; all further clients share one quota until others fall silent.
const CLIENTS: usize = 100_000;
/// The minute in which a quota is filled again.
const MINUTE: u64 = 60;

/// The client whose quota a request takes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Client {
    /// The machine itself, which is not counted.
    Here,
    /// The holder of a token, wherever it asks from.
    Token(Actor),
    /// An address; of version 6 the network of 64 bits that one customer has.
    Address(IpAddr),
    /// A network of version 6 of 56 bits: a customer may have 256 of 64.
    Wide(Ipv6Addr),
    /// All clients that have no quota of their own.
    Others,
}

impl Client {
    /// The client at the other end of a connection.
    #[must_use]
    pub fn at(peer: IpAddr) -> Self {
        if peer.to_canonical().is_loopback() { Self::Here } else { Self::of(peer) }
    }

    /// The client at an address that a proxy gave.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => Self::Address(network(address, 64).into()),
            address @ IpAddr::V4(_) => Self::Address(address),
        }
    }

    /// The wider network that a client is in, where it has one.
    #[must_use]
    pub fn around(&self) -> Option<Self> {
        match self {
            Self::Address(IpAddr::V6(address)) => Some(Self::Wide(network(*address, 56))),
            _ => None,
        }
    }
}

/// The network of so many bits that an address is in.
fn network(address: Ipv6Addr, bits: u32) -> Ipv6Addr {
    Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - bits)))
}

/// How many times what one network may have those around it may have together.
pub const AROUND: u32 = 4;

/// What is left to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// The cost that the client may spend in a minute.
    pub quota: u32,
    /// What is left of it now.
    pub remaining: u32,
    /// The seconds until all of it is there again.
    pub reset: u64,
}

/// A client that has asked too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "this costs {cost}, and too little is left of {quota} in a minute; ask again in {retry_after} s, or ask for less"
)]
pub struct Exceeded {
    /// What it would have cost.
    pub cost: u32,
    /// The cost that the client may spend in a minute.
    pub quota: u32,
    /// The seconds after which the client may ask again.
    pub retry_after: u64,
}

type Limiter = RateLimiter<Client, DashMapStateStore<Client>, DefaultClock, StateInformationMiddleware>;

/// The quotas of all clients; cheap to clone.
#[derive(Clone, Default)]
pub struct Rates(Option<Arc<Counted>>);

struct Counted {
    limiter: Limiter,
    /// The quotas of wider networks.
    around: Limiter,
    quota: u32,
    refused: AtomicU64,
    /// When silent clients were last forgotten.
    swept: Mutex<Instant>,
}

impl Rates {
    /// A quota of this cost in a minute; 0 means no limit.
    #[must_use]
    pub fn new(quota: u32) -> Self {
        let counted = NonZeroU32::new(quota).map(|cost| {
            let limiter = |cost| RateLimiter::dashmap(Quota::per_minute(cost)).with_middleware();
            let around = limiter(cost.saturating_mul(NonZeroU32::MIN.saturating_add(AROUND - 1)));
            let limiter = limiter(cost);
            Arc::new(Counted { limiter, around, quota, refused: AtomicU64::new(0), swept: Mutex::new(Instant::now()) })
        });
        Self(counted)
    }

    /// Counts a cost, and returns what is left; `None` for a client that is not counted.
    ///
    /// # Errors
    /// [`Exceeded`], and nothing was counted.
    pub fn charge(&self, client: &Client, cost: usize) -> Result<Option<Left>, Exceeded> {
        let Some(counted) = self.0.as_ref().filter(|_| *client != Client::Here) else { return Ok(None) };
        counted.sweep();
        let crowded = matches!(client, Client::Address(_)) && counted.limiter.len() >= CLIENTS;
        let client = if crowded { &Client::Others } else { client };
        let cost = NonZeroU32::new(u32::try_from(cost).unwrap_or(u32::MAX)).unwrap_or(NonZeroU32::MIN);
        let exceeded = |retry_after| {
            counted.refused.fetch_add(1, Ordering::Relaxed);
            Exceeded { cost: cost.get(), quota: counted.quota, retry_after }
        };
        if let Some(around) = client.around()
            && let Ok(Err(until)) = counted.around.check_key_n(&around, cost)
        {
            return Err(exceeded(until.wait_time_from(DefaultClock::default().now()).as_secs() + 1));
        }
        match counted.limiter.check_key_n(client, cost) {
            Ok(Ok(state)) => {
                let remaining = state.remaining_burst_capacity();
                let missing = u64::from(counted.quota.saturating_sub(remaining));
                let reset = (missing * MINUTE).div_ceil(u64::from(counted.quota));
                Ok(Some(Left { quota: counted.quota, remaining, reset }))
            }
            Ok(Err(until)) => {
                let wait = until.wait_time_from(DefaultClock::default().now());
                Err(exceeded(wait.as_secs() + 1))
            }
            Err(_) => Err(exceeded(MINUTE)),
        }
    }

    /// How often a client was refused because too little was left, since the process started.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.0.as_ref().map_or(0, |counted| counted.refused.load(Ordering::Relaxed))
    }
}

/// A client that goes on taking from its quota while it is answered.
#[derive(Clone)]
pub struct Payer {
    /// The quotas that the work is counted against.
    pub rates: Rates,
    /// The client whose quota it takes from.
    pub client: Client,
}

impl Payer {
    /// Counts a cost; waits for as much to be there again where too little is left.
    pub async fn pay(&self, cost: usize) {
        let quota = self.rates.0.as_ref().map_or(cost, |counted| counted.quota as usize);
        while let Err(exceeded) = self.rates.charge(&self.client, cost.min(quota)) {
            tokio::time::sleep(Duration::from_secs(exceeded.retry_after)).await;
        }
    }
}

impl Counted {
    /// Forgets the clients whose quota is whole again, once a second when there are many.
    fn sweep(&self) {
        let due = self.limiter.len() > CLIENTS / 2;
        if due
            && let Ok(mut swept) = self.swept.try_lock()
            && swept.elapsed() > Duration::from_secs(1)
        {
            self.limiter.retain_recent();
            self.around.retain_recent();
            *swept = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CLIENTS, Client, Rates};

    #[test]
    fn a_quota_is_spent_by_cost_and_each_client_has_its_own() {
        let rates = Rates::new(100);
        let (one, other) = (Client::at([192, 0, 2, 1].into()), Client::at([192, 0, 2, 2].into()));
        let left = rates.charge(&one, 60).map(|left| left.map(|left| left.remaining));
        assert_eq!(left, Ok(Some(40)));
        let refused =
            rates.charge(&one, 60).map_err(|exceeded| (exceeded.cost, (10..=13).contains(&exceeded.retry_after)));
        assert_eq!(refused, Err((60, true)));
        assert!(rates.charge(&other, 100).is_ok());
        assert!(rates.charge(&other, 101).is_err());
        assert_eq!(rates.charge(&Client::at([127, 0, 0, 1].into()), 1_000_000), Ok(None));
    }

    #[test]
    fn a_network_of_version_6_is_one_client() {
        let client = |text: &str| text.parse().map(Client::at);
        assert_eq!(client("2001:db8::1"), client("2001:db8::ffff:1"));
        assert_ne!(client("2001:db8::1"), client("2001:db8:0:1::1"));
        assert_eq!(client("::ffff:192.0.2.1"), client("192.0.2.1"));
    }

    #[test]
    fn a_customer_of_many_networks_has_four_quotas_together() {
        let rates = Rates::new(100);
        let spent = (0..40_u16).filter(|at| {
            let address = std::net::Ipv6Addr::new(0x2001, 0xdb8, 0, *at, 0, 0, 0, 1);
            rates.charge(&Client::at(address.into()), 100).is_ok()
        });
        assert_eq!(spent.count(), 4);
        let neighbour = std::net::Ipv6Addr::new(0x2001, 0xdb8, 0, 0x100, 0, 0, 0, 1);
        assert!(rates.charge(&Client::at(neighbour.into()), 100).is_ok());
    }

    #[test]
    fn clients_beyond_the_most_share_a_quota_and_no_memory() {
        let rates = Rates::new(100);
        for number in 0..u32::try_from(CLIENTS).unwrap_or_default() + 50 {
            let _ = rates.charge(&Client::at(std::net::Ipv4Addr::from_bits(0x0100_0000 + number).into()), 2);
        }
        let counted = rates.0.as_ref().map_or(0, |counted| counted.limiter.len());
        assert_eq!(counted, CLIENTS + 1);
        let stranger = Client::at([203, 0, 113, 1].into());
        assert!(rates.charge(&stranger, 1).is_err(), "the strangers have spent theirs together");
    }
}
