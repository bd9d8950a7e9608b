//! Why a guest ended: from wasmtime's errors to verdicts, codes and traces. The only place that
//! looks into those errors.

use super::engine::{TABLE_ELEMENTS, TRACE_FRAMES};
use super::guest_error::{BadValue, GuestExit, OutOfTime, OutputExceeded, OverBudget};
use super::request::AttemptLimits;
use polymer_host_base::SystemResource;
use polymer_host_base::quantity::{show_fuel, show_size};
use polymer_host_base::text::cut;
use polymer_host_task::attempt_ending::HOST_FAULT;
use polymer_host_task::task_error::CPU_TIME;
use polymer_host_task::{TaskError, Verdict};
use std::time::Duration;
use wasmtime::component::ResourceTableError;
use wasmtime::{Error, ThrownException, Trap, WasmBacktrace};
use wasmtime_wasi::I32Exit;

/// The longest message, frame and trace in bytes. The supervisor cuts at a little more.
const MESSAGE: usize = 4000;
const FRAME: usize = 500;
const TRACE: usize = 16_000;

/// The code of a fault that is the machine's: it refused memory or descriptors. It never leaves the
/// worker, which ends instead: the task is to be tried elsewhere, and its module is not to blame.
pub(crate) const MACHINE: &str = "machine";

/// The code of a guest that gave itself up.
const UNREACHABLE: &str = "unreachable";

/// Meaning of an error.
#[derive(Debug)]
pub(crate) enum TrapCause {
    /// The guest exited.
    Exit(u32),
    /// Something ended it.
    Ended {
        /// Verdict for it.
        verdict: Verdict,
        /// Why.
        error: TaskError,
        /// True if the fuel that the engine knows of is exact to the unit.
        fuel_exact: bool,
    },
}

/// Context of the error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TrapScene<'a> {
    /// The guest was instantiated, so what came was its doing.
    pub(crate) entered: bool,
    /// It had asked for memory over its limit.
    pub(crate) refused: bool,
    /// Its own message about its failure.
    pub(crate) told: Option<&'a str>,
    /// The limits it had.
    pub(crate) limits: &'a AttemptLimits,
}

/// Returns the meaning of `error`.
pub(crate) fn cause(error: &Error, scene: TrapScene<'_>) -> TrapCause {
    if let Some(GuestExit(code)) = error.downcast_ref() {
        return TrapCause::Exit(*code);
    }
    if let Some(exit) = error.downcast_ref::<I32Exit>() {
        return TrapCause::Exit(exit.0.cast_unsigned());
    }
    let (verdict, code, fuel_exact) = classify(error, scene.entered);
    let message = match verdict {
        Verdict::FuelExhausted => {
            format!("used up its fuel of {}", show_fuel(scene.limits.fuel.unwrap_or_default()))
        }
        Verdict::Timeout => out_of_time(scene.limits).message,
        Verdict::OutputExceeded => format!("gave more than its {} of output", show_size(scene.limits.output)),
        // It gave itself up, and said why: a panic, an abort, an assertion.
        Verdict::Trap if code == UNREACHABLE && scene.told.is_some() => {
            scene.told.unwrap_or_default().to_owned()
        }
        _ if code == "tables" => format!("{} (all tables: {TABLE_ELEMENTS})", plain(error)),
        _ => error.downcast_ref::<Trap>().map_or_else(|| plain(error), plain_trap),
    };
    let mut task_error = TaskError::new(code, cut(&message, MESSAGE));
    task_error.trace = trace(error);
    if code == UNREACHABLE && scene.told.is_none() && is_abort(task_error.trace.as_deref()) {
        "it called `abort`".clone_into(&mut task_error.message);
    }
    if !scene.refused {
        return TrapCause::Ended { verdict, error: task_error, fuel_exact };
    }
    let (verdict, error) = after_refusal(verdict, task_error, scene.limits.memory);
    TrapCause::Ended { verdict, error, fuel_exact }
}

/// Returns whether the innermost frame is libc's `abort`, which is only an `unreachable` there.
fn is_abort(trace: Option<&str>) -> bool {
    trace.and_then(|trace| trace.lines().next()).is_some_and(|frame| frame.ends_with("!abort"))
}

/// Returns the error for a guest that ran out of time.
pub(crate) fn out_of_time(limits: &AttemptLimits) -> TaskError {
    let time = humantime::format_duration(limits.timeout);
    TaskError::new("timeout", format!("ran longer than its {time}"))
}

/// Returns the error for a guest that used up its CPU time.
pub(crate) fn out_of_cpu(limit: Duration) -> TaskError {
    let time = humantime::format_duration(limit);
    TaskError::new(CPU_TIME, format!("used more CPU time than its {time}"))
}

/// Returns the error for a guest that came to its end after more CPU time than it had, or than all
/// of its time. Where no fuel is counted nobody looks while it computes, and the supervisor gives
/// a grace.
pub(crate) fn out_of_uncounted(limits: &AttemptLimits, cpu: Duration) -> Option<TaskError> {
    match limits.cpu.filter(|limit| cpu > *limit) {
        Some(limit) => Some(out_of_cpu(limit)),
        None => (cpu > limits.timeout).then(|| out_of_time(limits)),
    }
}

/// A guest that fails after it was refused memory failed for want of memory. Other limits it hit
/// speak for themselves.
pub(crate) fn after_refusal(verdict: Verdict, mut error: TaskError, limit: u64) -> (Verdict, TaskError) {
    let by_guest = matches!(verdict, Verdict::Trap | Verdict::TaskError | Verdict::ModuleInvalid);
    if !by_guest || (verdict == Verdict::Trap && error.code == MACHINE) {
        return (verdict, error);
    }
    let message = format!("asked for more than its {} of memory, then: {}", show_size(limit), error.message);
    error.message = cut(&message, MESSAGE);
    // The host's own failure stays one: its worker is not used again.
    if verdict != Verdict::Trap || error.code != HOST_FAULT {
        "memory".clone_into(&mut error.code);
    }
    (Verdict::MemoryExceeded, error)
}

/// Verdict and code, and whether fuel is exact. Compiled code writes fuel back at calls, at
/// `unreachable` and when it runs out, but not where the hardware traps.
fn classify(error: &Error, entered: bool) -> (Verdict, &'static str, bool) {
    if let Some(trap) = error.downcast_ref::<Trap>() {
        return match trap {
            Trap::OutOfFuel => (Verdict::FuelExhausted, "fuel", true),
            Trap::UnreachableCodeReached => (Verdict::Trap, UNREACHABLE, true),
            other => (Verdict::Trap, trap_code(*other), false),
        };
    }
    if error.is::<OutOfTime>() {
        return (Verdict::Timeout, "timeout", true);
    }
    if error.is::<OutputExceeded>() {
        return (Verdict::OutputExceeded, "output", true);
    }
    if error.is::<ThrownException>() {
        return (Verdict::Trap, "exception", true);
    }
    if error.is::<ResourceTableError>() {
        return (Verdict::Trap, "handles", true);
    }
    if error.is::<OverBudget>() {
        return (Verdict::OutputExceeded, "host_call", true);
    }
    if error.is::<BadValue>() {
        return (Verdict::Trap, "bad_value", true);
    }
    // These have no public type.
    let text = plain(error);
    if text.contains("fuel allocated for hostcalls has been exhausted") {
        return (Verdict::OutputExceeded, "host_call", true);
    }
    if text.contains("handle limit exceeded") || text.contains("cannot allocate another handle") {
        return (Verdict::Trap, "handles", true);
    }
    if text.starts_with("requested len ") && text.contains(" exceeds limit ") {
        return (Verdict::Trap, "random", true);
    }
    if entered && BAD_VALUES.iter().any(|what| text.starts_with(what)) {
        return (Verdict::Trap, "bad_value", true);
    }
    if is_machine(error, entered) {
        return (Verdict::Trap, MACHINE, true);
    }
    if let Some(code) = too_many(&text).filter(|_| !entered) {
        return (Verdict::ModuleInvalid, code, true);
    }
    if entered { (Verdict::Trap, HOST_FAULT, true) } else { (Verdict::ModuleInvalid, "instantiate", true) }
}

/// Messages of wasmtime when a guest gave its host no value of the required type.
const BAD_VALUES: [&str; 14] = [
    "unexpected discriminant",
    "invalid expected discriminant",
    "invalid option discriminant",
    "invalid utf-8 sequence",
    "incomplete utf-8 byte sequence",
    "string pointer/length out of bounds",
    "list pointer/length out of bounds",
    "string pointer not aligned",
    "list pointer is not aligned",
    "converted integer out of range for `char`",
    "discriminant ",
    "return pointer not aligned",
    "pointer out of bounds",
    "realloc return: ",
];

/// Names what an instance had too many of.
fn too_many(text: &str) -> Option<&'static str> {
    if text.starts_with("table minimum size of ") {
        return Some("tables");
    }
    Some(match text.strip_prefix("resource limit exceeded: ")?.split(' ').next()? {
        "instance" => "instances",
        "memory" => "memories",
        "table" => "tables",
        _ => return None,
    })
}

/// Returns whether the machine refused something: memory (ENOMEM), and during the setup of an
/// instance also threads (EAGAIN) and descriptors (ENFILE, EMFILE).
pub(crate) fn is_machine(error: &Error, entered: bool) -> bool {
    let text = plain(error);
    let refused = |numbers: &[&str]| numbers.iter().any(|number| text.ends_with(number));
    refused(&["(os error 12)"]) || (!entered && refused(&["(os error 11)", "(os error 23)", "(os error 24)"]))
}

/// The resource that these words of an error of the machine are about. They end with the system's
/// own.
pub(crate) fn resource(words: &str) -> SystemResource {
    let ends_with = |numbers: &[&str]| numbers.iter().any(|number| words.ends_with(number));
    if ends_with(&["(os error 23)", "(os error 24)"]) {
        SystemResource::Descriptors
    } else if ends_with(&["(os error 11)"]) {
        SystemResource::Processes
    } else if ends_with(&["(os error 28)", "(os error 122)"]) {
        SystemResource::Disk
    } else {
        SystemResource::Memory
    }
}

/// Returns whether a panic says that no thread could be started, for a guest's host call or for the
/// compiler.
pub(crate) fn lacks_threads(panic: &str) -> bool {
    panic.contains("thread") && ["os error 11", "code: 11,"].iter().any(|number| panic.contains(number))
}

fn trap_code(trap: Trap) -> &'static str {
    match trap {
        Trap::StackOverflow => "stack",
        Trap::MemoryOutOfBounds => "memory_bounds",
        Trap::HeapMisaligned => "heap_misaligned",
        Trap::TableOutOfBounds => "table_bounds",
        Trap::IndirectCallToNull => "indirect_call",
        Trap::BadSignature => "bad_signature",
        Trap::IntegerOverflow => "overflow",
        Trap::IntegerDivisionByZero => "divide_by_zero",
        Trap::BadConversionToInteger => "conversion",
        Trap::NullReference => "null_reference",
        Trap::ArrayOutOfBounds => "array_bounds",
        Trap::AllocationTooLarge => "allocation",
        Trap::CastFailure => "cast",
        Trap::CannotEnterComponent | Trap::CannotLeaveComponent => "reentrance",
        Trap::InvalidChar
        | Trap::StringOutOfBounds
        | Trap::ListOutOfBounds
        | Trap::InvalidDiscriminant
        | Trap::UnalignedPointer => "bad_value",
        _ => "other",
    }
}

/// The innermost words of an error: the outer ones only say that wasm was running.
fn plain(error: &Error) -> String {
    error.root_cause().to_string()
}

fn plain_trap(trap: &Trap) -> String {
    let text = trap.to_string();
    text.strip_prefix("wasm trap: ").map_or(text.clone(), str::to_owned)
}

/// The frames, innermost first, one a line, as `module!function`.
fn trace(error: &Error) -> Option<String> {
    let trace = error.downcast_ref::<WasmBacktrace>()?;
    // wasmtime's own rendering, for it demangles names: a line of words, then
    // ` 0: 0x3f - module!function` for each frame.
    let text = trace.to_string();
    let frames: Vec<String> = text.lines().skip(1).take(TRACE_FRAMES).map(frame).collect();
    if frames.is_empty() { None } else { Some(cut(&frames.join("\n"), TRACE)) }
}

fn frame(line: &str) -> String {
    let line = line.trim_start();
    let place = line.split_once(": ").map_or(line, |(_, place)| place).trim_start();
    let name =
        place.strip_prefix("0x").and_then(|place| place.split_once(" - ")).map_or(place, |(_, name)| name);
    let name: String = name.chars().filter(|char| !char.is_control()).collect();
    cut(without_hash(&name), FRAME)
}

/// A name without the hash that Rust's older mangling ends with.
fn without_hash(name: &str) -> &str {
    match name.rsplit_once("::h") {
        Some((name, hash)) if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => name,
        _ => name,
    }
}

/// Joins the messages of an error, from the outermost to the innermost, in one line.
pub(crate) fn chain(error: &Error) -> String {
    let mut words: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        if words.last() != Some(&text) {
            words.push(text);
        }
    }
    cut(&words.join(": ").replace('\n', " "), MESSAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: AttemptLimits = AttemptLimits {
        fuel: Some(9),
        timeout: Duration::from_nanos(9),
        cpu: None,
        memory: 1 << 20,
        output: 9,
        log: 9,
    };
    const SCENE: TrapScene<'_> = TrapScene { entered: true, refused: false, told: None, limits: &LIMITS };

    fn classified(error: impl Into<Error>, scene: TrapScene<'_>) -> (Verdict, TaskError, bool) {
        match cause(&error.into(), scene) {
            TrapCause::Ended { verdict, error, fuel_exact } => (verdict, error, fuel_exact),
            TrapCause::Exit(code) => panic!("an exit with {code}"),
        }
    }

    #[test]
    fn frames_are_stripped_to_names() {
        assert_eq!(frame("    0:     0x3f - demo!demo::run"), "demo!demo::run");
        assert_eq!(frame("   12: demo!<wasm function 7>"), "demo!<wasm function 7>");
        assert_eq!(frame("    0:     0x3f - a!b::c::h5b066e0048f3b0d0"), "a!b::c");
        assert_eq!(frame("    0:     0x3f - a!b\u{1b}[31mc"), "a!b[31mc");
    }

    #[test]
    fn a_trap_after_a_refused_grow_is_for_want_of_memory() {
        let (verdict, error, exact) =
            classified(Trap::UnreachableCodeReached, TrapScene { refused: true, ..SCENE });
        assert_eq!((verdict, error.code.as_str(), exact), (Verdict::MemoryExceeded, "memory", true));
        assert_eq!(
            error.message,
            "asked for more than its 1 MiB of memory, then: wasm `unreachable` instruction executed"
        );
    }

    #[test]
    fn a_guest_that_gives_itself_up_is_told_in_its_own_words() {
        let scene = TrapScene { told: Some("no such thing"), ..SCENE };
        let (verdict, told, _) = classified(Trap::UnreachableCodeReached, scene);
        assert_eq!((verdict, told.code.as_str()), (Verdict::Trap, "unreachable"));
        assert_eq!(told.message, "no such thing");
        let (verdict, told, _) =
            classified(Trap::UnreachableCodeReached, TrapScene { refused: true, ..scene });
        assert_eq!(verdict, Verdict::MemoryExceeded);
        assert_eq!(told.message, "asked for more than its 1 MiB of memory, then: no such thing");
        // What stopped it from outside has nothing to do with what it said.
        for trap in [Trap::IntegerDivisionByZero, Trap::OutOfFuel, Trap::StackOverflow] {
            assert!(!classified(trap, scene).1.message.contains("no such thing"), "{trap}");
        }
    }

    #[test]
    fn fuel_and_output_speak_for_themselves_after_a_refused_grow() {
        let scene = TrapScene { refused: true, ..SCENE };
        assert_eq!(classified(Trap::OutOfFuel, scene).0, Verdict::FuelExhausted);
        assert_eq!(classified(OutputExceeded, scene).0, Verdict::OutputExceeded);
    }

    #[test]
    fn hardware_traps_leave_fuel_inexact() {
        assert!(!classified(Trap::IntegerDivisionByZero, SCENE).2);
        assert!(classified(Trap::OutOfFuel, SCENE).2);
    }

    #[test]
    fn an_unknown_error_is_the_hosts_once_the_guest_was_entered() {
        assert_eq!(classified(Error::msg("Pointer out of bounds"), SCENE).1.code, "host");
        let (verdict, error, _) = classified(Error::msg("no"), TrapScene { entered: false, ..SCENE });
        assert_eq!((verdict, error.code.as_str()), (Verdict::ModuleInvalid, "instantiate"));
    }

    #[test]
    fn what_there_is_too_much_of_for_an_instance_is_told_apart() {
        let outside = TrapScene { entered: false, ..SCENE };
        for (text, code) in [
            ("table minimum size of 200000 elements exceeds table limits", "tables"),
            ("resource limit exceeded: table count too high at 1001", "tables"),
            ("resource limit exceeded: memory count too high at 101", "memories"),
            ("resource limit exceeded: instance count too high at 1001", "instances"),
        ] {
            let (verdict, told, _) = classified(Error::msg(text), outside);
            assert_eq!((verdict, told.code.as_str()), (Verdict::ModuleInvalid, code), "{text}");
            assert!(told.message.starts_with(text));
            assert_eq!(classified(Error::msg(text), SCENE).1.code, "host", "{text}");
        }
        let (verdict, told, _) = classified(Error::msg("requested len 9 exceeds limit 8"), SCENE);
        assert_eq!((verdict, told.code.as_str()), (Verdict::Trap, "random"));
    }

    #[test]
    fn what_the_machine_refuses_is_no_fault_of_the_module() {
        let refused = |number| Error::from(std::io::Error::from_raw_os_error(number)).context("mmap failed");
        let outside = TrapScene { entered: false, ..SCENE };
        for number in [11, 12, 23, 24] {
            let (verdict, told, _) = classified(refused(number), outside);
            assert_eq!((verdict, told.code.as_str()), (Verdict::Trap, MACHINE), "{number}");
        }
        assert_eq!(classified(refused(12), SCENE).1.code, MACHINE);
        assert_eq!(classified(refused(24), SCENE).1.code, "host");
        assert_eq!(classified(refused(12), TrapScene { refused: true, ..SCENE }).1.code, MACHINE);
    }

    #[test]
    fn words_of_the_machine_tell_what_it_lacks() {
        for (number, lacking) in [
            (11, SystemResource::Processes),
            (12, SystemResource::Memory),
            (23, SystemResource::Descriptors),
            (24, SystemResource::Descriptors),
            (28, SystemResource::Disk),
        ] {
            let words = format!("mmap failed: {}", std::io::Error::from_raw_os_error(number));
            assert_eq!(resource(&words), lacking, "{words}");
        }
    }

    #[test]
    fn panics_for_want_of_a_thread_are_told_from_others() {
        for panic in [
            "OS can't spawn worker thread: Resource temporarily unavailable (os error 11)",
            "The global thread pool has not been initialized.: IOError(Os { code: 11, kind: WouldBlock })",
            "failed to spawn thread: Os { code: 11, kind: WouldBlock }",
        ] {
            assert!(lacks_threads(panic), "{panic}");
        }
        assert!(!lacks_threads("thread 'main' panicked: index out of bounds"));
    }

    #[test]
    fn the_host_stays_to_blame_after_a_refused_grow() {
        let (verdict, told, _) =
            classified(Error::msg("Pointer out of bounds"), TrapScene { refused: true, ..SCENE });
        assert_eq!((verdict, told.code.as_str()), (Verdict::MemoryExceeded, HOST_FAULT));
    }

    #[test]
    fn every_exit_code_survives() {
        for code in [0, 1, 126, u32::MAX] {
            assert!(matches!(cause(&GuestExit(code).into(), SCENE), TrapCause::Exit(found) if found == code));
        }
        assert!(matches!(cause(&I32Exit(-1).into(), SCENE), TrapCause::Exit(u32::MAX)));
    }
}
