//! `--checker MODULE` and `--interactor MODULE`: the module that says of outputs whether they are
//! right, or talks with programs and says so of them.
//!
//! Nothing here may know what it is given or answers.

use super::error::CliError;
use super::load_module;
use super::usual_judge::UsualJudge;
use polymer_host_modules::Module;
use polymer_host_task::{CheckProtocol, CompareMode};
use std::path::{Path, PathBuf};

/// The checker or the interactor of a run.
#[derive(Debug)]
pub(super) struct LoadedChecker {
    /// Its file: what was built, where it is built.
    pub(super) path: PathBuf,
    pub(super) module: Module,
}

impl LoadedChecker {
    /// The module that is named as such, if one is; it has at most `limit` bytes, and is
    /// linked with so many bytes of `stack` if it is built.
    ///
    /// # Errors
    /// If it cannot be opened or built.
    pub(super) fn open(named: Option<&Path>, limit: u64, stack: u64) -> Result<Option<Self>, CliError> {
        let Some(named) = named else { return Ok(None) };
        let (path, module) = load_module::module(named, limit, stack)?;
        Ok(Some(Self { path, module }))
    }

    /// How tasks are judged in a run that has this checker or this interactor, if any, which is
    /// called so, and this comparison.
    pub(super) fn usual(
        checker: Option<&Self>,
        interactor: Option<&Self>,
        (compare, protocol): (CompareMode, CheckProtocol),
    ) -> UsualJudge {
        let digest = |judge: Option<&Self>| judge.map(|judge| *judge.module.digest());
        UsualJudge { compare, checker: digest(checker), interactor: digest(interactor), protocol }
    }
}
