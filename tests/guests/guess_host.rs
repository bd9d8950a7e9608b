//! An interactor: it thinks of a number that a program is to find in seven guesses. The input of
//! its case has the number, how the program behaves, and how it behaves itself: `42|good|fair`.

use std::io::{self, BufRead, Write};
use std::process::exit;

/// The text of a field, as it is written in JSON.
fn field<'a>(case: &'a str, name: &str) -> Option<&'a str> {
    let start = format!("\"{name}\":\"");
    let text = case.split_once(start.as_str())?.1;
    let ends = |at: &usize| !text[..*at].ends_with('\\');
    let end = text.match_indices('"').map(|(at, _)| at).find(ends)?;
    Some(&text[..end])
}

fn say(line: &str) {
    let mut output = io::stdout().lock();
    writeln!(output, "{line}").unwrap();
    output.flush().unwrap();
}

/// Answers guesses; says whether the number was found.
fn answer(lines: impl Iterator<Item = io::Result<String>>, secret: u32) -> bool {
    for line in lines.take(7) {
        let line = line.unwrap();
        match line.parse::<u32>() {
            Ok(guess) if guess == secret => {
                say("right");
                return true;
            }
            Ok(guess) => say(if guess < secret { "more" } else { "less" }),
            Err(_) => {
                eprintln!("{line:?} is no number");
                exit(43);
            }
        }
    }
    eprintln!("it did not find {secret}");
    false
}

fn main() {
    let mut lines = io::stdin().lock().lines();
    let case = lines.next().expect("the case comes first").unwrap();
    // A line of input has its end, which JSON spells so.
    let input = field(&case, "input").expect("the case has an input").trim_end_matches("\\n");
    let [secret, program, own] = input.splitn(3, '|').collect::<Vec<_>>()[..] else { panic!("{input}") };
    let secret = secret.parse().unwrap();
    say(&format!("1 100 {program}"));
    let (word, rest) = own.split_once(' ').unwrap_or((own, ""));
    match word {
        "fair" => {}
        "exit" => exit(rest.parse().unwrap()),
        "trap" => std::process::abort(),
        "loop" => loop {
            std::hint::black_box(0);
        },
        // Time of its own, in which the program waits for it.
        "slow" => std::thread::sleep(std::time::Duration::from_millis(rest.parse().unwrap())),
        "waits" => lines.by_ref().for_each(|line| drop(line.unwrap())),
        "floods" => loop {
            say("more");
        },
        "says" => {
            let is_found = answer(lines, secret);
            eprintln!("{}", rest.replace('\'', "\""));
            exit(i32::from(!is_found));
        }
        "case" => {
            // What begins with a brace would be an answer.
            eprintln!("the case is {}", case.replace('"', "'"));
            exit(1);
        }
        "sees" => {
            let args: Vec<String> = std::env::args().skip(1).collect();
            let env: Vec<(String, String)> = std::env::vars().collect();
            eprintln!("{args:?} {env:?} {}", std::fs::read_dir(rest).is_ok());
            exit(1);
        }
        other => panic!("{other}"),
    }
    exit(if answer(lines, secret) { 42 } else { 1 });
}
