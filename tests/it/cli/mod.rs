//! Does the command line say yes, no and fault as it promises? The real program on real files.

mod answering;
mod commands;
mod copies;
mod differing;
mod explaining;
mod faces;
mod foreseeing;
mod importing;
mod log_file;
mod outside;
mod proofs;
mod restoring;
mod settings;
mod sources;
mod tables;
mod tokens;
mod webhooks;
