//! Keys and signals, as what they ask of `polymer top`.
//!
//! Each comes from a thread of its own, so nothing is done where a signal may strike.

use super::worker_table::WorkerOrder;
use nix::libc::c_int;
use polymer_host_sys::signals::is_ignored;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;
use std::io::{self, IsTerminal, Read};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TopInput {
    /// Who watches has seen enough.
    Quit,
    /// A signal of this number ends it.
    Signal(u8),
    /// The terminal has another size, or was another's meanwhile.
    Resized,
    /// Ctrl-Z.
    Suspend,
    /// Workers in this order.
    Order(WorkerOrder),
}

/// Begins to hear them.
///
/// # Errors
/// If the system refuses.
pub(super) fn listen() -> io::Result<Receiver<TopInput>> {
    let (say, heard) = channel();
    let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH, SIGCONT];
    let mut signals = Signals::new(signals.into_iter().filter(|signal| !is_ignored(*signal)))?;
    let of_signals = say.clone();
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in signals.forever() {
            let _ = of_signals.send(of_signal(signal));
        }
    })?;
    if io::stdin().is_terminal() {
        thread::Builder::new().name("keys".to_owned()).spawn(move || hear_keys(&say))?;
    }
    Ok(heard)
}

fn hear_keys(say: &Sender<TopInput>) {
    for key in io::stdin().lock().bytes() {
        // An error says that the terminal is gone; a signal says so too.
        let Ok(key) = key else { return };
        if let Some(input) = of_key(key)
            && say.send(input).is_err()
        {
            return;
        }
    }
}

fn of_signal(signal: c_int) -> TopInput {
    match signal {
        // As where other programs of the kind are ended so.
        SIGINT => TopInput::Quit,
        SIGWINCH | SIGCONT => TopInput::Resized,
        SIGTSTP => TopInput::Suspend,
        other => TopInput::Signal(u8::try_from(other).unwrap_or(u8::MAX)),
    }
}

const fn of_key(key: u8) -> Option<TopInput> {
    match key {
        b'q' | b'Q' => Some(TopInput::Quit),
        b'a' => Some(TopInput::Order(WorkerOrder::Age)),
        b'm' => Some(TopInput::Order(WorkerOrder::Memory)),
        b'f' => Some(TopInput::Order(WorkerOrder::Fuel)),
        b's' => Some(TopInput::Order(WorkerOrder::Slot)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_seen_enough_says_so_by_a_key_or_a_signal() {
        assert_eq!(of_key(b'q'), Some(TopInput::Quit));
        assert_eq!(of_key(b'm'), Some(TopInput::Order(WorkerOrder::Memory)));
        assert_eq!(of_key(b'\x1b'), None);
        assert_eq!(of_signal(SIGINT), TopInput::Quit);
        assert_eq!(of_signal(SIGTERM), TopInput::Signal(15));
        assert_eq!(of_signal(SIGWINCH), TopInput::Resized);
    }
}
