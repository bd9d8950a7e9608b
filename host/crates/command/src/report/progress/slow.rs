//! Slow tasks: which of those that run are slow, and the rows that say so.
//!
//! It must never know how a row is drawn.

use crate::report::status_line::cut;
use polymer_host_base::quantity::{show_fuel, show_size};
use polymer_host_base::sanitize::named;
use polymer_host_event::RunningAttempt;
use polymer_host_report::stats::TimeSpread;
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// Columns that a name has at least.
const NAME: usize = 8;

/// Those of `running`, which are in the order of their age, that are slow beside the run times of
/// what is over.
pub(super) fn slow<'a>(running: &'a [RunningAttempt], times: &TimeSpread) -> &'a [RunningAttempt] {
    let count = running.iter().take_while(|running| times.is_slow(running.age)).count();
    running.get(..count).unwrap_or_default()
}

/// A row for each of the first tasks, as many as `most`; the last says how many there are beside
/// them. Each is made to fit into so many columns at the cost of its name.
pub(super) fn rows(slow: &[RunningAttempt], most: usize, columns: usize) -> Vec<String> {
    let others = slow.len().saturating_sub(most);
    let last = most.min(slow.len());
    let row = |(at, running): (usize, &RunningAttempt)| {
        let beside =
            if others > 0 && at + 1 == last { format!(" (and {others} more)") } else { String::new() };
        row(running, &beside, columns)
    };
    slow.iter().take(most).enumerate().map(row).collect()
}

/// The oldest in short, for a line that has much else to say.
pub(super) fn in_short(slow: &[RunningAttempt]) -> Option<String> {
    rows(slow, 1, usize::MAX).into_iter().next()
}

fn row(running: &RunningAttempt, beside: &str, columns: usize) -> String {
    const HEAD: &str = "slow: task ";
    let name = named(&running.task.id, running.task.label.as_deref());
    let used = used(running);
    let taken = HEAD.len() + used.width() + beside.len();
    let name = cut(&name, columns.saturating_sub(taken).max(NAME));
    format!("{HEAD}{name}{used}{beside}")
}

/// Age, and what is known beside it.
fn used(running: &RunningAttempt) -> String {
    let age = format!(" for {}", humantime::format_duration(Duration::from_secs(running.age.as_secs())));
    let percent = |(done, total): (u64, u64)| {
        format!("{}%", u128::from(done.min(total)) * 100 / u128::from(total.max(1)))
    };
    let known = [
        running.progress.map(percent),
        running.memory.map(show_size),
        running.fuel.map(|fuel| format!("{} fuel", show_fuel(fuel))),
    ];
    std::iter::once(age).chain(known.into_iter().flatten()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::tests::running;
    use super::*;
    use polymer_host_event::{RunEvent, samples};
    use polymer_host_report::stats::Stats;

    /// Run times of tasks that took `ms` each.
    fn times(ms: &[u64]) -> TimeSpread {
        let mut stats = Stats::new(1);
        for ms in ms {
            let mut record = samples::ok();
            record.usage.wall = Some(Duration::from_millis(*ms));
            stats.on(&RunEvent::TaskDone(Box::new(record)));
        }
        stats.run
    }

    #[test]
    fn slow_is_several_times_the_median_and_at_least_a_second() {
        let tasks =
            [running("a", 11, None), running("b", 4, None), running("c", 1, None), running("d", 0, None)];
        for (ms, expected) in
            [(&[][..], 1), (&[1, 2, 3], 3), (&[900, 990, 60_000], 2), (&[2_000], 1), (&[3_000], 0)]
        {
            assert_eq!(slow(&tasks, &times(ms)).len(), expected, "{ms:?}");
        }
        assert!(slow(&[], &times(&[1])).is_empty());
        assert!(slow(&tasks[3..], &times(&[0])).is_empty());
    }

    #[test]
    fn a_row_says_what_is_known_and_no_name_can_do_anything() {
        let mut known = running("a\u{1b}\n", 75, Some((1, 4)));
        (known.memory, known.fuel) = (Some(3 << 19), Some(2_100_000_000));
        known.task.label = Some("sieve".to_owned());
        let all = [known, running("b", 9, None), running("c", 8, None)];
        assert_eq!(
            rows(&all, 2, 200),
            [
                "slow: task a\\u{1b}\\u{a} sieve for 1m 15s, 25%, 1.5 MiB, 2.1G fuel",
                "slow: task b for 9s (and 1 more)"
            ]
        );
        assert_eq!(rows(&all, 3, 200).last().unwrap(), "slow: task c for 8s");
        assert!(rows(&all, 0, 200).is_empty() && rows(&[], 3, 200).is_empty());
        assert_eq!(in_short(&all[1..]).unwrap(), "slow: task b for 9s (and 1 more)");
        assert_eq!(in_short(&[]), None);
    }

    #[test]
    fn a_long_name_is_cut_and_what_was_used_stays() {
        let mut long = running(&"日本".repeat(40), 12, None);
        long.memory = Some(1 << 20);
        for columns in [40, 49, 79] {
            let row = row(&long, "", columns);
            assert!(row.ends_with("… for 12s, 1 MiB"), "{row}");
            assert!((columns - 1..=columns).contains(&row.width()), "{row}");
        }
        assert_eq!(row(&long, "", 3), "slow: task 日本日… for 12s, 1 MiB");
    }
}
