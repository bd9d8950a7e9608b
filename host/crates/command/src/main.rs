//! The command `polymer`. The same program is its own worker: see [`polymer_host::init`].

use std::process::ExitCode;

fn main() -> ExitCode {
    polymer_host::init();
    polymer_wasm::main(std::env::args_os())
}
