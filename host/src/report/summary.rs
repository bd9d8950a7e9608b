//! The sums of a run in words: the closing summary and the line between. A number that says nothing is not shown.

use super::line::MARGIN;
use super::printable::{indented, printable};
use super::stats::{Spread, Stats, busy_percent, per_second};
use crate::event::Halt;
use crate::task::quantity::{show_fuel, show_size};
use crate::task::{Fault, Moment};
use humantime::format_duration;
use std::fmt;
use std::time::Duration;

/// The closing summary of a run, or the same of so much of it as is over.
impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&ran(self.tasks(), self.workers, self.busy_percent(), self.elapsed))?;
        let fuel = self.most_fuel.map(|most| {
            format!("fuel: {} in all, {} at most in one attempt", show_fuel(self.fuel), show_fuel(most))
        });
        let lines = [
            spread("run times", &self.run),
            spread("time in queue", &self.queue),
            fuel,
            self.peak_memory.map(|peak| format!("peak memory: {}", show_size(peak))),
            again(self),
            restarts(self),
            cache(self),
            self.jail.as_ref().map(|jail| format!("jail: {}", printable(&jail.in_short()))),
            verdicts(self),
            halted(self),
        ];
        lines.into_iter().flatten().try_for_each(|line| write!(f, "\n{line}"))
    }
}

/// What happened since the last such line. Whoever wants a line every so often keeps one, and replaces it each time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Interval {
    /// When it began.
    since: Moment,
    tasks: u64,
    busy: Duration,
}

impl Interval {
    /// One that begins with the run.
    pub(crate) const fn first() -> Self {
        Self { since: Moment::ZERO, tasks: 0, busy: Duration::ZERO }
    }

    /// Ends `at` so long after the run began, with so many attempts `running`; `awaited` is what the run waits for where none is. Gives
    /// its line, without a newline, if there is anything to say, and the next interval. The elapsed time of `stats` is not used.
    pub(crate) fn end(
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
pub(super) fn rate(tasks: u64, elapsed: Duration) -> String {
    let rate = per_second(tasks, elapsed);
    if rate >= 100.0 || tasks == 0 { format!("{rate:.0}") } else { format!("{rate:.1}") }
}

/// `1 task`, `2 tasks`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn spread(name: &str, spread: &Spread) -> Option<String> {
    let [min, avg, max] = [spread.min(), spread.mean(), spread.max()].map(show_time);
    let [half, most, nearly_all] = [50.0, 95.0, 99.0].map(|percent| show_time(spread.percentile(percent)));
    let line =
        format!("{name}: min/avg/max {min} / {avg} / {max}, p50/p95/p99 {half} / {most} / {nearly_all}");
    (!spread.is_empty()).then_some(line)
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

fn halted(stats: &Stats) -> Option<String> {
    let halt = stats.halt.as_ref()?;
    let reason = indented(&why(halt), MARGIN);
    Some(format!("halted: {reason}{}", dropped(stats.dropped)))
}

/// Why a run halts. Not yet safe to show: a guest may have had part in it.
pub(crate) fn why(halt: &Halt) -> String {
    match halt {
        Halt::Asked => "it was told to stop".to_owned(),
        Halt::MaxFail(1) => "1 task failed, as many as may".to_owned(),
        Halt::MaxFail(tasks) => format!("{tasks} tasks failed, as many as may"),
        Halt::MaxFailShare { failed, over, most } => {
            format!("{failed} of {} failed, surely more than the {most} that may", counted(*over, "task"))
        }
        Halt::GlobalTimeout(limit) => format!("the run took {}, as long as it may", format_duration(*limit)),
        Halt::Module(fault) => headed("the module cannot be used", fault),
        Halt::WorkersDie(death) => format!("workers keep dying: {death}"),
        Halt::Exhausted(shortage) => format!("{}: {shortage}", shortage.meaning()),
        Halt::CannotSpawn(reason) => format!("workers cannot be started: {reason}"),
        Halt::Unfit(fault) => {
            format!(
                "no task can run on this machine: not even a built-in module of 41 bytes does: {}",
                fault.message
            )
        }
        Halt::Unconfined(fault) => format!("workers cannot be jailed: {}: {}", fault.code, fault.message),
    }
}

/// What is missing where not every task that ended has a record, with its newline.
#[cfg(feature = "command")]
pub(super) fn unrecorded(tasks: u64, recorded: u64) -> Option<String> {
    let missing = tasks.saturating_sub(recorded);
    let rest = match missing {
        0 => return None,
        1 => "the record of 1 could not be written, so it counts as not done".to_owned(),
        _ => format!("the records of {missing} could not be written, so they count as not done"),
    };
    Some(format!("recorded: {recorded} of {}; {rest}\n", counted(tasks, "task")))
}

/// `; 3 lines were read and not begun`, or nothing.
pub(super) fn dropped(lines: u64) -> String {
    match lines {
        0 => String::new(),
        1 => "; 1 line was read and not begun".to_owned(),
        _ => format!("; {lines} lines were read and not begun"),
    }
}

/// `what (code): message`, as far as the fault has them. Not yet safe to show.
pub(crate) fn headed(what: &str, fault: &Fault) -> String {
    let code = if fault.code.is_empty() { String::new() } else { format!(" ({})", fault.code) };
    let message = if fault.message.is_empty() { String::new() } else { format!(": {}", fault.message) };
    format!("{what}{code}{message}")
}

/// A time for people, in the unit that suits it.
pub(crate) fn show_time(time: Duration) -> String {
    let secs = time.as_secs_f64();
    if secs < 1e-3 {
        format!("{:.1} µs", secs * 1e6)
    } else if secs < 1.0 {
        format!("{:.2} ms", secs * 1e3)
    } else if secs < 60.0 {
        format!("{secs:.2} s")
    } else {
        humantime::format_duration(Duration::from_secs(time.as_secs())).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::event::{Again, Death, Exit, Role, RunEvent};
    use crate::task::{ModuleId, Record, Share, TaskName, Verdict, WorkerId};

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
run times: min/avg/max 410.0 µs / 81.28 ms / 400.00 ms, p50/p95/p99 2.01 ms / 400.00 ms / 400.00 ms
time in queue: min/avg/max 3.20 ms / 3.20 ms / 3.20 ms, p50/p95/p99 3.20 ms / 3.20 ms / 3.20 ms
fuel: 76k in all, 15.2k at most in one attempt
peak memory: 1 MiB
verdicts: ok 4, trap 1";
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
        let (worker, role) = (WorkerId { slot: 0, generation: 2 }, Role::Run(ModuleId(0)));
        let death = Death { exit: Exit::Signal(11), last_words: "\u{1b}[2J".to_owned(), violation: None };
        let died = RunEvent::WorkerDied { worker, role, death: death.clone(), charged: None, returned: 0 };
        stats.on(&RunEvent::WorkerStarted { worker, role, replaces: true });
        stats.on(&died);
        stats.on(&RunEvent::AttemptFailed {
            task: TaskName::default(),
            attempt: 1,
            worker: None,
            verdict: Verdict::WorkerLost,
            fault: Box::new(Fault::default()),
            log: Vec::new(),
            again: Again::Alone,
        });
        stats.on(&RunEvent::Draining { why: Halt::WorkersDie(death), dropped: 12 });
        let expected = "\
Ran 1 task in 1.00 secs, 1.0 tasks/s; 1 worker 0% busy
tried again alone: 1
restarts: 1; 1 worker died
verdicts: bad_input 1
halted: workers keep dying: the worker was killed by SIGSEGV: \\u{1b}[2J; 12 lines were read and not begun";
        assert_eq!(closing(stats, 1_000), expected);
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
    fn each_reason_to_halt_has_words() {
        let fault = Fault::new("too-large", "it has 70 MiB");
        assert_eq!(why(&Halt::Asked), "it was told to stop");
        assert_eq!(why(&Halt::MaxFail(1)), "1 task failed, as many as may");
        let share = Halt::MaxFailShare { failed: 3, over: 7, most: Share::percent(40).unwrap() };
        assert_eq!(why(&share), "3 of 7 tasks failed, surely more than the 40% that may");
        let time = Halt::GlobalTimeout(Duration::from_secs(90));
        assert_eq!(why(&time), "the run took 1m 30s, as long as it may");
        assert_eq!(why(&Halt::Module(fault)), "the module cannot be used (too-large): it has 70 MiB");
        assert_eq!(why(&Halt::CannotSpawn("EAGAIN".to_owned())), "workers cannot be started: EAGAIN");
        assert_eq!(dropped(0), "");
        assert_eq!(dropped(1), "; 1 line was read and not begun");
    }

    #[test]
    fn a_line_between_tells_of_its_interval_only() {
        let mut stats = Stats::new(1);
        let ten = Duration::from_secs(10);
        let (line, interval) = Interval::first().end(&stats, 0, None, ten);
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
        let (line, _) = Interval::first().end(&Stats::new(1), 0, Some("compiling a.wasm for 9.00 s"), ten);
        let expected = "Ran 0 tasks in 10.00 secs, 0 tasks/s; 1 worker 0% busy; compiling a.wasm for 9.00 s";
        assert_eq!(line.unwrap(), expected);
    }

    #[test]
    fn times_read_well() {
        let nanos = [800, 12_000, 1_230_000, 1_500_000_000, 90_000_000_000];
        let shown = nanos.map(|nanos| show_time(Duration::from_nanos(nanos)));
        assert_eq!(shown, ["0.8 µs", "12.0 µs", "1.23 ms", "1.50 s", "1m 30s"]);
    }
}
