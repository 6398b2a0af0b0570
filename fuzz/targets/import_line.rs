//! Runs `bodies/import_line.rs` on what libFuzzer makes up.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| depositary_fuzz::import_line::run(data));
