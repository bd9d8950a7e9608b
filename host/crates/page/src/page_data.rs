//! The data of a page, as its script reads them: what a sketch says, and facts about the run.
//!
//! Amounts are numbers in base units, which the script writes for people; sentences are made here.

use crate::page_comparison::{ComparedWith, PageComparison};
use crate::page_tables::{PageDeaths, PageGroups, PageRows, deaths, groups, near, rows};
use crate::page_text::{TextRoom, bounded, name, percentage};
use crate::rerun_command::{all_failures, list, one_task, rerun, twice_the_limit};
use polymer_host_base::text::counted;
use polymer_host_sketch::{
    CauseEntry, FailureCause, LONGEST_TEXT, MOST_LANES, RunSketch, Timeline, ValueHistogram,
};
use polymer_host_task::Verdict;
use serde::Serialize;
use std::cmp::Reverse;
use std::fmt::Write as _;

/// Causes that a page shows.
const MOST_CAUSES: usize = 40;

/// Bytes of JSON for the texts of all examples.
const EXAMPLES_ROOM: usize = 124 << 10;

/// Facts of one section, and of a value, that a page shows.
const MOST_FACTS: usize = 60;
const LONGEST_FACT: usize = 300;

/// What is known of a run beside its tasks.
#[derive(Debug, Clone, Default)]
pub struct RunFacts {
    /// Its folder, as commands are to name it.
    pub folder: String,
    /// How it stands: finished, running, interrupted, and why.
    pub state: String,
    /// Whether it still goes on.
    pub is_running: bool,
    /// When it began and ended, in words.
    pub times: String,
    /// Names and values by section: settings, jail, versions.
    pub sections: Vec<(&'static str, Vec<(String, String)>)>,
}

/// All that a page shows.
#[derive(Debug, Serialize)]
pub struct PageData {
    pub(crate) folder: String,
    pub(crate) state: String,
    pub(crate) is_running: bool,
    pub(crate) times: String,
    pub(crate) sentence: String,
    pub(crate) total: u64,
    pub(crate) failed: u64,
    pub(crate) verdicts: Vec<(&'static str, u64)>,
    /// The command that runs tasks again, but for the word that selects them.
    pub(crate) rerun: String,
    /// The command that lists tasks, but for the same word.
    pub(crate) list: String,
    pub(crate) causes: Vec<PageCause>,
    /// Failures of causes that are not shown.
    pub(crate) other_failures: u64,
    pub(crate) comparison: Option<PageComparison>,
    pub(crate) timeline: Option<PageTimeline>,
    pub(crate) deaths: PageDeaths,
    pub(crate) histograms: Vec<PageHistogram>,
    pub(crate) extremes: Vec<PageRows>,
    pub(crate) near: Vec<PageRows>,
    pub(crate) modules: PageGroups,
    pub(crate) groups: PageGroups,
    pub(crate) sections: Vec<(&'static str, Vec<(String, String)>)>,
}

/// A cause and one failure of it.
#[derive(Debug, Serialize)]
pub(crate) struct PageCause {
    pub(crate) verdict: &'static str,
    pub(crate) text: String,
    pub(crate) frame: Option<String>,
    pub(crate) count: u64,
    pub(crate) is_exact: bool,
    pub(crate) first: (u64, String),
    pub(crate) last: (u64, String),
    pub(crate) module: Option<String>,
    pub(crate) input: Option<String>,
    pub(crate) message: String,
    pub(crate) trace: Option<String>,
    pub(crate) log: String,
    pub(crate) diff: String,
    /// The word that selects this task.
    pub(crate) one: String,
    /// The word that selects all failures of it.
    pub(crate) all: String,
    /// Flags that give each of them twice as much of the limit that it hit.
    pub(crate) more: Option<String>,
}

/// What happened when.
#[derive(Debug, Serialize)]
pub(crate) struct PageTimeline {
    /// In milliseconds since 1970.
    start_ms: u64,
    width_ms: f64,
    ok: Vec<u64>,
    failed: Vec<u64>,
    retries: Vec<u64>,
    escalations: Vec<u64>,
    crashes: Vec<u64>,
    restarts: Vec<u64>,
    /// For each worker its slot, 0 for those that share a lane, and the percentage of each bucket
    /// in which it was busy.
    lanes: Vec<(usize, Vec<u8>)>,
}

/// How the values of something are distributed.
#[derive(Debug, Serialize)]
pub(crate) struct PageHistogram {
    pub(crate) title: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) count: u64,
    pub(crate) min: u64,
    pub(crate) mean: u64,
    pub(crate) p50: u64,
    pub(crate) p95: u64,
    pub(crate) p99: u64,
    pub(crate) max: u64,
    pub(crate) limit: Option<u64>,
    /// The first bucket, by [`quarter_of`].
    first: u32,
    counts: Vec<u64>,
}

impl PageData {
    /// Those of a run.
    #[must_use]
    pub fn new(sketch: &RunSketch, facts: &RunFacts) -> Self {
        let limits = &sketch.limits;
        let histogram = |title, unit, values, limit| histogram(title, unit, values, limit);
        let histograms = [
            histogram("Run time", "time", &sketch.run_time, limits.run_time),
            histogram("Queue time", "time", &sketch.queue_time, None),
            histogram("Fuel", "fuel", &sketch.fuel, limits.fuel),
            histogram("Memory", "size", &sketch.memory, limits.memory),
        ];
        let extremes = [
            rows("Slowest tasks", "time", &sketch.slowest),
            rows("Most fuel", "fuel", &sketch.most_fuel),
            rows("Most memory", "size", &sketch.most_memory),
        ];
        let near = [
            near("time", "time", &sketch.near_time, limits.run_time),
            near("fuel", "fuel", &sketch.near_fuel, limits.fuel),
            near("memory", "size", &sketch.near_memory, limits.memory),
        ];
        let causes = causes(sketch);
        let shown: u64 = causes.iter().map(|cause| cause.count).sum();
        Self {
            folder: bounded(&name(&facts.folder), 1000),
            state: facts.state.clone(),
            is_running: facts.is_running,
            times: facts.times.clone(),
            sentence: sentence(sketch),
            total: sketch.verdicts.total(),
            failed: sketch.verdicts.failed(),
            verdicts: verdicts(sketch),
            other_failures: sketch.causes.total().saturating_sub(shown),
            rerun: rerun(&facts.folder),
            list: list(&facts.folder),
            causes,
            comparison: None,
            timeline: timeline(&sketch.timeline),
            deaths: deaths(&sketch.deaths, sketch.timeline.start()),
            histograms: histograms.into_iter().flatten().collect(),
            extremes: extremes.into_iter().flatten().collect(),
            near: near.into_iter().flatten().collect(),
            modules: groups(&sketch.modules),
            groups: groups(&sketch.groups),
            sections: facts.sections.iter().map(|(title, facts)| (*title, section(facts))).collect(),
        }
    }
}

impl PageData {
    /// The same, with what changed since an earlier run.
    #[must_use]
    pub fn compared(self, with: &ComparedWith<'_>) -> Self {
        Self { comparison: Some(PageComparison::new(with)), ..self }
    }
}

fn section(facts: &[(String, String)]) -> Vec<(String, String)> {
    let shown = facts.iter().take(MOST_FACTS);
    shown.map(|(key, value)| (name(key), bounded(&name_whole(value), LONGEST_FACT))).collect()
}

fn name_whole(text: &str) -> String {
    polymer_host_base::sanitize::one_line(text).into_owned()
}

/// Verdicts with their numbers: ok, then the most frequent.
fn verdicts(sketch: &RunSketch) -> Vec<(&'static str, u64)> {
    let mut verdicts: Vec<_> = sketch.verdicts.iter().collect();
    verdicts.sort_by_key(|(verdict, count)| (*verdict != Verdict::Ok, Reverse(*count)));
    verdicts.into_iter().map(|(verdict, count)| (verdict.name(), count)).collect()
}

/// What a run did, in one sentence.
fn sentence(sketch: &RunSketch) -> String {
    let (total, failed) = (sketch.verdicts.total(), sketch.verdicts.failed());
    if total == 0 {
        return "No task is over yet.".to_owned();
    }
    let mut text = match failed {
        0 if total == 1 => "The one task ended ok".to_owned(),
        0 => format!("All {total} tasks ended ok"),
        _ => format!("{failed} of {} failed ({})", counted(total, "task"), percentage(failed, total)),
    };
    if let Some(cause) = sketch.causes.by_count().first() {
        let causes = sketch.causes.len();
        let most = if causes == 1 { "all by" } else { "most by" };
        let number = if sketch.causes.others() > 0 {
            "many causes".to_owned()
        } else {
            counted(causes as u64, "cause")
        };
        let shown = name_whole(&without_frame(&cause.cause).to_string());
        let _ = write!(text, ", of {number}, {most} {} (×\u{a0}{})", bounded(&shown, 160), cause.count);
    }
    // Those that were at no task are told of by events alone, and events may have been left out.
    let died = sketch.crashes.max(sketch.deaths.count());
    if died > 0 {
        let _ = write!(text, "; {} died", counted(died, "worker"));
    }
    text + "."
}

/// A cause as it is told where its frame stands elsewhere.
fn without_frame(cause: &FailureCause) -> FailureCause {
    FailureCause { frame: None, ..cause.clone() }
}

fn causes(sketch: &RunSketch) -> Vec<PageCause> {
    let mut room = TextRoom::new(EXAMPLES_ROOM);
    sketch
        .causes
        .by_count()
        .into_iter()
        .take(MOST_CAUSES)
        .map(|entry| cause(sketch, entry, &mut room))
        .collect()
}

fn cause(sketch: &RunSketch, entry: &CauseEntry, room: &mut TextRoom) -> PageCause {
    let cause = &entry.cause;
    let detail = sketch.detail(cause);
    // The example is the one of which the texts are known.
    let first = &entry.first;
    let seq = detail.map_or(first.seq, |detail| detail.seq);
    let id = if seq == first.seq { first.id.as_str() } else { "" };
    let frame = cause.frame.as_deref().map(name);
    let mut optional = |text: Option<&str>| text.map(|text| room.take(text, LONGEST_TEXT));
    PageCause {
        verdict: cause.verdict.name(),
        text: bounded(&name_whole(&without_frame(cause).to_string()), 300),
        frame,
        count: entry.count,
        is_exact: entry.is_exact(),
        first: (first.seq, name(&first.id)),
        last: (entry.last.seq, name(&entry.last.id)),
        module: detail.and_then(|detail| detail.module.as_deref()).map(name),
        input: optional(detail.and_then(|detail| detail.input.as_deref())),
        message: optional(detail.map(|detail| detail.message.as_str())).unwrap_or_default(),
        trace: optional(detail.and_then(|detail| detail.trace.as_deref())),
        log: optional(detail.map(|detail| detail.log.trim_start_matches(['\n', '\r']))).unwrap_or_default(),
        diff: optional(detail.map(|detail| detail.diff.as_str())).unwrap_or_default(),
        one: one_task(id, seq),
        all: all_failures(cause),
        more: twice_the_limit(cause, &sketch.limits),
    }
}

fn timeline(timeline: &Timeline) -> Option<PageTimeline> {
    if timeline.is_empty() {
        return None;
    }
    let buckets = timeline.buckets();
    let width = timeline.width();
    let lanes = buckets.iter().map(|bucket| bucket.busy.len()).max().unwrap_or_default();
    let busy = |lane: usize| -> Vec<u8> {
        let times = buckets.iter().map(|bucket| bucket.busy.get(lane).copied().unwrap_or_default());
        times.map(|time| whole_percent(time, width)).collect()
    };
    let lanes = (0..lanes).map(|lane| (if lane < MOST_LANES { lane + 1 } else { 0 }, busy(lane)));
    #[expect(clippy::cast_precision_loss, reason = "for a chart")]
    let width_ms = width as f64 / 1000.0;
    Some(PageTimeline {
        start_ms: timeline.start() / 1000,
        width_ms,
        ok: buckets.iter().map(|bucket| bucket.ok).collect(),
        failed: buckets.iter().map(|bucket| bucket.failed).collect(),
        retries: buckets.iter().map(|bucket| bucket.retries).collect(),
        escalations: buckets.iter().map(|bucket| bucket.escalations).collect(),
        crashes: buckets.iter().map(|bucket| bucket.crashes).collect(),
        restarts: buckets.iter().map(|bucket| bucket.restarts).collect(),
        lanes: lanes.filter(|(_, busy)| busy.iter().any(|percent| *percent > 0)).collect(),
    })
}

/// At most 100, and at least 1 of what is there.
fn whole_percent(part: u64, whole: u64) -> u8 {
    let percent = (u128::from(part) * 100).div_ceil(u128::from(whole.max(1))).min(100);
    u8::try_from(percent).unwrap_or(100)
}

fn histogram(
    title: &'static str,
    unit: &'static str,
    values: &ValueHistogram,
    limit: Option<u64>,
) -> Option<PageHistogram> {
    let buckets = || values.buckets().map(|bucket| (quarter_of(bucket.lower), bucket.count));
    let (first, last) = (buckets().next()?.0, buckets().last()?.0);
    let mut counts = vec![0; usize::try_from(last - first).unwrap_or_default() + 1];
    for (quarter, count) in buckets() {
        if let Some(sum) = counts.get_mut(usize::try_from(quarter - first).unwrap_or_default()) {
            *sum += count;
        }
    }
    let [p50, p95, p99] = [50.0, 95.0, 99.0].map(|percent| values.percentile(percent));
    let (min, mean, max) = (values.min(), values.mean(), values.max());
    Some(PageHistogram {
        title,
        unit,
        count: values.count(),
        min,
        mean,
        p50,
        p95,
        p99,
        max,
        limit,
        first,
        counts,
    })
}

/// The number of the bucket of a page's histogram: four a power of two, and one for each value up
/// to 3.
#[expect(clippy::cast_possible_truncation, reason = "below 4 each")]
const fn quarter_of(value: u64) -> u32 {
    if value < 4 {
        return value as u32;
    }
    let octave = value.ilog2();
    4 * (octave - 1) + ((value >> (octave - 2)) & 3) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_sketch::{SketchLimits, TaskFacts, WorkerDeath};

    #[test]
    fn quarters_follow_one_another() {
        let quarters: Vec<u32> = (0..=16).map(quarter_of).collect();
        assert_eq!(quarters, [0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12]);
        assert_eq!(quarter_of(u64::MAX), 4 * 62 + 3);
    }

    #[test]
    fn a_sentence_says_what_a_run_did() {
        let mut sketch = RunSketch::new(SketchLimits::default());
        assert_eq!(sentence(&sketch), "No task is over yet.");
        sketch.add(&TaskFacts::new(1, "a", Verdict::Ok));
        assert_eq!(sentence(&sketch), "The one task ended ok.");
        sketch.add(&TaskFacts { code: "unreachable", ..TaskFacts::new(2, "b", Verdict::Trap) });
        let expected = "1 of 2 tasks failed (50.00 %), of 1 cause, all by trap (unreachable) (×\u{a0}1).";
        assert_eq!(sentence(&sketch), expected);
        let past = &[Verdict::WorkerLost];
        sketch.add(&TaskFacts { past, ..TaskFacts::new(3, "c", Verdict::Timeout) });
        assert!(
            sentence(&sketch)
                .ends_with(", of 2 causes, most by trap (unreachable) (×\u{a0}1); 1 worker died.")
        );
    }

    #[test]
    fn verdicts_stand_by_their_number_behind_ok() {
        let mut sketch = RunSketch::default();
        let failed = [Verdict::TaskError, Verdict::Trap, Verdict::Trap];
        for (seq, verdict) in failed.into_iter().chain([Verdict::Ok]).enumerate() {
            sketch.add(&TaskFacts::new(seq as u64, "", verdict));
        }
        assert_eq!(verdicts(&sketch), [("ok", 1), ("trap", 2), ("task_error", 1)]);
    }

    #[test]
    fn workers_that_died_are_told_of_by_when_and_how() {
        let mut sketch = RunSketch::default();
        let how = "killed by SIGSEGV: \u{1b}".to_owned();
        sketch.add_death(WorkerDeath { at: 1 << 20, slot: 2, task: Some("a\nb".to_owned()), how });
        sketch.add(&TaskFacts { started: Some(1 << 19), ..TaskFacts::new(1, "", Verdict::Ok) });
        let data = PageData::new(&sketch, &RunFacts::default());
        let deaths = serde_json::to_value(&data.deaths).unwrap();
        let expected = "[524288000,2,\"a\\\\u{a}b\",\"killed by SIGSEGV: \\\\u{1b}\"]";
        assert_eq!((deaths["count"].as_u64(), deaths["rows"][0].to_string()), (Some(1), expected.to_owned()));
        assert!(data.sentence.ends_with("; 1 worker died."), "{}", data.sentence);
    }

    #[test]
    fn a_cause_has_its_example_and_the_command_that_runs_it_again() {
        let mut sketch = RunSketch::default();
        let input = Some(&b"{\"a\": 1}"[..]);
        for (seq, id) in [(9, "later"), (4, "it's")] {
            let task = TaskFacts {
                code: "c",
                message: "no 7",
                log: "l\u{1b}",
                input,
                ..TaskFacts::new(seq, id, Verdict::TaskError)
            };
            sketch.add(&task);
        }
        let facts = RunFacts { folder: "runs/a b".to_owned(), ..RunFacts::default() };
        let data = PageData::new(&sketch, &facts);
        let [cause] = &data.causes[..] else { panic!("{:?}", data.causes) };
        assert_eq!((cause.count, cause.first.0, cause.last.0, data.other_failures), (2, 4, 9, 0));
        assert_eq!((cause.text.as_str(), cause.message.as_str()), ("task_error (c): no …", "no 7"));
        assert_eq!((cause.input.as_deref(), cause.log.as_str()), (Some("{\"a\": 1}"), "l\\u{1b}"));
        assert_eq!(data.rerun + &cause.one, "polymer rerun 'runs/a b' --select 'seq=4'");
        assert_eq!(cause.all, "'cause=\"task_error (c): no …\"'");
        let list = "polymer export 'runs/a b' --fields seq,id,error.message --select ";
        assert_eq!((data.list.as_str(), &cause.more), (list, &None));
    }
}
