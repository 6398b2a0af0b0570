//! Do the pages say what the answers say, on every day, to everybody, and nothing else?

mod addresses;
mod browser;
mod deciding;
mod helping;
mod hostile;
mod looks;
mod noting;
mod proving;
mod recording;
mod shown;
mod signing_in;
mod words;
