//! Records on their way: in order, in chunks, and what a slow or broken reader does to them.

use super::*;
use polymer_host_event::samples;
use polymer_host_task::{Output, TaskId};
use std::io::Write;
use std::sync::mpsc::Receiver;
use std::sync::{Condvar, Mutex};
use std::task::Wake;
use std::time::Duration;

/// Takes writes once it is let, or fails them.
#[derive(Clone)]
struct Reader {
    taken: Arc<Mutex<Vec<u8>>>,
    sizes: Sender<usize>,
    gate: Arc<Mutex<Receiver<io::Result<()>>>>,
}

impl RecordOutput for Reader {}

impl Write for Reader {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A closed gate is an open one: the test no longer holds it.
        self.gate.lock().unwrap().recv().unwrap_or(Ok(()))?;
        self.taken.lock().unwrap().extend_from_slice(bytes);
        // The test may not care.
        self.sizes.send(bytes.len()).unwrap_or_default();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Fixture {
    results: RecordSender,
    reader: Reader,
    gate: Sender<io::Result<()>>,
    /// How much each write brought.
    sizes: Receiver<usize>,
    bell: Arc<Bell>,
}

fn start(keep_order: bool, threshold: usize) -> Fixture {
    let (gate, closed) = channel();
    let (told, sizes) = channel();
    let reader = Reader { taken: Arc::default(), sizes: told, gate: Arc::new(Mutex::new(closed)) };
    let bell = Arc::new(Bell::default());
    let options = ResultsOptions {
        projection: RecordProjection::Full,
        keep_order,
        began: SystemTime::UNIX_EPOCH,
        threshold: RecordBacklog { records: threshold, bytes: usize::MAX },
    };
    let results =
        RecordSender::start(options, Box::new(PlainStore(reader.clone())), Arc::clone(&bell).into()).unwrap();
    Fixture { results, reader, gate, sizes, bell }
}

fn task(id: u64) -> Box<Record> {
    Box::new(Record { task: TaskId(id), id: id.to_string(), ..samples::ok() })
}

fn ids(reader: &Reader) -> Vec<String> {
    let bytes = reader.taken.lock().unwrap().clone();
    let text = String::from_utf8(bytes).unwrap();
    let id = |line: &str| {
        serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].as_str().unwrap().to_owned()
    };
    text.lines().map(id).collect()
}

/// Stands for the supervisor: remembers that it was woken.
#[derive(Default)]
struct Bell {
    has_rung: Mutex<bool>,
    rings: Condvar,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        *self.has_rung.lock().unwrap() = true;
        self.rings.notify_all();
    }
}

fn wait(bell: &Bell) {
    let (quiet, patience) = (bell.has_rung.lock().unwrap(), Duration::from_secs(10));
    let (has_rung, _) = bell.rings.wait_timeout_while(quiet, patience, |has_rung| !*has_rung).unwrap();
    assert!(*has_rung, "nobody woke the supervisor");
}

fn is_woken(bell: &Bell) -> bool {
    *bell.has_rung.lock().unwrap()
}

#[test]
fn records_come_out_as_they_end() {
    let Fixture { mut results, reader, gate, .. } = start(false, 100);
    drop(gate);
    for id in [2, 0, 1] {
        results.push(task(id));
    }
    results.finish().result.unwrap();
    assert_eq!(ids(&reader), ["2", "0", "1"]);
}

#[test]
fn a_kept_order_waits_for_its_turn_and_what_never_comes_is_passed_over() {
    let Fixture { mut results, reader, gate, .. } = start(true, 100);
    drop(gate);
    for id in [5, 2, 0, 1, 4] {
        results.push(task(id));
    }
    results.finish().result.unwrap();
    assert_eq!(ids(&reader), ["0", "1", "2", "4", "5"]);
}

#[test]
fn a_slow_reader_makes_a_backlog_and_the_supervisor_is_woken_once_half_of_it_is_gone() {
    let Fixture { mut results, reader, gate, bell, .. } = start(false, 8);
    for id in 0..8 {
        results.push(task(id));
    }
    assert_eq!(results.backlog().records, 8);
    assert!(results.backlog().bytes > 8 * 300);
    assert!(!is_woken(&bell));
    results.hand_over();
    assert!(results.backlog().records == 8 && !is_woken(&bell));
    drop(gate);
    wait(&bell);
    results.finish().result.unwrap();
    assert_eq!(ids(&reader).len(), 8);
}

#[test]
fn everything_written_leaves_no_backlog() {
    let Fixture { mut results, gate, .. } = start(true, 2);
    drop(gate);
    let shared = Arc::clone(&results.shared);
    for id in [0, 1, 2, 9] {
        results.push(task(id));
    }
    results.finish().result.unwrap();
    assert_eq!((shared.records.load(Ordering::SeqCst), shared.bytes.load(Ordering::SeqCst)), (0, 0));
}

#[test]
fn after_an_error_the_supervisor_is_woken_and_everything_is_discarded() {
    let Fixture { mut results, reader, gate, bell, .. } = start(true, 100);
    results.push(task(5));
    assert!(!results.has_failed());
    results.push(task(0));
    results.hand_over();
    gate.send(Err(io::ErrorKind::BrokenPipe.into())).unwrap();
    drop(gate);
    wait(&bell);
    assert!(results.has_failed());
    results.push(task(1));
    let shared = Arc::clone(&results.shared);
    assert_eq!(results.finish().result.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    assert_eq!(shared.records.load(Ordering::SeqCst), 0);
    assert!(ids(&reader).is_empty());
}

#[test]
fn much_is_written_in_chunks() {
    let Fixture { mut results, reader, gate, sizes, .. } = start(false, usize::MAX);
    for id in 0..1000 {
        results.push(task(id));
    }
    drop(gate);
    results.finish().result.unwrap();
    assert_eq!(ids(&reader).len(), 1000);
    assert!(sizes.try_iter().all(|bytes| bytes < CHUNK + 1024));
}

#[test]
fn what_is_there_is_written_though_more_may_come() {
    let Fixture { mut results, reader, gate, sizes, .. } = start(false, 100);
    drop(gate);
    results.push(task(0));
    results.hand_over();
    sizes.recv_timeout(Duration::from_secs(10)).expect("the record is kept back");
    assert_eq!(ids(&reader), ["0"]);
    results.finish().result.unwrap();
}

#[test]
fn a_threshold_of_one_wakes_too() {
    let Fixture { mut results, gate, bell, .. } = start(false, 1);
    results.push(task(0));
    results.hand_over();
    drop(gate);
    wait(&bell);
    results.finish().result.unwrap();
}

#[test]
fn many_are_handed_over_before_the_last_of_them_came() {
    let Fixture { mut results, gate, sizes, .. } = start(false, usize::MAX);
    drop(gate);
    for id in 0..u64::try_from(ENOUGH).unwrap() {
        results.push(task(id));
    }
    sizes.recv_timeout(Duration::from_secs(10)).expect("they are kept back");
    let large = Record { output: Some(Output::Text("x".repeat(LONG))), ..samples::ok() };
    results.push(Box::new(large));
    sizes.recv_timeout(Duration::from_secs(10)).expect("it is kept back");
}

#[test]
fn what_is_dropped_is_written_first() {
    let Fixture { mut results, gate, sizes, .. } = start(false, 100);
    drop(gate);
    results.push(task(0));
    drop(results);
    sizes.recv_timeout(Duration::from_secs(10)).expect("the record is lost");
}

#[test]
fn long_records_keep_their_place_among_short_ones() {
    for keep_order in [false, true] {
        let Fixture { mut results, reader, gate, .. } = start(keep_order, 100);
        drop(gate);
        for id in 0..9 {
            let output = Some(Output::Text("x".repeat(if id % 3 == 1 { LONG } else { 1 })));
            results.push(Box::new(Record { output, ..*task(id) }));
        }
        results.finish().result.unwrap();
        assert_eq!(ids(&reader), ["0", "1", "2", "3", "4", "5", "6", "7", "8"]);
    }
}

/// Writes what it is told to note between the records.
struct Noting(Arc<Mutex<Vec<String>>>);

impl RecordStore for Noting {
    fn wants_notes(&self) -> bool {
        true
    }

    fn note(&mut self, note: &RecordNote) -> io::Result<()> {
        self.0.lock().unwrap().push(note.verdict.name().to_owned());
        Ok(())
    }

    fn write(&mut self, batch: &[u8], _records: u64) -> (u64, io::Result<()>) {
        let lines = batch.iter().filter(|byte| **byte == b'\n').count();
        self.0.lock().unwrap().push(lines.to_string());
        (u64::try_from(lines).unwrap(), Ok(()))
    }

    fn batch(&self) -> usize {
        0
    }
}

#[test]
fn a_store_that_wants_each_record_by_itself_gets_it_so_with_its_note() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let options = ResultsOptions {
        projection: RecordProjection::Full,
        keep_order: false,
        began: SystemTime::UNIX_EPOCH,
        threshold: RecordBacklog { records: 100, bytes: usize::MAX },
    };
    let store = Box::new(Noting(Arc::clone(&told)));
    let mut results = RecordSender::start(options, store, Waker::noop().clone()).unwrap();
    results.push(task(0));
    results.push(Box::new(samples::trap()));
    results.push(Box::new(Record { output: Some(Output::Text("x".repeat(LONG))), ..samples::ok() }));
    let written = results.finish();
    written.result.unwrap();
    assert_eq!(written.records, 3);
    assert_eq!(*told.lock().unwrap(), ["ok", "1", "trap", "1", "ok", "1"]);
}

#[test]
fn lines_that_are_kept_count_in_the_backlog() {
    let options = ResultsOptions {
        projection: RecordProjection::Full,
        keep_order: false,
        began: SystemTime::UNIX_EPOCH,
        threshold: RecordBacklog { records: 100, bytes: usize::MAX },
    };
    let store = Box::new(Quiet(Noting(Arc::default())));
    let mut results = RecordSender::start(options, store, Waker::noop().clone()).unwrap();
    let line = Some(Box::new(KeptLine::Held(vec![b'x'; 10_000].into())));
    results.push(Box::new(Record { line, ..samples::ok() }));
    assert!(results.backlog().bytes > 10_000, "{:?}", results.backlog());
    let shared = Arc::clone(&results.shared);
    results.finish().result.unwrap();
    assert_eq!(shared.bytes.load(Ordering::SeqCst), 0);
}

/// The same store, with records in company.
struct Quiet(Noting);

impl RecordStore for Quiet {
    fn wants_notes(&self) -> bool {
        true
    }

    fn write(&mut self, batch: &[u8], records: u64) -> (u64, io::Result<()>) {
        self.0.write(batch, records)
    }
}
