//! How tasks are judged where a line does not say: by a comparison, or by the run's checker or
//! interactor.
//!
//! Nothing here may know what either is given or answers, nor where it comes from.

use polymer_host_base::Digest;
use polymer_host_task::{CheckProtocol, CompareMode, Expectation, ModuleId, TaskContent};
use std::sync::Arc;

/// Number of the checker in a run: one that no program gets, even if the same file is one.
pub(crate) const CHECKER: ModuleId = ModuleId(u32::MAX);

/// Number of the interactor in a run, as that of the checker.
pub(crate) const INTERACTOR: ModuleId = ModuleId(u32::MAX - 1);

/// Returns whether a number is that of a module that judges tasks.
pub(crate) const fn is_judge(module: ModuleId) -> bool {
    module.0 == CHECKER.0 || module.0 == INTERACTOR.0
}

/// How outputs are judged where a line does not say.
#[derive(Debug, Clone, Copy, Default)]
pub struct UsualJudge {
    /// How they are compared.
    pub compare: CompareMode,
    /// The checker that looks at them in place of a comparison, by its digest.
    pub checker: Option<Digest>,
    /// The interactor that talks with each program, by its digest.
    pub interactor: Option<Digest>,
    /// How either is called.
    pub protocol: CheckProtocol,
}

impl UsualJudge {
    /// Outputs are compared so.
    #[must_use]
    pub const fn comparing(compare: CompareMode) -> Self {
        Self { compare, checker: None, interactor: None, protocol: CheckProtocol::Json }
    }

    /// Returns the number of the checker, if there is one.
    pub(crate) fn checker(&self) -> Option<ModuleId> {
        self.checker.map(|_| CHECKER)
    }

    /// Returns the number of the interactor, if there is one.
    pub(crate) fn interactor(&self) -> Option<ModuleId> {
        self.interactor.map(|_| INTERACTOR)
    }

    /// What is expected of a task of which a line expects nothing: where there is a checker or an
    /// interactor, that it ends ok and is accepted.
    pub(crate) fn of_unexpected(&self) -> Option<Arc<Expectation>> {
        let (compare, checker, interactor) = (self.compare, self.checker(), self.interactor());
        let is_judged = checker.is_some() || interactor.is_some();
        is_judged.then(|| Arc::new(Expectation { compare, checker, interactor, ..Expectation::default() }))
    }

    /// Returns the content of a task of which this is expected: another checker or interactor makes
    /// it another one.
    pub(crate) fn content(&self, expect: Option<&Expectation>, content: TaskContent) -> TaskContent {
        let checker = self.checker.filter(|_| expect.is_some_and(|expect| expect.checker.is_some()));
        let interactor = self.interactor.filter(|_| expect.is_some_and(|expect| expect.interactor.is_some()));
        match checker.or(interactor) {
            Some(digest) => content.and(digest.bytes()),
            None => content,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_that_is_checked_by_another_checker_is_another_one() {
        let content = TaskContent::of(&[0; 32], None, b"", b"");
        let judge = |byte| UsualJudge { checker: Some(Digest::from([byte; 32])), ..UsualJudge::default() };
        let of = |judge: UsualJudge| judge.content(judge.of_unexpected().as_deref(), content);
        assert_ne!(of(judge(1)), of(judge(2)));
        assert_eq!(of(judge(1)), of(judge(1)));
        assert_eq!(of(UsualJudge::default()), content);
        // It is compared, whatever the checker.
        assert_eq!(judge(1).content(Some(&Expectation::default()), content), content);
        assert!(UsualJudge::default().of_unexpected().is_none());
        let talks = |byte| UsualJudge { interactor: Some(Digest::from([byte; 32])), ..UsualJudge::default() };
        assert_ne!(of(talks(1)), of(talks(2)));
        assert_ne!(of(talks(1)), content);
        let expect = talks(1).of_unexpected().unwrap();
        assert_eq!((expect.interactor, expect.checker), (Some(INTERACTOR), None));
        assert!(is_judge(INTERACTOR) && is_judge(CHECKER) && !is_judge(ModuleId(0)));
    }
}
