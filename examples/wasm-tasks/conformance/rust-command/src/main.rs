//! The conformance task in Rust, a command: stdin to stdout, like any program, with the standard
//! library only.

use std::env;
use std::io::{self, Read, Write};
use std::process::ExitCode;

fn main() -> io::Result<ExitCode> {
    let mut input = Vec::new();
    io::stdin().read_to_end(&mut input)?;
    if env::args().nth(1).is_some_and(|argument| argument == "bytes") {
        input.reverse();
        io::stdout().write_all(&input)?;
        return Ok(ExitCode::SUCCESS);
    }
    let text = String::from_utf8(input).map_err(io::Error::other)?;
    let attempt = env::var("POLYMER_ATTEMPT").ok().and_then(|number| number.parse().ok()).unwrap_or(1);
    match answer(&text, attempt) {
        Ok(json) => {
            io::stdout().write_all(json.as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        Err((code, message)) => {
            eprintln!("{message}");
            Ok(ExitCode::from(code))
        }
    }
}

/// The JSON text that comes of an input, or an exit code and a message.
fn answer(text: &str, attempt: u32) -> Result<String, (u8, String)> {
    if let Some((verb, rest)) = text.split_once(' ') {
        match (verb, rest.parse()) {
            ("words", _) => return Ok(words(rest)),
            ("fib", Ok(n)) => return Ok(fib(n).to_string()),
            ("log", Ok(count)) => {
                (1..=count).for_each(|line| eprintln!("line {line}"));
                return Ok(count.to_string());
            }
            ("big", Ok(count)) => return Ok((0..count).fold(String::from('"'), |text, _| text + "x") + "\""),
            _ => {}
        }
    }
    match text {
        "fail" => Err((1, "asked to fail".to_owned())),
        "retry" if attempt < 2 => Err((1, "not yet".to_owned())),
        "retry" => Ok(format!("\"attempt {attempt}\"")),
        "panic" => panic!("asked to panic"),
        "spin" => loop {
            std::hint::spin_loop();
        },
        _ => Err((2, format!("what is {}?", text.split(SPACES).next().unwrap_or_default()))),
    }
}

/// The white space of the conformance task.
const SPACES: [char; 4] = [' ', '\t', '\n', '\r'];

fn words(text: &str) -> String {
    let words = text.split(SPACES).filter(|word| !word.is_empty()).count();
    let lines = text.matches('\n').count();
    format!(r#"{{"bytes":{},"words":{words},"lines":{lines}}}"#, text.len())
}

fn fib(n: u64) -> u64 {
    if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
}
