//! Runs `crates/fuzz-bodies/src/proof.rs` on what libFuzzer makes up.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| depositary_fuzz_bodies::proof::run(data));
