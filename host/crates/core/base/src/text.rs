//! Words and figures for people: text cut to a length, counted nouns, times.

use std::time::Duration;

/// The first `most` bytes of `text`, cut between characters and marked where something is missing.
#[must_use]
pub fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{} [cut]", text.get(..end).unwrap_or_default())
}

/// `1 task`, `2 tasks`.
#[must_use]
pub fn counted(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// A time for people, in the unit that suits it.
#[must_use]
pub fn show_time(time: Duration) -> String {
    let secs = time.as_secs_f64();
    if secs < 1e-3 {
        format!("{:.1} µs", secs * 1e6)
    } else if secs < 1.0 {
        format!("{:.2} ms", secs * 1e3)
    } else if secs < 60.0 {
        format!("{secs:.2} s")
    } else {
        humantime::format_duration(Duration::from_secs(time.as_secs())).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        let nanos = [800, 12_000, 1_230_000, 1_500_000_000, 90_000_000_000];
        let shown = nanos.map(|nanos| show_time(Duration::from_nanos(nanos)));
        assert_eq!(shown, ["0.8 µs", "12.0 µs", "1.23 ms", "1.50 s", "1m 30s"]);
    }

    #[test]
    fn nouns_are_counted() {
        assert_eq!([0, 1, 2].map(|number| counted(number, "task")), ["0 tasks", "1 task", "2 tasks"]);
    }

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(cut("äöü", 3), "ä [cut]");
        assert_eq!(cut("äöü", 6), "äöü");
    }
}
