//! A plain program as a task: it ends with the exit code its input names.

use std::io;
use std::process::exit;

fn main() -> io::Result<()> {
    let line = io::read_to_string(io::stdin())?;
    let code = line.trim().parse().unwrap_or_else(|error| {
        eprintln!("not an exit code: {error}");
        exit(125)
    });
    eprintln!("ending with {code}");
    exit(code)
}
