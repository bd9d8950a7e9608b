//! Where a run stands, for people and for programs: read off its files, also while somebody writes
//! them.
//!
//! It must never write, nor make anybody wait.

use super::dir::EVENTS;
use super::event_log::reader::{self, EventHistory, UnderWay};
use super::lines::{JournalError, open};
use super::manifest::PartitionFacts;
use super::record_cause::add_record;
use super::rerun_lines::AgainLines;
use super::results::{IdNaming, VerdictCounts};
use super::selection::RecordSelection;
use super::standing_records::StandingRecords;
use super::superseded;
use polymer_host_base::sanitize::{name, one_line};
use polymer_host_base::text::counted;
use polymer_host_report::cause_lines::cause_lines;
use polymer_host_report::line::MARGIN;
use polymer_host_sketch::{CauseExample, CauseTable};
use polymer_host_task::{TaskKey, Verdict};
use serde::{Serialize, Serializer};
use std::fmt;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Why a run is not finished though nothing stopped its last supervisor: that ran again what
/// failed, without reading the input.
const UNFINISHED: &str = "some lines have no record yet";

/// Where a run stands. As JSON it has these fields.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunStatus {
    /// State of the run.
    pub state: RunState,
    /// Why its last supervisor stopped before the end, in words; empty if it did not, or was lost.
    pub halt: String,
    /// The process whose run it is now, as far as it is known.
    pub pid: Option<u32>,
    /// When its last supervisor began, in RFC 3339.
    pub began: Option<String>,
    /// Milliseconds since then, if it goes on.
    pub elapsed_ms: Option<u64>,
    /// Number of supervisors it has had.
    pub sessions: u64,
    /// The expression that says which records are counted; all are, if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selection: Option<String>,
    /// Records there are.
    pub records: u64,
    /// Those of them that are not ok.
    pub failed: u64,
    /// Number of records for each verdict that occurs.
    #[serde(serialize_with = "by_name")]
    pub verdicts: Vec<(Verdict, u64)>,
    /// Causes for which they are not ok, the most frequent first.
    #[serde(serialize_with = "by_count")]
    pub causes: CauseTable,
    /// Those of them that count for none of these causes, because there are too many.
    #[serde(skip_serializing_if = "is_zero")]
    pub other_failures: u64,
    /// Which lines of the input the run takes; all, if it is none of several partitions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition: Option<PartitionFacts>,
    /// Lines that were taken back to be run again, those included that have been since.
    pub taken_back: u64,
    /// Attempts that are under way, or were when the supervisor was lost; oldest first.
    pub under_way: Vec<OpenAttempt>,
    /// Attempts that had been sent to workers which had others to make first.
    pub sent_ahead: u64,
    /// The command that goes on with it, if there is anything to do.
    pub next: Option<String>,
}

/// State of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// A supervisor is at it.
    Running,
    /// Its input is used up.
    Finished,
    /// Its supervisor stopped before that, or was lost.
    Interrupted,
}

/// An attempt that is under way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OpenAttempt {
    /// Its worker's slot, from 1.
    pub slot: u32,
    /// Its task's line.
    pub seq: u64,
    /// Its task's id.
    pub id: String,
    /// Its task's key.
    #[serde(serialize_with = "as_text")]
    pub key: Option<TaskKey>,
    /// Its number, from 1.
    pub attempt: u32,
    /// Nothing else runs in its worker.
    pub alone: bool,
    /// Milliseconds since it was sent, if the run goes on.
    pub age_ms: Option<u64>,
}

fn by_name<S: Serializer>(verdicts: &[(Verdict, u64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(verdicts.iter().map(|(verdict, number)| (verdict.name(), number)))
}

/// A cause as a status in JSON has it.
#[derive(Serialize)]
struct StatusCause<'a> {
    verdict: &'static str,
    code: &'a str,
    /// The message without its variable parts.
    message: &'a str,
    frame: Option<&'a str>,
    count: u64,
    /// The count is that of all of them.
    exact: bool,
    first: StatusExample<'a>,
    last: StatusExample<'a>,
}

#[derive(Serialize)]
struct StatusExample<'a> {
    id: &'a str,
    seq: u64,
}

fn by_count<S: Serializer>(causes: &CauseTable, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(causes.by_count().into_iter().map(|entry| StatusCause {
        verdict: entry.cause.verdict.name(),
        code: &entry.cause.code,
        message: &entry.cause.pattern,
        frame: entry.cause.frame.as_deref(),
        count: entry.count,
        exact: entry.is_exact(),
        first: StatusExample::of(&entry.first),
        last: StatusExample::of(&entry.last),
    }))
}

impl<'a> StatusExample<'a> {
    /// Records have no label.
    fn of(CauseExample { id, seq, label: _ }: &'a CauseExample) -> Self {
        Self { id, seq: *seq }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn as_text<S: Serializer>(key: &Option<TaskKey>, serializer: S) -> Result<S::Ok, S::Error> {
    match key {
        Some(key) => serializer.collect_str(key),
        None => serializer.serialize_none(),
    }
}

/// Records of a run by verdict, and the causes of those that are not ok.
struct RecordCounts {
    all: (VerdictCounts, CauseTable),
    /// Those that an expression means, and that expression.
    selected: Option<(String, (VerdictCounts, CauseTable))>,
}

/// Where the run in the folder `dir`, whose tasks are called so, stands at the time `now`. `held`
/// says whether a supervisor is at it, and which, as far as that is known. With a `selection` only
/// the records that it means are counted. What is being written while this reads counts if it is
/// whole. Holds one record in memory.
///
/// # Errors
/// If a file cannot be read, or is damaged before its end.
pub fn read(
    dir: &Path,
    naming: IdNaming,
    held: Option<Option<u32>>,
    now: SystemTime,
    selection: Option<&RecordSelection>,
) -> Result<RunStatus, JournalError> {
    let path = |name: &str| dir.join(name);
    // Both may grow meanwhile, so what is shown of them may be a moment apart.
    let events = reader::scan(open(&path(EVENTS))?, &path(EVENTS))?;
    let (tally, causes) = superseded::tally_with(dir, naming, add_record)?;
    let all = (tally.verdicts, causes);
    let selected = selection.map(|selection| counts(dir, naming, selection)).transpose()?;
    let selected = selection.map(ToString::to_string).zip(selected);
    let mut taken_back = 0;
    for line in AgainLines::open(dir)? {
        line?;
        taken_back += 1;
    }
    Ok(RunStatus::new(dir, held, now, RecordCounts { all, selected }, events, taken_back))
}

/// Counts the records that stand and are meant.
fn counts(
    dir: &Path,
    naming: IdNaming,
    selection: &RecordSelection,
) -> Result<(VerdictCounts, CauseTable), JournalError> {
    let (mut counts, mut causes) = (VerdictCounts::default(), CauseTable::default());
    StandingRecords::scan(dir, naming)?.each(|seen, record| {
        if selection.matches(record) {
            counts.add(seen.verdict);
            add_record(&mut causes, seen, record);
        }
        Ok::<(), JournalError>(())
    })?;
    Ok((counts, causes))
}

impl RunStatus {
    /// Of what its files say.
    fn new(
        dir: &Path,
        held: Option<Option<u32>>,
        now: SystemTime,
        records: RecordCounts,
        events: EventHistory,
        taken_back: u64,
    ) -> Self {
        let last = events.last.as_ref();
        let ended = last.and_then(|last| last.ended.as_ref());
        let state = match ended {
            _ if held.is_some() => RunState::Running,
            Some(ended) if ended.complete => RunState::Finished,
            _ => RunState::Interrupted,
        };
        let since = |sent| age(now, last?.began, sent).filter(|_| state == RunState::Running);
        let sent_ahead = events.under_way.iter().filter(|attempt| attempt.ahead).count();
        let all_failed = records.all.0.failed();
        let (selection, (counts, causes)) = match records.selected {
            Some((selection, counts)) => (Some(selection), counts),
            None => (None, records.all),
        };
        Self {
            state,
            halt: ended
                .filter(|_| state == RunState::Interrupted)
                .map(|ended| if ended.halt.is_empty() { UNFINISHED } else { &ended.halt })
                .unwrap_or_default()
                .to_owned(),
            pid: held.flatten(),
            began: last.map(|last| humantime::format_rfc3339_micros(last.began).to_string()),
            elapsed_ms: since(Duration::ZERO),
            sessions: events.sessions,
            selection,
            records: counts.all(),
            failed: counts.failed(),
            verdicts: counts.iter().collect(),
            other_failures: causes.others(),
            causes,
            partition: None,
            taken_back,
            under_way: events
                .under_way
                .iter()
                .filter(|attempt| !attempt.ahead)
                .map(|attempt| OpenAttempt::of(attempt, since(attempt.sent)))
                .collect(),
            sent_ahead: super::lines::length(sent_ahead),
            next: match state {
                RunState::Running => None,
                // What is done next is done with all of the run.
                RunState::Finished if all_failed == 0 => None,
                RunState::Finished => Some(format!("polymer rerun {}", quoted(dir))),
                RunState::Interrupted => Some(format!("polymer resume {}", quoted(dir))),
            },
        }
    }

    /// The same, of a run that takes this partition of the input, if that is shared.
    #[must_use]
    pub fn of_partition(self, partition: Option<PartitionFacts>) -> Self {
        Self { partition, ..self }
    }

    /// Returns its state, in words.
    fn state(&self) -> String {
        match self.state {
            RunState::Running => {
                let pid = self.pid.map(|pid| format!("process {pid}"));
                let time = self.elapsed_ms.map(|ms| format!("for {}", shown(ms)));
                let known: Vec<_> = [pid, time].into_iter().flatten().collect();
                if known.is_empty() {
                    "running".to_owned()
                } else {
                    format!("running ({})", known.join(", "))
                }
            }
            RunState::Finished => "finished".to_owned(),
            RunState::Interrupted if self.halt.is_empty() => {
                "interrupted: its supervisor was lost".to_owned()
            }
            RunState::Interrupted => format!("interrupted: {}", one_line(&self.halt)),
        }
    }

    fn records(&self) -> String {
        if self.records == 0 {
            return "none".to_owned();
        }
        let each: Vec<_> =
            self.verdicts.iter().map(|(verdict, number)| format!("{number} {verdict}")).collect();
        format!("{}: {}", self.records, each.join(", "))
    }

    fn under_way(&self) -> String {
        let ahead =
            if self.sent_ahead > 0 { format!(", and {} sent ahead", self.sent_ahead) } else { String::new() };
        format!("{}{ahead}", counted(super::lines::length(self.under_way.len()), "attempt"))
    }
}

/// In a few lines, each with a newline.
impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |what: &str, text: &str| writeln!(f, "{what:<10} {text}");
        line("state", &self.state())?;
        if let Some(partition) = &self.partition {
            line("partition", &share(partition))?;
        }
        if let Some(selection) = &self.selection {
            line("selection", &one_line(selection))?;
        }
        line("records", &self.records())?;
        if self.failed > 0 {
            line("not ok", &format!("{}: their lines are in failed.jsonl", self.failed))?;
        }
        for cause in cause_lines(&self.causes) {
            line("", cause.strip_prefix(MARGIN).unwrap_or(&cause))?;
        }
        if self.taken_back > 0 {
            line("taken back", &format!("{} to be run again", counted(self.taken_back, "line")))?;
        }
        line("sessions", &self.sessions.to_string())?;
        if !self.under_way.is_empty() {
            line("under way", &self.under_way())?;
        }
        for attempt in &self.under_way {
            line("", &attempt.to_string())?;
        }
        self.next.as_ref().map_or(Ok(()), |next| line("next", next))
    }
}

impl OpenAttempt {
    fn of(attempt: &UnderWay, age_ms: Option<u64>) -> Self {
        let UnderWay { seq, id, key, attempt, slot, alone, sent: _, ahead: _ } = attempt.clone();
        Self { slot, seq, id, key, attempt, alone, age_ms }
    }
}

impl fmt::Display for OpenAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "worker {}: task {} (line {})", self.slot, name(&self.id), self.seq)?;
        if self.attempt > 1 {
            write!(f, ", attempt {}", self.attempt)?;
        }
        if self.alone {
            f.write_str(", alone")?;
        }
        self.age_ms.map_or(Ok(()), |ms| write!(f, ", for {}", shown(ms)))
    }
}

/// A partition, in words.
fn share(partition: &PartitionFacts) -> String {
    let PartitionFacts { by, k, of, other_lines } = partition;
    let others = other_lines.map(|others| format!("; {} of others", counted(others, "line")));
    format!("{k} of {of}, by {}{}", one_line(by), others.unwrap_or_default())
}

/// Milliseconds from a moment of a session until now. Clocks may have been set since.
fn age(now: SystemTime, began: SystemTime, sent: Duration) -> Option<u64> {
    let age = now.duration_since(began.checked_add(sent)?).unwrap_or_default();
    u64::try_from(age.as_millis()).ok()
}

/// A time, in seconds; below ten with one decimal, rounded down.
fn shown(ms: u64) -> String {
    if ms < 10_000 {
        return format!("{}.{}s", ms / 1000, ms % 1000 / 100);
    }
    humantime::format_duration(Duration::from_secs(ms / 1000)).to_string()
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let is_plain = |character: char| character.is_alphanumeric() || "/._-+,:@%=".contains(character);
    let text = if !path.is_empty() && path.chars().all(is_plain) && !path.starts_with('-') {
        path
    } else if path.starts_with('-') {
        format!("'./{}'", path.replace('\'', r"'\''"))
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    };
    one_line(&text).into_owned()
}

#[cfg(test)]
mod tests;
