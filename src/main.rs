//! The `clientele` binary.

use std::process::ExitCode;

use clap::Parser;
use clientele::commands::{Cli, run};

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("clientele: {}", err.told());
            ExitCode::FAILURE
        }
    }
}
