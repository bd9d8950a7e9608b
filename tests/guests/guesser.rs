//! A program that finds the number which an interactor thinks of: see `guess_host.rs`. The first
//! line that it reads has the range and says how it behaves.

use std::io::{self, BufRead, Write};
use std::process::exit;

#[link(wasm_import_module = "wasi_snapshot_preview1")]
unsafe extern "C" {
    fn fd_close(descriptor: i32) -> i32;
}

/// Writes a line now.
fn say(line: &str) {
    let mut output = io::stdout().lock();
    // Where nobody reads any more it is discarded, which is no error.
    writeln!(output, "{line}").unwrap();
    output.flush().unwrap();
}

/// Halves the range until it is right, or nobody answers any more.
fn search(lines: &mut impl Iterator<Item = io::Result<String>>, mut least: u32, mut most: u32) {
    while least <= most {
        let guess = least.midpoint(most);
        say(&guess.to_string());
        match lines.next() {
            Some(Ok(answer)) if answer == "more" => least = guess + 1,
            Some(Ok(answer)) if answer == "less" => most = guess - 1,
            _ => return,
        }
    }
}

fn main() {
    let mut lines = io::stdin().lock().lines();
    let first = lines.next().expect("an interactor begins").unwrap();
    let words: Vec<&str> = first.split(' ').collect();
    let number = |at: usize| words[at].parse::<u32>().unwrap();
    match words[2] {
        "good" => search(&mut lines, number(0), number(1)),
        "lazy" => say("1"),
        "early" => exit(0),
        "exit" => exit(3),
        "good-exit" => {
            search(&mut lines, number(0), number(1));
            exit(3);
        }
        "trap" => std::process::abort(),
        "loop" => loop {
            std::hint::black_box(0);
        },
        "waits" => lines.for_each(|line| drop(line.unwrap())),
        "floods" => loop {
            say("1");
        },
        "closes" => {
            // SAFETY: nothing is written to it afterwards.
            unsafe { fd_close(1) };
        }
        other => panic!("{other}"),
    }
}
