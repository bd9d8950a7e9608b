//! The command `polymer`. The same program is its own worker: see [`polymer_host::worker`].

use polymer_host::{cli, worker};
use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(start) = worker::requested(std::env::args_os()) {
        worker::main(start);
    }
    cli::main(std::env::args_os())
}
