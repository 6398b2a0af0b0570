//! How many connections are open, in all and from each address, and is there a seat for one more?
//!
//! Invariant: an address has at most half of all seats, so nobody takes the server away alone; and all of them leave the process
//! file descriptors for its database, its receivers and the reserve.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ipnet::IpNet;

use crate::access::{AROUND, Client};
use crate::config::limits::{Limit, Limits, Struck};

/// The file descriptors that are not for connections: the database, files, receivers of webhooks, the reserve.
const OTHERS: u64 = 256;

/// The seats; cheap to clone.
#[derive(Clone)]
pub struct Connections(Arc<Inner>);

struct Inner {
    most: usize,
    of_address: usize,
    proxies: Arc<[IpNet]>,
    struck: Struck,
    open: Mutex<Open>,
    /// How many connections are open, for code that only looks.
    number: Arc<AtomicUsize>,
}

#[derive(Default)]
struct Open {
    all: usize,
    by_address: HashMap<Client, usize>,
}

/// A connection's seat, until it is dropped.
pub struct Seat {
    connections: Connections,
    counted: Vec<Client>,
}

impl Connections {
    /// Nobody yet. Raises what the system lets this process open, as far as it may.
    pub fn new(limits: &Limits, proxies: Arc<[IpNet]>, struck: Struck, number: Arc<AtomicUsize>) -> Self {
        let most = limits.connections.min(descriptors(limits.connections)).max(2);
        if most < limits.connections {
            tracing::info!(most, asked = limits.connections, "server.connections.fewer");
        }
        let of_address = limits.address_connections.clamp(1, most / 2);
        Self(Arc::new(Inner { most, of_address, proxies, struck, open: Mutex::default(), number }))
    }

    /// A seat for a connection from an address.
    ///
    /// # Errors
    /// The limit that it would exceed, which is counted.
    pub fn seat(&self, address: IpAddr) -> Result<Seat, Limit> {
        let inner = &self.0;
        let mut open = inner.open.lock().unwrap_or_else(PoisonError::into_inner);
        let limits = self.limits(address);
        let counted = |client: &Client| open.by_address.get(client).copied().unwrap_or_default();
        let met = if open.all >= inner.most {
            Some(Limit::Connections)
        } else {
            limits.iter().any(|(client, most)| counted(client) >= *most).then_some(Limit::AddressConnections)
        };
        if let Some(limit) = met {
            inner.struck.count(limit);
            return Err(limit);
        }
        open.all += 1;
        inner.number.store(open.all, Ordering::Relaxed);
        for (client, _) in &limits {
            *open.by_address.entry(client.clone()).or_default() += 1;
        }
        Ok(Seat { connections: self.clone(), counted: limits.into_iter().map(|(client, _)| client).collect() })
    }

    /// As whom an address is counted, and how many each may have; a proxy's connections are those of its clients.
    fn limits(&self, address: IpAddr) -> Vec<(Client, usize)> {
        let inner = &self.0;
        if inner.proxies.iter().any(|proxy| proxy.contains(&address.to_canonical())) {
            return Vec::new();
        }
        let client = Client::of(address);
        let around = client.around().map(|around| (around, (inner.of_address * AROUND as usize).min(inner.most / 2)));
        std::iter::once((client, inner.of_address)).chain(around).collect()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.connections.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all = open.all.saturating_sub(1);
        self.connections.0.number.store(open.all, Ordering::Relaxed);
        for client in &self.counted {
            if let Some(number) = open.by_address.get_mut(client) {
                *number -= 1;
                if *number == 0 {
                    open.by_address.remove(client);
                }
            }
        }
    }
}

/// How many connections the process may have open by the system's limit, which is raised for so many, where it may be.
#[cfg(unix)]
fn descriptors(wanted: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let wanted = wanted as u64 + OTHERS;
    let limit = getrlimit(Resource::Nofile);
    let may = limit.maximum.map_or(wanted, |most| most.min(wanted));
    let raised = limit.current.is_some_and(|current| current < may)
        && setrlimit(Resource::Nofile, Rlimit { current: Some(may), maximum: limit.maximum }).is_ok();
    let most = if raised { may } else { limit.current.unwrap_or(wanted) };
    // A quarter is left where there are few.
    usize::try_from(most - OTHERS.min(most / 4)).unwrap_or(usize::MAX)
}

#[cfg(not(unix))]
fn descriptors(wanted: usize) -> usize {
    wanted
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::Ordering;

    use super::Connections;
    use crate::config::limits::{Limit, Limits, Struck};

    fn connections(all: usize, of_address: usize) -> Connections {
        let limits = Limits { connections: all, address_connections: of_address, ..Limits::default() };
        let proxies: Vec<_> = "203.0.113.0/24".parse().into_iter().collect();
        Connections::new(&limits, proxies.into(), Struck::default(), Arc::default())
    }

    #[test]
    fn an_address_has_its_own_seats_and_at_most_half_of_all() {
        let connections = connections(10, 100);
        let seat = |last: u8| connections.seat([192, 0, 2, last].into());
        let mut taken: Vec<_> = (0..5).filter_map(|_| seat(1).ok()).collect();
        assert_eq!(seat(1).err(), Some(Limit::AddressConnections));
        taken.extend((0..5).filter_map(|_| seat(2).ok()));
        assert_eq!((taken.len(), seat(3).err()), (10, Some(Limit::Connections)));
        taken.remove(0);
        assert!(seat(1).is_ok());
        drop(taken);
        let left = connections.0.open.lock().map(|open| open.by_address.len()).ok();
        assert_eq!((connections.0.number.load(Ordering::Relaxed), left), (0, Some(0)));
    }

    #[test]
    fn a_customer_of_many_networks_of_version_6_has_four_times_one_and_a_proxy_is_not_counted() {
        let connections = connections(100, 5);
        let seat =
            |network: u16| connections.seat(std::net::Ipv6Addr::new(0x2001, 0xdb8, 0, network, 0, 0, 0, 1).into());
        let mut taken: Vec<_> = (0..20).filter_map(|network| seat(network).ok()).collect();
        assert_eq!(taken.len(), 20);
        assert_eq!(seat(0xff).err(), Some(Limit::AddressConnections));
        assert!(seat(0x100).is_ok(), "another network of 56 bits");
        taken.extend((0..40).filter_map(|_| connections.seat([203, 0, 113, 7].into()).ok()));
        assert_eq!(taken.len(), 60);
    }
}
