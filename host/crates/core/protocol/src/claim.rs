//! From what a worker claims to what the supervisor believes: bounds first, then domain types.
//!
//! A worker that ran a guest may be the guest's by now. Whatever cannot be true is a violation and
//! costs the worker its life; what is only too long is cut.

mod attempt;
mod stream;

pub use attempt::{AttemptBounds, ending};
pub use stream::{OTHER as STREAM_OF_ANOTHER, OutputChannel, StreamAccount};

use super::message::{
    ENTRIES, WireConfinement, WireEntry, WireForm, WireFunction, WireKept, WireLimits, WireOutputFormat,
    WirePayload, WireTask, WireWanted,
};
use polymer_host_base::text::cut;
use polymer_host_base::{ActiveLayer, Confinement, JailLayer, MissingLayer};
use polymer_host_task::{
    CapabilityWish, EntryMode, FunctionInfo, GrantSubset, InputPayload, LimitWall, Limits, ModuleForm,
    OutputFormat, TaskEncoding, TaskError, TaskInfo, Verdict,
};
use std::time::Duration;

/// The longest message, in bytes, that is kept of what a guest or worker says of itself.
const MESSAGE: usize = 4 << 10;
/// The longest code.
const CODE: usize = 64;
/// The longest trace: of wasm, 20 frames of long names; of a guest a little more than the contract
/// lets its worker keep.
const TRACE: usize = 17 << 10;
/// The longest name, version or path of a wish.
const NAME: usize = 128;
/// The longest JSON Schema.
const SCHEMA: usize = 256 << 10;

/// A claim of a worker that cannot be true.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolViolation {
    /// A verdict that is unknown, or not a worker's to say.
    #[error("claims the verdict {0:?}")]
    Verdict(String),
    /// More than it was given, or than there can have been.
    #[error("claims {what} of {claimed}, where at most {limit} is possible")]
    Over {
        /// Of what.
        what: &'static str,
        /// As claimed.
        claimed: u64,
        /// The most there can be.
        limit: u64,
    },
    /// Less than came with the same answer.
    #[error("claims {what} of {claimed} and sent {sent}")]
    Under {
        /// Of what.
        what: &'static str,
        /// As claimed.
        claimed: u64,
        /// As it came.
        sent: u64,
    },
    /// An output that is not what it is said to be.
    #[error("sent an output that is not of its declared kind: {0}")]
    Output(String),
    /// Something that does not go with the verdict, or nothing where something is due.
    #[error("sent {0} with the verdict `{1}`")]
    Mismatch(&'static str, Verdict),
    /// A log that is not made of marked lines.
    #[error("sent a log that is not made of lines")]
    Log,
    /// A number that means nothing.
    #[error("sent {0}")]
    Unknown(&'static str),
}

/// Codes of traps, and of refusals, that stand for a limit of the engine's.
const LIMITS: [&str; 7] = ["stack", "handles", "tables", "instances", "memories", "random", "describe_limit"];

/// The code of a refusal: the kernel let a worker write no more machine code.
pub const COMPILE_SIZE: &str = "compile_size";

/// Returns whether an end that a worker reports is a limit that was hit.
#[must_use]
pub fn is_limit(verdict: Verdict, code: &str) -> bool {
    verdict.names_limit().unwrap_or_else(|| LIMITS.contains(&code))
}

/// The wall behind an end that a worker tells. A worker knows of none but the engine's.
fn inner_wall(verdict: Verdict, code: &str) -> Option<LimitWall> {
    is_limit(verdict, code).then_some(LimitWall::Engine)
}

fn at_most(what: &'static str, claimed: u64, limit: u64) -> Result<(), ProtocolViolation> {
    if claimed > limit { Err(ProtocolViolation::Over { what, claimed, limit }) } else { Ok(()) }
}

/// Returns what a module says of its tasks.
///
/// # Errors
/// If an encoding or a wish is of no known kind.
pub fn tasks(claim: Vec<WireTask>) -> Result<Vec<TaskInfo>, ProtocolViolation> {
    claim.into_iter().take(ENTRIES).map(task).collect()
}

fn task(claim: WireTask) -> Result<TaskInfo, ProtocolViolation> {
    let wish = |(kind, what): (u8, String)| match kind {
        0 => Ok(CapabilityWish::Env(cut(&what, NAME))),
        1 => Ok(CapabilityWish::ReadDir(cut(&what, MESSAGE))),
        2 => Ok(CapabilityWish::WriteDir(cut(&what, MESSAGE))),
        _ => Err(ProtocolViolation::Unknown("a wish of an unknown kind")),
    };
    let WireTask { name, version, summary, encoding, input_schema, output_schema, wishes } = claim;
    Ok(TaskInfo {
        name: cut(&name, NAME),
        version: cut(&version, NAME),
        summary: cut(&summary, MESSAGE),
        encoding: match encoding {
            0 => TaskEncoding::Json,
            1 => TaskEncoding::MessagePack,
            2 => TaskEncoding::Raw,
            _ => return Err(ProtocolViolation::Unknown("an encoding of an unknown kind")),
        },
        input_schema: input_schema.map(|schema| cut(&schema, SCHEMA)),
        output_schema: output_schema.map(|schema| cut(&schema, SCHEMA)),
        wishes: wishes.into_iter().take(ENTRIES).map(wish).collect::<Result<_, _>>()?,
    })
}

/// Returns a worker's claim about the functions that a module exports; `called` is whether the run
/// calls the function described.
#[must_use]
pub fn functions(claim: Vec<WireFunction>, called: bool) -> Vec<FunctionInfo> {
    let function = |WireFunction { name, signature, refused }| FunctionInfo {
        called,
        name: cut(&name, MESSAGE),
        signature: cut(&signature, MESSAGE),
        refused: refused.map(|why: String| cut(&why, MESSAGE)),
    };
    claim.into_iter().take(ENTRIES).map(function).collect()
}

/// Returns a worker's claim about its jail, made before it has seen a guest. Layers that are
/// unknown here are skipped.
#[must_use]
pub fn confinement(claim: &WireConfinement<'_>) -> Confinement {
    let known = |(name, text): &(&str, &str)| Some((JailLayer::named(name)?, cut(text, MESSAGE)));
    let WireConfinement { active, missing, scans_pages, counts_threads } = claim;
    let active = active.iter().take(ENTRIES).filter_map(known);
    let missing = missing.iter().take(ENTRIES).filter_map(known);
    Confinement {
        active: active.map(|(layer, detail)| ActiveLayer { layer, detail }).collect(),
        missing: missing.map(|(layer, why)| MissingLayer { layer, why }).collect(),
        scans_pages: *scans_pages,
        counts_threads: *counts_threads,
    }
}

/// Returns a worker's claim about its engine.
#[must_use]
pub fn engine(claim: &str) -> String {
    cut(claim, MESSAGE)
}

/// Returns a compile worker's claim about what a module imports.
#[must_use]
pub fn imports(claim: Vec<String>) -> Vec<String> {
    claim.iter().take(ENTRIES).map(|import| cut(import, MESSAGE)).collect()
}

/// Why a worker says that it cannot put up its jail.
#[must_use]
pub fn unconfined(layer: &str, why: &str) -> TaskError {
    TaskError::new(code_of(layer), cut(why, MESSAGE))
}

/// Why a worker says it cannot use a module.
#[must_use]
pub fn refusal(code: &str, message: &str) -> TaskError {
    // The kernel keeps the size of files; all else a worker can tell of is the engine's.
    let wall =
        if code == COMPILE_SIZE { Some(LimitWall::Kernel) } else { inner_wall(Verdict::ModuleInvalid, code) };
    TaskError::new(code_of(code), cut(message, MESSAGE)).by(wall)
}

/// A code as it was claimed, without what is in no code.
fn code_of(claim: &str) -> String {
    cut(claim, CODE).chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

impl From<WireForm> for ModuleForm {
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

impl From<ModuleForm> for WireForm {
    fn from(form: ModuleForm) -> Self {
        match form {
            ModuleForm::Typed => Self::Typed,
            ModuleForm::TypedModule => Self::TypedModule,
            ModuleForm::CommandComponent => Self::CommandComponent,
            ModuleForm::CommandModule => Self::CommandModule,
            ModuleForm::Component => Self::Component,
        }
    }
}

impl<'a> From<&'a EntryMode> for WireEntry<'a> {
    fn from(entering: &'a EntryMode) -> Self {
        match entering {
            EntryMode::Task => Self::Task,
            EntryMode::Function(name) => Self::Function(name),
            EntryMode::Look => Self::Look,
        }
    }
}

impl From<&EntryMode> for WireWanted {
    fn from(entering: &EntryMode) -> Self {
        match entering {
            EntryMode::Task => Self::Task,
            EntryMode::Function(_) => Self::Function,
            EntryMode::Look => Self::Look,
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
        let nanos = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        Self {
            // A limit of fuel is 1 at the least.
            fuel: limits.fuel.unwrap_or(0),
            timeout_ns: nanos(limits.timeout),
            cpu_ns: limits.cpu.map_or(u64::MAX, nanos),
            memory: limits.memory,
            output: limits.output,
            log: limits.log,
        }
    }
}

impl From<&GrantSubset> for WireKept {
    fn from(kept: &GrantSubset) -> Self {
        Self { dirs: kept.dirs.clone(), env: kept.env.clone(), scratch: kept.scratch }
    }
}

impl From<&InputPayload> for WirePayload {
    fn from(payload: &InputPayload) -> Self {
        match payload {
            InputPayload::Json(_) => Self::Json,
            InputPayload::Line(_) => Self::Line,
            InputPayload::Bytes(_) => Self::Bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_wall_that_was_hit() {
        assert_eq!(refusal("describe_limit", "").wall, Some(LimitWall::Engine));
        assert_eq!(refusal("compile_size", "").wall, Some(LimitWall::Kernel));
        assert_eq!(refusal("malformed", "").wall, None);
    }

    #[test]
    fn a_code_has_no_control_characters_and_an_end() {
        let error = refusal(&"\u{1b}[2J".repeat(100), "");
        assert!(error.code.starts_with("\u{fffd}[2J") && error.code.len() < 300, "{error:?}");
        assert!(!error.code.chars().any(char::is_control));
    }

    #[test]
    fn long_words_are_cut_between_characters() {
        assert_eq!(cut("äöü", 3), "ä [cut]");
        assert_eq!(cut("äöü", 6), "äöü");
    }
}
