//! What a command said last before it gave up: its error in its own words, where the record's
//! message only has how it ended.
//!
//! Nothing here may know what a guest is built with: the shape of its lines tells.

/// Lines at the end of a log that are looked at.
const MOST_LINES: usize = 64;

/// The line that says why, of the last lines of a log.
///
/// Rust's panics have it below the place; Go's begin with a word of theirs; a traceback of Python
/// and most other messages have it at the end, at the margin.
pub(crate) fn last_words<'a>(lines: impl DoubleEndedIterator<Item = &'a str>) -> Option<&'a str> {
    // The newest first.
    let lines: Vec<&str> =
        lines.rev().map(str::trim_end).filter(|line| !line.is_empty()).take(MOST_LINES).collect();
    let below_panic = || {
        let place = lines.iter().position(|line| line.contains("panicked at "))?;
        lines.get(place.checked_sub(1)?).filter(|line| !is_note(line))
    };
    let of_go = || lines.iter().find(|line| line.starts_with("panic: ") || line.starts_with("fatal error: "));
    let at_margin = || lines.iter().find(|line| !line.starts_with(char::is_whitespace) && !is_note(line));
    below_panic().or_else(of_go).or_else(at_margin).copied()
}

fn is_note(line: &str) -> bool {
    line.starts_with("note: ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_last_words() {
        for (log, words) in [
            (
                "\nthread 'main' (1) panicked at /x/probe.rs:65:18:\nno step is called alpha\nnote: run with `RUST_BACKTRACE=1`\n",
                "no step is called alpha",
            ),
            ("thread 'main' panicked at src/main.rs:2:5", "thread 'main' panicked at src/main.rs:2:5"),
            (
                "Traceback (most recent call last):\n  File \"x\", line 1, in f\nValueError: bad 7\n",
                "ValueError: bad 7",
            ),
            (
                "panic: index out of range [5]\n\ngoroutine 1 [running]:\nmain.main()\n\t/x.go:3\nexit status 2",
                "panic: index out of range [5]",
            ),
            ("Error: oh\n    at f (x.js:1:2)\n    at g (x.js:2:2)\n", "Error: oh"),
            ("reading\nx.c:7: solve: Assertion `n > 0' failed.\n", "x.c:7: solve: Assertion `n > 0' failed."),
        ] {
            assert_eq!(last_words(log.lines()), Some(words), "{log}");
        }
        assert_eq!(last_words("\n \n".lines()), None);
        assert_eq!(last_words("note: nothing\n  indented".lines()), None);
    }

    #[test]
    fn only_the_end_of_a_log_counts() {
        let log = format!("panic: early\n{}last\n", "x\n".repeat(MOST_LINES));
        assert_eq!(last_words(log.lines()), Some("last"));
    }
}
