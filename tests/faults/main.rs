//! Is anything lost when machines fail? Real servers, killed and cut off; a binary of its own, so that they fail while the
//! machine does nothing else and what is measured is theirs.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing")]

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
