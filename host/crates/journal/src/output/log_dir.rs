//! Logs in files of their own: the store that writes what the task of a record logged to a file,
//! before the record.
//!
//! Records have their logs too, so a folder that takes no more ends nothing. It must never decide
//! how much of a log is kept.

use crate::output::output_dir::{OutputDir, OutputDirError};
use crate::output::record::StoredOutput;
use crate::output::results::{RecordNote, RecordStore, WantedLogs};
use polymer_host_task::{Log, Record};
use std::fmt;
use std::io;

/// Hears why logs are not written any more.
pub type LogDirListener = Box<dyn FnOnce(&OutputDirError) + Send>;

/// Keeps logs in a folder, and records in another store.
pub struct LogDirStore {
    records: Box<dyn RecordStore>,
    logs: OutputDir,
    wanted: WantedLogs,
    /// Gone once it was told.
    tell: Option<LogDirListener>,
}

impl LogDirStore {
    /// Puts those logs that are `wanted` into the folder. The first error goes to `tell`, and is
    /// the last: nothing is written there any more.
    #[must_use]
    pub fn new(
        records: Box<dyn RecordStore>,
        logs: OutputDir,
        wanted: WantedLogs,
        tell: LogDirListener,
    ) -> Self {
        Self { records, logs, wanted, tell: Some(tell) }
    }
}

impl fmt::Debug for LogDirStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogDirStore").field("logs", &self.logs).finish_non_exhaustive()
    }
}

impl RecordStore for LogDirStore {
    fn wants_notes(&self) -> bool {
        self.records.wants_notes()
    }

    fn note(&mut self, note: &RecordNote) -> io::Result<()> {
        self.records.note(note)
    }

    fn wants_outputs(&self) -> bool {
        self.records.wants_outputs()
    }

    fn keep_output(&mut self, record: &mut Record) -> io::Result<Option<StoredOutput>> {
        self.records.keep_output(record)
    }

    fn wants_logs(&self) -> WantedLogs {
        self.wanted
    }

    fn keep_log(&mut self, record: &Record) {
        if !self.wanted.has(record) || self.tell.is_none() {
            return;
        }
        if let Err(error) = self.logs.put(&record.id, text(&record.log).as_bytes())
            && let Some(tell) = self.tell.take()
        {
            tell(&error);
        }
    }

    fn write(&mut self, batch: &[u8], records: u64) -> (u64, io::Result<()>) {
        self.records.write(batch, records)
    }

    fn batch(&self) -> usize {
        self.records.batch()
    }
}

/// The lines of a log, as their guest wrote them, behind their levels where they have one.
fn text(log: &Log) -> String {
    let mut text = String::new();
    if log.dropped_bytes > 0 {
        text = format!("[{} bytes before this were dropped]\n", log.dropped_bytes);
    }
    for line in &log.lines {
        if let Some(level) = line.level {
            text.push_str(level.name());
            text.push_str(": ");
        }
        text.push_str(&line.text);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::output_dir::OutputDirStore;
    use crate::output::record::RecordProjection;
    use crate::output::results::{PlainStore, RecordSender, ResultsOptions};
    use polymer_host_event::{RecordBacklog, samples};
    use polymer_host_task::{LogLevel, TaskId};
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::sync::{Arc, Mutex};
    use std::task::Waker;
    use std::time::SystemTime;

    struct Fixture {
        folder: tempfile::TempDir,
        told: Arc<Mutex<Vec<String>>>,
    }

    impl Fixture {
        fn new() -> Self {
            Self { folder: tempfile::tempdir().unwrap(), told: Arc::default() }
        }

        fn path(&self) -> PathBuf {
            self.folder.path().join("logs")
        }

        fn outputs(&self) -> PathBuf {
            self.folder.path().join("outputs")
        }

        /// Writes records, with outputs in files too.
        fn sender(&self, wanted: WantedLogs) -> RecordSender {
            let options = ResultsOptions {
                projection: RecordProjection::Full,
                keep_order: false,
                began: SystemTime::UNIX_EPOCH,
                threshold: RecordBacklog { records: 100, bytes: usize::MAX },
            };
            let open = |path: &Path| OutputDir::open(path, false, false).unwrap();
            let records = Box::new(PlainStore(io::sink()));
            let records = Box::new(OutputDirStore { records, outputs: open(&self.outputs()) });
            let told = Arc::clone(&self.told);
            let tell = move |error: &OutputDirError| told.lock().unwrap().push(error.to_string());
            let store = LogDirStore::new(records, open(&self.path()), wanted, Box::new(tell));
            RecordSender::start(options, Box::new(store), Waker::noop().clone()).unwrap()
        }
    }

    fn names(path: &Path) -> Vec<String> {
        let names = fs::read_dir(path).unwrap();
        let mut names: Vec<_> = names.map(|name| name.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn record(id: &str, record: Record, texts: &[&str]) -> Box<Record> {
        let record = Record { task: TaskId(0), id: id.to_owned(), ..record };
        Box::new(texts.iter().fold(record, |record, text| samples::with_log(record, None, text)))
    }

    #[test]
    fn a_log_has_its_lines_as_they_were_written() {
        let mut log = samples::with_log(samples::ok(), None, "plain \u{1b}[m").log;
        log.dropped_bytes = 9;
        let record = Record { log, ..samples::ok() };
        let record = samples::with_log(record, Some(LogLevel::Warn), "two\nlines");
        assert_eq!(
            text(&record.log),
            "[9 bytes before this were dropped]\nplain \u{1b}[m\nwarn: two\nlines\n"
        );
        assert_eq!(text(&Log::default()), "");
    }

    #[test]
    fn each_task_that_logs_has_a_file_and_its_output_another() {
        let fixture = Fixture::new();
        let mut sender = fixture.sender(WantedLogs::All);
        sender.push(record("a/b", samples::ok(), &["one", "two"]));
        sender.push(record("silent", samples::ok(), &[]));
        sender.push(record("bad", samples::trap(), &["oh"]));
        sender.push(record("bad", samples::trap(), &["again"]));
        let written = sender.finish();
        written.result.unwrap();
        assert_eq!(written.records, 4);
        assert_eq!(names(&fixture.path()), ["a%2Fb", "bad", "bad~2"]);
        assert_eq!(names(&fixture.outputs()), ["a%2Fb", "silent"]);
        assert_eq!(fs::read_to_string(fixture.path().join("a%2Fb")).unwrap(), "one\ntwo\n");
        assert_eq!(fs::read_to_string(fixture.path().join("bad~2")).unwrap(), "again\n");
    }

    #[test]
    fn only_tasks_that_failed_have_one_where_that_is_wanted() {
        let fixture = Fixture::new();
        let mut sender = fixture.sender(WantedLogs::OfFailed);
        sender.push(record("fine", samples::ok(), &["one"]));
        sender.push(record("bad", samples::trap(), &["oh"]));
        sender.finish().result.unwrap();
        assert_eq!(names(&fixture.path()), ["bad"]);
    }

    #[test]
    fn a_link_is_not_followed() {
        let fixture = Fixture::new();
        let mut sender = fixture.sender(WantedLogs::All);
        let elsewhere = fixture.folder.path().join("elsewhere");
        fs::write(&elsewhere, "before").unwrap();
        std::os::unix::fs::symlink(&elsewhere, fixture.path().join("a")).unwrap();
        sender.push(record("a", samples::ok(), &["one"]));
        sender.finish().result.unwrap();
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "before");
        assert_eq!(fs::read_to_string(fixture.path().join("a~2")).unwrap(), "one\n");
    }

    #[test]
    fn a_folder_that_takes_nothing_is_told_of_once_and_ends_nothing() {
        let fixture = Fixture::new();
        let mut sender = fixture.sender(WantedLogs::All);
        fs::remove_dir(fixture.path()).unwrap();
        for id in ["a", "b", "c"] {
            sender.push(record(id, samples::ok(), &["one"]));
        }
        let written = sender.finish();
        written.result.unwrap();
        assert_eq!(written.records, 3);
        let told = fixture.told.lock().unwrap();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("/logs/.writing"), "{told:?}");
    }
}
