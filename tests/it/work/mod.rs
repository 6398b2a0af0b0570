//! Does the program do by itself what it should, once, whichever process does it?

mod alerts;
mod delivery;
mod leases;
mod sources;
