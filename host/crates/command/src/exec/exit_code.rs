//! The exit code of `polymer exec`, from how its attempt ended: pure. The codes are those of
//! timeout(1) and of a shell, and are documented.
//!
//! It must never know how an attempt is made.

use crate::exit::CommandExit;
use polymer_host_task::Verdict;

/// Out of time: that of timeout(1).
const TIME: u8 = 124;
/// Polymer itself failed, and the module was not run or its output is lost: that of timeout(1).
pub(super) const FAILED: u8 = 125;
/// A trap, as an abort: 128 + SIGABRT.
const TRAP: u8 = 134;
/// Another limit was hit, as if somebody had killed it: 128 + SIGKILL.
const LIMIT: u8 = 137;
/// Nobody reads the output: 128 + SIGPIPE.
const READER_GONE: u8 = 141;
/// A failure without an exit code of its own.
const FAILURE: u32 = 1;

/// How an attempt ended, as far as its exit code depends on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct AttemptFacts {
    /// The first signal that was to end it.
    pub(super) signal: Option<u8>,
    /// Whoever read the output went away.
    pub(super) is_reader_gone: bool,
    /// All of the output was written, or nobody wants it.
    pub(super) is_written: bool,
    /// Its verdict, and the code with which the guest exited; `None` if it has no record.
    pub(super) verdict: Option<(Verdict, Option<u32>)>,
}

impl AttemptFacts {
    /// Returns the exit code; `None` if polymer failed, and somebody has to say how.
    pub(super) fn exit_code(&self) -> Option<u8> {
        let is_cut = matches!(self.verdict, None | Some((Verdict::Canceled, _)));
        // A signal that comes when all is over changes nothing.
        if let Some(signal) = self.signal.filter(|_| is_cut || !self.is_written) {
            return Some(CommandExit::Signal(signal).code());
        }
        if self.is_reader_gone {
            return Some(READER_GONE);
        }
        self.verdict.and_then(|(verdict, code)| of_verdict(verdict, code))
    }
}

/// Returns the exit code of an attempt with this verdict, whose guest exited with this `code` if it
/// exited; `None` if no guest is to blame.
#[warn(clippy::wildcard_enum_match_arm)]
fn of_verdict(verdict: Verdict, code: Option<u32>) -> Option<u8> {
    match verdict {
        Verdict::Ok => Some(0),
        Verdict::TaskError => {
            // A failure is none of success, whatever its worker says.
            let code = code.unwrap_or(FAILURE).max(FAILURE);
            Some(u8::try_from(code).unwrap_or(u8::MAX))
        }
        Verdict::Timeout => Some(TIME),
        Verdict::FuelExhausted | Verdict::MemoryExceeded | Verdict::OutputExceeded => Some(LIMIT),
        Verdict::Trap | Verdict::WorkerLost | Verdict::Quarantined => Some(TRAP),
        // No guest was entered, nothing was expected of it, or nobody asked for its end.
        Verdict::BadInput
        | Verdict::BadOutput
        | Verdict::WrongOutput
        | Verdict::JudgeError
        | Verdict::BuildFailed
        | Verdict::ModuleInvalid
        | Verdict::PolicyDenied
        | Verdict::Canceled => None,
        // Verdicts to come: clippy tells one that has no arm yet.
        _ => None,
    }
}

/// Tells in the codes of this command how `polymer exec` ended.
pub(crate) const fn told(exit: CommandExit) -> CommandExit {
    match exit {
        CommandExit::Ok | CommandExit::Program(_) => exit,
        CommandExit::Usage
        | CommandExit::Bug
        | CommandExit::Setup
        | CommandExit::Failed
        | CommandExit::Incomplete
        | CommandExit::Output
        | CommandExit::Stopped(_)
        | CommandExit::Signal(_) => CommandExit::Program(FAILED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every verdict, and the exit code of an attempt that ends so.
    const CODES: [(Verdict, Option<u8>); 17] = [
        (Verdict::Ok, Some(0)),
        (Verdict::TaskError, Some(1)),
        (Verdict::BadInput, None),
        (Verdict::BadOutput, None),
        (Verdict::Trap, Some(134)),
        (Verdict::FuelExhausted, Some(137)),
        (Verdict::Timeout, Some(124)),
        (Verdict::MemoryExceeded, Some(137)),
        (Verdict::OutputExceeded, Some(137)),
        (Verdict::WrongOutput, None),
        (Verdict::JudgeError, None),
        (Verdict::BuildFailed, None),
        (Verdict::ModuleInvalid, None),
        (Verdict::PolicyDenied, None),
        (Verdict::WorkerLost, Some(134)),
        (Verdict::Quarantined, Some(134)),
        (Verdict::Canceled, None),
    ];

    fn ended(verdict: Verdict, code: Option<u32>) -> AttemptFacts {
        AttemptFacts { is_written: true, verdict: Some((verdict, code)), ..AttemptFacts::default() }
    }

    #[test]
    fn every_verdict_has_a_code() {
        assert!(Verdict::all().eq(CODES.iter().map(|(verdict, _)| *verdict)), "a verdict has no line here");
        for (verdict, code) in CODES {
            assert_eq!(ended(verdict, None).exit_code(), code, "{verdict}");
        }
    }

    #[test]
    fn a_guests_own_code_is_passed_on_and_cut_at_what_a_process_can_have() {
        for (code, told) in [(1, 1), (7, 7), (124, 124), (255, 255), (256, 255), (u32::MAX, 255), (0, 1)] {
            assert_eq!(ended(Verdict::TaskError, Some(code)).exit_code(), Some(told), "{code}");
        }
        // It exited because of the limit.
        assert_eq!(ended(Verdict::MemoryExceeded, Some(3)).exit_code(), Some(137));
    }

    #[test]
    fn a_signal_counts_unless_all_was_over() {
        let signaled = |facts: AttemptFacts| AttemptFacts { signal: Some(15), ..facts }.exit_code();
        assert_eq!(signaled(AttemptFacts::default()), Some(143));
        assert_eq!(signaled(ended(Verdict::Canceled, None)), Some(143));
        assert_eq!(signaled(AttemptFacts { is_written: false, ..ended(Verdict::Ok, None) }), Some(143));
        assert_eq!(signaled(ended(Verdict::TaskError, Some(7))), Some(7));
        assert_eq!(AttemptFacts::default().exit_code(), None);
    }

    #[test]
    fn a_reader_that_went_away_is_as_a_broken_pipe() {
        for verdict in [Verdict::Canceled, Verdict::Ok, Verdict::Trap] {
            let facts = AttemptFacts { is_reader_gone: true, ..ended(verdict, None) };
            assert_eq!(facts.exit_code(), Some(141), "{verdict}");
        }
        let both = AttemptFacts { is_reader_gone: true, signal: Some(2), ..ended(Verdict::Canceled, None) };
        assert_eq!(both.exit_code(), Some(130));
    }

    #[test]
    fn all_that_polymer_itself_ends_with_is_one_code() {
        for exit in [CommandExit::Usage, CommandExit::Bug, CommandExit::Setup, CommandExit::Output] {
            assert_eq!(told(exit).code(), 125, "{exit:?}");
        }
        assert_eq!(told(CommandExit::Ok).code(), 0, "help was asked for");
        assert_eq!(told(CommandExit::Program(96)).code(), 96, "the guest says so");
    }
}
