//! Runs `crates/fuzz-bodies/src/cursor.rs` on what libFuzzer makes up, against a server in this process.

#![no_main]

use std::sync::LazyLock;

use depositary_fuzz_bodies::server::Server;

static SERVER: LazyLock<Server> = LazyLock::new(|| {
    // It stays when the process ends; `fuzz/run` removes it.
    let folder = tempfile::tempdir().expect("a temporary folder").keep();
    Server::start(&format!("sqlite://{}", folder.join("depositary.db").display()))
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| depositary_fuzz_bodies::cursor::run(&SERVER, data));
