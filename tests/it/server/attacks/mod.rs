//! What can an attacker do who holds no token?

mod answers;
mod asking;
mod ground;
mod growing;
mod slow;
mod sockets;
