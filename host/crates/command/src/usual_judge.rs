//! How outputs are judged where a line does not say: by a comparison, or by the run's checker.
//!
//! Nothing here may know what a checker is given or answers, nor where it comes from.

use polymer_host_base::Digest;
use polymer_host_task::{CompareMode, Expectation, ModuleId, TaskContent};
use std::sync::Arc;

/// Number of the checker in a run: one that no program gets, even if the same file is one.
pub(crate) const CHECKER: ModuleId = ModuleId(u32::MAX);

/// How outputs are judged where a line does not say.
#[derive(Debug, Clone, Copy, Default)]
pub struct UsualJudge {
    /// How they are compared.
    pub compare: CompareMode,
    /// The checker that looks at them in place of a comparison, by its digest.
    pub checker: Option<Digest>,
}

impl UsualJudge {
    /// Outputs are compared so.
    #[must_use]
    pub const fn comparing(compare: CompareMode) -> Self {
        Self { compare, checker: None }
    }

    /// Returns the number of the checker, if there is one.
    pub(crate) fn checker(&self) -> Option<ModuleId> {
        self.checker.map(|_| CHECKER)
    }

    /// What is expected of a task of which a line expects nothing: where there is a checker, that
    /// it ends ok and that the checker accepts its output.
    pub(crate) fn of_unexpected(&self) -> Option<Arc<Expectation>> {
        let checker = self.checker()?;
        let (compare, checker) = (self.compare, Some(checker));
        Some(Arc::new(Expectation { compare, checker, ..Expectation::default() }))
    }

    /// Returns the content of a task of which this is expected: another checker makes it another
    /// one.
    pub(crate) fn content(&self, expect: Option<&Expectation>, content: TaskContent) -> TaskContent {
        match self.checker.filter(|_| expect.is_some_and(|expect| expect.checker.is_some())) {
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
    }
}
