//! A plain program as a task: it counts the lines, words and bytes of its input.
//!
//! It uses nothing but the standard library. The host gives the input to stdin and takes the output
//! from stdout.

use std::io::{self, Read, Write};

/// What there is to count.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    lines: usize,
    words: usize,
    bytes: usize,
}

impl Counts {
    fn of(text: &[u8]) -> Self {
        let words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        Self {
            lines: text.iter().filter(|byte| **byte == b'\n').count(),
            words: words.count(),
            bytes: text.len(),
        }
    }
}

fn main() -> io::Result<()> {
    let mut text = Vec::new();
    io::stdin().read_to_end(&mut text)?;
    let Counts { lines, words, bytes } = Counts::of(&text);
    writeln!(io::stdout(), r#"{{"lines":{lines},"words":{words},"bytes":{bytes}}}"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_counts_as_wc_does() {
        assert_eq!(Counts::of(b""), Counts::default());
        assert_eq!(Counts::of(b"one two\n  three\n"), Counts { lines: 2, words: 3, bytes: 16 });
        assert_eq!(Counts::of("größer".as_bytes()), Counts { lines: 0, words: 1, bytes: 8 });
    }
}
