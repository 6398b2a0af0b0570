//! Does every new event reach whoever asked, signed, at least once, and never where it must not?

mod addresses;
mod asking;
mod kept;
mod managing;
mod messages;
mod receivers;
mod schedule;
mod sending;
mod signatures;
