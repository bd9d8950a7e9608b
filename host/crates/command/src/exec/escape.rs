//! Output of a guest on its way to a terminal, piece by piece: what could act on the terminal is
//! written out. Wherever the bytes are split, the same text comes of them.
//!
//! A newline and a tab stay, and a carriage return before a newline. A carriage return alone is
//! written out: behind it a guest could write over its row, and what stood there was not seen.
//!
//! It must never know where the text goes.

use polymer_host_base::sanitize::printable;
use std::borrow::Cow;

/// The end of a row, as some systems write it.
const CRLF: &str = "\r\n";

/// Escapes what a guest writes to a terminal.
#[derive(Debug, Default)]
pub(super) struct TerminalEscape {
    /// Bytes of which only the next one tells what they are: the beginning of a character, or a
    /// carriage return.
    held: Vec<u8>,
}

impl TerminalEscape {
    /// Returns what can be shown with these bytes behind those before.
    pub(super) fn push(&mut self, bytes: &[u8]) -> String {
        let mut all = std::mem::take(&mut self.held);
        all.extend_from_slice(bytes);
        self.held = all.split_off(all.len().saturating_sub(undecided(&all)));
        shown(&all)
    }

    /// Returns the rest, after which nothing comes.
    pub(super) fn finish(&mut self) -> String {
        shown(&std::mem::take(&mut self.held))
    }
}

/// Bytes at the end of which only the next one tells what they are.
fn undecided(bytes: &[u8]) -> usize {
    let tail = bytes.utf8_chunks().last().map_or(&[][..], |chunk| chunk.invalid());
    // Without a length the error is that more bytes were expected.
    let is_begun = std::str::from_utf8(tail).is_err_and(|error| error.error_len().is_none());
    if is_begun { tail.len() } else { usize::from(bytes.ends_with(b"\r")) }
}

/// Whole characters as they are shown; what is none of UTF-8 is shown as U+FFFD.
fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let rows: Vec<Cow<'_, str>> = text.split(CRLF).map(printable).collect();
    rows.join(CRLF)
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_base::sanitize::is_dangerous;
    use proptest::prelude::*;

    /// The text that comes of these pieces.
    fn text_of<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
        let mut escape = TerminalEscape::default();
        let text: String = pieces.into_iter().map(|piece| escape.push(piece)).collect();
        text + &escape.finish()
    }

    #[test]
    fn what_acts_on_a_terminal_is_written_out_and_text_stays() {
        for (bytes, text) in [
            (&b"plain\n\ttext\n"[..], "plain\n\ttext\n"),
            ("größer 日本 🦀\n".as_bytes(), "größer 日本 🦀\n"),
            (b"\x1b[2Ja\x07\0", "\\u{1b}[2Ja\\u{7}\\u{0}"),
            ("\u{202e}a\u{9b}1m".as_bytes(), "\\u{202e}a\\u{9b}1m"),
            (b"one\r\ntwo\rthree\r", "one\r\ntwo\\u{d}three\\u{d}"),
            (b"\r\r\n", "\\u{d}\r\n"),
            (b"\xff\xc3(\xe2\x82", "\u{fffd}\u{fffd}(\u{fffd}"),
        ] {
            assert_eq!(text_of([bytes]), text, "{bytes:?}");
        }
    }

    #[test]
    fn what_is_whole_is_shown_at_once() {
        let mut escape = TerminalEscape::default();
        assert_eq!(escape.push(b"name? "), "name? ");
        assert_eq!(escape.push(b"\xf0\x9f\xa6"), "");
        assert_eq!(escape.push(b"\x80!"), "🦀!");
        assert_eq!(escape.push(b"a\r"), "a");
        assert_eq!(escape.push(b"b"), "\\u{d}b");
        assert_eq!(escape.finish(), "");
    }

    /// Bytes in which all that matters is frequent: parts of characters, controls, ends of rows.
    fn hard_bytes() -> impl Strategy<Value = Vec<u8>> {
        let pieces = ["a", "\n", "\r", "\r\n", "\t", "\u{1b}[2J", "é", "日", "🦀", "\u{202e}", "\u{9b}"];
        let whole = proptest::sample::select(pieces.to_vec()).prop_map(|piece| piece.as_bytes().to_vec());
        let part = proptest::sample::select(vec![0xc3_u8, 0xe2, 0x82, 0xf0, 0x9f, 0xa6, 0x80, 0xff])
            .prop_map(|byte| vec![byte]);
        let piece = prop_oneof![whole, part, any::<u8>().prop_map(|byte| vec![byte])];
        proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_text(
            bytes in hard_bytes(),
            cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.sort_unstable();
            let ends = cuts.iter().copied().chain([bytes.len()]);
            let starts = [0].into_iter().chain(cuts.iter().copied());
            let pieces: Vec<&[u8]> = starts.zip(ends).map(|(start, end)| &bytes[start..end]).collect();
            let whole = text_of([bytes.as_slice()]);
            prop_assert_eq!(text_of(pieces), whole.as_str());
            prop_assert_eq!(text_of(bytes.chunks(1)), whole.as_str());
            let rows = whole.replace("\r\n", "\n");
            prop_assert!(!rows.chars().any(is_dangerous));
        }
    }
}
