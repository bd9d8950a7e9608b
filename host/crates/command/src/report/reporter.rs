//! The report of the command: records to a file, lines for people, sums, and a progress line.

use crate::report::failure_notice::{FailureNotice, FailureNotices};
use crate::report::idle::IdleWarning;
use crate::report::json_log::JsonLog;
use crate::report::progress;
use crate::report::progress::{LineInterval, RunProgress, TaskTotal};
use crate::report::run_log::RunLog;
use crate::report::run_snapshot::{RunSnapshot, SnapshotParts};
use crate::report::status_line;
use crate::report::status_line::size_of_stderr;
use crate::report::task_output::{OutputViewer, WhenToShowOutput};
use polymer_host_event::RunEvent;
#[cfg(test)]
use polymer_host_event::samples;
use polymer_host_event::{EventSink, RecordBacklog, RunOutcome, RunOverview};
use polymer_host_journal::output::record::RecordProjection;
use polymer_host_journal::output::results::{RecordSender, RecordStore, ResultsOptions, WriteOutcome};
use polymer_host_report::group_sums::GroupTable;
use polymer_host_report::screen::Screen;
use polymer_host_report::stats::Stats;
use polymer_host_report::summary::unrecorded;
use polymer_host_sketch::CauseCount;
use polymer_host_task::{Moment, Verdict};
use std::io;
use std::task::Waker;
use std::time::SystemTime;

/// Content and form of the report. The log's level is its subscriber's: see
/// [`subscriber`](crate::report::subscriber::subscriber).
#[derive(Debug, Clone)]
pub struct ReportOptions {
    /// Slots.
    pub workers: u32,
    /// The wall clock's time at the run's first moment.
    pub began: SystemTime,
    /// Records in the order of admission instead of that of completion.
    pub keep_order: bool,
    /// Part of each record that is written.
    pub projection: RecordProjection,
    /// From which backlog on the supervisor waits; it is woken when half of it is gone.
    pub threshold: RecordBacklog,
    /// Interval of the lines that report progress, where there is no bar.
    pub log_interval: Option<LineInterval>,
    /// Condition for showing the logs of successful tasks.
    pub success_output: WhenToShowOutput,
    /// Condition for showing the errors and logs of other tasks.
    pub failure_output: WhenToShowOutput,
    /// Failures that are alike are counted and not told one by one.
    pub groups_failures: bool,
    /// The same in the log.
    pub groups_log: bool,
    /// Choice of whether a summary closes the run.
    pub summary: SummaryMode,
    /// True if the log also gets events that are no failures.
    pub logs_notes: bool,
    /// The log, if it is JSON.
    pub json: Option<JsonLog>,
}

/// Choice of whether a summary closes a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SummaryMode {
    /// It does.
    Always,
    /// It does where something failed.
    OfFailures,
    /// It does not.
    Never,
}

/// Takes the events of a run.
#[derive(Debug)]
pub struct RunReporter {
    options: ReportOptions,
    results: RecordSender,
    screen: Screen,
    stats: Stats,
    idle: IdleWarning,
    shown: OutputViewer,
    log: RunLog,
    notices: FailureNotices,
    progress: RunProgress,
    /// When the next line is due, and how many there were.
    next_tick: Option<Moment>,
    ticks: u32,
}

/// Result of a finished report.
#[derive(Debug)]
pub struct FinishedReport {
    /// The sums.
    pub stats: Stats,
    /// Ok if every record was written.
    pub sink_result: io::Result<()>,
    /// Number of records written.
    pub recorded: u64,
}

impl FinishedReport {
    /// Returns whether anything did not go as planned.
    #[must_use]
    pub fn has_failures(&self) -> bool {
        self.stats.not_ok() > 0 || self.stats.halt.is_some() || self.sink_result.is_err()
    }
}

impl RunReporter {
    /// Records go to `store`; everything for people goes to `screen`. `waker` is the supervisor's.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn start(
        options: ReportOptions,
        store: Box<dyn RecordStore>,
        screen: Screen,
        waker: Waker,
    ) -> io::Result<Self> {
        let results_options = ResultsOptions {
            keep_order: options.keep_order,
            projection: options.projection,
            began: options.began,
            threshold: options.threshold,
        };
        let results = RecordSender::start(results_options, store, waker)?;
        let stats = Stats::new(options.workers);
        let shown = OutputViewer::new(options.success_output, options.failure_output);
        let log = RunLog::new(options.json.clone(), options.groups_log);
        let first_tick =
            if screen.has_bar() { Some(Moment::ZERO) } else { later(Moment::ZERO, options.log_interval, 0) };
        Ok(Self {
            options,
            results,
            screen,
            stats,
            idle: IdleWarning::default(),
            shown,
            log,
            notices: FailureNotices::of_failures(),
            progress: RunProgress::default(),
            next_tick: first_tick,
            ticks: 0,
        })
    }

    /// Where to say how many tasks there are, once the input has ended; from any thread.
    #[must_use]
    pub fn total(&self) -> TaskTotal {
        self.progress.total.clone()
    }

    /// Leaves out the summary: for a run that came to nothing before its first task.
    pub const fn leave_out_summary(&mut self) {
        self.options.summary = SummaryMode::Never;
    }

    /// Takes how many lines were read and not begun in all. What workers gave back while the run
    /// drained is known only at its end.
    pub const fn set_dropped(&mut self, lines: u64) {
        self.stats.dropped = lines;
    }

    /// Waits until every record is written, then shows what was kept for the end, and the summary.
    /// The run ended at `at`.
    pub fn finish(mut self, at: Moment) -> FinishedReport {
        self.stats.elapsed = at;
        self.screen.clear_bar();
        // First the records: where both go to one terminal, the summary is to be the last.
        let WriteOutcome { records: written, result: sink_result } = self.results.finish();
        // None is written where none is asked for, and none is missing.
        let is_none = self.options.projection == RecordProjection::None;
        let recorded = if is_none { self.stats.tasks() } else { written };
        // Whoever read the records has seen enough, as `head` does: then there is nobody to tell
        // either.
        let unread = sink_result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
        // With nothing waiting there is room for all of what follows.
        self.screen.flush();
        self.screen.write(self.shown.finish());
        let finished = FinishedReport { stats: self.stats, sink_result, recorded };
        let is_wanted = match self.options.summary {
            SummaryMode::Always => true,
            SummaryMode::OfFailures => finished.has_failures(),
            SummaryMode::Never => false,
        };
        if is_wanted && !unread {
            self.screen.write(format!("{}\n", finished.stats));
            if finished.sink_result.is_err() {
                self.screen.write(unrecorded(finished.stats.tasks(), recorded).unwrap_or_default());
            }
            self.screen.write(self.idle.told().unwrap_or_default());
        }
        self.screen.flush();
        finished
    }
}

impl RunReporter {
    /// Tells people of an event. Of a task that failed, `cause` has the number of those like it.
    fn tell(&mut self, event: &RunEvent, cause: Option<CauseCount>) {
        let notice = match cause.filter(|_| self.options.groups_failures) {
            Some(cause) => self.notices.decide(cause),
            None => FailureNotice::InFull,
        };
        let whole = self.log.is_shown_as_json() && self.shows_log(event);
        let is_told = self.options.logs_notes || is_failure(event) || whole;
        let mut lines = if is_told { self.log.tell(event, notice, whole) } else { 0 };
        if let RunEvent::TaskDone(record) = event
            && !self.log.is_shown_as_json()
        {
            match notice {
                FailureNotice::InFull => lines += self.shown.on(record, &self.screen),
                _ => self.shown.keep(record, &self.screen),
            }
        }
        if cause.is_some() {
            self.notices.took_lines(lines);
        }
    }

    /// Returns whether somebody asked for what a task logged that ended so.
    fn shows_log(&self, event: &RunEvent) -> bool {
        let RunEvent::TaskDone(record) = event else { return false };
        let ReportOptions { success_output, failure_output, .. } = &self.options;
        let asked = if record.verdict == Verdict::Ok { success_output } else { failure_output };
        *asked != WhenToShowOutput::Never
    }

    /// The sums so far.
    pub(crate) const fn stats(&self) -> &Stats {
        &self.stats
    }

    /// What is done and left at `at`, in one line. To be called as time goes on: the rate is
    /// learned here too.
    pub(crate) fn progress_in_short(&mut self, at: Moment) -> String {
        self.progress.in_short(&self.stats, at)
    }

    /// State of the run at `at`, for whoever watches it.
    pub(crate) fn snapshot(&mut self, at: Moment, overview: RunOverview) -> RunSnapshot {
        let facts = self.progress.facts(&self.stats, at);
        let (running, waiting) = self.progress.at_work();
        RunSnapshot::of(SnapshotParts { facts: &facts, running, waiting, stats: &self.stats, overview })
    }

    /// Sums of each group so far.
    pub(crate) const fn groups(&self) -> &GroupTable {
        &self.stats.groups
    }
}

impl EventSink for RunReporter {
    fn on(&mut self, at: Moment, event: RunEvent) {
        let cause = self.stats.on(&event);
        self.idle.on(&event);
        // Once records cannot be written the run is being ended, and what that does to tasks is no
        // news.
        if !self.results.has_failed() {
            self.tell(&event, cause);
        }
        match event {
            RunEvent::TaskDone(record) => self.results.push(record),
            RunEvent::WentOn { still } => {
                self.results.went_on(at, still);
                status_line::of_stderr().release();
            }
            event => self.progress.on(at, event),
        }
    }

    fn before_sending(&mut self) {
        self.results.hand_over();
    }

    fn before_stop(&mut self) {
        if self.screen.has_bar() {
            status_line::of_stderr().hold();
        }
    }

    fn backlog(&self) -> RecordBacklog {
        self.results.backlog()
    }

    fn has_failed(&self) -> bool {
        self.results.has_failed()
    }

    fn tick(&mut self, at: Moment) {
        if self.next_tick.is_none_or(|due| at < due) {
            return;
        }
        if self.screen.has_bar() {
            self.screen.show_bar(self.progress.rows(&self.stats, at, size_of_stderr()));
            self.next_tick = at.checked_add(progress::PERIOD);
            return;
        }
        if let Some(line) = self.progress.line(&self.stats, at) {
            self.screen.write(line + "\n");
        }
        self.ticks = self.ticks.saturating_add(1);
        self.next_tick = later(at, self.options.log_interval, self.ticks);
    }

    fn waiting(&mut self, tasks: usize) {
        self.progress.wait(tasks);
    }

    fn report(&mut self, at: Moment) {
        self.screen.write(self.progress.standing(&self.stats, at));
    }

    /// Whoever asks gets a snapshot.
    fn look(&mut self, _at: Moment, _overview: RunOverview) {}

    /// Whoever started the report [finishes](RunReporter::finish) it.
    fn end(&mut self, _at: Moment, outcome: &RunOutcome) {
        self.stats.judging = outcome.judging;
    }

    fn next_tick(&self) -> Option<Moment> {
        self.next_tick
    }
}

/// Returns whether an event reports a failure: of a task for good, not only of an attempt, or of
/// what runs tasks. An error reported by a guest that ends well does not count; what the jail lacks
/// is known beforehand.
fn is_failure(event: &RunEvent) -> bool {
    match event {
        RunEvent::TaskDone(record) => record.verdict != Verdict::Ok,
        RunEvent::Confined(_) | RunEvent::MemoryBound(_) | RunEvent::AttemptFailed { .. } => false,
        _ => true,
    }
}

/// When the line after `at` is due, which is number `lines` from 0; never, if there is no interval.
fn later(at: Moment, interval: Option<LineInterval>, lines: u32) -> Option<Moment> {
    let interval = interval?.after(lines);
    if interval.is_zero() { None } else { at.checked_add(interval) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_event::RunningAttempt;
    use polymer_host_journal::output::out::RecordOutput;
    use polymer_host_journal::output::results::PlainStore;
    use polymer_host_report::samples::Kept;
    use polymer_host_report::screen::BottomLine;
    use polymer_host_task::{TaskName, WorkerId};
    use std::io::Write;
    use std::time::Duration;

    /// A place for records that keeps them.
    #[derive(Clone, Default)]
    struct Records(Kept);

    impl Write for Records {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            self.0.flush()
        }
    }

    impl RecordOutput for Records {}

    const SECOND: Duration = Duration::from_secs(1);

    fn options() -> ReportOptions {
        ReportOptions {
            workers: 2,
            began: SystemTime::UNIX_EPOCH,
            keep_order: false,
            projection: RecordProjection::Full,
            threshold: RecordBacklog { records: 100, bytes: 1 << 20 },
            log_interval: Some(LineInterval::Fixed(SECOND * 10)),
            success_output: WhenToShowOutput::Never,
            failure_output: WhenToShowOutput::Final,
            groups_failures: true,
            groups_log: true,
            summary: SummaryMode::Always,
            logs_notes: true,
            json: None,
        }
    }

    fn start(options: ReportOptions, out: impl RecordOutput + 'static) -> (RunReporter, Kept) {
        let stderr = Kept::default();
        (
            RunReporter::start(options, Box::new(PlainStore(out)), stderr.screen(), Waker::noop().clone())
                .unwrap(),
            stderr,
        )
    }

    #[test]
    fn an_event_reaches_files_sums_and_people() {
        let out = Records::default();
        let (mut report, stderr) = start(options(), out.clone());
        report.on(SECOND, RunEvent::TaskDone(Box::new(samples::ok())));
        report.on(SECOND, RunEvent::TaskDone(Box::new(samples::trap())));
        let finished = report.finish(SECOND);
        finished.sink_result.unwrap();
        assert_eq!((finished.stats.tasks(), finished.stats.not_ok()), (2, 1));
        assert_eq!(out.0.text().lines().count(), 2);
        let text = stderr.text();
        assert!(text.starts_with("slot 2 task 7 attempt 1: trap (unreachable)"), "{text}");
        assert!(text.contains("\nRan 2 tasks in 1.00 secs, 2.0 tasks/s; 2 workers 0% busy\n"), "{text}");
        let causes = "\nverdicts: ok 1, trap 1\ncauses:\n    1 × trap (unreachable): ";
        assert!(text.contains(causes) && text.ends_with("\npeak memory: 1 MiB\n"), "{text}");
    }

    #[test]
    fn a_line_comes_every_interval_and_not_before() {
        let (mut report, stderr) = start(options(), io::sink());
        assert_eq!(report.next_tick(), Some(SECOND * 10));
        let worker = WorkerId { slot: 0, generation: 1 };
        let task = TaskName { id: "1".to_owned(), ..TaskName::default() };
        let (memory, fuel, progress) = (None, None, None);
        let running = RunningAttempt { worker, task, attempt: 1, age: SECOND, memory, fuel, progress };
        report.on(SECOND, RunEvent::Running(vec![running]));
        report.tick(SECOND * 9);
        report.tick(SECOND * 11);
        assert_eq!(report.next_tick(), Some(SECOND * 21));
        report.screen.flush();
        assert_eq!(stderr.text(), "progress: 0 done, 1 running, 2 workers 0% busy, 11s\n");
    }

    #[test]
    fn lines_come_at_intervals_that_grow_unless_one_is_given() {
        let growing = ReportOptions { log_interval: Some(LineInterval::Growing), ..options() };
        let (mut report, _) = start(growing, io::sink());
        let mut due = Vec::new();
        while due.len() < 4 {
            let at = report.next_tick().unwrap();
            due.push(at.as_secs());
            report.tick(at);
        }
        assert_eq!(due, [10, 30, 70, 150]);
    }

    #[test]
    fn without_an_interval_nothing_ticks() {
        let (mut report, stderr) = start(ReportOptions { log_interval: None, ..options() }, io::sink());
        assert_eq!(report.next_tick(), None);
        report.tick(SECOND);
        report.screen.flush();
        assert_eq!(stderr.text(), "");
    }

    struct NoBar;

    impl BottomLine for NoBar {
        fn show(&self, _: String) {}
        fn clear(&self) {}
    }

    #[test]
    fn a_progress_line_ticks_often_and_replaces_the_other() {
        let stderr = Kept::default();
        let screen = Screen::new(Box::new(stderr.clone()), Some(Box::new(NoBar))).unwrap();
        let mut report =
            RunReporter::start(options(), Box::new(PlainStore(io::sink())), screen, Waker::noop().clone())
                .unwrap();
        assert_eq!(report.next_tick(), Some(Moment::ZERO));
        report.tick(SECOND);
        assert_eq!(report.next_tick(), Some(SECOND + progress::PERIOD));
        report.tick(SECOND * 60);
        report.total().set(3);
        report.finish(SECOND * 60);
        assert!(stderr.text().starts_with("Ran 0 tasks in 60.00 secs"), "{}", stderr.text());
    }

    #[test]
    fn a_run_that_wants_no_summary_gets_none() {
        let (report, stderr) = start(ReportOptions { summary: SummaryMode::Never, ..options() }, io::sink());
        report.finish(SECOND).sink_result.unwrap();
        assert_eq!(stderr.text(), "");
    }

    #[test]
    fn a_failed_output_is_told_at_once_and_at_the_end() {
        struct Full;
        impl RecordOutput for Full {}
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let (mut report, stderr) = start(options(), Full);
        assert!(!report.has_failed());
        report.on(SECOND, RunEvent::TaskDone(Box::new(samples::ok())));
        let finished = report.finish(SECOND);
        assert_eq!(finished.sink_result.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(finished.recorded, 0);
        let text = stderr.text();
        assert!(text.contains("Ran 1 task"), "{text}");
        assert!(
            text.ends_with(
                "\nrecorded: 0 of 1 task; the record of 1 could not be written, so it counts as not done\n"
            ),
            "{text}"
        );
    }
}
