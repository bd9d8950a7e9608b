//! The sums of a run in words: the closing summary and the line between. A number that says nothing
//! is not shown.

use crate::cause_lines::cause_lines;
use crate::line::MARGIN;
use crate::stats::{Stats, TimeSpread, busy_percent, per_second};
use polymer_host_base::quantity::{show_fuel, show_size};
use polymer_host_base::sanitize::{indented, printable};
use polymer_host_base::text::{counted, show_time};
use polymer_host_task::Moment;
use std::fmt;
use std::time::Duration;

/// The closing summary of a run, or the same of so much of it as is over.
impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&ran(self.tasks(), self.workers, self.busy_percent(), self.elapsed))?;
        let fuel = self.most_fuel.map(|most| {
            format!("fuel: {} in all, {} at most in one attempt", show_fuel(self.fuel), show_fuel(most))
        });
        // What went wrong first, then what it took.
        let outcome = [verdicts(self), causes(self), judged(self), groups(self), halted(self)];
        let costs = [
            spread("run times", &self.run),
            spread("time in queue", &self.queue),
            fuel,
            self.peak_memory.map(|peak| format!("peak memory: {}", show_size(peak))),
            again(self),
            restarts(self),
            compiled_and_cached(self),
            self.jail.as_ref().map(|jail| format!("jail: {}", printable(&jail.in_short()))),
        ];
        outcome.into_iter().chain(costs).flatten().try_for_each(|line| write!(f, "\n{line}"))
    }
}

/// Changes since the last such line. Whoever wants a line at intervals keeps one, and replaces it
/// each time.
#[derive(Debug, Clone, Copy)]
pub struct StatsInterval {
    /// When it began.
    since: Moment,
    tasks: u64,
    busy: Duration,
}

impl StatsInterval {
    /// One that begins with the run.
    pub const fn first() -> Self {
        Self { since: Moment::ZERO, tasks: 0, busy: Duration::ZERO }
    }

    /// Ends `at` so long after the run began, with so many attempts `running`; `awaited` is what
    /// the run waits for where none is. Gives its line, without a newline, if there is anything to
    /// say, and the next interval. The elapsed time of `stats` is not used.
    pub fn end(
        self,
        stats: &Stats,
        running: usize,
        awaited: Option<&str>,
        at: Moment,
    ) -> (Option<String>, Self) {
        let next = Self { since: at, tasks: stats.tasks(), busy: stats.run.sum() };
        let (tasks, elapsed) = (next.tasks - self.tasks, at.saturating_sub(self.since));
        let awaited = awaited.filter(|_| running == 0);
        if tasks == 0 && running == 0 && awaited.is_none() {
            return (None, next);
        }
        let busy = busy_percent(next.busy.saturating_sub(self.busy), stats.workers, elapsed);
        let mut parts = vec![ran(tasks, stats.workers, busy, elapsed)];
        if running > 0 {
            parts.push(format!("{running} running"));
        }
        parts.extend(awaited.map(str::to_owned));
        if next.tasks > tasks {
            parts.push(format!("{} since the start", next.tasks));
        }
        if stats.not_ok() > 0 {
            parts.push(format!("{} not ok", stats.not_ok()));
        }
        (Some(parts.join("; ")), next)
    }
}

fn ran(tasks: u64, workers: u32, busy: f64, elapsed: Duration) -> String {
    let secs = elapsed.as_secs_f64();
    let rate = rate(tasks, elapsed);
    let (tasks, workers_word) = (counted(tasks, "task"), if workers == 1 { "worker" } else { "workers" });
    format!("Ran {tasks} in {secs:.2} secs, {rate} tasks/s; {workers} {workers_word} {busy:.0}% busy")
}

/// Tasks a second: whole ones where they are many.
pub fn rate(tasks: u64, elapsed: Duration) -> String {
    let rate = per_second(tasks, elapsed);
    if rate >= 100.0 || tasks == 0 { format!("{rate:.0}") } else { format!("{rate:.1}") }
}

fn spread(name: &str, spread: &TimeSpread) -> Option<String> {
    let [min, avg, max] = [spread.min(), spread.mean(), spread.max()].map(show_time);
    let [half, most, nearly_all] = [50.0, 95.0, 99.0].map(|percent| show_time(spread.percentile(percent)));
    let line =
        format!("{name}: min/avg/max {min} / {avg} / {max}, p50/p95/p99 {half} / {most} / {nearly_all}");
    (!spread.is_empty()).then_some(line)
}

/// The lines of what was tried again and which workers were replaced, if there was anything.
#[must_use]
pub fn second_tries(stats: &Stats) -> Vec<String> {
    again(stats).into_iter().chain(restarts(stats)).collect()
}

fn again(stats: &Stats) -> Option<String> {
    let parts = [
        (stats.retries > 0).then(|| format!("retries: {}", stats.retries)),
        (stats.escalated > 0).then(|| format!("tried again with more: {}", stats.escalated)),
        (stats.suspects > 0).then(|| format!("tried again alone: {}", stats.suspects)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn restarts(stats: &Stats) -> Option<String> {
    let parts = [
        (stats.restarts + stats.deaths > 0).then(|| format!("restarts: {}", stats.restarts)),
        (stats.deaths > 0).then(|| format!("{} died", counted(stats.deaths, "worker"))),
        (stats.recycled > 0).then(|| format!("{} recycled", counted(stats.recycled, "worker"))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn compiled_and_cached(stats: &Stats) -> Option<String> {
    let modules = counted(stats.compiled, "module");
    let compiled =
        (stats.compiled > 0).then(|| format!("compiled: {modules} in {}", show_time(stats.compile_time)));
    let parts: Vec<String> = compiled.into_iter().chain(cache(stats)).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn cache(stats: &Stats) -> Option<String> {
    let found = counted(stats.cached, "module");
    let rebuilt = if stats.rebuilt == 1 { "entry" } else { "entries" };
    match (stats.cached, stats.rebuilt) {
        (0, 0) => None,
        (_, 0) => Some(format!("cache: {found} found")),
        (0, number) => Some(format!("cache: {number} {rebuilt} rebuilt")),
        (_, number) => Some(format!("cache: {found} found, {number} {rebuilt} rebuilt")),
    }
}

fn verdicts(stats: &Stats) -> Option<String> {
    let counts: Vec<_> = stats.verdicts.iter().map(|(verdict, count)| format!("{verdict} {count}")).collect();
    (!counts.is_empty()).then(|| format!("verdicts: {}", counts.join(", ")))
}

fn causes(stats: &Stats) -> Option<String> {
    let lines = cause_lines(&stats.causes);
    (!lines.is_empty()).then(|| format!("causes:\n{}", lines.join("\n")))
}

fn judged(stats: &Stats) -> Option<String> {
    let mut parts = vec![format!("judged: {}", counted(stats.judged, "task"))];
    if stats.points.max_points > 0.0 {
        // Sums of tenths are no tenths.
        let shown = |points: f64| (points * 1e6).round() / 1e6;
        parts.push(format!("points: {} of {}", shown(stats.points.points), shown(stats.points.max_points)));
    }
    if stats.judging.outputs > 0 {
        let outputs = counted(stats.judging.outputs, "output");
        parts.push(format!("{outputs} compared in {} of CPU", show_time(stats.judging.cpu)));
    }
    let checks = stats.judging.checks;
    if checks.checks > 0 {
        let outputs = counted(checks.checks, "output");
        parts.push(format!("{outputs} checked in {} of CPU", show_time(checks.cpu)));
    }
    let interactions = stats.judging.interactions;
    if interactions.checks > 0 {
        let interactions_told = counted(interactions.checks, "interaction");
        parts.push(format!("{interactions_told} in {} of CPU", show_time(interactions.cpu)));
    }
    (stats.judged > 0).then(|| parts.join("; "))
}

fn groups(stats: &Stats) -> Option<String> {
    let count = stats.groups.count();
    let left_out = match stats.groups.left_out() {
        0 => String::new(),
        tasks => format!("; {} of further groups", counted(tasks, "task")),
    };
    let stopped = match stats.groups.stopped_count() {
        0 => String::new(),
        stopped => format!(", {stopped} stopped"),
    };
    (count > 0).then(|| format!("groups: {count}{stopped}{left_out}"))
}

fn halted(stats: &Stats) -> Option<String> {
    let halt = stats.halt.as_ref()?;
    let reason = indented(&halt.reason(), MARGIN);
    Some(format!("halted: {reason}{}", dropped(stats.dropped)))
}

/// Returns a line, with its newline, on the missing records where not every ended task has one.
pub fn unrecorded(tasks: u64, recorded: u64) -> Option<String> {
    let missing = tasks.saturating_sub(recorded);
    let rest = match missing {
        0 => return None,
        1 => "the record of 1 could not be written, so it counts as not done".to_owned(),
        _ => format!("the records of {missing} could not be written, so they count as not done"),
    };
    Some(format!("recorded: {recorded} of {}; {rest}\n", counted(tasks, "task")))
}

/// `; 3 lines were read but not begun`, or nothing.
pub fn dropped(lines: u64) -> String {
    match lines {
        0 => String::new(),
        1 => "; 1 line was read but not begun".to_owned(),
        _ => format!("; {lines} lines were read but not begun"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_event::samples;
    use polymer_host_event::{Halt, ProcessDeath, ProcessExit, ProcessRole, RetryNote, RunEvent};
    use polymer_host_task::{ModuleId, Record, TaskError, TaskName, Verdict, WorkerId};

    fn with(stats: &mut Stats, record: Record) {
        stats.on(&RunEvent::TaskDone(Box::new(record)));
    }

    /// As they are, `millis` after the start.
    fn closing(mut stats: Stats, millis: u64) -> String {
        stats.elapsed = Duration::from_millis(millis);
        stats.to_string()
    }

    #[test]
    fn the_summary_keeps_the_originals_words() {
        let mut stats = Stats::new(2);
        for ms in [1, 2, 3, 400] {
            let mut record = samples::ok();
            record.usage.wall = Some(Duration::from_millis(ms));
            with(&mut stats, record);
        }
        with(&mut stats, samples::trap());
        let expected = "\
Ran 5 tasks in 0.50 secs, 10.0 tasks/s; 2 workers 41% busy
verdicts: ok 4, trap 1
causes:
    1 × trap (unreachable): wasm … instruction executed, at boom; first: task 7
run times: min/avg/max 410.0 µs / 81.28 ms / 400.00 ms, p50/p95/p99 2.00 ms / 400.00 ms / 400.00 ms
time in queue: min/avg/max 3.20 ms / 3.20 ms / 3.20 ms, p50/p95/p99 3.20 ms / 3.20 ms / 3.20 ms
fuel: 76k in all, 15.2k at most in one attempt
peak memory: 1 MiB";
        assert_eq!(closing(stats, 500), expected);
    }

    #[test]
    fn a_run_with_no_tasks_has_one_line() {
        let text = closing(Stats::new(1), 120);
        assert_eq!(text, "Ran 0 tasks in 0.12 secs, 0 tasks/s; 1 worker 0% busy");
    }

    #[test]
    fn a_halted_run_says_why_and_what_is_missing() {
        let mut stats = Stats::new(1);
        with(&mut stats, samples::rejected());
        let (worker, role) = (WorkerId { slot: 0, generation: 2 }, ProcessRole::Run(ModuleId(0)));
        let death = ProcessDeath {
            exit: ProcessExit::Signal(11),
            last_words: "\u{1b}[2J".to_owned(),
            violation: None,
        };
        let died =
            RunEvent::WorkerDied { worker, role, death: Box::new(death.clone()), charged: None, returned: 0 };
        stats.on(&RunEvent::WorkerStarted { worker, role, replaces: true });
        stats.on(&died);
        stats.on(&RunEvent::AttemptFailed {
            task: Box::new(TaskName::default()),
            attempt: 1,
            worker: None,
            verdict: Verdict::WorkerLost,
            error: Box::new(TaskError::default()),
            log: Vec::new(),
            retry: RetryNote::Alone,
        });
        stats.on(&RunEvent::Draining { why: Box::new(Halt::WorkersDie(death)), dropped: 12 });
        let expected = "\
Ran 1 task in 1.00 secs, 1.0 tasks/s; 1 worker 0% busy
verdicts: bad_input 1
causes:
    1 × bad_input (json): line … is not JSON; first: task 7
halted: workers keep dying: the worker was killed by SIGSEGV: \\u{1b}[2J; 12 lines were read but not begun
tried again alone: 1
restarts: 1; 1 worker died";
        assert_eq!(closing(stats, 1_000), expected);
    }

    #[test]
    fn compiling_is_told_with_its_time_beside_the_cache() {
        let line = |compiled, cached| {
            let compile_time = Duration::from_millis(1500);
            compiled_and_cached(&Stats { compiled, compile_time, cached, ..Stats::new(1) })
        };
        assert_eq!(line(0, 0), None);
        assert_eq!(line(2, 0).unwrap(), "compiled: 2 modules in 1.50 s");
        assert_eq!(line(1, 3).unwrap(), "compiled: 1 module in 1.50 s; cache: 3 modules found");
    }

    #[test]
    fn what_the_cache_did_is_told() {
        let line = |cached, rebuilt| cache(&Stats { cached, rebuilt, ..Stats::new(1) });
        assert_eq!(line(0, 0), None);
        assert_eq!(line(1, 0).unwrap(), "cache: 1 module found");
        assert_eq!(line(0, 1).unwrap(), "cache: 1 entry rebuilt");
        assert_eq!(line(3, 2).unwrap(), "cache: 3 modules found, 2 entries rebuilt");
    }

    #[test]
    fn workers_that_were_recycled_are_no_restarts() {
        let line = |again, deaths, recycled| {
            restarts(&Stats { restarts: again, deaths, recycled, ..Stats::new(1) }).unwrap_or_default()
        };
        assert_eq!(line(0, 0, 0), "");
        assert_eq!(line(3, 0, 0), "restarts: 3");
        assert_eq!(line(3, 1, 12), "restarts: 3; 1 worker died; 12 workers recycled");
        assert_eq!(line(0, 0, 1), "1 worker recycled");
    }

    #[test]
    fn lines_that_were_not_begun_are_counted() {
        assert_eq!(dropped(0), "");
        assert_eq!(dropped(1), "; 1 line was read but not begun");
    }

    #[test]
    fn a_line_between_tells_of_its_interval_only() {
        let mut stats = Stats::new(1);
        let ten = Duration::from_secs(10);
        let (line, interval) = StatsInterval::first().end(&stats, 0, None, ten);
        assert_eq!(line, None);
        let mut slow = samples::ok();
        slow.usage.wall = Some(Duration::from_secs(5));
        with(&mut stats, slow);
        let (line, interval) = interval.end(&stats, 0, Some("1 waiting"), ten * 2);
        assert_eq!(line.unwrap(), "Ran 1 task in 10.00 secs, 0.1 tasks/s; 1 worker 50% busy; 1 waiting");
        with(&mut stats, samples::trap());
        let (line, _) = interval.end(&stats, 1, Some("1 waiting"), ten * 3);
        let expected =
            "Ran 1 task in 10.00 secs, 0.1 tasks/s; 1 worker 0% busy; 1 running; 2 since the start; 1 not ok";
        assert_eq!(line.unwrap(), expected);
        let (line, _) =
            StatsInterval::first().end(&Stats::new(1), 0, Some("compiling a.wasm for 9.00 s"), ten);
        let expected = "Ran 0 tasks in 10.00 secs, 0 tasks/s; 1 worker 0% busy; compiling a.wasm for 9.00 s";
        assert_eq!(line.unwrap(), expected);
    }
}
