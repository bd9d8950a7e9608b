//! From what a worker claims to what the supervisor believes: bounds first, then domain types.
//!
//! A worker that ran a guest may be the guest's by now. Whatever cannot be true is a violation and costs the worker its life; what is
//! only too long is cut.

use super::message::{
    ENTRIES, Finished, WireConfinement, WireEntry, WireForm, WireFunction, WireKept, WireLimits, WireOutput,
    WireOutputFormat, WirePayload, WireTask, WireWanted,
};
use crate::jail::{Active, Confinement, Layer, Missing};
use crate::task::{
    AttemptId, Encoding, Ending, Entering, Fault, Form, FunctionInfo, Kept, Limits, Log, LogLevel, LogLine,
    Output, OutputFormat, Payload, RetryHint, TaskInfo, Usage, Verdict, Wall, Wish, json,
};
use std::time::Duration;

/// The longest message, in bytes, that is kept of what a guest or worker says of itself.
const MESSAGE: usize = 4 << 10;
/// The longest code.
const CODE: usize = 64;
/// The longest trace: 20 frames of long names.
const TRACE: usize = 16 << 10;
/// The longest name, version or path of a wish.
const NAME: usize = 128;
/// The longest JSON Schema.
const SCHEMA: usize = 256 << 10;

/// What a worker said cannot be true.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// A verdict that is unknown, or not a worker's to say.
    #[error("claims the verdict {0:?}")]
    Verdict(String),
    /// More than the limit it was given.
    #[error("claims {what} of {claimed}, over its limit of {limit}")]
    Over {
        /// Of what.
        what: &'static str,
        /// As claimed.
        claimed: u64,
        /// As given.
        limit: u64,
    },
    /// An output that is not what it is said to be.
    #[error("sent an output that is not what it says: {0}")]
    Output(String),
    /// An output with a verdict that has none, or none where one is due.
    #[error("sent {0} with the verdict `{1}`")]
    Mismatch(&'static str, Verdict),
    /// A log that is not made of marked lines.
    #[error("sent a log that is not made of lines")]
    Log,
    /// A number that means nothing.
    #[error("sent {0}")]
    Unknown(&'static str),
}

/// The end of an attempt, from a worker's claim, held against the limits it was given.
///
/// # Errors
/// If the claim cannot be true.
pub fn ending(claim: &Finished<'_>, limits: &Limits) -> Result<(AttemptId, Ending), Violation> {
    let verdict = Verdict::ALL
        .into_iter()
        .find(|verdict| verdict.name() == claim.verdict && verdict.is_workers_to_say())
        .ok_or_else(|| Violation::Verdict(cut(claim.verdict, CODE)))?;
    at_most("fuel", claim.usage.fuel, limits.fuel)?;
    at_most("memory", claim.usage.peak_memory, limits.memory)?;
    let output = output(claim.output, limits.output)?;
    match (output.is_some(), verdict == Verdict::Ok) {
        (true, true) | (false, false) => {}
        (true, false) => return Err(Violation::Mismatch("an output", verdict)),
        (false, true) => return Err(Violation::Mismatch("no output", verdict)),
    }
    let trouble = claim.trouble.as_deref().copied().unwrap_or_default();
    let ending = Ending {
        verdict,
        output,
        fault: Fault {
            message: cut(trouble.message, MESSAGE),
            code: code_of(trouble.code),
            wall: inner_wall(verdict, trouble.code),
            exit_code: trouble.exit_code,
            trace: trouble.trace.map(|trace| cut(trace, TRACE)),
        },
        retry: trouble
            .retryable
            .then(|| RetryHint { after: trouble.retry_after_ms.map(Duration::from_millis) }),
        usage: Usage {
            fuel: Some(claim.usage.fuel),
            fuel_exact: claim.usage.fuel_exact,
            wall: Some(Duration::from_nanos(claim.usage.wall_ns)),
            cpu: Some(Duration::from_nanos(claim.usage.cpu_ns)),
            peak_memory: Some(claim.usage.peak_memory),
            grow_refused: claim.usage.grow_refused,
            output_bytes: Some(claim.usage.output_bytes),
            reused: claim.usage.reused,
            partial: false,
        },
        log: log(claim.log, claim.log_dropped, limits.log)?,
    };
    Ok((AttemptId(claim.attempt), ending))
}

/// Codes of traps, and of refusals, that stand for a limit of the engine's.
const LIMITS: [&str; 7] = ["stack", "handles", "tables", "instances", "memories", "random", "describe_limit"];

/// The code of a refusal: the kernel let a worker write no more machine code.
pub const COMPILE_SIZE: &str = "compile_size";

/// Whether an end that a worker tells is a limit that was hit.
#[must_use]
pub fn is_limit(verdict: Verdict, code: &str) -> bool {
    match verdict {
        Verdict::FuelExhausted | Verdict::Timeout | Verdict::MemoryExceeded | Verdict::OutputExceeded => true,
        Verdict::Trap | Verdict::ModuleInvalid => LIMITS.contains(&code),
        // Codes of these may be the guest's own words.
        _ => false,
    }
}

/// The wall behind an end that a worker tells. A worker knows of none but the engine's.
fn inner_wall(verdict: Verdict, code: &str) -> Option<Wall> {
    is_limit(verdict, code).then_some(Wall::Engine)
}

fn at_most(what: &'static str, claimed: u64, limit: u64) -> Result<(), Violation> {
    if claimed > limit { Err(Violation::Over { what, claimed, limit }) } else { Ok(()) }
}

fn output(claim: WireOutput<'_>, limit: u64) -> Result<Option<Output>, Violation> {
    let (WireOutput::Json(bytes) | WireOutput::Text(bytes) | WireOutput::Bytes(bytes)) = claim else {
        return Ok(None);
    };
    at_most("an output", bytes.len() as u64, limit)?;
    Ok(Some(match claim {
        WireOutput::Json(_) => {
            Output::Json(json::compact(bytes).map_err(|error| Violation::Output(error.to_string()))?)
        }
        WireOutput::Text(_) => Output::Text(
            std::str::from_utf8(bytes).map_err(|error| Violation::Output(error.to_string()))?.to_owned(),
        ),
        WireOutput::Bytes(_) | WireOutput::None => Output::Bytes(bytes.to_owned()),
    }))
}

fn log(claim: &str, dropped_bytes: u64, limit: u64) -> Result<Log, Violation> {
    // Every line may come with a mark and a newline of its own, which the limit does not count.
    at_most("a log", claim.len() as u64, limit.saturating_mul(3).saturating_add(3))?;
    let line = |line: &str| -> Result<LogLine, Violation> {
        let mut chars = line.chars();
        let level = match chars.next() {
            Some('-') => None,
            Some('d') => Some(LogLevel::Debug),
            Some('i') => Some(LogLevel::Info),
            Some('w') => Some(LogLevel::Warn),
            Some('e') => Some(LogLevel::Error),
            _ => return Err(Violation::Log),
        };
        Ok(LogLine { level, text: chars.as_str().to_owned() })
    };
    Ok(Log { lines: claim.lines().map(line).collect::<Result<_, _>>()?, dropped_bytes })
}

/// What a module says of its tasks.
///
/// # Errors
/// If an encoding or a wish is of no known kind.
pub fn tasks(claim: Vec<WireTask>) -> Result<Vec<TaskInfo>, Violation> {
    claim.into_iter().take(ENTRIES).map(task).collect()
}

fn task(claim: WireTask) -> Result<TaskInfo, Violation> {
    let wish = |(kind, what): (u8, String)| match kind {
        0 => Ok(Wish::Env(cut(&what, NAME))),
        1 => Ok(Wish::ReadDir(cut(&what, MESSAGE))),
        2 => Ok(Wish::WriteDir(cut(&what, MESSAGE))),
        _ => Err(Violation::Unknown("a wish of no known kind")),
    };
    Ok(TaskInfo {
        name: cut(&claim.name, NAME),
        version: cut(&claim.version, NAME),
        summary: cut(&claim.summary, MESSAGE),
        encoding: match claim.encoding {
            0 => Encoding::Json,
            1 => Encoding::MessagePack,
            2 => Encoding::Raw,
            _ => return Err(Violation::Unknown("an encoding of no known kind")),
        },
        input_schema: claim.input_schema.map(|schema| cut(&schema, SCHEMA)),
        output_schema: claim.output_schema.map(|schema| cut(&schema, SCHEMA)),
        wishes: claim.wishes.into_iter().take(ENTRIES).map(wish).collect::<Result<_, _>>()?,
    })
}

/// What a worker says of the functions that a component exports.
#[must_use]
pub fn functions(claim: Vec<WireFunction>) -> Vec<FunctionInfo> {
    let function = |claim: WireFunction| FunctionInfo {
        name: cut(&claim.name, MESSAGE),
        signature: cut(&claim.signature, MESSAGE),
        refused: claim.refused.map(|why| cut(&why, MESSAGE)),
    };
    claim.into_iter().take(ENTRIES).map(function).collect()
}

/// What a worker says of its jail, before it has seen a guest. Layers that are unknown here are passed over.
#[must_use]
pub fn confinement(claim: &WireConfinement<'_>) -> Confinement {
    let known = |(name, text): &(&str, &str)| Some((Layer::named(name)?, cut(text, MESSAGE)));
    let active = claim.active.iter().take(ENTRIES).filter_map(known);
    let missing = claim.missing.iter().take(ENTRIES).filter_map(known);
    Confinement {
        active: active.map(|(layer, detail)| Active { layer, detail }).collect(),
        missing: missing.map(|(layer, why)| Missing { layer, why }).collect(),
        scans_pages: claim.scans_pages,
    }
}

/// What a worker says of its engine.
#[must_use]
pub fn engine(claim: &str) -> String {
    cut(claim, MESSAGE)
}

/// What a compile worker says a module imports.
#[must_use]
pub fn imports(claim: Vec<String>) -> Vec<String> {
    claim.iter().take(ENTRIES).map(|import| cut(import, MESSAGE)).collect()
}

/// Why a worker says that it cannot put up its jail.
#[must_use]
pub fn unconfined(layer: &str, why: &str) -> Fault {
    Fault::new(code_of(layer), cut(why, MESSAGE))
}

/// Why a worker says it cannot use a module.
#[must_use]
pub fn refusal(code: &str, message: &str) -> Fault {
    // The kernel keeps the size of files; all else a worker can tell of is the engine's.
    let wall =
        if code == COMPILE_SIZE { Some(Wall::Kernel) } else { inner_wall(Verdict::ModuleInvalid, code) };
    Fault::new(code_of(code), cut(message, MESSAGE)).by(wall)
}

/// A code as it was claimed, without what is in no code.
fn code_of(claim: &str) -> String {
    cut(claim, CODE).chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// The first `most` bytes of `text`, cut between characters and marked where something is missing.
#[must_use]
pub fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{} [cut]", text.get(..end).unwrap_or_default())
}

impl From<WireForm> for Form {
    fn from(form: WireForm) -> Self {
        match form {
            WireForm::Typed => Self::Typed,
            WireForm::TypedModule => Self::TypedModule,
            WireForm::CommandComponent => Self::CommandComponent,
            WireForm::CommandModule => Self::CommandModule,
            WireForm::Component => Self::Component,
        }
    }
}

impl From<Form> for WireForm {
    fn from(form: Form) -> Self {
        match form {
            Form::Typed => Self::Typed,
            Form::TypedModule => Self::TypedModule,
            Form::CommandComponent => Self::CommandComponent,
            Form::CommandModule => Self::CommandModule,
            Form::Component => Self::Component,
        }
    }
}

impl<'a> From<&'a Entering> for WireEntry<'a> {
    fn from(entering: &'a Entering) -> Self {
        match entering {
            Entering::Task => Self::Task,
            Entering::Function(name) => Self::Function(name),
            Entering::Look => Self::Look,
        }
    }
}

impl From<&Entering> for WireWanted {
    fn from(entering: &Entering) -> Self {
        match entering {
            Entering::Task => Self::Task,
            Entering::Function(_) => Self::Function,
            Entering::Look => Self::Look,
        }
    }
}

impl From<OutputFormat> for WireOutputFormat {
    fn from(format: OutputFormat) -> Self {
        match format {
            OutputFormat::Text => Self::Text,
            OutputFormat::Json => Self::Json,
            OutputFormat::Base64 => Self::Base64,
        }
    }
}

impl From<&Limits> for WireLimits {
    fn from(limits: &Limits) -> Self {
        Self {
            fuel: limits.fuel,
            timeout_ns: u64::try_from(limits.timeout.as_nanos()).unwrap_or(u64::MAX),
            memory: limits.memory,
            output: limits.output,
            log: limits.log,
        }
    }
}

impl From<&Kept> for WireKept {
    fn from(kept: &Kept) -> Self {
        Self { dirs: kept.dirs.clone(), env: kept.env.clone(), scratch: kept.scratch }
    }
}

impl From<&Payload> for WirePayload {
    fn from(payload: &Payload) -> Self {
        match payload {
            Payload::Json(_) => Self::Json,
            Payload::Line(_) => Self::Line,
            Payload::Bytes(_) => Self::Bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::message::{WireTrouble, WireUsage};
    use super::*;

    fn claim(verdict: &'static str, output: WireOutput<'static>) -> Finished<'static> {
        Finished {
            attempt: 7,
            verdict,
            output,
            trouble: None,
            usage: WireUsage::default(),
            log: "",
            log_dropped: 0,
        }
    }

    fn refused(claim: &Finished<'_>) -> Violation {
        ending(claim, &Limits { fuel: 10, memory: 10, output: 10, log: 10, ..Limits::default() }).unwrap_err()
    }

    #[test]
    fn an_honest_claim_becomes_an_ending() {
        let mut claim = claim("ok", WireOutput::Json(b"[1, 2]"));
        claim.log = "iup\n-plain\n";
        let (attempt, ending) = ending(&claim, &Limits::default()).unwrap();
        assert_eq!(attempt, AttemptId(7));
        assert_eq!(ending.output, Some(Output::Json("[1,2]".to_owned())));
        assert_eq!(ending.log.text(), "info: up\nplain");
    }

    #[test]
    fn a_worker_claims_the_inner_wall_or_none() {
        let wall = |verdict, code| {
            let trouble = Some(Box::new(WireTrouble { code, ..WireTrouble::default() }));
            let claim = Finished { trouble, ..claim(verdict, WireOutput::None) };
            ending(&claim, &Limits::default()).unwrap().1.fault.wall
        };
        for (verdict, code) in [
            ("fuel_exhausted", "fuel"),
            ("timeout", "timeout"),
            ("memory_exceeded", "memory"),
            ("output_exceeded", "output"),
            ("trap", "stack"),
            ("trap", "handles"),
            ("trap", "random"),
            ("module_invalid", "tables"),
        ] {
            assert_eq!(wall(verdict, code), Some(Wall::Engine), "{verdict} {code}");
        }
        for (verdict, code) in
            [("trap", "unreachable"), ("task_error", "stack"), ("bad_input", "handles"), ("trap", "host")]
        {
            assert_eq!(wall(verdict, code), None, "{verdict} {code}");
        }
        assert_eq!(refusal("describe_limit", "").wall, Some(Wall::Engine));
        assert_eq!(refusal("compile_size", "").wall, Some(Wall::Kernel));
        assert_eq!(refusal("malformed", "").wall, None);
    }

    #[test]
    fn what_cannot_be_true_is_a_violation() {
        let none = WireOutput::None;
        assert!(matches!(refused(&claim("quarantined", none)), Violation::Verdict(_)));
        assert!(matches!(refused(&claim("nonsense", none)), Violation::Verdict(_)));
        assert!(matches!(refused(&claim("ok", none)), Violation::Mismatch("no output", _)));
        assert!(matches!(
            refused(&claim("trap", WireOutput::Text(b"x"))),
            Violation::Mismatch("an output", _)
        ));
        assert!(matches!(refused(&claim("ok", WireOutput::Json(b"{\"a\":1}\n{}"))), Violation::Output(_)));
        assert!(matches!(refused(&claim("ok", WireOutput::Text(b"\xff"))), Violation::Output(_)));
        assert!(matches!(
            refused(&claim("ok", WireOutput::Bytes(&[0; 11]))),
            Violation::Over { limit: 10, .. }
        ));
        let mut greedy = claim("trap", none);
        greedy.usage.fuel = 11;
        assert!(matches!(refused(&greedy), Violation::Over { what: "fuel", .. }));
        let mut chatty = claim("trap", none);
        chatty.log = "unmarked";
        assert_eq!(refused(&chatty), Violation::Log);
    }

    #[test]
    fn a_code_has_no_control_characters_and_an_end() {
        let fault = refusal(&"\u{1b}[2J".repeat(100), "");
        assert!(fault.code.starts_with("\u{fffd}[2J") && fault.code.len() < 300, "{fault:?}");
        assert!(!fault.code.chars().any(char::is_control));
        let verdict = refused(&claim("\u{1b}[2J", WireOutput::None)).to_string();
        assert_eq!(verdict, r#"claims the verdict "\u{1b}[2J""#);
    }

    #[test]
    fn long_words_are_cut_between_characters() {
        assert_eq!(cut("äöü", 3), "ä [cut]");
        assert_eq!(cut("äöü", 6), "äöü");
    }
}
