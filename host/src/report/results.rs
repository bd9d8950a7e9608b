//! Writes the records: a thread of its own with a queue, so that a slow reader never holds the supervisor.
//!
//! The queue has no bound of its own: whoever admits tasks looks at the [`Backlog`] and waits. What is held back to keep the order
//! counts as backlog too, so only the *admission* of tasks may wait for it, never an attempt at a task that was admitted: the record
//! everything waits for may be that task's.

use super::out::{Out, write_whole};
use super::record::{held_bytes, render};
use crate::supervisor::inbox::Waker;
use crate::supervisor::sink::Backlog;
use crate::task::Record;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::SystemTime;

/// Bytes that are written at once while more records wait.
const CHUNK: usize = 64 << 10;

/// So many records, or bytes of them, are handed over though more come: the thread is to have something to do meanwhile.
const ENOUGH: Backlog = Backlog { records: 128, bytes: 256 << 10 };

/// The most memory the buffer keeps after a large record.
const KEEP: usize = 1 << 20;

/// How records are written.
#[derive(Debug, Clone)]
pub struct ResultsOptions {
    /// In the order of admission instead of that of completion.
    pub keep_order: bool,
    /// The wall clock's time at the run's first moment.
    pub began: SystemTime,
    /// From where on the one who reads the backlog waits: he is woken when it has fallen to half of this.
    pub threshold: Backlog,
}

/// Where records are kept: a file, a pipe, a run's folder. Called on the results' own thread, so it may wait.
pub trait Store: Send {
    /// Hears of a record that stands in the next batch, in their order.
    ///
    /// # Errors
    /// If what belongs to it cannot be kept.
    fn note(&mut self, _record: &Record) -> io::Result<()> {
        Ok(())
    }

    /// Writes a batch of whole records. Says how many of them are there now, and what went wrong if that is not all of them.
    fn write(&mut self, batch: &[u8]) -> (u64, io::Result<()>);

    /// How many bytes are gathered at the most while more records wait; 0 for each record by itself.
    fn batch(&self) -> usize {
        CHUNK
    }
}

/// Anything that takes bytes; it need not be buffered. What a write left there that broke off in the middle of a record is cut off again,
/// where that can be done.
#[derive(Debug)]
pub struct Plain<W>(pub W);

impl<W: Out> Store for Plain<W> {
    fn write(&mut self, batch: &[u8]) -> (u64, io::Result<()>) {
        write_whole(&mut self.0, batch)
    }
}

/// The end the supervisor holds. Dropped without [`finish`](Self::finish), the thread writes what it has and ends alone.
#[derive(Debug)]
pub struct Results {
    queue: Queue,
    shared: Arc<Shared>,
    thread: JoinHandle<io::Result<()>>,
}

/// What came of writing records.
#[derive(Debug)]
pub struct Written {
    /// How many stand where they were to go, whole.
    pub records: u64,
    /// The first error, at whatever time it was.
    pub result: io::Result<()>,
}

/// What both sides see.
#[derive(Debug)]
struct Shared {
    records: AtomicUsize,
    bytes: AtomicUsize,
    /// Records that were written whole.
    written: AtomicU64,
    failed: AtomicBool,
}

/// The way to the thread, on which records travel in company: to send each by itself, and wake the thread for it, costs more than to
/// write it.
#[derive(Debug)]
struct Queue {
    sender: Sender<Vec<Item>>,
    /// Taken and not handed over.
    gathered: Vec<Item>,
    /// What they count in the backlog.
    gathering: Backlog,
    shared: Arc<Shared>,
}

impl Queue {
    fn hand_over(&mut self) {
        if self.gathered.is_empty() {
            return;
        }
        let Backlog { records, bytes } = std::mem::take(&mut self.gathering);
        self.shared.records.fetch_add(records, Ordering::SeqCst);
        self.shared.bytes.fetch_add(bytes, Ordering::SeqCst);
        if self.sender.send(std::mem::take(&mut self.gathered)).is_err() {
            // The thread is gone without being told to: it panicked.
            self.shared.failed.store(true, Ordering::SeqCst);
        }
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.hand_over();
    }
}

/// A record, with the bytes it counts in the backlog.
#[derive(Debug)]
struct Item {
    record: Box<Record>,
    bytes: usize,
}

impl Results {
    /// Starts the thread that writes to `store`.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn start(options: ResultsOptions, store: Box<dyn Store>, waker: Waker) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            records: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            written: AtomicU64::new(0),
            failed: AtomicBool::new(false),
        });
        let (sender, items) = channel();
        let writer = Writer {
            store,
            options,
            waker,
            shared: Arc::clone(&shared),
            buffer: Vec::new(),
            buffered: Backlog::default(),
            held: BTreeMap::new(),
            next: 0,
            error: None,
        };
        let thread =
            std::thread::Builder::new().name("results".to_owned()).spawn(move || writer.run(&items))?;
        let (gathered, gathering) = (Vec::new(), Backlog::default());
        Ok(Self { queue: Queue { sender, gathered, gathering, shared: Arc::clone(&shared) }, shared, thread })
    }

    /// Takes a record to be written, once it is [handed over](Self::hand_over) or many have gathered.
    pub fn push(&mut self, record: Box<Record>) {
        let bytes = held_bytes(&record);
        let Queue { gathered, gathering, .. } = &mut self.queue;
        gathered.push(Item { record, bytes });
        gathering.records += 1;
        gathering.bytes += bytes;
        if gathering.records >= ENOUGH.records || gathering.bytes >= ENOUGH.bytes {
            self.hand_over();
        }
    }

    /// Gives the thread what was taken. To be called before the supervisor waits for anything.
    pub fn hand_over(&mut self) {
        self.queue.hand_over();
    }

    /// What was taken and is not written yet.
    #[must_use]
    pub fn backlog(&self) -> Backlog {
        let gathering = self.queue.gathering;
        Backlog {
            records: self.shared.records.load(Ordering::SeqCst) + gathering.records,
            bytes: self.shared.bytes.load(Ordering::SeqCst) + gathering.bytes,
        }
    }

    /// Whether writing failed. Whatever is pushed from then on is discarded.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.shared.failed.load(Ordering::SeqCst)
    }

    /// Waits until everything is written; with a kept order that is everything left too, though others before it never came.
    #[must_use]
    pub fn finish(self) -> Written {
        drop(self.queue);
        let result = self.thread.join();
        let result =
            result.unwrap_or_else(|_| Err(io::Error::other("the thread that writes results panicked")));
        Written { records: self.shared.written.load(Ordering::SeqCst), result }
    }
}

/// The thread's end.
struct Writer {
    store: Box<dyn Store>,
    options: ResultsOptions,
    waker: Waker,
    shared: Arc<Shared>,
    /// Rendered and not yet written.
    buffer: Vec<u8>,
    /// What the buffer counts in the backlog.
    buffered: Backlog,
    /// What came before its turn, by task.
    held: BTreeMap<u64, Item>,
    /// The task whose turn it is.
    next: u64,
    error: Option<io::Error>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("next", &self.next).field("error", &self.error).finish_non_exhaustive()
    }
}

impl Writer {
    fn run(mut self, items: &Receiver<Vec<Item>>) -> io::Result<()> {
        while let Ok(first) = items.recv() {
            for item in std::iter::once(first).chain(items.try_iter()).flatten() {
                self.take(item);
            }
            self.write();
        }
        self.render_held();
        self.write();
        self.error.map_or(Ok(()), Err)
    }

    fn take(&mut self, item: Item) {
        if self.options.keep_order {
            self.held.insert(item.record.task.0, item);
            while let Some(due) = self.held.remove(&self.next) {
                self.next += 1;
                self.render(&due);
            }
        } else {
            self.render(&item);
        }
        if self.error.is_some() {
            // Nothing will be written any more, so no order is waited for.
            self.render_held();
        }
    }

    fn render_held(&mut self) {
        while let Some((_, item)) = self.held.pop_first() {
            self.render(&item);
        }
    }

    fn render(&mut self, item: &Item) {
        self.buffered.records += 1;
        self.buffered.bytes += item.bytes;
        if self.error.is_none()
            && let Err(error) = self.append(&item.record)
        {
            self.fail(error);
        }
        if self.error.is_some() || self.buffer.len() >= self.store.batch() {
            self.write();
        }
    }

    fn append(&mut self, record: &Record) -> io::Result<()> {
        let before = self.buffer.len();
        render(record, self.options.began, &mut self.buffer);
        self.store.note(record).inspect_err(|_| self.buffer.truncate(before))
    }

    /// Writes what is buffered, and lets go of it in any case.
    fn write(&mut self) {
        if self.error.is_none() && !self.buffer.is_empty() {
            let (records, written) = self.store.write(&self.buffer);
            self.shared.written.fetch_add(records, Ordering::SeqCst);
            if let Err(error) = written {
                self.fail(error);
            }
        }
        self.buffer.clear();
        self.buffer.shrink_to(KEEP);
        let done = std::mem::take(&mut self.buffered);
        let threshold = self.options.threshold;
        let records = fell_below(&self.shared.records, done.records, threshold.records.div_ceil(2));
        let bytes = fell_below(&self.shared.bytes, done.bytes, threshold.bytes.div_ceil(2));
        if records || bytes {
            self.waker.wake();
        }
    }

    fn fail(&mut self, error: io::Error) {
        self.error = Some(error);
        self.shared.failed.store(true, Ordering::SeqCst);
        self.waker.wake();
    }
}

/// Lowers `count` by `by`, and says whether that took it from `mark` or above to below it.
fn fell_below(count: &AtomicUsize, by: usize, mark: usize) -> bool {
    let before = count.fetch_sub(by, Ordering::SeqCst);
    before >= mark && before.saturating_sub(by) < mark
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::task::{Output, TaskId};
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use std::io::Write;
    use std::os::fd::AsFd;
    use std::sync::Mutex;
    use std::time::Duration;

    /// Takes writes once it is let, or fails them.
    #[derive(Clone)]
    struct Reader {
        taken: Arc<Mutex<Vec<u8>>>,
        sizes: Sender<usize>,
        gate: Arc<Mutex<Receiver<io::Result<()>>>>,
    }

    impl Out for Reader {}

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
        results: Results,
        reader: Reader,
        gate: Sender<io::Result<()>>,
        /// How much each write brought.
        sizes: Receiver<usize>,
        waker: Waker,
    }

    fn start(keep_order: bool, threshold: usize) -> Fixture {
        let (gate, closed) = channel();
        let (told, sizes) = channel();
        let reader = Reader { taken: Arc::default(), sizes: told, gate: Arc::new(Mutex::new(closed)) };
        let waker = Waker::new().unwrap();
        let options = ResultsOptions {
            keep_order,
            began: SystemTime::UNIX_EPOCH,
            threshold: Backlog { records: threshold, bytes: usize::MAX },
        };
        let results = Results::start(options, Box::new(Plain(reader.clone())), waker.clone()).unwrap();
        Fixture { results, reader, gate, sizes, waker }
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

    fn wait(waker: &Waker) {
        let mut waited = [PollFd::new(waker.as_fd(), PollFlags::POLLIN)];
        assert_eq!(
            poll(&mut waited, PollTimeout::from(10_000_u16)).unwrap(),
            1,
            "nobody woke the supervisor"
        );
    }

    fn is_woken(waker: &Waker) -> bool {
        poll(&mut [PollFd::new(waker.as_fd(), PollFlags::POLLIN)], PollTimeout::ZERO).unwrap() == 1
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
        let Fixture { mut results, reader, gate, waker, .. } = start(false, 8);
        for id in 0..8 {
            results.push(task(id));
        }
        assert_eq!(results.backlog().records, 8);
        assert!(results.backlog().bytes > 8 * size_of::<Record>());
        assert!(!is_woken(&waker));
        results.hand_over();
        assert!(results.backlog().records == 8 && !is_woken(&waker));
        drop(gate);
        wait(&waker);
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
        let Fixture { mut results, reader, gate, waker, .. } = start(true, 100);
        results.push(task(5));
        assert!(!results.has_failed());
        results.push(task(0));
        results.hand_over();
        gate.send(Err(io::ErrorKind::BrokenPipe.into())).unwrap();
        drop(gate);
        wait(&waker);
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
        let Fixture { mut results, gate, waker, .. } = start(false, 1);
        results.push(task(0));
        results.hand_over();
        drop(gate);
        wait(&waker);
        results.finish().result.unwrap();
    }

    #[test]
    fn many_are_handed_over_before_the_last_of_them_came() {
        let Fixture { mut results, gate, sizes, .. } = start(false, usize::MAX);
        drop(gate);
        for id in 0..u64::try_from(ENOUGH.records).unwrap() {
            results.push(task(id));
        }
        sizes.recv_timeout(Duration::from_secs(10)).expect("they are kept back");
        let large = Record { output: Some(Output::Text("x".repeat(ENOUGH.bytes))), ..samples::ok() };
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
}
