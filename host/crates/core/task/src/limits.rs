//! The bounds a guest cannot pass. Each has a finite default but CPU time, which the timeout
//! bounds, and a task record may tighten them but never widen them. Fuel may be off for a whole
//! run; no task may ask for that.

use polymer_host_base::quantity::{show_fuel, show_size, write_fuel, write_size};
use std::time::Duration;

/// The most bytes of an input, output or log: what travels with them in one frame must fit its
/// length.
pub const LONGEST_PAYLOAD: u64 = 1 << 30;
/// Bytes of stack that a guest has, where nobody says otherwise.
pub const USUAL_STACK: u64 = 512 << 10;
/// The least and the most bytes of stack that a guest may be given. An interpreter has the most.
pub const STACKS: std::ops::RangeInclusive<u64> = (64 << 10)..=(64 << 20);
/// The longest time a limit may be: a year.
pub const LONGEST_TIME: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The bounds of one attempt: the defaults, with others put into them.
///
/// ```
/// # use polymer_host_task::Limits;
/// let limits = Limits::default().with_fuel(1_000_000).with_memory(16 << 20);
/// assert_eq!(limits.fuel, Some(1_000_000));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Units of fuel, as the engine's cost table counts them. At least 1. `None` counts none: then
    /// the guest's code is compiled without the counting, and only the time ends one that loops.
    pub fuel: Option<u64>,
    /// Time for instantiating and running the guest; neither queueing nor compiling counts.
    pub timeout: Duration,
    /// CPU time for the same; `None`, the default, leaves that to the other limits.
    pub cpu: Option<Duration>,
    /// Bytes over all linear memories of the guest together.
    pub memory: u64,
    /// Bytes of input.
    pub input: u64,
    /// Bytes of output.
    pub output: u64,
    /// Bytes of log kept; what is more drops the head of the log.
    pub log: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            fuel: Some(30_000_000_000),
            timeout: Duration::from_secs(60),
            cpu: None,
            memory: 256 << 20,
            input: 16 << 20,
            output: 16 << 20,
            log: 64 << 10,
        }
    }
}

/// Every limit, for the crates that must not forget one: a new limit does not compile before each
/// of them has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllLimits {
    /// As [`Limits::fuel`].
    pub fuel: Option<u64>,
    /// As [`Limits::timeout`].
    pub timeout: Duration,
    /// As [`Limits::cpu`].
    pub cpu: Option<Duration>,
    /// As [`Limits::memory`].
    pub memory: u64,
    /// As [`Limits::input`].
    pub input: u64,
    /// As [`Limits::output`].
    pub output: u64,
    /// As [`Limits::log`].
    pub log: u64,
}

impl From<AllLimits> for Limits {
    fn from(AllLimits { fuel, timeout, cpu, memory, input, output, log }: AllLimits) -> Self {
        Self { fuel, timeout, cpu, memory, input, output, log }
    }
}

impl From<Limits> for AllLimits {
    fn from(Limits { fuel, timeout, cpu, memory, input, output, log }: Limits) -> Self {
        Self { fuel, timeout, cpu, memory, input, output, log }
    }
}

/// The bounds of turning a module into machine code, which is attack surface and may take for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompileLimits {
    /// Bytes of the module.
    pub module: u64,
    /// CPU time of the process that compiles.
    pub cpu: Duration,
    /// Bytes of private memory of that process.
    pub memory: u64,
}

impl Default for CompileLimits {
    fn default() -> Self {
        Self { module: 64 << 20, cpu: Duration::from_secs(120), memory: 1 << 30 }
    }
}

/// Limits that a task record asks for; `None` leaves the run's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LimitNarrowing {
    /// As [`Limits::fuel`].
    pub fuel: Option<u64>,
    /// As [`Limits::timeout`].
    pub timeout: Option<Duration>,
    /// As [`Limits::cpu`].
    pub cpu: Option<Duration>,
    /// As [`Limits::memory`].
    pub memory: Option<u64>,
    /// As [`Limits::input`].
    pub input: Option<u64>,
    /// As [`Limits::output`].
    pub output: Option<u64>,
    /// As [`Limits::log`].
    pub log: Option<u64>,
}

/// A task asked for more than its run allows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the task asks for a {limit} of {asked}, the run allows {allowed}; {flag} would allow it")]
pub struct WidenedLimit {
    /// Which limit.
    pub limit: &'static str,
    /// Value the task asked for, in readable form.
    pub asked: String,
    /// Value the run allows.
    pub allowed: String,
    /// The flag, with the value that would allow it.
    pub flag: String,
}

impl LimitNarrowing {
    /// The tighter of both, limit by limit.
    #[doc(hidden)]
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        Self {
            fuel: tighter(self.fuel, other.fuel),
            timeout: tighter(self.timeout, other.timeout),
            cpu: tighter(self.cpu, other.cpu),
            memory: tighter(self.memory, other.memory),
            input: tighter(self.input, other.input),
            output: tighter(self.output, other.output),
            log: tighter(self.log, other.log),
        }
    }
}

fn tighter<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

impl Limits {
    /// With so many units of [`fuel`](Self::fuel).
    #[must_use]
    pub const fn with_fuel(self, fuel: u64) -> Self {
        Self { fuel: Some(fuel), ..self }
    }

    /// With no [`fuel`](Self::fuel) counted.
    #[must_use]
    pub const fn without_fuel(self) -> Self {
        Self { fuel: None, ..self }
    }

    /// With so much [time](Self::timeout).
    #[must_use]
    pub const fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// With so much [CPU time](Self::cpu).
    #[must_use]
    pub const fn with_cpu(self, cpu: Duration) -> Self {
        Self { cpu: Some(cpu), ..self }
    }

    /// With so many bytes of [`memory`](Self::memory).
    #[must_use]
    pub const fn with_memory(self, memory: u64) -> Self {
        Self { memory, ..self }
    }

    /// With so many bytes of [`input`](Self::input).
    #[must_use]
    pub const fn with_input(self, input: u64) -> Self {
        Self { input, ..self }
    }

    /// With so many bytes of [`output`](Self::output).
    #[must_use]
    pub const fn with_output(self, output: u64) -> Self {
        Self { output, ..self }
    }

    /// With so many bytes of [`log`](Self::log).
    #[must_use]
    pub const fn with_log(self, log: u64) -> Self {
        Self { log, ..self }
    }

    /// These limits, tightened as the task asks.
    ///
    /// # Errors
    /// If the task asks for more than these limits in any of them.
    #[doc(hidden)]
    pub fn narrowed(mut self, by: &LimitNarrowing) -> Result<Self, WidenedLimit> {
        // Taken apart, so that no limit is forgotten.
        let LimitNarrowing { fuel, timeout, cpu, memory, input, output, log } = *by;
        match (&mut self.fuel, fuel) {
            (Some(limit), asked) => narrow(limit, asked, "fuel", show_fuel, write_fuel)?,
            // Not counted for this task alone: its module's code has no counting in it.
            (None, Some(asked)) => return Err(uncounted_fuel(asked)),
            (None, None) => {}
        }
        narrow(&mut self.timeout, timeout, "timeout", show_time, write_time)?;
        let mut most_cpu = self.cpu.unwrap_or(Duration::MAX);
        narrow(&mut most_cpu, cpu, "cpu-timeout", show_time, write_time)?;
        self.cpu = self.cpu.or(cpu).map(|_| most_cpu);
        narrow(&mut self.memory, memory, "memory", show_size, write_size)?;
        narrow(&mut self.input, input, "input-limit", show_size, write_size)?;
        narrow(&mut self.output, output, "output-limit", show_size, write_size)?;
        narrow(&mut self.log, log, "log-limit", show_size, write_size)?;
        Ok(self)
    }
}

fn uncounted_fuel(asked: u64) -> WidenedLimit {
    WidenedLimit {
        limit: "fuel",
        asked: show_fuel(asked),
        allowed: "none, for it counts no fuel".to_owned(),
        flag: format!("--fuel {}", write_fuel(asked)),
    }
}

fn show_time(time: Duration) -> String {
    humantime::format_duration(time).to_string()
}

fn write_time(time: Duration) -> String {
    show_time(time).replace(' ', "")
}

fn narrow<T: Copy + Ord>(
    limit: &mut T,
    asked: Option<T>,
    name: &'static str,
    show: fn(T) -> String,
    write: fn(T) -> String,
) -> Result<(), WidenedLimit> {
    let Some(asked) = asked else { return Ok(()) };
    if asked > *limit {
        let flag = format!("--{name} {}", write(asked));
        return Err(WidenedLimit { limit: name, asked: show(asked), allowed: show(*limit), flag });
    }
    *limit = asked;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_may_tighten_every_limit() {
        let timeout = Duration::from_secs(2);
        let cpu = Some(Duration::from_secs(1));
        let limits = Limits { fuel: Some(1), timeout, cpu, memory: 3, input: 4, output: 5, log: 6 };
        let by = LimitNarrowing {
            fuel: Some(1),
            timeout: Some(timeout),
            cpu,
            memory: Some(3),
            input: Some(4),
            output: Some(5),
            log: Some(6),
        };
        assert_eq!(Limits::default().narrowed(&by).unwrap(), limits);
        let by = LimitNarrowing { fuel: Some(5), ..LimitNarrowing::default() };
        assert_eq!(Limits::default().narrowed(&by).unwrap(), Limits::default().with_fuel(5));
    }

    #[test]
    fn a_task_may_widen_none_and_is_told_the_flag() {
        let by = LimitNarrowing { memory: Some(1 << 30), ..LimitNarrowing::default() };
        let error = Limits::default().narrowed(&by).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the task asks for a memory of 1 GiB, the run allows 256 MiB; --memory 1GiB would allow it"
        );
        let by = LimitNarrowing { memory: Some((257 << 20) + 1), ..LimitNarrowing::default() };
        assert_eq!(Limits::default().narrowed(&by).unwrap_err().flag, "--memory 269484033");
        let by = LimitNarrowing { timeout: Some(Duration::from_secs(61)), ..LimitNarrowing::default() };
        assert_eq!(Limits::default().narrowed(&by).unwrap_err().flag, "--timeout 1m1s");
    }

    #[test]
    fn fuel_that_is_not_counted_is_asked_for_by_no_task() {
        let limits = Limits::default().without_fuel();
        assert_eq!(limits.narrowed(&LimitNarrowing::default()).unwrap().fuel, None);
        let by = LimitNarrowing { fuel: Some(5_000_000), ..LimitNarrowing::default() };
        assert_eq!(
            limits.narrowed(&by).unwrap_err().to_string(),
            "the task asks for a fuel of 5M, the run allows none, for it counts no fuel; --fuel 5M would allow it"
        );
    }

    #[test]
    fn cpu_time_is_narrowed_from_none_and_widened_by_nobody() {
        let second = Duration::from_secs(1);
        let limits = Limits::default().with_cpu(second);
        let asks = |cpu| LimitNarrowing { cpu, ..LimitNarrowing::default() };
        assert_eq!(limits.narrowed(&asks(None)).unwrap().cpu, Some(second));
        assert_eq!(limits.narrowed(&asks(Some(second / 2))).unwrap().cpu, Some(second / 2));
        assert_eq!(Limits::default().narrowed(&asks(None)).unwrap().cpu, None);
        assert_eq!(Limits::default().narrowed(&asks(Some(second * 9))).unwrap().cpu, Some(second * 9));
        let error = limits.narrowed(&asks(Some(second * 2))).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the task asks for a cpu-timeout of 2s, the run allows 1s; --cpu-timeout 2s would allow it"
        );
    }
}
