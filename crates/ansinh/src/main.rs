//! The one binary. Everything else is in the library, so that tests can reach it.

use std::process::ExitCode;

/// The system's allocator takes a sixth more time for lists of a million rows.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ansinh::cli::run()
}
