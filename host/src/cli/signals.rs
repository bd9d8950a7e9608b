//! Signals: SIGINT and SIGTERM stop a run, SIGUSR1 has it say what is running.
//!
//! They are heard on a thread of their own, so nothing is done where a signal may strike. It must never know what a run does about it.

use super::exit::Exit;
use crate::report::Screen;
use crate::supervisor::Control;
use crate::sys::process::exit_now;
use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR1};
use signal_hook::iterator::Signals;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;

/// Which signal stopped a run first.
#[derive(Debug, Clone, Default)]
pub(super) struct Caught(Arc<AtomicI32>);

impl Caught {
    /// Its number; 0 if none came.
    pub(super) fn first(&self) -> i32 {
        self.0.load(Ordering::Acquire)
    }

    /// Keeps the first of those that stop a run; says whether this is it.
    fn keep(&self, signal: i32) -> bool {
        self.0.compare_exchange(0, signal, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// Signals that are caught from here on, whether or not there is a run already.
#[derive(Debug)]
pub(super) struct Listening(Signals);

impl Listening {
    /// Catches them; what comes before [`tell`](Self::tell) is told then.
    ///
    /// # Errors
    /// If the system refuses.
    pub(super) fn begin() -> io::Result<Self> {
        Signals::new([SIGINT, SIGTERM, SIGUSR1]).map(Self)
    }

    /// Tells the run of each signal, and on `screen` what a signal that stops it will do.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(super) fn tell(self, control: Control, screen: Screen) -> io::Result<Caught> {
        let Self(mut signals) = self;
        let caught = Caught::default();
        let first = caught.clone();
        let listen = move || {
            let mut stops = 0_u32;
            for signal in signals.forever() {
                if signal == SIGUSR1 {
                    control.report();
                    continue;
                }
                first.keep(signal);
                stops = stops.saturating_add(1);
                if stops > 2 {
                    // Whoever is to read the rest does not, and a run that cannot write cannot end in good order.
                    exit_now(
                        if first.first() == SIGTERM { Exit::Terminated } else { Exit::Interrupted }.code(),
                    );
                }
                if let Some(line) = answer(signal, stops) {
                    screen.write(line);
                }
                control.stop();
            }
        };
        thread::Builder::new().name("signals".to_owned()).spawn(listen)?;
        Ok(caught)
    }
}

/// What is said of a signal that stops the run, the `nth` of them from 1; later ones change nothing, so nothing is said of them.
fn answer(signal: i32, nth: u32) -> Option<String> {
    let name = name(signal);
    match nth {
        1 => Some(format!(
            "{name}: draining: what has begun is finished, nothing else is begun; a second signal ends the run at once\n"
        )),
        2 => Some(format!(
            "{name}: ending at once: what runs is cut short; a third signal waits for nothing\n"
        )),
        _ => None,
    }
}

/// The name of a signal that stops a run.
pub(super) const fn name(signal: i32) -> &'static str {
    match signal {
        SIGTERM => "SIGTERM",
        _ => "SIGINT",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_signal_is_kept() {
        let caught = Caught::default();
        assert_eq!(caught.first(), 0);
        assert!(caught.keep(SIGTERM) && !caught.keep(SIGINT));
        assert_eq!(caught.first(), SIGTERM);
    }

    #[test]
    fn the_first_says_what_a_second_does_and_a_third_is_no_news() {
        let first = answer(SIGTERM, 1).unwrap();
        assert!(
            first.starts_with("SIGTERM: draining: ") && first.contains("a second signal ends"),
            "{first}"
        );
        assert!(answer(SIGINT, 2).unwrap().starts_with("SIGINT: ending at once"));
        assert_eq!(answer(SIGINT, 3), None);
    }
}
