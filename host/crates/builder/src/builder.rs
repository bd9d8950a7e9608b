//! A process as a builder, from its request to its answer.

use super::messages::{self, BuilderError};
use super::monitor;
use polymer_host_sys::process;
use std::io::{self, Write};

/// The code of a builder that could not answer.
const NO_ANSWER: u8 = 70;

/// Runs this process as a builder, to its end. It must have one thread: the request comes on stdin,
/// and the answer goes to stdout.
pub fn main(parent: u32) -> ! {
    let code = match answer(parent) {
        Ok(()) => 0,
        Err(error) => {
            // Nobody may be there to be told.
            drop(writeln!(io::stderr(), "{error}"));
            NO_ANSWER
        }
    };
    process::exit_now(code)
}

fn answer(parent: u32) -> Result<(), BuilderError> {
    if !process::die_with_parent(parent)? {
        return Err(BuilderError::NoParent);
    }
    // What was open in whoever started this is nothing for compilers.
    process::close_on_exec(3)?;
    // Folders are made here for a user of their own.
    nix::sys::stat::umask(nix::sys::stat::Mode::from_bits_truncate(0o022));
    // Compilers with many threads take no more of the processor than others do.
    process::begin_session()?;
    let request = messages::read_request(&mut io::stdin().lock())?;
    let answer = monitor::build(&request);
    messages::write_answer(&mut io::stdout().lock(), &answer)
}
