//! Writes the records: rendered where they end, written by a thread of its own with a queue, so
//! that a slow reader never holds the supervisor.
//!
//! Rendering a short record costs less than handing it to another thread, which has to fetch all of
//! it and give back its memory. A long one is rendered by that thread.
//!
//! The queue has no bound of its own: whoever admits tasks looks at the [`RecordBacklog`] and
//! waits. What is held back to keep the order counts as backlog too, so only the *admission* of
//! tasks may wait for it, never an attempt at a task that was admitted: the record everything waits
//! for may be that task's.

mod writer;

use crate::output::out::{RecordOutput, write_whole};
use crate::output::record::{RecordProjection, StoredOutput, held_bytes, render_part};
use crate::output::wall_clock::WallClock;
use polymer_host_event::RecordBacklog;
use polymer_host_task::{KeptLine, Moment, Record, Verdict};
use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;
use std::thread::{JoinHandle, Thread};
use std::time::{Duration, SystemTime};
use writer::RecordWriter;

/// Bytes that are written at once while more records wait.
const CHUNK: usize = 256 << 10;

/// So many records are handed over though more come: the thread is to have something to do
/// meanwhile.
const ENOUGH: usize = 512;

/// A record that holds so many bytes is long.
const LONG: usize = 64 << 10;

/// Options for writing records.
#[derive(Debug, Clone)]
pub struct ResultsOptions {
    /// In the order of admission instead of that of completion.
    pub keep_order: bool,
    /// Part of each record that is written.
    pub projection: RecordProjection,
    /// The wall clock's time at the run's first moment.
    pub began: SystemTime,
    /// From where on the one who reads the backlog waits: he is woken when it has fallen to half of
    /// this.
    pub threshold: RecordBacklog,
}

/// Facts about a record that a store may need besides its text.
#[derive(Debug)]
pub struct RecordNote {
    /// Verdict of its task.
    pub verdict: Verdict,
    /// The task's line, where it was kept.
    pub line: Option<Box<KeptLine>>,
}

impl RecordNote {
    fn of(record: &mut Record) -> Self {
        Self { verdict: record.verdict, line: record.line.take() }
    }
}

/// Logs that a store takes by themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WantedLogs {
    /// None.
    #[default]
    None,
    /// Those of tasks that did not end ok.
    OfFailed,
    /// All.
    All,
}

impl WantedLogs {
    /// Returns whether the log of this record is among them. An empty one never is.
    #[must_use]
    pub const fn has(self, record: &Record) -> bool {
        match self {
            Self::None => false,
            Self::OfFailed => !record.log.lines.is_empty() && !matches!(record.verdict, Verdict::Ok),
            Self::All => !record.log.lines.is_empty(),
        }
    }
}

/// Where records are kept: a file, a pipe, a run's folder. Called on the results' own thread, so it
/// may wait.
pub trait RecordStore: Send {
    /// Returns whether it wants a [`RecordNote`] of each record.
    fn wants_notes(&self) -> bool {
        false
    }

    /// Hears of a record that stands in the next batch, in their order.
    ///
    /// # Errors
    /// If what belongs to it cannot be kept.
    fn note(&mut self, _note: &RecordNote) -> io::Result<()> {
        Ok(())
    }

    /// Returns whether it takes the outputs of records by themselves.
    fn wants_outputs(&self) -> bool {
        false
    }

    /// Takes the output out of a record that is to stand in the next batch. Says where it is now,
    /// if there was one.
    ///
    /// # Errors
    /// If it cannot be kept.
    fn keep_output(&mut self, _record: &mut Record) -> io::Result<Option<StoredOutput>> {
        Ok(None)
    }

    /// Returns the logs that it takes by themselves.
    fn wants_logs(&self) -> WantedLogs {
        WantedLogs::None
    }

    /// Takes the log of a record that is to stand in the next batch, if it wants it. The record has
    /// it too, so that it cannot be kept is no reason to stop.
    fn keep_log(&mut self, _record: &Record) {}

    /// Writes a batch of so many whole records. Says how many of them are there now, and what went
    /// wrong if that is not all of them.
    fn write(&mut self, batch: &[u8], records: u64) -> (u64, io::Result<()>);

    /// Returns the most bytes to gather while more records wait; 0 to write each record by itself.
    fn batch(&self) -> usize {
        CHUNK
    }
}

/// Anything that takes bytes; it need not be buffered. What a write left there that broke off in
/// the middle of a record is cut off again, where that can be done.
#[derive(Debug)]
pub struct PlainStore<W>(pub W);

impl<W: RecordOutput> RecordStore for PlainStore<W> {
    fn write(&mut self, batch: &[u8], records: u64) -> (u64, io::Result<()>) {
        write_whole(&mut self.0, batch, records)
    }
}

/// The end the supervisor holds. Dropped without [`finish`](Self::finish), the thread writes what
/// it has and ends alone.
#[derive(Debug)]
pub struct RecordSender {
    queue: RecordQueue,
    shared: Arc<WriterShared>,
    thread: JoinHandle<io::Result<()>>,
}

/// Outcome of writing records.
#[derive(Debug)]
pub struct WriteOutcome {
    /// Number of records that are whole at their destination.
    pub records: u64,
    /// The first error, at whatever time it was.
    pub result: io::Result<()>,
}

/// State that both sides share.
#[derive(Debug)]
struct WriterShared {
    records: AtomicUsize,
    bytes: AtomicUsize,
    /// Records that were written whole.
    written: AtomicU64,
    failed: AtomicBool,
    /// Memory of a text that was written, for one to come.
    spare: Mutex<Vec<u8>>,
}

impl WriterShared {
    fn take_spare(&self) -> Vec<u8> {
        std::mem::take(&mut *self.spare.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn put_spare(&self, mut text: Vec<u8>) {
        text.clear();
        *self.spare.lock().unwrap_or_else(PoisonError::into_inner) = text;
    }
}

/// Message to the thread.
#[derive(Debug)]
enum RecordParcel {
    /// Records as lines, with what the store wants to know of each, and what all that counts in the
    /// backlog.
    Lines { text: Vec<u8>, records: usize, notes: Vec<RecordNote>, bytes: usize },
    /// One that is long or of which something is kept by itself, what it counts in the backlog, and
    /// what its moments are to be added to.
    Long(Box<Record>, usize, SystemTime),
}

/// The way to the thread, on which records travel in company: to send each by itself, and wake the
/// thread for it, costs more than to write it.
#[derive(Debug)]
struct RecordQueue {
    /// Gone once nothing more will be sent.
    sender: Option<Sender<RecordParcel>>,
    /// Parks when there is nothing to do. In the channel it would wait under a lock that whoever
    /// wakes it still holds, and be put to sleep and woken a second time.
    thread: Thread,
    options: ResultsOptions,
    clock: WallClock,
    wants_notes: bool,
    wants_outputs: bool,
    wants_logs: WantedLogs,
    /// Bytes from which on lines are handed over though more come.
    most: usize,
    /// Rendered and not handed over.
    text: Vec<u8>,
    records: usize,
    notes: Vec<RecordNote>,
    /// Bytes of the lines that are kept with the notes: they are as much memory as the text.
    noted: usize,
    /// Records that came before their turn, by task, with their size in the backlog.
    held: BTreeMap<u64, (Box<Record>, usize)>,
    held_bytes: usize,
    /// The task whose turn it is.
    next: u64,
    shared: Arc<WriterShared>,
}

impl RecordQueue {
    fn push(&mut self, record: Box<Record>) {
        let bytes = held_bytes(&record);
        if !self.options.keep_order {
            return self.put(record, bytes);
        }
        self.held_bytes += bytes;
        self.held.insert(record.task.0, (record, bytes));
        while let Some((due, bytes)) = self.held.remove(&self.next) {
            self.next += 1;
            self.held_bytes -= bytes;
            self.put(due, bytes);
        }
        if self.shared.failed.load(Ordering::SeqCst) {
            // Nothing will be written any more, so no order is waited for.
            self.put_held();
        }
    }

    fn put(&mut self, mut record: Box<Record>, bytes: usize) {
        let has_file = (self.wants_outputs && record.output.is_some()) || self.wants_logs.has(&record);
        if bytes >= LONG || has_file {
            self.hand_over();
            self.shared.records.fetch_add(1, Ordering::SeqCst);
            self.shared.bytes.fetch_add(bytes, Ordering::SeqCst);
            let began = self.clock.began_for(record.started);
            return self.send(RecordParcel::Long(record, bytes, began));
        }
        let began = self.clock.began_for(record.started);
        render_part(&record, None, began, self.options.projection, &mut self.text);
        self.records += 1;
        if self.wants_notes {
            self.noted += KeptLine::held_bytes(record.line.as_deref());
            self.notes.push(RecordNote::of(&mut record));
        }
        if self.records >= ENOUGH || self.text.len() + self.noted >= self.most {
            self.hand_over();
        }
    }

    fn put_held(&mut self) {
        while let Some((_, (record, bytes))) = self.held.pop_first() {
            self.held_bytes -= bytes;
            self.put(record, bytes);
        }
    }

    fn hand_over(&mut self) {
        if self.records == 0 {
            return;
        }
        let mut room = self.shared.take_spare();
        // What follows is about as long.
        room.reserve(self.text.len().min(CHUNK));
        let text = std::mem::replace(&mut self.text, room);
        let records = std::mem::take(&mut self.records);
        self.shared.records.fetch_add(records, Ordering::SeqCst);
        let bytes = text.len() + std::mem::take(&mut self.noted);
        self.shared.bytes.fetch_add(bytes, Ordering::SeqCst);
        let notes = std::mem::take(&mut self.notes);
        self.send(RecordParcel::Lines { text, records, notes, bytes });
    }

    fn send(&self, parcel: RecordParcel) {
        if self.sender.as_ref().is_some_and(|sender| sender.send(parcel).is_err()) {
            // The thread is gone without being told to: it panicked.
            self.shared.failed.store(true, Ordering::SeqCst);
        }
        self.thread.unpark();
    }
}

impl Drop for RecordQueue {
    fn drop(&mut self) {
        self.put_held();
        self.hand_over();
        drop(self.sender.take());
        self.thread.unpark();
    }
}

impl RecordSender {
    /// Starts the thread that writes to `store`.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn start(options: ResultsOptions, store: Box<dyn RecordStore>, waker: Waker) -> io::Result<Self> {
        let shared = Arc::new(WriterShared {
            records: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            written: AtomicU64::new(0),
            failed: AtomicBool::new(false),
            spare: Mutex::default(),
        });
        let (sender, parcels) = channel();
        // A half each, so that two together are no more than that.
        let (wants_notes, wants_outputs, wants_logs, most) =
            (store.wants_notes(), store.wants_outputs(), store.wants_logs(), store.batch() / 2);
        let writer = RecordWriter::new(&options, store, waker, Arc::clone(&shared));
        let thread =
            std::thread::Builder::new().name("results".to_owned()).spawn(move || writer.run(&parcels))?;
        let queue = RecordQueue {
            sender: Some(sender),
            thread: thread.thread().clone(),
            clock: WallClock::new(options.began),
            options,
            wants_notes,
            wants_outputs,
            wants_logs,
            most,
            text: Vec::new(),
            records: 0,
            notes: Vec::new(),
            noted: 0,
            held: BTreeMap::new(),
            held_bytes: 0,
            next: 0,
            shared: Arc::clone(&shared),
        };
        Ok(Self { queue, shared, thread })
    }

    /// Takes a record to be written, once it is [handed over](Self::hand_over) or many have
    /// gathered.
    pub fn push(&mut self, record: Box<Record>) {
        self.queue.push(record);
    }

    /// The run went on at this moment, after its process had stood still for so long.
    pub fn went_on(&mut self, at: Moment, still: Duration) {
        self.queue.clock.went_on(at, still);
    }

    /// Gives the thread what was taken. To be called before the supervisor waits for anything.
    pub fn hand_over(&mut self) {
        self.queue.hand_over();
    }

    /// Returns the number of records that were taken and are not written yet, and their bytes in
    /// memory.
    #[must_use]
    pub fn backlog(&self) -> RecordBacklog {
        let RecordQueue { records, text, noted, held, held_bytes, .. } = &self.queue;
        RecordBacklog {
            records: self.shared.records.load(Ordering::SeqCst) + records + held.len(),
            bytes: self.shared.bytes.load(Ordering::SeqCst) + text.len() + noted + held_bytes,
        }
    }

    /// Returns whether writing failed. Anything pushed from then on is discarded.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.shared.failed.load(Ordering::SeqCst)
    }

    /// Waits until everything is written; with a kept order that is everything left too, though
    /// others before it never came.
    #[must_use]
    pub fn finish(self) -> WriteOutcome {
        drop(self.queue);
        let result = self.thread.join();
        let result =
            result.unwrap_or_else(|_| Err(io::Error::other("the thread that writes results panicked")));
        WriteOutcome { records: self.shared.written.load(Ordering::SeqCst), result }
    }
}

#[cfg(test)]
mod tests;
