//! Landlock rules: no path but the granted ones, no TCP, no signal and no abstract socket of
//! others.

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, PathBeneath, Ruleset, RulesetAttr,
    RulesetCreated, RulesetCreatedAttr, RulesetStatus, Scope,
};
use std::fmt::Display;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

/// The newest version whose rights are known here. An older kernel keeps what it knows of them.
const NEWEST: ABI = ABI::V7;

/// Closes everything but these folders, each of which may be changed or not, to this process and
/// its threads to come.
///
/// # Errors
/// If a rule is refused, or the kernel keeps none of them.
pub(super) fn restrict<'a>(folders: impl Iterator<Item = (&'a OwnedFd, bool)>) -> io::Result<()> {
    let mut rules = all_closed()?;
    for (folder, writable) in folders {
        rules = rules.add_rule(PathBeneath::new(folder.as_fd(), rights(writable))).map_err(told)?;
    }
    enforce(rules)
}

/// Closes everything to this process and what it starts but folders to read and to start programs
/// from, files to read and write, and one folder for all that it makes.
///
/// # Errors
/// If a rule is refused, or the kernel keeps none of them.
pub(super) fn restrict_compiler(folders: &[OwnedFd], files: &[OwnedFd], place: &OwnedFd) -> io::Result<()> {
    let run = AccessFs::ReadFile | AccessFs::ReadDir | AccessFs::Execute;
    let use_file = AccessFs::ReadFile | AccessFs::WriteFile;
    let rules = folders.iter().map(|folder| (folder, run));
    let rules = rules.chain(files.iter().map(|file| (file, use_file)));
    let mut ruleset = all_closed()?;
    for (path, rights) in rules.chain([(place, rights(true))]) {
        ruleset = ruleset.add_rule(PathBeneath::new(path.as_fd(), rights)).map_err(told)?;
    }
    enforce(ruleset)
}

/// Rules by which nothing is allowed yet.
fn all_closed() -> io::Result<RulesetCreated> {
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(NEWEST)))
        .and_then(|rules| rules.scope(Scope::from_all(NEWEST)))
        .and_then(Ruleset::create)
        .map_err(told)
}

fn enforce(rules: RulesetCreated) -> io::Result<()> {
    let status = rules.restrict_self().map_err(told)?;
    if status.ruleset == RulesetStatus::NotEnforced {
        return Err(io::Error::other("the kernel enforces none of its rules"));
    }
    Ok(())
}

/// The rights on a granted folder: what WASI can do there, and no more. It makes no devices, pipes
/// or sockets, and starts nothing.
fn rights(writable: bool) -> BitFlags<AccessFs> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let write = AccessFs::WriteFile
        | AccessFs::Truncate
        | AccessFs::MakeReg
        | AccessFs::MakeDir
        | AccessFs::MakeSym
        | AccessFs::RemoveFile
        | AccessFs::RemoveDir
        | AccessFs::Refer;
    if writable { read | write } else { read }
}

fn told(error: impl Display) -> io::Error {
    io::Error::other(error.to_string())
}
