//! The in-flight tasks of a hot loop: objects that were handed in and are not back, and results
//! nobody has taken yet.

use super::done::Done;
use super::duplicates::OnDuplicate;
use super::event_sink::{RecordReceiver, RunSums};
use super::submit::{self, Submit, TaskTerms};
use super::task_span::TaskSpan;
use async_channel::{Receiver, Sender, TrySendError};
use polymer_host_event::RecordBacklog;
use polymer_host_run::inbox::RunWaker;
use polymer_host_task::{Output, Record, Submission};
use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes that a record takes in memory beside its output and its log, about.
const RECORD: usize = 512;

/// The in-flight objects of one type.
#[derive(Debug)]
pub(super) struct InFlightTasks<T> {
    on_duplicate: OnDuplicate,
    with_labels: bool,
    out: Mutex<InFlightState<T>>,
    results: Sender<ReturnedTask<T>>,
    /// Results that wait to be taken, and their bytes.
    waiting: AtomicUsize,
    waiting_bytes: AtomicUsize,
    /// From so many waiting results on the run takes no more tasks; it is woken at half of that.
    /// None: results are no reason to wait.
    most: Option<RecordBacklog>,
    waker: RunWaker,
    sums: RunSums,
}

#[derive(Debug)]
struct InFlightState<T> {
    /// Objects by the numbers of their tasks.
    objects: BTreeMap<u64, InFlightTask<T>>,
    /// The ids among them, where duplicates are refused.
    ids: HashSet<String>,
    next: u64,
}

#[derive(Debug)]
struct InFlightTask<T> {
    task: T,
    id: String,
    /// While it is out, no other one with its id is taken.
    holds_id: bool,
    /// There, if anybody listens.
    span: Option<TaskSpan>,
}

/// An object with what came of it.
#[derive(Debug)]
pub(super) struct ReturnedTask<T> {
    task: T,
    record: Box<Record>,
    bytes: usize,
}

impl<T: Submit> InFlightTasks<T> {
    pub(super) fn new(
        on_duplicate: OnDuplicate,
        with_labels: bool,
        most: Option<RecordBacklog>,
        waker: RunWaker,
        sums: RunSums,
    ) -> (Arc<Self>, Receiver<ReturnedTask<T>>) {
        // The run is held back by the count of what waits; a bound here would hold up the
        // supervisor.
        let (results, receiver) = async_channel::unbounded();
        let out = InFlightState { objects: BTreeMap::new(), ids: HashSet::new(), next: 1 };
        let in_flight = Self {
            on_duplicate,
            with_labels,
            out: Mutex::new(out),
            results,
            waiting: AtomicUsize::new(0),
            waiting_bytes: AtomicUsize::new(0),
            most,
            waker,
            sums,
        };
        (Arc::new(in_flight), receiver)
    }

    /// Takes in an object; gives its number and what is to be submitted for it.
    pub(super) fn take_in(&self, task: T, terms: &TaskTerms<'_>) -> (u64, Submission) {
        let draft = task.draft(self.with_labels);
        let has_id = draft.as_ref().is_ok_and(|draft| draft.id.is_some());
        let mut out = self.lock();
        let seq = out.next;
        out.next += 1;
        let mut submission = submit::submission(draft, &TaskTerms { seq, ..*terms });
        let id = match &submission {
            Submission::Task(spec) => spec.id.clone(),
            Submission::Rejected(rejection) => rejection.id.clone(),
        };
        let mut holds_id = self.on_duplicate == OnDuplicate::Refuse && has_id;
        if holds_id && !out.ids.insert(id.clone()) {
            submission = submit::duplicate(seq, id.clone());
            // Its end must not make room for the next one with this id.
            holds_id = false;
        }
        let wanted = TaskSpan::is_wanted().then(|| id.clone());
        out.objects.insert(seq, InFlightTask { task, id, holds_id, span: None });
        drop(out);
        // Its task is not submitted yet, so it is still there.
        let span = wanted.map(|id| TaskSpan::begin(seq, &id));
        if span.is_some()
            && let Some(object) = self.lock().objects.get_mut(&seq)
        {
            object.span = span;
        }
        (seq, submission)
    }

    /// Gives back an object whose task could not be submitted. `None` if the end of the run has
    /// given it back already.
    pub(super) fn withdraw(&self, seq: u64) -> Option<T> {
        self.lock().remove(seq).map(|object| object.task)
    }

    /// Returns the outcome of a task that a result has brought back.
    pub(super) fn done(&self, back: ReturnedTask<T>) -> Done<T> {
        let before = self.waiting.fetch_sub(1, Ordering::AcqRel);
        let bytes = self.waiting_bytes.fetch_sub(back.bytes, Ordering::AcqRel);
        if let Some(most) = self.most {
            let halved = |before: usize, now: usize, most: usize| before > most / 2 && now <= most / 2;
            if halved(before, before - 1, most.records) || halved(bytes, bytes - back.bytes, most.bytes) {
                self.waker.wake();
            }
        }
        self.sums.settle(back.task, *back.record)
    }

    /// Returns the number of objects that were handed in and are not back.
    pub(super) fn under_way(&self) -> usize {
        self.lock().objects.len()
    }

    /// Everything that is still out, in order: its run is over.
    pub(super) fn clear(&self) -> Vec<Done<T>> {
        let mut out = self.lock();
        let objects = std::mem::take(&mut out.objects);
        objects.into_iter().map(|(seq, object)| Done::not_begun(object.task, seq, object.id)).collect()
    }

    fn lock(&self) -> MutexGuard<'_, InFlightState<T>> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> InFlightState<T> {
    fn remove(&mut self, seq: u64) -> Option<InFlightTask<T>> {
        let object = self.objects.remove(&seq)?;
        if object.holds_id {
            self.ids.remove(&object.id);
        }
        Some(object)
    }
}

impl<T: Submit> RecordReceiver for Arc<InFlightTasks<T>> {
    fn deliver(&mut self, record: Box<Record>) {
        let Some(object) = self.lock().remove(record.seq) else { return };
        if let Some(span) = object.span {
            span.end(&record);
        }
        let bytes = RECORD + output_bytes(&record) + log_bytes(&record);
        self.waiting.fetch_add(1, Ordering::AcqRel);
        self.waiting_bytes.fetch_add(bytes, Ordering::AcqRel);
        // If nobody takes results any more, the run is being ended.
        let sent = self.results.try_send(ReturnedTask { task: object.task, record, bytes });
        debug_assert!(!matches!(sent, Err(TrySendError::Full(_))), "the queue has no bound");
    }

    fn backlog(&self) -> RecordBacklog {
        let none = RecordBacklog::default();
        self.most.map_or(none, |_| RecordBacklog {
            records: self.waiting.load(Ordering::Acquire),
            bytes: self.waiting_bytes.load(Ordering::Acquire),
        })
    }

    fn close(&mut self) {
        self.results.close();
    }
}

fn output_bytes(record: &Record) -> usize {
    match &record.output {
        Some(Output::Json(text) | Output::Text(text)) => text.len(),
        Some(Output::Bytes(bytes)) => bytes.len(),
        None => 0,
    }
}

fn log_bytes(record: &Record) -> usize {
    record.log.lines.iter().map(|line| line.text.len()).sum()
}
