//! The conformance task in Rust, typed: the same task in every language.

use polymer_task::{Attempt, Failure, serde, task, tasks};

tasks!(conformance, bytes);

/// What comes of an input that is understood.
#[derive(Debug, PartialEq, Eq, serde::Serialize)]
#[serde(crate = "polymer_task::serde", untagged)]
pub enum Output {
    /// Of `fib` and `log`.
    Number(u64),
    /// Of `big` and `retry`.
    Text(String),
    /// Of `words`.
    Counted {
        /// Of the text in UTF-8.
        bytes: usize,
        /// Between white space.
        words: usize,
        /// Newlines.
        lines: usize,
    },
}

/// The same task in every language.
#[task(listed)]
pub fn conformance(text: String, attempt: &Attempt) -> Result<Output, Failure> {
    if let Some((verb, rest)) = text.split_once(' ') {
        match (verb, rest.parse()) {
            ("words", _) => return Ok(words(rest)),
            ("fib", Ok(n)) => return Ok(Output::Number(fib(n))),
            ("log", Ok(count)) => {
                (1..=count).for_each(|line| polymer_task::info!("line {line}"));
                return Ok(Output::Number(count));
            }
            ("big", Ok(count)) => return Ok(Output::Text("x".repeat(usize::try_from(count)?))),
            _ => {}
        }
    }
    match text.as_str() {
        "fail" => Err(Failure::new("asked to fail").code("asked")),
        "retry" if attempt.number < 2 => Err(Failure::new("not yet").code("early").retryable()),
        "retry" => Ok(Output::Text(format!("attempt {}", attempt.number))),
        "panic" => panic!("asked to panic"),
        "spin" => loop {
            std::hint::spin_loop();
        },
        _ => {
            let first = text.split(SPACES).next().unwrap_or_default();
            Err(Failure::bad_input(format!("what is {first}?")).code("unknown"))
        }
    }
}

/// Reverses bytes.
#[task(raw, listed)]
pub fn bytes(mut input: Vec<u8>) -> Vec<u8> {
    input.reverse();
    input
}

/// The white space of the conformance task.
const SPACES: [char; 4] = [' ', '\t', '\n', '\r'];

fn words(text: &str) -> Output {
    Output::Counted {
        bytes: text.len(),
        words: text.split(SPACES).filter(|word| !word.is_empty()).count(),
        lines: text.matches('\n').count(),
    }
}

fn fib(n: u64) -> u64 {
    if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_attempt_succeeds() {
        let attempt = |number| Attempt::new("conformance", "1", number);
        let early = conformance("retry".to_owned(), &attempt(1)).unwrap_err();
        assert_eq!(early, Failure::new("not yet").code("early").retryable());
        let late = conformance("retry".to_owned(), &attempt(2)).unwrap();
        assert_eq!(late, Output::Text("attempt 2".to_owned()));
    }

    #[test]
    fn words_stand_between_four_kinds_of_space() {
        assert_eq!(words(" a\u{a0}b\r\nc "), Output::Counted { bytes: 9, words: 2, lines: 1 });
    }
}
