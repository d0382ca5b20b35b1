//! The `clientele` binary.

use std::process::ExitCode;

use clientele::commands::{parse, run};

/// A password hash takes 19 MB for a moment on some thread; the system's allocator would keep that for each thread.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match run(parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("clientele: {}", err.told());
            ExitCode::FAILURE
        }
    }
}
