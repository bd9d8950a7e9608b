//! What is put on a terminal, byte by byte.

use super::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Writes down what is put on it.
#[derive(Debug, Clone, Default)]
struct Paper {
    text: Arc<Mutex<String>>,
    columns: Arc<AtomicUsize>,
    is_behind: Arc<AtomicBool>,
    is_stuck: Arc<AtomicBool>,
}

impl Paper {
    fn new(columns: usize) -> (Self, StatusLine<Self>) {
        let paper = Self::default();
        paper.columns.store(columns, Ordering::SeqCst);
        (paper.clone(), StatusLine::new(paper))
    }

    /// What was put there since the last time.
    fn take(&self) -> String {
        std::mem::take(&mut *self.text.lock().unwrap())
    }
}

impl LineCanvas for Paper {
    fn is_ours(&self) -> bool {
        !self.is_behind.load(Ordering::SeqCst)
    }

    fn size(&self) -> TerminalSize {
        TerminalSize { columns: self.columns.load(Ordering::SeqCst), rows: 3 }
    }

    fn is_ready(&self) -> bool {
        !self.is_stuck.load(Ordering::SeqCst)
    }

    fn put(&self, text: &str) {
        self.text.lock().unwrap().push_str(text);
    }
}

#[test]
fn the_line_is_away_while_something_is_written() {
    let (paper, line) = Paper::new(80);
    line.above(|| paper.put("first\n"));
    assert_eq!(paper.take(), "first\n");
    line.show("3 done".to_owned(), plain);
    assert_eq!(paper.take(), "\r3 done\x1b[K\r");
    line.above(|| paper.put("record\n"));
    assert_eq!(paper.take(), "\r\x1b[Krecord\n\r3 done\x1b[K\r");
    line.show(String::new(), plain);
    assert_eq!(paper.take(), "\r\x1b[K");
    line.show(String::new(), plain);
    line.above(|| paper.put("last\n"));
    assert_eq!(paper.take(), "last\n");
}

#[test]
fn in_the_background_nothing_is_drawn_or_erased_and_in_front_again_it_is_drawn_anew() {
    let (paper, line) = Paper::new(80);
    line.show("1 done".to_owned(), plain);
    paper.take();
    paper.is_behind.store(true, Ordering::SeqCst);
    line.show("2 done".to_owned(), plain);
    line.above(|| paper.put("error\n"));
    line.show(String::new(), plain);
    assert_eq!(paper.take(), "error\n");
    line.show("3 done".to_owned(), plain);
    paper.is_behind.store(false, Ordering::SeqCst);
    line.above(|| paper.put("error\n"));
    assert_eq!(paper.take(), "error\n\r3 done\x1b[K\r");
}

#[test]
fn who_stops_the_process_has_the_row_clean_and_stays_so() {
    let (paper, line) = Paper::new(80);
    line.show("1 done".to_owned(), plain);
    paper.take();
    line.hold();
    assert_eq!(paper.take(), "\r\x1b[K");
    line.show("2 done".to_owned(), plain);
    line.above(|| paper.put("error\n"));
    assert_eq!(paper.take(), "error\n");
    line.release();
    line.show("3 done".to_owned(), plain);
    assert_eq!(paper.take(), "\r3 done\x1b[K\r");
    // Nobody waits for a terminal that takes nothing, nor for who writes to it.
    paper.is_stuck.store(true, Ordering::SeqCst);
    line.hold();
    assert_eq!(paper.take(), "");
    line.above(|| line.hold());
}

#[test]
fn one_column_is_always_left_and_a_resize_is_seen() {
    let (paper, line) = Paper::new(8);
    for (columns, shown) in
        [(8, "12 done"), (80, "12 done"), (7, "12 do…"), (3, "1…"), (2, "…"), (1, ""), (0, "")]
    {
        paper.columns.store(columns, Ordering::SeqCst);
        line.show("12 done".to_owned(), plain);
        assert_eq!(paper.take(), format!("\r{shown}\x1b[K\r"), "{columns}");
    }
    // A character may take two columns, and none.
    for (columns, shown) in [(8, "日本x"), (6, "日本x"), (5, "日…"), (4, "日…"), (3, "…")] {
        paper.columns.store(columns, Ordering::SeqCst);
        line.show("日本x".to_owned(), plain);
        assert_eq!(paper.take(), format!("\r{shown}\x1b[K\r"), "{columns}");
    }
    assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 3), "e\u{301}e\u{301}e\u{301}");
}

#[test]
fn several_rows_are_drawn_and_erased_together_and_the_cursor_is_in_the_first() {
    let (paper, line) = Paper::new(7);
    line.show("one".to_owned(), plain);
    assert_eq!(paper.take(), "\rone\x1b[K\r");
    line.show("one\nand two".to_owned(), plain);
    assert_eq!(paper.take(), "\rone\x1b[K\r\nand t…\x1b[J\r\x1b[1A");
    line.above(|| paper.put("record\n"));
    assert_eq!(paper.take(), "\r\x1b[Jrecord\n\rone\x1b[K\r\nand t…\x1b[J\r\x1b[1A");
    // Of what was there nothing is left below.
    line.show("one".to_owned(), plain);
    assert_eq!(paper.take(), "\rone\x1b[J\r");
    line.show("two".to_owned(), plain);
    assert_eq!(paper.take(), "\rtwo\x1b[K\r");
    // One row of the terminal is left.
    line.show("1\n2\n3\n4".to_owned(), plain);
    assert_eq!(paper.take(), "\r1\x1b[K\r\n2\x1b[J\r\x1b[1A");
    line.hold();
    assert_eq!(paper.take(), "\r\x1b[J");
}

#[test]
fn rows_are_painted_once_they_are_cut() {
    let (paper, line) = Paper::new(5);
    line.show("12345\n67".to_owned(), |row| format!("<{row}>"));
    assert_eq!(paper.take(), "\r<123…>\x1b[K\r\n<67>\x1b[J\r\x1b[1A");
}

#[test]
fn a_terminal_that_cannot_go_back_is_known_by_its_name() {
    for (term, can) in [
        (None, false),
        (Some(""), false),
        (Some("dumb"), false),
        (Some("unknown"), false),
        (Some("xterm-256color"), true),
        (Some("linux"), true),
    ] {
        assert_eq!(can_go_back(term.map(OsStr::new)), can, "{term:?}");
    }
}
