//! What happens when the ground gives way? Nothing is lost, and everyone is told.

mod clocks;
mod ground;
mod ready;
mod refused;
