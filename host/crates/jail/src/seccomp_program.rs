//! Programs for seccomp(2): rules by system call, what becomes of the calls that are listed and of
//! all others, and how a program is put up.
//!
//! It must never know which calls a process needs.

use nix::libc;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompFilter, SeccompRule, TargetArch, apply_filter_all_threads,
};
use std::collections::BTreeMap;
use std::io;

/// A system call by its number.
pub(super) type SystemCall = libc::c_long;
/// Rules by call, one of which has to hold; without any, the call is listed whatever its arguments.
pub(super) type FilterRules = BTreeMap<i64, Vec<SeccompRule>>;

/// Puts programs up in all threads of this process, for good.
pub(super) fn apply(programs: &[BpfProgram]) -> io::Result<()> {
    programs.iter().try_for_each(|program| apply_filter_all_threads(program).map_err(io::Error::other))
}

/// The answer of a call that fails with this number.
pub(super) const fn errno(number: i32) -> SeccompAction {
    SeccompAction::Errno(number.unsigned_abs())
}

/// These calls, whatever their arguments.
pub(super) fn any(calls: &[SystemCall]) -> FilterRules {
    calls.iter().map(|call| (*call, Vec::new())).collect()
}

/// Returns a program in which the calls that are listed come to one end, and others to another.
pub(super) fn program(
    rules: FilterRules,
    other: SeccompAction,
    listed: SeccompAction,
) -> seccompiler::Result<BpfProgram> {
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    Ok(SeccompFilter::new(rules, other, listed, arch)?.try_into()?)
}

/// A number of the system's headers as rules take it.
pub(super) fn number(number: i32) -> u64 {
    u64::from(number.unsigned_abs())
}
