//! The `clientele` binary.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use clientele::commands::{parse, run};

fn main() -> ExitCode {
    match run(parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("clientele: {}", err.for_terminal());
            ExitCode::FAILURE
        }
    }
}
