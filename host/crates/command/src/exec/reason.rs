//! The one line that says why a guest was ended, and what would allow more: pure.
//!
//! It must never know where the line goes.

use humantime::format_duration;
use polymer_host_base::quantity::{show_fuel, show_size};
use polymer_host_base::sanitize::one_line;
use polymer_host_task::{LONGEST_PAYLOAD, Limits, TaskError, Verdict};

/// The code of a guest that recursed too deep.
const STACK: &str = "stack";

/// Returns why an attempt was ended that ended so, under these limits; `None` if its guest ended by
/// itself, or whoever ended it knows.
pub(super) fn reason(verdict: Verdict, error: &TaskError, limits: &Limits) -> Option<String> {
    Some(match verdict {
        Verdict::FuelExhausted => {
            let fuel = limits.fuel.unwrap_or_default();
            format!("the guest ran out of fuel ({}); --fuel allows more", show_fuel(fuel))
        }
        Verdict::Timeout if error.is_cpu_timeout(verdict) => {
            let cpu = format_duration(limits.cpu.unwrap_or(limits.timeout));
            format!("the guest used up its CPU time ({cpu}); --cpu-timeout allows more")
        }
        Verdict::Timeout => {
            let time = format_duration(limits.timeout);
            format!("the guest did not end in time ({time}); --timeout allows more")
        }
        Verdict::MemoryExceeded => {
            format!("the guest needed more memory than {}; --memory allows more", show_size(limits.memory))
        }
        Verdict::OutputExceeded => {
            let more = if limits.output < LONGEST_PAYLOAD {
                "--output-limit allows more"
            } else {
                "no limit can be larger"
            };
            format!("the guest wrote more than {}; {more}", show_size(limits.output))
        }
        Verdict::Trap if error.code == STACK => {
            format!("{}; --stack allows more", trapped(error))
        }
        Verdict::Trap => trapped(error),
        Verdict::WorkerLost | Verdict::Quarantined => {
            one_line(&error.headed("its worker process died")).into_owned()
        }
        _ => return None,
    })
}

/// The trap in the words of the worker, which may be the guest's.
fn trapped(error: &TaskError) -> String {
    one_line(error.headed("the guest trapped").trim_end()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn said(verdict: Verdict, error: &TaskError, limits: &Limits) -> String {
        reason(verdict, error, limits).unwrap_or_default()
    }

    #[test]
    fn a_limit_is_named_with_its_value_and_its_flag() {
        let second = Duration::from_secs(1);
        let limits = Limits::default().with_fuel(1_500_000_000).with_cpu(second).with_output(3 << 10);
        let none = TaskError::default();
        let cpu = TaskError::new("cpu", "x");
        for (verdict, error, line) in [
            (Verdict::FuelExhausted, &none, "the guest ran out of fuel (1.5G); --fuel allows more"),
            (Verdict::Timeout, &none, "the guest did not end in time (1m); --timeout allows more"),
            (Verdict::Timeout, &cpu, "the guest used up its CPU time (1s); --cpu-timeout allows more"),
            (
                Verdict::MemoryExceeded,
                &none,
                "the guest needed more memory than 256 MiB; --memory allows more",
            ),
            (Verdict::OutputExceeded, &none, "the guest wrote more than 3 KiB; --output-limit allows more"),
        ] {
            assert_eq!(said(verdict, error, &limits), line);
        }
        let most = said(Verdict::OutputExceeded, &none, &limits.with_output(LONGEST_PAYLOAD));
        assert_eq!(most, "the guest wrote more than 1 GiB; no limit can be larger");
    }

    #[test]
    fn a_trap_is_told_in_one_line_that_can_do_nothing() {
        let limits = Limits::default();
        let trap = TaskError::new("unreachable", "it gave up\n\u{1b}[2J\n");
        let line = said(Verdict::Trap, &trap, &limits);
        assert_eq!(line, "the guest trapped (unreachable): it gave up\\u{a}\\u{1b}[2J");
        let deep = TaskError::new("stack", "it recursed too deep");
        assert!(said(Verdict::Trap, &deep, &limits).ends_with("; --stack allows more"));
        let lost = TaskError::new("killed", "signal 9");
        assert_eq!(said(Verdict::WorkerLost, &lost, &limits), "its worker process died (killed): signal 9");
    }

    #[test]
    fn a_guest_that_ends_by_itself_is_no_news() {
        for verdict in [Verdict::Ok, Verdict::TaskError, Verdict::Canceled] {
            assert_eq!(
                reason(verdict, &TaskError::new("exit", "exited with code 1"), &Limits::default()),
                None
            );
        }
    }
}
