//! Progress in words: the same parts on a terminal, in lines at intervals and for who asks, the
//! most important first. What is estimated has a `~`.
//!
//! It must never know where a number comes from, nor name anything that a guest or user wrote.

use super::rate::{show_left, show_rate};
use super::total::KnownTotal;
use polymer_host_task::Moment;
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// Columns of a terminal from which on a bar is drawn, and its cells.
const BARS: [(usize, usize); 2] = [(120, 30), (72, 12)];

/// What a run has done, as of one moment.
#[derive(Debug, Default)]
pub(crate) struct ProgressFacts {
    pub(crate) done: u64,
    pub(crate) total: KnownTotal,
    pub(crate) not_ok: u64,
    pub(crate) running: usize,
    /// Tasks per second of late.
    pub(crate) rate: Option<f64>,
    pub(crate) left: Option<Duration>,
    /// What is waited for, where nothing runs; safe to show.
    pub(crate) awaited: Option<String>,
    /// Modules that are being compiled.
    pub(crate) compiling: usize,
    /// Since the run began.
    pub(crate) elapsed: Moment,
}

impl ProgressFacts {
    /// Tasks that are over, of how many, and the percentage that this is.
    pub(in crate::report) fn done(&self) -> String {
        let Self { done, total, .. } = self;
        let (sign, number) = match total {
            KnownTotal::Unknown => return format!("{done} done"),
            KnownTotal::About(number) => ("~", *number),
            KnownTotal::Exact(number) => ("", *number),
        };
        let percent = percent(*done, number).map(|percent| format!(" ({percent}%)"));
        format!("{done} of {sign}{number} done{}", percent.unwrap_or_default())
    }

    /// Tasks that did not end ok, if there are any.
    pub(in crate::report) fn not_ok(&self) -> Option<String> {
        (self.not_ok > 0).then(|| format!("{} not ok", self.not_ok))
    }

    /// Time left, if it can be told.
    pub(in crate::report) fn left(&self) -> Option<String> {
        self.left.map(|left| format!("~{} left", show_left(left)))
    }

    /// The parts before those that differ from one way of showing to another.
    fn parts(&self) -> Vec<String> {
        let awaited = self.awaited.clone().filter(|_| self.running == 0);
        let running = (self.running > 0).then(|| format!("{} running", self.running));
        let rate = self.rate.map(show_rate);
        [Some(self.done()), self.not_ok(), self.left(), awaited, rate, running]
            .into_iter()
            .flatten()
            .collect()
    }

    /// The row for a terminal of so many columns: what does not fit whole is left out from the end.
    pub(crate) fn row(&self, columns: usize) -> String {
        let mut parts = self.parts();
        parts.push(elapsed(self.elapsed));
        // Where nothing runs it is told already.
        if self.running > 0 {
            parts.extend(self.compiling());
        }
        let bar = self.bar(columns);
        let room = columns.saturating_sub(bar.len());
        bar + &fitting(&parts, room)
    }

    /// The line for a log: with the part of the workers' time in which guests ran.
    pub(super) fn line(&self, (workers, busy): (u32, f64)) -> String {
        let mut parts = self.parts();
        let word = if workers == 1 { "worker" } else { "workers" };
        parts.push(format!("{workers} {word} {busy:.0}% busy"));
        parts.push(elapsed(self.elapsed));
        format!("progress: {}", parts.join(", "))
    }

    /// All parts in one line, without the workers.
    pub(super) fn in_short(&self) -> String {
        let mut parts = self.parts();
        parts.push(elapsed(self.elapsed));
        parts.join(", ")
    }

    fn compiling(&self) -> Option<String> {
        match self.compiling {
            0 => None,
            1 => Some("compiling".to_owned()),
            modules => Some(format!("compiling {modules} modules")),
        }
    }

    /// A bar and a space; empty where there is no total, or no room.
    fn bar(&self, columns: usize) -> String {
        let cells = BARS.iter().find(|(from, _)| columns >= *from).map(|(_, cells)| *cells);
        let percent = self.total.number().and_then(|total| percent(self.done, total));
        let (Some(cells), Some(percent)) = (cells, percent) else { return String::new() };
        let full = cells * percent / 100;
        let head = if full < cells { ">" } else { "" };
        format!("[{}{head}{}] ", "=".repeat(full), " ".repeat(cells - full - head.len()))
    }
}

/// Whole percent of `total` that `done` is: 100 only for all. None of nothing.
fn percent(done: u64, total: u64) -> Option<usize> {
    let percent = (u128::from(done.min(total)) * 100).checked_div(u128::from(total))?;
    usize::try_from(percent).ok()
}

fn elapsed(at: Moment) -> String {
    humantime::format_duration(Duration::from_secs(at.as_secs())).to_string()
}

/// The first of `parts` that fit into so many columns, at least one.
fn fitting(parts: &[String], columns: usize) -> String {
    let mut row = String::new();
    for part in parts {
        if row.is_empty() {
            row.push_str(part);
        } else if row.width() + 2 + part.width() <= columns {
            row = row + ", " + part;
        } else {
            break;
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> ProgressFacts {
        ProgressFacts {
            done: 620,
            total: KnownTotal::About(1_000),
            not_ok: 3,
            running: 4,
            rate: Some(52.1),
            left: Some(Duration::from_secs(12)),
            awaited: Some("4 waiting".to_owned()),
            compiling: 0,
            elapsed: Duration::from_millis(12_900),
        }
    }

    #[test]
    fn the_most_important_comes_first_and_only_whole_parts_are_shown() {
        for (columns, row) in [
            (10, "620 of ~1000 done (62%)"),
            (31, "620 of ~1000 done (62%)"),
            (33, "620 of ~1000 done (62%), 3 not ok"),
            (49, "620 of ~1000 done (62%), 3 not ok, ~12s left"),
            (71, "620 of ~1000 done (62%), 3 not ok, ~12s left, 52.1 tasks/s, 4 running"),
            (79, "[=======>    ] 620 of ~1000 done (62%), 3 not ok, ~12s left, 52.1 tasks/s"),
            (
                199,
                "[==================>           ] 620 of ~1000 done (62%), 3 not ok, ~12s left, 52.1 tasks/s, 4 running, 12s",
            ),
        ] {
            assert_eq!(facts().row(columns), row, "{columns}");
        }
    }

    #[test]
    fn what_is_not_known_is_not_shown() {
        let awaited = Some("compiling a.wasm for 2.00 s".to_owned());
        let nothing = ProgressFacts { awaited, compiling: 1, ..ProgressFacts::default() };
        assert_eq!(nothing.row(199), "0 done, compiling a.wasm for 2.00 s, 0s");
        let busy = ProgressFacts { running: 1, compiling: 2, ..nothing };
        assert_eq!(busy.row(199), "0 done, 1 running, 0s, compiling 2 modules");
        assert_eq!(busy.line((1, 50.4)), "progress: 0 done, 1 running, 1 worker 50% busy, 0s");
    }

    #[test]
    fn a_line_for_a_log_says_all() {
        assert_eq!(
            facts().in_short(),
            "620 of ~1000 done (62%), 3 not ok, ~12s left, 52.1 tasks/s, 4 running, 12s"
        );
        assert_eq!(
            facts().line((4, 97.6)),
            "progress: 620 of ~1000 done (62%), 3 not ok, ~12s left, 52.1 tasks/s, 4 running, 4 workers 98% busy, 12s"
        );
    }

    #[test]
    fn a_hundred_percent_are_all() {
        for (done, total, text, bar) in [
            (0, 9, "0 of 9 done (0%)", "[>           ] "),
            (999, 1_000, "999 of 1000 done (99%)", "[===========>] "),
            (9, 9, "9 of 9 done (100%)", "[============] "),
            (0, 0, "0 of 0 done", ""),
            (
                u64::MAX,
                u64::MAX,
                "18446744073709551615 of 18446744073709551615 done (100%)",
                "[============] ",
            ),
        ] {
            let facts = ProgressFacts { done, total: KnownTotal::Exact(total), ..facts() };
            assert_eq!((facts.done().as_str(), facts.bar(79).as_str()), (text, bar));
            assert_eq!(facts.bar(71), "");
        }
    }
}
