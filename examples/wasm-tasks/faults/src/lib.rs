//! A task that fails in each way a task can fail: the input says which. It shows what the verdicts
//! look like.

use std::hint::black_box;
use std::time::Duration;

use polymer_task::{Attempt, Failure, serde, task};

/// What to do. The documentation of each says how it ends under the host's default limits.
#[derive(serde::Deserialize)]
#[serde(crate = "polymer_task::serde", tag = "do", rename_all = "kebab-case")]
pub enum Fault {
    /// `ok`
    Ok,
    /// `task_error` with the code `asked`
    Fail,
    /// `task_error` that may be tried again, after some milliseconds if the input says so
    Retryable {
        /// The time to wait at the least.
        #[serde(rename = "retry-after-ms")]
        retry_after_ms: Option<u64>,
    },
    /// `task_error` that may be tried again until the attempt of this number, which ends `ok`
    Flaky {
        /// Which attempt, from 1.
        until: u32,
    },
    /// `bad_input`
    BadInput,
    /// `trap`, code `unreachable`, whose message says what and where
    Panic,
    /// `trap` of the machine's own division, after so many rounds of work
    Divide {
        /// How many rounds.
        #[serde(default)]
        rounds: u64,
    },
    /// `fuel_exhausted`
    Spin,
    /// `timeout`, when it is longer than the host's
    Sleep {
        /// How long.
        seconds: f64,
    },
    /// `memory_exceeded`: takes memory until it is refused
    Hog,
    /// `output_exceeded`, when it is more than the host allows: a string of so many bytes
    Flood {
        /// How many bytes.
        bytes: usize,
    },
    /// `ok`: so many bytes of log lines, of which the host keeps the last
    Log {
        /// How many bytes.
        bytes: usize,
    },
    /// `trap`, code `stack`: calls itself for ever
    Stack,
    /// `ok`: tells its progress in ten steps
    Progress,
}

/// Fails in the way its input asks for.
#[task]
pub fn faults(fault: Fault, attempt: &Attempt) -> Result<String, Failure> {
    match fault {
        Fault::Ok => {}
        Fault::Fail => return Err(Failure::new("it failed, as asked").code("asked")),
        Fault::Retryable { retry_after_ms: None } => return Err(Failure::new("not this time").retryable()),
        Fault::Retryable { retry_after_ms: Some(millis) } => {
            return Err(Failure::new("not this time").retry_after(Duration::from_millis(millis)));
        }
        Fault::Flaky { until } if attempt.number < until => {
            return Err(Failure::new(format!("attempt {} is too early", attempt.number)).retryable());
        }
        Fault::Flaky { .. } => {}
        Fault::BadInput => return Err(Failure::bad_input("the input is to blame, as asked").code("asked")),
        Fault::Panic => panic!("as asked"),
        Fault::Divide { rounds } => return Ok(divide(black_box(rounds)).to_string()),
        Fault::Spin => loop {
            black_box(());
        },
        Fault::Sleep { seconds } => std::thread::sleep(Duration::try_from_secs_f64(seconds)?),
        Fault::Hog => hog(),
        Fault::Flood { bytes } => return Ok("x".repeat(bytes)),
        Fault::Log { bytes } => chatter(bytes),
        Fault::Stack => return Ok(deeper(black_box(1)).to_string()),
        Fault::Progress => (1..=10).for_each(|step| polymer_task::progress(step, 10)),
    }
    Ok("done".to_owned())
}

/// Works for some rounds, then divides by what is left of them, which is nothing.
fn divide(rounds: u64) -> u64 {
    let left = (0..rounds).fold(rounds, |left, _| black_box(left) - 1);
    let checked = black_box(rounds).checked_div(black_box(left));
    // SAFETY: this is the fault asked for. Rust would check the divisor and panic; without the
    // check, on values it cannot see through, the compiler emits the bare wasm instruction, which
    // traps on zero. Nothing goes on after it.
    unsafe { checked.unwrap_unchecked() }
}

/// Takes memory until the host refuses to give more, then gives up.
fn hog() {
    let mut held: Vec<Vec<u8>> = Vec::new();
    loop {
        let mut block = Vec::new();
        if block.try_reserve_exact(1 << 20).is_err() {
            panic!("no more memory after {} MiB", held.len());
        }
        block.resize(1 << 20, 1);
        held.push(black_box(block));
    }
}

/// Logs so many bytes, in lines of 64.
fn chatter(bytes: usize) {
    for line in 0..bytes.div_ceil(64) {
        polymer_task::info!("{line:063}");
    }
}

/// Calls itself for ever.
#[expect(unconditional_recursion, reason = "as asked")]
fn deeper(depth: u64) -> u64 {
    black_box(deeper(black_box(depth + 1)) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(fault: Fault, number: u32) -> Result<String, Failure> {
        faults(fault, &Attempt::new("faults", "1", number))
    }

    fn first(fault: Fault) -> Result<String, Failure> {
        attempt(fault, 1)
    }

    #[test]
    fn the_harmless_ones_are_harmless() {
        for fault in [Fault::Ok, Fault::Log { bytes: 100 }, Fault::Sleep { seconds: 0.0 }, Fault::Progress] {
            assert_eq!(first(fault).unwrap(), "done");
        }
        assert_eq!(first(Fault::Flood { bytes: 3 }).unwrap(), "xxx");
    }

    #[test]
    fn failures_say_what_they_are() {
        assert_eq!(first(Fault::Fail).unwrap_err().code.as_deref(), Some("asked"));
        assert!(first(Fault::BadInput).unwrap_err().bad_input);
        assert!(first(Fault::Retryable { retry_after_ms: None }).unwrap_err().retryable);
        let failure = first(Fault::Retryable { retry_after_ms: Some(5) }).unwrap_err();
        assert_eq!(failure.retry_after, Some(Duration::from_millis(5)));
    }

    #[test]
    fn the_flaky_one_succeeds_in_time() {
        for (number, ok) in [(1, false), (2, false), (3, true), (4, true)] {
            let ended = attempt(Fault::Flaky { until: 3 }, number);
            assert_eq!(ended.is_ok(), ok, "{number}");
            assert!(ended.err().is_none_or(|failure| failure.retryable), "{number}");
        }
    }
}
