//! What can an attacker do who holds no token: does the server stay up, small and quick, and end when it is told to?

mod answers;
mod asking;
mod client;
mod growing;
mod slow;
mod sockets;
