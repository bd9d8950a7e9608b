//! The table of workers: what each does, with the columns that a terminal has room for. Pure.
//!
//! It must never know where the rows stand.

use super::row::{RowKind, ScreenRow};
use super::sections::ScreenSection;
use crate::report::run_snapshot::{RunSnapshot, TaskSnapshot, WorkerSnapshot};
use crate::report::status_line::cut;
use polymer_host_base::quantity::{show_fuel, show_size};
use polymer_host_base::sanitize::one_line;
use std::cmp::Reverse;
use unicode_width::UnicodeWidthStr;

/// Columns that the name of a task has at least.
const TASK: usize = 12;
/// The same of a module.
const MODULE: usize = 10;

/// Order of workers. Those without an attempt come last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum WorkerOrder {
    /// Oldest attempt first.
    #[default]
    Age,
    /// The most memory first.
    Memory,
    /// The most fuel first.
    Fuel,
    /// By slot.
    Slot,
}

impl WorkerOrder {
    /// The word for it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::Memory => "memory",
            Self::Fuel => "fuel",
            Self::Slot => "slot",
        }
    }

    fn key(self, worker: &WorkerSnapshot) -> (bool, Reverse<u64>, u32) {
        let of_task = |amount: fn(&TaskSnapshot) -> u64| worker.task.as_ref().map_or(0, amount);
        let (is_last, amount) = match self {
            Self::Age => (worker.task.is_none(), of_task(|task| task.age_ms)),
            Self::Memory => (worker.task.is_none(), of_task(|task| task.memory.unwrap_or_default())),
            Self::Fuel => (worker.task.is_none(), of_task(|task| task.fuel.unwrap_or_default())),
            Self::Slot => (false, 0),
        };
        (is_last, Reverse(amount), worker.slot)
    }
}

/// A column with a width of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FixedColumn {
    Slot,
    Process,
    Age,
    Memory,
    Fuel,
}

impl FixedColumn {
    /// In the order in which they stand.
    const ALL: [Self; 5] = [Self::Slot, Self::Process, Self::Age, Self::Memory, Self::Fuel];
    /// In the order in which they are left out, the last first.
    const BY_WEIGHT: [Self; 5] = [Self::Slot, Self::Age, Self::Memory, Self::Fuel, Self::Process];

    const fn head(self) -> &'static str {
        match self {
            Self::Slot => "SLOT",
            Self::Process => "PID",
            Self::Age => "AGE",
            Self::Memory => "MEMORY",
            Self::Fuel => "FUEL",
        }
    }

    const fn width(self) -> usize {
        match self {
            Self::Slot => 4,
            Self::Process | Self::Age => 7,
            Self::Memory => 10,
            Self::Fuel => 6,
        }
    }

    fn cell(self, worker: &WorkerSnapshot) -> String {
        let task = worker.task.as_ref();
        match self {
            Self::Slot => worker.slot.to_string(),
            Self::Process => worker.pid.map(|pid| pid.to_string()).unwrap_or_default(),
            Self::Age => task.map(|task| show_age(task.age_ms)).unwrap_or_default(),
            Self::Memory => task.and_then(|task| task.memory).map(show_size).unwrap_or_default(),
            Self::Fuel => task.and_then(|task| task.fuel).map(show_fuel).unwrap_or_default(),
        }
    }
}

/// Columns for a terminal.
#[derive(Debug, PartialEq, Eq)]
struct TableLayout {
    fixed: Vec<FixedColumn>,
    task: usize,
    /// Columns of the module; 0 for none.
    module: usize,
}

/// The columns for so many columns of a terminal; `longest` is the longest name of a module, and 0
/// where the modules need no column.
fn layout(columns: usize, longest: usize) -> TableLayout {
    let width = |fixed: &[FixedColumn]| fixed.iter().map(|column| column.width() + 2).sum::<usize>();
    let count = (1..=FixedColumn::BY_WEIGHT.len())
        .rev()
        .find(|count| width(FixedColumn::BY_WEIGHT.get(..*count).unwrap_or_default()) + TASK <= columns);
    let chosen = FixedColumn::BY_WEIGHT.get(..count.unwrap_or(1)).unwrap_or_default();
    let fixed: Vec<_> = FixedColumn::ALL.into_iter().filter(|column| chosen.contains(column)).collect();
    let room = columns.saturating_sub(width(&fixed));
    let has_module = longest > 0 && room >= TASK + 2 + MODULE;
    let module = if has_module { longest.clamp(MODULE, (room / 2).max(MODULE)) } else { 0 };
    let module = module.min(room.saturating_sub(TASK + 2));
    let task = room.saturating_sub(if module > 0 { module + 2 } else { 0 });
    TableLayout { fixed, task, module }
}

impl TableLayout {
    fn row(&self, cell: impl Fn(FixedColumn) -> String, task: &str, module: &str) -> String {
        let fixed =
            self.fixed.iter().map(|column| format!("{:>width$}  ", cell(*column), width = column.width()));
        let row = fixed.collect::<String>() + task;
        if self.module == 0 {
            return row;
        }
        let gap = (self.task + 2).saturating_sub(task.width());
        row + &" ".repeat(gap) + &cut(module, self.module)
    }
}

/// The workers of a run in this order; none where it has none.
pub(super) fn worker_section(
    snapshot: &RunSnapshot,
    order: WorkerOrder,
    columns: usize,
) -> Option<ScreenSection> {
    if snapshot.workers.is_empty() {
        return None;
    }
    let mut workers: Vec<&WorkerSnapshot> = snapshot.workers.iter().collect();
    workers.sort_by_key(|worker| order.key(worker));
    let modules: Vec<String> = workers.iter().map(|worker| one_line(&worker.module).into_owned()).collect();
    let is_one = modules.iter().all(|module| Some(module) == modules.first());
    let longest =
        if is_one { 0 } else { modules.iter().map(|module| module.width()).max().unwrap_or_default() };
    let layout = layout(columns, longest);
    let of_one = modules.first().filter(|_| is_one).map(String::as_str);
    let headings = vec![
        ScreenRow::new(RowKind::Heading, summary(snapshot, of_one)),
        ScreenRow::plain(layout.row(|column| column.head().to_owned(), "TASK", "MODULE")),
    ];
    let row = |(worker, module): (&&WorkerSnapshot, &String)| {
        let task = task_cell(worker, layout.task);
        ScreenRow::plain(layout.row(|column| column.cell(worker), &task, module))
    };
    let body = workers.iter().zip(&modules).map(row).collect();
    Some(ScreenSection::new(headings, body).with_more(snapshot.more_workers))
}

/// How many workers do what, and what their tasks have of memory.
fn summary(snapshot: &RunSnapshot, module: Option<&str>) -> String {
    let mut states: Vec<(&str, u64)> = Vec::new();
    for worker in &snapshot.workers {
        match states.iter_mut().find(|(state, _)| *state == worker.state) {
            Some((_, count)) => *count += 1,
            None => states.push((&worker.state, 1)),
        }
    }
    // The state that most are in first.
    states.sort_by_key(|(state, count)| (Reverse(*count), *state));
    let mut parts: Vec<String> = states.iter().map(|(state, count)| format!("{count} {state}")).collect();
    let memory = snapshot.workers.iter().filter_map(|worker| worker.task.as_ref()?.memory);
    let memory = memory.fold(0, u64::saturating_add);
    parts.extend((memory > 0).then(|| format!("tasks have {}", show_size(memory))));
    let of = module.filter(|module| !module.is_empty()).map(|module| format!(" of {module}"));
    format!("Workers{} ({})", of.unwrap_or_default(), parts.join(", "))
}

/// The task with what its guest says of it, or the state of a worker that has none. A long name is
/// cut, and the rest stays.
fn task_cell(worker: &WorkerSnapshot, width: usize) -> String {
    let Some(task) = &worker.task else {
        return cut(&format!("({})", one_line(&worker.state)), width).into_owned();
    };
    let attempt = (task.attempt > 1).then(|| format!(", attempt {}", task.attempt));
    let percent = task
        .progress
        .map(|(done, total)| format!(", {}%", u128::from(done.min(total)) * 100 / u128::from(total.max(1))));
    let behind: String = [percent, attempt].into_iter().flatten().collect();
    let room = width.saturating_sub(behind.width()).max(TASK / 2);
    format!("{}{behind}", cut(&one_line(&task.name), room))
}

/// An age in at most seven columns.
fn show_age(ms: u64) -> String {
    let secs = ms / 1000;
    match secs {
        ..10 => format!("{secs}.{}s", ms % 1000 / 100),
        10..60 => format!("{secs}s"),
        60..3600 => format!("{}m {:02}s", secs / 60, secs % 60),
        3600..86_400 => format!("{}h {:02}m", secs / 3600, secs % 3600 / 60),
        _ => format!("{}d {:02}h", secs / 86_400, secs % 86_400 / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_terminal_has_the_columns_that_say_most() {
        use FixedColumn::{Age, Fuel, Memory, Process, Slot};
        for (columns, longest, fixed, task, module) in [
            (49, 20, &[Slot, Age, Memory, Fuel][..], 14, 0),
            (49, 0, &[Slot, Age, Memory, Fuel], 14, 0),
            (79, 20, &[Slot, Process, Age, Memory, Fuel], 16, 17),
            (79, 0, &[Slot, Process, Age, Memory, Fuel], 35, 0),
            (199, 20, &[Slot, Process, Age, Memory, Fuel], 133, 20),
            (30, 0, &[Slot, Age], 15, 0),
            (19, 0, &[Slot], 13, 0),
            (3, 9, &[Slot], 0, 0),
        ] {
            let layout = layout(columns, longest);
            assert_eq!(
                (layout.fixed.as_slice(), layout.task, layout.module),
                (fixed, task, module),
                "{columns}"
            );
        }
    }

    #[test]
    fn ages_take_seven_columns_at_most() {
        for (ms, text) in [
            (0, "0.0s"),
            (9_999, "9.9s"),
            (59_999, "59s"),
            (61_000, "1m 01s"),
            (3_599_000, "59m 59s"),
            (86_399_000, "23h 59m"),
            (90_000_000, "1d 01h"),
        ] {
            assert_eq!(show_age(ms), text);
            assert!(text.len() <= FixedColumn::Age.width(), "{text}");
        }
    }

    #[test]
    fn workers_are_in_the_order_that_was_asked_for_and_idle_ones_last() {
        let worker = |slot, task: Option<(u64, u64, u64)>| WorkerSnapshot {
            slot,
            task: task.map(|(age_ms, memory, fuel)| TaskSnapshot {
                age_ms,
                memory: Some(memory),
                fuel: Some(fuel),
                ..TaskSnapshot::default()
            }),
            ..WorkerSnapshot::default()
        };
        let workers = [worker(1, None), worker(2, Some((1, 9, 5))), worker(3, Some((2, 3, 9)))];
        for (order, expected) in [
            (WorkerOrder::Age, [3, 2, 1]),
            (WorkerOrder::Memory, [2, 3, 1]),
            (WorkerOrder::Fuel, [3, 2, 1]),
            (WorkerOrder::Slot, [1, 2, 3]),
        ] {
            let mut sorted: Vec<_> = workers.iter().collect();
            sorted.sort_by_key(|worker| order.key(worker));
            assert_eq!(sorted.iter().map(|worker| worker.slot).collect::<Vec<_>>(), expected, "{order:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_and_what_is_behind_it_stays() {
        let task = TaskSnapshot {
            name: "x".repeat(200),
            attempt: 2,
            progress: Some((1, 4)),
            ..TaskSnapshot::default()
        };
        let worker = WorkerSnapshot { task: Some(task), ..WorkerSnapshot::default() };
        assert_eq!(task_cell(&worker, 24), "xxxxxxx…, 25%, attempt 2");
        let idle = WorkerSnapshot { state: "idle".to_owned(), ..WorkerSnapshot::default() };
        assert_eq!(task_cell(&idle, 24), "(idle)");
    }
}
