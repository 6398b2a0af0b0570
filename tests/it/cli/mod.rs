//! Does the command line say yes, no and fault as it promises? The real program on real files.

mod copies;
mod differing;
mod explaining;
mod faces;
mod files;
mod foreseeing;
mod ground;
mod outside;
mod proofs;
mod restoring;
mod settings;
mod sources;
mod tables;
mod tokens;
mod webhooks;
