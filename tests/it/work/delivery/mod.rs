//! Does every new event reach whoever asked, signed, at least once, and never where it must not?

mod addresses;
mod managing;
mod messages;
mod schedule;
mod sending;
mod signatures;
