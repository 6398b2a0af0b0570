//! Does every new event reach whoever asked, signed, at least once, and never where it must not?

mod addresses;
mod alerts;
mod managing;
mod messages;
mod opened;
mod processes;
mod schedule;
mod sending;
mod signatures;
