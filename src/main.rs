//! The program: everything is in the library, so that tests can reach it.

use std::process::ExitCode;

/// Answers are made of many small allocations on many threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    depositary::cli::main()
}
