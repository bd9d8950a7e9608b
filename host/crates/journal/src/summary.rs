//! `summary.json`: how a run stands once a session of it has ended, in units that programs read.
//!
//! The counts are those of records that were written, in all sessions; the rest is the last
//! session's.

use super::dir::{DirError, RunDir, SUMMARY};
use super::lines::JournalError;
use polymer_host_event::{CheckUsage, GroupStopReason};
use polymer_host_report::Stats;
use polymer_host_report::group_sums::GroupSums;
use polymer_host_report::stats::TimeSpread;
use polymer_host_task::Verdict;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// The version of the file. Fields are added without raising it.
const VERSION: u32 = 1;

/// Summary of a run's state.
#[derive(Debug, Serialize)]
pub struct RunSummary {
    v: u32,
    /// Every line has a record.
    complete: bool,
    /// Why it stopped before that, if it did; else empty.
    halt: String,
    /// Records there are.
    tasks: u64,
    /// Number of records for each verdict.
    verdicts: BTreeMap<&'static str, u64>,
    /// Supervisors it had.
    sessions: usize,
    session: SummarySession,
}

/// Work of one supervisor.
#[derive(Debug, Serialize)]
struct SummarySession {
    elapsed_s: f64,
    tasks: u64,
    tasks_per_s: f64,
    workers: u32,
    busy_percent: f64,
    attempts: u64,
    retries: u64,
    suspects: u64,
    deaths: u64,
    restarts: u64,
    recycled: u64,
    modules_cached: u64,
    run_ms: Option<SummaryTimes>,
    queue_ms: Option<SummaryTimes>,
    fuel: u64,
    most_fuel: Option<u64>,
    peak_memory_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    judge: Option<SummaryJudge>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    groups: BTreeMap<String, SummaryGroup>,
    #[serde(skip_serializing_if = "is_zero")]
    groups_left_out: u64,
    dropped: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    other_lines: Option<u64>,
}

/// What was judged.
#[derive(Debug, Serialize)]
struct SummaryJudge {
    tasks: u64,
    points: f64,
    max_points: f64,
    outputs: u64,
    cpu_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<SummaryChecks>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interactions: Option<SummaryInteractions>,
}

/// What an interactor used.
#[derive(Debug, Serialize)]
struct SummaryInteractions {
    interactions: u64,
    fuel: u64,
    wall_ms: f64,
    cpu_ms: f64,
}

/// What a checker looked at.
#[derive(Debug, Serialize)]
struct SummaryChecks {
    checks: u64,
    fuel: u64,
    wall_ms: f64,
    cpu_ms: f64,
}

/// Sums of one group.
#[derive(Debug, Serialize)]
struct SummaryGroup {
    tasks: u64,
    ok: u64,
    attempts: u64,
    points: f64,
    max_points: f64,
    fuel: u64,
    wall_ms: f64,
    cpu_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<SummaryGroupStop>,
}

/// Why no more tasks of a group were run.
#[derive(Debug, Serialize)]
struct SummaryGroupStop {
    code: &'static str,
    why: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fuel_budget: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu_budget_ms: Option<f64>,
}

#[derive(Debug, Serialize)]
struct SummaryTimes {
    min: f64,
    mean: f64,
    max: f64,
    p50: f64,
    p95: f64,
    p99: f64,
}

impl RunSummary {
    /// Of a run with so many records of each verdict and so many sessions, the last of which came
    /// to `stats`.
    #[must_use]
    pub fn new(
        complete: bool,
        halt: String,
        written: &BTreeMap<Verdict, u64>,
        sessions: usize,
        stats: &Stats,
    ) -> Self {
        Self {
            v: VERSION,
            complete,
            halt,
            tasks: written.values().sum(),
            verdicts: written.iter().map(|(verdict, count)| (verdict.name(), *count)).collect(),
            sessions,
            session: SummarySession {
                elapsed_s: stats.elapsed.as_secs_f64(),
                tasks: stats.tasks(),
                tasks_per_s: stats.tasks_per_second(),
                workers: stats.workers,
                busy_percent: stats.busy_percent(),
                attempts: stats.attempts,
                retries: stats.retries,
                suspects: stats.suspects,
                deaths: stats.deaths,
                restarts: stats.restarts,
                recycled: stats.recycled,
                modules_cached: stats.cached,
                run_ms: times(&stats.run),
                queue_ms: times(&stats.queue),
                fuel: stats.fuel,
                most_fuel: stats.most_fuel,
                peak_memory_bytes: stats.peak_memory,
                judge: judge(stats),
                groups: stats.groups.iter().map(|(name, sums)| (name.to_owned(), group(sums))).collect(),
                groups_left_out: stats.groups.left_out(),
                dropped: stats.dropped,
                other_lines: None,
            },
        }
    }

    /// The same, with so many lines that are other partitions', if the input is shared.
    #[must_use]
    pub const fn with_other_lines(mut self, others: Option<u64>) -> Self {
        self.session.other_lines = others;
        self
    }

    /// Writes it.
    ///
    /// # Errors
    /// If that cannot be.
    pub fn write(&self, dir: &RunDir) -> Result<(), DirError> {
        // Numbers and texts always are JSON.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        dir.replace(SUMMARY, text.as_bytes())
    }
}

/// That the summary in the folder of a run, if there is one, has a version that this polymer may
/// write over. Nothing else of it is read: one that is damaged is made anew when the session ends.
///
/// # Errors
/// If its version is not known.
pub fn check_version(dir: &Path) -> Result<(), JournalError> {
    #[derive(Deserialize)]
    struct SummaryVersion {
        v: u32,
    }
    let path = dir.join(SUMMARY);
    let read = std::fs::read(&path).ok().and_then(|text| serde_json::from_slice(&text).ok());
    match read {
        Some(SummaryVersion { v }) if v != VERSION => {
            Err(JournalError::Version { path, version: v, known: VERSION })
        }
        _ => Ok(()),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it so")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn group(sums: &GroupSums) -> SummaryGroup {
    let GroupSums { tasks, ok, attempts, points, max_points, fuel, wall, cpu, stopped } = *sums;
    let (wall_ms, cpu_ms, stopped) = (ms(wall), ms(cpu), stopped.map(group_stop));
    SummaryGroup { tasks, ok, attempts, points, max_points, fuel, wall_ms, cpu_ms, stopped }
}

fn group_stop(why: GroupStopReason) -> SummaryGroupStop {
    SummaryGroupStop {
        code: why.code(),
        why: why.in_words(),
        fuel_budget: why.fuel_budget(),
        cpu_budget_ms: why.cpu_budget().map(ms),
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn judge(stats: &Stats) -> Option<SummaryJudge> {
    (stats.judged > 0).then_some(SummaryJudge {
        tasks: stats.judged,
        points: stats.points.points,
        max_points: stats.points.max_points,
        outputs: stats.judging.outputs,
        cpu_ms: stats.judging.cpu.as_secs_f64() * 1000.0,
        checks: checks(stats.judging.checks),
        interactions: interactions(stats.judging.interactions),
    })
}

fn interactions(usage: CheckUsage) -> Option<SummaryInteractions> {
    let SummaryChecks { checks: interactions, fuel, wall_ms, cpu_ms } = checks(usage)?;
    Some(SummaryInteractions { interactions, fuel, wall_ms, cpu_ms })
}

fn checks(usage: CheckUsage) -> Option<SummaryChecks> {
    let CheckUsage { checks, fuel, wall, cpu } = usage;
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    (checks > 0).then(|| SummaryChecks { checks, fuel, wall_ms: ms(wall), cpu_ms: ms(cpu) })
}

fn times(spread: &TimeSpread) -> Option<SummaryTimes> {
    (!spread.is_empty()).then(|| SummaryTimes {
        min: ms(spread.min()),
        mean: ms(spread.mean()),
        max: ms(spread.max()),
        p50: ms(spread.percentile(50.0)),
        p95: ms(spread.percentile(95.0)),
        p99: ms(spread.percentile(99.0)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_of_another_version_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(SUMMARY);
        let check = || check_version(folder.path()).map_err(|error| error.to_string());
        assert_eq!(check(), Ok(()), "there is none yet");
        for text in ["", "{", "[]", "{}", r#"{"v":1}"#] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(check(), Ok(()), "{text}");
        }
        for version in [0, 2] {
            std::fs::write(&path, format!(r#"{{"v":{version},"new":1}}"#)).unwrap();
            let expected = format!("{} has version {version}, this polymer reads 1", path.display());
            assert_eq!(check(), Err(expected));
        }
    }

    #[test]
    fn it_counts_what_was_written() {
        let written = [(Verdict::Ok, 3), (Verdict::Trap, 1)].into();
        let summary = RunSummary::new(false, "asked".to_owned(), &written, 2, &Stats::new(4));
        let value = serde_json::to_value(&summary).unwrap();
        assert_eq!(value["tasks"], 4);
        assert_eq!(value["verdicts"], serde_json::json!({"ok": 3, "trap": 1}));
        assert_eq!((&value["complete"], &value["sessions"]), (&false.into(), &2.into()));
        assert_eq!(value["session"]["run_ms"], serde_json::Value::Null);
        assert_eq!(value["session"].get("other_lines"), None);
        let value = serde_json::to_value(summary.with_other_lines(Some(7))).unwrap();
        assert_eq!(value["session"]["other_lines"], 7);
    }
}
