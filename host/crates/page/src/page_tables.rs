//! Tables of a page: tasks with the largest values, tasks near a limit, workers that died,
//! groups and modules.

use crate::page_text::name;
use polymer_host_base::sanitize::named;
use polymer_host_sketch::{
    ExtremeTask, ExtremeTasks, NameSums, NamedSums, NearLimit, WorkerDeath, WorkerDeaths,
};
use serde::Serialize;

/// Tasks of a table.
#[derive(Debug, Serialize)]
pub(crate) struct PageRows {
    pub(crate) title: String,
    pub(crate) unit: &'static str,
    /// All of them, of which some are shown.
    pub(crate) count: Option<u64>,
    pub(crate) limit: Option<u64>,
    pub(crate) rows: Vec<PageRow>,
}

/// A task: its value, number, name and verdict.
#[derive(Debug, Serialize)]
pub(crate) struct PageRow(pub(crate) u64, pub(crate) u64, pub(crate) String, pub(crate) &'static str);

/// Sums by name, and of all other names.
#[derive(Debug, Serialize)]
pub(crate) struct PageGroups {
    pub(crate) rows: Vec<PageGroup>,
    pub(crate) others: Option<PageGroup>,
}

/// The sums of a name.
#[derive(Debug, Serialize)]
pub(crate) struct PageGroup {
    pub(crate) name: String,
    pub(crate) tasks: u64,
    pub(crate) failed: u64,
    pub(crate) p50: u64,
    pub(crate) p99: u64,
    pub(crate) time: u64,
    pub(crate) fuel: u64,
    pub(crate) points: u64,
    pub(crate) max_points: u64,
}

/// Workers that died.
#[derive(Debug, Serialize)]
pub(crate) struct PageDeaths {
    /// All of them, of which the first are shown.
    pub(crate) count: u64,
    pub(crate) rows: Vec<PageDeath>,
}

/// A worker that died: when, in nanoseconds after the first moment of the timeline, its slot, the
/// task that it was at, and how.
#[derive(Debug, Serialize)]
pub(crate) struct PageDeath(u64, u32, Option<String>, String);

/// The workers that died. `start`: microseconds since 1970.
pub(crate) fn deaths(deaths: &WorkerDeaths, start: u64) -> PageDeaths {
    let row = |death: &WorkerDeath| {
        let after = death.at.saturating_sub(start).saturating_mul(1000);
        PageDeath(after, death.slot, death.task.as_deref().map(name), name(&death.how))
    };
    PageDeaths { count: deaths.count(), rows: deaths.first().iter().map(row).collect() }
}

/// The tasks with the largest values, if there are any.
pub(crate) fn rows(title: &str, unit: &'static str, tasks: &ExtremeTasks) -> Option<PageRows> {
    let rows: Vec<PageRow> = tasks.tasks().iter().map(row).collect();
    (!rows.is_empty()).then(|| PageRows { title: title.to_owned(), unit, count: None, limit: None, rows })
}

/// The tasks near a limit, if there are any.
pub(crate) fn near(what: &str, unit: &'static str, near: &NearLimit, limit: Option<u64>) -> Option<PageRows> {
    let rows = rows(&format!("Over 80 % of the {what} limit"), unit, &near.tasks)?;
    Some(PageRows { count: Some(near.count), limit, ..rows })
}

fn row(task: &ExtremeTask) -> PageRow {
    let ExtremeTask { value, seq, id, label, verdict } = task;
    PageRow(*value, *seq, name(&named(id, label.as_deref())), verdict.name())
}

/// The sums of each name.
pub(crate) fn groups(sums: &NameSums) -> PageGroups {
    let others = sums.others();
    let others = (others.verdicts.total() > 0).then(|| group("all others", others));
    PageGroups { rows: sums.iter().map(|(name, sums)| group(name, sums)).collect(), others }
}

fn group(text: &str, sums: &NamedSums) -> PageGroup {
    PageGroup {
        name: name(text),
        tasks: sums.verdicts.total(),
        failed: sums.verdicts.failed(),
        p50: sums.run_time.percentile(50.0),
        p99: sums.run_time.percentile(99.0),
        time: u64::try_from(sums.run_time.sum()).unwrap_or(u64::MAX),
        fuel: sums.fuel,
        points: sums.points,
        max_points: sums.max_points,
    }
}
