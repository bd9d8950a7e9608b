//! Task records of a client: each is noted with its id, and one whose id another task has is
//! refused.

use super::SharedTasks;
use super::registry::ReadLine;
use crate::input::{LineOutcome, TakeLine};
use crate::input_shape::ExpectedShape;
use crate::lines::InputLine;
use crate::taskfile::TaskLines;
use polymer_host_run::RunControl;
use polymer_host_task::{Rejection, Submission, TaskError, TaskKey, Verdict};

/// Reads the records.
pub(crate) struct ClientLines {
    pub(super) lines: TaskLines,
    pub(super) tasks: SharedTasks,
    pub(super) control: RunControl,
}

impl ClientLines {
    /// Notes a task; what another one under way is called is refused.
    fn noted(&self, submission: Submission) -> Submission {
        let Submission::Task(spec) = submission else { return submission };
        let noted = self.tasks.lock().read(&spec.id, spec.seq);
        match noted {
            ReadLine::New => Submission::Task(spec),
            ReadLine::Canceled => {
                self.control.cancel(spec.seq);
                Submission::Task(spec)
            }
            ReadLine::Duplicate(other) => {
                let message = format!("the task of line {other} is under way and has this id");
                let error = TaskError::new("duplicate", message);
                let rejection = Rejection::of_task(*spec, Verdict::BadInput, error);
                Submission::from(Rejection { replaces: None, line: None, ..rejection })
            }
        }
    }
}

impl TakeLine for ClientLines {
    fn line_limit(&self) -> usize {
        self.lines.line_limit()
    }

    fn line_end(&self) -> u8 {
        self.lines.line_end()
    }

    fn expected(&self) -> ExpectedShape {
        self.lines.expected()
    }

    fn partition_key(&self, line: InputLine<'_>) -> Option<TaskKey> {
        self.lines.partition_key(line)
    }

    fn take(&mut self, line: InputLine<'_>) -> LineOutcome {
        match self.lines.take(line) {
            LineOutcome::Submission { news, submission, is_rebuilt, written } => {
                let submission = self.noted(submission);
                LineOutcome::Submission { news, submission, is_rebuilt, written }
            }
            other => other,
        }
    }
}
