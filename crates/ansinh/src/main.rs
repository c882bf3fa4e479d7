//! The one binary. Everything else is in the library, so that tests can reach it.

use std::process::ExitCode;

/// Lists of a million rows are many small pieces, made and dropped by all threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ansinh::cli::run()
}
