//! Runs `crates/fuzz-bodies/src/import_line.rs` on what libFuzzer makes up.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| depositary_fuzz_bodies::import_line::run(data));
