//! Objects that can be submitted: the struct of a task, or an input as bytes. Converts the object
//! to a task, and an output to the object.

use polymer_host_base::quantity::show_size;
use polymer_host_task::{
    AllowedTerms, Expectation, GrantNarrowing, GrantSubset, InputPayload, LONGEST_ID, LimitNarrowing,
    LimitWall, Limits, ModuleId, NotGranted, Output, Rejection, Submission, TaskError, TaskSpec, Verdict,
    WidenedLimit,
};
use polymer_task::Task;
use serde::Serialize;
use serde_json::value::RawValue;
use std::fmt::{self, Debug, Write};
use std::sync::Arc;
use std::time::Duration;

/// Characters of a task's `Debug` that logs show.
const SHOWN: usize = 200;

/// Object that can be submitted to a [`TaskManager`](crate::TaskManager): any `#[task]` struct with
/// `Debug`, and [`Input`].
///
/// A struct travels as JSON, so it has no NaN, no infinity, and maps with text as keys. One that
/// ended ok is read anew from the output: its fields are as they are after the run, and one with
/// `#[serde(skip)]` is its default. Data that the program keeps for a task is best kept in a map of
/// its own, by the task's id. The struct's `Debug` stands beside its id in logs, up to 200
/// characters.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be submitted",
    label = "this is no task",
    note = "what can be submitted is a `#[task]` struct that derives `Debug`, or a `polymer_host::Input`"
)]
pub trait Submit: sealed::Submit {}

#[diagnostic::do_not_recommend]
impl<T: sealed::Submit> Submit for T {}

pub(super) mod sealed {
    use super::{Output, TaskDraft, TaskError};

    /// Operations of the manager on what it was handed.
    pub trait Submit: Send + Sized + 'static {
        /// Returns the task to run for it. This is the object's own code: it may take long, and may
        /// panic.
        fn draft(&self, with_label: bool) -> Result<TaskDraft, TaskError>;

        /// The same object with what came of it, and the output as far as it is not part of the
        /// object.
        fn take_back(self, output: Option<Output>) -> Result<(Self, Option<Output>), (Self, TaskError)>;
    }
}

/// A task as its submitter wants it, before it has a number and limits.
#[derive(Debug)]
pub struct TaskDraft {
    pub(super) id: Option<String>,
    task: Option<String>,
    input: InputPayload,
    limits: LimitNarrowing,
    grants: GrantNarrowing,
    meta: Option<String>,
    label: Option<String>,
    group: Option<Arc<str>>,
    expect: Option<Arc<Expectation>>,
}

#[diagnostic::do_not_recommend]
impl<T: Task + Debug + Send + 'static> sealed::Submit for T {
    fn draft(&self, with_label: bool) -> Result<TaskDraft, TaskError> {
        let input = serde_json::to_vec(self).map_err(|error| {
            TaskError::new("unwritable", format!("the task cannot be written as JSON: {error}"))
        })?;
        Ok(TaskDraft {
            id: self.id(),
            task: Some(T::NAME.to_owned()),
            input: InputPayload::Json(input),
            limits: LimitNarrowing::default(),
            grants: GrantNarrowing::default(),
            meta: None,
            label: with_label.then(|| shown(self)),
            group: None,
            expect: None,
        })
    }

    fn take_back(self, output: Option<Output>) -> Result<(Self, Option<Output>), (Self, TaskError)> {
        let Some(Output::Json(json)) = output else {
            return Err((
                self,
                TaskError::new("no_json", "the module gave no JSON, so it is not this task's"),
            ));
        };
        match serde_json::from_str(&json) {
            Ok(task) => Ok((task, None)),
            Err(error) => {
                Err((self, TaskError::new("unreadable", format!("the output is no such task: {error}"))))
            }
        }
    }
}

/// An input for a module whose task is no struct of this program: a function task, a command, a
/// module of somebody else.
///
/// It comes back as it was submitted; what the guest gave is [`Done::output`](crate::Done::output).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Id of the task in records and logs; its number by default.
    pub id: Option<String>,
    /// Which of the module's tasks; its first by default.
    pub task: Option<String>,
    /// Input that the guest reads.
    pub payload: InputPayload,
    /// Limits tighter than the manager's; wider ones are `policy_denied`.
    pub limits: LimitNarrowing,
    /// Less than what the manager grants; asking for more is `policy_denied`.
    pub grants: GrantNarrowing,
    /// The group that the task counts for.
    pub group: Option<Arc<str>>,
    /// What the task has to give to be right. No worker learns of it.
    pub expect: Option<Arc<Expectation>>,
}

impl Input {
    /// One JSON value: a typed task's input; a command reads it as text.
    ///
    /// # Errors
    /// If the value cannot be written as JSON.
    pub fn json(value: &(impl Serialize + ?Sized)) -> Result<Self, serde_json::Error> {
        Ok(Self::of(InputPayload::Json(serde_json::to_vec(value)?)))
    }

    /// A line of text, for a command: its stdin as it stands. A typed JSON task reads it as a JSON
    /// string.
    pub fn text(line: impl Into<String>) -> Self {
        Self::of(InputPayload::Line(line.into().into_bytes()))
    }

    /// Bytes, for a raw task or a command. A typed JSON task reads them as a JSON string if they
    /// are UTF-8.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::of(InputPayload::Bytes(bytes.into()))
    }

    /// The same, called so.
    #[must_use]
    pub fn with_id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    /// The same, for this task of the module.
    #[must_use]
    pub fn for_task(self, name: impl Into<String>) -> Self {
        Self { task: Some(name.into()), ..self }
    }

    /// The same, under tighter limits.
    #[must_use]
    pub fn within(self, limits: LimitNarrowing) -> Self {
        Self { limits, ..self }
    }

    /// The same, touching no more than this.
    #[must_use]
    pub fn touching(self, grants: GrantNarrowing) -> Self {
        Self { grants, ..self }
    }

    /// The same, which counts for this group.
    #[must_use]
    pub fn in_group(self, name: impl Into<Arc<str>>) -> Self {
        Self { group: Some(name.into()), ..self }
    }

    /// The same, which is right only if it ends so: otherwise it is
    /// [`WrongOutput`](Verdict::WrongOutput), or what its guest ended with. See
    /// [`Done::judgement`](crate::Done::judgement).
    #[must_use]
    pub fn expecting(self, expect: impl Into<Arc<Expectation>>) -> Self {
        Self { expect: Some(expect.into()), ..self }
    }

    fn of(payload: InputPayload) -> Self {
        let (limits, grants) = (LimitNarrowing::default(), GrantNarrowing::default());
        Self { id: None, task: None, payload, limits, grants, group: None, expect: None }
    }
}

impl sealed::Submit for Input {
    fn draft(&self, _with_label: bool) -> Result<TaskDraft, TaskError> {
        if let InputPayload::Json(json) = &self.payload {
            serde_json::from_slice::<&RawValue>(json)
                .map_err(|error| TaskError::new("not_json", format!("the input is not JSON: {error}")))?;
        }
        Ok(TaskDraft {
            id: self.id.clone(),
            task: self.task.clone(),
            input: self.payload.clone(),
            limits: self.limits,
            grants: self.grants.clone(),
            meta: None,
            label: None,
            group: self.group.clone(),
            expect: self.expect.clone(),
        })
    }

    fn take_back(self, output: Option<Output>) -> Result<(Self, Option<Output>), (Self, TaskError)> {
        Ok((self, output))
    }
}

/// Under what a draft becomes a task.
#[derive(Debug, Clone, Copy)]
pub(super) struct TaskTerms<'a> {
    pub(super) seq: u64,
    pub(super) module: ModuleId,
    pub(super) allowed: &'a AllowedTerms,
    /// Terms that a caller asks for beside those in the task.
    pub(super) narrowing: LimitNarrowing,
    pub(super) grants: Option<&'a GrantNarrowing>,
    pub(super) deadline: Option<Duration>,
}

impl TaskTerms<'_> {
    fn limits(&self, asked: &LimitNarrowing) -> Result<Limits, TaskError> {
        self.allowed.limits.narrowed(&asked.and(&self.narrowing)).map_err(|widened| {
            let WidenedLimit { limit, asked, allowed, flag: _ } = widened;
            TaskError::new(
                limit,
                format!("the task asks for a {limit} of {asked}, its manager allows {allowed}"),
            )
        })
    }

    fn grants(&self, asked: &GrantNarrowing) -> Result<Option<Box<GrantSubset>>, TaskError> {
        let narrowed = |by| self.allowed.grants.narrowed(by);
        let kept = narrowed(asked).and_then(|task| {
            Ok(match (task, self.grants.map(narrowed).transpose()?.flatten()) {
                (Some(task), Some(call)) => Some(task.and(&call)),
                (task, call) => task.or(call),
            })
        });
        let kept = kept.map_err(|NotGranted { what, flag: _ }| {
            TaskError::new("grant", format!("the task asks for {what}, which its manager does not grant"))
        })?;
        Ok(kept.map(Box::new))
    }
}

/// Returns the submission for an object under these terms: a task, or why it is none.
pub(super) fn submission(draft: Result<TaskDraft, TaskError>, terms: &TaskTerms<'_>) -> Submission {
    match draft {
        Ok(draft) => draft.submission(terms),
        Err(error) => Submission::from(rejection(terms.seq, terms.seq.to_string(), Verdict::BadInput, error)),
    }
}

impl TaskDraft {
    fn submission(self, terms: &TaskTerms<'_>) -> Submission {
        let seq = terms.seq;
        let id = self.id.unwrap_or_else(|| seq.to_string());
        let input_bytes = self.input.bytes().len() as u64;
        let (group, expect) = (self.group, self.expect);
        let refused = |id: String, verdict: Verdict, error: TaskError| {
            let (group, expect) = (group.clone(), expect.clone());
            Submission::from(Rejection { input_bytes, group, expect, ..rejection(seq, id, verdict, error) })
        };
        if id.len() > LONGEST_ID {
            let message = format!("an id has at most {LONGEST_ID} bytes, this one has {}", id.len());
            return refused(seq.to_string(), Verdict::BadInput, TaskError::new("id", message));
        }
        let left = terms
            .limits(&self.limits)
            .and_then(|limits| terms.grants(&self.grants).map(|grants| (limits, grants)));
        let (limits, grants) = match left {
            Ok(left) => left,
            Err(error) => return refused(id, Verdict::PolicyDenied, error),
        };
        if input_bytes > limits.input {
            let limit = show_size(limits.input);
            let message =
                format!("the input has {input_bytes} bytes, the limit is {limit} (see `input_limit`)");
            let error = TaskError::new("too_long", message).by(LimitWall::Supervisor);
            return refused(id, Verdict::BadInput, error);
        }
        Submission::from(TaskSpec {
            task: self.task,
            grants,
            meta: self.meta,
            label: self.label,
            group,
            expect,
            deadline: terms.deadline,
            ..TaskSpec::new(seq, id, terms.module, self.input, limits)
        })
    }
}

fn rejection(seq: u64, id: String, verdict: Verdict, error: TaskError) -> Rejection {
    Rejection {
        seq,
        id,
        module: None,
        verdict,
        error,
        input_bytes: 0,
        meta: None,
        trace: None,
        group: None,
        expect: None,
        key: None,
        content: None,
        replaces: None,
        line: None,
    }
}

/// A task that is refused because another one has its id.
pub(super) fn duplicate(seq: u64, id: String) -> Submission {
    let error = TaskError::new("duplicate", "another task with this id was submitted and is not back yet");
    Submission::from(rejection(seq, id, Verdict::BadInput, error))
}

/// The `Debug` of a task, cut where it gets too long. A task may hold megabytes: no more of it is
/// formatted than shown.
fn shown(task: &impl Debug) -> String {
    struct ShortText(String);
    impl Write for ShortText {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            let room = SHOWN.saturating_sub(self.0.chars().count());
            self.0.extend(text.chars().take(room));
            if text.chars().nth(room).is_some() { Err(fmt::Error) } else { Ok(()) }
        }
    }
    let mut short = ShortText(String::new());
    if write!(short, "{task:?}").is_err() {
        short.0.push('…');
    }
    short.0
}
