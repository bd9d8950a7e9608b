//! What `polymer top` shows, row by row: pure, of a snapshot and the size of a terminal.
//!
//! The most important comes first: how far the run is, what its workers do, what failed, what
//! waits. Whatever a snapshot says is made safe to show here. It must never know how a row is
//! drawn.

use super::row::{RowKind, ScreenRow};
use super::sections::{ScreenSection, fitted};
use super::worker_table::{WorkerOrder, worker_section};
use crate::report::run_snapshot::{QueueSnapshot, RunSnapshot};
use crate::report::status_line::{TerminalSize, cut};
use polymer_host_base::sanitize::one_line;
use polymer_host_base::text::counted;
use std::time::Duration;

/// Rows of a terminal from which on the keys are told.
const TALL: usize = 12;

/// How the one who watches wants it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ScreenView {
    pub(super) order: WorkerOrder,
    /// How long the run has not answered, once that is worth telling.
    pub(super) silent: Option<Duration>,
}

/// The rows for a terminal of this size, at most as many as it has.
pub(super) fn screen(snapshot: &RunSnapshot, view: &ScreenView, size: TerminalSize) -> Vec<ScreenRow> {
    // The last column stays free: terminals differ once it is written to.
    let columns = size.columns.saturating_sub(1);
    let mut rows = vec![
        ScreenRow::plain(title(snapshot, view)),
        ScreenRow::new(RowKind::Progress, snapshot.facts().row(columns)),
    ];
    rows.extend(verdicts(snapshot).map(ScreenRow::plain));
    let footer = (size.rows >= TALL).then(|| ScreenRow::plain(keys(columns, view.order)));
    let room = size.rows.saturating_sub(rows.len() + usize::from(footer.is_some()) * 2);
    let sections = [worker_section(snapshot, view.order, columns), causes(snapshot), queues(snapshot)];
    rows.extend(fitted(sections.into_iter().flatten().collect(), room));
    if let Some(footer) = footer {
        let below = size.rows - 1;
        rows.resize(below.max(rows.len()), ScreenRow::plain(""));
        rows.push(footer);
    }
    rows.truncate(size.rows);
    let safe = |row: ScreenRow| ScreenRow { text: cut(&one_line(&row.text), columns).into_owned(), ..row };
    rows.into_iter().map(safe).collect()
}

fn title(snapshot: &RunSnapshot, view: &ScreenView) -> String {
    let process = format!("polymer top: process {}", snapshot.pid);
    if let Some(silent) = view.silent {
        return format!("{process} has not answered for {}s", silent.as_secs());
    }
    match &snapshot.dir {
        Some(dir) => format!("{process}, {dir}"),
        None => process,
    }
}

/// How tasks ended, and what was tried again; nothing before there is something to tell.
fn verdicts(snapshot: &RunSnapshot) -> Option<String> {
    let each: Vec<String> =
        snapshot.verdicts.iter().map(|(verdict, tasks)| format!("{verdict} {tasks}")).collect();
    let verdicts = (!each.is_empty()).then(|| format!("verdicts: {}", each.join(", ")));
    let parts: Vec<String> = verdicts.into_iter().chain(snapshot.second_tries.iter().cloned()).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn keys(columns: usize, order: WorkerOrder) -> String {
    let long = format!("q quits; order by: a age, m memory, f fuel, s slot (now: {})", order.name());
    if long.len() <= columns { long } else { format!("q quits; order: a m f s ({})", order.name()) }
}

/// Causes of failures, the most frequent first.
fn causes(snapshot: &RunSnapshot) -> Option<ScreenSection> {
    let body: Vec<ScreenRow> =
        snapshot.causes.iter().map(|line| ScreenRow::plain(format!("  {line}"))).collect();
    let heading = ScreenRow::new(RowKind::Heading, format!("Causes ({} not ok)", snapshot.not_ok));
    (!body.is_empty()).then(|| ScreenSection::new(vec![heading], body))
}

/// Tasks that wait, by module and group.
fn queues(snapshot: &RunSnapshot) -> Option<ScreenSection> {
    let width = snapshot.queues.iter().map(|queue| queue.tasks.to_string().len()).max().unwrap_or_default();
    let mut body: Vec<ScreenRow> =
        snapshot.queues.iter().map(|queue| ScreenRow::plain(queue_row(queue, width))).collect();
    if snapshot.more_queued > 0 {
        body.push(ScreenRow::plain(format!("  and {} of other modules or groups", snapshot.more_queued)));
    }
    let heading =
        ScreenRow::new(RowKind::Heading, format!("Queue ({} waiting)", counted(snapshot.waiting, "task")));
    (!body.is_empty()).then(|| ScreenSection::new(vec![heading], body))
}

fn queue_row(queue: &QueueSnapshot, width: usize) -> String {
    let group = queue.group.as_ref().map(|group| format!(", group {group}")).unwrap_or_default();
    format!("  {:>width$} × {}{group}", queue.tasks, queue.module)
}

#[cfg(test)]
mod tests;
