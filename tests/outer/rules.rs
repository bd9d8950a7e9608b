//! What is to be taken away, as the command line says it.

use super::calls;
use nix::errno::Errno;
use nix::libc;
use std::fs::{File, OpenOptions};
use std::ops::RangeInclusive;

/// Everything the command line says.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub(crate) user: Option<u32>,
    /// A capability.
    pub(crate) drop: Option<u32>,
    pub(crate) files: Option<u64>,
    pub(crate) processes: Option<u64>,
    pub(crate) tell: Option<File>,
    pub(crate) without: Vec<Refused>,
    pub(crate) failing: Vec<Failing>,
    pub(crate) command: Vec<String>,
}

/// A kind of system call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) number: i64,
    pub(crate) first: First,
}

/// What the first argument of a call is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum First {
    Any,
    Is(u32),
    HasAny(u32),
    /// It is a descriptor of what the command has as this one: 1 is its standard output, 2 its
    /// standard error.
    Standard(u64),
}

/// A call that is refused always.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refused {
    pub(crate) call: Call,
    pub(crate) error: Errno,
}

/// What a call gives that is not made.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    Error(Errno),
    /// A number, as if all had gone well.
    Number(u32),
}

/// A call that fails some times.
#[derive(Debug, Clone)]
pub(crate) struct Failing {
    pub(crate) call: Call,
    /// Which of them, counted from 1.
    pub(crate) which: RangeInclusive<u64>,
    pub(crate) answer: Answer,
    /// Those of other processes are counted too.
    pub(crate) all: bool,
}

impl Rules {
    pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut rules = Self::default();
        while let Some(word) = words.next() {
            if word == "--" {
                rules.command = words.collect();
                return Ok(rules);
            }
            let value = words.next().ok_or_else(|| format!("`{word}` needs a value"))?;
            match word.as_str() {
                "as" => rules.user = Some(whole(&value)?),
                "drop" => rules.drop = Some(whole(&value)?),
                "files" => rules.files = Some(whole(&value)?),
                "processes" => rules.processes = Some(whole(&value)?),
                "landlock" => rules.failing.push(landlock(whole(&value)?)?),
                "tell" => rules.tell = Some(told(&value)?),
                "without" => {
                    for what in value.split(',') {
                        rules.without.extend(without(what)?);
                    }
                }
                "failing" => rules.failing.push(failing(&value)?),
                _ => return Err(format!("`{word}` is no word for what to take away")),
            }
        }
        Err("there is no `--` in front of the command".to_owned())
    }
}

fn told(path: &str) -> Result<File, String> {
    OpenOptions::new().append(true).create(true).open(path).map_err(|error| format!("{path}: {error}"))
}

fn whole<T: TryFrom<u64>>(text: &str) -> Result<T, String> {
    let number = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    };
    number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| format!("`{text}` is no such number"))
}

fn call(text: &str) -> Result<Call, String> {
    let (name, first) = if let Some((name, "stdout")) = text.split_once('@') {
        (name, First::Standard(1))
    } else if let Some((name, "stderr")) = text.split_once('@') {
        (name, First::Standard(2))
    } else if let Some((name, value)) = text.split_once('@') {
        (name, First::Is(whole(value)?))
    } else if let Some((name, bits)) = text.split_once('&') {
        (name, First::HasAny(whole(bits)?))
    } else {
        (text, First::Any)
    };
    Ok(Call { number: calls::number(name)?, first })
}

fn without(what: &str) -> Result<Vec<Refused>, String> {
    let each = |list: &[&str]| list.iter().map(|text| refused(text)).collect();
    match what {
        "landlock" => each(&["landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"]),
        "seccomp" => each(&["seccomp", &format!("prctl@{}:EINVAL", libc::PR_SET_SECCOMP)]),
        "user-namespaces" => {
            let bit = libc::CLONE_NEWUSER;
            // What the newest call is to do stands in memory, where a filter cannot look; without
            // it all fall back on the older one.
            each(&[&format!("unshare&{bit}:EPERM"), &format!("clone&{bit}:EPERM"), "clone3"])
        }
        _ => each(&[what]),
    }
}

fn refused(text: &str) -> Result<Refused, String> {
    let (text, error) = text.split_once(':').unwrap_or((text, "ENOSYS"));
    let call = call(text)?;
    if matches!(call.first, First::Standard(_)) {
        return Err("a filter alone does not know what a descriptor is of: say `failing`".to_owned());
    }
    Ok(Refused { call, error: calls::error(error)? })
}

/// The kernel says that it has this version of Landlock, to whoever asks.
fn landlock(version: u32) -> Result<Failing, String> {
    // Only who asks for the version gives no rules.
    let call = call("landlock_create_ruleset@0")?;
    Ok(Failing { call, which: 1..=u64::MAX, answer: Answer::Number(version), all: true })
}

fn failing(text: &str) -> Result<Failing, String> {
    let parts: Vec<_> = text.split(':').collect();
    let (what, which, error, all) = match parts[..] {
        [what, which, error] => (what, which, error, false),
        [what, which, error, "all"] => (what, which, error, true),
        _ => return Err(format!("`{text}` is not CALL:WHICH:ERRNO[:all]")),
    };
    let which = if let Some(from) = which.strip_suffix('+') {
        whole(from)?..=u64::MAX
    } else if let Some((from, to)) = which.split_once('-') {
        whole(from)?..=whole(to)?
    } else {
        whole(which)?..=whole(which)?
    };
    Ok(Failing { call: call(what)?, which, answer: Answer::Error(calls::error(error)?), all })
}
