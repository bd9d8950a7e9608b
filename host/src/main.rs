//! The command `polymer`. The same program is its own worker: see [`polymer_host::init`].

use polymer_host::cli;
use std::process::ExitCode;

fn main() -> ExitCode {
    polymer_host::init();
    cli::main(std::env::args_os())
}
