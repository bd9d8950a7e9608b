//! The thread's end of the queue: puts parcels where they are to be kept, and says how much of the
//! backlog is gone.

use super::{RecordNote, RecordParcel, RecordStore, ResultsOptions, WriterShared};
use crate::output::record::{RecordProjection, render_part};
use polymer_host_event::RecordBacklog;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::task::Waker;

/// The most memory the buffer keeps after a long record.
const KEEP: usize = 1 << 20;

pub(super) struct RecordWriter {
    threshold: RecordBacklog,
    projection: RecordProjection,
    store: Box<dyn RecordStore>,
    waker: Waker,
    shared: Arc<WriterShared>,
    /// Lines that were taken and are not written yet.
    buffer: Vec<u8>,
    /// Their size in the backlog.
    taken: RecordBacklog,
    error: Option<io::Error>,
}

impl fmt::Debug for RecordWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("error", &self.error).finish_non_exhaustive()
    }
}

impl RecordWriter {
    pub(super) fn new(
        options: &ResultsOptions,
        store: Box<dyn RecordStore>,
        waker: Waker,
        shared: Arc<WriterShared>,
    ) -> Self {
        Self {
            threshold: options.threshold,
            projection: options.projection,
            store,
            waker,
            shared,
            buffer: Vec::new(),
            taken: RecordBacklog::default(),
            error: None,
        }
    }

    pub(super) fn run(mut self, parcels: &Receiver<RecordParcel>) -> io::Result<()> {
        while let Some(first) = next(parcels) {
            self.take(first);
            // Whatever waits meanwhile goes along: where each write is synced, that is what bounds
            // how many there are.
            while self.buffer.len() < self.store.batch() / 2
                && let Ok(more) = parcels.try_recv()
            {
                self.take(more);
            }
            self.write();
        }
        self.error.map_or(Ok(()), Err)
    }

    fn take(&mut self, parcel: RecordParcel) {
        match parcel {
            RecordParcel::Lines { text, records, notes, bytes } => {
                self.taken.records += records;
                self.taken.bytes += bytes;
                self.note(&notes);
                if self.buffer.is_empty() {
                    self.buffer = text;
                } else {
                    self.buffer.extend_from_slice(&text);
                    self.shared.put_spare(text);
                }
            }
            RecordParcel::Long(mut record, bytes, began) => {
                self.taken.records += 1;
                self.taken.bytes += bytes;
                if self.error.is_none() {
                    self.store.keep_log(&record);
                    match self.store.keep_output(&mut record) {
                        Ok(stored) => {
                            let stored = stored.as_ref();
                            render_part(&record, stored, began, self.projection, &mut self.buffer);
                        }
                        Err(error) => self.fail(error),
                    }
                }
                if self.store.wants_notes() {
                    self.note(&[RecordNote::of(&mut record)]);
                }
            }
        }
    }

    fn note(&mut self, notes: &[RecordNote]) {
        if self.error.is_none()
            && let Err(error) = notes.iter().try_for_each(|note| self.store.note(note))
        {
            self.fail(error);
        }
    }

    /// Writes what is gathered, and lets go of it in any case.
    fn write(&mut self) {
        if self.error.is_none() {
            // Where nothing is shown of a record, none stands there.
            let records = if self.buffer.is_empty() { 0 } else { self.taken.records as u64 };
            let (records, written) = self.store.write(&self.buffer, records);
            self.shared.written.fetch_add(records, Ordering::SeqCst);
            if let Err(error) = written {
                self.fail(error);
            }
        }
        self.buffer.clear();
        self.buffer.shrink_to(KEEP);
        self.shared.put_spare(std::mem::take(&mut self.buffer));
        let taken = std::mem::take(&mut self.taken);
        self.let_go(taken.records, taken.bytes);
    }

    /// Takes out of the backlog what is written or never will be.
    fn let_go(&self, records: usize, bytes: usize) {
        let threshold = self.threshold;
        let records = fell_below(&self.shared.records, records, threshold.records.div_ceil(2));
        let bytes = fell_below(&self.shared.bytes, bytes, threshold.bytes.div_ceil(2));
        if records || bytes {
            self.waker.wake_by_ref();
        }
    }

    fn fail(&mut self, error: io::Error) {
        self.error = Some(error);
        self.shared.failed.store(true, Ordering::SeqCst);
        self.waker.wake_by_ref();
    }
}

/// Waits for the next parcel; `None` when none will come any more. Whoever sends one unparks this
/// thread.
fn next(parcels: &Receiver<RecordParcel>) -> Option<RecordParcel> {
    loop {
        match parcels.try_recv() {
            Ok(parcel) => return Some(parcel),
            Err(TryRecvError::Empty) => std::thread::park(),
            Err(TryRecvError::Disconnected) => return None,
        }
    }
}

/// Lowers `count` by `by`, and says whether that took it from `mark` or above to below it.
fn fell_below(count: &AtomicUsize, by: usize, mark: usize) -> bool {
    let before = count.fetch_sub(by, Ordering::SeqCst);
    before >= mark && before.saturating_sub(by) < mark
}
