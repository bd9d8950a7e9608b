//! The end of one attempt, from what its guest did to the message for the supervisor.
//!
//! It must never know how a guest is entered, or of what kind it was.

use super::encoding::ConversionError;
use super::log::AttemptLog;
use super::request::AttemptLimits;
use super::stream::SharedSink;
use super::trap;
use polymer_host_base::text::cut;
use polymer_host_protocol::message::{FinishedMessage, WireError, WireOutput, WireUsage};
use polymer_host_task::attempt_ending;
use polymer_host_task::{CollectedFiles, Output, RetryHint, TaskError, Usage, Verdict};
use std::time::Duration;

/// The longest message of a guest's failure in bytes; the supervisor cuts at a little more.
pub(crate) const MESSAGE: usize = 4000;

/// The end of an attempt, on its way to the supervisor.
#[derive(Debug)]
pub(crate) struct AttemptAnswer {
    pub(crate) verdict: Verdict,
    pub(crate) output: Option<Output>,
    pub(crate) error: TaskError,
    pub(crate) retry: Option<RetryHint>,
    usage: Usage,
    log: String,
    log_dropped: u64,
    /// Files collected from its folder, where that is asked for.
    pub(crate) files: Option<CollectedFiles>,
    /// It left its input unread, and had no folder.
    pub(crate) idle: bool,
    /// The trace is the guest's own words.
    is_told: bool,
}

impl AttemptAnswer {
    /// As [`attempt_ending::leaves_worker_usable`].
    pub(crate) fn leaves_worker_usable(&self) -> bool {
        attempt_ending::leaves_worker_usable(self.verdict, &self.error)
    }

    /// Returns its wall-clock time.
    pub(crate) fn took(&self) -> Duration {
        self.usage.wall.unwrap_or_default()
    }

    /// Why the machine refused to have this attempt made, if it did.
    pub(crate) fn refused_by_machine(&self) -> Option<&str> {
        let refused = self.verdict == Verdict::Trap && self.error.code == trap::MACHINE;
        refused.then_some(&self.error.message)
    }

    /// Of a guest that did what it was to, with what it gave, if that can be taken.
    pub(crate) fn giving(output: Result<Output, ConversionError>, usage: Usage) -> Self {
        match output {
            Ok(output) => {
                Self { output: Some(output), ..Self::failed(Verdict::Ok, TaskError::default(), usage) }
            }
            Err((verdict, error)) => Self::failed(verdict, error, usage),
        }
    }

    /// Of a guest that did what it was to, with what it gave.
    pub(crate) fn ok(output: Output, usage: Usage) -> Self {
        Self { output: Some(output), ..Self::failed(Verdict::Ok, TaskError::default(), usage) }
    }

    /// Of a guest that did not.
    pub(crate) fn failed(verdict: Verdict, error: TaskError, usage: Usage) -> Self {
        Self {
            verdict,
            output: None,
            error,
            retry: None,
            usage,
            log: String::new(),
            log_dropped: 0,
            files: None,
            idle: false,
            is_told: false,
        }
    }

    /// A failure of the guest's own, which may be for want of memory.
    pub(crate) fn failing(verdict: Verdict, error: TaskError, limits: &AttemptLimits, usage: Usage) -> Self {
        let (verdict, error) = if usage.grow_refused {
            trap::after_refusal(verdict, error, limits.memory)
        } else {
            (verdict, error)
        };
        Self::failed(verdict, error, usage)
    }

    /// Of a guest that exited with a code, where that is no success.
    pub(crate) fn exited(code: u32, limits: &AttemptLimits, usage: Usage) -> Self {
        let mut error = TaskError::new("exit", format!("exited with code {code}"));
        error.exit_code = Some(code);
        Self::failing(Verdict::TaskError, error, limits, usage)
    }

    /// With what its guest had written before it failed.
    pub(crate) fn having(self, output: Output) -> Self {
        Self { output: Some(output), ..self }
    }

    /// As if its guest had written nothing.
    pub(crate) fn without_output(self) -> Self {
        Self { output: None, ..self }
    }

    /// With what was logged, and where the guest says that it failed, if that is how it ended.
    pub(crate) fn with(mut self, log: &SharedSink<AttemptLog>, told: Option<&str>) -> Self {
        if matches!(self.verdict, Verdict::TaskError | Verdict::BadInput | Verdict::MemoryExceeded)
            && self.error.trace.is_none()
        {
            self.error.trace = told.map(str::to_owned);
            self.is_told = told.is_some();
        }
        (self.log, self.log_dropped) = log.get().finish();
        self
    }

    /// As the end of a program: without the frames of its interpreter, and with the last line of
    /// what that told of an error, which says what it was.
    pub(crate) fn as_of_program(&mut self) {
        if !self.is_told {
            self.error.trace = None;
        }
        let told = self.error.trace.as_deref().unwrap_or_default();
        let last = told.lines().rev().find(|line| !line.trim().is_empty());
        if let (Some(last), Some(_)) = (last, self.error.exit_code) {
            let message = format!("{}: {}", self.error.message, last.trim());
            self.error.message = cut(&message, MESSAGE);
        }
    }

    /// No guest was entered.
    pub(crate) fn refused((verdict, error): ConversionError) -> Self {
        Self::failed(verdict, error, Usage { fuel_exact: true, ..Usage::default() })
    }

    fn error(&self) -> WireError<'_> {
        let after = self.retry.and_then(|retry| retry.after);
        WireError {
            message: &self.error.message,
            code: &self.error.code,
            exit_code: self.error.exit_code,
            trace: self.error.trace.as_deref(),
            retryable: self.retry.is_some(),
            retry_after_ms: after.map(|after| u64::try_from(after.as_millis()).unwrap_or(u64::MAX)),
        }
    }

    /// The answer as it travels.
    pub(crate) fn message(&self, attempt: u64) -> FinishedMessage<'_> {
        FinishedMessage {
            attempt,
            verdict: self.verdict.name(),
            output: match &self.output {
                None => WireOutput::None,
                Some(Output::Json(text)) => WireOutput::Json(text.as_bytes()),
                Some(Output::Text(text)) => WireOutput::Text(text.as_bytes()),
                Some(Output::Bytes(bytes)) => WireOutput::Bytes(bytes),
            },
            error: (self.verdict != Verdict::Ok).then(|| Box::new(self.error())),
            usage: used(&self.usage),
            log: &self.log,
            log_dropped: self.log_dropped,
            files: self.files.as_ref().map(|files| Box::new(files.into())),
            idle: self.idle,
        }
    }
}

/// Converts the usage for the wire; a guest that was never entered used nothing.
fn used(usage: &Usage) -> WireUsage {
    WireUsage {
        fuel: usage.fuel.unwrap_or_default(),
        fuel_exact: usage.fuel_exact,
        wall_ns: usage.wall.map_or(0, nanos),
        cpu_ns: usage.cpu.map_or(0, nanos),
        peak_memory: usage.peak_memory.unwrap_or_default(),
        grow_refused: usage.grow_refused,
        output_bytes: usage.output_bytes.unwrap_or_default(),
        reused: usage.reused,
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
