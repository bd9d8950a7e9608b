//! Signals: those that would end the process stop a run in good order, SIGUSR1 has it say what is
//! running, Ctrl-Z stops its workers too.
//!
//! They are heard on a thread of their own, so nothing is done where a signal may strike. It must
//! never know what a run does about it.

use super::exit::CommandExit;
use crate::report::status_line;
use nix::libc::{SIGSTKFLT, c_int};
use nix::sys::signal::Signal;
use polymer_host_report::Screen;
use polymer_host_run::RunControl;
use polymer_host_sys::process::exit_now;
use polymer_host_sys::signals::{LAST, count_continues, is_ignored};
use signal_hook::consts::{
    SIGALRM, SIGHUP, SIGINT, SIGIO, SIGPROF, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2, SIGVTALRM, SIGXCPU,
};
use signal_hook::iterator::Signals;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::thread;

/// The signals that are free for programs to use, as the kernel numbers them but for those that the
/// C library keeps for itself: two of glibc, three of musl.
const REAL_TIME: std::ops::RangeInclusive<c_int> = if cfg!(target_env = "musl") { 35 } else { 34 }..=LAST;
/// That the power fails.
const SIGPWR: c_int = Signal::SIGPWR as c_int;

/// Response to a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SignalResponse {
    /// The run drains; the second ends it at once, the third waits for nothing.
    Stop,
    /// The run drains, and more of the same change nothing: whoever sends it repeats it without
    /// meaning more by it. Of a terminal that is closed both the shell and the kernel tell; a limit
    /// of CPU time is told of each second.
    StopOnce,
    /// The run says what is running.
    Report,
    /// The run stops its workers, then itself, until it is told to go on.
    Suspend,
    /// Nothing is caught: it ends no process, or means a bug in this one, or cannot be caught.
    Leave,
}

/// Every signal that would end the process is here, but for those that mean a bug in it (SIGABRT,
/// SIGSEGV and their like), for SIGKILL, and for SIGPIPE and SIGXFSZ, which are ignored: the write
/// fails.
const fn response(signal: c_int) -> SignalResponse {
    match signal {
        SIGHUP | SIGXCPU => SignalResponse::StopOnce,
        SIGINT | SIGTERM | SIGQUIT | SIGALRM | SIGVTALRM | SIGPROF | SIGUSR2 | SIGIO | SIGPWR | SIGSTKFLT => {
            SignalResponse::Stop
        }
        _ if *REAL_TIME.start() <= signal && signal <= *REAL_TIME.end() => SignalResponse::Stop,
        SIGUSR1 => SignalResponse::Report,
        SIGTSTP => SignalResponse::Suspend,
        _ => SignalResponse::Leave,
    }
}

/// Which signal stopped a run first, and how often it was told to stop.
#[derive(Debug, Clone, Default)]
pub(super) struct CaughtSignals(Arc<StopSignals>);

#[derive(Debug, Default)]
struct StopSignals {
    first: AtomicU8,
    is_urgent: AtomicBool,
}

impl CaughtSignals {
    /// The first one's number, if one came.
    pub(super) fn first(&self) -> Option<u8> {
        Some(self.0.first.load(Ordering::Acquire)).filter(|signal| *signal > 0)
    }

    /// Returns whether the run was told to stop more than once: no time is left for anything that
    /// can be done later.
    pub(super) fn is_urgent(&self) -> bool {
        self.0.is_urgent.load(Ordering::Acquire)
    }
}

/// Counts signals that stop a run.
#[derive(Debug, Default)]
struct StopSignalCount {
    stops: u32,
    /// Those of which one is as good as many that came, a bit each.
    once: u64,
}

impl StopSignalCount {
    /// The how-manieth time it is that the run is told to stop, from 1. `None` if the signal says
    /// nothing new.
    fn count(&mut self, signal: c_int, response: SignalResponse) -> Option<u32> {
        if response == SignalResponse::StopOnce {
            let bit = 1_u64.checked_shl(signal.unsigned_abs()).unwrap_or_default();
            if self.once & bit != 0 {
                return None;
            }
            self.once |= bit;
        }
        self.stops = self.stops.saturating_add(1);
        Some(self.stops)
    }
}

/// Signals that are caught from here on, whether or not there is a run already.
#[derive(Debug)]
pub(super) struct SignalListener(Signals);

impl SignalListener {
    /// Catches them, and counts how often the process goes on after a stop; what comes before
    /// [`tell`](Self::tell) is told then. What was ignored when the process was started stays
    /// ignored.
    ///
    /// # Errors
    /// If the system refuses.
    pub(super) fn begin() -> io::Result<Self> {
        count_continues()?;
        let heard = |signal: &c_int| response(*signal) != SignalResponse::Leave && !is_ignored(*signal);
        let signals: Vec<c_int> = (1..=LAST).filter(heard).collect();
        Signals::new(signals).map(Self)
    }

    /// Tells the run of each signal, and on `screen` what a signal that stops it will do. `stopped`
    /// is the exit code of a run that was stopped, if one was asked for.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(super) fn tell(
        self,
        control: RunControl,
        screen: Screen,
        stopped: Option<CommandExit>,
    ) -> io::Result<CaughtSignals> {
        let Self(mut signals) = self;
        let caught = CaughtSignals::default();
        let told = Arc::clone(&caught.0);
        let listen = move || {
            let mut counted = StopSignalCount::default();
            for signal in signals.forever() {
                let response = response(signal);
                match response {
                    SignalResponse::Report => control.report(),
                    SignalResponse::Suspend => control.suspend(),
                    SignalResponse::Stop | SignalResponse::StopOnce => {
                        if let Some(nth) = counted.count(signal, response) {
                            stop(signal, nth, &told, (&screen, stopped));
                            control.stop();
                        }
                    }
                    SignalResponse::Leave => {}
                }
            }
        };
        thread::Builder::new().name("signals".to_owned()).spawn(listen)?;
        Ok(caught)
    }

    /// Calls `stop` with the number of each signal that would end a program, SIGUSR1 too: there is
    /// no state to report. The others do what they do to any run.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(super) fn tell_each(
        self,
        control: RunControl,
        mut stop: impl FnMut(u8) + Send + 'static,
    ) -> io::Result<()> {
        let Self(mut signals) = self;
        let listen = move || {
            for signal in signals.forever() {
                match response(signal) {
                    SignalResponse::Suspend => control.suspend(),
                    SignalResponse::Stop | SignalResponse::StopOnce | SignalResponse::Report => {
                        stop(u8::try_from(signal).unwrap_or(u8::MAX));
                    }
                    SignalResponse::Leave => {}
                }
            }
        };
        thread::Builder::new().name("signals".to_owned()).spawn(listen)?;
        Ok(())
    }
}

/// Notes the `nth` signal that is to stop the run, from 1, and says what it does.
fn stop(signal: c_int, nth: u32, told: &StopSignals, (screen, stopped): (&Screen, Option<CommandExit>)) {
    let number = u8::try_from(signal).unwrap_or(u8::MAX);
    let first = told.first.compare_exchange(0, number, Ordering::AcqRel, Ordering::Acquire);
    told.is_urgent.store(nth > 1, Ordering::Release);
    if nth > 2 {
        // Whoever is to read the rest does not, and a run that cannot write cannot end in good
        // order.
        status_line::of_stderr().hold();
        exit_now(stopped.unwrap_or(CommandExit::Signal(first.err().unwrap_or(number))).code());
    }
    if let Some(line) = answer(signal, nth) {
        screen.write(line);
    }
}

/// Returns the message for a signal that stops the run, the `nth` of them from 1. Later ones change
/// nothing, so they have no message.
fn answer(signal: c_int, nth: u32) -> Option<String> {
    let name = name(signal);
    match nth {
        1 => Some(format!(
            "{name}: draining: tasks that have begun will finish, no others begin; a second signal ends the run at once\n"
        )),
        2 => Some(format!(
            "{name}: ending at once: tasks under way are cut short; a third signal exits without waiting\n"
        )),
        _ => None,
    }
}

/// The name of a signal.
fn name(signal: c_int) -> String {
    match Signal::try_from(signal) {
        Ok(signal) => signal.as_str().to_owned(),
        Err(_) => format!("signal {signal}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_says_what_a_second_does_and_a_third_is_no_news() {
        let first = answer(SIGTERM, 1).unwrap();
        assert!(
            first.starts_with("SIGTERM: draining: ") && first.contains("a second signal ends"),
            "{first}"
        );
        assert!(answer(SIGINT, 2).unwrap().starts_with("SIGINT: ending at once"));
        assert!(answer(40, 1).unwrap().starts_with("signal 40: draining"));
        assert_eq!(answer(SIGINT, 3), None);
    }

    #[test]
    fn what_the_system_repeats_counts_once_and_what_people_repeat_counts() {
        let mut counted = StopSignalCount::default();
        let mut count = |signal| counted.count(signal, response(signal));
        assert_eq!(
            [SIGHUP, SIGHUP, SIGXCPU, SIGXCPU, SIGHUP].map(&mut count),
            [Some(1), None, Some(2), None, None]
        );
        assert_eq!([SIGTERM, SIGTERM].map(&mut count), [Some(3), Some(4)]);
    }

    #[test]
    fn every_signal_has_a_response_and_those_that_are_left_are_named_here() {
        let left: Vec<&str> = (1..=LAST)
            .filter(|signal| response(*signal) == SignalResponse::Leave)
            .map(|signal| Signal::try_from(signal).map_or("the C library's own", Signal::as_str))
            .collect();
        let ends_no_process = ["SIGCHLD", "SIGCONT", "SIGURG", "SIGWINCH"];
        // A process in the background that reads or writes its terminal is stopped, as any other
        // is.
        let by_the_terminal = ["SIGTTIN", "SIGTTOU"];
        let a_bug = ["SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGSEGV", "SIGSYS"];
        let others =
            ["SIGKILL", "SIGSTOP", "SIGPIPE", "SIGXFSZ", "the C library's own", "the C library's own"];
        let mut expected: Vec<&str> = [&ends_no_process[..], &by_the_terminal, &a_bug, &others].concat();
        let mut left = left;
        left.sort_unstable();
        expected.sort_unstable();
        assert_eq!(left, expected);
    }
}
