//! `--metrics`: opens where metrics go, puts the figures of a run on the board at intervals, and
//! has the file replaced on a thread of its own.
//!
//! It must never wait for a reader or a disk while the run goes on.

use super::args::build_facts;
use super::error::{CliError, threads};
use super::files::CommandFiles;
use super::stderr::say;
use polymer_host_event::RunEvent;
use polymer_host_metrics::{
    MetricsBoard, MetricsFile, MetricsListener, MetricsTally, MetricsTarget, RenderedText, serve,
};
use polymer_host_report::{Screen, Stats};
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::Moment;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Age of the figures that a scrape gets, at the most.
const SCRAPED_PERIOD: Duration = Duration::from_secs(1);
/// Time from one file to the next.
const FILE_PERIOD: Duration = Duration::from_secs(5);
/// Time for the last file, when the run is over.
const PATIENCE: Duration = Duration::from_secs(10);

/// The metrics of a run.
#[derive(Debug)]
pub(super) struct RunMetrics {
    board: MetricsBoard,
    tally: MetricsTally,
    period: Duration,
    due: Moment,
    place: MetricsPlace,
}

/// Where they go, opened.
#[derive(Debug)]
enum MetricsPlace {
    Address,
    /// A socket that is removed again.
    Socket(SocketPath),
    File(FileWriter),
}

/// A path that is removed when the run is over.
#[derive(Debug)]
struct SocketPath(PathBuf);

impl Drop for SocketPath {
    fn drop(&mut self) {
        // Somebody may have removed it before.
        drop(std::fs::remove_file(&self.0));
    }
}

impl RunMetrics {
    /// Opens where they go, among the files of the run. `people` hear of the first file that cannot
    /// be replaced.
    ///
    /// # Errors
    /// If that is taken, cannot be written, or is another file of the run.
    pub(super) fn open(
        target: &MetricsTarget,
        files: &mut CommandFiles,
        people: &Screen,
    ) -> Result<Self, CliError> {
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let (board, tally) = (MetricsBoard::default(), MetricsTally::new(started));
        let text = RenderedText::new(board.clone(), build_facts());
        let (place, period) = match target {
            MetricsTarget::Address(address) => {
                let called = address.to_string();
                let listener = MetricsListener::at_address(*address).map_err(unserved(&called))?;
                if let Some(chosen) = listener.address().filter(|_| address.port() == 0) {
                    say(&format!("metrics: http://{chosen}/metrics\n"));
                }
                serve(listener, text).map_err(threads("that answer scrapes"))?;
                (MetricsPlace::Address, SCRAPED_PERIOD)
            }
            MetricsTarget::Socket(path) => {
                files.check_folder("--metrics", path)?;
                let listener = MetricsListener::at_path(path).map_err(unserved(path))?;
                let socket = SocketPath(path.clone());
                serve(listener, text).map_err(threads("that answer scrapes"))?;
                (MetricsPlace::Socket(socket), SCRAPED_PERIOD)
            }
            MetricsTarget::File(path) => {
                let writer = FileWriter::begin(path, text, files, people.clone())?;
                (MetricsPlace::File(writer), FILE_PERIOD)
            }
        };
        Ok(Self { board, tally, period, due: Moment::ZERO, place })
    }

    /// Takes what happened.
    pub(super) fn on(&mut self, event: &RunEvent) {
        self.tally.on(event);
    }

    /// Takes how many tasks wait.
    pub(super) fn wait(&mut self, tasks: usize) {
        self.tally.wait(tasks);
    }

    /// When figures are to be put on the board next.
    pub(super) const fn due(&self) -> Moment {
        self.due
    }

    /// Puts the figures of a run with these sums on the board, if it is time.
    pub(super) fn tick(&mut self, at: Moment, stats: &Stats) {
        if at >= self.due {
            self.publish(stats);
            self.due = at.saturating_add(self.period);
        }
    }

    /// Takes that the run is over, with these sums.
    pub(super) fn end(&mut self, stats: &Stats) {
        self.tally.end();
        self.publish(stats);
    }

    fn publish(&self, stats: &Stats) {
        self.board.publish(self.tally.snapshot(stats));
        if let MetricsPlace::File(writer) = &self.place {
            writer.replace();
        }
    }

    /// Waits until the last figures stand in the file, if there is one.
    pub(super) fn finish(self) {
        match self.place {
            MetricsPlace::File(writer) => writer.finish(),
            MetricsPlace::Socket(path) => drop(path),
            MetricsPlace::Address => {}
        }
    }
}

fn unserved(called: impl AsRef<Path>) -> impl Fn(std::io::Error) -> CliError {
    move |error| CliError::System(SystemError::new(SystemOperation::ServeMetrics, called.as_ref(), error))
}

/// Replaces the file, on a thread of its own.
#[derive(Debug)]
struct FileWriter {
    wake: SyncSender<()>,
    /// It is closed once the last file stands there.
    over: Receiver<()>,
}

impl FileWriter {
    fn begin(
        path: &Path,
        mut text: RenderedText,
        files: &mut CommandFiles,
        people: Screen,
    ) -> Result<Self, CliError> {
        files.take_metrics(path)?;
        let is_new = !path.exists();
        let refused = |error| CliError::System(SystemError::new(SystemOperation::WriteMetrics, path, error));
        let first = text.classic().map_err(|error| refused(std::io::Error::other(error)))?;
        let file = MetricsFile::create(path, first).map_err(refused)?;
        files.made_metrics(path, is_new)?;
        let called = path.to_path_buf();
        let mut tell =
            Some(move |error: SystemError| people.write(format!("warn: metrics are missing: {error}\n")));
        let ((wake, woken), (ended, over)) = (sync_channel(1), channel());
        let write = move || {
            write(&woken, &mut || {
                let written =
                    text.classic().map_err(std::io::Error::other).and_then(|text| file.replace(text));
                if let Err(error) = written
                    && let Some(tell) = tell.take()
                {
                    tell(SystemError::new(SystemOperation::WriteMetrics, &called, error));
                }
            });
            drop::<Sender<()>>(ended);
        };
        let thread = thread::Builder::new().name("metrics".to_owned()).spawn(write);
        thread.map_err(threads("that write metrics"))?;
        Ok(Self { wake, over })
    }

    /// Has the file replaced soon. One that is late is passed over.
    fn replace(&self) {
        let _ = self.wake.try_send(());
    }

    fn finish(self) {
        drop(self.wake);
        // A disk that does not answer is no reason to stay. What else comes is that it has ended.
        let _ = self.over.recv_timeout(PATIENCE);
    }
}

/// Calls `replace` each time it is woken, and once more when nobody can wake it any more: what was
/// put on the board meanwhile is the last.
fn write(woken: &Receiver<()>, replace: &mut impl FnMut()) {
    while woken.recv().is_ok() {
        replace();
    }
    replace();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_figures_are_written_also_where_a_waking_was_passed_over() {
        let (wake, woken) = sync_channel(1);
        let mut times = 0;
        for _ in 0..5 {
            let _ = wake.try_send(());
        }
        drop(wake);
        write(&woken, &mut || times += 1);
        assert_eq!(times, 2);
    }
}
