//! Format of one line of the log: time, level, text. Everything that writes lines uses it.

use polymer_host_base::sanitize::printable;
use std::fmt::{self, Write};
use std::time::SystemTime;

/// Indent of the further lines of a text.
pub const MARGIN: &str = "    ";

/// Writes what every line begins with, as in `2026-11-22T14:00:00Z ERROR`; the text follows after a
/// space.
pub fn head(out: &mut dyn Write, time: SystemTime, level: &str) -> fmt::Result {
    // A clock may be set to before 1970, which the format does not know.
    let time = humantime::format_rfc3339_seconds(time.max(SystemTime::UNIX_EPOCH));
    write!(out, "{time} {level:<5}")
}

/// `text` safe to show, with every further line behind the margin; what is so already stays as it
/// is.
pub fn body(text: &str) -> String {
    let text = printable(text);
    let mut lines = text.split('\n');
    let mut safe = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        safe.push('\n');
        if !line.starts_with(MARGIN) {
            safe.push_str(MARGIN);
        }
        safe.push_str(line);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_line_begins_with_its_time_and_its_level() {
        let mut line = String::new();
        head(&mut line, SystemTime::UNIX_EPOCH + Duration::from_millis(1_500), "INFO").unwrap();
        assert_eq!(line, "1970-01-01T00:00:01Z INFO ");
    }

    #[test]
    fn a_clock_that_is_far_off_is_no_reason_to_panic() {
        let mut line = String::new();
        head(&mut line, SystemTime::UNIX_EPOCH - Duration::from_secs(1), "ERROR").unwrap();
        assert_eq!(line, "1970-01-01T00:00:00Z ERROR");
        let year_10000 = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_800);
        assert!(head(&mut line, year_10000, "ERROR").is_err());
    }

    #[test]
    fn further_lines_stand_behind_the_margin_and_twice_is_once() {
        let safe = body("a\nb\n    c\u{1b}");
        assert_eq!(safe, "a\n    b\n    c\\u{1b}");
        assert_eq!(body(&safe), safe);
    }
}
