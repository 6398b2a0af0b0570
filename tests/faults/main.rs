//! Is anything lost when machines fail? Real servers, killed and cut off; a binary of its own, so that they fail while the
//! machine does nothing else and what is measured is theirs.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing")]

#[path = "../it/databases.rs"]
#[allow(dead_code, reason = "the other tests use the rest")]
mod databases;
#[path = "../it/facts.rs"]
#[allow(dead_code, reason = "the other tests use the rest")]
mod facts;
#[path = "../it/programs.rs"]
#[allow(dead_code, reason = "the other tests use the rest")]
mod programs;

#[path = "../it/delivery/receivers.rs"]
#[allow(dead_code, reason = "the other tests use the rest")]
mod receivers;

#[path = "../it/sources/code.rs"]
#[allow(dead_code, reason = "the other tests use the rest")]
mod code;
#[path = "../it/sources/register.rs"]
#[allow(dead_code, reason = "the other tests use the rest")]
mod register;

#[path = "../it/sockets.rs"]
#[allow(dead_code, reason = "the other tests use the rest")]
mod sockets;

mod alerts;
mod attacks;
mod cluster;
mod disk;
mod ground;
mod growing;
mod kill;
mod load;
mod million;
mod network;
mod power;
mod sources;
mod webhooks;
