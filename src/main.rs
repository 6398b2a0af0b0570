//! The program: everything is in the library, so that tests can reach it.

use std::process::ExitCode;

/// Answers are made of many small allocations on many threads. Without huge pages (`no_thp`): with them each touch of a new
/// region holds 2 MB, which doubled what the server holds and kept 20 MB more after a handful of refused requests.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    depositary::cli::main()
}
