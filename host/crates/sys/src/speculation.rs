//! What a processor does ahead of a program, where that leaks to other processes, and whether a
//! process can have it turned off: by speculation control of prctl(2), PR_SET_SPECULATION_CTRL.
//!
//! It must never know who is kept from whom.

use nix::libc;
use std::io;

/// Options of prctl(2) and a value, from linux/prctl.h: not every libc has them.
const PR_GET_SPECULATION_CTRL: i32 = 52;
const PR_SET_SPECULATION_CTRL: i32 = 53;
const PR_SPEC_FORCE_DISABLE: libc::c_ulong = 8;
/// Kinds of it, by their numbers there.
const KINDS: [(&str, libc::c_ulong); 2] = [("store bypass", 0), ("indirect branches", 1)];
/// Bits of what PR_GET_SPECULATION_CTRL answers, from there too.
const PRCTL: i32 = 1;
const DISABLED: i32 = 4;
const FORCE_DISABLED: i32 = 8;
/// 0 says that this processor has no such leak.
const NOT_AFFECTED: i32 = 0;

/// What a kernel says of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SpeculationState {
    /// There is nothing to turn off, or it is off for all programs.
    Harmless,
    /// This process may turn it off.
    Ours,
    /// It is on, and that is not for this process to change.
    Fixed,
}

impl SpeculationState {
    const fn of(answer: i32) -> Self {
        if answer == NOT_AFFECTED || answer & (DISABLED | FORCE_DISABLED) != 0 {
            Self::Harmless
        } else if answer & PRCTL != 0 {
            Self::Ours
        } else {
            Self::Fixed
        }
    }
}

/// Turns it off for this process and its threads to come, for good. Returns the kinds that are off.
///
/// # Errors
/// Which kinds stay on, and why.
pub fn limit() -> Result<String, String> {
    let (mut off, mut on) = (Vec::new(), Vec::new());
    for (name, kind) in KINDS {
        match limit_one(kind) {
            Ok(()) => off.push(name),
            Err(why) => on.push(format!("{name} ({why})")),
        }
    }
    let is_off = || if off.is_empty() { String::new() } else { format!("; off are: {}", off.join(", ")) };
    if on.is_empty() {
        Ok(off.join(", "))
    } else {
        Err(format!("still on are: {}{}", on.join(", "), is_off()))
    }
}

fn limit_one(kind: libc::c_ulong) -> Result<(), String> {
    // SAFETY: the call takes numbers only.
    let answer = unsafe { libc::prctl(PR_GET_SPECULATION_CTRL, kind, 0, 0, 0) };
    if answer < 0 {
        return Err(io::Error::last_os_error().to_string());
    }
    match SpeculationState::of(answer) {
        SpeculationState::Harmless => Ok(()),
        SpeculationState::Fixed => Err("this kernel has it on for all programs".to_owned()),
        SpeculationState::Ours => {
            // SAFETY: as above.
            let set = unsafe { libc::prctl(PR_SET_SPECULATION_CTRL, kind, PR_SPEC_FORCE_DISABLE, 0, 0) };
            if set == 0 { Ok(()) } else { Err(io::Error::last_os_error().to_string()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_kernel_says_is_told_apart() {
        // The answers that linux/prctl.h has: not affected, for each program, on, off, off for
        // good.
        for (answer, state) in [
            (0, SpeculationState::Harmless),
            (1 | 2, SpeculationState::Ours),
            (2, SpeculationState::Fixed),
            (4, SpeculationState::Harmless),
            (1 | 4, SpeculationState::Harmless),
            (1 | 8, SpeculationState::Harmless),
        ] {
            assert_eq!(SpeculationState::of(answer), state, "{answer}");
        }
    }

    #[test]
    fn every_kind_is_told_of() {
        // In a thread, whose speculation it is.
        let told = std::thread::spawn(limit).join().unwrap();
        let words = match &told {
            Ok(off) => off,
            Err(on) => on,
        };
        assert!(KINDS.iter().all(|(name, _)| words.contains(name)), "{told:?}");
    }
}
