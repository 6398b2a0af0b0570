//! Runs `crates/fuzz-bodies/src/canonical_json.rs` on what libFuzzer makes up.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| depositary_fuzz_bodies::canonical_json::run(data));
